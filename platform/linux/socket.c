/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE
#include "platform/net.h"

#include "linux/error.h"
#include "linux/sockaddr.h"

#include <errno.h>
#include <limits.h>
#include <netinet/tcp.h>
#include <unistd.h>

win_error plat_socket_local(plat_socket socket, struct plat_address *local)
{
    union linux_sockaddr native = {.any.sa_family = AF_UNSPEC};
    socklen_t size = sizeof native;

    if (getsockname(socket, &native.any, &size) != 0)
        return linux_socket_error(errno);
    linux_from_sockaddr(&native, local);
    return ERROR_SUCCESS;
}

static bool set_option(int fd, int level, int name)
{
    const int on = 1;

    return setsockopt(fd, level, name, &on, sizeof on) == 0;
}

win_error plat_listen(struct plat_address *address, unsigned backlog, plat_socket *listener)
{
    union linux_sockaddr native;
    socklen_t size = linux_to_sockaddr(address, &native);
    int fd = socket(native.any.sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    win_error error;

    *listener = PLAT_NO_SOCKET;
    if (fd < 0)
        return linux_socket_error(errno);
    if (!set_option(fd, SOL_SOCKET, SO_REUSEADDR) ||
        (address->is_ipv6 && !set_option(fd, IPPROTO_IPV6, IPV6_V6ONLY)) ||
        bind(fd, &native.any, size) != 0 || listen(fd, backlog > INT_MAX ? INT_MAX : (int)backlog) != 0)
        error = linux_socket_error(errno);
    else
        error = plat_socket_local(fd, address);
    if (error) {
        plat_socket_close(fd);
        return error;
    }
    *listener = fd;
    return ERROR_SUCCESS;
}

/* What Linux reports of a connection that died in the queue (accept(2)): try the next one. */
static bool belongs_to_peer(int error)
{
    return error == EINTR || error == ECONNABORTED || error == EPROTO || error == ENOPROTOOPT ||
           error == ENETDOWN || error == EHOSTDOWN || error == ENONET || error == EHOSTUNREACH ||
           error == ENETUNREACH;
}

win_error plat_accept(plat_socket listener, plat_socket *socket, struct plat_address *peer)
{
    union linux_sockaddr native = {.any.sa_family = AF_UNSPEC};
    socklen_t size;
    int fd;

    *socket = PLAT_NO_SOCKET;
    do {
        size = sizeof native;
        fd = accept4(listener, &native.any, &size, SOCK_CLOEXEC | SOCK_NONBLOCK);
    } while (fd < 0 && belongs_to_peer(errno));
    if (fd < 0)
        return linux_socket_error(errno);
    (void)set_option(fd, IPPROTO_TCP,
                     TCP_NODELAY); /* a connection that is gone already refuses it: read tells */
    linux_from_sockaddr(&native, peer);
    *socket = fd;
    return ERROR_SUCCESS;
}

win_error plat_receive(plat_socket socket, void *buffer, size_t size, size_t *got)
{
    ssize_t n;

    *got = 0;
    do
        n = recv(socket, buffer, size, 0);
    while (n < 0 && errno == EINTR);
    if (n < 0)
        return linux_socket_error(errno);
    *got = (size_t)n;
    return ERROR_SUCCESS;
}

win_error plat_send(plat_socket socket, const void *data, size_t size, size_t *sent)
{
    ssize_t n;

    *sent = 0;
    do
        n = send(socket, data, size, MSG_NOSIGNAL);
    while (n < 0 && errno == EINTR);
    if (n < 0)
        return linux_socket_error(errno);
    *sent = (size_t)n;
    return ERROR_SUCCESS;
}

void plat_socket_shutdown_send(plat_socket socket)
{
    (void)shutdown(socket, SHUT_WR);
}

void plat_socket_close(plat_socket socket)
{
    if (socket >= 0)
        close(socket);
}
