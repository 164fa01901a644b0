/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The platform.reg dialect of Windows CE: no header, IF, multi_sz:, and the loose notation of Microsoft's
 * pages.
 */
#include "sample.h"

#include "support/child.h"

#include "platform/text.h"

#include <string.h>

/* The examples of the page "SSL Client Authentication", notation as printed there. */
static const char seed[] = "; Virtual root, users, override\r\n"
                           "[HKEY_LOCAL_MACHINE\\COMM\\HTTPD\\SSL]\r\n"
                           "    \"CertificateSubject\"= \"CE Server Certificate\"\r\n"
                           "    CertTrustOverride=dword: 0x00010020\r\n"
                           "\r\n"
                           "[HKEY_LOCAL_MACHINE\\COMM\\HTTPD\\VROOTS\\/Accounts]\r\n"
                           "    ; ISAPI extension\r\n"
                           "    @=\"\\\\windows\\\\accounting.dll\"\r\n"
                           "    \"P\"=dword: 0x000001C4\r\n"
                           "    \"A\"=dword:1\r\n"
                           "[HKEY_LOCAL_MACHINE\\COMM\\HTTPD\\SSL\\Users\\Alice]\r\n"
                           "    \"SerialNumber\"=hex: 01,02,03,04,00,00,00,00,00,05\r\n";

static void check_seed(struct sample *s)
{
    reg_key key = sample_key(s, "COMM\\HTTPD\\SSL");

    assert_string_equal(sample_value(s, key, "CertTrustOverride"), "4:20000100");
    plat_buffer_clear(&s->text);
    assert_success(sample_get_string(s->db, key, "CertificateSubject", &s->text));
    assert_string_equal(plat_buffer_text(&s->text), "CE Server Certificate");
    assert_string_equal(sample_keys(s, sample_key(s, "COMM\\HTTPD\\VROOTS")), "/Accounts");
    key = sample_key(s, "COMM\\HTTPD\\VROOTS\\/Accounts");
    assert_string_equal(sample_value(s, key, "P"), "4:c4010000");
    plat_buffer_clear(&s->text);
    assert_success(sample_get_string(s->db, key, "", &s->text));
    assert_string_equal(plat_buffer_text(&s->text), "\\windows\\accounting.dll");
    assert_string_equal(sample_value(s, sample_key(s, "COMM\\HTTPD\\SSL\\Users\\Alice"), "SerialNumber"),
                        "3:01020304000000000005");
}

static void the_pages_notation(void **state)
{
    static const char *const headers[] = {"", "REGEDIT4\r\n\r\n",
                                          "Windows Registry Editor Version 5.00\r\n\r\n"};
    struct sample *s = *state;

    for (size_t i = 0; i < ELEMENTS(headers); i++) {
        struct reg_import_result result;
        struct plat_buffer file;

        plat_buffer_init(&file, 10000);
        plat_buffer_printf(&file, "%s%s", headers[i], seed);
        assert_success(sample_import(s, file.data, file.size, &result));
        plat_buffer_free(&file);
        assert_int_equal(result.problems, 0);
        assert_int_equal(result.keys, 3);
        assert_int_equal(result.values, 6);
        check_seed(s);
        assert_success(reg_key_delete_tree(s->db, sample_key(s, "COMM")));
    }
}

