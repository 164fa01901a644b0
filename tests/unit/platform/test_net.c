/* SPDX-License-Identifier: Apache-2.0 */
/* Sockets and the poller. */
#define _GNU_SOURCE
#include "scratch.h"

#include "platform/fake.h"
#include "platform/net.h"

#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <netinet/in.h>
#include <netinet/tcp.h>

static uint64_t real_ms(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

static plat_socket listen_on(const char *text, struct plat_address *address)
{
    plat_socket listener;

    assert_true(plat_address_parse(text, address));
    assert_int_equal(plat_listen(address, 10, &listener), ERROR_SUCCESS);
    assert_int_not_equal(address->port, 0);
    return listener;
}

/* A blocking client of our own. */
static int connect_to(const struct plat_address *address)
{
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(address->port)};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    memcpy(&to.sin_addr, address->bytes, 4);
    assert_true(fd >= 0);
    assert_int_equal(connect(fd, (struct sockaddr *)&to, sizeof to), 0);
    return fd;
}

static int connect_ipv6(struct sockaddr_in6 *to, uint16_t port)
{
    int fd = socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);

    to->sin6_port = htons(port);
    assert_true(fd >= 0);
    assert_int_equal(connect(fd, (struct sockaddr *)to, sizeof *to), 0);
    return fd;
}

static unsigned wait_for(struct plat_poller *poller, void *context, int timeout_ms)
{
    struct plat_event events[8];
    unsigned ready = 0;
    size_t count;

    assert_int_equal(plat_poller_wait(poller, events, ELEMENTS(events), timeout_ms, &count), ERROR_SUCCESS);
    for (size_t i = 0; i < count; i++)
        if (events[i].context == context)
            ready |= events[i].ready;
    return ready;
}

static plat_socket accept_one(struct plat_poller *poller, plat_socket listener, struct plat_address *peer)
{
    plat_socket socket;

    assert_int_equal(plat_poller_add(poller, listener, PLAT_READABLE, &listener), ERROR_SUCCESS);
    assert_int_equal(wait_for(poller, &listener, 60000), PLAT_READABLE);
    assert_int_equal(plat_accept(listener, &socket, peer), ERROR_SUCCESS);
    plat_poller_remove(poller, listener);
    return socket;
}

static void conversation(void **state)
{
    struct plat_address address, peer, local;
    plat_socket listener = listen_on("127.0.0.1", &address);
    struct plat_poller *poller;
    plat_socket socket;
    char text[16];
    size_t n;
    int client, on = 0;
    socklen_t size = sizeof on;

    (void)state;
    assert_int_equal(plat_poller_create(&poller), ERROR_SUCCESS);
    assert_int_equal(plat_accept(listener, &socket, &peer), WSAEWOULDBLOCK);
    assert_int_equal(socket, PLAT_NO_SOCKET);
    client = connect_to(&address);
    socket = accept_one(poller, listener, &peer);
    assert_int_equal(plat_socket_local(socket, &local), ERROR_SUCCESS);
    assert_true(plat_address_equal(&local, &address));
    assert_false(peer.is_ipv6);
    assert_memory_equal(peer.bytes, "\x7F\0\0\1", 4);
    assert_int_equal(getsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, &size), 0);
    assert_int_not_equal(on, 0);
    assert_true(fcntl(socket, F_GETFD) & FD_CLOEXEC);
    assert_true(fcntl(listener, F_GETFD) & FD_CLOEXEC);

    assert_int_equal(plat_receive(socket, text, sizeof text, &n), WSAEWOULDBLOCK);
    assert_int_equal(n, 0);
    assert_int_equal(plat_poller_add(poller, socket, PLAT_READABLE, &socket), ERROR_SUCCESS);
    assert_int_equal(wait_for(poller, &socket, 0), 0);
    assert_int_equal(write(client, "ping", 4), 4);
    assert_int_equal(wait_for(poller, &socket, 60000), PLAT_READABLE);
    assert_int_equal(wait_for(poller, &socket, 60000), PLAT_READABLE); /* level-triggered */
    assert_int_equal(plat_receive(socket, text, sizeof text, &n), ERROR_SUCCESS);
    assert_int_equal(n, 4);
    assert_int_equal(plat_poller_change(poller, socket, PLAT_READABLE | PLAT_WRITABLE, &socket),
                     ERROR_SUCCESS);
    assert_int_equal(wait_for(poller, &socket, 60000), PLAT_WRITABLE);
    assert_int_equal(plat_send(socket, "pong", 4, &n), ERROR_SUCCESS);
    assert_int_equal(n, 4);
    plat_socket_shutdown_send(socket);
    assert_int_equal(read(client, text, sizeof text), 4);
    assert_int_equal(read(client, text, sizeof text), 0);

    assert_int_equal(plat_poller_change(poller, socket, PLAT_READABLE, &socket), ERROR_SUCCESS);
    close(client);
    assert_true(wait_for(poller, &socket, 60000) & PLAT_READABLE);
    assert_int_equal(plat_receive(socket, text, sizeof text, &n), ERROR_SUCCESS);
    assert_int_equal(n, 0); /* the peer closed its side */
    plat_socket_close(socket);
    plat_socket_close(listener);
    plat_socket_close(PLAT_NO_SOCKET);
    plat_poller_destroy(poller);
    plat_poller_destroy(NULL);
}

