/* SPDX-License-Identifier: Apache-2.0 */
/*
 * RSA signatures (RFC 8017 section 8.2.2) with 64-bit limbs. BearSSL's code serves secret exponents as well,
 * at the same price; here nothing is secret.
 */
#include "crypto/rsa_public.h"
#include "crypto/rsa_padding.h"

#include "crypto/wide.h"

#include <string.h>

#define LIMBS_MOST (RSA_PUBLIC_BITS_MOST / 64)

struct modulus {
    size_t limbs;     /* a multiple of 4, the uppermost ones may be zero */
    uint64_t inverse; /* -1/n mod 2^64 */
    uint64_t n[LIMBS_MOST];
};

static void load(uint64_t *out, size_t limbs, const uint8_t *bytes, size_t size)
{
    memset(out, 0, limbs * sizeof *out);
    for (size_t i = 0; i < size; i++) {
        out[i / 8] |= (uint64_t)bytes[size - 1 - i] << 8 * (i % 8);
    }
}

static void store(uint8_t *bytes, size_t size, const uint64_t *limbs)
{
    for (size_t i = 0; i < size; i++) {
        bytes[size - 1 - i] = (uint8_t)(limbs[i / 8] >> 8 * (i % 8));
    }
}

/* a < b */
static bool below(const uint64_t *a, const uint64_t *b, size_t limbs)
{
    while (limbs-- > 0) {
        if (a[limbs] != b[limbs]) {
            return a[limbs] < b[limbs];
        }
    }
    return false;
}

static uint64_t subtract(uint64_t *a, const uint64_t *b, size_t limbs)
{
    uint64_t borrow = 0;
    for (size_t i = 0; i < limbs; i++) {
        a[i] = wide_sub(a[i], b[i], &borrow);
    }
    return borrow;
}

static uint64_t add(uint64_t *a, const uint64_t *b, size_t limbs)
{
    uint64_t carry = 0;
    for (size_t i = 0; i < limbs; i++) {
        a[i] = wide_add(a[i], b[i], &carry);
    }
    return carry;
}

/* t += a * b; the carry */
static uint64_t add_product(uint64_t *t, uint64_t a, const uint64_t *b, size_t limbs)
{
    uint64_t carry = 0;
    for (size_t i = 0; i < limbs; i += 4) {
        carry = wide_add_product(t + i, a, b + i, carry);
    }
    return carry;
}

/* out = a * b / 2^(64 limbs) mod n, below n if a or b was (P. Montgomery 1985). */
static void multiply(uint64_t *out, const uint64_t *a, const uint64_t *b, const struct modulus *m)
{
    uint64_t t[2 * LIMBS_MOST], low[2 * LIMBS_MOST] = {0};
    size_t limbs = m->limbs;
    memset(t, 0, limbs * sizeof *t);
    for (size_t i = 0; i < limbs; i++) {
        t[limbs + i] = add_product(t + i, a[i], b, limbs);
    }
    memcpy(low, t, limbs * sizeof *low);
    for (size_t i = 0; i < limbs; i++) {
        low[limbs + i] = add_product(low + i, low[i] * m->inverse, m->n, limbs); /* makes low[i] zero */
    }
    uint64_t carry = add(t + limbs, low + limbs, limbs);
    if (carry != 0 || !below(t + limbs, m->n, limbs)) {
        (void)subtract(t + limbs, m->n, limbs);
    }
    memcpy(out, t + limbs, limbs * sizeof *out);
}

static void shift_left(uint64_t *a, size_t limbs, unsigned bits)
{
    for (size_t i = limbs; i-- > 0;) {
        a[i] = a[i] << bits | (i > 0 ? a[i - 1] >> 1 >> (63 - bits) : 0);
    }
}

/* (high, low) / by, for high < by and the highest bit of by set (Knuth, volume 2, 4.3.1, with halves of 32
 * bits) */
static uint64_t divide(uint64_t high, uint64_t low, uint64_t by)
{
    uint64_t quotient = 0;
    for (int half = 0; half < 2; half++) {
        uint64_t next = half == 0 ? low >> 32 : low & UINT32_MAX;
        uint64_t digit = high / (by >> 32), rest = high % (by >> 32);
        while (digit > UINT32_MAX || digit * (by & UINT32_MAX) > (rest << 32 | next)) {
            digit--;
            rest += by >> 32;
            if (rest > UINT32_MAX) {
                break;
            }
        }
        high = (high << 32 | next) - digit * by;
        quotient = quotient << 32 | digit;
    }
    return quotient;
}

