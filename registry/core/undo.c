/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Taking an entry of the history back: its records from the last to the first, each reversed. Before a record is reversed, its place must look as the
 * record left it; since everything after it has been reversed by then, this finds all that others have changed since.
 */
#include "core/edit.h"
#include "core/history.h"
#include "core/key.h"

#include "registry/history.h"

#include "platform/limits.h"
#include "platform/memory.h"

#include <stdio.h>
#include <string.h>

/* Places that are told of when there is a conflict. */
#define CONFLICTS_TOLD 5

struct step {
    uint32_t at;   /* of the record */
    uint32_t path; /* of the record that names its key */
};

struct undoer {
    struct reg_db *db;
    struct db_change *change;
    struct plat_span records;
    reg_key named; /* the number of the key that the record at hand is about */
    struct step *steps;
    size_t count;
    struct plat_buffer other, data; /* scratch */
    struct plat_buffer *conflict;   /* may be NULL */
    unsigned conflicts;
};

/* ---- finding ---- */

static struct record record_at(const struct undoer *u, uint32_t at)
{
    struct plat_reader r = plat_reader_of(plat_span_of(u->records.data + at, u->records.size - at));
    struct record record;

    if (!record_get(&r, &record))
        memset(&record, 0, sizeof record); /* it was read before, so it can be now */
    return record;
}

static win_error find_steps(struct undoer *u, size_t most)
{
    struct plat_reader r = plat_reader_of(u->records);
    uint32_t path = UINT32_MAX;
    struct record record;

    u->count = 0;
    for (;;) {
        uint32_t at = (uint32_t)(r.next - u->records.data);

        if (!record_get(&r, &record))
            return r.failed ? ERROR_REGISTRY_CORRUPT : ERROR_SUCCESS;
        if (record.kind == RECORD_PATH) {
            path = at;
            continue;
        }
        if (path == UINT32_MAX)
            return ERROR_REGISTRY_CORRUPT;
        if (u->count < most)
            u->steps[u->count] = (struct step){at, path};
        u->count++;
    }
}

static const char *text_of(struct plat_buffer *buffer, struct plat_span span)
{
    plat_buffer_clear(buffer);
    if (span.size == 0 || !memchr(span.data, 0, span.size))
        plat_buffer_append(buffer, span.data, span.size);
    return plat_buffer_text(buffer);
}

/* ERROR_FILE_NOT_FOUND when there is no such key. */
static win_error open_path(struct undoer *u, struct plat_span path, reg_key *key)
{
    const char *text = text_of(&u->other, path);
    const char *rest;
    reg_key root;
    win_error error;

    if (!text)
        return u->other.failed;
    error = reg_path_split(text, &root, &rest);
    return error ? ERROR_REGISTRY_CORRUPT : key_open_below(u->db, root, rest, key);
}

/* "A\B\C": "A\B" and "C". */
static void split(struct plat_span path, struct plat_span *parent, struct plat_span *name)
{
    size_t size = path.size;

    while (size > 0 && path.data[size - 1] != '\\')
        size--;
    *name = plat_span_of(path.data + size, path.size - size);
    *parent = plat_span_of(path.data, size > 0 ? size - 1 : 0);
}

/* ---- conflicts ---- */

/* `value` NULL: it is about the key. */
static win_error conflict(struct undoer *u, struct plat_span path, const struct plat_span *value,
                          const char *words)
{
    u->conflicts++;
    if (!u->conflict || u->conflicts > CONFLICTS_TOLD)
        return ERROR_SUCCESS;
    if (u->conflict->size > 0)
        plat_buffer_append_text(u->conflict, "\n");
    plat_buffer_append(u->conflict, path.data, path.size);
    if (value && value->size > 0) {
        plat_buffer_append_text(u->conflict, ": \"");
        plat_buffer_append(u->conflict, value->data, value->size);
        plat_buffer_append_text(u->conflict, "\"");
    } else if (value) {
        plat_buffer_append_text(u->conflict, ": the default value");
    }
    plat_buffer_append_text(u->conflict, words);
    return ERROR_SUCCESS;
}

/* ---- keys ---- */

