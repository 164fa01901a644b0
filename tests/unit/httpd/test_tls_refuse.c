/* SPDX-License-Identifier: Apache-2.0 */
/* Renegotiations that must not be (RFC 5746), and the pieces they are judged by. */
#include "tls_people.h"

#include "tls/client_hello.h"

#include <string.h>

static void client_may_not_renegotiate(void **state)
{
    struct tls_people *p = *state;
    struct tls_link link;
    tls_link_open(&link, p->shared, &p->site, &p->alice, TLS_QUIRK_NONE, NULL);
    assert_int_equal(br_ssl_engine_renegotiate(&link.client.engine.eng), 1);
    tls_link_run(&link);
    assert_int_equal(br_ssl_engine_last_error(&link.client.engine.eng), BR_ERR_RECV_FATAL_ALERT + 100);
    assert_int_equal(httpd_tls_state(link.server), HTTPD_TLS_OPEN); /* a warning: the connection could go on */
    assert_int_equal(httpd_tls_certificate_state(link.server), HTTPD_CERT_NOT_ASKED);
    tls_link_free(&link);
}

static void client_may_not_renegotiate_after_it_was_asked(void **state)
{
    struct tls_people *p = *state;
    struct tls_link link;
    tls_link_open(&link, p->shared, &p->site, &p->alice, TLS_QUIRK_NONE, NULL);
    tls_people_ask(&link);
    struct httpd_client_certificate *certificate = httpd_tls_certificate(link.server);
    assert_non_null(certificate);
    assert_int_equal(br_ssl_engine_renegotiate(&link.client.engine.eng), 1);
    tls_link_run(&link);
    assert_int_equal(br_ssl_engine_last_error(&link.client.engine.eng), BR_ERR_RECV_FATAL_ALERT + 100);
    assert_ptr_equal(httpd_tls_certificate(link.server), certificate);
    tls_link_free(&link);
}

/*
 * Without the extension, a stranger's first ClientHello could be spliced in here: that it is missing must be
 * seen.
 */
static void hello_without_info(void **state)
{
    struct tls_people *p = *state;
    struct tls_link link;
    tls_link_open(&link, p->shared, &p->site, &p->alice, TLS_QUIRK_STRIP_INFO, NULL);
    tls_people_ask(&link);
    assert_int_equal(httpd_tls_state(link.server), HTTPD_TLS_CLOSED);
    assert_non_null(strstr(httpd_tls_failure(link.server), "without the renegotiation_info"));
    assert_int_equal(br_ssl_engine_last_error(&link.client.engine.eng), BR_ERR_RECV_FATAL_ALERT + 40);
    assert_null(httpd_tls_certificate(link.server));
    tls_link_free(&link);
}

static void hello_of_another_connection(void **state)
{
    struct tls_people *p = *state;
    struct tls_link link;
    tls_link_open(&link, p->shared, &p->site, &p->alice, TLS_QUIRK_NONE, NULL);
    link.client.engine.eng.saved_finished[3] ^= 1;
    tls_people_ask(&link);
    assert_int_equal(httpd_tls_state(link.server), HTTPD_TLS_CLOSED);
    assert_non_null(strstr(httpd_tls_failure(link.server), "not of this connection"));
    tls_link_free(&link);
}

/*
 * The extension is looked for in the hello's record; a hello in pieces, which no client sends, is not
 * believed.
 */
static void hello_in_pieces(void **state)
{
    struct tls_people *p = *state;
    struct tls_link link;
    tls_link_open(&link, p->shared, &p->site, &p->alice, TLS_QUIRK_NONE, NULL);
    link.client.engine.eng.max_frag_len = 100;
    tls_link_upload(&link, "x", 1); /* records are as small from the next one on */
    tls_people_ask(&link);
    assert_int_equal(httpd_tls_state(link.server), HTTPD_TLS_CLOSED);
    assert_non_null(strstr(httpd_tls_failure(link.server), "without the renegotiation_info"));
    tls_link_free(&link);
}

