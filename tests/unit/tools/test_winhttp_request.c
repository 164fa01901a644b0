/* SPDX-License-Identifier: Apache-2.0 */
/* Requests as they go out. */
#include "winhttp/request.h"

#include "platform/limits.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#define ELEMENTS(array) (sizeof(array) / sizeof((array)[0]))
#define NONE WINHTTP_FRAMING_NONE
#define LENGTH WINHTTP_FRAMING_LENGTH
#define CHUNKED WINHTTP_FRAMING_CHUNKED

static void heads(void **state)
{
    static const struct {
        struct winhttp_request request;
        const char *head;
    } rows[] = {
        {{"GET", "/", "a", NULL, NONE, 5, false}, "GET / HTTP/1.1\r\nHost: a\r\n\r\n"},
        {{"OPTIONS", "*", "[::1]:80", "", NONE, 0, true},
         "OPTIONS * HTTP/1.1\r\nHost: [::1]:80\r\nConnection: close\r\n\r\n"},
        {{"POST", "/a%20b?c=d", "x.y", "A: b\r\nC:\xe2\x82\xac d\t\r\n", LENGTH, UINT64_C(5000000000), false},
         "POST /a%20b?c=d HTTP/1.1\r\nHost: x.y\r\nA: b\r\nC:\xe2\x82\xac d\t\r\nContent-Length: "
         "5000000000\r\n\r\n"},
        {{"PUT", "/", "a", NULL, LENGTH, 0, false}, "PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n"},
        {{"M-SEARCH", "/", "a", NULL, CHUNKED, 7, true},
         "M-SEARCH / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"},
        {{"GET", "/", "a", "hOST: other:81\r\nX:\r\n", NONE, 0, false},
         "GET / HTTP/1.1\r\nhOST: other:81\r\nX:\r\n\r\n"},
    };
    struct plat_buffer out;

    (void)state;
    plat_buffer_init(&out, 1000);
    for (size_t i = 0; i < ELEMENTS(rows); i++) {
        plat_buffer_clear(&out);
        assert_int_equal(winhttp_request_append(&rows[i].request, &out), ERROR_SUCCESS);
        assert_string_equal(plat_buffer_text(&out), rows[i].head);
    }
    plat_buffer_free(&out);
}

/* Nothing of a caller's can end a line early or make a second message. */
static void refused(void **state)
{
    static const struct {
        struct winhttp_request request;
        win_error error;
    } rows[] = {
        {{"", "/", "a", NULL, NONE, 0, false}, ERROR_INVALID_PARAMETER},
        {{"GE T", "/", "a", NULL, NONE, 0, false}, ERROR_INVALID_PARAMETER},
        {{"GET\r\n", "/", "a", NULL, NONE, 0, false}, ERROR_INVALID_PARAMETER},
        {{"GET", "", "a", NULL, NONE, 0, false}, ERROR_WINHTTP_INVALID_URL},
        {{"GET", "a", "a", NULL, NONE, 0, false}, ERROR_WINHTTP_INVALID_URL},
        {{"GET", "**", "a", NULL, NONE, 0, false}, ERROR_WINHTTP_INVALID_URL},
        {{"GET", "/a b", "a", NULL, NONE, 0, false}, ERROR_WINHTTP_INVALID_URL},
        {{"GET", "/\r\nX: y", "a", NULL, NONE, 0, false}, ERROR_WINHTTP_INVALID_URL},
        {{"GET", "/#x", "a", NULL, NONE, 0, false}, ERROR_WINHTTP_INVALID_URL},
        {{"GET", "/\x7f", "a", NULL, NONE, 0, false}, ERROR_WINHTTP_INVALID_URL},
        {{"GET", "/\xc3\xa9", "a", NULL, NONE, 0, false}, ERROR_WINHTTP_INVALID_URL},
        {{"GET", "/", "", NULL, NONE, 0, false}, ERROR_INVALID_PARAMETER},
        {{"GET", "/", "a\r\nX: y", NULL, NONE, 0, false}, ERROR_INVALID_PARAMETER},
        {{"GET", "/", "u@a", NULL, NONE, 0, false}, ERROR_INVALID_PARAMETER},
        {{"GET", "/", "a", "X", NONE, 0, false}, ERROR_INVALID_PARAMETER},
        {{"GET", "/", "a", "X: y", NONE, 0, false}, ERROR_INVALID_PARAMETER},
        {{"GET", "/", "a", "X: y\n", NONE, 0, false}, ERROR_INVALID_PARAMETER},
        {{"GET", "/", "a", "X: y\r", NONE, 0, false}, ERROR_INVALID_PARAMETER},
        {{"GET", "/", "a", "X: y\rZZ: a\r\n", NONE, 0, false}, ERROR_INVALID_PARAMETER},
        {{"GET", "/", "a", "\r\n", NONE, 0, false}, ERROR_INVALID_PARAMETER},
        {{"GET", "/", "a", "X: y\r\n\r\n", NONE, 0, false}, ERROR_INVALID_PARAMETER},
        {{"GET", "/", "a", "X: y\r\n z\r\n", NONE, 0, false}, ERROR_INVALID_PARAMETER},
        {{"GET", "/", "a", "X : y\r\n", NONE, 0, false}, ERROR_INVALID_PARAMETER},
        {{"GET", "/", "a", "X: y\x01\r\n", NONE, 0, false}, ERROR_INVALID_PARAMETER},
        {{"GET", "/", "a", "X: y\nZ: a\r\n", NONE, 0, false}, ERROR_INVALID_PARAMETER},
        {{"GET", "/", "a", "content-length: 1\r\n", NONE, 0, false}, ERROR_INVALID_PARAMETER},
        {{"GET", "/", "a", "X: y\r\nTransfer-Encoding: chunked\r\n", NONE, 0, false}, ERROR_INVALID_PARAMETER},
        {{"GET", "/", "a", "Host: b\r\nHost: b\r\n", NONE, 0, false}, ERROR_INVALID_PARAMETER},
        {{"GET", "/", "a", "Host:\r\n", NONE, 0, false}, ERROR_INVALID_PARAMETER},
        {{"GET", "/", "a", "Host: b c\r\n", NONE, 0, false}, ERROR_INVALID_PARAMETER},
        {{"GET", "/", "a", NULL, WINHTTP_FRAMING_CLOSE, 0, false}, ERROR_INVALID_PARAMETER},
    };
    struct plat_buffer out;

    (void)state;
    plat_buffer_init(&out, 1000);
    for (size_t i = 0; i < ELEMENTS(rows); i++) {
        assert_int_equal(winhttp_request_append(&rows[i].request, &out), rows[i].error);
        assert_int_equal(out.size, 0);
    }
    plat_buffer_free(&out);
}

