/* SPDX-License-Identifier: Apache-2.0 */
/* First handshakes, data, sleep, sessions. */
#include "tls_people.h"

#include "platform/limits.h"

#include <string.h>

static void facts_are(const struct tls_link *link, const char *key, bool resumed)
{
    struct httpd_tls_facts facts;
    httpd_tls_facts_of(link->server, &facts);
    assert_memory_equal(facts.cipher, key, strlen(key));
    assert_true(facts.cipher_bits == 128 || facts.cipher_bits == 256);
    assert_string_equal(facts.server_name, "ce.example");
    assert_int_equal(facts.resumed, resumed);
}

static void handshake_with(void **state, struct tls_site *site, const char *key)
{
    struct tls_people *p = *state;
    struct tls_link link;
    tls_link_start(&link, p->shared, site, NULL, NULL, TLS_QUIRK_NONE, NULL);
    assert_int_equal(httpd_tls_state(link.server), HTTPD_TLS_HANDSHAKE);
    assert_false(httpd_tls_ask_certificate(link.server));
    tls_link_run(&link);
    assert_int_equal(httpd_tls_state(link.server), HTTPD_TLS_OPEN);
    assert_int_equal(httpd_tls_certificate_state(link.server), HTTPD_CERT_NOT_ASKED);
    assert_null(httpd_tls_certificate(link.server));
    assert_string_equal(br_ssl_engine_get_server_name(&link.client.engine.eng), "ce.example");
    facts_are(&link, key, false);
    tls_link_check(&link);
    tls_link_free(&link);
}

static void ec_key(void **state)
{
    handshake_with(state, &((struct tls_people *)*state)->site, "ECDHE-ECDSA-");
}

static void rsa_key(void **state)
{
    handshake_with(state, &((struct tls_people *)*state)->site_rsa, "ECDHE-RSA-");
}

static void no_key_is_an_error(void **state)
{
    struct tls_people *p = *state;
    struct tls_site site;
    struct httpd_tls *tls;
    memset(&site, 0, sizeof site);
    atomic_init(&site.settings.references, 1000U);
    assert_int_equal(httpd_tls_create(p->shared, &site.settings, &tls), ERROR_INVALID_PARAMETER);
    assert_null(tls);
}

static void fill(uint8_t *bytes, size_t size)
{
    for (size_t i = 0; i < size; i++)
        bytes[i] = (uint8_t)(i * 31 + i / 251);
}

static uint8_t large[300000];

static void large_data_both_ways(void **state)
{
    struct tls_people *p = *state;
    struct tls_link link;
    fill(large, sizeof large);
    tls_link_open(&link, p->shared, &p->site, NULL, TLS_QUIRK_NONE, NULL);
    tls_link_upload(&link, large, sizeof large);
    tls_link_respond(&link, large, sizeof large);
    assert_int_equal(link.at_server.size, sizeof large);
    assert_memory_equal(link.at_server.data, large, sizeof large);
    assert_int_equal(link.at_client.size, sizeof large);
    assert_memory_equal(link.at_client.data, large, sizeof large);
    tls_link_free(&link);
}

/* The engine gets other buffers whenever it holds nothing, at every byte: nothing may be lost or repeated. */
static void sleeps_between_bytes(void **state)
{
    struct tls_people *p = *state;
    struct tls_link link;
    tls_link_start(&link, p->shared, &p->site, NULL, NULL, TLS_QUIRK_NONE, NULL);
    link.chunk = 1;
    link.sleepy = true;
    tls_link_run(&link);
    assert_int_equal(httpd_tls_state(link.server), HTTPD_TLS_OPEN);
    assert_true(link.sleeps > 3); /* between the flights of the handshake, too */
    fill(large, sizeof large);
    tls_link_upload(&link, large, 40000);
    tls_link_respond(&link, large, 40000);
    assert_memory_equal(link.at_server.data, large, 40000);
    assert_memory_equal(link.at_client.data, large, 40000);
    tls_link_check(&link);
    tls_link_free(&link);
}

