/* SPDX-License-Identifier: Apache-2.0 */
/* Keys and values by number, and copies of them. */
#include "sample.h"

#include "platform/limits.h"

#include <sqlite3.h>

#include <stdio.h>
#include <string.h>

static const char *key_at(struct sample *s, reg_key key, uint32_t index)
{
    reg_key child = REG_KEY_NONE;
    win_error error = reg_key_at(s->db, key, index, &child, &s->text);

    if (error == ERROR_NO_MORE_ITEMS)
        return "-";
    assert_success(error);
    assert_true(child != REG_KEY_NONE);
    return plat_buffer_text(&s->text);
}

static const char *value_at(struct sample *s, reg_key key, uint32_t index)
{
    win_error error = reg_value_at(s->db, key, index, &s->text, NULL, NULL);

    if (error == ERROR_NO_MORE_ITEMS)
        return "-";
    assert_success(error);
    return plat_buffer_text(&s->text);
}

static void keys(void **state)
{
    struct sample *s = *state;
    static const char *const names[] = {"a", "B", "c", "_"};
    reg_key key = sample_key(s, "top");
    reg_key other = sample_key(s, "other");

    assert_string_equal(key_at(s, key, 0), "-");
    for (size_t i = ELEMENTS(names); i > 0; i--)
        assert_success(reg_key_create(s->db, key, names[i - 1], 0, &other, NULL));
    for (uint32_t i = 0; i < ELEMENTS(names); i++) {
        assert_string_equal(key_at(s, key, i), names[i]);
        assert_string_equal(key_at(s, key, i), names[i]); /* once more, as after ERROR_MORE_DATA */
        key_at(s, REG_HKLM, 0);                           /* another key in between */
    }
    assert_string_equal(key_at(s, key, 4), "-");
    assert_string_equal(key_at(s, key, 4000000000U), "-");
    for (uint32_t i = ELEMENTS(names); i > 0; i--)
        assert_string_equal(key_at(s, key, i - 1), names[i - 1]);
    assert_string_equal(key_at(s, key, 1), "B");
    assert_success(reg_key_create(s->db, key, "AA", 0, &other, NULL)); /* numbers are those of now */
    assert_string_equal(key_at(s, key, 2), "B");
    assert_string_equal(key_at(s, key, 3), "c");
    while (strcmp(key_at(s, key, 0), "-") != 0) { /* deleting the first until there is none */
        assert_success(reg_key_at(s->db, key, 0, &other, &s->text));
        assert_success(reg_key_delete(s->db, other));
    }
    assert_success(reg_key_delete(s->db, key));
    assert_int_equal(reg_key_at(s->db, key, 0, &other, &s->text), ERROR_KEY_DELETED);
    assert_int_equal(reg_value_at(s->db, key, 0, &s->text, NULL, NULL), ERROR_KEY_DELETED);
}

/* "a|b|c": one number after the other. */
static void expect_all(struct sample *s, reg_key key, const char *keys, const char *values)
{
    char found[64];
    const char *name;
    size_t size = 0;

    for (uint32_t i = 0; strcmp(name = key_at(s, key, i), "-") != 0; i++)
        size += (size_t)snprintf(found + size, sizeof found - size, "%s%s", i ? "|" : "", name);
    assert_string_equal(size ? found : "", keys);
    size = 0;
    for (uint32_t i = 0; strcmp(name = value_at(s, key, i), "-") != 0; i++)
        size += (size_t)snprintf(found + size, sizeof found - size, "%s%s", i ? "|" : "", name);
    assert_string_equal(size ? found : "", values);
}

static reg_key three_of_each(struct sample *s)
{
    static const char *const names[] = {"a", "b", "c"};
    reg_key key = sample_key(s, "three");
    reg_key child;

    for (size_t i = 0; i < ELEMENTS(names); i++) {
        assert_success(reg_key_create(s->db, key, names[i], 0, &child, NULL));
        assert_success(sample_set_dword(s->db, key, names[i], 1));
    }
    return key;
}

/* What was numbered in a transaction that came to nothing. */
static void rolled_back(void **state)
{
    struct sample *s = *state;
    reg_key key = three_of_each(s);
    reg_key child;

    assert_success(reg_begin(s->db));
    assert_success(reg_value_delete(s->db, key, "a"));
    assert_success(reg_key_open(s->db, key, "a", &child));
    assert_success(reg_key_delete(s->db, child));
    assert_string_equal(key_at(s, key, 0), "b");
    assert_string_equal(value_at(s, key, 0), "b");
    reg_rollback(s->db);
    assert_string_equal(key_at(s, key, 1), "b");
    expect_all(s, key, "a|b|c", "a|b|c");
}

