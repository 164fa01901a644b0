/* SPDX-License-Identifier: Apache-2.0 */
/* `cerium reg undo` */
#include "reg/lines.h"
#include "reg/regtool.h"
#include "reg/terminal.h"

#include "platform/limits.h"
#include "platform/text.h"

#include <inttypes.h>
#include <string.h>

/* Lines of what was changed; the history has all. */
enum { SHOWN = 20 };

struct entry {
    uint64_t id;
    struct plat_buffer text;
    uint64_t undoes;
};

static bool note_entry(void *context, const struct reg_history_entry *e)
{
    struct entry *entry = context;

    struct reg_history_entry shown = *e;

    shown.undone = 0; /* by what is being told of */
    if (e->id == entry->id) {
        lines_entry(&entry->text, &shown);
        entry->undoes = e->undoes;
    }
    return false;
}

static bool print_change(void *context, const struct reg_change *change)
{
    struct lines *lines = context;

    lines_change(lines, change);
    return true;
}

/* Says what was taken back, and what that changed. */
static void tell(struct reg_db *db, uint64_t id)
{
    struct entry undo = {.id = id}, undone = {.id = 0};
    struct lines lines;
    const char *text;

    plat_buffer_init(&undo.text, LIMIT_REG_PATH);
    plat_buffer_init(&undone.text, LIMIT_REG_PATH);
    if (reg_history_each(db, id - 1, note_entry, &undo) == ERROR_SUCCESS && undo.undoes > 0) {
        undone.id = undo.undoes;
        if (reg_history_each(db, undone.id - 1, note_entry, &undone) == ERROR_SUCCESS && undone.text.size > 0) {
            text = plat_buffer_text(&undone.text);
            fputs("Took back ", stdout);
            regtool_put(text ? text : "");
            putchar('\n');
        }
    }
    lines_init(&lines);
    lines.most = SHOWN;
    if (reg_history_changes(db, id, print_change, &lines) == ERROR_SUCCESS && lines.dropped > 0)
        printf("  and %" PRIu64 " more lines: cerium reg history %" PRIu64 "\n", lines.dropped, id);
    lines_free(&lines);
    plat_buffer_free(&undo.text);
    plat_buffer_free(&undone.text);
}

static int undo(struct reg_db *db, uint64_t id)
{
    struct plat_buffer conflict;
    uint64_t entry = 0;
    win_error error;
    const char *text;
    int code = 1;

    plat_buffer_init(&conflict, 64U * 1024U);
    error = reg_undo(db, id, &conflict, &entry);
    text = conflict.size > 0 ? plat_buffer_text(&conflict) : NULL;
    if (!error) {
        tell(db, entry);
        code = regtool_done();
    } else if (error == ERROR_TRANSACTIONAL_CONFLICT) {
        regtool_fail("Nothing was changed: what is to be taken back has changed since.");
        tool_put(stderr, text ? text : "");
        if (text && text[strlen(text) - 1] != '\n')
            fputc('\n', stderr);
    } else if (error == ERROR_NO_MORE_ITEMS) {
        regtool_fail("There is nothing to undo.");
    } else if (error == ERROR_FILE_NOT_FOUND) {
        regtool_fail("The history has no entry %" PRIu64 ".", id);
    } else if (error == ERROR_NO_DATA) {
        regtool_fail("The changes of %s were too large to be kept.", id > 0 ? "this entry" : "the last entry");
    } else if (error == ERROR_ALREADY_EXISTS) {
        regtool_fail("Entry %" PRIu64 " is undone already; undo the entry that did that to have it back.", id);
    } else {
        regtool_fail_code(db, error);
    }
    plat_buffer_free(&conflict);
    return code;
}

static int run(struct regtool_command *command)
{
    uint64_t id = 0;
    struct reg_db *db;
    int code;

    if (command->word[0] && (!plat_parse_u64(command->word[0], strlen(command->word[0]), 10, &id) || id == 0))
        return regtool_syntax_error(command);
    if (!regtool_open(command, REG_OPEN_WRITE, &db))
        return 1;
    code = undo(db, id);
    reg_db_close(db);
    return code;
}

const struct regtool_verb regtool_undo = {.name = "UNDO",
                                          .summary = "takes the last change back, or one of the history",
                                          .help = regtool_help_undo,
                                          .run = run,
                                          .words_most = 1,
                                          .word_kinds = "n"};
