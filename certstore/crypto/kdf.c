/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/kdf.h"
#include "platform/limits.h"
#include "platform/memory.h"

#include <string.h>

size_t kdf_hash_size(const br_hash_class *hash)
{
    return hash->desc >> BR_HASHDESC_OUT_OFF & BR_HASHDESC_OUT_MASK;
}

void kdf_pbkdf2(const br_hash_class *hash, struct plat_span password, struct plat_span salt, uint32_t rounds,
                uint8_t *out, size_t size)
{
    br_hmac_key_context keyed; /* the password is absorbed once, not once a round */
    br_hmac_context context;
    uint8_t block[KDF_HASH_MOST], sum[KDF_HASH_MOST];
    size_t block_size = kdf_hash_size(hash);
    br_hmac_key_init(&keyed, hash, password.data, password.size);
    for (uint32_t index = 1; size > 0; index++) {
        const uint8_t number[4] = {(uint8_t)(index >> 24), (uint8_t)(index >> 16), (uint8_t)(index >> 8),
                                   (uint8_t)index};
        br_hmac_init(&context, &keyed, 0);
        br_hmac_update(&context, salt.data, salt.size);
        br_hmac_update(&context, number, sizeof number);
        br_hmac_out(&context, block);
        memcpy(sum, block, block_size);
        for (uint32_t round = 1; round < rounds; round++) {
            br_hmac_init(&context, &keyed, 0);
            br_hmac_update(&context, block, block_size);
            br_hmac_out(&context, block);
            for (size_t i = 0; i < block_size; i++) {
                sum[i] ^= block[i];
            }
        }
        size_t part = size < block_size ? size : block_size;
        memcpy(out, sum, part);
        out += part;
        size -= part;
    }
    plat_wipe(&keyed, sizeof keyed);
    plat_wipe(&context, sizeof context);
    plat_wipe(block, sizeof block);
    plat_wipe(sum, sizeof sum);
}

void kdf_pbkdf1(const br_hash_class *hash, struct plat_span password, struct plat_span salt, uint32_t rounds,
                uint8_t *out, size_t size)
{
    br_hash_compat_context context;
    uint8_t block[KDF_HASH_MOST];
    hash->init(&context.vtable);
    hash->update(&context.vtable, password.data, password.size);
    hash->update(&context.vtable, salt.data, salt.size);
    hash->out(&context.vtable, block);
    for (uint32_t round = 1; round < rounds; round++) {
        hash->init(&context.vtable);
        hash->update(&context.vtable, block, kdf_hash_size(hash));
        hash->out(&context.vtable, block);
    }
    memcpy(out, block, size);
    plat_wipe(&context, sizeof context);
    plat_wipe(block, sizeof block);
}

void kdf_pem(struct plat_span password, struct plat_span salt, uint8_t *out, size_t size)
{
    br_md5_context context;
    uint8_t block[br_md5_SIZE];
    for (bool first = true; size > 0; first = false) {
        br_md5_init(&context);
        br_md5_update(&context, block, first ? 0 : sizeof block);
        br_md5_update(&context, password.data, password.size);
        br_md5_update(&context, salt.data, salt.size);
        br_md5_out(&context, block);
        size_t part = size < sizeof block ? size : sizeof block;
        memcpy(out, block, part);
        out += part;
        size -= part;
    }
    plat_wipe(&context, sizeof context);
    plat_wipe(block, sizeof block);
}

/* The bytes again and again until they fill whole hash blocks; nothing stays nothing. Returns the size. */
static size_t repeat(struct plat_span bytes, size_t block_size, uint8_t *out)
{
    size_t size = (bytes.size + block_size - 1) / block_size * block_size;
    for (size_t i = 0; i < size; i++) {
        out[i] = bytes.data[i % bytes.size];
    }
    return size;
}

/* number = number + addend + 1, both big-endian, modulo 2^(8 size) */
static void add_plus_one(uint8_t *number, const uint8_t *addend, size_t size)
{
    unsigned carry = 1;
    for (size_t i = size; i-- > 0;) {
        carry += (unsigned)number[i] + addend[i];
        number[i] = (uint8_t)carry;
        carry >>= 8;
    }
}

#define BLOCK_MOST 128U /* what SHA-384 and SHA-512 work on */
#define INPUT_MOST (LIMIT_PBE_SALT + 2 * LIMIT_PBE_PASSWORD + 2 + 2 * BLOCK_MOST)

void kdf_pkcs12(const br_hash_class *hash, enum kdf_purpose purpose, struct plat_span password,
                struct plat_span salt, uint32_t rounds, uint8_t *out, size_t size)
{
    br_hash_compat_context context;
    uint8_t diversifier[BLOCK_MOST], input[INPUT_MOST], addend[BLOCK_MOST], digest[KDF_HASH_MOST];
    size_t digest_size = kdf_hash_size(hash);
    size_t block_size = (size_t)1 << (hash->desc >> BR_HASHDESC_LBLEN_OFF & BR_HASHDESC_LBLEN_MASK);
    size_t input_size = repeat(salt, block_size, input);
    input_size += repeat(password, block_size, input + input_size);
    memset(diversifier, (int)purpose, sizeof diversifier);
    while (size > 0) {
        hash->init(&context.vtable);
        hash->update(&context.vtable, diversifier, block_size);
        hash->update(&context.vtable, input, input_size);
        hash->out(&context.vtable, digest);
        for (uint32_t round = 1; round < rounds; round++) {
            hash->init(&context.vtable);
            hash->update(&context.vtable, digest, digest_size);
            hash->out(&context.vtable, digest);
        }
        size_t part = size < digest_size ? size : digest_size;
        memcpy(out, digest, part);
        out += part;
        size -= part;
        (void)repeat(plat_span_of(digest, digest_size), block_size, addend);
        for (size_t i = 0; i < input_size; i += block_size) {
            add_plus_one(input + i, addend, block_size);
        }
    }
    plat_wipe(&context, sizeof context);
    plat_wipe(input, sizeof input);
    plat_wipe(addend, sizeof addend);
    plat_wipe(digest, sizeof digest);
}
