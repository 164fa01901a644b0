/* SPDX-License-Identifier: Apache-2.0 */
#include "sqlite/statement.h"

#include "platform/limits.h"

#include <stdio.h>

/* The keys of a whole tree. UNION, not UNION ALL: it ends even if a damaged file holds a circle. */
#define TREE                                                                                                 \
    "WITH RECURSIVE tree(id) AS (SELECT ?1 UNION SELECT key.id FROM key JOIN tree ON key.parent=tree.id) "

static const char *const statement_text[STATEMENT_KINDS] = {
    [STATEMENT_BEGIN_WRITE] = "BEGIN IMMEDIATE",
    [STATEMENT_BEGIN_READ] = "BEGIN",
    [STATEMENT_COMMIT] = "COMMIT",
    [STATEMENT_ROLLBACK] = "ROLLBACK",
    [STATEMENT_DATA_VERSION] = "PRAGMA data_version",
    [STATEMENT_KEY_FIND] = "SELECT id FROM key WHERE parent=?1 AND fold=?2",
    [STATEMENT_KEY_GET] = "SELECT parent, flags, mtime, name FROM key WHERE id=?1",
    [STATEMENT_KEY_INSERT] =
        "INSERT INTO key(parent, fold, name, flags, mtime, seq) VALUES(?1, ?2, ?3, ?4, ?5, ?6)",
    [STATEMENT_KEY_SET_FLAGS] = "UPDATE key SET flags=?2 WHERE id=?1",
    [STATEMENT_KEY_RENAME] = "UPDATE key SET fold=?2, name=?3 WHERE id=?1",
    [STATEMENT_KEY_RENUMBER] = "UPDATE key SET id=?2 WHERE id=?1",
    [STATEMENT_KEY_TOUCH] = "UPDATE key SET mtime=?2, seq=seq+?3 WHERE id=?1 RETURNING seq",
    [STATEMENT_KEY_RAISE] = "UPDATE key SET seq=max(seq, ?2) WHERE id=?1",
    [STATEMENT_KEY_COUNT] =
        "SELECT (SELECT count(*) FROM key WHERE parent=?1), (SELECT count(*) FROM val WHERE key=?1)",
    [STATEMENT_KEY_EACH] = "SELECT id, name FROM key WHERE parent=?1 ORDER BY fold",
    [STATEMENT_KEY_AFTER] =
        "SELECT id, name, fold FROM key WHERE parent=?1 AND fold>?2 ORDER BY fold LIMIT 1 OFFSET ?3",
    [STATEMENT_KEY_DELETE] = "DELETE FROM key WHERE id=?1",
    [STATEMENT_KEY_DELETE_VALUES] = "DELETE FROM val WHERE key=?1",
    [STATEMENT_KEY_DELETE_CLASS] = "DELETE FROM class WHERE key=?1",
    [STATEMENT_TREE_DELETE_VALUES] = TREE "DELETE FROM val WHERE key IN (SELECT id FROM tree)",
    [STATEMENT_TREE_DELETE_CLASSES] = TREE "DELETE FROM class WHERE key IN (SELECT id FROM tree)",
    [STATEMENT_TREE_DELETE_HIVES] = TREE "DELETE FROM hive WHERE key IN (SELECT id FROM tree)",
    [STATEMENT_TREE_DELETE_KEYS] = TREE "DELETE FROM key WHERE id IN (SELECT id FROM tree)",
    [STATEMENT_VOLATILE_VALUES] = "DELETE FROM val WHERE key IN (SELECT id FROM key WHERE flags&2)",
    [STATEMENT_VOLATILE_CLASSES] = "DELETE FROM class WHERE key IN (SELECT id FROM key WHERE flags&2)",
    [STATEMENT_VOLATILE_KEYS] = "DELETE FROM key WHERE flags&2",
    [STATEMENT_CLASS_GET] = "SELECT name FROM class WHERE key=?1",
    [STATEMENT_CLASS_SET] = "REPLACE INTO class(key, name) VALUES(?1, ?2)",
    [STATEMENT_HIVE_GET] = "SELECT file FROM hive WHERE key=?1",
    [STATEMENT_HIVE_SET] = "REPLACE INTO hive(key, file) VALUES(?1, ?2)",
    [STATEMENT_HIVE_DELETE] = "DELETE FROM hive WHERE key=?1",
    [STATEMENT_HIVE_FIND] = "SELECT key FROM hive WHERE file=?1",
    [STATEMENT_VALUE_GET] = "SELECT type, data, seq, name FROM val WHERE key=?1 AND fold=?2",
    [STATEMENT_VALUE_INSERT] =
        "INSERT INTO val(key, fold, seq, name, type, data) VALUES(?1, ?2, ?3, ?4, ?5, ?6)",
    [STATEMENT_VALUE_UPDATE] = "UPDATE val SET type=?3, data=?4 WHERE key=?1 AND fold=?2",
    [STATEMENT_VALUE_DELETE] = "DELETE FROM val WHERE key=?1 AND fold=?2",
    [STATEMENT_VALUE_EACH] = "SELECT name, type, data, seq FROM val WHERE key=?1 ORDER BY seq",
    [STATEMENT_VALUE_PLACES] =
        "SELECT seq, fold FROM val WHERE key=?1 AND seq>?2 ORDER BY seq LIMIT -1 OFFSET ?3",
    [STATEMENT_HISTORY_END] = "SELECT id, start+length(changes) FROM history ORDER BY id DESC LIMIT 1",
    [STATEMENT_HISTORY_ADD] =
        "INSERT INTO history(id, time, who, what, keys, vals, flags, undoes, undone, start, changes) "
        "VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, 0, ?9, ?10)",
    [STATEMENT_HISTORY_OLDEST] = "SELECT id, start FROM history ORDER BY id LIMIT 1",
    [STATEMENT_HISTORY_DELETE] = "DELETE FROM history WHERE id=?1",
    [STATEMENT_HISTORY_SET_UNDONE] = "UPDATE history SET undone=?2 WHERE id=?1",
    [STATEMENT_HISTORY_EACH] = "SELECT id, time, keys, vals, flags, undoes, undone, start, length(changes), "
                               "who, what FROM history WHERE id>?1 ORDER BY id",
    [STATEMENT_HISTORY_GET] = "SELECT id, time, keys, vals, flags, undoes, undone, start, length(changes), "
                              "changes FROM history WHERE id=?1",
    [STATEMENT_HISTORY_UNDOABLE] =
        "SELECT id FROM history WHERE undone=0 AND undoes=0 ORDER BY id DESC LIMIT 1",
    [STATEMENT_HISTORY_CLEAR] = "DELETE FROM history",
    [STATEMENT_META_GET] = "SELECT value FROM meta WHERE name=?1",
    [STATEMENT_META_SET] = "REPLACE INTO meta(name, value) VALUES(?1, ?2)",
};

