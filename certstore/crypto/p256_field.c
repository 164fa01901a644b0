/* SPDX-License-Identifier: Apache-2.0 */
/* P. Montgomery, Modular multiplication without trial division, 1985; FIPS 186-5 for the prime. */
#include "crypto/p256.h"

/* 2^512 mod p */
static const struct p256_field montgomery_factor = {
    {UINT64_C(0x0000000000000003), UINT64_C(0xfffffffbffffffff), UINT64_C(0xfffffffffffffffe),
     UINT64_C(0x00000004fffffffd)}};

const struct p256_field p256_zero = {{0, 0, 0, 0}};
const struct p256_field p256_one = {{UINT64_C(0x0000000000000001), UINT64_C(0xffffffff00000000),
                                     UINT64_C(0xffffffffffffffff), UINT64_C(0x00000000fffffffe)}};

/*
 * One step of the reduction of t: adds t[0] * p, which makes t[0] zero, because p is -1 modulo 2^64. t0 + t0
 * * p = t0 * (2^96 + 2^192 * (2^64 - 2^32 + 1)); only the latter takes a multiplication. t[4] holds what is
 * carried so far.
 */
WIDE_INLINE void reduce_step(uint64_t *t, uint64_t *carried)
{
    cert_wide product = (cert_wide)t[0] * P256_PRIME_3;
    uint64_t s[5] = {t[1], t[2], t[3], (uint64_t)(product >> 64), 0};
    wide_add4_to5(s, t[0] << 32, t[0] >> 32, (uint64_t)product, 0);
    t[1] = s[0], t[2] = s[1], t[3] = s[2];
    *carried = s[3];
}

/* t / 2^256 mod p, for t < 2^256 * p */
WIDE_INLINE void reduce(struct p256_field *out, const uint64_t t[8])
{
    uint64_t low[8] = {t[0], t[1], t[2], t[3], 0, 0, 0, 0}, high[4], less[4];
    reduce_step(low, &low[4]);
    reduce_step(low + 1, &low[5]);
    reduce_step(low + 2, &low[6]);
    reduce_step(low + 3, &low[7]);
    uint64_t carry = wide_add4(high, t + 4, low + 4);
    uint64_t below = wide_sub4(less, high, p256_prime) & ~carry;
    wide_choose4(out->limb, below, high, less);
}

void p256_mul(struct p256_field *out, const struct p256_field *a, const struct p256_field *b)
{
    uint64_t t[8] = {0, 0, 0, 0, 0, 0, 0, 0};
    t[4] = wide_add_product(t, a->limb[0], b->limb, 0);
    t[5] = wide_add_product(t + 1, a->limb[1], b->limb, 0);
    t[6] = wide_add_product(t + 2, a->limb[2], b->limb, 0);
    t[7] = wide_add_product(t + 3, a->limb[3], b->limb, 0);
    reduce(out, t);
}

/* The products of different limbs once, then twice, then the squares. */
void p256_square(struct p256_field *out, const struct p256_field *a)
{
    const uint64_t a0 = a->limb[0], a1 = a->limb[1], a2 = a->limb[2], a3 = a->limb[3];
    cert_wide p01 = (cert_wide)a0 * a1, p02 = (cert_wide)a0 * a2, p03 = (cert_wide)a0 * a3;
    cert_wide p12 = (cert_wide)a1 * a2, p13 = (cert_wide)a1 * a3, p23 = (cert_wide)a2 * a3;
    uint64_t t[9] = {0,
                     (uint64_t)p01,
                     (uint64_t)p02,
                     (uint64_t)p03,
                     (uint64_t)(p03 >> 64),
                     (uint64_t)p23,
                     (uint64_t)(p23 >> 64),
                     0,
                     0};
    wide_add4_to5(t + 2, (uint64_t)(p01 >> 64), (uint64_t)(p02 >> 64), (uint64_t)p13, (uint64_t)(p13 >> 64));
    wide_add4_to5(t + 3, (uint64_t)p12, (uint64_t)(p12 >> 64), 0, 0);
    t[7] = t[6] >> 63;
    t[6] = t[6] << 1 | t[5] >> 63;
    t[5] = t[5] << 1 | t[4] >> 63;
    t[4] = t[4] << 1 | t[3] >> 63;
    t[3] = t[3] << 1 | t[2] >> 63;
    t[2] = t[2] << 1 | t[1] >> 63;
    t[1] = t[1] << 1;
    cert_wide s0 = (cert_wide)a0 * a0, s1 = (cert_wide)a1 * a1;
    cert_wide s2 = (cert_wide)a2 * a2, s3 = (cert_wide)a3 * a3;
    uint64_t low[5] = {t[0], t[1], t[2], t[3], 0};
    wide_add4_to5(low, (uint64_t)s0, (uint64_t)(s0 >> 64), (uint64_t)s1, (uint64_t)(s1 >> 64));
    s2 += low[4];
    wide_add4_to5(t + 4, (uint64_t)s2, (uint64_t)(s2 >> 64), (uint64_t)s3, (uint64_t)(s3 >> 64));
    t[0] = low[0], t[1] = low[1], t[2] = low[2], t[3] = low[3];
    reduce(out, t);
}

