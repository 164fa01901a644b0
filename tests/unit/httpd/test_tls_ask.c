/* SPDX-License-Identifier: Apache-2.0 */
/* Asking for the client's certificate in the middle of a request (RFC 5246 section 7.4.1.1). */
#include "tls_people.h"

#include <string.h>

static void certificate_is(const struct tls_link *link, const struct tls_identity *identity)
{
    assert_int_equal(httpd_tls_certificate_state(link->server), HTTPD_CERT_GIVEN);
    const struct httpd_client_certificate *certificate = httpd_tls_certificate(link->server);
    assert_non_null(certificate);
    struct plat_span der = httpd_client_certificate_leaf(certificate)->der;
    assert_true(plat_span_equal(der, identity->cert.der));
}

static void is_resumed(const struct tls_link *link, bool resumed)
{
    struct httpd_tls_facts facts;
    httpd_tls_facts_of(link->server, &facts);
    assert_int_equal(facts.resumed, resumed);
}

static void given(void **state, const struct tls_identity *identity)
{
    struct tls_people *p = *state;
    struct tls_link link;
    tls_link_open(&link, p->shared, &p->site, identity, TLS_QUIRK_NONE, NULL);
    tls_people_ask(&link);
    assert_int_equal(httpd_tls_state(link.server), HTTPD_TLS_OPEN);
    certificate_is(&link, identity);
    assert_false(httpd_tls_ask_certificate(link.server)); /* once is enough */
    tls_link_check(&link);
    tls_link_free(&link);
}

static void ec_certificate(void **state)
{
    given(state, &((struct tls_people *)*state)->alice);
}

static void rsa_certificate(void **state)
{
    given(state, &((struct tls_people *)*state)->bob);
}

static uint8_t body[200000];

/*
 * The client is in the middle of its body when it is asked: what is on its way arrives, whole and in order.
 */
static void post_in_flight(void **state, size_t chunk, bool sleepy, size_t size)
{
    struct tls_people *p = *state;
    struct tls_link link;
    for (size_t i = 0; i < size; i++)
        body[i] = (uint8_t)(i * 13 + i / 255);
    tls_link_open(&link, p->shared, &p->site, &p->alice, TLS_QUIRK_NONE, NULL);
    link.chunk = chunk;
    link.sleepy = sleepy;
    link.deaf = true; /* the client goes on sending for a while before it reads */
    link.upload = body;
    link.upload_size = size;
    while (link.at_server.size < size / 4)
        tls_link_steps(&link, 1);
    assert_true(httpd_tls_ask_certificate(link.server));
    while (link.at_server.size < size / 2)
        tls_link_steps(&link, 1);
    assert_int_equal(httpd_tls_state(link.server), HTTPD_TLS_ASKING);
    link.deaf = false;
    tls_link_run(&link);
    assert_int_equal(httpd_tls_state(link.server), HTTPD_TLS_OPEN);
    certificate_is(&link, &p->alice);
    assert_int_equal(link.at_server.size, size);
    assert_memory_equal(link.at_server.data, body, size);
    tls_link_check(&link);
    tls_link_free(&link);
}

static void post_in_flight_at_once(void **state)
{
    post_in_flight(state, 0, false, sizeof body);
}

static void post_in_flight_in_pieces(void **state)
{
    post_in_flight(state, 1000, true, sizeof body);
}

static void post_in_flight_byte_by_byte(void **state)
{
    post_in_flight(state, 1, true, 40000);
}

/* What the server has written so far, 100 Continue perhaps, comes before the HelloRequest. */
static void flushes_before_it_asks(void **state)
{
    struct tls_people *p = *state;
    struct tls_link link;
    size_t room;
    tls_link_open(&link, p->shared, &p->site, &p->alice, TLS_QUIRK_NONE, NULL);
    uint8_t *space = httpd_tls_plain_space(link.server, &room);
    memcpy(space, "100", 3);
    httpd_tls_plain_written(link.server, 3);
    assert_true(httpd_tls_ask_certificate(link.server));
    assert_null(httpd_tls_plain_space(link.server, &room)); /* nothing may be written now */
    assert_int_equal(room, 0);
    tls_link_run(&link);
    assert_memory_equal(link.at_client.data, "100", 3);
    certificate_is(&link, &p->alice);
    tls_link_check(&link);
    tls_link_free(&link);
}

