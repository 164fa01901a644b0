/* SPDX-License-Identifier: Apache-2.0 */
/* The br_x509_class: called as BearSSL calls it, with what an honest and a hostile peer may send. */
#include "maker.h"

#include "certstore/bearssl_peer.h"
#include "platform/fake.h"

#include <string.h>

static struct maker_key rsa, p256;
static struct plat_buffer der;

static int setup(void **state)
{
    (void)state;
    maker_key(&rsa, CERT_KEY_RSA, 1024);
    maker_key(&p256, CERT_KEY_EC_P256, 0);
    plat_buffer_init(&der, 1024U * 1024U);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    plat_buffer_free(&der);
    return 0;
}

static void start(struct cert_peer *peer)
{
    cert_peer_init(peer);
    peer->vtable->start_chain(&peer->vtable, NULL);
}

/* In pieces of at most 256 bytes, as BearSSL does. */
static void send(struct cert_peer *peer, uint32_t claimed, struct plat_span bytes)
{
    peer->vtable->start_cert(&peer->vtable, claimed);
    for (size_t i = 0; i < bytes.size; i += 256) {
        peer->vtable->append(&peer->vtable, bytes.data + i, bytes.size - i < 256 ? bytes.size - i : 256);
    }
    peer->vtable->end_cert(&peer->vtable);
}

static void send_made(struct cert_peer *peer, const struct maker_cert *recipe)
{
    maker_cert(recipe, &der);
    send(peer, (uint32_t)der.size, plat_span_of(der.data, der.size));
}

static unsigned end(struct cert_peer *peer)
{
    return peer->vtable->end_chain(&peer->vtable);
}

static const br_x509_pkey *key(struct cert_peer *peer)
{
    unsigned usages = 0;
    const br_x509_pkey *found = peer->vtable->get_pkey(&peer->vtable, &usages);
    assert_int_equal(usages, BR_KEYTYPE_SIGN);
    assert_ptr_equal(peer->vtable->get_pkey(&peer->vtable, NULL), found);
    return found;
}

static void a_chain(void **state)
{
    struct cert_peer peer;
    (void)state;
    start(&peer);
    assert_false(cert_peer_sent(&peer));
    send_made(&peer, &(struct maker_cert){.key = &p256, .serial = "11"});
    size_t first = der.size;
    send_made(&peer, &(struct maker_cert){.signer = &rsa, .serial = "2222"});
    assert_int_equal(end(&peer), 0);
    assert_true(cert_peer_sent(&peer) && cert_peer_usable(&peer));
    assert_int_equal(peer.count, 2);
    assert_int_equal(cert_peer_at(&peer, 0).size, first);
    assert_true(plat_span_equal(cert_peer_at(&peer, 1), plat_span_of(der.data, der.size)));
    assert_int_equal(cert_peer_at(&peer, 2).size, 0);
    assert_int_equal(key(&peer)->key_type, BR_KEYTYPE_EC);
    assert_int_equal(key(&peer)->key.ec.curve, BR_EC_secp256r1);
    assert_memory_equal(key(&peer)->key.ec.q, p256.ec_public.q, p256.ec_public.qlen);
    /* the next handshake starts from nothing */
    peer.vtable->start_chain(&peer.vtable, NULL);
    assert_false(cert_peer_sent(&peer));
    assert_false(cert_peer_usable(&peer));
    assert_null(key(&peer));
    send_made(&peer, &(struct maker_cert){.key = &rsa});
    assert_int_equal(end(&peer), 0);
    assert_int_equal(key(&peer)->key_type, BR_KEYTYPE_RSA);
    assert_memory_equal(key(&peer)->key.rsa.n, rsa.rsa_public.n, rsa.rsa_public.nlen);
    cert_peer_free(&peer);
    assert_false(cert_peer_sent(&peer));
    cert_peer_free(&peer);
}

/* Refused: an error for BearSSL, no key, not usable; but the peer did send something. */
static void expect_refused(struct cert_peer *peer, unsigned error)
{
    assert_int_equal(end(peer), error);
    assert_true(cert_peer_sent(peer));
    assert_false(cert_peer_usable(peer));
    assert_null(key(peer));
    cert_peer_free(peer);
}

