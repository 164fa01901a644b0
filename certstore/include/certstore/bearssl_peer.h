/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BearSSL's side of certificates, for the TLS code only (the one public header that includes bearssl.h): the
 * implementations of public-key arithmetic, the br_x509_class that takes a peer's chain in, and views of keys
 * as BearSSL wants them.
 */
#ifndef CERIUM_CERTSTORE_BEARSSL_PEER_H
#define CERIUM_CERTSTORE_BEARSSL_PEER_H

#include "certstore/key.h"
#include "platform/limits.h"

#include <bearssl.h>

/* The implementations that this processor runs best, picked in crypto/engines.c. */
struct cert_engines {
    const br_ec_impl *ec;          /* P-256, P-384, P-521 and Curve25519 */
    const br_ec_impl *ec_exchange; /* the same for key agreement in TLS: refuses a shared secret that is zero */
    br_ecdsa_vrfy ecdsa_verify;    /* signatures in ASN.1 form, as TLS and X.509 have them */
    br_ecdsa_sign ecdsa_sign;
    br_rsa_pkcs1_vrfy rsa_verify;
    br_rsa_pkcs1_sign rsa_sign;
};
struct cert_engines cert_engines(void);

/*
 * Collects the peer's certificates during a handshake, bounded by LIMIT_PEER_CERTIFICATES and
 * LIMIT_PEER_CHAIN, and hands BearSSL the leaf's public key, so that proof of possession is enforced. It does
 * not judge: the chain engine does that afterwards. A chain that is too large, or whose leaf has no usable
 * key, ends with a BearSSL error: with BR_OPT_TOLERATE_NO_CLIENT_AUTH the handshake then goes on WITHOUT
 * proof of possession, and cert_peer_usable says false: nothing of it may be believed.
 *
 * A client that sends an empty list calls nothing here, so a chain from an earlier handshake of the
 * connection would stay: cert_peer_free and cert_peer_init before each handshake that asks for a certificate.
 */
struct cert_peer {
    const br_x509_class *vtable;            /* first: BearSSL's object layout */
    struct plat_buffer chain;               /* the certificates one behind the other */
    uint32_t ends[LIMIT_PEER_CERTIFICATES]; /* where each ends in chain */
    uint32_t count;
    unsigned failure; /* 0 or a BR_ERR_X509_* */
    bool complete;    /* end_chain was reached with a usable leaf key */
    struct cert leaf;
    br_x509_pkey key;
};

extern const br_x509_class cert_peer_class;

void cert_peer_init(struct cert_peer *peer);
void cert_peer_free(struct cert_peer *peer);         /* frees the chain; usable again after cert_peer_init */
bool cert_peer_sent(const struct cert_peer *peer);   /* at least one certificate came */
bool cert_peer_usable(const struct cert_peer *peer); /* and its leaf's key was given to BearSSL */
struct plat_span cert_peer_at(const struct cert_peer *peer, uint32_t index); /* DER; 0 = leaf */

/* The key as BearSSL wants it; NULL when it is of the other kind. Lives as long as the key. */
const br_rsa_private_key *cert_key_bearssl_rsa(const struct cert_key *key);
const br_ec_private_key *cert_key_bearssl_ec(const struct cert_key *key);

#endif
