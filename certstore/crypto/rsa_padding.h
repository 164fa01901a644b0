/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CERIUM_CERTSTORE_RSA_PADDING_H
#define CERIUM_CERTSTORE_RSA_PADDING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * EM = 0 1 ff ... ff 0 DigestInfo: takes the hash out; false when anything else stands there. oid as BearSSL has it: size, octets; NULL: the
 * bare hash, as TLS before 1.2 had it. null: the algorithm has a NULL parameter.
 */
bool rsa_padding_open(const uint8_t *em, size_t size, const uint8_t *oid, size_t hash_size, bool null,
                      uint8_t *hash);

#endif
