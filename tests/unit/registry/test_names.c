/* SPDX-License-Identifier: Apache-2.0 */
/* Which names are the same, how they are ordered, and which are refused. */
#include "sample.h"

#include "platform/limits.h"

#include <stdlib.h>
#include <string.h>

static const struct {
    const char *a, *b;
    bool same;
} pairs[] = {
    {"Name", "nAME", true},
    {"\u00e9", "\u00c9", true}, /* e acute */
    {"\u0430", "\u0410", true}, /* Cyrillic */
    {"\uff41", "\uff21", true}, /* full width */
    {"\u24d0", "\u24b6", true}, /* circled */
    {"\u0250", "\u2c6f", true}, /* turned a: two bytes and three */
    {"\u00df", "SS", false},    /* sharp s */
    {"\u00df", "\u1e9e", false},
    {"\u0131", "I", false},              /* dotless i */
    {"i", "\u0130", false},              /* dotted I */
    {"\u017f", "S", false},              /* long s */
    {"\u00b5", "\u039c", false},         /* micro, Mu */
    {"\u03c2", "\u03a3", false},         /* final sigma */
    {"\u212a", "k", false},              /* Kelvin */
    {"\u01c5", "\u01c4", false},         /* Dz with caron */
    {"\U00010428", "\U00010400", false}, /* beyond the BMP nothing is folded */
    {"a", "a ", false},
    {"\u00e1", "a\u0301", false}, /* no normalisation */
};

static void same_or_distinct(void **state)
{
    struct sample *s = *state;

    for (size_t i = 0; i < ELEMENTS(pairs); i++) {
        reg_key parent = sample_key(s, "Pairs");
        reg_key a, b;
        bool created;

        assert_success(reg_key_create(s->db, parent, pairs[i].a, 0, &a, NULL));
        assert_success(reg_key_create(s->db, parent, pairs[i].b, 0, &b, &created));
        assert_int_equal(created, !pairs[i].same);
        assert_int_equal(a == b, pairs[i].same);
        assert_success(sample_set_dword(s->db, parent, pairs[i].a, 1));
        assert_success(sample_set_dword(s->db, parent, pairs[i].b, 2));
        assert_string_equal(sample_value(s, parent, pairs[i].a), pairs[i].same ? "4:02000000" : "4:01000000");
        assert_success(reg_key_delete_tree(s->db, parent));
    }
}

/* The first spelling stays. */
static void spelling(void **state)
{
    struct sample *s = *state;
    reg_key parent = sample_key(s, "Spelling");
    reg_key key;

    assert_success(reg_key_create(s->db, parent, "CoMm", 0, &key, NULL));
    assert_success(reg_key_create(s->db, parent, "COMM", 0, &key, NULL));
    assert_success(sample_set_dword(s->db, parent, "PoRt", 80));
    assert_success(sample_set_dword(s->db, parent, "PORT", 81));
    assert_string_equal(sample_keys(s, parent), "CoMm");
    assert_string_equal(sample_values(s, parent), "PoRt");
    assert_success(reg_key_rename(s->db, key, "comm"));
    assert_string_equal(sample_keys(s, parent), "comm");
}

/*
 * By UTF-16 units of the upcased names: ^ and _ after the letters, characters beyond the BMP before U+E000.
 */
static void order(void **state)
{
    static const char *const made[] = {"b",  "~",      "[0]",   "a b", "\U0001f600", "\uff21", "^",
                                       "z1", "\ue000", "[][b]", "_x",  "Zeta",       "\u00e9", "A"};
    struct sample *s = *state;
    reg_key parent = sample_key(s, "Order");

    for (size_t i = 0; i < ELEMENTS(made); i++) {
        reg_key key;

        assert_success(reg_key_create(s->db, parent, made[i], 0, &key, NULL));
    }
    assert_string_equal(sample_keys(s, parent),
                        "A|a b|b|z1|Zeta|[0]|[][b]|^|_x|~|\u00e9|\U0001f600|\ue000|\uff21");
}

