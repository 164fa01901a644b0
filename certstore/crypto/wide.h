/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Numbers in 64-bit limbs, least significant first, for processors with a 64x64->128 product (x86-64,
 * aarch64). Nothing here branches on a number, nor looks anything up by it.
 */
#ifndef CERIUM_CERTSTORE_WIDE_H
#define CERIUM_CERTSTORE_WIDE_H

#include <stddef.h>
#include <stdint.h>

typedef unsigned __int128 cert_wide;

/* For what gcc would rather call. */
#define WIDE_INLINE __attribute__((always_inline)) static inline

/* The low half of a * b + c + *carry, which always fits; the high half goes to *carry. */
static inline uint64_t wide_mul_add(uint64_t a, uint64_t b, uint64_t c, uint64_t *carry)
{
    cert_wide sum = (cert_wide)a * b + c + *carry;
    *carry = (uint64_t)(sum >> 64);
    return (uint64_t)sum;
}

static inline uint64_t wide_add(uint64_t a, uint64_t b, uint64_t *carry)
{
    cert_wide sum = (cert_wide)a + b + *carry;
    *carry = (uint64_t)(sum >> 64);
    return (uint64_t)sum;
}

static inline uint64_t wide_sub(uint64_t a, uint64_t b, uint64_t *borrow)
{
    cert_wide difference = (cert_wide)a - b - *borrow;
    *borrow = (uint64_t)(difference >> 64) & 1;
    return (uint64_t)difference;
}

/* 0 or all ones. The compiler must not see that a mask has two values only: it would make a branch of it. */
static inline uint64_t wide_mask(uint64_t bit)
{
    uint64_t mask = 0 - bit;
    __asm__("" : "+r"(mask));
    return mask;
}

static inline uint64_t wide_mask_zero(uint64_t word)
{
    return wide_mask(1 ^ ((word | (0 - word)) >> 63));
}

/*
 * Chains of additions with carry. gcc 12 makes two instructions and a register of each carry, which doubles
 * the time of a point multiplication; so on x86-64 they are written out. CERT_WIDE_PLAIN has the tests run
 * the C that is there for others.
 */
#if defined(__x86_64__) && !defined(CERT_WIDE_PLAIN)

/* out = a + b; all ones for a carry. */
static inline uint64_t wide_add4(uint64_t out[4], const uint64_t a[4], const uint64_t b[4])
{
    uint64_t t0 = a[0], t1 = a[1], t2 = a[2], t3 = a[3], mask;
    __asm__("addq %5, %0\n\tadcq %6, %1\n\tadcq %7, %2\n\tadcq %8, %3\n\tsbbq %4, %4"
            : "+&r"(t0), "+&r"(t1), "+&r"(t2), "+&r"(t3), "=&r"(mask)
            : "r"(b[0]), "r"(b[1]), "r"(b[2]), "r"(b[3])
            : "cc");
    out[0] = t0, out[1] = t1, out[2] = t2, out[3] = t3;
    return mask;
}

/* out = a - b; all ones for a borrow. */
static inline uint64_t wide_sub4(uint64_t out[4], const uint64_t a[4], const uint64_t b[4])
{
    uint64_t t0 = a[0], t1 = a[1], t2 = a[2], t3 = a[3], mask;
    __asm__("subq %5, %0\n\tsbbq %6, %1\n\tsbbq %7, %2\n\tsbbq %8, %3\n\tsbbq %4, %4"
            : "+&r"(t0), "+&r"(t1), "+&r"(t2), "+&r"(t3), "=&r"(mask)
            : "r"(b[0]), "r"(b[1]), "r"(b[2]), "r"(b[3])
            : "cc");
    out[0] = t0, out[1] = t1, out[2] = t2, out[3] = t3;
    return mask;
}

