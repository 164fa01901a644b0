/* SPDX-License-Identifier: Apache-2.0 */
/* What an RSA signature says once it is raised to the public exponent (RFC 8017 section 9.2). Nothing is secret. */
#include "crypto/rsa_padding.h"

#include <string.h>

bool rsa_padding_open(const uint8_t *em, size_t size, const uint8_t *oid, size_t hash_size, bool null,
                      uint8_t *hash)
{
    uint8_t info[64];
    size_t used = 0;
    if (oid != NULL) {
        size_t oid_size = oid[0], algorithm = oid_size + 2 + (null ? 2 : 0);
        if (algorithm + 6 > sizeof info || algorithm + 4 + hash_size > 127) {
            return false;
        }
        info[used++] = 0x30;
        info[used++] = (uint8_t)(algorithm + 4 + hash_size);
        info[used++] = 0x30;
        info[used++] = (uint8_t)algorithm;
        info[used++] = 0x06;
        memcpy(info + used, oid, oid_size + 1);
        used += oid_size + 1;
        if (null) {
            info[used++] = 0x05;
            info[used++] = 0x00;
        }
        info[used++] = 0x04;
        info[used++] = (uint8_t)hash_size;
    }
    if (size < 11 + used + hash_size) { /* at least 8 of ff */
        return false;
    }
    size_t start = size - used - hash_size;
    unsigned wrong = em[0] | (em[1] ^ 1U) | em[start - 1];
    for (size_t i = 2; i < start - 1; i++) {
        wrong |= em[i] ^ 0xffU;
    }
    if (wrong != 0 || (used > 0 && memcmp(em + start, info, used) != 0)) {
        return false;
    }
    memcpy(hash, em + start + used, hash_size);
    return true;
}
