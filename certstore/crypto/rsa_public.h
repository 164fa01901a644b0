/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CERIUM_CERTSTORE_RSA_PUBLIC_H
#define CERIUM_CERTSTORE_RSA_PUBLIC_H

#include "platform/limits.h"

#include <bearssl.h>

#include <stdbool.h>
#include <stdint.h>

#define RSA_PUBLIC_BITS_MOST LIMIT_RSA_BITS /* of a modulus; a multiple of 256 */

/* A br_rsa_pkcs1_vrfy for 64-bit processors: moduli up to RSA_PUBLIC_BITS_MOST. Not constant time: nothing in
 * it is secret. */
uint32_t cert_rsa_verify(const unsigned char *signature, size_t size, const unsigned char *oid,
                         size_t hash_size, const br_rsa_public_key *key, unsigned char *hash);

/*
 * x = x^exponent mod the modulus, both numbers big-endian and of this size, for an odd exponent; the modulus'
 * first octet is not 0. False for an even modulus, or an x that is not below it.
 */
bool rsa_public_power(uint8_t *x, size_t size, const uint8_t *modulus, uint64_t exponent);

#endif
