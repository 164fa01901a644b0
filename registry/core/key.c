/* SPDX-License-Identifier: Apache-2.0 */
/* Keys: open, name, count, enumerate. */
#include "core/key.h"

#include "core/cache.h"
#include "core/edit.h"
#include "core/path.h"
#include "core/trail.h"

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

win_error key_is_secret(struct reg_db *db, reg_key key, bool *secret)
{
    struct storage_key row = {.parent = key};
    win_error error = ERROR_SUCCESS;

    *secret = false;
    for (unsigned i = 0; !error && row.parent != REG_KEY_NONE && !*secret; i++) {
        error = i > LIMIT_REG_DEPTH ? ERROR_REGISTRY_CORRUPT : key_must_exist(db, row.parent, &row);
        *secret = !error && (row.flags & STORAGE_KEY_PROTECTED);
    }
    return error;
}

win_error key_step(struct reg_db *db, reg_key *key, struct plat_span name)
{
    struct plat_span fold;
    win_error error = db_fold_key(db, name, &fold);

    return error ? error : storage_key_find(db->storage, *key, fold, key);
}

win_error key_descend(struct reg_db *db, reg_key *key, const char **path)
{
    const char *here = *path;
    struct plat_span name;

    while (path_next(&here, &name)) {
        win_error error = key_step(db, key, name);

        if (error)
            return error;
        *path = here;
    }
    return ERROR_SUCCESS;
}

win_error key_check_path(struct reg_db *db, const char *path)
{
    if (path[0] == '\\')
        return db_refuse(db, ERROR_BAD_PATHNAME, "a key path does not begin with a backslash");
    if (strlen(path) > LIMIT_REG_PATH)
        return db_refuse(db, ERROR_FILENAME_EXCED_RANGE, "the key path is too long");
    return ERROR_SUCCESS;
}

win_error key_open_below(struct reg_db *db, reg_key parent, const char *path, reg_key *key)
{
    reg_key found = parent;
    bool view;
    win_error error = db_view_begin(db, &view);

    if (error)
        return error;
    if (db->transaction == DB_WRITING) {
        trail_follow(db, &found, &path);
        error = trail_descend(db, &found, &path);
    } else {
        error = key_descend(db, &found, &path);
    }
    if (found == parent && (!error || error == ERROR_FILE_NOT_FOUND)) {
        win_error parent_error = key_must_exist(db, parent, NULL);

        error = parent_error ? parent_error : error;
    }
    db_view_end(db, view);
    if (!error)
        *key = found;
    return error;
}

/* "A\B\C": "A\B"; empty when there is but one name, or a backslash at the end. */
static struct plat_span all_but_last(const char *path)
{
    const char *last = strrchr(path, '\\');

    return plat_span_of(path, last && last[1] ? (size_t)(last - path) : 0);
}

/* By way of the key above, if that is remembered: siblings are often wanted one after the other. */
static win_error open_remembering(struct reg_db *db, reg_key parent, const char *path, reg_key *key)
{
    struct plat_span above = all_but_last(path);
    struct cache_guard guard;
    reg_key place = parent;
    win_error error = ERROR_FILE_NOT_FOUND;

    if (above.size > 0 && cache_find_above(db, parent, above, &place, &guard)) {
        const char *rest = path + above.size;

        error = key_descend(db, &place, &rest);
    }
    if (error == ERROR_FILE_NOT_FOUND) {
        error = key_open_below(db, parent, path, &place);
        if (!error && above.size > 0) {
            struct storage_key row;

            if (key_must_exist(db, place, &row) == ERROR_SUCCESS)
                cache_add_above(db, &guard, parent, above, row.parent);
        }
    }
    if (!error)
        *key = place;
    return error;
}

win_error reg_key_open(struct reg_db *db, reg_key parent, const char *path, reg_key *key)
{
    struct plat_span whole = plat_span_of(path, strlen(path));
    struct cache_guard guard;
    win_error error;

    db_begin_call(db);
    error = parent == REG_KEY_NONE ? ERROR_INVALID_HANDLE : key_check_path(db, path);
    if (error)
        return error;
    if (cache_find_key(db, parent, whole, key, &guard))
        return ERROR_SUCCESS;
    if (!guard.may)
        return key_open_below(db, parent, path, key);
    error = open_remembering(db, parent, path, key);
    if (!error)
        cache_add_key(db, &guard, parent, whole, *key);
    return error;
}

static void reverse(uint8_t *bytes, size_t size)
{
    for (size_t i = 0; i < size / 2; i++) {
        uint8_t byte = bytes[i];

        bytes[i] = bytes[size - 1 - i];
        bytes[size - 1 - i] = byte;
    }
}

/* The names are climbed past from the last to the first: all bytes are turned round, and then those of each name once more. */
win_error key_append_path(struct reg_db *db, reg_key key, struct plat_buffer *path)
{
    size_t name_size[LIMIT_REG_DEPTH + 1];
    size_t before = path->size;
    size_t length = 0;
    struct storage_key row;
    uint8_t *name;

    for (reg_key here = key; here != REG_KEY_NONE || length == 0; here = row.parent) {
        size_t start = path->size;
        win_error error = here == REG_KEY_NONE ? ERROR_INVALID_HANDLE : ERROR_REGISTRY_CORRUPT;

        if (here != REG_KEY_NONE && length <= LIMIT_REG_DEPTH)
            error = storage_key_get(db->storage, here, &row, path);
        if (error) {
            path->size = before;
            return error == ERROR_FILE_NOT_FOUND ? ERROR_KEY_DELETED : error;
        }
        name_size[length++] = path->size - start;
        if (row.parent != REG_KEY_NONE)
            plat_buffer_append_u8(path, '\\');
    }
    if (path->failed)
        return path->failed;
    name = path->data + before;
    reverse(name, path->size - before);
    while (length-- > 0) {
        reverse(name, name_size[length]);
        name += name_size[length] + 1;
    }
    return ERROR_SUCCESS;
}

win_error reg_key_path(struct reg_db *db, reg_key key, struct plat_buffer *path)
{
    bool view;
    win_error error;

    db_begin_call(db);
    error = db_view_begin(db, &view);
    if (error)
        return error;
    error = key_append_path(db, key, path);
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
        info->is_volatile = (row.flags & STORAGE_KEY_VOLATILE) != 0;
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
