/* SPDX-License-Identifier: Apache-2.0 */
/* Values: order, raw bytes kept, typed reading. */
#include "sample.h"

#include "platform/limits.h"

#include <stdlib.h>
#include <string.h>

/* Enumerated as they were made; overwriting keeps the place, deleting and setting again goes last. */
static void order(void **state)
{
    struct sample *s = *state;
    reg_key key = sample_key(s, "o");

    assert_success(sample_set_dword(s->db, key, "z", 1));
    assert_success(sample_set_dword(s->db, key, "", 1));
    assert_success(sample_set_dword(s->db, key, "a", 1));
    assert_success(sample_set_dword(s->db, key, "m", 1));
    assert_string_equal(sample_values(s, key), "z|@|a|m");
    assert_success(reg_set_string(s->db, key, "Z", "again"));
    assert_string_equal(sample_values(s, key), "z|@|a|m");
    assert_success(reg_value_delete(s->db, key, ""));
    assert_success(sample_set_dword(s->db, key, "", 1));
    assert_string_equal(sample_values(s, key), "z|a|m|@");
    assert_int_equal(reg_value_delete(s->db, key, "none"), ERROR_FILE_NOT_FOUND);
}

/* A type is a label: any bytes of any length under any number. */
static void raw_bytes(void **state)
{
    static const struct {
        uint32_t type;
        const char *data;
        size_t size;
        const char *shown;
    } rows[] = {
        {REG_NONE, "", 0, "0:"},
        {REG_SZ, "", 0, "1:"},
        {REG_SZ, "a", 1, "1:61"},
        {REG_SZ, "a\0b", 3, "1:610062"},
        {REG_SZ, "a\0\0\0b\0", 6, "1:610000006200"},
        {REG_DWORD, "\x01\x02", 2, "4:0102"},
        {REG_MULTI_SZ, "\0", 1, "7:00"},
        {REG_QWORD, "\x01\0\0\0\0\0\0\x80", 8, "b:0100000000000080"},
        {UINT32_MAX, "\xff", 1, "ffffffff:ff"},
        {0x80000000U, "", 0, "80000000:"},
    };
    struct sample *s = *state;
    reg_key key = sample_key(s, "r");

    for (size_t i = 0; i < ELEMENTS(rows); i++) {
        assert_success(
            reg_value_set(s->db, key, "v", rows[i].type, rows[i].size ? rows[i].data : NULL, rows[i].size));
        assert_string_equal(sample_value(s, key, "v"), rows[i].shown);
    }
    assert_string_equal(sample_value(s, key, "none"), "-");
    assert_string_equal(sample_value(s, key, ""), "-"); /* the default value is not there until it is set */
    assert_int_equal(reg_value_set(s->db, key, "v", REG_SZ, NULL, 1), ERROR_INVALID_PARAMETER);
}

static void numbers(void **state)
{
    struct sample *s = *state;
    reg_key key = sample_key(s, "n");
    uint32_t number = 7;

    assert_success(sample_set_dword(s->db, key, "d", 0x12345678));
    assert_string_equal(sample_value(s, key, "d"), "4:78563412");
    assert_success(sample_get_dword(s->db, key, "D", &number));
    assert_int_equal(number, 0x12345678);
    assert_success(reg_value_set(s->db, key, "short", REG_DWORD, "\1\2\3", 3));
    assert_success(reg_value_set(s->db, key, "binary", REG_BINARY, "\1\2\3\4", 4));
    assert_int_equal(sample_get_dword(s->db, key, "short", &number), ERROR_UNSUPPORTED_TYPE);
    assert_int_equal(sample_get_dword(s->db, key, "binary", &number), ERROR_UNSUPPORTED_TYPE);
    assert_int_equal(sample_get_dword(s->db, key, "none", &number), ERROR_FILE_NOT_FOUND);
    assert_int_equal(number, 0x12345678);
}

