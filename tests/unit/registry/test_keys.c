/* SPDX-License-Identifier: Apache-2.0 */
/* Keys: paths, creation, deletion, renaming, ids that never come back. */
#include "sample.h"

#include "platform/fake.h"
#include "platform/limits.h"

#include <string.h>

static void roots_and_paths(void **state)
{
    static const struct {
        const char *path;
        win_error error;
        reg_key root;
        const char *rest;
    } rows[] = {
        {"HKLM\\COMM\\HTTPD", ERROR_SUCCESS, REG_HKLM, "COMM\\HTTPD"},
        {"hkey_local_machine\\COMM", ERROR_SUCCESS, REG_HKLM, "COMM"},
        {"HKCU", ERROR_SUCCESS, REG_HKCU, ""},
        {"hkcr\\", ERROR_SUCCESS, REG_HKCR, ""},
        {"HKEY_CLASSES_ROOT", ERROR_SUCCESS, REG_HKCR, ""},
        {"HKU\\x\\", ERROR_SUCCESS, REG_HKU, "x\\"},
        {"HKEY_USERS\\/a/b", ERROR_SUCCESS, REG_HKU, "/a/b"},
        {"HKEY_CURRENT_USER\\\\x", ERROR_BAD_PATHNAME, 0, NULL},
        {"HKCC\\x", ERROR_BADKEY, 0, NULL},
        {"HKLMX", ERROR_BADKEY, 0, NULL},
        {"HKL", ERROR_BADKEY, 0, NULL},
        {"HKLM/COMM", ERROR_BADKEY, 0, NULL},
        {"\\HKLM", ERROR_BADKEY, 0, NULL},
        {" HKLM", ERROR_BADKEY, 0, NULL},
        {"", ERROR_BADKEY, 0, NULL},
    };

    (void)state;
    for (size_t i = 0; i < ELEMENTS(rows); i++) {
        reg_key root = 0;
        const char *rest = NULL;

        assert_int_equal(reg_path_split(rows[i].path, &root, &rest), rows[i].error);
        if (rows[i].error)
            continue;
        assert_int_equal(root, rows[i].root);
        assert_string_equal(rest, rows[i].rest);
    }
    assert_string_equal(reg_root_name(REG_HKLM), "HKEY_LOCAL_MACHINE");
    assert_null(reg_root_name(REG_KEY_NONE));
    assert_null(reg_root_name(5));
}

static void create_and_open(void **state)
{
    static const struct {
        const char *path;
        win_error error;
    } rows[] = {
        {"a\\b\\c", ERROR_SUCCESS},         {"A\\B\\C", ERROR_SUCCESS},
        {"a\\b\\c\\", ERROR_SUCCESS}, /* trailing and doubled backslashes, as Windows takes them */
        {"a\\\\b\\\\c\\\\", ERROR_SUCCESS}, {"a\\b\\d", ERROR_FILE_NOT_FOUND},
        {"x", ERROR_FILE_NOT_FOUND},        {"\\a", ERROR_BAD_PATHNAME},
    };
    struct sample *s = *state;
    struct plat_buffer path;
    reg_key made, found;
    bool created;

    assert_success(reg_key_create(s->db, REG_HKLM, "a\\b\\c", 0, &made, &created));
    assert_true(created);
    assert_success(reg_key_create(s->db, REG_HKLM, "a\\b\\c", 0, &found, &created));
    assert_false(created);
    assert_int_equal(found, made);
    for (size_t i = 0; i < ELEMENTS(rows); i++) {
        found = REG_KEY_NONE;
        assert_int_equal(reg_key_open(s->db, REG_HKLM, rows[i].path, &found), rows[i].error);
        assert_int_equal(found, rows[i].error ? REG_KEY_NONE : made);
    }
    assert_success(reg_key_open(s->db, made, "", &found));
    assert_int_equal(found, made);
    assert_success(reg_key_open(s->db, REG_HKU, "", &found));
    assert_int_equal(found, REG_HKU);
    assert_int_equal(reg_key_open(s->db, REG_KEY_NONE, "HKEY_USERS", &found), ERROR_INVALID_HANDLE);
    assert_int_equal(reg_key_open(s->db, 4711, "x", &found), ERROR_KEY_DELETED);
    assert_int_equal(reg_key_create(s->db, 4711, "x", 0, &found, NULL), ERROR_KEY_DELETED);
    assert_int_equal(reg_key_create(s->db, REG_HKLM, "\\x", 0, &found, NULL), ERROR_BAD_PATHNAME);

    plat_buffer_init(&path, LIMIT_REG_PATH);
    assert_success(reg_key_path(s->db, made, &path));
    assert_string_equal(plat_buffer_text(&path), "HKEY_LOCAL_MACHINE\\a\\b\\c");
    plat_buffer_free(&path);
}