/* Without keys, values and class. */
static win_error is_empty(struct undoer *u, reg_key key, uint32_t flags, bool *empty)
{
    struct storage_key row;
    uint32_t keys = 0;
    uint32_t values = 0;
    win_error error = key_must_exist(u->db, key, &row);

    plat_buffer_clear(&u->data);
    if (!error)
        error = reg_key_class(u->db, key, &u->data);
    if (!error)
        error = storage_key_count(u->db->storage, key, &keys, &values);
    *empty = !error && keys == 0 && values == 0 && u->data.size == 0 && row.flags == flags;
    return error;
}

static win_error unmake(struct undoer *u, struct plat_span path, const struct record *record)
{
    bool empty;
    reg_key key;
    win_error error = open_path(u, path, &key);

    if (error == ERROR_FILE_NOT_FOUND)
        return conflict(u, path, NULL, " has been deleted since");
    if (!error && key != u->named)
        return conflict(u, path, NULL, " has been made anew since");
    if (!error)
        error = is_empty(u, key, record->flags_after, &empty);
    if (error)
        return error;
    if (!empty)
        return conflict(u, path, NULL, " holds something that came later");
    return edit_delete_tree(u->db, u->change, key);
}

static win_error remake(struct undoer *u, struct plat_span path, const struct record *record)
{
    struct plat_span above, name, fold;
    struct storage_key row;
    reg_key parent;
    reg_key key;
    win_error error = open_path(u, path, &key);

    if (!error)
        return conflict(u, path, NULL, " has been made anew since");
    if (error != ERROR_FILE_NOT_FOUND)
        return error;
    split(path, &above, &name);
    error = open_path(u, above, &parent);
    if (error == ERROR_FILE_NOT_FOUND)
        return conflict(u, path, NULL, " has no place: the key above it is gone");
    if (!error)
        error = key_must_exist(u->db, parent, &row);
    if (!error && (row.flags & STORAGE_KEY_VOLATILE) && !(record->flags_before & STORAGE_KEY_VOLATILE))
        return conflict(u, path, NULL, " has no place: the key above it is volatile now");
    if (!error)
        error = db_fold_key(u->db, name, &fold);
    u->db->edit->number = u->named;
    if (!error)
        error = edit_make_key(u->db, u->change, parent, fold, name, record->flags_before, &key);
    u->db->edit->number = REG_KEY_NONE;
    if (!error && record->class_before.size > 0)
        error = edit_change_key(u->db, u->change, key, record->flags_before, record->class_before);
    return error;
}

static win_error rename_back(struct undoer *u, struct plat_span path, const struct record *record)
{
    struct plat_span above, name, fold;
    reg_key parent, key, other;
    win_error error;

    split(path, &above, &name);
    error = open_path(u, above, &parent);
    if (!error)
        error = db_fold_key(u->db, record->name, &fold);
    if (!error)
        error = storage_key_find(u->db->storage, parent, fold, &key);
    if (error == ERROR_FILE_NOT_FOUND || (!error && key != u->named))
        return conflict(u, path, NULL, ", renamed then, has been renamed or deleted since");
    if (!error)
        error = db_fold_key(u->db, name, &fold);
    if (error)
        return error;
    error = storage_key_find(u->db->storage, parent, fold, &other);
    if (!error && other != key)
        return conflict(u, path, NULL, " has been made anew since");
    if (error && error != ERROR_FILE_NOT_FOUND)
        return error;
    return edit_rename_key(u->db, u->change, key, parent, fold, name);
}

static win_error change_back(struct undoer *u, struct plat_span path, const struct record *record)
{
    struct storage_key row;
    reg_key key;
    win_error error = open_path(u, path, &key);

    if (error == ERROR_FILE_NOT_FOUND)
        return conflict(u, path, NULL, " has been deleted since");
    if (!error)
        error = key_must_exist(u->db, key, &row);
    plat_buffer_clear(&u->data);
    if (!error)
        error = reg_key_class(u->db, key, &u->data);
    if (error)
        return error;
    if (row.flags != record->flags_after ||
        !plat_span_equal(plat_span_of(u->data.data, u->data.size), record->class_after))
        return conflict(u, path, NULL, " has been changed since");
    return edit_change_key(u->db, u->change, key, record->flags_before, record->class_before);
}

/* ---- values ---- */

