/* SPDX-License-Identifier: Apache-2.0 */
/* What is seen: path bar, tree, values, status line, help line. */
#include "regedit/regedit.h"

#include "regedit/words.h"

#include "platform/limits.h"

#include <stdarg.h>
#include <string.h>

#define DEFAULT_NAME "(Default)"

struct layout regedit_layout(const struct regedit *ui)
{
    int columns, rows;

    screen_size(&columns, &rows);
    return layout_of(columns, rows, ui->tree_width, ui->longest_name, ui->longest_type);
}

static void set_status(struct regedit *ui, bool alert, const char *format, va_list args)
    __attribute__((format(printf, 3, 0)));
static void set_status(struct regedit *ui, bool alert, const char *format, va_list args)
{
    struct plat_buffer text;
    const char *words;

    plat_buffer_init(&text, 16 * sizeof ui->status);
    plat_buffer_vprintf(&text, format, args);
    words = plat_buffer_text(&text);
    snprintf(ui->status, sizeof ui->status, "%s", words != NULL ? words : "(words too long)");
    plat_buffer_free(&text);
    ui->status_alert = alert;
    ui->status_fresh = true;
}

void regedit_say(struct regedit *ui, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    set_status(ui, false, format, args);
    va_end(args);
}

void regedit_alert(struct regedit *ui, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    set_status(ui, true, format, args);
    va_end(args);
}

void regedit_working(struct regedit *ui, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    set_status(ui, false, format, args);
    va_end(args);
    regedit_draw(ui);
    screen_show();
}

void regedit_fail(struct regedit *ui, const char *what, win_error error)
{
    const char *words = reg_db_message(ui->db);

    regedit_alert(ui, "%s: %s%s%s", what, win_error_text(error), words[0] != '\0' ? ": " : "", words);
}

bool regedit_is_masked(struct regedit *ui)
{
    struct tree_node *node = tree_selected(&ui->tree);

    return ui->revealed != node->key && tree_is_protected(&ui->tree, node);
}

/* ---- the parts ---- */

static void draw_path(struct regedit *ui, const struct layout *l, int columns)
{
    struct plat_buffer path;
    const char *text;
    size_t skip = 0;

    plat_buffer_init(&path, LIMIT_REG_PATH);
    tree_path(tree_selected(&ui->tree), &path);
    text = plat_buffer_text(&path);
    if (text == NULL)
        text = "";
    /* Of a long path the end says more. */
    while (screen_width(text + skip, strlen(text + skip)) > columns - 8 && strchr(text + skip, '\\') != NULL)
        skip = (size_t)(strchr(text + skip, '\\') - text) + 1;
    screen_put(0, l->path_y, columns, SCREEN_BAR, skip > 0 ? " ..\\" : " ");
    screen_put(skip > 0 ? 4 : 1, l->path_y, columns - 5, SCREEN_BAR, text + skip);
    plat_buffer_free(&path);
}

static void draw_node(struct regedit *ui, const struct layout *l, size_t row, int y, int shift)
{
    struct tree_node *node = ui->tree.row[row];
    bool selected = row == ui->tree.selected;
    enum screen_look look = !selected ? SCREEN_PLAIN : ui->in_values ? SCREEN_MARKED : SCREEN_SELECTED;
    const char *sign = " ";
    struct plat_buffer text;
    int x = l->tree_x + 2 * (int)node->depth - shift, width = l->tree_width;

    tree_look(&ui->tree, node);
    if (node->has_children)
        sign = screen_is_utf8() ? (node->expanded ? "\xe2\x96\xbe" : "\xe2\x96\xb8")
                                : (node->expanded ? "-" : "+");
    plat_buffer_init(&text, LIMIT_REG_PATH);
    plat_buffer_printf(&text, "%s%s%s ", node->name, node->is_protected ? " [protected]" : "",
                       node->is_volatile ? " [volatile]" : "");
    if (x < 0) {
        plat_buffer_free(&text);
        return;
    }
    if (x < width)
        screen_put(x, y, 1, SCREEN_FAINT, sign);
    if (x + 1 < width) {
        int cells = screen_width((const char *)text.data, text.size) + 1, room = width - x - 1;

        screen_put(x + 1, y, cells < room ? cells : room, look, "");
        screen_put_n(x + 2, y, cells - 1 < room - 1 ? cells - 1 : room - 1, look, (const char *)text.data,
                     text.size);
    }
    if (selected && !ui->in_values)
        screen_cursor(x + 1 > width - 1 ? width - 1 : x + 1, y, false);
    plat_buffer_free(&text);
}

