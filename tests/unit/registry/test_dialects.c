/* SPDX-License-Identifier: Apache-2.0 */
/* The bytes of exports for REGEDIT4 and Windows CE. */
#include "sample.h"

#include "platform/limits.h"
#include "platform/text.h"

#include <string.h>

struct row {
    uint32_t type;
    const char *data;
    size_t size;
    const char *line; /* NULL: refused */
};

/* The file with one value "v" in HKEY_LOCAL_MACHINE\K. */
static void check_rows(struct sample *s, enum reg_file_dialect dialect, const char *header,
                       const struct row *rows, size_t count)
{
    reg_key key = sample_key(s, "K");

    for (size_t i = 0; i < count; i++) {
        struct plat_buffer expected;
        struct plat_buffer file;
        win_error error;

        plat_buffer_init(&expected, 1000);
        plat_buffer_init(&file, 1000);
        assert_success(reg_value_set(s->db, key, "v", rows[i].type, rows[i].data, rows[i].size));
        error = reg_export(s->db, key, dialect, &file, NULL);
        if (!rows[i].line) {
            assert_int_equal(error, ERROR_NO_UNICODE_TRANSLATION);
            assert_non_null(strstr(reg_db_message(s->db), "[HKEY_LOCAL_MACHINE\\K] \"v\""));
            assert_int_equal(file.size, 0); /* nothing stays of a file that is none */
        } else {
            assert_success(error);
            plat_buffer_printf(&expected, "%s[HKEY_LOCAL_MACHINE\\K]\r\n\"v\"=%s\r\n\r\n", header,
                               rows[i].line);
            assert_string_equal(plat_buffer_text(&file), plat_buffer_text(&expected));
        }
        plat_buffer_free(&expected);
        plat_buffer_free(&file);
    }
}

static void regedit4(void **state)
{
    static const struct row rows[] = {
        {REG_SZ, "a\0\\\0\"\0\0\0", 8, "\"a\\\\\\\"\""},
        {REG_SZ, "\xe9\0\xac\x20\0\0", 6, "\"\xe9\x80\""},
        {REG_SZ, "a\0\0\0b\0\0\0", 8, "hex(1):61,00,62,00"},
        {REG_SZ, "a\0\n\0\0\0", 6, "hex(1):61,0a,00"},
        {REG_SZ, "a\0", 2, "hex(1):61 ; unterminated"},
        {REG_SZ, "", 0, "hex(1):"},
        {REG_SZ, "\x16\x04\0\0", 4, NULL},
        {REG_SZ, "\0\xd8\0\0", 4, NULL},
        {REG_SZ, "a\0b", 3, NULL},
        {REG_EXPAND_SZ, "%\0a\0\0\0", 6, "hex(2):25,61,00"},
        {REG_EXPAND_SZ, "\xac\x20\0\0", 4, "hex(2):80,00"},
        {REG_EXPAND_SZ, "\x85\0\0\0", 4, NULL}, /* the control character: 0x85 is an ellipsis */
        {REG_MULTI_SZ, "a\0\0\0b\0\0\0\0\0", 10, "hex(7):61,00,62,00,00"},
        {REG_MULTI_SZ, "\0\0", 2, "hex(7):00"},
        {REG_BINARY, "\0\xff", 2, "hex:00,ff"},
        {REG_DWORD, "\xef\xbe\xad\xde", 4, "dword:deadbeef"},
        {REG_QWORD, "\1\0\0\0\0\0\0\0", 8, "hex(b):01,00,00,00,00,00,00,00"},
        {REG_NONE, "\1", 1, "hex(0):01"},
    };

    check_rows(*state, REG_FILE_REGEDIT4, "REGEDIT4\r\n\r\n", rows, ELEMENTS(rows));
}

