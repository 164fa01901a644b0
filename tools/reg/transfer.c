/* SPDX-License-Identifier: Apache-2.0 */
/* `cerium reg import` and `cerium reg export` */
#include "reg/regtool.h"

#include "registry/regfile.h"

#include "platform/file.h"
#include "platform/limits.h"
#include "platform/process.h"
#include "platform/text.h"

#include <inttypes.h>
#include <string.h>

/* Names out of the file stand in some of the texts: no control characters to a terminal. */
static void print_problem(void *context, uint32_t line, const char *text)
{
    const char *file = context;

    fprintf(stderr, "%s:%" PRIu32 ": ", file, line);
    for (const unsigned char *p = (const unsigned char *)text; *p; p++)
        fputc(*p < ' ' || *p == 127 ? '?' : *p, stderr);
    fputc('\n', stderr);
}

static int import(struct reg_db *db, char *name, struct plat_span file)
{
    struct reg_import_result result;
    win_error error = reg_import(db, file, print_problem, name, &result);

    if (error == ERROR_FILE_TOO_LARGE)
        return regtool_fail("%s is larger than %u MiB.", name, LIMIT_REG_TEXT / 1024U / 1024U);
    if (error == ERROR_INVALID_DATA)
        return regtool_fail("%s: %s.", name, reg_db_message(db));
    return error ? regtool_fail_code(db, error) : regtool_done();
}

int regtool_import(struct tool_context *tool, int argc, char **argv)
{
    struct regtool_command command = {
        .tool = tool, .verb = "IMPORT", .words_wanted = 1, .last_word_is_file = true};
    struct plat_buffer file;
    struct reg_db *db;
    char name[LIMIT_PATH_SIZE];
    win_error error;
    int code = 1;

    if (!regtool_parse(&command, argc, argv))
        return 1;
    snprintf(name, sizeof name, "%s", strcmp(command.word[0], "-") == 0 ? "standard input" : command.word[0]);
    plat_buffer_init(&file, LIMIT_REG_TEXT);
    error = plat_file_read_all(command.word[0], &file);
    if (error) {
        regtool_fail("%s cannot be read: %s.", name, win_error_text(error));
    } else if (tool_open_registry(tool, REG_OPEN_CREATE, &db)) {
        code = import(db, name, plat_span_of(file.data, file.size));
        reg_db_close(db);
    }
    plat_buffer_free(&file);
    return code;
}

static const struct regtool_switch export_switches[] = {{"y", REGTOOL_NOTHING}};

static int write_file(const char *name, const struct plat_buffer *file, uint32_t skipped)
{
    bool to_output = strcmp(name, "-") == 0;
    win_error error = to_output ? plat_write(PLAT_STDOUT, file->data, file->size)
                                : plat_file_write_atomic(name, file->data, file->size, 0600);

    if (error)
        return regtool_fail("%s cannot be written: %s.", to_output ? "standard output" : name,
                            win_error_text(error));
    if (skipped > 0)
        fprintf(stderr, "%" PRIu32 " protected key%s left out; export %s by name.\n", skipped,
                skipped == 1 ? " was" : "s were", skipped == 1 ? "it" : "each");
    return to_output ? 0 : regtool_done();
}

static int export(struct reg_db *db, reg_key root, const char *rest, const char *name, bool overwrite)
{
    struct plat_file_info info;
    struct plat_buffer file;
    uint32_t skipped = 0;
    reg_key key;
    win_error error = reg_key_open(db, root, rest, &key);
    int code;

    if (error)
        return regtool_fail_code(db, error);
    if (!overwrite && strcmp(name, "-") != 0 && plat_file_stat(name, &info) == ERROR_SUCCESS &&
        !regtool_confirm("File %s already exists. Overwrite (Yes/No)? ", name))
        return 1;
    plat_buffer_init(&file, LIMIT_REG_TEXT);
    error = reg_export(db, key, &file, &skipped);
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

int regtool_export(struct tool_context *tool, int argc, char **argv)
{
    struct regtool_command command = {.tool = tool,
                                      .verb = "EXPORT",
                                      .switches = export_switches,
                                      .switch_count = sizeof export_switches / sizeof export_switches[0],
                                      .words_wanted = 2,
                                      .last_word_is_file = true};
    struct reg_db *db;
    const char *rest;
    reg_key root;
    int code;

    if (!regtool_parse(&command, argc, argv))
        return 1;
    if (regtool_given(&command, "y") && !plat_ascii_equal_nocase(argv[argc - 1] + 1, "y")) /* it comes last */
        return regtool_syntax_error(&command);
    if (!regtool_key(&command, command.word[0], &root, &rest) || !tool_open_registry(tool, REG_OPEN_READ, &db))
        return 1;
    code = export(db, root, rest, command.word[1], regtool_given(&command, "y"));
    reg_db_close(db);
    return code;
}
