/* SPDX-License-Identifier: Apache-2.0 */
/* Opening, closing, transactions. */
#include "core/cache.h"
#include "core/edit.h"
#include "core/follow.h"
#include "core/place.h"

#include "platform/limits.h"
#include "platform/memory.h"
#include "platform/process.h"

#include <string.h>

win_error db_open_bell(const struct reg_db *db, struct plat_doorbell **bell)
{
    struct plat_buffer path;
    const char *text;
    win_error error;

    plat_buffer_init(&path, LIMIT_PATH_SIZE + sizeof ".bell");
    plat_buffer_printf(&path, "%s.bell", storage_path(db->storage));
    text = plat_buffer_text(&path);
    *bell = NULL;
    error = text ? plat_doorbell_open_for(text, storage_path(db->storage), bell) : path.failed;
    plat_buffer_free(&path);
    return error;
}

win_error db_note_volatile(struct reg_db *db)
{
    char boot[PLAT_BOOT_ID_SIZE];

    plat_boot_id(boot);
    return storage_note_volatile(db->storage, boot);
}

/*
 * Volatile keys of before the system's last start go; where nothing can be written they stay, for want of another place. While somebody
 * writes they stay until later.
 */
static win_error purge(struct reg_db *db, bool wait)
{
    char boot[PLAT_BOOT_ID_SIZE];
    uint64_t ignored;
    win_error error = storage_meta_get(db->storage, STORAGE_META_BOOT, &ignored);

    if (error == ERROR_FILE_NOT_FOUND)
        return ERROR_SUCCESS; /* there has never been one */
    plat_boot_id(boot);
    error = storage_purge_volatile(db->storage, boot, wait);
    if (db->is_glance)
        return error;
    db->purge_later = error == ERROR_BUSY;
    if (error == ERROR_NOT_ENOUGH_MEMORY || error == ERROR_REGISTRY_CORRUPT)
        return error;
    storage_clear_message(db->storage);
    return ERROR_SUCCESS;
}

/* Damage that shows only after the tables were recognised: there are SQLite's words for it. */
static void say_why(const struct reg_db *db, win_error error, struct plat_buffer *message)
{
    const char *words = db->storage ? storage_message(db->storage) : "";

    if (!message || message->size > 0)
        return;
    plat_buffer_printf(message, "the registry file %s cannot be used: %s%s", db->path,
                       words[0] ? words : win_error_text(error),
                       error == ERROR_REGISTRY_CORRUPT
                           ? "; \"cerium reg check\" says what is wrong and saves what can be saved"
                           : "");
}

win_error db_open_storage(struct reg_db *db, struct plat_buffer *message)
{
    struct storage_options options = {.path = db->path,
                                      .mode = db->mode,
                                      .kind = db->is_hive ? STORAGE_HIVE : STORAGE_REGISTRY,
                                      .glance = db->is_glance};
    win_error error = storage_open(&options, &db->storage, message);

    if (!error && !db->is_hive)
        error = purge(db, true);
    if (db->is_glance)
        return error;
    if (!error && db->mode == REG_OPEN_READ && !db->purge_later)
        error = storage_forbid_writing(db->storage);
    if (!error)
        error = storage_data_version(db->storage, &db->data_version);
    if (error)
        say_why(db, error, message);
    return error;
}

/* The bell comes after: whoever fails to open a registry must not leave one behind. */
static win_error open_files(struct reg_db *db, struct plat_buffer *message)
{
    win_error error = db_open_storage(db, message);

    if (error || db->is_hive || db->is_glance)
        return error;
    error = db_open_bell(db, &db->bell);
    db->first_bell = db->bell;
    follow_opened(db);
    /* Others remember what they have read until that bell rings: who writes must be able to ring it. */
    if (db->mode != REG_OPEN_READ &&
        (error == ERROR_ACCESS_DENIED || (db->bell && !plat_doorbell_is_heard(db->bell)))) {
        if (message)
            plat_buffer_printf(
                message,
                "%s.bell beside the registry may not be written by you: give it the registry's "
                "owner and mode (chown, chmod)",
                storage_path(db->storage));
        return ERROR_ACCESS_DENIED;
    }
    return ERROR_SUCCESS; /* without a bell changes are seen by data_version alone */
}

