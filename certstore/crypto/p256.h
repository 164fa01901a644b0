/* SPDX-License-Identifier: Apache-2.0 */
/*
 * P-256 (FIPS 186-5, SP 800-186: y^2 = x^3 - 3x + b) for 64-bit processors. BearSSL 0.6 has 31-bit code only,
 * which takes some fifteen times as long to verify a signature. In layers:
 *
 *   p256_field.c    numbers modulo p
 *   p256_scalar.c   numbers modulo n, the order
 *   p256_point.c    points
 *   p256_secret.c   k * P and k * G in constant time
 *   p256_public.c   u * G + v * P for signatures: everything is public
 *   wide_engine.c   BearSSL's view, ECDSA
 *   p256_tables.py  multiples of G, at build time
 *
 * Constant time: no branch, address or division depends on a scalar or on a coordinate, except in functions
 * whose name ends in _public and in those that say so.
 */
#ifndef CERIUM_CERTSTORE_P256_H
#define CERIUM_CERTSTORE_P256_H

#include "crypto/wide.h"

#include <stdbool.h>

#define P256_SIZE 32U       /* octets of a number */
#define P256_POINT_SIZE 65U /* octets of a point: 4, x, y */

/* ---- modulo p: in Montgomery form (a * 2^256 mod p), always below p ---- */

struct p256_field {
    uint64_t limb[4];
};

extern const struct p256_field p256_zero, p256_one;

void p256_mul(struct p256_field *out, const struct p256_field *a, const struct p256_field *b);
void p256_square(struct p256_field *out, const struct p256_field *a);
void p256_square_times(struct p256_field *out, const struct p256_field *a, unsigned times);
void p256_invert(struct p256_field *out, const struct p256_field *a); /* 0 for 0 */
void p256_choose(struct p256_field *out, uint64_t mask, const struct p256_field *set,
                 const struct p256_field *clear);
void p256_negate_if(struct p256_field *a, uint64_t mask);
uint64_t p256_mask_zero(const struct p256_field *a);
uint64_t p256_mask_equal(const struct p256_field *a, const struct p256_field *b);

/* The mask is 0 when the number is not below p; it is then something else below p. */
uint64_t p256_from_bytes(struct p256_field *out, const uint8_t bytes[P256_SIZE]);
void p256_to_bytes(uint8_t bytes[P256_SIZE], const struct p256_field *a);
void p256_from_limbs(struct p256_field *out, const uint64_t limbs[4]); /* limbs < p, not in Montgomery form */

/* p = 2^256 - 2^224 + 2^192 + 2^96 - 1 */
#define P256_PRIME_3 UINT64_C(0xffffffff00000001)
static const uint64_t p256_prime[4] = {UINT64_C(0xffffffffffffffff), UINT64_C(0x00000000ffffffff), 0,
                                       P256_PRIME_3};

static inline void p256_add(struct p256_field *out, const struct p256_field *a, const struct p256_field *b)
{
    uint64_t sum[4], less[4];
    uint64_t carry = wide_add4(sum, a->limb, b->limb);
    uint64_t below = wide_sub4(less, sum, p256_prime) & ~carry;
    wide_choose4(out->limb, below, sum, less);
}

static inline void p256_sub(struct p256_field *out, const struct p256_field *a, const struct p256_field *b)
{
    uint64_t difference[4];
    uint64_t borrow = wide_sub4(difference, a->limb, b->limb);
    const uint64_t prime_or_zero[4] = {borrow, borrow & p256_prime[1], 0, borrow & p256_prime[3]};
    (void)wide_add4(out->limb, difference, prime_or_zero);
}

static inline void p256_halve(struct p256_field *out, const struct p256_field *a)
{
    uint64_t t[4], odd = wide_mask(a->limb[0] & 1);
    const uint64_t prime_or_zero[4] = {odd, odd & p256_prime[1], 0, odd & p256_prime[3]};
    uint64_t carry = wide_add4(t, a->limb, prime_or_zero);
    out->limb[0] = t[0] >> 1 | t[1] << 63;
    out->limb[1] = t[1] >> 1 | t[2] << 63;
    out->limb[2] = t[2] >> 1 | t[3] << 63;
    out->limb[3] = t[3] >> 1 | carry << 63;
}

