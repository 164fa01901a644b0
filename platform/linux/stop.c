/* SPDX-License-Identifier: Apache-2.0 */
/* SIGTERM, SIGINT and SIGHUP. */
#define _GNU_SOURCE
#include "platform/process.h"

#include "linux/error.h"

#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <unistd.h>

/* A signal handler gets no context: the one place where the port keeps state of its own. */
static void (*stop_function)(void *context);
static void *stop_context;
static atomic_bool stopping;

static void on_signal(int number)
{
    int saved = errno;
    bool again = atomic_exchange(&stopping, true);

    if (again && number == SIGHUP)
        return; /* a terminal that goes away sends it, and then its shell does */
    if (again) {
        /* By the signal itself, so that the parent sees why. Process 1 has no default actions: it exits. */
        sigset_t this_one;

        signal(number, SIG_DFL);
        sigemptyset(&this_one);
        sigaddset(&this_one, number);
        raise(number);
        pthread_sigmask(SIG_UNBLOCK, &this_one, NULL);
        _exit(128 + number);
    }
    stop_function(stop_context);
    errno = saved;
}

win_error plat_on_stop(void (*stop)(void *context), void *context)
{
    struct sigaction action = {.sa_handler = on_signal, .sa_flags = SA_RESTART};
    struct sigaction ignore = {.sa_handler = SIG_IGN};
    struct sigaction hangup;

    stop_function = stop;
    stop_context = context;
    atomic_store(&stopping, false);
    sigemptyset(&action.sa_mask);
    sigaddset(&action.sa_mask, SIGTERM);
    sigaddset(&action.sa_mask, SIGINT);
    sigaddset(&action.sa_mask, SIGHUP);
    sigemptyset(&ignore.sa_mask);
    if (sigaction(SIGPIPE, &ignore, NULL) != 0 || sigaction(SIGTERM, &action, NULL) != 0 ||
        sigaction(SIGINT, &action, NULL) != 0 || sigaction(SIGHUP, NULL, &hangup) != 0)
        return linux_error(errno);
    if (hangup.sa_handler != SIG_IGN && sigaction(SIGHUP, &action, NULL) != 0) /* nohup */
        return linux_error(errno);
    return ERROR_SUCCESS;
}
