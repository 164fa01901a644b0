/* SPDX-License-Identifier: Apache-2.0 */
/* RSA signatures: powers against BearSSL's code, padding against what RFC 8017 allows. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "crypto/rsa_public.h"
#include "numbers.h"

#include <string.h>

#define SIZE_MOST (RSA_PUBLIC_BITS_MOST / 8)

static const uint8_t oid_sha256[] = {9, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01};

/* ---- powers ---- */

enum pattern { RANDOM, ONES, HIGH_BIT, HALF_ONES, LONG_RUNS, PATTERNS };

static void fill(uint64_t *seed, uint8_t *number, size_t size, enum pattern pattern)
{
    number_random(seed, number, size);
    switch (pattern) {
    case ONES:
        memset(number, 0xff, size);
        break;
    case HIGH_BIT:
        memset(number, 0, size);
        number[0] = 0x80;
        break;
    case HALF_ONES:
        memset(number, 0xff, size / 2);
        break;
    case LONG_RUNS:
        for (size_t i = 0; i < size; i++) {
            number[i] = i / 8 % 2 != 0 ? 0xff : 0;
        }
        break;
    case RANDOM:
    case PATTERNS:
        break;
    }
}

/* Sizes that fill their limbs and such that do not, moduli with leading zero bits, both numbers of every
 * pattern. */
static void powers(void **state)
{
    static const size_t sizes[] = {33, 64, 65, 71, 95, 96, 97, 127, 128, 129, 160, 250, 256, 257, 383, 512};
    static const uint64_t exponents[] = {3, 5, 17, 257, 65537, UINT64_C(0xfffffffb)};
    uint64_t seed = 30;
    (void)state;
    for (size_t round = 0; round < 16 * PATTERNS * PATTERNS; round++) {
        size_t size = sizes[round % 16];
        uint64_t exponent = exponents[round % 6];
        uint8_t modulus[512], x[512], wanted[512], e[4];
        fill(&seed, modulus, size, (enum pattern)(round / 16 % PATTERNS));
        fill(&seed, x, size, (enum pattern)(round / 16 / PATTERNS % PATTERNS));
        modulus[0] = (uint8_t)(modulus[0] >> round % 8 | 0x80 >> round % 8);
        modulus[size - 1] |= 1;
        x[0] = (uint8_t)(x[0] & 0x7f >> round % 8); /* below the modulus, and sometimes not */
        for (size_t i = 0; i < 4; i++) {
            e[i] = (uint8_t)(exponent >> (24 - 8 * i));
        }
        br_rsa_public_key key = {modulus, size, e, sizeof e};
        memcpy(wanted, x, size);
        uint32_t ok = br_rsa_i31_public(wanted, size, &key);
        assert_int_equal(rsa_public_power(x, size, modulus, exponent), ok);
        if (ok != 0) {
            assert_memory_equal(x, wanted, size);
        }
    }
}

/* The largest modulus, which BearSSL does not take: 2^8192 - 1 divides x^2 - 1 for x = 2^4096, so x^e = x for
 * odd e. */
static void largest_modulus(void **state)
{
    uint8_t modulus[SIZE_MOST], x[SIZE_MOST] = {0}, wanted[SIZE_MOST];
    (void)state;
    memset(modulus, 0xff, sizeof modulus);
    x[SIZE_MOST / 2 - 1] = 1;
    memcpy(wanted, x, sizeof x);
    assert_true(rsa_public_power(x, sizeof x, modulus, 65537));
    assert_memory_equal(x, wanted, sizeof x);
    memset(x, 0, sizeof x);
    x[SIZE_MOST - 1] = 2; /* 2^65537 = 2^(65537 mod 8192) = 2 */
    assert_true(rsa_public_power(x, sizeof x, modulus, 65537));
    memset(wanted, 0, sizeof wanted);
    wanted[SIZE_MOST - 1] = 2;
    assert_memory_equal(x, wanted, sizeof x);
}

