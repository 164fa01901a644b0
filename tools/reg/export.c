/* SPDX-License-Identifier: Apache-2.0 */
/* `cerium reg export` */
#include "reg/regtool.h"

#include "registry/regfile.h"

#include "platform/file.h"
#include "platform/limits.h"
#include "platform/process.h"

#include <string.h>

static const struct regtool_switch switches[] = {
    {"4", REGTOOL_NOTHING}, {"ce", REGTOOL_NOTHING}, {"y", REGTOOL_NOTHING}};

static int write_file(const char *name, const struct plat_buffer *file, uint32_t skipped)
{
    bool to_output = strcmp(name, "-") == 0;
    win_error error = to_output ? plat_write(PLAT_STDOUT, file->data, file->size)
                                : plat_file_write_atomic(name, file->data, file->size, 0600);

    if (error)
        return regtool_fail(
            "%s cannot be written: %s%s.", to_output ? "standard output" : name, win_error_text(error),
            error == ERROR_ACCESS_DENIED && !to_output ? " (and a link is never replaced)" : "");
    regtool_tell_left_out(skipped, "export");
    return to_output ? 0 : regtool_done();
}

static int export(struct reg_db *db, const struct regtool_command *command, reg_key root, const char *rest)
{
    const char *name = command->word[1];
    enum reg_file_dialect dialect = regtool_given(command, "4")    ? REG_FILE_REGEDIT4
                                    : regtool_given(command, "ce") ? REG_FILE_CE
                                                                   : REG_FILE_VERSION5;
    struct plat_buffer file;
    uint32_t skipped = 0;
    reg_key key;
    win_error error = reg_key_open(db, root, rest, &key);
    int code;

    if (error)
        return regtool_fail_code(db, error);
    if (!regtool_may_write(db, name, regtool_given(command, "y")))
        return 1;
    plat_buffer_init(&file, LIMIT_REG_TEXT);
    error = reg_export(db, key, dialect, &file, &skipped);
    if (error == ERROR_FILE_TOO_LARGE)
        code = regtool_fail("The file would be larger than %u MiB: export sub-keys one by one.",
                            LIMIT_REG_TEXT / 1024U / 1024U);
    else if (error)
        code = regtool_fail_code(db, error);
    else
        code = write_file(name, &file, skipped);
    plat_buffer_free(&file);
    return code;
}

static int run(struct regtool_command *command)
{
    struct reg_db *db;
    const char *rest;
    reg_key root;
    int code;

    if ((regtool_given(command, "y") && !command->y_is_last) ||
        (regtool_given(command, "4") && regtool_given(command, "ce")))
        return regtool_syntax_error(command);
    if (!regtool_key(command, command->word[0], &root, &rest) || !regtool_open(command, REG_OPEN_READ, &db))
        return 1;
    code = export(db, command, root, rest);
    reg_db_close(db);
    return code;
}

const struct regtool_verb regtool_export = {.name = "EXPORT",
                                            .summary = "writes a key with all below it to a .reg file",
                                            .help = regtool_help_export,
                                            .run = run,
                                            .switches = switches,
                                            .switch_count = sizeof switches / sizeof switches[0],
                                            .words_wanted = 2,
                                            .word_kinds = "kf"};
