/* SPDX-License-Identifier: Apache-2.0 */
/* Opening, closing, transactions. */
#include "core/cache.h"
#include "core/edit.h"
#include "core/place.h"

#include "platform/limits.h"
#include "platform/memory.h"
#include "platform/process.h"

#include <string.h>

static win_error open_bell(struct reg_db *db, struct plat_buffer *bell_path)
{
    const char *path;

    plat_buffer_clear(bell_path);
    plat_buffer_printf(bell_path, "%s.bell", db->path);
    path = plat_buffer_text(bell_path);
    if (!path)
        return bell_path->failed;
    return plat_doorbell_open(path, &db->bell);
}

win_error db_note_volatile(struct reg_db *db)
{
    char boot[PLAT_BOOT_ID_SIZE];

    plat_boot_id(boot);
    return storage_note_volatile(db->storage, boot);
}

/* Volatile keys of before the system's last start go; where nothing can be written they stay, for want of another place. */
static win_error purge(struct reg_db *db)
{
    char boot[PLAT_BOOT_ID_SIZE];
    uint64_t ignored;
    win_error error = storage_meta_get(db->storage, STORAGE_META_BOOT, &ignored);

    if (error == ERROR_FILE_NOT_FOUND)
        return ERROR_SUCCESS; /* there has never been one */
    plat_boot_id(boot);
    error = storage_purge_volatile(db->storage, boot);
    if (error == ERROR_NOT_ENOUGH_MEMORY || error == ERROR_REGISTRY_CORRUPT)
        return error;
    storage_clear_message(db->storage);
    return ERROR_SUCCESS;
}

/* The bell comes after: whoever fails to open a registry must not leave one behind. */
static win_error open_files(struct reg_db *db, struct plat_buffer *message)
{
    struct storage_options options = {
        .path = db->path, .mode = db->mode, .kind = db->is_hive ? STORAGE_HIVE : STORAGE_REGISTRY};
    struct plat_buffer bell_path;
    win_error error = storage_open(&options, &db->storage, message);

    if (!error && !db->is_hive)
        error = purge(db);
    if (!error && db->mode == REG_OPEN_READ)
        error = storage_forbid_writing(db->storage);
    if (error || db->is_hive)
        return error;
    plat_buffer_init(&bell_path, LIMIT_PATH_SIZE + sizeof ".bell");
    if (open_bell(db, &bell_path))
        db->bell = NULL; /* changes are then seen by data_version alone */
    plat_buffer_free(&bell_path);
    return ERROR_SUCCESS;
}

static win_error open_db(const char *path, enum reg_open_mode mode, bool is_hive, struct reg_db **db,
                         struct plat_buffer *message)
{
    struct reg_db *opened = plat_calloc(1, sizeof *opened);
    win_error error = ERROR_NOT_ENOUGH_MEMORY;

    *db = NULL;
    if (opened) {
        opened->mode = mode;
        opened->is_hive = is_hive;
        plat_buffer_init(&opened->fold, 4 * LIMIT_REG_PATH);
        plat_buffer_init(&opened->message, LIMIT_LOG_LINE);
        atomic_init(&opened->count, 0);
        atomic_init(&opened->woken, false);
        opened->path = plat_strdup(path);
        if (opened->path)
            error = open_files(opened, message);
        else if (message)
            plat_buffer_append_text(message, "not enough memory to open the registry");
    }
    if (!error)
        error = storage_data_version(opened->storage, &opened->data_version);
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
    return open_db(path, mode, false, db, message);
}

win_error db_open_hive(const char *path, enum reg_open_mode mode, struct reg_db **db,
                       struct plat_buffer *message)
{
    return open_db(path, mode, true, db, message);
}

void reg_db_close(struct reg_db *db)
{
    if (!db)
        return;
    edit_end(db);
    cache_free(db);
    place_free(db);
    storage_close(db->storage);
    plat_doorbell_close(db->bell);
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

void db_begin_call(struct reg_db *db)
{
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

static void ring(struct reg_db *db)
{
    if (db->bell)
        plat_doorbell_ring(db->bell);
    atomic_fetch_add(&db->count, 1);
}

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
    db->changed = false;
    db->broken = ERROR_SUCCESS;
    return ERROR_SUCCESS;
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
    if (!error && db->changed)
        ring(db);
    return error;
}

void reg_rollback(struct reg_db *db)
{
    if (db->transaction != DB_WRITING)
        return;
    db->transaction = DB_NO_TRANSACTION;
    edit_end(db);
    storage_rollback(db->storage);
}

win_error reg_read_begin(struct reg_db *db)
{
    win_error error;

    db_begin_call(db);
    if (db->transaction != DB_NO_TRANSACTION)
        return db_refuse(db, ERROR_INVALID_FUNCTION, "a transaction is open already");
    error = storage_begin_read(db->storage);
    if (!error)
        db->transaction = DB_READING;
    return error;
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
    return *own ? reg_read_begin(db) : ERROR_SUCCESS;
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
