/* SPDX-License-Identifier: Apache-2.0 */
/* What regedit does with the lines of a .reg file: one row a fact. */
#include "sample.h"

#include "platform/limits.h"
#include "platform/text.h"

#include <stdio.h>
#include <stdlib.h>
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

static void headers(void **state)
{
    static const struct {
        const char *start; /* of a file that goes on with a key and a value */
        win_error error;
        bool imported;
    } rows[] = {
        {"REGEDIT4\n", ERROR_SUCCESS, true},
        {"REGEDIT4\r\n", ERROR_SUCCESS, true},
        {" \tREGEDIT4\n", ERROR_SUCCESS, true},
        {"REGEDIT4  \n", ERROR_SUCCESS, true},
        {"Windows Registry Editor Version 5.00\n", ERROR_SUCCESS, true},
        {"\tWindows Registry Editor Version 5.00\n", ERROR_SUCCESS, true},
        {"\xEF\xBB\xBFWindows Registry Editor Version 5.00\n", ERROR_SUCCESS, true},
        {"REGEDIT3\n", ERROR_SUCCESS, false},
        {"REGEDIT5\n", ERROR_SUCCESS, false},
        {"REGEDIT 4\n", ERROR_SUCCESS, false},
        {"REGEDIT4FOO\n", ERROR_SUCCESS, false},
        {"REGEDIT\n", ERROR_SUCCESS, false}, /* Windows 3.1 */
        {"regedit4\n", ERROR_INVALID_DATA, false},
        {"\nREGEDIT4\n", ERROR_INVALID_DATA, false},
        {"Windows Registry Editor Version 5\n", ERROR_INVALID_DATA, false},
        {"Windows Registry Editor Version 4.00\n", ERROR_INVALID_DATA, false},
        {"windows registry editor version 5.00\n", ERROR_INVALID_DATA, false},
        {"# REGEDIT4\nREGEDIT4\n", ERROR_INVALID_DATA, false},
        {"x\n", ERROR_INVALID_DATA, false},
        {"", ERROR_SUCCESS, true}, /* platform.reg has no header */
        {"\n; comment\n\n", ERROR_SUCCESS, true},
    };
    struct sample *s = *state;

    for (size_t i = 0; i < ELEMENTS(rows); i++) {
        struct plat_buffer file;
        win_error error;

        plat_buffer_init(&file, 1000);
        plat_buffer_printf(&file, "%s[HKEY_LOCAL_MACHINE\\T]\n\"v\"=dword:1\n", rows[i].start);
        error = sample_import(s, file.data, file.size, NULL);
        plat_buffer_free(&file);
        if (error != rows[i].error)
            fail_msg("\"%s\" gave %u", rows[i].start, (unsigned)error);
        assert_int_equal(error != ERROR_SUCCESS, reg_db_message(s->db)[0] != 0);
        assert_string_equal(sample_keys(s, REG_HKLM), rows[i].imported ? "T" : "");
        if (rows[i].imported)
            assert_success(reg_key_delete_tree(s->db, sample_key(s, "T")));
    }
    assert_int_equal(sample_import_text(s, "", NULL), ERROR_INVALID_DATA);
    assert_int_equal(sample_import_text(s, "\n\n", NULL), ERROR_INVALID_DATA);
    assert_success(sample_import_text(s, "REGEDIT4", NULL));
    assert_int_equal(sample_import_text(s, "[section]\nname=value\n", NULL),
                     ERROR_INVALID_DATA); /* an .ini file */
}

static void windows_3_1(void **state)
{
    static const char file[] = "REGEDIT\n"
                               "HKEY_CLASSES_ROOT\\.txt = text file\n"
                               "HKEY_CLASSES_ROOT\\a b\\c\\ =  = x\n"
                               "hkey_classes_root\\lower = no\n"
                               "HKEY_LOCAL_MACHINE\\other = no\n"
                               " HKEY_CLASSES_ROOT\\blank = no\n"
                               "HKEY_CLASSES_ROOT\\none=no\n"
                               "HKEY_CLASSES_ROOT\\ = root\n";
    struct sample *s = *state;
    struct reg_import_result result;
    reg_key key;

    assert_success(sample_import_text(s, file, &result));
    assert_int_equal(result.problems, 1);
    assert_string_equal(plat_buffer_text(&s->text),
                        "7: there is no \"= \" with data after the key; the line was left out\n");
    assert_string_equal(sample_keys(s, REG_HKCR), ".txt|a b");
    assert_success(reg_key_open(s->db, REG_HKCR, ".txt", &key));
    assert_string_equal(sample_value(s, key, ""), "1:7400650078007400200066006900"
                                                  "6c0065000000");
    assert_success(reg_key_open(s->db, REG_HKCR, "a b\\c", &key));
    assert_string_equal(sample_value(s, key, ""), "1:20003d002000"
                                                  "78000000");
    assert_string_equal(sample_value(s, REG_HKCR, ""), "1:72006f006f0074000000");
}

