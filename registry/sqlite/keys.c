/* SPDX-License-Identifier: Apache-2.0 */
/* Rows of the table "key". */
#include "sqlite/statement.h"

win_error storage_key_find(struct storage *storage, reg_key parent, struct plat_span fold, reg_key *key)
{
    sqlite3_stmt *s;
    win_error error = statement_take(storage, STATEMENT_KEY_FIND, &s);

    if (error)
        return error;
    if (!statement_bind_key(s, 1, parent) || !statement_bind_text(s, 2, fold))
        error = ERROR_NOT_ENOUGH_MEMORY;
    else if (statement_row(storage, s, &error))
        *key = (reg_key)sqlite3_column_int64(s, 0);
    else if (!error)
        error = ERROR_FILE_NOT_FOUND;
    statement_give(storage, STATEMENT_KEY_FIND, s);
    return error;
}

win_error storage_key_get(struct storage *storage, reg_key key, struct storage_key *row,
                          struct plat_buffer *name)
{
    sqlite3_stmt *s;
    win_error error = statement_take(storage, STATEMENT_KEY_GET, &s);

    if (error)
        return error;
    if (!statement_bind_key(s, 1, key)) {
        error = ERROR_NOT_ENOUGH_MEMORY;
    } else if (statement_row(storage, s, &error)) {
        row->parent = (reg_key)sqlite3_column_int64(s, 0);
        row->flags = (uint32_t)sqlite3_column_int64(s, 1);
        row->modified = sqlite3_column_int64(s, 2);
        if (name) {
            struct plat_span bytes = statement_column(s, 3);

            plat_buffer_append(name, bytes.data, bytes.size);
            error = name->failed;
        }
    } else if (!error) {
        error = ERROR_FILE_NOT_FOUND;
    }
    statement_give(storage, STATEMENT_KEY_GET, s);
    return error;
}

win_error storage_key_insert(struct storage *storage, reg_key parent, struct plat_span fold,
                             struct plat_span name, uint32_t flags, int64_t now, uint64_t sequences,
                             reg_key *key)
{
    sqlite3_stmt *s;
    win_error error = statement_take(storage, STATEMENT_KEY_INSERT, &s);

    if (error)
        return error;
    if (!statement_bind_key(s, 1, parent) || !statement_bind_text(s, 2, fold) ||
        !statement_bind_text(s, 3, name) || sqlite3_bind_int64(s, 4, flags) != SQLITE_OK ||
        sqlite3_bind_int64(s, 5, now) != SQLITE_OK ||
        sqlite3_bind_int64(s, 6, (sqlite3_int64)sequences) != SQLITE_OK)
        error = ERROR_NOT_ENOUGH_MEMORY;
    else if (!statement_row(storage, s, &error) && !error)
        *key = (reg_key)sqlite3_last_insert_rowid(storage->db);
    statement_give(storage, STATEMENT_KEY_INSERT, s);
    return error;
}

win_error storage_key_set_flags(struct storage *storage, reg_key key, uint32_t flags)
{
    sqlite3_stmt *s;
    win_error error = statement_take(storage, STATEMENT_KEY_SET_FLAGS, &s);

    if (error)
        return error;
    if (!statement_bind_key(s, 1, key) || sqlite3_bind_int64(s, 2, flags) != SQLITE_OK)
        error = ERROR_NOT_ENOUGH_MEMORY;
    else
        statement_row(storage, s, &error);
    statement_give(storage, STATEMENT_KEY_SET_FLAGS, s);
    return error;
}

win_error storage_key_rename(struct storage *storage, reg_key key, struct plat_span fold,
                             struct plat_span name)
{
    sqlite3_stmt *s;
    win_error error = statement_take(storage, STATEMENT_KEY_RENAME, &s);

    if (error)
        return error;
    if (!statement_bind_key(s, 1, key) || !statement_bind_text(s, 2, fold) || !statement_bind_text(s, 3, name))
        error = ERROR_NOT_ENOUGH_MEMORY;
    else
        statement_row(storage, s, &error);
    statement_give(storage, STATEMENT_KEY_RENAME, s);
    return error;
}

win_error storage_key_renumber(struct storage *storage, reg_key key, reg_key number)
{
    sqlite3_stmt *s;
    win_error error = statement_take(storage, STATEMENT_KEY_RENUMBER, &s);

    if (error)
        return error;
    if (!statement_bind_key(s, 1, key) || !statement_bind_key(s, 2, number))
        error = ERROR_NOT_ENOUGH_MEMORY;
    else
        statement_row(storage, s, &error);
    statement_give(storage, STATEMENT_KEY_RENUMBER, s);
    return error;
}