enum opened_as { OPEN_REGISTRY, OPEN_HIVE, OPEN_GLANCE };

static win_error open_db(const char *path, enum reg_open_mode mode, enum opened_as as, struct reg_db **db,
                         struct plat_buffer *message)
{
    struct reg_db *opened = plat_calloc(1, sizeof *opened);
    win_error error = ERROR_NOT_ENOUGH_MEMORY;

    *db = NULL;
    if (opened) {
        opened->mode = mode;
        opened->is_hive = as == OPEN_HIVE;
        opened->is_glance = as == OPEN_GLANCE;
        plat_buffer_init(&opened->fold, 4 * LIMIT_REG_PATH);
        plat_buffer_init(&opened->message, LIMIT_LOG_LINE);
        plat_buffer_init(&opened->follow.words, 2 * LIMIT_LOG_LINE);
        atomic_init(&opened->count, 0);
        atomic_init(&opened->woken, false);
        opened->path = plat_strdup(path);
        if (opened->path)
            error = open_files(opened, message);
        else if (message)
            plat_buffer_append_text(message, "not enough memory to open the registry");
    }
    if (error) {
        reg_db_close(opened);
        return error;
    }
    *db = opened;
    return ERROR_SUCCESS;
}

win_error reg_db_open(const char *path, enum reg_open_mode mode, struct reg_db **db,
                      struct plat_buffer *message)
{
    return open_db(path, mode, OPEN_REGISTRY, db, message);
}

win_error db_open_hive(const char *path, enum reg_open_mode mode, struct reg_db **db,
                       struct plat_buffer *message)
{
    return open_db(path, mode, OPEN_HIVE, db, message);
}

win_error reg_db_glance(const char *path, struct reg_db **db)
{
    return open_db(path, REG_OPEN_READ, OPEN_GLANCE, db, NULL);
}

bool reg_glance_holds(struct reg_db *db)
{
    return !db->is_glance || !storage_has_moved(db->storage);
}

void reg_db_close(struct reg_db *db)
{
    if (!db)
        return;
    edit_end(db);
    cache_free(db);
    place_free(db);
    storage_close(db->storage);
    if (db->bell != db->first_bell)
        plat_doorbell_close(db->bell);
    plat_doorbell_close(db->first_bell);
    plat_buffer_free(&db->follow.words);
    plat_buffer_free(&db->fold);
    plat_buffer_free(&db->message);
    plat_free(db->who);
    plat_free(db->what);
    plat_free(db->path);
    plat_free(db);
}

static void set_words(char **words, const char *text)
{
    char *copy = text ? plat_strdup(text) : NULL;

    if (!copy)
        return;
    plat_free(*words);
    *words = copy;
}

void reg_db_set_actor(struct reg_db *db, const char *who, const char *what)
{
    set_words(&db->who, who);
    set_words(&db->what, what);
}

const char *reg_db_path(const struct reg_db *db)
{
    return db->path;
}

static void ring(struct reg_db *db)
{
    if (db->bell)
        plat_doorbell_ring(db->bell);
    atomic_fetch_add(&db->count, 1);
}

/* Failing means no more than before: what is to be done says it itself, should there be no memory, or damage. */
static void purge_again(struct reg_db *db)
{
    if (db->transaction != DB_NO_TRANSACTION || !storage_is_idle(db->storage) ||
        purge(db, false) != ERROR_SUCCESS || db->purge_later)
        return;
    db->edits++;
    ring(db);
    if (db->mode == REG_OPEN_READ)
        db->purge_later = storage_forbid_writing(db->storage) != ERROR_SUCCESS;
}

void db_begin_call(struct reg_db *db)
{
    if (db->purge_later)
        purge_again(db);
    plat_buffer_clear(&db->message);
    storage_clear_message(db->storage);
}