/* What was numbered in a view that was older than the bell. */
static void old_view(void **state)
{
    struct sample *s = *state;
    reg_key key = three_of_each(s);
    struct reg_db *other = sample_open(s, REG_OPEN_WRITE);
    reg_key child;

    assert_success(reg_read_begin(s->db));
    assert_success(reg_value_delete(other, key, "a"));
    assert_success(sample_set_dword(other, key, "d", 1));
    assert_success(reg_key_open(other, key, "a", &child));
    assert_success(reg_key_delete(other, child));
    expect_all(s, key, "a|b|c", "a|b|c");
    assert_string_equal(key_at(s, key, 0), "a");
    assert_string_equal(value_at(s, key, 0), "a");
    reg_read_end(s->db);
    assert_string_equal(key_at(s, key, 1), "c");
    assert_string_equal(value_at(s, key, 1), "c");
    expect_all(s, key, "b|c", "b|c|d");
    reg_db_close(other);
}

/* Another program, that rings no bell. */
static void no_ring(void **state)
{
    struct sample *s = *state;
    reg_key key = three_of_each(s);
    sqlite3 *db;

    assert_string_equal(key_at(s, key, 0), "a");
    assert_string_equal(value_at(s, key, 0), "a");
    assert_int_equal(sqlite3_open(sample_file(s, "registry"), &db), SQLITE_OK);
    assert_int_equal(
        sqlite3_exec(db, "DELETE FROM val WHERE fold='A'; DELETE FROM key WHERE fold='A'", NULL, NULL, NULL),
        SQLITE_OK);
    sqlite3_close(db);
    assert_string_equal(key_at(s, key, 1), "c");
    assert_string_equal(value_at(s, key, 1), "c");
    expect_all(s, key, "b|c", "b|c");
}

/* More than are kept of one sorting. */
static void many_values(void **state)
{
    enum { COUNT = 3000 };
    struct sample *s = *state;
    reg_key key = sample_key(s, "top");
    char name[40];

    assert_success(reg_begin(s->db));
    for (uint32_t i = 0; i < COUNT; i++) {
        snprintf(name, sizeof name, "value %u", (i * 7919U) % COUNT);
        assert_success(sample_set_dword(s->db, key, name, i));
    }
    assert_success(reg_commit(s->db));
    for (uint32_t i = 0; i < COUNT; i++) {
        snprintf(name, sizeof name, "value %u", (i * 7919U) % COUNT);
        assert_string_equal(value_at(s, key, i), name);
    }
    assert_string_equal(value_at(s, key, COUNT), "-");
    for (uint32_t i = 0; i < COUNT; i += 1 + i % 500) { /* here and there */
        uint32_t index = (i * 31U) % COUNT;

        snprintf(name, sizeof name, "value %u", (index * 7919U) % COUNT);
        assert_string_equal(value_at(s, key, index), name);
    }
    assert_string_equal(value_at(s, key, 0), "value 0");
    assert_success(reg_value_delete(s->db, key, "value 0"));
    snprintf(name, sizeof name, "value %u", 7919U % COUNT);
    assert_string_equal(value_at(s, key, 0), name);
}

static void value_data(void **state)
{
    struct sample *s = *state;
    reg_key key = sample_key(s, "top");
    struct plat_buffer data;
    uint32_t type;

    plat_buffer_init(&data, LIMIT_REG_DATA);
    assert_success(reg_value_set(s->db, key, "", 77, "abc", 3));
    assert_success(reg_value_set(s->db, key, "empty", REG_NONE, NULL, 0));
    assert_success(reg_value_at(s->db, key, 0, &s->text, &type, &data));
    assert_int_equal(s->text.size, 0);
    assert_int_equal(type, 77);
    assert_int_equal(data.size, 3);
    assert_success(reg_value_at(s->db, key, 1, &s->text, &type, &data));
    assert_int_equal(data.size, 0); /* replaced, not appended to */
    assert_int_equal(reg_value_at(s->db, key, 2, &s->text, &type, &data), ERROR_NO_MORE_ITEMS);
    plat_buffer_free(&data);
}

