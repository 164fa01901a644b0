/* SPDX-License-Identifier: Apache-2.0 */
/* A private key from a file's bytes, and its life. */
#include "certstore/bearssl_peer.h"
#include "crypto/key_private.h"
#include "der/pem.h"
#include "platform/limits.h"
#include "platform/memory.h"

win_error cert_secret_init(struct plat_buffer *b, size_t size)
{
    plat_buffer_init(b, size);
    return plat_buffer_reserve(b, size) == NULL ? b->failed : ERROR_SUCCESS;
}

void cert_secret_free(struct plat_buffer *b)
{
    if (b->data != NULL) {
        plat_wipe(b->data, b->capacity);
    }
    plat_buffer_free(b);
}

void cert_key_free(struct cert_key *key)
{
    if (key == NULL) {
        return;
    }
    if (key->secret != NULL) {
        plat_wipe(key->secret, key->secret_size);
        plat_free(key->secret);
    }
    plat_wipe(key, sizeof *key);
    plat_free(key);
}

enum cert_key_kind cert_key_kind_of(const struct cert_key *key)
{
    return key->kind;
}

const br_rsa_private_key *cert_key_bearssl_rsa(const struct cert_key *key)
{
    return key->kind == CERT_KEY_RSA ? &key->rsa : NULL;
}

const br_ec_private_key *cert_key_bearssl_ec(const struct cert_key *key)
{
    return key->ec.curve != 0 ? &key->ec : NULL;
}

static bool is_key_label(const struct pem_block *block)
{
    return pem_label_is(block, "PRIVATE KEY") || pem_label_is(block, "RSA PRIVATE KEY") ||
           pem_label_is(block, "EC PRIVATE KEY");
}

/* The first key among the blocks; certificates and parameters beside it are no trouble. */
static win_error read_pem(struct plat_span text, struct cert_key *key, bool *encrypted, const char **why)
{
    struct pem_block block;
    enum pem_result result;
    while ((result = pem_next(&text, &block)) == PEM_BLOCK) {
        if (pem_label_is(&block, "ENCRYPTED PRIVATE KEY") || (is_key_label(&block) && block.encrypted)) {
            *encrypted = true;
            return NTE_BAD_KEY;
        }
        if (!is_key_label(&block)) {
            continue;
        }
        struct plat_buffer der;
        if (block.body.size > 2 * LIMIT_KEY_SIZE) {
            *why = "it is too large for a key";
            return NTE_BAD_KEY;
        }
        win_error error = cert_secret_init(&der, 2 * LIMIT_KEY_SIZE);
        if (error == ERROR_SUCCESS && pem_decode(&block, &der) != ERROR_SUCCESS) {
            *why = "its base64 text is damaged";
            error = NTE_BAD_KEY;
        }
        if (error == ERROR_SUCCESS) {
            error = cert_key_read_der(plat_span_of(der.data, der.size), key, encrypted);
        }
        cert_secret_free(&der);
        return error;
    }
    *why = result == PEM_BROKEN ? "a BEGIN line has no matching END line" : "it holds no private key";
    return NTE_BAD_KEY;
}

win_error cert_key_parse(struct plat_span file, struct cert_key **key, struct plat_buffer *message)
{
    const char *why = "it is no RSA key of up to 4096 bits and no EC key on P-256, P-384 or P-521, in "
                      "PKCS#1, PKCS#8 or SEC1 form";
    bool encrypted = false;
    struct cert_key *made = plat_calloc(1, sizeof *made);
    *key = NULL;
    if (made == NULL) {
        return ERROR_NOT_ENOUGH_MEMORY;
    }
    win_error error = pem_present(file) ? read_pem(file, made, &encrypted, &why)
                                        : cert_key_read_der(file, made, &encrypted);
    if (error != ERROR_SUCCESS) {
        cert_key_free(made);
        if (encrypted) {
            why = "it is encrypted with a password; decrypt it first: openssl pkey -in KEY -out PLAIN";
        }
        if (message != NULL && error == NTE_BAD_KEY) {
            plat_buffer_append_text(message, why);
        }
        return error;
    }
    *key = made;
    return ERROR_SUCCESS;
}
