/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Encryption with a password: PBES1 and PBES2 (RFC 8018), the schemes of PKCS #12 (RFC 7292 appendix C).
 * What is derived and decrypted on the way is wiped.
 */
#ifndef CERIUM_CERTSTORE_CRYPTO_PBE_H
#define CERIUM_CERTSTORE_CRYPTO_PBE_H

#include "platform/bytes.h"
#include "platform/limits.h"

#include <bearssl.h>

/* How the PKCS #12 schemes see the password. */
enum pbe_form {
    PBE_FORM_TEXT, /* UTF-16, big-endian, two zero bytes at the end (RFC 7292 appendix B.1); "" is these two */
    PBE_FORM_NONE, /* nothing at all: what some writers make of "no password" */
    PBE_FORM_BYTES /* every byte a character: OpenSSL before 1.1.0, which knew no UTF-8 */
};

struct pbe_password {
    uint8_t text[LIMIT_PBE_PASSWORD]; /* the bytes as they are: what PBES1 and PBES2 take */
    size_t text_size;
    uint8_t wide[2 * LIMIT_PBE_PASSWORD + 2]; /* in its form: what the PKCS #12 schemes take */
    size_t wide_size;
};
/*
 * NULL counts as "". ERROR_INVALID_PASSWORD: it is longer than LIMIT_PBE_PASSWORD. What is no UTF-8 has
 * PBE_FORM_BYTES whatever is asked for. The caller wipes the structure.
 */
PLAT_MUST_USE win_error pbe_password_set(struct pbe_password *password, const char *text, enum pbe_form form);
/* The second form that is worth trying; PBE_FORM_TEXT = none is. */
enum pbe_form pbe_other_form(const char *text);

/* Opening one file. */
struct pbe_job {
    const struct pbe_password *password;
    uint32_t rounds_left;        /* of LIMIT_PBE_ROUNDS_FILE */
    struct plat_buffer *message; /* why not, in words; may be NULL */
};
void pbe_say(struct pbe_job *job, const char *words);

/*
 * Decrypts in place what the AlgorithmIdentifier (with its header) says. ERROR_INVALID_PASSWORD: the padding
 * is wrong; ERROR_INVALID_DATA: the parameters are; NTE_NOT_SUPPORTED: an unknown algorithm, too many
 * rounds, too much salt. After an error the buffer is for wiping only.
 */
PLAT_MUST_USE win_error pbe_decrypt(struct pbe_job *job, struct plat_span algorithm, struct plat_buffer *data);

enum pbe_strength {
    PBE_AES_256,   /* PBES2: PBKDF2 with HMAC-SHA-256, AES-256-CBC */
    PBE_TRIPLE_DES /* pbeWithSHAAnd3-KeyTripleDES-CBC */
};
/*
 * Encrypts in place with fresh salt and appends the AlgorithmIdentifier. `data` needs CIPHER_BLOCK_MOST
 * bytes of room.
 */
PLAT_MUST_USE win_error pbe_encrypt(const struct pbe_password *password, enum pbe_strength strength,
                                    struct plat_buffer *data, struct plat_buffer *algorithm);

/* ---- for the MAC of PKCS #12 ---- */

/* The digest of an AlgorithmIdentifier without parameters; NULL and *error: none that is here. */
const br_hash_class *pbe_digest(struct pbe_job *job, struct plat_span algorithm, win_error *error);
/* May so many blocks of key be derived with so many rounds? Counts them. */
PLAT_MUST_USE win_error pbe_spend(struct pbe_job *job, uint32_t rounds, size_t blocks);
struct plat_span pbe_digest_oid(const br_hash_class *hash); /* SHA-1 and SHA-2 */

/* The bytes of `out` from `start` on become the content of an element. */
void pbe_wrap(struct plat_buffer *out, size_t start, unsigned tag);
void pbe_write_u32(struct plat_buffer *out, uint32_t value); /* an INTEGER */

#endif
