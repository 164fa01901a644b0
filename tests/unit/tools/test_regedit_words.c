/* SPDX-License-Identifier: Apache-2.0 */
/* Values in words: numbers as typed, strings and lists that survive the trip, data on one line, flags. */
#include "regedit/flags.h"
#include "regedit/words.h"

#include "platform/limits.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static void numbers_as_typed(void **state)
{
    static const struct {
        const char *text;
        bool hexadecimal;
        size_t size;
        bool good;
        uint64_t number;
    } cases[] = {
        {"0", false, 4, true, 0},
        {"4294967295", false, 4, true, UINT32_MAX},
        {"4294967296", false, 4, false, 0},
        {"4294967296", false, 8, true, UINT64_C(4294967296)},
        {"18446744073709551615", false, 8, true, UINT64_MAX},
        {"18446744073709551616", false, 8, false, 0},
        {"ffFF", true, 4, true, 0xffff},
        {"0xff", true, 4, true, 0xff},
        {"0x", true, 4, false, 0},
        {"100000000", true, 4, false, 0},
        {"ffffffffffffffff", true, 8, true, UINT64_MAX},
        {"", true, 4, false, 0},
        {"", false, 4, false, 0},
        {"-1", false, 8, false, 0},
        {" 1", false, 4, false, 0},
        {"1f", false, 4, false, 0},
        {"0x10", false, 4, false, 0},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        uint64_t number = 0;
        bool good = words_parse_number(cases[i].text, strlen(cases[i].text), cases[i].hexadecimal,
                                       cases[i].size, &number);

        if (good != cases[i].good || (good && number != cases[i].number))
            fail_msg("\"%s\"", cases[i].text);
    }
}

static void numbers_in_data(void **state)
{
    static const uint32_t types[] = {REG_DWORD, REG_DWORD_BIG_ENDIAN, REG_QWORD};
    static const uint8_t little[] = {0x04, 0x03, 0x02, 0x01}, eight[] = {8, 7, 6, 5, 4, 3, 2, 1};
    uint64_t number;

    (void)state;
    assert_true(words_number(REG_DWORD, plat_span_of(little, 4), &number));
    assert_int_equal(number, 0x01020304);
    assert_true(words_number(REG_DWORD_BIG_ENDIAN, plat_span_of(little, 4), &number));
    assert_int_equal(number, 0x04030201);
    assert_true(words_number(REG_QWORD, plat_span_of(eight, 8), &number));
    assert_true(number == UINT64_C(0x0102030405060708));
    assert_false(words_number(REG_DWORD, plat_span_of(little, 3), &number));
    assert_false(words_number(REG_QWORD, plat_span_of(eight, 4), &number));
    assert_false(words_number(REG_BINARY, plat_span_of(little, 4), &number));
    for (size_t i = 0; i < 3; i++) {
        struct plat_buffer data;

        plat_buffer_init(&data, 8);
        words_number_data(types[i], 0x89abcdef, &data);
        assert_true(words_number(types[i], plat_span_of(data.data, data.size), &number));
        assert_true(number == 0x89abcdef);
        plat_buffer_free(&data);
    }
}

#define UTF16(text) plat_span_of(text, sizeof(text) - 1)

static void strings_that_survive(void **state)
{
    struct plat_buffer text;

    (void)state;
    plat_buffer_init(&text, 1024);
    assert_true(words_string(UTF16("a\0b\0\0\0"), &text));
    assert_string_equal(plat_buffer_text(&text), "ab");
    assert_true(words_string(UTF16("\0\0"), &text));
    assert_string_equal(plat_buffer_text(&text), "");
    assert_true(words_string(plat_span_of(NULL, 0), &text));
    assert_true(words_string(UTF16("\n\0\x11\x27\0\0"), &text));
    assert_string_equal(plat_buffer_text(&text), "\n\xe2\x9c\x91");
    /* No NUL, one too many, one in the middle, an odd size, a lone surrogate: not for a line. */
    assert_false(words_string(UTF16("a\0b\0"), &text));
    assert_false(words_string(UTF16("a\0\0\0\0\0"), &text));
    assert_false(words_string(UTF16("a\0\0\0b\0\0\0"), &text));
    assert_false(words_string(UTF16("a\0\0\0x"), &text));
    assert_false(words_string(UTF16("a"), &text));
    assert_false(words_string(UTF16("\0\xd8\0\0"), &text));
    assert_int_equal(text.size, 0);
    plat_buffer_free(&text);
}

static void lists_that_survive(void **state)
{
    struct plat_buffer text, data;

    (void)state;
    plat_buffer_init(&text, 1024);
    plat_buffer_init(&data, 1024);
    assert_true(words_list(UTF16("a\0\0\0b\0c\0\0\0\0\0"), &text));
    assert_memory_equal(text.data, "a\0bc", 5);
    words_list_data((const char *)text.data, text.size, &data);
    assert_int_equal(data.size, 12);
    assert_memory_equal(data.data, "a\0\0\0b\0c\0\0\0\0", 12);
    assert_true(words_list(UTF16("\0\0"), &text));
    assert_int_equal(text.size, 0);
    assert_true(words_list(plat_span_of(NULL, 0), &text));
    /* No end, an empty string inside, none at all of the NULs. */
    assert_false(words_list(UTF16("a\0\0\0"), &text));
    assert_false(words_list(UTF16("a\0\0\0\0\0b\0\0\0\0\0"), &text));
    assert_false(words_list(UTF16("a\0b\0"), &text));
    assert_false(words_list(UTF16("\0\0\0\0"), &text));
    plat_buffer_free(&text);
    plat_buffer_free(&data);
}

