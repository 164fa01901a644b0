/* SPDX-License-Identifier: Apache-2.0 */
/* Does a private key belong to a certificate? */
#include "certstore/bearssl_peer.h"
#include "certstore/crypto.h"
#include "crypto/key_private.h"
#include "crypto/views.h"

#include <string.h>

#define SIGNATURE_MOST 512U /* RSA 4096 */

static const uint8_t sha256_oid[] = {9, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01};

size_t cert_key_ec_point(const struct cert_key *key, uint8_t point[CERT_EC_POINT_MOST])
{
    size_t size = br_ec_compute_pub(cert_engines().ec, NULL, NULL, &key->ec);
    return size == 0 || size > CERT_EC_POINT_MOST
               ? 0
               : br_ec_compute_pub(cert_engines().ec, NULL, point, &key->ec);
}

#define FACTOR_BYTES_MOST (CERT_RSA_FACTOR_BITS_MOST / 8)

/*
 * out[a_size + b_size] = a * b, big-endian. BearSSL 0.6's br_rsa_compute_modulus lacks the room for 4096
 * bits.
 */
static void multiply(const uint8_t *a, size_t a_size, const uint8_t *b, size_t b_size, uint8_t *out)
{
    memset(out, 0, a_size + b_size);
    for (size_t i = a_size; i-- > 0;) {
        uint32_t carry = 0;
        for (size_t j = b_size; j-- > 0;) {
            uint32_t sum = out[i + j + 1] + (uint32_t)a[i] * b[j] + carry;
            out[i + j + 1] = (uint8_t)sum;
            carry = sum >> 8;
        }
        out[i] = (uint8_t)carry;
    }
}

/* The modulus that the key states is the product of its primes. */
static bool modulus_is_product(const struct cert_key *key)
{
    uint8_t product[2 * FACTOR_BYTES_MOST];
    size_t size = key->rsa.plen + key->rsa.qlen, zeros = 0;
    if (key->rsa.plen > FACTOR_BYTES_MOST || key->rsa.qlen > FACTOR_BYTES_MOST) {
        return false;
    }
    multiply(key->rsa.p, key->rsa.plen, key->rsa.q, key->rsa.qlen, product);
    while (zeros < size && product[zeros] == 0) {
        zeros++;
    }
    return plat_span_equal(plat_span_of(product + zeros, size - zeros), key->modulus);
}

bool cert_key_is_sound(const struct cert_key *key)
{
    return key->kind != CERT_KEY_RSA || modulus_is_product(key);
}

static bool same_public_key(const struct cert_key *key, const struct cert *cert)
{
    if (key->kind == CERT_KEY_RSA) {
        return plat_span_equal(key->modulus, cert->rsa_modulus);
    }
    uint8_t point[CERT_EC_POINT_MOST];
    return plat_span_equal(plat_span_of(point, cert_key_ec_point(key, point)), cert->ec_point);
}

bool cert_key_matches(const struct cert_key *key, const struct cert *cert)
{
    return key->kind == cert->key_kind && same_public_key(key, cert) && cert_key_is_sound(key);
}

/*
 * A signature made with the private key must verify with the public one: a damaged CRT parameter would
 * otherwise be found by the first client, and a faulty RSA signature gives the primes away.
 */
static bool signs(const struct cert_key *key, const struct cert *cert)
{
    static const char text[] = "does this key belong to that certificate?";
    struct cert_engines engines = cert_engines();
    uint8_t hash[CERT_SHA256_SIZE], found[CERT_SHA256_SIZE], signature[SIGNATURE_MOST];
    cert_sha256(plat_span_of(text, sizeof text - 1), hash);
    if (key->kind != CERT_KEY_RSA) {
        br_ec_public_key public_key = cert_view_ec(cert);
        size_t size = engines.ecdsa_sign(engines.ec, &br_sha256_vtable, hash, &key->ec, signature);
        return size != 0 &&
               engines.ecdsa_verify(engines.ec, hash, sizeof hash, &public_key, signature, size) == 1;
    }
    br_rsa_public_key public_key = cert_view_rsa(cert);
    size_t size = (key->rsa.n_bitlen + 7) / 8;
    return engines.rsa_sign(sha256_oid, hash, sizeof hash, &key->rsa, signature) == 1 &&
           engines.rsa_verify(signature, size, sha256_oid, sizeof hash, &public_key, found) == 1 &&
           memcmp(hash, found, sizeof hash) == 0;
}

static const char *other_kind(enum cert_key_kind certificate, enum cert_key_kind key)
{
#define OTHER_KINDS(what)                                                                                    \
    {                                                                                                        \
        [CERT_KEY_RSA] = "the certificate has " what " key, this one is RSA",                                \
        [CERT_KEY_EC_P256] = "the certificate has " what " key, this one is P-256",                          \
        [CERT_KEY_EC_P384] = "the certificate has " what " key, this one is P-384",                          \
        [CERT_KEY_EC_P521] = "the certificate has " what " key, this one is P-521",                          \
    }
    static const char *const words[][CERT_KEY_EC_P521 + 1] = {
        [CERT_KEY_UNSUPPORTED] = OTHER_KINDS("an unsupported kind of"),
        [CERT_KEY_RSA] = OTHER_KINDS("an RSA"),
        [CERT_KEY_EC_P256] = OTHER_KINDS("a P-256"),
        [CERT_KEY_EC_P384] = OTHER_KINDS("a P-384"),
        [CERT_KEY_EC_P521] = OTHER_KINDS("a P-521"),
    };
#undef OTHER_KINDS
    return words[certificate][key];
}

const char *cert_key_unfit_reason(const struct cert_key *key, const struct cert *cert)
{
    if (key->kind != cert->key_kind) {
        return other_kind(cert->key_kind, key->kind);
    }
    if (!same_public_key(key, cert)) {
        return key->kind == CERT_KEY_RSA && key->rsa.n_bitlen != cert->key_bits
                   ? "the certificate's RSA key has another size"
                   : "the certificate has another public key than the one that goes with this key";
    }
    if (!cert_key_is_sound(key)) {
        return "the key is damaged: its modulus is not the product of its primes";
    }
    return signs(key, cert) ? NULL : "the key is damaged: a signature made with it does not verify";
}

bool cert_key_fits(const struct cert_key *key, const struct cert *cert)
{
    return cert_key_unfit_reason(key, cert) == NULL;
}
