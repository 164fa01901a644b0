/* SPDX-License-Identifier: Apache-2.0 */
/* Numbers modulo n, the order of P-256's generator. */
#include "crypto/p256.h"

#include "platform/memory.h"

static const uint64_t order[4] = {UINT64_C(0xf3b9cac2fc632551), UINT64_C(0xbce6faada7179e84),
                                  UINT64_C(0xffffffffffffffff), UINT64_C(0xffffffff00000000)};
#define ORDER_INVERSE UINT64_C(0xccd1c8aaee00bc4f) /* -1/n mod 2^64 */
/* 2^256 and 2^512 mod n */
static const struct p256_scalar montgomery_one = {
    {UINT64_C(0x0c46353d039cdaaf), UINT64_C(0x4319055258e8617b), 0, UINT64_C(0x00000000ffffffff)}};
static const struct p256_scalar montgomery_factor = {
    {UINT64_C(0x83244c95be79eea2), UINT64_C(0x4699799c49bd6fa6), UINT64_C(0x2845b2392b6bec59),
     UINT64_C(0x66e12d94f3d95620)}};

/* t, with 2^256 more where the mask carry is set, is below 2n; out below n. All ones when nothing was taken
 * away. */
static uint64_t subtract_order(uint64_t out[4], const uint64_t t[4], uint64_t carry)
{
    uint64_t less[4];
    uint64_t below = wide_sub4(less, t, order) & ~carry;
    wide_choose4(out, below, t, less);
    return below;
}

uint64_t p256_scalar_from_bytes(struct p256_scalar *out, const uint8_t bytes[P256_SIZE])
{
    for (int i = 0; i < 4; i++) {
        out->limb[i] = wide_load(bytes + 8 * (3 - i));
    }
    return subtract_order(out->limb, out->limb, 0);
}

void p256_scalar_to_bytes(uint8_t bytes[P256_SIZE], const struct p256_scalar *a)
{
    for (int i = 0; i < 4; i++) {
        wide_store(bytes + 8 * (3 - i), a->limb[i]);
    }
}

uint64_t p256_scalar_mask_zero(const struct p256_scalar *a)
{
    return wide_mask_zero(a->limb[0] | a->limb[1] | a->limb[2] | a->limb[3]);
}

void p256_scalar_add(struct p256_scalar *out, const struct p256_scalar *a, const struct p256_scalar *b)
{
    uint64_t sum[4];
    uint64_t carry = wide_add4(sum, a->limb, b->limb);
    subtract_order(out->limb, sum, carry);
}

/* n for 0: a scalar all the same for those who multiply points by it. */
void p256_scalar_negate_if(struct p256_scalar *a, uint64_t mask)
{
    uint64_t negative[4];
    (void)wide_sub4(negative, order, a->limb);
    wide_choose4(a->limb, mask, negative, a->limb);
}

void p256_scalar_mul(struct p256_scalar *out, const struct p256_scalar *a, const struct p256_scalar *b)
{
    uint64_t t[8] = {0, 0, 0, 0, 0, 0, 0, 0}, low[8], high[4];
    t[4] = wide_add_product(t, a->limb[0], b->limb, 0);
    t[5] = wide_add_product(t + 1, a->limb[1], b->limb, 0);
    t[6] = wide_add_product(t + 2, a->limb[2], b->limb, 0);
    t[7] = wide_add_product(t + 3, a->limb[3], b->limb, 0);
    for (int i = 0; i < 4; i++) {
        low[i] = t[i];
    }
    for (int i = 0; i < 4; i++) {
        low[i + 4] = wide_add_product(low + i, low[i] * ORDER_INVERSE, order, 0); /* makes low[i] zero */
    }
    uint64_t carry = wide_add4(high, t + 4, low + 4);
    subtract_order(out->limb, high, carry);
}

void p256_scalar_to_montgomery(struct p256_scalar *out, const struct p256_scalar *a)
{
    p256_scalar_mul(out, a, &montgomery_factor);
}

/* a^(n - 2), four bits of the exponent at a time: they are no secret. */
void p256_scalar_invert(struct p256_scalar *out, const struct p256_scalar *a)
{
    struct p256_scalar power[16], t;
    power[0] = montgomery_one;
    p256_scalar_to_montgomery(&power[1], a);
    for (int i = 2; i < 16; i++) {
        p256_scalar_mul(&power[i], &power[i - 1], &power[1]);
    }
    t = montgomery_one;
    for (unsigned bit = 256; bit > 0;) {
        bit -= 4;
        for (int i = 0; i < 4; i++) {
            p256_scalar_mul(&t, &t, &t);
        }
        uint64_t word = order[bit / 64] - (bit < 64 ? 2 : 0);
        p256_scalar_mul(&t, &t, &power[word >> (bit % 64) & 15]);
    }
    *out = t;
    plat_wipe(power, sizeof power);
    plat_wipe(&t, sizeof t);
}

