/* SPDX-License-Identifier: Apache-2.0 */
/* A private key from a file's bytes: PEM or DER, encrypted or not. */
#include "crypto/cipher.h"
#include "crypto/kdf.h"
#include "crypto/key_private.h"
#include "der/der.h"
#include "der/pem.h"
#include "platform/limits.h"
#include "platform/memory.h"
#include "platform/text.h"

#include <string.h>

static const char no_key[] = "it is no RSA key of up to 4096 bits and no EC key on P-256, P-384 or P-521, in "
                             "PKCS#1, PKCS#8 or SEC1 form";
static const char password_needed[] = "it is encrypted with a password, and that is needed";

/* Opening one file: what has been found out on the way. */
struct opening {
    const char *password;        /* NULL = none given */
    struct plat_buffer *message; /* may be NULL */
    const char *why;
};

/* EncryptedPrivateKeyInfo ::= SEQUENCE { encryptionAlgorithm, encryptedData OCTET STRING } */
static bool read_encrypted(struct plat_span der, struct plat_span *algorithm, struct plat_span *data)
{
    struct der_reader outer = der_reader_of(der);
    struct der_reader inside = der_enter(&outer, DER_SEQUENCE);
    *algorithm = der_read_whole(&inside, DER_SEQUENCE);
    *data = der_read_tag(&inside, DER_OCTET_STRING);
    return der_finish(&outer) && der_finish(&inside);
}

bool cert_key_is_encrypted(struct plat_span der)
{
    struct plat_span algorithm, data;
    return read_encrypted(der, &algorithm, &data);
}

/*
 * Has decryption led to anything? A wrong password passes the check of the padding once in 256 times.
 */
static bool is_sequence(struct plat_span der)
{
    struct der_reader r = der_reader_of(der);
    (void)der_read_tag(&r, DER_SEQUENCE);
    return der_finish(&r);
}

win_error cert_key_of_encrypted(struct pbe_job *job, struct plat_span der, struct cert_key **key,
                                const char **why)
{
    struct plat_span algorithm, data;
    struct plat_buffer plain;
    *key = NULL;
    if (!read_encrypted(der, &algorithm, &data) || data.size > CERT_KEY_DER_MOST + CIPHER_BLOCK_MOST) {
        return NTE_BAD_KEY;
    }
    win_error error = cert_secret_init(&plain, CERT_KEY_DER_MOST + CIPHER_BLOCK_MOST);
    if (error == ERROR_SUCCESS) {
        plat_buffer_append(&plain, data.data, data.size);
        error = pbe_decrypt(job, algorithm, &plain);
    }
    struct plat_span opened = plat_span_of(plain.data, plain.size);
    if (error == ERROR_SUCCESS) {
        error = is_sequence(opened) ? cert_key_of_der(opened, key, why) : ERROR_INVALID_PASSWORD;
    }
    cert_secret_free(&plain);
    return error;
}

static win_error open_pkcs8(struct opening *opening, struct plat_span der, struct cert_key **key)
{
    struct pbe_password password;
    struct pbe_job job = {&password, LIMIT_PBE_ROUNDS_FILE, opening->message};
    enum pbe_form form = PBE_FORM_TEXT, other = pbe_other_form(opening->password);
    if (opening->password == NULL) {
        opening->why = password_needed;
        return ERROR_INVALID_PASSWORD;
    }
    win_error error = pbe_password_set(&password, opening->password, form);
    if (error == ERROR_SUCCESS) {
        error = cert_key_of_encrypted(&job, der, key, &opening->why);
    }
    if (error == ERROR_INVALID_PASSWORD && other != form &&
        pbe_password_set(&password, opening->password, other) == ERROR_SUCCESS) {
        error = cert_key_of_encrypted(&job, der, key, &opening->why);
    }
    plat_wipe(&password, sizeof password);
    if (error == ERROR_INVALID_DATA) {
        opening->why = "the description of its encryption is damaged";
        error = NTE_BAD_KEY;
    }
    return error;
}

static win_error open_der(struct opening *opening, struct plat_span der, struct cert_key **key)
{
    return cert_key_is_encrypted(der) ? open_pkcs8(opening, der, key)
                                      : cert_key_of_der(der, key, &opening->why);
}

/* ---- OpenSSL's old encryption: "DEK-Info: AES-256-CBC,<IV in hex>" (RFC 1421 section 4.6.1.3) ---- */

static const struct {
    const char *name;
    enum cipher_kind kind;
} pem_ciphers[] = {
    {"DES-CBC", CIPHER_DES},         {"DES-EDE3-CBC", CIPHER_DES_EDE3}, {"AES-128-CBC", CIPHER_AES_128},
    {"AES-192-CBC", CIPHER_AES_192}, {"AES-256-CBC", CIPHER_AES_256},
};

static struct plat_span after(struct plat_span text, const char *word)
{
    size_t size = strlen(word);
    for (size_t i = 0; i + size <= text.size; i++) {
        if (memcmp(text.data + i, word, size) == 0) {
            return plat_span_of(text.data + i + size, text.size - i - size);
        }
    }
    return plat_span_of(NULL, 0);
}