static win_error reverse_value(struct undoer *u, struct plat_span path, const struct record *record)
{
    bool was_removed = record->kind == RECORD_REMOVED;
    const struct record_data *left = &record->after;
    struct storage_value row;
    struct plat_span fold;
    reg_key key;
    win_error error = open_path(u, path, &key);

    if (error == ERROR_FILE_NOT_FOUND)
        return conflict(u, path, NULL, " has been deleted since");
    if (!error)
        error = db_fold_value(u->db, record->name, &fold);
    if (error)
        return error;
    plat_buffer_clear(&u->data);
    error = storage_value_get(u->db->storage, key, fold, &row, &u->data, NULL);
    if (error && error != ERROR_FILE_NOT_FOUND)
        return error;
    if (was_removed && !error)
        return conflict(u, path, &record->name, " has been set anew since");
    if (was_removed)
        return edit_restore_value(u->db, u->change, key, fold, record->name, record->sequence,
                                  record->before.type, record->before.data);
    if (error)
        return conflict(u, path, &record->name, " has been deleted since");
    if (row.type != left->type || !plat_span_equal(plat_span_of(u->data.data, u->data.size), left->data))
        return conflict(u, path, &record->name, " has been changed since");
    if (record->kind == RECORD_SET)
        return edit_delete_value(u->db, u->change, key, fold);
    return edit_set_value(u->db, u->change, key, fold, record->name, record->before.type, record->before.data);
}

/* ---- loaded hives ---- */

static win_error tie_back(struct undoer *u, struct plat_span path, reg_key key, const char *file)
{
    reg_key other;
    win_error error = storage_hive_find(u->db->storage, file, &other);

    if (!error)
        return conflict(u, path, NULL, ": its file has been loaded elsewhere since");
    return error == ERROR_FILE_NOT_FOUND ? edit_tie(u->db, u->change, key, file, true) : error;
}

static win_error untie(struct undoer *u, struct plat_span path, reg_key key, const char *file)
{
    struct plat_span now;
    win_error error;

    plat_buffer_clear(&u->other);
    error = storage_hive_get(u->db->storage, key, &u->other);
    now = plat_span_of(u->other.data, u->other.size);
    if (error == ERROR_FILE_NOT_FOUND || (!error && !plat_span_equal(now, plat_span_of(file, strlen(file)))))
        return conflict(u, path, NULL, " has been unloaded since");
    return error ? error : edit_tie(u->db, u->change, key, file, false);
}

/* What was unloaded is in its file, which may have changed since: it comes back from there, not from the history. */
static win_error refuse_unloaded(struct undoer *u, struct plat_span path, const char *file)
{
    struct plat_buffer words;
    const char *text;
    win_error error;

    plat_buffer_init(&words, LIMIT_REG_PATH + LIMIT_LOG_LINE);
    plat_buffer_printf(&words, " was unloaded to %s: \"cerium reg load\" brings it back from there", file);
    text = plat_buffer_text(&words);
    error = text ? conflict(u, path, NULL, text) : words.failed;
    plat_buffer_free(&words);
    return error;
}

static win_error reverse_tie(struct undoer *u, struct plat_span path, const struct record *record)
{
    reg_key key;
    const char *file;
    win_error error = open_path(u, path, &key);

    if (error == ERROR_FILE_NOT_FOUND)
        return conflict(u, path, NULL, " has been deleted since");
    if (error)
        return error;
    file = text_of(&u->data, record->name);
    if (!file)
        return u->data.failed;
    if (record->flags_after == RECORD_UNLOADED)
        return refuse_unloaded(u, path, file);
    return record->flags_after == RECORD_TIED ? untie(u, path, key, file) : tie_back(u, path, key, file);
}

/* ---- the whole ---- */

static win_error reverse(struct undoer *u, const struct step *step)
{
    struct record record = record_at(u, step->at);
    const struct record place = record_at(u, step->path);
    const struct plat_span path = place.name;

    u->named = place.sequence;
    switch (record.kind) {
    case RECORD_MADE:
        return unmake(u, path, &record);
    case RECORD_DELETED:
        return remake(u, path, &record);
    case RECORD_RENAMED:
        return rename_back(u, path, &record);
    case RECORD_CHANGED:
        return change_back(u, path, &record);
    case RECORD_SET:
    case RECORD_OVERWRITTEN:
    case RECORD_REMOVED:
        return reverse_value(u, path, &record);
    case RECORD_HIVE:
        return reverse_tie(u, path, &record);
    case RECORD_PATH:
        break;
    }
    return ERROR_REGISTRY_CORRUPT;
}

