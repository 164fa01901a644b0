/* SPDX-License-Identifier: Apache-2.0 */
/* RegQueryValue(Ex), RegQueryMultipleValues. */
#include "win32/face.h"

#include "platform/limits.h"

#include <string.h>

/* The data of one value in the caller's character set. */
static win_error fetch(struct face_call *call, struct face_text value, DWORD *type, struct plat_buffer *data)
{
    struct face_name name;
    uint32_t found = 0;
    win_error error = face_name_make(&name, value, LIMIT_REG_VALUE_NAME);

    if (!error)
        error = reg_value_get(call->db, call->key, name.text, &found, data);
    face_name_free(&name);
    *type = found;
    return error ? error : face_data_out(data, value.wide, found);
}

/* A NUL into room that is left, for strings stored without one: what callers expect a string to end with. */
static void terminate(BYTE *data, size_t size, size_t room, bool wide)
{
    static const WCHAR end;
    size_t unit = wide ? sizeof end : 1;

    if (room - size < unit || (size >= unit && memcmp(data + size - unit, &end, unit) == 0))
        return;
    memcpy(data + size, &end, unit);
}

static win_error give(const struct plat_buffer *from, DWORD type, bool wide, BYTE *data, DWORD *size)
{
    DWORD room = size ? *size : 0;

    if (size)
        *size = (DWORD)from->size;
    if (!data)
        return ERROR_SUCCESS;
    if (room < from->size)
        return ERROR_MORE_DATA;
    if (from->size > 0)
        memcpy(data, from->data, from->size);
    if (face_is_string(type))
        terminate(data, from->size, room, wide);
    return ERROR_SUCCESS;
}

struct answer {
    DWORD *reserved, *type;
    BYTE *data;
    DWORD *size;
};

static LSTATUS query_value(HKEY key, struct face_text value, const struct answer *to)
{
    struct plat_buffer data;
    struct face_call call;
    DWORD type;
    win_error error;

    if (to->reserved || (to->data && !to->size))
        return (LSTATUS)ERROR_INVALID_PARAMETER;
    plat_buffer_init(&data, LIMIT_REG_DATA);
    error = face_begin(&call, key, KEY_QUERY_VALUE);
    if (!error)
        error = fetch(&call, value, &type, &data);
    if (!error && to->type)
        *to->type = type;
    if (!error)
        error = give(&data, type, value.wide, to->data, to->size);
    face_end(&call);
    plat_buffer_free(&data);
    return face_status(error);
}

LSTATUS RegQueryValueExW(HKEY hKey, LPCWSTR lpValueName, LPDWORD lpReserved, LPDWORD lpType, LPBYTE lpData,
                         LPDWORD lpcbData)
{
    const struct answer to = {lpReserved, lpType, lpData, lpcbData};

    return query_value(hKey, WIDE(lpValueName), &to);
}

LSTATUS RegQueryValueExA(HKEY hKey, LPCSTR lpValueName, LPDWORD lpReserved, LPDWORD lpType, LPBYTE lpData,
                         LPDWORD lpcbData)
{
    const struct answer to = {lpReserved, lpType, lpData, lpcbData};

    return query_value(hKey, ANSI(lpValueName), &to);
}

/* The default value of a key below, which must be a string; one that was never set reads as "". */
static win_error query_default(struct face_call *call, bool wide, struct plat_buffer *data)
{
    const struct face_text unnamed = {.text = NULL, .wide = wide};
    DWORD type;
    win_error error = fetch(call, unnamed, &type, data);
    size_t unit = wide ? sizeof(WCHAR) : 1;
    static const WCHAR end;

    if (error && error != ERROR_FILE_NOT_FOUND)
        return error;
    if (!error && type != REG_SZ && type != REG_EXPAND_SZ)
        return ERROR_INVALID_DATA;
    if (data->size < unit || memcmp(data->data + data->size - unit, &end, unit) != 0) {
        data->limit += unit;
        plat_buffer_append(data, &end, unit);
    }
    return data->failed;
}

