/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The transport against this project's own server, which asks for a certificate in the middle of a request.
 */
#include "unit/httpd/certs.h"
#include "unit/httpd/server_fixture.h"

#include "certstore/key.h"
#include "certstore/set.h"
#include "certstore/trust.h"
#include "winhttp/transport.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct test_cert root, server, alice, stranger_root, stranger;
static struct cert_set *roots;
static struct winhttp_transport *client;
static struct plat_span chain[1];
static struct cert_key *key;

static int make_certificates(void **state)
{
    struct plat_buffer pem;
    (void)state;
    test_cert_make(&root, &(struct test_cert_options){.subject = "Company", .is_ca = true});
    test_cert_make(&server,
                   &(struct test_cert_options){.subject = "Device", .issuer = &root, .for_servers = true});
    test_cert_make(&alice, &(struct test_cert_options){.subject = "Alice", .issuer = &root});
    test_cert_make(&stranger_root, &(struct test_cert_options){.subject = "Stranger", .is_ca = true});
    test_cert_make(&stranger, &(struct test_cert_options){.subject = "Alice", .issuer = &stranger_root});
    plat_buffer_init(&pem, 4096);
    test_key_pem(&alice, &pem);
    assert_int_equal(cert_key_parse(plat_span_of(pem.data, pem.size), &key, NULL), ERROR_SUCCESS);
    plat_buffer_free(&pem);
    assert_int_equal(cert_set_create(&roots), ERROR_SUCCESS);
    return cert_set_add(roots, root.cert.der, NULL) != ERROR_SUCCESS;
}

static int free_certificates(void **state)
{
    (void)state;
    test_cert_free(&root);
    test_cert_free(&server);
    test_cert_free(&alice);
    test_cert_free(&stranger_root);
    test_cert_free(&stranger);
    cert_key_free(key);
    cert_set_free(roots);
    return 0;
}

/* The port behind "https=127.0.0.1:". */
static uint16_t https_port(const struct server_fixture *f)
{
    static const char mark[] = "https=127.0.0.1:";
    struct plat_buffer text;
    plat_buffer_init(&text, 4096);
    httpd_server_describe(f->server, &text);
    const char *at = strstr(plat_buffer_text(&text), mark);
    assert_non_null(at);
    uint16_t port = (uint16_t)atoi(at + sizeof mark - 1);
    plat_buffer_free(&text);
    return port;
}

static int start(void **state)
{
    if (server_fixture_registry(state) != 0)
        return -1;
    struct server_fixture *f = *state;
    struct registry_scratch *r = f->registry;
    registry_add_cert(r, "MY", &server, true);
    registry_add_cert(r, "ROOT", &root, false);
    registry_set_dword(r, "SSL", "IsEnabled", 1);
    registry_set_dword(r, "SSL", "Port", 0);
    registry_set_text(r, "SSL", "CertificateSubject", "Device");
    registry_set_text(r, "VROOTS\\/certificate", "", "\\www");
    registry_set_dword(r, "VROOTS\\/certificate", "P", 0x61);
    registry_set_dword(r, "", "PostReadSize", 49152);
    return server_fixture_start(f);
}

/* The test's certificates name no host. */
static win_error judge(void *context, const struct winhttp_server *facts)
{
    (void)context;
    return facts->chain->finished && facts->chain->error == 0 ? ERROR_SUCCESS : ERROR_WINHTTP_SECURE_FAILURE;
}

static void connect_as(const struct server_fixture *f, enum winhttp_asked asked, const struct test_cert *who)
{
    struct winhttp_transport_options options = {
        .host = "127.0.0.1",
        .port = https_port(f),
        .secure = true,
        .timeouts = {20000, 20000, 20000, 20000},
        .trust = {.roots = roots},
        .judge = judge,
        .asked = asked,
        .identity = {.chain = chain, .count = 1, .key = key},
    };
    if (who != NULL)
        chain[0] = who->cert.der;
    assert_int_equal(winhttp_transport_create(&options, &client), ERROR_SUCCESS);
    assert_int_equal(winhttp_transport_connect(client), ERROR_SUCCESS);
}

static void hang_up(void)
{
    winhttp_transport_close(client);
    winhttp_transport_destroy(client);
}

/* Sends, and reads until the end of the connection. */
static win_error talk(const char *head, const void *body, size_t size, char *answer, size_t room)
{
    size_t used = 0, got = 1;
    win_error error = winhttp_transport_write(client, head, strlen(head));
    if (error == ERROR_SUCCESS)
        error = winhttp_transport_write(client, body, size);
    while (error == ERROR_SUCCESS && got != 0 && used < room - 1) {
        error = winhttp_transport_read(client, answer + used, room - 1 - used, &got);
        used += got;
    }
    answer[used] = '\0';
    return error;
}

#define GET_FILE "GET /certificate/file.txt HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"

