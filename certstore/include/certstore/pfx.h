/* SPDX-License-Identifier: Apache-2.0 */
/* PKCS #12 (RFC 7292), the .pfx and .p12 file, in password integrity and privacy mode: certificates with their private keys. */
#ifndef CERIUM_CERTSTORE_PFX_H
#define CERIUM_CERTSTORE_PFX_H

#include "certstore/key.h"

struct cert_pfx; /* opaque; keys inside are wiped when freed */

bool cert_pfx_present(struct plat_span file);
/*
 * `password` is UTF-8; NULL and "" both try "no password" and "empty password", which files tell apart. ERROR_INVALID_PASSWORD: the MAC does not agree.
 * ERROR_INVALID_DATA: damaged, or public-key privacy mode. NTE_NOT_SUPPORTED: an algorithm that is not here; `message` (may be NULL) names it.
 * Read: PBES2 (PBKDF2 with HMAC-SHA-1/-224/-256/-384/-512; AES-128/192/256-CBC, 3DES-CBC), pbeWithSHAAnd3-KeyTripleDES, 2-KeyTripleDES, 40BitRC2, 128BitRC2;
 * MACs with SHA-1 and SHA-2 (at least one must be there); at most LIMIT_PBE_ROUNDS rounds each.
 */
PLAT_MUST_USE win_error cert_pfx_open(struct plat_span file, const char *password, struct cert_pfx **pfx, struct plat_buffer *message);
void cert_pfx_free(struct cert_pfx *pfx); /* NULL is allowed */

/* Certificates in the file's order; views live while the pfx does. */
size_t cert_pfx_count(const struct cert_pfx *pfx);
const struct cert *cert_pfx_at(const struct cert_pfx *pfx, size_t index);
const char *cert_pfx_friendly_name(const struct cert_pfx *pfx, size_t index); /* UTF-8; NULL = none */
/* The private key that belongs to it (localKeyId, checked by the key itself; without one by trying); NULL = none. Owned by the pfx. */
const struct cert_key *cert_pfx_key(const struct cert_pfx *pfx, size_t index);
size_t cert_pfx_key_count(const struct cert_pfx *pfx); /* in the file, with or without a certificate */

enum cert_pfx_strength {
    CERT_PFX_AES256_SHA256, /* PBES2, PBKDF2-HMAC-SHA-256, AES-256-CBC; MAC SHA-256: Windows 10 1809 and later, OpenSSL 1.1 and later */
    CERT_PFX_TRIPLE_DES     /* pbeWithSHAAnd3-KeyTripleDES, MAC SHA-1: every Windows, CE included */
};
struct cert_pfx_content {
    const struct cert *cert;
    const struct cert_key *key; /* NULL = the certificate alone */
    const struct cert *const *others;
    size_t other_count;
    const char *friendly_name; /* NULL = none */
};
/* Appends a file; `out` is made with cert_secret-like care by the caller only if it wants to: everything secret in it is encrypted. */
PLAT_MUST_USE win_error cert_pfx_write(const struct cert_pfx_content *content, const char *password, enum cert_pfx_strength strength,
                                       struct plat_buffer *out);

#endif
