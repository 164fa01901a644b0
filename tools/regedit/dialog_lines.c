/* SPDX-License-Identifier: Apache-2.0 */
/* A list of strings, one a line. */
#include "regedit/dialog.h"

#include "platform/limits.h"
#include "platform/memory.h"

#include <string.h>

struct lines {
    struct line *line;
    size_t count, room;
    size_t at, first;
    enum { ON_TEXT, ON_OK, ON_CANCEL } focus;
    struct layout_box box;
    int rows;
};

static struct line *insert_line(struct lines *lines, size_t at)
{
    if (lines->count == lines->room) {
        size_t room = lines->room * 2 + 16;
        struct line *grown = plat_realloc(lines->line, room * sizeof *grown);

        if (grown == NULL)
            return NULL;
        lines->line = grown;
        lines->room = room;
    }
    memmove(lines->line + at + 1, lines->line + at, (lines->count - at) * sizeof *lines->line);
    line_init(&lines->line[at], 2 * (size_t)LIMIT_REG_DATA); /* UTF-8 may take more than UTF-16 */
    lines->count++;
    return &lines->line[at];
}

static void remove_line(struct lines *lines, size_t at)
{
    line_free(&lines->line[at]);
    lines->count--;
    memmove(lines->line + at, lines->line + at + 1, (lines->count - at) * sizeof *lines->line);
}

static void free_lines(struct lines *lines)
{
    for (size_t i = 0; i < lines->count; i++)
        line_free(&lines->line[i]);
    plat_free(lines->line);
}

static bool split(struct lines *lines, const struct plat_buffer *text)
{
    for (size_t at = 0; at < text->size || lines->count == 0;) {
        const char *string = text->size > 0 ? (const char *)text->data + at : "";
        const char *end = text->size > at ? memchr(string, 0, text->size - at) : NULL;
        size_t size = end != NULL ? (size_t)(end - string) : text->size - at;
        struct line *line = insert_line(lines, lines->count);

        if (line == NULL)
            return false;
        line_set(line, string, size);
        line->fresh = false;
        line->at = 0;
        at += size + 1;
    }
    return true;
}

/* Empty lines are left out: in the data an empty string would end the list. */
static void join(const struct lines *lines, struct plat_buffer *text)
{
    plat_buffer_clear(text);
    for (size_t i = 0; i < lines->count; i++) {
        if (lines->line[i].text.size == 0)
            continue;
        plat_buffer_append(text, lines->line[i].text.data, lines->line[i].text.size);
        plat_buffer_append_u8(text, 0);
    }
}

static void draw(struct regedit *ui, struct lines *lines, const char *name)
{
    struct layout_box *box = &lines->box;
    int button;
    char number[32];

    if (!dialog_begin(ui, "Edit strings", "Enter: new line   Tab: to OK   Esc: cancel", 76,
                      (int)(lines->count < 6 ? 6 : lines->count) + 7, box))
        return;
    lines->rows = box->height - 7;
    lines->first = layout_scroll(lines->first, lines->at, lines->count, lines->rows);
    button = box->y + box->height - 4;
    screen_put(box->x + 2, box->y + 1, box->width - 4, SCREEN_STRONG, name);
    for (int row = 0; row < lines->rows && lines->first + (size_t)row < lines->count; row++) {
        size_t at = lines->first + (size_t)row;

        snprintf(number, sizeof number, "%4zu", at + 1);
        screen_put(box->x + 2, box->y + 3 + row, 5, SCREEN_FAINT, number);
        if (at == lines->at)
            line_draw(&lines->line[at], box->x + 8, box->y + 3 + row, box->width - 10,
                      lines->focus == ON_TEXT);
        else
            screen_put_n(box->x + 8, box->y + 3 + row, box->width - 10, SCREEN_PLAIN,
                         (const char *)lines->line[at].text.data, lines->line[at].text.size);
    }
    screen_put(box->x + 8, button + 1, 6, lines->focus == ON_OK ? SCREEN_SELECTED : SCREEN_PLAIN, "[ OK ]");
    screen_put(box->x + 16, button + 1, 10, lines->focus == ON_CANCEL ? SCREEN_SELECTED : SCREEN_PLAIN,
               "[ Cancel ]");
}

