/* SPDX-License-Identifier: Apache-2.0 */
/* Certificates for tests, made when they run: EC P-256, signed with ECDSA and SHA-256. */
#ifndef CERIUM_TESTS_CERTS_H
#define CERIUM_TESTS_CERTS_H

#include "certstore/cert.h"

#include <bearssl.h>

struct test_cert {
    uint8_t private_bytes[BR_EC_KBUF_PRIV_MAX_SIZE], public_bytes[BR_EC_KBUF_PUB_MAX_SIZE];
    br_ec_private_key key;
    br_ec_public_key public_key;
    struct plat_buffer der;
    struct cert cert;
};

/* What is 0 or NULL has the value in brackets. */
struct test_cert_options {
    const char *subject;            /* CN [no name at all] */
    const struct test_cert *issuer; /* [itself] */
    struct plat_span issuer_name;   /* DER Name in place of the issuer's subject */
    struct plat_span serial;        /* INTEGER content [01] */
    int64_t not_before, not_after;  /* [2001-01-01, 2049-12-31] */
    bool is_ca;                     /* basicConstraints and keyUsage of a CA */
    bool for_servers;               /* extendedKeyUsage serverAuth [clientAuth]; CAs have none */
};

void test_cert_make(struct test_cert *c, const struct test_cert_options *options);
void test_cert_free(struct test_cert *c);

/* Appends a DER Name: one RDN for each common name, the most specific last; a CN in UTF8String. */
void test_name(struct plat_buffer *out, const char *const *common_names, size_t count);

/* Appends the certificate, and its key (EC, SEC1), as PEM. */
void test_cert_pem(const struct test_cert *c, struct plat_buffer *pem);
void test_key_pem(const struct test_cert *c, struct plat_buffer *pem);

#endif