static void too_long(void **state)
{
    static char target[LIMIT_CLIENT_HEAD];
    struct winhttp_request request = {.method = "GET", .target = target, .host = "a"};
    size_t fixed = strlen("GET  HTTP/1.1\r\nHost: a\r\n\r\n");
    struct plat_buffer out;

    (void)state;
    memset(target, 'x', sizeof target);
    target[0] = '/';
    target[LIMIT_CLIENT_HEAD - fixed] = 0;
    plat_buffer_init(&out, 2 * LIMIT_CLIENT_HEAD);
    assert_int_equal(winhttp_request_append(&request, &out), ERROR_SUCCESS);
    assert_int_equal(out.size, LIMIT_CLIENT_HEAD);
    target[LIMIT_CLIENT_HEAD - fixed] = 'x';
    target[LIMIT_CLIENT_HEAD - fixed + 1] = 0;
    plat_buffer_clear(&out);
    assert_int_equal(winhttp_request_append(&request, &out), ERROR_FILE_TOO_LARGE);
    plat_buffer_free(&out);
}

static void hosts(void **state)
{
    static const struct {
        const char *url;
        const char *host; /* NULL = refused */
    } rows[] = {
        {"http://a/", "a"},
        {"http://a:80/", "a"},
        {"http://a:443/", "a:443"},
        {"https://u:p@a:443/", "a"},
        {"https://[::1]:80/", "[::1]:80"},
        {"http://xn--bcher-kva.example/", "xn--bcher-kva.example"},
        {"http://b\xc3\xbc"
         "cher.example/",
         NULL},
    };
    struct plat_buffer out;

    (void)state;
    plat_buffer_init(&out, 100);
    for (size_t i = 0; i < ELEMENTS(rows); i++) {
        struct winhttp_url url;

        plat_buffer_clear(&out);
        assert_int_equal(winhttp_url_parse(&url, rows[i].url, strlen(rows[i].url)), ERROR_SUCCESS);
        assert_int_equal(winhttp_host_append(&out, &url, rows[i].url),
                         rows[i].host ? ERROR_SUCCESS : ERROR_WINHTTP_INVALID_URL);
        assert_string_equal(plat_buffer_text(&out), rows[i].host ? rows[i].host : "");
    }
    plat_buffer_free(&out);
}

/* What is written in chunks is what is read out of them. */
static void chunks(void **state)
{
    struct plat_buffer out;
    struct winhttp_body body;
    struct plat_span data;
    size_t used;

    (void)state;
    plat_buffer_init(&out, 1000);
    winhttp_chunk_append(&out, plat_span_of("hello", 5));
    winhttp_chunk_append(&out, plat_span_of("", 0));
    winhttp_chunk_append(&out, plat_span_of("0123456789abcdef", 16));
    winhttp_chunk_append_last(&out);
    assert_string_equal(plat_buffer_text(&out), "5\r\nhello\r\n10\r\n0123456789abcdef\r\n0\r\n\r\n");
    winhttp_body_init(&body, CHUNKED, 0);
    assert_int_equal(winhttp_body_take(&body, out.data, out.size, &used, &data), WINHTTP_TAKEN_DATA);
    assert_true(plat_span_equal(data, plat_span_of("hello", 5)));
    plat_buffer_consume(&out, used);
    assert_int_equal(winhttp_body_take(&body, out.data, out.size, &used, &data), WINHTTP_TAKEN_DATA);
    assert_true(plat_span_equal(data, plat_span_of("0123456789abcdef", 16)));
    plat_buffer_consume(&out, used);
    assert_int_equal(winhttp_body_take(&body, out.data, out.size, &used, &data), WINHTTP_TAKEN_END);
    assert_int_equal(used, out.size);
    assert_true(body.total == 21);
    plat_buffer_free(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(heads), cmocka_unit_test(refused), cmocka_unit_test(too_long),
        cmocka_unit_test(hosts), cmocka_unit_test(chunks),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
