/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE
#include "scratch.h"

#include "platform/fake.h"
#include "platform/lasterror.h"
#include "platform/thread.h"

#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static uint64_t real_ms(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

struct facts {
    char name[16];
    bool blocked;
    win_error error;
    size_t touched;
};

static size_t touch_stack(void)
{
    volatile char area[100 * 1024];

    for (size_t i = 0; i < sizeof area; i += 512)
        area[i] = 1;
    return sizeof area;
}

static void note_facts(void *context)
{
    struct facts *facts = context;
    sigset_t mask;

    pthread_getname_np(pthread_self(), facts->name, sizeof facts->name);
    pthread_sigmask(SIG_SETMASK, NULL, &mask);
    facts->blocked = sigismember(&mask, SIGTERM) == 1 && sigismember(&mask, SIGINT) == 1;
    facts->error = plat_last_error_get();
    plat_last_error_set(5);
    facts->touched = touch_stack();
}

static void start_and_join(void **state)
{
    struct facts facts = {.blocked = false, .error = 99};
    struct plat_thread *thread;
    sigset_t mask;

    (void)state;
    plat_last_error_set(7);
    assert_int_equal(plat_thread_start("a name that is too long", 0, note_facts, &facts, &thread),
                     ERROR_SUCCESS);
    plat_thread_join(thread);
    plat_thread_join(NULL);
    assert_string_equal(facts.name, "a name that is ");
    assert_true(facts.blocked);
    assert_int_equal(facts.error, 0); /* each thread has its own */
    assert_int_equal(plat_last_error_get(), 7);
    assert_int_not_equal(facts.touched, 0);
    plat_last_error_set(0);
    pthread_sigmask(SIG_SETMASK, NULL, &mask);
    assert_int_equal(sigismember(&mask, SIGTERM), 0); /* ours is as it was */
}

struct shared {
    struct plat_mutex *mutex;
    struct plat_condition *condition;
    unsigned count;
    bool open;
};

static struct shared make_shared(void)
{
    struct shared s = {.count = 0};

    assert_int_equal(plat_mutex_create(&s.mutex), ERROR_SUCCESS);
    assert_int_equal(plat_condition_create(&s.condition), ERROR_SUCCESS);
    return s;
}

static void free_shared(struct shared *s)
{
    plat_condition_destroy(s->condition);
    plat_mutex_destroy(s->mutex);
}

static void count_up(void *context)
{
    struct shared *s = context;

    for (int i = 0; i < 20000; i++) {
        plat_mutex_lock(s->mutex);
        s->count++;
        plat_mutex_unlock(s->mutex);
    }
}

static void exclusion(void **state)
{
    struct shared s = make_shared();
    struct plat_thread *threads[4];

    (void)state;
    for (int i = 0; i < 4; i++)
        assert_int_equal(plat_thread_start("count", 0, count_up, &s, &threads[i]), ERROR_SUCCESS);
    for (int i = 0; i < 4; i++)
        plat_thread_join(threads[i]);
    assert_int_equal(s.count, 80000);
    free_shared(&s);
    plat_mutex_destroy(NULL);
    plat_condition_destroy(NULL);
}

static void wait_for_opening(void *context)
{
    struct shared *s = context;

    plat_mutex_lock(s->mutex);
    while (!s->open)
        plat_condition_wait(s->condition, s->mutex);
    s->count++;
    plat_condition_signal(s->condition);
    plat_mutex_unlock(s->mutex);
}

static void broadcast_and_signal(void **state)
{
    struct shared s = make_shared();
    struct plat_thread *threads[3];
    bool in_time = true;

    (void)state;
    for (int i = 0; i < 3; i++)
        assert_int_equal(plat_thread_start("wait", 0, wait_for_opening, &s, &threads[i]), ERROR_SUCCESS);
    plat_mutex_lock(s.mutex);
    assert_int_equal(s.count, 0);
    s.open = true;
    plat_condition_broadcast(s.condition);
    while (s.count < 3 && in_time)
        in_time = plat_condition_wait_for(s.condition, s.mutex, 60000);
    plat_mutex_unlock(s.mutex);
    for (int i = 0; i < 3; i++)
        plat_thread_join(threads[i]);
    assert_int_equal(s.count, 3);
    free_shared(&s);
}

static void time_out(void **state)
{
    static const unsigned times[] = {0, 1, 60, 999, 1001};
    struct shared s = make_shared();

    (void)state;
    plat_mutex_lock(s.mutex);
    for (size_t i = 0; i < ELEMENTS(times); i++) {
        uint64_t start = real_ms();

        while (plat_condition_wait_for(s.condition, s.mutex, times[i]))
            ; /* woken for no reason: allowed */
        assert_in_range(real_ms() - start + 1, times[i], times[i] + 60000);
    }
    plat_mutex_unlock(s.mutex);
    free_shared(&s);
}

static void locked_twice(void **state)
{
    pid_t child = fork();
    int status;

    (void)state;
    if (child == 0) {
        const struct rlimit none = {0, 0};
        struct plat_mutex *mutex;

        setrlimit(RLIMIT_CORE, &none);
        signal(SIGABRT, SIG_DFL);
        if (plat_mutex_create(&mutex) != ERROR_SUCCESS)
            _exit(1);
        plat_mutex_lock(mutex);
        plat_mutex_lock(mutex);
        _exit(0);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status));
    assert_int_equal(WTERMSIG(status), SIGABRT);
}

static void failures(void **state)
{
    struct plat_thread *thread;
    struct plat_mutex *mutex;
    struct plat_condition *condition;
    struct facts facts;
    size_t live = plat_fake_memory_live();

    (void)state;
    plat_fake_memory_fail(1, true);
    assert_int_equal(plat_thread_start("x", 0, note_facts, &facts, &thread), ERROR_NOT_ENOUGH_MEMORY);
    assert_null(thread);
    assert_int_equal(plat_mutex_create(&mutex), ERROR_NOT_ENOUGH_MEMORY);
    assert_null(mutex);
    assert_int_equal(plat_condition_create(&condition), ERROR_NOT_ENOUGH_MEMORY);
    assert_null(condition);
    plat_fake_memory_fail(0, false);
    assert_int_equal(plat_thread_start("x", 1, note_facts, &facts, &thread),
                     ERROR_INVALID_PARAMETER); /* 1 byte */
    assert_null(thread);
    assert_int_equal(plat_fake_memory_live(), live);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(start_and_join),       cmocka_unit_test(exclusion),
        cmocka_unit_test(broadcast_and_signal), cmocka_unit_test(time_out),
        cmocka_unit_test(locked_twice),         cmocka_unit_test(failures),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
