/* SPDX-License-Identifier: Apache-2.0 */
/* Bodies: Content-Length and chunked, in one piece and in every other cut. */
#include "http/body.h"

#include "platform/memory.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define ELEMENTS(a) (sizeof(a) / sizeof(a)[0])

static const struct {
    const char *in;
    const char *out;  /* decoded; of a malformed body: what came out before */
    const char *rest; /* the next request */
    enum http_body_result end;
    uint32_t status;
} chunked[] = {
    {"0\r\n\r\n", "", "", HTTP_BODY_END, 0},
    {"5\r\nhello\r\n0\r\n\r\nGET", "hello", "GET", HTTP_BODY_END, 0},
    {"005\r\nhello\r\n000\r\n\r\n", "hello", "", HTTP_BODY_END, 0},
    {"5\r\nhello\r\n1\r\n \r\n5\r\nworld\r\n0\r\n\r\n", "hello world", "", HTTP_BODY_END, 0},
    {"A\r\n0123456789\r\na\r\n0123456789\r\n0\r\n\r\n", "01234567890123456789", "", HTTP_BODY_END, 0},
    {"5;x=y\r\nhello\r\n0;z\r\n\r\n", "hello", "", HTTP_BODY_END, 0},
    {"5 ;x=\"a;b\"\r\nhello\r\n0\r\n\r\n", "hello", "", HTTP_BODY_END, 0},
    {"5\r\nhel\r\n\r\n0\r\n\r\n", "hel\r\n", "", HTTP_BODY_END, 0},
    {"0\r\nA: b\r\nC:\r\n\r\nX", "", "X", HTTP_BODY_END, 0},
    {"5\r\nhello\r\n", "hello", "", HTTP_BODY_MORE, 0},
    {"5\r\nhello\r\n0\r\n", "hello", "", HTTP_BODY_MORE, 0},
    {"\r\n", "", "", HTTP_BODY_BAD, 400},
    {"5\nhello\r\n", "", "", HTTP_BODY_BAD, 400},
    {"5\rhello\r\n", "", "", HTTP_BODY_BAD, 400},
    {"5\r\r\nhello", "", "", HTTP_BODY_BAD, 400},
    {" 5\r\nhello", "", "", HTTP_BODY_BAD, 400},
    {"5 \r\nhello", "", "", HTTP_BODY_BAD, 400},
    {"5 x\r\nhello", "", "", HTTP_BODY_BAD, 400},
    {"+5\r\nhello", "", "", HTTP_BODY_BAD, 400},
    {"-5\r\nhello", "", "", HTTP_BODY_BAD, 400},
    {"0x5\r\nhello", "", "", HTTP_BODY_BAD, 400},
    {"5h\r\nhello", "", "", HTTP_BODY_BAD, 400},
    {"g\r\n", "", "", HTTP_BODY_BAD, 400},
    {";x\r\n", "", "", HTTP_BODY_BAD, 400},
    {"5;x\x01\r\nhello", "", "", HTTP_BODY_BAD, 400},
    {"5;x\nhello", "", "", HTTP_BODY_BAD, 400},
    {"5\r\nhelloX0\r\n\r\n", "hello", "", HTTP_BODY_BAD, 400},
    {"5\r\nhello\n0\r\n\r\n", "hello", "", HTTP_BODY_BAD, 400},
    {"5\r\nhello\r0\r\n\r\n", "hello", "", HTTP_BODY_BAD, 400},
    {"4\r\nhello\r\n0\r\n\r\n", "hell", "", HTTP_BODY_BAD, 400},
    {"6\r\nhello\r\n0\r\n\r\n", "hello\r", "", HTTP_BODY_BAD, 400},
    {"0\r\nA b\r\n\r\n", "", "", HTTP_BODY_BAD, 400},
    {"0\r\n A: b\r\n\r\n", "", "", HTTP_BODY_BAD, 400},
    {"0\r\nA: b\n\r\n", "", "", HTTP_BODY_BAD, 400},
    {"0\r\nA: b\x7f\r\n\r\n", "", "", HTTP_BODY_BAD, 400},
    {"0\r\n\rX", "", "", HTTP_BODY_BAD, 400},
    {"800000000000\r\n", "", "", HTTP_BODY_BAD, 413},
    {"fffffffffffffffff\r\n", "", "", HTTP_BODY_BAD, 413},
    {"10000000000000005\r\nhello", "", "", HTTP_BODY_BAD, 413},
    {"2\r\nab\r\n7ffffffffffe\r\n", "ab", "", HTTP_BODY_BAD, 413},
};

/* Gives the input `step` bytes at a time, as the server would: what was not used is shown again. */
static enum http_body_result decode(struct http_body *body, const char *in, size_t step,
                                    struct plat_buffer *out, size_t *used_all)
{
    size_t size = strlen(in);
    size_t shown = 0;
    enum http_body_result result = HTTP_BODY_MORE;

    *used_all = 0;
    while (shown < size && result == HTTP_BODY_MORE) {
        uint8_t *piece;
        size_t piece_size, at = 0;

        shown = size - shown < step ? size : shown + step;
        piece_size = shown - *used_all;
        piece = plat_memdup(in + *used_all, piece_size);
        do {
            struct plat_span data;
            size_t used;

            result = http_body_take(body, piece + at, piece_size - at, &used, &data);
            at += used;
            if (result == HTTP_BODY_DATA)
                plat_buffer_append(out, data.data, data.size);
        } while (result == HTTP_BODY_DATA);
        *used_all += at;
        plat_free(piece);
    }
    return result;
}

