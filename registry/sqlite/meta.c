/* SPDX-License-Identifier: Apache-2.0 */
/* What is kept beside keys and values: classes, loaded hives, notes about the file itself. */
#include "sqlite/statement.h"

#include "platform/limits.h"

#include <string.h>

static win_error append_text_of(struct storage *storage, enum statement_id id, reg_key key,
                                struct plat_buffer *text)
{
    sqlite3_stmt *s;
    win_error error = statement_take(storage, id, &s);

    if (error)
        return error;
    if (!statement_bind_key(s, 1, key)) {
        error = ERROR_NOT_ENOUGH_MEMORY;
    } else if (statement_row(storage, s, &error)) {
        struct plat_span bytes = statement_column(s, 0);

        plat_buffer_append(text, bytes.data, bytes.size);
        error = text->failed;
    } else if (!error) {
        error = ERROR_FILE_NOT_FOUND;
    }
    statement_give(storage, id, s);
    return error;
}

static win_error set_text_of(struct storage *storage, enum statement_id id, reg_key key, struct plat_span text)
{
    sqlite3_stmt *s;
    win_error error = statement_take(storage, id, &s);

    if (error)
        return error;
    if (!statement_bind_key(s, 1, key) || !statement_bind_text(s, 2, text))
        error = ERROR_NOT_ENOUGH_MEMORY;
    else
        statement_row(storage, s, &error);
    statement_give(storage, id, s);
    return error;
}

win_error storage_class_get(struct storage *storage, reg_key key, struct plat_buffer *name)
{
    return append_text_of(storage, STATEMENT_CLASS_GET, key, name);
}

win_error storage_class_set(struct storage *storage, reg_key key, struct plat_span name)
{
    if (name.size == 0)
        return statement_run_key(storage, STATEMENT_KEY_DELETE_CLASS, key);
    return set_text_of(storage, STATEMENT_CLASS_SET, key, name);
}

win_error storage_hive_get(struct storage *storage, reg_key key, struct plat_buffer *file)
{
    return append_text_of(storage, STATEMENT_HIVE_GET, key, file);
}

win_error storage_hive_set(struct storage *storage, reg_key key, const char *file)
{
    return set_text_of(storage, STATEMENT_HIVE_SET, key, plat_span_of(file, strlen(file)));
}

win_error storage_hive_delete(struct storage *storage, reg_key key)
{
    return statement_run_key(storage, STATEMENT_HIVE_DELETE, key);
}

win_error storage_hive_find(struct storage *storage, const char *file, reg_key *key)
{
    sqlite3_stmt *s;
    win_error error = statement_take(storage, STATEMENT_HIVE_FIND, &s);

    if (error)
        return error;
    if (!statement_bind_text(s, 1, plat_span_of(file, strlen(file))))
        error = ERROR_NOT_ENOUGH_MEMORY;
    else if (statement_row(storage, s, &error))
        *key = (reg_key)sqlite3_column_int64(s, 0);
    else if (!error)
        error = ERROR_FILE_NOT_FOUND;
    statement_give(storage, STATEMENT_HIVE_FIND, s);
    return error;
}

/* *s is at its row when there is one; give it back in any case. */
static win_error meta_row(struct storage *storage, const char *name, sqlite3_stmt **s)
{
    win_error error;

    *s = NULL;
    error = statement_take(storage, STATEMENT_META_GET, s);
    if (error)
        return error;
    if (!statement_bind_text(*s, 1, plat_span_of(name, strlen(name))))
        return ERROR_NOT_ENOUGH_MEMORY;
    if (!statement_row(storage, *s, &error) && !error)
        error = ERROR_FILE_NOT_FOUND;
    return error;
}

win_error storage_meta_get(struct storage *storage, const char *name, uint64_t *number)
{
    sqlite3_stmt *s;
    win_error error = meta_row(storage, name, &s);

    if (!error)
        *number = (uint64_t)sqlite3_column_int64(s, 0);
    statement_give(storage, STATEMENT_META_GET, s);
    return error;
}

