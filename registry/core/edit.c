/* SPDX-License-Identifier: Apache-2.0 */
#include "core/edit.h"

#include "core/key.h"

#include "platform/clock.h"
#include "platform/limits.h"
#include "platform/memory.h"

#include <string.h>

/* Writes after which a transaction counts as one of many. */
#define MANY_WRITES 64

win_error edit_begin(struct reg_db *db)
{
    struct edit *edit = plat_calloc(1, sizeof *edit);

    if (!edit)
        return ERROR_NOT_ENOUGH_MEMORY;
    edit->now = plat_clock_unix();
    plat_buffer_init(&edit->old, LIMIT_REG_DATA + 4 * LIMIT_REG_VALUE_NAME);
    log_init(&edit->log);
    db->edit = edit;
    return ERROR_SUCCESS;
}

void edit_end(struct reg_db *db)
{
    if (!db->edit)
        return;
    plat_buffer_free(&db->edit->old);
    log_free(&db->edit->log);
    plat_free(db->edit);
    db->edit = NULL;
}

static win_error before_write(struct reg_db *db, struct db_change *change)
{
    win_error error = db->edit->log.started ? ERROR_SUCCESS : log_start(db);

    if (error)
        return error;
    change->wrote = true;
    db->edits++;
    if (++db->edit->writes == MANY_WRITES)
        storage_expect_many(db->storage);
    return ERROR_SUCCESS;
}

/* Keys have gone, or go by other names. */
static void forget_keys(struct reg_db *db)
{
    struct edit *edit = db->edit;

    memset(edit->touched, 0, sizeof edit->touched);
    edit->trail.count = 0;
    edit->trail.is_open = false;
    edit->made_last = false;
    edit->flags_key = REG_KEY_NONE;
    log_forget_paths(db);
}

/*
 * The key changes: its mtime is set, once in a transaction. With `sequence`, the next number for a value of it. ERROR_KEY_DELETED when there is no
 * such key (without `sequence` the caller must have looked).
 */
static win_error touch(struct reg_db *db, reg_key key, uint64_t *sequence)
{
    struct edit *edit = db->edit;
    size_t slot = (size_t)(key % EDIT_TOUCHED);
    bool known = edit->touched[slot].key == key;
    bool is_new = edit->first_new != REG_KEY_NONE && key >= edit->first_new;
    uint64_t count = !sequence ? 0 : known || is_new ? EDIT_SEQUENCES : 1;
    uint64_t last = 0;
    win_error error;

    if (!sequence && (known || is_new))
        return ERROR_SUCCESS;
    if (sequence && known && edit->touched[slot].next <= edit->touched[slot].end) {
        *sequence = edit->touched[slot].next++;
        return ERROR_SUCCESS;
    }
    error = storage_key_touch(db->storage, key, edit->now, count, &last);
    if (error)
        return error == ERROR_FILE_NOT_FOUND ? ERROR_KEY_DELETED : error;
    edit->touched[slot].key = key;
    edit->touched[slot].next = last - count + 1;
    edit->touched[slot].end = last;
    if (sequence)
        *sequence = edit->touched[slot].next++;
    return ERROR_SUCCESS;
}

/* ---- keys ---- */

win_error edit_flags_of(struct reg_db *db, reg_key key, uint32_t *flags)
{
    struct edit *edit = db->edit;
    struct storage_key row;
    win_error error = ERROR_SUCCESS;

    if (edit->flags_key != key) {
        error = key_must_exist(db, key, &row);
        if (!error) {
            edit->flags_key = key;
            edit->flags = row.flags;
        }
    }
    *flags = error ? 0 : edit->flags;
    return error;
}

/* A number that was given out before, so that it cannot drive on the next one's. */
static win_error bring_back(struct reg_db *db, reg_key *key)
{
    reg_key number = db->edit->number;
    win_error error = number < *key ? storage_key_renumber(db->storage, *key, number) : ERROR_ALREADY_EXISTS;

    *key = number;
    return error == ERROR_ALREADY_EXISTS ? ERROR_REGISTRY_CORRUPT : error;
}

