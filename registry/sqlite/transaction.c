/* SPDX-License-Identifier: Apache-2.0 */
#include "sqlite/statement.h"

#include "platform/limits.h"

#include <stdio.h>
#include <string.h>

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
    win_error error = statement_run(storage, STATEMENT_BEGIN_WRITE);

    if (!error)
        storage->if_lost = ERROR_CANTWRITE;
    return error;
}

win_error storage_begin_read(struct storage *storage)
{
    win_error error = statement_run(storage, STATEMENT_BEGIN_READ);

    if (error)
        return error;
    storage->if_lost = ERROR_CANTREAD;
    error = statement_run(storage, STATEMENT_DATA_VERSION); /* BEGIN alone sees nothing yet */
    if (error)
        storage_rollback(storage);
    return error;
}

bool storage_has_moved(struct storage *storage)
{
    const struct plat_file_info *opened = &storage->opened;
    struct plat_file_info now;
    int has_moved = 0;

    if (storage->is_immutable)
        return plat_file_stat(storage_path(storage), &now) != ERROR_SUCCESS || now.size != opened->size ||
               now.modified != opened->modified || now.modified_ns != opened->modified_ns ||
               memcmp(now.identity, opened->identity, sizeof now.identity) != 0;
    return sqlite3_file_control(storage->db, "main", SQLITE_FCNTL_HAS_MOVED, &has_moved) == SQLITE_OK &&
           has_moved;
}

/* What would be written to a file that has been removed or replaced is lost with it, and nobody would know. */
static win_error refuse_moved(struct storage *storage)
{
    if (sqlite3_txn_state(storage->db, "main") != SQLITE_TXN_WRITE || !storage_has_moved(storage))
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
    error = statement_lost(storage);
    if (!error)
        error = refuse_moved(storage);
    if (!error)
        error = statement_run(storage, STATEMENT_COMMIT);
    if (error)
        storage_rollback(storage);
    storage->if_lost = ERROR_SUCCESS;
    end_many(storage);
    return error;
}

void storage_rollback(struct storage *storage)
{
    storage->if_lost = ERROR_SUCCESS;
    if (!sqlite3_get_autocommit(storage->db)) {
        win_error ignored = statement_run(storage, STATEMENT_ROLLBACK);

        (void)ignored; /* it can only fail by having been done already */
    }
    end_many(storage);
}

win_error storage_data_version(struct storage *storage, uint32_t *version)
{
    sqlite3_stmt *s;
    win_error error = statement_take(storage, STATEMENT_DATA_VERSION, &s);

    if (error)
        return error;
    if (statement_row(storage, s, &error))
        *version = storage->version_base + (uint32_t)sqlite3_column_int64(s, 0);
    statement_give(storage, STATEMENT_DATA_VERSION, s);
    return error;
}

win_error storage_continue_version(struct storage *storage, uint32_t version)
{
    uint32_t now = 0;
    win_error error = storage_data_version(storage, &now);

    if (!error)
        storage->version_base += version + 1U - now;
    return error;
}

bool storage_is_idle(struct storage *storage)
{
    sqlite3_stmt *s = NULL;

    if (!sqlite3_get_autocommit(storage->db))
        return false;
    while ((s = sqlite3_next_stmt(storage->db, s)) != NULL) {
        if (sqlite3_stmt_busy(s))
            return false;
    }
    return true;
}

void storage_sleep(unsigned milliseconds)
{
    sqlite3_sleep((int)milliseconds);
}
