/* SPDX-License-Identifier: Apache-2.0 */
/* What regedit does with the lines of a .reg file: one row a fact. */
#include "sample.h"

#include <string.h>

#define V4 "REGEDIT4\n\n[HKEY_LOCAL_MACHINE\\T]\n"
#define V5 "Windows Registry Editor Version 5.00\n\n[HKEY_LOCAL_MACHINE\\T]\n"

struct value_row {
    const char *file;
    const char *name;
    const char *value; /* sample_value's form; "-" = not set */
    uint32_t problems; /* lines refused */
};

static void check_rows(struct sample *s, const struct value_row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct reg_import_result result;
        reg_key key;

        assert_success(sample_import_text(s, rows[i].file, &result));
        if (result.problems != rows[i].problems)
            fail_msg("%s\n%u problems, not %u: %s", rows[i].file, (unsigned)result.problems,
                     (unsigned)rows[i].problems, plat_buffer_text(&s->text));
        key = sample_key(s, "T");
        if (strcmp(sample_value(s, key, rows[i].name), rows[i].value) != 0)
            fail_msg("%s\nmade %s, not %s", rows[i].file, plat_buffer_text(&s->text), rows[i].value);
        assert_success(reg_key_delete_tree(s->db, key));
    }
}

static void strings(void **state)
{
    static const struct value_row rows[] = {
        {V4 "\"v\"=\"abc\"", "v", "1:6100620063000000", 0}, /* no line end at the end */
        {V5 "\"v\"=\"abc\"\r\n", "v", "1:6100620063000000", 0},
        {V5 "\"v\"=\"a\"\r\"w\"=\"b\"\r", "w", "1:62000000", 0}, /* a lone CR ends a line */
        {V5 "\"v\"=\"\"\n", "v", "1:0000", 0},
        {V5 "\"v\"=\"a\\\\b\"\n", "v", "1:61005c0062000000", 0},
        {V5 "\"v\"=\"a\\\"b\"\n", "v", "1:6100220062000000", 0},
        {V5 "\"v\"=\"\\n\\r\"\n", "v", "1:0a000d000000", 0},
        {V5 "\"v\"=\"a\\0b\"\n", "v", "-", 1},
        {V5 "\"v\"=\"\\a\"\n", "v", "1:61000000", 0}, /* a warning, but set */
        {V5 "\"v\"=\"abc\" ; comment\n", "v", "1:6100620063000000", 0},
        {V5 "\"v\"=\"abc\";comment\n", "v", "1:6100620063000000", 0},
        {V5 "\"v\"=\"abc\" # comment\n", "v", "-", 1},
        {V5 "\"v\"=\"abc\" x\n", "v", "-", 1},
        {V5 "\"v\"=\"a;b#c\"\n", "v", "1:61003b006200230063000000", 0},
        {V5 "\"v\"=\"abc\n", "v", "-", 1},
        {V5 "\"v\"=\"abc\\\"\n", "v", "-", 1},
        {V5 "\"v\"=\"Test \\\nValue\"\n", "v", "-", 2}, /* a line end inside */
        {V5 "\"v\"=abc\n", "v", "-", 1},
        {V5 "\"v\"\n", "v", "-", 1},
        {V5 "\"v\"=\n", "v", "-", 1},
        {V5 "\"v=\"abc\"\n", "v", "-", 1},
        {V5 "\"v\"x=\"abc\"\n", "v", "-", 1},
        {V5 "v\"=\"abc\"\n", "v", "-", 1},
        {V5 "\"a=b\"=\"c\"\n", "a=b", "1:63000000", 0},
        {V5 "\"a\\\\b\\\"c\"=\"c\"\n", "a\\b\"c", "1:63000000", 0},
        {V5 "\t\"v\" \t=\t \"c\"\n", "v", "1:63000000", 0},
        {V5 "@=\"c\"\n", "", "1:63000000", 0},
        {V5 "\"\"=\"c\"\n", "", "1:63000000", 0},
        {V5 "@x=\"c\"\n", "", "-", 1},
        {V5 " # a comment \\\n\"v\"=\"c\"\n", "v", "1:63000000", 0},
        {V5 "\t; a comment ,\\\n\"v\"=\"c\"\n", "v", "1:63000000", 0},
        {V5 "\"v\"=\"bad\" x\n\"w\"=\"good\"\n", "w", "1:67006f006f0064000000", 1}, /* the rest is applied */
    };

    check_rows(*state, rows, ELEMENTS(rows));
}

