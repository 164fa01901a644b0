/* SPDX-License-Identifier: Apache-2.0 */
/* ASCII, numbers, base64, words for errors. */
#include "scratch.h"

#include "platform/memory.h"
#include "platform/text.h"
#include "platform/lasterror.h"

#include <limits.h>
#include <string.h>

static void ascii(void **state)
{
    (void)state;
    for (int i = 0; i < 256; i++) {
        char c = (char)i;
        bool digit = i >= '0' && i <= '9';
        bool upper = i >= 'A' && i <= 'Z';
        bool lower = i >= 'a' && i <= 'z';
        const char *hex = i ? strchr("0123456789abcdef", plat_ascii_lower(c)) : NULL;

        assert_int_equal(plat_ascii_is_digit(c), digit);
        assert_int_equal(plat_ascii_is_alpha(c), upper || lower);
        assert_int_equal(plat_ascii_lower(c), upper ? (char)(i + 32) : c);
        assert_int_equal(plat_hex_digit(c), hex ? (int)(hex - "0123456789abcdef") : -1);
    }
    assert_true(plat_ascii_equal_nocase("Content-LENGTH", "content-length"));
    assert_false(plat_ascii_equal_nocase("content", "content-"));
    assert_false(plat_ascii_equal_nocase("[", "{"));
    assert_false(plat_ascii_equal_nocase("\xC3\xA9", "\xC3\x89"));
    assert_true(plat_ascii_equal_nocase_n("ABx", 2, "aby", 2));
    assert_true(plat_ascii_equal_nocase_n(NULL, 0, "", 0));
}

static void unsigned_numbers(void **state)
{
    static const struct {
        const char *text;
        unsigned base;
        bool valid32, valid64;
        uint64_t value;
    } rows[] = {
        {"0", 10, true, true, 0},
        {"00012", 10, true, true, 12},
        {"4294967295", 10, true, true, UINT32_MAX},
        {"4294967296", 10, false, true, UINT64_C(4294967296)},
        {"4294967299", 10, false, true, UINT64_C(4294967299)},
        {"42949672950", 10, false, true, UINT64_C(42949672950)},
        {"18446744073709551615", 10, false, true, UINT64_MAX},
        {"18446744073709551616", 10, false, false, 0},
        {"18446744073709551620", 10, false, false, 0},
        {"99999999999999999999", 10, false, false, 0},
        {"ffffffff", 16, true, true, UINT32_MAX},
        {"FFFFFFFF", 16, true, true, UINT32_MAX},
        {"100000000", 16, false, true, UINT64_C(0x100000000)},
        {"ffffffffffffffff", 16, false, true, UINT64_MAX},
        {"10000000000000000", 16, false, false, 0},
        {"777", 8, true, true, 511},
        {"101", 2, true, true, 5},
        {"Zz", 36, true, true, 35 * 36 + 35},
        {"", 10, false, false, 0},
        {" 1", 10, false, false, 0},
        {"1 ", 10, false, false, 0},
        {"+1", 10, false, false, 0},
        {"-1", 10, false, false, 0},
        {"0x10", 16, false, false, 0},
        {"1a", 10, false, false, 0},
        {"8", 8, false, false, 0},
        {"1", 1, false, false, 0},
        {"1", 37, false, false, 0},
        {"\xEF\xBC\x91", 10, false, false, 0}, /* a full-width 1 */
    };

    (void)state;
    for (size_t i = 0; i < ELEMENTS(rows); i++) {
        size_t size = strlen(rows[i].text);
        uint32_t small = 77;
        uint64_t large = 77;

        if (plat_parse_u32(rows[i].text, size, rows[i].base, &small) != rows[i].valid32 ||
            small != (rows[i].valid32 ? rows[i].value : 77) ||
            plat_parse_u64(rows[i].text, size, rows[i].base, &large) != rows[i].valid64 ||
            large != (rows[i].valid64 ? rows[i].value : 77))
            fail_msg("row %zu: %s", i, rows[i].text);
    }
}

