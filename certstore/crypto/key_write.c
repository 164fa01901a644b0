/* SPDX-License-Identifier: Apache-2.0 */
/*
 * PrivateKeyInfo ::= SEQUENCE { version 0, algorithm, privateKey OCTET STRING }, and encrypted, and as PEM.
 */
#include "cert/public_key.h"
#include "crypto/cipher.h"
#include "crypto/key_private.h"
#include "der/pem.h"
#include "platform/limits.h"
#include "platform/memory.h"

static const uint8_t version_0[] = {DER_INTEGER, 1, 0};
static const uint8_t version_1[] = {DER_INTEGER, 1, 1};
static const uint8_t null[] = {DER_NULL, 0};

static size_t element_size(size_t content_size)
{
    return der_header_size(content_size) + content_size;
}

static void begin(struct plat_buffer *out, size_t algorithm_size, size_t key_size)
{
    der_write_header(out, DER_SEQUENCE,
                     sizeof version_0 + element_size(algorithm_size) + element_size(key_size));
    plat_buffer_append(out, version_0, sizeof version_0);
    der_write_header(out, DER_SEQUENCE, algorithm_size);
}

static void write_rsa(const struct cert_key *key, struct plat_buffer *out)
{
    begin(out, element_size(cert_oid_rsa_encryption.size) + sizeof null, key->secret_size);
    der_write(out, DER_OID, cert_oid_rsa_encryption);
    plat_buffer_append(out, null, sizeof null);
    der_write(out, DER_OCTET_STRING, plat_span_of(key->secret, key->secret_size));
}

static bool write_ec(const struct cert_key *key, struct plat_buffer *out)
{
    uint8_t point[CERT_EC_POINT_MOST];
    size_t point_size = cert_key_ec_point(key, point);
    struct plat_span curve = cert_curve_oid(key->kind);
    size_t bits_size = 1 + point_size; /* BIT STRING content: no unused bits, then the point */
    size_t inside = sizeof version_1 + element_size(key->secret_size) + element_size(element_size(bits_size));
    if (point_size == 0) {
        return false;
    }
    begin(out, element_size(cert_oid_ec_public_key.size) + element_size(curve.size), element_size(inside));
    der_write(out, DER_OID, cert_oid_ec_public_key);
    der_write(out, DER_OID, curve);
    der_write_header(out, DER_OCTET_STRING, element_size(inside));
    der_write_header(out, DER_SEQUENCE, inside);
    plat_buffer_append(out, version_1, sizeof version_1);
    der_write(out, DER_OCTET_STRING, plat_span_of(key->secret, key->secret_size));
    der_write_header(out, DER_CONTEXT_CONSTRUCTED(1), element_size(bits_size));
    der_write_header(out, DER_BIT_STRING, bits_size);
    plat_buffer_append_u8(out, 0);
    plat_buffer_append(out, point, point_size);
    return true;
}

win_error cert_key_write_der(const struct cert_key *key, struct plat_buffer *out)
{
    if (key->kind == CERT_KEY_RSA) {
        write_rsa(key, out);
    } else if (!write_ec(key, out)) {
        return NTE_BAD_KEY;
    }
    return out->failed;
}

win_error cert_key_encrypt(const struct pbe_password *password, enum pbe_strength strength,
                           struct plat_buffer *der, struct plat_buffer *out)
{
    size_t start = out->size;
    win_error error = pbe_encrypt(password, strength, der, out);
    if (error != ERROR_SUCCESS) {
        return error;
    }
    der_write(out, DER_OCTET_STRING, plat_span_of(der->data, der->size));
    pbe_wrap(out, start, DER_SEQUENCE);
    return out->failed;
}

static win_error write_encrypted(const char *password, struct plat_buffer *der, struct plat_buffer *out)
{
    struct pbe_password form;
    struct plat_buffer encrypted;
    plat_buffer_init(&encrypted, 2 * LIMIT_KEY_SIZE);
    win_error error = pbe_password_set(&form, password, PBE_FORM_TEXT);
    if (error == ERROR_SUCCESS) {
        error = cert_key_encrypt(&form, PBE_AES_256, der, &encrypted);
    }
    if (error == ERROR_SUCCESS) {
        pem_write(out, "ENCRYPTED PRIVATE KEY", plat_span_of(encrypted.data, encrypted.size));
        error = out->failed;
    }
    plat_wipe(&form, sizeof form);
    plat_buffer_free(&encrypted);
    return error;
}

win_error cert_key_write(const struct cert_key *key, const char *password, struct plat_buffer *out)
{
    struct plat_buffer der;
    if (password != NULL && *password == '\0') {
        return ERROR_INVALID_PASSWORD;
    }
    win_error error = cert_secret_init(&der, CERT_KEY_DER_MOST + CIPHER_BLOCK_MOST);
    if (error == ERROR_SUCCESS) {
        error = cert_key_write_der(key, &der);
    }
    if (error == ERROR_SUCCESS && password != NULL) {
        error = write_encrypted(password, &der, out);
    } else if (error == ERROR_SUCCESS) {
        pem_write(out, "PRIVATE KEY", plat_span_of(der.data, der.size));
        error = out->failed;
    }
    cert_secret_free(&der);
    return error;
}
