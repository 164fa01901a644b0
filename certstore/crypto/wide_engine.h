/* SPDX-License-Identifier: Apache-2.0 */
/*
 * P-256 and X25519 for 64-bit processors behind BearSSL's interfaces; other curves take BearSSL's own way. For
 * engines.c.
 */
#ifndef CERIUM_CERTSTORE_WIDE_ENGINE_H
#define CERIUM_CERTSTORE_WIDE_ENGINE_H

#include <bearssl.h>

/*
 * Constant time in scalars and coordinates. Unlike BearSSL's code it says what it does with scalars of no
 * use: mul and muladd fail when one is 0 or not below the order, mulgen gives a point of zeros for 0.
 */
extern const br_ec_impl cert_wide_ec;

/* Signatures in ASN.1 form. Verifying is not constant time: nothing in it is secret. Signing is, and as RFC
 * 6979 has it. */
uint32_t cert_wide_ecdsa_verify(const br_ec_impl *ec, const void *hash, size_t hash_size,
                                const br_ec_public_key *key, const void *signature, size_t size);
size_t cert_wide_ecdsa_sign(const br_ec_impl *ec, const br_hash_class *hash_class, const void *hash,
                            const br_ec_private_key *key, void *signature);

#endif