/* t[0..4] += x3 x2 x1 x0 */
static inline void wide_add4_to5(uint64_t *t, uint64_t x0, uint64_t x1, uint64_t x2, uint64_t x3)
{
    uint64_t t0 = t[0], t1 = t[1], t2 = t[2], t3 = t[3], t4 = t[4];
    __asm__("addq %5, %0\n\tadcq %6, %1\n\tadcq %7, %2\n\tadcq %8, %3\n\tadcq $0, %4"
            : "+&r"(t0), "+&r"(t1), "+&r"(t2), "+&r"(t3), "+&r"(t4)
            : "r"(x0), "r"(x1), "r"(x2), "r"(x3)
            : "cc");
    t[0] = t0, t[1] = t1, t[2] = t2, t[3] = t3, t[4] = t4;
}

static inline void wide_choose4(uint64_t out[4], uint64_t mask, const uint64_t set[4], const uint64_t clear[4])
{
    uint64_t t0 = clear[0], t1 = clear[1], t2 = clear[2], t3 = clear[3];
    __asm__("testq %4, %4\n\tcmovnzq %5, %0\n\tcmovnzq %6, %1\n\tcmovnzq %7, %2\n\tcmovnzq %8, %3"
            : "+&r"(t0), "+&r"(t1), "+&r"(t2), "+&r"(t3)
            : "r"(mask), "r"(set[0]), "r"(set[1]), "r"(set[2]), "r"(set[3])
            : "cc");
    out[0] = t0, out[1] = t1, out[2] = t2, out[3] = t3;
}

#else

static inline uint64_t wide_add4(uint64_t out[4], const uint64_t a[4], const uint64_t b[4])
{
    uint64_t carry = 0;
    for (int i = 0; i < 4; i++) {
        out[i] = wide_add(a[i], b[i], &carry);
    }
    return wide_mask(carry);
}

static inline uint64_t wide_sub4(uint64_t out[4], const uint64_t a[4], const uint64_t b[4])
{
    uint64_t borrow = 0;
    for (int i = 0; i < 4; i++) {
        out[i] = wide_sub(a[i], b[i], &borrow);
    }
    return wide_mask(borrow);
}

static inline void wide_add4_to5(uint64_t *t, uint64_t x0, uint64_t x1, uint64_t x2, uint64_t x3)
{
    uint64_t carry = 0;
    t[0] = wide_add(t[0], x0, &carry);
    t[1] = wide_add(t[1], x1, &carry);
    t[2] = wide_add(t[2], x2, &carry);
    t[3] = wide_add(t[3], x3, &carry);
    t[4] += carry;
}

static inline void wide_choose4(uint64_t out[4], uint64_t mask, const uint64_t set[4], const uint64_t clear[4])
{
    for (int i = 0; i < 4; i++) {
        out[i] = clear[i] ^ (mask & (set[i] ^ clear[i]));
    }
}

#endif

/* t[0..3] += a * b + carry; the new carry. */
WIDE_INLINE uint64_t wide_add_product(uint64_t *t, uint64_t a, const uint64_t b[4], uint64_t carry)
{
    cert_wide p0 = (cert_wide)a * b[0] + carry, p1 = (cert_wide)a * b[1];
    cert_wide p2 = (cert_wide)a * b[2], p3 = (cert_wide)a * b[3];
    uint64_t s[5] = {t[0], t[1], t[2], t[3], (uint64_t)(p3 >> 64)};
    wide_add4_to5(s, (uint64_t)p0, (uint64_t)p1, (uint64_t)p2, (uint64_t)p3);
    uint64_t r[5] = {s[1], s[2], s[3], s[4], 0};
    wide_add4_to5(r, (uint64_t)(p0 >> 64), (uint64_t)(p1 >> 64), (uint64_t)(p2 >> 64), 0);
    t[0] = s[0], t[1] = r[0], t[2] = r[1], t[3] = r[2];
    return r[3];
}

static inline uint64_t wide_load(const uint8_t bytes[8])
{
    uint64_t word = 0;
    for (int i = 0; i < 8; i++) {
        word = word << 8 | bytes[i];
    }
    return word;
}

static inline void wide_store(uint8_t bytes[8], uint64_t word)
{
    for (int i = 8; i-- > 0; word >>= 8) {
        bytes[i] = (uint8_t)word;
    }
}

#endif
