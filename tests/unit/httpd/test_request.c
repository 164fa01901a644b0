/* SPDX-License-Identifier: Apache-2.0 */
/* Request heads: what is taken, and a table of what is not (RFC 9112; request smuggling). */
#include "http/parse.h"
#include "http/path.h"

#include "platform/memory.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define ELEMENTS(a) (sizeof(a) / sizeof(a)[0])
#define HOST "Host: a\r\n"
#define HEAD "GET / HTTP/1.1\r\n" HOST
#define POST "POST / HTTP/1.1\r\n" HOST

struct parsed {
    struct http_request request;
    char *work;
    uint32_t status;
    const char *why;
    bool complete;
    size_t head_size;
};

/*
 * As the server does it: scan, then parse. The bytes are exactly as large as they are, so that a sanitizer
 * sees every step over their end.
 */
static void parse(struct parsed *p, const char *text, size_t size)
{
    struct http_scan scan = {0};
    uint8_t *bytes = plat_memdup(text, size);

    memset(p, 0, sizeof *p);
    switch (http_scan(&scan, bytes, size, LIMIT_HEAD_SIZE, &p->head_size, &p->status, &p->why)) {
    case HTTP_SCAN_COMPLETE:
        p->complete = true;
        p->work = plat_alloc(http_request_work_size(p->head_size - scan.start));
        p->status =
            http_request_parse(&p->request, p->work, bytes + scan.start, p->head_size - scan.start, &p->why);
        break;
    case HTTP_SCAN_MORE:
    case HTTP_SCAN_BAD:
        break;
    }
    plat_free(bytes);
}

static void parse_text(struct parsed *p, const char *text)
{
    parse(p, text, strlen(text));
}

static void done(struct parsed *p)
{
    plat_free(p->work);
}

/* ---- refused ---- */

