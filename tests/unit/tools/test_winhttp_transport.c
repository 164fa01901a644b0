/* SPDX-License-Identifier: Apache-2.0 */
/* The transport against a server that misbehaves in every way that tls_server.h knows. */
#include "tls_server.h"

#include "certstore/trust.h"
#include "platform/bytes.h"
#include "platform/clock.h"
#include "winhttp/transport.h"

#include <string.h>

static struct tls_person ca, stranger, host, host_rsa, other_host, alien, people[4];
static struct cert_set *roots;
static struct tls_server server;
static struct winhttp_transport_options options;
static struct winhttp_transport *client;

static const enum cert_key_kind kinds[] = {CERT_KEY_RSA, CERT_KEY_EC_P256, CERT_KEY_EC_P384, CERT_KEY_EC_P521};

static int make_people(void **state)
{
    (void)state;
    tls_person_make(&ca, CERT_KEY_EC_P256, "Authority", NULL, TLS_PERSON_CA);
    tls_person_make(&stranger, CERT_KEY_EC_P256, "Stranger", NULL, TLS_PERSON_CA);
    tls_person_make(&host, CERT_KEY_EC_P256, "Host", &ca, TLS_PERSON_LOCALHOST);
    tls_person_make(&host_rsa, CERT_KEY_RSA, "Host RSA", &ca, TLS_PERSON_LOCALHOST);
    tls_person_make(&other_host, CERT_KEY_EC_P256, "Other", &ca,
                    "30{06{@2.5.29.17} 04{30{82{'other.example'}}}}");
    tls_person_make(&alien, CERT_KEY_EC_P256, "Alien", &stranger, TLS_PERSON_LOCALHOST);
    for (size_t i = 0; i < 4; i++)
        tls_person_make(&people[i], kinds[i], "Alice", &ca, NULL);
    assert_int_equal(cert_set_create(&roots), ERROR_SUCCESS);
    return cert_set_add(roots, ca.cert.der, NULL) != ERROR_SUCCESS;
}

static int free_people(void **state)
{
    struct tls_person *all[] = {&ca,    &stranger,  &host,      &host_rsa,  &other_host,
                                &alien, &people[0], &people[1], &people[2], &people[3]};
    (void)state;
    for (size_t i = 0; i < ELEMENTS(all); i++)
        tls_person_free(all[i]);
    cert_set_free(roots);
    return 0;
}

static int fresh(void **state)
{
    (void)state;
    memset(&server, 0, sizeof server);
    options = (struct winhttp_transport_options){
        .host = "127.0.0.1", .timeouts = {20000, 20000, 20000, 20000}, .trust = {.roots = roots}};
    client = NULL;
    return 0;
}

static win_error start_and_connect(const struct tls_person *person)
{
    server.person = person;
    tls_server_start(&server);
    options.port = server.port;
    options.secure = person != NULL;
    assert_int_equal(winhttp_transport_create(&options, &client), ERROR_SUCCESS);
    return winhttp_transport_connect(client);
}

static void end(void)
{
    winhttp_transport_close(client);
    tls_server_stop(&server);
    winhttp_transport_destroy(client);
}

/* Reads `size` bytes. */
static win_error read_all(void *bytes, size_t size)
{
    uint8_t *next = bytes;
    while (size != 0) {
        size_t got;
        win_error error = winhttp_transport_read(client, next, size, &got);
        if (error != ERROR_SUCCESS)
            return error;
        if (got == 0)
            return ERROR_HANDLE_EOF;
        next += got;
        size -= got;
    }
    return ERROR_SUCCESS;
}

static win_error echo(const char *text)
{
    char answer[64] = "";
    win_error error = winhttp_transport_write(client, text, strlen(text));
    if (error == ERROR_SUCCESS)
        error = read_all(answer, strlen(text));
    if (error == ERROR_SUCCESS)
        assert_string_equal(answer, text);
    return error;
}

static win_error renegotiate(void)
{
    char answer[13] = "";
    win_error error = winhttp_transport_write(client, "R", 1);
    if (error == ERROR_SUCCESS)
        error = read_all(answer, 12);
    if (error == ERROR_SUCCESS)
        assert_string_equal(answer, "renegotiated");
    return error;
}

/* ---- plain and TLS alike ---- */

