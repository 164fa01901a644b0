/* SPDX-License-Identifier: Apache-2.0 */
/* Moving about in the window, and keeping it as the registry is. */
#include "regedit/dialog.h"
#include "regedit/words.h"

#include "platform/file.h"

#include <string.h>

void regedit_read_values(struct regedit *ui)
{
    reg_key key = tree_selected(&ui->tree)->key;
    win_error error = values_read(&ui->values, ui->db, key);
    struct plat_buffer text;

    if (error != ERROR_SUCCESS)
        regedit_fail(ui, "The values cannot be read", error);
    if (ui->revealed != key)
        ui->revealed = REG_KEY_NONE; /* what is left is hidden again */
    plat_buffer_init(&text, 64);
    ui->longest_name = ui->longest_type = 0;
    for (size_t i = 0; i < ui->values.count; i++) {
        const char *name = ui->values.item[i].name;
        int cells = screen_width(name, strlen(name)), type;

        ui->longest_name = cells > ui->longest_name ? cells : ui->longest_name;
        plat_buffer_clear(&text);
        words_type(ui->values.item[i].type, &text);
        type = (int)text.size;
        ui->longest_type = type > ui->longest_type ? type : ui->longest_type;
    }
    plat_buffer_free(&text);
}

void regedit_reload(struct regedit *ui)
{
    win_error error;

    ui->generation = reg_generation(ui->db); /* before reading: what changes meanwhile is read again */
    error = tree_refresh(&ui->tree);
    if (error != ERROR_SUCCESS)
        regedit_fail(ui, "The keys cannot be read", error);
    regedit_read_values(ui);
}

void regedit_go(struct regedit *ui, reg_key key, const char *value)
{
    win_error error = tree_select_key(&ui->tree, key);

    if (error != ERROR_SUCCESS) {
        regedit_fail(ui, "Cannot go there", error);
        return;
    }
    regedit_read_values(ui);
    ui->in_values = value != NULL && values_select(&ui->values, value);
}

bool regedit_has_file(struct regedit *ui)
{
    struct plat_file_info info;
    win_error error = plat_file_stat(reg_db_path(ui->db), &info);

    if (error != ERROR_SUCCESS)
        regedit_alert(ui, "The registry file was removed: nothing can be written. Leave with q (%s: %s)",
                      reg_db_path(ui->db), win_error_text(error));
    else if (memcmp(info.identity, ui->file, sizeof info.identity) != 0)
        regedit_alert(ui, "The registry file was replaced: this is the old one. Start again (%s)",
                      reg_db_path(ui->db));
    else
        return true;
    return false;
}

void command_refresh(struct regedit *ui)
{
    screen_repaint();
    regedit_say(ui, "Read again");
    regedit_reload(ui);
    regedit_has_file(ui);
}

void command_reveal(struct regedit *ui)
{
    struct tree_node *node = tree_selected(&ui->tree);

    if (!tree_is_protected(&ui->tree, node))
        regedit_say(ui, "This key is not protected");
    else
        ui->revealed = ui->revealed == node->key ? REG_KEY_NONE : node->key;
}

void command_quit(struct regedit *ui)
{
    ui->quit = true;
}

/* ---- moving ---- */

/* Where a key that moves leads in a list; false when it is none. */
static bool move(uint32_t key, size_t *at, size_t count, int rows)
{
    size_t page = rows > 1 ? (size_t)rows - 1 : 1, last = count > 0 ? count - 1 : 0;

    if (key == SCREEN_KEY_UP || key == 'k')
        *at -= *at > 0;
    else if (key == SCREEN_KEY_DOWN || key == 'j')
        *at += *at < last;
    else if (key == SCREEN_KEY_PAGE_UP || key == '[')
        *at = *at > page ? *at - page : 0;
    else if (key == SCREEN_KEY_PAGE_DOWN || key == ']')
        *at = *at + page < last ? *at + page : last;
    else if (key == SCREEN_KEY_HOME || key == '{')
        *at = 0;
    else if (key == SCREEN_KEY_END || key == '}')
        *at = last;
    else
        return false;
    return true;
}

/* Another key may be selected now: its values. */
static void selection_moved(struct regedit *ui, reg_key before)
{
    if (tree_selected(&ui->tree)->key == before)
        return;
    ui->status[0] = '\0';
    ui->status_alert = false;
    regedit_read_values(ui);
}

static void expand(struct regedit *ui, struct tree_node *node)
{
    win_error error = tree_expand(&ui->tree, node);

    if (error != ERROR_SUCCESS)
        regedit_fail(ui, "Cannot read the keys below", error);
}

static void go_left(struct regedit *ui, struct tree_node *node)
{
    if (node->expanded) {
        tree_collapse(&ui->tree, node);
    } else if (node->parent != NULL && node->parent->key != REG_KEY_NONE) {
        while (ui->tree.row[ui->tree.selected] != node->parent)
            ui->tree.selected--;
    }
}

static bool tree_key(struct regedit *ui, uint32_t key, const struct layout *l)
{
    struct tree_node *node = tree_selected(&ui->tree);
    reg_key before = node->key;
    bool used = true;

    if (move(key, &ui->tree.selected, ui->tree.row_count, l->list_rows)) {
        used = true;
    } else if (key == SCREEN_KEY_LEFT || key == 'h' || key == '-') {
        go_left(ui, node);
    } else if (key == SCREEN_KEY_ENTER && node->expanded) {
        tree_collapse(&ui->tree, node);
    } else if ((key == SCREEN_KEY_RIGHT || key == 'l') && node->expanded) {
        ui->tree.selected++;
    } else if (key == SCREEN_KEY_RIGHT || key == 'l' || key == '+' || key == SCREEN_KEY_ENTER) {
        expand(ui, node);
    } else {
        used = false;
    }
    selection_moved(ui, before);
    return used;
}

