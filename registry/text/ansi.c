/* SPDX-License-Identifier: Apache-2.0 */
#include "text/ansi.h"

#include "text/decode.h"

#include "platform/text.h"

/*
 * 0x80..0x9F of Windows-1252; the five unused ones stand for the C1 control of the same number, as Windows
 * converts them.
 */
static const uint16_t windows_1252[32] = {
    0x20AC, 0x0081, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
    0x2039, 0x0152, 0x008D, 0x017D, 0x008F, 0x0090, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
    0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x009D, 0x017E, 0x0178,
};

static uint16_t unit_of(uint8_t byte)
{
    return byte >= 0x80 && byte < 0xA0 ? windows_1252[byte - 0x80] : byte;
}

/* -1: there is none. */
static int byte_of(uint16_t unit)
{
    if (unit < 0x80 || (unit >= 0xA0 && unit <= 0xFF))
        return unit;
    for (int i = 0; i < 32; i++) {
        if (windows_1252[i] == unit)
            return 0x80 + i;
    }
    return -1;
}

void ansi_append_utf16le(struct plat_buffer *out, struct plat_span ansi)
{
    for (size_t i = 0; i < ansi.size; i++)
        plat_buffer_append_u16_le(out, unit_of(ansi.data[i]));
}

/* A unit of Windows-1252 lies in the BMP and is no surrogate: one to three bytes. */
void ansi_append_utf8(struct plat_buffer *out, struct plat_span ansi)
{
    for (size_t i = 0; i < ansi.size; i++) {
        unsigned unit = unit_of(ansi.data[i]);

        if (unit < 0x80) {
            plat_buffer_append_u8(out, (uint8_t)unit);
        } else if (unit < 0x800) {
            plat_buffer_append_u8(out, (uint8_t)(0xC0U | unit >> 6));
            plat_buffer_append_u8(out, (uint8_t)(0x80U | (unit & 0x3FU)));
        } else {
            plat_buffer_append_u8(out, (uint8_t)(0xE0U | unit >> 12));
            plat_buffer_append_u8(out, (uint8_t)(0x80U | (unit >> 6 & 0x3FU)));
            plat_buffer_append_u8(out, (uint8_t)(0x80U | (unit & 0x3FU)));
        }
    }
}

bool ansi_of_utf16le(struct plat_buffer *out, struct plat_span text)
{
    struct plat_reader r = plat_reader_of(text);

    while (plat_reader_left(&r) >= 2) {
        int byte = byte_of(plat_read_u16_le(&r));

        if (byte < 0)
            return false;
        plat_buffer_append_u8(out, (uint8_t)byte);
    }
    return plat_reader_left(&r) == 0;
}

bool ansi_of_utf8(struct plat_buffer *out, const char *text, size_t size)
{
    struct plat_buffer units;
    bool good;

    plat_buffer_init(&units, 2 * size);
    text_append_utf16le(&units, text, size);
    if (units.failed)
        out->failed = units.failed;
    good = ansi_of_utf16le(out, plat_span_of(units.data, units.size));
    plat_buffer_free(&units);
    return good;
}