/* ---- modulo n, the order of G: plain unless said, always below n ---- */

struct p256_scalar {
    uint64_t limb[4];
};

/* Reduced modulo n; the mask is 0 when that changed it. */
uint64_t p256_scalar_from_bytes(struct p256_scalar *out, const uint8_t bytes[P256_SIZE]);
void p256_scalar_to_bytes(uint8_t bytes[P256_SIZE], const struct p256_scalar *a);
uint64_t p256_scalar_mask_zero(const struct p256_scalar *a);
void p256_scalar_add(struct p256_scalar *out, const struct p256_scalar *a, const struct p256_scalar *b);
void p256_scalar_negate_if(struct p256_scalar *a, uint64_t mask);
/* a * b / 2^256; so with one factor in Montgomery form the product is plain. */
void p256_scalar_mul(struct p256_scalar *out, const struct p256_scalar *a, const struct p256_scalar *b);
void p256_scalar_to_montgomery(struct p256_scalar *out, const struct p256_scalar *a);
/* 1/a in Montgomery form; 0 for 0. */
void p256_scalar_invert(struct p256_scalar *out, const struct p256_scalar *a);
void p256_scalar_invert_public(struct p256_scalar *out, const struct p256_scalar *a);
/* Is x = a modulo n, where x = numerator / denominator modulo p? The denominator is not 0. */
bool p256_scalar_is_public(const struct p256_scalar *a, const struct p256_field *numerator,
                           const struct p256_field *denominator);

/* ---- points ---- */

/* Jacobian: x = X / Z^2, y = Y / Z^3. Z = 0 is the point at infinity. */
struct p256_point {
    struct p256_field x, y, z;
};

struct p256_affine {
    struct p256_field x, y;
};

void p256_double(struct p256_point *out, const struct p256_point *a);
/*
 * a + b, where neither is infinity. equal: all ones when both are the same point; the sum is then wrong (and
 * its Z is 0) and p256_double has to be used. Opposite points give infinity as they should.
 */
void p256_sum(struct p256_point *out, uint64_t *equal, const struct p256_point *a, const struct p256_point *b);
void p256_sum_affine(struct p256_point *out, uint64_t *equal, const struct p256_point *a,
                     const struct p256_affine *b);
void p256_sum_any(struct p256_point *out, const struct p256_point *a, const struct p256_point *b);
void p256_point_choose(struct p256_point *out, uint64_t mask, const struct p256_point *set,
                       const struct p256_point *clear);
/* The mask is 0 when it is no point of the curve (infinity has no encoding); out is then G. */
uint64_t p256_point_from_bytes(struct p256_point *out, const uint8_t bytes[P256_POINT_SIZE]);
/* The mask is 0 for infinity. */
uint64_t p256_point_to_bytes(uint8_t bytes[P256_POINT_SIZE], const struct p256_point *a);

/* ---- multiples of points ---- */

void p256_times(struct p256_point *out, const struct p256_scalar *k, const struct p256_point *a);
void p256_times_generator(struct p256_point *out, const struct p256_scalar *k);
void p256_double_times_public(struct p256_point *out, const struct p256_scalar *of_generator,
                              const struct p256_scalar *of_a, const struct p256_point *a);

/* p256_tables.py. Odd multiples: [i] = (2i + 1) G. Comb: see p256_secret.c. */
#define P256_ODD_MULTIPLES 64
#define P256_COMB_TABLES 4
#define P256_COMB_SIZE 32
extern const struct p256_affine p256_odd_multiples[P256_ODD_MULTIPLES];
extern const struct p256_affine p256_comb[P256_COMB_TABLES][P256_COMB_SIZE];

#endif
