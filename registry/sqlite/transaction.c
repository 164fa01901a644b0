/* SPDX-License-Identifier: Apache-2.0 */
#include "sqlite/statement.h"

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

win_error storage_commit(struct storage *storage)
{
    win_error error;

    /* SQLite has rolled back by itself (disk full, no memory): there is nothing left to commit. */
    if (sqlite3_get_autocommit(storage->db))
        return ERROR_CANTWRITE;
    error = statement_run(storage, STATEMENT_COMMIT);
    if (error)
        storage_rollback(storage);
    return error;
}

void storage_rollback(struct storage *storage)
{
    win_error ignored;

    if (sqlite3_get_autocommit(storage->db))
        return;
    ignored = statement_run(storage, STATEMENT_ROLLBACK); /* it can only fail by having been done already */
    (void)ignored;
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
