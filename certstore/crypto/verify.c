/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/verify.h"
#include "certstore/bearssl_peer.h"
#include "crypto/rsa_large.h"
#include "crypto/views.h"
#include "der/der.h"

#include <string.h>

#define HASH_SIZE_MOST 64U

struct hash_info {
    const br_hash_class *vtable;
    uint8_t size;
    const uint8_t *oid; /* as BearSSL wants it: content octets behind their number */
};

static const uint8_t oid_md5[] = {8, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x02, 0x05};
static const uint8_t oid_sha1[] = {5, 0x2b, 0x0e, 0x03, 0x02, 0x1a};
static const uint8_t oid_sha224[] = {9, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x04};
static const uint8_t oid_sha256[] = {9, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01};
static const uint8_t oid_sha384[] = {9, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x02};
static const uint8_t oid_sha512[] = {9, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x03};

static struct hash_info hash_info_of(enum cert_hash hash)
{
    switch (hash) {
    case CERT_HASH_MD5:
        return (struct hash_info){&br_md5_vtable, 16, oid_md5};
    case CERT_HASH_SHA1:
        return (struct hash_info){&br_sha1_vtable, 20, oid_sha1};
    case CERT_HASH_SHA224:
        return (struct hash_info){&br_sha224_vtable, 28, oid_sha224};
    case CERT_HASH_SHA256:
        return (struct hash_info){&br_sha256_vtable, 32, oid_sha256};
    case CERT_HASH_SHA384:
        return (struct hash_info){&br_sha384_vtable, 48, oid_sha384};
    case CERT_HASH_SHA512:
        break;
    }
    return (struct hash_info){&br_sha512_vtable, 64, oid_sha512};
}

static void digest(const struct hash_info *info, struct plat_span data, uint8_t out[HASH_SIZE_MOST])
{
    br_hash_compat_context context;
    info->vtable->init(&context.vtable);
    info->vtable->update(&context.vtable, data.data, data.size);
    info->vtable->out(&context.vtable, out);
}

static enum cert_signature verify_rsa(const struct cert *holder, struct plat_span signature,
                                      const struct hash_info *hash, const uint8_t *expected)
{
    uint8_t found[HASH_SIZE_MOST];
    if (holder->key_bits > LIMIT_RSA_BITS) {
        return CERT_SIGNATURE_UNSUPPORTED;
    }
    br_rsa_public_key key = cert_view_rsa(holder);
    br_rsa_pkcs1_vrfy verify =
        holder->key_bits > CERT_RSA_BITS_MOST ? cert_rsa_large_engine() : cert_engines().rsa_verify;
    if (verify(signature.data, signature.size, hash->oid, hash->size, &key, found) != 1 ||
        memcmp(found, expected, hash->size) != 0) {
        return CERT_SIGNATURE_BAD;
    }
    return CERT_SIGNATURE_GOOD;
}

/* Ecdsa-Sig-Value ::= SEQUENCE { r INTEGER, s INTEGER }; BearSSL's own reader forgives more than DER does. */
static bool ecdsa_value_strict(struct plat_span signature)
{
    struct der_reader outer = der_reader_of(signature);
    struct der_reader pair = der_enter(&outer, DER_SEQUENCE);
    struct plat_span r = der_read_integer(&pair, DER_INTEGER);
    struct plat_span s = der_read_integer(&pair, DER_INTEGER);
    return der_finish(&outer) && der_finish(&pair) && (r.data[0] & 0x80U) == 0 && (s.data[0] & 0x80U) == 0;
}

static enum cert_signature verify_ecdsa(const struct cert *holder, struct plat_span signature,
                                        const struct hash_info *hash, const uint8_t *expected)
{
    struct cert_engines engines = cert_engines();
    br_ec_public_key key = cert_view_ec(holder);
    if (!ecdsa_value_strict(signature) ||
        engines.ecdsa_verify(engines.ec, expected, hash->size, &key, signature.data, signature.size) != 1) {
        return CERT_SIGNATURE_BAD;
    }
    return CERT_SIGNATURE_GOOD;
}

enum cert_signature cert_verify_signed(const struct cert *issuer_key_holder, struct plat_span tbs,
                                       struct plat_span algorithm, struct plat_span signature)
{
    struct cert_signature_algorithm known;
    uint8_t expected[HASH_SIZE_MOST];
    if (!cert_signature_algorithm_parse(algorithm, &known) ||
        issuer_key_holder->key_kind == CERT_KEY_UNSUPPORTED) {
        return CERT_SIGNATURE_UNSUPPORTED;
    }
    bool rsa_key = issuer_key_holder->key_kind == CERT_KEY_RSA;
    if (signature.size == 0 || rsa_key != (known.family == CERT_FAMILY_RSA)) {
        return CERT_SIGNATURE_BAD;
    }
    struct hash_info hash = hash_info_of(known.hash);
    digest(&hash, tbs, expected);
    return rsa_key ? verify_rsa(issuer_key_holder, signature, &hash, expected)
                   : verify_ecdsa(issuer_key_holder, signature, &hash, expected);
}

enum cert_signature cert_verify_signature(const struct cert *issuer_key_holder, const struct cert *signed_cert)
{
    return cert_verify_signed(issuer_key_holder, signed_cert->tbs, signed_cert->signature_algorithm,
                              signed_cert->signature);
}