/* Text of Windows-1252 whose bytes happen to be UTF-8 gets a remark that is not. */
static void regedit4_like_utf8(void **state)
{
    static const struct row rows[] = {
        {REG_SZ, "\xc3\0\xa9\0\0\0", 6, "\"\xc3\xa9\""},
        {REG_EXPAND_SZ, "\xc3\0\xa9\0\0\0", 6, "hex(2):c3,a9,00"},
    };

    check_rows(*state, REG_FILE_REGEDIT4, "REGEDIT4\r\n\r\n; Windows-1252: \x80\r\n", rows, ELEMENTS(rows));
}

static void platform_reg(void **state)
{
    static const struct row rows[] = {
        {REG_SZ, "a\0\\\0\"\0\0\0", 8, "\"a\\\\\\\"\""},
        {REG_SZ, "", 0, "hex(1):"},
        {REG_SZ, "a\0\0\0b\0\0\0", 8, "hex(1):61,00,00,00,62,00,00,00"},
        {REG_SZ, "a\0b", 3, "hex(1):61,00,62 ; unterminated"},
        {REG_SZ, "1\0\x30\0\x30\0%\0\0\0", 10, "\"100%\""},
        {REG_MULTI_SZ, "a\0\0\0b\0\0\0\0\0", 10, "multi_sz:\"a\",\"b\""},
        {REG_MULTI_SZ, "a\0\"\0\0\0\0\0", 8, "multi_sz:\"a\\\"\""},
        {REG_MULTI_SZ, "\0\0", 2, "multi_sz:\"\""},
        {REG_MULTI_SZ, "\0\0\0\0", 4, "hex(7):00,00,00,00"},
        {REG_MULTI_SZ, "a\0\0\0\0\0\0\0", 8, "hex(7):61,00,00,00,00,00,00,00"},
        {REG_MULTI_SZ, "a\0\n\0\0\0\0\0", 8, "hex(7):61,00,0a,00,00,00,00,00"},
        {REG_MULTI_SZ, "a\0\0\0", 4, "hex(7):61,00,00,00 ; unterminated"},
        {REG_MULTI_SZ, "a\0", 2, "hex(7):61,00 ; unterminated"},
        {REG_MULTI_SZ, "a\0\0\0\0", 5, "hex(7):61,00,00,00,00"},
        {REG_MULTI_SZ, "", 0, "hex(7):"},
        {21, "f\0\0\0", 4, "mui_sz:\"f\""},
        {21, "f\0", 2, "hex(15):66,00"},
        {REG_EXPAND_SZ, "%\0\0\0", 4, "hex(2):25,00,00,00"},
        {REG_DWORD, "\xef\xbe\xad\xde", 4, "dword:deadbeef"},
        {REG_DWORD, "\1\2", 2, "hex(4):01,02"},
        {REG_BINARY, "\0\xff", 2, "hex:00,ff"},
        {REG_NONE, "", 0, "hex(0):"},
    };
    static const struct row with_variables[] = {
        {REG_SZ, "%\0A\0%\0\0\0", 8, "\"%A%\""},
        {REG_MULTI_SZ, "$\0(\0A\0)\0\0\0\0\0", 12, "multi_sz:\"$(A)\""},
    };

    check_rows(*state, REG_FILE_CE, "", rows, ELEMENTS(rows));
    check_rows(*state, REG_FILE_CE, "; no variables\r\n", with_variables, ELEMENTS(with_variables));
}

/* Windows CE's tools read ASCII and UTF-16: what is not the one becomes the other. */
static void platform_reg_in_utf16(void **state)
{
    static const char expected[] = "[HKEY_LOCAL_MACHINE\\K]\r\n\"\u00e9\"=\"\u20ac\"\r\n\r\n";
    struct sample *s = *state;
    struct plat_buffer file, text;

    plat_buffer_init(&file, 1000);
    plat_buffer_init(&text, 1000);
    plat_buffer_append_text(&file, "before");
    assert_success(reg_set_string(s->db, sample_key(s, "K"), "\u00e9", "\u20ac"));
    assert_success(reg_export(s->db, sample_key(s, "K"), REG_FILE_CE, &file, NULL));
    assert_memory_equal(file.data, "before\xFF\xFE", 8);
    plat_utf8_append_utf16le(&text, plat_span_of(file.data + 8, file.size - 8));
    assert_string_equal(plat_buffer_text(&text), expected);
    plat_buffer_free(&file);
    plat_buffer_free(&text);
}

