/* SPDX-License-Identifier: Apache-2.0 */
/* New keys and values, renaming, deleting. */
#include "regedit/dialog.h"
#include "regedit/edit.h"
#include "regedit/session.h"
#include "regedit/words.h"

#include "registry/history.h"

#include "platform/limits.h"
#include "platform/memory.h"

#include <inttypes.h>
#include <string.h>

/* Asks for a name, `proposal` being there to be typed over. NULL: not given. The caller frees. */
static char *ask_name(struct regedit *ui, const char *title, const char *label, const char *proposal)
{
    struct line line;
    char *name = NULL;

    line_init(&line, 4U * LIMIT_REG_VALUE_NAME);
    line_set(&line, proposal, strlen(proposal));
    if (dialog_line(ui, title, label, &line))
        name = plat_strndup((const char *)line.text.data, line.text.size);
    line_free(&line);
    return name;
}

/* ---- new ---- */

static void new_key(struct regedit *ui)
{
    struct tree_node *node = tree_selected(&ui->tree);
    reg_key parent = node->key, key = REG_KEY_NONE;
    char *name = ask_name(ui, "New key", "Name of the new key", "New Key");
    bool created = false;

    if (name != NULL && name[0] != '\0' && change_begin(ui)) {
        win_error error = reg_key_create(ui->db, parent, name, 0, &key, &created);

        if (error == ERROR_SUCCESS && !created)
            error = ERROR_ALREADY_EXISTS;
        if (change_end(ui, error, "new key %s", name))
            regedit_go(ui, key, NULL);
    }
    plat_free(name);
}

static void new_value(struct regedit *ui, uint32_t type)
{
    reg_key key = tree_selected(&ui->tree)->key;
    char *name = ask_name(ui, "New value", "Name of the new value", "New Value");
    struct plat_buffer data;

    if (name == NULL)
        return;
    plat_buffer_init(&data, 2 * (size_t)LIMIT_REG_DATA);
    words_number_data(type, 0, &data);
    if (value_exists(ui->db, key, name))
        regedit_alert(ui, "There is a value %s already", name[0] != '\0' ? name : "(Default)");
    else if (edit_data(ui, name, type, &data) && change_begin(ui)) {
        /* Made by somebody else while this one was typed? */
        win_error error = value_exists(ui->db, key, name)
                              ? ERROR_ALREADY_EXISTS
                              : reg_value_set(ui->db, key, name, type, data.data, data.size);

        if (change_end(ui, error, "new value %s", name[0] != '\0' ? name : "(Default)"))
            regedit_go(ui, key, name);
    }
    plat_buffer_free(&data);
    plat_free(name);
}

void command_new(struct regedit *ui)
{
    static const struct dialog_choice choices[] = {
        {'k', "Key"},
        {'s', "String (REG_SZ)"},
        {'b', "Binary (REG_BINARY)"},
        {'d', "Number, 32 bits (REG_DWORD)"},
        {'q', "Number, 64 bits (REG_QWORD)"},
        {'m', "List of strings (REG_MULTI_SZ)"},
        {'e', "Expandable (REG_EXPAND_SZ)"},
    };
    static const uint32_t types[] = {0,         REG_SZ,       REG_BINARY,   REG_DWORD,
                                     REG_QWORD, REG_MULTI_SZ, REG_EXPAND_SZ};
    int choice;

    if (ui->read_only) {
        regedit_alert(ui, "The registry is open read-only: nothing is changed");
        return;
    }
    choice = dialog_menu(ui, "New", choices, sizeof choices / sizeof choices[0]);
    if (choice == 0)
        new_key(ui);
    else if (choice > 0)
        new_value(ui, types[choice]);
}

/* ---- rename ---- */

/* There is no such thing as renaming a value: it is deleted and made anew. */
static win_error rename_value(struct regedit *ui, reg_key key, const char *name, const char *new_name,
                              bool *taken)
{
    struct plat_buffer data;
    uint32_t type;
    win_error error;

    plat_buffer_init(&data, LIMIT_REG_DATA);
    error = reg_value_get(ui->db, key, name, &type, &data);
    if (error == ERROR_SUCCESS)
        error = reg_value_delete(ui->db, key, name);
    *taken = error == ERROR_SUCCESS && value_exists(ui->db, key, new_name);
    if (*taken)
        error = ERROR_ALREADY_EXISTS;
    if (error == ERROR_SUCCESS)
        error = reg_value_set(ui->db, key, new_name, type, data.data, data.size);
    plat_buffer_free(&data);
    return error;
}

static void rename_selected_value(struct regedit *ui)
{
    struct value_item *item = values_selected(&ui->values);
    reg_key key = ui->values.key;
    char *name, *new_name;
    bool taken;

    if (item == NULL || !item->is_set || item->name[0] == '\0') {
        regedit_say(ui, "The default value has no name to change");
        return;
    }
    name = plat_strdup(item->name);
    new_name = name != NULL ? ask_name(ui, "Rename value", "New name", name) : NULL;
    if (new_name != NULL && strcmp(name, new_name) != 0 && change_begin(ui) &&
        change_end(ui, rename_value(ui, key, name, new_name, &taken), "rename value %s to %s", name, new_name))
        regedit_go(ui, key, new_name);
    plat_free(name);
    plat_free(new_name);
}

