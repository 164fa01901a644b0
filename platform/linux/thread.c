/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE
#include "platform/thread.h"
#include "platform/limits.h"
#include "platform/memory.h"

#include "linux/error.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>

struct plat_thread {
    pthread_t id;
    char name[16];
    void (*run)(void *context);
    void *context;
};

static void *start(void *argument)
{
    struct plat_thread *thread = argument;

    pthread_setname_np(pthread_self(), thread->name);
    thread->run(thread->context);
    return NULL;
}

/* A thread inherits the signal mask of its maker: all signals go to the main thread. */
static int create(struct plat_thread *thread, size_t stack_size)
{
    pthread_attr_t attributes;
    sigset_t all, before;
    int error = pthread_attr_init(&attributes);

    if (error)
        return error;
    error = pthread_attr_setstacksize(&attributes, stack_size ? stack_size : LIMIT_WORKER_STACK);
    if (!error) {
        sigfillset(&all);
        pthread_sigmask(SIG_SETMASK, &all, &before);
        error = pthread_create(&thread->id, &attributes, start, thread);
        pthread_sigmask(SIG_SETMASK, &before, NULL);
    }
    pthread_attr_destroy(&attributes);
    return error;
}

win_error plat_thread_start(const char *name, size_t stack_size, void (*run)(void *context), void *context,
                            struct plat_thread **thread)
{
    struct plat_thread *t = plat_calloc(1, sizeof *t);
    int error;

    *thread = NULL;
    if (!t)
        return ERROR_NOT_ENOUGH_MEMORY;
    snprintf(t->name, sizeof t->name, "%.15s", name);
    t->run = run;
    t->context = context;
    error = create(t, stack_size);
    if (error) {
        plat_free(t);
        /* EAGAIN: no address space, or a limit on threads */
        return error == EAGAIN ? ERROR_NOT_ENOUGH_MEMORY : linux_error(error);
    }
    *thread = t;
    return ERROR_SUCCESS;
}

void plat_thread_join(struct plat_thread *thread)
{
    if (!thread)
        return;
    pthread_join(thread->id, NULL);
    plat_free(thread);
}
