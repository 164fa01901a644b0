/* SPDX-License-Identifier: Apache-2.0 */
/* Keys saved to files, restored from them, loaded and unloaded. */
#include "registry/hive.h"

#include "hive/store.h"

#include "platform/file.h"
#include "platform/limits.h"

#include <string.h>

static const char *words_of(const struct reg_db *db, win_error error)
{
    return reg_db_message(db)[0] ? reg_db_message(db) : win_error_text(error);
}

/* NULL: *error and the message say why. */
static const char *absolute(const char *file, struct plat_buffer *path, win_error *error,
                            struct plat_buffer *message)
{
    const char *text;

    plat_buffer_init(path, HIVE_PATH_MOST);
    *error = plat_file_absolute(file, path);
    text = *error ? NULL : plat_buffer_text(path);
    if (!text) {
        *error = *error ? *error : path->failed;
        (void)hive_say(message, *error, "%s: %s", file, win_error_text(*error));
    }
    return text;
}

win_error reg_save(struct reg_db *db, reg_key key, const char *file, bool overwrite,
                   struct plat_buffer *message)
{
    struct plat_buffer buffer;
    struct plat_file_info info;
    win_error error;
    const char *path;

    db_begin_call(db);
    path = absolute(file, &buffer, &error, message);
    if (path)
        error = hive_may_be(db, path, message);
    if (!error && !overwrite && plat_file_stat(path, &info) == ERROR_SUCCESS)
        error = hive_say(message, ERROR_ALREADY_EXISTS, "%s is there already", file);
    if (!error)
        error = hive_store(db, key, path, message);
    plat_buffer_free(&buffer);
    return error;
}

/* ---- the content of a hive goes into a key ---- */

/* A key of HKLM or HKU that was loaded has its changes nowhere else. */
static win_error check_no_hive_below(struct reg_db *db, reg_key key, struct plat_buffer *message)
{
    struct plat_buffer file, name;
    reg_key child;
    win_error error = ERROR_SUCCESS;

    if (key != REG_HKLM && key != REG_HKU)
        return ERROR_SUCCESS;
    plat_buffer_init(&file, HIVE_PATH_MOST);
    plat_buffer_init(&name, LIMIT_REG_PATH);
    for (uint32_t i = 0; !error && reg_key_at(db, key, i, &child, &name) == ERROR_SUCCESS; i++) {
        plat_buffer_clear(&file);
        if (reg_hive_of(db, child, &file) == ERROR_SUCCESS)
            error = hive_say(message, ERROR_BUSY, "%s\\%s is loaded from %s: unload it first",
                             reg_root_name(key), plat_buffer_text(&name), plat_buffer_text(&file));
    }
    plat_buffer_free(&file);
    plat_buffer_free(&name);
    return error;
}

static win_error empty(struct reg_db *db, reg_key key)
{
    struct plat_buffer name;
    reg_key child;
    uint32_t type;
    win_error error = ERROR_SUCCESS;

    plat_buffer_init(&name, LIMIT_REG_PATH);
    while (!error) {
        error = reg_key_at(db, key, 0, &child, &name);
        if (!error)
            error = reg_key_delete_tree(db, child);
    }
    if (error == ERROR_NO_MORE_ITEMS)
        error = ERROR_SUCCESS;
    while (!error) {
        error = reg_value_at(db, key, 0, &name, &type, NULL);
        if (!error)
            error = reg_value_delete(db, key, plat_buffer_text(&name));
    }
    plat_buffer_free(&name);
    return error == ERROR_NO_MORE_ITEMS ? ERROR_SUCCESS : error;
}

/* Values, keys below, and whether the key has to be protected. */
static win_error take_content(struct reg_db *db, reg_key key, struct reg_db *hive)
{
    struct reg_key_info info;
    win_error error = reg_key_copy(hive, REG_HKLM, db, key, true);

    if (!error)
        error = reg_key_info_of(hive, REG_HKLM, &info);
    if (!error && info.is_protected)
        error = reg_key_create(db, key, "", REG_CREATE_PROTECTED, &key, NULL);
    return error;
}