/* UTF-16LE needs its BOM; without one the file is UTF-8, or else Windows-1252. */
static void encodings(void **state)
{
    static const char text[] = V5 "\"\u20ac\"=\"\u00e9\U0001f600\"\r\n";
    struct sample *s = *state;
    struct plat_buffer file;
    reg_key key;

    plat_buffer_init(&file, 10000);
    for (int bom = 1; bom >= 0; bom--) {
        plat_buffer_clear(&file);
        if (bom)
            plat_buffer_append(&file, "\xFF\xFE", 2);
        plat_utf16le_append(&file, text, strlen(text));
        if (!bom) {
            assert_int_equal(sample_import(s, file.data, file.size, NULL), ERROR_INVALID_DATA);
            continue;
        }
        plat_buffer_append_u8(&file, 'x'); /* half a character */
        assert_success(sample_import(s, file.data, file.size, NULL));
        key = sample_key(s, "T");
        assert_string_equal(sample_value(s, key, "\u20ac"), "1:e9003dd800de0000");
        assert_success(reg_key_delete_tree(s->db, key));
    }
    plat_buffer_free(&file);
    assert_success(sample_import_text(s, text, NULL));
    key = sample_key(s, "T");
    assert_string_equal(sample_value(s, key, "\u20ac"), "1:e9003dd800de0000");
    assert_success(sample_import_text(s, V4 "\"\x80\"=\"\xe9\x9f\x81\"\n", NULL));
    assert_string_equal(sample_value(s, key, "\u20ac"), "1:e900780181000000");
    /* REGEDIT4 in UTF-16: text is text, but the bytes of hex(1) stay ANSI. */
    plat_buffer_init(&file, 10000);
    plat_buffer_append(&file, "\xFF\xFE", 2);
    plat_utf16le_append(&file, V4 "\"v\"=hex(1):61,00\n", strlen(V4 "\"v\"=hex(1):61,00\n"));
    assert_success(sample_import(s, file.data, file.size, NULL));
    assert_string_equal(sample_value(s, key, "v"), "1:61000000");
    plat_buffer_free(&file);
}

static void nul_in_a_line(void **state)
{
    static const char file[] = V5 "\"v\"=\"a\0b\"\n\"w\"=dword:1\n";
    struct sample *s = *state;
    struct reg_import_result result;

    assert_success(sample_import(s, file, sizeof file - 1, &result));
    assert_int_equal(result.problems, 1);
    assert_string_equal(sample_values(s, sample_key(s, "T")), "w");
}

static void reports(void **state)
{
    static const char file[] = "Windows Registry Editor Version 5.00\r\n"
                               "\"early\"=dword:1\r\n"
                               "\r\n"
                               "[HKEY_LOCAL_MACHINE\\T]\r\n"
                               "\"v\"=dword:123456789\r\n"
                               "\"x\"=hex:01,\\\r\n"
                               "  02,\\\r\n"
                               "  zz\r\n"
                               "junk\r\n"
                               "\"w\"=\"\\q\"\r\n"
                               "[HKEY_NOWHERE\\x]\r\n";
    struct sample *s = *state;
    struct reg_import_result result;

    assert_success(sample_import_text(s, file, &result));
    assert_string_equal(
        plat_buffer_text(&s->text),
        "2: there is no key before this value; the line was left out\n"
        "5: a dword has one to eight hexadecimal digits; the line was left out\n"
        "6: hexadecimal bytes have one or two digits, one comma between two, and a backslash only after a "
        "comma; the line was left out\n"
        "9: this is neither a key nor a value nor a comment; the line was left out\n"
        "10: a backslash before a character that needs none was dropped; the value was set\n"
        "11: [HKEY_NOWHERE\\x] begins with no root key known here; it and its values were left out\n");
    assert_int_equal(result.problems, 5);
    assert_int_equal(result.keys, 1);
    assert_int_equal(result.values, 1);
    assert_success(
        reg_import(s->db, plat_span_of(file, strlen(file)), NULL, NULL, &result)); /* nobody listens */
    assert_int_equal(result.problems, 5);
}