static const struct tls_person *const carriers[] = {NULL, &host, &host_rsa};

static void test_echo(void **state)
{
    for (size_t i = 0; i < ELEMENTS(carriers); i++) {
        fresh(state);
        server.quirk = TLS_SERVER_SAYS_GOODBYE;
        assert_int_equal(start_and_connect(carriers[i]), ERROR_SUCCESS);
        assert_int_equal(echo("one"), ERROR_SUCCESS);
        assert_int_equal(echo("two"), ERROR_SUCCESS);
        assert_true(winhttp_transport_usable(client));
        assert_int_equal(echo("End"), ERROR_SUCCESS);
        uint8_t byte;
        size_t got = 9;
        assert_int_equal(winhttp_transport_read(client, &byte, 1, &got), ERROR_SUCCESS);
        assert_int_equal(got, 0);
        assert_false(winhttp_transport_usable(client));
        end();
        assert_int_equal(server.received_plain, 9);
        assert_string_equal(server.server_name, ""); /* an address is no server_name */
    }
}

static void test_megabytes(void **state)
{
    static uint8_t sent[60000], got[60000];
    for (size_t i = 0; i < sizeof sent; i++)
        sent[i] = (uint8_t)(i * 7 + i / 256);
    sent[0] = 'x';
    for (size_t i = 0; i < ELEMENTS(carriers); i++) {
        fresh(state);
        assert_int_equal(start_and_connect(carriers[i]), ERROR_SUCCESS);
        for (unsigned n = 0; n < 20; n++) {
            assert_int_equal(winhttp_transport_write(client, sent, sizeof sent), ERROR_SUCCESS);
            assert_int_equal(winhttp_transport_flush(client), ERROR_SUCCESS);
            memset(got, 0, sizeof got);
            assert_int_equal(read_all(got, sizeof got), ERROR_SUCCESS);
            assert_memory_equal(got, sent, sizeof sent);
        }
        end();
        assert_int_equal(server.received_plain, 20 * sizeof sent);
        assert_true(carriers[i] == NULL || server.said_goodbye);
    }
}

static void test_nothing_comes(void **state)
{
    uint8_t byte;
    size_t got;
    for (size_t i = 0; i < ELEMENTS(carriers); i++) {
        fresh(state);
        assert_int_equal(start_and_connect(carriers[i]), ERROR_SUCCESS);
        winhttp_transport_set_timeouts(client, &(struct winhttp_timeouts){.receive = 30});
        uint64_t before = plat_clock_monotonic_ms();
        assert_int_equal(winhttp_transport_read(client, &byte, 1, &got), ERROR_WINHTTP_TIMEOUT);
        assert_true(plat_clock_monotonic_ms() - before >= 30);
        assert_true(winhttp_transport_usable(client)); /* the server has done nothing wrong */
        end();
    }
}

static void test_nothing_is_taken(void **state)
{
    static const uint8_t bytes[65536];
    win_error error = ERROR_SUCCESS;
    fresh(state);
    server.quirk = TLS_SERVER_SILENT;
    options.timeouts.send = 50;
    assert_int_equal(start_and_connect(NULL), ERROR_SUCCESS);
    for (unsigned i = 0; i < 10000 && error == ERROR_SUCCESS; i++)
        error = winhttp_transport_write(client, bytes, sizeof bytes);
    assert_int_equal(error, ERROR_WINHTTP_TIMEOUT);
    end();
}

static void test_a_silent_tls_server(void **state)
{
    fresh(state);
    server.quirk = TLS_SERVER_SILENT;
    options.timeouts.receive = 30;
    assert_int_equal(start_and_connect(&host), ERROR_WINHTTP_TIMEOUT);
    end();
}

static void test_nobody(void **state)
{
    (void)state;
    assert_int_equal(start_and_connect(NULL), ERROR_SUCCESS);
    end();
    assert_int_equal(winhttp_transport_create(&options, &client), ERROR_SUCCESS);
    assert_int_equal(winhttp_transport_connect(client), ERROR_WINHTTP_CANNOT_CONNECT);
    assert_int_equal(winhttp_transport_connect(client), ERROR_INVALID_PARAMETER); /* once */
    assert_int_equal(winhttp_transport_write(client, "x", 1), ERROR_WINHTTP_CONNECTION_ERROR);
    assert_false(winhttp_transport_usable(client));
    winhttp_transport_destroy(client);
    options.host = "no..name";
    assert_int_equal(winhttp_transport_create(&options, &client), ERROR_SUCCESS);
    assert_int_equal(winhttp_transport_connect(client), ERROR_WINHTTP_NAME_NOT_RESOLVED);
    winhttp_transport_destroy(client);
}