static const struct {
    uint32_t status;
    const char *head;
} refused[] = {
    /* the request line */
    {400, "GET /\r\n\r\n"}, /* HTTP/0.9 */
    {400, "GET / HTTP/1.1 \r\n" HOST "\r\n"},
    {400, "GET  / HTTP/1.1\r\n" HOST "\r\n"},
    {400, "GET /  HTTP/1.1\r\n" HOST "\r\n"},
    {400, "GET\t/ HTTP/1.1\r\n" HOST "\r\n"},
    {400, "GET /a b HTTP/1.1\r\n" HOST "\r\n"},
    {400, " GET / HTTP/1.1\r\n" HOST "\r\n"},
    {400, "G(T / HTTP/1.1\r\n" HOST "\r\n"},
    {400, "GET: / HTTP/1.1\r\n" HOST "\r\n"},
    {400, "\x16\x03\x01\x02\r\n\r\n"}, /* TLS on the plain port */
    {400, "GET / http/1.1\r\n" HOST "\r\n"},
    {400, "GET / HTTP/1.1x\r\n" HOST "\r\n"},
    {400, "GET / HTTP/11\r\n" HOST "\r\n"},
    {400, "GET / HTTP/1.\r\n" HOST "\r\n"},
    {400, "GET / HTTP/+1.1\r\n" HOST "\r\n"},
    {505, "GET / HTTP/2.0\r\n" HOST "\r\n"},
    {505, "GET / HTTP/0.9\r\n" HOST "\r\n"},
    /* line ends */
    {400, "GET / HTTP/1.1\n" HOST "\r\n"},
    {400, "GET / HTTP/1.1\r\nHost: a\n\r\n"},
    {400, "GET / HTTP/1.1\r\nHost: a\r\n\n"},
    {400, "GET / HTTP/1.1\r\nHost: a\r\nX: b\rY: c\r\n\r\n"},
    {400, "GET / HTTP/1.1\rHost: a\r\n\r\n"},
    {400, "GET / HTTP/1.1\r\r\n" HOST "\r\n"},
    {400, "\r\n\r\n" HEAD "\r\n"},
    {400, "\n" HEAD "\r\n"},
    {400, "\r" HEAD "\r\n"},
    /* header lines */
    {400, HEAD "X : b\r\n\r\n"},
    {400, HEAD "X\t: b\r\n\r\n"},
    {400, HEAD " X: b\r\n\r\n"},
    {400, HEAD "X: b\r\n c\r\n\r\n"},
    {400, HEAD "X: b\r\n\tc\r\n\r\n"},
    {400, "GET / HTTP/1.1\r\n Host: a\r\n\r\n"},
    {400, HEAD "X\r\n\r\n"},
    {400, HEAD ": b\r\n\r\n"},
    {400, HEAD "X(Y: b\r\n\r\n"},
    {400, HEAD "X\xC3\xA9: b\r\n\r\n"},
    {400, HEAD "X: a\x01\r\n\r\n"},
    {400, HEAD "X: a\x7f\r\n\r\n"},
    {400, HEAD "X: a\x0b\r\n\r\n"},
    {400, HEAD "Content-Length\r\n: 5\r\n\r\n"},
    /* Host */
    {400, "GET / HTTP/1.1\r\n\r\n"},
    {400, HEAD "Host: a\r\n\r\n"},
    {400, HEAD "Host: b\r\n\r\n"},
    {400, HEAD "hOST: b\r\n\r\n"},
    {400, "GET / HTTP/1.0\r\nHost: a\r\nHost: a\r\n\r\n"},
    {400, "GET / HTTP/1.1\r\nHost:\r\n\r\n"},
    {400, "GET / HTTP/1.1\r\nHost: a b\r\n\r\n"},
    {400, "GET / HTTP/1.1\r\nHost: a,b\r\n\r\n"},
    {400, "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n"},
    {400, "GET / HTTP/1.1\r\nHost: u@a\r\n\r\n"},
    {400, "GET / HTTP/1.1\r\nHost: a:b\r\n\r\n"},
    {400, "GET / HTTP/1.1\r\nHost: a:1:2\r\n\r\n"},
    {400, "GET / HTTP/1.1\r\nHost: a:123456\r\n\r\n"},
    {400, "GET / HTTP/1.1\r\nHost: :80\r\n\r\n"},
    {400, "GET / HTTP/1.1\r\nHost: [::1\r\n\r\n"},
    {400, "GET / HTTP/1.1\r\nHost: [::1]x\r\n\r\n"},
    {400, "GET / HTTP/1.1\r\nHost: []\r\n\r\n"},
    {400, "GET / HTTP/1.1\r\nHost: [::g]\r\n\r\n"},
    {400, "GET http://b/ HTTP/1.1\r\nHost: a\r\n\r\n"},
    {400, "GET http://a:80/ HTTP/1.1\r\nHost: a\r\n\r\n"},
    /* Content-Length */
    {400, POST "Content-Length: +5\r\n\r\n"},
    {400, POST "Content-Length: -5\r\n\r\n"},
    {400, POST "Content-Length: 5 \x0b\r\n\r\n"},
    {400, POST "Content-Length: 0x5\r\n\r\n"},
    {400, POST "Content-Length: 5,5\r\n\r\n"},
    {400, POST "Content-Length: 5, 6\r\n\r\n"},
    {400, POST "Content-Length: 5 5\r\n\r\n"},
    {400, POST "Content-Length: 5.0\r\n\r\n"},
    {400, POST "Content-Length: 5a\r\n\r\n"},
    {400, POST "Content-Length:\r\n\r\n"},
    {400, POST "Content-Length: \"5\"\r\n\r\n"},
    {400, POST "Content-Length: 5\r\nContent-Length: 5\r\n\r\n"},
    {400, POST "Content-Length: 5\r\nContent-Length: 6\r\n\r\n"},
    {400, POST "Content-Length: 0\r\ncontent-length: 5\r\n\r\n"},
    {413, POST "Content-Length: 18446744073709551616\r\n\r\n"},
    {413, POST "Content-Length: 18446744073709551621\r\n\r\n"},
    {413, POST "Content-Length: 99999999999999999999999999999999999\r\n\r\n"},
    {413, POST "Content-Length: 9223372036854775807\r\n\r\n"},
    /* Transfer-Encoding */
    {400, POST "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n"},
    {400, POST "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n"},
    {400, POST "Content-Length: 0\r\nTransfer-Encoding: chunked\r\n\r\n"},
    {400, POST "Transfer-Encoding: chunked, chunked\r\n\r\n"},
    {400, POST "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n"},
    {400, POST "Transfer-Encoding: chunked, identity\r\n\r\n"},
    {400, POST "Transfer-Encoding: chunked, gzip\r\n\r\n"},
    {400, POST "Transfer-Encoding: chunked\r\nTransfer-Encoding: gzip\r\n\r\n"},
    {400, POST "Transfer-Encoding: chunked;q=1\r\n\r\n"},
    {400, POST "Transfer-Encoding: chunked foo\r\n\r\n"},
    {400, POST "Transfer-Encoding: \"chunked\"\r\n\r\n"},
    {400, POST "Transfer-Encoding: ,chunked\r\n\r\n"},
    {400, POST "Transfer-Encoding: chunked,\r\n\r\n"},
    {400, POST "Transfer-Encoding:\r\n\r\n"},
    {400, POST "Transfer-Encoding: \x0b"
               "chunked\r\n\r\n"},
    {400, POST "Transfer-Encoding : chunked\r\n\r\n"},
    {400, POST "Transfer-Encoding\r\n : chunked\r\n\r\n"},
    {400, POST "X: y\r\n Transfer-Encoding: chunked\r\n\r\n"},
    {400, "POST / HTTP/1.0\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n"},
    {400, "POST / HTTP/1.0\r\n" HOST "Transfer-Encoding: identity\r\n\r\n"},
    {501, POST "Transfer-Encoding: gzip, chunked\r\n\r\n"},
    {501, POST "Transfer-Encoding: xchunked\r\n\r\n"},
    {501, POST "Transfer-Encoding: chunked-false\r\n\r\n"},
    {501, POST "Transfer-Encoding: identity\r\n\r\n"},
    {501, POST "Transfer-Encoding: cow\r\n\r\n"},
    /* the target */
    {400, "GET index.htm HTTP/1.1\r\n" HOST "\r\n"},
    {400, "GET * HTTP/1.1\r\n" HOST "\r\n"},
    {400, "GET /a#b HTTP/1.1\r\n" HOST "\r\n"},
    {400, "GET /?a#b HTTP/1.1\r\n" HOST "\r\n"},
    {400, "GET /\xC3\xA9 HTTP/1.1\r\n" HOST "\r\n"},
    {400, "GET /a\\b HTTP/1.1\r\n" HOST "\r\n"},
    {400, "GET /%5c HTTP/1.1\r\n" HOST "\r\n"},
    {400, "GET /%00 HTTP/1.1\r\n" HOST "\r\n"},
    {400, "GET /.. HTTP/1.1\r\n" HOST "\r\n"},
    {400, "GET ftp://a/ HTTP/1.1\r\n" HOST "\r\n"},
    {400, "GET http:/// HTTP/1.1\r\n" HOST "\r\n"},
    {400, "GET http:// HTTP/1.1\r\n" HOST "\r\n"},
    {400, "GET http://u@a/ HTTP/1.1\r\n" HOST "\r\n"},
    {400, "GET a:80 HTTP/1.1\r\n" HOST "\r\n"},
    {501, "CONNECT a:80 HTTP/1.1\r\n" HOST "\r\n"},
    /* others */
    {417, POST "Content-Length: 5\r\nExpect: 200-ok\r\n\r\n"},
    {400, HEAD "Authorization: Basic YTph\r\nAuthorization: Basic Yjpi\r\n\r\n"},
};

