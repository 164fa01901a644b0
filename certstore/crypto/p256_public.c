/* SPDX-License-Identifier: Apache-2.0 */
/*
 * u * G + v * A for signatures, where nothing is secret: both sums share their doublings (Strauss 1964), the
 * digits are odd and mostly zero (wNAF: Solinas 2000).
 */
#include "crypto/p256.h"

#include <string.h>

#define PLACES 257U
#define WIDTH_GENERATOR 8U /* odd digits below 2^7 in size: the 64 of p256_odd_multiples */
#define WIDTH_POINT 5U
#define POINT_TABLE 8U

/* k = sum of digits[i] * 2^i; each digit that is not 0 is odd, below 2^(width-1) in size, and has width - 1
 * zeros above it. */
static void split(int8_t digits[PLACES], const struct p256_scalar *k, unsigned width)
{
    unsigned carry = 0;
    memset(digits, 0, PLACES);
    for (unsigned i = 0; i < PLACES;) {
        uint64_t bits = i < 256 ? k->limb[i / 64] >> i % 64 : 0;
        if (i % 64 != 0 && i / 64 < 3) {
            bits |= k->limb[i / 64 + 1] << (64 - i % 64);
        }
        if ((bits & 1) == carry) {
            i++;
            continue;
        }
        int digit = (int)((bits & ((1U << width) - 1)) + carry);
        carry = (unsigned)digit >> (width - 1) & 1;
        digits[i] = (int8_t)(digit - (int)(carry << width));
        i += width;
    }
}

/* total += b, or -b */
static void add_point(struct p256_point *total, const struct p256_point *b, bool negative)
{
    struct p256_point point = *b;
    p256_negate_if(&point.y, negative ? ~UINT64_C(0) : 0);
    if (p256_mask_zero(&total->z) != 0) {
        *total = point;
        return;
    }
    struct p256_point sum;
    uint64_t equal;
    p256_sum(&sum, &equal, total, &point);
    if (equal != 0) {
        p256_double(&sum, &point);
    }
    *total = sum;
}

static void add_affine(struct p256_point *total, const struct p256_affine *b, bool negative)
{
    struct p256_affine point = *b;
    p256_negate_if(&point.y, negative ? ~UINT64_C(0) : 0);
    if (p256_mask_zero(&total->z) != 0) {
        *total = (struct p256_point){point.x, point.y, p256_one};
        return;
    }
    struct p256_point sum;
    uint64_t equal;
    p256_sum_affine(&sum, &equal, total, &point);
    if (equal != 0) {
        p256_double(&sum, total);
    }
    *total = sum;
}

static unsigned table_index(int digit)
{
    return (unsigned)(digit < 0 ? -digit : digit) / 2;
}

void p256_double_times_public(struct p256_point *out, const struct p256_scalar *of_generator,
                              const struct p256_scalar *of_a, const struct p256_point *a)
{
    int8_t generator_digits[PLACES], point_digits[PLACES];
    struct p256_point table[POINT_TABLE], twice;
    uint64_t equal;
    split(generator_digits, of_generator, WIDTH_GENERATOR);
    split(point_digits, of_a, WIDTH_POINT);
    table[0] = *a;
    p256_double(&twice, a);
    for (unsigned i = 1; i < POINT_TABLE; i++) {
        p256_sum(&table[i], &equal, &table[i - 1], &twice);
    }
    memset(out, 0, sizeof *out);
    for (unsigned i = PLACES; i-- > 0;) {
        if (p256_mask_zero(&out->z) == 0) {
            p256_double(out, out);
        }
        if (point_digits[i] != 0) {
            add_point(out, &table[table_index(point_digits[i])], point_digits[i] < 0);
        }
        if (generator_digits[i] != 0) {
            add_affine(out, &p256_odd_multiples[table_index(generator_digits[i])], generator_digits[i] < 0);
        }
    }
}