win_error edit_make_key(struct reg_db *db, struct db_change *change, reg_key parent, struct plat_span fold,
                        struct plat_span name, uint32_t flags, reg_key *key)
{
    const struct record record = {.kind = RECORD_MADE, .flags_after = flags};
    struct edit *edit = db->edit;
    bool wrote = change->wrote;
    reg_key made;
    size_t slot;
    win_error error = before_write(db, change);

    if (!error && (flags & STORAGE_KEY_VOLATILE))
        error = db_note_volatile(db); /* first: those of an earlier start go */
    if (error)
        return error;
    error = storage_key_insert(db->storage, parent, fold, name, flags, edit->now, EDIT_SEQUENCES, &made);
    if (error == ERROR_ALREADY_EXISTS)
        change->wrote = wrote;
    if (!error)
        error = touch(db, parent, NULL);
    if (error)
        return error;
    if (edit->first_new == REG_KEY_NONE)
        edit->first_new = made;
    if (edit->number != REG_KEY_NONE)
        error = bring_back(db, &made);
    if (error)
        return error;
    slot = (size_t)(made % EDIT_TOUCHED);
    edit->touched[slot].key = made;
    edit->touched[slot].next = 1;
    edit->touched[slot].end = EDIT_SEQUENCES;
    *key = made;
    return log_note(db, made, &record);
}

struct removal {
    struct reg_db *db;
    reg_key key;
    win_error error;
};

static bool note_removed(void *context, uint64_t sequence, const struct reg_value *value)
{
    struct removal *removal = context;
    const struct record record = {
        .kind = RECORD_REMOVED,
        .sequence = sequence,
        .name = plat_span_of(value->name, strlen(value->name)),
        .before = {value->type, value->data},
    };

    removal->error = log_note(removal->db, removal->key, &record);
    return !removal->error && log_keeps(removal->db);
}

/* A loaded key loses its file when it is deleted. */
static win_error note_untied(struct reg_db *db, reg_key key)
{
    struct record record = {.kind = RECORD_HIVE, .flags_before = RECORD_TIED};
    struct plat_buffer file;
    win_error error;

    plat_buffer_init(&file, LIMIT_REG_PATH);
    error = storage_hive_get(db->storage, key, &file);
    record.name = plat_span_of(file.data, file.size);
    record.flags_after = db->edit->log.unloads ? RECORD_UNLOADED : 0;
    if (!error)
        error = log_note(db, key, &record);
    plat_buffer_free(&file);
    return error == ERROR_FILE_NOT_FOUND ? ERROR_SUCCESS : error;
}

win_error edit_tie(struct reg_db *db, struct db_change *change, reg_key key, const char *file, bool tied)
{
    const struct record record = {
        .kind = RECORD_HIVE,
        .name = plat_span_of(file, strlen(file)),
        .flags_before = tied ? 0 : RECORD_TIED,
        .flags_after = tied ? RECORD_TIED : 0,
    };
    win_error error = before_write(db, change);

    if (!error)
        error = tied ? storage_hive_set(db->storage, key, file) : storage_hive_delete(db->storage, key);
    return error ? error : log_note(db, key, &record);
}

/* Notes the key with its values as deleted, while they are still there. */
static win_error note_deleted(struct reg_db *db, reg_key key)
{
    struct record record = {.kind = RECORD_DELETED};
    struct removal removal = {db, key, ERROR_SUCCESS};
    struct storage_key row;
    struct plat_buffer class_name;
    win_error error = storage_each_row(db->storage, key, note_removed, &removal);

    error = error ? error : removal.error;
    if (!error)
        error = key_must_exist(db, key, &row);
    if (!error && (row.parent == REG_HKLM || row.parent == REG_HKU)) /* where loaded keys are */
        error = note_untied(db, key);
    if (error || !log_keeps(db))
        return error;
    plat_buffer_init(&class_name, LIMIT_REG_DATA);
    error = storage_class_get(db->storage, key, &class_name);
    if (error == ERROR_FILE_NOT_FOUND)
        error = ERROR_SUCCESS;
    record.flags_before = row.flags;
    record.class_before = plat_span_of(class_name.data, class_name.size);
    if (!error)
        error = log_note(db, key, &record);
    plat_buffer_free(&class_name);
    return error;
}

