/* SPDX-License-Identifier: Apache-2.0 */
/* The new file that recovered rows go into, and how they are put in order there. */
#include "check/raw.h"
#include "sqlite/statement.h"

#include "platform/file.h"
#include "platform/limits.h"
#include "platform/memory.h"
#include "platform/text.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

struct raw_target {
    struct storage *storage;
    sqlite3_stmt *key;
    sqlite3_stmt *root;
    sqlite3_stmt *value;
    sqlite3_stmt *find;
    sqlite3_stmt *class;
    sqlite3_stmt *boot;
    char *path;
    bool is_committed;
};

static int prepare(struct raw_target *t)
{
    const struct {
        const char *text;
        sqlite3_stmt **s;
    } all[] = {
        {"INSERT OR IGNORE INTO key(id, parent, fold, name, flags, mtime, seq) VALUES(?1, ?2, ?3, ?4, ?5, "
         "?6, ?7)",
         &t->key},
        /* A root may be found more than once, in old pages: protected once is protected. */
        {"UPDATE key SET mtime=?2, seq=?3, flags=flags|(?4&1) WHERE id=?1", &t->root},
        {"INSERT OR IGNORE INTO val(key, fold, name, seq, type, data) VALUES(?1, ?2, ?3, ?4, ?5, ?6)",
         &t->value},
        {"SELECT 1 FROM key WHERE id=?1", &t->find},
        {"INSERT OR IGNORE INTO class(key, name) VALUES(?1, ?2)", &t->class},
        {"REPLACE INTO meta(name, value) VALUES('boot', ?1)", &t->boot},
    };
    int code = SQLITE_OK;

    for (size_t i = 0; i < sizeof all / sizeof all[0] && code == SQLITE_OK; i++)
        code = sqlite3_prepare_v3(t->storage->db, all[i].text, -1, SQLITE_PREPARE_PERSISTENT, all[i].s, NULL);
    return code;
}

win_error raw_target_make(const char *path, struct raw_target **target, struct plat_buffer *message)
{
    const struct storage_options options = {.path = path, .mode = REG_OPEN_CREATE};
    struct raw_target *t;
    win_error error = plat_file_create_private(path);

    *target = NULL;
    if (error) {
        if (message) {
            plat_buffer_clear(message);
            plat_buffer_printf(message, "%s cannot be made: %s", path,
                               error == ERROR_ALREADY_EXISTS ? "something by that name is there"
                                                             : win_error_text(error));
        }
        return error;
    }
    t = plat_calloc(1, sizeof *t);
    if (t)
        t->path = plat_strdup(path);
    error = t && t->path ? storage_open(&options, &t->storage, message) : ERROR_NOT_ENOUGH_MEMORY;
    if (!error)
        error = storage_begin_write(t->storage);
    if (!error)
        error = note_sqlite(t->storage, prepare(t));
    if (!error) {
        *target = t;
        return ERROR_SUCCESS;
    }
    if (message && t && t->storage) {
        plat_buffer_clear(message);
        plat_buffer_printf(message, "%s cannot be written: %s", path, storage_message(t->storage));
    }
    if (t && t->path) {
        raw_target_close(t);
    } else {
        win_error ignored = plat_file_remove(path);

        (void)ignored;
        plat_free(t);
    }
    return error;
}

void raw_target_close(struct raw_target *target)
{
    if (!target)
        return;
    sqlite3_finalize(target->key);
    sqlite3_finalize(target->root);
    sqlite3_finalize(target->value);
    sqlite3_finalize(target->find);
    sqlite3_finalize(target->class);
    sqlite3_finalize(target->boot);
    storage_close(target->storage);
    if (!target->is_committed) {
        win_error ignored = plat_file_remove(target->path);

        (void)ignored;
    }
    plat_free(target->path);
    plat_free(target);
}

const char *raw_target_message(const struct raw_target *target)
{
    return storage_message(target->storage);
}

