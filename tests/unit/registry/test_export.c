/* SPDX-License-Identifier: Apache-2.0 */
/* The bytes of an exported file, and that what is exported comes back. */
#include "sample.h"

#include "platform/limits.h"
#include "platform/text.h"

#include <stdlib.h>
#include <string.h>

/* Exports a key and compares with UTF-8 text, from the BOM on. */
static void exports(struct sample *s, reg_key key, const char *expected)
{
    struct plat_buffer file, text;

    plat_buffer_init(&file, LIMIT_REG_TEXT);
    plat_buffer_init(&text, LIMIT_REG_TEXT);
    assert_success(reg_export(s->db, key, REG_FILE_VERSION5, &file, NULL));
    assert_true(file.size >= 2);
    assert_int_equal(file.data[0], 0xFF);
    assert_int_equal(file.data[1], 0xFE);
    assert_int_equal(file.size % 2, 0);
    plat_utf8_append_utf16le(&text, plat_span_of(file.data + 2, file.size - 2));
    assert_string_equal(plat_buffer_text(&text), expected);
    plat_buffer_free(&file);
    plat_buffer_free(&text);
}

#define HEADER "Windows Registry Editor Version 5.00\r\n\r\n"

static void whole_file(void **state)
{
    struct sample *s = *state;
    reg_key key = sample_key(s, "Soft");
    reg_key child = sample_key(s, "Soft\\Zed");

    sample_key(s, "Soft\\a\\deep");
    assert_success(reg_set_string(s->db, key, "Name", "value"));
    assert_success(reg_set_string(s->db, key, "", "default"));
    assert_success(sample_set_dword(s->db, child, "Number", 0xAB));
    exports(s, key,
            HEADER "[HKEY_LOCAL_MACHINE\\Soft]\r\n"
                   "\"Name\"=\"value\"\r\n"
                   "@=\"default\"\r\n"
                   "\r\n"
                   "[HKEY_LOCAL_MACHINE\\Soft\\a]\r\n"
                   "\r\n"
                   "[HKEY_LOCAL_MACHINE\\Soft\\a\\deep]\r\n"
                   "\r\n"
                   "[HKEY_LOCAL_MACHINE\\Soft\\Zed]\r\n"
                   "\"Number\"=dword:000000ab\r\n"
                   "\r\n");
}

static void each_type(void **state)
{
    static const struct {
        uint32_t type;
        const char *data;
        size_t size;
        const char *line;
    } rows[] = {
        {REG_SZ, "a\0\\\0\"\0\0\0", 8, "\"v\"=\"a\\\\\\\"\""},
        {REG_SZ, "a\0", 2, "\"v\"=hex(1):61,00 ; unterminated"}, /* importing adds no NUL then */
        {REG_SZ, "\0\0", 2, "\"v\"=\"\""},
        {REG_SZ, "", 0, "\"v\"=hex(1):"},
        {REG_SZ, "\xac\x20\x3d\xd8\0\xde\0\0", 8, "\"v\"=\"\u20ac\U0001f600\""},
        {REG_SZ, "a\0\n\0\0\0", 6, "\"v\"=hex(1):61,00,0a,00,00,00"},
        {REG_SZ, "\r\0\0\0", 4, "\"v\"=hex(1):0d,00,00,00"},
        {REG_SZ, "a\0\0\0b\0\0\0", 8, "\"v\"=hex(1):61,00,00,00,62,00,00,00"},
        {REG_SZ, "a\0\0\0\0\0", 6, "\"v\"=hex(1):61,00,00,00,00,00"},
        {REG_SZ, "a\0b", 3, "\"v\"=hex(1):61,00,62 ; unterminated"},
        {REG_EXPAND_SZ, "%\0\0\0", 4, "\"v\"=hex(2):25,00,00,00"},
        {REG_EXPAND_SZ, "", 0, "\"v\"=hex(2):"},
        {REG_MULTI_SZ, "a\0\0\0\0\0", 6, "\"v\"=hex(7):61,00,00,00,00,00"},
        {REG_MULTI_SZ, "\0\0", 2, "\"v\"=hex(7):00,00"},
        {REG_MULTI_SZ, "a\0\0\0", 4, "\"v\"=hex(7):61,00,00,00 ; unterminated"},
        {REG_EXPAND_SZ, "a\0", 2, "\"v\"=hex(2):61,00 ; unterminated"},
        {REG_DWORD, "\xef\xbe\xad\xde", 4, "\"v\"=dword:deadbeef"},
        {REG_DWORD, "\1\2", 2, "\"v\"=hex(4):01,02"},
        {REG_DWORD_BIG_ENDIAN, "\1\2\3\4", 4, "\"v\"=hex(5):01,02,03,04"},
        {REG_BINARY, "\0\xff", 2, "\"v\"=hex:00,ff"},
        {REG_BINARY, "", 0, "\"v\"=hex:"},
        {REG_NONE, "\1", 1, "\"v\"=hex(0):01"},
        {REG_QWORD, "\1\0\0\0\0\0\0\0", 8, "\"v\"=hex(b):01,00,00,00,00,00,00,00"},
        {UINT32_MAX, "\1", 1, "\"v\"=hex(ffffffff):01"},
    };
    struct sample *s = *state;
    reg_key key = sample_key(s, "K");

    for (size_t i = 0; i < ELEMENTS(rows); i++) {
        struct plat_buffer expected;

        plat_buffer_init(&expected, 1000);
        plat_buffer_printf(&expected, HEADER "[HKEY_LOCAL_MACHINE\\K]\r\n%s\r\n\r\n", rows[i].line);
        assert_success(reg_value_set(s->db, key, "v", rows[i].type, rows[i].data, rows[i].size));
        exports(s, key, plat_buffer_text(&expected));
        plat_buffer_free(&expected);
    }
}

