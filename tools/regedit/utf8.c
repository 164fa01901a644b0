/* SPDX-License-Identifier: Apache-2.0 */
#include "regedit/utf8.h"

size_t utf8_next(const char *s, size_t size, uint32_t *code)
{
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    unsigned char first = (unsigned char)s[0];
    size_t length = first < 0x80   ? 1
                    : first < 0xc2 ? 0
                    : first < 0xe0 ? 2
                    : first < 0xf0 ? 3
                    : first < 0xf5 ? 4
                                   : 0;
    uint32_t value;

    *code = UTF8_REPLACEMENT;
    if (length == 0 || length > size)
        return 1;
    if (length == 1) {
        *code = first;
        return 1;
    }
    value = first & (0x7fU >> length);
    for (size_t i = 1; i < length; i++) {
        unsigned char byte = (unsigned char)s[i];

        if ((byte & 0xc0) != 0x80)
            return 1;
        value = value << 6 | (byte & 0x3fU);
    }
    if (value < least[length] || value > 0x10ffff)
        return 1;
    if (value < 0xd800 || value > 0xdfff)
        *code = value;
    return length;
}

size_t utf8_previous(const char *s, size_t size)
{
    for (size_t back = 2; back <= 4 && back <= size; back++) {
        uint32_t code;

        if (utf8_next(s + size - back, back, &code) == back)
            return back;
    }
    return 1;
}

size_t utf8_put(char out[4], uint32_t code)
{
    if (code < 0x80) {
        out[0] = (char)code;
        return 1;
    }
    if (code < 0x800) {
        out[0] = (char)(0xc0 | code >> 6);
        out[1] = (char)(0x80 | (code & 0x3f));
        return 2;
    }
    if (code < 0x10000) {
        out[0] = (char)(0xe0 | code >> 12);
        out[1] = (char)(0x80 | (code >> 6 & 0x3f));
        out[2] = (char)(0x80 | (code & 0x3f));
        return 3;
    }
    out[0] = (char)(0xf0 | code >> 18);
    out[1] = (char)(0x80 | (code >> 12 & 0x3f));
    out[2] = (char)(0x80 | (code >> 6 & 0x3f));
    out[3] = (char)(0x80 | (code & 0x3f));
    return 4;
}

bool utf8_is_format(uint32_t code)
{
    return (code >= 0x200b && code <= 0x200f) || (code >= 0x2028 && code <= 0x202e) ||
           (code >= 0x2060 && code <= 0x206f) || code == 0xfeff || code == 0x061c || code == 0x00ad ||
           (code >= 0xe0000 && code <= 0xe0fff);
}
