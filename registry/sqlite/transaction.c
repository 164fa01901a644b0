/* SPDX-License-Identifier: Apache-2.0 */
#include "sqlite/statement.h"

#include "platform/limits.h"

#include <stdio.h>

/* The cache of a handle at rest is small (build/deps/sqlite-options), for the server's sake. */
static void set_pages(struct storage *storage, unsigned bytes)
{
    char pragma[40];

    snprintf(pragma, sizeof pragma, "PRAGMA cache_size=-%u", bytes / 1024U);
    sqlite3_exec(storage->db, pragma, NULL, NULL, NULL); /* only slower if it fails */
}

void storage_expect_many(struct storage *storage)
{
    if (storage->many)
        return;
    storage->many = true;
    set_pages(storage, LIMIT_REG_PAGES_WRITING);
}

void storage_expect_reading(struct storage *storage)
{
    storage->pages = LIMIT_REG_PAGES_READING;
    if (!storage->many)
        set_pages(storage, storage->pages);
}

static void end_many(struct storage *storage)
{
    if (!storage->many)
        return;
    storage->many = false;
    set_pages(storage, storage->pages > 0 ? storage->pages : LIMIT_REG_PAGES);
    sqlite3_db_release_memory(storage->db);
}

win_error storage_begin_write(struct storage *storage)
{
    return statement_run(storage, STATEMENT_BEGIN_WRITE);
}

win_error storage_begin_read(struct storage *storage)
{
    win_error error = statement_run(storage, STATEMENT_BEGIN_READ);

    if (error)
        return error;
    error = statement_run(storage, STATEMENT_SNAPSHOT); /* BEGIN alone sees nothing yet */
    if (error)
        storage_rollback(storage);
    return error;
}

/* What would be written to a file that has been removed or replaced is lost with it, and nobody would know. */
static win_error refuse_moved(struct storage *storage)
{
    int has_moved = 0;

    if (sqlite3_txn_state(storage->db, "main") != SQLITE_TXN_WRITE ||
        sqlite3_file_control(storage->db, "main", SQLITE_FCNTL_HAS_MOVED, &has_moved) != SQLITE_OK ||
        !has_moved)
        return ERROR_SUCCESS;
    storage_rollback(storage);
    snprintf(
        storage->words, sizeof storage->words,
        "the file %s was removed or replaced while it was in use: nothing was changed; start again to use "
        "the one that is there now",
        sqlite3_db_filename(storage->db, "main"));
    return ERROR_CANTWRITE;
}

win_error storage_commit(struct storage *storage)
{
    win_error error;

    /* SQLite has rolled back by itself (disk full, no memory): there is nothing left to commit. */
    if (sqlite3_get_autocommit(storage->db))
        return ERROR_CANTWRITE;
    error = refuse_moved(storage);
    if (error)
        return error;
    error = statement_run(storage, STATEMENT_COMMIT);
    if (error)
        storage_rollback(storage);
    end_many(storage);
    return error;
}

void storage_rollback(struct storage *storage)
{
    win_error ignored;

    if (sqlite3_get_autocommit(storage->db))
        return;
    ignored = statement_run(storage, STATEMENT_ROLLBACK); /* it can only fail by having been done already */
    (void)ignored;
    end_many(storage);
}

win_error storage_data_version(struct storage *storage, uint32_t *version)
{
    sqlite3_stmt *s;
    win_error error = statement_take(storage, STATEMENT_DATA_VERSION, &s);

    if (error)
        return error;
    if (statement_row(storage, s, &error))
        *version = (uint32_t)sqlite3_column_int64(s, 0);
    statement_give(storage, STATEMENT_DATA_VERSION, s);
    return error;
}

void storage_sleep(unsigned milliseconds)
{
    sqlite3_sleep((int)milliseconds);
}
