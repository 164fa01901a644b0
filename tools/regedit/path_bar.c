/* SPDX-License-Identifier: Apache-2.0 */
/* Going to a key by its path, with completion. */
#include "regedit/complete.h"
#include "regedit/dialog.h"

#include "platform/limits.h"
#include "platform/memory.h"
#include "platform/text.h"

#include <string.h>

struct path_bar {
    struct line line;
    struct completion names; /* of the last Tab */
    bool listed;             /* they are shown */
    const char *problem;
};

static void draw_names(const struct path_bar *bar, int columns, int rows)
{
    const char *name = (const char *)bar->names.names.data;
    int most = rows - 6, shown = (int)bar->names.count < most ? (int)bar->names.count : most;

    screen_box(1, 1, columns / 2, shown + 2,
               bar->names.more || shown < (int)bar->names.count ? "Keys (the first)" : "Keys");
    for (int i = 0; i < shown; i++) {
        screen_put(3, 2 + i, columns / 2 - 4, SCREEN_PLAIN, name);
        name += strlen(name) + 1;
    }
}

static void draw(struct regedit *ui, struct path_bar *bar)
{
    int columns, rows;

    regedit_draw(ui);
    screen_size(&columns, &rows);
    if (!regedit_layout(ui).fits)
        return;
    screen_put(0, rows - 1, columns, SCREEN_BAR, " Tab: complete the name   Enter: go there   Esc: back");
    if (bar->problem != NULL)
        screen_put(1, rows - 2, columns - 2, SCREEN_ALERT, bar->problem);
    if (bar->listed)
        draw_names(bar, columns, rows);
    screen_put(0, 0, columns, SCREEN_BAR, "");
    line_draw(&bar->line, 1, 0, columns - 2, true);
}

static void complete(struct regedit *ui, struct path_bar *bar)
{
    struct line *line = &bar->line;
    struct completion *names = &bar->names;
    reg_key root, key;
    const char *rest;
    struct reg_key_info info;

    line->fresh = false;
    line->at = line->text.size;
    completion_free(names);
    completion_find(names, ui->db, line->text.data ? (const char *)line->text.data : "", line->text.size);
    bar->listed = names->count > 1;
    bar->problem = names->count == 0 ? "No key begins like this" : NULL;
    if (names->common.size >= line->text.size - names->start && names->count > 0) {
        line_cut(line, names->start, line->text.size);
        line_insert(line, (const char *)names->common.data, names->common.size);
    }
    /* The only one: on to the keys below it, if there are any. */
    if (names->count == 1 && plat_buffer_text(&line->text) != NULL &&
        reg_path_split((const char *)line->text.data, &root, &rest) == ERROR_SUCCESS &&
        reg_key_open(ui->db, root, rest, &key) == ERROR_SUCCESS &&
        reg_key_info_of(ui->db, key, &info) == ERROR_SUCCESS && info.key_count > 0)
        line_insert(line, "\\", 1);
}

/* True: gone there. */
static bool go(struct regedit *ui, struct path_bar *bar)
{
    const char *path = plat_buffer_text(&bar->line.text);
    static const char computer[] = "Computer\\"; /* as regedit copies them */
    win_error error;

    if (path == NULL)
        return false;
    if (strlen(path) >= sizeof computer - 1 &&
        plat_name_equal_n(path, sizeof computer - 1, computer, sizeof computer - 1))
        path += sizeof computer - 1;
    error = tree_select_path(&ui->tree, path);
    if (error != ERROR_SUCCESS) {
        bar->problem = error == ERROR_FILE_NOT_FOUND ? "There is no such key"
                       : error == ERROR_BADKEY
                           ? "A path begins with HKEY_LOCAL_MACHINE, HKLM, HKCU, HKCR or HKU"
                           : win_error_text(error);
        return false;
    }
    regedit_read_values(ui);
    ui->in_values = false;
    ui->status[0] = '\0';
    return true;
}

void command_go_to(struct regedit *ui)
{
    struct path_bar bar = {.problem = NULL};
    struct plat_buffer path;
    struct screen_event event;

    line_init(&bar.line, LIMIT_REG_PATH);
    plat_buffer_init(&path, LIMIT_REG_PATH);
    tree_path(tree_selected(&ui->tree), &path);
    line_set(&bar.line, (const char *)path.data, path.size);
    plat_buffer_free(&path);
    for (;;) {
        draw(ui, &bar);
        if (!dialog_text_event(ui, &event))
            break;
        if (event.kind == SCREEN_CLICK && event.y == 0)
            line_click(&bar.line, event.x - 1);
        if (event.kind != SCREEN_KEY || (event.pasted && event.key == SCREEN_KEY_ENTER))
            continue;
        if (event.key == SCREEN_KEY_ESCAPE || (event.key == SCREEN_KEY_ENTER && go(ui, &bar)))
            break;
        if (event.key == SCREEN_KEY_TAB) {
            complete(ui, &bar);
        } else if (event.key != SCREEN_KEY_ENTER && line_key(&bar.line, event.key)) {
            bar.listed = false;
            bar.problem = NULL;
        }
    }
    completion_free(&bar.names);
    line_free(&bar.line);
}
