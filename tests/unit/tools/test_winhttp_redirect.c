/* SPDX-License-Identifier: Apache-2.0 */
/* Redirections: where to, and with which method. */
#include "winhttp/redirect.h"

#include "platform/fake.h"
#include "platform/limits.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#define ELEMENTS(array) (sizeof(array) / sizeof((array)[0]))
#define NEVER WINHTTP_REDIRECT_NEVER
#define NOT_TO_HTTP WINHTTP_REDIRECT_NOT_TO_HTTP
#define ALWAYS WINHTTP_REDIRECT_ALWAYS

static win_error redirect(struct plat_buffer *out, const char *from, const char *location,
                          enum winhttp_redirect_policy policy)
{
    plat_buffer_clear(out);
    return winhttp_redirect_url(out, plat_span_of(from, strlen(from)),
                                plat_span_of(location, strlen(location)), policy);
}

/* RFC 3986 section 5.4 with its base's parameter, without fragments; "" is the page itself. */
static void references(void **state)
{
    static const struct {
        const char *reference, *url;
    } rows[] = {
        {"g", "http://a/b/c/g"},
        {"./g", "http://a/b/c/g"},
        {"g/", "http://a/b/c/g/"},
        {"/g", "http://a/g"},
        {"//g", "http://g/"},
        {"?y", "http://a/b/c/d;p?y"},
        {"g?y", "http://a/b/c/g?y"},
        {"#s", "http://a/b/c/d;p?q"},
        {"g#s", "http://a/b/c/g"},
        {"g?y#s", "http://a/b/c/g?y"},
        {";x", "http://a/b/c/;x"},
        {"g;x?y#s", "http://a/b/c/g;x?y"},
        {"", "http://a/b/c/d;p?q"},
        {".", "http://a/b/c/"},
        {"./", "http://a/b/c/"},
        {"..", "http://a/b/"},
        {"../", "http://a/b/"},
        {"../g", "http://a/b/g"},
        {"../..", "http://a/"},
        {"../../", "http://a/"},
        {"../../g", "http://a/g"},
        {"../../../g", "http://a/g"},
        {"../../../../g", "http://a/g"},
        {"/./g", "http://a/g"},
        {"/../g", "http://a/g"},
        {"g.", "http://a/b/c/g."},
        {".g", "http://a/b/c/.g"},
        {"g..", "http://a/b/c/g.."},
        {"..g", "http://a/b/c/..g"},
        {"./../g", "http://a/b/g"},
        {"./g/.", "http://a/b/c/g/"},
        {"g/./h", "http://a/b/c/g/h"},
        {"g/../h", "http://a/b/c/h"},
        {"g;x=1/./y", "http://a/b/c/g;x=1/y"},
        {"g;x=1/../y", "http://a/b/c/y"},
        {"g?y/./x", "http://a/b/c/g?y/./x"},
        {"g?y/../x", "http://a/b/c/g?y/../x"},
    };
    struct plat_buffer out;

    (void)state;
    plat_buffer_init(&out, 1000);
    for (size_t i = 0; i < ELEMENTS(rows); i++) {
        assert_int_equal(redirect(&out, "http://a/b/c/d;p?q#f", rows[i].reference, NOT_TO_HTTP),
                         ERROR_SUCCESS);
        assert_string_equal(plat_buffer_text(&out), rows[i].url);
    }
    plat_buffer_free(&out);
}

