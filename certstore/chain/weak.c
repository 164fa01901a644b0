/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Digests and keys too weak to prove anything: MD2, MD4, MD5 (RFC 6149, 6150, 6151) and RSA below 1024 bits
 * (Microsoft advisory 2661254). Windows reports both bits then, for roots too. SHA-1 (RFC 6194) counts only
 * when the caller says so, and not on a self-signed certificate, whose signature nobody relies on.
 */
#include "chain/path.h"

#define WEAK_RSA_BITS 1024U

enum strength { STRONG, OLD, BROKEN };

/*
 * 1.2.840.113549.1.1.n: 2 = md2, 3 = md4, 4 = md5 WithRSAEncryption. The first two are unknown to
 * crypto/verify.h, but weak all the same.
 */
static bool is_rsa_with_md(struct plat_span algorithm_identifier)
{
    static const uint8_t pkcs1[] = {0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01};
    struct der_reader outer = der_reader_of(algorithm_identifier);
    struct der_reader inside = der_enter(&outer, DER_SEQUENCE);
    struct plat_span oid = der_read_oid(&inside, DER_OID);

    return oid.size == sizeof pkcs1 + 1 &&
           plat_span_equal(plat_span_of(oid.data, sizeof pkcs1), plat_span_of(pkcs1, sizeof pkcs1)) &&
           oid.data[sizeof pkcs1] >= 2 && oid.data[sizeof pkcs1] <= 4;
}

static enum strength strength_of(const struct cert *cert)
{
    struct cert_signature_algorithm algorithm;

    if (cert->key_kind == CERT_KEY_RSA && cert->key_bits < WEAK_RSA_BITS) {
        return BROKEN;
    }
    if (is_rsa_with_md(cert->signature_algorithm)) {
        return BROKEN;
    }
    if (!cert_signature_algorithm_parse(cert->signature_algorithm, &algorithm)) {
        return STRONG; /* unknown, so its signature is not good anyhow */
    }
    return algorithm.hash == CERT_HASH_MD5 ? BROKEN : algorithm.hash == CERT_HASH_SHA1 ? OLD : STRONG;
}

bool chain_check_weak(struct chain_path *path)
{
    for (size_t i = 0; i < path->count; i++) {
        struct chain_link *link = &path->links[i];
        bool own_issuer = path->self_signed && i == path->count - 1;
        enum strength strength = strength_of(link->cert);

        if (strength == BROKEN) {
            link->error |= CERT_TRUST_HAS_WEAK_SIGNATURE | CERT_TRUST_IS_NOT_SIGNATURE_VALID;
        } else if (strength == OLD && (path->input->flags & CERT_CHAIN_WEAK_SHA1) != 0 && !own_issuer) {
            link->error |= CERT_TRUST_HAS_WEAK_SIGNATURE;
        }
    }
    return true;
}
