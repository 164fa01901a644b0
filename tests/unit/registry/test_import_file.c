/* SPDX-License-Identifier: Apache-2.0 */
/* What becomes of a .reg file as a whole: header, encoding, limits, reports, its one transaction. */
#include "sample.h"

#include "platform/limits.h"
#include "platform/text.h"

#include <stdio.h>
#include <string.h>

#define V4 "REGEDIT4\n\n[HKEY_LOCAL_MACHINE\\T]\n"
#define V5 "Windows Registry Editor Version 5.00\n\n[HKEY_LOCAL_MACHINE\\T]\n"

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
        {"\r\nWindows Registry Editor Version 5.00\n", ERROR_INVALID_DATA, false},
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
    assert_success(sample_import_text(s, V5 "\"\x80\"=\"\xe9\"\n", NULL)); /* Version 5 without BOM as well */
    assert_string_equal(sample_value(s, key, "\u20ac"), "1:e9000000");
    /* One byte that cannot be UTF-8 decides for the whole file, the bytes of hex(1) included. */
    assert_success(sample_import_text(s, V4 "; \x80\n\"v\"=\"\xc3\xa9\"\n\"h\"=hex(1):c3,a9,00\n", NULL));
    assert_string_equal(sample_value(s, key, "v"), "1:c300a9000000");
    assert_string_equal(sample_value(s, key, "h"), "1:c300a9000000");
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
    assert_success(reg_import(s->db, plat_span_of(file, strlen(file)), NULL, &result)); /* nobody listens */
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

/* Larger than Windows CE takes: imported all the same, and counted. */
static void beyond_ce(void **state)
{
    static const struct {
        unsigned name, data, depth;
        uint32_t beyond;
    } rows[] = {
        {255, 4096, 16, 0}, {256, 4096, 16, 1}, {255, 4097, 16, 1}, {255, 0, 17, 1}, {256, 5000, 17, 2}};
    struct sample *s = *state;

    for (size_t i = 0; i < ELEMENTS(rows); i++) {
        struct reg_import_result result;
        struct plat_buffer file;

        plat_buffer_init(&file, 100000);
        plat_buffer_append_text(&file, "REGEDIT4\n[HKEY_LOCAL_MACHINE");
        for (unsigned n = 0; n < rows[i].depth; n++)
            plat_buffer_append_text(&file, "\\k");
        plat_buffer_append_text(&file, "]\n\"");
        for (unsigned n = 0; n < rows[i].name; n++)
            plat_buffer_append_text(&file, "\u00e9");
        plat_buffer_append_text(&file, "\"=hex:");
        for (unsigned n = 0; n < rows[i].data; n++)
            plat_buffer_append_text(&file, n ? ",0" : "0");
        assert_success(sample_import(s, file.data, file.size, &result));
        assert_int_equal(result.problems, 0);
        assert_int_equal(result.beyond_ce, rows[i].beyond);
        plat_buffer_free(&file);
    }
}

struct heard {
    size_t done;
    unsigned calls;
};

static void hear(void *context, size_t done, size_t all)
{
    struct heard *heard = context;

    assert_true(done >= heard->done && done <= all);
    heard->done = done;
    heard->calls++;
}

static void progress(void **state)
{
    struct sample *s = *state;
    struct heard heard = {.done = 0};
    const struct reg_import_listener listener = {.context = &heard, .progress = hear};
    struct reg_import_result result;
    struct plat_buffer text, file;

    plat_buffer_init(&text, 10000000);
    plat_buffer_init(&file, 10000000);
    plat_buffer_append_text(&text, V5);
    for (int i = 0; i < 40000; i++)
        plat_buffer_append_text(&text, "; a comment that takes some room in the file\r\n");
    plat_buffer_append(&file, "\xFF\xFE", 2);
    plat_utf16le_append(&file, (const char *)text.data, text.size);
    assert_success(reg_import(s->db, plat_span_of(file.data, file.size), &listener, &result));
    assert_int_equal(heard.done, file.size);
    assert_int_equal(heard.calls, text.size / (256 * 1024) + 1);
    plat_buffer_free(&text);
    plat_buffer_free(&file);
}