/* Ends what `own` has begun, and tells what went wrong. */
static win_error finish(struct reg_db *db, struct reg_db *hive, bool own, win_error error, const char *file,
                        struct plat_buffer *message)
{
    if (error)
        (void)hive_say(message, error, "%s: %s; nothing was changed", file,
                       reg_db_message(hive)[0] ? reg_db_message(hive) : words_of(db, error));
    if (own && error)
        reg_rollback(db);
    else if (own) {
        error = reg_commit(db);
        if (error)
            (void)hive_say(message, error, "%s: %s; nothing was changed", reg_db_path(db),
                           words_of(db, error));
    }
    reg_db_close(hive);
    return error;
}

/* A write transaction of ours, unless there is one. */
static win_error begin(struct reg_db *db, bool *own, struct plat_buffer *message)
{
    win_error error;

    *own = db->transaction == DB_NO_TRANSACTION;
    error = *own ? reg_begin(db) : ERROR_SUCCESS;
    return error ? hive_say(message, error, "%s: %s", reg_db_path(db), words_of(db, error)) : ERROR_SUCCESS;
}

win_error reg_restore(struct reg_db *db, reg_key key, const char *file, struct plat_buffer *message)
{
    struct reg_db *hive;
    bool own;
    win_error error;

    db_begin_call(db);
    error = hive_open(file, &hive, message);
    if (error)
        return error;
    error = begin(db, &own, message);
    if (error) {
        reg_db_close(hive);
        return error;
    }
    error = check_no_hive_below(db, key, message);
    if (!error)
        error = empty(db, key);
    if (!error)
        error = take_content(db, key, hive);
    if (error && !own)
        db->broken = error; /* half of it may be done */
    return finish(db, hive, own, error, file, message);
}

/* ---- loading ---- */

static win_error check_new(struct reg_db *db, reg_key root, const char *name, struct plat_buffer *message)
{
    reg_key key;
    win_error error;

    if (root != REG_HKLM && root != REG_HKU)
        return hive_say(message, ERROR_INVALID_PARAMETER, "a file can be loaded under HKLM or HKU only");
    if (!name[0] || strchr(name, '\\'))
        return hive_say(message, ERROR_INVALID_PARAMETER, "\"%s\" is no name of one key right below %s", name,
                        reg_root_name(root));
    error = reg_key_open(db, root, name, &key);
    if (!error)
        return hive_say(message, ERROR_ALREADY_EXISTS, "%s\\%s is there already", reg_root_name(root), name);
    return error == ERROR_FILE_NOT_FOUND
               ? ERROR_SUCCESS
               : hive_say(message, error, "%s\\%s: %s", reg_root_name(root), name, words_of(db, error));
}

/* The same file twice: whichever is unloaded last would win. */
static win_error check_not_loaded(struct reg_db *db, reg_key root, const char *path,
                                  struct plat_buffer *message)
{
    struct plat_buffer file, name;
    reg_key child;
    win_error error = ERROR_SUCCESS;

    plat_buffer_init(&file, HIVE_PATH_MOST);
    plat_buffer_init(&name, LIMIT_REG_PATH);
    for (uint32_t i = 0; !error && reg_key_at(db, root, i, &child, &name) == ERROR_SUCCESS; i++) {
        plat_buffer_clear(&file);
        if (reg_hive_of(db, child, &file) == ERROR_SUCCESS && strcmp(plat_buffer_text(&file), path) == 0)
            error = hive_say(message, ERROR_SHARING_VIOLATION, "%s is loaded already, as %s\\%s", path,
                             reg_root_name(root), plat_buffer_text(&name));
    }
    plat_buffer_free(&file);
    plat_buffer_free(&name);
    return error;
}

