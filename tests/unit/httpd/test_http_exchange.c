/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Extensions as the event loop sees them: the whole server in this process, a client on a socket, and a
 * script in the place of httpd_isapi_run. What scripts see is recorded and looked at by the tests: cmocka
 * belongs to the main thread.
 */
#include "isapi/isapi.h"
#include "platform/clock.h"
#include "server_fixture.h"
#include "support/child.h"
#include "support/tcp_client.h"
#include "unit/platform/scratch.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FLOOD_SIZE ((size_t)3 << 20)

/* ---- what scripts record, and the gate some wait at ---- */

static struct {
    atomic_uint runs, ends;
    atomic_uint error; /* the last one, or ERROR_SUCCESS */
    atomic_size_t bytes;
    atomic_bool gate_open, at_gate, connected;
    char text[512]; /* written before the end, read behind it */
} seen;

static void wait_at_gate(void)
{
    atomic_store(&seen.at_gate, true);
    while (!atomic_load(&seen.gate_open))
        child_pause_ms(1);
}

static bool is_set(void *flag)
{
    return atomic_load((atomic_bool *)flag);
}

static bool ran_as_often(void *count)
{
    return atomic_load(&seen.ends) >= *(unsigned *)count;
}

static void wait_for_ends(unsigned count)
{
    assert_true(scratch_wait(ran_as_often, &count));
}

/* ---- the scripts ---- */

static win_error write_text(struct httpd_exchange *x, const char *text)
{
    return httpd_exchange_write(x, text, strlen(text));
}

/* Reads all of the body and sends it back as it comes, without a length. */
static bool echo(struct httpd_exchange *x)
{
    char piece[1000];
    size_t got = 1;
    win_error error = httpd_exchange_head(x, 200, "", "Content-Type: text/plain\r\n");

    if (!error && x->body_ahead.size > 0)
        error = httpd_exchange_write(x, x->body_ahead.data, x->body_ahead.size);
    while (!error && got > 0) {
        error = httpd_exchange_read(x, piece, sizeof piece, &got);
        if (!error && got > 0)
            error = httpd_exchange_write(x, piece, got);
    }
    atomic_store(&seen.error, error);
    return true;
}

static bool with_length(struct httpd_exchange *x, const char *length, const char *body)
{
    char fields[64];

    snprintf(fields, sizeof fields, "content-LENGTH: %s\r\nX-Own: yes\r\nServer: not ours\r\n", length);
    atomic_store(&seen.error, httpd_exchange_head(x, 201, "Made", fields));
    return write_text(x, body) == ERROR_SUCCESS;
}

static bool exact(struct httpd_exchange *x)
{
    return with_length(x, "5", "hello");
}

static bool no_wish(struct httpd_exchange *x)
{
    (void)with_length(x, "5", "hello");
    return false;
}

static bool too_short(struct httpd_exchange *x)
{
    return with_length(x, "10", "hello");
}

static bool too_long(struct httpd_exchange *x)
{
    return with_length(x, "3", "hello");
}

static bool bad_length(struct httpd_exchange *x)
{
    return with_length(x, "5\r\nContent-Length: 6", "hello");
}

static bool bad_fields(struct httpd_exchange *x)
{
    atomic_store(&seen.error, httpd_exchange_head(x, 200, "", "no colon\r\n"));
    return true;
}

static bool nothing(struct httpd_exchange *x)
{
    (void)x;
    return true;
}

static bool body_only(struct httpd_exchange *x)
{
    return write_text(x, "hello") == ERROR_SUCCESS;
}

static bool empty_head(struct httpd_exchange *x)
{
    return httpd_exchange_head(x, 200, "", "") == ERROR_SUCCESS;
}

static bool two_heads(struct httpd_exchange *x)
{
    if (httpd_exchange_head(x, 200, "", "Content-Length: 0\r\n"))
        return false;
    atomic_store(&seen.error, httpd_exchange_head(x, 500, "", ""));
    return true;
}

