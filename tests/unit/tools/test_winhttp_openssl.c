/* SPDX-License-Identifier: Apache-2.0 */
/* The transport against openssl s_server, where there is one: somebody else's TLS. */
#include "unit/certstore/maker.h"
#include "unit/certstore/other_tools.h"
#include "unit/platform/scratch.h"

#include "certstore/key.h"
#include "certstore/set.h"
#include "platform/clock.h"
#include "winhttp/transport.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct winhttp_transport *client;
static struct cert_set *roots;
static struct plat_buffer chain_der;
static struct plat_span chain[1];
static struct cert_key *key;
static uint16_t port;

/* Three authorities that the server trusts, one that it does not. NAME.pem, NAME.key, NAME.der */
static const char make_all[] =
    "set -e; ca() { openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout $1.key -out "
    "$1.pem "
    "-subj /CN=$1 -days 2 -addext basicConstraints=critical,CA:TRUE; }; "
    "leaf() { openssl req -x509 -newkey $3 -nodes -keyout $1.key -out $1.pem -subj /CN=$1 -days 2 -CA $2.pem "
    "-CAkey $2.key "
    "-addext basicConstraints=critical,CA:FALSE -addext extendedKeyUsage=$4 -addext "
    "subjectAltName=DNS:localhost,IP:127.0.0.1; "
    "openssl x509 -in $1.pem -outform DER -out $1.der; }; "
    "for i in ca1 ca2 ca3 ca4; do ca $i; done; cat ca1.pem ca2.pem ca3.pem >all.pem; openssl x509 -in "
    "ca1.pem -outform DER -out ca1.der; "
    "leaf server ca1 'ec -pkeyopt ec_paramgen_curve:P-256' serverAuth; leaf server_rsa ca1 rsa:2048 "
    "serverAuth; "
    "leaf rsa ca2 rsa:2048 clientAuth; leaf p256 ca3 'ec -pkeyopt ec_paramgen_curve:P-256' clientAuth; "
    "leaf p384 ca2 'ec -pkeyopt ec_paramgen_curve:P-384' clientAuth; leaf p521 ca2 'ec -pkeyopt "
    "ec_paramgen_curve:P-521' clientAuth; "
    "leaf alien ca4 'ec -pkeyopt ec_paramgen_curve:P-256' clientAuth";

static void *shared; /* the scratch folder */

static int make_files(void **state)
{
    struct plat_buffer der;
    (void)state;
    if (!tool_there("openssl") || scratch_setup(&shared) != 0)
        return 0;
    tool_run(&shared, make_all);
    plat_buffer_init(&der, 1U << 16);
    plat_buffer_init(&chain_der, 1U << 16);
    assert_int_equal(cert_set_create(&roots), ERROR_SUCCESS);
    assert_int_equal(cert_set_add(roots, tool_read(&shared, "ca1.der", &der), NULL), ERROR_SUCCESS);
    plat_buffer_free(&der);
    return 0;
}

static int remove_files(void **state)
{
    (void)state;
    if (shared == NULL)
        return 0;
    cert_set_free(roots);
    plat_buffer_free(&chain_der);
    return scratch_teardown(&shared);
}

/*
 * One connection; readiness is what it prints. Its standard input is the pipe "in", held open by a second
 * process.
 */
static void start_server(const char *arguments)
{
    char command[1000];
    struct plat_buffer said;
    snprintf(command, sizeof command,
             "rm -f in said.txt; mkfifo in; sleep 120 >in & echo $! >holder; "
             "openssl s_server -accept 127.0.0.1:0 -naccept 1 -tls1_2 %s <in >said.txt 2>&1 & echo $! "
             ">server.pid; "
             "n=0; until grep -q ^ACCEPT said.txt; do n=$((n + 1)); test $n -lt 400; sleep 0.05; done",
             arguments);
    tool_run(&shared, command);
    plat_buffer_init(&said, 1U << 16);
    (void)tool_read(&shared, "said.txt", &said);
    const char *at = strstr(plat_buffer_text(&said), "ACCEPT 127.0.0.1:");
    assert_non_null(at);
    port = (uint16_t)atoi(at + sizeof "ACCEPT 127.0.0.1:" - 1);
    plat_buffer_free(&said);
}

static int no_server(void **state)
{
    (void)state;
    winhttp_transport_destroy(client);
    client = NULL;
    cert_key_free(key);
    key = NULL;
    if (shared != NULL)
        tool_run(&shared, "for i in server.pid holder; do if test -f $i; then kill $(cat $i) 2>/dev/null || "
                          ":; rm $i; fi; done");
    return 0;
}

