/* SPDX-License-Identifier: Apache-2.0 */
/* Two trees side by side. */
#include "sample.h"

#include "registry/compare.h"

#include "platform/limits.h"
#include "platform/text.h"

#include <string.h>

struct told {
    struct plat_buffer
        text; /* "<key", ">key:value", "!key:value", "=..." with blanks between; a * marks protected ones */
    unsigned most; /* ends the comparison after so many */
    unsigned count;
};

static bool note(void *context, const struct reg_difference *d)
{
    struct told *told = context;
    const struct reg_value *value = d->left ? d->left : d->right;

    plat_buffer_printf(&told->text, "%s%c%s%s", told->count ? " " : "", "=<>!"[d->side], d -> path,
                       d -> is_protected ? "*" : "");
    if (value)
        plat_buffer_printf(&told->text, ":%s", value->name[0] ? value->name : "@");
    assert_int_equal(d->side == REG_LEFT_ONLY    ? d->right != NULL
                     : d->side == REG_RIGHT_ONLY ? d->left != NULL
                                                 : 0,
                     0);
    if (d->side == REG_DIFFERENT && value)
        assert_true(d->left && d->right);
    return ++told->count != told->most;
}

/* Trees are HKEY_LOCAL_MACHINE\L and \R, made of one .reg file. */
static const struct {
    const char *lines;
    unsigned flags;
    const char *told;
    unsigned different, same, left_out;
} rows[] = {
    {"[HKLM\\L]\n[HKLM\\R]\n", REG_COMPARE_BELOW | REG_COMPARE_SAME, "", 0, 0, 0},
    /* values, by upcased name whatever the order they were made in */
    {"[HKLM\\L]\n\"b\"=dword:1\n\"A\"=dword:1\n[HKLM\\R]\n\"a\"=dword:1\n\"B\"=dword:1\n", 0, "", 0, 2, 0},
    {"[HKLM\\L]\n\"b\"=dword:1\n\"A\"=dword:1\n[HKLM\\R]\n\"a\"=dword:1\n\"B\"=dword:1\n", REG_COMPARE_SAME,
     "=:A =:b", 0, 2, 0},
    {"[HKLM\\L]\n\"b\"=dword:1\n@=\"x\"\n[HKLM\\R]\n\"a\"=dword:1\n\"B\"=dword:2\n", 0, "<:@ >:a !:b", 3, 0,
     0},
    {"[HKLM\\L]\n\"_\"=dword:1\n\"z\"=dword:1\n[HKLM\\R]\n\"_\"=dword:2\n\"y\"=dword:1\n", 0, ">:y <:z !:_",
     3, 0, 0},
    /* type and data both count */
    {"[HKLM\\L]\n\"v\"=dword:1\n[HKLM\\R]\n\"v\"=hex:01,00,00,00\n", 0, "!:v", 1, 0, 0},
    {"[HKLM\\L]\n\"v\"=hex:\n[HKLM\\R]\n\"v\"=hex:00\n", 0, "!:v", 1, 0, 0},
    {"[HKLM\\L]\n\"v\"=hex:\n[HKLM\\R]\n\"v\"=hex:\n", 0, "", 0, 1, 0},
    /* keys */
    {"[HKLM\\L\\a]\n[HKLM\\R\\b]\n", 0, "", 0, 0, 0},
    {"[HKLM\\L\\a]\n[HKLM\\R\\b]\n", REG_COMPARE_BELOW, "<a >b", 2, 0, 0},
    {"[HKLM\\L\\a\\x]\n\"v\"=dword:1\n[HKLM\\R]\n", REG_COMPARE_BELOW, "<a <a\\x <a\\x:v", 3, 0, 0},
    {"[HKLM\\R\\a\\x]\n\"v\"=dword:1\n[HKLM\\L]\n", REG_COMPARE_BELOW, ">a >a\\x >a\\x:v", 3, 0, 0},
    {"[HKLM\\L\\B]\n\"v\"=dword:1\n[HKLM\\R\\b]\n\"v\"=dword:1\n[HKLM\\R\\a]\n",
     REG_COMPARE_BELOW | REG_COMPARE_SAME, ">a =B =B:v", 1, 1, 0},
    {"[HKLM\\L\\k]\n\"v\"=dword:1\n[HKLM\\R\\k]\n\"v\"=dword:2\n[HKLM\\L\\k\\z]\n", REG_COMPARE_BELOW,
     "!k:v <k\\z", 2, 0, 0},
    {"[HKLM\\L\\\u00e9]\n[HKLM\\R\\\u00c9]\n", REG_COMPARE_BELOW, "", 0, 0, 0},
    /* beyond the BMP before the end of it, as Windows orders */
    {"[HKLM\\L\\\U0001f600]\n[HKLM\\L\\\uff5e]\n[HKLM\\R\\\uff5e]\n[HKLM\\R\\\uff5e\\x]\n", REG_COMPARE_BELOW,
     "<\U0001f600 >\uff5e\\x", 2, 0, 0},
    /* protected keys */
    {"; protected\n[HKLM\\L\\s]\n\"v\"=dword:1\n[HKLM\\R\\s]\n\"v\"=dword:2\n", REG_COMPARE_BELOW, "", 0, 0,
     1},
    {"[HKLM\\L]\n; protected\n[HKLM\\R\\s]\n[HKLM\\R\\s\\x]\n", REG_COMPARE_BELOW, "", 0, 0, 1},
    {"; protected\n[HKLM\\L\\s]\n\"v\"=dword:1\n; protected\n[HKLM\\R\\s]\n\"v\"=dword:2\n",
     REG_COMPARE_BELOW | REG_COMPARE_PROTECTED, "!s*:v", 1, 0, 0},
    {"; protected\n[HKLM\\L\\s]\n[HKLM\\R\\s]\n[HKLM\\R\\s\\t]\n", REG_COMPARE_BELOW | REG_COMPARE_PROTECTED,
     "!s* >s\\t*", 2, 0, 0},
    {"; protected\n[HKLM\\L]\n\"v\"=dword:1\n[HKLM\\R]\n", 0, "<*:v", 1, 0, 0}, /* named: shown */
};

