/* SPDX-License-Identifier: Apache-2.0 */
/* Keys and certificates made for a test, in the notation of tests/support/der_text.h. */
#ifndef CERIUM_TESTS_CERTSTORE_MAKER_H
#define CERIUM_TESTS_CERTSTORE_MAKER_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "certstore/cert.h"

#include <bearssl.h>

struct maker_key {
    enum cert_key_kind kind;
    br_rsa_private_key rsa;
    br_rsa_public_key rsa_public;
    br_ec_private_key ec;
    br_ec_public_key ec_public;
    unsigned char secret[2400], open[1100]; /* what BearSSL's structures point into: room for RSA 4096 */
};
/*
 * Makes a key from the system's random numbers. `bits`: of RSA; ignored for curves. Do not copy the
 * structure.
 */
void maker_key(struct maker_key *key, enum cert_key_kind kind, unsigned bits);
/* The private key in DER: PKCS#1 or SEC1 ("raw"), or PKCS#8. */
void maker_key_der(const struct maker_key *key, bool pkcs8, struct plat_buffer *out);

/* What goes into a certificate; what is NULL or 0 has a default. */
struct maker_cert {
    const char *version;          /* "a0{02{02}}" */
    const char *serial;           /* content of the INTEGER: "01" */
    int digest;                   /* what is really signed: br_sha1_ID ...; 0 = br_sha256_ID */
    const char *algorithm;        /* both AlgorithmIdentifiers: the digest with the signer's kind of key */
    const char *inner_algorithm;  /* another one inside */
    const char *issuer, *subject; /* Name: "30{...}", or anything else as a CN */
    const char *not_before, *not_after; /* "17{'200101000000Z'}", "17{'400101000000Z'}" */
    const char *spki;                   /* key's */
    const char *tail;       /* behind the SubjectPublicKeyInfo, before the extensions: unique identifiers */
    const char *extensions; /* Extension elements, wrapped as [3]; NULL = none */
    const char *signature;  /* content of the BIT STRING instead of a real one */
    const struct maker_key *key;    /* the subject's; NULL = signer's */
    const struct maker_key *signer; /* NULL = no real signature: "00 aa" */
};
/* Replaces what the buffer holds by the certificate. */
void maker_cert(const struct maker_cert *recipe, struct plat_buffer *der);
/* The same, parsed; the bytes live in `der`. */
struct cert maker_parse(const struct maker_cert *recipe, struct plat_buffer *der);

/* der_text, or the test fails; the buffer is emptied first. */
struct plat_span maker_der(const char *text, struct plat_buffer *out);

#define ELEMENTS(array) (sizeof(array) / sizeof((array)[0]))

#endif