/* Without SIGPIPE, and a full send buffer is WSAEWOULDBLOCK. */
static void peer_is_gone(void **state)
{
    static char block[65536];
    struct plat_address address, peer;
    plat_socket listener = listen_on("127.0.0.1", &address);
    struct linger reset = {.l_onoff = 1, .l_linger = 0};
    struct plat_poller *poller;
    win_error error;
    plat_socket socket;
    size_t n;
    int client;

    (void)state;
    assert_int_equal(plat_poller_create(&poller), ERROR_SUCCESS);
    client = connect_to(&address);
    socket = accept_one(poller, listener, &peer);
    do
        error = plat_send(socket, block, sizeof block, &n);
    while (error == ERROR_SUCCESS);
    assert_int_equal(error, WSAEWOULDBLOCK);
    assert_int_equal(setsockopt(client, SOL_SOCKET, SO_LINGER, &reset, sizeof reset), 0);
    close(client);
    assert_int_equal(plat_poller_add(poller, socket, 0, &socket), ERROR_SUCCESS);
    assert_true(wait_for(poller, &socket, 60000) & PLAT_CLOSED); /* though nothing was asked for */
    assert_int_equal(plat_receive(socket, block, sizeof block, &n), WSAECONNRESET);
    assert_int_equal(plat_send(socket, block, sizeof block, &n), WSAECONNRESET); /* EPIPE, and we live */
    plat_socket_close(socket);
    plat_socket_close(listener);
    plat_poller_destroy(poller);
}

static void listen_errors(void **state)
{
    struct plat_address address, again;
    plat_socket listener = listen_on("127.0.0.1", &address);
    plat_socket second;

    (void)state;
    again = address;
    assert_int_equal(plat_listen(&again, 10, &second), WSAEADDRINUSE);
    assert_int_equal(second, PLAT_NO_SOCKET);
    assert_true(plat_address_parse("192.0.2.1", &again)); /* TEST-NET-1: nobody's */
    assert_int_equal(plat_listen(&again, 10, &second), WSAEADDRNOTAVAIL);
    plat_socket_close(listener);
    assert_int_equal(plat_listen(&address, 10, &second), ERROR_SUCCESS); /* at once, SO_REUSEADDR */
    plat_socket_close(second);
}

/* An IPv6 listener leaves the port of IPv4 alone */
static void ipv6_only(void **state)
{
    struct plat_address v6, v4, peer;
    plat_socket listener6, listener4, socket;
    struct sockaddr_in6 to = {.sin6_family = AF_INET6, .sin6_addr = IN6ADDR_LOOPBACK_INIT};
    struct plat_poller *poller;
    char text[PLAT_ADDRESS_TEXT_SIZE];
    int client;

    (void)state;
    assert_true(plat_address_parse("::1", &v6));
    if (plat_listen(&v6, 10, &listener6) == WSAEADDRNOTAVAIL)
        skip(); /* no IPv6 here */
    assert_true(plat_address_parse("127.0.0.1", &v4));
    v4.port = v6.port;
    assert_int_equal(plat_listen(&v4, 10, &listener4), ERROR_SUCCESS);
    assert_int_equal(plat_poller_create(&poller), ERROR_SUCCESS);
    client = connect_ipv6(&to, v6.port);
    socket = accept_one(poller, listener6, &peer);
    plat_address_text(&peer, text);
    assert_string_equal(text, "::1");
    assert_int_not_equal(peer.port, 0);
    close(client);
    plat_socket_close(socket);
    plat_socket_close(listener6);
    plat_socket_close(listener4);
    plat_poller_destroy(poller);
}

