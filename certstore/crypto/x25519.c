/* SPDX-License-Identifier: Apache-2.0 */
/* RFC 7748 section 5 with limbs of 51 bits, which leave room for sums (D. Bernstein, Curve25519, 2006). */
#include "crypto/x25519.h"

#include "crypto/wide.h"

#include "platform/memory.h"

#include <string.h>

#define LIMB_BITS 51
#define LIMB_MASK ((UINT64_C(1) << LIMB_BITS) - 1)

/*
 * Modulo p = 2^255 - 19, not reduced. A product's limbs are below 2^52, a sum's of two products below 2^53, a
 * difference's below 2^54; factors of products may be a difference and a sum, or one difference twice.
 */
struct element {
    uint64_t limb[5];
};

static void add(struct element *out, const struct element *a, const struct element *b)
{
    for (int i = 0; i < 5; i++) {
        out->limb[i] = a->limb[i] + b->limb[i];
    }
}

/* a - b + 4p */
static void subtract(struct element *out, const struct element *a, const struct element *b)
{
    out->limb[0] = a->limb[0] + 4 * (LIMB_MASK - 18) - b->limb[0];
    for (int i = 1; i < 5; i++) {
        out->limb[i] = a->limb[i] + 4 * LIMB_MASK - b->limb[i];
    }
}

static uint64_t above(cert_wide sum)
{
    /* cppcheck-suppress shiftTooManyBits ; it takes cert_wide for an int */
    return (uint64_t)(sum >> LIMB_BITS);
}

/* What is above a limb goes to the next one, from the last to the first times 19. */
static void carry(struct element *out, cert_wide t[5])
{
    for (int i = 0; i < 4; i++) {
        t[i + 1] += above(t[i]);
        out->limb[i] = (uint64_t)t[i] & LIMB_MASK;
    }
    out->limb[4] = (uint64_t)t[4] & LIMB_MASK;
    out->limb[0] += 19 * above(t[4]);
    out->limb[1] += out->limb[0] >> LIMB_BITS;
    out->limb[0] &= LIMB_MASK;
}

static void multiply(struct element *out, const struct element *a, const struct element *b)
{
    const uint64_t a0 = a->limb[0], a1 = a->limb[1], a2 = a->limb[2], a3 = a->limb[3], a4 = a->limb[4];
    const uint64_t b0 = b->limb[0], b1 = b->limb[1], b2 = b->limb[2], b3 = b->limb[3], b4 = b->limb[4];
    const uint64_t c1 = 19 * b1, c2 = 19 * b2, c3 = 19 * b3, c4 = 19 * b4;
    cert_wide t[5];
    t[0] = (cert_wide)a0 * b0 + (cert_wide)a1 * c4 + (cert_wide)a2 * c3 + (cert_wide)a3 * c2 +
           (cert_wide)a4 * c1;
    t[1] = (cert_wide)a0 * b1 + (cert_wide)a1 * b0 + (cert_wide)a2 * c4 + (cert_wide)a3 * c3 +
           (cert_wide)a4 * c2;
    t[2] = (cert_wide)a0 * b2 + (cert_wide)a1 * b1 + (cert_wide)a2 * b0 + (cert_wide)a3 * c4 +
           (cert_wide)a4 * c3;
    t[3] = (cert_wide)a0 * b3 + (cert_wide)a1 * b2 + (cert_wide)a2 * b1 + (cert_wide)a3 * b0 +
           (cert_wide)a4 * c4;
    t[4] = (cert_wide)a0 * b4 + (cert_wide)a1 * b3 + (cert_wide)a2 * b2 + (cert_wide)a3 * b1 +
           (cert_wide)a4 * b0;
    carry(out, t);
}

static void square(struct element *out, const struct element *a)
{
    const uint64_t a0 = a->limb[0], a1 = a->limb[1], a2 = a->limb[2], a3 = a->limb[3], a4 = a->limb[4];
    const uint64_t d0 = 2 * a0, d1 = 2 * a1, d2 = 2 * a2, c3 = 19 * a3, c4 = 19 * a4;
    cert_wide t[5];
    t[0] = (cert_wide)a0 * a0 + (cert_wide)d1 * c4 + (cert_wide)d2 * c3;
    t[1] = (cert_wide)d0 * a1 + (cert_wide)d2 * c4 + (cert_wide)a3 * c3;
    t[2] = (cert_wide)d0 * a2 + (cert_wide)a1 * a1 + (cert_wide)(2 * a3) * c4;
    t[3] = (cert_wide)d0 * a3 + (cert_wide)d1 * a2 + (cert_wide)a4 * c4;
    t[4] = (cert_wide)d0 * a4 + (cert_wide)d1 * a3 + (cert_wide)a2 * a2;
    carry(out, t);
}

static void square_times(struct element *out, const struct element *a, unsigned times)
{
    *out = *a;
    for (unsigned i = 0; i < times; i++) {
        square(out, out);
    }
}

static void multiply_small(struct element *out, const struct element *a, uint64_t factor)
{
    cert_wide t[5];
    for (int i = 0; i < 5; i++) {
        t[i] = (cert_wide)a->limb[i] * factor;
    }
    carry(out, t);
}