static void buffers_are_shared_between_sleepers(void **state)
{
    struct tls_people *p = *state;
    struct tls_link a, b;
    tls_link_start(&a, p->shared, &p->site, NULL, NULL, TLS_QUIRK_NONE, NULL);
    tls_link_start(&b, p->shared, &p->site, NULL, NULL, TLS_QUIRK_NONE, NULL);
    a.sleepy = b.sleepy = true;
    for (unsigned i = 0; i < 2000; i++) {
        a.chunk = b.chunk = 1 + i % 7;
        tls_link_steps(&a, 1);
        (void)httpd_tls_idle(a.server);
        tls_link_steps(&b, 1);
        (void)httpd_tls_idle(b.server);
    }
    tls_link_run(&a);
    tls_link_run(&b);
    tls_link_check(&a);
    tls_link_check(&b);
    tls_link_free(&a);
    tls_link_free(&b);
}

static void does_not_sleep_on_data(void **state)
{
    struct tls_people *p = *state;
    struct tls_link link;
    size_t size;
    tls_link_open(&link, p->shared, &p->site, NULL, TLS_QUIRK_NONE, NULL);
    link.hold_plain = true;
    tls_link_upload(&link, "abc", 3);
    assert_false(httpd_tls_idle(link.server)); /* unread plaintext */
    assert_memory_equal(httpd_tls_plain_pending(link.server, &size), "abc", 3);
    httpd_tls_plain_taken(link.server, 2);
    assert_false(httpd_tls_idle(link.server));
    httpd_tls_plain_taken(link.server, 1);
    assert_true(httpd_tls_idle(link.server));
    assert_int_equal(httpd_tls_state(link.server), HTTPD_TLS_OPEN);
    assert_null(httpd_tls_cipher_space(link.server, &size)); /* asleep: nothing is offered */
    assert_int_equal(size, 0);
    assert_int_equal(httpd_tls_wake(link.server), ERROR_SUCCESS);
    uint8_t *space = httpd_tls_plain_space(link.server, &size);
    assert_true(size >= 1);
    space[0] = 'x';
    httpd_tls_plain_written(link.server, 1);
    assert_false(httpd_tls_idle(link.server)); /* gathered */
    httpd_tls_flush(link.server);
    assert_false(httpd_tls_idle(link.server)); /* a record to be sent */
    link.hold_plain = false;
    tls_link_run(&link);
    assert_true(httpd_tls_idle(link.server));
    tls_link_free(&link);
}

/* ---- sessions ---- */

static void resumes(void **state)
{
    struct tls_people *p = *state;
    struct tls_link link;
    tls_link_open(&link, p->shared, &p->site, NULL, TLS_QUIRK_NONE, NULL);
    br_ssl_session_parameters session = tls_link_session(&link);
    tls_link_free(&link);
    tls_link_open(&link, p->shared, &p->site, NULL, TLS_QUIRK_NONE, &session);
    facts_are(&link, "ECDHE-ECDSA-", true);
    assert_int_equal(httpd_tls_certificate_state(link.server), HTTPD_CERT_NOT_ASKED);
    tls_link_check(&link);
    tls_link_free(&link);
}

