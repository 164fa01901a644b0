/* SPDX-License-Identifier: Apache-2.0 */
/* Keys and certificates for the tests of TLS, made when they run. */
#ifndef CERIUM_TESTS_TLS_PKI_H
#define CERIUM_TESTS_TLS_PKI_H

#include "certstore/bearssl_peer.h"

#include <bearssl.h>

enum tls_pki_kind {
    TLS_PKI_EC,
    TLS_PKI_RSA,    /* 1024 bits: quick to make */
    TLS_PKI_ED25519 /* a certificate whose key this project cannot use; the private key is TLS_PKI_EC's */
};

struct tls_identity {
    enum tls_pki_kind kind;
    uint8_t key_bytes[BR_RSA_KBUF_PRIV_SIZE(1024)];
    uint8_t public_bytes[BR_RSA_KBUF_PUB_SIZE(1024)];
    br_ec_private_key ec;
    br_ec_public_key ec_public;
    br_rsa_private_key rsa;
    br_rsa_public_key rsa_public;
    struct plat_buffer der;
    struct cert cert;
    br_x509_certificate chain[1];
};

/* A key and a certificate of CN=name, signed by `issuer` (an EC one), or by itself when that is NULL. */
void tls_identity_make(struct tls_identity *identity, enum tls_pki_kind kind, const char *name,
                       const struct tls_identity *issuer);
void tls_identity_free(struct tls_identity *identity);
struct cert_key *tls_identity_key(const struct tls_identity *identity); /* cert_key_free */

#endif
