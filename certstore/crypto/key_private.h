/* SPDX-License-Identifier: Apache-2.0 */
/* The inside of a private key. Everything secret lies in one block that is wiped before it is freed. */
#ifndef CERIUM_CERTSTORE_CRYPTO_KEY_PRIVATE_H
#define CERIUM_CERTSTORE_CRYPTO_KEY_PRIVATE_H

#include "crypto/key_material.h"
#include "crypto/pbe.h"
#include "platform/limits.h"

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
 * One private key in DER, of the form its content shows, not encrypted. NTE_BAD_KEY (*why is replaced when
 * there is more to say than that it is no key of a kind that key.h names), ERROR_NOT_ENOUGH_MEMORY.
 */
PLAT_MUST_USE win_error cert_key_of_der(struct plat_span der, struct cert_key **key, const char **why);
/*
 * EncryptedPrivateKeyInfo (RFC 5958 section 3), opened with the job's password; besides the errors of
 * pbe_decrypt those of cert_key_of_der.
 */
PLAT_MUST_USE win_error cert_key_of_encrypted(struct pbe_job *job, struct plat_span der,
                                              struct cert_key **key, const char **why);
bool cert_key_is_encrypted(struct plat_span der); /* by its outside */
/* Appends PrivateKeyInfo (RFC 5208; EC: RFC 5915 inside); `out` has room for CERT_KEY_DER_MOST bytes. */
PLAT_MUST_USE win_error cert_key_write_der(const struct cert_key *key, struct plat_buffer *out);
#define CERT_KEY_DER_MOST (LIMIT_KEY_SIZE + 256U)
/* Replaces the DER in the secret buffer `der` by EncryptedPrivateKeyInfo, appended to `out`. */
PLAT_MUST_USE win_error cert_key_encrypt(const struct pbe_password *password, enum pbe_strength strength,
                                         struct plat_buffer *der, struct plat_buffer *out);

/* The parts of the key belong together as far as multiplying tells: n = p * q. */
bool cert_key_is_sound(const struct cert_key *key);

#define CERT_EC_POINT_MOST 133U /* uncompressed, P-521 */
/* The public point of an EC key; 0 on failure. */
size_t cert_key_ec_point(const struct cert_key *key, uint8_t point[CERT_EC_POINT_MOST]);

#endif
