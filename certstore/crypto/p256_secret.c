/* SPDX-License-Identifier: Apache-2.0 */
/* Multiples of points by secret numbers. Tables are read whole, entries kept by mask; every scalar takes the
 * same steps. */
#include "crypto/p256.h"

#include "platform/memory.h"

#include <string.h>

/* ---- any point: windows of 5 bits, digits from -16 to 16 (Booth) ---- */

#define WINDOW 5U
#define WINDOWS 52U /* of 256 bits and the carry */
#define WINDOW_TABLE 16U

static const struct p256_point infinity = {.x = {{0, 0, 0, 0}}, .y = {{0, 0, 0, 0}}, .z = {{0, 0, 0, 0}}};

/* Bits 5i - 1 to 5i + 4 of k: the bit below a window is its carry. */
static uint64_t window_bits(const struct p256_scalar *k, unsigned i)
{
    if (i == 0) {
        return k->limb[0] << 1 & 63;
    }
    unsigned low = WINDOW * i - 1, word = low / 64, shift = low % 64;
    uint64_t bits = k->limb[word] >> shift;
    if (shift > 64 - WINDOW - 1 && word < 3) {
        bits |= k->limb[word + 1] << (64 - shift);
    }
    return bits & 63;
}

static void window_point(struct p256_point *out, const struct p256_point table[WINDOW_TABLE], uint64_t bits)
{
    uint64_t negative = wide_mask(bits >> 5);
    uint64_t size = ((bits ^ (negative & 63)) + 1) >> 1;
    *out = infinity;
    for (uint64_t i = 0; i < WINDOW_TABLE; i++) {
        p256_point_choose(out, wide_mask_zero(size ^ (i + 1)), &table[i], out);
    }
    p256_negate_if(&out->y, negative);
}

/*
 * The sum so far stands for 32 m, 0 <= m <= k / 32 + 1, what is added to it for d, |d| <= 16. p256_sum serves
 * unless one of them is infinity: 32 m = d holds for zeros only; 32 m = n + d would take d = -17 modulo 32,
 * because n is 17 modulo 32: that is d = 15, and then k = 32 m + d = n + 30 would not be below n. 32 m = -d
 * means k = 0, or a k of n and more.
 */
void p256_times(struct p256_point *out, const struct p256_scalar *k, const struct p256_point *a)
{
    struct p256_point table[WINDOW_TABLE], total = infinity, point, sum;
    uint64_t equal;
    table[0] = *a;
    for (unsigned i = 1; i < WINDOW_TABLE; i++) {
        if (i % 2 != 0) {
            p256_double(&table[i], &table[i / 2]);
        } else {
            p256_sum(&table[i], &equal, &table[i - 1], a);
        }
    }
    for (unsigned i = WINDOWS; i-- > 0;) {
        for (unsigned j = 0; j < WINDOW; j++) {
            p256_double(&total, &total);
        }
        window_point(&point, table, window_bits(k, i));
        p256_sum(&sum, &equal, &total, &point);
        p256_point_choose(&sum, p256_mask_zero(&total.z), &point, &sum);
        p256_point_choose(&total, p256_mask_zero(&point.z), &total, &sum);
    }
    *out = total;
    plat_wipe(table, sizeof table);
    plat_wipe(&total, sizeof total);
    plat_wipe(&point, sizeof point);
    plat_wipe(&sum, sizeof sum);
}

/* ---- the generator: a signed comb (Lim and Lee 1994; Hedabou, Pinel and Beneteau 2005) ---- */

#define TEETH 6U
#define SPACING 44U /* bits between teeth */
#define STEPS (SPACING / P256_COMB_TABLES)

/* The digit -1 or 1 of place i is bit i of this: odd k = sum of (2 bit_i - 1) 2^i, for i below 264. */
static void comb_digits(uint64_t digits[5], const struct p256_scalar *k)
{
    for (int i = 0; i < 3; i++) {
        digits[i] = k->limb[i] >> 1 | k->limb[i + 1] << 63;
    }
    digits[3] = k->limb[3] >> 1;
    digits[4] = UINT64_C(1) << (TEETH * SPACING - 1) % 64;
}

/* The teeth's digits at places place, place + 44, ... The table has those whose last digit is 1; the others
 * are opposites. */
static void comb_point(struct p256_affine *out, const struct p256_affine table[P256_COMB_SIZE],
                       const uint64_t digits[5], unsigned place)
{
    uint64_t bits = 0;
    for (unsigned tooth = 0; tooth < TEETH; tooth++) {
        unsigned i = place + SPACING * tooth;
        bits |= (digits[i / 64] >> i % 64 & 1) << tooth;
    }
    uint64_t negative = wide_mask((bits >> (TEETH - 1)) ^ 1);
    bits = (bits ^ negative) % P256_COMB_SIZE;
    memset(out, 0, sizeof *out);
    for (uint64_t i = 0; i < P256_COMB_SIZE; i++) {
        uint64_t chosen = wide_mask_zero(bits ^ i);
        for (int j = 0; j < 4; j++) {
            out->x.limb[j] |= chosen & table[i].x.limb[j];
            out->y.limb[j] |= chosen & table[i].y.limb[j];
        }
    }
    p256_negate_if(&out->y, negative);
}

/* p256_tables.py has checked that no sum meets an equal or opposite point on the way, whatever k is. */
void p256_times_generator(struct p256_point *out, const struct p256_scalar *k)
{
    struct p256_scalar odd = *k;
    struct p256_point total;
    struct p256_affine point;
    uint64_t digits[5], equal, even = wide_mask(1 ^ (k->limb[0] & 1));
    p256_scalar_negate_if(&odd, even);
    comb_digits(digits, &odd);
    comb_point(&point, p256_comb[P256_COMB_TABLES - 1], digits, SPACING - 1);
    total.x = point.x;
    total.y = point.y;
    total.z = p256_one;
    for (unsigned step = STEPS; step-- > 0;) {
        unsigned table = step == STEPS - 1 ? P256_COMB_TABLES - 1 : P256_COMB_TABLES;
        while (table-- > 0) {
            comb_point(&point, p256_comb[table], digits, STEPS * table + step);
            p256_sum_affine(&total, &equal, &total, &point);
        }
        if (step > 0) {
            p256_double(&total, &total);
        }
    }
    p256_negate_if(&total.y, even);
    *out = total;
    plat_wipe(&odd, sizeof odd);
    plat_wipe(digits, sizeof digits);
    plat_wipe(&total, sizeof total);
    plat_wipe(&point, sizeof point);
}
