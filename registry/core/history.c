/* SPDX-License-Identifier: Apache-2.0 */
/* Reading the history, and its room. */
#include "registry/history.h"

#include "core/history.h"
#include "core/log.h"
#include "core/secret.h"

#include "platform/limits.h"

#include <string.h>

struct teller {
    bool (*each)(void *context, const struct reg_history_entry *entry);
    void *context;
};

static bool tell_entry(void *context, const struct storage_entry *row)
{
    const struct teller *teller = context;
    const struct reg_history_entry entry = {
        .id = row->id,
        .time = row->time,
        .who = row->who,
        .what = row->what,
        .keys = row->keys,
        .values = row->values,
        .complete = row->complete,
        .undoes = row->undoes,
        .undone = row->undone,
    };

    return teller->each(teller->context, &entry);
}

win_error reg_history_each(struct reg_db *db, uint64_t after,
                           bool (*each)(void *context, const struct reg_history_entry *entry), void *context)
{
    struct teller teller = {each, context};

    db_begin_call(db);
    return storage_history_each(db->storage, after, tell_entry, &teller);
}

win_error reg_history_newest(struct reg_db *db, uint64_t *id)
{
    uint64_t end;

    db_begin_call(db);
    return storage_history_end(db->storage, id, &end);
}

win_error history_load(struct reg_db *db, uint64_t id, struct storage_entry *entry,
                       struct plat_buffer *changes)
{
    win_error error = storage_history_get(db->storage, id, entry, NULL);

    if (!error && !entry->complete)
        error = db_refuse(db, ERROR_NO_DATA,
                          "this entry has its numbers only: its changes were too many to keep");
    return error ? error : storage_history_get(db->storage, id, entry, changes);
}

/* ---- changes ---- */

struct lister {
    struct secrets secrets;
    struct plat_buffer key, name;
    bool is_protected;
    bool (*each)(void *context, const struct reg_change *change);
    void *context;
};

static win_error take_text(struct plat_buffer *out, struct plat_span text)
{
    if (text.size > 0 && memchr(text.data, 0, text.size))
        return ERROR_REGISTRY_CORRUPT;
    plat_buffer_clear(out);
    plat_buffer_append(out, text.data, text.size);
    return plat_buffer_text(out) ? ERROR_SUCCESS : out->failed;
}

static enum reg_change_kind kind_of(enum record_kind kind)
{
    switch (kind) {
    case RECORD_MADE:
        return REG_KEY_MADE;
    case RECORD_DELETED:
        return REG_KEY_DELETED;
    case RECORD_RENAMED:
        return REG_KEY_RENAMED;
    case RECORD_REMOVED:
        return REG_VALUE_DELETED;
    case RECORD_SET:
    case RECORD_OVERWRITTEN:
        return REG_VALUE_SET;
    case RECORD_PATH:
    case RECORD_CHANGED:
    case RECORD_HIVE:
        break;
    }
    return REG_KEY_CHANGED;
}

static bool tell_change(struct lister *lister, const struct record *record)
{
    struct reg_change change = {
        .kind = kind_of(record->kind),
        .key = (const char *)lister->key.data,
        .name = (const char *)lister->name.data,
        .is_protected = lister->is_protected,
        .had_before = record->kind == RECORD_OVERWRITTEN || record->kind == RECORD_REMOVED,
    };

    change.before = (struct reg_value){change.name, record->before.type, record->before.data};
    change.after = (struct reg_value){change.name, record->after.type, record->after.data};
    return lister->each(lister->context, &change);
}

static win_error list(struct lister *lister, struct plat_span changes)
{
    struct plat_reader r = plat_reader_of(changes);
    struct record record;
    win_error error = ERROR_SUCCESS;
    bool named = false;

    while (!error && record_get(&r, &record)) {
        bool is_path = record.kind == RECORD_PATH;

        if (record.kind == RECORD_HIVE)
            continue; /* told by its key's making or deletion */
        if (!is_path && !named)
            return ERROR_REGISTRY_CORRUPT;
        error = take_text(is_path ? &lister->key : &lister->name, record.name);
        if (is_path) {
            if (!error)
                error = secrets_look(&lister->secrets, &record, &lister->is_protected);
            named = true;
        } else if (!error && !tell_change(lister, &record)) {
            return ERROR_SUCCESS;
        }
    }
    if (!error && r.failed)
        error = ERROR_REGISTRY_CORRUPT;
    return error;
}

win_error reg_history_changes(struct reg_db *db, uint64_t id,
                              bool (*each)(void *context, const struct reg_change *change), void *context)
{
    struct lister lister = {.each = each, .context = context};
    struct storage_entry entry;
    struct plat_buffer changes;
    win_error error;

    db_begin_call(db);
    plat_buffer_init(&changes, LIMIT_REG_HISTORY_ENTRY);
    plat_buffer_init(&lister.key, LIMIT_REG_HISTORY_ENTRY);
    plat_buffer_init(&lister.name, LIMIT_REG_HISTORY_ENTRY);
    secrets_init(&lister.secrets, db, id);
    error = history_load(db, id, &entry, &changes);
    if (!error)
        error = list(&lister, plat_span_of(changes.data, changes.size));
    plat_buffer_free(&changes);
    plat_buffer_free(&lister.key);
    plat_buffer_free(&lister.name);
    secrets_free(&lister.secrets);
    return error;
}

/* ---- room ---- */

win_error reg_history_clear(struct reg_db *db)
{
    struct db_change change;
    win_error error = db_change_begin(db, &change);

    if (error)
        return error;
    change.wrote = true;
    error = db_change_end(db, &change, storage_history_clear(db->storage));
    if (!error && change.own)
        storage_forget(db->storage);
    return error;
}

static win_error set_room(struct reg_db *db, uint32_t bytes)
{
    uint64_t id;
    uint64_t end;
    win_error error = storage_meta_set(db->storage, STORAGE_META_HISTORY_ROOM, bytes);

    if (!error && bytes == 0)
        return storage_history_clear(db->storage);
    if (!error)
        error = storage_history_end(db->storage, &id, &end);
    if (!error && end > bytes)
        error = storage_history_prune(db->storage, 0, end - bytes);
    return error;
}

win_error reg_history_set_room(struct reg_db *db, uint32_t bytes)
{
    struct db_change change;
    win_error error = db_change_begin(db, &change);

    if (error)
        return error;
    if (bytes > LIMIT_REG_HISTORY_BYTES_MOST)
        return db_change_end(db, &change,
                             db_refuse(db, ERROR_INVALID_PARAMETER, "the history may take 64 MiB at most"));
    change.wrote = true;
    return db_change_end(db, &change, set_room(db, bytes));
}

win_error reg_history_room(struct reg_db *db, uint32_t *bytes)
{
    db_begin_call(db);
    return log_room(db, bytes);
}