static win_error load(struct reg_db *db, reg_key root, const char *name, const char *path,
                      struct reg_db *hive, struct plat_buffer *message)
{
    struct plat_buffer class_name;
    const char *text;
    reg_key key = REG_KEY_NONE;
    win_error error = check_new(db, root, name, message);

    if (!error)
        error = check_not_loaded(db, REG_HKLM, path, message);
    if (!error)
        error = check_not_loaded(db, REG_HKU, path, message);
    if (!error)
        error = reg_key_create(db, root, name, 0, &key, NULL);
    if (!error)
        error = take_content(db, key, hive);
    plat_buffer_init(&class_name, LIMIT_REG_PATH);
    if (!error)
        error = reg_key_class(hive, REG_HKLM, &class_name);
    text = plat_buffer_text(&class_name);
    if (!error && text && text[0])
        error = reg_key_set_class(db, key, text);
    plat_buffer_free(&class_name);
    return error ? error : storage_hive_set(db->storage, key, path);
}

win_error reg_load(struct reg_db *db, reg_key root, const char *name, const char *file,
                   struct plat_buffer *message)
{
    struct plat_buffer buffer;
    struct reg_db *hive;
    const char *path;
    bool own;
    win_error error;

    db_begin_call(db);
    path = absolute(file, &buffer, &error, message);
    if (path)
        error = hive_may_be(db, path, message);
    if (!error)
        error = hive_open(path, &hive, message);
    if (error) {
        plat_buffer_free(&buffer);
        return error;
    }
    error = begin(db, &own, message);
    if (error) {
        reg_db_close(hive);
    } else {
        error = load(db, root, name, path, hive, message);
        if (error && !own)
            db->broken = error;
        error = finish(db, hive, own, error, file, message);
    }
    plat_buffer_free(&buffer);
    return error;
}

win_error reg_hive_of(struct reg_db *db, reg_key key, struct plat_buffer *file)
{
    win_error error;

    db_begin_call(db);
    error = storage_hive_get(db->storage, key, file);
    return error ? error : file->failed;
}

/* ---- writing back ---- */

static win_error write_back(struct reg_db *db, reg_key key, struct plat_buffer *message)
{
    struct plat_buffer buffer;
    const char *path;
    win_error error;

    plat_buffer_init(&buffer, HIVE_PATH_MOST);
    error = reg_hive_of(db, key, &buffer);
    path = plat_buffer_text(&buffer);
    if (error == ERROR_FILE_NOT_FOUND)
        error = hive_say(message, ERROR_INVALID_PARAMETER, "this key was not loaded from a file");
    else if (!error && !path)
        error = buffer.failed;
    if (!error)
        error = hive_may_be(db, path, message);
    if (!error)
        error = hive_store(db, key, path, message);
    plat_buffer_free(&buffer);
    return error;
}

win_error reg_hive_flush(struct reg_db *db, reg_key key, struct plat_buffer *message)
{
    db_begin_call(db);
    return write_back(db, key, message);
}

/* Written within the transaction that takes the key away: nobody's change falls between the two. */
win_error reg_unload(struct reg_db *db, reg_key key, struct plat_buffer *message)
{
    win_error error;

    db_begin_call(db);
    if (db->transaction != DB_NO_TRANSACTION) {
        error = db_refuse(db, ERROR_INVALID_FUNCTION, "a hive cannot be unloaded within a transaction");
        return hive_say(message, error, "%s", reg_db_message(db));
    }
    error = reg_begin(db);
    if (error)
        return hive_say(message, error, "%s: %s", reg_db_path(db), words_of(db, error));
    error = write_back(db, key, message);
    if (!error)
        error = storage_hive_delete(db->storage, key);
    if (!error)
        error = reg_key_delete_tree(db, key);
    if (!error)
        error = reg_commit(db);
    else
        reg_rollback(db);
    return error ? hive_say(message, error, "%s: %s; the hive stays loaded", reg_db_path(db),
                            words_of(db, error))
                 : ERROR_SUCCESS;
}