static void table(void **state)
{
    struct sample *s = *state;
    struct told told = {.most = 0};

    plat_buffer_init(&told.text, 10000);
    for (size_t i = 0; i < ELEMENTS(rows); i++) {
        struct reg_compare_result result;
        const char *text;

        assert_success(sample_import_text(s, rows[i].lines, NULL));
        assert_int_equal(s->problems, 0);
        plat_buffer_clear(&told.text);
        told.count = 0;
        assert_success(reg_compare(s->db, sample_key(s, "L"), s->db, sample_key(s, "R"), rows[i].flags, note,
                                   &told, &result));
        text = plat_buffer_text(&told.text);
        if (strcmp(text, rows[i].told) != 0 || result.different != rows[i].different ||
            result.same != rows[i].same || result.left_out != rows[i].left_out)
            fail_msg("%s\ntold \"%s\", not \"%s\"; %u different, %u the same, %u left out", rows[i].lines,
                     text, rows[i].told, (unsigned)result.different, (unsigned)result.same,
                     (unsigned)result.left_out);
        /* Without a listener: the same counts. */
        assert_success(reg_compare(s->db, sample_key(s, "L"), s->db, sample_key(s, "R"), rows[i].flags, NULL,
                                   NULL, &result));
        assert_int_equal(result.different, rows[i].different);
        assert_success(reg_key_delete_tree(s->db, sample_key(s, "L")));
        assert_success(reg_key_delete_tree(s->db, sample_key(s, "R")));
    }
    plat_buffer_free(&told.text);
}

static void a_key_below_a_protected_one(void **state)
{
    struct sample *s = *state;
    struct told told = {.most = 0};
    struct reg_compare_result result;

    plat_buffer_init(&told.text, 1000);
    assert_success(sample_import_text(
        s, "; protected\n[HKLM\\L]\n[HKLM\\L\\deep\\er]\n\"v\"=dword:1\n[HKLM\\R]\n", NULL));
    assert_success(
        reg_compare(s->db, sample_key(s, "L\\deep\\er"), s->db, sample_key(s, "R"), 0, note, &told, &result));
    assert_string_equal(plat_buffer_text(&told.text), "<*:v");
    plat_buffer_free(&told.text);
}

