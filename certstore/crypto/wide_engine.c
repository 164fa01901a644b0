/* SPDX-License-Identifier: Apache-2.0 */
/* P-256 and X25519 as BearSSL wants them; the other curves are passed on to BearSSL's own code. */
#include "crypto/wide_engine.h"

#include "crypto/p256.h"
#include "crypto/x25519.h"
#include "platform/memory.h"

#include <string.h>

#define OTHERS (&br_ec_all_m31)

static const unsigned char *generator(int curve, size_t *size)
{
    return OTHERS->generator(curve, size);
}

static const unsigned char *order(int curve, size_t *size)
{
    return OTHERS->order(curve, size);
}

static size_t xoff(int curve, size_t *size)
{
    return OTHERS->xoff(curve, size);
}

/* Big-endian of any length. The mask is 0 unless the number is from 1 to n - 1. */
static uint64_t scalar_from(struct p256_scalar *out, const unsigned char *x, size_t size)
{
    uint8_t bytes[P256_SIZE] = {0};
    uint64_t excess = 0;
    while (size > P256_SIZE) {
        excess |= *x++;
        size--;
    }
    memcpy(bytes + P256_SIZE - size, x, size);
    uint64_t valid = p256_scalar_from_bytes(out, bytes) & wide_mask_zero(excess) & ~p256_scalar_mask_zero(out);
    plat_wipe(bytes, sizeof bytes);
    return valid;
}

static uint32_t point_mul(unsigned char *point, size_t size, const unsigned char *x, size_t x_size)
{
    struct p256_point p;
    struct p256_scalar k;
    if (size != P256_POINT_SIZE) {
        return 0;
    }
    uint64_t valid = p256_point_from_bytes(&p, point) & scalar_from(&k, x, x_size);
    p256_times(&p, &k, &p);
    valid &= p256_point_to_bytes(point, &p);
    plat_wipe(&k, sizeof k);
    plat_wipe(&p, sizeof p);
    return (uint32_t)(valid & 1);
}

/* The scalar of X25519 is little-endian. */
static uint32_t x25519_mul(unsigned char *point, size_t size, const unsigned char *x, size_t x_size)
{
    uint8_t scalar[X25519_SIZE] = {0};
    if (size != X25519_SIZE || x_size > X25519_SIZE) {
        return 0;
    }
    memcpy(scalar, x, x_size);
    x25519(point, scalar);
    plat_wipe(scalar, sizeof scalar);
    return 1;
}

static uint32_t mul(unsigned char *point, size_t size, const unsigned char *x, size_t x_size, int curve)
{
    switch (curve) {
    case BR_EC_secp256r1:
        return point_mul(point, size, x, x_size);
    case BR_EC_curve25519:
        return x25519_mul(point, size, x, x_size);
    default:
        return OTHERS->mul(point, size, x, x_size, curve);
    }
}

static size_t mulgen(unsigned char *result, const unsigned char *x, size_t x_size, int curve)
{
    if (curve == BR_EC_curve25519) {
        memset(result, 0, X25519_SIZE);
        result[0] = 9;
        (void)x25519_mul(result, X25519_SIZE, x, x_size);
        return X25519_SIZE;
    }
    if (curve != BR_EC_secp256r1) {
        return OTHERS->mulgen(result, x, x_size, curve);
    }
    struct p256_point p;
    struct p256_scalar k;
    (void)scalar_from(&k, x, x_size);
    p256_times_generator(&p, &k);
    (void)p256_point_to_bytes(result, &p);
    plat_wipe(&k, sizeof k);
    plat_wipe(&p, sizeof p);
    return P256_POINT_SIZE;
}

static uint32_t point_muladd(unsigned char *a, const unsigned char *b, size_t size, const unsigned char *x,
                             size_t x_size, const unsigned char *y, size_t y_size)
{
    struct p256_point p, q;
    struct p256_scalar k, l;
    if (size != P256_POINT_SIZE) {
        return 0;
    }
    uint64_t valid = p256_point_from_bytes(&p, a) & scalar_from(&k, x, x_size) & scalar_from(&l, y, y_size);
    p256_times(&p, &k, &p);
    if (b == NULL) {
        p256_times_generator(&q, &l);
    } else {
        valid &= p256_point_from_bytes(&q, b);
        p256_times(&q, &l, &q);
    }
    p256_sum_any(&p, &p, &q);
    valid &= p256_point_to_bytes(a, &p);
    plat_wipe(&k, sizeof k);
    plat_wipe(&l, sizeof l);
    plat_wipe(&p, sizeof p);
    plat_wipe(&q, sizeof q);
    return (uint32_t)(valid & 1);
}

static uint32_t muladd(unsigned char *a, const unsigned char *b, size_t size, const unsigned char *x,
                       size_t x_size, const unsigned char *y, size_t y_size, int curve)
{
    return curve == BR_EC_secp256r1 ? point_muladd(a, b, size, x, x_size, y, y_size)
                                    : OTHERS->muladd(a, b, size, x, x_size, y, y_size, curve);
}

const br_ec_impl cert_wide_ec = {
    .supported_curves = UINT32_C(1) << BR_EC_curve25519 | UINT32_C(1) << BR_EC_secp256r1 |
                        UINT32_C(1) << BR_EC_secp384r1 | UINT32_C(1) << BR_EC_secp521r1,
    .generator = generator,
    .order = order,
    .xoff = xoff,
    .mul = mul,
    .mulgen = mulgen,
    .muladd = muladd,
};

/* ---- ECDSA (FIPS 186-5 section 6.4) ---- */

