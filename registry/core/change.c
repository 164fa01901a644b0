/* SPDX-License-Identifier: Apache-2.0 */
/* Keys: make, delete, rename, mark. */
#include "core/edit.h"
#include "core/key.h"
#include "core/path.h"
#include "core/trail.h"

#include "platform/limits.h"

#include <string.h>

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
static win_error check_new_names(struct reg_db *db, unsigned depth, const char *path)
{
    struct plat_span name;
    struct plat_span fold;
    win_error error = ERROR_SUCCESS;

    while (!error && path_next(&path, &name)) {
        error = db_fold_key(db, name, &fold);
        if (!error && ++depth > LIMIT_REG_DEPTH)
            error = db_refuse(db, ERROR_INVALID_PARAMETER, "keys nest at most 512 deep");
    }
    return error;
}

static uint32_t storage_flags(unsigned flags, bool is_last)
{
    uint32_t result = flags & REG_CREATE_VOLATILE ? STORAGE_KEY_VOLATILE : 0;

    return is_last && (flags & REG_CREATE_PROTECTED) ? result | STORAGE_KEY_PROTECTED : result;
}

static win_error create_below(struct reg_db *db, struct db_change *change, reg_key *key, const char *path,
                              unsigned flags)
{
    struct plat_span name;
    struct plat_span fold;
    uint32_t parent_flags;
    unsigned depth;
    win_error error = edit_flags_of(db, *key, &parent_flags);

    if (!error && (parent_flags & STORAGE_KEY_VOLATILE) && !(flags & REG_CREATE_VOLATILE))
        error = db_refuse(db, ERROR_CHILD_MUST_BE_VOLATILE, "a key under a volatile one must be volatile");
    if (!error && !trail_depth(db, *key, &depth))
        error = depth_of(db, *key, &depth);
    if (!error)
        error = check_new_names(db, depth, path);
    while (!error && path_next(&path, &name)) {
        bool is_last = path[strspn(path, "\\")] == 0;

        error = db_fold_key(db, name, &fold);
        if (!error)
            error = edit_make_key(db, change, *key, fold, name, storage_flags(flags, is_last), key);
        if (!error)
            trail_add(db, path, *key);
    }
    return error;
}

static win_error protect(struct reg_db *db, struct db_change *change, reg_key key)
{
    struct plat_buffer class_name;
    struct storage_key row;
    win_error error = key_must_exist(db, key, &row);

    if (error || (row.flags & STORAGE_KEY_PROTECTED))
        return error;
    plat_buffer_init(&class_name, LIMIT_REG_DATA);
    error = storage_class_get(db->storage, key, &class_name);
    if (!error || error == ERROR_FILE_NOT_FOUND)
        error = edit_change_key(db, change, key, row.flags | STORAGE_KEY_PROTECTED,
                                plat_span_of(class_name.data, class_name.size));
    plat_buffer_free(&class_name);
    return error;
}

/*
 * The key is looked for and made when it is missing. When the one before was new this one is probably new as well, and is made right away: that
 * fails if it is there.
 */
static win_error find_or_make(struct reg_db *db, struct db_change *change, reg_key *key, const char *path,
                              unsigned flags, bool *is_new)
{
    const reg_key top = *key;
    win_error error;

    *is_new = false;
    if (trail_follow(db, key, &path) && db->edit->made_last) {
        error = create_below(db, change, key, path, flags);
        *is_new = !error;
        if (error != ERROR_ALREADY_EXISTS && error != ERROR_CHILD_MUST_BE_VOLATILE)
            return error;
        db_begin_call(db); /* whatever it said: the key may be there */
    }
    error = top == *key ? key_must_exist(db, top, NULL) : ERROR_SUCCESS;
    if (!error)
        error = trail_descend(db, key, &path);
    if (error == ERROR_FILE_NOT_FOUND) {
        error = create_below(db, change, key, path, flags);
        *is_new = !error;
    } else if (!error && (flags & REG_CREATE_PROTECTED)) {
        error = protect(db, change, *key);
    }
    db->edit->made_last = *is_new;
    return error;
}