static LSTATUS query_value_old(HKEY key, struct face_text path, void *text, LONG *size)
{
    struct plat_buffer data;
    struct face_call call;
    DWORD room = size && *size > 0 ? (DWORD)*size : 0;
    win_error error;

    if (text && !size)
        return (LSTATUS)ERROR_INVALID_PARAMETER;
    plat_buffer_init(&data, LIMIT_REG_DATA);
    error = face_begin_below(&call, key, path, KEY_QUERY_VALUE);
    if (!error)
        error = query_default(&call, path.wide, &data);
    if (!error) {
        error = give(&data, REG_NONE, path.wide, text, &room);
        if (size)
            *size = (LONG)room;
    }
    face_end(&call);
    plat_buffer_free(&data);
    return face_status(error);
}

LSTATUS RegQueryValueW(HKEY hKey, LPCWSTR lpSubKey, LPWSTR lpData, PLONG lpcbData)
{
    return query_value_old(hKey, WIDE(lpSubKey), lpData, lpcbData);
}

LSTATUS RegQueryValueA(HKEY hKey, LPCSTR lpSubKey, LPSTR lpData, PLONG lpcbData)
{
    return query_value_old(hKey, ANSI(lpSubKey), lpData, lpcbData);
}

/* ---- several at once: all of one moment ---- */

/* VALENTA and VALENTW differ in the first member's type only. */
_Static_assert(sizeof(VALENTA) == sizeof(VALENTW), "one shape");

struct several {
    void *entries;
    bool wide;
    BYTE *buffer; /* NULL: only the size is wanted */
    DWORD room;
    DWORD total;
};

static VALENTA entry_at(const struct several *s, DWORD index)
{
    VALENTA entry;

    memcpy(&entry, (const BYTE *)s->entries + index * sizeof entry, sizeof entry);
    return entry;
}

static win_error fetch_entry(struct face_call *call, struct several *s, DWORD index, struct plat_buffer *data)
{
    VALENTA entry = entry_at(s, index);
    const struct face_text value = {.text = entry.ve_valuename, .wide = s->wide};
    win_error error;

    plat_buffer_clear(data);
    error = fetch(call, value, &entry.ve_type, data);
    if (error)
        return error;
    if (data->size > UINT32_MAX - s->total)
        return ERROR_INVALID_PARAMETER;
    entry.ve_valuelen = (DWORD)data->size;
    entry.ve_valueptr = (DWORD_PTR)s->buffer + s->total;
    s->total += entry.ve_valuelen;
    if (!s->buffer || s->total > s->room)
        return ERROR_SUCCESS; /* go on counting */
    if (data->size > 0)
        memcpy(s->buffer + s->total - data->size, data->data, data->size);
    memcpy((BYTE *)s->entries + index * sizeof entry, &entry, sizeof entry);
    return ERROR_SUCCESS;
}

static win_error fetch_all(struct face_call *call, struct several *s, DWORD count)
{
    struct plat_buffer data;
    win_error error = reg_read_begin(call->db);

    if (error)
        return error;
    plat_buffer_init(&data, LIMIT_REG_DATA);
    for (DWORD i = 0; i < count && !error; i++)
        error = fetch_entry(call, s, i, &data);
    plat_buffer_free(&data);
    reg_read_end(call->db);
    return error;
}

static LSTATUS query_several(HKEY key, struct several *s, DWORD count, DWORD *size)
{
    struct face_call call;
    win_error error;

    if ((count > 0 && !s->entries) || !size)
        return (LSTATUS)ERROR_INVALID_PARAMETER;
    s->room = s->buffer ? *size : 0;
    error = face_begin(&call, key, KEY_QUERY_VALUE);
    if (!error)
        error = fetch_all(&call, s, count);
    if (!error)
        *size = s->total;
    if (!error && s->total > s->room)
        error = ERROR_MORE_DATA;
    face_end(&call);
    return face_status(error);
}

LSTATUS RegQueryMultipleValuesW(HKEY hKey, PVALENTW val_list, DWORD num_vals, LPWSTR lpValueBuf,
                                LPDWORD ldwTotsize)
{
    struct several s = {.entries = val_list, .wide = true, .buffer = (BYTE *)lpValueBuf};

    return query_several(hKey, &s, num_vals, ldwTotsize);
}

LSTATUS RegQueryMultipleValuesA(HKEY hKey, PVALENTA val_list, DWORD num_vals, LPSTR lpValueBuf,
                                LPDWORD ldwTotsize)
{
    struct several s = {.entries = val_list, .wide = false, .buffer = (BYTE *)lpValueBuf};

    return query_several(hKey, &s, num_vals, ldwTotsize);
}
