/* SPDX-License-Identifier: Apache-2.0 */
/* X25519: the vectors of RFC 7748 sections 5.2 and 6.1, and BearSSL's own implementation. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "crypto/wide_engine.h"
#include "crypto/x25519.h"
#include "numbers.h"

#include <string.h>

#define ROUNDS 2000

static void expect(const uint8_t *found, const char *hex)
{
    struct number wanted = number_of(hex);
    assert_memory_equal(found, wanted.octets, X25519_SIZE);
}

static void known_answers(void **state)
{
    static const char *const cases[][3] = {
        {"a546e36bf0527c9d3b16154b82465edd62144c0ac1fc5a18506a2244ba449ac4",
         "e6db6867583030db3594c1a424b15f7c726624ec26b3353b10a903a6d0ab1c4c",
         "c3da55379de9c6908e94ea4df28d084f32eccf03491c71f754b4075577a28552"},
        {"4b66e9d4d1b4673c5ad22691957d6af5c11b6421e0ea01d42ca4169e7918ba0d",
         "e5210f12786811d3f4b7959d0538ae2c31dbe7106fc03c3efc4cd549c715a493",
         "95cbde9476e8907d7aade45cb4b873f88b595a68799fa152e6f8f7647aac7957"},
    };
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        struct number k = number_of(cases[i][0]), u = number_of(cases[i][1]);
        x25519(u.octets, k.octets);
        expect(u.octets, cases[i][2]);
    }
}

/* k and u start as 9; then k, u = x25519(k, u), k. */
static void iterated(void **state)
{
    struct number k = {{9}}, u = {{9}};
    (void)state;
    for (int i = 1; i <= 1000; i++) {
        struct number old = k;
        x25519(u.octets, k.octets);
        k = u;
        u = old;
        if (i == 1) {
            expect(k.octets, "422c8e7a6227d7bca1350b3e2bb7279f7897b87bb6854b783c60e80311ae3079");
        }
    }
    expect(k.octets, "684cf59ba83309552800ef566f2f4d3c1c3887c49360e3875f2eb94d99532c51");
}

/* b is Bob's of section 6.1. */
static void key_exchange(void **state)
{
    struct number a = number_of("1234567890abcdef");
    struct number b = number_of("5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb");
    uint8_t of_a[X25519_SIZE], of_b[X25519_SIZE];
    (void)state;
    assert_int_equal(cert_wide_ec.mulgen(of_b, b.octets, X25519_SIZE, BR_EC_curve25519), X25519_SIZE);
    expect(of_b, "de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f");
    cert_wide_ec.mulgen(of_a, a.octets, X25519_SIZE, BR_EC_curve25519);
    assert_int_equal(cert_wide_ec.mul(of_b, X25519_SIZE, a.octets, X25519_SIZE, BR_EC_curve25519), 1);
    assert_int_equal(cert_wide_ec.mul(of_a, X25519_SIZE, b.octets, X25519_SIZE, BR_EC_curve25519), 1);
    assert_memory_equal(of_a, of_b, X25519_SIZE);
}

/* Random points; p - 19 to 2^255 - 1, the reduced ones among them; small ones, those of small order among them. */
static void agreement(void **state)
{
    uint64_t seed = 40;
    (void)state;
    for (int round = 0; round < ROUNDS; round++) {
        uint8_t point[X25519_SIZE], wanted[X25519_SIZE], k[X25519_SIZE];
        number_random(&seed, point, sizeof point);
        number_random(&seed, k, sizeof k);
        if (round % 4 == 1) {
            memset(point, 0xff, sizeof point);
            point[0] = (uint8_t)(255 - round / 4 % 40);
            point[31] = round % 8 == 1 ? 0xff : 0x7f;
        } else if (round % 4 == 2) {
            memset(point, 0, sizeof point);
            point[0] = (uint8_t)(round / 4 % 40);
        }
        if (round % 7 == 0) {
            memset(k, round % 2 != 0 ? 0xff : 0, sizeof k);
        }
        size_t k_size = round % 9 == 8 ? 20 : sizeof k;
        memcpy(wanted, point, sizeof wanted);
        assert_int_equal(cert_wide_ec.mul(point, sizeof point, k, k_size, BR_EC_curve25519), 1);
        assert_int_equal(br_ec_c25519_m31.mul(wanted, sizeof wanted, k, k_size, BR_EC_curve25519), 1);
        assert_memory_equal(point, wanted, sizeof point);
    }
}

static void sizes(void **state)
{
    uint8_t point[40] = {9}, k[40] = {1};
    (void)state;
    assert_int_equal(cert_wide_ec.mul(point, 31, k, 32, BR_EC_curve25519), 0);
    assert_int_equal(cert_wide_ec.mul(point, 33, k, 32, BR_EC_curve25519), 0);
    assert_int_equal(cert_wide_ec.mul(point, 32, k, 33, BR_EC_curve25519), 0);
    assert_int_equal(cert_wide_ec.mul(point, 65, k, 32, BR_EC_curve25519), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(known_answers), cmocka_unit_test(iterated), cmocka_unit_test(key_exchange),
        cmocka_unit_test(agreement),     cmocka_unit_test(sizes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
