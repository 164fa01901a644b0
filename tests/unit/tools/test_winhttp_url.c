/* SPDX-License-Identifier: Apache-2.0 */
/* URLs taken apart. */
#include "winhttp/url.h"

#include "platform/limits.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#define ELEMENTS(array) (sizeof(array) / sizeof((array)[0]))

static void is_part(const char *text, struct winhttp_part part, const char *wanted)
{
    assert_int_equal(part.size, strlen(wanted));
    assert_memory_equal(text + part.at, wanted, part.size);
}

static void parts(void **state)
{
    static const struct {
        const char *text;
        const char *host, *user, *password, *path, *extra;
        uint16_t port;
        bool secure;
    } rows[] = {
        {"http://a", "a", "", "", "", "", 80, false},
        {"http://a/", "a", "", "", "/", "", 80, false},
        {"HTTPS://Example.COM/x/y", "Example.COM", "", "", "/x/y", "", 443, true},
        {"https://a:8443/b?c=d#e", "a", "", "", "/b", "?c=d#e", 8443, true},
        {"http://a:/b", "a", "", "", "/b", "", 80, false},
        {"http://a:00080/", "a", "", "", "/", "", 80, false},
        {"http://a:65535", "a", "", "", "", "", 65535, false},
        {"http://server?Bad=URL", "server", "", "", "", "?Bad=URL", 80, false},
        {"http://server#here", "server", "", "", "", "#here", 80, false},
        {"http://a/b#c?d", "a", "", "", "/b", "#c?d", 80, false},
        {"http://u:p@a/b", "a", "u", "p", "/b", "", 80, false},
        {"http://u@a", "a", "u", "", "", "", 80, false},
        {"http://@a", "a", "", "", "", "", 80, false},
        {"http://u%40x:p:q@a:1/", "a", "u%40x", "p:q", "/", "", 1, false},
        {"http://a/u@b:c/?d@e", "a", "", "", "/u@b:c/", "?d@e", 80, false},
        {"http://127.0.0.1:8080/", "127.0.0.1", "", "", "/", "", 8080, false},
        {"https://[::1]/x", "[::1]", "", "", "/x", "", 443, true},
        {"https://[2001:db8::1]:444", "[2001:db8::1]", "", "", "", "", 444, true},
        {"http://[::ffff:1.2.3.4]:80/", "[::ffff:1.2.3.4]", "", "", "/", "", 80, false},
        {"http://b\xc3\xbc"
         "cher/\xe2\x82\xac",
         "b\xc3\xbc"
         "cher",
         "", "", "/\xe2\x82\xac", "", 80, false},
        {"http://a/ b\\c", "a", "", "", "/ b\\c", "", 80, false},
    };

    (void)state;
    for (size_t i = 0; i < ELEMENTS(rows); i++) {
        const char *text = rows[i].text;
        struct winhttp_url url;

        assert_int_equal(winhttp_url_parse(&url, text, strlen(text)), ERROR_SUCCESS);
        is_part(text, url.host, rows[i].host);
        is_part(text, url.user, rows[i].user);
        is_part(text, url.password, rows[i].password);
        is_part(text, url.path, rows[i].path);
        is_part(text, url.extra, rows[i].extra);
        assert_int_equal(url.port, rows[i].port);
        assert_int_equal(url.secure, rows[i].secure);
        assert_int_equal(url.ipv6, rows[i].host[0] == '[');
        assert_int_equal(url.scheme.at, 0);
        assert_int_equal(url.scheme.size, rows[i].secure ? 5 : 4);
    }
}

static void credentials_that_are_empty(void **state)
{
    static const struct {
        const char *text;
        bool user, password;
    } rows[] = {
        {"http://a", false, false},  {"http://@a", true, false}, {"http://u@a", true, false},
        {"http://u:@a", true, true}, {"http://:@a", true, true}, {"http://a:80", false, false},
    };

    (void)state;
    for (size_t i = 0; i < ELEMENTS(rows); i++) {
        struct winhttp_url url;

        assert_int_equal(winhttp_url_parse(&url, rows[i].text, strlen(rows[i].text)), ERROR_SUCCESS);
        assert_int_equal(url.has_user, rows[i].user);
        assert_int_equal(url.has_password, rows[i].password);
    }
}

