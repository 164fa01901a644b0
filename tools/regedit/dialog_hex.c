/* SPDX-License-Identifier: Apache-2.0 */
/* Bytes, as hexadecimal digits and as characters side by side. */
#include "regedit/dialog.h"

#include "regedit/hexbuf.h"

#include "platform/limits.h"
#include "platform/text.h"

#include <string.h>

struct hex_view {
    struct hexbuf hex;
    bool characters; /* typing goes to the characters' side */
    size_t first;    /* row */
    const char *why;
    bool full; /* there was no room for what was typed last */
    struct layout_box box;
    int rows;
};

static void draw(struct regedit *ui, struct hex_view *view, const char *name)
{
    struct hexbuf *hex = &view->hex;
    struct layout_box *box = &view->box;
    size_t count = hex->bytes.size / HEXBUF_ROW + 1;
    struct plat_buffer text;
    char words[96];
    int x, y;

    if (!dialog_begin(ui, "Edit bytes",
                      "Tab: digits, characters  ^T: insert  ^D: delete  Enter: OK  Esc: cancel", 78,
                      (int)(count < 4 ? 4 : count) + 6, box))
        return;
    view->rows = box->height - 6;
    view->first = layout_scroll(view->first, hex->at / HEXBUF_ROW, count, view->rows);
    screen_put(box->x + 2, box->y + 1, box->width - 30, SCREEN_STRONG, name);
    snprintf(words, sizeof words, "%zu of %zu bytes, %s", hex->at, hex->bytes.size,
             hex->inserting ? "inserting" : "replacing");
    screen_put(box->x + box->width - 2 - (int)strlen(words), box->y + 1, (int)strlen(words), SCREEN_FAINT,
               words);
    if (view->full) {
        snprintf(words, sizeof words, "No more fits: %zu bytes are the limit", hex->bytes.limit);
        screen_put(box->x + 2, box->y + 2, box->width - 4, SCREEN_ALERT, words);
    } else {
        screen_put(box->x + 2, box->y + 2, box->width - 4, SCREEN_FAINT, view->why);
    }
    plat_buffer_init(&text, 256);
    for (int row = 0; row < view->rows && view->first + (size_t)row < count; row++) {
        plat_buffer_clear(&text);
        hexbuf_row_text(hex, (view->first + (size_t)row) * HEXBUF_ROW, &text);
        screen_put_n(box->x + 1, box->y + 3 + row, box->width - 2, SCREEN_PLAIN, (const char *)text.data,
                     text.size);
    }
    plat_buffer_free(&text);
    y = box->y + 3 + (int)(hex->at / HEXBUF_ROW - view->first);
    x = view->characters ? hexbuf_character_column(hex->at)
                         : hexbuf_digit_column(hex->at) + (hex->second ? 1 : 0);
    if (hex->at < hex->bytes.size) {
        snprintf(words, sizeof words, "%02x", hex->bytes.data[hex->at]);
        screen_put(box->x + 1 + hexbuf_digit_column(hex->at), y, 2,
                   view->characters ? SCREEN_MARKED : SCREEN_SELECTED, words);
    }
    screen_cursor(box->x + 1 + x, y, true);
}

static void move_key(struct hex_view *view, uint32_t key)
{
    struct hexbuf *hex = &view->hex;
    int64_t row = HEXBUF_ROW, in_row = (int64_t)(hex->at % HEXBUF_ROW);

    switch (key) {
    case SCREEN_KEY_LEFT:
        hexbuf_move(hex, hex->second ? 0 : -1);
        break;
    case SCREEN_KEY_RIGHT:
        hexbuf_move(hex, 1);
        break;
    case SCREEN_KEY_UP:
        hexbuf_move(hex, (int64_t)hex->at >= row ? -row : 0);
        break;
    case SCREEN_KEY_DOWN:
        hexbuf_move(hex, row);
        break;
    case SCREEN_KEY_PAGE_UP:
        hexbuf_move(hex, -row * (view->rows - 1));
        break;
    case SCREEN_KEY_PAGE_DOWN:
        hexbuf_move(hex, row * (view->rows - 1));
        break;
    case SCREEN_KEY_HOME:
        hexbuf_move(hex, -in_row);
        break;
    case SCREEN_KEY_END:
        hexbuf_move(hex, row - 1 - in_row);
        break;
    default:
        break;
    }
}

static void key(struct hex_view *view, uint32_t key)
{
    struct hexbuf *hex = &view->hex;

    view->full = false;
    if (key == SCREEN_KEY_TAB || key == SCREEN_KEY_BACK_TAB) {
        view->characters = !view->characters;
        hex->second = false;
    } else if (key == SCREEN_KEY_INSERT || key == SCREEN_CTRL('T')) {
        hex->inserting = !hex->inserting;
    } else if (key == SCREEN_KEY_DELETE || key == SCREEN_CTRL('D')) {
        hexbuf_delete(hex);
    } else if (key == SCREEN_KEY_BACKSPACE) {
        hexbuf_backspace(hex);
    } else if (view->characters && key >= ' ' && key < 127) {
        view->full = !hexbuf_byte(hex, (uint8_t)key);
    } else if (key < 127 && plat_hex_digit((char)key) >= 0) {
        view->full = !hexbuf_digit(hex, (unsigned)plat_hex_digit((char)key));
    } else {
        move_key(view, key);
    }
}

static void click(struct hex_view *view, const struct screen_event *event)
{
    int row = event->y - view->box.y - 3;
    bool second, character;
    size_t in_row, at;

    if (row < 0 || row >= view->rows ||
        !hexbuf_at_column(event->x - view->box.x - 1, &in_row, &second, &character))
        return;
    at = (view->first + (size_t)row) * HEXBUF_ROW + in_row;
    view->hex.at = at < view->hex.bytes.size ? at : view->hex.bytes.size;
    view->hex.second = second && view->hex.at < view->hex.bytes.size;
    view->characters = character;
}

bool dialog_hex(struct regedit *ui, const char *name, const char *why, struct plat_buffer *bytes)
{
    struct hex_view view = {.rows = 1, .why = why};
    bool ok = false;

    hexbuf_init(&view.hex, plat_span_of(bytes->data, bytes->size), LIMIT_REG_DATA);
    while (!view.hex.bytes.failed) {
        struct screen_event event;

        draw(ui, &view, name);
        if (!dialog_text_event(ui, &event))
            break;
        if (event.kind == SCREEN_CLICK)
            click(&view, &event);
        else if (event.kind == SCREEN_WHEEL_UP || event.kind == SCREEN_WHEEL_DOWN)
            move_key(&view, event.kind == SCREEN_WHEEL_UP ? SCREEN_KEY_UP : SCREEN_KEY_DOWN);
        if (event.kind != SCREEN_KEY || (event.pasted && event.key == SCREEN_KEY_ENTER))
            continue;
        ok = event.key == SCREEN_KEY_ENTER;
        if (ok || event.key == SCREEN_KEY_ESCAPE)
            break;
        key(&view, event.key);
    }
    if (ok) {
        plat_buffer_clear(bytes);
        plat_buffer_append(bytes, view.hex.bytes.data, view.hex.bytes.size);
    }
    hexbuf_free(&view.hex);
    return ok;
}
