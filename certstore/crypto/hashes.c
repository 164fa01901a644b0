/* SPDX-License-Identifier: Apache-2.0 */
#include "certstore/crypto.h"

#include "crypto/kdf.h"
#include "platform/memory.h"

#include <bearssl.h>

void cert_md5(struct plat_span data, uint8_t hash[CERT_MD5_SIZE])
{
    br_md5_context context;
    br_md5_init(&context);
    br_md5_update(&context, data.data, data.size);
    br_md5_out(&context, hash);
}

void cert_sha1(struct plat_span data, uint8_t hash[CERT_SHA1_SIZE])
{
    br_sha1_context context;
    br_sha1_init(&context);
    br_sha1_update(&context, data.data, data.size);
    br_sha1_out(&context, hash);
}

void cert_sha256(struct plat_span data, uint8_t hash[CERT_SHA256_SIZE])
{
    br_sha256_context context;
    br_sha256_init(&context);
    br_sha256_update(&context, data.data, data.size);
    br_sha256_out(&context, hash);
}

void cert_hmac_sha256(struct plat_span key, struct plat_span data, uint8_t mac[CERT_SHA256_SIZE])
{
    br_hmac_key_context keyed;
    br_hmac_context context;
    br_hmac_key_init(&keyed, &br_sha256_vtable, key.data, key.size);
    br_hmac_init(&context, &keyed, 0);
    br_hmac_update(&context, data.data, data.size);
    br_hmac_out(&context, mac);
    plat_wipe(&keyed, sizeof keyed);
    plat_wipe(&context, sizeof context);
}

void cert_pbkdf2_sha256(struct plat_span password, struct plat_span salt, uint32_t rounds,
                        uint8_t key[CERT_SHA256_SIZE])
{
    kdf_pbkdf2(&br_sha256_vtable, password, salt, rounds, key, CERT_SHA256_SIZE);
}

bool cert_constant_time_equal(const void *a, const void *b, size_t size)
{
    const uint8_t *left = a;
    const uint8_t *right = b;
    volatile uint8_t difference = 0; /* volatile: the loop may not end early */
    for (size_t i = 0; i < size; i++) {
        difference = (uint8_t)(difference | (left[i] ^ right[i]));
    }
    return difference == 0;
}
