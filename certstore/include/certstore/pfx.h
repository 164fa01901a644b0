/* SPDX-License-Identifier: Apache-2.0 */
/*
 * PKCS #12 (RFC 7292), the .pfx and .p12 file, in password integrity and privacy mode: certificates with
 * their private keys.
 */
#ifndef CERIUM_CERTSTORE_PFX_H
#define CERIUM_CERTSTORE_PFX_H

#include "certstore/key.h"

struct cert_pfx; /* opaque; keys inside are wiped when freed */

bool cert_pfx_present(struct plat_span file);
/*
 * `password` is UTF-8; NULL and "" both try "empty password" and "no password", which files tell apart.
 * ERROR_INVALID_PASSWORD: the MAC does not agree, or a part has another password than the file.
 * ERROR_INVALID_DATA: damaged, without a MAC, in public-key mode, or beyond LIMIT_PFX_BAGS or
 * LIMIT_PFX_DEPTH. NTE_NOT_SUPPORTED: an algorithm that is not here, or too many rounds (LIMIT_PBE_ROUNDS at
 * one place, LIMIT_PBE_ROUNDS_FILE in all). NTE_BAD_KEY: a private key in it cannot be used. `message` (may
 * be NULL; written to when it is empty) says in words what it is. Read: PBES2 (PBKDF2 with
 * HMAC-SHA-1/-224/-256/-384/-512; AES-128/192/256-CBC, 3DES-CBC), pbeWithSHAAnd3-KeyTripleDES,
 * 2-KeyTripleDES, 40BitRC2, 128BitRC2, PBES1 with DES and RC2; MACs with SHA-1 and SHA-2 (there must be
 * one). DER and BER. Takes the time that the file's rounds ask for: up to some seconds.
 */
PLAT_MUST_USE win_error cert_pfx_open(struct plat_span file, const char *password, struct cert_pfx **pfx,
                                      struct plat_buffer *message);
void cert_pfx_free(struct cert_pfx *pfx); /* NULL is allowed */

/* Certificates in the file's order; views live while the pfx does. */
size_t cert_pfx_count(const struct cert_pfx *pfx);
const struct cert *cert_pfx_at(const struct cert_pfx *pfx, size_t index);
const char *cert_pfx_friendly_name(const struct cert_pfx *pfx, size_t index); /* UTF-8; NULL = none */
/*
 * The private key that belongs to it (localKeyId, checked by the key itself; without one by trying); NULL =
 * none. Owned by the pfx.
 */
const struct cert_key *cert_pfx_key(const struct cert_pfx *pfx, size_t index);
size_t cert_pfx_key_count(const struct cert_pfx *pfx); /* in the file, with or without a certificate */

enum cert_pfx_strength {
    CERT_PFX_AES256_SHA256, /* PBES2, PBKDF2-HMAC-SHA-256, AES-256-CBC; MAC SHA-256: Windows 10 1809 and later, OpenSSL 1.1 and later */
    CERT_PFX_TRIPLE_DES /* pbeWithSHAAnd3-KeyTripleDES, MAC SHA-1: every Windows, CE included */
};
struct cert_pfx_content {
    const struct cert *cert;
    const struct cert_key *key; /* NULL = the certificate alone */
    const struct cert *const *others;
    size_t other_count;
    const char *friendly_name; /* NULL = none */
};
/*
 * Appends a file; everything secret in it is encrypted. NTE_BAD_KEY: the key is not the certificate's.
 * ERROR_INVALID_PASSWORD: empty although there is a key, or longer than LIMIT_PBE_PASSWORD.
 * ERROR_INVALID_PARAMETER: a friendly name of more than LIMIT_PFX_NAME bytes of UTF-16, more certificates
 * than LIMIT_PFX_BAGS.
 */
PLAT_MUST_USE win_error cert_pfx_write(const struct cert_pfx_content *content, const char *password,
                                       enum cert_pfx_strength strength, struct plat_buffer *out);

#endif
