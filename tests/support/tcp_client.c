/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE
#include "support/tcp_client.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <cmocka.h>

int tcp_connect(uint16_t port, int receive_buffer)
{
    const struct sockaddr_in address = {
        .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    const struct timeval minute = {.tv_sec = 60};
    const int on = 1;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    assert_true(fd >= 0);
    if (receive_buffer > 0)
        assert_int_equal(setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof receive_buffer), 0);
    assert_int_equal(setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &minute, sizeof minute), 0);
    assert_int_equal(setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &minute, sizeof minute), 0);
    assert_int_equal(setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on), 0);
    assert_int_equal(connect(fd, (const struct sockaddr *)&address, sizeof address), 0);
    return fd;
}

void tcp_send(int socket, const void *data, size_t size)
{
    const char *next = data;

    while (size > 0) {
        ssize_t n = send(socket, next, size, MSG_NOSIGNAL);

        assert_true(n > 0);
        next += n;
        size -= (size_t)n;
    }
}

void tcp_send_text(int socket, const char *text)
{
    tcp_send(socket, text, strlen(text));
}

size_t tcp_receive(int socket, void *data, size_t size)
{
    char *next = data;
    size_t got = 0;

    while (got < size) {
        ssize_t n = recv(socket, next + got, size - got, 0);

        if (n <= 0)
            break;
        got += (size_t)n;
    }
    return got;
}

void tcp_receive_until(int socket, const char *mark, char *text, size_t size)
{
    size_t got = 0;

    text[0] = '\0';
    while (!strstr(text, mark)) {
        assert_true(got + 1 < size);
        if (tcp_receive(socket, text + got, 1) != 1)
            fail_msg("the connection ended behind: %s", text);
        text[++got] = '\0';
    }
}

bool tcp_ended(int socket)
{
    char byte;

    return tcp_receive(socket, &byte, 1) == 0;
}

bool tcp_can_send(int socket)
{
    return send(socket, "x", 1, MSG_NOSIGNAL) == 1;
}

void tcp_close(int socket)
{
    close(socket);
}

void tcp_reset(int socket)
{
    const struct linger now = {.l_onoff = 1, .l_linger = 0};

    (void)setsockopt(socket, SOL_SOCKET, SO_LINGER, &now, sizeof now);
    close(socket);
}
