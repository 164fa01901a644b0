/* SPDX-License-Identifier: Apache-2.0 */
/* RSA signatures with keys above the 4096 bits that BearSSL takes. */
#ifndef CERIUM_CERTSTORE_RSA_LARGE_H
#define CERIUM_CERTSTORE_RSA_LARGE_H

#include "platform/limits.h"

#include <bearssl.h>

#include <stdbool.h>

/* The implementation that engines.c picks: moduli up to LIMIT_RSA_BITS, exponents up to LIMIT_RSA_EXPONENT. Not constant time. */
br_rsa_pkcs1_vrfy cert_rsa_large_engine(void);

/* A br_rsa_pkcs1_vrfy in plain C with 32-bit limbs, for processors without a 128-bit product. */
uint32_t cert_rsa_large_verify(const unsigned char *signature, size_t size, const unsigned char *oid,
                               size_t hash_size, const br_rsa_public_key *key, unsigned char *hash);
/* x = x^exponent mod the modulus, as rsa_public_power (rsa_public.h) has it. */
bool rsa_large_power(uint8_t *x, size_t size, const uint8_t *modulus, uint64_t exponent);

#endif