static win_error connect_as(enum winhttp_asked asked, const char *name)
{
    struct winhttp_transport_options options = {.host = "127.0.0.1",
                                                .port = port,
                                                .secure = true,
                                                .timeouts = {20000, 20000, 20000, 20000},
                                                .trust = {.roots = roots},
                                                .asked = asked};
    if (asked == WINHTTP_ASK_GIVE) {
        char file[32];
        struct plat_buffer pem;
        plat_buffer_init(&pem, 1U << 16);
        snprintf(file, sizeof file, "%s.key", name);
        assert_int_equal(cert_key_parse(tool_read(&shared, file, &pem), &key, NULL), ERROR_SUCCESS);
        plat_buffer_free(&pem);
        snprintf(file, sizeof file, "%s.der", name);
        chain[0] = tool_read(&shared, file, &chain_der);
        options.identity = (struct winhttp_identity){.chain = chain, .count = 1, .key = key};
    }
    assert_int_equal(winhttp_transport_create(&options, &client), ERROR_SUCCESS);
    return winhttp_transport_connect(client);
}

static win_error read_line(char *line, size_t room)
{
    size_t used = 0, got = 1;
    win_error error = ERROR_SUCCESS;
    while (error == ERROR_SUCCESS && got != 0 && used < room - 1 && (used == 0 || line[used - 1] != '\n')) {
        error = winhttp_transport_read(client, line + used, room - 1 - used, &got);
        used += got;
    }
    line[used] = '\0';
    return error;
}

/* s_server -rev */
static win_error reversed(void)
{
    char line[32] = "";
    win_error error = winhttp_transport_write(client, "abc\n", 4);
    if (error == ERROR_SUCCESS)
        error = read_line(line, sizeof line);
    if (error == ERROR_SUCCESS)
        assert_string_equal(line, "cba\n");
    return error;
}

static void has_three_issuers(void)
{
    struct winhttp_certificate_request request;
    winhttp_transport_request(client, &request);
    assert_true(request.asked && request.rsa && request.ecdsa);
    assert_int_equal(request.issuer_count, 3);
    for (size_t i = 0; i < 3; i++) {
        struct plat_buffer text;
        char wanted[4];
        plat_buffer_init(&text, 100);
        assert_true(cert_name_common_name(request.issuers[i], &text));
        snprintf(wanted, sizeof wanted, "ca%u", (unsigned)(i + 1));
        assert_string_equal(plat_buffer_text(&text), wanted);
        plat_buffer_free(&text);
    }
}

#define NEED_OPENSSL()                                                                                       \
    if (shared == NULL)                                                                                      \
    skip()
#define EC_SERVER "-cert server.pem -key server.key "
#define RSA_SERVER "-cert server_rsa.pem -key server_rsa.key "
#define ASKS "-CAfile all.pem -verify 2 -verify_return_error "
#define INSISTS "-CAfile all.pem -Verify 2 -verify_return_error "

static void test_suites(void **state)
{
    static const char *const servers[] = {
        EC_SERVER "-cipher ECDHE-ECDSA-AES128-GCM-SHA256",
        EC_SERVER "-cipher ECDHE-ECDSA-AES256-GCM-SHA384",
        EC_SERVER "-cipher ECDHE-ECDSA-CHACHA20-POLY1305",
        RSA_SERVER "-cipher ECDHE-RSA-AES128-GCM-SHA256",
        RSA_SERVER "-cipher ECDHE-RSA-AES256-GCM-SHA384",
        RSA_SERVER "-cipher ECDHE-RSA-CHACHA20-POLY1305",
        EC_SERVER "-named_curve P-384 -sigalgs ECDSA+SHA512",
    };
    NEED_OPENSSL();
    for (size_t i = 0; i < ELEMENTS(servers); i++) {
        char arguments[200];
        snprintf(arguments, sizeof arguments, "-rev %s", servers[i]);
        start_server(arguments);
        assert_int_equal(connect_as(WINHTTP_ASK_UNSET, NULL), ERROR_SUCCESS);
        assert_int_equal(reversed(), ERROR_SUCCESS);
        winhttp_transport_close(client);
        no_server(state);
    }
}

static void test_no_common_suite(void **state)
{
    (void)state;
    NEED_OPENSSL();
    start_server("-rev " RSA_SERVER "-cipher AES128-SHA");
    assert_int_equal(connect_as(WINHTTP_ASK_UNSET, NULL), ERROR_WINHTTP_SECURE_CHANNEL_ERROR);
    assert_int_equal(winhttp_transport_tls_error(client), 256 + 40);
}

