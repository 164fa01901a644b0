/* SPDX-License-Identifier: Apache-2.0 */
/* Writing a key into a file of its own. */
#include "hive/store.h"

#include "core/key.h"
#include "registry/hive.h"

#include "platform/file.h"
#include "platform/limits.h"
#include "platform/random.h"

#include <string.h>

win_error hive_say(struct plat_buffer *message, win_error error, const char *format, ...)
{
    va_list args;

    if (!message || message->size > 0) /* what was said first is nearer to the cause */
        return error;
    va_start(args, format);
    plat_buffer_vprintf(message, format, args);
    va_end(args);
    return error;
}

const char *hive_words(const struct reg_db *db, win_error error)
{
    return reg_db_message(db)[0] ? reg_db_message(db) : win_error_text(error);
}

win_error hive_open(const char *file, struct reg_db **hive, struct plat_buffer *message)
{
    return db_open_hive(file, REG_OPEN_READ, hive, message);
}

/* By name, since they need not be there now, and by what they are, since they may have other names. */
win_error hive_may_be(struct reg_db *db, const char *file, struct plat_buffer *message)
{
    static const char *const endings[] = {"", "-wal", "-shm", "-journal", ".bell"};
    struct plat_file_info info, own;
    struct plat_buffer path;
    bool is_there = plat_file_stat(file, &info) == ERROR_SUCCESS;
    bool is_own = false;
    win_error error = ERROR_SUCCESS;

    if (is_there && info.kind != PLAT_FILE_REGULAR)
        return hive_say(message, ERROR_ACCESS_DENIED, "%s is no regular file: choose another name", file);
    plat_buffer_init(&path, HIVE_PATH_MOST);
    for (size_t i = 0; !error && i < sizeof endings / sizeof endings[0]; i++) {
        const char *text;

        plat_buffer_clear(&path);
        error = plat_file_absolute(reg_db_path(db), &path);
        plat_buffer_append_text(&path, endings[i]);
        text = plat_buffer_text(&path);
        if (!text || error)
            error = error ? error : path.failed;
        else
            is_own = is_own || strcmp(text, file) == 0 ||
                     (is_there && plat_file_stat(text, &own) == ERROR_SUCCESS &&
                      memcmp(own.identity, info.identity, sizeof own.identity) == 0);
    }
    plat_buffer_free(&path);
    if (!error && is_own)
        error = ERROR_ACCESS_DENIED;
    return error ? hive_say(message, error, "%s belongs to the registry itself: choose another name", file)
                 : ERROR_SUCCESS;
}

/* Keys that are gone after the next start have no place in a file. */
struct sieve {
    struct reg_db *db;
    struct reg_db *hive;
    reg_key copy; /* of the key in hand, in the hive */
    unsigned depth;
    win_error error;
};

static void drop_volatile(struct sieve *s, reg_key key);

static bool drop_if_volatile(void *context, reg_key child, const char *name)
{
    struct sieve *s = context;
    reg_key above = s->copy;
    struct storage_key row;

    s->error = key_must_exist(s->db, child, &row);
    if (!s->error)
        s->error = reg_key_open(s->hive, above, name, &s->copy);
    if (!s->error && (row.flags & STORAGE_KEY_VOLATILE))
        s->error = reg_key_delete_tree(s->hive, s->copy);
    else if (!s->error)
        drop_volatile(s, child);
    s->copy = above;
    return !s->error;
}

static void drop_volatile(struct sieve *s, reg_key key)
{
    win_error error = s->depth > LIMIT_REG_DEPTH ? ERROR_REGISTRY_CORRUPT : ERROR_SUCCESS;

    s->depth++;
    if (!error)
        error = reg_each_key(s->db, key, drop_if_volatile, s);
    if (!s->error)
        s->error = error;
    s->depth--;
}