static void forgets_sessions(void **state)
{
    struct tls_people *p = *state;
    struct tls_link old, late, link;
    tls_link_open(&link, p->shared, &p->site, NULL, TLS_QUIRK_NONE, NULL);
    br_ssl_session_parameters session = tls_link_session(&link);
    tls_link_free(&link);
    tls_link_start(&old, p->shared, &p->site, NULL, NULL, TLS_QUIRK_NONE, NULL);
    tls_link_start(&late, p->shared, &p->site, NULL, NULL, TLS_QUIRK_NONE, NULL);
    httpd_tls_server_forget_sessions(p->shared);
    tls_link_open(&link, p->shared, &p->site, NULL, TLS_QUIRK_NONE, &session);
    facts_are(&link, "ECDHE-ECDSA-", false);
    session = tls_link_session(&link);
    tls_link_free(&link);
    tls_client_start(&late.client, &p->server, NULL, NULL, TLS_QUIRK_NONE, &session);
    tls_link_run(&late); /* began before: what was made later is not for it */
    facts_are(&late, "ECDHE-ECDSA-", false);
    tls_link_free(&late);
    tls_link_run(&old); /* began before: its session is not kept */
    session = tls_link_session(&old);
    tls_link_free(&old);
    tls_link_open(&link, p->shared, &p->site, NULL, TLS_QUIRK_NONE, &session);
    facts_are(&link, "ECDHE-ECDSA-", false);
    tls_link_free(&link);
}

static void another_secret_does_not_resume(void **state)
{
    struct tls_people *p = *state;
    struct tls_link link;
    tls_link_open(&link, p->shared, &p->site, NULL, TLS_QUIRK_NONE, NULL);
    br_ssl_session_parameters session = tls_link_session(&link);
    tls_link_free(&link);
    session.master_secret[0] ^= 1;
    tls_link_start(&link, p->shared, &p->site, NULL, NULL, TLS_QUIRK_NONE, &session);
    tls_link_run(&link);
    assert_int_not_equal(httpd_tls_state(link.server), HTTPD_TLS_OPEN);
    tls_link_free(&link);
}

/* ---- refused ---- */

static void small_order_point_is_refused(void **state)
{
    struct tls_people *p = *state;
    struct tls_link link;
    tls_link_start(&link, p->shared, &p->site, NULL, NULL, TLS_QUIRK_ZERO_POINT, NULL);
    tls_link_run(&link);
    assert_int_equal(httpd_tls_state(link.server), HTTPD_TLS_CLOSED);
    assert_non_null(strstr(httpd_tls_failure(link.server), "integrity check"));
    tls_link_free(&link);
}

static void old_suites_are_refused(void **state)
{
    struct tls_people *p = *state;
    struct tls_link link;
    tls_link_start(&link, p->shared, &p->site_rsa, NULL, NULL, TLS_QUIRK_OLD_SUITES, NULL);
    tls_link_run(&link);
    assert_int_equal(httpd_tls_state(link.server), HTTPD_TLS_CLOSED);
    assert_non_null(strstr(httpd_tls_failure(link.server), "no cipher suite"));
    assert_int_equal(br_ssl_engine_last_error(&link.client.engine.eng), BR_ERR_RECV_FATAL_ALERT + 40);
    tls_link_free(&link);
}

static void old_version_is_refused(void **state)
{
    struct tls_people *p = *state;
    struct tls_link link;
    tls_link_start(&link, p->shared, &p->site, NULL, NULL, TLS_QUIRK_OLD_VERSION, NULL);
    tls_link_run(&link);
    assert_int_equal(httpd_tls_state(link.server), HTTPD_TLS_CLOSED);
    assert_string_equal(httpd_tls_failure(link.server), "the client does not speak TLS 1.2");
    tls_link_free(&link);
}

static void plain_http_is_refused(void **state)
{
    struct tls_people *p = *state;
    struct httpd_tls *tls;
    static const char request[] = "GET / HTTP/1.1\r\n";
    size_t room;
    assert_int_equal(httpd_tls_create(p->shared, &p->site.settings, &tls), ERROR_SUCCESS);
    assert_int_equal(httpd_tls_wake(tls), ERROR_SUCCESS);
    uint8_t *space = httpd_tls_cipher_space(tls, &room);
    assert_true(room >= 5);
    memcpy(space, request, 5);
    httpd_tls_cipher_received(tls, 5);
    assert_int_equal(httpd_tls_state(tls), HTTPD_TLS_CLOSED);
    assert_string_equal(httpd_tls_failure(tls), "the client does not speak TLS");
    assert_true(httpd_tls_idle(tls));
    httpd_tls_destroy(tls);
}

