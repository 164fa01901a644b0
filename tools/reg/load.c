/* SPDX-License-Identifier: Apache-2.0 */
/* `cerium reg load` and `cerium reg unload`: a hive as a key of HKLM or HKU. */
#include "reg/regtool.h"

#include "registry/hive.h"

#include <string.h>

static int load(struct regtool_command *command)
{
    struct plat_buffer message;
    struct reg_db *db;
    const char *rest;
    reg_key root;
    win_error error;
    int code;

    if (!regtool_key(command, command->word[0], &root, &rest))
        return 1;
    if ((root != REG_HKLM && root != REG_HKU) || rest[0] == 0 ||
        (strchr(rest, '\\') && strchr(rest, '\\')[1] != 0))
        return regtool_fail("A hive is loaded as HKLM\\NAME or HKU\\NAME.");
    if (!regtool_open(command, REG_OPEN_WRITE, &db))
        return 1;
    plat_buffer_init(&message, 4096);

    char name[4 * 256];

    snprintf(name, sizeof name, "%.*s", (int)strcspn(rest, "\\"), rest);
    error = strlen(name) < strcspn(rest, "\\") ? ERROR_INVALID_NAME
                                               : reg_load(db, root, name, command->word[1], &message);
    code = error ? regtool_fail_message(db, error, &message) : regtool_done();
    plat_buffer_free(&message);
    reg_db_close(db);
    return code;
}

static int unload(struct regtool_command *command)
{
    struct plat_buffer message;
    struct reg_db *db;
    const char *rest;
    reg_key root, key;
    win_error error;
    int code;

    if (!regtool_key(command, command->word[0], &root, &rest) || !regtool_open(command, REG_OPEN_WRITE, &db))
        return 1;
    plat_buffer_init(&message, 4096);
    error = reg_key_open(db, root, rest, &key);
    if (!error)
        error = reg_unload(db, key, &message);
    code = error ? regtool_fail_message(db, error, &message) : regtool_done();
    plat_buffer_free(&message);
    reg_db_close(db);
    return code;
}

const struct regtool_verb regtool_load = {.name = "LOAD",
                                          .summary = "shows a hive as a key, until UNLOAD",
                                          .help = regtool_help_load,
                                          .run = load,
                                          .words_wanted = 2,
                                          .word_kinds = "kf"};

const struct regtool_verb regtool_unload = {.name = "UNLOAD",
                                            .summary = "writes a loaded hive back and takes its key away",
                                            .help = regtool_help_unload,
                                            .run = unload,
                                            .words_wanted = 1,
                                            .word_kinds = "k"};
