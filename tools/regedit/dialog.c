/* SPDX-License-Identifier: Apache-2.0 */
/* The frame of all dialogs, and the plain ones: a text, yes or no, a line, a menu. */
#include "regedit/dialog.h"

#include "regedit/utf8.h"

#include "platform/limits.h"

#include <string.h>

#define TEXT_SIZE (8U * LIMIT_CERT_SIZE)
#define TEXT_COLUMNS 100 /* of a box with text, if the screen has them */

bool dialog_begin(struct regedit *ui, const char *title, const char *hints, int width, int height,
                  struct layout_box *box)
{
    char view[96];
    int columns, rows;

    regedit_draw(ui);
    screen_size(&columns, &rows);
    if (ui->viewing) {
        snprintf(view, sizeof view, "View %s", strncmp(title, "Edit ", 5) == 0 ? title + 5 : title);
        title = view;
        hints = "Open read-only   Tab, arrows: move   Enter, Esc: close";
        height = height < rows - 4 ? height : rows - 4; /* the status line stays in sight */
    }
    *box = layout_dialog(columns, rows, width, height);
    if (!ui->seen)
        return false;
    screen_box(box->x, box->y, box->width, box->height, title);
    screen_put(box->x + 2, box->y + box->height - 2, box->width - 4, SCREEN_FAINT, hints);
    screen_cursor(box->x + 2, box->y + box->height - 2, false);
    return true;
}

static bool only_moves(uint32_t key)
{
    return (key >= SCREEN_KEY_UP && key <= SCREEN_KEY_PAGE_DOWN) || key == SCREEN_KEY_TAB ||
           key == SCREEN_KEY_BACK_TAB || key == SCREEN_KEY_ESCAPE || key == SCREEN_CTRL('A') ||
           key == SCREEN_CTRL('E');
}

/* What an editor gets that may not change anything. */
static bool view_event(struct regedit *ui, struct screen_event *event)
{
    if (event->kind == SCREEN_CLICK || event->kind == SCREEN_DOUBLE_CLICK)
        return false;
    if (event->kind == SCREEN_KEY && event->key == SCREEN_KEY_ENTER && !event->pasted)
        event->key = SCREEN_KEY_ESCAPE;
    if (event->kind == SCREEN_KEY && !only_moves(event->key)) {
        regedit_alert(ui, "The registry is open read-only: nothing is changed");
        event->kind = SCREEN_RESIZED; /* to be drawn again */
    }
    return true;
}

/* Whether the event is one for the dialog; makes it what it means there. */
static bool is_for_dialog(struct regedit *ui, struct screen_event *event, bool pastes)
{
    if (event->kind == SCREEN_STOPPED)
        ui->quit = true;
    if (event->kind == SCREEN_STOPPED || event->kind == SCREEN_RESIZED)
        return true;
    if (event->kind == SCREEN_NOTHING || (event->pasted && !(pastes && ui->seen)))
        return false;
    if (event->kind == SCREEN_KEY && event->alt) {
        event->key = SCREEN_KEY_ESCAPE;
        event->alt = false;
    }
    if (!ui->seen) {
        ui->quit = event->kind == SCREEN_KEY && (event->key == 'q' || event->key == SCREEN_CTRL('Q'));
        return ui->quit || (event->kind == SCREEN_KEY && event->key == SCREEN_KEY_ESCAPE);
    }
    return !ui->viewing || view_event(ui, event);
}

static bool next_event(struct regedit *ui, struct screen_event *event, bool pastes)
{
    do
        screen_wait(event, REGEDIT_TICK_MS);
    while (!is_for_dialog(ui, event, pastes));
    return !ui->quit;
}

bool dialog_event(struct regedit *ui, struct screen_event *event)
{
    return next_event(ui, event, false);
}

bool dialog_text_event(struct regedit *ui, struct screen_event *event)
{
    return next_event(ui, event, true);
}

/* ---- a text ---- */

/*
 * The end of the line that begins at `at`: at a line end, or where `width` cells are full (after a blank, if there is one). One character
 * goes on each line however narrow it is.
 */
static size_t wrap(const char *text, size_t at, size_t size, int width)
{
    size_t end = at, blank = at;

    while (end < size && text[end] != '\n') {
        uint32_t code;
        size_t next = end + utf8_next(text + end, size - end, &code);

        if (end > at && screen_width(text + at, next - at) > width)
            return blank > at ? blank : end;
        end = next;
        if (text[end - 1] == ' ')
            blank = end;
    }
    return end;
}

/* Draws the lines from `first` on; returns how many there are in all. */
static size_t draw_text(const char *text, size_t first, const struct layout_box *box, bool draw)
{
    size_t size = strlen(text), count = 0;
    int rows = box->height - 4;

    for (size_t at = 0; at < size; count++) {
        size_t end = wrap(text, at, size, box->width - 4);

        if (draw && count >= first && count < first + (size_t)rows)
            screen_put_n(box->x + 2, box->y + 1 + (int)(count - first), box->width - 4, SCREEN_PLAIN,
                         text + at, end - at);
        at = end < size && text[end] == '\n' ? end + 1 : end;
    }
    return count;
}

