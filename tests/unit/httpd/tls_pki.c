/* SPDX-License-Identifier: Apache-2.0 */
#include "tls_pki.h"

#include "platform/random.h"
#include "tls_client.h"

#include <string.h>

static const uint8_t oid_ecdsa_sha256[] = {0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02};
static const uint8_t algorithm_ec_p256[] = {0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01,
                                            0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07};
static const uint8_t algorithm_rsa[] = {0x30, 0x0d, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86,
                                        0xf7, 0x0d, 0x01, 0x01, 0x01, 0x05, 0x00};
static const uint8_t algorithm_ed25519[] = {0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70};

static void seed(br_hmac_drbg_context *random)
{
    uint8_t bytes[32];
    assert_int_equal(plat_random(bytes, sizeof bytes), ERROR_SUCCESS);
    br_hmac_drbg_init(random, &br_sha256_vtable, bytes, sizeof bytes);
}

/* ---- DER ---- */

/* Puts a header before what was appended since `start`. */
static void wrap(struct plat_buffer *out, size_t start, uint8_t tag)
{
    size_t size = out->size - start;
    uint8_t header[4] = {tag};
    size_t header_size = 2;
    if (size < 0x80) {
        header[1] = (uint8_t)size;
    } else if (size < 0x100) {
        header[1] = 0x81;
        header[2] = (uint8_t)size;
        header_size = 3;
    } else {
        header[1] = 0x82;
        header[2] = (uint8_t)(size >> 8);
        header[3] = (uint8_t)size;
        header_size = 4;
    }
    plat_buffer_append(out, header, sizeof header);
    assert_int_equal(out->failed, ERROR_SUCCESS);
    out->size -= sizeof header - header_size;
    memmove(out->data + start + header_size, out->data + start, size);
    memcpy(out->data + start, header, header_size);
}

static void append(struct plat_buffer *out, const uint8_t *bytes, size_t size)
{
    plat_buffer_append(out, bytes, size);
}

static void append_unsigned(struct plat_buffer *out, const uint8_t *bytes, size_t size)
{
    size_t start = out->size;
    if (size == 0 || (bytes[0] & 0x80) != 0)
        plat_buffer_append_u8(out, 0);
    plat_buffer_append(out, bytes, size);
    wrap(out, start, 0x02);
}

static void append_spki(struct plat_buffer *out, const struct tls_identity *identity)
{
    size_t start = out->size;
    if (identity->kind == TLS_PKI_EC)
        append(out, algorithm_ec_p256, sizeof algorithm_ec_p256);
    else if (identity->kind == TLS_PKI_RSA)
        append(out, algorithm_rsa, sizeof algorithm_rsa);
    else
        append(out, algorithm_ed25519, sizeof algorithm_ed25519);
    size_t bits = out->size;
    plat_buffer_append_u8(out, 0);
    if (identity->kind == TLS_PKI_RSA) {
        size_t key = out->size;
        append_unsigned(out, identity->rsa_public.n, identity->rsa_public.nlen);
        append_unsigned(out, identity->rsa_public.e, identity->rsa_public.elen);
        wrap(out, key, 0x30);
    } else {
        append(out, identity->ec_public.q, identity->kind == TLS_PKI_EC ? identity->ec_public.qlen : 32);
    }
    wrap(out, bits, 0x03);
    wrap(out, start, 0x30);
}

static void append_algorithm(struct plat_buffer *out)
{
    size_t start = out->size;
    append(out, oid_ecdsa_sha256, sizeof oid_ecdsa_sha256);
    wrap(out, start, 0x30);
}