static void test_parameters(void **state)
{
    (void)state;
    options.port = 1;
    options.host = "";
    assert_int_equal(winhttp_transport_create(&options, &client), ERROR_INVALID_PARAMETER);
    options.host = NULL;
    assert_int_equal(winhttp_transport_create(&options, &client), ERROR_INVALID_PARAMETER);
    options.host = "localhost";
    options.port = 0;
    assert_int_equal(winhttp_transport_create(&options, &client), ERROR_INVALID_PARAMETER);
    options.port = 1;
    options.asked = WINHTTP_ASK_GIVE;
    assert_int_equal(winhttp_transport_create(&options, &client), ERROR_INVALID_PARAMETER);
    winhttp_transport_destroy(NULL);
}

/* ---- the server's certificate ---- */

static void test_the_server_is_who_it_says(void **state)
{
    struct winhttp_server facts;
    (void)state;
    options.host = "localhost";
    assert_int_equal(start_and_connect(&host), ERROR_SUCCESS);
    assert_int_equal(echo("x"), ERROR_SUCCESS);
    assert_true(winhttp_transport_server(client, &facts));
    assert_int_equal(facts.chain->error, 0);
    assert_int_equal(facts.chain->count, 2);
    assert_int_equal(facts.host, CERT_HOST_MATCHES);
    assert_memory_equal(facts.leaf->thumbprint, host.cert.thumbprint, CERT_THUMBPRINT_SIZE);
    end();
    assert_string_equal(server.server_name, "localhost");
}

static void refused(const struct tls_person *person, uint32_t bits, enum cert_host_answer answer)
{
    struct winhttp_server facts;
    fresh(NULL);
    assert_int_equal(start_and_connect(person), ERROR_WINHTTP_SECURE_FAILURE);
    assert_true(winhttp_transport_server(client, &facts));
    assert_int_equal(facts.chain->error & bits, bits);
    assert_int_equal(facts.host, answer);
    assert_int_equal(winhttp_transport_write(client, "secret", 6), ERROR_WINHTTP_CONNECTION_ERROR);
    end();
    assert_int_equal(server.received_plain, 0);
    assert_int_equal(server.handshakes, 0);
}

static void test_servers_refused(void **state)
{
    (void)state;
    refused(&alien, CERT_TRUST_IS_PARTIAL_CHAIN, CERT_HOST_MATCHES);
    refused(&stranger, CERT_TRUST_IS_UNTRUSTED_ROOT, CERT_HOST_NO_NAMES);
    refused(&other_host, 0, CERT_HOST_OTHER);
}

struct judgement {
    win_error answer;
    unsigned asked;
    uint32_t word;
};

static win_error judge(void *context, const struct winhttp_server *facts)
{
    struct judgement *judgement = context;
    judgement->asked++;
    judgement->word = facts->chain->error;
    return judgement->answer;
}

static void test_the_caller_judges(void **state)
{
    struct judgement judgement = {.answer = ERROR_SUCCESS};
    (void)state;
    options.judge = judge;
    options.judge_context = &judgement;
    assert_int_equal(start_and_connect(&alien), ERROR_SUCCESS);
    assert_int_equal(echo("all the same"), ERROR_SUCCESS);
    end();
    assert_int_equal(judgement.asked, 1);
    assert_int_not_equal(judgement.word, 0);
    fresh(NULL);
    judgement = (struct judgement){.answer = ERROR_WINHTTP_SECURE_CERT_REVOKED};
    options.judge = judge;
    options.judge_context = &judgement;
    assert_int_equal(start_and_connect(&host), ERROR_WINHTTP_SECURE_CERT_REVOKED);
    end();
    assert_int_equal(judgement.word, 0);
}

/* ---- the client's certificate ---- */

static struct plat_buffer name_bytes;