static void refuses(void **state)
{
    (void)state;
    for (size_t i = 0; i < ELEMENTS(refused); i++) {
        struct parsed p;

        parse_text(&p, refused[i].head);
        if (p.status != refused[i].status)
            fail_msg("%s: %u instead of %u", refused[i].head, (unsigned)p.status, (unsigned)refused[i].status);
        assert_non_null(p.why);
        done(&p);
    }
}

/* A NUL anywhere in a head. */
static void refuses_nul(void **state)
{
    static const char good[] = "GET /a HTTP/1.1\r\nHost: a\r\nX: bcd\r\n\r\n";

    (void)state;
    for (size_t i = 0; i < sizeof good - 1; i++) {
        char text[sizeof good];
        struct parsed p;

        memcpy(text, good, sizeof good);
        text[i] = '\0';
        parse(&p, text, sizeof good - 1);
        if (p.complete)
            assert_int_equal(p.status, 400);
        done(&p);
    }
}

/* ---- taken ---- */

static const struct {
    const char *head;
    const char *method, *path, *query, *host;
    uint32_t version;
    bool keep_alive, has_body, chunked;
    uint64_t length;
} taken[] = {
    {HEAD "\r\n", "GET", "/", "", "a", 11, true, false, false, 0},
    {"\r\n" HEAD "\r\n", "GET", "/", "", "a", 11, true, false, false, 0},
    {"GET /a?b?c=/../ HTTP/1.1\r\nhost:\t a:80 \t\r\n\r\n", "GET", "/a", "b?c=/../", "a:80", 11, true, false,
     false, 0},
    {"HEAD /a%20b HTTP/1.0\r\n\r\n", "HEAD", "/a b", "", "", 10, false, false, false, 0},
    {"GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n", "GET", "/", "", "", 10, true, false, false, 0},
    {"GET / HTTP/1.0\r\nConnection: Keep-Alive, close\r\n\r\n", "GET", "/", "", "", 10, false, false, false,
     0},
    {HEAD "Connection: close\r\n\r\n", "GET", "/", "", "a", 11, false, false, false, 0},
    {HEAD "Connection: te,  CLOSE\r\n\r\n", "GET", "/", "", "a", 11, false, false, false, 0},
    {HEAD "Connection: te\r\nConnection: close\r\n\r\n", "GET", "/", "", "a", 11, false, false, false, 0},
    {HEAD "Connection: closed\r\n\r\n", "GET", "/", "", "a", 11, true, false, false, 0},
    {"GET / HTTP/1.2\r\n" HOST "\r\n", "GET", "/", "", "a", 11, true, false, false, 0},
    {"GET http://a/x?y HTTP/1.1\r\n" HOST "\r\n", "GET", "/x", "y", "a", 11, true, false, false, 0},
    {"GET HTTPS://A HTTP/1.1\r\n" HOST "\r\n", "GET", "/", "", "a", 11, true, false, false, 0},
    {"GET http://a?q HTTP/1.1\r\n" HOST "\r\n", "GET", "/", "q", "a", 11, true, false, false, 0},
    {"GET http://b:8080/ HTTP/1.0\r\n\r\n", "GET", "/", "", "b:8080", 10, false, false, false, 0},
    {"GET / HTTP/1.1\r\nHost: [::1]:80\r\n\r\n", "GET", "/", "", "[::1]:80", 11, true, false, false, 0},
    {"GET / HTTP/1.1\r\nHost: a:\r\n\r\n", "GET", "/", "", "a:", 11, true, false, false, 0},
    {"OPTIONS * HTTP/1.1\r\n" HOST "\r\n", "OPTIONS", "*", "", "a", 11, true, false, false, 0},
    {"M-SEARCH /x HTTP/1.1\r\n" HOST "\r\n", "M-SEARCH", "/x", "", "a", 11, true, false, false, 0},
    {POST "Content-Length: 0\r\n\r\n", "POST", "/", "", "a", 11, true, false, false, 0},
    {POST "Content-Length: 0005\r\n\r\n", "POST", "/", "", "a", 11, true, true, false, 5},
    {POST "Content-Length: 140737488355327\r\n\r\n", "POST", "/", "", "a", 11, true, true, false,
     UINT64_C(140737488355327)},
    {POST "Transfer-Encoding: Chunked\r\n\r\n", "POST", "/", "", "a", 11, true, true, true, 0},
    {POST "transfer-encoding:chunked \t\r\n\r\n", "POST", "/", "", "a", 11, true, true, true, 0},
    {HEAD "Transfer_Encoding: chunked\r\n\r\n", "GET", "/", "", "a", 11, true, false, false, 0},
    {HEAD "X:\r\nY: \xFF\r\n\r\n", "GET", "/", "", "a", 11, true, false, false, 0},
};

