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

/* Names out of the file stand in some of the texts. */
static void print_problem(void *context, uint32_t line, const char *text)
{
    const char *file = context;

    tool_put(stderr, file);
    fprintf(stderr, ":%" PRIu32 ": ", line);
    tool_put(stderr, text);
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
        return regtool_fail(
            "%s cannot be written: %s%s.", to_output ? "standard output" : name, win_error_text(error),
            error == ERROR_ACCESS_DENIED && !to_output ? " (and a link is never replaced)" : "");
    regtool_tell_left_out(skipped, "export");
    return to_output ? 0 : regtool_done();
}

/* The folder that a path lies in; *base is the name in it. false: it cannot be looked at. */
static bool folder_of(const char *path, struct plat_file_info *info, const char **base)
{
    const char *slash = strrchr(path, '/');
    struct plat_buffer folder;
    const char *text;
    bool good;

    *base = slash ? slash + 1 : path;
    plat_buffer_init(&folder, LIMIT_PATH_SIZE);
    plat_buffer_append(&folder, path, (size_t)(*base - path));
    plat_buffer_append_text(&folder, ".");
    text = plat_buffer_text(&folder);
    good = text && plat_file_stat(text, info) == ERROR_SUCCESS;
    plat_buffer_free(&folder);
    return good;
}

static bool same_file(const struct plat_file_info *a, const struct plat_file_info *b)
{
    return a->identity[0] == b->identity[0] && a->identity[1] == b->identity[1];
}

/* The same file by another name, or the place where it would be. */
static bool is_place_of(const char *name, const char *file)
{
    struct plat_file_info a, b;
    const char *base_a, *base_b;

    if (plat_file_stat(name, &a) == ERROR_SUCCESS && plat_file_stat(file, &b) == ERROR_SUCCESS &&
        same_file(&a, &b))
        return true;
    return folder_of(name, &a, &base_a) && folder_of(file, &b, &base_b) && same_file(&a, &b) &&
           strcmp(base_a, base_b) == 0;
}

/* The registry's file and what SQLite and the bell keep beside it. */
static bool is_of_registry(const struct reg_db *db, const char *name)
{
    static const char *const suffixes[] = {"", "-wal", "-shm", "-journal", ".bell"};
    struct plat_buffer path;
    bool found = false;

    plat_buffer_init(&path, LIMIT_PATH_SIZE + sizeof "-journal");
    for (size_t i = 0; i < sizeof suffixes / sizeof suffixes[0] && !found; i++) {
        const char *text;

        plat_buffer_clear(&path);
        plat_buffer_printf(&path, "%s%s", reg_db_path(db), suffixes[i]);
        text = plat_buffer_text(&path);
        found = text && is_place_of(name, text);
    }
    plat_buffer_free(&path);
    return found;
}

/* false: said. */
static bool may_write(const struct reg_db *db, const char *name, bool overwrite)
{
    struct plat_file_info info;

    if (strcmp(name, "-") == 0)
        return true;
    if (is_of_registry(db, name)) {
        regtool_fail("%s belongs to the registry itself; name another file.", name);
        return false;
    }
    if (plat_file_stat(name, &info) != ERROR_SUCCESS)
        return true;
    if (info.kind != PLAT_FILE_REGULAR) {
        regtool_fail("%s is no regular file; name one, or - for standard output.", name);
        return false;
    }
    return overwrite || regtool_confirm("File %s already exists. Overwrite (Yes/No)? ", name);
}

static int export(struct reg_db *db, reg_key root, const char *rest, const char *name, bool overwrite)
{
    struct plat_buffer file;
    uint32_t skipped = 0;
    reg_key key;
    win_error error = reg_key_open(db, root, rest, &key);
    int code;

    if (error)
        return regtool_fail_code(db, error);
    if (!may_write(db, name, overwrite))
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