static void limits(void **state)
{
    struct sample *s = *state;
    struct reg_import_result result;
    struct plat_buffer file;

    plat_buffer_init(&file, 8 * (size_t)LIMIT_REG_DATA);
    plat_buffer_append_text(&file, V5 "\"v\"=hex:00");
    for (size_t i = 0; i < LIMIT_REG_DATA; i++)
        plat_buffer_append_text(&file, ",00");
    plat_buffer_append_text(&file, "\n\"w\"=\"");
    for (size_t i = 0; i < LIMIT_REG_DATA / 2; i++)
        plat_buffer_append_text(&file, "x");
    plat_buffer_append_text(&file, "\"\n\"");
    for (size_t i = 0; i < LIMIT_REG_VALUE_NAME + 1; i++)
        plat_buffer_append_text(&file, "n");
    plat_buffer_append_text(&file, "\"=dword:1\n[HKEY_LOCAL_MACHINE\\");
    for (size_t i = 0; i < LIMIT_REG_KEY_NAME + 1; i++)
        plat_buffer_append_text(&file, "k");
    plat_buffer_append_text(&file, "]\n[HKEY_LOCAL_MACHINE");
    for (size_t i = 0; i < LIMIT_REG_PATH; i++)
        plat_buffer_append_text(&file, "\\k");
    plat_buffer_append_text(&file, "]\n[HKEY_LOCAL_MACHINE");
    for (size_t i = 0; i < LIMIT_REG_DEPTH + 1; i++)
        plat_buffer_append_text(&file, "\\k");
    plat_buffer_append_text(&file, "]\n[HKEY_LOCAL_MACHINE\\T]\n\"z\"=dword:1\n");
    assert_int_equal(file.failed, ERROR_SUCCESS);
    assert_success(sample_import(s, file.data, file.size, &result));
    assert_int_equal(result.problems, 6);
    assert_string_equal(sample_values(s, sample_key(s, "T")), "z");
    assert_string_equal(sample_keys(s, REG_HKLM), "T");
    plat_buffer_free(&file);
    assert_int_equal(sample_import(s, "x", (size_t)LIMIT_REG_TEXT + 1, &result), ERROR_FILE_TOO_LARGE);
}

/* One transaction, and one ring: nobody sees half of a file. */
static void one_transaction(void **state)
{
    struct sample *s = *state;
    uint64_t before = reg_generation(s->db);
    reg_key key;

    assert_success(sample_import_text(s, V5 "\"a\"=dword:1\n\"b\"=dword:2\n[HKEY_LOCAL_MACHINE\\U]\n", NULL));
    assert_true(reg_generation(s->db) == before + 1);
    assert_success(reg_begin(s->db)); /* inside of the caller's: the caller decides */
    assert_success(sample_import_text(s, "REGEDIT4\n[HKEY_LOCAL_MACHINE\\W]\n", NULL));
    reg_rollback(s->db);
    assert_int_equal(reg_key_open(s->db, REG_HKLM, "W", &key), ERROR_FILE_NOT_FOUND);
    assert_true(reg_generation(s->db) == before + 1);
}

