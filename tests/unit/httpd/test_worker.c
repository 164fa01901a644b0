/* SPDX-License-Identifier: Apache-2.0 */
/* The worker pool: every job runs once, the queue has its limit, the end waits. */
#include "worker/worker.h"

#include "platform/thread.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include <cmocka.h>

static atomic_uint runs;

static void count(void *context)
{
    atomic_fetch_add((atomic_uint *)context, 1);
}

static void every_job_runs_once(void **state)
{
    (void)state;
    struct httpd_workers *workers;
    atomic_store(&runs, 0);
    assert_int_equal(httpd_workers_create(4, 10000, &workers), ERROR_SUCCESS);
    for (unsigned i = 0; i < 5000; i++)
        assert_int_equal(httpd_workers_submit(workers, count, &runs), ERROR_SUCCESS);
    httpd_workers_destroy(workers);
    assert_int_equal(atomic_load(&runs), 5000);
}

struct gate {
    struct plat_mutex *mutex;
    struct plat_condition *changed;
    unsigned entered;
    bool open;
};

static void wait_at_gate(void *context)
{
    struct gate *gate = context;
    plat_mutex_lock(gate->mutex);
    gate->entered++;
    plat_condition_broadcast(gate->changed);
    while (!gate->open)
        plat_condition_wait(gate->changed, gate->mutex);
    plat_mutex_unlock(gate->mutex);
}

static void wait_entered(struct gate *gate, unsigned count_wanted)
{
    plat_mutex_lock(gate->mutex);
    while (gate->entered < count_wanted)
        plat_condition_wait(gate->changed, gate->mutex);
    plat_mutex_unlock(gate->mutex);
}

/* Two threads held at the gate: two more jobs may wait, the next is refused; all that were taken run in the end. */
static void a_full_queue_refuses(void **state)
{
    (void)state;
    struct gate gate = {.entered = 0};
    assert_int_equal(plat_mutex_create(&gate.mutex), ERROR_SUCCESS);
    assert_int_equal(plat_condition_create(&gate.changed), ERROR_SUCCESS);
    struct httpd_workers *workers;
    assert_int_equal(httpd_workers_create(2, 2, &workers), ERROR_SUCCESS);
    assert_int_equal(httpd_workers_submit(workers, wait_at_gate, &gate), ERROR_SUCCESS);
    assert_int_equal(httpd_workers_submit(workers, wait_at_gate, &gate), ERROR_SUCCESS);
    wait_entered(&gate, 2);
    assert_int_equal(httpd_workers_submit(workers, wait_at_gate, &gate), ERROR_SUCCESS);
    assert_int_equal(httpd_workers_submit(workers, wait_at_gate, &gate), ERROR_SUCCESS);
    assert_int_equal(httpd_workers_submit(workers, wait_at_gate, &gate), ERROR_BUSY);
    plat_mutex_lock(gate.mutex);
    gate.open = true;
    plat_condition_broadcast(gate.changed);
    plat_mutex_unlock(gate.mutex);
    httpd_workers_destroy(workers);
    assert_int_equal(gate.entered, 4);
    plat_condition_destroy(gate.changed);
    plat_mutex_destroy(gate.mutex);
}

/* The end is bounded: a job that does not end is left, one that does is waited for. */
static void the_end_does_not_wait_for_ever(void **state)
{
    (void)state;
    struct gate gate = {.entered = 0};
    assert_int_equal(plat_mutex_create(&gate.mutex), ERROR_SUCCESS);
    assert_int_equal(plat_condition_create(&gate.changed), ERROR_SUCCESS);
    struct httpd_workers *workers;
    assert_int_equal(httpd_workers_create(2, 2, &workers), ERROR_SUCCESS);
    assert_int_equal(httpd_workers_submit(workers, wait_at_gate, &gate), ERROR_SUCCESS);
    wait_entered(&gate, 1);
    assert_false(httpd_workers_end(workers, 0));
    assert_false(httpd_workers_end(workers, 20));
    assert_int_equal(httpd_workers_submit(workers, wait_at_gate, &gate), ERROR_BUSY);
    plat_mutex_lock(gate.mutex);
    gate.open = true;
    plat_condition_broadcast(gate.changed);
    plat_mutex_unlock(gate.mutex);
    assert_true(httpd_workers_end(workers, 60000));
    httpd_workers_destroy(workers);
    plat_condition_destroy(gate.changed);
    plat_mutex_destroy(gate.mutex);
}

static void no_threads_is_refused(void **state)
{
    (void)state;
    struct httpd_workers *workers;
    assert_int_equal(httpd_workers_create(0, 1, &workers), ERROR_INVALID_PARAMETER);
    assert_null(workers);
    httpd_workers_destroy(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_job_runs_once),
        cmocka_unit_test(a_full_queue_refuses),
        cmocka_unit_test(the_end_does_not_wait_for_ever),
        cmocka_unit_test(no_threads_is_refused),
    };
    return cmocka_run_group_tests_name("worker", tests, NULL, NULL);
}
