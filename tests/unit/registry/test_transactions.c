/* SPDX-License-Identifier: Apache-2.0 */
/* All or nothing, frozen views, and two handles on one registry. */
#include "sample.h"

#include "core/db.h"
#include "sqlite/statement.h"
#include "support/child.h"

#include "platform/clock.h"
#include "platform/limits.h"

#include <stdio.h>

static void commit_and_rollback(void **state)
{
    struct sample *s = *state;
    struct reg_db *other = sample_open(s, REG_OPEN_READ);
    reg_key key = sample_key(s, "t");
    uint64_t before = reg_generation(other);
    uint32_t number;

    assert_success(reg_begin(s->db));
    assert_success(sample_set_dword(s->db, key, "a", 1));
    assert_success(sample_get_dword(s->db, key, "a", &number)); /* its own changes are seen */
    assert_int_equal(sample_get_dword(other, key, "a", &number), ERROR_FILE_NOT_FOUND); /* by nobody else */
    assert_true(reg_generation(other) == before);
    assert_success(reg_commit(s->db));
    assert_true(reg_generation(other) == before + 1);
    assert_success(sample_get_dword(other, key, "a", &number));

    assert_success(reg_begin(s->db));
    assert_success(sample_set_dword(s->db, key, "a", 2));
    assert_success(reg_key_delete_tree(s->db, key));
    reg_rollback(s->db);
    assert_success(sample_get_dword(s->db, key, "a", &number));
    assert_int_equal(number, 1);
    assert_true(reg_generation(other) == before + 1);

    assert_success(reg_begin(s->db)); /* nothing changed: nothing to tell */
    assert_success(reg_commit(s->db));
    assert_true(reg_generation(other) == before + 1);
    reg_db_close(other);
}

static void no_nesting(void **state)
{
    struct sample *s = *state;
    reg_key key;

    assert_int_equal(reg_commit(s->db), ERROR_INVALID_FUNCTION);
    reg_rollback(s->db);
    assert_success(reg_begin(s->db));
    assert_int_equal(reg_begin(s->db), ERROR_INVALID_FUNCTION);
    assert_int_equal(reg_read_begin(s->db), ERROR_INVALID_FUNCTION);
    reg_rollback(s->db);
    assert_success(reg_read_begin(s->db));
    assert_int_equal(reg_begin(s->db), ERROR_INVALID_FUNCTION);
    assert_int_equal(reg_key_create(s->db, REG_HKLM, "x", 0, &key, NULL), ERROR_INVALID_FUNCTION);
    assert_int_equal(sample_set_dword(s->db, REG_HKLM, "x", 0), ERROR_INVALID_FUNCTION);
    assert_true(reg_db_message(s->db)[0]);
    reg_read_end(s->db);
    reg_read_end(s->db);
}

/* Closing in the middle keeps nothing. */
static void close_rolls_back(void **state)
{
    struct sample *s = *state;
    reg_key key;

    assert_success(reg_begin(s->db));
    sample_key(s, "lost");
    reg_db_close(s->db);
    s->db = sample_open(s, REG_OPEN_WRITE);
    assert_int_equal(reg_key_open(s->db, REG_HKLM, "lost", &key), ERROR_FILE_NOT_FOUND);
}

/* A refused change changes nothing and spoils nothing: the rest of the transaction is kept. */
static void refusals_spoil_nothing(void **state)
{
    struct sample *s = *state;
    reg_key key = sample_key(s, "t");
    reg_key other = sample_key(s, "u");

    assert_success(reg_begin(s->db));
    assert_success(sample_set_dword(s->db, key, "a", 1));
    assert_int_equal(sample_set_dword(s->db, key, "\xff", 1), ERROR_INVALID_NAME);
    assert_int_equal(reg_value_delete(s->db, key, "none"), ERROR_FILE_NOT_FOUND);
    assert_int_equal(reg_key_rename(s->db, other, "T"), ERROR_ALREADY_EXISTS);
    assert_int_equal(reg_key_delete_tree(s->db, REG_HKLM), ERROR_ACCESS_DENIED);
    assert_int_equal(sample_set_dword(s->db, 4711, "a", 1), ERROR_KEY_DELETED);
    assert_success(sample_set_dword(s->db, key, "b", 1));
    assert_success(reg_commit(s->db));
    assert_string_equal(sample_values(s, key), "a|b");
}