static void takes(void **state)
{
    (void)state;
    for (size_t i = 0; i < ELEMENTS(taken); i++) {
        struct parsed p;

        parse_text(&p, taken[i].head);
        if (!p.complete || p.status)
            fail_msg("%s: %u %s", taken[i].head, (unsigned)p.status, p.why ? p.why : "");
        assert_string_equal(p.request.method, taken[i].method);
        assert_string_equal(p.request.path, taken[i].path);
        assert_string_equal(p.request.query, taken[i].query);
        assert_string_equal(p.request.host, taken[i].host);
        assert_int_equal(p.request.version, taken[i].version);
        assert_int_equal(p.request.keep_alive, taken[i].keep_alive);
        assert_int_equal(p.request.has_body, taken[i].has_body);
        assert_int_equal(p.request.chunked, taken[i].chunked);
        assert_true(p.request.content_length == taken[i].length);
        assert_int_equal(p.head_size, strlen(taken[i].head));
        done(&p);
    }
}

static void keeps_what_was_sent(void **state)
{
    static const char head[] = "GET /%41/./b/../c?d%20 HTTP/1.1\r\nHost: a\r\nX:  y z \r\nx: 2\r\n\r\n";
    struct parsed p;
    size_t next = 0;

    (void)state;
    parse_text(&p, head);
    assert_int_equal(p.status, 0);
    assert_string_equal(p.request.target, "/%41/./b/../c?d%20");
    assert_string_equal(p.request.raw_path, "/%41/./b/../c");
    assert_string_equal(p.request.path, "/A/c");
    assert_string_equal(p.request.query, "d%20");
    assert_int_equal(p.request.field_count, 3);
    assert_string_equal(http_request_field(&p.request, "x"), "y z");
    assert_string_equal(http_request_next_field(&p.request, "X", &next), "y z");
    assert_string_equal(http_request_next_field(&p.request, "X", &next), "2");
    assert_null(http_request_next_field(&p.request, "X", &next));
    assert_null(http_request_field(&p.request, "Y"));
    assert_int_equal(p.request.raw_head.size, strlen("Host: a\r\nX:  y z \r\nx: 2\r\n\r\n"));
    assert_memory_equal(p.request.raw_head.data, "Host: a\r\nX:  y z \r\nx: 2\r\n\r\n",
                        p.request.raw_head.size);
    done(&p);
}

