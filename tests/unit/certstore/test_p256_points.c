/* SPDX-License-Identifier: Apache-2.0 */
/* Points of P-256 against BearSSL's own implementation, which shares nothing with this one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "crypto/p256.h"
#include "crypto/wide_engine.h"
#include "numbers.h"

#include <string.h>

#define CURVE BR_EC_secp256r1
#define ROUNDS 500

static const br_ec_impl *const ours = &cert_wide_ec, *const theirs = &br_ec_p256_m31;
static struct number prime, order;

static int setup(void **state)
{
    (void)state;
    prime = number_of(number_p256_prime);
    order = number_of(number_p256_order);
    return 0;
}

static struct number next_scalar(uint64_t *seed)
{
    struct number k;
    do {
        k = number_next(seed, &order);
    } while (number_compare(&k, &(const struct number){{0}}) == 0);
    return k;
}

static void expect_generator_times(const struct number *k)
{
    uint8_t found[P256_POINT_SIZE], wanted[P256_POINT_SIZE];
    assert_int_equal(ours->mulgen(found, k->octets, NUMBER_SIZE, CURVE), P256_POINT_SIZE);
    theirs->mulgen(wanted, k->octets, NUMBER_SIZE, CURVE);
    assert_memory_equal(found, wanted, sizeof found);
    size_t size;
    memcpy(found, ours->generator(CURVE, &size), sizeof found);
    assert_int_equal(ours->mul(found, sizeof found, k->octets, NUMBER_SIZE, CURVE), 1);
    assert_memory_equal(found, wanted, sizeof found);
}

static void parameters(void **state)
{
    size_t size, other;
    (void)state;
    assert_int_equal(ours->supported_curves, br_ec_all_m31.supported_curves);
    assert_memory_equal(ours->generator(CURVE, &size), theirs->generator(CURVE, &other), P256_POINT_SIZE);
    assert_int_equal(size, other);
    assert_memory_equal(ours->order(CURVE, &size), order.octets, NUMBER_SIZE);
    assert_int_equal(size, NUMBER_SIZE);
    assert_int_equal(ours->xoff(CURVE, &size), 1);
    assert_int_equal(size, 32);
}

/* Every digit of the windows and of the comb, carries over all of them, both ends. */
static void special_scalars(void **state)
{
    struct number k = {{0}}, one = number_of("1");
    (void)state;
    for (int i = 0; i < 70; i++) {
        k = number_add(&k, &one);
        expect_generator_times(&k);
        struct number opposite = number_subtract(&order, &k);
        expect_generator_times(&opposite);
    }
    for (unsigned bit = 0; bit < 256; bit += 3) {
        memset(&k, 0, sizeof k);
        k.octets[NUMBER_SIZE - 1 - bit / 8] = (uint8_t)(1U << bit % 8);
        expect_generator_times(&k);
        k = number_subtract(&k, &one);
        if (bit != 0) {
            expect_generator_times(&k);
        }
    }
}

static void random_scalars(void **state)
{
    uint64_t seed = 10;
    (void)state;
    for (int round = 0; round < ROUNDS; round++) {
        uint8_t found[P256_POINT_SIZE], wanted[P256_POINT_SIZE];
        struct number k = next_scalar(&seed), l = next_scalar(&seed);
        assert_int_equal(ours->mulgen(found, k.octets, NUMBER_SIZE, CURVE), P256_POINT_SIZE);
        theirs->mulgen(wanted, k.octets, NUMBER_SIZE, CURVE);
        assert_memory_equal(found, wanted, sizeof found);
        assert_int_equal(ours->mul(found, sizeof found, l.octets, NUMBER_SIZE, CURVE), 1);
        assert_int_equal(theirs->mul(wanted, sizeof wanted, l.octets, NUMBER_SIZE, CURVE), 1);
        assert_memory_equal(found, wanted, sizeof found);
    }
}

static void random_sums(void **state)
{
    uint64_t seed = 11;
    (void)state;
    for (int round = 0; round < ROUNDS / 2; round++) {
        struct number a = next_scalar(&seed), b = next_scalar(&seed), k = next_scalar(&seed),
                      l = next_scalar(&seed);
        uint8_t p[P256_POINT_SIZE], q[P256_POINT_SIZE], found[P256_POINT_SIZE];
        ours->mulgen(p, a.octets, NUMBER_SIZE, CURVE);
        ours->mulgen(q, b.octets, NUMBER_SIZE, CURVE);
        bool of_generator = round % 2 != 0;
        memcpy(found, p, sizeof found);
        uint32_t ok = ours->muladd(found, of_generator ? NULL : q, sizeof found, k.octets, NUMBER_SIZE,
                                   l.octets, NUMBER_SIZE, CURVE);
        uint32_t wanted = theirs->muladd(p, of_generator ? NULL : q, sizeof p, k.octets, NUMBER_SIZE,
                                         l.octets, NUMBER_SIZE, CURVE);
        assert_int_equal(ok, wanted);
        if (ok != 0) {
            assert_memory_equal(found, p, sizeof found);
        }
    }
}

