/* SPDX-License-Identifier: Apache-2.0 */
/* The block ciphers of encrypted key files, in CBC mode with the padding of RFC 8018 section 6.1.1. */
#ifndef CERIUM_CERTSTORE_CRYPTO_CIPHER_H
#define CERIUM_CERTSTORE_CRYPTO_CIPHER_H

#include "platform/bytes.h"

enum cipher_kind {
    CIPHER_DES,
    CIPHER_DES_EDE2, /* 3DES with the first key again as the third */
    CIPHER_DES_EDE3,
    CIPHER_RC2_40, /* effective key bits; the key has as many, but for RC2_64 in PBES1 where that is 64 too */
    CIPHER_RC2_64,
    CIPHER_RC2_128,
    CIPHER_AES_128,
    CIPHER_AES_192,
    CIPHER_AES_256
};

#define CIPHER_KEY_MOST 32U
#define CIPHER_BLOCK_MOST 16U

size_t cipher_key_size(enum cipher_kind kind);
size_t cipher_block_size(enum cipher_kind kind); /* of the IV too */

/*
 * Decrypts in place and takes the padding off. false: no whole number of blocks, or the padding is wrong;
 * what is then in the buffer is for wiping only. How the padding is wrong does not show, not even by time.
 */
bool cipher_decrypt(enum cipher_kind kind, const uint8_t *key, const uint8_t *iv, struct plat_buffer *data);
/* Pads and encrypts in place; the buffer needs CIPHER_BLOCK_MOST bytes of room (its `failed` tells). */
void cipher_encrypt(enum cipher_kind kind, const uint8_t *key, const uint8_t *iv, struct plat_buffer *data);

/* ---- RC2 (RFC 2268), for reading only ---- */

struct rc2_key {
    uint16_t words[64];
};
/* 1 <= key_size <= 128, 1 <= effective_bits <= 1024. Table look-ups by key bytes: not constant-time. */
void rc2_expand(struct rc2_key *expanded, const uint8_t *key, size_t key_size, unsigned effective_bits);
void rc2_decrypt_block(const struct rc2_key *key, uint8_t block[8]);

#endif