static void append_tbs(struct plat_buffer *out, const struct tls_identity *identity, const char *name,
                       const struct tls_identity *issuer)
{
    static const uint8_t version_3[] = {0xa0, 0x03, 0x02, 0x01, 0x02};
    static const char not_before[] = "\x17\x0d"
                                     "240101000000Z",
                      not_after[] = "\x17\x0d"
                                    "491231235959Z";
    uint8_t serial[8];
    assert_int_equal(plat_random(serial, sizeof serial), ERROR_SUCCESS);
    serial[0] = (uint8_t)((serial[0] & 0x3f) | 0x40);
    append(out, version_3, sizeof version_3);
    append_unsigned(out, serial, sizeof serial);
    append_algorithm(out);
    if (issuer == NULL)
        cert_name_from_common_name(name, out);
    else
        append(out, issuer->cert.subject.data, issuer->cert.subject.size);
    size_t validity = out->size;
    plat_buffer_append_text(out, not_before);
    plat_buffer_append_text(out, not_after);
    wrap(out, validity, 0x30);
    cert_name_from_common_name(name, out);
    append_spki(out, identity);
    wrap(out, 0, 0x30);
}

static void sign(struct plat_buffer *out, const br_ec_private_key *key)
{
    br_sha256_context context;
    uint8_t hash[32], signature[80];
    br_sha256_init(&context);
    br_sha256_update(&context, out->data, out->size);
    br_sha256_out(&context, hash);
    size_t size =
        br_ecdsa_sign_asn1_get_default()(br_ec_get_default(), &br_sha256_vtable, hash, key, signature);
    assert_int_not_equal(size, 0);
    append_algorithm(out);
    size_t start = out->size;
    plat_buffer_append_u8(out, 0);
    append(out, signature, size);
    wrap(out, start, 0x03);
    wrap(out, 0, 0x30);
}

/* ---- keys ---- */

static void make_key(struct tls_identity *identity)
{
    br_hmac_drbg_context random;
    seed(&random);
    if (identity->kind == TLS_PKI_RSA) {
        assert_int_equal(br_rsa_keygen_get_default()(&random.vtable, &identity->rsa, identity->key_bytes,
                                                     &identity->rsa_public, identity->public_bytes, 1024,
                                                     65537),
                         1);
        return;
    }
    assert_int_not_equal(br_ec_keygen(&random.vtable, br_ec_get_default(), &identity->ec, identity->key_bytes,
                                      BR_EC_secp256r1),
                         0);
    assert_int_not_equal(
        br_ec_compute_pub(br_ec_get_default(), &identity->ec_public, identity->public_bytes, &identity->ec),
        0);
}

struct cert_key *tls_identity_key(const struct tls_identity *identity)
{
    uint8_t der[1024];
    size_t size;
    struct cert_key *key = NULL;
    if (identity->kind == TLS_PKI_RSA) {
        uint8_t exponent[128];
        size_t exponent_size = br_rsa_compute_privexp_get_default()(exponent, &identity->rsa, 65537);
        size = br_encode_rsa_raw_der(der, &identity->rsa, &identity->rsa_public, exponent, exponent_size);
    } else {
        size = br_encode_ec_raw_der(der, &identity->ec, &identity->ec_public);
    }
    assert_true(size > 0 && size <= sizeof der);
    assert_int_equal(cert_key_parse(plat_span_of(der, size), &key, NULL), ERROR_SUCCESS);
    return key;
}

void tls_identity_make(struct tls_identity *identity, enum tls_pki_kind kind, const char *name,
                       const struct tls_identity *issuer)
{
    memset(identity, 0, sizeof *identity);
    identity->kind = kind;
    make_key(identity);
    plat_buffer_init(&identity->der, 4096);
    append_tbs(&identity->der, identity, name, issuer);
    sign(&identity->der, issuer == NULL ? &identity->ec : &issuer->ec);
    assert_int_equal(identity->der.failed, ERROR_SUCCESS);
    assert_int_equal(cert_parse(plat_span_of(identity->der.data, identity->der.size), &identity->cert),
                     ERROR_SUCCESS);
    identity->chain[0] = (br_x509_certificate){.data = identity->der.data, .data_len = identity->der.size};
}

void tls_identity_free(struct tls_identity *identity)
{
    plat_buffer_free(&identity->der);
}
