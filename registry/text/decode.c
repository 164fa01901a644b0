/* SPDX-License-Identifier: Apache-2.0 */
#include "text/decode.h"

#include "text/ansi.h"

#include "platform/limits.h"
#include "platform/text.h"

#include <string.h>

void text_append_utf16le(struct plat_buffer *out, const char *text, size_t size)
{
    bool fits = size <= (out->limit - out->size) / 2; /* for certain: what is not ASCII takes less */
    uint8_t *to = fits ? plat_buffer_reserve(out, 2 * size) : NULL;
    size_t i = 0;

    while (to && i < size && (unsigned char)text[i] < 0x80) {
        to[2 * i] = (uint8_t)text[i];
        to[2 * i + 1] = 0;
        i++;
    }
    plat_buffer_advance(out, 2 * i);
    if (i < size)
        plat_utf16le_append(out, text + i, size - i);
}

static bool is_ascii_unit(const uint8_t *unit)
{
    return unit[0] < 0x80 && unit[1] == 0;
}

/* The ASCII units at the start; how many. Four at a time: most files are nothing else. */
static size_t copy_ascii(uint8_t *to, const uint8_t *from, size_t units)
{
    static const uint8_t beyond[8] = {0x80, 0xFF, 0x80, 0xFF, 0x80, 0xFF, 0x80, 0xFF};
    uint64_t mask;
    size_t i = 0;

    memcpy(&mask, beyond, sizeof mask);
    while (units - i >= 4) {
        uint64_t four;

        memcpy(&four, from + 2 * i, sizeof four);
        if (four & mask)
            break;
        to[i] = from[2 * i];
        to[i + 1] = from[2 * i + 2];
        to[i + 2] = from[2 * i + 4];
        to[i + 3] = from[2 * i + 6];
        i += 4;
    }
    while (i < units && is_ascii_unit(from + 2 * i)) {
        to[i] = from[2 * i];
        i++;
    }
    return i;
}

/* Runs of ASCII are copied, those between converted: no character goes over the border of a run. */
void text_append_utf8(struct plat_buffer *out, struct plat_span utf16le)
{
    const uint8_t *next = utf16le.data;
    size_t units = utf16le.size / 2;

    while (units > 0 && !out->failed) {
        size_t count = 0;
        uint8_t *to;

        while (count < units && !is_ascii_unit(next + 2 * count))
            count++;
        plat_utf8_append_utf16le(out, plat_span_of(next, 2 * count));
        next += 2 * count;
        units -= count;
        to = plat_buffer_reserve(out, units);
        count = to ? copy_ascii(to, next, units) : 0;
        plat_buffer_advance(out, count);
        next += 2 * count;
        units -= count;
    }
}

void decode_ansi_to_utf16le(struct plat_buffer *out, struct plat_span ansi, enum text_encoding of_file)
{
    if (of_file != TEXT_ANSI && plat_utf8_valid((const char *)ansi.data, ansi.size))
        text_append_utf16le(out, (const char *)ansi.data, ansi.size);
    else
        ansi_append_utf16le(out, ansi);
}

win_error decode_file(struct plat_span file, struct plat_buffer *converted, struct plat_span *text,
                      enum text_encoding *encoding)
{
    *encoding = TEXT_UTF8;
    if (file.size > LIMIT_REG_TEXT)
        return ERROR_FILE_TOO_LARGE;
    *text = file;
    if (file.size >= 2 && file.data[0] == 0xFF && file.data[1] == 0xFE) {
        *encoding = TEXT_UTF16;
        text_append_utf8(converted, plat_span_of(file.data + 2, file.size - 2));
    } else if (file.size >= 3 && memcmp(file.data, "\xEF\xBB\xBF", 3) == 0) {
        *text = plat_span_of(file.data + 3, file.size - 3);
        return ERROR_SUCCESS;
    } else if (plat_utf8_valid((const char *)file.data, file.size)) {
        return ERROR_SUCCESS;
    } else {
        *encoding = TEXT_ANSI;
        ansi_append_utf8(converted, file);
    }
    *text = plat_span_of(converted->data, converted->size);
    return converted->failed;
}

struct text_lines text_lines_of(struct plat_span text)
{
    const char *start = text.size ? (const char *)text.data : "";

    return (struct text_lines){.next = start, .end = start + text.size, .feed = start, .number = 0};
}

bool text_line(struct text_lines *lines, struct text_cursor *line)
{
    const char *p = lines->next;
    const char *carriage_return;

    if (p == lines->end)
        return false;
    if (lines->feed <= p) { /* looked for again only when it is behind: a file may have none, but many CRs */
        const char *feed = memchr(p, '\n', (size_t)(lines->end - p));

        lines->feed = feed ? feed : lines->end;
    }
    line->next = p;
    carriage_return = memchr(p, '\r', (size_t)(lines->feed - p));
    p = carriage_return ? carriage_return : lines->feed;
    line->end = p;
    if (p != lines->end)
        p += p + 1 != lines->end && p[0] == '\r' && p[1] == '\n' ? 2 : 1;
    lines->next = p;
    lines->number++;
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
