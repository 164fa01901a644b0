/* SPDX-License-Identifier: Apache-2.0 */
/* The table of resumable sessions: bounds and age. Its clock is the fake one. */
#include "tls_people.h"

#include "platform/fake.h"
#include "platform/limits.h"
#include "tls/sessions.h"

#include <string.h>

static br_ssl_session_parameters session_of(unsigned number)
{
    br_ssl_session_parameters parameters;
    memset(&parameters, 0, sizeof parameters);
    parameters.session_id_len = 32;
    parameters.session_id[0] = (unsigned char)(number * 7); /* some share a bucket */
    parameters.session_id[30] = (unsigned char)(number >> 8);
    parameters.session_id[31] = (unsigned char)number;
    parameters.version = BR_TLS12;
    parameters.cipher_suite = (uint16_t)number;
    return parameters;
}

static const struct httpd_tls_session *find(struct httpd_tls_sessions *sessions, unsigned number)
{
    br_ssl_session_parameters parameters = session_of(number);
    const struct httpd_tls_session *session = httpd_tls_sessions_find(sessions, parameters.session_id);
    if (session != NULL)
        assert_int_equal(session->parameters.cipher_suite, number);
    return session;
}

static void add(struct httpd_tls_sessions *sessions, unsigned number,
                struct httpd_client_certificate *certificate)
{
    br_ssl_session_parameters parameters = session_of(number);
    httpd_tls_sessions_add(sessions, &parameters, certificate);
}

static void bounded_by_number(void **state)
{
    (void)state;
    struct httpd_tls_sessions sessions = {0};
    for (unsigned i = 0; i < LIMIT_TLS_SESSIONS; i++)
        add(&sessions, i, NULL);
    for (unsigned i = 0; i < LIMIT_TLS_SESSIONS; i++)
        assert_non_null(find(&sessions, i));
    assert_non_null(find(&sessions, 0)); /* used last, now */
    for (unsigned i = 0; i < 10; i++)
        add(&sessions, 1000 + i, NULL);
    assert_int_equal(sessions.count, LIMIT_TLS_SESSIONS);
    assert_non_null(find(&sessions, 0));
    for (unsigned i = 1; i <= 10; i++)
        assert_null(find(&sessions, i));
    assert_non_null(find(&sessions, 11));
    assert_non_null(find(&sessions, 1009));
    httpd_tls_sessions_clear(&sessions);
    assert_int_equal(sessions.count, 0);
    assert_null(find(&sessions, 0));
    assert_int_equal(plat_fake_memory_live(), 0);
}

static void bounded_by_age(void **state)
{
    (void)state;
    struct httpd_tls_sessions sessions = {0};
    add(&sessions, 1, NULL);
    plat_fake_clock_advance_ms(UINT64_C(1000) * LIMIT_TLS_SESSION_SECONDS - 1);
    assert_non_null(find(&sessions, 1)); /* being used makes it no younger */
    add(&sessions, 2, NULL);
    plat_fake_clock_advance_ms(1);
    assert_null(find(&sessions, 1));
    assert_non_null(find(&sessions, 2));
    assert_int_equal(sessions.count, 1);
    httpd_tls_sessions_clear(&sessions);
    assert_int_equal(plat_fake_memory_live(), 0);
}

/* A client that shows ever new, large chains cannot fill the memory with them. */
static void bounded_by_bytes(void **state)
{
    (void)state;
    struct tls_identity leaf;
    struct httpd_tls_sessions sessions = {0};
    struct httpd_client_certificate *certificate;
    struct plat_span chain[LIMIT_PEER_CERTIFICATES];
    tls_identity_make(&leaf, TLS_PKI_EC, "Somebody with a certificate of some size", NULL);
    for (size_t i = 0; i < LIMIT_PEER_CERTIFICATES; i++)
        chain[i] = leaf.cert.der;
    unsigned added = 0;
    while (added < 100000 / LIMIT_PEER_CERTIFICATES) {
        assert_int_equal(httpd_client_certificate_create(chain, LIMIT_PEER_CERTIFICATES, &certificate),
                         ERROR_SUCCESS);
        add(&sessions, added++, certificate);
        httpd_client_certificate_unref(certificate);
        assert_true(sessions.bytes <= LIMIT_TLS_SESSION_BYTES);
        assert_true(sessions.count >= 1 && sessions.count <= LIMIT_TLS_SESSIONS);
    }
    const struct httpd_tls_session *last = find(&sessions, added - 1);
    assert_non_null(last);
    assert_non_null(last->certificate);
    httpd_tls_sessions_clear(&sessions);
    assert_int_equal(sessions.bytes, 0);
    tls_identity_free(&leaf);
    assert_int_equal(plat_fake_memory_live(), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bounded_by_number),
        cmocka_unit_test(bounded_by_age),
        cmocka_unit_test(bounded_by_bytes),
    };
    return cmocka_run_group_tests_name("tls_sessions", tests, NULL, NULL);
}