static win_error delete_whole(struct reg_db *db, reg_key key)
{
    uint32_t keys = 0;
    uint32_t values = 0;
    win_error error = storage_key_delete_tree(db->storage, key, &keys, &values);

    log_count(db, keys, values);
    return error;
}

/*
 * Leaf by leaf, so that all of it can be noted; as soon as it is more than the history keeps, what is left goes at once.
 */
static win_error delete_noted(struct reg_db *db, reg_key key)
{
    static const struct plat_span from_the_first = {NULL, 0};
    struct log *log = &db->edit->log;
    reg_key path[LIMIT_REG_DEPTH + 1];
    size_t depth = 0;

    path[0] = key;
    while (log->keeps) {
        uint32_t keys;
        uint32_t values;
        reg_key child;
        win_error error = storage_key_after(db->storage, path[depth], from_the_first, 0, &child, NULL, NULL);

        if (!error) {
            if (depth == LIMIT_REG_DEPTH)
                return ERROR_REGISTRY_CORRUPT;
            path[++depth] = child;
            continue;
        }
        if (error != ERROR_FILE_NOT_FOUND)
            return error;
        keys = log->keys;
        values = log->values;
        error = note_deleted(db, path[depth]);
        if (error)
            return error;
        if (!log->keeps) { /* counted when they go */
            log->keys = keys;
            log->values = values;
            break;
        }
        error = storage_key_delete(db->storage, path[depth]);
        if (error || depth == 0)
            return error;
        depth--;
    }
    return delete_whole(db, key);
}

win_error edit_delete_tree(struct reg_db *db, struct db_change *change, reg_key key)
{
    struct storage_key row;
    win_error error = key_must_exist(db, key, &row);

    if (!error)
        error = before_write(db, change);
    if (!error)
        error = delete_noted(db, key);
    forget_keys(db);
    return error ? error : touch(db, row.parent, NULL);
}

win_error edit_rename_key(struct reg_db *db, struct db_change *change, reg_key key, reg_key parent,
                          struct plat_span fold, struct plat_span name)
{
    const struct record record = {.kind = RECORD_RENAMED, .name = name};
    win_error error = before_write(db, change);

    if (!error)
        error = log_note(db, key, &record);
    if (!error)
        error = storage_key_rename(db->storage, key, fold, name);
    forget_keys(db);
    if (!error)
        error = touch(db, key, NULL);
    return error ? error : touch(db, parent, NULL);
}

win_error edit_change_key(struct reg_db *db, struct db_change *change, reg_key key, uint32_t flags,
                          struct plat_span class_name)
{
    struct record record = {.kind = RECORD_CHANGED, .flags_after = flags, .class_after = class_name};
    struct storage_key row;
    struct plat_buffer old_class;
    bool changed;
    win_error error = key_must_exist(db, key, &row);

    if (error)
        return error;
    plat_buffer_init(&old_class, LIMIT_REG_DATA);
    error = storage_class_get(db->storage, key, &old_class);
    if (error == ERROR_FILE_NOT_FOUND)
        error = ERROR_SUCCESS;
    record.flags_before = row.flags;
    record.class_before = plat_span_of(old_class.data, old_class.size);
    if (!error)
        error = before_write(db, change);
    if (!error && row.flags != flags)
        error = storage_key_set_flags(db->storage, key, flags);
    if (!error && !plat_span_equal(record.class_before, class_name))
        error = storage_class_set(db->storage, key, class_name);
    db->edit->flags_key = REG_KEY_NONE;
    log_forget_paths(db);
    changed = row.flags != flags || !plat_span_equal(record.class_before, class_name);
    if (!error && changed)
        error = touch(db, key, NULL);
    if (!error && changed)
        error = log_note(db, key, &record);
    plat_buffer_free(&old_class);
    return error;
}

/* ---- values ---- */