void p256_square_times(struct p256_field *out, const struct p256_field *a, unsigned times)
{
    *out = *a;
    for (unsigned i = 0; i < times; i++) {
        p256_square(out, out);
    }
}

/* a^(p - 2); ones_k stands for a^(2^k - 1). p - 2 = ffffffff 00000001 00000000 00000000 00000000 ffffffff
 * ffffffff fffffffd */
void p256_invert(struct p256_field *out, const struct p256_field *a)
{
    struct p256_field ones_2, ones_3, ones_15, ones_30, ones_32, t, base = *a;
    p256_square(&t, &base);
    p256_mul(&ones_2, &t, &base);
    p256_square(&t, &ones_2);
    p256_mul(&ones_3, &t, &base);
    p256_square_times(&t, &ones_3, 3);
    p256_mul(&t, &t, &ones_3); /* 6 */
    p256_square_times(&ones_15, &t, 6);
    p256_mul(&t, &ones_15, &t); /* 12 */
    p256_square_times(&ones_15, &t, 3);
    p256_mul(&ones_15, &ones_15, &ones_3);
    p256_square_times(&t, &ones_15, 15);
    p256_mul(&ones_30, &t, &ones_15);
    p256_square_times(&t, &ones_30, 2);
    p256_mul(&ones_32, &t, &ones_2);

    p256_square_times(&t, &ones_32, 32);
    p256_mul(&t, &t, &base);
    p256_square_times(&t, &t, 128);
    p256_mul(&t, &t, &ones_32);
    p256_square_times(&t, &t, 32);
    p256_mul(&t, &t, &ones_32);
    p256_square_times(&t, &t, 30);
    p256_mul(&t, &t, &ones_30);
    p256_square_times(&t, &t, 2);
    p256_mul(out, &t, &base);
}

void p256_choose(struct p256_field *out, uint64_t mask, const struct p256_field *set,
                 const struct p256_field *clear)
{
    wide_choose4(out->limb, mask, set->limb, clear->limb);
}

void p256_negate_if(struct p256_field *a, uint64_t mask)
{
    struct p256_field negative;
    p256_sub(&negative, &p256_zero, a);
    p256_choose(a, mask, &negative, a);
}

uint64_t p256_mask_zero(const struct p256_field *a)
{
    return wide_mask_zero(a->limb[0] | a->limb[1] | a->limb[2] | a->limb[3]);
}

uint64_t p256_mask_equal(const struct p256_field *a, const struct p256_field *b)
{
    return wide_mask_zero((a->limb[0] ^ b->limb[0]) | (a->limb[1] ^ b->limb[1]) | (a->limb[2] ^ b->limb[2]) |
                          (a->limb[3] ^ b->limb[3]));
}

void p256_from_limbs(struct p256_field *out, const uint64_t limbs[4])
{
    struct p256_field plain = {{limbs[0], limbs[1], limbs[2], limbs[3]}};
    p256_mul(out, &plain, &montgomery_factor);
}

uint64_t p256_from_bytes(struct p256_field *out, const uint8_t bytes[P256_SIZE])
{
    uint64_t limbs[4], less[4];
    for (int i = 0; i < 4; i++) {
        limbs[i] = wide_load(bytes + 8 * (3 - i));
    }
    uint64_t below = wide_sub4(less, limbs, p256_prime);
    wide_choose4(limbs, below, limbs, less);
    p256_from_limbs(out, limbs);
    return below;
}

void p256_to_bytes(uint8_t bytes[P256_SIZE], const struct p256_field *a)
{
    uint64_t t[8] = {a->limb[0], a->limb[1], a->limb[2], a->limb[3], 0, 0, 0, 0};
    struct p256_field plain;
    reduce(&plain, t);
    for (int i = 0; i < 4; i++) {
        wide_store(bytes + 8 * (3 - i), plain.limb[i]);
    }
}