static void numbers(void **state)
{
    static const struct value_row rows[] = {
        {V5 "\"v\"=dword:00000008\n", "v", "4:08000000", 0},
        {V5 "\"v\"=dword:8\n", "v", "4:08000000", 0},
        {V5 "\"v\"=dword:FfFfFfFf\n", "v", "4:ffffffff", 0},
        {V5 "\"v\"=dword:012345678\n", "v", "-", 1}, /* nine digits, even with a 0 before */
        {V5 "\"v\"=dword:123456789\n", "v", "-", 1},
        {V5 "\"v\"=dword:12 34\n", "v", "-", 1},
        {V5 "\"v\"=dword:g\n", "v", "-", 1},
        {V5 "\"v\"=dword:-1\n", "v", "-", 1},
        {V5 "\"v\"=dword:\n", "v", "-", 1},
        {V5 "\"v\"=dword:0x\n", "v", "-", 1},
        {V5 "\t@\t=\tdword:\t00000008\t\n", "", "4:08000000", 0},
        {V5 "\"v\"=dword: 00000008 ;comment\n", "v", "4:08000000", 0},
        {V5 "\"v\"=dword:00000008 #comment\n", "v", "-", 1},
        {V5 "\"v\"=dword :00000008\n", "v", "-", 1},
        {V5 "\"v\"=dword: 0x000001C4\n", "v", "4:c4010000", 0}, /* not regedit's: the notation of CE's pages */
    };

    check_rows(*state, rows, ELEMENTS(rows));
}

static void bytes(void **state)
{
    static const struct value_row rows[] = {
        {V5 "\"v\"=hex:01,2,aB\n", "v", "3:0102ab", 0},
        {V5 "\"v\"=hex:\n", "v", "3:", 0},
        {V5 "\"v\"=hex:100\n", "v", "-", 1},
        {V5 "\"v\"=hex:1a4\n", "v", "-", 1},
        {V5 "\"v\"=hex:01,\n", "v", "3:01", 0},
        {V5 "\"v\"=hex:01,,02\n", "v", "-", 1},
        {V5 "\"v\"=hex:,01\n", "v", "-", 1},
        {V5 "\"v\"=hex:0g\n", "v", "-", 1},
        {V5 "\"v\"=hex:01 02\n", "v", "-", 1},
        {V5 "\"v\"=hex: 01 , 02 ; comment\n", "v", "3:0102", 0},
        {V5 "\"v\"=hex:01,02 # comment\n", "v", "-", 1},
        {V5 "\"v\"=hex(0):\n", "v", "0:", 0},
        {V5 "\"v\"=hex(0):01\n", "v", "0:01", 0},
        {V5 "\"v\"=hex(3):01\n", "v", "3:01", 0},
        {V5 "\"v\"=hex(4):01,02\n", "v", "4:0102", 0}, /* any length */
        {V5 "\"v\"=hex(b):01,00,00,00,00,00,00,00\n", "v", "b:0100000000000000", 0},
        {V5 "\"v\"=hex(ffffffff):01\n", "v", "ffffffff:01", 0},
        {V5 "\"v\"=hex(100000000):01\n", "v", "-", 1},
        {V5 "\"v\"=hex(0x1):01\n", "v", "-", 1},
        {V5 "\"v\"=hex():01\n", "v", "-", 1},
        {V5 "\"v\"=hex(1:01\n", "v", "-", 1},
        {V5 "\"v\"=hex(-1):01\n", "v", "-", 1},
        {V5 "\"v\"=hex(1):\n", "v", "1:", 0}, /* empty: nothing is added */
        {V5 "\"v\"=hex(7):\n", "v", "7:", 0},
    };

    check_rows(*state, rows, ELEMENTS(rows));
}

static void missing_nuls(void **state)
{
    static const struct value_row rows[] = {
        {V5 "\"v\"=hex(1):61,00\n", "v", "1:61000000", 0},
        {V5 "\"v\"=hex(1):61,00,00,00\n", "v", "1:61000000", 0},
        {V5 "\"v\"=hex(2):61,00\n", "v", "2:61000000", 0},
        {V5 "\"v\"=hex(7):61,00,00,00,62,00,00,00\n", "v",
         "7:610000006200000000"
         "00",
         0},
        {V5 "\"v\"=hex(7):61,00,00,00,62,00\n", "v", "7:6100000062000000", 0}, /* one, not two */
        {V5 "\"v\"=hex(7):61,00,00,00,00,00\n", "v", "7:610000000000", 0},
        {V5 "\"v\"=hex(7):00,00\n", "v", "7:0000", 0},
        {V5 "\"v\"=hex(3):61,00\n", "v", "3:6100", 0},
        /* REGEDIT4: ANSI bytes */
        {V4 "\"v\"=hex(1):61\n", "v", "1:61000000", 0},
        {V4 "\"v\"=hex(2):25,61,00\n", "v", "2:250061000000", 0},
        {V4 "\"v\"=hex(7):61,00,62,00,00\n", "v", "7:61000000620000000000", 0},
        {V4 "\"v\"=hex(1):80,00\n", "v", "1:ac200000", 0},       /* Windows-1252 */
        {V4 "\"v\"=hex(1):e2,82,ac,00\n", "v", "1:ac200000", 0}, /* or UTF-8 */
        {V4 "\"v\"=hex(0):61\n", "v", "0:61", 0},
        /* ours alone: what an export says lacks its NUL goes without */
        {V5 "\"v\"=hex(1):61,00 ; unterminated\n", "v", "1:6100", 0},
        {V5 "\"v\"=hex(1):61,00; unterminated \t\n", "v", "1:6100", 0},
        {V5 "\"v\"=hex(2):61 ; unterminated\n", "v", "2:61", 0},
        {V5 "\"v\"=hex(7):61,00,\\\n  00,00 ; unterminated\n", "v", "7:61000000", 0},
        {V5 "\"v\"=hex(7):61,00,\\ ; unterminated\n  00,00\n", "v", "7:610000000000", 0},
        {V5 "\"v\"=hex(1):61,00 ; unterminated string\n", "v", "1:61000000", 0},
        {V4 "\"v\"=hex(1):61 ; unterminated\n", "v", "1:6100", 0},
    };

    check_rows(*state, rows, ELEMENTS(rows));
}

