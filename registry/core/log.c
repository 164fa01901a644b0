/* SPDX-License-Identifier: Apache-2.0 */
#include "core/log.h"

#include "core/edit.h"
#include "core/key.h"

#include "platform/limits.h"
#include "platform/process.h"

#include <string.h>

void log_init(struct log *log)
{
    plat_buffer_init(&log->records, LIMIT_REG_HISTORY_ENTRY);
    plat_buffer_init(&log->parent_path, LIMIT_REG_PATH * 4);
}

void log_free(struct log *log)
{
    plat_buffer_free(&log->records);
    plat_buffer_free(&log->parent_path);
}

win_error log_room(struct reg_db *db, uint32_t *room)
{
    uint64_t number = LIMIT_REG_HISTORY_BYTES;
    win_error error = storage_meta_get(db->storage, STORAGE_META_HISTORY_ROOM, &number);

    if (error == ERROR_FILE_NOT_FOUND)
        error = ERROR_SUCCESS;
    *room = number > LIMIT_REG_HISTORY_BYTES_MOST ? LIMIT_REG_HISTORY_BYTES_MOST : (uint32_t)number;
    return error;
}

win_error log_start(struct reg_db *db)
{
    struct log *log = &db->edit->log;
    win_error error = db->is_hive ? ERROR_SUCCESS : log_room(db, &log->room);

    if (error)
        return error;
    log->started = true;
    log->keeps = log->room > 0;
    if (log->room < LIMIT_REG_HISTORY_ENTRY)
        log->records.limit = log->room;
    return ERROR_SUCCESS;
}

bool log_keeps(const struct reg_db *db)
{
    return db->edit->log.keeps;
}

void log_count(struct reg_db *db, uint32_t keys, uint32_t values)
{
    db->edit->log.keys += keys;
    db->edit->log.values += values;
}

void log_forget_paths(struct reg_db *db)
{
    db->edit->log.current = REG_KEY_NONE;
    db->edit->log.parent = REG_KEY_NONE;
}

void log_forget_records(struct reg_db *db)
{
    struct log *log = &db->edit->log;

    log->keeps = false;
    plat_buffer_free(&log->records);
    plat_buffer_free(&log->parent_path);
}

/* The path of the parent, and whether it or one above it is protected. */
static win_error take_parent(struct reg_db *db, reg_key parent)
{
    struct log *log = &db->edit->log;
    bool is_protected = false;
    win_error error;

    if (log->parent == parent)
        return ERROR_SUCCESS;
    log->parent = REG_KEY_NONE;
    plat_buffer_clear(&log->parent_path);
    error = key_append_path(db, parent, &log->parent_path);
    if (!error)
        error = key_is_secret(db, parent, &is_protected);
    if (error)
        return error;
    log->parent_protected = is_protected;
    log->parent = parent;
    return ERROR_SUCCESS;
}

static win_error note_path(struct reg_db *db, reg_key key)
{
    struct log *log = &db->edit->log;
    struct record record = {.kind = RECORD_PATH, .sequence = key};
    struct storage_key row;
    struct plat_buffer path;
    win_error error;

    if (log->current == key)
        return ERROR_SUCCESS;
    plat_buffer_init(&path, LIMIT_REG_PATH * 4);
    error = storage_key_get(db->storage, key, &row, NULL);
    if (!error && row.parent != REG_KEY_NONE) {
        error = take_parent(db, row.parent);
        plat_buffer_append(&path, log->parent_path.data, log->parent_path.size);
        plat_buffer_append_u8(&path, '\\');
    }
    if (!error)
        error = storage_key_get(db->storage, key, &row, &path);
    if (!error) {
        if ((row.flags & STORAGE_KEY_PROTECTED) || (row.parent != REG_KEY_NONE && log->parent_protected))
            record.flags_after = RECORD_UNDER_PROTECTED;
        log->secret = log->secret || record.flags_after != 0;
        record.name = plat_span_of(path.data, path.size);
        record_put(&log->records, &record);
        log->current = key;
    }
    plat_buffer_free(&path);
    return error;
}

win_error log_note(struct reg_db *db, reg_key key, const struct record *record)
{
    struct log *log = &db->edit->log;
    bool of_key = record->kind == RECORD_MADE || record->kind == RECORD_DELETED ||
                  record->kind == RECORD_RENAMED || record->kind == RECORD_CHANGED;
    bool of_value = !of_key && record->kind != RECORD_HIVE; /* which comes with its key's making or deletion */
    win_error error;

    if (!log->keeps) {
        log_count(db, of_key, of_value);
        return ERROR_SUCCESS;
    }
    error = note_path(db, key);
    if (error && error != ERROR_FILE_TOO_LARGE)
        return error; /* SQLite may have left the transaction */
    record_put(&log->records, record);
    if (!error && !log->records.failed) {
        log_count(db, of_key, of_value);
        return ERROR_SUCCESS;
    }
    log_forget_records(db);
    log_count(db, of_key, of_value);
    return ERROR_SUCCESS;
}

static const char *who_of(struct reg_db *db)
{
    struct plat_buffer name;

    if (db->who)
        return db->who;
    plat_buffer_init(&name, LIMIT_LOG_LINE);
    plat_user_name(&name);
    reg_db_set_actor(db, plat_buffer_text(&name), NULL);
    plat_buffer_free(&name);
    return db->who ? db->who : "";
}

static win_error add_entry(struct reg_db *db, struct storage_entry *entry, struct plat_span changes)
{
    const struct log *log = &db->edit->log;
    uint64_t end = entry->start + changes.size;
    win_error error = storage_history_add(db->storage, entry, changes);

    if (error)
        return error;
    db->last_entry = entry->id;
    /* Pruned in the same transaction: what is kept never exceeds its bounds. */
    return storage_history_prune(
        db->storage, entry->id > LIMIT_REG_HISTORY_ENTRIES ? entry->id - LIMIT_REG_HISTORY_ENTRIES : 0,
        end > log->room ? end - log->room : 0);
}

win_error log_commit(struct reg_db *db)
{
    struct log *log = &db->edit->log;
    struct storage_entry entry = {
        .time = db->edit->now,
        .keys = log->keys,
        .values = log->values,
        .complete = log->keeps,
        .undoes = log->undoes,
    };
    struct plat_span changes = {NULL, 0};
    uint64_t last;
    win_error error;

    if (!log->started || log->room == 0 || (log->keys == 0 && log->values == 0))
        return ERROR_SUCCESS;
    error = storage_history_end(db->storage, &last, &entry.start);
    if (error)
        return error;
    entry.id = last + 1;
    entry.who = who_of(db);
    entry.what = db->what ? db->what : "";
    if (log->keeps)
        changes = plat_span_of(log->records.data, log->records.size);
    if (log->secret || !log->keeps)
        error = storage_meta_set(db->storage, STORAGE_META_HISTORY_SECRET, entry.id);
    return error ? error : add_entry(db, &entry, changes);
}