static void expects(void **state)
{
    struct parsed p;

    (void)state;
    parse_text(&p, POST "Content-Length: 5\r\nExpect: 100-Continue\r\n\r\n");
    assert_true(p.request.expect_continue);
    done(&p);
    parse_text(&p, HEAD "Expect: 100-continue\r\n\r\n"); /* no body to wait for */
    assert_int_equal(p.status, 0);
    assert_false(p.request.expect_continue);
    done(&p);
    parse_text(&p, "POST / HTTP/1.0\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n");
    assert_int_equal(p.status, 0);
    assert_false(p.request.expect_continue);
    done(&p);
}

/* ---- limits ---- */

static void too_many_fields(void **state)
{
    struct plat_buffer text;

    (void)state;
    for (size_t count = LIMIT_HEADER_FIELDS; count <= LIMIT_HEADER_FIELDS + 1; count++) {
        struct parsed p;

        plat_buffer_init(&text, 1 << 20);
        plat_buffer_append_text(&text, "GET / HTTP/1.1\r\n" HOST);
        for (size_t i = 1; i < count; i++)
            plat_buffer_append_text(&text, "X: y\r\n");
        plat_buffer_append_text(&text, "\r\n");
        parse(&p, (const char *)text.data, text.size);
        assert_int_equal(p.status, count > LIMIT_HEADER_FIELDS ? 431 : 0);
        done(&p);
        plat_buffer_free(&text);
    }
}

