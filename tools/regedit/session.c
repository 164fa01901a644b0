/* SPDX-License-Identifier: Apache-2.0 */
#include "regedit/session.h"

#include "regedit/dialog.h"

#include "registry/history.h"

#include "platform/limits.h"
#include "platform/memory.h"

#include <stdarg.h>
#include <string.h>

struct change {
    uint64_t entry; /* of the history */
    char words[96];
};

struct stack {
    struct change change[LIMIT_REG_HISTORY_ENTRIES]; /* the history holds no more */
    size_t count;
};

struct session {
    struct stack done, undone;
    uint64_t before; /* the history's newest entry when the change began */
};

win_error session_open(struct session **session)
{
    *session = plat_calloc(1, sizeof **session);
    return *session != NULL ? ERROR_SUCCESS : ERROR_NOT_ENOUGH_MEMORY;
}

void session_close(struct session *session)
{
    plat_free(session);
}

static void push(struct stack *stack, uint64_t entry, const char *words)
{
    struct change *change;

    if (stack->count == LIMIT_REG_HISTORY_ENTRIES)
        memmove(stack->change, stack->change + 1, --stack->count * sizeof *stack->change);
    change = &stack->change[stack->count++];
    change->entry = entry;
    snprintf(change->words, sizeof change->words, "%s", words);
}

bool change_begin(struct regedit *ui)
{
    win_error error;

    if (ui->read_only) {
        regedit_alert(ui, "The registry is open read-only: nothing is changed");
        return false;
    }
    error = reg_begin(ui->db);
    if (error == ERROR_SUCCESS) {
        error = reg_history_newest(ui->db, &ui->session->before);
        if (error != ERROR_SUCCESS)
            reg_rollback(ui->db);
    }
    if (error == ERROR_BUSY)
        regedit_alert(ui, "Another program is writing to the registry; nothing was changed, try again");
    else if (error != ERROR_SUCCESS)
        regedit_fail(ui, "Cannot write", error);
    return error == ERROR_SUCCESS;
}

static bool first_entry(void *context, const struct reg_history_entry *entry)
{
    *(uint64_t *)context = entry->complete ? entry->id : 0;
    return false;
}

bool change_end(struct regedit *ui, win_error error, const char *format, ...)
{
    char words[sizeof ui->session->done.change[0].words];
    uint64_t entry = 0;
    va_list args;

    va_start(args, format);
    vsnprintf(words, sizeof words, format, args);
    va_end(args);
    if (error == ERROR_SUCCESS) {
        error = reg_commit(ui->db);
    } else {
        reg_rollback(ui->db);
    }
    if (error != ERROR_SUCCESS) {
        char what[sizeof words + 16];

        snprintf(what, sizeof what, "Not done: %s", words);
        regedit_fail(ui, what, error);
        regedit_reload(ui);
        return false;
    }
    /* Nobody else could write since the change began: the first entry after that moment is its own. */
    if (reg_history_each(ui->db, ui->session->before, first_entry, &entry) == ERROR_SUCCESS && entry != 0) {
        push(&ui->session->done, entry, words);
        regedit_say(ui, "Done: %s", words);
    } else {
        regedit_say(ui, "Done, and cannot be undone: %s", words);
    }
    ui->session->undone.count = 0;
    regedit_reload(ui);
    return true;
}

/* ---- undo, redo ---- */

static void take_back(struct regedit *ui, struct stack *from, struct stack *to, bool undo)
{
    struct plat_buffer conflict;
    struct change change;
    uint64_t entry = 0;
    win_error error;

    if (ui->read_only) {
        regedit_alert(ui, "The registry is open read-only: nothing is changed");
        return;
    }
    if (from->count == 0) {
        regedit_say(ui, undo ? "There is nothing to undo" : "There is nothing to redo");
        return;
    }
    change = from->change[from->count - 1];
    plat_buffer_init(&conflict, LIMIT_REG_PATH);
    regedit_working(ui, "Working ...");
    error = reg_undo(ui->db, change.entry, &conflict, &entry);
    if (error == ERROR_SUCCESS) {
        from->count--;
        push(to, entry, change.words);
        regedit_say(ui, undo ? "Undone: %s" : "Done again: %s", change.words);
    } else if (error == ERROR_TRANSACTIONAL_CONFLICT) {
        struct plat_buffer text;

        plat_buffer_init(&text, 2 * LIMIT_REG_PATH);
        plat_buffer_printf(
            &text,
            "\"%s\" cannot be %s: what it changed has been changed again since, by another program or by "
            "a later step.\n\n%s",
            change.words, undo ? "undone" : "done again",
            plat_buffer_text(&conflict) != NULL ? (const char *)conflict.data : "");
        if (plat_buffer_text(&text) != NULL)
            dialog_text(ui, "Conflict", (const char *)text.data);
        regedit_alert(ui, "Not %s: %s", undo ? "undone" : "done again", change.words);
        plat_buffer_free(&text);
    } else {
        if (error == ERROR_NO_DATA || error == ERROR_FILE_NOT_FOUND || error == ERROR_ALREADY_EXISTS)
            from->count--; /* it will not get better */
        regedit_fail(ui, undo ? "Not undone" : "Not done again", error);
    }
    plat_buffer_free(&conflict);
    regedit_reload(ui);
}

void command_undo(struct regedit *ui)
{
    take_back(ui, &ui->session->done, &ui->session->undone, true);
}

void command_redo(struct regedit *ui)
{
    take_back(ui, &ui->session->undone, &ui->session->done, false);
}