/*
 * First lines of real exports, by the column in which their data begin (modulo 3 all three cases): services'
 * Security and ImagePath, a Blob; further lines hold 25 bytes.
 */
static void line_breaks(void **state)
{
    static const struct {
        const char *name;
        uint32_t type;
        unsigned first; /* bytes in the first line */
    } rows[] = {
        {"Security", REG_BINARY, 21},
        {"ImagePath", REG_EXPAND_SZ, 20},
        {"DigitalProductId", REG_BINARY, 18},
        {"FriendlyTypeName", REG_EXPAND_SZ, 17},
        {"", REG_EXPAND_SZ, 23},
        {"0", REG_BINARY, 23},
        {"This name is so long that there is only room for one single byte in the line", REG_BINARY, 1},
    };
    struct sample *s = *state;

    for (size_t i = 0; i < ELEMENTS(rows); i++) {
        /*
         * Sizes at which the first line is just full, one byte goes on, the second line is just full, and one
         * byte more.
         */
        const unsigned sizes[] = {rows[i].first, rows[i].first + 1, rows[i].first + 25, rows[i].first + 26};

        for (size_t j = 0; j < ELEMENTS(sizes); j++) {
            static const char zeros[64];
            reg_key key = sample_key(s, "K");
            struct plat_buffer expected;

            plat_buffer_init(&expected, 10000);
            plat_buffer_append_text(&expected, HEADER "[HKEY_LOCAL_MACHINE\\K]\r\n");
            plat_buffer_printf(&expected, rows[i].name[0] ? "\"%s\"=" : "@=", rows[i].name);
            plat_buffer_append_text(&expected, rows[i].type == REG_BINARY ? "hex:" : "hex(2):");
            for (unsigned n = 1; n <= sizes[j]; n++) {
                plat_buffer_append_text(&expected, n == sizes[j] ? "00" : "00,");
                if (n != sizes[j] && (n == rows[i].first || n == rows[i].first + 25))
                    plat_buffer_append_text(&expected, "\\\r\n  ");
            }
            plat_buffer_append_text(&expected, "\r\n\r\n");
            assert_success(reg_value_set(s->db, key, rows[i].name, rows[i].type, zeros, sizes[j]));
            exports(s, key, plat_buffer_text(&expected));
            plat_buffer_free(&expected);
            assert_success(reg_key_delete_tree(s->db, key));
        }
    }
}

static void names(void **state)
{
    struct sample *s = *state;
    reg_key key = sample_key(s, "a]b \"q\"\\/x;#");

    assert_success(sample_set_dword(s->db, key, "a\"b\\c\nd\re", 1));
    exports(s, key,
            HEADER "[HKEY_LOCAL_MACHINE\\a]b \"q\"\\/x;#]\r\n\"a\\\"b\\\\c\\nd\\re\"=dword:00000001\r\n\r\n");
}

static void protected_keys(void **state)
{
    struct sample *s = *state;
    reg_key key = sample_key(s, "users");
    reg_key secret;
    uint32_t skipped = 7;

    assert_success(reg_key_create(s->db, key, "bob", REG_CREATE_PROTECTED, &secret, NULL));
    assert_success(reg_set_string(s->db, secret, "hash", "secret"));
    assert_success(reg_set_string(s->db, sample_key(s, "users\\bob\\more"), "hash", "secret"));
    exports(s, key, HEADER "[HKEY_LOCAL_MACHINE\\users]\r\n\r\n");
    plat_buffer_clear(&s->text);
    assert_success(reg_export(s->db, key, REG_FILE_VERSION5, &s->text, &skipped));
    assert_int_equal(skipped, 1);
    exports(s, secret,
            HEADER "; protected\r\n[HKEY_LOCAL_MACHINE\\users\\bob]\r\n\"hash\"=\"secret\"\r\n\r\n"
                   "[HKEY_LOCAL_MACHINE\\users\\bob\\more]\r\n\"hash\"=\"secret\"\r\n\r\n");
    exports(s, sample_key(s, "users\\bob\\more"),
            HEADER "; protected\r\n[HKEY_LOCAL_MACHINE\\users\\bob\\more]\r\n\"hash\"=\"secret\"\r\n\r\n");
}

static void too_large(void **state)
{
    struct sample *s = *state;
    struct plat_buffer file;

    assert_success(reg_set_string(s->db, REG_HKLM, "v", "some text"));
    plat_buffer_init(&file, 100);
    assert_int_equal(reg_export(s->db, REG_HKLM, REG_FILE_VERSION5, &file, NULL), ERROR_FILE_TOO_LARGE);
    plat_buffer_free(&file);
    plat_buffer_init(&file, 10000);
    assert_int_equal(reg_export(s->db, 4711, REG_FILE_VERSION5, &file, NULL), ERROR_KEY_DELETED);
    plat_buffer_free(&file);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(whole_file, sample_setup, sample_teardown),
        cmocka_unit_test_setup_teardown(each_type, sample_setup, sample_teardown),
        cmocka_unit_test_setup_teardown(line_breaks, sample_setup, sample_teardown),
        cmocka_unit_test_setup_teardown(names, sample_setup, sample_teardown),
        cmocka_unit_test_setup_teardown(protected_keys, sample_setup, sample_teardown),
        cmocka_unit_test_setup_teardown(too_large, sample_setup, sample_teardown),
    };

    return cmocka_run_group_tests_name("registry.export", tests, NULL, NULL);
}
