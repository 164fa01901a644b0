/* SPDX-License-Identifier: Apache-2.0 */
#include "regedit/line.h"

#include "regedit/screen.h"
#include "regedit/utf8.h"

#include <string.h>

void line_init(struct line *line, size_t limit)
{
    *line = (struct line){.fresh = false};
    plat_buffer_init(&line->text, limit);
}

void line_free(struct line *line)
{
    plat_buffer_free(&line->text);
}

void line_set(struct line *line, const char *text, size_t size)
{
    plat_buffer_clear(&line->text);
    plat_buffer_append(&line->text, text, size);
    line->at = line->text.size;
    line->first = 0;
    line->fresh = true;
}

bool line_insert(struct line *line, const char *text, size_t size)
{
    struct plat_buffer *b = &line->text;

    if (size > b->limit - b->size || plat_buffer_reserve(b, size) == NULL)
        return false;
    plat_buffer_advance(b, size);
    memmove(b->data + line->at + size, b->data + line->at, b->size - size - line->at);
    memcpy(b->data + line->at, text, size);
    line->at += size;
    return true;
}

void line_cut(struct line *line, size_t from, size_t to)
{
    if (from >= to)
        return;
    memmove(line->text.data + from, line->text.data + to, line->text.size - to);
    line->text.size -= to - from;
    if (line->at >= to)
        line->at -= to - from;
    else if (line->at > from)
        line->at = from;
}

static size_t before(const struct line *line, size_t at)
{
    return at == 0 ? 0 : at - utf8_previous((const char *)line->text.data, at);
}

static size_t after(const struct line *line, size_t at)
{
    uint32_t code;

    return at >= line->text.size
               ? line->text.size
               : at + utf8_next((const char *)line->text.data + at, line->text.size - at, &code);
}

static size_t word_before(const struct line *line, size_t at)
{
    const uint8_t *s = line->text.data;

    while (at > 0 && (s[at - 1] == ' ' || s[at - 1] == '\\'))
        at--;
    while (at > 0 && s[at - 1] != ' ' && s[at - 1] != '\\')
        at--;
    return at;
}

static bool type_character(struct line *line, uint32_t key)
{
    char bytes[4];

    if (key < ' ' || key == SCREEN_KEY_BACKSPACE || key > 0x10ffff)
        return false;
    if (line->fresh)
        line_cut(line, 0, line->text.size);
    line_insert(line, bytes, utf8_put(bytes, key));
    return true;
}

bool line_key(struct line *line, uint32_t key)
{
    bool used = true;

    switch (key) {
    case SCREEN_KEY_LEFT:
        line->at = before(line, line->at);
        break;
    case SCREEN_KEY_RIGHT:
        line->at = after(line, line->at);
        break;
    case SCREEN_KEY_HOME:
    case SCREEN_CTRL('A'):
        line->at = 0;
        break;
    case SCREEN_KEY_END:
    case SCREEN_CTRL('E'):
        line->at = line->text.size;
        break;
    case SCREEN_KEY_BACKSPACE:
        line_cut(line, before(line, line->at), line->at);
        break;
    case SCREEN_KEY_DELETE:
    case SCREEN_CTRL('D'):
        line_cut(line, line->at, after(line, line->at));
        break;
    case SCREEN_CTRL('U'):
        line_cut(line, 0, line->at);
        break;
    case SCREEN_CTRL('K'):
        line_cut(line, line->at, line->text.size);
        break;
    case SCREEN_CTRL('W'):
        line_cut(line, word_before(line, line->at), line->at);
        break;
    default:
        used = type_character(line, key);
        break;
    }
    if (used)
        line->fresh = false;
    return used;
}

void line_draw(struct line *line, int x, int y, int width, bool focus)
{
    const char *text = line->text.size > 0 ? (const char *)line->text.data : "";
    size_t start = line->at; /* the first byte with which the cursor still is in sight */
    int cells = 0;

    /* One cell stays free for the cursor behind the last character. */
    while (start > 0) {
        size_t previous = before(line, start);

        cells += screen_width(text + previous, start - previous);
        if (cells > width - 1)
            break;
        start = previous;
    }
    if (line->first > line->at)
        line->first = line->at;
    if (line->first < start)
        line->first = start;
    screen_put_n(x, y, width, line->fresh && focus ? SCREEN_SELECTED : SCREEN_FIELD, text + line->first,
                 line->text.size - line->first);
    if (focus)
        screen_cursor(x + screen_width(text + line->first, line->at - line->first), y, true);
}

void line_click(struct line *line, int x)
{
    size_t at = line->first;

    while (at < line->text.size &&
           screen_width((const char *)line->text.data + line->first, after(line, at) - line->first) <= x)
        at = after(line, at);
    line->at = at;
    line->fresh = false;
}
