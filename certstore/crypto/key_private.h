/* SPDX-License-Identifier: Apache-2.0 */
/* The inside of a private key. Everything secret lies in one block that is wiped before it is freed. */
#ifndef CERIUM_CERTSTORE_CRYPTO_KEY_PRIVATE_H
#define CERIUM_CERTSTORE_CRYPTO_KEY_PRIVATE_H

#include "crypto/key_material.h"

#include <bearssl.h>

struct cert_key {
    enum cert_key_kind kind;
    br_rsa_private_key rsa;   /* kind CERT_KEY_RSA; points into secret */
    struct plat_span modulus; /* the same */
    br_ec_private_key ec;     /* kind is a curve; points into secret */
    uint8_t *secret;          /* RSA: RSAPrivateKey in DER. EC: the scalar, as long as the curve's order */
    size_t secret_size;
};

#define CERT_RSA_FACTOR_BITS_MOST 2080U /* of a prime: what BearSSL's private operation has room for */

/*
 * One private key in DER, of the form its content shows. *encrypted: it is an EncryptedPrivateKeyInfo.
 * NTE_BAD_KEY, ERROR_NOT_ENOUGH_MEMORY.
 */
PLAT_MUST_USE win_error cert_key_read_der(struct plat_span der, struct cert_key *key, bool *encrypted);

#define CERT_EC_POINT_MOST 133U /* uncompressed, P-521 */
/* The public point of an EC key; 0 on failure. */
size_t cert_key_ec_point(const struct cert_key *key, uint8_t point[CERT_EC_POINT_MOST]);

#endif