static void signed_numbers(void **state)
{
    static const struct {
        const char *text;
        bool valid;
        int64_t value;
    } rows[] = {
        {"0", true, 0},
        {"-0", true, 0},
        {"-1", true, -1},
        {"9223372036854775807", true, INT64_MAX},
        {"9223372036854775808", false, 0},
        {"-9223372036854775808", true, INT64_MIN},
        {"-9223372036854775807", true, -INT64_MAX},
        {"-9223372036854775809", false, 0},
        {"", false, 0},
        {"-", false, 0},
        {"--1", false, 0},
        {"+1", false, 0},
        {"1-", false, 0},
    };

    (void)state;
    for (size_t i = 0; i < ELEMENTS(rows); i++) {
        int64_t value = 77;

        if (plat_parse_i64(rows[i].text, strlen(rows[i].text), &value) != rows[i].valid ||
            value != (rows[i].valid ? rows[i].value : 77))
            fail_msg("row %zu: %s", i, rows[i].text);
    }
}

/* RFC 4648 section 10, and what must be refused. */
static void base64(void **state)
{
    static const struct {
        const char *text;
        bool blanks;
        const char *bytes; /* NULL = invalid */
        bool canonical;
    } rows[] = {
        {"", false, "", true},
        {"Zg==", false, "f", true},
        {"Zm8=", false, "fo", true},
        {"Zm9v", false, "foo", true},
        {"Zm9vYg==", false, "foob", true},
        {"Zm9vYmE=", false, "fooba", true},
        {"Zm9vYmFy", false, "foobar", true},
        {"+/+/", false, "\xFB\xFF\xBF", true},
        {" Zm9v\r\nYmFy\t\n", true, "foobar", false},
        {"Z g = =", true, "f", false},
        {"Zm9v\n", false, NULL, false},
        {"Zg=", false, NULL, false},
        {"Zg", false, NULL, false},
        {"Z", false, NULL, false},
        {"Z===", false, NULL, false},
        {"Zg===", false, NULL, false},
        {"=", false, NULL, false},
        {"====", false, NULL, false},
        {"Zm9v====", false, NULL, false},
        {"Zg==Zg==", false, NULL, false},
        {"Zh==", false, NULL, false}, /* unused bits set */
        {"Zm9=", false, NULL, false},
        {"Zm-v", false, NULL, false},
        {"Zm_v", false, NULL, false},
        {"Zm9\xC3", false, NULL, false},
    };

    (void)state;
    for (size_t i = 0; i < ELEMENTS(rows); i++) {
        struct plat_buffer out;
        win_error error;

        plat_buffer_init(&out, 100);
        plat_buffer_append_text(&out, "x");
        error = plat_base64_decode(&out, rows[i].text, strlen(rows[i].text), rows[i].blanks);
        if (error != (rows[i].bytes ? ERROR_SUCCESS : ERROR_INVALID_DATA) ||
            strcmp(plat_buffer_text(&out) + 1, rows[i].bytes ? rows[i].bytes : "") != 0)
            fail_msg("row %zu: %s: %u", i, rows[i].text, (unsigned)error);
        if (rows[i].canonical) {
            plat_buffer_clear(&out);
            plat_base64_append(&out, plat_span_of(rows[i].bytes, strlen(rows[i].bytes)));
            assert_string_equal(plat_buffer_text(&out), rows[i].text);
        }
        plat_buffer_free(&out);
    }
}

static void base64_limit(void **state)
{
    struct plat_buffer out;

    (void)state;
    plat_buffer_init(&out, 5);
    assert_int_equal(plat_base64_decode(&out, "Zm9vYmE=", 8, false), ERROR_SUCCESS);
    plat_buffer_clear(&out);
    assert_int_equal(plat_base64_decode(&out, "Zm9vYmFy", 8, false), ERROR_FILE_TOO_LARGE);
    assert_int_equal(out.size, 0);
    plat_buffer_free(&out);
}