static bool values_key(struct regedit *ui, uint32_t key, const struct layout *l)
{
    if (key == SCREEN_KEY_LEFT || key == 'h')
        ui->in_values = false;
    else if (key == SCREEN_KEY_ENTER)
        command_edit(ui);
    else
        return move(key, &ui->values.selected, ui->values.count, l->list_rows);
    return true;
}

static void handle_key(struct regedit *ui, const struct screen_event *event, const struct layout *l)
{
    void (*command)(struct regedit *) = keymap_command(event->key);
    bool moved;

    if (event->key == SCREEN_KEY_TAB || event->key == SCREEN_KEY_BACK_TAB) {
        ui->in_values = !ui->in_values;
        return;
    }
    if (event->key == '<' || event->key == '>') {
        ui->tree_width = l->tree_width + (event->key == '>' ? 2 : -2);
        ui->tree_width = ui->tree_width < LAYOUT_TREE_LEAST ? LAYOUT_TREE_LEAST : ui->tree_width;
        return;
    }
    moved = !event->alt && (ui->in_values ? values_key(ui, event->key, l) : tree_key(ui, event->key, l));
    if (!moved && event->alt && (event->key == 'd' || event->key == 'D'))
        command_go_to(ui); /* as in regedit */
    else if (!moved && command != NULL)
        command(ui);
}

/* ---- the mouse ---- */

static void handle_mouse(struct regedit *ui, const struct screen_event *event, const struct layout *l)
{
    bool right = event->x >= l->values_x;
    int row = event->y - l->list_y;
    reg_key before = tree_selected(&ui->tree)->key;

    if (event->kind == SCREEN_WHEEL_UP || event->kind == SCREEN_WHEEL_DOWN) {
        uint32_t key = event->kind == SCREEN_WHEEL_UP ? SCREEN_KEY_UP : SCREEN_KEY_DOWN;

        for (int i = 0; i < 3; i++) {
            if (right)
                move(key, &ui->values.selected, ui->values.count, l->list_rows);
            else
                move(key, &ui->tree.selected, ui->tree.row_count, l->list_rows);
        }
        selection_moved(ui, before);
        return;
    }
    if (event->y == l->path_y) {
        command_go_to(ui);
        return;
    }
    if (row < 0 || row >= l->list_rows)
        return;
    if (right && ui->values.first + (size_t)row < ui->values.count) {
        ui->in_values = true;
        ui->values.selected = ui->values.first + (size_t)row;
        if (event->kind == SCREEN_DOUBLE_CLICK)
            command_edit(ui);
    } else if (!right && event->x < l->bar_x && ui->tree.first + (size_t)row < ui->tree.row_count) {
        ui->in_values = false;
        ui->tree.selected = ui->tree.first + (size_t)row;
        selection_moved(ui, before);
        if (event->kind == SCREEN_DOUBLE_CLICK) {
            struct tree_node *node = tree_selected(&ui->tree);

            if (node->expanded)
                tree_collapse(&ui->tree, node);
            else
                expand(ui, node);
        }
    }
}

/* ---- the loop ---- */

/* Somebody changed something: the bell was rung, or the file says so (reg_wait looks at both). */
static bool look_for_changes(struct regedit *ui)
{
    reg_key before = tree_selected(&ui->tree)->key;

    if (reg_generation(ui->db) == ui->generation && !reg_wait(ui->db, ui->generation, 0))
        return false;
    regedit_reload(ui);
    if (regedit_has_file(ui) && tree_selected(&ui->tree)->key != before)
        regedit_alert(ui, "The key that was selected is gone: another program has deleted it");
    return true;
}

static void show_long_alert(struct regedit *ui)
{
    if (ui->status_fresh && regedit_is_alert_cut(ui) && regedit_layout(ui).fits)
        dialog_text(ui, "Note", ui->status);
    ui->status_fresh = false;
}

static void handle(struct regedit *ui, const struct screen_event *event)
{
    struct layout l = regedit_layout(ui);

    if (event->pasted)
        return; /* it is no commands */
    if (event->kind == SCREEN_STOPPED)
        ui->quit = true;
    else if (!ui->seen)
        ui->quit = event->kind == SCREEN_KEY && (event->key == 'q' || event->key == SCREEN_CTRL('Q'));
    else if (event->kind == SCREEN_KEY)
        handle_key(ui, event, &l);
    else if (event->kind != SCREEN_NOTHING && event->kind != SCREEN_RESIZED)
        handle_mouse(ui, event, &l);
}

void regedit_run(struct regedit *ui)
{
    bool changed = true;

    show_long_alert(ui);
    while (!ui->quit) {
        struct screen_event event;

        if (changed)
            regedit_draw(ui);
        screen_wait(&event, REGEDIT_TICK_MS);
        handle(ui, &event);
        changed = event.kind != SCREEN_NOTHING && !event.pasted;
        if (!ui->quit)
            show_long_alert(ui);
        if (!ui->quit && look_for_changes(ui))
            changed = true;
    }
}
