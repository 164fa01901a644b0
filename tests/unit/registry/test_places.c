/* SPDX-License-Identifier: Apache-2.0 */
/* Keys and values by number, and copies of them. */
#include "sample.h"

#include "platform/limits.h"

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
        assert_success(reg_set_dword(s->db, key, name, i));
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
    assert_success(reg_set_dword(s->db, sample_key(s, "to"), "FIRST", 1));
    assert_success(reg_set_dword(s->db, sample_key(s, "to\\sub"), "stays", 1));
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
        assert_success(reg_set_dword(s->db, key, name, i));
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
        cmocka_unit_test_setup_teardown(many_values, sample_setup, sample_teardown),
        cmocka_unit_test_setup_teardown(value_data, sample_setup, sample_teardown),
        cmocka_unit_test_setup_teardown(copies, sample_setup, sample_teardown),
        cmocka_unit_test_setup_teardown(not_into_itself, sample_setup, sample_teardown),
        cmocka_unit_test_setup_teardown(between_files, sample_setup, sample_teardown),
    };

    return cmocka_run_group_tests_name("registry.places", tests, NULL, NULL);
}
