/* SPDX-License-Identifier: Apache-2.0 */
/* `cerium reg save` and `cerium reg restore`: a key with all below it in a file of its own, and back. */
#include "reg/regtool.h"

#include "registry/hive.h"

#include <string.h>

static const struct regtool_switch save_switches[] = {{"y", REGTOOL_NOTHING}};

/* What both begin with: the file's key, opened. 0, or the exit code. */
static int begin(struct regtool_command *command, enum reg_open_mode mode, struct reg_db **db, reg_key *key)
{
    const char *rest;
    reg_key root;
    win_error error;

    if (!regtool_key(command, command->word[0], &root, &rest) || !regtool_open(command, mode, db))
        return 1;
    error = reg_key_open(*db, root, rest, key);
    if (!error)
        return 0;
    regtool_fail_code(*db, error);
    reg_db_close(*db);
    return 1;
}

static int save(struct regtool_command *command)
{
    struct plat_buffer message;
    struct reg_db *db;
    reg_key key;
    int code = begin(command, REG_OPEN_READ, &db, &key);

    if (code)
        return code;
    code = 1;
    if (strcmp(command->word[1], "-") == 0)
        regtool_fail("A hive is no stream: name a file (./- for one with that name). EXPORT takes -.");
    else if (regtool_may_write(db, command->word[1], regtool_given(command, "y"))) {
        plat_buffer_init(&message, 4096);
        win_error error = reg_save(db, key, command->word[1], true, &message);

        code = error ? regtool_fail_message(db, error, &message) : regtool_done();
        plat_buffer_free(&message);
    }
    reg_db_close(db);
    return code;
}

static int restore(struct regtool_command *command)
{
    struct plat_buffer message;
    struct reg_db *db;
    reg_key key;
    win_error error;
    int code = begin(command, REG_OPEN_WRITE, &db, &key);

    if (code)
        return code;
    plat_buffer_init(&message, 4096);
    error = reg_restore(db, key, command->word[1], &message);
    code = error ? regtool_fail_message(db, error, &message) : regtool_done();
    plat_buffer_free(&message);
    reg_db_close(db);
    return code;
}

const struct regtool_verb regtool_save = {.name = "SAVE",
                                          .summary =
                                              "writes a key with all below it to a hive, a file of its own",
                                          .help = regtool_help_save,
                                          .run = save,
                                          .switches = save_switches,
                                          .switch_count = sizeof save_switches / sizeof save_switches[0],
                                          .words_wanted = 2,
                                          .word_kinds = "kf"};

const struct regtool_verb regtool_restore = {.name = "RESTORE",
                                             .summary = "makes a key what a hive holds",
                                             .help = regtool_help_restore,
                                             .run = restore,
                                             .words_wanted = 2,
                                             .word_kinds = "kf"};
