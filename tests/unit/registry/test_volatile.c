/* SPDX-License-Identifier: Apache-2.0 */
/* Keys that are gone after the next start of the system. */
#include "sample.h"

#include "registry/history.h"

#include "core/db.h"
#include "sqlite/statement.h"

#include <stdio.h>

static void is_volatile(struct sample *s, const char *path, bool expected)
{
    struct reg_key_info info;
    reg_key key;

    assert_success(reg_key_open(s->db, REG_HKLM, path, &key));
    assert_success(reg_key_info_of(s->db, key, &info));
    assert_int_equal(info.is_volatile, expected);
}

static reg_key make(struct sample *s, const char *path, unsigned flags, win_error expected)
{
    reg_key key = REG_KEY_NONE;

    assert_int_equal(reg_key_create(s->db, REG_HKLM, path, flags, &key, NULL), expected);
    return key;
}

/* As if the system had been started anew. */
static void start_anew(struct sample *s, const char *boot)
{
    char text[100];
    sqlite3 *db;

    snprintf(text, sizeof text, "UPDATE meta SET value='%s' WHERE name='boot'", boot);
    assert_int_equal(sqlite3_open(sample_file(s, "registry"), &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, text, NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(db);
}

static int count(struct sample *s, const char *table)
{
    char text[64];
    sqlite3_stmt *row;
    sqlite3 *db;
    int result;

    snprintf(text, sizeof text, "SELECT count(*) FROM %s", table);
    assert_int_equal(sqlite3_open(sample_file(s, "registry"), &db), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(db, text, -1, &row, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(row), SQLITE_ROW);
    result = sqlite3_column_int(row, 0);
    sqlite3_finalize(row);
    sqlite3_close(db);
    return result;
}

static void made(void **state)
{
    struct sample *s = *state;

    sample_key(s, "lasting");
    make(s, "lasting\\a\\b", REG_CREATE_VOLATILE, ERROR_SUCCESS);
    is_volatile(s, "lasting", false);
    is_volatile(s, "lasting\\a", true); /* every key made on the way */
    is_volatile(s, "lasting\\a\\b", true);
    make(s, "lasting\\a\\c", 0, ERROR_CHILD_MUST_BE_VOLATILE);
    make(s, "lasting\\a\\b\\d\\e", REG_CREATE_PROTECTED, ERROR_CHILD_MUST_BE_VOLATILE);
    make(s, "lasting\\a\\c", REG_CREATE_VOLATILE, ERROR_SUCCESS);
    make(s, "lasting", REG_CREATE_VOLATILE, ERROR_SUCCESS); /* it is there: as it is */
    is_volatile(s, "lasting", false);
    make(s, "lasting\\a", 0, ERROR_SUCCESS);
    is_volatile(s, "lasting\\a", true);
}

/* After a new key the next is made without looking whether it is there; it is found all the same, whatever was asked for. */
static void there_after_a_new_one(void **state)
{
    struct sample *s = *state;
    reg_key child;
    reg_key key;

    make(s, "v\\a", REG_CREATE_VOLATILE, ERROR_SUCCESS);
    child = make(s, "v\\b", REG_CREATE_VOLATILE, ERROR_SUCCESS);
    assert_success(reg_begin(s->db));
    make(s, "new", 0, ERROR_SUCCESS);
    assert_success(reg_key_open(s->db, REG_HKLM, "v\\a", &key));
    assert_int_equal(make(s, "v\\b", 0, ERROR_SUCCESS), child);
    make(s, "new2", 0, ERROR_SUCCESS);
    assert_success(reg_key_open(s->db, REG_HKLM, "v\\a", &key));
    make(s, "v\\c", 0, ERROR_CHILD_MUST_BE_VOLATILE);
    assert_success(reg_commit(s->db));
}

static void gone(struct sample *s, enum reg_open_mode mode)
{
    reg_key key = sample_key(s, "lasting");
    struct reg_db *db;

    key = make(s, "lasting\\v", REG_CREATE_VOLATILE, ERROR_SUCCESS);
    assert_success(sample_set_dword(s->db, key, "x", 1));
    assert_success(reg_key_set_class(s->db, key, "soft"));
    make(s, "lasting\\v\\deep", REG_CREATE_VOLATILE, ERROR_SUCCESS);
    assert_success(sample_set_dword(s->db, sample_key(s, "lasting"), "x", 1));
    reg_db_close(s->db);
    s->db = sample_open(s, mode); /* not yet */
    assert_success(reg_key_open(s->db, REG_HKLM, "lasting\\v\\deep", &key));

    start_anew(s, "another start");
    db = sample_open(s, mode);
    assert_int_equal(reg_key_open(db, REG_HKLM, "lasting\\v", &key), ERROR_FILE_NOT_FOUND);
    assert_success(reg_key_open(db, REG_HKLM, "lasting", &key));
    reg_db_close(db);
    assert_int_equal(reg_key_open(s->db, REG_HKLM, "lasting\\v", &key), ERROR_FILE_NOT_FOUND);
    assert_int_equal(count(s, "val"), 1);
    assert_int_equal(count(s, "class"), 0);
    assert_int_equal(count(s, "key WHERE flags&2"), 0);
    reg_db_close(s->db);
    s->db = sample_open(s, REG_OPEN_WRITE);
}

static void gone_after_a_start(void **state)
{
    gone(*state, REG_OPEN_WRITE);
    gone(*state, REG_OPEN_READ);
}

/* Opened while somebody writes: what should have gone goes as soon as it can, for readers, too. */
static void gone_later(void **state)
{
    struct sample *s = *state;
    reg_key key = make(s, "v\\w", REG_CREATE_VOLATILE, ERROR_SUCCESS);
    struct reg_db *reader;

    start_anew(s, "another start");
    assert_success(reg_begin(s->db));
    reader = sample_open(s, REG_OPEN_READ); /* after LIMIT_REG_BUSY_MS */
    assert_true(reader->purge_later);
    for (int i = 0; i < 200; i++) /* and remembered, core/cache.h */
        assert_success(reg_key_open(reader, REG_HKLM, "v\\w", &key));
    assert_success(sample_set_dword(s->db, REG_HKLM, "x", 1));
    assert_success(reg_commit(s->db));
    assert_int_equal(reg_key_open(reader, REG_HKLM, "v\\w", &key), ERROR_FILE_NOT_FOUND);
    assert_false(reader->purge_later);
    assert_int_equal(reg_key_open(s->db, REG_HKLM, "v", &key), ERROR_FILE_NOT_FOUND);
    assert_int_equal(sqlite3_exec(reader->storage->db, "DELETE FROM val", NULL, NULL, NULL), SQLITE_READONLY);
    reg_db_close(reader);

    make(s, "v\\w", REG_CREATE_VOLATILE, ERROR_SUCCESS);
    start_anew(s, "a third start");
    s->db->purge_later = true; /* as if the same had happened to it */
    assert_success(reg_begin(s->db));
    assert_int_equal(reg_key_open(s->db, REG_HKLM, "v", &key), ERROR_FILE_NOT_FOUND);
    reg_rollback(s->db);
    assert_int_equal(reg_key_open(s->db, REG_HKLM, "v", &key), ERROR_FILE_NOT_FOUND);
    assert_false(s->db->purge_later);
}

/* The history knows them, and undoing makes them what they were; after a start there is nothing to undo. */
static void undone(void **state)
{
    struct sample *s = *state;
    reg_key key = make(s, "v", REG_CREATE_VOLATILE, ERROR_SUCCESS);

    assert_success(sample_set_dword(s->db, key, "x", 1));
    assert_success(reg_key_delete_tree(s->db, key));
    assert_success(reg_undo(s->db, 0, NULL, NULL));
    is_volatile(s, "v", true);
    reg_db_close(s->db);
    start_anew(s, "another start");
    s->db = sample_open(s, REG_OPEN_WRITE);
    assert_int_equal(reg_undo(s->db, 1, NULL, NULL), ERROR_TRANSACTIONAL_CONFLICT);
}

static void copied(void **state)
{
    struct sample *s = *state;
    reg_key from = sample_key(s, "from");
    reg_key to = make(s, "to", REG_CREATE_VOLATILE, ERROR_SUCCESS);

    sample_key(s, "from\\sub");
    assert_success(reg_key_copy(s->db, from, s->db, to, true));
    is_volatile(s, "to\\sub", true);
    assert_success(reg_key_copy(s->db, to, s->db, sample_key(s, "back"), true));
    is_volatile(s, "back\\sub", false);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(made, sample_setup, sample_teardown),
        cmocka_unit_test_setup_teardown(there_after_a_new_one, sample_setup, sample_teardown),
        cmocka_unit_test_setup_teardown(gone_after_a_start, sample_setup, sample_teardown),
        cmocka_unit_test_setup_teardown(gone_later, sample_setup, sample_teardown),
        cmocka_unit_test_setup_teardown(undone, sample_setup, sample_teardown),
        cmocka_unit_test_setup_teardown(copied, sample_setup, sample_teardown),
    };

    return cmocka_run_group_tests_name("registry.volatile", tests, NULL, NULL);
}
