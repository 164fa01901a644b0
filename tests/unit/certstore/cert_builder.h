/* SPDX-License-Identifier: Apache-2.0 */
/* Certificates made while tests run: DER from a recipe, signed with P-256. Whatever fails ends the test. */
#ifndef CERIUM_TESTS_CERT_BUILDER_H
#define CERIUM_TESTS_CERT_BUILDER_H

#include "platform/bytes.h"

#include <bearssl.h>

struct test_key {
    uint8_t private_bytes[BR_EC_KBUF_PRIV_MAX_SIZE];
    uint8_t public_bytes[BR_EC_KBUF_PUB_MAX_SIZE];
    br_ec_private_key private_key;
    br_ec_public_key public_key;
};

/* The same label gives the same key. */
void test_key_make(struct test_key *key, const char *label);

enum test_algorithm {
    TEST_ECDSA_SHA256,
    TEST_ECDSA_SHA1,
    TEST_RSA_MD2,
    TEST_RSA_MD5,
    TEST_ED25519,
    TEST_ED448,
    TEST_RSA_PSS,
    TEST_RSA_SHA256
};

struct cert_recipe {
    unsigned version; /* 1 or 3 */
    uint64_t serial;
    struct plat_span subject, issuer; /* Names with their headers */
    int64_t not_before, not_after;
    const struct test_key *key;
    unsigned rsa_bits;     /* not 0: a made-up RSA public key of that size instead of `key` */
    uint64_t rsa_exponent; /* of it; 0 = 65537 */
    size_t signature_size; /* not 0: so many octets that mean nothing in place of a signature */
    const struct test_key *signer;
    enum test_algorithm algorithm; /* other than ECDSA: named only, signed with ECDSA all the same */
    bool break_signature;
    bool algorithms_differ;        /* the unsigned identifier says ecdsa-with-SHA384 */
    struct plat_buffer extensions; /* test_extension appends; caller inits and frees */
};

void test_extension(struct plat_buffer *extensions, const char *oid, bool critical, struct plat_span value);
void cert_recipe_make(const struct cert_recipe *recipe, struct plat_buffer *der);

/* ---- pieces of DER ---- */

void test_der_oid(struct plat_buffer *out, const char *dotted);
void test_der_unsigned(struct plat_buffer *out, unsigned tag, uint64_t value);
/* What was appended to `out` since `start` becomes the content of an element. */
void test_der_wrap(struct plat_buffer *out, size_t start, unsigned tag);
/* "O=Company/CN=Alice": types C, O, OU, CN, E; "" is the empty name. */
void test_der_name(struct plat_buffer *out, const char *text);

#endif