/* Values below a key line that is refused go nowhere, least of all to the key before it. */
static void refused_keys_take_their_values(void **state)
{
    static const char *const lines[] = {
        "[HKEY_LOCAL_MACHINE\\X%Y]", /* % becomes a NUL */
        "  [%]",
        "\xEF\xBB\xBF[HKEY_LOCAL_MACHINE\\X]",
        "\f[HKEY_LOCAL_MACHINE\\X]",
        "\v[HKEY_LOCAL_MACHINE\\X]",
        "\xC2\xA0[HKEY_LOCAL_MACHINE\\X]",
        " \t\x01[-HKEY_LOCAL_MACHINE\\T]",
        "\xEF\xBB\xBF[%",
        "[HKEY_NOWHERE\\X]",
        "[HKEY_LOCAL_MACHINE\\X",
        "[]",
    };
    struct sample *s = *state;

    for (size_t i = 0; i < ELEMENTS(lines); i++) {
        char file[200];
        int size = snprintf(file, sizeof file,
                            V5 "\"a\"=dword:1\n%s\n\"v\"=dword:2\n[HKEY_LOCAL_MACHINE\\T]\n\"b\"=dword:3\n",
                            lines[i]);
        struct reg_import_result result;
        reg_key key;

        for (int j = 0; j < size; j++)
            file[j] = file[j] == '%' ? '\0' : file[j];
        assert_success(sample_import(s, file, (size_t)size, &result));
        if (result.problems != 1 || result.values != 2)
            fail_msg("%s: %u problems, %u values: %s", lines[i], (unsigned)result.problems,
                     (unsigned)result.values, plat_buffer_text(&s->text));
        if (!strstr(plat_buffer_text(&s->text), "its values were left out"))
            fail_msg("%s: %s", lines[i], plat_buffer_text(&s->text));
        key = sample_key(s, "T");
        assert_string_equal(sample_values(s, key), "a|b");
        assert_success(reg_key_delete_tree(s->db, key));
        assert_string_equal(sample_keys(s, REG_HKLM), "");
    }
    /* A key in a branch that is not taken ends nothing. */
    assert_success(sample_import_text(
        s, V5 "IF CERIUM_TEST_NOT_SET\n\f[HKEY_LOCAL_MACHINE\\X]\n\"v\"=dword:1\nENDIF\n\"w\"=dword:2\n",
        NULL));
    assert_string_equal(sample_values(s, sample_key(s, "T")), "w");
}

static void protected_keys(void **state)
{
    static const struct {
        const char *file;
        bool is_protected;
    } rows[] = {
        {"REGEDIT4\n; protected\n[HKEY_LOCAL_MACHINE\\T]\n", true},
        {"REGEDIT4\n  ; protected\r\n\n; and more\n[HKEY_LOCAL_MACHINE\\T]\n\"v\"=dword:1\n", true},
        {"REGEDIT4\n[HKEY_LOCAL_MACHINE\\T]\n; protected\n", false},
        {"REGEDIT4\n; protected\n[HKEY_LOCAL_MACHINE\\X]\n[HKEY_LOCAL_MACHINE\\T]\n", false},
        {"REGEDIT4\n; protected\n[HKEY_NOWHERE]\n[HKEY_LOCAL_MACHINE\\T]\n", false},
        {"REGEDIT4\n; protected\n\f[HKEY_LOCAL_MACHINE\\X]\n[HKEY_LOCAL_MACHINE\\T]\n", false},
        {"REGEDIT4\n[HKEY_LOCAL_MACHINE\\X]\n; protected\n\"v\"=dword:1\n[HKEY_LOCAL_MACHINE\\T]\n", false},
        {"REGEDIT4\n; protected from rain\n[HKEY_LOCAL_MACHINE\\T]\n", false},
        {"REGEDIT4\nIF CERIUM_TEST_NOT_SET\n; protected\nENDIF\n[HKEY_LOCAL_MACHINE\\T]\n", false},
    };
    struct sample *s = *state;

    for (size_t i = 0; i < ELEMENTS(rows); i++) {
        struct reg_key_info info;
        reg_key key;

        assert_success(sample_import_text(s, rows[i].file, NULL));
        key = sample_key(s, "T");
        assert_success(reg_key_info_of(s->db, key, &info));
        if (info.is_protected != rows[i].is_protected)
            fail_msg("%s", rows[i].file);
        assert_success(reg_key_delete_tree(s->db, key));
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
        cmocka_unit_test_setup_teardown(headers, sample_setup, sample_teardown),
        cmocka_unit_test_setup_teardown(windows_3_1, sample_setup, sample_teardown),
        cmocka_unit_test_setup_teardown(encodings, sample_setup, sample_teardown),
        cmocka_unit_test_setup_teardown(nul_in_a_line, sample_setup, sample_teardown),
        cmocka_unit_test_setup_teardown(reports, sample_setup, sample_teardown),
        cmocka_unit_test_setup_teardown(limits, sample_setup, sample_teardown),
        cmocka_unit_test_setup_teardown(one_transaction, sample_setup, sample_teardown),
        cmocka_unit_test_setup_teardown(refused_keys_take_their_values, sample_setup, sample_teardown),
        cmocka_unit_test_setup_teardown(protected_keys, sample_setup, sample_teardown),
    };

    return cmocka_run_group_tests_name("registry.import", tests, NULL, NULL);
}
