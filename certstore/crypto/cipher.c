/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/cipher.h"
#include "platform/memory.h"

#include <bearssl.h>
#include <string.h>

static const struct {
    uint8_t key_size;
    uint8_t block_size;
    uint8_t rc2_bits; /* 0 = not RC2 */
} ciphers[] = {
    [CIPHER_DES] = {8, 8, 0},       [CIPHER_DES_EDE2] = {16, 8, 0}, [CIPHER_DES_EDE3] = {24, 8, 0},
    [CIPHER_RC2_40] = {5, 8, 40},   [CIPHER_RC2_64] = {8, 8, 64},   [CIPHER_RC2_128] = {16, 8, 128},
    [CIPHER_AES_128] = {16, 16, 0}, [CIPHER_AES_192] = {24, 16, 0}, [CIPHER_AES_256] = {32, 16, 0},
};

size_t cipher_key_size(enum cipher_kind kind)
{
    return ciphers[kind].key_size;
}

size_t cipher_block_size(enum cipher_kind kind)
{
    return ciphers[kind].block_size;
}

static void rc2_cbc_decrypt(enum cipher_kind kind, const uint8_t *key, uint8_t chain[8], uint8_t *data,
                            size_t size)
{
    struct rc2_key expanded;
    uint8_t encrypted[8];
    rc2_expand(&expanded, key, ciphers[kind].key_size, ciphers[kind].rc2_bits);
    for (size_t at = 0; at < size; at += sizeof encrypted) {
        memcpy(encrypted, data + at, sizeof encrypted);
        rc2_decrypt_block(&expanded, data + at);
        for (size_t i = 0; i < sizeof encrypted; i++) {
            data[at + i] ^= chain[i];
        }
        memcpy(chain, encrypted, sizeof encrypted);
    }
    plat_wipe(&expanded, sizeof expanded);
}

/* The bytes of padding that stand at the end of the last block; 0 = none that is right. No branch on them. */
static size_t padding_size(const uint8_t *last, size_t block_size)
{
    unsigned size = last[block_size - 1];
    unsigned wrong = (size - 1U) >> 8 | ((unsigned)block_size - size) >> 8; /* not 1 .. block_size */
    for (unsigned i = 0; i < block_size; i++) {
        unsigned inside = (i - size) >> 31; /* 1: among the last `size` bytes */
        wrong |= (0U - inside) & (last[block_size - 1 - i] ^ size);
    }
    return wrong == 0 ? size : 0;
}

bool cipher_decrypt(enum cipher_kind kind, const uint8_t *key, const uint8_t *iv, struct plat_buffer *data)
{
    uint8_t chain[CIPHER_BLOCK_MOST];
    size_t block_size = cipher_block_size(kind);
    if (data->size == 0 || data->size % block_size != 0) {
        return false;
    }
    memcpy(chain, iv, block_size);
    if (ciphers[kind].rc2_bits != 0) {
        rc2_cbc_decrypt(kind, key, chain, data->data, data->size);
    } else if (block_size == 8) {
        br_des_ct_cbcdec_keys context;
        br_des_ct_cbcdec_init(&context, key, cipher_key_size(kind));
        br_des_ct_cbcdec_run(&context, chain, data->data, data->size);
        plat_wipe(&context, sizeof context);
    } else {
        br_aes_ct_cbcdec_keys context;
        br_aes_ct_cbcdec_init(&context, key, cipher_key_size(kind));
        br_aes_ct_cbcdec_run(&context, chain, data->data, data->size);
        plat_wipe(&context, sizeof context);
    }
    size_t padding = padding_size(data->data + data->size - block_size, block_size);
    data->size -= padding;
    return padding != 0;
}

void cipher_encrypt(enum cipher_kind kind, const uint8_t *key, const uint8_t *iv, struct plat_buffer *data)
{
    uint8_t chain[CIPHER_BLOCK_MOST];
    size_t block_size = cipher_block_size(kind);
    uint8_t padding = (uint8_t)(block_size - data->size % block_size);
    for (unsigned i = 0; i < padding; i++) {
        plat_buffer_append_u8(data, padding);
    }
    if (data->failed != ERROR_SUCCESS) {
        return;
    }
    memcpy(chain, iv, block_size);
    if (block_size == 8) {
        br_des_ct_cbcenc_keys context;
        br_des_ct_cbcenc_init(&context, key, cipher_key_size(kind));
        br_des_ct_cbcenc_run(&context, chain, data->data, data->size);
        plat_wipe(&context, sizeof context);
    } else {
        br_aes_ct_cbcenc_keys context;
        br_aes_ct_cbcenc_init(&context, key, cipher_key_size(kind));
        br_aes_ct_cbcenc_run(&context, chain, data->data, data->size);
        plat_wipe(&context, sizeof context);
    }
}
