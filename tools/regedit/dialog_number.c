/* SPDX-License-Identifier: Apache-2.0 */
/* A number, in hexadecimal or decimal; and a number as a list of named flags. */
#include "regedit/dialog.h"

#include "regedit/words.h"

#include <inttypes.h>
#include <string.h>

/* ---- digits ---- */

static void set_number(struct line *line, uint64_t number, bool hexadecimal)
{
    struct plat_buffer text;

    plat_buffer_init(&text, 64);
    words_format_number(number, hexadecimal, &text);
    line_set(line, (const char *)text.data, text.size);
    plat_buffer_free(&text);
}

static void draw_number(struct regedit *ui, const char *name, struct line *line, bool hexadecimal,
                        const char *problem)
{
    struct layout_box box;

    if (!dialog_begin(ui, "Edit number", "Tab: hexadecimal or decimal   Enter: OK   Esc: cancel", 60, 8, &box))
        return;
    screen_put(box.x + 2, box.y + 1, box.width - 4, SCREEN_STRONG, name);
    screen_put(box.x + 2, box.y + 3, 6, SCREEN_PLAIN, "Value");
    screen_put(box.x + 32, box.y + 3, 20, SCREEN_PLAIN, hexadecimal ? "(*) Hexadecimal" : "( ) Hexadecimal");
    screen_put(box.x + 32, box.y + 4, 20, SCREEN_PLAIN, hexadecimal ? "( ) Decimal" : "(*) Decimal");
    screen_put(box.x + 2, box.y + 5, box.width - 4, SCREEN_ALERT, problem);
    line_draw(line, box.x + 8, box.y + 3, 22, true);
}

bool dialog_number(struct regedit *ui, const char *name, size_t size, uint64_t *number)
{
    const char *problem = "";
    bool hexadecimal = true, ok = false;
    struct line line;

    line_init(&line, 40);
    set_number(&line, *number, hexadecimal);
    for (;;) {
        struct screen_event event;
        uint64_t typed;
        bool good;

        draw_number(ui, name, &line, hexadecimal, problem);
        if (!dialog_text_event(ui, &event))
            break;
        if (event.kind != SCREEN_KEY || (event.pasted && event.key == SCREEN_KEY_ENTER))
            continue;
        if (event.key == SCREEN_KEY_ESCAPE)
            break;
        good = words_parse_number((const char *)line.text.data, line.text.size, hexadecimal, size, &typed);
        problem = "";
        if (event.key == SCREEN_KEY_ENTER || event.key == SCREEN_KEY_TAB || event.key == SCREEN_KEY_BACK_TAB) {
            if (!good) {
                problem = hexadecimal ? "Not a hexadecimal number of this size"
                                      : "Not a decimal number of this size";
                continue;
            }
            ok = event.key == SCREEN_KEY_ENTER;
            if (ok) {
                *number = typed;
                break;
            }
            hexadecimal = !hexadecimal;
            set_number(&line, typed, hexadecimal);
        } else {
            line_key(&line, event.key);
        }
    }
    line_free(&line);
    return ok;
}

/* ---- flags ---- */

struct flags_view {
    const struct flag_set *set;
    uint32_t number;
    size_t at, first;
    struct layout_box box;
    int rows;
};

static void draw_flags(struct regedit *ui, struct flags_view *view)
{
    const struct flag_set *set = view->set;
    uint32_t nameless = flags_nameless(set, view->number);
    struct layout_box *box = &view->box;
    char line[160];

    if (!dialog_begin(ui, set->title, "Space: on, off   Tab: as a number   Enter: OK   Esc: cancel", 76,
                      (int)set->count + 6, box))
        return;
    view->rows = box->height - 6;
    view->first = layout_scroll(view->first, view->at, set->count, view->rows);
    for (int row = 0; row < view->rows && view->first + (size_t)row < set->count; row++) {
        const struct flag *flag = &set->flags[view->first + (size_t)row];
        bool here = view->first + (size_t)row == view->at;

        snprintf(line, sizeof line, " [%c] %-33s %s", view->number & flag->bit ? 'x' : ' ', flag->name,
                 flag->what);
        screen_put(box->x + 2, box->y + 1 + row, box->width - 4, here ? SCREEN_SELECTED : SCREEN_PLAIN, line);
    }
    snprintf(line, sizeof line, "0x%08" PRIx32 " (%" PRIu32 ")%s", view->number, view->number,
             nameless ? ", bits without a name among them" : "");
    screen_put(box->x + 2, box->y + 2 + view->rows, box->width - 4, SCREEN_STRONG, line);
    if ((size_t)view->rows < set->count) {
        snprintf(line, sizeof line, "%zu of %zu", view->at + 1, set->count);
        screen_put(box->x + box->width - 12, box->y + 2 + view->rows, 10, SCREEN_FAINT, line);
    }
}

static void flags_key(struct flags_view *view, uint32_t key)
{
    size_t last = view->set->count - 1, page = view->rows > 1 ? (size_t)view->rows - 1 : 1;

    if (key == ' ' || key == 'x')
        view->number ^= view->set->flags[view->at].bit;
    else if ((key == SCREEN_KEY_UP || key == 'k') && view->at > 0)
        view->at--;
    else if ((key == SCREEN_KEY_DOWN || key == 'j') && view->at < last)
        view->at++;
    else if (key == SCREEN_KEY_PAGE_UP || key == '[')
        view->at = view->at > page ? view->at - page : 0;
    else if (key == SCREEN_KEY_PAGE_DOWN || key == ']')
        view->at = view->at + page < last ? view->at + page : last;
    else if (key == SCREEN_KEY_HOME)
        view->at = 0;
    else if (key == SCREEN_KEY_END)
        view->at = last;
}

enum dialog_flags_result dialog_flags(struct regedit *ui, const struct flag_set *set, uint32_t *number)
{
    struct flags_view view = {.set = set, .number = *number, .rows = 1};

    for (;;) {
        struct screen_event event;

        draw_flags(ui, &view);
        if (!dialog_event(ui, &event))
            return DIALOG_FLAGS_CANCEL;
        if (event.kind == SCREEN_CLICK || event.kind == SCREEN_DOUBLE_CLICK) {
            int row = event.y - view.box.y - 1;

            if (row >= 0 && row < view.rows && view.first + (size_t)row < set->count) {
                view.at = view.first + (size_t)row;
                flags_key(&view, ' ');
            }
        } else if (event.kind == SCREEN_WHEEL_UP) {
            flags_key(&view, SCREEN_KEY_UP);
        } else if (event.kind == SCREEN_WHEEL_DOWN) {
            flags_key(&view, SCREEN_KEY_DOWN);
        }
        if (event.kind != SCREEN_KEY)
            continue;
        if (event.key == SCREEN_KEY_ESCAPE)
            return DIALOG_FLAGS_CANCEL;
        if (event.key == SCREEN_KEY_ENTER || event.key == SCREEN_KEY_TAB) {
            *number = view.number;
            return event.key == SCREEN_KEY_TAB ? DIALOG_FLAGS_AS_NUMBER : DIALOG_FLAGS_OK;
        }
        flags_key(&view, event.key);
    }
}