static void none_given(void **state)
{
    struct tls_people *p = *state;
    struct tls_link link;
    tls_link_open(&link, p->shared, &p->site, NULL, TLS_QUIRK_NONE, NULL);
    tls_people_ask(&link);
    assert_int_equal(httpd_tls_state(link.server), HTTPD_TLS_OPEN);
    assert_int_equal(httpd_tls_certificate_state(link.server), HTTPD_CERT_NONE);
    assert_null(httpd_tls_certificate(link.server));
    assert_false(httpd_tls_ask_certificate(link.server));
    tls_link_check(&link);
    tls_link_free(&link);
}

/* Alice's certificate, someone else's key. */
static void wrong_key(void **state)
{
    struct tls_people *p = *state;
    struct tls_link link;
    tls_link_start(&link, p->shared, &p->site, &p->alice, &p->server, TLS_QUIRK_NONE, NULL);
    tls_link_run(&link);
    assert_int_equal(httpd_tls_state(link.server), HTTPD_TLS_OPEN);
    tls_people_ask(&link);
    assert_int_equal(httpd_tls_state(link.server), HTTPD_TLS_CLOSED);
    assert_string_equal(httpd_tls_failure(link.server),
                        "the client could not prove that it has the key of its certificate");
    assert_null(httpd_tls_certificate(link.server));
    tls_link_free(&link);
}

/* A key that cannot be checked proves nothing; the connection stays, for the answer 403. */
static void unusable_key(void **state)
{
    struct tls_people *p = *state;
    struct tls_link link;
    tls_link_open(&link, p->shared, &p->site, &p->edward, TLS_QUIRK_NONE, NULL);
    tls_people_ask(&link);
    assert_int_equal(httpd_tls_state(link.server), HTTPD_TLS_OPEN);
    assert_int_equal(httpd_tls_certificate_state(link.server), HTTPD_CERT_UNPROVEN);
    assert_null(httpd_tls_certificate(link.server));
    tls_link_check(&link);
    tls_link_free(&link);
}

static void asks_without_names(void **state)
{
    struct tls_people *p = *state;
    struct tls_link link;
    p->site.settings.ca_name_count = 0;
    tls_link_open(&link, p->shared, &p->site, &p->alice, TLS_QUIRK_NONE, NULL);
    tls_people_ask(&link);
    certificate_is(&link, &p->alice);
    tls_link_free(&link);
}

/* ---- clients that do not want to, or cannot ---- */

static void no_renegotiation_alert(void **state)
{
    struct tls_people *p = *state;
    struct tls_link link;
    tls_link_open(&link, p->shared, &p->site, &p->alice, TLS_QUIRK_NO_RENEGOTIATION, NULL);
    tls_people_ask(&link);
    assert_null(httpd_tls_failure(link.server));
    assert_int_equal(httpd_tls_state(link.server), HTTPD_TLS_OPEN);
    assert_int_equal(httpd_tls_certificate_state(link.server), HTTPD_CERT_CANNOT_ASK);
    assert_null(httpd_tls_certificate(link.server));
    tls_link_check(&link);
    tls_link_free(&link);
}

static void no_rfc_5746(void **state)
{
    struct tls_people *p = *state;
    struct tls_link link;
    tls_link_open(&link, p->shared, &p->site, &p->alice, TLS_QUIRK_NO_RFC_5746, NULL);
    assert_int_equal(httpd_tls_certificate_state(link.server), HTTPD_CERT_CANNOT_ASK);
    assert_false(httpd_tls_ask_certificate(link.server));
    assert_int_equal(httpd_tls_state(link.server), HTTPD_TLS_OPEN);
    tls_link_check(&link);
    tls_link_free(&link);
}

