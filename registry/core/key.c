/* SPDX-License-Identifier: Apache-2.0 */
/* Keys: open, create, delete, rename, enumerate. */
#include "core/key.h"

#include "core/path.h"

#include "platform/clock.h"
#include "platform/limits.h"

#include <string.h>

win_error key_must_exist(struct reg_db *db, reg_key key, struct storage_key *row)
{
    struct storage_key ignored;
    win_error error;

    if (key == REG_KEY_NONE)
        return ERROR_INVALID_HANDLE;
    error = storage_key_get(db->storage, key, row ? row : &ignored, NULL);
    return error == ERROR_FILE_NOT_FOUND ? ERROR_KEY_DELETED : error;
}

/*
 * Goes down from `key` as far as there are keys: `key` and `path` then stand where it stopped, with
 * ERROR_FILE_NOT_FOUND.
 */
static win_error descend(struct reg_db *db, reg_key *key, const char **path)
{
    const char *here = *path;
    struct plat_span name;

    while (path_next(&here, &name)) {
        struct plat_span fold;
        win_error error = db_fold_key(db, name, &fold);

        if (!error)
            error = storage_key_find(db->storage, *key, fold, key);
        if (error)
            return error;
        *path = here;
    }
    return ERROR_SUCCESS;
}

static win_error check_path(struct reg_db *db, const char *path)
{
    if (path[0] == '\\')
        return db_refuse(db, ERROR_BAD_PATHNAME, "a key path does not begin with a backslash");
    if (strlen(path) > LIMIT_REG_PATH)
        return db_refuse(db, ERROR_FILENAME_EXCED_RANGE, "the key path is too long");
    return ERROR_SUCCESS;
}

win_error reg_key_open(struct reg_db *db, reg_key parent, const char *path, reg_key *key)
{
    reg_key found = parent;
    const char *rest = path;
    win_error error;
    bool view;

    db_begin_call(db);
    error = parent == REG_KEY_NONE ? ERROR_INVALID_HANDLE : check_path(db, path);
    if (error)
        return error;
    error = db_view_begin(db, &view);
    if (error)
        return error;
    error = descend(db, &found, &rest);
    if (found == parent && (!error || error == ERROR_FILE_NOT_FOUND)) {
        win_error parent_error = key_must_exist(db, parent, NULL);

        error = parent_error ? parent_error : error;
    }
    db_view_end(db, view);
    if (!error)
        *key = found;
    return error;
}

/* How many keys lie above this one; a root has none. */
static win_error depth_of(struct reg_db *db, reg_key key, unsigned *depth)
{
    *depth = 0;
    while (!reg_root_name(key)) {
        struct storage_key row;
        win_error error = key_must_exist(db, key, &row);

        if (error)
            return error;
        if (++*depth > LIMIT_REG_DEPTH)
            return ERROR_REGISTRY_CORRUPT;
        key = row.parent;
    }
    return ERROR_SUCCESS;
}

/* Everything that could be wrong with the names still to be made is found before the first of them is. */
static win_error check_new_names(struct reg_db *db, reg_key parent, const char *path)
{
    struct plat_span name;
    struct plat_span fold;
    unsigned depth;
    win_error error = depth_of(db, parent, &depth);

    while (!error && path_next(&path, &name)) {
        error = db_fold_key(db, name, &fold);
        if (!error && ++depth > LIMIT_REG_DEPTH)
            error = db_refuse(db, ERROR_INVALID_PARAMETER, "keys nest at most 512 deep");
    }
    return error;
}

static win_error create_below(struct reg_db *db, struct db_change *change, reg_key *key, const char *path,
                              unsigned flags)
{
    int64_t now = plat_clock_unix();
    struct plat_span name;
    struct plat_span fold;
    win_error error = check_new_names(db, *key, path);

    if (error)
        return error;
    change->wrote = true;
    error = storage_key_touch(db->storage, *key, now, NULL);
    while (!error && path_next(&path, &name)) {
        bool is_last = path[strspn(path, "\\")] == 0;

        error = db_fold_key(db, name, &fold);
        if (!error)
            error = storage_key_insert(db->storage, *key, fold, name,
                                       is_last && (flags & REG_CREATE_PROTECTED) ? STORAGE_KEY_PROTECTED : 0,
                                       now, key);
    }
    return error;
}

static win_error protect(struct reg_db *db, struct db_change *change, reg_key key)
{
    struct storage_key row;
    win_error error = key_must_exist(db, key, &row);

    if (error || (row.flags & STORAGE_KEY_PROTECTED))
        return error;
    change->wrote = true;
    return storage_key_set_flags(db->storage, key, row.flags | STORAGE_KEY_PROTECTED);
}

