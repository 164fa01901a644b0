/* SPDX-License-Identifier: Apache-2.0 */
/* Rows of the table "history". */
#include "sqlite/statement.h"

#include <string.h>

#define META_LAST "history last"

enum { FLAG_COMPLETE = 1 };

/* When all are gone the numbers go on where they were. */
win_error storage_history_end(struct storage *storage, uint64_t *id, uint64_t *end)
{
    sqlite3_stmt *s;
    win_error error = statement_take(storage, STATEMENT_HISTORY_END, &s);
    bool found = false;

    *id = 0;
    *end = 0;
    if (error)
        return error == ERROR_FILE_NOT_FOUND ? ERROR_SUCCESS : error;
    found = statement_row(storage, s, &error);
    if (found) {
        *id = (uint64_t)sqlite3_column_int64(s, 0);
        *end = (uint64_t)sqlite3_column_int64(s, 1);
    }
    statement_give(storage, STATEMENT_HISTORY_END, s);
    if (found || error)
        return error;
    error = storage_meta_get(storage, META_LAST, id);
    return error == ERROR_FILE_NOT_FOUND ? ERROR_SUCCESS : error;
}

static bool bind_entry(sqlite3_stmt *s, const struct storage_entry *entry)
{
    return sqlite3_bind_int64(s, 1, (sqlite3_int64)entry->id) == SQLITE_OK &&
           sqlite3_bind_int64(s, 2, entry->time) == SQLITE_OK &&
           statement_bind_text(s, 3, plat_span_of(entry->who, strlen(entry->who))) &&
           statement_bind_text(s, 4, plat_span_of(entry->what, strlen(entry->what))) &&
           sqlite3_bind_int64(s, 5, entry->keys) == SQLITE_OK &&
           sqlite3_bind_int64(s, 6, entry->values) == SQLITE_OK &&
           sqlite3_bind_int64(s, 7, entry->complete ? FLAG_COMPLETE : 0) == SQLITE_OK &&
           sqlite3_bind_int64(s, 8, (sqlite3_int64)entry->undoes) == SQLITE_OK &&
           sqlite3_bind_int64(s, 9, (sqlite3_int64)entry->start) == SQLITE_OK;
}

win_error storage_history_add(struct storage *storage, const struct storage_entry *entry,
                              struct plat_span changes)
{
    sqlite3_stmt *s;
    win_error error = statement_take(storage, STATEMENT_HISTORY_ADD, &s);

    if (error)
        return error;
    if (!bind_entry(s, entry) || !statement_bind_blob(s, 10, changes))
        error = ERROR_NOT_ENOUGH_MEMORY;
    else
        statement_row(storage, s, &error);
    statement_give(storage, STATEMENT_HISTORY_ADD, s);
    return error;
}

static win_error oldest(struct storage *storage, uint64_t *id, uint64_t *start)
{
    sqlite3_stmt *s;
    win_error error = statement_take(storage, STATEMENT_HISTORY_OLDEST, &s);

    if (error)
        return error;
    if (statement_row(storage, s, &error)) {
        *id = (uint64_t)sqlite3_column_int64(s, 0);
        *start = (uint64_t)sqlite3_column_int64(s, 1);
    } else if (!error) {
        error = ERROR_FILE_NOT_FOUND;
    }
    statement_give(storage, STATEMENT_HISTORY_OLDEST, s);
    return error;
}

/* What was in a page that is no longer used goes too: the history has the values of protected keys. */
static void wipes(struct storage *storage, bool wanted)
{
    sqlite3_exec(storage->db, wanted ? "PRAGMA secure_delete=ON" : "PRAGMA secure_delete=FAST", NULL, NULL,
                 NULL);
}

static win_error prune(struct storage *storage, uint64_t id, uint64_t start)
{
    uint64_t last = 0;

    for (;;) {
        uint64_t old_id = 0;
        uint64_t old_start = 0;
        win_error error = oldest(storage, &old_id, &old_start);

        if (error == ERROR_FILE_NOT_FOUND) /* none is left to tell where the numbers go on */
            return last == 0 ? ERROR_SUCCESS : storage_meta_set(storage, META_LAST, last);
        if (!error && old_id > id && old_start >= start)
            return ERROR_SUCCESS;
        if (!error)
            error = statement_run_key(storage, STATEMENT_HISTORY_DELETE, old_id);
        if (error)
            return error;
        last = old_id;
    }
}

win_error storage_history_prune(struct storage *storage, uint64_t id, uint64_t start)
{
    win_error error;

    wipes(storage, true);
    error = prune(storage, id, start);
    wipes(storage, false);
    return error;
}

