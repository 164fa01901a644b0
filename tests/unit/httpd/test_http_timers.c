/* SPDX-License-Identifier: Apache-2.0 */
/* The connections' timers. */
#include "server/timers.h"

#include "platform/limits.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void nothing_runs(void **state)
{
    struct httpd_timers timers;

    (void)state;
    httpd_timers_init(&timers);
    assert_int_equal(httpd_timers_wait(&timers, 1000), -1);
    assert_null(httpd_timers_expired(&timers, UINT64_MAX / 2));
}

static void first_of_all(void **state)
{
    struct httpd_timers timers;
    struct httpd_timer idle = {0}, head = {0}, later = {0};

    (void)state;
    httpd_timers_init(&timers);
    httpd_timer_start(&timers, &idle, HTTPD_TIMER_IDLE, 1000);
    assert_int_equal(httpd_timers_wait(&timers, 1000), LIMIT_IDLE_MS);
    assert_int_equal(httpd_timers_wait(&timers, 1500), LIMIT_IDLE_MS - 500);
    httpd_timer_start(&timers, &head, HTTPD_TIMER_HEAD, 2000);
    httpd_timer_start(&timers, &later, HTTPD_TIMER_HEAD, 3000);
    assert_int_equal(httpd_timers_wait(&timers, 2000), LIMIT_HEAD_MS);
    assert_null(httpd_timers_expired(&timers, 2000 + LIMIT_HEAD_MS - 1));
    assert_ptr_equal(httpd_timers_expired(&timers, 2000 + LIMIT_HEAD_MS), &head);
    assert_int_equal(httpd_timers_wait(&timers, 2000 + LIMIT_HEAD_MS + 5), 0);
    httpd_timer_stop(&timers, &head);
    httpd_timer_stop(&timers, &head); /* twice does no harm */
    assert_null(httpd_timers_expired(&timers, 2000 + LIMIT_HEAD_MS));
    assert_ptr_equal(httpd_timers_expired(&timers, 3000 + LIMIT_HEAD_MS), &later);
    httpd_timer_stop(&timers, &later);
    assert_ptr_equal(httpd_timers_expired(&timers, 1000 + LIMIT_IDLE_MS), &idle);
}

static void restart_goes_last(void **state)
{
    struct httpd_timers timers;
    struct httpd_timer t[3] = {{0}};

    (void)state;
    httpd_timers_init(&timers);
    for (unsigned i = 0; i < 3; i++)
        httpd_timer_start(&timers, &t[i], HTTPD_TIMER_STALL, i);
    httpd_timer_start(&timers, &t[0], HTTPD_TIMER_STALL, 10);
    httpd_timer_start(&timers, &t[1], HTTPD_TIMER_NONE, 10);
    assert_ptr_equal(httpd_timers_expired(&timers, LIMIT_BODY_STALL_MS + 5), &t[2]);
    httpd_timer_start(&timers, &t[2], HTTPD_TIMER_LINGER, 11);
    assert_ptr_equal(httpd_timers_expired(&timers, LIMIT_BODY_STALL_MS + 10), &t[0]);
    httpd_timer_stop(&timers, &t[0]);
    assert_ptr_equal(httpd_timers_expired(&timers, LIMIT_LINGER_MS + 11), &t[2]);
    httpd_timer_stop(&timers, &t[2]);
    assert_int_equal(httpd_timers_wait(&timers, 0), -1);
}

/* ConnectionTimeout may change while timers run. */
static void another_duration(void **state)
{
    struct httpd_timers timers;
    struct httpd_timer t = {0};

    (void)state;
    httpd_timers_init(&timers);
    httpd_timer_start(&timers, &t, HTTPD_TIMER_IDLE, 100);
    timers.duration[HTTPD_TIMER_IDLE] = 50;
    assert_int_equal(httpd_timers_wait(&timers, 120), 30);
    assert_ptr_equal(httpd_timers_expired(&timers, 150), &t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_runs),
        cmocka_unit_test(first_of_all),
        cmocka_unit_test(restart_goes_last),
        cmocka_unit_test(another_duration),
    };

    return cmocka_run_group_tests_name("http_timers", tests, NULL, NULL);
}