static void frozen_view(void **state)
{
    struct sample *s = *state;
    struct reg_db *reader = sample_open(s, REG_OPEN_READ);
    reg_key key = sample_key(s, "f");
    uint32_t number;

    assert_success(sample_set_dword(s->db, key, "a", 1));
    assert_success(reg_read_begin(reader)); /* from here on, not from the first reading on */
    assert_success(sample_set_dword(s->db, key, "a", 2));
    assert_success(sample_get_dword(reader, key, "a", &number));
    assert_int_equal(number, 1);
    assert_success(reg_key_delete_tree(s->db, key)); /* readers keep no writer out */
    assert_success(sample_get_dword(reader, key, "a", &number));
    assert_int_equal(number, 1);
    reg_read_end(reader);
    assert_int_equal(sample_get_dword(reader, key, "a", &number), ERROR_KEY_DELETED);
    reg_db_close(reader);
}

static void read_only_handle(void **state)
{
    struct sample *s = *state;
    struct reg_db *reader = sample_open(s, REG_OPEN_READ);
    reg_key key;

    assert_int_equal(reg_begin(reader), ERROR_ACCESS_DENIED);
    assert_int_equal(sample_set_dword(reader, REG_HKLM, "x", 1), ERROR_ACCESS_DENIED);
    assert_int_equal(reg_key_create(reader, REG_HKLM, "x", 0, &key, NULL), ERROR_ACCESS_DENIED);
    assert_int_equal(reg_key_create(reader, REG_HKLM, "", 0, &key, NULL), ERROR_SUCCESS); /* there already */
    reg_db_close(reader);
}

static void busy(void **state)
{
    struct sample *s = *state;
    struct reg_db *other = sample_open(s, REG_OPEN_WRITE);
    uint64_t start = plat_clock_monotonic_ms();
    uint32_t number;

    assert_success(reg_begin(other));
    assert_success(sample_set_dword(other, REG_HKLM, "a", 1));
    assert_int_equal(sample_set_dword(s->db, REG_HKLM, "a", 2), ERROR_BUSY);
    assert_true(plat_clock_monotonic_ms() - start >= LIMIT_REG_BUSY_MS - 1000);
    assert_int_equal(sample_get_dword(s->db, REG_HKLM, "a", &number),
                     ERROR_FILE_NOT_FOUND); /* readers do not wait */
    assert_success(reg_commit(other));
    assert_success(sample_set_dword(s->db, REG_HKLM, "a", 2));
    reg_db_close(other);
}