static void lists(void **state)
{
    static const struct {
        const char *data;
        const char *value;
    } rows[] = {
        {"multi_sz:\"a\",\"b\"", "7:610000006200000000"
                                 "00"},
        {"multi_sz: \"a\" , \"b\" ; comment", "7:61000000620000000000"},
        {"multi_sz:\"a\",\\\n   \"b\",\\\n\"c\"", "7:610000006200000063000000"
                                                  "0000"},
        {"multi_sz:\"a\",", "7:610000000000"},
        {"multi_sz:\"a;b\\\\c\"", "7:61003b0062005c00630000000000"},
        {"multi_sz:\"a\",\"\"", "7:610000000000"},
        {"multi_sz:\"\"", "7:0000"},
        {"multi_sz:", "7:0000"},
        {"multi_sz:\"a\",\"\",\"b\"", "-"},
        {"multi_sz:\"a\" \"b\"", "-"},
        {"multi_sz:a", "-"},
        {"multi_sz:\"a", "-"},
        {"multi_sz:\"a\" # x", "-"},
        {"mui_sz:\"x,#1\"", "15:78002c00230031000000"},
        {"mui_sz: \"x\\\\,#1\" ; comment", "15:78005c002c00230031000000"},
        {"mui_sz:x", "-"},
        {"mui_sz:\"x\",\"y\"", "-"},
    };
    struct sample *s = *state;

    for (size_t i = 0; i < ELEMENTS(rows); i++) {
        struct reg_import_result result;
        struct plat_buffer file;
        reg_key key;

        plat_buffer_init(&file, 1000);
        plat_buffer_printf(&file, "[HKEY_LOCAL_MACHINE\\T]\n\"v\"=%s\n\"last\"=dword:1\n", rows[i].data);
        assert_success(sample_import(s, file.data, file.size, &result));
        plat_buffer_free(&file);
        assert_int_equal(result.problems, rows[i].value[0] == '-');
        key = sample_key(s, "T");
        if (strcmp(sample_value(s, key, "v"), rows[i].value) != 0)
            fail_msg("%s made %s", rows[i].data, plat_buffer_text(&s->text));
        assert_string_equal(sample_value(s, key, "last"), "4:01000000");
        assert_success(reg_key_delete_tree(s->db, key));
    }
}

/* CERIUM_TEST_SET is 1, CERIUM_TEST_EMPTY is empty, CERIUM_TEST_NONE is not set. */
static void conditions(void **state)
{
    static const struct {
        const char *lines;
        const char *names; /* of the values set */
        uint32_t problems;
    } rows[] = {
        {"IF CERIUM_TEST_SET\n\"a\"=dword:1\nENDIF\n\"z\"=dword:1\n", "a|z", 0},
        {"IF CERIUM_TEST_NONE\n\"a\"=dword:1\nENDIF\n\"z\"=dword:1\n", "z", 0},
        {"IF CERIUM_TEST_EMPTY\n\"a\"=dword:1\nENDIF\n\"z\"=dword:1\n", "z", 0},
        {"IF CERIUM_TEST_NONE !\n\"a\"=dword:1\nENDIF\n", "a", 0},
        {"IF CERIUM_TEST_SET !\n\"a\"=dword:1\nELSE\n\"b\"=dword:1\nENDIF\n", "b", 0},
        {"IF CERIUM_TEST_SET=1\n\"a\"=dword:1\nENDIF\n", "a", 0},
        {"IF CERIUM_TEST_SET =1 ; comment\n\"a\"=dword:1\nENDIF ; comment\n", "a", 0},
        {"IF CERIUM_TEST_SET=2\n\"a\"=dword:1\nELSE\n\"b\"=dword:1\nENDIF CERIUM_TEST_SET=2\n", "b", 0},
        {"IF CERIUM_TEST_SET=2 !\n\"a\"=dword:1\nENDIF\n", "a", 0},
        {"IF CERIUM_TEST_NONE=1\n\"a\"=dword:1\nENDIF\n", "", 0},
        {"  if CERIUM_TEST_SET\n\"a\"=dword:1\n  endif\n", "a", 0},
        {"IF CERIUM_TEST_SET\nIF "
         "CERIUM_TEST_NONE\n\"a\"=dword:1\nELSE\n\"b\"=dword:1\nENDIF\n\"c\"=dword:1\nENDIF\n",
         "b|c", 0},
        {"IF CERIUM_TEST_NONE\nIF "
         "CERIUM_TEST_SET\n\"a\"=dword:1\nELSE\n\"b\"=dword:1\nENDIF\n\"c\"=dword:1\nENDIF\n",
         "", 0},
        {"IF CERIUM_TEST_NONE\n[HKEY_CLASSES_ROOT\\x]\nENDIF\n\"a\"=dword:1\n", "a",
         0}, /* the key stays the old one */
        {"IF CERIUM_TEST_NONE\njunk\n\"a\"=hex:zz\nENDIF\n\"z\"=dword:1\n", "z", 0}, /* not even read */
        {"IF\n\"a\"=dword:1\nENDIF\n\"z\"=dword:1\n", "z", 1},
        {"IF CERIUM_TEST_SET junk\n\"a\"=dword:1\nELSE\n\"b\"=dword:1\nENDIF\n\"z\"=dword:1\n", "z", 2},
        {"IF CERIUM_TEST_SET\n\"a\"=dword:1\nELSE\nELSE\n\"b\"=dword:1\nENDIF\n", "a", 1},
        {"ELSE\n\"a\"=dword:1\n", "a", 1},
        {"ENDIF\n\"a\"=dword:1\n", "a", 1},
        {"IF CERIUM_TEST_SET\n\"a\"=dword:1\n", "a", 1},                                        /* no ENDIF */
        {"IF=dword:1\nELSE = dword:1\nENDIF=dword:1\nIFFY=dword:1\n", "IF|ELSE|ENDIF|IFFY", 0}, /* names */
    };
    struct sample *s = *state;

    child_set_environment("CERIUM_TEST_SET", "1");
    child_set_environment("CERIUM_TEST_EMPTY", "");
    child_set_environment("CERIUM_TEST_NONE", NULL);
    for (size_t i = 0; i < ELEMENTS(rows); i++) {
        struct reg_import_result result;
        struct plat_buffer file;

        plat_buffer_init(&file, 1000);
        plat_buffer_printf(&file, "[HKEY_LOCAL_MACHINE\\T]\n%s", rows[i].lines);
        assert_success(sample_import(s, file.data, file.size, &result));
        plat_buffer_free(&file);
        if (result.problems != rows[i].problems)
            fail_msg("%s%u problems: %s", rows[i].lines, (unsigned)result.problems,
                     plat_buffer_text(&s->text));
        if (strcmp(sample_values(s, sample_key(s, "T")), rows[i].names) != 0)
            fail_msg("%sset %s", rows[i].lines, plat_buffer_text(&s->text));
        assert_string_equal(sample_keys(s, REG_HKCR), "");
        assert_success(reg_key_delete_tree(s->db, sample_key(s, "T")));
    }
    assert_success(
        sample_import_text(s, "IF CERIUM_TEST_SET\n[HKEY_LOCAL_MACHINE\\T]\nENDIF\n", NULL)); /* IF first */
    assert_string_equal(sample_keys(s, REG_HKLM), "T");
}