/* k * aG + l * G with ka = l is a doubling, with ka = -l infinity: an error. The variable-time sum agrees. */
static void meeting_sums(void **state)
{
    uint64_t seed = 12;
    (void)state;
    for (int round = 0; round < 60; round++) {
        struct number a = next_scalar(&seed), k = next_scalar(&seed);
        struct number l = number_multiply_mod(&a, &k, &order), twice = number_add_mod(&l, &l, &order);
        struct number opposite = number_subtract(&order, &l);
        uint8_t p[P256_POINT_SIZE], found[P256_POINT_SIZE], wanted[P256_POINT_SIZE];
        ours->mulgen(p, a.octets, NUMBER_SIZE, CURVE);
        ours->mulgen(wanted, twice.octets, NUMBER_SIZE, CURVE);
        memcpy(found, p, sizeof found);
        assert_int_equal(
            ours->muladd(found, NULL, sizeof found, k.octets, NUMBER_SIZE, l.octets, NUMBER_SIZE, CURVE), 1);
        assert_memory_equal(found, wanted, sizeof found);
        memcpy(found, p, sizeof found);
        assert_int_equal(ours->muladd(found, NULL, sizeof found, k.octets, NUMBER_SIZE, opposite.octets,
                                      NUMBER_SIZE, CURVE),
                         0);

        struct p256_point point, sum;
        struct p256_scalar u, v;
        p256_point_from_bytes(&point, p);
        p256_scalar_from_bytes(&v, k.octets);
        p256_scalar_from_bytes(&u, l.octets);
        p256_double_times_public(&sum, &u, &v, &point);
        assert_true(p256_point_to_bytes(found, &sum) != 0);
        assert_memory_equal(found, wanted, sizeof found);
        p256_scalar_from_bytes(&u, opposite.octets);
        p256_double_times_public(&sum, &u, &v, &point);
        assert_true(p256_point_to_bytes(found, &sum) == 0);
    }
}

static void public_sums(void **state)
{
    uint64_t seed = 13;
    (void)state;
    for (int round = 0; round < ROUNDS / 2; round++) {
        struct number a = next_scalar(&seed), k = next_scalar(&seed), l = next_scalar(&seed);
        uint8_t p[P256_POINT_SIZE], found[P256_POINT_SIZE];
        struct p256_point point;
        struct p256_scalar u, v;
        ours->mulgen(p, a.octets, NUMBER_SIZE, CURVE);
        p256_point_from_bytes(&point, p);
        p256_scalar_from_bytes(&v, k.octets);
        p256_scalar_from_bytes(&u, l.octets);
        p256_double_times_public(&point, &u, &v, &point);
        uint64_t finite = p256_point_to_bytes(found, &point);
        uint32_t ok = theirs->muladd(p, NULL, sizeof p, k.octets, NUMBER_SIZE, l.octets, NUMBER_SIZE, CURVE);
        assert_int_equal(finite != 0, ok);
        if (ok != 0) {
            assert_memory_equal(found, p, sizeof p);
        }
    }
    /* Without one of the two. */
    const struct p256_scalar zero = {{0, 0, 0, 0}}, seven = {{7, 0, 0, 0}};
    struct p256_point point, sum;
    uint8_t found[P256_POINT_SIZE], wanted[P256_POINT_SIZE];
    size_t size;
    struct number k = number_of("7");
    ours->mulgen(wanted, k.octets, NUMBER_SIZE, CURVE);
    p256_point_from_bytes(&point, ours->generator(CURVE, &size));
    p256_double_times_public(&sum, &zero, &seven, &point);
    p256_point_to_bytes(found, &sum);
    assert_memory_equal(found, wanted, sizeof found);
    p256_double_times_public(&sum, &seven, &zero, &point);
    p256_point_to_bytes(found, &sum);
    assert_memory_equal(found, wanted, sizeof found);
    p256_double_times_public(&sum, &zero, &zero, &point);
    assert_true(p256_point_to_bytes(found, &sum) == 0);
}

static uint32_t times(const uint8_t *point, size_t size, const uint8_t *k, size_t k_size)
{
    uint8_t copy[P256_POINT_SIZE + 1];
    memcpy(copy, point, size);
    return ours->mul(copy, size, k, k_size, CURVE);
}

static void set_point(uint8_t point[P256_POINT_SIZE], const char *x, const char *y)
{
    struct number a = number_of(x), b = number_of(y);
    point[0] = 4;
    memcpy(point + 1, a.octets, NUMBER_SIZE);
    memcpy(point + 1 + NUMBER_SIZE, b.octets, NUMBER_SIZE);
}