static void several_keys(void **state)
{
    struct sample *s = *state;
    struct plat_buffer file;
    uint32_t skipped;
    reg_key secret;

    plat_buffer_init(&file, 10000);
    assert_success(sample_set_dword(s->db, sample_key(s, "K"), "", 1));
    assert_success(sample_set_dword(s->db, sample_key(s, "K\\b \"c\""), "a\"\\\n", 2));
    assert_success(reg_key_create(s->db, sample_key(s, "K"), "a", REG_CREATE_PROTECTED, &secret, NULL));
    assert_success(reg_export(s->db, sample_key(s, "K"), REG_FILE_CE, &file, &skipped));
    assert_string_equal(plat_buffer_text(&file),
                        "[HKEY_LOCAL_MACHINE\\K]\r\n@=dword:00000001\r\n\r\n"
                        "[HKEY_LOCAL_MACHINE\\K\\b \"c\"]\r\n\"a\\\"\\\\\\n\"=dword:00000002\r\n\r\n");
    assert_int_equal(skipped, 1);
    /* A name that does not fit: the key is named, and so is the value. */
    plat_buffer_clear(&file);
    assert_success(sample_set_dword(s->db, sample_key(s, "K\\b \"c\""), "\u0416", 2));
    assert_int_equal(reg_export(s->db, sample_key(s, "K"), REG_FILE_REGEDIT4, &file, NULL),
                     ERROR_NO_UNICODE_TRANSLATION);
    assert_non_null(strstr(reg_db_message(s->db), "[HKEY_LOCAL_MACHINE\\K\\b \"c\"] \"\u0416\" has"));
    sample_key(s, "K\\b \"a\"\\\u0416");
    assert_int_equal(reg_export(s->db, sample_key(s, "K"), REG_FILE_REGEDIT4, &file, NULL),
                     ERROR_NO_UNICODE_TRANSLATION);
    assert_non_null(strstr(reg_db_message(s->db), "[HKEY_LOCAL_MACHINE\\K\\b \"a\"\\\u0416] has"));
    assert_int_equal(file.size, 0);
    /* So long that a message cannot hold it: cut, between characters. */
    assert_success(reg_key_delete_tree(s->db, sample_key(s, "K")));
    plat_buffer_clear(&file);
    plat_buffer_append_u8(&file, 'x');
    for (int i = 0; i < 2000; i++)
        plat_buffer_append_text(&file, "\u0416");
    assert_success(sample_set_dword(s->db, sample_key(s, "K"), plat_buffer_text(&file), 1));
    plat_buffer_clear(&file);
    assert_int_equal(reg_export(s->db, sample_key(s, "K"), REG_FILE_REGEDIT4, &file, NULL),
                     ERROR_NO_UNICODE_TRANSLATION);
    assert_non_null(strstr(reg_db_message(s->db), "\u0416...\" has characters"));
    assert_true(plat_utf8_valid(reg_db_message(s->db), strlen(reg_db_message(s->db))));
    plat_buffer_free(&file);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(regedit4, sample_setup, sample_teardown),
        cmocka_unit_test_setup_teardown(regedit4_like_utf8, sample_setup, sample_teardown),
        cmocka_unit_test_setup_teardown(platform_reg, sample_setup, sample_teardown),
        cmocka_unit_test_setup_teardown(platform_reg_in_utf16, sample_setup, sample_teardown),
        cmocka_unit_test_setup_teardown(several_keys, sample_setup, sample_teardown),
    };

    return cmocka_run_group_tests_name("registry.dialects", tests, NULL, NULL);
}