/* The file may not grow: as on a full disk. What failed half-way cannot be committed, and all of it is undone. */
static void disk_full(void **state)
{
    struct sample *s = *state;
    static char data[64 * 1024];
    struct reg_import_result result;
    reg_key key = sample_key(s, "t");

    assert_int_equal(sqlite3_exec(s->db->storage->db, "PRAGMA max_page_count=8", NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(reg_value_set(s->db, key, "big", REG_BINARY, data, sizeof data), ERROR_DISK_FULL);
    assert_true(reg_db_message(s->db)[0]);

    assert_success(reg_begin(s->db));
    assert_success(sample_set_dword(s->db, key, "a", 1));
    assert_int_equal(reg_value_set(s->db, key, "big", REG_BINARY, data, sizeof data), ERROR_DISK_FULL);
    assert_int_equal(sample_set_dword(s->db, key, "b", 1), ERROR_DISK_FULL); /* it is spoilt from here on */
    assert_int_equal(reg_commit(s->db), ERROR_DISK_FULL);
    assert_string_equal(sample_values(s, key), "");

    plat_buffer_clear(&s->text);
    plat_buffer_append_text(&s->text, "REGEDIT4\n[HKEY_LOCAL_MACHINE\\t]\n\"a\"=dword:1\n\"big\"=hex:00");
    for (size_t i = 0; i < sizeof data; i++)
        plat_buffer_append_text(&s->text, ",00");
    assert_int_equal(reg_import(s->db, plat_span_of(s->text.data, s->text.size), NULL, &result),
                     ERROR_DISK_FULL);
    assert_string_equal(sample_values(s, key), "");

    assert_int_equal(sqlite3_exec(s->db->storage->db, "PRAGMA max_page_count=100000", NULL, NULL, NULL),
                     SQLITE_OK);
    assert_success(reg_value_set(s->db, key, "big", REG_BINARY, data, sizeof data)); /* there is room again */
}

enum { WRITERS = 3, ROUNDS = 40 };

/* Adds 1 to a counter, ROUNDS times, each in a transaction. */
static int count_up(void *context)
{
    struct reg_db *db;
    reg_key key;
    uint32_t number;

    if (reg_db_open(context, REG_OPEN_WRITE, &db, NULL) != ERROR_SUCCESS)
        return 1;
    for (int i = 0; i < ROUNDS; i++) {
        if (reg_begin(db) != ERROR_SUCCESS || reg_key_open(db, REG_HKLM, "counter", &key) != ERROR_SUCCESS)
            return 2;
        if (sample_get_dword(db, key, "n", &number) != ERROR_SUCCESS ||
            sample_set_dword(db, key, "n", number + 1) != ERROR_SUCCESS)
            return 3;
        if (reg_commit(db) != ERROR_SUCCESS)
            return 4;
    }
    reg_db_close(db);
    return 0;
}

static void no_lost_update(void **state)
{
    struct sample *s = *state;
    reg_key key = sample_key(s, "counter");
    char path[LIMIT_PATH_SIZE];
    int children[WRITERS];
    uint64_t before;
    uint32_t number;

    assert_success(sample_set_dword(s->db, key, "n", 0));
    before = reg_generation(s->db);
    snprintf(path, sizeof path, "%s", sample_file(s, "registry"));
    for (int i = 0; i < WRITERS; i++)
        children[i] = child_start(count_up, path);
    for (int i = 0; i < WRITERS; i++)
        assert_int_equal(child_wait(children[i]), 0);
    assert_success(sample_get_dword(s->db, key, "n", &number));
    assert_int_equal(number, WRITERS * ROUNDS);
    assert_true(reg_generation(s->db) == before + WRITERS * ROUNDS); /* one ring each */
}

/* Everybody finds no file and makes it: one does, the others find it made. */
static int make_together(void *context)
{
    struct plat_buffer message;
    struct reg_db *db;
    reg_key key;
    win_error error;

    plat_buffer_init(&message, 1000);
    error = reg_db_open(context, REG_OPEN_CREATE, &db, &message);
    if (error)
        fprintf(stderr, "%s\n", plat_buffer_text(&message));
    plat_buffer_free(&message);
    if (error)
        return 1;
    error = reg_key_create(db, REG_HKLM, "made\\together", 0, &key, NULL);
    reg_db_close(db);
    return error ? 2 : 0;
}

static void made_by_several(void **state)
{
    struct sample *s = *state;

    for (int round = 0; round < 5; round++) {
        char path[LIMIT_PATH_SIZE];
        char name[32];
        int children[4];
        struct reg_db *db;
        reg_key key;

        snprintf(name, sizeof name, "new-%d", round);
        snprintf(path, sizeof path, "%s", sample_file(s, name));
        for (size_t i = 0; i < ELEMENTS(children); i++)
            children[i] = child_start(make_together, path);
        for (size_t i = 0; i < ELEMENTS(children); i++)
            assert_int_equal(child_wait(children[i]), 0);
        assert_success(reg_db_open(path, REG_OPEN_READ, &db, NULL));
        assert_success(reg_key_open(db, REG_HKLM, "made\\together", &key));
        reg_db_close(db);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(commit_and_rollback, sample_setup, sample_teardown),
        cmocka_unit_test_setup_teardown(no_nesting, sample_setup, sample_teardown),
        cmocka_unit_test_setup_teardown(close_rolls_back, sample_setup, sample_teardown),
        cmocka_unit_test_setup_teardown(refusals_spoil_nothing, sample_setup, sample_teardown),
        cmocka_unit_test_setup_teardown(frozen_view, sample_setup, sample_teardown),
        cmocka_unit_test_setup_teardown(read_only_handle, sample_setup, sample_teardown),
        cmocka_unit_test_setup_teardown(busy, sample_setup, sample_teardown),
        cmocka_unit_test_setup_teardown(disk_full, sample_setup, sample_teardown),
        cmocka_unit_test_setup_teardown(no_lost_update, sample_setup, sample_teardown),
        cmocka_unit_test_setup_teardown(made_by_several, sample_setup, sample_teardown),
    };

    return cmocka_run_group_tests_name("registry.transactions", tests, NULL, NULL);
}
