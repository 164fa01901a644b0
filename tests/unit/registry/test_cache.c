/* SPDX-License-Identifier: Apache-2.0 */
/* What is remembered of the file is never older than the bell. */
#include "sample.h"

#include "support/child.h"

#include "core/cache.h"

#include "platform/fake.h"
#include "platform/limits.h"

#include <sqlite3.h>

#include <stdio.h>

/* Reads until the handle remembers. */
static void warm(struct sample *s, reg_key key)
{
    uint32_t number;
    reg_key found;

    for (unsigned i = 0; i < CACHE_READS + 2U; i++) {
        assert_success(reg_key_open(s->db, REG_HKLM, "a\\b", &found));
        assert_success(sample_get_dword(s->db, key, "v", &number));
    }
    assert_int_equal(found, key);
    assert_non_null(s->db->cache);
}

static uint32_t number_of(struct sample *s, reg_key key)
{
    uint32_t number = 0;

    assert_success(sample_get_dword(s->db, key, "v", &number));
    return number;
}

static reg_key prepare(struct sample *s)
{
    reg_key key = sample_key(s, "a\\b");

    assert_success(sample_set_dword(s->db, key, "v", 1));
    warm(s, key);
    return key;
}

static void set_directly(struct sample *s, const char *statement)
{
    sqlite3 *db;

    assert_int_equal(sqlite3_open(sample_file(s, "registry"), &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, statement, NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(db);
}

/* It does remember: who writes without ringing is not noticed at once, but soon. */
static void no_ring(void **state)
{
    struct sample *s = *state;
    reg_key key = prepare(s);

    set_directly(s, "UPDATE val SET data=x'09000000' WHERE name='v'");
    assert_int_equal(number_of(s, key), 1);
    plat_fake_clock_advance_ms(LIMIT_REG_LOOK_MS);
    assert_int_equal(number_of(s, key), 9);
    set_directly(s, "UPDATE val SET data=x'0a000000' WHERE name='v'");
    assert_int_equal(number_of(s, key), 9);
    plat_fake_clock_advance_ms(LIMIT_REG_LOOK_MS);
    assert_int_equal(number_of(s, key), 10);
}

/* Whatever is done through this handle or another is seen by the very next reading. */
static void rung(void **state)
{
    struct sample *s = *state;
    reg_key key = prepare(s);
    struct reg_db *other = sample_open(s, REG_OPEN_WRITE);
    reg_key found;
    uint32_t number;

    for (uint32_t i = 2; i < 20; i++) {
        assert_success(sample_set_dword(i % 2 ? other : s->db, key, "V", i));
        assert_int_equal(number_of(s, key), i);
        assert_int_equal(number_of(s, key), i);
    }
    assert_success(reg_key_rename(other, key, "c"));
    assert_int_equal(reg_key_open(s->db, REG_HKLM, "a\\b", &found), ERROR_FILE_NOT_FOUND);
    assert_success(reg_key_open(s->db, REG_HKLM, "a\\c", &found));
    assert_success(reg_key_create(other, REG_HKLM, "a\\b", 0, &found, NULL));
    assert_success(reg_key_open(s->db, REG_HKLM, "a\\b", &found));
    assert_int_not_equal(found, key);
    assert_success(reg_value_delete(other, key, "v"));
    assert_int_equal(sample_get_dword(s->db, key, "v", &number), ERROR_FILE_NOT_FOUND);
    assert_success(reg_key_delete_tree(other, key));
    assert_int_equal(sample_get_dword(s->db, key, "v", &number), ERROR_KEY_DELETED);
    assert_int_equal(reg_key_open(s->db, REG_HKLM, "a\\c", &found), ERROR_FILE_NOT_FOUND);
    reg_db_close(other);
}

/* A registry under another name is the same registry, with the same bell. */
static void by_a_link(void **state)
{
    struct sample *s = *state;
    struct reg_db *other;
    reg_key key;

    child_make_link("registry", sample_file(s, "link"));
    reg_db_close(s->db);
    assert_success(reg_db_open(sample_file(s, "link"), REG_OPEN_WRITE, &s->db, NULL));
    key = prepare(s);
    other = sample_open(s, REG_OPEN_WRITE);
    for (uint32_t i = 2; i < 20; i++) {
        assert_success(sample_set_dword(other, key, "v", i));
        assert_int_equal(number_of(s, key), i);
    }
    reg_db_close(other);
}

static void transactions(void **state)
{
    struct sample *s = *state;
    reg_key key = prepare(s);
    struct reg_db *other = sample_open(s, REG_OPEN_WRITE);

    assert_success(reg_begin(s->db)); /* its own changes are seen, and forgotten with it */
    assert_success(sample_set_dword(s->db, key, "v", 5));
    assert_int_equal(number_of(s, key), 5);
    reg_rollback(s->db);
    assert_int_equal(number_of(s, key), 1);
    assert_success(reg_read_begin(s->db)); /* a frozen view shows the file as it was, not what is remembered */
    assert_success(sample_set_dword(other, key, "v", 6));
    assert_int_equal(number_of(s, key), 1);
    reg_read_end(s->db);
    assert_int_equal(number_of(s, key), 6);
    reg_db_close(other);
}

/* Full, it begins anew; large values are not kept. */
static void bounded(void **state)
{
    struct sample *s = *state;
    static uint8_t large[LIMIT_REG_CACHE_DATA + 1];
    reg_key key = prepare(s);
    char name[40];
    uint32_t number;

    assert_success(reg_begin(s->db));
    for (uint32_t i = 0; i < 2000; i++) {
        snprintf(name, sizeof name, "number %u", i);
        assert_success(sample_set_dword(s->db, key, name, i));
    }
    assert_success(reg_value_set(s->db, key, "large", REG_BINARY, large, sizeof large));
    assert_success(reg_commit(s->db));
    for (unsigned round = 0; round < 3; round++) {
        for (uint32_t i = 0; i < 2000; i++) {
            snprintf(name, sizeof name, "number %u", i);
            assert_success(sample_get_dword(s->db, key, name, &number));
            assert_int_equal(number, i);
        }
        plat_buffer_clear(&s->text);
        assert_success(reg_value_get(s->db, key, "large", NULL, &s->text));
        assert_int_equal(s->text.size, sizeof large);
    }
    assert_int_equal(number_of(s, key), 1);
}

/* Paths that differ only in how they are written; what is appended stays appended. */
static void spellings(void **state)
{
    static const char *const paths[] = {"a\\b", "A\\B", "a\\b\\", "a\\\\b", "a\\B\\\\"};
    struct sample *s = *state;
    reg_key key = prepare(s);
    reg_key top = sample_key(s, "a");
    reg_key found;

    warm(s, key);
    for (size_t i = 0; i < 3 * ELEMENTS(paths); i++) {
        assert_success(reg_key_open(s->db, REG_HKLM, paths[i % ELEMENTS(paths)], &found));
        assert_int_equal(found, key);
        assert_success(reg_key_open(s->db, REG_HKLM, "a", &found));
        assert_int_equal(found, top);
        assert_success(reg_key_open(s->db, REG_HKLM, "a\\", &found));
        assert_int_equal(found, top);
        assert_success(reg_key_open(s->db, top, "b", &found));
        assert_int_equal(found, key);
        assert_success(reg_key_open(s->db, key, "", &found));
        assert_int_equal(found, key);
    }
    plat_buffer_clear(&s->text);
    assert_success(reg_value_get(s->db, key, "v", NULL, &s->text));
    assert_success(reg_value_get(s->db, key, "V", NULL, &s->text));
    assert_success(reg_value_get(s->db, key, "v", NULL, &s->text));
    assert_int_equal(s->text.size, 12);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(no_ring, sample_setup, sample_teardown),
        cmocka_unit_test_setup_teardown(rung, sample_setup, sample_teardown),
        cmocka_unit_test_setup_teardown(by_a_link, sample_setup, sample_teardown),
        cmocka_unit_test_setup_teardown(transactions, sample_setup, sample_teardown),
        cmocka_unit_test_setup_teardown(bounded, sample_setup, sample_teardown),
        cmocka_unit_test_setup_teardown(spellings, sample_setup, sample_teardown),
    };

    return cmocka_run_group_tests_name("registry.cache", tests, NULL, NULL);
}