/*
 * $(NAME) and %NAME%: CERIUM_TEST_PATH is \Windows\"x", CERIUM_TEST_KEY HKEY_LOCAL_MACHINE\T, CERIUM_TEST_NUMBER 1f. With a header they are text.
 */
static void variables(void **state)
{
    static const struct {
        const char *file;
        const char *value; /* of v in T */
        uint32_t problems;
    } rows[] = {
        {"[HKLM\\T]\n\"v\"=\"<$(CERIUM_TEST_KEY)>\"\n", "<HKEY_LOCAL_MACHINE\\T>", 0},
        {"[HKLM\\T]\n\"v\"=\"<%CERIUM_TEST_KEY%>\"\n", "<HKEY_LOCAL_MACHINE\\T>", 0},
        {"[HKLM\\T]\n\"v\"=\"a\\\\$(CERIUM_TEST_PATH)\\\\b\"\n", "a\\\\Windows\\\"x\"\\b", 0},
        {"[HKLM\\T]\n\"v\"=\"$(CERIUM_TEST_EMPTY)%CERIUM_TEST_EMPTY%\"\n", "", 0},
        {"[HKLM\\T]\n\"v\"=\"$(CERIUM_TEST_NONE)\"\n\"w\"=\"\"\n", NULL, 1},
        {"[HKLM\\T]\n\"v\"=\"%CERIUM_TEST_NONE%\"\n", "%CERIUM_TEST_NONE%", 0}, /* for whoever reads it */
        {"[HKLM\\T]\n\"v\"=\"100% of $5 ($) %% $() % CERIUM_TEST_KEY%\"\n",
         "100% of $5 ($) %% $() % CERIUM_TEST_KEY%", 0},
        {"[HKLM\\T]\n\"v\"=\"$(CERIUM_TEST_KEY\"\n", "$(CERIUM_TEST_KEY", 0},
        {"[$(CERIUM_TEST_KEY)]\n\"v\"=\"x\"\n", "x", 0},
        {"[%CERIUM_TEST_KEY%\\]\n\"v\"=\"x\"\n", "x", 0},
        {"[HKLM\\X]\n[$(CERIUM_TEST_NONE)\\T]\n\"v\"=\"x\"\n[HKLM\\T]\n", NULL,
         1}, /* nor into the key before */
        {"[HKLM\\T\\$(CERIUM_TEST_NUMBER)]\n[HKLM\\T]\n\"v\"=\"x\"\n", "x", 0},
        {"[HKLM\\T]\n\"%CERIUM_TEST_V%\"=\"x\"\n", "x", 0}, /* names */
        /* out of the game: a header, or the comment that exports have where it matters */
        {"REGEDIT4\n[HKLM\\T]\n\"v\"=\"$(CERIUM_TEST_KEY)%CERIUM_TEST_KEY%\"\n",
         "$(CERIUM_TEST_KEY)%CERIUM_TEST_KEY%", 0},
        {"; no variables\n[HKLM\\T]\n\"v\"=\"$(CERIUM_TEST_KEY)%CERIUM_TEST_KEY%\"\n",
         "$(CERIUM_TEST_KEY)%CERIUM_TEST_KEY%", 0},
        {"; no variables are set\n[HKLM\\T]\n\"v\"=\"$(CERIUM_TEST_V)\"\n", "v", 0},
    };
    struct sample *s = *state;

    child_set_environment("CERIUM_TEST_PATH", "\\Windows\\\"x\"");
    child_set_environment("CERIUM_TEST_KEY", "HKEY_LOCAL_MACHINE\\T");
    child_set_environment("CERIUM_TEST_NUMBER", "1f");
    child_set_environment("CERIUM_TEST_V", "v");
    child_set_environment("CERIUM_TEST_EMPTY", "");
    child_set_environment("CERIUM_TEST_NONE", NULL);
    for (size_t i = 0; i < ELEMENTS(rows); i++) {
        struct reg_import_result result;
        win_error error;
        reg_key key;

        assert_success(sample_import_text(s, rows[i].file, &result));
        if (result.problems != rows[i].problems)
            fail_msg("%s%u problems: %s", rows[i].file, (unsigned)result.problems, plat_buffer_text(&s->text));
        if (result.problems && !strstr(plat_buffer_text(&s->text), "$(CERIUM_TEST_NONE) is not set"))
            fail_msg("%s%s", rows[i].file, plat_buffer_text(&s->text));
        key = sample_key(s, "T");
        plat_buffer_clear(&s->text);
        error = sample_get_string(s->db, key, "v", &s->text);
        assert_int_equal(error, rows[i].value ? ERROR_SUCCESS : ERROR_FILE_NOT_FOUND);
        if (rows[i].value && strcmp(plat_buffer_text(&s->text), rows[i].value) != 0)
            fail_msg("%sset %s", rows[i].file, plat_buffer_text(&s->text));
        assert_success(reg_key_delete_tree(s->db, key));
    }
    assert_success(
        sample_import_text(s,
                           "[HKLM\\T]\n\"d\"=dword:$(CERIUM_TEST_NUMBER) ; x\n\"e\"=dword:%CERIUM_TEST_V%\n"
                           "\"m\"=multi_sz:\"$(CERIUM_TEST_V)\",\"%CERIUM_TEST_NUMBER%\"\n",
                           NULL));
    assert_int_equal(s->problems, 1);
    assert_string_equal(sample_value(s, sample_key(s, "T"), "d"), "4:1f000000");
    assert_string_equal(sample_value(s, sample_key(s, "T"), "m"), "7:760000003100660000000000");
}

