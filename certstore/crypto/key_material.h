/* SPDX-License-Identifier: Apache-2.0 */
/* What store/ needs of private keys beyond certstore/key.h; no BearSSL in it. */
#ifndef CERIUM_CERTSTORE_CRYPTO_KEY_MATERIAL_H
#define CERIUM_CERTSTORE_CRYPTO_KEY_MATERIAL_H

#include "certstore/key.h"

/* Scratch for key bytes: `size` bytes of room at once, so that no freed copy stays behind. */
PLAT_MUST_USE win_error cert_secret_init(struct plat_buffer *b, size_t size);
void cert_secret_free(struct plat_buffer *b); /* wipes */

/* The public half alone: quick enough for every load. cert_key_fits also has the key prove that it signs. */
bool cert_key_matches(const struct cert_key *key, const struct cert *cert);

#endif
