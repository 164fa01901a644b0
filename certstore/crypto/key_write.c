/* SPDX-License-Identifier: Apache-2.0 */
/* PrivateKeyInfo ::= SEQUENCE { version 0, algorithm, privateKey OCTET STRING } as PEM. */
#include "cert/public_key.h"
#include "crypto/key_private.h"
#include "der/pem.h"
#include "platform/limits.h"

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

win_error cert_key_write_pem(const struct cert_key *key, struct plat_buffer *out)
{
    struct plat_buffer der;
    win_error error = cert_secret_init(&der, LIMIT_KEY_SIZE + 256);
    if (error == ERROR_SUCCESS && key->kind == CERT_KEY_RSA) {
        write_rsa(key, &der);
    } else if (error == ERROR_SUCCESS && !write_ec(key, &der)) {
        error = NTE_BAD_KEY;
    }
    if (error == ERROR_SUCCESS) {
        error = der.failed;
    }
    if (error == ERROR_SUCCESS) {
        pem_write(out, "PRIVATE KEY", plat_span_of(der.data, der.size));
        error = out->failed;
    }
    cert_secret_free(&der);
    return error;
}
