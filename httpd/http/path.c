/* SPDX-License-Identifier: Apache-2.0 */
/* URL paths (RFC 3986 sections 2.1, 3.3, 5.2.4): decoded once, dot segments resolved after decoding. */
#include "http/path.h"

#include "http/chars.h"
#include "platform/text.h"

#include <string.h>

/* One character of a segment, decoded. NULL, or why it is refused. */
static const char *decode_char(const char **raw, const char *end, char *out)
{
    const char *p = *raw;
    int high, low;

    if (*p != '%') {
        if (!http_is_path_char(*p))
            return "a character in the path must be percent-encoded";
        *out = *p;
        *raw = p + 1;
        return NULL;
    }
    if (end - p < 3 || (high = plat_hex_digit(p[1])) < 0 || (low = plat_hex_digit(p[2])) < 0)
        return "bad percent-encoding in the path";
    *out = (char)(high * 16 + low);
    *raw = p + 3;
    if (*out == '/' || *out == '\\')
        return "an encoded slash or backslash in the path";
    if ((unsigned char)*out < 0x20 || *out == 0x7f)
        return "an encoded control character in the path";
    return NULL;
}

/* Applies the segment out[start..*end) to what is before it; `more`: another one follows. */
static const char *apply_segment(char *out, size_t start, size_t *end, bool more)
{
    size_t size = *end - start;

    if (size == 0 || (size == 1 && out[start] == '.')) {
        *end = start;
    } else if (size == 2 && out[start] == '.' && out[start + 1] == '.') {
        if (start == 1)
            return "the path goes above the root";
        start--;
        while (out[start - 1] != '/')
            start--;
        *end = start;
    } else if (more) {
        out[(*end)++] = '/';
    }
    return NULL;
}

const char *http_path_resolve(const char *raw, size_t raw_size, char *out)
{
    const char *end = raw + raw_size;
    const char *why = NULL;
    size_t size = 0;

    if (raw_size == 0 || *raw != '/')
        return "the path does not begin with a slash";
    out[size++] = '/';
    raw++;
    for (bool more = true; more && !why;) {
        size_t start = size;

        while (!why && raw < end && *raw != '/')
            why = decode_char(&raw, end, &out[size++]);
        more = raw < end;
        raw += more;
        if (!why)
            why = apply_segment(out, start, &size, more);
    }
    out[size] = '\0';
    if (!why && !plat_utf8_valid(out, size))
        why = "the path is not valid UTF-8";
    return why;
}

win_error http_path_decode(const char *raw, size_t size, struct plat_buffer *path)
{
    uint8_t *room = plat_buffer_reserve(path, size + 2);

    if (!room)
        return path->failed;
    if (http_path_resolve(raw, size, (char *)room))
        return ERROR_INVALID_DATA;
    plat_buffer_advance(path, strlen((const char *)room));
    return path->failed;
}

void http_path_append_physical(struct plat_buffer *ce_path, const char *physical, const char *rest)
{
    const char *parts[2] = {physical, rest};
    bool separated = false;

    for (size_t i = 0; i < 2; i++)
        for (const char *c = parts[i]; *c; c++) {
            bool separator = *c == '\\' || *c == '/';

            if (!separator || !separated)
                plat_buffer_append_u8(ce_path, separator ? '\\' : (uint8_t)*c);
            separated = separator;
        }
}