static void no_power(void **state)
{
    uint8_t modulus[64], x[64];
    (void)state;
    memset(modulus, 0xa7, sizeof modulus);
    memcpy(x, modulus, sizeof x);
    assert_false(rsa_public_power(x, sizeof x, modulus, 3)); /* x = n */
    x[0]++;
    assert_false(rsa_public_power(x, sizeof x, modulus, 3));
    memcpy(x, modulus, sizeof x);
    x[63]--;
    assert_true(rsa_public_power(x, sizeof x, modulus, 3)); /* (-1)^3 */
    modulus[63]--;
    assert_memory_equal(x, modulus, sizeof x);
    assert_false(rsa_public_power(x, sizeof x, modulus, 3)); /* even modulus */
}

/* ---- signatures ---- */

struct keys {
    br_rsa_private_key secret;
    br_rsa_public_key open;
    unsigned char secret_bytes[BR_RSA_KBUF_PRIV_SIZE(1024)], open_bytes[BR_RSA_KBUF_PUB_SIZE(1024)];
};
static struct keys keys;

static int setup(void **state)
{
    br_hmac_drbg_context random;
    (void)state;
    br_hmac_drbg_init(&random, &br_sha256_vtable, "rsa", 3);
    uint32_t ok = br_rsa_keygen_get_default()(&random.vtable, &keys.secret, keys.secret_bytes, &keys.open,
                                              keys.open_bytes, 1024, 65537);
    return ok == 1 ? 0 : -1;
}

/* The signature whose power is this EM. */
static void sign_padded(const uint8_t em[128], uint8_t signature[128])
{
    memcpy(signature, em, 128);
    assert_int_equal(br_rsa_private_get_default()(signature, &keys.secret), 1);
}

static uint32_t verify(const uint8_t *signature, size_t size, const uint8_t *oid, size_t hash_size,
                       uint8_t *hash)
{
    uint8_t theirs[64];
    uint32_t ok = cert_rsa_verify(signature, size, oid, hash_size, &keys.open, hash);
    assert_int_equal(ok, br_rsa_i31_pkcs1_vrfy(signature, size, oid, hash_size, &keys.open, theirs));
    if (ok != 0) {
        assert_memory_equal(hash, theirs, hash_size);
    }
    return ok;
}

static void signatures(void **state)
{
    uint64_t seed = 31;
    uint8_t hash[36], found[64], signature[129];
    (void)state;
    for (int round = 0; round < 30; round++) {
        const uint8_t *oid = round % 3 == 2 ? NULL : oid_sha256;
        size_t size = oid == NULL ? 36 : 32;
        number_random(&seed, hash, sizeof hash);
        assert_int_equal(br_rsa_pkcs1_sign_get_default()(oid, hash, size, &keys.secret, signature), 1);
        assert_int_equal(verify(signature, 128, oid, size, found), 1);
        assert_memory_equal(found, hash, size);
        assert_int_equal(verify(signature, 127, oid, size, found), 0);
        assert_int_equal(verify(signature, 0, oid, size, found), 0);
        assert_int_equal(verify(signature, 128, oid, size - 1, found), 0);
        assert_int_equal(verify(signature, 128, oid == NULL ? oid_sha256 : NULL, size, found), 0);
        signature[round * 4] ^= 0x40;
        assert_int_equal(verify(signature, 128, oid, size, found), 0);
    }
    memset(signature, 0, sizeof signature);
    assert_int_equal(verify(signature, 128, oid_sha256, 32, found), 0);
    signature[127] = 1;
    assert_int_equal(verify(signature, 128, oid_sha256, 32, found), 0);
    memcpy(signature, keys.open.n, 128);
    assert_int_equal(verify(signature, 128, oid_sha256, 32, found), 0);
}

/* EM that ends with these octets; the rest is padding. */
static void pad(uint8_t em[128], const uint8_t *tail, size_t size)
{
    memset(em, 0xff, 128);
    em[0] = 0;
    em[1] = 1;
    em[127 - size] = 0;
    memcpy(em + 128 - size, tail, size);
}

