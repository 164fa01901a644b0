/* SPDX-License-Identifier: Apache-2.0 */
/* AlgorithmIdentifiers of password encryption, read strictly, and decryption with them. */
#include "crypto/pbe.h"
#include "crypto/kdf.h"
#include "crypto/pbe_schemes.h"
#include "der/der.h"
#include "platform/memory.h"

#include <string.h>

void pbe_say(struct pbe_job *job, const char *words)
{
    if (job->message != NULL && job->message->size == 0) {
        plat_buffer_append_text(job->message, words);
    }
}

static win_error unknown(struct pbe_job *job, const char *what, struct plat_span oid)
{
    const char *name = pbe_known_name(oid);
    if (job->message != NULL && job->message->size == 0) {
        plat_buffer_printf(job->message, "the %s ", what);
        der_oid_text(oid, job->message);
        if (name != NULL) {
            plat_buffer_printf(job->message, " (%s)", name);
        }
        plat_buffer_append_text(job->message, " is not supported");
    }
    return NTE_NOT_SUPPORTED;
}

/* AlgorithmIdentifier ::= SEQUENCE { algorithm OID, parameters ANY OPTIONAL } */
struct algorithm {
    struct plat_span oid;
    struct der_item parameters; /* tag 0 = none */
};

static bool read_algorithm(struct der_reader *r, struct algorithm *algorithm)
{
    struct der_reader inside = der_enter(r, DER_SEQUENCE);
    *algorithm = (struct algorithm){.oid = der_read_oid(&inside, DER_OID)};
    if (!der_at_end(&inside)) {
        (void)der_read(&inside, &algorithm->parameters);
    }
    if (!der_finish(&inside)) {
        der_fail(r);
    }
    return !der_failed(r);
}

static bool has_no_parameters(const struct algorithm *algorithm)
{
    const struct der_item *parameters = &algorithm->parameters;
    return parameters->tag == 0 || (parameters->tag == DER_NULL && parameters->content.size == 0);
}

/* The inside of the parameters, which are to be a SEQUENCE. */
static struct der_reader parameters_of(const struct algorithm *algorithm)
{
    struct der_reader r = der_reader_of(algorithm->parameters.whole);
    return der_enter(&r, DER_SEQUENCE);
}

const br_hash_class *pbe_digest(struct pbe_job *job, struct plat_span algorithm, win_error *error)
{
    struct der_reader r = der_reader_of(algorithm);
    struct algorithm read;
    if (!read_algorithm(&r, &read) || !der_finish(&r)) {
        *error = ERROR_INVALID_DATA;
        return NULL;
    }
    const br_hash_class *hash = pbe_hash(read.oid);
    if (hash == NULL) {
        *error = unknown(job, "MAC algorithm", read.oid);
    } else if (!has_no_parameters(&read)) {
        *error = ERROR_INVALID_DATA;
        hash = NULL;
    }
    return hash;
}

struct plat_span pbe_digest_oid(const br_hash_class *hash)
{
    return pbe_oid_of_hash(hash);
}

win_error pbe_spend(struct pbe_job *job, uint32_t rounds, size_t blocks)
{
    uint64_t cost = (uint64_t)rounds * blocks;
    if (rounds == 0) {
        return ERROR_INVALID_DATA;
    }
    if (rounds > LIMIT_PBE_ROUNDS || cost > job->rounds_left) {
        pbe_say(job, "it asks for more key derivation rounds than are done here");
        return NTE_NOT_SUPPORTED;
    }
    job->rounds_left -= (uint32_t)cost;
    return ERROR_SUCCESS;
}

/* PBKDF2-params ::= SEQUENCE { salt, iterationCount, keyLength OPTIONAL, prf DEFAULT hmacWithSHA1 } */
static win_error read_pbkdf2(struct pbe_job *job, const struct algorithm *algorithm,
                             struct pbe_scheme *scheme, uint32_t *key_size)
{
    struct der_reader r = parameters_of(algorithm);
    struct algorithm prf = {.oid = pbe_oid_of_prf(&br_sha1_vtable)};
    scheme->salt = der_read_tag(&r, DER_OCTET_STRING);
    scheme->rounds = der_read_u32(&r, DER_INTEGER);
    *key_size = der_next_is(&r, DER_INTEGER) ? der_read_u32(&r, DER_INTEGER) : 0;
    if (!der_at_end(&r)) {
        (void)read_algorithm(&r, &prf);
    }
    if (!der_finish(&r) || !has_no_parameters(&prf)) {
        return ERROR_INVALID_DATA;
    }
    scheme->hash = pbe_prf(prf.oid);
    return scheme->hash == NULL ? unknown(job, "key derivation's function", prf.oid) : ERROR_SUCCESS;
}

