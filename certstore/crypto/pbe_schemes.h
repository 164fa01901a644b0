/* SPDX-License-Identifier: Apache-2.0 */
/* The algorithms of encrypted key files by OID: content bytes. */
#ifndef CERIUM_CERTSTORE_CRYPTO_PBE_SCHEMES_H
#define CERIUM_CERTSTORE_CRYPTO_PBE_SCHEMES_H

#include "crypto/cipher.h"

#include <bearssl.h>

enum pbe_derivation { PBE_PBKDF1, PBE_PKCS12, PBE_PBKDF2 };

struct pbe_scheme {
    enum pbe_derivation derivation;
    enum cipher_kind cipher;
    const br_hash_class *hash;
    struct plat_span salt;
    uint32_t rounds;
    struct plat_span iv; /* PBES2 states it, the others derive it */
};

/* cipher, hash and derivation of a PBES1 or PKCS #12 scheme. */
bool pbe_old_scheme(struct plat_span oid, struct pbe_scheme *scheme);
bool pbe_cipher(struct plat_span oid, enum cipher_kind *cipher);
const br_hash_class *pbe_prf(struct plat_span oid);  /* HMACs; NULL = unknown */
const br_hash_class *pbe_hash(struct plat_span oid); /* SHA-1 and SHA-2; NULL = unknown */
const char *pbe_known_name(struct plat_span oid);    /* of one that is not supported but met; NULL */

struct plat_span pbe_oid_of_prf(const br_hash_class *hash);
struct plat_span pbe_oid_of_hash(const br_hash_class *hash);
struct plat_span pbe_oid_of_cipher(enum cipher_kind cipher);
extern const struct plat_span pbe_oid_pbes2, pbe_oid_pbkdf2, pbe_oid_sha_triple_des;

#endif
