/* SPDX-License-Identifier: Apache-2.0 */
/* What every function of the face does: errors, sizes, text, times. */
#include "win32/face.h"

#include "der/der.h"

#include "platform/text.h"

#include <string.h>

#define UNIX_EPOCH INT64_C(11644473600) /* seconds from 1601 to 1970 */
#define TICKS INT64_C(10000000)         /* of FILETIME in a second */

BOOL wc_result(win_error error)
{
    switch (error) {
    case ERROR_SUCCESS:
        return TRUE;
    case ERROR_ACCESS_DENIED: /* as the documentation of the store functions has it */
    case ERROR_WRITE_PROTECT:
        error = E_ACCESSDENIED;
        break;
    case ERROR_INVALID_PARAMETER:
        error = E_INVALIDARG;
        break;
    default:
        break;
    }
    plat_last_error_set(error);
    return FALSE;
}

void *wc_null(win_error error)
{
    (void)wc_result(error);
    return NULL;
}

win_error wc_put(struct plat_span bytes, void *room, DWORD *size)
{
    DWORD there;

    if (!size)
        return E_INVALIDARG;
    if (bytes.size > UINT32_MAX)
        return ERROR_FILE_TOO_LARGE;
    there = *size;
    *size = (DWORD)bytes.size;
    if (!room)
        return ERROR_SUCCESS;
    if (there < bytes.size)
        return ERROR_MORE_DATA;
    if (bytes.size > 0)
        memcpy(room, bytes.data, bytes.size);
    return ERROR_SUCCESS;
}

bool wc_is_oid(struct plat_span oid, const char *dotted)
{
    uint8_t other[DER_OID_SIZE];
    size_t size;

    return der_oid_parse(dotted, other, &size) && plat_span_equal(oid, plat_span_of(other, size));
}

win_error wc_text_in(const WCHAR *text, size_t most, struct plat_buffer *out)
{
    size_t units = 0;

    while (units <= most && text[units] != 0)
        units++;
    if (units > most)
        return E_INVALIDARG;
    plat_utf8_append_utf16le(out, plat_span_of(text, 2 * units));
    return out->failed;
}

/* As much of UTF-8 text as fits in `room` bytes without splitting a character. */
static size_t whole_characters(const char *text, size_t size, size_t room)
{
    if (size <= room)
        return size;
    while (room > 0 && ((unsigned char)text[room] & 0xC0U) == 0x80U)
        room--;
    return room;
}

static DWORD put_narrow(const char *text, char *room, DWORD size)
{
    size_t length = strlen(text);

    if (room && size > 0) {
        length = whole_characters(text, length, size - 1);
        memcpy(room, text, length);
        room[length] = '\0';
    }
    return (DWORD)length + 1;
}

static DWORD put_wide(const char *text, WCHAR *room, DWORD size)
{
    struct plat_buffer units;
    size_t count = plat_utf16_units(text, strlen(text));

    if (!room || size == 0)
        return (DWORD)count + 1;
    plat_buffer_init(&units, 2 * count);
    plat_utf16le_append(&units, text, strlen(text));
    count = units.failed ? 0 : units.size / 2;
    if (count > size - 1)
        count = size - 1;
    if (count > 0)
        memcpy(room, units.data, 2 * count);
    room[count] = 0;
    if (units.failed)
        plat_last_error_set(units.failed);
    plat_buffer_free(&units);
    return (DWORD)count + 1;
}

DWORD wc_put_text(const char *text, bool wide, void *room, DWORD size)
{
    return wide ? put_wide(text, room, size) : put_narrow(text, room, size);
}

FILETIME wc_file_time(int64_t unix_seconds)
{
    uint64_t ticks = unix_seconds > -UNIX_EPOCH ? (uint64_t)(unix_seconds + UNIX_EPOCH) * (uint64_t)TICKS : 0;

    return (FILETIME){.dwLowDateTime = (DWORD)ticks, .dwHighDateTime = (DWORD)(ticks >> 32)};
}

int64_t wc_unix_time(FILETIME time)
{
    uint64_t ticks = (uint64_t)time.dwHighDateTime << 32 | time.dwLowDateTime;

    return (int64_t)(ticks / (uint64_t)TICKS) - UNIX_EPOCH;
}