/* A blocking client sends its whole body before it reads: too much of it, or too late. */
static void gives_up(void **state)
{
    struct tls_people *p = *state;
    struct tls_link link;
    tls_link_open(&link, p->shared, &p->site, &p->alice, TLS_QUIRK_NONE, NULL);
    assert_false(httpd_tls_give_up_asking(link.server));
    link.deaf = true;
    tls_people_ask(&link);
    assert_int_equal(httpd_tls_state(link.server), HTTPD_TLS_ASKING);
    assert_true(httpd_tls_give_up_asking(link.server));
    assert_int_equal(httpd_tls_state(link.server), HTTPD_TLS_OPEN);
    assert_int_equal(httpd_tls_certificate_state(link.server), HTTPD_CERT_CANNOT_ASK);
    link.deaf = false;
    tls_link_run(&link); /* its ClientHello comes after all, and is refused like any that was not asked for */
    assert_int_equal(httpd_tls_certificate_state(link.server), HTTPD_CERT_CANNOT_ASK);
    assert_null(httpd_tls_certificate(link.server));
    assert_int_equal(httpd_tls_state(link.server), HTTPD_TLS_OPEN);
    assert_int_equal(br_ssl_engine_last_error(&link.client.engine.eng), BR_ERR_RECV_FATAL_ALERT + 100);
    tls_link_free(&link);
}

static void does_not_give_up_halfway(void **state)
{
    struct tls_people *p = *state;
    struct tls_link link;
    tls_link_open(&link, p->shared, &p->site, &p->alice, TLS_QUIRK_NONE, NULL);
    link.chunk = 200;
    assert_true(httpd_tls_ask_certificate(link.server));
    while (link.server != NULL && br_ssl_engine_current_state(&link.client.engine.eng) != BR_SSL_CLOSED &&
           httpd_tls_certificate(link.server) == NULL) {
        tls_link_steps(&link, 1);
        size_t pending;
        if (httpd_tls_cipher_pending(link.server, &pending) != NULL && pending > 500)
            break; /* the ServerHello and its followers */
    }
    assert_int_equal(httpd_tls_state(link.server), HTTPD_TLS_ASKING);
    assert_false(httpd_tls_give_up_asking(link.server));
    link.chunk = 0;
    tls_link_run(&link);
    certificate_is(&link, &p->alice);
    tls_link_free(&link);
}

static void destroyed_while_asking(void **state)
{
    struct tls_people *p = *state;
    for (unsigned steps = 0; steps < 40; steps++) {
        struct tls_link link;
        tls_link_open(&link, p->shared, &p->site, &p->alice, TLS_QUIRK_NONE, NULL);
        link.chunk = 150;
        assert_true(httpd_tls_ask_certificate(link.server));
        tls_link_steps(&link, steps);
        if (steps % 2 == 0)
            httpd_tls_close(link.server);
        tls_link_free(&link);
    }
}

/* ---- sessions ---- */

static br_ssl_session_parameters asked_session(struct tls_people *p, const struct tls_identity *identity)
{
    struct tls_link link;
    tls_link_open(&link, p->shared, &p->site, identity, TLS_QUIRK_NONE, NULL);
    tls_people_ask(&link);
    assert_int_equal(httpd_tls_state(link.server), HTTPD_TLS_OPEN);
    br_ssl_session_parameters session = tls_link_session(&link);
    tls_link_free(&link);
    return session;
}

