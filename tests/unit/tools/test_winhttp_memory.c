/* SPDX-License-Identifier: Apache-2.0 */
/* Every allocation of a connection fails once: it ends in an error, and nothing is lost. */
#include "tls_server.h"

#include "certstore/set.h"
#include "platform/fake.h"
#include "winhttp/transport.h"

#include <string.h>

static struct tls_person ca, host;
static struct cert_set *roots;
static struct tls_server server;

static int make_people(void **state)
{
    (void)state;
    plat_fake_clock_set(INT64_C(1700000000));
    tls_person_make(&ca, CERT_KEY_EC_P256, "Authority", NULL, TLS_PERSON_CA);
    tls_person_make(&host, CERT_KEY_EC_P256, "Host", &ca, TLS_PERSON_LOCALHOST);
    assert_int_equal(cert_set_create(&roots), ERROR_SUCCESS);
    return cert_set_add(roots, ca.cert.der, NULL) != ERROR_SUCCESS;
}

static int free_people(void **state)
{
    (void)state;
    tls_person_free(&ca);
    tls_person_free(&host);
    cert_set_free(roots);
    return 0;
}

/* The server allocates nothing: this client sends no certificate. */
static win_error exchange(const br_x500_name *names, size_t count, unsigned nth)
{
    struct winhttp_transport *client = NULL;
    uint8_t byte;
    size_t got;
    memset(&server, 0, sizeof server);
    server.person = &host;
    server.names = names;
    server.name_count = count;
    tls_server_start(&server);
    const struct winhttp_transport_options options = {.host = "127.0.0.1",
                                                      .port = server.port,
                                                      .secure = true,
                                                      .timeouts = {20000, 20000, 20000, 20000},
                                                      .trust = {.roots = roots},
                                                      .asked = WINHTTP_ASK_NONE};
    plat_fake_memory_fail(nth, false);
    win_error error = winhttp_transport_create(&options, &client);
    if (error != ERROR_SUCCESS) /* the server still waits for somebody */
        assert_int_equal(winhttp_transport_create(&options, &client), ERROR_SUCCESS);
    win_error connected = winhttp_transport_connect(client);
    error = error == ERROR_SUCCESS ? connected : error;
    if (error == ERROR_SUCCESS)
        error = winhttp_transport_write(client, "x", 1);
    if (error == ERROR_SUCCESS)
        error = winhttp_transport_read(client, &byte, 1, &got);
    winhttp_transport_close(client);
    winhttp_transport_destroy(client);
    tls_server_stop(&server);
    return error;
}

static void test_each_allocation_fails(void **state)
{
    static uint8_t bytes[20];
    br_x500_name names[20];
    unsigned nth = 0;
    (void)state;
    for (size_t i = 0; i < ELEMENTS(names); i++)
        names[i] = (br_x500_name){.data = bytes, .len = sizeof bytes};
    size_t live = plat_fake_memory_live();
    for (;;) {
        win_error error = exchange(names, ELEMENTS(names), ++nth);
        assert_int_equal(plat_fake_memory_live(), live);
        if (plat_fake_memory_failures() == 0) {
            assert_int_equal(error, ERROR_SUCCESS);
            break;
        }
        /* What the chain engine could not finish is a chain that is not trusted. */
        assert_true(error == ERROR_NOT_ENOUGH_MEMORY || error == ERROR_WINHTTP_SECURE_FAILURE);
    }
    assert_in_range(nth, 6, 100);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_each_allocation_fails)};
    return cmocka_run_group_tests_name("transport without memory", tests, make_people, free_people);
}