static void tampered_record_is_refused(void **state)
{
    struct tls_people *p = *state;
    struct tls_link link;
    size_t size, room;
    tls_link_open(&link, p->shared, &p->site, NULL, TLS_QUIRK_NONE, NULL);
    br_ssl_engine_context *client = &link.client.engine.eng;
    uint8_t *plain = br_ssl_engine_sendapp_buf(client, &size);
    memcpy(plain, "GET", 3);
    br_ssl_engine_sendapp_ack(client, 3);
    br_ssl_engine_flush(client, 0);
    const uint8_t *record = br_ssl_engine_sendrec_buf(client, &size);
    uint8_t *space = httpd_tls_cipher_space(link.server, &room);
    memcpy(space, record, 5);
    httpd_tls_cipher_received(link.server, 5);
    space = httpd_tls_cipher_space(link.server, &room);
    memcpy(space, record + 5, size - 5);
    space[size - 6] ^= 1;
    httpd_tls_cipher_received(link.server, size - 5);
    assert_int_equal(httpd_tls_state(link.server), HTTPD_TLS_CLOSED);
    assert_non_null(strstr(httpd_tls_failure(link.server), "integrity check"));
    tls_link_free(&link);
}

/* ---- the end ---- */

static void close_throws_unread_data_away(void **state)
{
    struct tls_people *p = *state;
    struct tls_link link;
    size_t size;
    tls_link_open(&link, p->shared, &p->site, NULL, TLS_QUIRK_NONE, NULL);
    link.hold_plain = true;
    tls_link_upload(&link, large, 50000); /* stands still: the first record is not taken */
    httpd_tls_close(link.server);
    assert_int_equal(httpd_tls_state(link.server), HTTPD_TLS_CLOSED);
    assert_null(httpd_tls_failure(link.server));
    assert_null(httpd_tls_plain_pending(link.server, &size));
    tls_link_run(&link);
    assert_int_equal(link.client.engine.eng.shutdown_recv, 1); /* close_notify came */
    assert_null(httpd_tls_cipher_pending(link.server, &size));
    assert_true(httpd_tls_idle(link.server));
    tls_link_free(&link);
}

static void peer_closes(void **state)
{
    struct tls_people *p = *state;
    struct tls_link link;
    tls_link_open(&link, p->shared, &p->site, NULL, TLS_QUIRK_NONE, NULL);
    br_ssl_engine_close(&link.client.engine.eng);
    tls_link_run(&link);
    assert_int_equal(httpd_tls_state(link.server), HTTPD_TLS_CLOSED);
    assert_null(httpd_tls_failure(link.server));
    assert_int_equal(br_ssl_engine_current_state(&link.client.engine.eng), BR_SSL_CLOSED);
    assert_int_equal(br_ssl_engine_last_error(&link.client.engine.eng), BR_ERR_OK);
    assert_true(httpd_tls_idle(link.server));
    tls_link_free(&link);
}

#define T(f) cmocka_unit_test_setup_teardown(f, tls_people_fresh, tls_people_done)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(ec_key),
        T(rsa_key),
        T(no_key_is_an_error),
        T(large_data_both_ways),
        T(sleeps_between_bytes),
        T(buffers_are_shared_between_sleepers),
        T(does_not_sleep_on_data),
        T(resumes),
        T(forgets_sessions),
        T(another_secret_does_not_resume),
        T(small_order_point_is_refused),
        T(old_suites_are_refused),
        T(old_version_is_refused),
        T(plain_http_is_refused),
        T(tampered_record_is_refused),
        T(close_throws_unread_data_away),
        T(peer_closes),
    };
    return cmocka_run_group_tests_name("tls_handshake", tests, tls_people_setup, tls_people_teardown);
}