/* Runs it; ERROR_ALREADY_EXISTS when it changed nothing. */
static win_error run(struct raw_target *t, sqlite3_stmt *s, bool is_bound)
{
    win_error error = ERROR_NOT_ENOUGH_MEMORY;

    if (is_bound && !statement_row(t->storage, s, &error) && !error && sqlite3_changes(t->storage->db) == 0)
        error = ERROR_ALREADY_EXISTS;
    sqlite3_reset(s);
    sqlite3_clear_bindings(s);
    return error;
}

win_error raw_target_key(struct raw_target *target, const struct raw_key *row)
{
    sqlite3_stmt *s = target->key;

    if (row->id <= REG_HKU)
        return run(target, target->root,
                   statement_bind_key(target->root, 1, row->id) &&
                       sqlite3_bind_int64(target->root, 2, row->modified) == SQLITE_OK &&
                       sqlite3_bind_int64(target->root, 3, (sqlite3_int64)row->sequence) == SQLITE_OK &&
                       sqlite3_bind_int64(target->root, 4, row->flags) == SQLITE_OK);
    return run(target, s,
               statement_bind_key(s, 1, row->id) && statement_bind_key(s, 2, row->parent) &&
                   statement_bind_text(s, 3, row->fold) && statement_bind_text(s, 4, row->name) &&
                   sqlite3_bind_int64(s, 5, row->flags) == SQLITE_OK &&
                   sqlite3_bind_int64(s, 6, row->modified) == SQLITE_OK &&
                   sqlite3_bind_int64(s, 7, (sqlite3_int64)row->sequence) == SQLITE_OK);
}

win_error raw_target_value(struct raw_target *target, const struct raw_value *row)
{
    sqlite3_stmt *s = target->value;

    return run(target, s,
               statement_bind_key(s, 1, row->key) && statement_bind_text(s, 2, row->fold) &&
                   statement_bind_text(s, 3, row->name) &&
                   sqlite3_bind_int64(s, 4, (sqlite3_int64)row->sequence) == SQLITE_OK &&
                   sqlite3_bind_int64(s, 5, row->type) == SQLITE_OK && statement_bind_blob(s, 6, row->data));
}

win_error raw_target_class(struct raw_target *target, reg_key key, struct plat_span name)
{
    return run(target, target->class,
               statement_bind_key(target->class, 1, key) && statement_bind_text(target->class, 2, name));
}

win_error raw_target_boot(struct raw_target *target, struct plat_span boot)
{
    return run(target, target->boot, statement_bind_text(target->boot, 1, boot));
}

bool raw_target_has_key(struct raw_target *target, reg_key key)
{
    bool found = statement_bind_key(target->find, 1, key) && sqlite3_step(target->find) == SQLITE_ROW;

    sqlite3_reset(target->find);
    return found;
}

/* ---- putting it in order ---- */

/* The key HKLM\Recovered, or one in it; made when it is not there. Protected: nobody knows what it may hold. */
static win_error make_key(struct raw_target *t, reg_key parent, const char *name, uint32_t flags, reg_key *key)
{
    struct plat_buffer fold;
    struct plat_span folded;
    win_error error;

    plat_buffer_init(&fold, LIMIT_LOG_LINE);
    plat_name_fold(&fold, name, strlen(name)); /* of plain characters */
    folded = plat_span_of(fold.data, fold.size);
    error = fold.failed ? fold.failed : storage_key_find(t->storage, parent, folded, key);
    if (error == ERROR_FILE_NOT_FOUND)
        error = storage_key_insert(t->storage, parent, folded, plat_span_of(name, strlen(name)), flags, 0, 0,
                                   key);
    plat_buffer_free(&fold);
    return error;
}

static win_error make_place(struct raw_target *t, int64_t id, reg_key *place)
{
    char name[32];
    reg_key recovered;
    win_error error = make_key(t, REG_HKLM, "Recovered", 0, &recovered);

    snprintf(name, sizeof name, "%" PRId64, id);
    return error ? error : make_key(t, recovered, name, STORAGE_KEY_PROTECTED, place);
}

