/* SPDX-License-Identifier: Apache-2.0 */
/* Rows of the table "val". */
#include "sqlite/statement.h"

/* A blob that could not be brought into memory looks like an empty one; the error code tells them apart. */
static win_error column_data(struct storage *storage, sqlite3_stmt *s, int column, struct plat_span *data)
{
    *data = statement_column(s, column);
    if (!data->data && sqlite3_errcode(storage->db) == SQLITE_NOMEM)
        return ERROR_NOT_ENOUGH_MEMORY;
    return ERROR_SUCCESS;
}

win_error storage_value_get(struct storage *storage, reg_key key, struct plat_span fold,
                            struct storage_value *row, struct plat_buffer *data, struct plat_buffer *name)
{
    sqlite3_stmt *s;
    win_error error = statement_take(storage, STATEMENT_VALUE_GET, &s);

    if (error)
        return error;
    if (!statement_bind_key(s, 1, key) || !statement_bind_text(s, 2, fold)) {
        error = ERROR_NOT_ENOUGH_MEMORY;
    } else if (statement_row(storage, s, &error)) {
        struct plat_span bytes;

        row->type = (uint32_t)sqlite3_column_int64(s, 0);
        row->sequence = (uint64_t)sqlite3_column_int64(s, 2);
        error = column_data(storage, s, 1, &bytes);
        if (!error) {
            plat_buffer_append(data, bytes.data, bytes.size);
            error = data->failed;
        }
        if (!error && name) {
            bytes = statement_column(s, 3);
            plat_buffer_append(name, bytes.data, bytes.size);
            error = name->failed;
        }
    } else if (!error) {
        error = ERROR_FILE_NOT_FOUND;
    }
    statement_give(storage, STATEMENT_VALUE_GET, s);
    return error;
}

win_error storage_value_insert(struct storage *storage, reg_key key, struct plat_span fold, uint64_t sequence,
                               struct plat_span name, uint32_t type, struct plat_span data)
{
    sqlite3_stmt *s;
    win_error error = statement_take(storage, STATEMENT_VALUE_INSERT, &s);

    if (error)
        return error;
    if (!statement_bind_key(s, 1, key) || !statement_bind_text(s, 2, fold) ||
        sqlite3_bind_int64(s, 3, (sqlite3_int64)sequence) != SQLITE_OK || !statement_bind_text(s, 4, name) ||
        sqlite3_bind_int64(s, 5, type) != SQLITE_OK || !statement_bind_blob(s, 6, data))
        error = ERROR_NOT_ENOUGH_MEMORY;
    else
        statement_row(storage, s, &error);
    statement_give(storage, STATEMENT_VALUE_INSERT, s);
    return error;
}

win_error storage_value_update(struct storage *storage, reg_key key, struct plat_span fold, uint32_t type,
                               struct plat_span data)
{
    sqlite3_stmt *s;
    win_error error = statement_take(storage, STATEMENT_VALUE_UPDATE, &s);

    if (error)
        return error;
    if (!statement_bind_key(s, 1, key) || !statement_bind_text(s, 2, fold) ||
        sqlite3_bind_int64(s, 3, type) != SQLITE_OK || !statement_bind_blob(s, 4, data))
        error = ERROR_NOT_ENOUGH_MEMORY;
    else if (!statement_row(storage, s, &error) && !error && sqlite3_changes(storage->db) == 0)
        error = ERROR_FILE_NOT_FOUND;
    statement_give(storage, STATEMENT_VALUE_UPDATE, s);
    return error;
}

win_error storage_value_delete(struct storage *storage, reg_key key, struct plat_span fold)
{
    sqlite3_stmt *s;
    win_error error = statement_take(storage, STATEMENT_VALUE_DELETE, &s);

    if (error)
        return error;
    if (!statement_bind_key(s, 1, key) || !statement_bind_text(s, 2, fold))
        error = ERROR_NOT_ENOUGH_MEMORY;
    else if (!statement_row(storage, s, &error) && !error && sqlite3_changes(storage->db) == 0)
        error = ERROR_FILE_NOT_FOUND;
    statement_give(storage, STATEMENT_VALUE_DELETE, s);
    return error;
}

win_error storage_each_row(struct storage *storage, reg_key key,
                           bool (*each)(void *context, uint64_t sequence, const struct reg_value *value),
                           void *context)
{
    sqlite3_stmt *s;
    win_error error = statement_take(storage, STATEMENT_VALUE_EACH, &s);

    if (error)
        return error;
    if (!statement_bind_key(s, 1, key)) {
        error = ERROR_NOT_ENOUGH_MEMORY;
    } else {
        while (statement_row(storage, s, &error)) {
            struct reg_value value = {.name = (const char *)sqlite3_column_text(s, 0),
                                      .type = (uint32_t)sqlite3_column_int64(s, 1)};

            error = value.name ? column_data(storage, s, 2, &value.data) : ERROR_NOT_ENOUGH_MEMORY;
            if (error || !each(context, (uint64_t)sqlite3_column_int64(s, 3), &value))
                break;
        }
    }
    statement_give(storage, STATEMENT_VALUE_EACH, s);
    return error;
}

struct unnumbered {
    bool (*each)(void *context, const struct reg_value *value);
    void *context;
};

static bool without_number(void *context, uint64_t sequence, const struct reg_value *value)
{
    const struct unnumbered *u = context;

    (void)sequence;
    return u->each(u->context, value);
}

win_error storage_each_value(struct storage *storage, reg_key key,
                             bool (*each)(void *context, const struct reg_value *value), void *context)
{
    struct unnumbered u = {each, context};

    return storage_each_row(storage, key, without_number, &u);
}

win_error storage_each_place(struct storage *storage, reg_key key, uint64_t after, uint32_t skip,
                             bool (*each)(void *context, uint64_t sequence, struct plat_span fold),
                             void *context)
{
    sqlite3_stmt *s;
    win_error error = statement_take(storage, STATEMENT_VALUE_PLACES, &s);

    if (error)
        return error;
    if (!statement_bind_key(s, 1, key) || sqlite3_bind_int64(s, 2, (sqlite3_int64)after) != SQLITE_OK ||
        sqlite3_bind_int64(s, 3, skip) != SQLITE_OK) {
        error = ERROR_NOT_ENOUGH_MEMORY;
    } else {
        while (statement_row(storage, s, &error)) {
            if (!each(context, (uint64_t)sqlite3_column_int64(s, 0), statement_column(s, 1)))
                break;
        }
    }
    statement_give(storage, STATEMENT_VALUE_PLACES, s);
    return error;
}