/* Hex digits up to the end of the line. */
static bool read_iv(struct plat_span text, size_t size, uint8_t iv[CIPHER_BLOCK_MOST])
{
    if (text.size < 2 * size) {
        return false;
    }
    for (size_t i = 0; i < size; i++) {
        int high = plat_hex_digit((char)text.data[2 * i]), low = plat_hex_digit((char)text.data[2 * i + 1]);
        if (high < 0 || low < 0) {
            return false;
        }
        iv[i] = (uint8_t)(high << 4 | low);
    }
    return text.size == 2 * size || text.data[2 * size] == '\n' || text.data[2 * size] == '\r';
}

static win_error read_dek_info(const struct pem_block *block, enum cipher_kind *kind,
                               uint8_t iv[CIPHER_BLOCK_MOST], const char **why)
{
    const uint8_t *start = block->label.data + block->label.size;
    struct plat_span info = after(plat_span_of(start, (size_t)(block->body.data - start)), "DEK-Info: ");
    size_t comma = 0;
    while (comma < info.size && info.data[comma] != ',' && info.data[comma] != '\n') {
        comma++;
    }
    for (size_t i = 0; i < sizeof pem_ciphers / sizeof pem_ciphers[0]; i++) {
        const char *name = pem_ciphers[i].name;
        if (comma < info.size &&
            plat_span_equal(plat_span_of(info.data, comma), plat_span_of(name, strlen(name)))) {
            *kind = pem_ciphers[i].kind;
            if (read_iv(plat_span_of(info.data + comma + 1, info.size - comma - 1), cipher_block_size(*kind),
                        iv)) {
                return ERROR_SUCCESS;
            }
            *why = "its DEK-Info line is damaged";
            return NTE_BAD_KEY;
        }
    }
    *why = "its DEK-Info line names no cipher that is supported";
    return NTE_NOT_SUPPORTED;
}

static win_error decrypt_pem(struct opening *opening, const struct pem_block *block, struct plat_buffer *der)
{
    enum cipher_kind kind = CIPHER_AES_128;
    uint8_t key[CIPHER_KEY_MOST], iv[CIPHER_BLOCK_MOST];
    win_error error = read_dek_info(block, &kind, iv, &opening->why);
    if (error != ERROR_SUCCESS) {
        return error;
    }
    if (opening->password == NULL) {
        opening->why = password_needed;
        return ERROR_INVALID_PASSWORD;
    }
    kdf_pem(plat_span_of(opening->password, strlen(opening->password)), plat_span_of(iv, 8), key,
            cipher_key_size(kind));
    bool good = cipher_decrypt(kind, key, iv, der) && is_sequence(plat_span_of(der->data, der->size));
    plat_wipe(key, sizeof key);
    return good ? ERROR_SUCCESS : ERROR_INVALID_PASSWORD;
}

static win_error open_block(struct opening *opening, const struct pem_block *block, struct cert_key **key)
{
    struct plat_buffer der;
    if (block->body.size > 2 * LIMIT_KEY_SIZE) {
        opening->why = "it is too large for a key";
        return NTE_BAD_KEY;
    }
    win_error error = cert_secret_init(&der, 2 * LIMIT_KEY_SIZE);
    if (error == ERROR_SUCCESS && pem_decode(block, &der) != ERROR_SUCCESS) {
        opening->why = "its base64 text is damaged";
        error = NTE_BAD_KEY;
    }
    if (error == ERROR_SUCCESS && block->encrypted) {
        error = decrypt_pem(opening, block, &der);
    }
    if (error == ERROR_SUCCESS) {
        error = open_der(opening, plat_span_of(der.data, der.size), key);
    }
    cert_secret_free(&der);
    return error;
}

/* The first key among the blocks; certificates and parameters beside it are no trouble. */
static win_error open_pem(struct opening *opening, struct plat_span text, struct cert_key **key)
{
    struct pem_block block;
    enum pem_result result;
    while ((result = pem_next(&text, &block)) == PEM_BLOCK) {
        if (pem_label_is(&block, "PRIVATE KEY") || pem_label_is(&block, "RSA PRIVATE KEY") ||
            pem_label_is(&block, "EC PRIVATE KEY") || pem_label_is(&block, "ENCRYPTED PRIVATE KEY")) {
            return open_block(opening, &block, key);
        }
    }
    opening->why = result == PEM_BROKEN ? "a BEGIN line has no matching END line" : "it holds no private key";
    return NTE_BAD_KEY;
}

win_error cert_key_parse_password(struct plat_span file, const char *password, struct cert_key **key,
                                  struct plat_buffer *message)
{
    struct plat_buffer words;
    struct opening opening = {password, &words, no_key};
    *key = NULL;
    plat_buffer_init(&words, 1024);
    win_error error = pem_present(file) ? open_pem(&opening, file, key) : open_der(&opening, file, key);
    if (message != NULL && words.size != 0) {
        plat_buffer_append(message, words.data, words.size);
    } else if (message != NULL && error == ERROR_INVALID_PASSWORD && opening.why != password_needed) {
        plat_buffer_append_text(message, "the password is not the one it is encrypted with");
    } else if (message != NULL &&
               (error == NTE_BAD_KEY || error == NTE_NOT_SUPPORTED || error == ERROR_INVALID_PASSWORD)) {
        plat_buffer_append_text(message, opening.why);
    }
    plat_buffer_free(&words);
    return error;
}

win_error cert_key_parse(struct plat_span file, struct cert_key **key, struct plat_buffer *message)
{
    win_error error = cert_key_parse_password(file, NULL, key, message);
    return error == ERROR_INVALID_PASSWORD || error == NTE_NOT_SUPPORTED ? NTE_BAD_KEY : error;
}
