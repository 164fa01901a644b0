/* SPDX-License-Identifier: Apache-2.0 */
/* Points of P-256 in Jacobian coordinates: Chudnovsky and Chudnovsky 1986, Cohen, Miyaji and Ono 1998. */
#include "crypto/p256.h"

/* b in Montgomery form */
static const struct p256_field curve_b = {{UINT64_C(0xd89cdf6229c4bddf), UINT64_C(0xacf005cd78843090),
                                           UINT64_C(0xe5a220abf7212ed6), UINT64_C(0xdc30061d04874834)}};

/*
 * With m = 3 (X - Z^2) (X + Z^2), which is 3 X^2 - 3 Z^4, and t = 4 X Y^2:
 * X' = m^2 - 2t, Y' = m (t - X') - 8 Y^4, Z' = 2 Y Z. Infinity stays infinity; no point of the curve has Y =
 * 0.
 */
void p256_double(struct p256_point *out, const struct p256_point *a)
{
    struct p256_field twice_y, s, t, m, u;
    p256_add(&twice_y, &a->y, &a->y);
    p256_square(&u, &a->z);
    p256_square(&s, &twice_y);
    p256_add(&m, &a->x, &u);
    p256_sub(&u, &a->x, &u);
    p256_mul(&m, &m, &u);
    p256_add(&u, &m, &m);
    p256_add(&m, &m, &u);
    p256_mul(&t, &a->x, &s);
    p256_square(&s, &s);
    p256_halve(&s, &s);
    p256_mul(&out->z, &a->z, &twice_y);
    p256_square(&out->x, &m);
    p256_add(&u, &t, &t);
    p256_sub(&out->x, &out->x, &u);
    p256_sub(&t, &t, &out->x);
    p256_mul(&t, &t, &m);
    p256_sub(&out->y, &t, &s);
}

/*
 * The common end of additions. Both points on one denominator z: u1, u2 their X, s1, s2 their Y, h = u2 - u1,
 * r = s2 - s1: X' = r^2 - h^3 - 2 u1 h^2, Y' = r (u1 h^2 - X') - s1 h^3, Z' = z h.
 */
static void sum_end(struct p256_point *out, uint64_t *equal, const struct p256_field *u1,
                    const struct p256_field *s1, const struct p256_field *u2, const struct p256_field *s2,
                    const struct p256_field *z)
{
    struct p256_field h, r, h2, h3, v, t;
    p256_sub(&h, u2, u1);
    p256_sub(&r, s2, s1);
    *equal = p256_mask_zero(&h) & p256_mask_zero(&r);
    p256_square(&h2, &h);
    p256_mul(&v, u1, &h2);
    p256_mul(&h3, &h, &h2);
    p256_mul(&t, s1, &h3);
    p256_mul(&out->z, z, &h);
    p256_square(&out->x, &r);
    p256_sub(&out->x, &out->x, &h3);
    p256_add(&h2, &v, &v);
    p256_sub(&out->x, &out->x, &h2);
    p256_sub(&v, &v, &out->x);
    p256_mul(&v, &v, &r);
    p256_sub(&out->y, &v, &t);
}

void p256_sum(struct p256_point *out, uint64_t *equal, const struct p256_point *a, const struct p256_point *b)
{
    struct p256_field zz1, zz2, u1, u2, s1, s2, z;
    p256_square(&zz1, &a->z);
    p256_square(&zz2, &b->z);
    p256_mul(&u1, &a->x, &zz2);
    p256_mul(&u2, &b->x, &zz1);
    p256_mul(&s1, &b->z, &zz2);
    p256_mul(&s1, &s1, &a->y);
    p256_mul(&s2, &a->z, &zz1);
    p256_mul(&s2, &s2, &b->y);
    p256_mul(&z, &a->z, &b->z);
    sum_end(out, equal, &u1, &s1, &u2, &s2, &z);
}

void p256_sum_affine(struct p256_point *out, uint64_t *equal, const struct p256_point *a,
                     const struct p256_affine *b)
{
    struct p256_field zz, u2, s2, x = a->x, y = a->y, z = a->z;
    p256_square(&zz, &z);
    p256_mul(&u2, &b->x, &zz);
    p256_mul(&s2, &zz, &z);
    p256_mul(&s2, &s2, &b->y);
    sum_end(out, equal, &x, &y, &u2, &s2, &z);
}

void p256_point_choose(struct p256_point *out, uint64_t mask, const struct p256_point *set,
                       const struct p256_point *clear)
{
    p256_choose(&out->x, mask, &set->x, &clear->x);
    p256_choose(&out->y, mask, &set->y, &clear->y);
    p256_choose(&out->z, mask, &set->z, &clear->z);
}

void p256_sum_any(struct p256_point *out, const struct p256_point *a, const struct p256_point *b)
{
    struct p256_point sum, twice;
    uint64_t equal, no_a = p256_mask_zero(&a->z), no_b = p256_mask_zero(&b->z);
    p256_sum(&sum, &equal, a, b);
    p256_double(&twice, a);
    p256_point_choose(&sum, equal, &twice, &sum);
    p256_point_choose(&sum, no_a, b, &sum);
    p256_point_choose(out, no_b & ~no_a, a, &sum);
}

uint64_t p256_point_from_bytes(struct p256_point *out, const uint8_t bytes[P256_POINT_SIZE])
{
    struct p256_point point;
    struct p256_field right, left, t;
    uint64_t valid = wide_mask_zero(bytes[0] ^ UINT64_C(4));
    valid &= p256_from_bytes(&point.x, bytes + 1);
    valid &= p256_from_bytes(&point.y, bytes + 1 + P256_SIZE);
    p256_square(&left, &point.y);
    p256_square(&right, &point.x);
    p256_add(&t, &p256_one, &p256_one);
    p256_add(&t, &t, &p256_one);
    p256_sub(&right, &right, &t);
    p256_mul(&right, &right, &point.x);
    p256_add(&right, &right, &curve_b);
    valid &= p256_mask_equal(&left, &right);
    p256_choose(&out->x, valid, &point.x, &p256_odd_multiples[0].x);
    p256_choose(&out->y, valid, &point.y, &p256_odd_multiples[0].y);
    out->z = p256_one;
    return valid;
}

uint64_t p256_point_to_bytes(uint8_t bytes[P256_POINT_SIZE], const struct p256_point *a)
{
    struct p256_field inverse, inverse2, t;
    p256_invert(&inverse, &a->z);
    p256_square(&inverse2, &inverse);
    bytes[0] = 4;
    p256_mul(&t, &a->x, &inverse2);
    p256_to_bytes(bytes + 1, &t);
    p256_mul(&t, &inverse, &inverse2);
    p256_mul(&t, &t, &a->y);
    p256_to_bytes(bytes + 1 + P256_SIZE, &t);
    return ~p256_mask_zero(&a->z);
}
