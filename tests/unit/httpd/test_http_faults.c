/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The server when memory runs out and when time passes: every single allocation fails once, and the clock is the test's, so that a
 * minute takes no time.
 */
#include "isapi/isapi.h"
#include "platform/fake.h"
#include "server_fixture.h"
#include "support/child.h"
#include "support/tcp_client.h"
#include "unit/platform/scratch.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static atomic_uint error_seen;
static atomic_uint ends;

/* In the place of an extension: gives the body back; or, named flood.dll, writes until it is told to stop. */
void httpd_isapi_run(struct httpd_modules *modules, struct httpd_exchange *x)
{
    static const char piece[4096] = "flood";
    bool floods = strstr(x->module, "flood") != NULL;
    win_error error = httpd_exchange_head(x, 200, "", "Content-Type: text/plain\r\n");
    char body[512];
    size_t got = 1;

    (void)modules;
    while (!error && floods)
        error = httpd_exchange_write(x, piece, sizeof piece);
    if (!error && x->body_ahead.size > 0)
        error = httpd_exchange_write(x, x->body_ahead.data, x->body_ahead.size);
    while (!error && got > 0) {
        error = httpd_exchange_read(x, body, sizeof body, &got);
        if (!error && got > 0)
            error = httpd_exchange_write(x, body, got);
    }
    atomic_store(&error_seen, error);
    httpd_exchange_finish(x, true, 500);
    atomic_fetch_add(&ends, 1);
}

static int setup(void **state)
{
    plat_fake_clock_set(1000000000);
    atomic_store(&error_seen, ERROR_SUCCESS);
    atomic_store(&ends, 0);
    return server_fixture_setup(state);
}

static bool ended(void *count)
{
    return atomic_load(&ends) >= *(unsigned *)count;
}

static void wait_for_ends(unsigned count)
{
    assert_true(scratch_wait(ended, &count));
}

/* ---- memory ---- */

static const struct {
    const char *request;
    const char *answer; /* its first line and, behind "...", its end */
    const char *end;
} exchanges[] = {
    {"GET /www/file.txt HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", "HTTP/1.1 200 OK\r\n",
     "\r\n\r\na file\n"},
    {"GET /www/ HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", "HTTP/1.1 200 OK\r\n", "</html>\n"},
    {"GET /www HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", "HTTP/1.1 301 ", "\r\n"},
    {"GET /missing HTTP/1.1\r\nHost: a\r\nConnection: close\r\nAuthorization: Basic YTph\r\n\r\n",
     "HTTP/1.1 404 ", "\r\n"},
    {"nonsense\r\n\r\n", "HTTP/1.1 400 ", "\r\n"},
    {"POST /a.dll/info HTTP/1.1\r\nHost: a\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n"
     "5\r\nhello\r\n0\r\n\r\n",
     "HTTP/1.1 200 OK\r\n", "5\r\nhello\r\n0\r\n\r\n"},
};

static bool ends_with(const char *text, const char *end)
{
    size_t size = strlen(text), end_size = strlen(end);

    return size >= end_size && strcmp(text + size - end_size, end) == 0;
}

/* Makes all exchanges; counts those that came out right. What comes out otherwise is a refusal, or cut off. */
static size_t make_exchanges(const struct server_fixture *f)
{
    size_t good = 0;

    for (size_t i = 0; i < ELEMENTS(exchanges); i++) {
        char text[4096];
        int s = tcp_connect(f->port, 0);

        tcp_send_text(s, exchanges[i].request);
        text[tcp_receive(s, text, sizeof text - 1)] = '\0';
        tcp_close(s);
        if (strncmp(text, exchanges[i].answer, strlen(exchanges[i].answer)) == 0 &&
            ends_with(text, exchanges[i].end))
            good++;
        else if (*text && strncmp(text, exchanges[i].answer, strlen(exchanges[i].answer)) != 0)
            assert_true(strncmp(text, "HTTP/1.1 50", strlen("HTTP/1.1 50")) == 0);
    }
    return good;
}

/* One allocation fails, every one in turn: at most one exchange suffers, and all is well again behind it. */
static void every_allocation_fails_once(void **state)
{
    struct server_fixture *f = *state;
    unsigned n = 0, failures;

    assert_int_equal(make_exchanges(f), ELEMENTS(exchanges));
    do {
        size_t good;

        plat_fake_memory_fail(++n, false);
        good = make_exchanges(f);
        failures = plat_fake_memory_failures();
        plat_fake_memory_fail(0, false);
        if (good + failures < ELEMENTS(exchanges))
            fail_msg("allocation %u: only %zu exchanges came out right", n, good);
    } while (failures > 0);
    assert_true(n > 30);
    assert_int_equal(make_exchanges(f), ELEMENTS(exchanges));
}

