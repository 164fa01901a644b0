/* SPDX-License-Identifier: Apache-2.0 */
/* What to search for, and in what. */
#include "regedit/dialog.h"

static const struct {
    unsigned flag;
    const char *text;
} places[] = {
    {FIND_KEYS, "Names of keys"},
    {FIND_VALUES, "Names of values"},
    {FIND_DATA, "Data"},
    {FIND_WHOLE, "Match the whole string only"},
    {FIND_BELOW, "Only below the selected key"},
};
enum { PLACES = sizeof places / sizeof places[0] };

static void draw(struct regedit *ui, struct line *text, unsigned what, size_t focus, struct layout_box *box)
{
    char line[80];

    if (!dialog_begin(ui, "Find from the selected key on",
                      "Tab: next field   Space: on, off   Enter: find   Esc: cancel", 64, PLACES + 6, box))
        return;
    screen_put(box->x + 2, box->y + 1, 10, SCREEN_PLAIN, "Find what");
    for (size_t i = 0; i < PLACES; i++) {
        snprintf(line, sizeof line, "[%c] %s", what & places[i].flag ? 'x' : ' ', places[i].text);
        screen_put(box->x + 12, box->y + 3 + (int)i, 34, focus == i + 1 ? SCREEN_SELECTED : SCREEN_PLAIN,
                   line);
    }
    line_draw(text, box->x + 12, box->y + 1, box->width - 14, focus == 0);
}

bool dialog_find(struct regedit *ui, struct line *text, unsigned *what)
{
    size_t focus = 0; /* the text, then the places */

    for (;;) {
        struct screen_event event;
        struct layout_box box;

        draw(ui, text, *what, focus, &box);
        if (!dialog_text_event(ui, &event))
            return false;
        if (event.kind == SCREEN_CLICK || event.kind == SCREEN_DOUBLE_CLICK) {
            int row = event.y - box.y - 3;

            if (event.y == box.y + 1) {
                focus = 0;
                line_click(text, event.x - box.x - 12);
            } else if (row >= 0 && row < PLACES) {
                focus = (size_t)row + 1;
                *what ^= places[row].flag;
            }
        }
        if (event.kind != SCREEN_KEY || (event.pasted && (focus != 0 || event.key == SCREEN_KEY_ENTER)))
            continue;
        if (event.key == SCREEN_KEY_ESCAPE)
            return false;
        if (event.key == SCREEN_KEY_ENTER && text->text.size > 0 &&
            (*what & (FIND_KEYS | FIND_VALUES | FIND_DATA)))
            return true;
        if (event.key == SCREEN_KEY_TAB || event.key == SCREEN_KEY_DOWN)
            focus = focus < PLACES ? focus + 1 : 0;
        else if (event.key == SCREEN_KEY_BACK_TAB || event.key == SCREEN_KEY_UP)
            focus = focus > 0 ? focus - 1 : PLACES;
        else if (focus == 0)
            line_key(text, event.key);
        else if (event.key == ' ')
            *what ^= places[focus - 1].flag;
    }
}