static void decodes_chunks(void **state)
{
    const struct http_request request = {.chunked = true, .has_body = true};

    (void)state;
    for (size_t i = 0; i < ELEMENTS(chunked); i++)
        for (size_t step = 1; step <= strlen(chunked[i].in); step++) {
            struct http_body body;
            struct plat_buffer out;
            size_t used;
            enum http_body_result result;

            plat_buffer_init(&out, 1024);
            http_body_init(&body, &request);
            assert_true(http_body_left(&body) == UINT64_MAX);
            result = decode(&body, chunked[i].in, step, &out, &used);
            if (result != chunked[i].end || body.status != chunked[i].status ||
                strcmp(plat_buffer_text(&out), chunked[i].out) != 0)
                fail_msg("%s by %zu: %d %u %s", chunked[i].in, step, (int)result, (unsigned)body.status,
                         plat_buffer_text(&out));
            if (result == HTTP_BODY_END) {
                assert_string_equal(chunked[i].in + used, chunked[i].rest);
                assert_true(http_body_over(&body));
                assert_true(http_body_left(&body) == 0);
                assert_true(body.total == out.size);
            }
            plat_buffer_free(&out);
        }
}

static void decodes_length(void **state)
{
    const struct http_request request = {.has_body = true, .content_length = 5};
    static const char in[] = "helloGET";

    (void)state;
    for (size_t step = 1; step <= sizeof in; step++) {
        struct http_body body;
        struct plat_buffer out;
        size_t used;

        plat_buffer_init(&out, 64);
        http_body_init(&body, &request);
        assert_true(http_body_left(&body) == 5);
        assert_int_equal(decode(&body, in, step, &out, &used), HTTP_BODY_END);
        assert_string_equal(plat_buffer_text(&out), "hello");
        assert_int_equal(used, 5);
        plat_buffer_free(&out);
    }
}

static void no_body(void **state)
{
    const struct http_request request = {.has_body = false};
    struct http_body body;
    struct plat_span data;
    size_t used;

    (void)state;
    http_body_init(&body, &request);
    assert_true(http_body_over(&body));
    assert_int_equal(http_body_take(&body, (const uint8_t *)"GET", 3, &used, &data), HTTP_BODY_END);
    assert_int_equal(used, 0);
}

static enum http_body_result run(const struct plat_buffer *in, uint32_t *status)
{
    const struct http_request request = {.chunked = true, .has_body = true};
    struct http_body body;
    struct plat_span data;
    size_t used, at = 0;
    enum http_body_result result;

    http_body_init(&body, &request);
    do {
        result = http_body_take(&body, in->data + at, in->size - at, &used, &data);
        at += used;
    } while (result == HTTP_BODY_DATA);
    *status = body.status;
    return result;
}

/* Chunk lines and trailers are bounded. */
static void bounds(void **state)
{
    struct plat_buffer in;
    uint32_t status;

    (void)state;
    for (unsigned over = 0; over < 2; over++) {
        plat_buffer_init(&in, 1 << 20);
        plat_buffer_append_text(&in, "0;");
        while (in.size < LIMIT_CHUNK_LINE - 2 + over)
            plat_buffer_append_u8(&in, 'x');
        plat_buffer_append_text(&in, "\r\n\r\n");
        assert_int_equal(run(&in, &status), over ? HTTP_BODY_BAD : HTTP_BODY_END);
        assert_int_equal(status, over ? 400 : 0);
        plat_buffer_free(&in);

        plat_buffer_init(&in, 1 << 20);
        while (in.size < LIMIT_CHUNK_LINE - 2 + over)
            plat_buffer_append_u8(&in, '0');
        plat_buffer_append_text(&in, "\r\n\r\n");
        assert_int_equal(run(&in, &status), over ? HTTP_BODY_BAD : HTTP_BODY_END);
        plat_buffer_free(&in);

        plat_buffer_init(&in, 1 << 20);
        plat_buffer_append_text(&in, "0\r\n");
        for (unsigned i = 0; i < LIMIT_HEADER_FIELDS + over; i++)
            plat_buffer_append_text(&in, "X: y\r\n");
        plat_buffer_append_text(&in, "\r\n");
        assert_int_equal(run(&in, &status), over ? HTTP_BODY_BAD : HTTP_BODY_END);
        plat_buffer_free(&in);

        plat_buffer_init(&in, 1 << 20);
        plat_buffer_append_text(&in, "0\r\nX:");
        for (unsigned i = 0; i < LIMIT_CHUNK_LINE - 4 + over; i++)
            plat_buffer_append_u8(&in, 'y');
        plat_buffer_append_text(&in, "\r\n\r\n");
        assert_int_equal(run(&in, &status), over ? HTTP_BODY_BAD : HTTP_BODY_END);
        plat_buffer_free(&in);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(decodes_chunks),
        cmocka_unit_test(decodes_length),
        cmocka_unit_test(no_body),
        cmocka_unit_test(bounds),
    };

    return cmocka_run_group_tests_name("body", tests, NULL, NULL);
}
