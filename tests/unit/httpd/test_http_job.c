/* SPDX-License-Identifier: Apache-2.0 */
/* What passes between the loop and its workers: the mailbox, and what the loop sees of the pipes. */
#include "server/job.h"

#include "platform/memory.h"
#include "server/connection.h"
#include "server/pipes.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

static unsigned runs;

/* In the place of the connections: a worker that has something new as soon as it was served. */
void httpd_connection_run(struct httpd_connection *connection)
{
    if (++runs < 1000)
        httpd_job_notify(connection->job);
}

static void a_busy_worker_does_not_hold_the_loop(void **state)
{
    struct httpd_server *server = calloc(1, sizeof *server);
    struct httpd_job *jobs = calloc(2, sizeof *jobs);
    struct httpd_connection connections[2] = {{.job = &jobs[0]}, {.job = &jobs[1]}};

    (void)state;
    assert_non_null(server);
    assert_non_null(jobs);
    assert_int_equal(plat_mutex_create(&server->mutex), ERROR_SUCCESS);
    assert_int_equal(plat_poller_create(&server->poller), ERROR_SUCCESS);
    for (unsigned i = 0; i < 2; i++) {
        jobs[i].server = server;
        jobs[i].connection = &connections[i];
        jobs[i].with_worker = true;
        httpd_job_notify(&jobs[i]);
        httpd_job_notify(&jobs[i]);
    }
    runs = 0;
    for (unsigned round = 1; round <= 3; round++) {
        struct plat_event event;
        size_t count;

        httpd_mailbox_empty(server);
        assert_int_equal(runs, 2 * round);
        /* and the poller knows that there is more */
        assert_int_equal(plat_poller_wait(server->poller, &event, 1, 10000, &count), ERROR_SUCCESS);
        assert_int_equal(count, 1);
    }
    plat_poller_destroy(server->poller);
    plat_mutex_destroy(server->mutex);
    free(jobs);
    free(server);
}

static void ignore(void *context)
{
    (void)context;
}

/* A reader that has been given bytes, or the end, is the extension's business again, even before it has woken up. */
static void a_reader_with_bytes_does_not_wait(void **state)
{
    struct httpd_pipes_view view;
    struct httpd_pipes *pipes;

    (void)state;
    for (unsigned end = 0; end < 2; end++) {
        assert_int_equal(httpd_pipes_create(ignore, NULL, false, &pipes), ERROR_SUCCESS);
        pipes->reader_waits = true;
        httpd_pipes_look(pipes, &view);
        assert_true(view.reader_waits);
        if (end)
            httpd_pipes_end_input(pipes, ERROR_SUCCESS);
        else
            httpd_pipes_put(pipes, (const uint8_t *)"x", 1);
        httpd_pipes_look(pipes, &view);
        assert_false(view.reader_waits);
        httpd_pipes_free(pipes);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_busy_worker_does_not_hold_the_loop),
        cmocka_unit_test(a_reader_with_bytes_does_not_wait),
    };

    return cmocka_run_group_tests_name("http_job", tests, NULL, NULL);
}