/* a = a * 2^(64 limbs) mod n: long division, a limb of zeros after the other. size: limbs that n really has.
 */
static void to_montgomery(uint64_t *a, const struct modulus *m, size_t size)
{
    uint64_t n[LIMBS_MOST], t[LIMBS_MOST + 1];
    unsigned shift = (unsigned)__builtin_clzll(m->n[size - 1]);
    memcpy(n, m->n, size * sizeof *n);
    shift_left(n, size, shift);
    memcpy(t + 1, a, size * sizeof *t);
    shift_left(t + 1, size, shift);
    for (size_t i = 0; i < m->limbs; i++) {
        t[0] = 0;
        uint64_t guess = t[size] >= n[size - 1] ? UINT64_MAX : divide(t[size], t[size - 1], n[size - 1]);
        uint64_t borrow = 0, carry = 0;
        for (size_t j = 0; j < size; j++) {
            t[j] = wide_sub(t[j], wide_mul_add(guess, n[j], 0, &carry), &borrow);
        }
        t[size] = wide_sub(t[size], carry, &borrow);
        while (borrow != 0) { /* twice at most */
            uint64_t over = add(t, n, size);
            t[size] += over;
            borrow -= t[size] == 0 && over != 0 ? 1 : 0;
        }
        memmove(t + 1, t, size * sizeof *t);
    }
    for (size_t i = 0; i < size; i++) {
        a[i] = t[i + 1] >> shift | (i + 1 < size ? t[i + 2] << 1 << (63 - shift) : 0);
    }
}

bool rsa_public_power(uint8_t *x, size_t size, const uint8_t *modulus, uint64_t exponent)
{
    struct modulus m;
    uint64_t base[LIMBS_MOST], total[LIMBS_MOST];
    m.limbs = (size + 31) / 32 * 4;
    load(m.n, m.limbs, modulus, size);
    load(base, m.limbs, x, size);
    if (m.n[0] % 2 == 0 || !below(base, m.n, m.limbs)) {
        return false;
    }
    m.inverse = m.n[0]; /* right in 3 bits; Newton doubles them */
    for (int i = 0; i < 5; i++) {
        m.inverse *= 2 - m.n[0] * m.inverse;
    }
    m.inverse = 0 - m.inverse;
    memcpy(total, base, sizeof total);
    to_montgomery(total, &m, (size + 7) / 8);
    uint64_t montgomery[LIMBS_MOST];
    memcpy(montgomery, total, sizeof montgomery);
    for (unsigned bit = 63 - (unsigned)__builtin_clzll(exponent); bit-- > 0;) {
        multiply(total, total, total, &m);
        if ((exponent >> bit & 1) != 0) {
            /* The last bit is 1: the plain factor takes the result out of Montgomery form. */
            multiply(total, total, bit == 0 ? base : montgomery, &m);
        }
    }
    store(x, size, total);
    return true;
}

uint32_t cert_rsa_verify(const unsigned char *signature, size_t size, const unsigned char *oid,
                         size_t hash_size, const br_rsa_public_key *key, unsigned char *hash)
{
    uint8_t em[RSA_PUBLIC_BITS_MOST / 8];
    const uint8_t *n = key->n;
    size_t n_size = key->nlen;
    while (n_size > 0 && *n == 0) {
        n++;
        n_size--;
    }
    uint64_t exponent = 0;
    for (size_t i = 0; i < key->elen; i++) {
        if (exponent >> 56 != 0) {
            return br_rsa_i62_pkcs1_vrfy_get()(signature, size, oid, hash_size, key, hash);
        }
        exponent = exponent << 8 | key->e[i];
    }
    if (n_size == 0 || n_size > sizeof em || size != n_size || exponent < 3 || exponent % 2 == 0) {
        return 0;
    }
    memcpy(em, signature, size);
    return rsa_public_power(em, size, n, exponent) &&
                   (rsa_padding_open(em, size, oid, hash_size, true, hash) ||
                    (oid != NULL && rsa_padding_open(em, size, oid, hash_size, false, hash)))
               ? 1
               : 0;
}
