/* SPDX-License-Identifier: Apache-2.0 */
/* `cerium reg delete` */
#include "reg/regtool.h"

#include "platform/limits.h"

#include <string.h>

static const struct regtool_switch switches[] = {
    {"v", REGTOOL_ARGUMENT},
    {"ve", REGTOOL_NOTHING},
    {"va", REGTOOL_NOTHING},
    {"f", REGTOOL_NOTHING},
};

static int delete_value(struct reg_db *db, reg_key key, const char *name, bool force)
{
    struct plat_buffer data;
    win_error error;

    plat_buffer_init(&data, LIMIT_REG_DATA);
    error = reg_value_get(db, key, name, NULL, &data); /* nothing is asked about a value that is not there */
    plat_buffer_free(&data);
    if (!error && !force &&
        !regtool_confirm("Delete the registry value %s (Yes/No)? ", name[0] ? name : "(Default)"))
        return 1;
    if (!error)
        error = reg_value_delete(db, key, name);
    return error ? regtool_fail_code(db, error) : regtool_done();
}

/* Names, each with its NUL. */
static bool collect(void *context, const struct reg_value *value)
{
    struct plat_buffer *names = context;

    plat_buffer_append(names, value->name, strlen(value->name) + 1);
    return !names->failed;
}

static win_error delete_values(struct reg_db *db, reg_key key)
{
    struct plat_buffer names;
    win_error error;

    plat_buffer_init(&names, LIMIT_REG_TEXT);
    error = reg_begin(db);
    if (!error) {
        error = reg_each_value(db, key, collect, &names);
        if (!error)
            error = names.failed;
        for (size_t at = 0; !error && at < names.size; at += strlen((const char *)names.data + at) + 1)
            error = reg_value_delete(db, key, (const char *)names.data + at);
        if (error)
            reg_rollback(db);
        else
            error = reg_commit(db);
    }
    plat_buffer_free(&names);
    return error;
}

static int delete (struct reg_db *db, const struct regtool_command *command, reg_key root, const char *rest)
{
    bool force = regtool_given(command, "f");
    struct plat_buffer path;
    const char *text;
    bool goes_on = true;
    bool only_values = regtool_given(command, "va");
    reg_key key;
    win_error error = reg_key_open(db, root, rest, &key);

    if (error)
        return regtool_fail_code(db, error);
    if (regtool_given(command, "v") || regtool_given(command, "ve"))
        return delete_value(db, key, regtool_given(command, "v") ? regtool_argument(command, "v") : "", force);
    if (!force) {
        plat_buffer_init(&path, 4 * (size_t)LIMIT_REG_PATH);
        error = reg_key_path(db, key, &path);
        text = error ? NULL : plat_buffer_text(&path);
        goes_on = regtool_confirm(only_values ? "Delete all values under the registry key %s (Yes/No)? "
                                              : "Permanently delete the registry key %s (Yes/No)? ",
                                  text ? text : command->word[0]);
        plat_buffer_free(&path);
    }
    if (!goes_on)
        return 1;
    error = only_values ? delete_values(db, key) : reg_key_delete_tree(db, key);
    return error ? regtool_fail_code(db, error) : regtool_done();
}

static int run(struct regtool_command *command)
{
    struct reg_db *db;
    const char *rest;
    reg_key root;
    int code;

    if (regtool_given(command, "v") + regtool_given(command, "ve") + regtool_given(command, "va") > 1)
        return regtool_syntax_error(command);
    if (!regtool_key(command, command->word[0], &root, &rest) || !regtool_open(command, REG_OPEN_WRITE, &db))
        return 1;
    code = delete (db, command, root, rest);
    reg_db_close(db);
    return code;
}

const struct regtool_verb regtool_delete = {.name = "DELETE",
                                            .summary = "deletes a key with all below it, or values",
                                            .help = regtool_help_delete,
                                            .run = run,
                                            .switches = switches,
                                            .switch_count = sizeof switches / sizeof switches[0],
                                            .words_wanted = 1,
                                            .word_kinds = "k"};
