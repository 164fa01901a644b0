/* SPDX-License-Identifier: Apache-2.0 */
/*
 * RSA signatures (RFC 8017 section 8.2.2) with 32-bit limbs: Montgomery's multiplication, limb by limb, in the memory of five numbers. Meant
 * for the rare key that is too large for BearSSL; nothing in it is secret.
 */
#include "crypto/rsa_large.h"
#include "crypto/rsa_padding.h"

#include <string.h>

#define LIMBS_MOST (LIMIT_RSA_BITS / 32)

struct modulus {
    size_t limbs;
    uint32_t inverse; /* -1/n mod 2^32 */
    uint32_t n[LIMBS_MOST];
};

static void load(uint32_t *out, size_t limbs, const uint8_t *bytes, size_t size)
{
    memset(out, 0, limbs * sizeof *out);
    for (size_t i = 0; i < size; i++) {
        out[i / 4] |= (uint32_t)bytes[size - 1 - i] << 8 * (i % 4);
    }
}

static void store(uint8_t *bytes, size_t size, const uint32_t *limbs)
{
    for (size_t i = 0; i < size; i++) {
        bytes[size - 1 - i] = (uint8_t)(limbs[i / 4] >> 8 * (i % 4));
    }
}

/* a < b */
static bool below(const uint32_t *a, const uint32_t *b, size_t limbs)
{
    while (limbs-- > 0) {
        if (a[limbs] != b[limbs]) {
            return a[limbs] < b[limbs];
        }
    }
    return false;
}

static void subtract(uint32_t *a, const uint32_t *b, size_t limbs)
{
    uint32_t borrow = 0;
    for (size_t i = 0; i < limbs; i++) {
        uint64_t difference = (uint64_t)a[i] - b[i] - borrow;
        a[i] = (uint32_t)difference;
        borrow = (uint32_t)(difference >> 63);
    }
}

/* t[0 ... limbs] += factor * b; what does not fit is returned. */
static uint32_t add_product(uint32_t *t, uint32_t factor, const uint32_t *b, size_t limbs)
{
    uint32_t carry = 0;
    for (size_t i = 0; i < limbs; i++) {
        uint64_t sum = (uint64_t)factor * b[i] + t[i] + carry;
        t[i] = (uint32_t)sum;
        carry = (uint32_t)(sum >> 32);
    }
    uint64_t sum = (uint64_t)t[limbs] + carry;
    t[limbs] = (uint32_t)sum;
    return (uint32_t)(sum >> 32);
}

/* out = a * b / 2^(32 limbs) mod n, below n if a or b was (P. Montgomery 1985). `out` may be a or b. */
static void multiply(uint32_t *out, const uint32_t *a, const uint32_t *b, const struct modulus *m)
{
    uint32_t t[LIMBS_MOST + 2];
    size_t limbs = m->limbs;
    memset(t, 0, (limbs + 2) * sizeof *t);
    for (size_t i = 0; i < limbs; i++) {
        t[limbs + 1] += add_product(t, a[i], b, limbs);
        t[limbs + 1] += add_product(t, t[0] * m->inverse, m->n, limbs); /* makes t[0] zero */
        memmove(t, t + 1, (limbs + 1) * sizeof *t);
        t[limbs + 1] = 0;
    }
    if (t[limbs] != 0 || !below(t, m->n, limbs)) {
        subtract(t, m->n, limbs);
    }
    memcpy(out, t, limbs * sizeof *out);
}

/* a = a * 2^(32 limbs) mod n, a bit at a time: once a signature, as dear as some ten multiplications. */
static void to_montgomery(uint32_t *a, const struct modulus *m)
{
    for (size_t bit = 0; bit < 32 * m->limbs; bit++) {
        uint32_t carry = 0;
        for (size_t i = 0; i < m->limbs; i++) {
            uint32_t top = a[i] >> 31;
            a[i] = a[i] << 1 | carry;
            carry = top;
        }
        if (carry != 0 || !below(a, m->n, m->limbs)) {
            subtract(a, m->n, m->limbs);
        }
    }
}

bool rsa_large_power(uint8_t *x, size_t size, const uint8_t *modulus, uint64_t exponent)
{
    struct modulus m = {.limbs = (size + 3) / 4};
    uint32_t base[LIMBS_MOST], montgomery[LIMBS_MOST], total[LIMBS_MOST];
    load(m.n, m.limbs, modulus, size);
    load(base, m.limbs, x, size);
    if (m.n[0] % 2 == 0 || exponent % 2 == 0 || !below(base, m.n, m.limbs)) {
        return false;
    }
    m.inverse = m.n[0]; /* right in 3 bits; Newton doubles them */
    for (int i = 0; i < 4; i++) {
        m.inverse *= 2 - m.n[0] * m.inverse;
    }
    m.inverse = 0 - m.inverse;
    memcpy(montgomery, base, m.limbs * sizeof *base);
    to_montgomery(montgomery, &m);
    memcpy(total, montgomery, m.limbs * sizeof *total);
    unsigned bit = 63;
    while ((exponent >> bit & 1) == 0) {
        bit--;
    }
    if (bit == 0) {
        return true; /* x^1 */
    }
    while (bit-- > 0) {
        multiply(total, total, total, &m);
        if ((exponent >> bit & 1) != 0) {
            /* The last bit is 1: the plain factor takes the result out of Montgomery form. */
            multiply(total, total, bit == 0 ? base : montgomery, &m);
        }
    }
    store(x, size, total);
    return true;
}

uint32_t cert_rsa_large_verify(const unsigned char *signature, size_t size, const unsigned char *oid,
                               size_t hash_size, const br_rsa_public_key *key, unsigned char *hash)
{
    uint8_t em[LIMIT_RSA_BITS / 8];
    const uint8_t *n = key->n;
    size_t n_size = key->nlen;
    uint64_t exponent = 0;
    while (n_size > 0 && *n == 0) {
        n++;
        n_size--;
    }
    for (size_t i = 0; i < key->elen; i++) {
        if (exponent >> 56 != 0) {
            return 0;
        }
        exponent = exponent << 8 | key->e[i];
    }
    if (n_size == 0 || n_size > sizeof em || size != n_size || exponent < 3 || exponent % 2 == 0) {
        return 0;
    }
    memcpy(em, signature, size);
    return rsa_large_power(em, size, n, exponent) &&
                   (rsa_padding_open(em, size, oid, hash_size, true, hash) ||
                    (oid != NULL && rsa_padding_open(em, size, oid, hash_size, false, hash)))
               ? 1
               : 0;
}