/* In a network of its own, where nobody else can come: the any-addresses of both kinds, on one port. */
static int listen_everywhere(void)
{
    struct plat_address v6, v4;
    plat_socket listener;
    win_error error;

    if (unshare(CLONE_NEWNET) != 0 && unshare(CLONE_NEWUSER | CLONE_NEWNET) != 0)
        return 77;
    if (!plat_address_parse("::", &v6) || !plat_address_parse("0.0.0.0", &v4))
        return 1;
    error = plat_listen(&v6, 10, &listener);
    if (error)
        return error == WSAEADDRNOTAVAIL ? 77 : 2;
    v4.port = v6.port;
    return plat_listen(&v4, 10, &listener) == ERROR_SUCCESS ? 0 : 3;
}

static void any_address(void **state)
{
    pid_t child = fork();
    int status;

    (void)state;
    if (child == 0)
        _exit(listen_everywhere());
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    if (WEXITSTATUS(status) == 77)
        skip(); /* no IPv6, or no right to a network */
    assert_int_equal(WEXITSTATUS(status), 0);
}

static void too_many_files(void **state)
{
    struct plat_address address, peer;
    plat_socket listener = listen_on("127.0.0.1", &address);
    int client = connect_to(&address);
    struct rlimit before, none;
    plat_socket socket;
    win_error error;

    (void)state;
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
    none = before;
    none.rlim_cur = 0;
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &none), 0);
    error = plat_accept(listener, &socket, &peer);
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
    if (error == ERROR_SUCCESS)
        skip(); /* an emulator that keeps the limit to itself */
    assert_int_equal(error, ERROR_TOO_MANY_OPEN_FILES);
    assert_int_equal(plat_accept(listener, &socket, &peer), ERROR_SUCCESS); /* it was kept */
    plat_socket_close(socket);
    plat_socket_close(listener);
    close(client);
}

static void wakes(void **state)
{
    struct plat_poller *poller;
    struct plat_event events[4];
    uint64_t start;
    size_t count;

    (void)state;
    assert_int_equal(plat_poller_create(&poller), ERROR_SUCCESS);
    start = real_ms();
    assert_int_equal(plat_poller_wait(poller, events, 4, 30, &count), ERROR_SUCCESS);
    assert_int_equal(count, 0);
    assert_true(real_ms() - start >= 29);
    plat_poller_wake(poller); /* before the wait: not lost; three become one */
    plat_poller_wake(poller);
    plat_poller_wake(poller);
    assert_int_equal(plat_poller_wait(poller, events, 4, -1, &count), ERROR_SUCCESS);
    assert_int_equal(count, 1);
    assert_null(events[0].context);
    assert_int_equal(plat_poller_wait(poller, events, 4, 0, &count), ERROR_SUCCESS);
    assert_int_equal(count, 0);
    assert_int_equal(plat_poller_wait(poller, events, 0, 0, &count), ERROR_INVALID_PARAMETER);
    plat_poller_destroy(poller);
}

static struct plat_poller *signalled;

static void on_alarm(int number)
{
    (void)number;
    if (signalled)
        plat_poller_wake(signalled);
}

static void set_alarm(unsigned ms)
{
    const struct itimerval timer = {.it_value.tv_usec = (suseconds_t)ms * 1000};
    struct sigaction action = {.sa_handler = on_alarm}; /* without SA_RESTART */

    assert_int_equal(sigaction(SIGALRM, &action, NULL), 0);
    assert_int_equal(setitimer(ITIMER_REAL, &timer, NULL), 0);
}

static void wake_from_a_signal(void **state)
{
    struct plat_event events[4];
    size_t count;

    (void)state;
    assert_int_equal(plat_poller_create(&signalled), ERROR_SUCCESS);
    set_alarm(20);
    assert_int_equal(plat_poller_wait(signalled, events, 4, -1, &count), ERROR_SUCCESS);
    assert_int_equal(count, 1);
    assert_null(events[0].context);
    plat_poller_destroy(signalled);
    signalled = NULL;
}