/* No memory at all for a while. */
static void memory_runs_out_and_comes_back(void **state)
{
    struct server_fixture *f = *state;

    for (unsigned n = 1; n < 40; n += 3) {
        plat_fake_memory_fail(n, true);
        (void)make_exchanges(f);
        plat_fake_memory_fail(0, false);
        assert_int_equal(make_exchanges(f), ELEMENTS(exchanges));
    }
}

static void the_start_fails_cleanly(void **state)
{
    struct server_fixture *f = *state;
    size_t live = plat_fake_memory_live();
    unsigned n = 0;
    win_error error;

    do {
        struct httpd_server *server;

        plat_fake_memory_fail(++n, false);
        error = server_fixture_create(f, &server);
        if (plat_fake_memory_failures() == 0)
            n = 0;
        plat_fake_memory_fail(0, false);
        if (error)
            assert_null(server);
        else
            httpd_server_destroy(server);
        assert_int_equal(plat_fake_memory_live(), live);
    } while (n > 0);
    assert_int_equal(error, ERROR_SUCCESS);
}

/* ---- time ---- */

/* A request of its own: behind it the loop has seen what was sent before, and has looked at its clock. */
static void poke(const struct server_fixture *f)
{
    char answer[512];
    int s = tcp_connect(f->port, 0);

    tcp_send_text(s, "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n");
    tcp_receive_until(s, "\r\n\r\n", answer, sizeof answer);
    tcp_close(s);
}

/* Everything sent so far was sent before these milliseconds. */
static void pass(const struct server_fixture *f, unsigned milliseconds)
{
    poke(f);
    plat_fake_clock_advance_ms(milliseconds);
    poke(f);
}

/* The connection is still open: what is sent is answered. */
static void answers(int socket)
{
    char answer[512];

    tcp_send_text(socket, "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n");
    tcp_receive_until(socket, "\r\n\r\n", answer, sizeof answer);
    assert_non_null(strstr(answer, "HTTP/1.1 204 "));
}

static void idle(void **state)
{
    struct server_fixture *f = *state;
    int used = tcp_connect(f->port, 0);
    int fresh;

    answers(used);
    fresh = tcp_connect(f->port, 0);
    pass(f, LIMIT_IDLE_MS - 1000);
    answers(used); /* its minute starts again */
    pass(f, 1000);
    assert_true(tcp_ended(fresh));
    answers(used);
    pass(f, LIMIT_IDLE_MS);
    assert_true(tcp_ended(used));
    tcp_close(used);
    tcp_close(fresh);
}

/* From the first byte of a head to its last, however often bytes come. */
static void a_slow_head(void **state)
{
    struct server_fixture *f = *state;
    char answer[1024];
    int s = tcp_connect(f->port, 0);

    tcp_send_text(s, "GET / HTTP/1.1\r\n");
    for (unsigned passed = 0; passed + 5000 < LIMIT_HEAD_MS; passed += 5000) {
        pass(f, 5000);
        tcp_send_text(s, "X: y\r\n");
    }
    pass(f, 5000);
    tcp_receive_until(s, "\r\n\r\n", answer, sizeof answer);
    assert_non_null(strstr(answer, "HTTP/1.1 408 "));
    tcp_close(s);
}

/* The second head of a connection has its own time. */
static void the_next_head_has_its_own_time(void **state)
{
    struct server_fixture *f = *state;
    char answer[1024];
    int s = tcp_connect(f->port, 0);

    tcp_send_text(s, "OPTIONS * HT");
    pass(f, LIMIT_HEAD_MS - 1000);
    tcp_send_text(s, "TP/1.1\r\nHost: a\r\n\r\nOPTIONS * HTTP");
    tcp_receive_until(s, "\r\n\r\n", answer, sizeof answer);
    pass(f, LIMIT_HEAD_MS - 1000);
    tcp_send_text(s, "/1.1\r\nHost: a\r\n\r\n");
    tcp_receive_until(s, "\r\n\r\n", answer, sizeof answer);
    assert_non_null(strstr(answer, "HTTP/1.1 204 "));
    tcp_close(s);
}

/* Before a worker runs, a body may take as long as it likes while bytes come; without them a minute. */
static void a_body_that_stalls(void **state)
{
    struct server_fixture *f = *state;
    char filler[200];
    int ahead = tcp_connect(f->port, 0);

    memset(filler, 'x', sizeof filler);
    tcp_send_text(ahead, "POST /a.dll HTTP/1.1\r\nHost: a\r\nContent-Length: 99\r\n\r\n");
    for (unsigned i = 0; i < 4; i++) {
        pass(f, LIMIT_BODY_STALL_MS - 1000);
        tcp_send(ahead, filler, 1);
    }
    pass(f, LIMIT_BODY_STALL_MS - 1000);
    assert_true(tcp_can_send(ahead));
    pass(f, LIMIT_BODY_STALL_MS);
    pass(f, LIMIT_BODY_STALL_MS);
    assert_true(tcp_ended(ahead));
    tcp_close(ahead);
}

