/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CERIUM_CERTSTORE_CERT_PUBLIC_KEY_H
#define CERIUM_CERTSTORE_CERT_PUBLIC_KEY_H

#include "certstore/cert.h"
#include "der/der.h"

/*
 * Fills key_kind and what goes with it out of cert->spki. false: no SubjectPublicKeyInfo. A well-formed one
 * with a key of another kind, or with a key that could never verify anything honestly (even modulus or
 * exponent, exponent 1), is CERT_KEY_UNSUPPORTED.
 */
bool cert_public_key_read(struct cert *cert);

/* The named curve of an ECParameters / algorithm parameter: content of its OID. */
enum cert_key_kind cert_curve_kind(struct plat_span oid);
struct plat_span cert_curve_oid(enum cert_key_kind kind); /* size 0 when it is no curve */
uint32_t cert_curve_bits(enum cert_key_kind kind);        /* 256, 384, 521; 0 */

extern const struct plat_span cert_oid_rsa_encryption; /* 1.2.840.113549.1.1.1 */
extern const struct plat_span cert_oid_ec_public_key;  /* 1.2.840.10045.2.1 */

/* A positive INTEGER without its sign byte; fails on zero and negative ones. */
struct plat_span cert_read_positive(struct der_reader *r);
uint32_t cert_bit_length(struct plat_span number); /* big-endian */

#endif