/* ---- what is public ---- */

/* 320 bits: the numbers r and s below may reach 2n. */
struct long_number {
    uint64_t limb[5];
};

static bool is_zero(const struct long_number *a)
{
    return (a->limb[0] | a->limb[1] | a->limb[2] | a->limb[3]) == 0;
}

static bool is_greater(const struct long_number *a, const struct long_number *b)
{
    for (int i = 4; i-- > 0;) {
        if (a->limb[i] != b->limb[i]) {
            return a->limb[i] > b->limb[i];
        }
    }
    return false;
}

static void subtract(struct long_number *a, const struct long_number *b)
{
    (void)wide_sub4(a->limb, a->limb, b->limb); /* u and v have four limbs */
}

static void add(struct long_number *a, const struct long_number *b)
{
    wide_add4_to5(a->limb, b->limb[0], b->limb[1], b->limb[2], b->limb[3]);
    a->limb[4] += b->limb[4];
}

/* Moves the trailing zeros of a, which is not 0, to the end of b; how many there were. */
static unsigned move_zeros(struct long_number *a, struct long_number *b)
{
    unsigned moved = 0;
    while ((a->limb[0] & 1) == 0) {
        unsigned count = a->limb[0] == 0 ? 63 : (unsigned)__builtin_ctzll(a->limb[0]);
        for (int i = 0; i < 4; i++) {
            a->limb[i] = a->limb[i] >> count | a->limb[i + 1] << 1 << (63 - count);
            b->limb[4 - i] = b->limb[4 - i] << count | b->limb[3 - i] >> 1 >> (63 - count);
        }
        b->limb[0] <<= count;
        moved += count;
    }
    return moved;
}

/*
 * B. Kaliski, The Montgomery inverse and its applications, 1995: while u and v shrink to 1 and 0, a * r = -u
 * * 2^shifts and a * s = v * 2^shifts modulo n hold.
 */
void p256_scalar_invert_public(struct p256_scalar *out, const struct p256_scalar *a)
{
    struct long_number u = {{order[0], order[1], order[2], order[3], 0}};
    struct long_number v = {{a->limb[0], a->limb[1], a->limb[2], a->limb[3], 0}};
    struct long_number r = {{0, 0, 0, 0, 0}}, s = {{1, 0, 0, 0, 0}};
    struct p256_scalar power = {{0, 0, 0, 0}};
    if (is_zero(&v)) {
        *out = power;
        return;
    }
    unsigned shifts = move_zeros(&v, &r);
    while (!is_zero(&v)) {
        if (is_greater(&u, &v)) {
            subtract(&u, &v);
            add(&r, &s);
            shifts += move_zeros(&u, &s);
        } else {
            subtract(&v, &u);
            add(&s, &r);
            if (!is_zero(&v)) {
                shifts += move_zeros(&v, &r);
            }
        }
    }
    /* -r = 2^shifts / a, with shifts from 255 to 511; the product takes 2^256 away. */
    subtract_order(r.limb, r.limb, wide_mask(r.limb[4]));
    struct p256_scalar quotient = {{r.limb[0], r.limb[1], r.limb[2], r.limb[3]}};
    p256_scalar_negate_if(&quotient, ~UINT64_C(0));
    for (; shifts < 257; shifts++) {
        p256_scalar_add(&quotient, &quotient, &quotient);
    }
    power.limb[(512 - shifts) / 64] = UINT64_C(1) << (512 - shifts) % 64;
    p256_scalar_mul(out, &quotient, &power);
}

bool p256_scalar_is_public(const struct p256_scalar *a, const struct p256_field *numerator,
                           const struct p256_field *denominator)
{
    struct p256_field value;
    p256_from_limbs(&value, a->limb);
    p256_mul(&value, &value, denominator);
    if (p256_mask_equal(&value, numerator) != 0) {
        return true;
    }
    /* x may be a + n, when that is below p: a < p - n. */
    static const uint64_t room[2] = {UINT64_C(0x0c46353d039cdaae), UINT64_C(0x4319055358e8617b)};
    if (a->limb[3] != 0 || a->limb[2] != 0 || a->limb[1] > room[1] ||
        (a->limb[1] == room[1] && a->limb[0] >= room[0])) {
        return false;
    }
    uint64_t sum[4];
    (void)wide_add4(sum, a->limb, order);
    p256_from_limbs(&value, sum);
    p256_mul(&value, &value, denominator);
    return p256_mask_equal(&value, numerator) != 0;
}