static void tell_place(const struct raw_listener *listener, int64_t id, const char *what)
{
    char line[160];

    snprintf(line, sizeof line, "%s %" PRId64 ": now in HKEY_LOCAL_MACHINE\\Recovered\\%" PRId64, what, id,
             id);
    listener->tell(listener->context, true, line);
}

static win_error exec(struct raw_target *t, const char *text)
{
    return note_sqlite(t->storage, sqlite3_exec(t->storage->db, text, NULL, NULL, NULL));
}

/* Runs `text` with ?1 = a, ?2 = b. */
static win_error exec_two(struct raw_target *t, const char *text, int64_t a, int64_t b)
{
    sqlite3_stmt *s = NULL;
    win_error error = note_sqlite(t->storage, sqlite3_prepare_v2(t->storage->db, text, -1, &s, NULL));

    if (!error && (sqlite3_bind_int64(s, 1, a) != SQLITE_OK ||
                   (sqlite3_bind_parameter_count(s) > 1 && sqlite3_bind_int64(s, 2, b) != SQLITE_OK)))
        error = ERROR_NOT_ENOUGH_MEMORY;
    while (!error && statement_row(t->storage, s, &error))
        continue;
    sqlite3_finalize(s);
    return error;
}

/* The number that `text` yields with ?1 = from; *number is 0 when it yields none. */
static win_error next_number(struct raw_target *t, const char *text, int64_t from, int64_t *number)
{
    sqlite3_stmt *s = NULL;
    win_error error = note_sqlite(t->storage, sqlite3_prepare_v2(t->storage->db, text, -1, &s, NULL));

    *number = 0;
    if (!error && sqlite3_bind_int64(s, 1, from) != SQLITE_OK)
        error = ERROR_NOT_ENOUGH_MEMORY;
    if (!error && statement_row(t->storage, s, &error))
        *number = sqlite3_column_int64(s, 0);
    sqlite3_finalize(s);
    return error;
}

/* Every key that is named as a parent, or by values, and is not there becomes one under Recovered. */
static win_error adopt_orphans(struct raw_target *t, const struct raw_listener *listener)
{
    static const char wanted[] = "SELECT id FROM lost WHERE id>?1 ORDER BY id LIMIT 1";
    int64_t lost = 0;
    win_error error = exec(
        t, "CREATE TEMP TABLE lost(id INTEGER PRIMARY KEY);"
           "INSERT INTO lost SELECT parent FROM key WHERE id>4 UNION SELECT key FROM val;"
           "DELETE FROM lost WHERE id IN (SELECT id FROM key);"
           /* The new keys must not get their numbers. */
           "UPDATE sqlite_sequence SET seq=max(seq, (SELECT ifnull(max(id), 0) FROM lost)) WHERE name='key'");

    if (!error)
        error = next_number(t, wanted, INT64_MIN, &lost);
    while (!error && lost != 0) {
        reg_key place;

        error = make_place(t, lost, &place);
        if (!error)
            error = exec_two(t, "UPDATE key SET parent=?2 WHERE parent=?1", lost, (int64_t)place);
        if (!error)
            error = exec_two(t, "UPDATE val SET key=?2 WHERE key=?1", lost, (int64_t)place);
        tell_place(listener, lost, "the name of key");
        if (!error)
            error = next_number(t, wanted, lost, &lost);
    }
    return error ? error : exec(t, "DROP TABLE lost");
}

/*
 * What does not hang on a root now is in a circle, or too deep: the first of each such lot is cut off and gets a place. `good` grows
 * with every turn, so there is an end to it.
 */
