/* SPDX-License-Identifier: Apache-2.0 */
/* RegGetValue: a value of the types that the caller takes, strings always ended. */
#include "win32/face.h"

#include "platform/limits.h"
#include "platform/process.h"
#include "platform/text.h"

#include <string.h>

/* The RRF_RT_REG_ bit of a type; 0 for one that only RRF_RT_ANY takes. */
static DWORD type_bit(DWORD type)
{
    static const DWORD bits[] = {
        [REG_NONE] = RRF_RT_REG_NONE,           [REG_SZ] = RRF_RT_REG_SZ,
        [REG_EXPAND_SZ] = RRF_RT_REG_EXPAND_SZ, [REG_BINARY] = RRF_RT_REG_BINARY,
        [REG_DWORD] = RRF_RT_REG_DWORD,         [REG_MULTI_SZ] = RRF_RT_REG_MULTI_SZ,
        [REG_QWORD] = RRF_RT_REG_QWORD,
    };

    return type < sizeof bits / sizeof bits[0] ? bits[type] : 0;
}

static bool is_unit(const struct plat_buffer *data, size_t from_end, unsigned unit)
{
    const uint8_t *at = data->data + data->size - from_end;

    return (unsigned)(at[0] | at[1] << 8) == unit;
}

/* Whole units, a NUL at the end, two for a list. */
static win_error end_string(struct plat_buffer *data, DWORD type)
{
    if (data->size % 2 != 0)
        plat_buffer_append_u8(data, 0);
    if (data->size < 2 || !is_unit(data, 2, 0))
        plat_buffer_append_u16_le(data, 0);
    if (type == REG_MULTI_SZ && !data->failed && (data->size < 4 || !is_unit(data, 4, 0)))
        plat_buffer_append_u16_le(data, 0);
    return data->failed;
}

/* %NAME% -> what the environment says; a name it does not know stays as it is. UTF-8 in and out. */
static void expand(struct plat_buffer *out, const char *text, size_t size)
{
    const char *end = text + size;

    while (text < end) {
        const char *from = memchr(text, '%', (size_t)(end - text));
        const char *to = from ? memchr(from + 1, '%', (size_t)(end - from - 1)) : NULL;
        const char *value = NULL;
        char name[256];

        if (!to) {
            plat_buffer_append(out, text, (size_t)(end - text));
            return;
        }
        if ((size_t)(to - from - 1) < sizeof name) {
            memcpy(name, from + 1, (size_t)(to - from - 1));
            name[to - from - 1] = '\0';
            value = plat_environment(name);
        }
        plat_buffer_append(out, text, (size_t)(from - text));
        if (value)
            plat_buffer_append_text(out, value);
        else
            plat_buffer_append(out, from, (size_t)(to - from)); /* its second % may begin another */
        text = value ? to + 1 : to;
    }
}

/* The string up to its NUL. */
static win_error expand_data(struct plat_buffer *data)
{
    struct plat_buffer text, expanded;
    const char *narrow;
    win_error error;

    plat_buffer_init(&text, 3 * LIMIT_REG_DATA);
    plat_buffer_init(&expanded, 3 * LIMIT_REG_DATA);
    plat_utf8_append_utf16le(&text, plat_span_of(data->data, data->size));
    narrow = plat_buffer_text(&text);
    if (narrow)
        expand(&expanded, narrow, strlen(narrow));
    plat_buffer_clear(data);
    plat_utf16le_append(data, (const char *)expanded.data, expanded.size);
    plat_buffer_append_u16_le(data, 0);
    error = !narrow ? ERROR_NOT_ENOUGH_MEMORY : expanded.failed ? expanded.failed : data->failed;
    plat_buffer_free(&text);
    plat_buffer_free(&expanded);
    return error;
}

