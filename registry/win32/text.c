/* SPDX-License-Identifier: Apache-2.0 */
/* Text of both character sets: UTF-16 for the W functions, UTF-8 for the A functions and for the registry's names. */
#include "win32/face.h"

#include "platform/limits.h"
#include "platform/text.h"

#include <string.h>

#define UNIX_EPOCH INT64_C(11644473600) /* seconds from 1601 to 1970 */

bool face_text_empty(struct face_text text)
{
    static const WCHAR nothing;

    return !text.text || memcmp(text.text, &nothing, text.wide ? sizeof nothing : 1) == 0;
}

/* ASCII that fits, or false. */
static bool make_small(struct face_name *name, struct face_text text)
{
    const WCHAR *units = text.text;
    const char *bytes = text.text;

    for (size_t i = 0; i < sizeof name->small; i++) {
        unsigned c = text.wide ? units[i] : (unsigned char)bytes[i];

        if (c >= 0x80)
            return false;
        name->small[i] = (char)c;
        if (c == 0)
            return true;
    }
    return false;
}

/* Length of a text in its own characters; most + 1 when it is longer. */
static size_t length(struct face_text text, size_t most)
{
    const WCHAR *units = text.text;
    const char *bytes = text.text;
    size_t n = 0;

    while (n <= most && (text.wide ? units[n] != 0 : bytes[n] != 0))
        n++;
    return n;
}

/* Through UTF-16 even from UTF-8: what is not valid becomes U+FFFD, as in Windows' conversion. */
static win_error make_large(struct face_name *name, struct face_text text, size_t most)
{
    size_t bound = text.wide ? most : 3 * most;
    size_t n = length(text, bound);
    struct plat_buffer units;

    if (n > bound)
        return ERROR_INVALID_PARAMETER;
    plat_buffer_init(&units, 2 * bound);
    if (text.wide)
        plat_utf8_append_utf16le(&name->large, plat_span_of(text.text, 2 * n));
    else
        plat_utf16le_append(&units, text.text, n);
    if (!text.wide && !units.failed)
        plat_utf8_append_utf16le(&name->large, plat_span_of(units.data, units.size));
    name->text = units.failed ? NULL : plat_buffer_text(&name->large);
    plat_buffer_free(&units);
    return name->text ? ERROR_SUCCESS : ERROR_NOT_ENOUGH_MEMORY;
}

win_error face_name_make(struct face_name *name, struct face_text text, size_t most)
{
    plat_buffer_init(&name->large, 3 * (3 * most + 1));
    name->text = "";
    if (!text.text)
        return ERROR_SUCCESS;
    if (!make_small(name, text))
        return make_large(name, text, most);
    name->text = name->small;
    return ERROR_SUCCESS;
}

void face_name_free(struct face_name *name)
{
    plat_buffer_free(&name->large);
}

size_t face_characters(bool wide, const char *text, size_t size)
{
    return wide ? plat_utf16_units(text, size) : size;
}

win_error face_put_text(struct face_room room, const char *text)
{
    static const WCHAR end;
    size_t size = strlen(text);
    size_t count = face_characters(room.wide, text, size);
    struct plat_buffer units;
    win_error error;

    if (!room.buffer)
        return ERROR_SUCCESS;
    if (count >= *room.characters)
        return ERROR_MORE_DATA;
    if (!room.wide) {
        memcpy(room.buffer, text, size + 1);
        *room.characters = (DWORD)count;
        return ERROR_SUCCESS;
    }
    plat_buffer_init(&units, 2 * count);
    plat_utf16le_append(&units, text, size);
    error = units.failed;
    if (!error) {
        if (units.size > 0)
            memcpy(room.buffer, units.data, units.size);
        memcpy((BYTE *)room.buffer + units.size, &end, sizeof end);
        *room.characters = (DWORD)count;
    }
    plat_buffer_free(&units);
    return error;
}

bool face_is_string(DWORD type)
{
    return type == REG_SZ || type == REG_EXPAND_SZ || type == REG_MULTI_SZ;
}

win_error face_data_in(struct plat_buffer *out, bool wide, DWORD type, const void *data, size_t size)
{
    const char *text = data;

    plat_buffer_clear(out);
    if (wide || !face_is_string(type)) {
        if (size > 0)
            plat_buffer_append(out, data, size);
        return out->failed;
    }
    plat_utf16le_append(out, text, size);
    if (size > 0 && text[size - 1] != '\0')
        plat_buffer_append_u16_le(out, 0);
    return out->failed;
}

win_error face_data_out(struct plat_buffer *data, bool wide, DWORD type)
{
    struct plat_buffer text;

    if (wide || !face_is_string(type))
        return ERROR_SUCCESS;
    plat_buffer_init(&text, 3 * LIMIT_REG_DATA);
    plat_utf8_append_utf16le(&text, plat_span_of(data->data, data->size));
    if (text.failed) {
        win_error error = text.failed;

        plat_buffer_free(&text);
        return error;
    }
    plat_buffer_free(data);
    *data = text;
    return ERROR_SUCCESS;
}

FILETIME face_file_time(int64_t unix_seconds)
{
    uint64_t ticks = unix_seconds > -UNIX_EPOCH ? (uint64_t)(unix_seconds + UNIX_EPOCH) * 10000000U : 0;

    return (FILETIME){.dwLowDateTime = (DWORD)ticks, .dwHighDateTime = (DWORD)(ticks >> 32)};
}

LSTATUS face_status(win_error error)
{
    switch (error) {
    case ERROR_KEY_HAS_CHILDREN: /* RegDeleteKey */
        return (LSTATUS)ERROR_ACCESS_DENIED;
    case ERROR_INVALID_NAME: /* a value's name that is too long */
    case ERROR_FILE_TOO_LARGE:
    case ERROR_FILENAME_EXCED_RANGE:
        return (LSTATUS)ERROR_INVALID_PARAMETER;
    default:
        return (LSTATUS)error;
    }
}
