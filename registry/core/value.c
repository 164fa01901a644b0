/* SPDX-License-Identifier: Apache-2.0 */
/* Values: raw data under a name and a type. */
#include "core/key.h"

#include "core/cache.h"
#include "core/edit.h"

#include "platform/limits.h"

#include <string.h>

/* A value that is missing, or whose key is. */
static win_error missing(struct reg_db *db, reg_key key)
{
    win_error error = key_must_exist(db, key, NULL);

    return error ? error : ERROR_FILE_NOT_FOUND;
}

win_error reg_value_get(struct reg_db *db, reg_key key, const char *name, uint32_t *type,
                        struct plat_buffer *data)
{
    size_t size = strlen(name);
    size_t before = data->size;
    struct cache_guard guard;
    struct storage_value row;
    struct plat_span fold;
    win_error error;

    db_begin_call(db);
    if (cache_find_value(db, key, name, size, &row.type, data, &guard)) {
        if (type)
            *type = row.type;
        return data->failed;
    }
    error = db_fold_value(db, plat_span_of(name, size), &fold);
    if (error)
        return error;
    error = storage_value_get(db->storage, key, fold, &row, data, NULL);
    if (error == ERROR_FILE_NOT_FOUND)
        return missing(db, key);
    if (error)
        return error;
    if (type)
        *type = row.type;
    cache_add_value(db, &guard, key, name, size, row.type,
                    plat_span_of(data->data + before, data->size - before));
    return ERROR_SUCCESS;
}

win_error reg_value_set(struct reg_db *db, reg_key key, const char *name, uint32_t type, const void *data,
                        size_t size)
{
    struct plat_span name_bytes = plat_span_of(name, strlen(name));
    struct db_change change;
    struct plat_span fold;
    win_error error;

    if (size > 0 && !data)
        return ERROR_INVALID_PARAMETER;
    error = db_change_begin(db, &change);
    if (error)
        return error;
    if (size > LIMIT_REG_DATA)
        error = db_refuse(db, ERROR_FILE_TOO_LARGE, "a value has at most 1 MiB of data");
    else
        error = key == REG_KEY_NONE ? ERROR_INVALID_HANDLE : db_fold_value(db, name_bytes, &fold);
    if (!error)
        error = edit_set_value(db, &change, key, fold, name_bytes, type, plat_span_of(data, size));
    return db_change_end(db, &change, error);
}

win_error reg_value_delete(struct reg_db *db, reg_key key, const char *name)
{
    struct db_change change;
    struct plat_span fold;
    win_error error = db_change_begin(db, &change);

    if (error)
        return error;
    error = db_fold_value(db, plat_span_of(name, strlen(name)), &fold);
    if (!error)
        error = edit_delete_value(db, &change, key, fold);
    if (error == ERROR_FILE_NOT_FOUND)
        error = missing(db, key);
    return db_change_end(db, &change, error);
}

win_error reg_each_value(struct reg_db *db, reg_key key,
                         bool (*each)(void *context, const struct reg_value *value), void *context)
{
    win_error error;

    db_begin_call(db);
    error = key_must_exist(db, key, NULL);
    return error ? error : storage_each_value(db->storage, key, each, context);
}
