/* SPDX-License-Identifier: Apache-2.0 */
#include "access/password.h"
#include "access/password_hash.h"
#include "make_settings.h"
#include "platform/fake.h"
#include "platform/limits.h"
#include "platform/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

/*
 * Password and salt of RFC 6070's longest vector, "passwordPASSWORDpassword" and "saltSALTsaltSALTsaltSALTsaltSALTsalt", 4096
 * rounds, with SHA-256: computed with Python's hashlib.pbkdf2_hmac.
 */
static const char known_hash[] = "pbkdf2-sha256$4096$c2FsdFNBTFRzYWx0U0FMVHNhbHRTQUxUc2FsdFNBTFRzYWx0$"
                                 "NIyJ28vTKy8y2BS4EW6EzysXNH68GAAYHE4qH7jdU+E=";

static void test_known_answer(void **state)
{
    (void)state;
    struct httpd_password_hash hash;
    assert_true(httpd_password_hash_parse(known_hash, &hash));
    assert_int_equal(hash.rounds, 4096);
    assert_int_equal(hash.salt_size, 36);
    assert_true(httpd_password_hash_matches(&hash, "passwordPASSWORDpassword"));
    assert_false(httpd_password_hash_matches(&hash, "passwordPASSWORDpassworD"));
    assert_false(httpd_password_hash_matches(&hash, ""));
}

static void test_new_hashes(void **state)
{
    (void)state;
    struct plat_buffer one, two;
    struct httpd_password_hash hash;
    plat_buffer_init(&one, 1024);
    plat_buffer_init(&two, 1024);
    assert_int_equal(httpd_password_hash("correct horse", &one), ERROR_SUCCESS);
    assert_int_equal(httpd_password_hash("correct horse", &two), ERROR_SUCCESS);
    assert_string_not_equal(plat_buffer_text(&one), plat_buffer_text(&two)); /* each has a salt of its own */
    assert_null(strstr(plat_buffer_text(&one), "horse"));
    assert_true(httpd_password_hash_parse(plat_buffer_text(&one), &hash));
    assert_int_equal(hash.rounds, LIMIT_PASSWORD_ITERATIONS);
    assert_int_equal(hash.salt_size, HTTPD_SALT_SIZE);
    assert_true(httpd_password_hash_matches(&hash, "correct horse"));
    assert_false(httpd_password_hash_matches(&hash, "Correct horse"));
    plat_buffer_free(&one);
    plat_buffer_free(&two);
}

static void test_bounds(void **state)
{
    (void)state;
    struct plat_buffer out;
    char longest[LIMIT_PASSWORD_SIZE + 2];
    plat_buffer_init(&out, 1024);
    memset(longest, 'x', sizeof longest);
    longest[LIMIT_PASSWORD_SIZE + 1] = '\0';
    assert_int_equal(httpd_password_hash(longest, &out), ERROR_INVALID_PARAMETER);
    assert_int_equal(httpd_password_hash("", &out), ERROR_INVALID_PARAMETER);
    longest[LIMIT_PASSWORD_SIZE] = '\0';
    assert_int_equal(httpd_password_hash(longest, &out), ERROR_SUCCESS);
    plat_buffer_free(&out);
}

static void test_malformed(void **state)
{
    (void)state;
#define SALT "AAAAAAAAAAAAAAAAAAAAAA=="
#define KEY "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
    static const char *const bad[] = {
        "",
        "secret",
        "pbkdf2-sha256",
        "pbkdf2-sha256$",
        "pbkdf2-sha1$1000$" SALT "$" KEY,
        "pbkdf2-sha256$0$" SALT "$" KEY,
        "pbkdf2-sha256$10000001$" SALT "$" KEY,
        "pbkdf2-sha256$-1$" SALT "$" KEY,
        "pbkdf2-sha256$1000$$" KEY,
        "pbkdf2-sha256$1000$AAAA$" KEY,
        "pbkdf2-sha256$1000$" SALT,
        "pbkdf2-sha256$1000$" SALT "$",
        "pbkdf2-sha256$1000$" SALT "$AAAA",
        "pbkdf2-sha256$1000$" SALT "$" KEY KEY,
        "pbkdf2-sha256$1000$" SALT "$" KEY "$",
        "pbkdf2-sha256$1000$" SALT "$!" KEY,
    };
    struct httpd_password_hash hash;
    assert_true(httpd_password_hash_parse("pbkdf2-sha256$1000$" SALT "$" KEY, &hash));
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        if (httpd_password_hash_parse(bad[i], &hash)) {
            fail_msg("taken: %s", bad[i]);
        }
    }
}

static struct httpd_settings *settings_with(const char *hash)
{
    struct make_settings m;
    make_settings_init(&m);
    make_password_user(&m, "Dave", hash);
    make_password_user(&m, "Eve", "rubbish");
    return make_settings_done(&m);
}

