/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "platform/clock.h"
#include "platform/connect.h"

static struct plat_address address_of(const char *text, uint16_t port)
{
    struct plat_address address;
    assert_true(plat_address_parse(text, &address));
    address.port = port;
    return address;
}

static plat_socket listen_on(const char *text, uint16_t *port)
{
    struct plat_address address = address_of(text, 0);
    plat_socket listener;
    assert_int_equal(plat_listen(&address, 4, &listener), ERROR_SUCCESS);
    *port = address.port;
    return listener;
}

static void test_literals(void **state)
{
    static const char *const hosts[][2] = {
        {"127.0.0.1", "127.0.0.1"}, {"::1", "::1"}, {"[::1]", "::1"}, {"10.1.2.3", "10.1.2.3"}};
    struct plat_address addresses[LIMIT_ADDRESSES];
    size_t count;
    (void)state;
    for (size_t i = 0; i < sizeof hosts / sizeof hosts[0]; i++) {
        const struct plat_address wanted = address_of(hosts[i][1], 81);
        assert_int_equal(plat_resolve(hosts[i][0], 81, 0, addresses, LIMIT_ADDRESSES, &count), ERROR_SUCCESS);
        assert_int_equal(count, 1);
        assert_true(plat_address_equal(&addresses[0], &wanted));
        assert_int_equal(addresses[0].port, 81);
    }
    assert_int_equal(plat_resolve("127.0.0.1", 81, 0, addresses, 0, &count), ERROR_SUCCESS);
    assert_int_equal(count, 0);
}

/* With and without a thread. */
static void test_names(void **state)
{
    static const unsigned timeouts[] = {0, 20000};
    struct plat_address addresses[LIMIT_ADDRESSES];
    char long_name[LIMIT_HOST_NAME + 2];
    size_t count;
    (void)state;
    memset(long_name, 'a', sizeof long_name - 1);
    long_name[sizeof long_name - 1] = '\0';
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(plat_resolve("localhost", 8080, timeouts[i], addresses, LIMIT_ADDRESSES, &count),
                         ERROR_SUCCESS);
        assert_in_range(count, 1, LIMIT_ADDRESSES);
        assert_int_equal(addresses[0].port, 8080);
        assert_int_equal(plat_resolve("a..b", 80, timeouts[i], addresses, LIMIT_ADDRESSES, &count),
                         ERROR_NOT_FOUND);
        assert_int_equal(count, 0);
        assert_int_equal(plat_resolve("", 80, timeouts[i], addresses, LIMIT_ADDRESSES, &count),
                         ERROR_NOT_FOUND);
        assert_int_equal(plat_resolve("[127.0.0.1]", 80, timeouts[i], addresses, LIMIT_ADDRESSES, &count),
                         ERROR_NOT_FOUND);
        assert_int_equal(plat_resolve(long_name, 80, timeouts[i], addresses, LIMIT_ADDRESSES, &count),
                         ERROR_NOT_FOUND);
    }
}

static void test_the_first_that_answers(void **state)
{
    uint16_t port;
    plat_socket listener = listen_on("127.0.0.1", &port), client, server;
    struct plat_address addresses[] = {address_of("127.0.0.2", port), address_of("127.0.0.3", port),
                                       address_of("127.0.0.1", port)};
    struct plat_address peer;
    size_t which = 9, count;
    uint8_t byte = 0;
    (void)state;
    assert_int_equal(plat_connect(addresses, 3, 10000, &client, &which), ERROR_SUCCESS);
    assert_int_equal(which, 2);
    assert_int_equal(plat_socket_wait(listener, PLAT_READABLE, 10000), ERROR_SUCCESS);
    assert_int_equal(plat_accept(listener, &server, &peer), ERROR_SUCCESS);
    assert_int_equal(plat_receive(client, &byte, 1, &count), WSAEWOULDBLOCK);
    assert_int_equal(plat_send(server, "x", 1, &count), ERROR_SUCCESS);
    assert_int_equal(plat_socket_wait(client, PLAT_READABLE, 10000), ERROR_SUCCESS);
    assert_int_equal(plat_receive(client, &byte, 1, &count), ERROR_SUCCESS);
    assert_int_equal(byte, 'x');
    plat_socket_close(client);
    plat_socket_close(server);
    plat_socket_close(listener);
}

static void test_nobody(void **state)
{
    uint16_t port;
    plat_socket listener = listen_on("127.0.0.1", &port), client;
    struct plat_address addresses[] = {address_of("127.0.0.2", port), address_of("127.0.0.1", port)};
    (void)state;
    plat_socket_close(listener);
    assert_int_equal(plat_connect(addresses, 2, 10000, &client, NULL), WSAECONNREFUSED);
    assert_int_equal(client, PLAT_NO_SOCKET);
    assert_int_equal(plat_connect(addresses, 0, 10000, &client, NULL), WSAEADDRNOTAVAIL);
}

/* A queue of waiting connections that is full: the kernel leaves further ones without an answer. */
static void test_connecting_takes_too_long(void **state)
{
    struct plat_address address = address_of("127.0.0.1", 0);
    plat_socket listener, clients[16];
    win_error error = ERROR_SUCCESS;
    size_t count = 0;
    (void)state;
    assert_int_equal(plat_listen(&address, 0, &listener), ERROR_SUCCESS);
    while (count < 16 && error == ERROR_SUCCESS)
        error = plat_connect(&address, 1, 200, &clients[count++], NULL);
    assert_int_equal(error, ERROR_TIMEOUT);
    while (count-- > 0)
        plat_socket_close(clients[count]);
    plat_socket_close(listener);
}

static void test_waiting(void **state)
{
    uint16_t port;
    plat_socket listener = listen_on("127.0.0.1", &port);
    uint64_t before = plat_clock_monotonic_ms();
    (void)state;
    assert_int_equal(plat_socket_wait(listener, PLAT_READABLE, 30), ERROR_TIMEOUT);
    assert_true(plat_clock_monotonic_ms() - before >= 30);
    plat_socket_close(listener);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_literals),
        cmocka_unit_test(test_names),
        cmocka_unit_test(test_the_first_that_answers),
        cmocka_unit_test(test_nobody),
        cmocka_unit_test(test_connecting_takes_too_long),
        cmocka_unit_test(test_waiting),
    };
    return cmocka_run_group_tests_name("connecting", tests, NULL, NULL);
}