static void padding(void **state)
{
    static const uint8_t with_null[] = {0x30, 0x31, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01,
                                        0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00, 0x04, 0x20};
    static const uint8_t without[] = {0x30, 0x2f, 0x30, 0x0b, 0x06, 0x09, 0x60, 0x86, 0x48,
                                      0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x04, 0x20};
    uint8_t em[128], signature[128], found[64], tail[sizeof with_null + 32 + 40];
    (void)state;
    memset(tail, 0x5a, sizeof tail);
    memcpy(tail, without, sizeof without);
    pad(em, tail, sizeof without + 32);
    sign_padded(em, signature);
    assert_int_equal(verify(signature, 128, oid_sha256, 32, found), 1);
    memset(tail, 0x5a, sizeof tail);
    memcpy(tail, with_null, sizeof with_null);
    pad(em, tail, sizeof with_null + 32);
    sign_padded(em, signature);
    assert_int_equal(verify(signature, 128, oid_sha256, 32, found), 1);
    assert_int_equal(found[0], 0x5a);

    for (size_t i = 0; i < 128 - 32; i++) { /* any octet before the hash */
        em[i] ^= 0x01;
        sign_padded(em, signature);
        assert_int_equal(verify(signature, 128, oid_sha256, 32, found), 0);
        em[i] ^= 0x01;
    }
    pad(em, tail, sizeof with_null + 32 + 40); /* octets behind the hash: Bleichenbacher's forgery */
    sign_padded(em, signature);
    assert_int_equal(verify(signature, 128, oid_sha256, 32, found), 0);
    pad(em, tail, sizeof with_null + 32);
    memmove(em + 2, em + 76 - 8, 60); /* padding cut short, garbage at the end */
    sign_padded(em, signature);
    assert_int_equal(verify(signature, 128, oid_sha256, 32, found), 0);
}

/* A modulus that leaves room for n octets of padding only. */
static void shortest_padding(void **state)
{
    uint8_t n[64], e = 3, hash[64] = {0}, signature[64] = {0};
    (void)state;
    memset(n, 0xff, sizeof n);
    br_rsa_public_key key = {n, 40, &e, 1};
    for (size_t size = 0; size < 64; size++) {
        assert_int_equal(cert_rsa_verify(signature, 40, oid_sha256, size, &key, hash), 0);
        assert_int_equal(cert_rsa_verify(signature, 40, NULL, size, &key, hash), 0);
    }
}

static void keys_refused(void **state)
{
    static uint8_t large[SIZE_MOST + 1];
    uint8_t hash[32] = {1}, signature[128], found[32], zero = 0, one = 1, two = 2;
    (void)state;
    assert_int_equal(br_rsa_pkcs1_sign_get_default()(oid_sha256, hash, 32, &keys.secret, signature), 1);
    br_rsa_public_key key = keys.open;
    key.e = &zero, key.elen = 1;
    assert_int_equal(cert_rsa_verify(signature, 128, oid_sha256, 32, &key, found), 0);
    key.e = &one;
    assert_int_equal(cert_rsa_verify(signature, 128, oid_sha256, 32, &key, found), 0);
    key.e = &two;
    assert_int_equal(cert_rsa_verify(signature, 128, oid_sha256, 32, &key, found), 0);
    key.elen = 0;
    assert_int_equal(cert_rsa_verify(signature, 128, oid_sha256, 32, &key, found), 0);
    key = keys.open;
    key.nlen = 0;
    assert_int_equal(cert_rsa_verify(signature, 128, oid_sha256, 32, &key, found), 0);
    assert_int_equal(cert_rsa_verify(signature, 0, oid_sha256, 32, &key, found), 0);
    memset(large, 0xff, sizeof large);
    key.n = large, key.nlen = sizeof large;
    assert_int_equal(cert_rsa_verify(large, sizeof large, oid_sha256, 32, &key, found), 0);

    uint8_t padded[130] = {0},
            exponent[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 1}; /* leading zeros are none of its business */
    memcpy(padded + 2, keys.open.n, 128);
    br_rsa_public_key same = {padded, sizeof padded, exponent, sizeof exponent};
    assert_int_equal(cert_rsa_verify(signature, 128, oid_sha256, 32, &same, found), 1);
    exponent[2] = 1; /* beyond 64 bits: BearSSL's code looks at it */
    assert_int_equal(cert_rsa_verify(signature, 128, oid_sha256, 32, &same, found), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(powers),       cmocka_unit_test(largest_modulus), cmocka_unit_test(no_power),
        cmocka_unit_test(signatures),   cmocka_unit_test(padding),         cmocka_unit_test(shortest_padding),
        cmocka_unit_test(keys_refused),
    };
    return cmocka_run_group_tests(tests, setup, NULL);
}
