/* SPDX-License-Identifier: Apache-2.0 */
/* Keys saved to files, restored from them, loaded and unloaded. */
#include "registry/hive.h"

#include "core/edit.h"
#include "hive/store.h"

#include "platform/file.h"
#include "platform/limits.h"

#include <string.h>

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

static win_error check_not_loaded(struct reg_db *db, reg_key root, const char *path,
                                  struct plat_buffer *message);

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
    if (!error) /* what is saved would be lost when that is unloaded */
        error = check_not_loaded(db, REG_HKLM, path, message);
    if (!error)
        error = check_not_loaded(db, REG_HKU, path, message);
    if (!error && !overwrite && plat_file_stat(path, &info) == ERROR_SUCCESS)
        error = hive_say(message, ERROR_ALREADY_EXISTS, "%s is there already", file);
    if (!error)
        error = hive_store(db, key, path, overwrite, message);
    plat_buffer_free(&buffer);
    return error;
}

/* ---- the content of a hive goes into a key ---- */

struct hives {
    struct reg_db *db;
    reg_key root;
    uint32_t next;
    struct plat_buffer file, name; /* of the one in hand */
};

static void hives_begin(struct hives *h, struct reg_db *db, reg_key root)
{
    *h = (struct hives){.db = db, .root = root};
    plat_buffer_init(&h->file, HIVE_PATH_MOST);
    plat_buffer_init(&h->name, LIMIT_REG_PATH);
}

/* The next hive that is loaded under the root, its file and name as text; ERROR_NO_MORE_ITEMS: no other one is. */
static win_error hives_next(struct hives *h)
{
    win_error error = ERROR_FILE_NOT_FOUND;

    while (error == ERROR_FILE_NOT_FOUND) {
        reg_key child;

        plat_buffer_clear(&h->file);
        error = reg_key_at(h->db, h->root, h->next++, &child, &h->name);
        if (!error)
            error = reg_hive_of(h->db, child, &h->file);
        else if (error == ERROR_FILE_NOT_FOUND)
            error = ERROR_INTERNAL_ERROR;
    }
    if (!error && (!plat_buffer_text(&h->file) || !plat_buffer_text(&h->name)))
        error = h->file.failed ? h->file.failed : h->name.failed;
    return error;
}

static void hives_end(struct hives *h)
{
    plat_buffer_free(&h->file);
    plat_buffer_free(&h->name);
}

/* A key of HKLM or HKU that was loaded has its changes nowhere else. */
static win_error check_no_hive_below(struct reg_db *db, reg_key key, struct plat_buffer *message)
{
    struct hives h;
    win_error error;

    if (key != REG_HKLM && key != REG_HKU)
        return ERROR_SUCCESS;
    hives_begin(&h, db, key);
    error = hives_next(&h);
    if (!error)
        error = hive_say(message, ERROR_BUSY, "%s\\%s is loaded from %s: unload it first", reg_root_name(key),
                         plat_buffer_text(&h.name), plat_buffer_text(&h.file));
    hives_end(&h);
    return error == ERROR_NO_MORE_ITEMS ? ERROR_SUCCESS : error;
}

/* Bytes of names of values that are deleted at a time: all values of the key are sorted for each. */
#define EMPTY_BATCH (8U * 1024U * 1024U)

static bool keep_name(void *context, const struct reg_value *value)
{
    struct plat_buffer *names = context;

    plat_buffer_append(names, value->name, strlen(value->name) + 1);
    return !names->failed && names->size < EMPTY_BATCH;
}

static win_error empty_values(struct reg_db *db, reg_key key)
{
    struct plat_buffer names;
    win_error error;

    plat_buffer_init(&names, EMPTY_BATCH + 4 * LIMIT_REG_VALUE_NAME);
    do {
        plat_buffer_clear(&names);
        error = reg_each_value(db, key, keep_name, &names);
        if (!error)
            error = names.failed;
        for (size_t at = 0; !error && at < names.size; at += strlen((const char *)names.data + at) + 1)
            error = reg_value_delete(db, key, (const char *)names.data + at);
    } while (!error && names.size >= EMPTY_BATCH);
    plat_buffer_free(&names);
    return error;
}