/* Later versions of the dialect delete; its files may be UTF-16. */
static void deletions_in_utf16(void **state)
{
    static const char text[] =
        "; \u20ac\r\n[HKEY_LOCAL_MACHINE\\T\\a]\r\n[HKEY_LOCAL_MACHINE\\T]\r\n\"v\" = dword: 1\r\n"
        "@ = \"\u20ac\"\r\n\"v\" = -\r\n[-HKEY_LOCAL_MACHINE\\T\\a]\r\n";
    struct sample *s = *state;
    struct reg_import_result result;
    struct plat_buffer file;

    plat_buffer_init(&file, 1000);
    plat_buffer_append(&file, "\xFF\xFE", 2);
    plat_utf16le_append(&file, text, strlen(text));
    assert_success(sample_import(s, file.data, file.size, &result));
    plat_buffer_free(&file);
    assert_int_equal(result.problems, 0);
    assert_string_equal(sample_values(s, sample_key(s, "T")), "@");
    assert_string_equal(sample_keys(s, sample_key(s, "T")), "");
    assert_string_equal(sample_value(s, sample_key(s, "T"), ""), "1:ac200000");
}

static void deep_conditions(void **state)
{
    struct sample *s = *state;
    struct reg_import_result result;
    struct plat_buffer file;

    child_set_environment("CERIUM_TEST_SET", "1");
    plat_buffer_init(&file, 100000);
    plat_buffer_append_text(&file, "[HKEY_LOCAL_MACHINE\\T]\n");
    for (int i = 0; i < 33; i++)
        plat_buffer_append_text(&file, "IF CERIUM_TEST_SET\n");
    plat_buffer_append_text(&file, "\"too deep\"=dword:1\nENDIF\n\"deep\"=dword:1\n");
    for (int i = 0; i < 32; i++)
        plat_buffer_append_text(&file, "ENDIF\n");
    assert_success(sample_import(s, file.data, file.size, &result));
    plat_buffer_free(&file);
    assert_int_equal(result.problems, 1);
    assert_string_equal(sample_values(s, sample_key(s, "T")), "deep");
}