static void strings(void **state)
{
    static const struct {
        uint32_t type;
        const char *data;
        size_t size;
        win_error error;
        const char *text;
    } rows[] = {
        {REG_SZ, "a\0b\0\0\0", 6, ERROR_SUCCESS, "ab"},
        {REG_EXPAND_SZ, "%\0", 2, ERROR_SUCCESS, "%"},     /* no NUL at the end */
        {REG_SZ, "a\0\0\0b\0\0\0", 8, ERROR_SUCCESS, "a"}, /* as readers on Windows stop */
        {REG_SZ, "a\0b", 3, ERROR_SUCCESS, "a"},           /* half a character */
        {REG_SZ, "", 0, ERROR_SUCCESS, ""},
        {REG_SZ, "\xac\x20\0\0", 4, ERROR_SUCCESS, "\u20ac"},
        {REG_SZ, "\x3d\xd8\x00\xde\0\0", 6, ERROR_SUCCESS, "\U0001f600"},
        {REG_SZ, "\x00\xd8\0\0", 4, ERROR_SUCCESS, "\xed\xa0\x80"},
        {REG_BINARY, "a\0\0\0", 4, ERROR_UNSUPPORTED_TYPE, ""},
        {REG_MULTI_SZ, "a\0\0\0", 4, ERROR_UNSUPPORTED_TYPE, ""},
        {REG_DWORD, "a\0\0\0", 4, ERROR_UNSUPPORTED_TYPE, ""},
    };
    struct sample *s = *state;
    reg_key key = sample_key(s, "s");

    for (size_t i = 0; i < ELEMENTS(rows); i++) {
        assert_success(reg_value_set(s->db, key, "v", rows[i].type, rows[i].data, rows[i].size));
        plat_buffer_clear(&s->text);
        assert_int_equal(sample_get_string(s->db, key, "v", &s->text), rows[i].error);
        assert_string_equal(plat_buffer_text(&s->text), rows[i].text);
    }
    assert_success(reg_set_string(s->db, key, "v", "h\u00e9\U0001f600"));
    assert_string_equal(sample_value(s, key, "v"), "1:6800e9003dd800de0000");
    plat_buffer_clear(&s->text);
    assert_success(sample_get_string(s->db, key, "v", &s->text));
    assert_string_equal(plat_buffer_text(&s->text), "h\u00e9\U0001f600");
}

static void join(void *context, const char *text)
{
    plat_buffer_printf(context, "<%s>", text);
}

static void lists(void **state)
{
    static const struct {
        uint32_t type;
        const char *data;
        size_t size;
        bool is_list;
        const char *joined;
    } rows[] = {
        {REG_MULTI_SZ, "a\0\0\0b\0c\0\0\0\0\0", 12, true, "<a><bc>"},
        {REG_MULTI_SZ, "a\0\0\0b\0", 6, true, "<a><b>"}, /* the NULs are missing */
        {REG_MULTI_SZ, "a\0\0\0\0\0b\0\0\0", 10, true, "<a>"},
        {REG_MULTI_SZ, "\0\0", 2, true, ""},
        {REG_MULTI_SZ, "", 0, true, ""},
        {REG_MULTI_SZ, "a", 1, true, ""},
        {REG_SZ, "a\0\0\0b\0\0\0", 8, true, "<a>"},
        {REG_SZ, "\0\0", 2, true, ""},
        {REG_BINARY, "a\0\0\0", 4, false, ""},
    };

    (void)state;
    for (size_t i = 0; i < ELEMENTS(rows); i++) {
        struct reg_value value = {
            .name = "", .type = rows[i].type, .data = plat_span_of(rows[i].data, rows[i].size)};
        struct plat_buffer joined;

        plat_buffer_init(&joined, 1000);
        assert_int_equal(reg_value_strings(&value, join, &joined), rows[i].is_list);
        assert_string_equal(plat_buffer_text(&joined), rows[i].joined);
        plat_buffer_free(&joined);
    }
}

static void largest(void **state)
{
    struct sample *s = *state;
    reg_key key = sample_key(s, "l");
    char *data = malloc(LIMIT_REG_DATA + 1);
    struct plat_buffer back;

    assert_non_null(data);
    memset(data, 0x5a, LIMIT_REG_DATA + 1);
    assert_success(reg_value_set(s->db, key, "v", REG_BINARY, data, LIMIT_REG_DATA));
    assert_int_equal(reg_value_set(s->db, key, "v", REG_BINARY, data, LIMIT_REG_DATA + 1),
                     ERROR_FILE_TOO_LARGE);
    plat_buffer_init(&back, LIMIT_REG_DATA);
    assert_success(reg_value_get(s->db, key, "v", NULL, &back));
    assert_int_equal(back.size, LIMIT_REG_DATA);
    assert_memory_equal(back.data, data, LIMIT_REG_DATA);
    plat_buffer_free(&back);
    plat_buffer_init(&back, 100); /* the caller's own bound */
    assert_int_equal(reg_value_get(s->db, key, "v", NULL, &back), ERROR_FILE_TOO_LARGE);
    plat_buffer_free(&back);
    free(data);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(order, sample_setup, sample_teardown),
        cmocka_unit_test_setup_teardown(raw_bytes, sample_setup, sample_teardown),
        cmocka_unit_test_setup_teardown(numbers, sample_setup, sample_teardown),
        cmocka_unit_test_setup_teardown(strings, sample_setup, sample_teardown),
        cmocka_unit_test(lists),
        cmocka_unit_test_setup_teardown(largest, sample_setup, sample_teardown),
    };

    return cmocka_run_group_tests_name("registry.values", tests, NULL, NULL);
}
