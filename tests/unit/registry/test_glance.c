/* SPDX-License-Identifier: Apache-2.0 */
/* One value read without locks: when that is done, and when it is not. */
#include "sample.h"

#include "platform/file.h"
#include "platform/limits.h"

#include "support/file_time.h"

#include <sqlite3.h>
#include <stdio.h>
#include <string.h>

enum { AGE = 2 * (int)LIMIT_REG_GLANCE_AGE };

static void set_time(struct sample *s, int64_t seconds_ago)
{
    assert_true(file_time_set(sample_file(s, "registry"), seconds_ago));
}

/* A registry with one value that nobody has open, and that is as old as that. */
static void leave(struct sample *s, int64_t seconds_ago)
{
    assert_success(sample_set_dword(s->db, sample_key(s, "Glance"), "Port", 80));
    reg_db_close(s->db);
    s->db = NULL;
    set_time(s, seconds_ago);
}

static bool is_there(struct sample *s, const char *name)
{
    struct plat_file_info info;

    return plat_file_stat(sample_file(s, name), &info) == ERROR_SUCCESS;
}

static win_error glance(struct sample *s, struct reg_db **db)
{
    return reg_db_glance(sample_file(s, "registry"), db);
}

static uint32_t port(struct reg_db *db)
{
    uint32_t number = 0;
    reg_key key;

    assert_success(reg_key_open(db, REG_HKLM, "Glance", &key));
    assert_success(sample_get_dword(db, key, "Port", &number));
    return number;
}

static void quiet(void **state)
{
    struct sample *s = *state;
    struct reg_db *db;
    reg_key key;

    leave(s, AGE);
    assert_success(glance(s, &db));
    assert_int_equal(port(db), 80);
    assert_false(is_there(s, "registry-wal") || is_there(s, "registry-shm"));
    assert_true(reg_glance_holds(db));
    assert_int_equal(reg_begin(db), ERROR_ACCESS_DENIED);
    assert_int_equal(reg_key_create(db, REG_HKLM, "New", 0, &key, NULL), ERROR_ACCESS_DENIED);
    reg_db_close(db);
    assert_false(is_there(s, "registry-wal") || is_there(s, "registry-shm"));
}

static void written_just_now(void **state)
{
    struct sample *s = *state;
    struct reg_db *db;

    leave(s, 0);
    assert_int_equal(glance(s, &db), ERROR_SHARING_VIOLATION);
    assert_null(db);
    set_time(s, -AGE); /* the clock has been put back */
    assert_int_equal(glance(s, &db), ERROR_SHARING_VIOLATION);
}

/* What is only in the WAL yet is seen: there is no glance then. */
static void in_the_wal(void **state)
{
    struct sample *s = *state;
    struct reg_db *db;

    leave(s, AGE);
    s->db = sample_open(s, REG_OPEN_WRITE);
    assert_success(glance(s, &db)); /* open, but nothing is written */
    assert_int_equal(port(db), 80);
    assert_success(sample_set_dword(s->db, sample_key(s, "Glance"), "Port", 81));
    assert_int_equal(port(db), 80); /* the file itself is as it was */
    assert_true(reg_glance_holds(db));
    reg_db_close(db);
    set_time(s, AGE);
    assert_int_equal(glance(s, &db), ERROR_SHARING_VIOLATION);
    db = sample_open(s, REG_OPEN_READ);
    assert_int_equal(port(db), 81);
    reg_db_close(db);
}

/* A file that changes under the reader: what it read last is not to be used, and it reads no more. */
static void changed_meanwhile(void **state)
{
    struct sample *s = *state;
    struct reg_db *db;
    reg_key key;
    uint32_t number;

    leave(s, AGE);
    assert_success(glance(s, &db));
    assert_success(reg_key_open(db, REG_HKLM, "Glance", &key));
    s->db = sample_open(s, REG_OPEN_WRITE);
    assert_success(sample_set_dword(s->db, key, "Port", 81));
    reg_db_close(s->db); /* merges the WAL */
    s->db = NULL;
    assert_false(reg_glance_holds(db));
    assert_int_equal(sample_get_dword(db, key, "Port", &number), ERROR_CANTREAD);
    reg_db_close(db);
    set_time(s, AGE);
    assert_success(glance(s, &db));
    assert_int_equal(port(db), 81);
    reg_db_close(db);
}

static void replaced_meanwhile(void **state)
{
    struct sample *s = *state;
    struct reg_db *db;

    leave(s, AGE);
    assert_success(glance(s, &db));
    assert_success(plat_file_remove(sample_file(s, "registry")));
    assert_false(reg_glance_holds(db));
    reg_db_close(db);
    assert_int_equal(glance(s, &db), ERROR_FILE_NOT_FOUND);
    assert_false(is_there(s, "registry"));
}

/* Volatile keys of before the system's start are to go first, which takes a writer. */
static void volatile_keys(void **state)
{
    struct sample *s = *state;
    struct reg_db *db;
    reg_key key;
    sqlite3 *sql;

    assert_success(reg_key_create(s->db, REG_HKLM, "Gone", REG_CREATE_VOLATILE, &key, NULL));
    leave(s, AGE);
    assert_success(glance(s, &db));
    assert_success(reg_key_open(db, REG_HKLM, "Gone", &key));
    reg_db_close(db);
    assert_int_equal(sqlite3_open(sample_file(s, "registry"), &sql), SQLITE_OK);
    assert_int_equal(sqlite3_exec(sql, "UPDATE meta SET value='another' WHERE name='boot'", NULL, NULL, NULL),
                     SQLITE_OK);
    assert_int_equal(sqlite3_close(sql), SQLITE_OK);
    set_time(s, AGE);
    assert_int_not_equal(glance(s, &db), ERROR_SUCCESS);
    assert_null(db);
    db = sample_open(s, REG_OPEN_READ);
    assert_int_equal(reg_key_open(db, REG_HKLM, "Gone", &key), ERROR_FILE_NOT_FOUND);
    reg_db_close(db);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(quiet, sample_setup, sample_teardown),
        cmocka_unit_test_setup_teardown(written_just_now, sample_setup, sample_teardown),
        cmocka_unit_test_setup_teardown(in_the_wal, sample_setup, sample_teardown),
        cmocka_unit_test_setup_teardown(changed_meanwhile, sample_setup, sample_teardown),
        cmocka_unit_test_setup_teardown(replaced_meanwhile, sample_setup, sample_teardown),
        cmocka_unit_test_setup_teardown(volatile_keys, sample_setup, sample_teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