static void test_cache(void **state)
{
    (void)state;
    static const char right[] = "passwordPASSWORDpassword";
    struct httpd_settings *one = settings_with(known_hash), *two = settings_with(known_hash);
    struct httpd_password_cache *cache;
    assert_int_equal(httpd_password_cache_create(&cache), ERROR_SUCCESS);
    assert_false(httpd_password_known(cache, one, "Dave", right));
    assert_false(httpd_password_check(cache, one, "Dave", "wrong"));
    assert_false(httpd_password_known(cache, one, "Dave", "wrong"));
    assert_true(httpd_password_check(cache, one, "dave", right));
    assert_true(httpd_password_known(cache, one, "Dave", right));
    assert_true(httpd_password_known(cache, one, "DAVE", right));
    assert_false(httpd_password_known(cache, one, "Dave", "wrong"));
    assert_false(httpd_password_known(cache, one, "Eve", right));
    assert_false(httpd_password_known(cache, one, "Nobody", right));

    /* New settings: known no more, until checked again; then the old ones are over. */
    assert_false(httpd_password_known(cache, two, "Dave", right));
    assert_true(httpd_password_check(cache, two, "Dave", right));
    assert_true(httpd_password_known(cache, two, "Dave", right));
    assert_false(httpd_password_known(cache, one, "Dave", right));
    assert_true(httpd_password_check(cache, one, "Dave", right)); /* a worker with the old snapshot */
    assert_false(httpd_password_known(cache, one, "Dave", right));
    assert_true(httpd_password_known(cache, two, "Dave", right));
    httpd_password_cache_free(cache);
    httpd_settings_unref(one);
    httpd_settings_unref(two);
}

static void test_nobody_else(void **state)
{
    (void)state;
    struct httpd_settings *s = settings_with(known_hash);
    struct httpd_password_cache *cache;
    char longer[LIMIT_PASSWORD_SIZE + 2];
    memset(longer, 'x', sizeof longer);
    longer[sizeof longer - 1] = '\0';
    assert_int_equal(httpd_password_cache_create(&cache), ERROR_SUCCESS);
    assert_false(httpd_password_check(cache, s, "Nobody", "x"));
    assert_false(httpd_password_check(cache, s, "Eve", "rubbish"));
    assert_false(httpd_password_check(cache, s, "Eve", ""));
    assert_false(httpd_password_check(cache, s, "", ""));
    assert_false(httpd_password_check(cache, s, "Dave", ""));
    assert_false(httpd_password_check(cache, s, "Dave", longer));
    httpd_password_cache_free(cache);
    httpd_password_cache_free(NULL);
    httpd_settings_unref(s);
}

/* The oldest login makes room. */
static void test_cache_is_bounded(void **state)
{
    (void)state;
    static const char quick[] = "pbkdf2-sha256$1$c2FsdFNBTFQ=$";
    struct make_settings m;
    struct httpd_password_cache *cache;
    char hash[128], name[16];
    struct plat_buffer key;
    uint8_t bytes[CERT_SHA256_SIZE];
    plat_buffer_init(&key, 256);
    cert_pbkdf2_sha256(plat_span_of("p", 1), plat_span_of("saltSALT", 8), 1, bytes);
    for (size_t i = 0; i < sizeof bytes; i++) {
        plat_buffer_append_u8(&key, bytes[i]);
    }
    struct plat_buffer text;
    plat_buffer_init(&text, 256);
    plat_buffer_append_text(&text, quick);
    plat_base64_append(&text, plat_span_of(key.data, key.size));
    snprintf(hash, sizeof hash, "%s", plat_buffer_text(&text));
    plat_buffer_free(&text);
    plat_buffer_free(&key);
    make_settings_init(&m);
    for (unsigned i = 0; i < 80; i++) {
        snprintf(name, sizeof name, "u%u", i);
        make_password_user(&m, name, hash);
    }
    struct httpd_settings *s = make_settings_done(&m);
    assert_int_equal(httpd_password_cache_create(&cache), ERROR_SUCCESS);
    for (unsigned i = 0; i < 80; i++) {
        snprintf(name, sizeof name, "u%u", i);
        assert_true(httpd_password_check(cache, s, name, "p"));
        assert_true(httpd_password_known(cache, s, name, "p"));
    }
    assert_false(httpd_password_known(cache, s, "u15", "p"));
    assert_true(httpd_password_known(cache, s, "u16", "p"));
    httpd_password_cache_free(cache);
    httpd_settings_unref(s);
}

static void test_no_memory(void **state)
{
    (void)state;
    static const char right[] = "passwordPASSWORDpassword";
    struct httpd_settings *s = settings_with(known_hash);
    struct httpd_password_cache *cache = NULL;
    size_t live = plat_fake_memory_live();
    unsigned n = 0;
    for (bool failed = true; failed;) {
        plat_fake_memory_fail(++n, false);
        if (httpd_password_cache_create(&cache) == ERROR_SUCCESS) {
            /* A success that cannot be remembered is one all the same; what cannot be checked is none. */
            (void)httpd_password_check(cache, s, "Dave", right);
            assert_false(httpd_password_check(cache, s, "Dave", "wrong"));
            assert_false(httpd_password_known(cache, s, "Dave", "wrong"));
            httpd_password_cache_free(cache);
        }
        failed = plat_fake_memory_failures() > 0;
        plat_fake_memory_fail(0, false);
        assert_int_equal(plat_fake_memory_live(), live);
    }
    assert_true(n > 3);
    httpd_settings_unref(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_known_answer),
        cmocka_unit_test(test_new_hashes),
        cmocka_unit_test(test_bounds),
        cmocka_unit_test(test_malformed),
        cmocka_unit_test(test_cache),
        cmocka_unit_test(test_nobody_else),
        cmocka_unit_test(test_cache_is_bounded),
        cmocka_unit_test(test_no_memory),
    };
    return cmocka_run_group_tests_name("httpd.password", tests, NULL, NULL);
}