win_error db_refuse(struct reg_db *db, win_error error, const char *words)
{
    plat_buffer_clear(&db->message);
    plat_buffer_append_text(&db->message, words);
    plat_buffer_append_u8(&db->message, 0);
    return error;
}

const char *reg_db_message(const struct reg_db *db)
{
    if (db->message.size > 0 && !db->message.failed)
        return (const char *)db->message.data;
    return storage_message(db->storage);
}

/* ---- transactions ---- */

win_error reg_begin(struct reg_db *db)
{
    win_error error;

    db_begin_call(db);
    if (db->transaction != DB_NO_TRANSACTION)
        return db_refuse(db, ERROR_INVALID_FUNCTION, "a transaction is open already");
    if (db->mode == REG_OPEN_READ)
        return db_refuse(db, ERROR_ACCESS_DENIED, "the registry was opened for reading only");
    error = edit_begin(db);
    if (error)
        return error;
    error = storage_begin_write(db->storage);
    if (error) {
        edit_end(db);
        return error;
    }
    db->transaction = DB_WRITING;
    db->changed = db->purge_later;
    db->broken = db->purge_later ? db_note_volatile(db) : ERROR_SUCCESS;
    if (db->broken) {
        error = db->broken;
        reg_rollback(db);
    }
    return error;
}

win_error reg_commit(struct reg_db *db)
{
    win_error error;

    if (db->transaction != DB_WRITING)
        return db_refuse(db, ERROR_INVALID_FUNCTION, "no transaction is open");
    error = db->broken;
    if (!error) {
        db_begin_call(db);
        error = log_commit(db);
    }
    if (error) {
        reg_rollback(db);
        return error;
    }
    db->transaction = DB_NO_TRANSACTION;
    edit_end(db);
    error = storage_commit(db->storage);
    if (error)
        db->edits++; /* undone: that is a change as well */
    else if (db->changed)
        ring(db);
    return error;
}

void reg_rollback(struct reg_db *db)
{
    if (db->transaction != DB_WRITING)
        return;
    db->transaction = DB_NO_TRANSACTION;
    db->edits++; /* undone: that is a change as well */
    edit_end(db);
    storage_rollback(db->storage);
}

static win_error begin_reading(struct reg_db *db)
{
    win_error error = storage_begin_read(db->storage);

    if (!error)
        db->transaction = DB_READING;
    return error;
}

win_error reg_read_begin(struct reg_db *db)
{
    win_error error;

    db_begin_call(db);
    if (db->transaction != DB_NO_TRANSACTION)
        return db_refuse(db, ERROR_INVALID_FUNCTION, "a transaction is open already");
    error = follow_before_reading(db);
    return error ? error : begin_reading(db);
}

void reg_read_end(struct reg_db *db)
{
    if (db->transaction != DB_READING)
        return;
    db->transaction = DB_NO_TRANSACTION;
    storage_rollback(db->storage);
}

win_error db_view_begin(struct reg_db *db, bool *own)
{
    *own = db->transaction == DB_NO_TRANSACTION;
    if (!*own)
        return ERROR_SUCCESS;
    db_begin_call(db);
    return begin_reading(db);
}

void db_view_end(struct reg_db *db, bool own)
{
    if (own)
        reg_read_end(db);
}

win_error db_change_begin(struct reg_db *db, struct db_change *change)
{
    db_begin_call(db);
    *change = (struct db_change){.own = db->transaction == DB_NO_TRANSACTION};
    if (db->transaction == DB_READING)
        return db_refuse(db, ERROR_INVALID_FUNCTION, "a read transaction is open");
    if (change->own)
        return reg_begin(db);
    return db->broken;
}

win_error db_change_end(struct reg_db *db, const struct db_change *change, win_error error)
{
    if (change->wrote && error)
        db->broken = error;
    if (change->wrote)
        db->changed = true;
    if (!change->own)
        return error;
    if (!error)
        return reg_commit(db);
    reg_rollback(db);
    return error;
}