/* a^(p - 2) = a^(2^255 - 21); ones_k stands for a^(2^k - 1). */
static void invert(struct element *out, const struct element *a)
{
    struct element ones_5, ones_10, ones_20, ones_50, ones_100, a11, t;
    square(&t, a);                /* 2 */
    square_times(&ones_5, &t, 2); /* 8 */
    multiply(&ones_5, &ones_5, a);
    multiply(&a11, &ones_5, &t);
    square(&t, &a11); /* 22 */
    multiply(&ones_5, &t, &ones_5);
    square_times(&t, &ones_5, 5);
    multiply(&ones_10, &t, &ones_5);
    square_times(&t, &ones_10, 10);
    multiply(&ones_20, &t, &ones_10);
    square_times(&t, &ones_20, 20);
    multiply(&t, &t, &ones_20);
    square_times(&t, &t, 10);
    multiply(&ones_50, &t, &ones_10);
    square_times(&t, &ones_50, 50);
    multiply(&ones_100, &t, &ones_50);
    square_times(&t, &ones_100, 100);
    multiply(&t, &t, &ones_100);
    square_times(&t, &t, 50);
    multiply(&t, &t, &ones_50);
    square_times(&t, &t, 5);
    multiply(out, &t, &a11);
}

static uint64_t load_little(const uint8_t bytes[8])
{
    uint64_t word = 0;
    for (int i = 8; i-- > 0;) {
        word = word << 8 | bytes[i];
    }
    return word;
}

/* Bit 255 is ignored. */
static void from_bytes(struct element *out, const uint8_t bytes[X25519_SIZE])
{
    uint64_t w0 = load_little(bytes), w1 = load_little(bytes + 8);
    uint64_t w2 = load_little(bytes + 16), w3 = load_little(bytes + 24);
    out->limb[0] = w0 & LIMB_MASK;
    out->limb[1] = (w0 >> 51 | w1 << 13) & LIMB_MASK;
    out->limb[2] = (w1 >> 38 | w2 << 26) & LIMB_MASK;
    out->limb[3] = (w2 >> 25 | w3 << 39) & LIMB_MASK;
    out->limb[4] = w3 >> 12 & LIMB_MASK;
}

/* For a product, so below 2^255 + 2^210. It is p or more exactly when adding 19 carries out of 255 bits. */
static void to_bytes(uint8_t bytes[X25519_SIZE], const struct element *a)
{
    uint64_t limb[5], over = 19;
    for (int i = 0; i < 5; i++) {
        over = (a->limb[i] + over) >> LIMB_BITS;
    }
    over *= 19;
    for (int i = 0; i < 5; i++) {
        over += a->limb[i];
        limb[i] = over & LIMB_MASK;
        over >>= LIMB_BITS;
    }
    const uint64_t words[4] = {limb[0] | limb[1] << 51, limb[1] >> 13 | limb[2] << 38,
                               limb[2] >> 26 | limb[3] << 25, limb[3] >> 39 | limb[4] << 12};
    for (size_t i = 0; i < X25519_SIZE; i++) {
        bytes[i] = (uint8_t)(words[i / 8] >> 8 * (i % 8));
    }
}

static void swap_if(uint64_t bit, struct element *a, struct element *b)
{
    uint64_t mask = wide_mask(bit);
    for (int i = 0; i < 5; i++) {
        uint64_t difference = mask & (a->limb[i] ^ b->limb[i]);
        a->limb[i] ^= difference;
        b->limb[i] ^= difference;
    }
}

/* One rung: (x2, z2) doubled, (x3, z3) the sum of both; their difference is (x1, 1). */
static void step(const struct element *x1, struct element *x2, struct element *z2, struct element *x3,
                 struct element *z3)
{
    struct element a, b, aa, bb, e, c, d;
    add(&a, x2, z2);
    subtract(&b, x2, z2);
    add(&c, x3, z3);
    subtract(&d, x3, z3);
    multiply(&d, &d, &a);
    multiply(&c, &c, &b);
    square(&aa, &a);
    square(&bb, &b);
    add(x3, &d, &c);
    square(x3, x3);
    subtract(z3, &d, &c);
    square(z3, z3);
    multiply(z3, z3, x1);
    multiply(x2, &aa, &bb);
    subtract(&e, &aa, &bb);
    multiply_small(z2, &e, 121665);
    add(z2, z2, &aa);
    multiply(z2, &e, z2);
}

void x25519(uint8_t point[X25519_SIZE], const uint8_t scalar[X25519_SIZE])
{
    struct element x1, x2 = {{1, 0, 0, 0, 0}}, z2 = {{0, 0, 0, 0, 0}}, x3, z3 = {{1, 0, 0, 0, 0}};
    uint8_t k[X25519_SIZE];
    uint64_t swapped = 0;
    memcpy(k, scalar, sizeof k);
    k[0] &= 0xf8;
    k[31] = (uint8_t)((k[31] & 0x7f) | 0x40);
    from_bytes(&x1, point);
    x3 = x1;
    for (unsigned i = 255; i-- > 0;) {
        uint64_t bit = k[i / 8] >> i % 8 & 1;
        swap_if(swapped ^ bit, &x2, &x3);
        swap_if(swapped ^ bit, &z2, &z3);
        swapped = bit;
        step(&x1, &x2, &z2, &x3, &z3);
    }
    swap_if(swapped, &x2, &x3);
    swap_if(swapped, &z2, &z3);
    invert(&z2, &z2);
    multiply(&x2, &x2, &z2);
    to_bytes(point, &x2);
    plat_wipe(k, sizeof k);
    plat_wipe(&x2, sizeof x2);
    plat_wipe(&z2, sizeof z2);
    plat_wipe(&x3, sizeof x3);
    plat_wipe(&z3, sizeof z3);
}
