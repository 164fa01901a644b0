/* SPDX-License-Identifier: Apache-2.0 */
/* Responses: what they say, where they end, which are refused; the same whatever pieces they come in. */
#include "winhttp/response.h"

#include "platform/fake.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define ELEMENTS(array) (sizeof(array) / sizeof((array)[0]))

/* What came of a response. */
struct result {
    struct winhttp_response response;
    struct plat_buffer body;
    size_t used;
    enum winhttp_taken last;
};

/* In pieces of `piece` bytes; what was not used is shown again. */
static void read_in_pieces(struct result *result, const char *text, size_t size, size_t piece,
                           bool head_request)
{
    winhttp_response_init(&result->response, head_request);
    plat_buffer_init(&result->body, 1U << 20);
    result->used = 0;
    for (size_t shown = 0;;) {
        size_t used;
        struct plat_span data;

        result->last = winhttp_response_take(&result->response, (const uint8_t *)text + result->used,
                                             shown - result->used, &used, &data);
        result->used += used;
        assert_true(result->used <= shown);
        if (result->last == WINHTTP_TAKEN_DATA) {
            assert_true(data.size > 0 && data.data + data.size == (const uint8_t *)text + result->used);
            plat_buffer_append(&result->body, data.data, data.size);
        }
        if (result->last == WINHTTP_TAKEN_END || result->last == WINHTTP_TAKEN_BAD)
            break;
        if (result->last != WINHTTP_TAKEN_MORE)
            continue;
        assert_int_equal(result->used, shown);
        if (shown == size)
            break;
        shown = size - shown < piece ? size : shown + piece;
    }
}

static void result_free(struct result *result)
{
    winhttp_response_free(&result->response);
    plat_buffer_free(&result->body);
}

static void is_text(struct plat_span span, const char *text)
{
    assert_int_equal(span.size, strlen(text));
    assert_memory_equal(span.data, text, span.size);
}

struct good {
    const char *text;
    const char *body;
    size_t behind; /* bytes of text that are not the response's */
    uint32_t status;
    uint32_t version;
    enum winhttp_framing framing;
    bool keep_alive;
    bool head_request;
};

#define NONE WINHTTP_FRAMING_NONE
#define LENGTH WINHTTP_FRAMING_LENGTH
#define CHUNKED WINHTTP_FRAMING_CHUNKED
#define CLOSE WINHTTP_FRAMING_CLOSE
#define OK "HTTP/1.1 200 OK\r\n"
#define CHUNKS OK "Transfer-Encoding: chunked\r\n\r\n"