win_error storage_meta_set(struct storage *storage, const char *name, uint64_t number)
{
    sqlite3_stmt *s;
    win_error error = statement_take(storage, STATEMENT_META_SET, &s);

    if (error)
        return error;
    if (!statement_bind_text(s, 1, plat_span_of(name, strlen(name))) ||
        sqlite3_bind_int64(s, 2, (sqlite3_int64)number) != SQLITE_OK)
        error = ERROR_NOT_ENOUGH_MEMORY;
    else
        statement_row(storage, s, &error);
    statement_give(storage, STATEMENT_META_SET, s);
    return error;
}

/* ---- volatile keys: of which start of the system are those in the file? ---- */

static win_error boot_of(struct storage *storage, struct plat_buffer *boot)
{
    sqlite3_stmt *s;
    win_error error = meta_row(storage, STORAGE_META_BOOT, &s);

    if (!error) {
        struct plat_span bytes = statement_column(s, 0);

        plat_buffer_append(boot, bytes.data, bytes.size);
        error = boot->failed;
    }
    statement_give(storage, STATEMENT_META_GET, s);
    return error;
}

static win_error set_boot(struct storage *storage, const char *boot_id)
{
    sqlite3_stmt *s;
    win_error error = statement_take(storage, STATEMENT_META_SET, &s);

    if (error)
        return error;
    if (!statement_bind_text(s, 1, plat_span_of(STORAGE_META_BOOT, strlen(STORAGE_META_BOOT))) ||
        !statement_bind_text(s, 2, plat_span_of(boot_id, strlen(boot_id))))
        error = ERROR_NOT_ENOUGH_MEMORY;
    else
        statement_row(storage, s, &error);
    statement_give(storage, STATEMENT_META_SET, s);
    return error;
}

/* ERROR_FILE_NOT_FOUND: there has never been a volatile key. */
static win_error same_boot(struct storage *storage, const char *boot_id, bool *same)
{
    struct plat_buffer boot;
    win_error error;

    plat_buffer_init(&boot, 256);
    error = boot_of(storage, &boot);
    *same =
        !error && plat_span_equal(plat_span_of(boot.data, boot.size), plat_span_of(boot_id, strlen(boot_id)));
    plat_buffer_free(&boot);
    return error;
}

/* Under the write lock. */
static win_error purge(struct storage *storage, const char *boot_id)
{
    static const enum statement_id parts[] = {STATEMENT_VOLATILE_VALUES, STATEMENT_VOLATILE_CLASSES,
                                              STATEMENT_VOLATILE_KEYS};
    bool same;
    win_error error = same_boot(storage, boot_id, &same);

    if (same || (error && error != ERROR_FILE_NOT_FOUND))
        return error;
    error = ERROR_SUCCESS;
    for (size_t i = 0; i < sizeof parts / sizeof parts[0] && !error; i++)
        error = statement_run(storage, parts[i]);
    return error ? error : set_boot(storage, boot_id);
}

win_error storage_note_volatile(struct storage *storage, const char *boot_id)
{
    return purge(storage, boot_id);
}

win_error storage_purge_volatile(struct storage *storage, const char *boot_id, bool wait)
{
    bool same;
    win_error error = same_boot(storage, boot_id, &same);

    if (error || same || !boot_id[0])
        return error == ERROR_FILE_NOT_FOUND ? ERROR_SUCCESS : error;
    sqlite3_busy_timeout(storage->db, wait ? (int)LIMIT_REG_BUSY_MS : 0);
    error = storage_begin_write(storage);
    sqlite3_busy_timeout(storage->db, (int)LIMIT_REG_BUSY_MS);
    if (error)
        return error;
    error = purge(storage, boot_id);
    if (!error)
        return storage_commit(storage);
    storage_rollback(storage);
    return error;
}