/* More data in a key than are held at once, on either side. */
static void large_values(void **state)
{
    static uint8_t data[100 * 1024];
    struct sample *s = *state;
    struct told told = {.most = 0};
    struct reg_compare_result result;

    plat_buffer_init(&told.text, 1000);
    for (int i = 9; i >= 0; i--) {
        char name[2] = {(char)('0' + i), 0};

        data[sizeof data - 1] = (uint8_t)i;
        assert_success(reg_value_set(s->db, sample_key(s, "L"), name, REG_BINARY, data, sizeof data));
        data[sizeof data - 1] = (uint8_t)(i == 3 || i == 8 ? 99 : i);
        assert_success(reg_value_set(s->db, sample_key(s, "R"), name, REG_BINARY, data, sizeof data));
    }
    assert_success(reg_compare(s->db, sample_key(s, "L"), s->db, sample_key(s, "R"), 0, note, &told, &result));
    assert_string_equal(plat_buffer_text(&told.text), "!:3 !:8");
    assert_int_equal(result.same, 8);
    plat_buffer_free(&told.text);
}

static void two_registries(void **state)
{
    struct sample *s = *state;
    struct told told = {.most = 0};
    struct reg_compare_result result;
    struct reg_db *other;

    plat_buffer_init(&told.text, 1000);
    assert_success(reg_db_open(sample_file(s, "other"), REG_OPEN_CREATE, &other, NULL));
    assert_success(sample_import_text(s, "[HKLM\\a]\n\"v\"=dword:1\n[HKLM\\b]\n", NULL));
    assert_success(reg_compare(s->db, REG_HKLM, other, REG_HKLM, REG_COMPARE_BELOW, note, &told, &result));
    assert_string_equal(plat_buffer_text(&told.text), "<a <a:v <b");
    plat_buffer_clear(&told.text);
    told.count = 0;
    told.most = 2; /* enough after two */
    assert_success(reg_compare(other, REG_HKLM, s->db, REG_HKLM, REG_COMPARE_BELOW, note, &told, &result));
    assert_string_equal(plat_buffer_text(&told.text), ">a >a:v");
    /* What a transaction has changed so far, against what the others see. */
    assert_success(reg_begin(s->db));
    assert_success(sample_set_dword(s->db, sample_key(s, "b"), "w", 1));
    plat_buffer_clear(&told.text);
    told.count = 0;
    told.most = 0;
    reg_db_close(other);
    other = sample_open(s, REG_OPEN_READ);
    assert_success(reg_compare(other, REG_HKLM, s->db, REG_HKLM, REG_COMPARE_BELOW, note, &told, &result));
    assert_string_equal(plat_buffer_text(&told.text), ">b:w");
    reg_rollback(s->db);
    reg_db_close(other);
    plat_buffer_free(&told.text);
}

static void refused(void **state)
{
    struct sample *s = *state;
    struct reg_compare_result result;

    assert_int_equal(reg_compare(s->db, REG_KEY_NONE, s->db, REG_HKLM, 0, NULL, NULL, &result),
                     ERROR_INVALID_HANDLE);
    assert_int_equal(reg_compare(s->db, REG_HKLM, s->db, 4711, 0, NULL, NULL, &result), ERROR_KEY_DELETED);
    assert_success(reg_begin(s->db)); /* no read transaction was left open */
    reg_rollback(s->db);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(table, sample_setup, sample_teardown),
        cmocka_unit_test_setup_teardown(a_key_below_a_protected_one, sample_setup, sample_teardown),
        cmocka_unit_test_setup_teardown(large_values, sample_setup, sample_teardown),
        cmocka_unit_test_setup_teardown(two_registries, sample_setup, sample_teardown),
        cmocka_unit_test_setup_teardown(refused, sample_setup, sample_teardown),
    };

    return cmocka_run_group_tests_name("registry.compare", tests, NULL, NULL);
}