static void too_long(void **state)
{
    struct plat_buffer text;
    struct parsed p;

    (void)state;
    for (size_t size = LIMIT_REQUEST_TARGET; size <= LIMIT_REQUEST_TARGET + 1; size++) {
        plat_buffer_init(&text, 1 << 20);
        plat_buffer_append_text(&text, "GET /");
        while (text.size < 4 + size)
            plat_buffer_append_u8(&text, 'a');
        plat_buffer_append_text(&text, " HTTP/1.1\r\n" HOST "\r\n");
        parse(&p, (const char *)text.data, text.size);
        assert_int_equal(p.status, size > LIMIT_REQUEST_TARGET ? 414 : 0);
        done(&p);
        plat_buffer_free(&text);
    }
    /* without an end in sight */
    plat_buffer_init(&text, 1 << 20);
    for (size_t i = 0; i < LIMIT_REQUEST_TARGET + HTTP_REQUEST_LINE_REST + 1; i++)
        plat_buffer_append_u8(&text, 'a');
    parse(&p, (const char *)text.data, text.size);
    assert_false(p.complete);
    assert_int_equal(p.status, 414);
    plat_buffer_free(&text);
    plat_buffer_init(&text, 1 << 20);
    plat_buffer_append_text(&text, HEAD);
    while (text.size < LIMIT_HEAD_SIZE)
        plat_buffer_append_text(&text, "X: y\r\n");
    parse(&p, (const char *)text.data, LIMIT_HEAD_SIZE - 1);
    assert_int_equal(p.status, 0);
    assert_false(p.complete);
    parse(&p, (const char *)text.data, LIMIT_HEAD_SIZE);
    assert_int_equal(p.status, 431);
    plat_buffer_free(&text);
}

/* However the bytes are cut, the end is found at the same place. */
static void scans_in_pieces(void **state)
{
    static const char head[] = "\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\nGET /next";
    const uint8_t *bytes = (const uint8_t *)head;
    const size_t end = strlen(head) - strlen("GET /next");

    (void)state;
    for (size_t step = 1; step <= end; step++) {
        struct http_scan scan = {0};
        const char *why;
        uint32_t status;
        size_t size = 0;
        enum http_scan_result result = HTTP_SCAN_MORE;

        for (size_t seen = step; result == HTTP_SCAN_MORE; seen += step)
            result = http_scan(&scan, bytes, seen < sizeof head - 1 ? seen : sizeof head - 1, LIMIT_HEAD_SIZE,
                               &size, &status, &why);
        assert_int_equal(result, HTTP_SCAN_COMPLETE);
        assert_int_equal(size, end);
        assert_int_equal(scan.start, 2);
    }
}

/* ---- paths ---- */

