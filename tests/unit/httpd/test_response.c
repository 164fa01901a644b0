/* SPDX-License-Identifier: Apache-2.0 */
/* Response heads, error texts, and the header lines of extensions. */
#include "http/response.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define ELEMENTS(a) (sizeof(a) / sizeof(a)[0])
#define DATE "Sun, 06 Nov 1994 08:49:37 GMT"

static void heads(void **state)
{
    static const struct {
        struct http_response response;
        const char *text;
    } rows[] = {
        {{200, NULL, DATE, "Cerium", HTTP_FRAMING_LENGTH, 5, true, false, "X: y\r\n"},
         "HTTP/1.1 200 OK\r\nDate: " DATE "\r\nServer: Cerium\r\nX: y\r\nContent-Length: 5\r\n\r\n"},
        {{200, "", DATE, "", HTTP_FRAMING_LENGTH, UINT64_C(5000000000), false, false, ""},
         "HTTP/1.1 200 OK\r\nDate: " DATE "\r\nContent-Length: 5000000000\r\nConnection: close\r\n\r\n"},
        {{299, "Well", DATE, "", HTTP_FRAMING_CHUNKED, 0, true, false, ""},
         "HTTP/1.1 299 Well\r\nDate: " DATE "\r\nTransfer-Encoding: chunked\r\n\r\n"},
        {{304, NULL, DATE, "", HTTP_FRAMING_NONE, 7, true, true, ""},
         "HTTP/1.1 304 Not Modified\r\nDate: " DATE "\r\nConnection: keep-alive\r\n\r\n"},
        {{599, NULL, DATE, "", HTTP_FRAMING_CLOSE, 0, false, true, ""},
         "HTTP/1.1 599 \r\nDate: " DATE "\r\nConnection: close\r\n\r\n"},
    };

    (void)state;
    for (size_t i = 0; i < ELEMENTS(rows); i++) {
        struct plat_buffer out;

        plat_buffer_init(&out, 4096);
        http_response_head(&rows[i].response, &out);
        assert_string_equal(plat_buffer_text(&out), rows[i].text);
        plat_buffer_free(&out);
    }
}

static void error_texts(void **state)
{
    struct plat_buffer out;

    (void)state;
    plat_buffer_init(&out, 4096);
    http_error_text(404, NULL, &out);
    http_error_text(400, "bad", &out);
    assert_string_equal(plat_buffer_text(&out), "404 Not Found\r\n400 Bad Request: bad\r\n");
    plat_buffer_free(&out);
    assert_string_equal(http_reason_phrase(431), "Request Header Fields Too Large");
    assert_string_equal(http_reason_phrase(299), "");
}

static void own_fields(void **state)
{
    static const struct {
        const char *in, *out; /* out NULL: refused */
        bool has_length;
        uint64_t length;
    } rows[] = {
        {"", "", false, 0},
        {"Content-Type: text/html\r\nX: y\r\n", "Content-Type: text/html\r\nX: y\r\n", false, 0},
        {"Content-Length: 12\r\nX:y\r\n", "X:y\r\n", true, 12},
        {"content-length:\t 0 \r\n", "", true, 0},
        {"DATE: x\r\nserver: x\r\nConnection: close\r\nTransfer-Encoding: chunked\r\nKeep-Alive: "
         "5\r\nSet-Cookie: a\r\n",
         "Set-Cookie: a\r\n", false, 0},
        {"Content-Length: 1\r\nContent-Length: 1\r\n", NULL, false, 0},
        {"Content-Length: x\r\n", NULL, false, 0},
        {"Content-Length:\r\n", NULL, false, 0},
        {"X: y", NULL, false, 0},
        {"X\r\n", NULL, false, 0},
        {": y\r\n", NULL, false, 0},
        {"X : y\r\n", NULL, false, 0},
        {" X: y\r\n", NULL, false, 0},
        {"X: y\r\n\r\nbody", NULL, false, 0},
        {"X: y\nZ: w\r\n", NULL, false, 0},
        {"X: y\rZ: w\r\n", NULL, false, 0},
    };

    (void)state;
    for (size_t i = 0; i < ELEMENTS(rows); i++) {
        struct http_own_fields own;
        struct plat_buffer out;
        win_error error;

        plat_buffer_init(&out, 4096);
        error = http_own_fields(rows[i].in, &out, &own);
        if ((error == ERROR_SUCCESS) != (rows[i].out != NULL))
            fail_msg("%s: %u", rows[i].in, (unsigned)error);
        if (!error) {
            assert_string_equal(plat_buffer_text(&out), rows[i].out);
            assert_int_equal(own.has_length, rows[i].has_length);
            assert_true(own.length == rows[i].length);
        }
        plat_buffer_free(&out);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(heads),
        cmocka_unit_test(error_texts),
        cmocka_unit_test(own_fields),
    };

    return cmocka_run_group_tests_name("response", tests, NULL, NULL);
}
