/* SPDX-License-Identifier: Apache-2.0 */
/* Password checks in the server: on threads of their own, bounded, and not for clients that have gone. */
#include "access/password.h"
#include "isapi/isapi.h"
#include "server_fixture.h"
#include "support/child.h"
#include "support/tcp_client.h"
#include "unit/platform/scratch.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

static atomic_uint checks, runs;
static atomic_bool checks_go_on, runs_go_on;

static void wait_for(atomic_bool *gate)
{
    while (!atomic_load(gate))
        child_pause_ms(1);
}

/* ---- in the place of extensions, and of access/password_cache.c ---- */

void httpd_isapi_run(struct httpd_modules *modules, struct httpd_exchange *exchange)
{
    (void)modules;
    atomic_fetch_add(&runs, 1);
    wait_for(&runs_go_on);
    httpd_exchange_finish(exchange, false, 502);
}

win_error httpd_password_cache_create(struct httpd_password_cache **cache)
{
    *cache = NULL;
    return ERROR_SUCCESS;
}

void httpd_password_cache_free(struct httpd_password_cache *cache)
{
    (void)cache;
}

bool httpd_password_known(struct httpd_password_cache *cache, const struct httpd_settings *settings,
                          const char *user, const char *password)
{
    (void)cache;
    (void)settings;
    (void)user;
    (void)password;
    return false;
}

bool httpd_password_check(struct httpd_password_cache *cache, const struct httpd_settings *settings,
                          const char *user, const char *password)
{
    (void)cache;
    (void)settings;
    (void)user;
    atomic_fetch_add(&checks, 1);
    wait_for(&checks_go_on);
    return strcmp(password, "right") == 0;
}

/* ---- the tests ---- */

static int setup(void **state)
{
    struct server_fixture *f;

    atomic_store(&checks, 0);
    atomic_store(&runs, 0);
    atomic_store(&checks_go_on, false);
    atomic_store(&runs_go_on, false);
    if (server_fixture_registry(state))
        return -1;
    f = *state;
    registry_set_dword(f->registry, "", "Basic", 1);
    registry_set_dword(f->registry, "VROOTS\\/www", "A", 1);
    return server_fixture_start(f);
}

static int end(void **state)
{
    atomic_store(&checks_go_on, true);
    atomic_store(&runs_go_on, true);
    return server_fixture_teardown(state);
}

static bool has_come(void *wanted)
{
    const struct {
        atomic_uint *count;
        unsigned least;
    } *w = wanted;

    return atomic_load(w->count) >= w->least;
}

static void wait_until(atomic_uint *count, unsigned least)
{
    struct {
        atomic_uint *count;
        unsigned least;
    } wanted = {count, least};

    assert_true(scratch_wait(has_come, &wanted));
}

static int ask(const struct server_fixture *f, const char *request)
{
    int s = tcp_connect(f->port, 0);

    tcp_send_text(s, request);
    return s;
}

static int log_in(const struct server_fixture *f)
{
    /* Zoe:right */
    return ask(f, "GET /www/file.txt HTTP/1.1\r\nHost: a\r\nAuthorization: Basic Wm9lOnJpZ2h0\r\n\r\n");
}

static void expect_status(int s, const char *status)
{
    char head[4096];

    tcp_receive_until(s, "\r\n\r\n", head, sizeof head);
    head[strlen("HTTP/1.1 200")] = '\0';
    assert_string_equal(head + strlen("HTTP/1.1 "), status);
    tcp_close(s);
}

/* Extensions that hold all workers hold no password check, and the other way round. */
static void checks_and_extensions_do_not_wait_for_each_other(void **state)
{
    struct server_fixture *f = *state;
    int held[LIMIT_WORKERS], busy[LIMIT_PASSWORD_WORKERS];

    for (unsigned i = 0; i < LIMIT_WORKERS; i++)
        held[i] = ask(f, "GET /a.dll HTTP/1.1\r\nHost: a\r\n\r\n");
    wait_until(&runs, LIMIT_WORKERS);
    for (unsigned i = 0; i < LIMIT_PASSWORD_WORKERS; i++)
        busy[i] = log_in(f);
    wait_until(&checks, LIMIT_PASSWORD_WORKERS);
    atomic_store(&checks_go_on, true);
    for (unsigned i = 0; i < LIMIT_PASSWORD_WORKERS; i++)
        expect_status(busy[i], "200");
    atomic_store(&runs_go_on, true);
    for (unsigned i = 0; i < LIMIT_WORKERS; i++)
        expect_status(held[i], "502");
}

static void too_many_checks(void **state)
{
    enum { MOST = LIMIT_PASSWORD_WORKERS + LIMIT_PASSWORD_QUEUE };
    struct server_fixture *f = *state;
    int sockets[MOST];

    for (unsigned i = 0; i < MOST; i++) {
        sockets[i] = log_in(f);
        if (i < LIMIT_PASSWORD_WORKERS)
            wait_until(&checks, i + 1); /* so that the queue holds exactly the rest */
    }
    expect_status(log_in(f), "503");
    atomic_store(&checks_go_on, true);
    for (unsigned i = 0; i < MOST; i++)
        expect_status(sockets[i], "200");
    assert_int_equal(atomic_load(&checks), MOST);
}

/* Only those that run already are finished when their clients go. */
static void checks_for_nobody_are_skipped(void **state)
{
    enum { MOST = LIMIT_PASSWORD_WORKERS + 20 };
    struct server_fixture *f = *state;
    int sockets[MOST];

    for (unsigned i = 0; i < MOST; i++) {
        sockets[i] = log_in(f);
        if (i < LIMIT_PASSWORD_WORKERS)
            wait_until(&checks, i + 1);
    }
    expect_status(ask(f, "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n"), "204"); /* behind it all are queued */
    for (unsigned i = 0; i < MOST; i++)
        tcp_reset(sockets[i]);
    expect_status(ask(f, "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n"),
                  "204"); /* behind it all are known to be gone */
    atomic_store(&checks_go_on, true);
    expect_status(log_in(f), "200");
    assert_int_equal(atomic_load(&checks), LIMIT_PASSWORD_WORKERS + 1);
}

#define test(function) cmocka_unit_test_setup_teardown(function, setup, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        test(checks_and_extensions_do_not_wait_for_each_other),
        test(too_many_checks),
        test(checks_for_nobody_are_skipped),
    };

    return cmocka_run_group_tests_name("http_passwords", tests, NULL, NULL);
}