static void draw_tree(struct regedit *ui, const struct layout *l)
{
    struct tree *tree = &ui->tree;
    int indent = 2 * (int)tree_selected(tree)->depth, shift = 0;

    /* Deep keys move the tree to the left, so that at least the beginning of the selected name is seen. */
    if (indent > l->tree_width - LAYOUT_TREE_LEAST)
        shift = indent - (l->tree_width - LAYOUT_TREE_LEAST);
    tree->first = layout_scroll(tree->first, tree->selected, tree->row_count, l->list_rows);
    for (int i = 0; i < l->list_rows && tree->first + (size_t)i < tree->row_count; i++)
        draw_node(ui, l, tree->first + (size_t)i, l->list_y + i, shift);
}

static void draw_value(struct regedit *ui, const struct layout *l, size_t row, int y, bool masked)
{
    const struct value_item *item = &ui->values.item[row];
    bool selected = row == ui->values.selected;
    enum screen_look look = !selected ? SCREEN_PLAIN : ui->in_values ? SCREEN_SELECTED : SCREEN_PLAIN;
    struct plat_buffer type;

    screen_put(l->values_x, y, l->values_width, look, "");
    screen_put(l->name_x, y, l->name_width, look, item->name[0] != '\0' ? item->name : DEFAULT_NAME);
    plat_buffer_init(&type, 32);
    words_type(item->type, &type);
    screen_put_n(l->type_x, y, l->type_width, look, (const char *)type.data, type.size);
    plat_buffer_free(&type);
    screen_put(l->data_x, y, l->data_width, !item->is_set && !selected ? SCREEN_FAINT : look,
               masked && item->is_set ? "******** (p shows them)" : item->data);
    if (selected && ui->in_values)
        screen_cursor(l->values_x, y, false);
}

static void draw_values(struct regedit *ui, const struct layout *l)
{
    struct value_list *list = &ui->values;
    bool masked = regedit_is_masked(ui);

    list->first = layout_scroll(list->first, list->selected, list->count, l->list_rows);
    for (int i = 0; i < l->list_rows && list->first + (size_t)i < list->count; i++)
        draw_value(ui, l, list->first + (size_t)i, l->list_y + i, masked);
}

/* What stands at the right end of the status line; its width. */
static int status_right(const struct regedit *ui, char right[64])
{
    size_t set = ui->values.count;

    if (set > 0 && !ui->values.item[0].is_set)
        set--;
    return snprintf(right, 64, "%s%zu value%s ", ui->read_only ? "READ-ONLY  " : "", set, set == 1 ? "" : "s");
}

bool regedit_is_alert_cut(const struct regedit *ui)
{
    char right[64];
    int columns, rows, room;

    screen_size(&columns, &rows);
    room = columns - status_right(ui, right) - 2;
    return ui->status_alert && screen_width(ui->status, strlen(ui->status)) > room;
}

static void draw_status(struct regedit *ui, const struct layout *l, int columns)
{
    char right[64];
    int width = status_right(ui, right);

    screen_put(1, l->status_y, columns - width - 2, ui->status_alert ? SCREEN_ALERT : SCREEN_PLAIN,
               ui->status);
    screen_put(columns - width, l->status_y, width, ui->read_only ? SCREEN_STRONG : SCREEN_FAINT, right);
}

void regedit_draw(struct regedit *ui)
{
    int columns, rows;
    struct layout l = regedit_layout(ui);
    char words[96];

    screen_size(&columns, &rows);
    screen_clear();
    ui->seen = l.fits;
    if (!l.fits) {
        snprintf(words, sizeof words, "This terminal has %dx%d cells; regedit needs %dx%d. q quits.", columns,
                 rows, LAYOUT_COLUMNS_LEAST, LAYOUT_ROWS_LEAST);
        screen_put(0, 0, columns, SCREEN_ALERT, words);
        return;
    }
    draw_path(ui, &l, columns);
    screen_put(l.tree_x, l.head_y, l.tree_width, SCREEN_STRONG, " Key");
    screen_put(l.name_x, l.head_y, l.name_width, SCREEN_STRONG, "Name");
    screen_put(l.type_x, l.head_y, l.type_width, SCREEN_STRONG, "Type");
    screen_put(l.data_x, l.head_y, l.data_width, SCREEN_STRONG, "Data");
    screen_vertical(l.bar_x, l.head_y, l.list_rows + 1);
    draw_tree(ui, &l);
    draw_values(ui, &l);
    draw_status(ui, &l, columns);
    screen_put(0, l.help_y, columns, SCREEN_BAR, keymap_bar(ui->in_values));
}