/* A signal that wakes nobody does not shorten the wait. */
static void interrupted(void **state)
{
    struct plat_poller *poller;
    struct plat_event events[4];
    uint64_t start;
    size_t count;

    (void)state;
    assert_int_equal(plat_poller_create(&poller), ERROR_SUCCESS);
    start = real_ms();
    set_alarm(10);
    assert_int_equal(plat_poller_wait(poller, events, 4, 100, &count), ERROR_SUCCESS);
    assert_int_equal(count, 0);
    assert_in_range(real_ms() - start, 99, 60000);
    plat_poller_destroy(poller);
}

static void *wake_often(void *context)
{
    for (int i = 0; i < 2000; i++)
        plat_poller_wake(context);
    return NULL;
}

/* Whatever the timing, after the last wake there is one more return: no wake is lost. */
static void wake_from_a_thread(void **state)
{
    struct plat_poller *poller;

    (void)state;
    assert_int_equal(plat_poller_create(&poller), ERROR_SUCCESS);
    for (int round = 0; round < 20; round++) {
        struct plat_event events[4];
        size_t count;
        pthread_t thread;

        assert_int_equal(pthread_create(&thread, NULL, wake_often, poller), 0);
        assert_int_equal(plat_poller_wait(poller, events, 4, 60000, &count), ERROR_SUCCESS);
        assert_int_equal(count, 1);
        pthread_join(thread, NULL);
        plat_poller_wake(poller);
        assert_int_equal(plat_poller_wait(poller, events, 4, 60000, &count), ERROR_SUCCESS);
        assert_int_equal(count, 1);
        assert_int_equal(plat_poller_wait(poller, events, 4, 0, &count), ERROR_SUCCESS);
        assert_int_equal(count, 0);
    }
    plat_poller_destroy(poller);
}

/* More sockets than one wait reports, and more than it asks the system for at once. */
static void many_sockets(void **state)
{
    enum { MANY = 100 };
    struct plat_poller *poller;
    int pairs[MANY][2];
    bool seen[MANY] = {false};
    unsigned left = MANY;

    (void)state;
    assert_int_equal(plat_poller_create(&poller), ERROR_SUCCESS);
    for (int i = 0; i < MANY; i++) {
        assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, pairs[i]), 0);
        assert_int_equal(plat_poller_add(poller, pairs[i][0], PLAT_READABLE, &pairs[i]), ERROR_SUCCESS);
        assert_int_equal(write(pairs[i][1], "x", 1), 1);
    }
    while (left > 0) {
        struct plat_event events[200];
        size_t count;

        assert_int_equal(plat_poller_wait(poller, events, left % 2 ? 3 : ELEMENTS(events), 60000, &count),
                         ERROR_SUCCESS);
        assert_int_not_equal(count, 0);
        for (size_t i = 0; i < count; i++) {
            long index = (int(*)[2])events[i].context - pairs;
            char c;
            size_t got;

            assert_false(seen[index]);
            seen[index] = true;
            assert_int_equal(plat_receive(pairs[index][0], &c, 1, &got), ERROR_SUCCESS);
            left--;
        }
    }
    for (int i = 0; i < MANY; i++) {
        plat_poller_remove(poller, pairs[i][0]);
        close(pairs[i][0]);
        close(pairs[i][1]);
    }
    assert_int_equal(plat_poller_add(poller, -1, PLAT_READABLE, NULL), ERROR_INVALID_HANDLE);
    plat_poller_destroy(poller);
}

static void no_memory(void **state)
{
    struct plat_poller *poller;

    (void)state;
    plat_fake_memory_fail(1, false);
    assert_int_equal(plat_poller_create(&poller), ERROR_NOT_ENOUGH_MEMORY);
    assert_null(poller);
    plat_fake_memory_fail(0, false);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(conversation),  cmocka_unit_test(peer_is_gone),
        cmocka_unit_test(listen_errors), cmocka_unit_test(ipv6_only),
        cmocka_unit_test(any_address),   cmocka_unit_test(too_many_files),
        cmocka_unit_test(wakes),         cmocka_unit_test(wake_from_a_signal),
        cmocka_unit_test(interrupted),   cmocka_unit_test(wake_from_a_thread),
        cmocka_unit_test(many_sockets),  cmocka_unit_test(no_memory),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
