/* SPDX-License-Identifier: Apache-2.0 */
/* Names without regard to case, and UTF-16LE data: what Windows does with UTF-16 units, done over UTF-8. */
#include "platform/text.h"

#include "common/units.h"

#include <string.h>

static uint32_t upcased_next(struct unit_reader *r)
{
    uint32_t unit = unit_next(r);

    return unit < UNIT_INVALID ? plat_upcase((uint16_t)unit) : unit;
}

static int compare(const char *a, size_t a_size, const char *b, size_t b_size)
{
    struct unit_reader ra = unit_reader_of(a, a_size);
    struct unit_reader rb = unit_reader_of(b, b_size);

    for (;;) {
        uint32_t ua = upcased_next(&ra);
        uint32_t ub = upcased_next(&rb);

        if (ua == ub) {
            if (ua == UNIT_END)
                return 0;
            continue;
        }
        if (ua == UNIT_END || ub == UNIT_END)
            return ua == UNIT_END ? -1 : 1;
        return ua < ub ? -1 : 1;
    }
}

int plat_name_compare(const char *a, const char *b)
{
    return compare(a, strlen(a), b, strlen(b));
}

bool plat_name_equal(const char *a, const char *b)
{
    return compare(a, strlen(a), b, strlen(b)) == 0;
}

bool plat_name_equal_n(const char *a, size_t a_size, const char *b, size_t b_size)
{
    return compare(a, a_size, b, b_size) == 0;
}

/* FNV-1a over the upcased units. */
uint32_t plat_name_hash(const char *name, size_t size)
{
    struct unit_reader r = unit_reader_of(name, size);
    uint32_t hash = 2166136261U;
    uint32_t unit;

    while ((unit = upcased_next(&r)) != UNIT_END) {
        hash = (hash ^ (unit & 0xFF)) * 16777619U;
        hash = (hash ^ unit >> 8) * 16777619U;
    }
    return hash;
}

void plat_name_fold(struct plat_buffer *out, const char *name, size_t size)
{
    struct unit_reader r = unit_reader_of(name, size);
    struct unit_writer w = {.out = out, .high = 0};
    uint32_t unit;

    while ((unit = upcased_next(&r)) != UNIT_END)
        unit_put(&w, unit);
    unit_finish(&w);
}

bool plat_utf8_valid(const char *s, size_t size)
{
    struct plat_reader r = plat_reader_of(plat_span_of(s, size));
    uint32_t code;

    while (r.next != r.end) {
        size_t length = utf8_sequence(r.next, plat_reader_left(&r), false, &code);

        if (length == 0)
            return false;
        r.next += length;
    }
    return true;
}

size_t plat_utf16_units(const char *s, size_t size)
{
    struct unit_reader r = unit_reader_of(s, size);
    size_t units = 0;

    while (unit_next(&r) != UNIT_END)
        units++;
    return units;
}

void plat_utf16le_append(struct plat_buffer *out, const char *s, size_t size)
{
    struct unit_reader r = unit_reader_of(s, size);
    uint32_t unit;

    while ((unit = unit_next(&r)) != UNIT_END)
        plat_buffer_append_u16_le(out, unit < UNIT_INVALID ? (uint16_t)unit : 0xFFFD);
}

void plat_utf8_append_utf16le(struct plat_buffer *out, struct plat_span utf16le)
{
    struct plat_reader r = plat_reader_of(utf16le);
    struct unit_writer w = {.out = out, .high = 0};

    while (plat_reader_left(&r) >= 2)
        unit_put(&w, plat_read_u16_le(&r));
    unit_finish(&w);
}
