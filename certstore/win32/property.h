/* SPDX-License-Identifier: Apache-2.0 */
/* The property that is about a private key. */
#ifndef CERIUM_CERTSTORE_WIN32_PROPERTY_H
#define CERIUM_CERTSTORE_WIN32_PROPERTY_H

#include "win32/face.h"

/*
 * A CRYPT_KEY_PROV_INFO in the caller's room: the container is named by the SHA-256 of the public key information, as the key's file is.
 * CRYPT_E_NOT_FOUND: there is no key.
 */
PLAT_MUST_USE win_error wc_put_key_info(struct wc_cert *cert, void *room, DWORD *size);

#endif