/* PBES2-params ::= SEQUENCE { keyDerivationFunc, encryptionScheme }; the scheme's parameter is the IV */
static win_error read_pbes2(struct pbe_job *job, const struct algorithm *algorithm, struct pbe_scheme *scheme)
{
    struct algorithm derivation, encryption;
    struct der_reader r = parameters_of(algorithm);
    uint32_t key_size = 0;
    scheme->derivation = PBE_PBKDF2;
    if (!read_algorithm(&r, &derivation) || !read_algorithm(&r, &encryption) || !der_finish(&r)) {
        return ERROR_INVALID_DATA;
    }
    if (!plat_span_equal(derivation.oid, pbe_oid_pbkdf2)) {
        return unknown(job, "key derivation", derivation.oid);
    }
    win_error error = read_pbkdf2(job, &derivation, scheme, &key_size);
    if (error != ERROR_SUCCESS) {
        return error;
    }
    if (!pbe_cipher(encryption.oid, &scheme->cipher)) {
        return unknown(job, "cipher", encryption.oid);
    }
    scheme->iv = encryption.parameters.content;
    return encryption.parameters.tag != DER_OCTET_STRING ||
                   scheme->iv.size != cipher_block_size(scheme->cipher) ||
                   (key_size != 0 && key_size != cipher_key_size(scheme->cipher))
               ? ERROR_INVALID_DATA
               : ERROR_SUCCESS;
}

static win_error read_scheme(struct pbe_job *job, struct plat_span identifier, struct pbe_scheme *scheme)
{
    struct algorithm algorithm;
    struct der_reader outer = der_reader_of(identifier);
    if (!read_algorithm(&outer, &algorithm) || !der_finish(&outer)) {
        return ERROR_INVALID_DATA;
    }
    if (plat_span_equal(algorithm.oid, pbe_oid_pbes2)) {
        return read_pbes2(job, &algorithm, scheme);
    }
    if (!pbe_old_scheme(algorithm.oid, scheme)) {
        return unknown(job, "encryption", algorithm.oid);
    }
    struct der_reader r = parameters_of(&algorithm);
    scheme->salt = der_read_tag(&r, DER_OCTET_STRING);
    scheme->rounds = der_read_u32(&r, DER_INTEGER);
    return der_finish(&r) ? ERROR_SUCCESS : ERROR_INVALID_DATA;
}

#define PBKDF1_SIZE 16U /* RFC 8018 section 6.1.1: eight bytes of key, eight of IV */

static void derive(const struct pbe_password *password, const struct pbe_scheme *scheme,
                   uint8_t key[CIPHER_KEY_MOST], uint8_t iv[CIPHER_BLOCK_MOST])
{
    struct plat_span text = plat_span_of(password->text, password->text_size);
    struct plat_span wide = plat_span_of(password->wide, password->wide_size);
    size_t key_size = cipher_key_size(scheme->cipher), iv_size = cipher_block_size(scheme->cipher);
    switch (scheme->derivation) {
    case PBE_PBKDF1:
        kdf_pbkdf1(scheme->hash, text, scheme->salt, scheme->rounds, key, PBKDF1_SIZE);
        memcpy(iv, key + PBKDF1_SIZE / 2, PBKDF1_SIZE / 2);
        break;
    case PBE_PKCS12:
        kdf_pkcs12(scheme->hash, KDF_KEY, wide, scheme->salt, scheme->rounds, key, key_size);
        kdf_pkcs12(scheme->hash, KDF_IV, wide, scheme->salt, scheme->rounds, iv, iv_size);
        break;
    case PBE_PBKDF2:
        kdf_pbkdf2(scheme->hash, text, scheme->salt, scheme->rounds, key, key_size);
        memcpy(iv, scheme->iv.data, iv_size);
        break;
    }
}

/* Blocks of digest that the key and the IV take. */
static size_t blocks_of(const struct pbe_scheme *scheme)
{
    size_t digest = kdf_hash_size(scheme->hash);
    size_t key_blocks = (cipher_key_size(scheme->cipher) + digest - 1) / digest;
    return scheme->derivation == PBE_PKCS12 ? key_blocks + 1 : key_blocks;
}

win_error pbe_decrypt(struct pbe_job *job, struct plat_span algorithm, struct plat_buffer *data)
{
    struct pbe_scheme scheme = {0};
    uint8_t key[CIPHER_KEY_MOST], iv[CIPHER_BLOCK_MOST];
    win_error error = read_scheme(job, algorithm, &scheme);
    if (error == ERROR_SUCCESS && scheme.salt.size > LIMIT_PBE_SALT) {
        pbe_say(job, "its salt is too long");
        error = NTE_NOT_SUPPORTED;
    }
    if (error == ERROR_SUCCESS) {
        error = pbe_spend(job, scheme.rounds, blocks_of(&scheme));
    }
    if (error != ERROR_SUCCESS) {
        return error;
    }
    derive(job->password, &scheme, key, iv);
    bool good = cipher_decrypt(scheme.cipher, key, iv, data);
    plat_wipe(key, sizeof key);
    plat_wipe(iv, sizeof iv);
    return good ? ERROR_SUCCESS : ERROR_INVALID_PASSWORD;
}
