/* SPDX-License-Identifier: Apache-2.0 */
/* RSA with 32-bit limbs, for keys above 4096 bits: powers against BearSSL's code as far as that goes, and beyond by what numbers must do. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "crypto/rsa_large.h"
#include "numbers.h"

#include <string.h>

#define SIZE_MOST (LIMIT_RSA_BITS / 8)

static uint64_t seed = 31;

static void powers_as_bearssl(void **state)
{
    static const size_t sizes[] = {33, 64, 65, 66, 67, 127, 128, 129, 256, 383, 511, 512};
    static const uint64_t exponents[] = {
        3, 5, 17, 257, 65537, UINT64_C(0xfffffffb), UINT64_C(0x8000000000000001)};
    unsigned compared = 0;
    (void)state;
    for (size_t round = 0; round < 12 * 7 * 3; round++) {
        size_t size = sizes[round % 12];
        uint64_t exponent = exponents[round % 7];
        uint8_t modulus[512], x[512], wanted[512], e[8];
        number_random(&seed, modulus, size);
        number_random(&seed, x, size);
        if (round % 3 == 1) {
            memset(modulus, 0xff, size / 2);
        } else if (round % 3 == 2) {
            memset(modulus + 1, 0, size - 1);
        }
        modulus[0] = (uint8_t)(modulus[0] | 1U << round % 8);
        modulus[size - 1] |= 1;
        for (size_t i = 0; i < 8; i++) {
            e[i] = (uint8_t)(exponent >> (56 - 8 * i));
        }
        br_rsa_public_key key = {modulus, size, e, sizeof e};
        memcpy(wanted, x, size);
        uint32_t ok = br_rsa_i31_public(wanted, size, &key);
        assert_int_equal(rsa_large_power(x, size, modulus, exponent), ok);
        if (ok != 0) {
            assert_memory_equal(x, wanted, size);
            compared++;
        }
    }
    assert_true(compared > 60);
}

/* Modulo 2^8192 - 1, powers of two go round in a circle: (2^k)^e = 2^(k e mod 8192). */
static void largest_modulus(void **state)
{
    uint8_t modulus[SIZE_MOST], x[SIZE_MOST], wanted[SIZE_MOST];
    (void)state;
    memset(modulus, 0xff, sizeof modulus);
    for (unsigned k = 1; k < 8 * SIZE_MOST; k += 1499) {
        unsigned to = (unsigned)((uint64_t)k * 65537 % (8 * SIZE_MOST));
        memset(x, 0, sizeof x);
        x[SIZE_MOST - 1 - k / 8] = (uint8_t)(1U << k % 8);
        memset(wanted, 0, sizeof wanted);
        wanted[SIZE_MOST - 1 - to / 8] = (uint8_t)(1U << to % 8);
        assert_true(rsa_large_power(x, sizeof x, modulus, 65537));
        assert_memory_equal(x, wanted, sizeof x);
    }
}

/* For any modulus and odd exponent, (n - 1)^e = n - 1 and 1^e = 1. */
static void minus_one(void **state)
{
    static const size_t sizes[] = {513, 514, 515, 516, 768, 1000, 1023, SIZE_MOST};
    (void)state;
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        uint8_t modulus[SIZE_MOST], x[SIZE_MOST], wanted[SIZE_MOST];
        number_random(&seed, modulus, sizes[i]);
        modulus[0] |= 1;
        modulus[sizes[i] - 1] |= 1;
        memcpy(x, modulus, sizes[i]);
        x[sizes[i] - 1] ^= 1;
        memcpy(wanted, x, sizes[i]);
        assert_true(rsa_large_power(x, sizes[i], modulus, 65537));
        assert_memory_equal(x, wanted, sizes[i]);
        memset(x, 0, sizes[i]);
        x[sizes[i] - 1] = 1;
        memcpy(wanted, x, sizes[i]);
        assert_true(rsa_large_power(x, sizes[i], modulus, 3));
        assert_memory_equal(x, wanted, sizes[i]);
    }
}

static void no_power(void **state)
{
    uint8_t modulus[1000], x[1000];
    (void)state;
    memset(modulus, 0xa7, sizeof modulus);
    memcpy(x, modulus, sizeof x);
    assert_false(rsa_large_power(x, sizeof x, modulus, 3)); /* x = n */
    x[0]++;
    assert_false(rsa_large_power(x, sizeof x, modulus, 3));
    x[0] = 1;
    assert_false(rsa_large_power(x, sizeof x, modulus, 65536));
    modulus[sizeof modulus - 1] = 0xa6;
    assert_false(rsa_large_power(x, sizeof x, modulus, 3));
}

static void signatures_refused(void **state)
{
    static uint8_t modulus[SIZE_MOST + 1], signature[SIZE_MOST + 1];
    uint8_t hash[32], e[9] = {0, 0, 0, 0, 0, 0, 1, 0, 1};
    static const uint8_t oid_sha256[] = {9, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01};
    br_rsa_public_key key = {modulus, SIZE_MOST, e, sizeof e};
    (void)state;
    memset(modulus, 0xa7, sizeof modulus);
    memset(signature, 0x11, sizeof signature);
    assert_int_equal(cert_rsa_large_verify(signature, SIZE_MOST, oid_sha256, 32, &key, hash),
                     0); /* wrong padding */
    assert_int_equal(cert_rsa_large_verify(signature, SIZE_MOST - 1, oid_sha256, 32, &key, hash), 0);
    key.nlen = SIZE_MOST + 1;
    assert_int_equal(cert_rsa_large_verify(signature, SIZE_MOST + 1, oid_sha256, 32, &key, hash), 0);
    key.nlen = 0;
    assert_int_equal(cert_rsa_large_verify(signature, 0, oid_sha256, 32, &key, hash), 0);
    key.nlen = SIZE_MOST;
    e[0] = 1; /* 65 bits */
    assert_int_equal(cert_rsa_large_verify(signature, SIZE_MOST, oid_sha256, 32, &key, hash), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(powers_as_bearssl),  cmocka_unit_test(largest_modulus),
        cmocka_unit_test(minus_one),          cmocka_unit_test(no_power),
        cmocka_unit_test(signatures_refused),
    };
    return cmocka_run_group_tests_name("certstore.rsa_large", tests, NULL, NULL);
}
