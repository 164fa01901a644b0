/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE
#include "platform/connect.h"

#include "linux/error.h"
#include "linux/monotonic.h"
#include "linux/sockaddr.h"

#include <errno.h>
#include <limits.h>
#include <netinet/tcp.h>
#include <poll.h>

/* What is left until `end` as poll takes it; an `end` of 0 is never reached. */
static int left_of(uint64_t end)
{
    uint64_t now;

    if (end == 0)
        return -1;
    now = linux_monotonic_ms();
    if (now >= end)
        return 0;
    return end - now > INT_MAX ? INT_MAX : (int)(end - now);
}

win_error plat_socket_wait(plat_socket socket, unsigned interest, unsigned timeout_ms)
{
    uint64_t end = timeout_ms == 0 ? 0 : linux_monotonic_ms() + timeout_ms;
    struct pollfd wait = {.fd = socket};
    int n;

    if (interest & PLAT_READABLE)
        wait.events |= POLLIN;
    if (interest & PLAT_WRITABLE)
        wait.events |= POLLOUT;
    do
        n = poll(&wait, 1, left_of(end));
    while ((n < 0 && errno == EINTR) || (n == 0 && left_of(end) != 0));
    if (n < 0)
        return linux_socket_error(errno);
    return n == 0 ? ERROR_TIMEOUT : ERROR_SUCCESS;
}

/* The end of a connect that did not block: its result is the socket's pending error. */
static win_error finish(int fd, unsigned timeout_ms)
{
    int pending = 0;
    socklen_t size = sizeof pending;
    win_error error = plat_socket_wait(fd, PLAT_WRITABLE, timeout_ms);

    if (error)
        return error;
    if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &pending, &size) != 0)
        pending = errno;
    if (pending == ETIMEDOUT) /* the kernel's patience ended before the caller's */
        return ERROR_TIMEOUT;
    return pending == 0 ? ERROR_SUCCESS : linux_socket_error(pending);
}

static win_error connect_one(const struct plat_address *address, unsigned timeout_ms, plat_socket *connected)
{
    const int on = 1;
    union linux_sockaddr native;
    socklen_t size = linux_to_sockaddr(address, &native);
    int fd = socket(native.any.sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    win_error error = ERROR_SUCCESS;

    if (fd < 0)
        return linux_socket_error(errno);
    (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (connect(fd, &native.any, size) != 0)
        error = errno == EINPROGRESS || errno == EINTR ? finish(fd, timeout_ms) : linux_socket_error(errno);
    if (error) {
        plat_socket_close(fd);
        return error;
    }
    *connected = fd;
    return ERROR_SUCCESS;
}

win_error plat_connect(const struct plat_address *addresses, size_t count, unsigned timeout_ms,
                       plat_socket *socket, size_t *connected)
{
    win_error error = WSAEADDRNOTAVAIL;

    *socket = PLAT_NO_SOCKET;
    for (size_t i = 0; i < count; i++) {
        error = connect_one(&addresses[i], timeout_ms, socket);
        if (!error) {
            if (connected)
                *connected = i;
            break;
        }
    }
    return error;
}