static void test_each_kind_of_key(void **state)
{
    static const char *const names[] = {"rsa", "p256", "p384", "p521"};
    NEED_OPENSSL();
    for (size_t i = 0; i < ELEMENTS(names); i++) {
        start_server(i % 2 == 0 ? "-rev " INSISTS EC_SERVER : "-rev " INSISTS RSA_SERVER);
        assert_int_equal(connect_as(WINHTTP_ASK_GIVE, names[i]), ERROR_SUCCESS);
        has_three_issuers();
        assert_int_equal(reversed(), ERROR_SUCCESS);
        winhttp_transport_close(client);
        no_server(state);
    }
}

static void test_the_wrong_one(void **state)
{
    (void)state;
    NEED_OPENSSL();
    start_server("-rev " INSISTS EC_SERVER);
    win_error error = connect_as(WINHTTP_ASK_GIVE, "alien");
    assert_true(error == ERROR_WINHTTP_SECURE_CHANNEL_ERROR || error == ERROR_WINHTTP_CONNECTION_ERROR);
    has_three_issuers();
}

static void test_none_is_set(void **state)
{
    (void)state;
    NEED_OPENSSL();
    start_server("-rev " ASKS EC_SERVER);
    assert_int_equal(connect_as(WINHTTP_ASK_UNSET, NULL), ERROR_WINHTTP_CLIENT_AUTH_CERT_NEEDED);
    has_three_issuers();
}

static void test_there_is_none(void **state)
{
    NEED_OPENSSL();
    start_server("-rev " ASKS EC_SERVER);
    assert_int_equal(connect_as(WINHTTP_ASK_NONE, NULL), ERROR_SUCCESS);
    assert_int_equal(reversed(), ERROR_SUCCESS);
    no_server(state);
    start_server("-rev " INSISTS EC_SERVER);
    win_error error = connect_as(WINHTTP_ASK_NONE, NULL);
    assert_true(error == ERROR_WINHTTP_SECURE_CHANNEL_ERROR || error == ERROR_WINHTTP_CONNECTION_ERROR);
}

/* "R" typed at s_server: it asks for a certificate in a new handshake. What is typed then is data. */
static win_error be_asked(void)
{
    uint64_t end = plat_clock_monotonic_ms() + 20000;
    char line[32];
    win_error error = winhttp_transport_write(client, "hello\n", 6);
    if (error == ERROR_SUCCESS)
        error = winhttp_transport_flush(client);
    tool_run(
        &shared,
        "n=0; until grep -q ^hello said.txt; do n=$((n + 1)); test $n -lt 400; sleep 0.05; done; echo R >in");
    winhttp_transport_set_timeouts(client, &(struct winhttp_timeouts){.receive = 100, .send = 20000});
    while (error == ERROR_SUCCESS && winhttp_transport_renegotiations(client) == 0 &&
           plat_clock_monotonic_ms() < end) {
        error = read_line(line, sizeof line);
        if (error == ERROR_WINHTTP_TIMEOUT)
            error = ERROR_SUCCESS;
    }
    if (error != ERROR_SUCCESS)
        return error;
    winhttp_transport_set_timeouts(client, &(struct winhttp_timeouts){.receive = 20000, .send = 20000});
    tool_run(&shared, "echo welcome >in");
    error = read_line(line, sizeof line);
    if (error == ERROR_SUCCESS)
        assert_string_equal(line, "welcome\n");
    return error;
}

static void test_renegotiation(void **state)
{
    (void)state;
    NEED_OPENSSL();
    start_server("-CAfile all.pem " EC_SERVER);
    assert_int_equal(connect_as(WINHTTP_ASK_GIVE, "p384"), ERROR_SUCCESS);
    assert_int_equal(be_asked(), ERROR_SUCCESS);
    has_three_issuers();
    assert_int_equal(winhttp_transport_renegotiations(client), 1);
    tool_run(&shared, "grep -q 'CN = p384' said.txt"); /* s_server names its client */
}

static void test_renegotiation_needs_one(void **state)
{
    (void)state;
    NEED_OPENSSL();
    start_server("-CAfile all.pem " EC_SERVER);
    assert_int_equal(connect_as(WINHTTP_ASK_UNSET, NULL), ERROR_SUCCESS);
    assert_int_equal(be_asked(), ERROR_WINHTTP_CLIENT_AUTH_CERT_NEEDED);
    has_three_issuers();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(test_suites, no_server),
        cmocka_unit_test_teardown(test_no_common_suite, no_server),
        cmocka_unit_test_teardown(test_each_kind_of_key, no_server),
        cmocka_unit_test_teardown(test_the_wrong_one, no_server),
        cmocka_unit_test_teardown(test_none_is_set, no_server),
        cmocka_unit_test_teardown(test_there_is_none, no_server),
        cmocka_unit_test_teardown(test_renegotiation, no_server),
        cmocka_unit_test_teardown(test_renegotiation_needs_one, no_server),
    };
    return cmocka_run_group_tests_name("transport and openssl", tests, make_files, remove_files);
}