static void break_line(struct lines *lines)
{
    struct line *line = &lines->line[lines->at], *next;
    size_t at = line->at;

    next = insert_line(lines, lines->at + 1);
    if (next == NULL)
        return;
    line = &lines->line[lines->at];
    line_set(next, (const char *)line->text.data + at, line->text.size - at);
    next->fresh = false;
    next->at = 0;
    line_cut(line, at, line->text.size);
    lines->at++;
}

/* The line goes to the end of the one before it. */
static void join_line(struct lines *lines)
{
    struct line *above = &lines->line[lines->at - 1], *line = &lines->line[lines->at];
    size_t end = above->text.size;

    above->at = end;
    if (line->text.size > 0 && !line_insert(above, (const char *)line->text.data, line->text.size))
        return;
    above->at = end;
    remove_line(lines, lines->at--);
}

static void text_key(struct lines *lines, uint32_t key)
{
    struct line *line = &lines->line[lines->at];
    size_t page = lines->rows > 1 ? (size_t)lines->rows - 1 : 1, last = lines->count - 1;

    if (key == SCREEN_KEY_ENTER) {
        break_line(lines);
    } else if (key == SCREEN_KEY_BACKSPACE && line->at == 0) {
        if (lines->at > 0)
            join_line(lines);
    } else if (key == SCREEN_KEY_DELETE && line->at == line->text.size) {
        if (lines->at < last) {
            lines->at++;
            join_line(lines);
        }
    } else if (key == SCREEN_KEY_UP) {
        lines->at -= lines->at > 0;
    } else if (key == SCREEN_KEY_DOWN) {
        lines->at += lines->at < last;
    } else if (key == SCREEN_KEY_PAGE_UP) {
        lines->at = lines->at > page ? lines->at - page : 0;
    } else if (key == SCREEN_KEY_PAGE_DOWN) {
        lines->at = lines->at + page < last ? lines->at + page : last;
    } else {
        line_key(line, key);
    }
}

/* True: the dialog is over, *ok says how. */
static bool handle(struct lines *lines, const struct screen_event *event, bool *ok)
{
    const struct layout_box *box = &lines->box;

    *ok = false;
    if (event->kind == SCREEN_CLICK && event->y == box->y + box->height - 3) {
        *ok = event->x >= box->x + 8 && event->x < box->x + 14;
        return *ok || (event->x >= box->x + 16 && event->x < box->x + 26);
    }
    if (event->kind == SCREEN_CLICK && event->y >= box->y + 3 && event->y < box->y + 3 + lines->rows) {
        size_t at = lines->first + (size_t)(event->y - box->y - 3);

        lines->focus = ON_TEXT;
        lines->at = at < lines->count ? at : lines->count - 1;
        line_click(&lines->line[lines->at], event->x - box->x - 8);
    }
    if (event->kind == SCREEN_WHEEL_UP || event->kind == SCREEN_WHEEL_DOWN)
        text_key(lines, event->kind == SCREEN_WHEEL_UP ? SCREEN_KEY_UP : SCREEN_KEY_DOWN);
    if (event->kind != SCREEN_KEY || (event->pasted && lines->focus != ON_TEXT))
        return false;
    if (event->key == SCREEN_KEY_ESCAPE)
        return true;
    if (event->key == SCREEN_KEY_TAB) {
        lines->focus = lines->focus == ON_TEXT ? ON_OK : lines->focus == ON_OK ? ON_CANCEL : ON_TEXT;
    } else if (event->key == SCREEN_KEY_BACK_TAB) {
        lines->focus = lines->focus == ON_TEXT ? ON_CANCEL : lines->focus == ON_CANCEL ? ON_OK : ON_TEXT;
    } else if (lines->focus == ON_TEXT) {
        text_key(lines, event->key);
    } else if (event->key == SCREEN_KEY_ENTER || event->key == ' ') {
        *ok = lines->focus == ON_OK;
        return true;
    }
    return false;
}

bool dialog_lines(struct regedit *ui, const char *name, struct plat_buffer *text)
{
    struct lines lines = {.rows = 1};
    bool ok = false;

    if (split(&lines, text)) {
        struct screen_event event;

        do
            draw(ui, &lines, name);
        while (dialog_text_event(ui, &event) && !handle(&lines, &event, &ok));
    }
    if (ok)
        join(&lines, text);
    free_lines(&lines);
    return ok;
}