static void test_the_right_certificate(void **state)
{
    char answer[4096];
    struct winhttp_certificate_request request;
    connect_as(*state, WINHTTP_ASK_GIVE, &alice);
    assert_int_equal(talk(GET_FILE, "", 0, answer, sizeof answer), ERROR_SUCCESS);
    assert_int_equal(strncmp(answer, "HTTP/1.1 200 ", 13), 0);
    assert_non_null(strstr(answer, "\r\n\r\na file\n"));
    assert_int_equal(winhttp_transport_renegotiations(client), 1);
    winhttp_transport_request(client, &request);
    assert_true(request.asked && request.given && request.ecdsa);
    hang_up();
}

static void test_nobody_asks_elsewhere(void **state)
{
    char answer[4096];
    struct winhttp_certificate_request request;
    connect_as(*state, WINHTTP_ASK_UNSET, NULL);
    assert_int_equal(talk("GET /www/file.txt HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", "", 0, answer,
                          sizeof answer),
                     ERROR_SUCCESS);
    assert_non_null(strstr(answer, "\r\n\r\na file\n"));
    winhttp_transport_request(client, &request);
    assert_false(request.asked);
    hang_up();
}

/* KB 909425: the error, the issuers, and again with a certificate. */
static void test_needed_then_given(void **state)
{
    char answer[4096];
    struct winhttp_certificate_request request;
    connect_as(*state, WINHTTP_ASK_UNSET, NULL);
    assert_int_equal(talk(GET_FILE, "", 0, answer, sizeof answer), ERROR_WINHTTP_CLIENT_AUTH_CERT_NEEDED);
    winhttp_transport_request(client, &request);
    assert_int_equal(request.issuer_count, 1);
    assert_true(cert_name_equal(request.issuers[0], alice.cert.issuer));
    hang_up();
    test_the_right_certificate(state);
}

static void test_none_is_forbidden(void **state)
{
    char answer[4096];
    connect_as(*state, WINHTTP_ASK_NONE, NULL);
    assert_int_equal(talk(GET_FILE, "", 0, answer, sizeof answer), ERROR_SUCCESS);
    assert_int_equal(strncmp(answer, "HTTP/1.1 403 ", 13), 0);
    hang_up();
}

/* Its key is not known here: the server finds no proof of possession. */
static void test_a_strangers_certificate(void **state)
{
    char answer[4096];
    connect_as(*state, WINHTTP_ASK_GIVE, &stranger);
    win_error error = talk(GET_FILE, "", 0, answer, sizeof answer);
    assert_true(error == ERROR_WINHTTP_CONNECTION_ERROR || error == ERROR_WINHTTP_SECURE_CHANNEL_ERROR);
    assert_string_equal(answer, "");
    hang_up();
}

/* The server asks while the body is on its way. */
static void test_asked_in_a_body(void **state)
{
    static char body[40000];
    char answer[4096];
    memset(body, 'b', sizeof body);
    connect_as(*state, WINHTTP_ASK_GIVE, &alice);
    assert_int_equal(talk("POST /certificate/file.txt HTTP/1.1\r\nHost: x\r\nConnection: "
                          "close\r\nContent-Length: 40000\r\n\r\n",
                          body, sizeof body, answer, sizeof answer),
                     ERROR_SUCCESS);
    assert_int_equal(strncmp(answer, "HTTP/1.1 405 ", 13), 0); /* not 403: the certificate came */
    assert_int_equal(winhttp_transport_renegotiations(client), 1);
    hang_up();
}

static void test_many_requests(void **state)
{
    static const char head[] = "GET /certificate/file.txt HTTP/1.1\r\nHost: x\r\n\r\n";
    connect_as(*state, WINHTTP_ASK_GIVE, &alice);
    for (unsigned i = 0; i < 20; i++) {
        char answer[4096] = "";
        size_t used = 0, got = 1;
        assert_int_equal(winhttp_transport_write(client, head, sizeof head - 1), ERROR_SUCCESS);
        while (got != 0 && strstr(answer, "\r\n\r\na file\n") == NULL) {
            assert_int_equal(winhttp_transport_read(client, answer + used, sizeof answer - 1 - used, &got),
                             ERROR_SUCCESS);
            used += got;
        }
        assert_true(winhttp_transport_usable(client));
    }
    assert_int_equal(winhttp_transport_renegotiations(client), 1);
    hang_up();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_the_right_certificate, start, server_fixture_teardown),
        cmocka_unit_test_setup_teardown(test_nobody_asks_elsewhere, start, server_fixture_teardown),
        cmocka_unit_test_setup_teardown(test_needed_then_given, start, server_fixture_teardown),
        cmocka_unit_test_setup_teardown(test_none_is_forbidden, start, server_fixture_teardown),
        cmocka_unit_test_setup_teardown(test_a_strangers_certificate, start, server_fixture_teardown),
        cmocka_unit_test_setup_teardown(test_asked_in_a_body, start, server_fixture_teardown),
        cmocka_unit_test_setup_teardown(test_many_requests, start, server_fixture_teardown),
    };
    return cmocka_run_group_tests_name("transport and httpd", tests, make_certificates, free_certificates);
}