/* Bytes behind the last message of a handshake would be read by nobody, and block all that follows. */
static void trailing_message(void **state)
{
    struct tls_people *p = *state;
    struct tls_link link;
    tls_link_open(&link, p->shared, &p->site, &p->alice, TLS_QUIRK_TRAILING, NULL);
    tls_people_ask(&link);
    assert_int_equal(httpd_tls_state(link.server), HTTPD_TLS_CLOSED);
    assert_non_null(strstr(httpd_tls_failure(link.server), "out of order"));
    tls_link_free(&link);
}

/* ---- ClientHello ---- */

static size_t hello_make(uint8_t *bytes, const uint8_t *extensions, size_t size)
{
    static const uint8_t tail[] = {0x00, 0x00, 0x02, 0xc0,
                                   0x2b, 0x01, 0x00}; /* no ID, one suite, no compression */
    size_t at = 4;
    bytes[at++] = 3;
    bytes[at++] = 3;
    memset(bytes + at, 0x55, 32);
    at += 32;
    memcpy(bytes + at, tail, sizeof tail);
    at += sizeof tail;
    if (extensions != NULL) {
        bytes[at++] = (uint8_t)(size >> 8);
        bytes[at++] = (uint8_t)size;
        memcpy(bytes + at, extensions, size);
        at += size;
    }
    bytes[0] = 1;
    bytes[1] = 0;
    bytes[2] = (uint8_t)((at - 4) >> 8);
    bytes[3] = (uint8_t)(at - 4);
    return at;
}

static bool has_info(const uint8_t *bytes, size_t size)
{
    struct tls_client_hello hello;
    struct plat_span value;
    return httpd_tls_client_hello_parse(plat_span_of(bytes, size), &hello) &&
           httpd_tls_client_hello_extension(&hello, TLS_EXTENSION_RENEGOTIATION_INFO, &value) &&
           value.size == 1;
}

static void hello_extensions(void **state)
{
    (void)state;
    static const uint8_t with[] = {0x00, 0x17, 0x00, 0x00, 0xff, 0x01, 0x00, 0x01, 0x00};
    static const uint8_t without[] = {0x00, 0x17, 0x00, 0x02, 0xff, 0x01};
    static const uint8_t twice[] = {0xff, 0x01, 0x00, 0x01, 0x00, 0xff, 0x01, 0x00, 0x01, 0x00};
    static const uint8_t cut[] = {0xff, 0x01, 0x00, 0x01, 0x00, 0x00, 0x17, 0x00};
    uint8_t bytes[128];
    assert_true(has_info(bytes, hello_make(bytes, with, sizeof with)));
    assert_false(has_info(bytes, hello_make(bytes, without, sizeof without)));
    assert_false(has_info(bytes, hello_make(bytes, twice, sizeof twice)));
    assert_false(has_info(bytes, hello_make(bytes, cut, sizeof cut)));
    assert_false(has_info(bytes, hello_make(bytes, NULL, 0)));
}

static void hello_cut_anywhere(void **state)
{
    (void)state;
    static const uint8_t with[] = {0xff, 0x01, 0x00, 0x01, 0x00};
    uint8_t bytes[128];
    size_t size = hello_make(bytes, with, sizeof with);
    assert_true(has_info(bytes, size));
    for (size_t i = 0; i < size; i++)
        assert_false(has_info(bytes, i));
    bytes[size] = 0;
    assert_false(has_info(bytes, size + 1));
    bytes[0] = 2; /* a ServerHello */
    assert_false(has_info(bytes, size));
}

#define T(f) cmocka_unit_test_setup_teardown(f, tls_people_fresh, tls_people_done)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(client_may_not_renegotiate),
        T(client_may_not_renegotiate_after_it_was_asked),
        T(hello_without_info),
        T(hello_of_another_connection),
        T(hello_in_pieces),
        T(trailing_message),
        cmocka_unit_test(hello_extensions),
        cmocka_unit_test(hello_cut_anywhere),
    };
    return cmocka_run_group_tests_name("tls_refuse", tests, tls_people_setup, tls_people_teardown);
}