static void comments_and_directives(void **state)
{
    static const char file[] = "; @CESYSGEN IF CE_MODULES_HTTPD\n"
                               "; HIVE BOOT SECTION\n"
                               "[HKEY_LOCAL_MACHINE\\T]\n"
                               "\"a\"=dword:1 ; END HIVE BOOT SECTION\n"
                               "# if you read this, it is a comment\n"
                               "; END HIVE BOOT SECTION\n"
                               "; @CESYSGEN ENDIF\n"
                               "#include \"more.reg\"\n"
                               "#if defined X\n";
    struct sample *s = *state;
    struct reg_import_result result;

    assert_success(sample_import_text(s, file, &result));
    assert_int_equal(result.problems, 2);
    assert_non_null(strstr(plat_buffer_text(&s->text), "8: a line for the C preprocessor"));
    assert_string_equal(sample_values(s, sample_key(s, "T")), "a");
    assert_success(sample_import_text(s, "; comments alone\n", &result));
    assert_int_equal(result.keys, 0);
}

static void bare_names(void **state)
{
    static const char file[] = "[HKLM\\T]\n" /* short names of roots, too */
                               "Two words \t= dword:1\n"
                               "back\\slash=dword:2\n"
                               "=dword:3\n"
                               "quo\"te=dword:4\n"
                               "dword:5\n";
    struct sample *s = *state;
    struct reg_import_result result;

    assert_success(sample_import_text(s, file, &result));
    assert_int_equal(result.problems, 3);
    assert_string_equal(sample_values(s, sample_key(s, "T")), "Two words|back\\slash");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_pages_notation, sample_setup, sample_teardown),
        cmocka_unit_test_setup_teardown(lists, sample_setup, sample_teardown),
        cmocka_unit_test_setup_teardown(conditions, sample_setup, sample_teardown),
        cmocka_unit_test_setup_teardown(variables, sample_setup, sample_teardown),
        cmocka_unit_test_setup_teardown(deletions_in_utf16, sample_setup, sample_teardown),
        cmocka_unit_test_setup_teardown(deep_conditions, sample_setup, sample_teardown),
        cmocka_unit_test_setup_teardown(comments_and_directives, sample_setup, sample_teardown),
        cmocka_unit_test_setup_teardown(bare_names, sample_setup, sample_teardown),
    };

    return cmocka_run_group_tests_name("registry.platform_reg", tests, NULL, NULL);
}