static const br_x500_name *names(size_t *count)
{
    static br_x500_name list[3];
    static const char *const texts[] = {"First", "Authority", "Third"};
    size_t ends[3];
    plat_buffer_clear(&name_bytes);
    for (size_t i = 0; i < 3; i++) {
        cert_name_from_common_name(texts[i], &name_bytes);
        ends[i] = name_bytes.size;
    }
    for (size_t i = 0; i < 3; i++) {
        size_t start = i == 0 ? 0 : ends[i - 1];
        list[i] = (br_x500_name){.data = name_bytes.data + start, .len = ends[i] - start};
    }
    *count = 3;
    return list;
}

static void has_names(void)
{
    struct winhttp_certificate_request request;
    winhttp_transport_request(client, &request);
    assert_true(request.asked && request.rsa && request.ecdsa);
    assert_int_equal(request.issuer_count, 3);
    assert_true(cert_name_equal(request.issuers[1], ca.cert.subject));
    for (size_t i = 0; i < 3; i++)
        assert_true(
            plat_span_equal(request.issuers[i], plat_span_of(server.names[i].data, server.names[i].len)));
}

static void give(const struct tls_person *person, struct plat_span *chain)
{
    chain[0] = person->cert.der;
    options.asked = WINHTTP_ASK_GIVE;
    options.identity = (struct winhttp_identity){.chain = chain, .count = 1, .key = person->parsed};
}

static bool asked_first(size_t turn)
{
    server.names = names(&server.name_count);
    server.quirk = turn == 0 ? TLS_SERVER_STRAIGHT : TLS_SERVER_RENEGOTIATES;
    return turn == 0;
}

/* In the first handshake, and in the middle. */
static void test_a_certificate_is_given(void **state)
{
    struct plat_span chain[1];
    for (size_t turn = 0; turn < 2; turn++) {
        for (size_t i = 0; i < 4; i++) {
            fresh(state);
            bool first = asked_first(turn);
            give(&people[i], chain);
            assert_int_equal(start_and_connect(i % 2 == 0 ? &host : &host_rsa), ERROR_SUCCESS);
            assert_int_equal(first ? echo("x") : renegotiate(), ERROR_SUCCESS);
            has_names();
            struct winhttp_certificate_request request;
            winhttp_transport_request(client, &request);
            assert_true(request.given);
            assert_int_equal(winhttp_transport_renegotiations(client), first ? 0 : 1);
            assert_int_equal(echo("y"), ERROR_SUCCESS);
            end();
            assert_true(server.certificate_proven);
            assert_memory_equal(server.thumbprint, people[i].cert.thumbprint, CERT_THUMBPRINT_SIZE);
        }
    }
}

/* The key is not the certificate's. */
static void test_possession_is_proven(void **state)
{
    struct plat_span chain[1];
    (void)state;
    asked_first(0);
    give(&people[1], chain);
    options.identity.key = host.parsed;
    win_error error = start_and_connect(&host);
    assert_true(error == ERROR_WINHTTP_SECURE_CHANNEL_ERROR || error == ERROR_WINHTTP_CONNECTION_ERROR);
    end();
    assert_int_equal(server.error, BR_ERR_BAD_SIGNATURE);
    assert_false(server.certificate_proven);
}

static void test_none_is_set(void **state)
{
    for (size_t turn = 0; turn < 2; turn++) {
        fresh(state);
        bool first = asked_first(turn);
        win_error error = start_and_connect(&host);
        if (!first) {
            assert_int_equal(error, ERROR_SUCCESS);
            error = renegotiate();
        }
        assert_int_equal(error, ERROR_WINHTTP_CLIENT_AUTH_CERT_NEEDED);
        has_names();
        assert_int_equal(echo("x"),
                         first ? ERROR_WINHTTP_CONNECTION_ERROR : ERROR_WINHTTP_CLIENT_AUTH_CERT_NEEDED);
        end();
        assert_int_equal(server.handshakes, first ? 0 : 1);
        assert_false(server.certificate_sent);
    }
}

static void test_there_is_none(void **state)
{
    for (size_t turn = 0; turn < 2; turn++) {
        fresh(state);
        bool first = asked_first(turn);
        options.asked = WINHTTP_ASK_NONE;
        assert_int_equal(start_and_connect(&host), ERROR_SUCCESS);
        assert_int_equal(first ? echo("x") : renegotiate(), ERROR_SUCCESS);
        has_names();
        end();
        assert_false(server.certificate_sent);
    }
}