static void one_line(const char *name, uint32_t type, struct plat_span data, const char *expected)
{
    struct reg_value value = {.name = name, .type = type, .data = data};
    struct plat_buffer text;

    plat_buffer_init(&text, 16 * WORDS_PREVIEW);
    words_data(&value, &text);
    assert_string_equal(plat_buffer_text(&text), expected);
    plat_buffer_free(&text);
}

static void data_on_one_line(void **state)
{
    static uint8_t large[LIMIT_REG_DATA];
    struct reg_value value = {.name = "", .type = REG_BINARY, .data = plat_span_of(large, sizeof large)};
    struct plat_buffer text;

    (void)state;
    one_line("x", REG_DWORD, UTF16("\xc4\x01\0\0"), "0x000001c4 (452)");
    one_line("p", REG_DWORD, UTF16("\xc4\x01\0\0"),
             "0x000001c4 (452) EXECUTE, REQUIRE_CERT, MAP_CERT, SSL128");
    one_line("P", REG_DWORD, UTF16("\0\0\0\0"), "0x00000000 (0) none");
    one_line("P", REG_DWORD, UTF16("\x01\0\0\x80"), "0x80000001 (2147483649) READ, 0x80000000");
    one_line("certtrustoverride", REG_DWORD, UTF16("\x21\0\0\0"),
             "0x00000021 (33) IS_NOT_TIME_VALID, IS_UNTRUSTED_ROOT");
    one_line("x", REG_DWORD, UTF16("\xc4"), "(invalid REG_DWORD: 1 bytes)");
    one_line("x", REG_QWORD, UTF16("\1\0\0\0\0\0\0\0"), "0x0000000000000001 (1)");
    one_line("x", REG_BINARY, UTF16("\x01\xff"), "01 ff");
    one_line("x", REG_NONE, plat_span_of(NULL, 0), "(zero-length binary value)");
    one_line("Blob", REG_BINARY, UTF16("\x20\0\0"), "20 00 00");
    one_line("x", REG_SZ, UTF16("h\0i\0\0\0"), "hi");
    one_line("x", REG_MULTI_SZ, UTF16("a\0\0\0b\0\0\0\0\0"), "a b ");
    one_line("x", REG_SZ, UTF16("a\0\0\0b\0"), "a (+1 character after a NUL)");
    one_line("x", REG_SZ, UTF16("a\0\0\0b\0\0\0c\0\0\0"), "a (+3 characters after a NUL)");
    one_line("x", REG_SZ, UTF16("\0\0b\0\0\0"), " (+1 character after a NUL)");
    one_line("x", REG_SZ, UTF16("a\0\0\0\0\0"), "a");
    one_line("x", REG_MULTI_SZ, UTF16("a\0\0\0\0\0b\0\0\0\0\0"), "a (+1 character after a NUL)");
    one_line("x", REG_MULTI_SZ, UTF16("\0\0b\0\0\0\0\0"), "(+1 character after a NUL)");
    one_line("x", 0x1234, UTF16("\x01"), "01");
    /* However large, a line's worth. */
    plat_buffer_init(&text, 16 * WORDS_PREVIEW);
    words_data(&value, &text);
    assert_true(text.size < WORDS_PREVIEW && memcmp(text.data + text.size - 4, " ...", 4) == 0);
    plat_buffer_free(&text);
}

static void reasons_for_bytes(void **state)
{
    static const struct {
        uint32_t type;
        struct plat_span data;
        const char *word;
    } cases[] = {
        {REG_SZ, {(const uint8_t *)"a\0\0\0b\0\0\0", 8}, "a NUL ends the string"},
        {REG_SZ, {(const uint8_t *)"a\0\0\0b", 5}, "odd"},
        {REG_EXPAND_SZ, {(const uint8_t *)"a\0", 2}, "no NUL"},
        {REG_SZ, {(const uint8_t *)"a\0\0\0\0\0", 6}, "more than one"},
        {REG_SZ, {(const uint8_t *)"\0\xd8\0\0", 4}, "not UTF-16"},
        {REG_MULTI_SZ, {(const uint8_t *)"a\0\0\0\0\0b\0\0\0\0\0", 12}, "an empty string"},
        {REG_MULTI_SZ, {(const uint8_t *)"a\0\0\0", 4}, "no NUL"},
        {REG_DWORD, {(const uint8_t *)"abc", 3}, "size"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_non_null(strstr(words_why_bytes(cases[i].type, cases[i].data), cases[i].word));
    assert_string_equal(words_why_bytes(REG_BINARY, cases[0].data), "");
}

static void flags_have_names(void **state)
{
    (void)state;
    assert_non_null(flags_of("p"));
    assert_non_null(flags_of("CERTTRUSTOVERRIDE"));
    assert_null(flags_of("Port"));
    assert_null(flags_of(""));
    assert_int_equal(flags_nameless(flags_of("P"), 0x7ff), 0);
    assert_int_equal(flags_nameless(flags_of("P"), 0x1800), 0x1800);
    /* Each bit once. */
    for (const char *const *name = (const char *const[]){"P", "CertTrustOverride", NULL}; *name != NULL;
         name++) {
        const struct flag_set *set = flags_of(*name);
        uint32_t seen = 0;

        for (size_t i = 0; i < set->count; i++) {
            assert_int_equal(set->flags[i].bit & (set->flags[i].bit - 1), 0);
            assert_int_equal(seen & set->flags[i].bit, 0);
            seen |= set->flags[i].bit;
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_as_typed),     cmocka_unit_test(numbers_in_data),
        cmocka_unit_test(strings_that_survive), cmocka_unit_test(lists_that_survive),
        cmocka_unit_test(data_on_one_line),     cmocka_unit_test(flags_have_names),
        cmocka_unit_test(reasons_for_bytes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