/* A name refused in the middle leaves nothing of the path behind. */
static void create_all_or_nothing(void **state)
{
    struct sample *s = *state;
    reg_key key;

    assert_int_equal(reg_key_create(s->db, REG_HKLM, "new\\\xff\\x", 0, &key, NULL), ERROR_INVALID_PARAMETER);
    assert_int_equal(reg_key_open(s->db, REG_HKLM, "new", &key), ERROR_FILE_NOT_FOUND);
}

static void stale_keys(void **state)
{
    struct sample *s = *state;
    reg_key parent = sample_key(s, "p");
    reg_key old = sample_key(s, "p\\q");
    reg_key below = sample_key(s, "p\\q\\r\\s");
    struct reg_key_info info;
    struct plat_buffer data;
    reg_key now;
    uint32_t number;

    assert_success(sample_set_dword(s->db, below, "v", 1));
    assert_success(reg_key_delete_tree(s->db, old));
    now = sample_key(s, "p\\q\\r\\s");
    assert_true(now > below); /* never the same number again */
    plat_buffer_init(&data, 100);
    for (int i = 0; i < 2; i++) {
        reg_key key = i ? below : old;

        assert_int_equal(sample_get_dword(s->db, key, "v", &number), ERROR_KEY_DELETED);
        assert_int_equal(sample_set_dword(s->db, key, "v", 2), ERROR_KEY_DELETED);
        assert_int_equal(reg_value_delete(s->db, key, "v"), ERROR_KEY_DELETED);
        assert_int_equal(reg_key_open(s->db, key, "", &now), ERROR_KEY_DELETED);
        assert_int_equal(reg_key_open(s->db, key, "x", &now), ERROR_KEY_DELETED);
        assert_int_equal(reg_key_create(s->db, key, "x", 0, &now, NULL), ERROR_KEY_DELETED);
        assert_int_equal(reg_key_rename(s->db, key, "x"), ERROR_KEY_DELETED);
        assert_int_equal(reg_key_delete_tree(s->db, key), ERROR_KEY_DELETED);
        assert_int_equal(reg_key_path(s->db, key, &data), ERROR_KEY_DELETED);
        assert_int_equal(reg_key_info_of(s->db, key, &info), ERROR_KEY_DELETED);
        assert_int_equal(reg_each_key(s->db, key, NULL, NULL), ERROR_KEY_DELETED);
        assert_int_equal(reg_each_value(s->db, key, NULL, NULL), ERROR_KEY_DELETED);
    }
    plat_buffer_free(&data);
    assert_int_equal(sample_set_dword(s->db, REG_KEY_NONE, "v", 2), ERROR_INVALID_HANDLE);
    assert_int_equal(sample_get_dword(s->db, REG_KEY_NONE, "v", &number), ERROR_INVALID_HANDLE);
    assert_string_equal(sample_keys(s, parent), "q");
    assert_string_equal(sample_values(s, sample_key(s, "p\\q\\r\\s")), ""); /* nor the values */
}

static void roots_stay(void **state)
{
    struct sample *s = *state;

    for (reg_key root = REG_HKCR; root <= REG_HKU; root++) {
        assert_int_equal(reg_key_delete_tree(s->db, root), ERROR_ACCESS_DENIED);
        assert_int_equal(reg_key_rename(s->db, root, "x"), ERROR_ACCESS_DENIED);
    }
}

static void rename_keys(void **state)
{
    struct sample *s = *state;
    reg_key key = sample_key(s, "a\\old");
    reg_key deep = sample_key(s, "a\\old\\x\\y");
    reg_key other = sample_key(s, "a\\other");
    struct plat_buffer path;

    assert_int_equal(reg_key_rename(s->db, key, "OTHER"), ERROR_ALREADY_EXISTS);
    assert_success(reg_key_rename(s->db, key, "Zoo"));
    assert_string_equal(sample_keys(s, sample_key(s, "a")), "other|Zoo");
    plat_buffer_init(&path, LIMIT_REG_PATH);
    assert_success(reg_key_path(s->db, deep, &path));
    assert_string_equal(plat_buffer_text(&path), "HKEY_LOCAL_MACHINE\\a\\Zoo\\x\\y");
    plat_buffer_free(&path);
    assert_success(reg_key_rename(s->db, other, "OTHER")); /* only the case */
    assert_string_equal(sample_keys(s, sample_key(s, "a")), "OTHER|Zoo");
}