static win_error cut_circles(struct raw_target *t, const struct raw_listener *listener)
{
    static const char wanted[] =
        "SELECT id FROM key WHERE id>?1 AND id NOT IN (SELECT id FROM good) ORDER BY id LIMIT 1";
    char grow[256];
    int64_t lost = 0;
    win_error error = exec(t, "CREATE TEMP TABLE good(id INTEGER PRIMARY KEY)");

    snprintf(grow, sizeof grow,
             "INSERT OR IGNORE INTO good WITH RECURSIVE tree(id, depth) AS (SELECT ?1, ?2 UNION ALL"
             " SELECT key.id, tree.depth+1 FROM key JOIN tree ON key.parent=tree.id WHERE tree.depth<%u)"
             " SELECT id FROM tree",
             LIMIT_REG_DEPTH);
    for (reg_key root = REG_HKCR; root <= REG_HKU && !error; root++)
        error = exec_two(t, grow, (int64_t)root, 0);
    if (!error)
        error = next_number(t, wanted, 0, &lost);
    while (!error && lost != 0) {
        reg_key place;

        error = make_place(t, lost, &place);
        if (!error)
            error = exec_two(t, "UPDATE key SET parent=?2 WHERE id=?1", lost, (int64_t)place);
        if (!error)
            error = exec_two(t, "INSERT OR IGNORE INTO good SELECT parent FROM key WHERE id=?1",
                             (int64_t)place, 0);
        if (!error)
            error = exec_two(t, grow, (int64_t)place, 2);
        tell_place(listener, lost, "the place of key");
        if (!error)
            error = next_number(t, wanted, lost, &lost);
    }
    return error ? error : exec(t, "DROP TABLE good");
}

/* Values that claim the same place in their key are counted anew, in their order; and each key's last number. */
static win_error count_values(struct raw_target *t)
{
    return exec(t,
                "CREATE TEMP TABLE twice(key INTEGER PRIMARY KEY);"
                "INSERT OR IGNORE INTO twice SELECT key FROM val GROUP BY key, seq HAVING count(*)>1;"
                "CREATE TEMP TABLE place(key INTEGER, fold TEXT, seq INTEGER, PRIMARY KEY(key, fold));"
                "INSERT INTO place SELECT key, fold, (SELECT count(*) FROM val v WHERE v.key=val.key"
                " AND (v.seq<val.seq OR (v.seq=val.seq AND v.fold<=val.fold)))"
                " FROM val WHERE key IN (SELECT key FROM twice);"
                "UPDATE val SET seq=(SELECT seq FROM place WHERE place.key=val.key AND place.fold=val.fold)"
                " WHERE key IN (SELECT key FROM twice);"
                "UPDATE key SET seq=(SELECT max(seq) FROM val WHERE val.key=key.id)"
                " WHERE seq<(SELECT max(seq) FROM val WHERE val.key=key.id);"
                "DROP TABLE place; DROP TABLE twice");
}

/*
 * What lies in a volatile key is volatile; whose start of the system is not known belongs to none. Of keys that are gone no class is left.
 */
static win_error settle_flags(struct raw_target *t)
{
    return exec(
        t, "UPDATE key SET flags=flags|2 WHERE NOT flags&2 AND id IN (WITH RECURSIVE passing(id) AS"
           " (SELECT id FROM key WHERE flags&2 UNION SELECT key.id FROM key JOIN passing ON "
           "key.parent=passing.id)"
           " SELECT id FROM passing);"
           "INSERT OR IGNORE INTO meta(name, value) SELECT 'boot', 'unknown' FROM key WHERE flags&2 LIMIT 1;"
           "DELETE FROM class WHERE key NOT IN (SELECT id FROM key)");
}

win_error raw_target_commit(struct raw_target *target, const struct raw_listener *listener,
                            struct reg_check_result *result)
{
    int64_t keys = 0;
    int64_t values = 0;
    win_error error = adopt_orphans(target, listener);

    if (!error)
        error = cut_circles(target, listener);
    if (!error)
        error = count_values(target);
    if (!error)
        error = settle_flags(target);
    if (!error)
        error = next_number(target, "SELECT count(*) FROM key WHERE id>?1", 0, &keys);
    if (!error)
        error = next_number(target, "SELECT count(*) FROM val WHERE key>?1", 0, &values);
    if (!error)
        error = storage_commit(target->storage);
    target->is_committed = !error;
    result->keys = (uint64_t)keys;
    result->values = (uint64_t)values;
    return error;
}