static void surrogates(void **state)
{
    /* A lone one is a name of its own (WTF-8); a pair written as two is not the character, and refused. */
    struct sample *s = *state;
    reg_key key;

    assert_success(reg_key_create(s->db, REG_HKLM, "a\xed\xa0\x80z", 0, &key, NULL));
    assert_success(sample_set_dword(s->db, key, "\xed\xb0\x80", 1));
    assert_string_equal(sample_values(s, key), "\xed\xb0\x80");
    assert_int_equal(reg_key_create(s->db, REG_HKLM, "\xed\xa0\xbd\xed\xb8\x80", 0, &key, NULL),
                     ERROR_INVALID_PARAMETER);
}

static void bad_names(void **state)
{
    static const char *const bad[] = {"\xff", "a\xc3", "\xc0\xaf", "\xf8\x88\x80\x80\x80", "\xf4\x90\x80\x80",
                                      "a\nb", "a\rb"};
    struct sample *s = *state;
    reg_key parent = sample_key(s, "Bad");
    reg_key key;

    for (size_t i = 0; i < ELEMENTS(bad); i++) {
        assert_int_equal(reg_key_create(s->db, parent, bad[i], 0, &key, NULL), ERROR_INVALID_PARAMETER);
        assert_true(reg_db_message(s->db)[0]);
        if (!strpbrk(bad[i], "\r\n"))
            assert_int_equal(sample_set_dword(s->db, parent, bad[i], 1), ERROR_INVALID_NAME);
    }
    assert_int_equal(reg_key_rename(s->db, parent, ""), ERROR_INVALID_PARAMETER);
    assert_int_equal(reg_key_rename(s->db, parent, "a\\b"), ERROR_INVALID_PARAMETER);
    assert_string_equal(sample_keys(s, parent), "");
    assert_string_equal(sample_values(s, parent), "");
}

/* `count` times a character of `units` UTF-16 units. */
static char *repeat(const char *text, size_t count)
{
    char *name = malloc(strlen(text) * count + 1);

    assert_non_null(name);
    name[0] = 0;
    for (size_t i = 0; i < count; i++)
        memcpy(name + i * strlen(text), text, strlen(text) + 1);
    return name;
}

static void lengths(void **state)
{
    static const struct {
        const char *text;
        size_t key_fits, value_fits;
    } rows[] = {
        {"x", LIMIT_REG_KEY_NAME, LIMIT_REG_VALUE_NAME},
        {"\u20ac", LIMIT_REG_KEY_NAME, LIMIT_REG_VALUE_NAME},             /* three bytes, one unit */
        {"\U0001f600", LIMIT_REG_KEY_NAME / 2, LIMIT_REG_VALUE_NAME / 2}, /* four bytes, two units */
    };
    struct sample *s = *state;
    reg_key parent = sample_key(s, "Long");

    for (size_t i = 0; i < ELEMENTS(rows); i++) {
        char *name = repeat(rows[i].text, rows[i].key_fits);
        reg_key key;

        assert_success(reg_key_create(s->db, parent, name, 0, &key, NULL));
        free(name);
        name = repeat(rows[i].text, rows[i].key_fits + 1);
        assert_int_equal(reg_key_create(s->db, parent, name, 0, &key, NULL), ERROR_INVALID_PARAMETER);
        free(name);
        name = repeat(rows[i].text, rows[i].value_fits);
        assert_success(sample_set_dword(s->db, parent, name, 1));
        assert_string_equal(sample_value(s, parent, name), "4:01000000");
        free(name);
        name = repeat(rows[i].text, rows[i].value_fits + 1);
        assert_int_equal(sample_set_dword(s->db, parent, name, 1), ERROR_INVALID_NAME);
        free(name);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(same_or_distinct, sample_setup, sample_teardown),
        cmocka_unit_test_setup_teardown(spelling, sample_setup, sample_teardown),
        cmocka_unit_test_setup_teardown(order, sample_setup, sample_teardown),
        cmocka_unit_test_setup_teardown(surrogates, sample_setup, sample_teardown),
        cmocka_unit_test_setup_teardown(bad_names, sample_setup, sample_teardown),
        cmocka_unit_test_setup_teardown(lengths, sample_setup, sample_teardown),
    };

    return cmocka_run_group_tests_name("registry.names", tests, NULL, NULL);
}
