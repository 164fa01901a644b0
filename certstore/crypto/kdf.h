/* SPDX-License-Identifier: Apache-2.0 */
/* Keys from passwords. All of them take the time that `rounds` asks for, and wipe what they hold. */
#ifndef CERIUM_CERTSTORE_CRYPTO_KDF_H
#define CERIUM_CERTSTORE_CRYPTO_KDF_H

#include "platform/bytes.h"

#include <bearssl.h>

#define KDF_HASH_MOST 64U /* bytes of the longest digest here, SHA-512 */

size_t kdf_hash_size(const br_hash_class *hash);

/* RFC 8018 section 5.2, PBKDF2 with HMAC of `hash`. */
void kdf_pbkdf2(const br_hash_class *hash, struct plat_span password, struct plat_span salt, uint32_t rounds,
                uint8_t *out, size_t size);
/* RFC 8018 section 5.1, PBKDF1; at most the digest's size. */
void kdf_pbkdf1(const br_hash_class *hash, struct plat_span password, struct plat_span salt, uint32_t rounds,
                uint8_t *out, size_t size);
/*
 * OpenSSL's own way for PEM files: MD5 once for each 16 bytes, of the block before, the password and 8 bytes
 * of salt (PEM_read_bio_PrivateKey(3), "PEM ENCRYPTION FORMAT").
 */
void kdf_pem(struct plat_span password, struct plat_span salt, uint8_t *out, size_t size);

enum kdf_purpose { KDF_KEY = 1, KDF_IV = 2, KDF_MAC = 3 }; /* RFC 7292 appendix B.3 */
/*
 * RFC 7292 appendix B.2. `password` is BMPString text with its two zero bytes at the end, or nothing at all.
 * Salt: up to LIMIT_PBE_SALT bytes; password: up to 2 * LIMIT_PBE_PASSWORD + 2 bytes (the caller sees to it).
 */
void kdf_pkcs12(const br_hash_class *hash, enum kdf_purpose purpose, struct plat_span password,
                struct plat_span salt, uint32_t rounds, uint8_t *out, size_t size);

#endif