win_error reg_key_create(struct reg_db *db, reg_key parent, const char *path, unsigned flags, reg_key *key,
                         bool *created)
{
    struct db_change change;
    reg_key found = parent;
    bool is_new = false;
    win_error error;

    if (created)
        *created = false;
    /* The common case, a key that is there, should neither wait for a writer nor be one. */
    if (db->transaction == DB_NO_TRANSACTION && !(flags & REG_CREATE_PROTECTED)) {
        error = reg_key_open(db, parent, path, key);
        if (error != ERROR_FILE_NOT_FOUND)
            return error;
    }
    error = parent == REG_KEY_NONE ? ERROR_INVALID_HANDLE : key_check_path(db, path);
    if (!error)
        error = db_change_begin(db, &change);
    if (error)
        return error;
    error = db_change_end(db, &change, find_or_make(db, &change, &found, path, flags, &is_new));
    if (error)
        return error;
    *key = found;
    if (created)
        *created = is_new;
    return ERROR_SUCCESS;
}

static win_error delete_in(struct reg_db *db, struct db_change *change, reg_key key, bool with_children)
{
    static const struct plat_span from_the_first = {NULL, 0};
    reg_key child;
    win_error error = key_must_exist(db, key, NULL);

    if (error)
        return error;
    if (reg_root_name(key))
        return db_refuse(db, ERROR_ACCESS_DENIED, "a root key cannot be deleted");
    if (!with_children) {
        error = storage_key_after(db->storage, key, from_the_first, 0, &child, NULL, NULL);
        if (error != ERROR_FILE_NOT_FOUND)
            return error ? error : db_refuse(db, ERROR_KEY_HAS_CHILDREN, "the key has keys below it");
    }
    return edit_delete_tree(db, change, key);
}

win_error reg_key_delete(struct reg_db *db, reg_key key)
{
    struct db_change change;
    win_error error = db_change_begin(db, &change);

    return error ? error : db_change_end(db, &change, delete_in(db, &change, key, false));
}

win_error reg_key_delete_tree(struct reg_db *db, reg_key key)
{
    struct db_change change;
    win_error error = db_change_begin(db, &change);

    return error ? error : db_change_end(db, &change, delete_in(db, &change, key, true));
}

static win_error rename_in(struct reg_db *db, struct db_change *change, reg_key key, struct plat_span name)
{
    struct storage_key row;
    struct plat_span fold;
    reg_key sibling;
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
    return edit_rename_key(db, change, key, row.parent, fold, name);
}

win_error reg_key_rename(struct reg_db *db, reg_key key, const char *name)
{
    struct db_change change;
    win_error error = db_change_begin(db, &change);

    if (error)
        return error;
    return db_change_end(db, &change, rename_in(db, &change, key, plat_span_of(name, strlen(name))));
}

win_error reg_key_class(struct reg_db *db, reg_key key, struct plat_buffer *name)
{
    bool view;
    win_error error;

    db_begin_call(db);
    error = db_view_begin(db, &view);
    if (error)
        return error;
    error = key_must_exist(db, key, NULL);
    if (!error)
        error = storage_class_get(db->storage, key, name);
    db_view_end(db, view);
    return error == ERROR_FILE_NOT_FOUND ? ERROR_SUCCESS : error;
}

win_error reg_key_set_class(struct reg_db *db, reg_key key, const char *name)
{
    struct db_change change;
    struct storage_key row;
    win_error error;

    db_begin_call(db);
    if (strlen(name) > LIMIT_REG_VALUE_NAME)
        return db_refuse(db, ERROR_INVALID_PARAMETER, "the class is too long");
    error = db_change_begin(db, &change);
    if (error)
        return error;
    error = key_must_exist(db, key, &row);
    if (!error)
        error = edit_change_key(db, &change, key, row.flags, plat_span_of(name, strlen(name)));
    return db_change_end(db, &change, error);
}