static void urls(void **state)
{
    static const struct {
        const char *from, *location, *url;
        enum winhttp_redirect_policy policy;
        win_error error;
    } rows[] = {
        {"http://a", "b", "http://a/b", NOT_TO_HTTP, 0},
        {"http://a?x", "", "http://a/?x", NOT_TO_HTTP, 0},
        {"http://a?x", "?y", "http://a/?y", NOT_TO_HTTP, 0},
        {"http://a", "https://b", "https://b/", NOT_TO_HTTP, 0},
        {"https://a:8443/x", "/y", "https://a:8443/y", NOT_TO_HTTP, 0},
        {"https://u:p@[::1]:444/x", "y", "https://[::1]:444/y", NOT_TO_HTTP, 0},
        {"https://a/x", "//b:1/c/../d", "https://b:1/d", NOT_TO_HTTP, 0},
        {"http://a/x", "HTTP://B/%2e%2e/c d\xc3\xa9?e f", "HTTP://B/%2e%2e/c%20d%C3%A9?e%20f", NOT_TO_HTTP, 0},
        {"http://a/x", "\\\\b\\c", "http://a/%5C%5Cb%5Cc", NOT_TO_HTTP, 0},
        {"http://a/x", "/b:c", "http://a/b:c", NOT_TO_HTTP, 0},
        {"http://a/x", "//", NULL, NOT_TO_HTTP, ERROR_WINHTTP_INVALID_URL},
        {"http://a/x", "http:b", NULL, NOT_TO_HTTP, ERROR_WINHTTP_INVALID_URL},
        {"http://a/x", "/b\tc", NULL, NOT_TO_HTTP, ERROR_WINHTTP_INVALID_URL},
        {"http://a/x", "http://b:0/", NULL, NOT_TO_HTTP, ERROR_WINHTTP_INVALID_URL},
        {"http://a/x", "b:c", NULL, NOT_TO_HTTP, ERROR_WINHTTP_UNRECOGNIZED_SCHEME},
        {"http://a/x", "file:///etc/passwd", NULL, ALWAYS, ERROR_WINHTTP_UNRECOGNIZED_SCHEME},
        {"http://a/x", "http://u:p@b/", NULL, ALWAYS, ERROR_WINHTTP_REDIRECT_FAILED},
        {"https://a/x", "http://a/x", NULL, NOT_TO_HTTP, ERROR_WINHTTP_REDIRECT_FAILED},
        {"https://a/x", "http://a/x", "http://a/x", ALWAYS, 0},
        {"http://a/x", "/y", NULL, NEVER, ERROR_WINHTTP_REDIRECT_FAILED},
        {"ftp://a/x", "http://b/", NULL, ALWAYS, ERROR_WINHTTP_UNRECOGNIZED_SCHEME},
    };
    struct plat_buffer out;

    (void)state;
    plat_buffer_init(&out, 1000);
    for (size_t i = 0; i < ELEMENTS(rows); i++) {
        assert_int_equal(redirect(&out, rows[i].from, rows[i].location, rows[i].policy), rows[i].error);
        if (rows[i].url)
            assert_string_equal(plat_buffer_text(&out), rows[i].url);
        else
            assert_int_equal(out.size, 0);
    }
    plat_buffer_free(&out);
}

/* A location that would make the URL longer than one may be; and no memory anywhere. */
static void bounds(void **state)
{
    static char location[LIMIT_URL];
    size_t before = plat_fake_memory_live();
    struct plat_buffer out;

    (void)state;
    memset(location, 'x', sizeof location - 1);
    plat_buffer_init(&out, 4 * LIMIT_URL);
    assert_int_equal(redirect(&out, "http://a/x", location, ALWAYS), ERROR_WINHTTP_INVALID_URL);
    location[LIMIT_URL - 9] = 0;
    assert_int_equal(redirect(&out, "http://a/x", location, ALWAYS), ERROR_SUCCESS);
    assert_int_equal(out.size, LIMIT_URL);
    plat_buffer_free(&out);
    for (unsigned nth = 1;; nth++) {
        win_error error;

        plat_buffer_init(&out, 1000);
        plat_fake_memory_fail(nth, false);
        error = redirect(&out, "http://a/x", "y?z", ALWAYS);
        plat_fake_memory_fail(0, false);
        plat_buffer_free(&out);
        assert_int_equal(plat_fake_memory_live(), before);
        if (!error) {
            assert_true(nth > 3);
            break;
        }
        assert_int_equal(error, ERROR_NOT_ENOUGH_MEMORY);
    }
}

static void methods(void **state)
{
    static const struct {
        uint32_t status;
        const char *method, *next;
    } rows[] = {
        {301, "GET", "GET"},   {301, "HEAD", "HEAD"}, {301, "POST", "GET"},  {301, "PUT", "PUT"},
        {302, "POST", "GET"},  {302, "PUT", "PUT"},   {303, "GET", "GET"},   {303, "HEAD", "HEAD"},
        {303, "POST", "GET"},  {303, "PUT", "GET"},   {307, "POST", "POST"}, {307, "GET", "GET"},
        {308, "POST", "POST"}, {308, "PUT", "PUT"},
    };

    (void)state;
    for (size_t i = 0; i < ELEMENTS(rows); i++)
        assert_string_equal(winhttp_redirect_method(rows[i].status, rows[i].method), rows[i].next);
    for (uint32_t status = 200; status < 600; status++)
        assert_int_equal(winhttp_is_redirection(status),
                         status == 301 || status == 302 || status == 303 || status == 307 || status == 308);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(references),
        cmocka_unit_test(urls),
        cmocka_unit_test(bounds),
        cmocka_unit_test(methods),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