win_error storage_key_touch(struct storage *storage, reg_key key, int64_t now, uint64_t count, uint64_t *last)
{
    sqlite3_stmt *s;
    win_error error = statement_take(storage, STATEMENT_KEY_TOUCH, &s);

    if (error)
        return error;
    if (!statement_bind_key(s, 1, key) || sqlite3_bind_int64(s, 2, now) != SQLITE_OK ||
        sqlite3_bind_int64(s, 3, (sqlite3_int64)count) != SQLITE_OK) {
        error = ERROR_NOT_ENOUGH_MEMORY;
    } else if (statement_row(storage, s, &error)) {
        if (last)
            *last = (uint64_t)sqlite3_column_int64(s, 0);
    } else if (!error) {
        error = ERROR_FILE_NOT_FOUND;
    }
    statement_give(storage, STATEMENT_KEY_TOUCH, s);
    return error;
}

win_error storage_key_raise(struct storage *storage, reg_key key, uint64_t sequence)
{
    sqlite3_stmt *s;
    win_error error = statement_take(storage, STATEMENT_KEY_RAISE, &s);

    if (error)
        return error;
    if (!statement_bind_key(s, 1, key) || sqlite3_bind_int64(s, 2, (sqlite3_int64)sequence) != SQLITE_OK)
        error = ERROR_NOT_ENOUGH_MEMORY;
    else
        statement_row(storage, s, &error);
    statement_give(storage, STATEMENT_KEY_RAISE, s);
    return error;
}

win_error storage_key_count(struct storage *storage, reg_key key, uint32_t *keys, uint32_t *values)
{
    sqlite3_stmt *s;
    win_error error = statement_take(storage, STATEMENT_KEY_COUNT, &s);

    if (error)
        return error;
    if (!statement_bind_key(s, 1, key)) {
        error = ERROR_NOT_ENOUGH_MEMORY;
    } else if (statement_row(storage, s, &error)) {
        *keys = (uint32_t)sqlite3_column_int64(s, 0);
        *values = (uint32_t)sqlite3_column_int64(s, 1);
    } else if (!error) {
        error = ERROR_INTERNAL_ERROR;
    }
    statement_give(storage, STATEMENT_KEY_COUNT, s);
    return error;
}

win_error storage_each_key(struct storage *storage, reg_key parent,
                           bool (*each)(void *context, reg_key child, const char *name), void *context)
{
    sqlite3_stmt *s;
    win_error error = statement_take(storage, STATEMENT_KEY_EACH, &s);

    if (error)
        return error;
    if (!statement_bind_key(s, 1, parent)) {
        error = ERROR_NOT_ENOUGH_MEMORY;
    } else {
        while (statement_row(storage, s, &error)) {
            const char *name = (const char *)sqlite3_column_text(s, 1);

            if (!name)
                error = ERROR_NOT_ENOUGH_MEMORY;
            if (error || !each(context, (reg_key)sqlite3_column_int64(s, 0), name))
                break;
        }
    }
    statement_give(storage, STATEMENT_KEY_EACH, s);
    return error;
}

static win_error replace(struct plat_buffer *buffer, struct plat_span bytes)
{
    if (!buffer)
        return ERROR_SUCCESS;
    plat_buffer_clear(buffer);
    plat_buffer_append(buffer, bytes.data, bytes.size);
    return buffer->failed;
}

win_error storage_key_after(struct storage *storage, reg_key parent, struct plat_span after, uint32_t skip,
                            reg_key *key, struct plat_buffer *name, struct plat_buffer *fold)
{
    sqlite3_stmt *s;
    win_error error = statement_take(storage, STATEMENT_KEY_AFTER, &s);

    if (error)
        return error;
    if (!statement_bind_key(s, 1, parent) || !statement_bind_text(s, 2, after) ||
        sqlite3_bind_int64(s, 3, skip) != SQLITE_OK) {
        error = ERROR_NOT_ENOUGH_MEMORY;
    } else if (statement_row(storage, s, &error)) {
        *key = (reg_key)sqlite3_column_int64(s, 0);
        error = replace(name, statement_column(s, 1));
        if (!error)
            error = replace(fold, statement_column(s, 2));
    } else if (!error) {
        error = ERROR_FILE_NOT_FOUND;
    }
    statement_give(storage, STATEMENT_KEY_AFTER, s);
    return error;
}