static const struct good good[] = {
    {OK "Content-Length: 5\r\n\r\nhelloHTTP", "hello", 4, 200, 11, LENGTH, true, false},
    {OK "Content-Length: 0\r\n\r\n", "", 0, 200, 11, LENGTH, true, false},
    {OK "content-LENGTH:005 \t\r\n\r\nhello", "hello", 0, 200, 11, LENGTH, true, false},
    {OK "Content-Length: 5, 5\r\nContent-Length: 5\r\n\r\nhello", "hello", 0, 200, 11, LENGTH, true, false},
    {OK "\r\nuntil the end\r\n\r\n", "until the end\r\n\r\n", 0, 200, 11, CLOSE, false, false},
    {OK "\r\n", "", 0, 200, 11, CLOSE, false, false},
    {OK "Connection: close\r\nContent-Length: 1\r\n\r\nx", "x", 0, 200, 11, LENGTH, false, false},
    {OK "Connection: te ,\tCLOSE\r\nContent-Length: 1\r\n\r\nx", "x", 0, 200, 11, LENGTH, false, false},
    {OK "Connection: x-close\r\nContent-Length: 1\r\n\r\nx", "x", 0, 200, 11, LENGTH, true, false},
    {"HTTP/1.0 200 OK\r\nContent-Length: 1\r\n\r\nx", "x", 0, 200, 10, LENGTH, false, false},
    {"HTTP/1.0 200 OK\r\nConnection: Keep-Alive\r\nContent-Length: 1\r\n\r\nx", "x", 0, 200, 10, LENGTH, true,
     false},
    {"HTTP/1.0 200 OK\r\nConnection: keep-alive\r\n\r\nx", "x", 0, 200, 10, CLOSE, false, false},
    {"HTTP/1.7 200 OK\r\nContent-Length: 1\r\n\r\nx", "x", 0, 200, 11, LENGTH, true, false},
    /* no phrase, with and without its blank; others than the usual */
    {"HTTP/1.1 404 \r\nContent-Length: 0\r\n\r\n", "", 0, 404, 11, LENGTH, true, false},
    {"HTTP/1.1 404\r\nContent-Length: 0\r\n\r\n", "", 0, 404, 11, LENGTH, true, false},
    {"HTTP/1.1 799 \xc3\x84 b\tc\r\nContent-Length: 0\r\n\r\n", "", 0, 799, 11, LENGTH, true, false},
    /* no body whatever is announced */
    {OK "Content-Length: 500\r\n\r\nHTTP", "", 4, 200, 11, NONE, true, true},
    {CHUNKS, "", 0, 200, 11, NONE, true, true},
    {OK "\r\n", "", 0, 200, 11, NONE, true, true},
    {"HTTP/1.1 304 Not Modified\r\nContent-Length: 7\r\n\r\n", "", 0, 304, 11, NONE, true, false},
    {"HTTP/1.1 204 No Content\r\n\r\n", "", 0, 204, 11, NONE, true, false},
    {"HTTP/1.1 204 No Content\r\nContent-Length: 0\r\n\r\n", "", 0, 204, 11, NONE, true, false},
    {"HTTP/1.1 204 No Content\r\nContent-Length: 3\r\n\r\nabc", "", 3, 204, 11, NONE, false, false},
    {"HTTP/1.1 204 N\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "", 5, 204, 11, NONE, false, false},
    /* 1xx are read over */
    {"HTTP/1.1 100 Continue\r\n\r\n" OK "Content-Length: 1\r\n\r\nx", "x", 0, 200, 11, LENGTH, true, false},
    {"HTTP/1.1 103 Early\r\nLink: a\r\nContent-Length: 9\r\n\r\nHTTP/1.1 100\r\n\r\n" OK
     "Content-Length: 1\r\n\r\nx",
     "x", 0, 200, 11, LENGTH, true, false},
    /* chunks */
    {CHUNKS "0\r\n\r\n", "", 0, 200, 11, CHUNKED, true, false},
    {CHUNKS "5\r\nhello\r\n6\r\n world\r\n0\r\n\r\nHTTP", "hello world", 4, 200, 11, CHUNKED, true, false},
    {CHUNKS "00a\r\n0123456789\r\nA\r\nabcdefghij\r\n000\r\n\r\n", "0123456789abcdefghij", 0, 200, 11,
     CHUNKED, true, false},
    {CHUNKS "1;a=b;c=\"d\"\r\nx\r\n2  \r\nyz\r\n0 ;last\r\n\r\n", "xyz", 0, 200, 11, CHUNKED, true, false},
    {CHUNKS "1\r\nx\r\n0\r\nDate: then\r\nX-Sum: \xe2\x82\xac\r\nEmpty:\r\n\r\n", "x", 0, 200, 11, CHUNKED,
     true, false},
    {OK "transfer-encoding: CHUNKED \r\nConnection: close\r\n\r\n1\r\nx\r\n0\r\n\r\n", "x", 0, 200, 11,
     CHUNKED, false, false},
    /* folded lines */
    {OK "X: a\r\n b\r\n\t c \r\nContent-Length:\r\n 1\r\n\r\nx", "x", 0, 200, 11, LENGTH, true, false},
};

static void check_good(const struct good *row, size_t piece)
{
    struct result result;

    read_in_pieces(&result, row->text, strlen(row->text), piece, row->head_request);
    if (row->framing == CLOSE) {
        assert_int_equal(result.last, WINHTTP_TAKEN_MORE);
        assert_int_equal(winhttp_response_closed(&result.response), WINHTTP_TAKEN_END);
    } else {
        assert_int_equal(result.last, WINHTTP_TAKEN_END);
    }
    assert_int_equal(strlen(row->text) - result.used, row->behind);
    assert_int_equal(result.response.status, row->status);
    assert_int_equal(result.response.version, row->version);
    assert_int_equal(result.response.framing, row->framing);
    assert_int_equal(result.response.keep_alive, row->keep_alive);
    assert_int_equal(result.response.error, ERROR_SUCCESS);
    is_text(plat_span_of(result.body.data, result.body.size), row->body);
    /* Over: the end of the connection is no fault then, but it carries no other request. */
    assert_int_equal(winhttp_response_closed(&result.response), WINHTTP_TAKEN_END);
    assert_false(result.response.keep_alive);
    result_free(&result);
}

static void good_ones(void **state)
{
    static const size_t pieces[] = {1, 2, 3, 7, 1000};

    (void)state;
    for (size_t i = 0; i < ELEMENTS(good); i++)
        for (size_t j = 0; j < ELEMENTS(pieces); j++)
            check_good(&good[i], pieces[j]);
}

/* Cut short anywhere, a response that says where it ends is no whole one. */
static void cut_short(void **state)
{
    (void)state;
    for (size_t i = 0; i < ELEMENTS(good); i++) {
        size_t whole = strlen(good[i].text) - good[i].behind;

        for (size_t size = 0; good[i].framing != CLOSE && size < whole; size++) {
            struct result result;

            read_in_pieces(&result, good[i].text, size, 1000, good[i].head_request);
            assert_int_equal(result.last, WINHTTP_TAKEN_MORE);
            assert_int_equal(winhttp_response_closed(&result.response), WINHTTP_TAKEN_BAD);
            assert_int_equal(result.response.error, ERROR_WINHTTP_CONNECTION_ERROR);
            assert_false(result.response.keep_alive);
            result_free(&result);
        }
    }
}

static void malformed(void **state)
{
    static const char *const rows[] = {
        "\r\n",
        "\n",
        " HTTP/1.1 200 OK\r\n\r\n",
        "HTTP/2.0 200 OK\r\n\r\n",
        "HTTP/2 200\r\n\r\n",
        "HTTP/0.9 200 OK\r\n\r\n",
        "http/1.1 200 OK\r\n\r\n",
        "HTTP/1.x 200 OK\r\n\r\n",
        "HTTP/1.10 200 OK\r\n\r\n",
        "HTTP/1.1200 OK\r\n\r\n",
        "HTTP/1.1  200 OK\r\n\r\n",
        "HTTP/1.1\t200 OK\r\n\r\n",
        "HTTP/1.1 20\r\n\r\n",
        "HTTP/1.1 2000 OK\r\n\r\n",
        "HTTP/1.1 099 OK\r\n\r\n",
        "HTTP/1.1 +20 OK\r\n\r\n",
        "HTTP/1.1 20x OK\r\n\r\n",
        "HTTP/1.1 200-OK\r\n\r\n",
        "HTTP/1.1 200 O\x01K\r\n\r\n",
        "HTTP/1.1 200 O\rK\r\n\r\n",
        "HTTP/1.1 200 OK\n\r\n",
        "ICY 200 OK\r\n\r\n",
        "<html>\r\n",
        /* fields */
        OK "No colon\r\n\r\n",
        OK ": no name\r\n\r\n",
        OK "Na me: x\r\n\r\n",
        OK "Name : x\r\n\r\n",
        OK "Name\t: x\r\n\r\n",
        OK "N\xc3\xa4me: x\r\n\r\n",
        OK "Name: x\n\r\n",
        OK "Name: x\r\r\n\r\n",
        OK "Name: x\ry\r\n\r\n",
        OK "Name: x\x7f\r\n\r\n",
        OK "Name: x\x0b\r\n\r\n",
        OK " Folded: into the status line\r\n\r\n",
        OK "A: b\r\n\n",
        OK "A: b\r\n \x01\r\n\r\n",
        /* lengths */
        OK "Content-Length:\r\n\r\n",
        OK "Content-Length: x\r\n\r\n",
        OK "Content-Length: -1\r\n\r\n",
        OK "Content-Length: +1\r\n\r\n",
        OK "Content-Length: 0x1\r\n\r\n",
        OK "Content-Length: 1 2\r\n\r\n",
        OK "Content-Length: 1\r\n 2\r\n\r\n",
        OK "Content-Length: 1,\r\n\r\n",
        OK "Content-Length: 1, 2\r\n\r\n",
        OK "Content-Length: 1\r\nContent-Length: 2\r\n\r\n",
        OK "Content-Length: 18446744073709551617\r\n\r\n",
        OK "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
        OK "Transfer-Encoding: chunked\r\nContent-Length: 1\r\n\r\n",
        /* codings */
        OK "Transfer-Encoding:\r\n\r\n",
        OK "Transfer-Encoding: gzip\r\n\r\n",
        OK "Transfer-Encoding: identity\r\n\r\n",
        OK "Transfer-Encoding: gzip, chunked\r\n\r\n",
        OK "Transfer-Encoding: chunked, chunked\r\n\r\n",
        OK "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n",
        OK "Transfer-Encoding: chunked;q=1\r\n\r\n",
        OK "Transfer-Encoding: xchunked\r\n\r\n",
        "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
        /* 1xx */
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n",
        "HTTP/1.1 100 Continue\r\n\r\n\r\n",
        "HTTP/1.1 100 Continue\r\n\r\n folded\r\n",
        /* chunks */
        CHUNKS "\r\n",
        CHUNKS ";x\r\n",
        CHUNKS "x\r\n",
        CHUNKS "-1\r\n",
        CHUNKS "0x1\r\n",
        CHUNKS " 1\r\n",
        CHUNKS "1 1\r\n",
        CHUNKS "1\n",
        CHUNKS "1\rx",
        CHUNKS "1;a\x01\r\n",
        CHUNKS "1;a\n",
        CHUNKS "1\r\nxy",
        CHUNKS "1\r\nx\n",
        CHUNKS "1\r\nx\rx",
        CHUNKS "0\r\n\n",
        CHUNKS "0\r\n\rx",
        CHUNKS "0\r\n x: y\r\n",
        CHUNKS "0\r\nno colon\r\n",
        CHUNKS "0\r\nx y: z\r\n",
        CHUNKS "0\r\n: z\r\n",
        CHUNKS "0\r\nx: z\n",
        CHUNKS "0\r\nx: z\x01\r\n",
        CHUNKS "0\r\nx: z\rz",
    };

    (void)state;
    for (size_t i = 0; i < ELEMENTS(rows); i++)
        for (size_t piece = 1; piece <= 1000; piece += 999) {
            struct result result;

            read_in_pieces(&result, rows[i], strlen(rows[i]), piece, false);
            if (result.last != WINHTTP_TAKEN_BAD)
                print_error("row %zu, piece %zu\n", i, piece);
            assert_int_equal(result.last, WINHTTP_TAKEN_BAD);
            assert_int_equal(result.response.error, ERROR_WINHTTP_INVALID_SERVER_RESPONSE);
            assert_false(result.response.keep_alive);
            assert_int_equal(result.body.size > 0, strstr(rows[i], "1\r\nx") != NULL);
            assert_int_equal(winhttp_response_closed(&result.response), WINHTTP_TAKEN_BAD);
            assert_int_equal(result.response.error, ERROR_WINHTTP_INVALID_SERVER_RESPONSE);
            result_free(&result);
        }
}

/* A NUL is no text, wherever it stands. */
static void zero_bytes(void **state)
{
    static const char text[] = CHUNKS "1;a\r\nx\r\n0\r\nb: c\r\n\r\n";
    static const size_t data = sizeof CHUNKS - 1 + 5;
    char copy[sizeof text];

    (void)state;
    for (size_t at = 0; at < sizeof text - 1; at++) {
        struct result result;

        memcpy(copy, text, sizeof text);
        copy[at] = 0;
        read_in_pieces(&result, copy, sizeof text - 1, 1000, false);
        assert_int_equal(result.last, at == data ? WINHTTP_TAKEN_END : WINHTTP_TAKEN_BAD);
        result_free(&result);
    }
}

static void fields(void **state)
{
    static const char text[] =
        "HTTP/1.1 200 All is well \r\nServer:  a b\t\r\nSet-Cookie: one\r\nX-Fold: a\r\n \tb  \r\n c\r\n"
        "SET-COOKIE: two\r\nEmpty: \r\nFolded-Only:\r\n \r\n d\r\nContent-Length: 0\r\n\r\n";
    struct result result;
    const struct winhttp_response *r = &result.response;
    size_t field = 0;

    (void)state;
    read_in_pieces(&result, text, sizeof text - 1, 5, false);
    assert_int_equal(result.last, WINHTTP_TAKEN_END);
    assert_int_equal(r->field_count, 7);
    is_text(winhttp_response_reason(r), "All is well ");
    is_text(winhttp_response_name(r, 0), "Server");
    is_text(winhttp_response_value(r, 0), "a b");
    is_text(winhttp_response_value(r, 2), "a   \tb     c");
    is_text(winhttp_response_value(r, 4), "");
    is_text(winhttp_response_value(r, 5), "d");
    assert_true(winhttp_response_find(r, "set-cookie", &field));
    assert_int_equal(field, 1);
    field++;
    assert_true(winhttp_response_find(r, "set-cookie", &field));
    is_text(winhttp_response_name(r, field), "SET-COOKIE");
    is_text(winhttp_response_value(r, field), "two");
    field++;
    assert_false(winhttp_response_find(r, "set-cookie", &field));
    field = 0;
    assert_false(winhttp_response_find(r, "Set", &field));
    assert_false(winhttp_response_find(r, "", &(size_t){0}));
    assert_true(r->has_length);
    /* The text is there as it came but for the folds, which are blanks now. */
    assert_int_equal(r->head.size, sizeof text - 1);
    assert_memory_equal(r->head.data, "HTTP/1.1 200 All is well \r\nServer:  a b\t\r\n", 42);
    assert_memory_equal(r->head.data + r->head.size - 4, "\r\n\r\n", 4);
    result_free(&result);
}

static void length_without_body(void **state)
{
    static const char text[] = OK "Content-Length: 123456789012\r\n\r\n";
    struct result result;

    (void)state;
    read_in_pieces(&result, text, sizeof text - 1, 1000, true);
    assert_int_equal(result.last, WINHTTP_TAKEN_END);
    assert_true(result.response.has_length);
    assert_true(result.response.length == UINT64_C(123456789012));
    result_free(&result);
}

/* ---- limits ---- */

static void is_bad(const struct plat_buffer *text, win_error error)
{
    for (size_t piece = 1; piece <= 100000; piece += 99999) {
        struct result result;

        read_in_pieces(&result, (const char *)text->data, text->size, piece, false);
        assert_int_equal(result.last, error ? WINHTTP_TAKEN_BAD : WINHTTP_TAKEN_END);
        assert_int_equal(result.response.error, error);
        result_free(&result);
    }
}

static void repeat(struct plat_buffer *text, const char *what, size_t count)
{
    for (size_t i = 0; i < count; i++)
        plat_buffer_append_text(text, what);
}

static void long_heads(void **state)
{
    struct plat_buffer text;
    size_t fixed = strlen(OK "A: \r\nContent-Length: 0\r\n\r\n");

    (void)state;
    plat_buffer_init(&text, 1U << 20);
    for (size_t more = 0; more < 2; more++) {
        plat_buffer_clear(&text);
        plat_buffer_append_text(&text, OK "A: ");
        repeat(&text, "x", LIMIT_RESPONSE_HEAD_READ - fixed + more);
        plat_buffer_append_text(&text, "\r\nContent-Length: 0\r\n\r\n");
        is_bad(&text, more ? ERROR_WINHTTP_HEADER_SIZE_OVERFLOW : ERROR_SUCCESS);

        plat_buffer_clear(&text);
        plat_buffer_append_text(&text, OK "Content-Length: 0\r\n");
        repeat(&text, "a:\r\n", LIMIT_RESPONSE_FIELDS - 1 + more);
        plat_buffer_append_text(&text, "\r\n");
        is_bad(&text, more ? ERROR_WINHTTP_HEADER_COUNT_EXCEEDED : ERROR_SUCCESS);

        plat_buffer_clear(&text);
        repeat(&text, "HTTP/1.1 102 Wait\r\na: b\r\n\r\n", LIMIT_RESPONSE_INTERIM + more);
        plat_buffer_append_text(&text, OK "Content-Length: 0\r\n\r\n");
        is_bad(&text, more ? ERROR_WINHTTP_INVALID_SERVER_RESPONSE : ERROR_SUCCESS);
    }
    /* Without an end, too. */
    plat_buffer_clear(&text);
    repeat(&text, "x", LIMIT_RESPONSE_HEAD_READ + 1);
    is_bad(&text, ERROR_WINHTTP_HEADER_SIZE_OVERFLOW);
    plat_buffer_free(&text);
}

static void long_bodies(void **state)
{
    struct plat_buffer text;

    (void)state;
    plat_buffer_init(&text, 1U << 20);
    for (size_t more = 0; more < 2; more++) {
        win_error error = more ? ERROR_WINHTTP_CHUNKED_ENCODING_HEADER_SIZE_OVERFLOW : ERROR_SUCCESS;

        plat_buffer_clear(&text);
        plat_buffer_append_text(&text, CHUNKS "0;");
        repeat(&text, "x", LIMIT_RESPONSE_CHUNK_LINE - 4 + more);
        plat_buffer_append_text(&text, "\r\n\r\n");
        is_bad(&text, error);

        plat_buffer_clear(&text);
        plat_buffer_append_text(&text, CHUNKS);
        repeat(&text, "0", LIMIT_RESPONSE_CHUNK_LINE - 2 + more);
        plat_buffer_append_text(&text, "\r\n\r\n");
        is_bad(&text, error);

        plat_buffer_clear(&text);
        plat_buffer_append_text(&text, CHUNKS "0\r\n");
        repeat(&text, "a:\r\n", LIMIT_RESPONSE_FIELDS + more);
        plat_buffer_append_text(&text, "\r\n");
        is_bad(&text, more ? ERROR_WINHTTP_HEADER_COUNT_EXCEEDED : ERROR_SUCCESS);
    }
    plat_buffer_clear(&text);
    plat_buffer_append_text(&text, OK "Content-Length: 140737488355328\r\n\r\n");
    is_bad(&text, ERROR_WINHTTP_RESPONSE_DRAIN_OVERFLOW);
    plat_buffer_clear(&text);
    plat_buffer_append_text(&text, CHUNKS "800000000000\r\n");
    is_bad(&text, ERROR_WINHTTP_RESPONSE_DRAIN_OVERFLOW);
    plat_buffer_clear(&text);
    plat_buffer_append_text(&text, CHUNKS "fffffffffffffffffffffffff1\r\nx\r\n0\r\n\r\n");
    is_bad(&text, ERROR_WINHTTP_RESPONSE_DRAIN_OVERFLOW);
    plat_buffer_clear(&text);
    plat_buffer_append_text(&text, CHUNKS "1\r\nx\r\n7fffffffffff\r\n");
    is_bad(&text, ERROR_WINHTTP_RESPONSE_DRAIN_OVERFLOW);
    plat_buffer_free(&text);
}

static void without_memory(void **state)
{
    static const char text[] = OK "Content-Length: 1\r\n\r\nx";
    size_t before = plat_fake_memory_live();
    struct winhttp_response response;
    struct plat_span data;
    size_t used;

    (void)state;
    winhttp_response_init(&response, false);
    plat_fake_memory_fail(1, false);
    assert_int_equal(winhttp_response_take(&response, (const uint8_t *)text, sizeof text - 1, &used, &data),
                     WINHTTP_TAKEN_BAD);
    assert_int_equal(response.error, ERROR_NOT_ENOUGH_MEMORY);
    plat_fake_memory_fail(0, false);
    assert_int_equal(winhttp_response_take(&response, (const uint8_t *)text, sizeof text - 1, &used, &data),
                     WINHTTP_TAKEN_BAD);
    winhttp_response_free(&response);
    assert_int_equal(plat_fake_memory_live(), before);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(good_ones),  cmocka_unit_test(cut_short),   cmocka_unit_test(malformed),
        cmocka_unit_test(zero_bytes), cmocka_unit_test(fields),      cmocka_unit_test(length_without_body),
        cmocka_unit_test(long_heads), cmocka_unit_test(long_bodies), cmocka_unit_test(without_memory),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