win_error error_of_sqlite(int code)
{
    switch (code) {
    case SQLITE_IOERR_NOMEM:
        return ERROR_NOT_ENOUGH_MEMORY;
    case SQLITE_IOERR_READ:
    case SQLITE_IOERR_SHORT_READ:
    case SQLITE_IOERR_FSTAT:
        return ERROR_CANTREAD;
    case SQLITE_IOERR_SHMSIZE: /* the -shm file could not be given its size */
    case SQLITE_IOERR_SHMOPEN:
        return ERROR_DISK_FULL;
    case SQLITE_IOERR_SHMMAP:
        return ERROR_NOT_ENOUGH_MEMORY;
    case SQLITE_CONSTRAINT_UNIQUE:
    case SQLITE_CONSTRAINT_PRIMARYKEY:
        return ERROR_ALREADY_EXISTS;
    default:
        break;
    }
    switch (code & 0xFF) {
    case SQLITE_OK:
    case SQLITE_ROW:
    case SQLITE_DONE:
        return ERROR_SUCCESS;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_PROTOCOL:
        return ERROR_BUSY;
    case SQLITE_NOMEM:
        return ERROR_NOT_ENOUGH_MEMORY;
    case SQLITE_PERM:
    case SQLITE_AUTH:
    case SQLITE_READONLY:
        return ERROR_ACCESS_DENIED;
    case SQLITE_FULL:
        return ERROR_DISK_FULL;
    case SQLITE_IOERR:
        return ERROR_CANTWRITE;
    case SQLITE_CANTOPEN:
        return ERROR_CANTOPEN;
    case SQLITE_CORRUPT:
        return ERROR_REGISTRY_CORRUPT;
    case SQLITE_NOTADB:
        return ERROR_BADDB;
    case SQLITE_TOOBIG:
        return ERROR_FILE_TOO_LARGE;
    default:
        return ERROR_INTERNAL_ERROR;
    }
}

bool sqlite_blames_shm(sqlite3 *db, int code)
{
    bool is_read_only = code == SQLITE_READONLY || code == SQLITE_READONLY_RECOVERY ||
                        code == SQLITE_READONLY_CANTLOCK || code == SQLITE_READONLY_CANTINIT;

    return is_read_only && db && sqlite3_db_readonly(db, "main") == 0;
}

win_error note_sqlite(struct storage *storage, int code)
{
    win_error error = error_of_sqlite(code);

    if (sqlite_blames_shm(storage->db, code))
        snprintf(storage->words, sizeof storage->words,
                 "%s-shm beside the registry may not be written: " SHM_ADVICE,
                 sqlite3_db_filename(storage->db, "main"));
    else if ((code & 0xFF) == SQLITE_FULL)
        snprintf(storage->words, sizeof storage->words, "no room on the disk for %s: free some and try again",
                 sqlite3_db_filename(storage->db, "main"));
    else if ((code & 0xFF) == SQLITE_IOERR)
        snprintf(storage->words, sizeof storage->words,
                 "%s cannot be read or written (%s): is the disk full, or failing",
                 sqlite3_db_filename(storage->db, "main"), sqlite3_errmsg(storage->db));
    else if (error == ERROR_BUSY)
        snprintf(storage->words, sizeof storage->words,
                 "another program has been writing to %s for longer than the %u seconds that this one "
                 "waits: try again",
                 sqlite3_db_filename(storage->db, "main"), LIMIT_REG_BUSY_MS / 1000U);
    else if (error)
        snprintf(storage->words, sizeof storage->words, "%s", sqlite3_errmsg(storage->db));
    return error;
}

