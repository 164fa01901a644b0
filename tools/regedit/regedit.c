/* SPDX-License-Identifier: Apache-2.0 */
/* `cerium regedit`: the command, from its arguments to its end. */
#include "regedit/regedit.h"

#include "regedit/clipboard.h"
#include "regedit/session.h"

#include "platform/file.h"
#include "platform/limits.h"
#include "platform/process.h"

#include <string.h>

static const char help[] =
    "usage: cerium regedit [--read-only] [KEY]\n"
    "\n"
    "The registry on the whole terminal: keys on the left, values on the right. Needs a terminal of at "
    "least\n"
    "80x24 cells; a serial line does. ? shows the keys.\n"
    "\n"
    "KEY          where to begin, such as HKLM\\COMM\\HTTPD\n"
    "--read-only  only look; so it is too when the registry cannot be written\n"
    "\n"
    "TERM says what the terminal is, and the package ncurses-base describes the common ones; TERMINFO may "
    "name\n"
    "another folder of descriptions. NO_COLOR=1 does without colours.\n"
    "\n"
    "Examples:\n"
    "  cerium regedit\n"
    "  cerium regedit --read-only HKLM\\\\COMM\n"
    "  cerium --registry backup.db regedit\n"
    "\n"
    "Exit codes: 0 done, 1 failed (a line on standard error says why), 2 wrong usage.\n";

/* 0: go on; otherwise *code is the exit code. */
static bool parse(int argc, char **argv, bool *read_only, const char **key, int *code)
{
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0 || strcmp(argv[i], "/?") == 0) {
            fputs(help, stdout);
            *code = TOOL_OK;
            return false;
        }
        if (strcmp(argv[i], "--read-only") == 0 && !*read_only) {
            *read_only = true;
        } else if (argv[i][0] != '-' && *key == NULL) {
            *key = argv[i];
        } else {
            tool_error("regedit", "\"%s\" is not understood; `cerium regedit --help`", argv[i]);
            *code = TOOL_USAGE;
            return false;
        }
    }
    return true;
}

/* For writing if that is possible and wanted; *read_only says what became of it, *why the reason when it was not wanted. */
static bool open_registry(const struct tool_context *tool, struct reg_db **db, bool *read_only,
                          struct plat_buffer *why)
{
    if (!*read_only) {
        win_error error = reg_db_open(tool->registry_path, REG_OPEN_WRITE, db, why);

        if (error == ERROR_SUCCESS) {
            plat_buffer_clear(why);
            reg_db_set_actor(*db, NULL, REGEDIT_ACTOR);
            return true;
        }
        if (error == ERROR_ACCESS_DENIED || error == ERROR_WRITE_PROTECT) {
            *read_only = true;
        } else if (plat_buffer_text(why) != NULL && why->size > 0) {
            tool_error("regedit", "%s", (const char *)why->data);
            return false;
        }
    }
    return tool_open_registry(tool, REG_OPEN_READ, db);
}

/* What there is to say at the start, in the status line. */
static void greet(struct regedit *ui, bool wanted_read_only, struct plat_buffer *why,
                  struct plat_buffer *remark)
{
    if (plat_buffer_text(remark) != NULL && remark->size > 0)
        regedit_alert(ui, "%s", (const char *)remark->data);
    else if (ui->read_only && !wanted_read_only && plat_buffer_text(why) != NULL && why->size > 0)
        regedit_alert(ui, "Read-only: %s", (const char *)why->data);
    else
        regedit_say(ui, "%s", reg_db_path(ui->db));
}

/* With the terminal taken over. */
static win_error edit(struct regedit *ui, const char *key, bool wanted_read_only, struct plat_buffer *why,
                      struct plat_buffer *remark)
{
    struct plat_file_info info;
    win_error error;

    if (plat_file_stat(reg_db_path(ui->db), &info) == ERROR_SUCCESS)
        memcpy(ui->file, info.identity, sizeof ui->file);
    ui->generation = reg_generation(ui->db);
    error = tree_open(&ui->tree, ui->db);
    if (error == ERROR_SUCCESS)
        error = session_open(&ui->session);
    if (error != ERROR_SUCCESS)
        return error;
    clipboard_free(&ui->clipboard);
    error = tree_select_path(&ui->tree, key != NULL ? key : "HKLM");
    if (error == ERROR_SUCCESS)
        error = tree_expand(&ui->tree, tree_selected(&ui->tree));
    regedit_read_values(ui);
    greet(ui, wanted_read_only, why, remark);
    if (error == ERROR_FILE_NOT_FOUND || error == ERROR_BADKEY || error == ERROR_BAD_PATHNAME)
        regedit_alert(ui, "There is no key %s", key);
    else if (error != ERROR_SUCCESS)
        regedit_fail(ui, "The keys cannot be read", error);
    regedit_run(ui);
    return ERROR_SUCCESS;
}

static int run(struct regedit *ui, const char *key, bool wanted_read_only, struct plat_buffer *why)
{
    struct plat_buffer remark;
    win_error error;
    int code = TOOL_FAILED;

    plat_buffer_init(&remark, 4096);
    error = screen_open(&remark);
    if (error != ERROR_SUCCESS) {
        tool_error("regedit", "%s",
                   plat_buffer_text(&remark) != NULL ? (const char *)remark.data : win_error_text(error));
    } else {
        error = edit(ui, key, wanted_read_only, why, &remark);
        screen_close();
        if (error == ERROR_SUCCESS)
            code = TOOL_OK;
        else
            tool_error("regedit", "%s", win_error_text(error));
    }
    finder_free(&ui->finder);
    clipboard_free(&ui->clipboard);
    session_close(ui->session);
    values_free(&ui->values);
    tree_close(&ui->tree);
    plat_buffer_free(&remark);
    return code;
}

int tool_regedit(struct tool_context *tool, int argc, char **argv)
{
    struct regedit ui = {.db = NULL};
    struct plat_buffer why;
    bool wanted_read_only = false;
    const char *key = NULL;
    int code = TOOL_FAILED;

    if (!parse(argc, argv, &wanted_read_only, &key, &code))
        return code;
    if (!plat_is_terminal(PLAT_STDIN) || !plat_is_terminal(PLAT_STDOUT)) {
        tool_error("regedit", "it needs a terminal; for scripts there is `cerium reg`");
        return TOOL_FAILED;
    }
    plat_buffer_init(&why, 4096);
    ui.read_only = wanted_read_only;
    if (open_registry(tool, &ui.db, &ui.read_only, &why)) {
        code = run(&ui, key, wanted_read_only, &why);
        reg_db_close(ui.db);
    }
    plat_buffer_free(&why);
    return code;
}