static bool bad_status(struct httpd_exchange *x)
{
    atomic_store(&seen.error, httpd_exchange_head(x, 100, "", ""));
    return httpd_exchange_head(x, 404, "Gone fishing", "Content-Length: 0\r\n") == ERROR_SUCCESS;
}

static bool no_content(struct httpd_exchange *x)
{
    return httpd_exchange_head(x, 204, "", "") == ERROR_SUCCESS && write_text(x, "dropped") == ERROR_SUCCESS;
}

/* It says a length nevertheless. */
static bool not_modified(struct httpd_exchange *x)
{
    return httpd_exchange_head(x, 304, "", "Content-Length: 5\r\n") == ERROR_SUCCESS &&
           write_text(x, "hello") == ERROR_SUCCESS;
}

static bool flood(struct httpd_exchange *x)
{
    static uint8_t piece[4096];
    win_error error = httpd_exchange_head(x, 200, "", "");

    for (size_t sent = 0; sent < FLOOD_SIZE && !error; sent += sizeof piece) {
        memset(piece, (int)(sent / sizeof piece % 251), sizeof piece);
        error = httpd_exchange_write(x, piece, sizeof piece);
        if (!error)
            atomic_fetch_add(&seen.bytes, sizeof piece);
    }
    atomic_store(&seen.error, error);
    return true;
}

/* Reads one byte more than there is. */
static bool read_on(struct httpd_exchange *x)
{
    char piece[1000];
    size_t got = 1;
    win_error error = ERROR_SUCCESS;

    atomic_fetch_add(&seen.bytes, x->body_ahead.size);
    while (!error && got > 0) {
        error = httpd_exchange_read(x, piece, sizeof piece, &got);
        atomic_fetch_add(&seen.bytes, got);
    }
    atomic_store(&seen.error, error);
    return httpd_exchange_head(x, 200, "", "Content-Length: 0\r\n") == ERROR_SUCCESS;
}

/* Answers without a look at the body. */
static bool early(struct httpd_exchange *x)
{
    return with_length(x, "5", "early");
}

static bool abort_it(struct httpd_exchange *x)
{
    if (httpd_exchange_head(x, 200, "", ""))
        return true;
    httpd_exchange_abort(x);
    atomic_store(&seen.error, write_text(x, "x"));
    atomic_store(&seen.connected, httpd_exchange_connected(x));
    return true;
}

static bool gate(struct httpd_exchange *x)
{
    wait_at_gate();
    atomic_store(&seen.connected, httpd_exchange_connected(x));
    atomic_store(&seen.error, httpd_exchange_head(x, 200, "", "Content-Length: 2\r\n"));
    return write_text(x, "ok") == ERROR_SUCCESS;
}

/* Is not done yet when the client has all. */
static bool late_end(struct httpd_exchange *x)
{
    bool keep = exact(x);

    wait_at_gate();
    return keep;
}

/* Runs until the client is gone; a minute at most. */
static bool until_lost(struct httpd_exchange *x)
{
    atomic_store(&seen.at_gate, true);
    for (unsigned i = 0; i < 60000 && httpd_exchange_connected(x); i++)
        child_pause_ms(1);
    return gate(x);
}

/* The head must reach the client before it sends more. */
static bool converse(struct httpd_exchange *x)
{
    char piece[100];
    size_t got = 0;
    win_error error = httpd_exchange_head(x, 200, "", "X-Own: before\r\n");

    if (!error)
        error = httpd_exchange_read(x, piece, sizeof piece, &got);
    if (!error)
        error = httpd_exchange_write(x, piece, got);
    atomic_store(&seen.error, error);
    return true;
}

static bool facts(struct httpd_exchange *x)
{
    snprintf(seen.text, sizeof seen.text, "%s|%s|%s|%s|%s|%d|%d|%u", x->request->method, x->module,
             x->script_path, x->path_info, x->path_translated, x->secure,
             x->local.port != 0 && x->remote.port != 0, (unsigned)x->body_ahead.size);
    plat_buffer_append_text(&x->log_text, "said by the extension");
    return exact(x);
}