static void test_nobody_asks(void **state)
{
    struct winhttp_certificate_request request;
    struct plat_span chain[1];
    (void)state;
    give(&people[0], chain);
    assert_int_equal(start_and_connect(&host), ERROR_SUCCESS);
    assert_int_equal(echo("x"), ERROR_SUCCESS);
    winhttp_transport_request(client, &request);
    assert_false(request.asked || request.given);
    assert_int_equal(request.issuer_count, 0);
    end();
}

static void many_names(size_t count, size_t size, win_error wanted)
{
    static uint8_t bytes[8];
    static br_x500_name list[LIMIT_CLIENT_ISSUERS + 1];
    fresh(NULL);
    for (size_t i = 0; i < count; i++)
        list[i] = (br_x500_name){.data = bytes, .len = size};
    server.names = list;
    server.name_count = count;
    options.asked = WINHTTP_ASK_NONE;
    assert_int_equal(start_and_connect(&host), wanted);
    struct winhttp_certificate_request request;
    winhttp_transport_request(client, &request);
    assert_int_equal(request.issuer_count, wanted == ERROR_SUCCESS ? count : 0);
    end();
}

static void test_names_are_bounded(void **state)
{
    (void)state;
    many_names(LIMIT_CLIENT_ISSUERS, 8, ERROR_SUCCESS);
    many_names(LIMIT_CLIENT_ISSUERS + 1, 8, ERROR_WINHTTP_SECURE_CHANNEL_ERROR);
    many_names(2, 0, ERROR_WINHTTP_SECURE_CHANNEL_ERROR);
}

/* ---- renegotiations ---- */

static void test_renegotiations_are_bounded(void **state)
{
    win_error error = ERROR_SUCCESS;
    unsigned done = 0;
    struct judgement judgement = {.answer = ERROR_SUCCESS};
    (void)state;
    server.quirk = TLS_SERVER_RENEGOTIATES;
    options.judge = judge;
    options.judge_context = &judgement;
    assert_int_equal(start_and_connect(&host), ERROR_SUCCESS);
    while (done <= LIMIT_CLIENT_RENEGOTIATIONS && (error = renegotiate()) == ERROR_SUCCESS)
        done++;
    assert_int_equal(error, ERROR_WINHTTP_SECURE_CHANNEL_ERROR);
    assert_int_equal(done, LIMIT_CLIENT_RENEGOTIATIONS);
    assert_int_equal(winhttp_transport_renegotiations(client), done);
    assert_int_equal(judgement.asked, 1 + done); /* judged anew each time */
    end();
}

static void test_the_server_becomes_another(void **state)
{
    /* With the same key, and as good. */
    const struct maker_cert recipe = {.issuer = "Authority",
                                      .subject = "Twin",
                                      .extensions = TLS_PERSON_LOCALHOST,
                                      .key = &host.key,
                                      .signer = &ca.key};
    struct tls_person twin = {.parsed = NULL};
    fresh(state);
    plat_buffer_init(&twin.der, 4096);
    maker_cert(&recipe, &twin.der);
    server.other = &twin;
    server.quirk = TLS_SERVER_OTHER_LEAF;
    assert_int_equal(start_and_connect(&host), ERROR_SUCCESS);
    assert_int_equal(renegotiate(), ERROR_WINHTTP_SECURE_FAILURE);
    end();
    assert_int_equal(server.handshakes, 1);
    tls_person_free(&twin);
}

static void test_insecure_renegotiation(void **state)
{
    uint8_t byte;
    size_t got;
    (void)state;
    server.quirk = TLS_SERVER_NO_RFC_5746;
    assert_int_equal(start_and_connect(&host), ERROR_SUCCESS);
    assert_int_equal(echo("x"), ERROR_SUCCESS);
    assert_int_equal(winhttp_transport_write(client, "R", 1), ERROR_SUCCESS);
    assert_int_not_equal(winhttp_transport_read(client, &byte, 1, &got), ERROR_SUCCESS);
    assert_int_equal(winhttp_transport_renegotiations(client), 0);
    end();
    assert_int_equal(server.handshakes, 1);
    assert_int_equal(server.error, 256 + 100); /* our no_renegotiation, at which BearSSL's server ends */
}