win_error statement_take(struct storage *storage, enum statement_id id, sqlite3_stmt **statement)
{
    int code;

    if (storage->is_immutable && id != STATEMENT_ROLLBACK && id != STATEMENT_COMMIT &&
        storage_has_moved(storage)) {
        snprintf(storage->words, sizeof storage->words,
                 "the file %s has been changed by somebody to whom it is not read-only: start again to read "
                 "it as it is now",
                 sqlite3_db_filename(storage->db, "main"));
        return ERROR_CANTREAD;
    }
    if (storage->pool[id].count > 0) {
        *statement = storage->pool[id].idle[--storage->pool[id].count];
        return ERROR_SUCCESS;
    }
    code = sqlite3_prepare_v3(storage->db, statement_text[id], -1, SQLITE_PREPARE_PERSISTENT, statement, NULL);
    if (code == SQLITE_ERROR && storage->lacks_tables)
        return ERROR_FILE_NOT_FOUND;
    return note_sqlite(storage, code);
}

void statement_give(struct storage *storage, enum statement_id id, sqlite3_stmt *statement)
{
    if (!statement)
        return;
    if (storage->pool[id].count == STATEMENT_IDLE_MOST) {
        sqlite3_finalize(statement);
        return;
    }
    sqlite3_reset(statement); /* its bindings may dangle now: whoever takes it binds all of them anew */
    storage->pool[id].idle[storage->pool[id].count++] = statement;
}

void statement_free_all(struct storage *storage)
{
    for (size_t id = 0; id < STATEMENT_KINDS; id++) {
        while (storage->pool[id].count > 0)
            sqlite3_finalize(storage->pool[id].idle[--storage->pool[id].count]);
    }
}

/* No memory, no room, a failing disk: any statement that meets it, one that only reads too, may end the transaction. */
win_error statement_lost(struct storage *storage)
{
    win_error error = storage->if_lost;

    if (!error || !sqlite3_get_autocommit(storage->db))
        return ERROR_SUCCESS;
    if (!storage->words[0])
        snprintf(storage->words, sizeof storage->words,
                 "an earlier failure (%s) has ended the transaction: none of it was done",
                 win_error_text(error));
    return error;
}

bool statement_row(struct storage *storage, sqlite3_stmt *statement, win_error *error)
{
    int code;

    *error = statement_lost(storage);
    if (*error)
        return false;
    code = sqlite3_step(statement);
    *error = note_sqlite(storage, code);
    if (*error && statement_lost(storage))
        storage->if_lost = *error;
    return code == SQLITE_ROW;
}

win_error statement_run(struct storage *storage, enum statement_id id)
{
    sqlite3_stmt *statement;
    win_error error = statement_take(storage, id, &statement);

    if (error)
        return error;
    while (statement_row(storage, statement, &error))
        continue;
    statement_give(storage, id, statement);
    return error;
}

win_error statement_run_key(struct storage *storage, enum statement_id id, reg_key key)
{
    sqlite3_stmt *s;
    win_error error = statement_take(storage, id, &s);

    if (error)
        return error;
    if (!statement_bind_key(s, 1, key))
        error = ERROR_NOT_ENOUGH_MEMORY;
    else
        statement_row(storage, s, &error);
    statement_give(storage, id, s);
    return error;
}

bool statement_bind_text(sqlite3_stmt *statement, int position, struct plat_span text)
{
    const char *start = text.size ? (const char *)text.data : "";

    return sqlite3_bind_text64(statement, position, start, text.size, SQLITE_STATIC, SQLITE_UTF8) == SQLITE_OK;
}

bool statement_bind_blob(sqlite3_stmt *statement, int position, struct plat_span data)
{
    if (data.size == 0)
        return sqlite3_bind_zeroblob(statement, position, 0) == SQLITE_OK;
    return sqlite3_bind_blob64(statement, position, data.data, data.size, SQLITE_STATIC) == SQLITE_OK;
}

bool statement_bind_key(sqlite3_stmt *statement, int position, reg_key key)
{
    return sqlite3_bind_int64(statement, position, (sqlite3_int64)key) == SQLITE_OK;
}

struct plat_span statement_column(sqlite3_stmt *statement, int column)
{
    const void *data = sqlite3_column_blob(statement, column);

    return plat_span_of(data, data ? (size_t)sqlite3_column_bytes(statement, column) : 0);
}