/* ---- copies ---- */

static void plant(struct sample *s)
{
    reg_key key;

    assert_success(reg_value_set(s->db, sample_key(s, "from"), "second", REG_BINARY, "2", 1));
    assert_success(reg_value_set(s->db, sample_key(s, "from"), "First", 99, "1", 1));
    assert_success(reg_value_set(s->db, sample_key(s, "from\\Sub\\deep"), "", REG_NONE, NULL, 0));
    assert_success(reg_key_create(s->db, sample_key(s, "from"), "secret", REG_CREATE_PROTECTED, &key, NULL));
    assert_success(reg_key_set_class(s->db, key, "soft"));
    assert_success(sample_set_dword(s->db, sample_key(s, "to"), "FIRST", 1));
    assert_success(sample_set_dword(s->db, sample_key(s, "to\\sub"), "stays", 1));
}

static void copies(void **state)
{
    struct sample *s = *state;
    struct reg_key_info info;
    reg_key to;
    reg_key key;

    plant(s);
    to = sample_key(s, "to");
    assert_success(reg_key_copy(s->db, sample_key(s, "from"), s->db, to, true));
    assert_string_equal(sample_values(s, to), "FIRST|second"); /* what is there keeps its place and name */
    assert_string_equal(sample_value(s, to, "first"), "63:31");
    assert_string_equal(sample_keys(s, to), "secret|sub");
    assert_string_equal(sample_value(s, sample_key(s, "to\\sub"), "stays"), "4:01000000");
    assert_string_equal(sample_value(s, sample_key(s, "to\\sub\\deep"), ""), "0:");
    assert_success(reg_key_open(s->db, to, "secret", &key));
    assert_success(reg_key_info_of(s->db, key, &info));
    assert_true(info.is_protected);
    plat_buffer_clear(&s->text);
    assert_success(reg_key_class(s->db, key, &s->text));
    assert_string_equal(plat_buffer_text(&s->text), "soft");

    key = sample_key(s, "flat");
    assert_success(reg_key_copy(s->db, sample_key(s, "from"), s->db, key, false));
    assert_string_equal(sample_keys(s, key), "");
    assert_string_equal(sample_values(s, key), "second|First");
}

/* What comes out of a protected key is so, too, wherever it goes. */
static void copies_of_secrets(void **state)
{
    static const struct {
        const char *from, *to;
        bool is_protected; /* `to`, afterwards */
    } rows[] = {
        {"users", "a", true},
        {"users\\joe", "b", true},
        {"users\\joe\\deep", "c", true},
        {"users\\joe", "users\\ann", false}, /* lies in one */
        {"users\\joe", "there", true},
        {"from", "d", false},
    };
    struct sample *s = *state;
    reg_key key;

    plant(s);
    assert_success(reg_key_create(s->db, REG_HKLM, "users", REG_CREATE_PROTECTED, &key, NULL));
    assert_success(sample_set_dword(s->db, sample_key(s, "users\\joe"), "hash", 1));
    assert_success(sample_set_dword(s->db, sample_key(s, "users\\joe\\deep"), "hash", 1));
    (void)sample_key(s, "there");
    for (size_t i = 0; i < ELEMENTS(rows); i++) {
        struct reg_key_info info;

        key = sample_key(s, rows[i].to);
        assert_success(reg_key_copy(s->db, sample_key(s, rows[i].from), s->db, key, true));
        assert_success(reg_key_info_of(s->db, key, &info));
        if (info.is_protected != rows[i].is_protected)
            fail_msg("%s to %s", rows[i].from, rows[i].to);
    }
}

