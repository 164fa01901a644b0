/* SPDX-License-Identifier: Apache-2.0 */
#include "text/decode.h"

#include "platform/limits.h"
#include "platform/text.h"

#include <string.h>

/*
 * 0x80..0x9F of Windows-1252; the five unused ones stand for the C1 control of the same number, as Windows
 * converts them.
 */
static const uint16_t windows_1252[32] = {
    0x20AC, 0x0081, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
    0x2039, 0x0152, 0x008D, 0x017D, 0x008F, 0x0090, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
    0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x009D, 0x017E, 0x0178,
};

static uint16_t unit_of_1252(uint8_t byte)
{
    return byte >= 0x80 && byte < 0xA0 ? windows_1252[byte - 0x80] : byte;
}

void decode_ansi_to_utf16le(struct plat_buffer *out, struct plat_span ansi)
{
    if (plat_utf8_valid((const char *)ansi.data, ansi.size)) {
        plat_utf16le_append(out, (const char *)ansi.data, ansi.size);
        return;
    }
    for (size_t i = 0; i < ansi.size; i++)
        plat_buffer_append_u16_le(out, unit_of_1252(ansi.data[i]));
}

/* A unit of Windows-1252 lies in the BMP and is no surrogate: one to three bytes. */
static void append_1252_as_utf8(struct plat_buffer *out, struct plat_span bytes)
{
    for (size_t i = 0; i < bytes.size; i++) {
        unsigned unit = unit_of_1252(bytes.data[i]);

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

win_error decode_file(struct plat_span file, struct plat_buffer *converted, struct plat_span *text)
{
    if (file.size > LIMIT_REG_TEXT)
        return ERROR_FILE_TOO_LARGE;
    *text = file;
    if (file.size >= 2 && file.data[0] == 0xFF && file.data[1] == 0xFE) {
        plat_utf8_append_utf16le(converted, plat_span_of(file.data + 2, file.size - 2));
    } else if (file.size >= 3 && memcmp(file.data, "\xEF\xBB\xBF", 3) == 0) {
        *text = plat_span_of(file.data + 3, file.size - 3);
        return ERROR_SUCCESS;
    } else if (plat_utf8_valid((const char *)file.data, file.size)) {
        return ERROR_SUCCESS;
    } else {
        append_1252_as_utf8(converted, file);
    }
    *text = plat_span_of(converted->data, converted->size);
    return converted->failed;
}

struct text_lines text_lines_of(struct plat_span text)
{
    const char *start = text.size ? (const char *)text.data : "";

    return (struct text_lines){.next = start, .end = start + text.size, .number = 0};
}

bool text_line(struct text_lines *lines, struct text_cursor *line)
{
    const char *p = lines->next;

    if (p == lines->end)
        return false;
    line->next = p;
    while (p != lines->end && *p != '\n' && *p != '\r')
        p++;
    line->end = p;
    if (p != lines->end)
        p += p + 1 != lines->end && p[0] == '\r' && p[1] == '\n' ? 2 : 1;
    lines->next = p;
    lines->number++;
    return true;
}

char text_peek(const struct text_cursor *c)
{
    return c->next == c->end ? '\0' : *c->next;
}

void text_skip_blanks(struct text_cursor *c)
{
    while (c->next != c->end && (*c->next == ' ' || *c->next == '\t'))
        c->next++;
}

bool text_take(struct text_cursor *c, char expected)
{
    if (c->next == c->end || *c->next != expected)
        return false;
    c->next++;
    return true;
}

bool text_take_word(struct text_cursor *c, const char *word)
{
    size_t size = strlen(word);

    if ((size_t)(c->end - c->next) < size || !plat_ascii_equal_nocase_n(c->next, size, word, size))
        return false;
    c->next += size;
    return true;
}

bool text_at_end(struct text_cursor *c)
{
    text_skip_blanks(c);
    return c->next == c->end || *c->next == ';';
}