/* Key lines find their way from the one before: whatever that was, the same keys come out. */
static void neighbours(void **state)
{
    static const struct {
        const char *lines;
        const char *under_t; /* keys of T, then of T\\a, of T\\a\\b */
        const char *under_a;
        const char *under_b;
    } rows[] = {
        {"[HKLM\\T\\a]\n[HKLM\\T\\a\\b]\n[HKLM\\T\\a\\c]\n[HKLM\\T\\d]\n", "a|d", "b|c", ""},
        {"[HKLM\\T\\a\\b\\x]\n[HKLM\\T\\a\\b\\y]\n[HKLM\\T\\ab]\n[HKLM\\T\\a\\bc]\n", "a|ab", "b|bc", "x|y"},
        {"[HKLM\\T\\a\\b\\x]\n[-HKLM\\T\\a]\n[HKLM\\T\\a\\b\\y]\n", "a", "b", "y"},
        {"[HKLM\\T\\a\\b\\x]\n[-hklm\\t\\A\\B]\n[HKLM\\T\\a\\b\\y\\z]\n", "a", "b", "y"},
        {"[HKLM\\T\\a]\n[HKLM\\T\\a\\\\b]\n[HKLM\\T\\\\a\\b\\\\x\\]\n[HKLM\\T\\a\\b\\y]\n", "a", "b", "x|y"},
        {"[HKLM\\T\\A]\n[hklm\\t\\a\\B]\n[HKEY_LOCAL_MACHINE\\T\\a\\b\\x]\n", "A", "B", "x"},
        {"[HKLM\\T\\a\\b\\x]\n[HKLM\\T\\a\\b\\x]\n[HKCU\\T\\a\\b\\x]\n[HKLM\\T\\a\\b]\n", "a", "b", "x"},
    };
    struct sample *s = *state;

    for (size_t i = 0; i < ELEMENTS(rows); i++) {
        assert_success(sample_import_text(s, rows[i].lines, NULL));
        assert_int_equal(s->problems, 0);
        assert_string_equal(sample_keys(s, sample_key(s, "T")), rows[i].under_t);
        assert_string_equal(sample_keys(s, sample_key(s, "T\\a")), rows[i].under_a);
        if (rows[i].under_b[0])
            assert_string_equal(sample_keys(s, sample_key(s, "T\\a\\b")), rows[i].under_b);
        assert_success(reg_key_delete_tree(s->db, sample_key(s, "T")));
    }
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
        cmocka_unit_test_setup_teardown(headers, sample_setup, sample_teardown),
        cmocka_unit_test_setup_teardown(windows_3_1, sample_setup, sample_teardown),
        cmocka_unit_test_setup_teardown(encodings, sample_setup, sample_teardown),
        cmocka_unit_test_setup_teardown(nul_in_a_line, sample_setup, sample_teardown),
        cmocka_unit_test_setup_teardown(reports, sample_setup, sample_teardown),
        cmocka_unit_test_setup_teardown(limits, sample_setup, sample_teardown),
        cmocka_unit_test_setup_teardown(beyond_ce, sample_setup, sample_teardown),
        cmocka_unit_test_setup_teardown(progress, sample_setup, sample_teardown),
        cmocka_unit_test_setup_teardown(neighbours, sample_setup, sample_teardown),
        cmocka_unit_test_setup_teardown(one_transaction, sample_setup, sample_teardown),
        cmocka_unit_test_setup_teardown(refused_keys_take_their_values, sample_setup, sample_teardown),
        cmocka_unit_test_setup_teardown(protected_keys, sample_setup, sample_teardown),
    };

    return cmocka_run_group_tests_name("registry.import_file", tests, NULL, NULL);
}
