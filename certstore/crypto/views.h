/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A certificate's public key as BearSSL's structures. They point into the certificate; nothing is written
 * through them.
 */
#ifndef CERIUM_CERTSTORE_CRYPTO_VIEWS_H
#define CERIUM_CERTSTORE_CRYPTO_VIEWS_H

#include "certstore/cert.h"

#include <bearssl.h>

#define CERT_RSA_BITS_MOST                                                                                   \
    4096U /* BR_MAX_RSA_SIZE, which BearSSL keeps to itself; our own code takes LIMIT_RSA_BITS */

br_rsa_public_key cert_view_rsa(const struct cert *cert); /* key_kind is CERT_KEY_RSA */
br_ec_public_key cert_view_ec(const struct cert *cert);   /* key_kind is a curve */
int cert_bearssl_curve(enum cert_key_kind kind);          /* BR_EC_secp256r1 ..., 0 when it is none */

#endif