static win_error reverse_all(struct undoer *u)
{
    win_error error = find_steps(u, 0);
    size_t count = u->count;

    if (error)
        return error;
    u->steps = plat_alloc((count + 1) * sizeof *u->steps);
    if (!u->steps)
        return ERROR_NOT_ENOUGH_MEMORY;
    error = find_steps(u, count);
    while (!error && count > 0 && u->conflicts < CONFLICTS_TOLD)
        error = reverse(u, &u->steps[--count]);
    plat_free(u->steps);
    /* A name or path that cannot be: the entry is damaged. */
    if (error == ERROR_INVALID_PARAMETER || error == ERROR_INVALID_NAME || error == ERROR_BAD_PATHNAME ||
        error == ERROR_FILENAME_EXCED_RANGE || error == ERROR_FILE_TOO_LARGE)
        return ERROR_REGISTRY_CORRUPT;
    if (!error && u->conflicts > 0)
        return db_refuse(u->db, ERROR_TRANSACTIONAL_CONFLICT,
                         "something that the entry changed has been changed again since");
    return error;
}

/*
 * `id` is undone by `by`. If `id` was an undo itself, what it had taken back holds again, and so on down the chain.
 */
static win_error mark(struct reg_db *db, uint64_t id, uint64_t by)
{
    win_error error = storage_history_set_undone(db->storage, id, by);

    for (bool holds = true; !error; holds = !holds) {
        struct storage_entry entry;
        uint64_t undoer = id;

        error = storage_history_get(db->storage, id, &entry, NULL);
        if (error || entry.undoes == 0 || entry.undoes >= id)
            break;
        id = entry.undoes;
        error = storage_history_set_undone(db->storage, id, holds ? 0 : undoer);
    }
    return error == ERROR_FILE_NOT_FOUND ? ERROR_SUCCESS : error; /* the oldest are gone */
}

static win_error undo_in(struct undoer *u, uint64_t id)
{
    struct reg_db *db = u->db;
    struct storage_entry entry;
    struct plat_buffer changes;
    uint64_t last = 0;
    uint64_t end;
    win_error error = ERROR_SUCCESS;

    if (id == 0)
        error = storage_history_undoable(db->storage, &id);
    if (error)
        return error == ERROR_FILE_NOT_FOUND ? db_refuse(db, ERROR_NO_MORE_ITEMS, "there is nothing to undo")
                                             : error;
    plat_buffer_init(&changes, LIMIT_REG_HISTORY_ENTRY);
    error = history_load(db, id, &entry, &changes);
    if (!error && entry.undone != 0)
        error = db_refuse(db, ERROR_ALREADY_EXISTS, "this entry has been undone already");
    u->records = plat_span_of(changes.data, changes.size);
    if (!error)
        error = reverse_all(u);
    if (!error)
        error = storage_history_end(db->storage, &last, &end);
    if (!error)
        error = mark(db, id, last + 1);
    plat_buffer_free(&changes);
    db->edit->log.undoes = id;
    return error;
}

/* As one transaction, which the history calls "undo 17". */
static win_error undo(struct undoer *u, uint64_t id)
{
    struct reg_db *db = u->db;
    char *what = db->what;
    char words[40];
    win_error error = undo_in(u, id);

    u->change->wrote = true;
    if (error)
        return db_change_end(db, u->change, error);
    snprintf(words, sizeof words, "undo %llu", (unsigned long long)db->edit->log.undoes);
    db->what = words;
    error = db_change_end(db, u->change, ERROR_SUCCESS);
    db->what = what;
    return error;
}

win_error reg_undo(struct reg_db *db, uint64_t id, struct plat_buffer *conflict_words, uint64_t *entry)
{
    struct db_change change;
    struct undoer u = {.db = db, .change = &change, .conflict = conflict_words};
    win_error error;

    db_begin_call(db);
    if (db->transaction != DB_NO_TRANSACTION)
        return db_refuse(db, ERROR_INVALID_FUNCTION, "a transaction is open");
    error = db_change_begin(db, &change);
    if (error)
        return error;
    plat_buffer_init(&u.other, LIMIT_REG_HISTORY_ENTRY);
    plat_buffer_init(&u.data, LIMIT_REG_DATA);
    error = undo(&u, id);
    plat_buffer_free(&u.other);
    plat_buffer_free(&u.data);
    if (!error && entry)
        *entry = db->last_entry;
    return error;
}