/* The leftmost 256 bits, modulo n. */
static void scalar_from_hash(struct p256_scalar *out, const uint8_t *hash, size_t size)
{
    uint8_t bytes[P256_SIZE] = {0};
    size_t used = size < P256_SIZE ? size : P256_SIZE;
    memcpy(bytes + P256_SIZE - used, hash, used);
    (void)p256_scalar_from_bytes(out, bytes);
}

#define SIGNATURE_SIZE (2 * P256_SIZE)
/* What br_ecdsa_raw_to_asn1 may add. */
#define SIGNATURE_ASN1_MOST (SIGNATURE_SIZE + 9)

static bool verify_raw_public(const uint8_t *hash, size_t hash_size, const unsigned char *key,
                              const uint8_t *signature, size_t size)
{
    struct p256_point point;
    struct p256_scalar r, s, u, v;
    if ((p256_point_from_bytes(&point, key) & scalar_from(&r, signature, size / 2) &
         scalar_from(&s, signature + size / 2, size / 2)) == 0) {
        return false;
    }
    scalar_from_hash(&u, hash, hash_size);
    p256_scalar_invert_public(&s, &s);
    p256_scalar_mul(&u, &u, &s);
    p256_scalar_mul(&v, &r, &s);
    p256_double_times_public(&point, &u, &v, &point);
    if (p256_mask_zero(&point.z) != 0) {
        return false;
    }
    p256_square(&point.z, &point.z);
    return p256_scalar_is_public(&r, &point.x, &point.z);
}

uint32_t cert_wide_ecdsa_verify(const br_ec_impl *ec, const void *hash, size_t hash_size,
                                const br_ec_public_key *key, const void *signature, size_t size)
{
    if (key->curve != BR_EC_secp256r1) {
        return br_ecdsa_i31_vrfy_asn1(ec, hash, hash_size, key, signature, size);
    }
    uint8_t raw[2 * SIGNATURE_ASN1_MOST]; /* twice: room for the conversion in place, as BearSSL asks for */
    if (key->qlen != P256_POINT_SIZE || size > SIGNATURE_ASN1_MOST) {
        return 0;
    }
    memcpy(raw, signature, size);
    size = br_ecdsa_asn1_to_raw(raw, size);
    return size != 0 && verify_raw_public(hash, hash_size, key->q, raw, size) ? 1 : 0;
}

/* k of RFC 6979: from 1 to n - 1. That a candidate was not good enough says nothing about the next one. */
static void next_nonce(struct p256_scalar *k, br_hmac_drbg_context *random)
{
    uint8_t bytes[P256_SIZE];
    do {
        br_hmac_drbg_generate(random, bytes, sizeof bytes);
    } while (scalar_from(k, bytes, sizeof bytes) == 0);
    plat_wipe(bytes, sizeof bytes);
}

/* r = x(k G), s = (e + r d) / k; false when one of them is 0 and another k is needed. */
static bool sign_with(uint8_t raw[SIGNATURE_SIZE], const struct p256_scalar *e, const struct p256_scalar *d,
                      const struct p256_scalar *k)
{
    struct p256_point point;
    struct p256_scalar r, s, inverse;
    uint8_t encoded[P256_POINT_SIZE];
    p256_times_generator(&point, k);
    (void)p256_point_to_bytes(encoded, &point);
    (void)p256_scalar_from_bytes(&r, encoded + 1);
    p256_scalar_to_montgomery(&s, &r);
    p256_scalar_mul(&s, &s, d);
    p256_scalar_add(&s, &s, e);
    p256_scalar_invert(&inverse, k);
    p256_scalar_mul(&s, &s, &inverse);
    p256_scalar_to_bytes(raw, &r);
    p256_scalar_to_bytes(raw + P256_SIZE, &s);
    uint64_t zero = p256_scalar_mask_zero(&r) | p256_scalar_mask_zero(&s);
    plat_wipe(&point, sizeof point);
    plat_wipe(&inverse, sizeof inverse);
    plat_wipe(encoded, sizeof encoded);
    return zero == 0;
}

size_t cert_wide_ecdsa_sign(const br_ec_impl *ec, const br_hash_class *hash_class, const void *hash,
                            const br_ec_private_key *key, void *signature)
{
    if (key->curve != BR_EC_secp256r1) {
        return br_ecdsa_i31_sign_asn1(ec, hash_class, hash, key, signature);
    }
    size_t hash_size = hash_class->desc >> BR_HASHDESC_OUT_OFF & BR_HASHDESC_OUT_MASK;
    struct p256_scalar d, e, k;
    uint8_t seed[2 * P256_SIZE], raw[SIGNATURE_ASN1_MOST];
    if (scalar_from(&d, key->x, key->xlen) == 0) {
        return 0;
    }
    scalar_from_hash(&e, hash, hash_size);
    p256_scalar_to_bytes(seed, &d);
    p256_scalar_to_bytes(seed + P256_SIZE, &e);
    br_hmac_drbg_context random;
    br_hmac_drbg_init(&random, hash_class, seed, sizeof seed);
    do {
        next_nonce(&k, &random);
    } while (!sign_with(raw, &e, &d, &k));
    plat_wipe(&random, sizeof random);
    plat_wipe(&d, sizeof d);
    plat_wipe(&k, sizeof k);
    plat_wipe(seed, sizeof seed);
    size_t size = br_ecdsa_raw_to_asn1(raw, SIGNATURE_SIZE);
    memcpy(signature, raw, size);
    return size;
}
