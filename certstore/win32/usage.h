/* SPDX-License-Identifier: Apache-2.0 */
/* What certificates may be used for, as the face's functions ask for it. */
#ifndef CERIUM_CERTSTORE_WIN32_USAGE_H
#define CERIUM_CERTSTORE_WIN32_USAGE_H

#include "win32/face.h"

#include "certstore/crypto.h"

/* CERT_FIND_ENHKEY_USAGE with its flags. Under the lock. */
bool wc_usage_matches(struct wc_cert *cert, const CERT_ENHKEY_USAGE *wanted, DWORD flags);
/* The subject key identifier: the extension's, or the SHA-1 of the public key information, put into `own`. */
struct plat_span wc_key_identifier(const struct wc_cert *cert, uint8_t own[CERT_SHA1_SIZE]);
/* An extension's value by dotted identifier. */
bool wc_extension(const struct cert *cert, const char *oid, struct plat_span *value);

#endif