static void refused(void **state)
{
    struct cert_peer peer;
    (void)state;
    start(&peer);
    send(&peer, 5, plat_span_of("hello", 5));
    expect_refused(&peer, BR_ERR_X509_INVALID_VALUE);
    start(&peer);
    send_made(&peer, &(struct maker_cert){.serial = "05"}); /* a key of a kind nobody knows */
    expect_refused(&peer, BR_ERR_X509_UNSUPPORTED);
    start(&peer);
    send_made(
        &peer,
        &(struct maker_cert){
            .spki = "30{30{06{@1.2.840.113549.1.1.1} 0500} 03{00 30{02{00c1 *512(22) 05} 02{010001}}}}"});
    expect_refused(&peer, BR_ERR_X509_LIMIT_EXCEEDED); /* RSA 4112 */
    start(&peer);
    send(&peer, 0, (struct plat_span){0});
    expect_refused(&peer, BR_ERR_X509_TRUNCATED);
    start(&peer);
    send(&peer, 100, plat_span_of("hello", 5));
    expect_refused(&peer, BR_ERR_X509_TRUNCATED);
    start(&peer);
    send(&peer, 2, plat_span_of("hello", 5));
    expect_refused(&peer, BR_ERR_X509_LIMIT_EXCEEDED);
    start(&peer);
    expect_refused(&peer, BR_ERR_X509_EMPTY_CHAIN);
    /* a good leaf does not make up for what comes behind it */
    start(&peer);
    send_made(&peer, &(struct maker_cert){.key = &p256});
    send(&peer, 100, plat_span_of("hello", 5));
    expect_refused(&peer, BR_ERR_X509_TRUNCATED);
}

static void limits(void **state)
{
    static uint8_t bytes[LIMIT_PEER_CHAIN];
    struct cert_peer peer;
    (void)state;
    start(&peer);
    send_made(&peer, &(struct maker_cert){.key = &p256});
    for (unsigned i = 1; i < LIMIT_PEER_CERTIFICATES; i++) {
        send(&peer, 1, plat_span_of("x", 1));
    }
    assert_int_equal(end(&peer), 0);
    assert_true(cert_peer_usable(&peer));
    cert_peer_free(&peer);

    start(&peer);
    send_made(&peer, &(struct maker_cert){.key = &p256});
    for (unsigned i = 1; i <= LIMIT_PEER_CERTIFICATES; i++) {
        send(&peer, 1, plat_span_of("x", 1));
    }
    expect_refused(&peer, BR_ERR_X509_LIMIT_EXCEEDED);

    start(&peer);
    send_made(&peer, &(struct maker_cert){.key = &p256});
    send(&peer, LIMIT_PEER_CHAIN, plat_span_of(bytes, sizeof bytes));
    expect_refused(&peer, BR_ERR_X509_LIMIT_EXCEEDED);

    start(&peer);
    send(&peer, UINT32_MAX & 0xffffffU,
         plat_span_of(bytes, sizeof bytes));             /* the most a handshake can claim */
    assert_true(peer.chain.capacity < LIMIT_PEER_CHAIN); /* nothing is reserved for it */
    expect_refused(&peer, BR_ERR_X509_LIMIT_EXCEEDED);
}

static void no_memory(void **state)
{
    struct cert_peer peer;
    (void)state;
    maker_cert(&(struct maker_cert){.key = &p256}, &der);
    start(&peer);
    plat_fake_memory_fail(1, true);
    send(&peer, (uint32_t)der.size, plat_span_of(der.data, der.size));
    plat_fake_memory_fail(0, false);
    expect_refused(&peer, BR_ERR_X509_LIMIT_EXCEEDED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(a_chain), cmocka_unit_test(refused),
                                       cmocka_unit_test(limits), cmocka_unit_test(no_memory)};
    return cmocka_run_group_tests_name("certstore.peer", tests, setup, teardown);
}