static win_error empty(struct reg_db *db, reg_key key)
{
    struct plat_buffer name;
    reg_key child;
    win_error error = ERROR_SUCCESS;

    plat_buffer_init(&name, LIMIT_REG_PATH);
    while (!error) {
        error = reg_key_at(db, key, 0, &child, &name);
        if (!error)
            error = reg_key_delete_tree(db, child);
    }
    if (error == ERROR_NO_MORE_ITEMS)
        error = ERROR_SUCCESS;
    plat_buffer_free(&name);
    return error ? error : empty_values(db, key);
}

/* Ends what `own` has begun, and tells what went wrong. */
static win_error finish(struct reg_db *db, struct reg_db *hive, bool own, win_error error, const char *file,
                        struct plat_buffer *message)
{
    if (error)
        (void)hive_say(message, error, "%s: %s; nothing was changed", file,
                       reg_db_message(hive)[0] ? reg_db_message(hive) : hive_words(db, error));
    if (own && error)
        reg_rollback(db);
    else if (own) {
        error = reg_commit(db);
        if (error)
            (void)hive_say(message, error, "%s: %s; nothing was changed", reg_db_path(db),
                           hive_words(db, error));
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
    return error ? hive_say(message, error, "%s: %s", reg_db_path(db), hive_words(db, error)) : ERROR_SUCCESS;
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
        error = reg_key_copy(hive, REG_HKLM, db, key, true);
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
               : hive_say(message, error, "%s\\%s: %s", reg_root_name(root), name, hive_words(db, error));
}

/* Under whatever name: a link to it, or a second name of it. */
static bool is_same_file(const char *path, const char *other)
{
    struct plat_file_info info, other_info;

    return strcmp(path, other) == 0 || (plat_file_stat(path, &info) == ERROR_SUCCESS &&
                                        plat_file_stat(other, &other_info) == ERROR_SUCCESS &&
                                        memcmp(info.identity, other_info.identity, sizeof info.identity) == 0);
}

/* The same file twice: whichever is unloaded last would win. */
static win_error check_not_loaded(struct reg_db *db, reg_key root, const char *path,
                                  struct plat_buffer *message)
{
    struct hives h;
    win_error error;

    hives_begin(&h, db, root);
    do {
        error = hives_next(&h);
        if (!error && is_same_file(path, plat_buffer_text(&h.file)))
            error = hive_say(message, ERROR_SHARING_VIOLATION, "%s is loaded already, as %s\\%s", path,
                             reg_root_name(root), plat_buffer_text(&h.name));
    } while (!error);
    hives_end(&h);
    return error == ERROR_NO_MORE_ITEMS ? ERROR_SUCCESS : error;
}

static win_error tie(struct reg_db *db, reg_key key, const char *path)
{
    struct db_change change;
    win_error error = db_change_begin(db, &change);

    return error ? error : db_change_end(db, &change, edit_tie(db, &change, key, path, true));
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
        error = reg_key_copy(hive, REG_HKLM, db, key, true);
    plat_buffer_init(&class_name, LIMIT_REG_PATH);
    if (!error)
        error = reg_key_class(hive, REG_HKLM, &class_name);
    text = plat_buffer_text(&class_name);
    if (!error && text && text[0])
        error = reg_key_set_class(db, key, text);
    plat_buffer_free(&class_name);
    return error ? error : tie(db, key, path);
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
    /* Its real name: it is written back to that, and links may lead elsewhere by then. */
    plat_buffer_init(&buffer, HIVE_PATH_MOST);
    error = plat_file_real(file, &buffer);
    path = error ? NULL : plat_buffer_text(&buffer);
    if (!error && !path)
        error = buffer.failed;
    if (error)
        (void)hive_say(message, error, "%s: %s", file, win_error_text(error));
    else
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
        error = hive_store(db, key, path, true, message);
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
        return hive_say(message, error, "%s: %s", reg_db_path(db), hive_words(db, error));
    error = write_back(db, key, message);
    db->edit->log.unloads = true;
    if (!error)
        error = reg_key_delete_tree(db, key);
    if (!error)
        error = reg_commit(db);
    else
        reg_rollback(db);
    return error ? hive_say(message, error, "%s: %s; the hive stays loaded", reg_db_path(db),
                            hive_words(db, error))
                 : ERROR_SUCCESS;
}