static void continuation(void **state)
{
    static const struct value_row rows[] = {
        {V5 "\"v\"=hex:01,\\\n  02,\\\n\t03\n", "v", "3:010203", 0},
        {V5 "\"v\"=hex:01,\\  \t\n02\n", "v", "3:0102", 0},
        {V5 "\"v\"=hex:01,\\ ; comment\n02\n", "v", "3:0102", 0},
        {V5 "\"v\"=hex:01,\\ # comment\n02\n", "v", "-", 1},
        {V5 "\"v\"=hex:01,\\\n\n  \n;comment\n ; comment\\\n02\n", "v", "3:0102", 0},
        {V5 "\"v\"=hex:01\\\n02\n", "v", "-", 1}, /* without a comma */
        {V5 "\"v\"=hex:01, \\\n02\n", "v", "-", 1},
        {V5 "\"v\"=hex:01,\\\n,02\n", "v", "-", 1},
        {V5 "\"v\"=hex:01,\\\n\\\n02\n", "v", "-", 1},
        {V5 "\"v\"=hex:01,\\\n02\\\n03\n", "v", "-", 1},
        {V5 "\"v\"=hex:01,\\\n", "v", "3:01", 0}, /* the file ends: what was read is kept */
        {V5 "\"v\"=hex:01,\\", "v", "3:01", 0},
        {V5 "\"v\"=hex:01,\n02\n", "v", "3:01", 1}, /* ends without the backslash */
        {V5 "\"v\"=hex:01,\\\n\"w\"=\"a\"\n\"x\"=\"b\"\n", "v", "-", 1},
        {V5 "\"v\"=hex:01,\\\n\"w\"=\"a\"\n\"x\"=\"b\"\n", "w", "-",
         1}, /* the line that does not fit is used up */
        {V5 "\"v\"=hex:01,\\\n\"w\"=\"a\"\n\"x\"=\"b\"\n", "x", "1:62000000", 1},
        {V5 "\"v\"=hex:01,\\\n#comment\n\"x\"=\"b\"\n", "v", "-", 1},
        {V5 "\"v\"=hex:01\n; comment,\\\n\"x\"=\"b\"\n", "x", "1:62000000", 0}, /* a comment goes on nowhere */
        {V5 "\"v\"=hex:zz,\\\n01,\\\n02\n\"x\"=\"b\"\n", "x", "1:62000000", 1}, /* reported once */
        {V5 "\"v\"=hex:\\\n      36,00,\\\n      37\n", "v", "3:360037",
         0}, /* CE's remote registry editor begins so */
    };

    check_rows(*state, rows, ELEMENTS(rows));
}

