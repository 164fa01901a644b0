/* SPDX-License-Identifier: Apache-2.0 */
#include "common/units.h"

/* RFC 3629 section 4: no overlong form, nothing above U+10FFFF. */
size_t utf8_sequence(const uint8_t *s, size_t size, bool surrogates, uint32_t *code)
{
    static const uint32_t least[5] = {0, 0, 0x80, 0x800, 0x10000};
    size_t length;
    uint32_t c;

    if (size == 0)
        return 0;
    c = s[0];
    if (c < 0x80) {
        *code = c;
        return 1;
    }
    if (c >= 0xC2 && c <= 0xDF)
        length = 2;
    else if ((c & 0xF0) == 0xE0)
        length = 3;
    else if (c >= 0xF0 && c <= 0xF4)
        length = 4;
    else
        return 0;
    if (length > size)
        return 0;
    c &= 0x7FU >> length;
    for (size_t i = 1; i < length; i++) {
        if ((s[i] & 0xC0) != 0x80)
            return 0;
        c = c << 6 | (s[i] & 0x3FU);
    }
    if (c < least[length] || c > 0x10FFFF || (!surrogates && c >= 0xD800 && c <= 0xDFFF))
        return 0;
    *code = c;
    return length;
}

struct unit_reader unit_reader_of(const char *s, size_t size)
{
    struct plat_reader bytes = plat_reader_of(plat_span_of(s, size));

    return (struct unit_reader){.next = bytes.next, .end = bytes.end, .low = 0};
}

uint32_t unit_next(struct unit_reader *r)
{
    uint32_t code = r->low;
    size_t length;

    if (code) {
        r->low = 0;
        return code;
    }
    if (r->next == r->end)
        return UNIT_END;
    length = utf8_sequence(r->next, (size_t)(r->end - r->next), true, &code);
    if (length == 0)
        return UNIT_INVALID + *r->next++;
    r->next += length;
    if (code < 0x10000)
        return code;
    code -= 0x10000;
    r->low = 0xDC00 | (code & 0x3FF);
    return 0xD800 | code >> 10;
}

static void put_code(struct plat_buffer *out, uint32_t c)
{
    uint8_t bytes[4];
    size_t n = 0;

    if (c < 0x80) {
        bytes[n++] = (uint8_t)c;
    } else if (c < 0x800) {
        bytes[n++] = (uint8_t)(0xC0 | c >> 6);
    } else {
        if (c < 0x10000) {
            bytes[n++] = (uint8_t)(0xE0 | c >> 12);
        } else {
            bytes[n++] = (uint8_t)(0xF0 | c >> 18);
            bytes[n++] = (uint8_t)(0x80 | (c >> 12 & 0x3F));
        }
        bytes[n++] = (uint8_t)(0x80 | (c >> 6 & 0x3F));
    }
    if (c >= 0x80)
        bytes[n++] = (uint8_t)(0x80 | (c & 0x3F));
    plat_buffer_append(out, bytes, n);
}

void unit_finish(struct unit_writer *w)
{
    if (w->high)
        put_code(w->out, w->high);
    w->high = 0;
}

void unit_put(struct unit_writer *w, uint32_t unit)
{
    if (w->high && unit >= 0xDC00 && unit <= 0xDFFF) {
        put_code(w->out, 0x10000 + ((w->high & 0x3FF) << 10 | (unit & 0x3FF)));
        w->high = 0;
        return;
    }
    unit_finish(w);
    if (unit >= UNIT_INVALID)
        plat_buffer_append_u8(w->out, (uint8_t)(unit - UNIT_INVALID));
    else if (unit >= 0xD800 && unit <= 0xDBFF)
        w->high = unit;
    else
        put_code(w->out, unit);
}