static const struct {
    const char *raw;
    const char *path; /* NULL: refused */
} paths[] = {
    {"/", "/"},
    {"/a/b", "/a/b"},
    {"/a/b/", "/a/b/"},
    {"/a/./b", "/a/b"},
    {"/a/../b", "/b"},
    {"/a/b/..", "/a/"},
    {"/a/b/.", "/a/b/"},
    {"/a/..", "/"},
    {"/.", "/"},
    {"/./", "/"},
    {"/a//b", "/a/b"},
    {"//a", "/a"},
    {"///", "/"},
    {"/a//../b", "/b"},
    {"/...", "/..."},
    {"/..a", "/..a"},
    {"/a..", "/a.."},
    {"/%61%2E%2e", "/a.."},
    {"/a/%2e%2E/b", "/b"},
    {"/a/%2e/b", "/a/b"},
    {"/%20", "/ "},
    {"/%C3%A9", "/\xC3\xA9"},
    {"/a+b", "/a+b"},
    {"/%25", "/%"},
    {"/%252e%252e", "/%2e%2e"},
    {"/a:b@c;d=e,f!$&'()*~_-", "/a:b@c;d=e,f!$&'()*~_-"},
    {"", NULL},
    {"a", NULL},
    {"/..", NULL},
    {"/../a", NULL},
    {"/a/../..", NULL},
    {"/a/../../a", NULL},
    {"/%2e%2e/a", NULL},
    {"/.%2e", NULL},
    {"//..", NULL},
    {"/%", NULL},
    {"/%4", NULL},
    {"/%4g", NULL},
    {"/%g4", NULL},
    {"/%+4", NULL},
    {"/%u0041", NULL},
    {"/%00", NULL},
    {"/a%00.htm", NULL},
    {"/%2f", NULL},
    {"/%2F", NULL},
    {"/..%2f", NULL},
    {"/%5c", NULL},
    {"/%5C", NULL},
    {"/..%5c", NULL},
    {"/\\", NULL},
    {"/..\\a", NULL},
    {"/%0a", NULL},
    {"/%0D", NULL},
    {"/%7f", NULL},
    {"/%1f", NULL},
    {"/ ", NULL},
    {"/\"", NULL},
    {"/<", NULL},
    {"/[", NULL},
    {"/^", NULL},
    {"/`", NULL},
    {"/{", NULL},
    {"/|", NULL},
    {"/\xC3\xA9", NULL},     /* unencoded */
    {"/%C3", NULL},          /* half a character */
    {"/%C3/%A9", NULL},      /* two halves in two segments */
    {"/%C0%AF", NULL},       /* an overlong slash */
    {"/%E0%80%AF", NULL},    /* and another */
    {"/%C0%AE%C0%AE", NULL}, /* overlong dots */
    {"/%ED%A0%80", NULL},    /* a surrogate */
    {"/%F4%90%80%80", NULL}, /* beyond Unicode */
    {"/%FF", NULL},
};

static void decodes_paths(void **state)
{
    (void)state;
    for (size_t i = 0; i < ELEMENTS(paths); i++) {
        size_t size = strlen(paths[i].raw);
        char *raw = plat_memdup(paths[i].raw, size);
        char *out = plat_alloc(size + 2);
        const char *why = http_path_resolve(raw, size, out);
        struct plat_buffer buffer;
        win_error error;

        if (!why != (paths[i].path != NULL) || (!why && strcmp(out, paths[i].path) != 0))
            fail_msg("%s: %s", paths[i].raw, why ? why : out);
        plat_buffer_init(&buffer, LIMIT_REQUEST_TARGET);
        error = http_path_decode(raw, size, &buffer);
        assert_int_equal(error, why ? ERROR_INVALID_DATA : ERROR_SUCCESS);
        if (!why)
            assert_string_equal(plat_buffer_text(&buffer), paths[i].path);
        plat_buffer_free(&buffer);
        plat_free(out);
        plat_free(raw);
    }
}

static void maps_to_ce_paths(void **state)
{
    static const struct {
        const char *physical, *rest, *path;
    } rows[] = {
        {"\\windows\\www", "", "\\windows\\www"},
        {"\\windows\\www", "/a/b.htm", "\\windows\\www\\a\\b.htm"},
        {"\\windows\\www\\", "/a/", "\\windows\\www\\a\\"},
        {"\\", "/a", "\\a"},
        {"/x//y", "/z", "\\x\\y\\z"},
    };

    (void)state;
    for (size_t i = 0; i < ELEMENTS(rows); i++) {
        struct plat_buffer path;

        plat_buffer_init(&path, LIMIT_PATH_SIZE);
        http_path_append_physical(&path, rows[i].physical, rows[i].rest);
        assert_string_equal(plat_buffer_text(&path), rows[i].path);
        plat_buffer_free(&path);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(refuses),       cmocka_unit_test(refuses_nul),
        cmocka_unit_test(takes),         cmocka_unit_test(keeps_what_was_sent),
        cmocka_unit_test(expects),       cmocka_unit_test(too_many_fields),
        cmocka_unit_test(too_long),      cmocka_unit_test(scans_in_pieces),
        cmocka_unit_test(decodes_paths), cmocka_unit_test(maps_to_ce_paths),
    };

    return cmocka_run_group_tests_name("request", tests, NULL, NULL);
}