/* Copies go where there is still something to be copied. */
static void copies_upwards(void **state)
{
    struct sample *s = *state;

    assert_success(sample_set_dword(s->db, sample_key(s, "A\\B"), "v", 1));
    assert_success(sample_set_dword(s->db, sample_key(s, "A\\B\\B\\C"), "v", 2));
    assert_success(reg_key_copy(s->db, sample_key(s, "A\\B"), s->db, sample_key(s, "A"), true));
    assert_string_equal(sample_keys(s, sample_key(s, "A")), "B");
    assert_string_equal(sample_value(s, sample_key(s, "A"), "v"), "4:01000000");
    assert_string_equal(sample_keys(s, sample_key(s, "A\\B")), "B|C");
    assert_string_equal(sample_keys(s, sample_key(s, "A\\B\\B")), "C");
    assert_string_equal(sample_value(s, sample_key(s, "A\\B\\C"), "v"), "4:02000000");

    /* D\E\E\Y goes to D\E\Y, which goes to D\Y as it was. */
    assert_success(sample_set_dword(s->db, sample_key(s, "D\\E\\E\\Y"), "v", 3));
    assert_success(sample_set_dword(s->db, sample_key(s, "D\\E\\Y"), "v", 4));
    assert_success(reg_key_copy(s->db, sample_key(s, "D\\E"), s->db, sample_key(s, "D"), true));
    assert_string_equal(sample_value(s, sample_key(s, "D\\Y"), "v"), "4:04000000");
    assert_string_equal(sample_value(s, sample_key(s, "D\\E\\Y"), "v"), "4:03000000");
    assert_string_equal(sample_keys(s, sample_key(s, "D")), "E|Y");
    assert_string_equal(sample_keys(s, sample_key(s, "D\\Y")), "");
}

static void not_into_itself(void **state)
{
    struct sample *s = *state;
    reg_key key = sample_key(s, "a\\b");
    reg_key deep = sample_key(s, "a\\b\\c\\d");

    assert_int_equal(reg_key_copy(s->db, key, s->db, key, true), ERROR_INVALID_PARAMETER);
    assert_int_equal(reg_key_copy(s->db, key, s->db, deep, true), ERROR_INVALID_PARAMETER);
    assert_int_equal(reg_key_copy(s->db, REG_HKLM, s->db, deep, true), ERROR_INVALID_PARAMETER);
    assert_success(reg_key_copy(s->db, deep, s->db, key, true));
    assert_int_equal(reg_key_copy(s->db, 4711, s->db, key, true), ERROR_KEY_DELETED);
    assert_int_equal(reg_key_copy(s->db, key, s->db, 4711, true), ERROR_KEY_DELETED);
    assert_string_equal(sample_keys(s, key), "c");
}

/* From one file to another; and many values, more than are copied at once. */
static void between_files(void **state)
{
    struct sample *s = *state;
    reg_key key = sample_key(s, "many");
    struct reg_db *other;
    struct reg_db *mine = s->db;
    reg_key target;
    char name[120];

    assert_success(reg_begin(s->db));
    for (uint32_t i = 0; i < 500; i++) {
        snprintf(name, sizeof name, "%100u", (i * 7919U) % 500U);
        assert_success(sample_set_dword(s->db, key, name, i));
    }
    assert_success(reg_commit(s->db));
    assert_success(reg_db_open(sample_file(s, "other"), REG_OPEN_CREATE, &other, NULL));
    assert_success(reg_key_create(other, REG_HKCU, "x", 0, &target, NULL));
    assert_success(reg_key_copy(mine, REG_HKLM, other, target, true));
    assert_success(reg_key_open(other, target, "many", &target));
    s->db = other;
    for (uint32_t i = 0; i < 500; i++) {
        snprintf(name, sizeof name, "%100u", (i * 7919U) % 500U);
        assert_string_equal(value_at(s, target, i), name);
    }
    assert_string_equal(value_at(s, target, 500), "-");
    s->db = mine;
    reg_db_close(other);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(keys, sample_setup, sample_teardown),
        cmocka_unit_test_setup_teardown(rolled_back, sample_setup, sample_teardown),
        cmocka_unit_test_setup_teardown(old_view, sample_setup, sample_teardown),
        cmocka_unit_test_setup_teardown(no_ring, sample_setup, sample_teardown),
        cmocka_unit_test_setup_teardown(many_values, sample_setup, sample_teardown),
        cmocka_unit_test_setup_teardown(value_data, sample_setup, sample_teardown),
        cmocka_unit_test_setup_teardown(copies, sample_setup, sample_teardown),
        cmocka_unit_test_setup_teardown(copies_of_secrets, sample_setup, sample_teardown),
        cmocka_unit_test_setup_teardown(copies_upwards, sample_setup, sample_teardown),
        cmocka_unit_test_setup_teardown(not_into_itself, sample_setup, sample_teardown),
        cmocka_unit_test_setup_teardown(between_files, sample_setup, sample_teardown),
    };

    return cmocka_run_group_tests_name("registry.places", tests, NULL, NULL);
}
