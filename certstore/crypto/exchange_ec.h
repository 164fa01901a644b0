/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CERIUM_CERTSTORE_CRYPTO_EXCHANGE_EC_H
#define CERIUM_CERTSTORE_CRYPTO_EXCHANGE_EC_H

#include <bearssl.h>

extern const br_ec_impl cert_exchange_ec;

#endif
