/* SPDX-License-Identifier: Apache-2.0 */
/* Find and find next, with the window. */
#include "regedit/dialog.h"

#include "platform/limits.h"

#include <inttypes.h>
#include <string.h>

#define KEYS_AT_ONCE 256U /* searched between looks at the keyboard */

/* Escape ends a search that takes long. */
static bool given_up(struct regedit *ui)
{
    struct screen_event event;

    regedit_say(ui, "Searching, %" PRIu64 " keys so far; Esc gives up", ui->finder.searched);
    regedit_draw(ui);
    screen_wait(&event, 0);
    if (event.kind == SCREEN_STOPPED)
        ui->quit = true;
    return ui->quit || (event.kind == SCREEN_KEY && event.key == SCREEN_KEY_ESCAPE);
}

void command_find_next(struct regedit *ui)
{
    struct finder *finder = &ui->finder;
    struct plat_buffer name;
    enum find_result result;
    bool has_value = false;
    reg_key key = REG_KEY_NONE;
    win_error error;

    if (finder->text.size == 0) {
        command_find(ui);
        return;
    }
    plat_buffer_init(&name, 4U * LIMIT_REG_VALUE_NAME);
    do
        result = finder_next(finder, ui->db, KEYS_AT_ONCE, &key, &has_value, &name, &error);
    while (result == FIND_BUSY && !given_up(ui));
    if (result == FIND_FOUND && plat_buffer_text(&name) != NULL) {
        regedit_go(ui, key, has_value ? (const char *)name.data : NULL);
        regedit_say(ui, "Found; F finds the next one");
    } else if (result == FIND_FAILED) {
        regedit_fail(ui, "The search has failed", error);
    } else if (result == FIND_BUSY) {
        regedit_say(ui, "Search given up; F goes on");
    } else {
        plat_buffer_clear(&name);
        plat_buffer_append(&name, finder->text.data, finder->text.size);
        error = plat_buffer_text(&name) == NULL
                    ? name.failed
                    : finder_start(finder, ui->db, finder->from, (const char *)name.data, name.size,
                                   finder->what);
        if (error == ERROR_SUCCESS)
            regedit_say(ui, "Nothing more was found; F starts again");
        else
            regedit_say(ui, "Nothing more was found");
    }
    plat_buffer_free(&name);
}

void command_find(struct regedit *ui)
{
    unsigned what = ui->finder.text.size > 0 ? ui->finder.what : FIND_KEYS | FIND_VALUES | FIND_DATA;
    reg_key from = tree_selected(&ui->tree)->key;
    struct line text;
    win_error error;

    line_init(&text, LIMIT_REG_VALUE_NAME);
    line_set(&text, (const char *)ui->finder.text.data, ui->finder.text.size);
    if (dialog_find(ui, &text, &what)) {
        error = finder_start(&ui->finder, ui->db, from, (const char *)text.text.data, text.text.size, what);
        if (error == ERROR_SUCCESS)
            command_find_next(ui);
        else
            regedit_fail(ui, "The search cannot begin", error);
    }
    line_free(&text);
}