static void session_carries_certificate(void **state)
{
    struct tls_people *p = *state;
    struct tls_link link;
    br_ssl_session_parameters session = asked_session(p, &p->alice);
    tls_link_open(&link, p->shared, &p->site, NULL, TLS_QUIRK_NONE, &session); /* it need not be shown again */
    is_resumed(&link, true);
    certificate_is(&link, &p->alice);
    tls_link_check(&link);
    tls_link_free(&link);
    br_ssl_session_parameters stolen = session; /* its ID is no secret, and nothing without the secret */
    stolen.master_secret[47] ^= 1;
    tls_link_start(&link, p->shared, &p->site, NULL, NULL, TLS_QUIRK_NONE, &stolen);
    tls_link_run(&link);
    assert_int_not_equal(httpd_tls_state(link.server), HTTPD_TLS_OPEN);
    assert_int_equal(httpd_tls_certificate_state(link.server), HTTPD_CERT_NOT_ASKED);
    assert_null(httpd_tls_certificate(link.server));
    tls_link_free(&link);
    httpd_tls_server_forget_sessions(p->shared);
    tls_link_open(&link, p->shared, &p->site, &p->alice, TLS_QUIRK_NONE, &session);
    is_resumed(&link, false);
    assert_int_equal(httpd_tls_certificate_state(link.server), HTTPD_CERT_NOT_ASKED);
    tls_link_free(&link);
}

/* The session of the first handshake has no certificate: what is resumed from it is asked, in full. */
static void session_without_certificate_is_asked(void **state)
{
    struct tls_people *p = *state;
    struct tls_link link;
    tls_link_open(&link, p->shared, &p->site, &p->alice, TLS_QUIRK_NONE, NULL);
    br_ssl_session_parameters session = tls_link_session(&link);
    tls_people_ask(&link);
    certificate_is(&link, &p->alice);
    tls_link_free(&link);
    tls_link_open(&link, p->shared, &p->site, &p->bob, TLS_QUIRK_NONE, &session);
    is_resumed(&link, true);
    assert_int_equal(httpd_tls_certificate_state(link.server), HTTPD_CERT_NOT_ASKED);
    assert_null(httpd_tls_certificate(link.server));
    tls_people_ask(&link); /* the client offers its session again; BearSSL would resume it and not ask */
    is_resumed(&link, false);
    certificate_is(&link, &p->bob);
    tls_link_free(&link);
}

/*
 * Nobody becomes Alice by resuming her session in a renegotiation: that one is a full handshake, whatever is
 * offered.
 */
static void renegotiation_does_not_resume(void **state)
{
    struct tls_people *p = *state;
    struct tls_link link;
    br_ssl_session_parameters session = asked_session(p, &p->alice);
    tls_link_open(&link, p->shared, &p->site, &p->bob, TLS_QUIRK_NONE, NULL);
    br_ssl_engine_set_session_parameters(&link.client.engine.eng, &session);
    tls_people_ask(&link);
    is_resumed(&link, false);
    certificate_is(&link, &p->bob);
    tls_link_free(&link);
}

static void session_of_a_refusal_is_not_kept(void **state)
{
    struct tls_people *p = *state;
    struct tls_link link;
    const struct tls_identity *nothing[] = {NULL, &p->edward};
    for (size_t i = 0; i < 2; i++) {
        br_ssl_session_parameters session = asked_session(p, nothing[i]);
        tls_link_open(&link, p->shared, &p->site, &p->alice, TLS_QUIRK_NONE, &session);
        is_resumed(&link, false);
        tls_link_free(&link);
    }
}

/* ---- in the first handshake ---- */