static win_error copy_class(struct reg_db *db, reg_key key, struct reg_db *hive)
{
    struct plat_buffer name;
    const char *text;
    win_error error;

    plat_buffer_init(&name, LIMIT_REG_PATH);
    error = reg_key_class(db, key, &name);
    text = error ? NULL : plat_buffer_text(&name);
    if (!error && !text)
        error = name.failed;
    if (!error && text[0])
        error = reg_key_set_class(hive, REG_HKLM, text);
    plat_buffer_free(&name);
    return error;
}

static win_error fill(struct reg_db *db, reg_key key, struct reg_db *hive)
{
    struct sieve sieve = {.db = db, .hive = hive, .copy = REG_HKLM};
    struct storage_key row;
    win_error error = reg_begin(hive);

    if (error)
        return error;
    error = key_must_exist(db, key, &row);
    if (!error)
        error = reg_key_copy(db, key, hive, REG_HKLM, true);
    if (!error && !(row.flags & STORAGE_KEY_VOLATILE)) {
        drop_volatile(&sieve, key);
        error = sieve.error;
    }
    if (!error)
        error = copy_class(db, key, hive);
    if (!error)
        return reg_commit(hive);
    reg_rollback(hive);
    return error;
}

static void remove_temporary(const char *path)
{
    static const char *const endings[] = {"", "-journal", ".bell"};
    struct plat_buffer text;

    plat_buffer_init(&text, HIVE_PATH_MOST);
    for (size_t i = 0; i < sizeof endings / sizeof endings[0]; i++) {
        const char *name;

        plat_buffer_clear(&text);
        plat_buffer_printf(&text, "%s%s", path, endings[i]);
        name = plat_buffer_text(&text);
        if (name && plat_file_remove(name) != ERROR_SUCCESS)
            continue; /* it was not made */
    }
    plat_buffer_free(&text);
}

static win_error write_as(struct reg_db *db, reg_key key, const char *temporary, const char *file,
                          bool overwrite, struct plat_buffer *message)
{
    struct reg_db *hive;
    win_error error = db_open_hive(temporary, REG_OPEN_CREATE, &hive, message);

    if (error)
        return hive_say(message, error, "%s cannot be made: %s", temporary, win_error_text(error));
    error = fill(db, key, hive);
    if (error)
        (void)hive_say(message, error, "%s was not written: %s", file,
                       reg_db_message(hive)[0] ? reg_db_message(hive) : hive_words(db, error));
    reg_db_close(hive);
    if (error)
        return error;
    error = overwrite ? plat_file_replace(temporary, file) : plat_file_place(temporary, file);
    if (error == ERROR_ALREADY_EXISTS)
        return hive_say(message, error, "%s is there already", file);
    return error ? hive_say(message, error, "%s was not written: %s", file, win_error_text(error))
                 : ERROR_SUCCESS;
}

win_error hive_store(struct reg_db *db, reg_key key, const char *file, bool overwrite,
                     struct plat_buffer *message)
{
    struct plat_buffer path;
    uint32_t number[2];
    const char *temporary;
    const char *name = strrchr(file, '/');
    bool view;
    win_error error = plat_random(number, sizeof number);

    if (error)
        return hive_say(message, error, "no random numbers: %s", win_error_text(error));
    error = db_view_begin(db, &view);
    if (error)
        return hive_say(message, error, "%s: %s", reg_db_path(db), hive_words(db, error));
    plat_buffer_init(&path, HIVE_PATH_MOST);
    plat_buffer_printf(&path, "%.*s/.cerium-%08x%08x", name ? (int)(name - file) : 1, name ? file : ".",
                       (unsigned)number[0], (unsigned)number[1]);
    temporary = plat_buffer_text(&path);
    error = temporary ? write_as(db, key, temporary, file, overwrite, message) : path.failed;
    if (error && temporary)
        remove_temporary(temporary);
    plat_buffer_free(&path);
    db_view_end(db, view);
    return error;
}
