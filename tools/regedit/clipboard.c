/* SPDX-License-Identifier: Apache-2.0 */
/* Copy and paste of a key with all below it, or of a value. */
#include "regedit/clipboard.h"

#include "regedit/dialog.h"
#include "regedit/session.h"

#include "platform/limits.h"
#include "platform/memory.h"

#include <string.h>

void clipboard_free(struct clipboard *clipboard)
{
    plat_free(clipboard->name);
    plat_buffer_free(&clipboard->data);
    *clipboard = (struct clipboard){.kind = CLIPBOARD_EMPTY};
    plat_buffer_init(&clipboard->data, LIMIT_REG_DATA);
}

void command_copy(struct regedit *ui)
{
    struct clipboard *clipboard = &ui->clipboard;
    struct tree_node *node = tree_selected(&ui->tree);
    struct value_item *item = values_selected(&ui->values);

    if (ui->in_values && (item == NULL || !item->is_set)) {
        regedit_say(ui, "There is no value to copy");
        return;
    }
    if (ui->in_values && regedit_is_masked(ui)) {
        regedit_alert(ui, "These data are protected: p shows them");
        return;
    }
    clipboard_free(clipboard);
    clipboard->key = node->key;
    clipboard->name = plat_strdup(ui->in_values ? item->name : node->name);
    if (clipboard->name == NULL)
        return;
    if (!ui->in_values) {
        clipboard->kind = CLIPBOARD_KEY;
    } else {
        win_error error =
            reg_value_get(ui->db, ui->values.key, item->name, &clipboard->type, &clipboard->data);

        if (error != ERROR_SUCCESS) {
            regedit_fail(ui, "Not copied", error);
            return;
        }
        clipboard->kind = CLIPBOARD_VALUE;
    }
    regedit_say(ui,
                ui->in_values ? "Copied the value %s" : "Copied the key %s, to be pasted with all below it",
                clipboard->name[0] != '\0' ? clipboard->name : "(Default)");
}

/* The name under which it is pasted: its own, or what is typed when that is taken. NULL: given up. */
static char *free_name(struct regedit *ui, const char *name, bool taken)
{
    struct line line;
    char *other = NULL;

    if (!taken)
        return plat_strdup(name);
    line_init(&line, 4U * LIMIT_REG_VALUE_NAME);
    line_insert(&line, name, strlen(name));
    line_insert(&line, " (copy)", 7);
    if (dialog_line(ui, "Paste", "That name is taken here; the copy's name", &line))
        other = plat_strndup((const char *)line.text.data, line.text.size);
    line_free(&line);
    return other;
}

/* reg_key_copy protects the copy of what is protected before anything is in it. */
static win_error copy_tree(struct regedit *ui, reg_key parent, const char *name, reg_key *copy)
{
    bool created = false;
    win_error error;

    regedit_working(ui, "Pasting %s, working ...", name);
    error = reg_key_create(ui->db, parent, name, 0, copy, &created);

    if (error == ERROR_SUCCESS && !created)
        error = ERROR_ALREADY_EXISTS;
    return error ? error : reg_key_copy(ui->db, ui->clipboard.key, ui->db, *copy, true);
}

static void paste_key(struct regedit *ui, reg_key target)
{
    reg_key there, copy = REG_KEY_NONE;
    bool taken = reg_key_open(ui->db, target, ui->clipboard.name, &there) == ERROR_SUCCESS;
    char *name = free_name(ui, ui->clipboard.name, taken);

    if (name != NULL && name[0] != '\0' && strchr(name, '\\') == NULL && change_begin(ui)) {
        win_error error = copy_tree(ui, target, name, &copy);

        if (change_end(ui, error, "paste key %s", name))
            regedit_go(ui, copy, NULL);
        else if (error == ERROR_INVALID_PARAMETER)
            regedit_alert(ui, "A key cannot be pasted into itself or a key below it");
    }
    plat_free(name);
}

static void paste_value(struct regedit *ui, reg_key target)
{
    const struct clipboard *clipboard = &ui->clipboard;
    bool taken = value_exists(ui->db, target, clipboard->name);
    char *name = free_name(ui, clipboard->name, taken);

    if (name != NULL && change_begin(ui)) {
        win_error error = ERROR_ALREADY_EXISTS;

        if (!value_exists(ui->db, target, name))
            error = reg_value_set(ui->db, target, name, clipboard->type, clipboard->data.data,
                                  clipboard->data.size);
        if (change_end(ui, error, "paste value %s", name[0] != '\0' ? name : "(Default)"))
            regedit_go(ui, target, name);
    }
    plat_free(name);
}

void command_paste(struct regedit *ui)
{
    reg_key target = tree_selected(&ui->tree)->key;

    if (ui->read_only)
        regedit_alert(ui, "The registry is open read-only: nothing is changed");
    else if (ui->clipboard.kind == CLIPBOARD_KEY)
        paste_key(ui, target);
    else if (ui->clipboard.kind == CLIPBOARD_VALUE)
        paste_value(ui, target);
    else
        regedit_say(ui, "Nothing was copied yet: c copies");
}
