/* SPDX-License-Identifier: Apache-2.0 */
/* .reg files: export of the selected key with all below it, import. */
#include "regedit/dialog.h"
#include "regedit/session.h"

#include "registry/regfile.h"

#include "platform/file.h"
#include "platform/limits.h"
#include "platform/memory.h"

#include <inttypes.h>
#include <string.h>

#define PROBLEMS_SIZE (64U * 1024U) /* bytes of refused lines that are listed */

/* NULL: not given. The caller frees. */
static char *ask_file(struct regedit *ui, const char *title, const char *proposal)
{
    struct line line;
    char *name = NULL;

    line_init(&line, LIMIT_PATH_SIZE - 1);
    line_set(&line, proposal, strlen(proposal));
    if (dialog_line(ui, title, "File", &line) && line.text.size > 0)
        name = plat_strndup((const char *)line.text.data, line.text.size);
    line_free(&line);
    return name;
}

/* ---- export ---- */

static void write_file(struct regedit *ui, const char *name, const struct plat_buffer *file, uint32_t skipped)
{
    /* What is in it is nobody else's business until its owner says so. */
    win_error error = plat_file_write_atomic(name, file->data, file->size, 0600);

    if (error != ERROR_SUCCESS)
        regedit_alert(ui, "%s was not written: %s", name, win_error_text(error));
    else if (skipped > 0)
        regedit_say(ui, "Exported to %s; %" PRIu32 " protected key%s left out", name, skipped,
                    skipped == 1 ? "" : "s");
    else
        regedit_say(ui, "Exported to %s, %zu bytes", name, file->size);
}

void command_export(struct regedit *ui)
{
    struct tree_node *node = tree_selected(&ui->tree);
    struct plat_file_info info;
    struct plat_buffer file;
    uint32_t skipped = 0;
    reg_key key = node->key;
    char proposal[300];
    char *name;
    win_error error;

    snprintf(proposal, sizeof proposal, "%.200s.reg", node->name);
    for (char *c = proposal; *c != '\0'; c++)
        *c = *c == '/' || (unsigned char)*c < ' ' ? '_' : *c;
    name = ask_file(ui, "Export the key and all below it", proposal);
    if (name == NULL)
        return;
    plat_buffer_init(&file, LIMIT_REG_TEXT);
    if (plat_file_stat(name, &info) != ERROR_SUCCESS ||
        dialog_confirm(ui, "Export", "%s is there already. Replace it?", name)) {
        regedit_working(ui, "Exporting, working ...");
        error = reg_export(ui->db, key, REG_FILE_VERSION5, &file, &skipped);
        if (error == ERROR_SUCCESS)
            write_file(ui, name, &file, skipped);
        else
            regedit_fail(ui, "Not exported", error);
    }
    plat_buffer_free(&file);
    plat_free(name);
}

/* ---- import ---- */

static void note_problem(void *context, uint32_t line, const char *text)
{
    plat_buffer_printf(context, "line %" PRIu32 ": %s\n", line, text);
}

static void import(struct regedit *ui, const char *name, struct plat_span file)
{
    struct plat_buffer problems;
    const struct reg_import_listener listener = {.context = &problems, .problem = note_problem};
    struct reg_import_result result = {.keys = 0};

    plat_buffer_init(&problems, PROBLEMS_SIZE);
    regedit_working(ui, "Importing %s, working ...", name);
    if (change_begin(ui) && change_end(ui, reg_import(ui->db, file, &listener, &result), "import %s", name)) {
        if (result.problems > 0) {
            const char *list;

            if (problems.failed)
                plat_buffer_clear(&problems);
            plat_buffer_printf(&problems,
                               "\n%" PRIu32 " of the file's lines were refused; the others were imported.\n",
                               result.problems);
            list = plat_buffer_text(&problems);
            if (list != NULL)
                dialog_text(ui, "Import", list);
        }
        regedit_say(ui, "Imported: %" PRIu32 " keys, %" PRIu32 " values; %" PRIu32 " refused", result.keys,
                    result.values, result.problems);
    }
    plat_buffer_free(&problems);
}

void command_import(struct regedit *ui)
{
    struct plat_buffer file;
    win_error error;
    char *name;

    if (ui->read_only) {
        regedit_alert(ui, "The registry is open read-only: nothing is changed");
        return;
    }
    name = ask_file(ui, "Import a .reg file", "");
    if (name == NULL)
        return;
    plat_buffer_init(&file, LIMIT_REG_TEXT);
    error = plat_file_read_all(name, &file);
    if (error != ERROR_SUCCESS)
        regedit_alert(ui, "%s cannot be read: %s", name, win_error_text(error));
    else
        import(ui, name, plat_span_of(file.data, file.size));
    plat_buffer_free(&file);
    plat_free(name);
}