win_error reg_key_create(struct reg_db *db, reg_key parent, const char *path, unsigned flags, reg_key *key,
                         bool *created)
{
    struct db_change change;
    reg_key found = parent;
    const char *rest = path;
    bool is_new = false;
    win_error error;

    if (created)
        *created = false;
    /* The common case, a key that is there, should neither wait for a writer nor be one. */
    if (db->transaction == DB_NO_TRANSACTION && flags == 0) {
        error = reg_key_open(db, parent, path, key);
        if (error != ERROR_FILE_NOT_FOUND)
            return error;
    }
    error = check_path(db, path);
    if (!error)
        error = db_change_begin(db, &change);
    if (error)
        return error;
    error = key_must_exist(db, parent, NULL);
    if (!error)
        error = descend(db, &found, &rest);
    if (error == ERROR_FILE_NOT_FOUND) {
        is_new = true;
        error = create_below(db, &change, &found, rest, flags);
    } else if (!error && (flags & REG_CREATE_PROTECTED)) {
        error = protect(db, &change, found);
    }
    error = db_change_end(db, &change, error);
    if (error)
        return error;
    *key = found;
    if (created)
        *created = is_new;
    return ERROR_SUCCESS;
}

win_error reg_key_delete_tree(struct reg_db *db, reg_key key)
{
    struct db_change change;
    struct storage_key row;
    win_error error = db_change_begin(db, &change);

    if (error)
        return error;
    error = key_must_exist(db, key, &row);
    if (!error && reg_root_name(key))
        error = db_refuse(db, ERROR_ACCESS_DENIED, "a root key cannot be deleted");
    if (!error) {
        change.wrote = true;
        error = storage_key_delete_tree(db->storage, key);
    }
    if (!error)
        error = storage_key_touch(db->storage, row.parent, plat_clock_unix(), NULL);
    return db_change_end(db, &change, error);
}

static win_error rename_in(struct reg_db *db, struct db_change *change, reg_key key, struct plat_span name)
{
    struct storage_key row;
    struct plat_span fold;
    reg_key sibling;
    int64_t now = plat_clock_unix();
    win_error error = key_must_exist(db, key, &row);

    if (error)
        return error;
    if (reg_root_name(key))
        return db_refuse(db, ERROR_ACCESS_DENIED, "a root key cannot be renamed");
    error = db_fold_key(db, name, &fold);
    if (error)
        return error;
    error = storage_key_find(db->storage, row.parent, fold, &sibling);
    if (!error && sibling != key)
        return db_refuse(db, ERROR_ALREADY_EXISTS, "a key of that name is there already");
    if (error && error != ERROR_FILE_NOT_FOUND)
        return error;
    change->wrote = true;
    error = storage_key_rename(db->storage, key, fold, name);
    if (!error)
        error = storage_key_touch(db->storage, key, now, NULL);
    return error ? error : storage_key_touch(db->storage, row.parent, now, NULL);
}

win_error reg_key_rename(struct reg_db *db, reg_key key, const char *name)
{
    struct db_change change;
    win_error error = db_change_begin(db, &change);

    if (error)
        return error;
    return db_change_end(db, &change, rename_in(db, &change, key, plat_span_of(name, strlen(name))));
}

static win_error append_path(struct reg_db *db, reg_key key, struct plat_buffer *path)
{
    reg_key chain[LIMIT_REG_DEPTH + 1];
    size_t length = 0;
    struct storage_key row;
    win_error error = ERROR_SUCCESS;

    for (reg_key here = key; here != REG_KEY_NONE || length == 0; here = row.parent) {
        error = key_must_exist(db, here, &row);
        if (error)
            return error;
        if (length == sizeof chain / sizeof chain[0])
            return ERROR_REGISTRY_CORRUPT;
        chain[length++] = here;
    }
    while (!error && length > 0) {
        error = storage_key_get(db->storage, chain[--length], &row, path);
        if (length > 0)
            plat_buffer_append_u8(path, '\\');
    }
    return error ? error : path->failed;
}

win_error reg_key_path(struct reg_db *db, reg_key key, struct plat_buffer *path)
{
    bool view;
    win_error error;

    db_begin_call(db);
    error = db_view_begin(db, &view);
    if (error)
        return error;
    error = append_path(db, key, path);
    db_view_end(db, view);
    return error;
}

win_error reg_key_info_of(struct reg_db *db, reg_key key, struct reg_key_info *info)
{
    struct storage_key row;
    bool view;
    win_error error;

    db_begin_call(db);
    error = db_view_begin(db, &view);
    if (error)
        return error;
    error = key_must_exist(db, key, &row);
    if (!error) {
        info->modified = row.modified;
        info->is_protected = (row.flags & STORAGE_KEY_PROTECTED) != 0;
        error = storage_key_count(db->storage, key, &info->key_count, &info->value_count);
    }
    db_view_end(db, view);
    return error;
}

win_error reg_each_key(struct reg_db *db, reg_key key,
                       bool (*each)(void *context, reg_key child, const char *name), void *context)
{
    win_error error;

    db_begin_call(db);
    error = key_must_exist(db, key, NULL);
    return error ? error : storage_each_key(db->storage, key, each, context);
}