static void refused(void **state)
{
    static const struct {
        const char *text;
        win_error error;
    } rows[] = {
        {"", ERROR_WINHTTP_UNRECOGNIZED_SCHEME},
        {"www.example.com", ERROR_WINHTTP_UNRECOGNIZED_SCHEME},
        {"/path", ERROR_WINHTTP_UNRECOGNIZED_SCHEME},
        {"ftp://a/", ERROR_WINHTTP_UNRECOGNIZED_SCHEME},
        {"httpx://a/", ERROR_WINHTTP_UNRECOGNIZED_SCHEME},
        {"localhost:8080/", ERROR_WINHTTP_UNRECOGNIZED_SCHEME},
        {" http://a/", ERROR_WINHTTP_UNRECOGNIZED_SCHEME},
        {"://a/", ERROR_WINHTTP_UNRECOGNIZED_SCHEME},
        {"http:", ERROR_WINHTTP_INVALID_URL},
        {"http:/", ERROR_WINHTTP_INVALID_URL},
        {"http:/a", ERROR_WINHTTP_INVALID_URL},
        {"http:a", ERROR_WINHTTP_INVALID_URL},
        {"http:\\\\a", ERROR_WINHTTP_INVALID_URL},
        {"http://", ERROR_WINHTTP_INVALID_URL},
        {"http:///a", ERROR_WINHTTP_INVALID_URL},
        {"http://?a", ERROR_WINHTTP_INVALID_URL},
        {"http://:80/", ERROR_WINHTTP_INVALID_URL},
        {"http://u@/", ERROR_WINHTTP_INVALID_URL},
        {"http://a:0/", ERROR_WINHTTP_INVALID_URL},
        {"http://a:65536/", ERROR_WINHTTP_INVALID_URL},
        {"http://a:99999999999/", ERROR_WINHTTP_INVALID_URL},
        {"http://a:+80/", ERROR_WINHTTP_INVALID_URL},
        {"http://a:8 0/", ERROR_WINHTTP_INVALID_URL},
        {"http://a:80:80/", ERROR_WINHTTP_INVALID_URL},
        {"http://a b/", ERROR_WINHTTP_INVALID_URL},
        {"http://a%2fb/", ERROR_WINHTTP_INVALID_URL},
        {"http://good@bad@worse/", ERROR_WINHTTP_INVALID_URL},
        {"http://good\\@bad/", ERROR_WINHTTP_INVALID_URL},
        {"http://good\\bad/", ERROR_WINHTTP_INVALID_URL},
        {"http://a/\r\nX: y", ERROR_WINHTTP_INVALID_URL},
        {"http://a/\t", ERROR_WINHTTP_INVALID_URL},
        {"http://a/\x7f", ERROR_WINHTTP_INVALID_URL},
        {"http://[::1/", ERROR_WINHTTP_INVALID_URL},
        {"http://[::1]x/", ERROR_WINHTTP_INVALID_URL},
        {"http://[]/", ERROR_WINHTTP_INVALID_URL},
        {"http://[127.0.0.1]/", ERROR_WINHTTP_INVALID_URL},
        {"http://[1:2]/", ERROR_WINHTTP_INVALID_URL},
        {"http://[fe80::1%25eth0]/", ERROR_WINHTTP_INVALID_URL},
        {"http://[::1:::]/", ERROR_WINHTTP_INVALID_URL},
        {"http://::1/", ERROR_WINHTTP_INVALID_URL},
        {"http://[0000:0000:0000:0000:0000:0000:0000:0000:0000:0000:0000:0000:0000]/",
         ERROR_WINHTTP_INVALID_URL},
    };
    struct winhttp_url url;

    (void)state;
    for (size_t i = 0; i < ELEMENTS(rows); i++)
        assert_int_equal(winhttp_url_parse(&url, rows[i].text, strlen(rows[i].text)), rows[i].error);
    assert_int_equal(winhttp_url_parse(&url, "http://a/\0b", 11), ERROR_WINHTTP_INVALID_URL);
    assert_int_equal(winhttp_url_parse(&url, "http://a\0", 9), ERROR_WINHTTP_INVALID_URL);
}

static void the_longest(void **state)
{
    static char text[LIMIT_URL + 1];
    struct winhttp_url url;

    (void)state;
    memset(text, 'a', sizeof text);
    memcpy(text, "http://a/", 9);
    assert_int_equal(winhttp_url_parse(&url, text, LIMIT_URL), ERROR_SUCCESS);
    assert_int_equal(url.path.size, LIMIT_URL - 8);
    assert_int_equal(winhttp_url_parse(&url, text, LIMIT_URL + 1), ERROR_WINHTTP_INVALID_URL);
}

static void escapes(void **state)
{
    static const struct {
        const char *text, *decoded, *escaped;
    } rows[] = {
        {"", "", ""},
        {"/a%20b", "/a b", "/a%20b"},
        {"/a b", "/a b", "/a%20b"},
        {"%C3%a9", "\xc3\x83\xc2\xa9", "%C3%a9"},
        {"\xc3\xa9", "\xc3\xa9", "%C3%A9"},
        {"100%", "100%", "100%"},
        {"%2", "%2", "%2"},
        {"%zz%4", "%zz%4", "%zz%4"},
        {"%2541", "%41", "%2541"},
        {"%7F%80%ff", "\x7f\xc2\x80\xc3\xbf", "%7F%80%ff"},
        {"\"<>\\^`{|}", "\"<>\\^`{|}", "%22%3C%3E%5C%5E%60%7B%7C%7D"},
        {"~!*'();:@&=+$,/?#[]-_.", "~!*'();:@&=+$,/?#[]-_.", "~!*'();:@&=+$,/?#[]-_."},
    };
    struct plat_buffer out;

    (void)state;
    plat_buffer_init(&out, 100);
    for (size_t i = 0; i < ELEMENTS(rows); i++) {
        size_t size = strlen(rows[i].text);

        plat_buffer_clear(&out);
        assert_int_equal(winhttp_url_decode(&out, rows[i].text, size), ERROR_SUCCESS);
        assert_string_equal(plat_buffer_text(&out), rows[i].decoded);
        plat_buffer_clear(&out);
        winhttp_url_escape(&out, rows[i].text, size);
        assert_string_equal(plat_buffer_text(&out), rows[i].escaped);
    }
    assert_int_equal(winhttp_url_decode(&out, "a%00b", 5), ERROR_WINHTTP_INVALID_URL);
    /* The digits must be within the text. */
    plat_buffer_clear(&out);
    assert_int_equal(winhttp_url_decode(&out, "a%41", 3), ERROR_SUCCESS);
    assert_string_equal(plat_buffer_text(&out), "a%4");
    plat_buffer_free(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parts),   cmocka_unit_test(credentials_that_are_empty),
        cmocka_unit_test(refused), cmocka_unit_test(the_longest),
        cmocka_unit_test(escapes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
