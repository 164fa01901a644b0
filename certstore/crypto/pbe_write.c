/* SPDX-License-Identifier: Apache-2.0 */
/* Encryption with a password. */
#include "crypto/cipher.h"
#include "crypto/kdf.h"
#include "crypto/pbe.h"
#include "crypto/pbe_schemes.h"
#include "der/der.h"
#include "platform/memory.h"
#include "platform/random.h"

#include <string.h>

void pbe_wrap(struct plat_buffer *out, size_t start, unsigned tag)
{
    size_t content = out->size - start;
    size_t header = der_header_size(content);
    if (plat_buffer_reserve(out, header) == NULL) {
        return;
    }
    memmove(out->data + start + header, out->data + start, content);
    out->size = start;
    der_write_header(out, tag, content);
    out->size = start + header + content;
}

void pbe_write_u32(struct plat_buffer *out, uint32_t value)
{
    size_t start = out->size;
    bool begun = false;
    for (unsigned shift = 32; shift > 0; shift -= 8) {
        uint8_t byte = (uint8_t)(value >> (shift - 8));
        if (!begun && (byte != 0 || shift == 8)) {
            begun = true;
            if ((byte & 0x80U) != 0) {
                plat_buffer_append_u8(out, 0);
            }
        }
        if (begun) {
            plat_buffer_append_u8(out, byte);
        }
    }
    pbe_wrap(out, start, DER_INTEGER);
}

static void write_pbes2(struct plat_buffer *out, const struct pbe_scheme *scheme)
{
    size_t start = out->size;
    der_write(out, DER_OID, pbe_oid_pbes2);
    size_t parameters = out->size;
    der_write(out, DER_OID, pbe_oid_pbkdf2);
    size_t derivation = out->size;
    der_write(out, DER_OCTET_STRING, scheme->salt);
    pbe_write_u32(out, scheme->rounds);
    size_t prf = out->size;
    der_write(out, DER_OID, pbe_oid_of_prf(scheme->hash));
    der_write(out, DER_NULL, plat_span_of("", 0));
    pbe_wrap(out, prf, DER_SEQUENCE);
    pbe_wrap(out, derivation, DER_SEQUENCE);
    pbe_wrap(out, parameters, DER_SEQUENCE);
    size_t encryption = out->size;
    der_write(out, DER_OID, pbe_oid_of_cipher(scheme->cipher));
    der_write(out, DER_OCTET_STRING, scheme->iv);
    pbe_wrap(out, encryption, DER_SEQUENCE);
    pbe_wrap(out, parameters, DER_SEQUENCE);
    pbe_wrap(out, start, DER_SEQUENCE);
}

static void write_triple_des(struct plat_buffer *out, const struct pbe_scheme *scheme)
{
    size_t start = out->size;
    der_write(out, DER_OID, pbe_oid_sha_triple_des);
    size_t parameters = out->size;
    der_write(out, DER_OCTET_STRING, scheme->salt);
    pbe_write_u32(out, scheme->rounds);
    pbe_wrap(out, parameters, DER_SEQUENCE);
    pbe_wrap(out, start, DER_SEQUENCE);
}

win_error pbe_encrypt(const struct pbe_password *password, enum pbe_strength strength,
                      struct plat_buffer *data, struct plat_buffer *algorithm)
{
    uint8_t key[CIPHER_KEY_MOST], iv[CIPHER_BLOCK_MOST], salt[16];
    struct plat_span text = plat_span_of(password->text, password->text_size);
    struct plat_span wide = plat_span_of(password->wide, password->wide_size);
    struct pbe_scheme scheme = {.salt = plat_span_of(salt, sizeof salt), .iv = plat_span_of(iv, sizeof iv)};
    win_error error = plat_random(salt, sizeof salt);
    if (error == ERROR_SUCCESS) {
        error = plat_random(iv, sizeof iv);
    }
    if (error != ERROR_SUCCESS) {
        return error;
    }
    if (strength == PBE_AES_256) {
        scheme.cipher = CIPHER_AES_256;
        scheme.hash = &br_sha256_vtable;
        scheme.rounds = LIMIT_PBE_ROUNDS_WRITTEN;
        kdf_pbkdf2(scheme.hash, text, scheme.salt, scheme.rounds, key, cipher_key_size(scheme.cipher));
        write_pbes2(algorithm, &scheme);
    } else {
        scheme.cipher = CIPHER_DES_EDE3;
        scheme.hash = &br_sha1_vtable;
        scheme.rounds = LIMIT_PBE_ROUNDS_OLD;
        scheme.salt.size = 8; /* what every reader expects */
        kdf_pkcs12(scheme.hash, KDF_KEY, wide, scheme.salt, scheme.rounds, key,
                   cipher_key_size(scheme.cipher));
        kdf_pkcs12(scheme.hash, KDF_IV, wide, scheme.salt, scheme.rounds, iv,
                   cipher_block_size(scheme.cipher));
        write_triple_des(algorithm, &scheme);
    }
    cipher_encrypt(scheme.cipher, key, iv, data);
    plat_wipe(key, sizeof key);
    plat_wipe(iv, sizeof iv);
    return data->failed != ERROR_SUCCESS ? data->failed : algorithm->failed;
}