/* Starts a.dll with a body of 100000 bytes; it has answered 200 of them and waits for the 201st. */
static int start_reader(const struct server_fixture *f)
{
    char filler[200], text[1024];
    int s = tcp_connect(f->port, 0);

    memset(filler, 'x', sizeof filler);
    tcp_send_text(s, "POST /a.dll HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n");
    tcp_send(s, filler, sizeof filler);
    tcp_receive_until(s, "\r\n\r\n", text, sizeof text);
    for (size_t got = 0; got < sizeof filler; got += text[0] == 'x')
        assert_int_equal(tcp_receive(s, text, 1), 1);
    return s;
}

/* An extension waits for a silent client for LIMIT_WORKER_STALL_MS. */
static void a_worker_whose_client_is_silent(void **state)
{
    struct server_fixture *f = *state;
    int s = start_reader(f);
    char rest[64];

    pass(f, LIMIT_WORKER_STALL_MS - 100);
    assert_int_equal(atomic_load(&ends), 0);
    pass(f, 200);
    assert_true(tcp_receive(s, rest, sizeof rest) < sizeof rest); /* the end */
    wait_for_ends(1);
    assert_int_equal(atomic_load(&error_seen), WSAETIMEDOUT);
    tcp_close(s);
}

/* Sends bytes every five seconds until it is given up; true if it never was. */
static bool drips(struct server_fixture *f, size_t bytes, unsigned times)
{
    static char filler[4096];
    char line[4096];
    int s = start_reader(f);

    memset(filler, 'x', sizeof filler);
    for (unsigned i = 0; i < times; i++) {
        pass(f, 5000);
        if (atomic_load(&ends) > 0) {
            tcp_close(s);
            return false;
        }
        tcp_send(s, filler, bytes);
        for (size_t got = 0; got < bytes;) { /* they come back, in chunks of their own */
            if (tcp_receive(s, line, 1) == 0) {
                tcp_close(s);
                return false;
            }
            got += line[0] == 'x';
        }
    }
    tcp_reset(s);
    wait_for_ends(1);
    return true;
}

/* Below LIMIT_BODY_RATE bytes do not hold a worker; above it they may take as long as they like. */
static void a_worker_whose_client_drips(void **state)
{
    assert_false(drips(*state, 1, 100));
    wait_for_ends(1);
    assert_int_equal(atomic_load(&error_seen), WSAETIMEDOUT);
    atomic_store(&ends, 0);
    assert_true(drips(*state, 5 * LIMIT_BODY_RATE, 40));
}

/* A client that stops reading: the extension that writes to it is told. */
static void a_reader_that_stalls(void **state)
{
    struct server_fixture *f = *state;
    char head[1024];
    int s = tcp_connect(f->port, 4096);

    tcp_send_text(s, "GET /flood.dll HTTP/1.1\r\nHost: a\r\n\r\n");
    tcp_receive_until(s, "\r\n\r\n", head, sizeof head);
    /* When the kernel's buffers are full, and so when the minute begins, nothing tells: minutes pass until it has. */
    for (unsigned i = 0; i < 1000 && atomic_load(&ends) == 0; i++) {
        child_pause_ms(20);
        pass(f, LIMIT_BODY_STALL_MS);
    }
    wait_for_ends(1);
    assert_int_equal(atomic_load(&error_seen), WSAECONNRESET);
    tcp_close(s);
}

static bool is_gone(void *socket)
{
    return !tcp_can_send(*(int *)socket);
}

/* A refused client that goes on sending is read away for a while, and then let go. */
static void lingering_ends(void **state)
{
    struct server_fixture *f = *state;
    char head[1024], rest[256];
    int s = tcp_connect(f->port, 0);

    tcp_send_text(s, "nonsense\r\n\r\n");
    tcp_receive_until(s, "\r\n\r\n", head, sizeof head);
    assert_true(tcp_receive(s, rest, sizeof rest) > 0);
    assert_true(tcp_ended(s)); /* the server's side is shut, ours is not */
    for (unsigned i = 0; i < 10; i++) {
        assert_true(tcp_can_send(s));
        poke(f);
    }
    pass(f, LIMIT_LINGER_MS);
    assert_true(scratch_wait(is_gone, &s));
    tcp_close(s);
}

#define test(function) cmocka_unit_test_setup_teardown(function, setup, server_fixture_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        test(every_allocation_fails_once),
        test(memory_runs_out_and_comes_back),
        cmocka_unit_test_setup_teardown(the_start_fails_cleanly, server_fixture_registry,
                                        server_fixture_teardown),
        test(idle),
        test(a_slow_head),
        test(the_next_head_has_its_own_time),
        test(a_body_that_stalls),
        test(a_worker_whose_client_is_silent),
        test(a_worker_whose_client_drips),
        test(a_reader_that_stalls),
        test(lingering_ends),
    };

    return cmocka_run_group_tests_name("http_faults", tests, NULL, NULL);
}
