/* SPDX-License-Identifier: Apache-2.0 */
/* Character strings: X.680 section 41, RFC 5280 section 4.1.2.4. */
#include "der/der.h"
#include "platform/text.h"

#include <string.h>

/* DirectoryString's types (X.520), IA5String, NumericString, VisibleString. */
static bool is_string(unsigned tag)
{
    switch (tag) {
    case DER_UTF8_STRING:
    case DER_NUMERIC_STRING:
    case DER_PRINTABLE_STRING:
    case DER_TELETEX_STRING:
    case DER_IA5_STRING:
    case DER_VISIBLE_STRING:
    case DER_UNIVERSAL_STRING:
    case DER_BMP_STRING:
        return true;
    default:
        return false;
    }
}

/* One octet a character, of the alphabet that the type allows. */
static bool narrow_allowed(unsigned tag, uint8_t c)
{
    switch (tag) {
    case DER_NUMERIC_STRING:
        return c == ' ' || plat_ascii_is_digit((char)c);
    case DER_PRINTABLE_STRING:
        /* '*', '@', '_' and '&' are not of the alphabet, but issuers use them and every reader takes them. */
        return plat_ascii_is_alpha((char)c) || plat_ascii_is_digit((char)c) ||
               (c != 0 && strchr(" '()+,-./:=?*@_&", c) != NULL);
    case DER_VISIBLE_STRING:
        return c >= 0x20 && c < 0x7f;
    case DER_IA5_STRING:
        return c != 0 && c < 0x80;
    default: /* TeletexString as Latin-1 */
        return c != 0;
    }
}

static uint32_t next_utf8(struct plat_span s, size_t *position)
{
    const uint8_t *p = s.data + *position;
    size_t left = s.size - *position;
    size_t size = p[0] < 0x80U ? 1 : p[0] < 0xe0U ? 2 : p[0] < 0xf0U ? 3 : 4;
    if (size > left || p[0] == 0 || !plat_utf8_valid((const char *)p, size)) {
        return UINT32_MAX;
    }
    *position += size;
    switch (size) {
    case 1:
        return p[0];
    case 2:
        return (p[0] & 0x1fU) << 6 | (p[1] & 0x3fU);
    case 3:
        return (p[0] & 0x0fU) << 12 | (p[1] & 0x3fU) << 6 | (p[2] & 0x3fU);
    default:
        return (p[0] & 0x07U) << 18 | (p[1] & 0x3fU) << 12 | (p[2] & 0x3fU) << 6 | (p[3] & 0x3fU);
    }
}

static uint32_t next_wide(struct plat_span s, size_t *position, size_t octets)
{
    if (s.size - *position < octets) {
        return UINT32_MAX;
    }
    uint32_t c = 0;
    for (size_t i = 0; i < octets; i++) {
        c = c << 8 | s.data[*position + i];
    }
    if (c == 0 || c > 0x10ffffU || (c >= 0xd800U && c <= 0xdfffU)) {
        return UINT32_MAX;
    }
    *position += octets;
    return c;
}

uint32_t der_string_next(unsigned tag, struct plat_span content, size_t *position)
{
    if (*position >= content.size || !is_string(tag)) {
        return UINT32_MAX;
    }
    switch (tag) {
    case DER_UTF8_STRING:
        return next_utf8(content, position);
    case DER_BMP_STRING:
        return next_wide(content, position, 2);
    case DER_UNIVERSAL_STRING:
        return next_wide(content, position, 4);
    default:
        if (!narrow_allowed(tag, content.data[*position])) {
            return UINT32_MAX;
        }
        return content.data[(*position)++];
    }
}

bool der_string_valid(unsigned tag, struct plat_span content)
{
    size_t position = 0;
    while (der_string_next(tag, content, &position) != UINT32_MAX) {
    }
    return is_string(tag) && position == content.size;
}

size_t der_code_point_utf8(uint32_t c, uint8_t utf8[4])
{
    size_t size;
    if (c < 0x80U) {
        utf8[0] = (uint8_t)c;
        size = 1;
    } else if (c < 0x800U) {
        utf8[0] = (uint8_t)(0xc0U | c >> 6);
        size = 2;
    } else if (c < 0x10000U) {
        utf8[0] = (uint8_t)(0xe0U | c >> 12);
        size = 3;
    } else {
        utf8[0] = (uint8_t)(0xf0U | c >> 18);
        size = 4;
    }
    for (size_t i = 1; i < size; i++) {
        utf8[i] = (uint8_t)(0x80U | (c >> (6U * (size - 1 - i)) & 0x3fU));
    }
    return size;
}

void der_append_code_point(struct plat_buffer *out, uint32_t c)
{
    uint8_t utf8[4];
    plat_buffer_append(out, utf8, der_code_point_utf8(c, utf8));
}

bool der_string_append_utf8(unsigned tag, struct plat_span content, struct plat_buffer *out)
{
    if (!der_string_valid(tag, content)) {
        return false;
    }
    size_t position = 0;
    uint32_t c;
    while ((c = der_string_next(tag, content, &position)) != UINT32_MAX) {
        der_append_code_point(out, c);
    }
    return true;
}