static void deletions(void **state)
{
    static const struct value_row rows[] = {
        {V5 "\"v\"=dword:1\n\"v\"=-\n", "v", "-", 0},
        {V5 "\"v\"=dword:1\n\"v\" = - ; comment\n", "v", "-", 0},
        {V5 "\"v\"=dword:1\n\"v\"=-#comment\n", "v", "4:01000000", 1},
        {V5 "\"v\"=dword:1\n\"v\"=-x\n", "v", "4:01000000", 1},
        {V5 "@=\"x\"\n@=-\n", "", "-", 0},
        {V5 "\"none\"=-\n\"v\"=dword:1\n", "v", "4:01000000", 0},
        {V5 "\"v\"=dword:1\n[-HKEY_LOCAL_MACHINE\\T]\n", "v", "-", 0},
        {V5 "\"v\"=dword:1\n[-HKEY_LOCAL_MACHINE\\T]\n\"v\"=dword:2\n", "v", "-",
         0}, /* values after it are left out */
        {V5 "\"v\"=dword:1\n[-HKEY_LOCAL_MACHINE\\none]\n[HKEY_LOCAL_MACHINE\\T]\n\"w\"=dword:2\n", "w",
         "4:02000000", 0},
        {V5 "\"v\"=dword:1\n[ -HKEY_LOCAL_MACHINE\\T]\n", "v", "4:01000000", 1},
        {V5 "\"v\"=dword:1\n[- HKEY_LOCAL_MACHINE\\T]\n", "v", "4:01000000", 1},
        {V5 "\"v\"=dword:1\n[-HKEY_LOCAL_MACHINE]\n", "v", "4:01000000", 1},
        {V5 "\"v\"=dword:1\n[-HKEY_LOCAL_MACHINE\\T\\\\]\n", "v", "-", 0},
    };

    check_rows(*state, rows, ELEMENTS(rows));
}

static void keys(void **state)
{
    static const struct {
        const char *line;
        const char *keys; /* made under HKEY_LOCAL_MACHINE */
        uint32_t problems;
    } rows[] = {
        {"[HKEY_LOCAL_MACHINE\\a]", "a", 0},
        {"[hkey_Local_machine\\a]", "a", 0},
        {"  [HKEY_LOCAL_MACHINE\\a]", "a", 0},
        {"[HKEY_LOCAL_MACHINE\\a\\]", "a", 0},
        {"[HKEY_LOCAL_MACHINE\\a\\\\\\]", "a", 0},
        {"[HKEY_LOCAL_MACHINE\\a ]", "a ", 0},   /* the blank belongs to the name */
        {"[HKEY_LOCAL_MACHINE\\a]b]", "a]b", 0}, /* the last ] closes */
        {"[HKEY_LOCAL_MACHINE\\a] ; x", "a", 0},
        {"[HKEY_LOCAL_MACHINE\\\"q\" /s]", "\"q\" /s", 0},
        {"[HKEY_LOCAL_MACHINE\\a;b#c]", "a;b#c", 0},
        {"[ HKEY_LOCAL_MACHINE\\a]", "", 1},
        {"[HKEY_LOCAL_MACHINE\\a", "", 1},
        {"[HKEY_LOCAL_MACHINES\\a]", "", 1},
        {"[HKEY_CURRENT_CONFIG\\a]", "", 1},
        {"[HKEY_LOCAL_MACHINE\\\\a]", "", 1},
        {"[HKEY_LOCAL_MACHINE]", "", 0},
        {"[]", "", 1},
    };
    struct sample *s = *state;

    for (size_t i = 0; i < ELEMENTS(rows); i++) {
        struct reg_import_result result;
        struct plat_buffer file;

        /* The value after a refused key is left out without another word; the next key is taken. */
        plat_buffer_init(&file, 1000);
        plat_buffer_printf(
            &file, "REGEDIT4\r\n%s\r\n\"v\"=dword:1\r\n[HKEY_CLASSES_ROOT\\next]\r\n\"v\"=dword:2\r\n",
            rows[i].line);
        assert_success(sample_import(s, file.data, file.size, &result));
        plat_buffer_free(&file);
        if (result.problems != rows[i].problems)
            fail_msg("%s: %u problems: %s", rows[i].line, (unsigned)result.problems,
                     plat_buffer_text(&s->text));
        assert_int_equal(result.values, 2 - rows[i].problems);
        assert_int_equal(result.keys, 2 - rows[i].problems);
        assert_string_equal(sample_keys(s, REG_HKLM), rows[i].keys);
        assert_string_equal(sample_keys(s, REG_HKCR), "next");
        while (sample_keys(s, REG_HKLM)[0]) {
            reg_key key;

            assert_success(reg_key_open(s->db, REG_HKLM, rows[i].keys, &key));
            assert_success(reg_key_delete_tree(s->db, key));
        }
        if (sample_values(s, REG_HKLM)[0])
            assert_success(reg_value_delete(s->db, REG_HKLM, "v"));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(strings, sample_setup, sample_teardown),
        cmocka_unit_test_setup_teardown(numbers, sample_setup, sample_teardown),
        cmocka_unit_test_setup_teardown(bytes, sample_setup, sample_teardown),
        cmocka_unit_test_setup_teardown(missing_nuls, sample_setup, sample_teardown),
        cmocka_unit_test_setup_teardown(continuation, sample_setup, sample_teardown),
        cmocka_unit_test_setup_teardown(deletions, sample_setup, sample_teardown),
        cmocka_unit_test_setup_teardown(keys, sample_setup, sample_teardown),
    };

    return cmocka_run_group_tests_name("registry.import", tests, NULL, NULL);
}
