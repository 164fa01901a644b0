/* SPDX-License-Identifier: Apache-2.0 */
/* Arithmetic modulo P-256's prime and order, against long addition and doubling. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "crypto/p256.h"
#include "numbers.h"

#include <string.h>

#define ROUNDS 2000

static struct number prime, order;

static int setup(void **state)
{
    (void)state;
    prime = number_of(number_p256_prime);
    order = number_of(number_p256_order);
    return 0;
}

static void expect_field(const struct p256_field *found, const struct number *wanted)
{
    struct number number;
    p256_to_bytes(number.octets, found);
    assert_memory_equal(number.octets, wanted->octets, NUMBER_SIZE);
}

static void expect_scalar(const struct p256_scalar *found, const struct number *wanted)
{
    struct number number;
    p256_scalar_to_bytes(number.octets, found);
    assert_memory_equal(number.octets, wanted->octets, NUMBER_SIZE);
}

static void field_arithmetic(void **state)
{
    uint64_t seed = 1;
    const struct number zero = {{0}};
    (void)state;
    for (int round = 0; round < ROUNDS; round++) {
        struct number a = number_next(&seed, &prime), b = number_next(&seed, &prime);
        struct number product = number_multiply_mod(&a, &b, &prime),
                      square = number_multiply_mod(&a, &a, &prime);
        struct number sum = number_add_mod(&a, &b, &prime), negative = number_subtract(&prime, &b);
        struct p256_field x, y, z;
        assert_true(p256_from_bytes(&x, a.octets) == ~UINT64_C(0));
        assert_true(p256_from_bytes(&y, b.octets) == ~UINT64_C(0));
        expect_field(&x, &a);
        p256_mul(&z, &x, &y);
        expect_field(&z, &product);
        p256_square(&z, &x);
        expect_field(&z, &square);
        p256_add(&z, &x, &y);
        expect_field(&z, &sum);
        p256_sub(&z, &z, &y);
        expect_field(&z, &a);
        assert_true(p256_mask_equal(&z, &x) == ~UINT64_C(0));
        p256_halve(&z, &x);
        p256_add(&z, &z, &z);
        expect_field(&z, &a);
        p256_negate_if(&z, 0);
        expect_field(&z, &a);
        bool is_zero = number_compare(&b, &zero) == 0;
        assert_true(p256_mask_zero(&y) == (is_zero ? ~UINT64_C(0) : 0));
        p256_negate_if(&y, ~UINT64_C(0));
        expect_field(&y, is_zero ? &zero : &negative);
    }
}

static void field_inverses(void **state)
{
    uint64_t seed = 2;
    (void)state;
    for (int round = 0; round < 100; round++) {
        struct number a = number_next(&seed, &prime), inverse = number_invert_mod(&a, &prime);
        struct p256_field x;
        p256_from_bytes(&x, a.octets);
        p256_invert(&x, &x);
        expect_field(&x, &inverse);
    }
}

/* What is not below the modulus is told, not taken. */
static void from_bytes(void **state)
{
    struct number ones, number = prime;
    struct p256_field x;
    struct p256_scalar k;
    (void)state;
    memset(&ones, 0xff, sizeof ones);
    assert_true(p256_from_bytes(&x, prime.octets) == 0);
    assert_true(p256_from_bytes(&x, ones.octets) == 0);
    number.octets[NUMBER_SIZE - 1]--;
    assert_true(p256_from_bytes(&x, number.octets) == ~UINT64_C(0));
    expect_field(&x, &number);

    const struct number zero = {{0}}, one = number_of("1");
    struct number rest = number_subtract(&ones, &order);
    assert_true(p256_scalar_from_bytes(&k, order.octets) == 0);
    expect_scalar(&k, &zero);
    assert_true(p256_scalar_from_bytes(&k, ones.octets) == 0);
    expect_scalar(&k, &rest);
    number = number_subtract(&order, &one);
    assert_true(p256_scalar_from_bytes(&k, number.octets) == ~UINT64_C(0));
    expect_scalar(&k, &number);
}

static void scalar_arithmetic(void **state)
{
    uint64_t seed = 3;
    const struct number zero = {{0}};
    (void)state;
    for (int round = 0; round < ROUNDS; round++) {
        struct number a = number_next(&seed, &order), b = number_next(&seed, &order);
        struct number product = number_multiply_mod(&a, &b, &order), sum = number_add_mod(&a, &b, &order);
        struct number negative = number_subtract(&order, &a);
        struct p256_scalar x, y, z;
        p256_scalar_from_bytes(&x, a.octets);
        p256_scalar_from_bytes(&y, b.octets);
        p256_scalar_to_montgomery(&z, &x);
        p256_scalar_mul(&z, &z, &y);
        expect_scalar(&z, &product);
        p256_scalar_add(&z, &x, &y);
        expect_scalar(&z, &sum);
        assert_true(p256_scalar_mask_zero(&x) == (number_compare(&a, &zero) == 0 ? ~UINT64_C(0) : 0));
        p256_scalar_negate_if(&x, ~UINT64_C(0));
        expect_scalar(&x, &negative);
    }
}

static void scalar_inverses(void **state)
{
    uint64_t seed = 4;
    const struct p256_scalar one = {{1, 0, 0, 0}};
    (void)state;
    for (int round = 0; round < ROUNDS; round++) {
        struct number a = number_next(&seed, &order);
        struct p256_scalar x, y, z;
        p256_scalar_from_bytes(&x, a.octets);
        p256_scalar_invert(&y, &x);
        p256_scalar_invert_public(&z, &x);
        assert_memory_equal(&y, &z, sizeof y);
        p256_scalar_mul(&y, &y, &x);
        assert_true(p256_scalar_mask_zero(&x) != 0 ? p256_scalar_mask_zero(&y) != 0
                                                   : memcmp(&y, &one, sizeof y) == 0);
    }
}

/* x = a modulo n has two candidates when a is below p - n. */
static void same_modulo_order(void **state)
{
    struct number difference = number_subtract(&prime, &order), one = number_of("1");
    struct number last = number_subtract(&difference, &one);
    const struct {
        struct number a, x;
        bool same;
    } cases[] = {
        {number_of("3"), number_of("3"), true}, {number_of("3"), number_add(&order, &one), false},
        {one, number_add(&order, &one), true},  {last, number_add(&order, &last), true},
        {difference, number_of("0"), false},    {difference, difference, true},
        {number_of("0"), order, true},          {number_of("0"), one, false},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct p256_scalar a;
        struct p256_field x, denominator;
        p256_scalar_from_bytes(&a, cases[i].a.octets);
        p256_from_bytes(&x, cases[i].x.octets);
        p256_from_bytes(&denominator, number_of("123456789abcdef").octets);
        p256_mul(&x, &x, &denominator);
        assert_int_equal(p256_scalar_is_public(&a, &x, &denominator), cases[i].same);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(field_arithmetic), cmocka_unit_test(field_inverses),
        cmocka_unit_test(from_bytes),       cmocka_unit_test(scalar_arithmetic),
        cmocka_unit_test(scalar_inverses),  cmocka_unit_test(same_modulo_order),
    };
    return cmocka_run_group_tests(tests, setup, NULL);
}