static const struct {
    const char *name;
    bool (*run)(struct httpd_exchange *exchange);
} scripts[] = {
    {"echo", echo},
    {"exact", exact},
    {"no-wish", no_wish},
    {"too-short", too_short},
    {"too-long", too_long},
    {"bad-length", bad_length},
    {"bad-fields", bad_fields},
    {"nothing", nothing},
    {"body-only", body_only},
    {"empty-head", empty_head},
    {"two-heads", two_heads},
    {"bad-status", bad_status},
    {"no-content", no_content},
    {"not-modified", not_modified},
    {"flood", flood},
    {"read-on", read_on},
    {"early", early},
    {"abort", abort_it},
    {"gate", gate},
    {"late-end", late_end},
    {"converse", converse},
    {"facts", facts},
    {"until-lost", until_lost},
};

void httpd_isapi_run(struct httpd_modules *modules, struct httpd_exchange *exchange)
{
    bool keep = false;

    (void)modules;
    atomic_fetch_add(&seen.runs, 1);
    for (size_t i = 0; i < ELEMENTS(scripts); i++) {
        char module[64];

        snprintf(module, sizeof module, "\\ext\\%s.dll", scripts[i].name);
        if (strcmp(exchange->module, module) == 0)
            keep = scripts[i].run(exchange);
    }
    httpd_exchange_finish(exchange, keep, 502);
    atomic_fetch_add(&seen.ends, 1);
}

/* ---- the client ---- */

static int start(void **state)
{
    memset(&seen, 0, sizeof seen);
    return server_fixture_setup(state);
}

static int end(void **state)
{
    atomic_store(&seen.gate_open, true);
    return server_fixture_teardown(state);
}

static int ask(const struct server_fixture *f, const char *method, const char *path,
               const char *fields_and_body)
{
    char head[512];
    int socket = tcp_connect(f->port, 0);

    snprintf(head, sizeof head, "%s %s HTTP/1.1\r\nHost: test\r\n", method, path);
    tcp_send_text(socket, head);
    tcp_send_text(socket, fields_and_body);
    return socket;
}

static void expect(int socket, const char *text)
{
    char got[4096];
    size_t size = strlen(text);

    assert_true(size < sizeof got);
    got[tcp_receive(socket, got, size)] = '\0';
    assert_string_equal(got, text);
}

/* The head up to its empty line, without Date and Server, which must be there. */
static void expect_head(int socket, const char *text)
{
    char head[4096], rest[4096];
    const char *date, *server, *end;

    tcp_receive_until(socket, "\r\n\r\n", head, sizeof head);
    date = strstr(head, "Date: ");
    assert_non_null(date);
    server = strstr(date, "Server: Cerium");
    assert_non_null(server);
    end = strstr(server, "\r\n") + 2;
    snprintf(rest, sizeof rest, "%.*s%s", (int)(date - head), head, end);
    assert_string_equal(rest, text);
}

/* The connection goes on: another request is answered. */
static void expect_open(int socket)
{
    tcp_send_text(socket, "OPTIONS * HTTP/1.1\r\nHost: test\r\n\r\n");
    expect_head(socket, "HTTP/1.1 204 No Content\r\n\r\n");
}

static void expect_end(int socket)
{
    assert_true(tcp_ended(socket));
    tcp_close(socket);
}

/* ---- framing ---- */

static void a_length_is_kept(void **state)
{
    int s = ask(*state, "GET", "/exact.dll", "\r\n");

    expect_head(s, "HTTP/1.1 201 Made\r\nX-Own: yes\r\nContent-Length: 5\r\n\r\n");
    expect(s, "hello");
    expect_open(s);
    tcp_close(s);
}

static void without_a_length_chunks(void **state)
{
    int s = ask(*state, "POST", "/echo.dll", "Content-Length: 5\r\n\r\nhello");

    expect_head(s, "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n");
    expect(s, "5\r\nhello\r\n0\r\n\r\n");
    expect_open(s);
    tcp_close(s);
}