win_error storage_history_set_undone(struct storage *storage, uint64_t id, uint64_t undone)
{
    sqlite3_stmt *s;
    win_error error = statement_take(storage, STATEMENT_HISTORY_SET_UNDONE, &s);

    if (error)
        return error;
    if (!statement_bind_key(s, 1, id) || !statement_bind_key(s, 2, undone))
        error = ERROR_NOT_ENOUGH_MEMORY;
    else
        statement_row(storage, s, &error);
    statement_give(storage, STATEMENT_HISTORY_SET_UNDONE, s);
    return error;
}

static void read_entry(sqlite3_stmt *s, struct storage_entry *entry)
{
    *entry = (struct storage_entry){
        .id = (uint64_t)sqlite3_column_int64(s, 0),
        .time = sqlite3_column_int64(s, 1),
        .keys = (uint32_t)sqlite3_column_int64(s, 2),
        .values = (uint32_t)sqlite3_column_int64(s, 3),
        .complete = (sqlite3_column_int64(s, 4) & FLAG_COMPLETE) != 0,
        .undoes = (uint64_t)sqlite3_column_int64(s, 5),
        .undone = (uint64_t)sqlite3_column_int64(s, 6),
        .start = (uint64_t)sqlite3_column_int64(s, 7),
        .size = (uint64_t)sqlite3_column_int64(s, 8),
    };
}

win_error storage_history_each(struct storage *storage, uint64_t after,
                               bool (*each)(void *context, const struct storage_entry *entry), void *context)
{
    sqlite3_stmt *s;
    win_error error = statement_take(storage, STATEMENT_HISTORY_EACH, &s);

    if (error)
        return error == ERROR_FILE_NOT_FOUND ? ERROR_SUCCESS : error;
    if (!statement_bind_key(s, 1, after)) {
        error = ERROR_NOT_ENOUGH_MEMORY;
    } else {
        while (statement_row(storage, s, &error)) {
            struct storage_entry entry;

            read_entry(s, &entry);
            entry.who = (const char *)sqlite3_column_text(s, 9);
            entry.what = (const char *)sqlite3_column_text(s, 10);
            if (!entry.who || !entry.what)
                error = ERROR_NOT_ENOUGH_MEMORY;
            if (error || !each(context, &entry))
                break;
        }
    }
    statement_give(storage, STATEMENT_HISTORY_EACH, s);
    return error;
}

win_error storage_history_get(struct storage *storage, uint64_t id, struct storage_entry *entry,
                              struct plat_buffer *changes)
{
    sqlite3_stmt *s;
    win_error error = statement_take(storage, STATEMENT_HISTORY_GET, &s);

    if (error)
        return error;
    if (!statement_bind_key(s, 1, id)) {
        error = ERROR_NOT_ENOUGH_MEMORY;
    } else if (statement_row(storage, s, &error)) {
        read_entry(s, entry);
        if (changes) {
            struct plat_span bytes = statement_column(s, 9);

            if (!bytes.data && entry->size > 0)
                error = ERROR_NOT_ENOUGH_MEMORY;
            plat_buffer_append(changes, bytes.data, bytes.size);
            error = error ? error : changes->failed;
        }
    } else if (!error) {
        error = ERROR_FILE_NOT_FOUND;
    }
    statement_give(storage, STATEMENT_HISTORY_GET, s);
    return error;
}

win_error storage_history_undoable(struct storage *storage, uint64_t *id)
{
    sqlite3_stmt *s;
    win_error error = statement_take(storage, STATEMENT_HISTORY_UNDOABLE, &s);

    if (error)
        return error;
    if (statement_row(storage, s, &error))
        *id = (uint64_t)sqlite3_column_int64(s, 0);
    else if (!error)
        error = ERROR_FILE_NOT_FOUND;
    statement_give(storage, STATEMENT_HISTORY_UNDOABLE, s);
    return error;
}

win_error storage_history_clear(struct storage *storage)
{
    uint64_t id;
    uint64_t end;
    win_error error = storage_history_end(storage, &id, &end);

    if (!error)
        error = storage_meta_set(storage, META_LAST, id);
    if (error)
        return error;
    wipes(storage, true);
    error = statement_run(storage, STATEMENT_HISTORY_CLEAR);
    wipes(storage, false);
    return error;
}

void storage_forget(struct storage *storage)
{
    sqlite3_wal_checkpoint_v2(storage->db, "main", SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
}