static void nesting(void **state)
{
    struct sample *s = *state;
    reg_key key = REG_HKLM;

    assert_success(reg_begin(s->db));
    for (unsigned i = 0; i < LIMIT_REG_DEPTH; i++)
        assert_success(reg_key_create(s->db, key, "d", 0, &key, NULL));
    assert_int_equal(reg_key_create(s->db, key, "d", 0, &key, NULL), ERROR_INVALID_PARAMETER);
    assert_success(reg_commit(s->db));
    plat_buffer_clear(&s->text);
    assert_success(reg_key_path(s->db, key, &s->text));
    assert_int_equal(s->text.size, strlen("HKEY_LOCAL_MACHINE") + 2 * LIMIT_REG_DEPTH);
    plat_buffer_clear(&s->text);
    assert_success(reg_export(s->db, REG_HKLM, REG_FILE_VERSION5, &s->text, NULL));
    assert_success(reg_key_open(s->db, REG_HKLM, "d", &key));
    assert_success(reg_key_delete_tree(s->db, key));
    assert_string_equal(sample_keys(s, REG_HKLM), "");
}

static void info(void **state)
{
    struct sample *s = *state;
    struct reg_key_info info;
    reg_key key;

    plat_fake_clock_set(INT64_C(5000000000)); /* beyond 2038, on every machine */
    key = sample_key(s, "i");
    assert_success(reg_key_info_of(s->db, key, &info));
    assert_int_equal(info.key_count, 0);
    assert_int_equal(info.value_count, 0);
    assert_true(info.modified == INT64_C(5000000000));
    assert_false(info.is_protected);
    plat_fake_clock_set(INT64_C(5000000001));
    assert_success(sample_set_dword(s->db, key, "a", 1));
    assert_success(sample_set_dword(s->db, key, "", 1));
    assert_success(reg_key_info_of(s->db, key, &info));
    assert_int_equal(info.value_count, 2);
    assert_true(info.modified == INT64_C(5000000001));
    plat_fake_clock_set(INT64_C(5000000002));
    sample_key(s, "i\\j");
    assert_success(reg_key_info_of(s->db, key, &info));
    assert_int_equal(info.key_count, 1);
    assert_true(info.modified == INT64_C(5000000002));
    plat_fake_clock_set(INT64_C(5000000003));
    assert_success(reg_value_delete(s->db, key, "a"));
    assert_success(reg_key_info_of(s->db, key, &info));
    assert_int_equal(info.value_count, 1);
    assert_true(info.modified == INT64_C(5000000003));
}

static void protection(void **state)
{
    struct sample *s = *state;
    struct reg_key_info info;
    reg_key key;

    assert_success(reg_key_create(s->db, REG_HKLM, "u\\secret", REG_CREATE_PROTECTED, &key, NULL));
    assert_success(reg_key_info_of(s->db, key, &info));
    assert_true(info.is_protected);
    assert_success(reg_key_info_of(s->db, sample_key(s, "u"), &info)); /* of the path only the last key */
    assert_false(info.is_protected);
    assert_success(reg_key_create(s->db, REG_HKLM, "u", REG_CREATE_PROTECTED, &key, NULL)); /* later, too */
    assert_success(reg_key_info_of(s->db, key, &info));
    assert_true(info.is_protected);
}

static bool stop_at_second(void *context, reg_key child, const char *name)
{
    unsigned *count = context;

    (void)child;
    (void)name;
    return ++*count < 2;
}

/* Reading inside of an enumeration, to any depth. */
static bool count_below(void *context, reg_key child, const char *name)
{
    struct sample *s = context;

    (void)name;
    s->problems++;
    assert_success(reg_each_key(s->db, child, count_below, s));
    return true;
}

static void enumeration(void **state)
{
    struct sample *s = *state;
    unsigned count = 0;

    sample_key(s, "e\\1\\2\\3\\4\\5\\6");
    sample_key(s, "e\\x");
    sample_key(s, "e\\y\\z");
    assert_success(reg_each_key(s->db, sample_key(s, "e"), stop_at_second, &count));
    assert_int_equal(count, 2);
    s->problems = 0;
    assert_success(reg_each_key(s->db, sample_key(s, "e"), count_below, s));
    assert_int_equal(s->problems, 9);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(roots_and_paths),
        cmocka_unit_test_setup_teardown(create_and_open, sample_setup, sample_teardown),
        cmocka_unit_test_setup_teardown(create_all_or_nothing, sample_setup, sample_teardown),
        cmocka_unit_test_setup_teardown(stale_keys, sample_setup, sample_teardown),
        cmocka_unit_test_setup_teardown(roots_stay, sample_setup, sample_teardown),
        cmocka_unit_test_setup_teardown(rename_keys, sample_setup, sample_teardown),
        cmocka_unit_test_setup_teardown(nesting, sample_setup, sample_teardown),
        cmocka_unit_test_setup_teardown(info, sample_setup, sample_teardown),
        cmocka_unit_test_setup_teardown(protection, sample_setup, sample_teardown),
        cmocka_unit_test_setup_teardown(enumeration, sample_setup, sample_teardown),
    };

    return cmocka_run_group_tests_name("registry.keys", tests, NULL, NULL);
}
