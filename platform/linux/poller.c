/* SPDX-License-Identifier: Apache-2.0 */
/* epoll, and an eventfd in it for wakes. */
#define _GNU_SOURCE
#include "platform/net.h"
#include "platform/memory.h"

#include "linux/error.h"
#include "linux/monotonic.h"

#include <errno.h>
#include <limits.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

enum { BATCH = 64 };

struct plat_poller {
    int epoll;
    int wake;
};

win_error plat_poller_create(struct plat_poller **poller)
{
    struct plat_poller *p = plat_alloc(sizeof *p);
    struct epoll_event event = {.events = EPOLLIN};
    win_error error = ERROR_SUCCESS;

    *poller = NULL;
    if (!p)
        return ERROR_NOT_ENOUGH_MEMORY;
    event.data.ptr = p; /* no socket's context: marks the wake */
    p->epoll = epoll_create1(EPOLL_CLOEXEC);
    if (p->epoll < 0)
        error = linux_error(errno);
    p->wake = error ? -1 : eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (!error && (p->wake < 0 || epoll_ctl(p->epoll, EPOLL_CTL_ADD, p->wake, &event) != 0))
        error = linux_error(errno);
    if (error) {
        plat_poller_destroy(p);
        return error;
    }
    *poller = p;
    return ERROR_SUCCESS;
}

void plat_poller_destroy(struct plat_poller *poller)
{
    if (!poller)
        return;
    if (poller->wake >= 0)
        close(poller->wake);
    if (poller->epoll >= 0)
        close(poller->epoll);
    plat_free(poller);
}

static win_error control(struct plat_poller *poller, int operation, int fd, unsigned interest, void *context)
{
    struct epoll_event event = {.events = 0};

    if (interest & PLAT_READABLE)
        event.events |= EPOLLIN;
    if (interest & PLAT_WRITABLE)
        event.events |= EPOLLOUT;
    event.data.ptr = context;
    return epoll_ctl(poller->epoll, operation, fd, &event) == 0 ? ERROR_SUCCESS : linux_error(errno);
}

win_error plat_poller_add(struct plat_poller *poller, plat_socket socket, unsigned interest, void *context)
{
    return control(poller, EPOLL_CTL_ADD, socket, interest, context);
}

win_error plat_poller_change(struct plat_poller *poller, plat_socket socket, unsigned interest, void *context)
{
    return control(poller, EPOLL_CTL_MOD, socket, interest, context);
}

void plat_poller_remove(struct plat_poller *poller, plat_socket socket)
{
    (void)control(poller, EPOLL_CTL_DEL, socket, 0, NULL);
}

/* A signal ends epoll_wait early: wait on for what is left of the time. */
static int wait_on(int epoll, struct epoll_event *events, int max, int timeout_ms)
{
    uint64_t end = linux_monotonic_ms() + (timeout_ms > 0 ? (uint64_t)timeout_ms : 0);

    for (;;) {
        int n = epoll_wait(epoll, events, max, timeout_ms);

        if (n >= 0 || errno != EINTR)
            return n;
        if (timeout_ms > 0) {
            uint64_t now = linux_monotonic_ms();

            timeout_ms = now < end ? (int)(end - now) : 0;
        }
    }
}

static void drain(struct plat_poller *poller)
{
    uint64_t wakes;

    while (read(poller->wake, &wakes, sizeof wakes) < 0 && errno == EINTR)
        ;
}

static unsigned ready_of(uint32_t events)
{
    unsigned ready = 0;

    if (events & EPOLLIN)
        ready |= PLAT_READABLE;
    if (events & EPOLLOUT)
        ready |= PLAT_WRITABLE;
    if (events & (EPOLLERR | EPOLLHUP))
        ready |= PLAT_CLOSED;
    return ready;
}

win_error plat_poller_wait(struct plat_poller *poller, struct plat_event *events, size_t max, int timeout_ms,
                           size_t *count)
{
    struct epoll_event batch[BATCH];
    int n;

    *count = 0;
    if (max == 0)
        return ERROR_INVALID_PARAMETER;
    n = wait_on(poller->epoll, batch, max < BATCH ? (int)max : BATCH, timeout_ms);
    if (n < 0)
        return linux_error(errno);
    for (int i = 0; i < n; i++) {
        bool wake = batch[i].data.ptr == poller;

        /* Drained before it is reported: a wake from here on gives a new event. */
        if (wake)
            drain(poller);
        events[i].context = wake ? NULL : batch[i].data.ptr;
        events[i].ready = ready_of(batch[i].events);
    }
    *count = (size_t)n;
    return ERROR_SUCCESS;
}

void plat_poller_wake(struct plat_poller *poller)
{
    const uint64_t one = 1;
    int saved = errno; /* this may run in a signal handler */

    /* EAGAIN: the counter is full, so a wake is pending anyway. */
    while (write(poller->wake, &one, sizeof one) < 0 && errno == EINTR)
        ;
    errno = saved;
}