/* Whether these flags take this type, and how many bytes a number of it has; after expansion an EXPAND_SZ is an SZ. */
static win_error check_type(DWORD flags, DWORD type, size_t size)
{
    DWORD wanted = flags & RRF_RT_ANY;
    DWORD bit = type_bit(type);

    if (type == REG_EXPAND_SZ && (flags & RRF_NOEXPAND) == 0)
        bit |= RRF_RT_REG_SZ;
    if (wanted != RRF_RT_ANY && (bit & wanted) == 0)
        return ERROR_UNSUPPORTED_TYPE;
    if ((wanted == RRF_RT_DWORD && size != 4) || (wanted == RRF_RT_QWORD && size != 8))
        return ERROR_INVALID_DATA;
    return ERROR_SUCCESS;
}

static win_error fetch(struct face_call *call, struct face_text value, DWORD flags, DWORD *type,
                       struct plat_buffer *data)
{
    struct face_name name;
    uint32_t found = 0;
    win_error error = face_name_make(&name, value, LIMIT_REG_VALUE_NAME);

    if (!error)
        error = reg_value_get(call->db, call->key, name.text, &found, data);
    face_name_free(&name);
    if (!error)
        error = check_type(flags, found, data->size);
    *type = found;
    if (!error && found == REG_EXPAND_SZ && (flags & RRF_NOEXPAND) == 0) {
        *type = REG_SZ;
        error = expand_data(data);
    }
    if (!error && face_is_string(found))
        error = end_string(data, found);
    return error ? error : face_data_out(data, value.wide, found);
}

struct wanted {
    struct face_text path, value;
    DWORD flags;
    DWORD *type;
    void *data;
    DWORD *size;
};

static bool is_sensible(const struct wanted *w)
{
    DWORD types = w->flags & RRF_RT_ANY;

    if (types == 0 || (w->data && !w->size))
        return false;
    /* "RRF_RT_REG_EXPAND_SZ must be used with RRF_NOEXPAND" */
    return types == RRF_RT_ANY || (types & RRF_RT_REG_EXPAND_SZ) == 0 || (w->flags & RRF_NOEXPAND) != 0;
}

static win_error answer(const struct wanted *w, DWORD type, const struct plat_buffer *data)
{
    DWORD room = w->size ? *w->size : 0;

    if (w->type)
        *w->type = type;
    if (w->size)
        *w->size = (DWORD)data->size;
    if (!w->data)
        return ERROR_SUCCESS;
    if (room < data->size)
        return ERROR_MORE_DATA;
    if (data->size > 0)
        memcpy(w->data, data->data, data->size);
    return ERROR_SUCCESS;
}

static LSTATUS get_value(HKEY key, const struct wanted *w)
{
    DWORD room = w->size ? *w->size : 0;
    struct plat_buffer data;
    struct face_call call;
    DWORD type;
    win_error error;

    if (!is_sensible(w))
        return (LSTATUS)ERROR_INVALID_PARAMETER;
    plat_buffer_init(&data, LIMIT_REG_DATA + 4); /* and the NULs */
    error = face_begin_below(&call, key, w->path, KEY_QUERY_VALUE);
    if (!error)
        error = fetch(&call, w->value, w->flags, &type, &data);
    if (!error)
        error = answer(w, type, &data);
    if (error && w->data && (w->flags & RRF_ZEROONFAILURE) != 0)
        memset(w->data, 0, room);
    face_end(&call);
    plat_buffer_free(&data);
    return face_status(error);
}

LSTATUS RegGetValueW(HKEY hkey, LPCWSTR lpSubKey, LPCWSTR lpValue, DWORD dwFlags, LPDWORD pdwType,
                     PVOID pvData, LPDWORD pcbData)
{
    const struct wanted w = {WIDE(lpSubKey), WIDE(lpValue), dwFlags, pdwType, pvData, pcbData};

    return get_value(hkey, &w);
}

LSTATUS RegGetValueA(HKEY hkey, LPCSTR lpSubKey, LPCSTR lpValue, DWORD dwFlags, LPDWORD pdwType, PVOID pvData,
                     LPDWORD pcbData)
{
    const struct wanted w = {ANSI(lpSubKey), ANSI(lpValue), dwFlags, pdwType, pvData, pcbData};

    return get_value(hkey, &w);
}