/* The key was made in this transaction and its numbers are at hand: a value of it is most likely new. */
static win_error insert_at_once(struct reg_db *db, reg_key key, struct plat_span fold, struct record *record)
{
    struct edit *edit = db->edit;
    size_t slot = (size_t)(key % EDIT_TOUCHED);
    win_error error;

    if (edit->first_new == REG_KEY_NONE || key < edit->first_new || edit->touched[slot].key != key ||
        edit->touched[slot].next > edit->touched[slot].end)
        return ERROR_ALREADY_EXISTS;
    record->sequence = edit->touched[slot].next;
    error = storage_value_insert(db->storage, key, fold, record->sequence, record->name, record->after.type,
                                 record->after.data);
    if (!error)
        edit->touched[slot].next++;
    return error;
}

static win_error overwrite(struct reg_db *db, reg_key key, struct plat_span fold, struct record *record)
{
    win_error error = touch(db, key, NULL);

    if (error || (record->before.type == record->after.type &&
                  plat_span_equal(record->before.data, record->after.data)))
        return error; /* nothing to note */
    record->kind = RECORD_OVERWRITTEN;
    error = storage_value_update(db->storage, key, fold, record->after.type, record->after.data);
    return error ? error : log_note(db, key, record);
}

win_error edit_set_value(struct reg_db *db, struct db_change *change, reg_key key, struct plat_span fold,
                         struct plat_span name, uint32_t type, struct plat_span data)
{
    struct record record = {.kind = RECORD_SET, .name = name, .after = {type, data}};
    struct plat_buffer *old = &db->edit->old;
    bool wrote = change->wrote;
    struct storage_value row;
    win_error error = before_write(db, change);

    if (error)
        return error;
    error = insert_at_once(db, key, fold, &record);
    if (!error)
        return log_note(db, key, &record);
    if (error != ERROR_ALREADY_EXISTS)
        return error;
    plat_buffer_clear(old);
    error = storage_value_get(db->storage, key, fold, &row, old, NULL);
    if (!error) {
        record.before = (struct record_data){row.type, plat_span_of(old->data, old->size)};
        return overwrite(db, key, fold, &record);
    }
    if (error == ERROR_FILE_NOT_FOUND)
        error = touch(db, key, &record.sequence);
    if (error == ERROR_KEY_DELETED)
        change->wrote = wrote;
    if (!error)
        error = storage_value_insert(db->storage, key, fold, record.sequence, name, type, data);
    return error ? error : log_note(db, key, &record);
}

win_error edit_restore_value(struct reg_db *db, struct db_change *change, reg_key key, struct plat_span fold,
                             struct plat_span name, uint64_t sequence, uint32_t type, struct plat_span data)
{
    const struct record record = {
        .kind = RECORD_SET, .name = name, .sequence = sequence, .after = {type, data}};
    size_t slot = (size_t)(key % EDIT_TOUCHED);
    win_error error = before_write(db, change);

    if (!error)
        error = storage_key_raise(db->storage, key, sequence);
    if (!error)
        error = touch(db, key, NULL);
    if (!error && db->edit->touched[slot].key == key)
        db->edit->touched[slot].end = 0; /* taken anew when one is wanted */
    if (!error)
        error = storage_value_insert(db->storage, key, fold, sequence, name, type, data);
    return error ? error : log_note(db, key, &record);
}

win_error edit_delete_value(struct reg_db *db, struct db_change *change, reg_key key, struct plat_span fold)
{
    struct record record = {.kind = RECORD_REMOVED};
    struct plat_buffer *old = &db->edit->old;
    struct storage_value row;
    struct plat_buffer name;
    win_error error;

    plat_buffer_init(&name, 4 * LIMIT_REG_VALUE_NAME);
    plat_buffer_clear(old);
    error = storage_value_get(db->storage, key, fold, &row, old, &name);
    if (!error)
        error = before_write(db, change);
    if (!error)
        error = storage_value_delete(db->storage, key, fold);
    if (!error)
        error = touch(db, key, NULL);
    record.name = plat_span_of(name.data, name.size);
    record.sequence = row.sequence;
    record.before = (struct record_data){row.type, plat_span_of(old->data, old->size)};
    if (!error)
        error = log_note(db, key, &record);
    plat_buffer_free(&name);
    return error;
}