/* ---- ends ---- */

static void test_end_without_goodbye(void **state)
{
    uint8_t byte;
    size_t got;
    (void)state;
    server.quirk = TLS_SERVER_ENDS;
    assert_int_equal(start_and_connect(&host), ERROR_SUCCESS);
    assert_int_equal(winhttp_transport_write(client, "E", 1), ERROR_SUCCESS);
    win_error error = winhttp_transport_read(client, &byte, 1, &got);
    if (error == ERROR_SUCCESS && got == 1) /* it had come before the end */
        error = winhttp_transport_read(client, &byte, 1, &got);
    assert_int_equal(error, ERROR_WINHTTP_CONNECTION_ERROR);
    end();
}

static void test_what_is_no_tls(void **state)
{
    (void)state;
    server.quirk = TLS_SERVER_TALKS_PLAIN;
    assert_int_equal(start_and_connect(&host), ERROR_WINHTTP_SECURE_CHANNEL_ERROR);
    assert_int_not_equal(winhttp_transport_tls_error(client), 0);
    end();
}

/* A whole exchange with a renegotiation in it: how much the server sends. */
static win_error exchange(void)
{
    struct plat_span chain[1];
    asked_first(1);
    give(&people[1], chain);
    win_error error = start_and_connect(&host);
    if (error == ERROR_SUCCESS)
        error = renegotiate();
    if (error == ERROR_SUCCESS)
        error = echo("last");
    end();
    return error;
}

/*
 * The server dies behind each of its first bytes in turn, then behind each third: up to the last answer, less
 * what signatures differ in size.
 */
static void test_death_at_every_byte(void **state)
{
    fresh(state);
    assert_int_equal(exchange(), ERROR_SUCCESS);
    size_t whole = server.sent, step = 1;
    assert_true(whole > 1000);
    for (size_t bytes = 1; bytes + 60 < whole; bytes += step) {
        fresh(state);
        server.budget = bytes;
        assert_int_equal(exchange(), ERROR_WINHTTP_CONNECTION_ERROR);
        step = bytes < 150 ? 1 : 3;
    }
}

static void test_silence_at_some_bytes(void **state)
{
    static const size_t budgets[] = {1, 5, 6, 90, 200, 700, 1000};
    for (size_t i = 0; i < ELEMENTS(budgets); i++) {
        fresh(state);
        server.budget = budgets[i];
        server.stalls = true;
        options.timeouts.receive = 100;
        assert_int_equal(exchange(), ERROR_WINHTTP_TIMEOUT);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_echo),
        cmocka_unit_test(test_megabytes),
        cmocka_unit_test(test_nothing_comes),
        cmocka_unit_test(test_nothing_is_taken),
        cmocka_unit_test(test_a_silent_tls_server),
        cmocka_unit_test_setup(test_nobody, fresh),
        cmocka_unit_test_setup(test_parameters, fresh),
        cmocka_unit_test_setup(test_the_server_is_who_it_says, fresh),
        cmocka_unit_test(test_servers_refused),
        cmocka_unit_test_setup(test_the_caller_judges, fresh),
        cmocka_unit_test(test_a_certificate_is_given),
        cmocka_unit_test_setup(test_possession_is_proven, fresh),
        cmocka_unit_test(test_none_is_set),
        cmocka_unit_test(test_there_is_none),
        cmocka_unit_test_setup(test_nobody_asks, fresh),
        cmocka_unit_test(test_names_are_bounded),
        cmocka_unit_test_setup(test_renegotiations_are_bounded, fresh),
        cmocka_unit_test(test_the_server_becomes_another),
        cmocka_unit_test_setup(test_insecure_renegotiation, fresh),
        cmocka_unit_test_setup(test_end_without_goodbye, fresh),
        cmocka_unit_test_setup(test_what_is_no_tls, fresh),
        cmocka_unit_test(test_death_at_every_byte),
        cmocka_unit_test(test_silence_at_some_bytes),
    };
    plat_buffer_init(&name_bytes, 4096);
    int failed = cmocka_run_group_tests_name("transport", tests, make_people, free_people);
    plat_buffer_free(&name_bytes);
    return failed;
}