static void rename_selected_key(struct regedit *ui)
{
    struct tree_node *node = tree_selected(&ui->tree);
    reg_key key = node->key;
    char *name, *new_name;

    if (key <= REG_HKU) {
        regedit_say(ui, "Root keys keep their names");
        return;
    }
    name = plat_strdup(node->name);
    new_name = name != NULL ? ask_name(ui, "Rename key", "New name", name) : NULL;
    if (new_name != NULL && strcmp(name, new_name) != 0 && change_begin(ui))
        change_end(ui, reg_key_rename(ui->db, key, new_name), "rename key %s to %s", name, new_name);
    plat_free(name);
    plat_free(new_name);
}

void command_rename(struct regedit *ui)
{
    if (ui->read_only)
        regedit_alert(ui, "The registry is open read-only: nothing is changed");
    else if (ui->in_values)
        rename_selected_value(ui);
    else
        rename_selected_key(ui);
}

/* ---- delete ---- */

static void delete_value(struct regedit *ui)
{
    struct value_item *item = values_selected(&ui->values);
    reg_key key = ui->values.key;
    char *name;

    if (item == NULL || !item->is_set) {
        regedit_say(ui, "The default value is not set");
        return;
    }
    name = plat_strdup(item->name);
    if (name != NULL &&
        dialog_confirm(ui, "Delete value", "Delete the value %s?", name[0] != '\0' ? name : "(Default)") &&
        change_begin(ui))
        change_end(ui, reg_value_delete(ui->db, key, name), "delete value %s",
                   name[0] != '\0' ? name : "(Default)");
    plat_free(name);
}

/* What the history has to note of a key and all below it before it is deleted: each key's path and class, each value. Rather too much than too little. */
struct weight {
    struct reg_db *db;
    uint64_t bytes, room;
    size_t path; /* bytes of that of the key */
    win_error error;
};
#define RECORD_MOST 24U /* bytes of kind, type, number, lengths */

static bool weigh_value(void *context, const struct reg_value *value)
{
    struct weight *weight = context;

    weight->bytes += RECORD_MOST + strlen(value->name) + value->data.size;
    return weight->bytes <= weight->room;
}

static bool weigh_key(void *context, reg_key key, const char *name)
{
    struct weight *weight = context;
    size_t above = weight->path;
    win_error error;

    weight->path += 1 + strlen(name);
    weight->bytes += 2 * RECORD_MOST + weight->path;
    error = reg_each_value(weight->db, key, weigh_value, weight);
    if (error == ERROR_SUCCESS && weight->bytes <= weight->room)
        error = reg_each_key(weight->db, key, weigh_key, weight);
    weight->path = above;
    if (error != ERROR_SUCCESS && error != ERROR_KEY_DELETED && weight->error == ERROR_SUCCESS)
        weight->error = error;
    return weight->error == ERROR_SUCCESS && weight->bytes <= weight->room;
}

/* Whether the history has room for what a deletion would have to bring back; *room is that, in bytes. */
static bool can_be_undone(struct regedit *ui, reg_key key, uint32_t *room)
{
    struct weight weight = {.db = ui->db};
    struct plat_buffer path;

    if (reg_history_room(ui->db, room) != ERROR_SUCCESS || *room > LIMIT_REG_HISTORY_ENTRY)
        *room = LIMIT_REG_HISTORY_ENTRY;
    plat_buffer_init(&path, LIMIT_REG_PATH);
    if (reg_key_path(ui->db, key, &path) == ERROR_SUCCESS)
        weight.path = path.size;
    plat_buffer_free(&path);
    weight.room = *room;
    weigh_key(&weight, key, "");
    return weight.error != ERROR_SUCCESS || weight.bytes <= weight.room;
}

static void delete_key(struct regedit *ui)
{
    struct tree_node *node = tree_selected(&ui->tree);
    struct reg_key_info info;
    reg_key key = node->key;
    char *name, warning[128] = "";
    uint32_t room = 0;

    if (key <= REG_HKU || reg_key_info_of(ui->db, key, &info) != ERROR_SUCCESS) {
        regedit_say(ui, "Root keys stay");
        return;
    }
    name = plat_strdup(node->name);
    regedit_working(ui, "Working ...");
    if (!can_be_undone(ui, key, &room))
        snprintf(warning, sizeof warning,
                 "\n\nThis cannot be undone: it is more than the %" PRIu32
                 " bytes that the history keeps of one change.",
                 room);
    regedit_say(ui, "%s", "");
    if (name != NULL &&
        dialog_confirm(ui, "Delete key", "Delete the key %s%s%s%s?%s", name,
                       info.value_count > 0 ? " with its values" : "",
                       info.value_count > 0 && info.key_count > 0 ? "," : "",
                       info.key_count > 0 ? " and all the keys below it" : "", warning) &&
        change_begin(ui)) {
        regedit_working(ui, "Deleting %s, working ...", name);
        change_end(ui, reg_key_delete_tree(ui->db, key), "delete key %s", name);
    }
    plat_free(name);
}

void command_delete(struct regedit *ui)
{
    if (ui->read_only)
        regedit_alert(ui, "The registry is open read-only: nothing is changed");
    else if (ui->in_values)
        delete_value(ui);
    else
        delete_key(ui);
}