static void http_1_0_knows_no_chunks(void **state)
{
    struct server_fixture *f = *state;
    int s = tcp_connect(f->port, 0);

    tcp_send_text(s, "POST /echo.dll HTTP/1.0\r\nConnection: keep-alive\r\nContent-Length: 5\r\n\r\nhello");
    expect_head(s, "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nConnection: close\r\n\r\n");
    expect(s, "hello");
    expect_end(s);
    s = tcp_connect(f->port, 0);
    tcp_send_text(s, "GET /exact.dll HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
    expect_head(s, "HTTP/1.1 201 Made\r\nX-Own: yes\r\nContent-Length: 5\r\nConnection: keep-alive\r\n\r\n");
    expect(s, "hello");
    expect_open(s);
    tcp_close(s);
}

static void the_wish_to_close(void **state)
{
    int s = ask(*state, "GET", "/no-wish.dll", "\r\n");
    char head[4096];

    tcp_receive_until(s, "\r\n\r\n", head, sizeof head);
    expect(s, "hello");
    expect_end(s);
}

static void a_length_that_is_wrong(void **state)
{
    int s = ask(*state, "GET", "/too-short.dll", "\r\n");
    char head[4096];

    tcp_receive_until(s, "\r\n\r\n", head, sizeof head);
    assert_non_null(strstr(head, "Content-Length: 10\r\n"));
    expect(s, "hello");
    expect_end(s); /* the client sees that something is missing */

    s = ask(*state, "GET", "/too-long.dll", "\r\n");
    tcp_receive_until(s, "\r\n\r\n", head, sizeof head);
    assert_non_null(strstr(head, "Content-Length: 3\r\n"));
    expect(s, "hel");
    expect_end(s);

    s = ask(*state, "GET", "/bad-length.dll", "\r\n");
    tcp_receive_until(s, "\r\n\r\n", head, sizeof head);
    assert_non_null(strstr(head, "HTTP/1.1 500 "));
    tcp_close(s);
}

static void responses_without_a_body(void **state)
{
    int s = ask(*state, "GET", "/no-content.dll", "\r\n");

    expect_head(s, "HTTP/1.1 204 No Content\r\n\r\n");
    expect_open(s);
    tcp_close(s);
    s = ask(*state, "GET", "/not-modified.dll", "\r\n");
    expect_head(s, "HTTP/1.1 304 Not Modified\r\n\r\n");
    expect_open(s);
    tcp_close(s);
    s = ask(*state, "GET", "/empty-head.dll", "\r\n");
    expect_head(s, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
    expect(s, "0\r\n\r\n");
    expect_open(s);
    tcp_close(s);
    s = ask(*state, "HEAD", "/exact.dll", "\r\n");
    expect_head(s, "HTTP/1.1 201 Made\r\nX-Own: yes\r\nContent-Length: 5\r\n\r\n");
    expect_open(s);
    tcp_close(s);
    s = ask(*state, "HEAD", "/flood.dll", "\r\n");
    expect_head(s, "HTTP/1.1 200 OK\r\n\r\n");
    expect_open(s);
    assert_int_equal(atomic_load(&seen.bytes), FLOOD_SIZE);
    tcp_close(s);
}

static void heads_that_are_none(void **state)
{
    char head[4096];
    int s = ask(*state, "GET", "/nothing.dll", "\r\n");

    tcp_receive_until(s, "\r\n\r\n", head, sizeof head);
    assert_non_null(strstr(head, "HTTP/1.1 502 ")); /* what the script said to _finish */
    tcp_close(s);
    s = ask(*state, "GET", "/bad-fields.dll", "\r\n");
    tcp_receive_until(s, "\r\n\r\n", head, sizeof head);
    assert_non_null(strstr(head, "HTTP/1.1 500 "));
    tcp_close(s);
    s = ask(*state, "GET", "/body-only.dll", "\r\n");
    expect_head(s, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
    expect(s, "5\r\nhello\r\n0\r\n\r\n");
    tcp_close(s);
    s = ask(*state, "GET", "/two-heads.dll", "\r\n");
    expect_head(s, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
    wait_for_ends(4);
    assert_int_equal(atomic_load(&seen.error), ERROR_INVALID_FUNCTION);
    tcp_close(s);
    s = ask(*state, "GET", "/bad-status.dll", "\r\n");
    expect_head(s, "HTTP/1.1 404 Gone fishing\r\nContent-Length: 0\r\n\r\n");
    wait_for_ends(5);
    assert_int_equal(atomic_load(&seen.error), ERROR_INVALID_PARAMETER);
    tcp_close(s);
}

/* ---- the request's body ---- */

static void send_in_pieces(int socket, size_t size)
{
    uint8_t piece[1000];

    memset(piece, 'x', sizeof piece);
    for (size_t sent = 0; sent < size; sent += sizeof piece)
        tcp_send(socket, piece, size - sent < sizeof piece ? size - sent : sizeof piece);
}

static void a_body_behind_what_was_read_ahead(void **state)
{
    static const size_t sizes[] = {99, 100, 101, 16484, 16485, 1000000};

    for (size_t i = 0; i < ELEMENTS(sizes); i++) {
        char fields[64];
        int s;

        atomic_store(&seen.bytes, 0);
        snprintf(fields, sizeof fields, "Content-Length: %zu\r\n\r\n", sizes[i]);
        s = ask(*state, "POST", "/read-on.dll", fields);
        send_in_pieces(s, sizes[i]);
        expect_head(s, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        assert_int_equal(atomic_load(&seen.bytes), sizes[i]);
        assert_int_equal(atomic_load(&seen.error), ERROR_SUCCESS);
        expect_open(s);
        tcp_close(s);
    }
}

static void chunks_that_go_wrong_while_it_reads(void **state)
{
    char head[4096];
    int s = ask(*state, "POST", "/read-on.dll", "Transfer-Encoding: chunked\r\n\r\n");
    char chunk[300];

    snprintf(chunk, sizeof chunk, "c8\r\n%0200d\r\n", 7); /* 200 bytes: the script runs */
    tcp_send_text(s, chunk);
    tcp_send_text(s, "5\r\nhelloworld");
    tcp_receive_until(s, "\r\n\r\n", head, sizeof head);
    assert_int_equal(atomic_load(&seen.error), ERROR_INVALID_DATA);
    expect_end(s); /* nothing behind a malformed body is a request */
}

static void a_client_that_goes_while_it_reads(void **state)
{
    int s = ask(*state, "POST", "/read-on.dll", "Content-Length: 100000\r\n\r\n");

    send_in_pieces(s, 50000);
    tcp_reset(s);
    wait_for_ends(1);
    assert_int_equal(atomic_load(&seen.error), WSAECONNRESET);
}

static void answered_before_the_body_came(void **state)
{
    char head[4096];
    int s = ask(*state, "POST", "/early.dll", "Content-Length: 40000\r\n\r\n");

    /* little is left: it is read away, and the connection stays */
    send_in_pieces(s, 1000);
    tcp_receive_until(s, "\r\n\r\n", head, sizeof head);
    expect(s, "early");
    send_in_pieces(s, 39000);
    expect_open(s);
    tcp_close(s);
    /* much is left: the connection ends, after the client had a chance to read the answer */
    s = ask(*state, "POST", "/early.dll", "Content-Length: 4000000\r\n\r\n");
    send_in_pieces(s, 1000);
    tcp_receive_until(s, "\r\n\r\n", head, sizeof head);
    expect(s, "early");
    send_in_pieces(s, 3999000);
    expect_end(s);
}

static void head_before_the_body(void **state)
{
    char body[200];
    int s = ask(*state, "POST", "/converse.dll", "Content-Length: 150\r\n\r\n");

    memset(body, 'a', sizeof body);
    tcp_send(s, body, 100); /* PostReadSize: the script runs, and waits for more */
    expect_head(s, "HTTP/1.1 200 OK\r\nX-Own: before\r\nTransfer-Encoding: chunked\r\n\r\n");
    memset(body, 'b', sizeof body);
    tcp_send(s, body, 50);
    expect(s, "32\r\nbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb\r\n0\r\n\r\n");
    expect_open(s);
    tcp_close(s);
}

/* ---- the response's body ---- */

static void read_chunked_flood(int socket)
{
    size_t total = 0;

    for (;;) {
        static uint8_t piece[1 << 20];
        char line[64];
        size_t size;

        tcp_receive_until(socket, "\r\n", line, sizeof line);
        size = strtoul(line, NULL, 16);
        assert_true(size <= sizeof piece);
        assert_int_equal(tcp_receive(socket, piece, size), size);
        for (size_t i = 0; i < size; i++)
            assert_int_equal(piece[i], (total + i) / 4096 % 251);
        total += size;
        expect(socket, "\r\n");
        if (size == 0)
            break;
    }
    assert_int_equal(total, FLOOD_SIZE);
}

static bool flood_rests(void *last)
{
    size_t now = atomic_load(&seen.bytes);
    size_t before = *(size_t *)last;

    *(size_t *)last = now;
    return now > 0 && now == before;
}

/*
 * An extension that writes more than its client reads waits; the server keeps no more than its pipe and the
 * kernel's buffers hold.
 */
static void a_client_that_reads_slowly(void **state)
{
    struct server_fixture *f = *state;
    int s = tcp_connect(f->port, 4096);
    size_t last = 0;
    char head[4096];

    tcp_send_text(s, "GET /flood.dll HTTP/1.1\r\nHost: test\r\n\r\n");
    tcp_receive_until(s, "\r\n\r\n", head, sizeof head);
    for (unsigned i = 0; i < 3; i++) {
        child_pause_ms(50); /* "rests" is a question of time */
        assert_true(scratch_wait(flood_rests, &last));
    }
    assert_true(atomic_load(&seen.bytes) < FLOOD_SIZE);
    assert_int_equal(atomic_load(&seen.ends), 0);
    read_chunked_flood(s);
    wait_for_ends(1);
    assert_int_equal(atomic_load(&seen.error), ERROR_SUCCESS);
    expect_open(s);
    tcp_close(s);
}

static void a_client_that_goes_while_it_writes(void **state)
{
    struct server_fixture *f = *state;
    char head[4096];
    int s = tcp_connect(f->port, 4096);

    tcp_send_text(s, "GET /flood.dll HTTP/1.1\r\nHost: test\r\n\r\n");
    tcp_receive_until(s, "\r\n\r\n", head, sizeof head);
    tcp_reset(s);
    wait_for_ends(1);
    assert_int_equal(atomic_load(&seen.error), WSAECONNRESET);
    assert_true(atomic_load(&seen.bytes) < FLOOD_SIZE);
}

static void it_aborts(void **state)
{
    int s = ask(*state, "GET", "/abort.dll", "\r\n");

    expect_end(s);
    wait_for_ends(1);
    assert_int_equal(atomic_load(&seen.error), WSAECONNRESET);
    assert_false(atomic_load(&seen.connected));
}

/* ---- time ---- */

static void a_client_that_goes_while_it_thinks(void **state)
{
    int s = ask(*state, "GET", "/until-lost.dll", "\r\n");

    atomic_store(&seen.gate_open, true);
    assert_true(scratch_wait(is_set, &seen.at_gate));
    tcp_reset(s);
    wait_for_ends(1);
    assert_false(atomic_load(&seen.connected));
    assert_int_equal(atomic_load(&seen.error), WSAECONNRESET);
}

/* Workers, then the queue, then 503; nobody who waits is forgotten. */
static void more_than_workers_and_queue_hold(void **state)
{
    enum { MOST = LIMIT_WORKERS + LIMIT_WORK_QUEUE };
    int sockets[MOST];
    struct server_fixture *f = *state;
    char head[4096];
    int s;

    for (size_t i = 0; i < MOST; i++) {
        sockets[i] = tcp_connect(f->port, 0);
        tcp_send_text(sockets[i], "GET /gate.dll HTTP/1.1\r\nHost: test\r\n\r\n");
        if (i < LIMIT_WORKERS) {
            /* a worker has taken it before the next comes, so that the queue holds exactly the rest */
            while (atomic_load(&seen.runs) <= i)
                child_pause_ms(1);
        }
    }
    for (;;) {
        s = ask(f, "GET", "/gate.dll", "\r\n");
        tcp_receive_until(s, "\r\n\r\n", head, sizeof head);
        if (strstr(head, "HTTP/1.1 503 "))
            break;
        fail_msg("%s", head);
    }
    tcp_close(s);
    atomic_store(&seen.gate_open, true);
    for (size_t i = 0; i < MOST; i++) {
        expect_head(sockets[i], "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n");
        expect(sockets[i], "ok");
        tcp_close(sockets[i]);
    }
    assert_int_equal(atomic_load(&seen.runs), MOST);
}

static void the_server_stops_while_it_runs(void **state)
{
    struct server_fixture *f = *state;
    int s = ask(f, "GET", "/gate.dll", "\r\n");
    char head[4096];

    assert_true(scratch_wait(is_set, &seen.at_gate));
    httpd_server_stop(f->server);
    atomic_store(&seen.gate_open, true);
    tcp_receive_until(s, "\r\n\r\n", head, sizeof head);
    assert_non_null(strstr(head, "HTTP/1.1 200 OK\r\n"));
    expect(s, "ok");
    expect_end(s);
    server_fixture_stop(f);
}

/* ---- what it is told ---- */

/* The client has all of its answer and knows nothing of a close: it is idle, and not waited for. */
static void the_server_stops_behind_the_answer(void **state)
{
    struct server_fixture *f = *state;
    int s = ask(f, "GET", "/late-end.dll", "\r\n");
    int idle = tcp_connect(f->port, 0);
    uint64_t start;

    expect_head(s, "HTTP/1.1 201 Made\r\nX-Own: yes\r\nContent-Length: 5\r\n\r\n");
    expect(s, "hello");
    expect_open(idle);
    assert_true(scratch_wait(is_set, &seen.at_gate));
    httpd_server_stop(f->server);
    expect_end(idle); /* it has begun to stop */
    atomic_store(&seen.gate_open, true);
    start = plat_clock_monotonic_ms();
    server_fixture_stop(f);
    assert_true(plat_clock_monotonic_ms() - start < LIMIT_LINGER_MS / 2);
    expect_end(s);
}

static void what_it_is_told(void **state)
{
    struct server_fixture *f = *state;
    int s = ask(f, "POST", "/facts.dll/info/x", "Content-Length: 3\r\n\r\nabc");

    expect_head(s, "HTTP/1.1 201 Made\r\nX-Own: yes\r\nContent-Length: 5\r\n\r\n");
    expect(s, "hello");
    tcp_close(s);
    assert_string_equal(seen.text, "POST|\\ext\\facts.dll|/facts.dll|/info/x|\\ext\\info\\x|0|1|3");
    server_fixture_stop(f);
    assert_true(registry_log_has(f->registry, "POST /facts.dll/info/x 201 said by the extension\n"));
}

#define test(function) cmocka_unit_test_setup_teardown(function, start, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        test(a_length_is_kept),
        test(without_a_length_chunks),
        test(http_1_0_knows_no_chunks),
        test(the_wish_to_close),
        test(a_length_that_is_wrong),
        test(responses_without_a_body),
        test(heads_that_are_none),
        test(a_body_behind_what_was_read_ahead),
        test(chunks_that_go_wrong_while_it_reads),
        test(a_client_that_goes_while_it_reads),
        test(answered_before_the_body_came),
        test(head_before_the_body),
        test(a_client_that_reads_slowly),
        test(a_client_that_goes_while_it_writes),
        test(it_aborts),
        test(a_client_that_goes_while_it_thinks),
        test(more_than_workers_and_queue_hold),
        test(the_server_stops_while_it_runs),
        test(the_server_stops_behind_the_answer),
        test(what_it_is_told),
    };

    return cmocka_run_group_tests_name("http_exchange", tests, NULL, NULL);
}