static void first_handshake(void **state)
{
    struct tls_people *p = *state;
    struct tls_link link;
    const struct {
        const struct tls_identity *identity;
        enum httpd_certificate_state expected;
    } cases[] = {
        {&p->alice, HTTPD_CERT_GIVEN},
        {&p->bob, HTTPD_CERT_GIVEN},
        {NULL, HTTPD_CERT_NONE},
        {&p->edward, HTTPD_CERT_UNPROVEN},
    };
    for (unsigned mode = HTTPD_ASK_FIRST_HANDSHAKE; mode <= HTTPD_REQUIRE_FIRST_HANDSHAKE; mode++) {
        p->site.settings.ask_certificate = (enum httpd_ask_certificate)mode;
        for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
            tls_link_open(&link, p->shared, &p->site, cases[i].identity, TLS_QUIRK_NONE, NULL);
            assert_int_equal(httpd_tls_certificate_state(link.server), cases[i].expected);
            if (cases[i].expected == HTTPD_CERT_GIVEN)
                certificate_is(&link, cases[i].identity);
            assert_false(httpd_tls_ask_certificate(link.server));
            tls_link_check(&link);
            br_ssl_session_parameters session = tls_link_session(&link);
            tls_link_free(&link);
            tls_link_open(&link, p->shared, &p->site, &p->bob, TLS_QUIRK_NONE, &session);
            is_resumed(&link, cases[i].expected == HTTPD_CERT_GIVEN);
            certificate_is(&link, cases[i].expected == HTTPD_CERT_GIVEN ? cases[i].identity : &p->bob);
            tls_link_free(&link);
        }
    }
}

/* Old clients can be asked in the first handshake, too. */
static void first_handshake_without_rfc_5746(void **state)
{
    struct tls_people *p = *state;
    struct tls_link link;
    p->site.settings.ask_certificate = HTTPD_ASK_FIRST_HANDSHAKE;
    tls_link_open(&link, p->shared, &p->site, &p->alice, TLS_QUIRK_NO_RFC_5746, NULL);
    certificate_is(&link, &p->alice);
    tls_link_free(&link);
}

static void first_handshake_wrong_key(void **state)
{
    struct tls_people *p = *state;
    struct tls_link link;
    p->site.settings.ask_certificate = HTTPD_ASK_FIRST_HANDSHAKE;
    tls_link_start(&link, p->shared, &p->site, &p->alice, &p->server, TLS_QUIRK_NONE, NULL);
    tls_link_run(&link);
    assert_int_equal(httpd_tls_state(link.server), HTTPD_TLS_CLOSED);
    assert_int_equal(httpd_tls_certificate_state(link.server), HTTPD_CERT_NOT_ASKED);
    assert_null(httpd_tls_certificate(link.server));
    tls_link_free(&link);
}

/* A session made while nobody was asked is no way around being asked. */
static void first_handshake_does_not_resume_the_unasked(void **state)
{
    struct tls_people *p = *state;
    struct tls_link link;
    static struct tls_site asking; /* the server keeps the settings that it saw last */
    asking = p->site;
    asking.settings.ask_certificate = HTTPD_ASK_FIRST_HANDSHAKE;
    tls_link_open(&link, p->shared, &p->site, NULL, TLS_QUIRK_NONE, NULL);
    br_ssl_session_parameters session = tls_link_session(&link);
    tls_link_free(&link);
    tls_link_open(&link, p->shared, &asking, &p->alice, TLS_QUIRK_NONE, &session);
    is_resumed(&link, false);
    certificate_is(&link, &p->alice);
    tls_link_free(&link);
}

#define T(f) cmocka_unit_test_setup_teardown(f, tls_people_fresh, tls_people_done)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(ec_certificate),
        T(rsa_certificate),
        T(post_in_flight_at_once),
        T(post_in_flight_in_pieces),
        T(post_in_flight_byte_by_byte),
        T(flushes_before_it_asks),
        T(none_given),
        T(wrong_key),
        T(unusable_key),
        T(asks_without_names),
        T(no_renegotiation_alert),
        T(no_rfc_5746),
        T(gives_up),
        T(does_not_give_up_halfway),
        T(destroyed_while_asking),
        T(session_carries_certificate),
        T(session_without_certificate_is_asked),
        T(renegotiation_does_not_resume),
        T(session_of_a_refusal_is_not_kept),
        T(first_handshake),
        T(first_handshake_without_rfc_5746),
        T(first_handshake_wrong_key),
        T(first_handshake_does_not_resume_the_unasked),
    };
    return cmocka_run_group_tests_name("tls_ask", tests, tls_people_setup, tls_people_teardown);
}