static void points_refused(void **state)
{
    static const char y_of_zero[] = "66485c780e2f83d72433bd5d84a06bb6541c2af31dae871728bf856a174f93f4";
    uint8_t point[P256_POINT_SIZE + 1] = {0};
    struct number k = number_of("5");
    size_t size;
    (void)state;
    assert_int_equal(times(point, P256_POINT_SIZE, k.octets, NUMBER_SIZE), 0); /* zeros */
    point[0] = 4;
    assert_int_equal(times(point, P256_POINT_SIZE, k.octets, NUMBER_SIZE), 0);
    set_point(point, "0", y_of_zero); /* on the curve */
    assert_int_equal(times(point, P256_POINT_SIZE, k.octets, NUMBER_SIZE), 1);
    set_point(point, number_p256_prime, y_of_zero); /* the same, not reduced */
    assert_int_equal(times(point, P256_POINT_SIZE, k.octets, NUMBER_SIZE), 0);
    set_point(point, "fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffc", y_of_zero);
    assert_int_equal(times(point, P256_POINT_SIZE, k.octets, NUMBER_SIZE), 0);

    memcpy(point, ours->generator(CURVE, &size), P256_POINT_SIZE);
    assert_int_equal(times(point, P256_POINT_SIZE, k.octets, NUMBER_SIZE), 1);
    assert_int_equal(times(point, P256_POINT_SIZE - 1, k.octets, NUMBER_SIZE), 0);
    assert_int_equal(times(point, P256_POINT_SIZE + 1, k.octets, NUMBER_SIZE), 0);
    assert_int_equal(times(point, 33, k.octets, NUMBER_SIZE), 0);
    assert_int_equal(times(point, 0, k.octets, NUMBER_SIZE), 0);
    for (unsigned first = 0; first < 256; first++) {
        point[0] = (uint8_t)first;
        assert_int_equal(times(point, P256_POINT_SIZE, k.octets, NUMBER_SIZE), first == 4);
    }
    point[0] = 4;
    for (size_t i = 1; i < P256_POINT_SIZE; i++) { /* one bit elsewhere */
        point[i] ^= 0x10;
        assert_int_equal(times(point, P256_POINT_SIZE, k.octets, NUMBER_SIZE), 0);
        uint8_t sum[P256_POINT_SIZE];
        memcpy(sum, ours->generator(CURVE, &size), sizeof sum);
        assert_int_equal(
            ours->muladd(sum, point, sizeof sum, k.octets, NUMBER_SIZE, k.octets, NUMBER_SIZE, CURVE), 0);
        point[i] ^= 0x10;
    }
}

static void scalars_refused(void **state)
{
    const struct number zero = {{0}}, one = number_of("1");
    struct number more = number_add(&order, &one), ones;
    size_t size;
    const uint8_t *g = ours->generator(CURVE, &size);
    uint8_t longer[40] = {0}, point[P256_POINT_SIZE], wanted[P256_POINT_SIZE];
    (void)state;
    memset(&ones, 0xff, sizeof ones);
    const struct number *wrong[] = {&zero, &order, &more, &ones};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        assert_int_equal(times(g, size, wrong[i]->octets, NUMBER_SIZE), 0);
        memcpy(point, g, sizeof point);
        assert_int_equal(
            ours->muladd(point, NULL, size, wrong[i]->octets, NUMBER_SIZE, one.octets, NUMBER_SIZE, CURVE), 0);
        memcpy(point, g, sizeof point);
        assert_int_equal(
            ours->muladd(point, NULL, size, one.octets, NUMBER_SIZE, wrong[i]->octets, NUMBER_SIZE, CURVE), 0);
    }
    memset(wanted, 0, sizeof wanted);
    wanted[0] = 4;
    assert_int_equal(ours->mulgen(point, zero.octets, NUMBER_SIZE, CURVE), P256_POINT_SIZE);
    assert_memory_equal(point, wanted, sizeof point);

    assert_int_equal(times(g, size, longer, 0), 0);
    longer[39] = 9; /* leading zeros, and none */
    assert_int_equal(times(g, size, longer, 40), 1);
    ours->mulgen(point, longer, 40, CURVE);
    ours->mulgen(wanted, longer + 39, 1, CURVE);
    assert_memory_equal(point, wanted, sizeof point);
    longer[3] = 1; /* 2^288 + 9 */
    assert_int_equal(times(g, size, longer, 40), 0);
}

static void other_curves(void **state)
{
    const int curves[] = {BR_EC_secp384r1, BR_EC_secp521r1};
    uint64_t seed = 14;
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        uint8_t k[32], found[133], wanted[133];
        size_t size;
        number_random(&seed, k, sizeof k);
        br_ec_all_m31.generator(curves[i], &size);
        assert_int_equal(ours->mulgen(found, k, sizeof k, curves[i]), size);
        assert_int_equal(br_ec_all_m31.mulgen(wanted, k, sizeof k, curves[i]), size);
        assert_memory_equal(found, wanted, size);
        assert_int_equal(ours->mul(found, size, k, sizeof k, curves[i]), 1);
        assert_int_equal(br_ec_all_m31.mul(wanted, size, k, sizeof k, curves[i]), 1);
        assert_memory_equal(found, wanted, size);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parameters),     cmocka_unit_test(special_scalars), cmocka_unit_test(random_scalars),
        cmocka_unit_test(random_sums),    cmocka_unit_test(meeting_sums),    cmocka_unit_test(public_sums),
        cmocka_unit_test(points_refused), cmocka_unit_test(scalars_refused), cmocka_unit_test(other_curves),
    };
    return cmocka_run_group_tests(tests, setup, NULL);
}
