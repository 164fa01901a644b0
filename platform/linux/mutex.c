/* SPDX-License-Identifier: Apache-2.0 */
/* Mutexes and condition variables. Misuse (a lock taken twice) ends the program: it could only go on wrongly. */
#define _GNU_SOURCE
#include "platform/thread.h"
#include "platform/memory.h"

#include "linux/error.h"

#include <errno.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <time.h>

struct plat_mutex {
    pthread_mutex_t native;
};

struct plat_condition {
    pthread_cond_t native;
};

static void must(int error)
{
    if (error)
        abort();
}

static int init_mutex(pthread_mutex_t *mutex)
{
    pthread_mutexattr_t attributes;
    int error = pthread_mutexattr_init(&attributes);

    if (error)
        return error;
    error = pthread_mutexattr_settype(&attributes, PTHREAD_MUTEX_ERRORCHECK);
    if (!error)
        error = pthread_mutex_init(mutex, &attributes);
    pthread_mutexattr_destroy(&attributes);
    return error;
}

win_error plat_mutex_create(struct plat_mutex **mutex)
{
    struct plat_mutex *m = plat_alloc(sizeof *m);
    int error;

    *mutex = NULL;
    if (!m)
        return ERROR_NOT_ENOUGH_MEMORY;
    error = init_mutex(&m->native);
    if (error) {
        plat_free(m);
        return linux_error(error);
    }
    *mutex = m;
    return ERROR_SUCCESS;
}

void plat_mutex_destroy(struct plat_mutex *mutex)
{
    if (!mutex)
        return;
    must(pthread_mutex_destroy(&mutex->native));
    plat_free(mutex);
}

void plat_mutex_lock(struct plat_mutex *mutex)
{
    must(pthread_mutex_lock(&mutex->native));
}

void plat_mutex_unlock(struct plat_mutex *mutex)
{
    must(pthread_mutex_unlock(&mutex->native));
}

/* On the monotonic clock: a step of the wall clock must not stretch a wait. */
static int init_condition(pthread_cond_t *condition)
{
    pthread_condattr_t attributes;
    int error = pthread_condattr_init(&attributes);

    if (error)
        return error;
    error = pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    if (!error)
        error = pthread_cond_init(condition, &attributes);
    pthread_condattr_destroy(&attributes);
    return error;
}

win_error plat_condition_create(struct plat_condition **condition)
{
    struct plat_condition *c = plat_alloc(sizeof *c);
    int error;

    *condition = NULL;
    if (!c)
        return ERROR_NOT_ENOUGH_MEMORY;
    error = init_condition(&c->native);
    if (error) {
        plat_free(c);
        return linux_error(error);
    }
    *condition = c;
    return ERROR_SUCCESS;
}

void plat_condition_destroy(struct plat_condition *condition)
{
    if (!condition)
        return;
    must(pthread_cond_destroy(&condition->native));
    plat_free(condition);
}

void plat_condition_wait(struct plat_condition *condition, struct plat_mutex *mutex)
{
    must(pthread_cond_wait(&condition->native, &mutex->native));
}

bool plat_condition_wait_for(struct plat_condition *condition, struct plat_mutex *mutex, unsigned timeout_ms)
{
    struct timespec until;
    int error;

    must(clock_gettime(CLOCK_MONOTONIC, &until));
    until.tv_sec += timeout_ms / 1000;
    until.tv_nsec += (long)(timeout_ms % 1000) * 1000000L;
    if (until.tv_nsec >= 1000000000L) {
        until.tv_sec++;
        until.tv_nsec -= 1000000000L;
    }
    error = pthread_cond_timedwait(&condition->native, &mutex->native, &until);
    if (error == ETIMEDOUT)
        return false;
    must(error);
    return true;
}

void plat_condition_signal(struct plat_condition *condition)
{
    must(pthread_cond_signal(&condition->native));
}

void plat_condition_broadcast(struct plat_condition *condition)
{
    must(pthread_cond_broadcast(&condition->native));
}