/* Moves a place in a list of `count` lines by a key; false when the key is none that moves. */
static bool scroll_key(uint32_t key, size_t *first, size_t count, int rows)
{
    size_t page = rows > 1 ? (size_t)rows - 1 : 1, last = count > (size_t)rows ? count - (size_t)rows : 0;

    if (key == SCREEN_KEY_UP || key == 'k')
        *first -= *first > 0;
    else if (key == SCREEN_KEY_DOWN || key == 'j')
        *first += 1;
    else if (key == SCREEN_KEY_PAGE_UP || key == '[')
        *first = *first > page ? *first - page : 0;
    else if (key == SCREEN_KEY_PAGE_DOWN || key == ']' || key == ' ')
        *first += page;
    else if (key == SCREEN_KEY_HOME)
        *first = 0;
    else if (key == SCREEN_KEY_END)
        *first = last;
    else
        return false;
    if (*first > last)
        *first = last;
    return true;
}

void dialog_text(struct regedit *ui, const char *title, const char *text)
{
    struct screen_event event = {.kind = SCREEN_NOTHING};
    size_t first = 0, count = 0;
    int columns, rows, shown;

    do {
        struct layout_box box;

        screen_size(&columns, &rows);
        box = layout_dialog(columns, rows, TEXT_COLUMNS, rows);
        count = draw_text(text, 0, &box, false);
        shown = (int)count < rows - 6 ? (int)count : rows - 6;
        if (dialog_begin(ui, title,
                         (int)count > shown ? "Up, Down, Space: scroll   Enter, Esc: close"
                                            : "Enter, Esc: close",
                         TEXT_COLUMNS, shown + 4, &box))
            draw_text(text, first, &box, true);
        if (!dialog_event(ui, &event))
            return;
        if (event.kind == SCREEN_WHEEL_UP)
            scroll_key(SCREEN_KEY_UP, &first, count, shown);
        else if (event.kind == SCREEN_WHEEL_DOWN)
            scroll_key(SCREEN_KEY_DOWN, &first, count, shown);
    } while (event.kind != SCREEN_KEY || scroll_key(event.key, &first, count, shown) ||
             (event.key != SCREEN_KEY_ENTER && event.key != SCREEN_KEY_ESCAPE && event.key != 'q'));
}

/* ---- yes or no ---- */

bool dialog_confirm(struct regedit *ui, const char *title, const char *format, ...)
{
    struct plat_buffer text;
    struct screen_event event;
    struct layout_box box;
    bool answered = false, yes = false;
    va_list args;

    plat_buffer_init(&text, TEXT_SIZE);
    va_start(args, format);
    plat_buffer_vprintf(&text, format, args);
    va_end(args);
    while (!answered && plat_buffer_text(&text) != NULL) {
        box.width = 64;
        box.height = 20;
        int lines = (int)draw_text((const char *)text.data, 0, &box, false);

        if (dialog_begin(ui, title, "y, Enter: yes   n, Esc: no", 64, lines + 4, &box))
            draw_text((const char *)text.data, 0, &box, true);
        if (!dialog_event(ui, &event))
            break;
        if (event.kind != SCREEN_KEY)
            continue;
        yes = event.key == 'y' || event.key == 'Y' || event.key == SCREEN_KEY_ENTER;
        answered = yes || event.key == 'n' || event.key == 'N' || event.key == SCREEN_KEY_ESCAPE;
    }
    plat_buffer_free(&text);
    return yes;
}

/* ---- a line ---- */

bool dialog_line(struct regedit *ui, const char *title, const char *label, struct line *line)
{
    for (;;) {
        struct screen_event event;
        struct layout_box box;

        if (dialog_begin(ui, title, "Enter: OK   Esc: cancel", 70, 6, &box)) {
            screen_put(box.x + 2, box.y + 1, box.width - 4, SCREEN_PLAIN, label);
            line_draw(line, box.x + 2, box.y + 2, box.width - 4, true);
        }
        if (!dialog_text_event(ui, &event))
            return false;
        if (event.kind == SCREEN_CLICK && event.y == box.y + 2)
            line_click(line, event.x - box.x - 2);
        if (event.kind != SCREEN_KEY || (event.pasted && event.key == SCREEN_KEY_ENTER))
            continue;
        if (event.key == SCREEN_KEY_ENTER)
            return true;
        if (event.key == SCREEN_KEY_ESCAPE)
            return false;
        line_key(line, event.key);
    }
}

/* ---- a menu ---- */

int dialog_menu(struct regedit *ui, const char *title, const struct dialog_choice *choices, size_t count)
{
    size_t at = 0;

    for (;;) {
        struct screen_event event;
        struct layout_box box;

        if (dialog_begin(ui, title, "Enter or its letter   Esc: cancel", 40, (int)count + 4, &box)) {
            for (size_t i = 0; i < count; i++) {
                enum screen_look look = i == at ? SCREEN_SELECTED : SCREEN_PLAIN;
                char line[64];

                snprintf(line, sizeof line, " %c  %s", choices[i].letter, choices[i].text);
                screen_put(box.x + 2, box.y + 1 + (int)i, box.width - 4, look, line);
            }
        }
        if (!dialog_event(ui, &event))
            return -1;
        if ((event.kind == SCREEN_CLICK || event.kind == SCREEN_DOUBLE_CLICK) && event.y > box.y &&
            event.y <= box.y + (int)count)
            return event.y - box.y - 1;
        if (event.kind != SCREEN_KEY)
            continue;
        if (event.key == SCREEN_KEY_ENTER)
            return (int)at;
        if (event.key == SCREEN_KEY_ESCAPE)
            return -1;
        if (event.key == SCREEN_KEY_UP)
            at = at > 0 ? at - 1 : count - 1;
        else if (event.key == SCREEN_KEY_DOWN || event.key == SCREEN_KEY_TAB)
            at = at + 1 < count ? at + 1 : 0;
        for (size_t i = 0; i < count; i++) {
            if (event.key == (uint32_t)choices[i].letter)
                return (int)i;
        }
    }
}