static void base64_all_bytes(void **state)
{
    uint8_t bytes[256];
    struct plat_buffer text, back;

    (void)state;
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (uint8_t)(i * 7);
    plat_buffer_init(&text, 1000);
    plat_buffer_init(&back, 1000);
    for (size_t size = 0; size <= sizeof bytes; size++) {
        plat_buffer_clear(&text);
        plat_buffer_clear(&back);
        plat_base64_append(&text, plat_span_of(bytes, size));
        assert_int_equal(text.size, (size + 2) / 3 * 4);
        assert_int_equal(plat_base64_decode(&back, (const char *)text.data, text.size, false), ERROR_SUCCESS);
        assert_true(plat_span_equal(plat_span_of(back.data, back.size), plat_span_of(bytes, size)));
    }
    plat_buffer_free(&text);
    plat_buffer_free(&back);
}

/* Win32 and winerror codes have texts that differ; unknown ones have one, too. */
static void words_for_errors(void **state)
{
    static const win_error codes[] = {
        ERROR_SUCCESS,
        ERROR_FILE_NOT_FOUND,
        ERROR_PATH_NOT_FOUND,
        ERROR_ACCESS_DENIED,
        ERROR_NOT_ENOUGH_MEMORY,
        ERROR_INVALID_DATA,
        ERROR_INVALID_PARAMETER,
        ERROR_DISK_FULL,
        ERROR_BAD_PATHNAME,
        ERROR_MORE_DATA,
        WAIT_TIMEOUT,
        ERROR_NO_MORE_ITEMS,
        ERROR_KEY_DELETED,
        ERROR_CHILD_MUST_BE_VOLATILE,
        ERROR_UNSUPPORTED_TYPE,
        WSAEADDRINUSE,
        ERROR_WINHTTP_INVALID_URL,
        ERROR_WINHTTP_CLIENT_AUTH_CERT_NEEDED,
        ERROR_WINHTTP_SECURE_FAILURE,
        CRYPT_E_NOT_FOUND,
        CRYPT_E_ASN1_BADTAG,
        CERT_E_EXPIRED,
        CERT_E_UNTRUSTEDROOT,
        CERT_E_WRONG_USAGE,
        NTE_NO_KEY,
    };
    const char *unknown = win_error_text(0xDEADBEEF);

    (void)state;
    assert_string_equal(unknown, "unknown error");
    for (size_t i = 0; i < ELEMENTS(codes); i++) {
        const char *text = win_error_text(codes[i]);

        assert_string_not_equal(text, unknown);
        assert_int_not_equal(text[strlen(text) - 1], '.');
        for (size_t j = 0; j < i; j++)
            assert_string_not_equal(text, win_error_text(codes[j]));
    }
}

static void last_error(void **state)
{
    (void)state;
    assert_int_equal(plat_last_error_get(), 0);
    plat_last_error_set(ERROR_MORE_DATA);
    assert_int_equal(plat_last_error_get(), ERROR_MORE_DATA);
    plat_last_error_set(0);
}

static void copies_and_wiping(void **state)
{
    char secret[] = "secret";
    char *copy;

    (void)state;
    copy = plat_strdup("text");
    assert_string_equal(copy, "text");
    plat_free(copy);
    copy = plat_strndup("text", 2);
    assert_string_equal(copy, "te");
    plat_free(copy);
    copy = plat_strndup(NULL, 0);
    assert_string_equal(copy, "");
    plat_free(copy);
    copy = plat_memdup("a\0b", 3);
    assert_memory_equal(copy, "a\0b", 3);
    plat_free(copy);
    copy = plat_memdup(NULL, 0);
    assert_non_null(copy);
    plat_free(copy);
    assert_null(plat_strndup("x", SIZE_MAX));
    assert_null(plat_alloc(0));
    assert_null(plat_calloc(SIZE_MAX / 2, 4));
    plat_wipe(secret, 3);
    assert_memory_equal(secret, "\0\0\0ret", 7);
    plat_wipe(NULL, 0);
    plat_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ascii),
        cmocka_unit_test(unsigned_numbers),
        cmocka_unit_test(signed_numbers),
        cmocka_unit_test(base64),
        cmocka_unit_test(base64_limit),
        cmocka_unit_test(base64_all_bytes),
        cmocka_unit_test(words_for_errors),
        cmocka_unit_test(last_error),
        cmocka_unit_test(copies_and_wiping),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
