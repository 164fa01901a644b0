/* SPDX-License-Identifier: Apache-2.0 */
/* ECDSA on P-256 as cert_engines() picks it: known answers, agreement with BearSSL's code, inputs made to go
 * wrong. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "certstore/bearssl_peer.h"
#include "numbers.h"

#include <string.h>

#define CURVE BR_EC_secp256r1
#define POINT 65
#define ROUNDS 60
#define SIGNATURE_MOST 80

static const br_ec_impl *const theirs = &br_ec_p256_m31;
static struct cert_engines engines;
static struct number order;

static int setup(void **state)
{
    (void)state;
    engines = cert_engines();
    order = number_of(number_p256_order);
    return 0;
}

static size_t put_integer(uint8_t *out, const struct number *value)
{
    size_t first = 0, used = 0;
    while (first < NUMBER_SIZE - 1 && value->octets[first] == 0) {
        first++;
    }
    bool zero = value->octets[first] >> 7 != 0;
    out[used++] = 0x02;
    out[used++] = (uint8_t)(NUMBER_SIZE - first + (zero ? 1 : 0));
    if (zero) {
        out[used++] = 0;
    }
    memcpy(out + used, value->octets + first, NUMBER_SIZE - first);
    return used + NUMBER_SIZE - first;
}

static size_t put_signature(uint8_t *out, const struct number *r, const struct number *s)
{
    size_t size = put_integer(out + 2, r);
    size += put_integer(out + 2 + size, s);
    out[0] = 0x30;
    out[1] = (uint8_t)size;
    return size + 2;
}

static uint32_t verify(const void *hash, size_t hash_size, uint8_t point[POINT], const struct number *r,
                       const struct number *s)
{
    uint8_t signature[SIGNATURE_MOST];
    br_ec_public_key key = {CURVE, point, POINT};
    size_t size = put_signature(signature, r, s);
    return engines.ecdsa_verify(engines.ec, hash, hash_size, &key, signature, size);
}

static void random_scalar(uint64_t *seed, struct number *k)
{
    do {
        number_random(seed, k->octets, NUMBER_SIZE);
    } while (number_compare(k, &order) >= 0);
}

/* RFC 6979 A.2.5 */
static void known_answers(void **state)
{
    static const struct {
        const br_hash_class *hash;
        const char *message, *r, *s;
    } cases[] = {
        {&br_sha1_vtable, "sample", "61340c88c3aaebeb4f6d667f672ca9759a6ccaa9fa8811313039ee4a35471d32",
         "6d7f147dac089441bb2e2fe8f7a3fa264b9c475098fdcf6e00d7c996e1b8b7eb"},
        {&br_sha256_vtable, "sample", "efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716",
         "f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8"},
        {&br_sha384_vtable, "sample", "0eafea039b20e9b42309fb1d89e213057cbf973dc0cfc8f129edddc800ef7719",
         "4861f0491e6998b9455193e34e7b0d284ddd7149a74b95b9261f13abde940954"},
        {&br_sha512_vtable, "sample", "8496a60b5e9b47c825488827e0495b0e3fa109ec4568fd3f8d1097678eb97f00",
         "2362ab1adbe2b8adf9cb9edab740ea6049c028114f2460f96554f61fae3302fe"},
        {&br_sha256_vtable, "test", "f1abb023518351cd71d881567b1ea663ed3efcf6c5132b354f28d3b0b7d38367",
         "019f4113742a2b14bd25926b49c649155f267e60d3814b4c0cc84250e46f0083"},
    };
    struct number secret = number_of("c9afa9d845ba75166b5c215767b1d6934e50c3db36e89b127b8a622b120f6721");
    struct number x = number_of("60fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb6");
    struct number y = number_of("7903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f5177a3c294d4462299");
    uint8_t point[POINT];
    (void)state;
    assert_int_equal(engines.ec->mulgen(point, secret.octets, NUMBER_SIZE, CURVE), POINT);
    assert_memory_equal(point + 1, x.octets, NUMBER_SIZE);
    assert_memory_equal(point + 1 + NUMBER_SIZE, y.octets, NUMBER_SIZE);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        uint8_t hash[64], found[SIGNATURE_MOST], wanted[SIGNATURE_MOST];
        br_hash_compat_context context;
        size_t hash_size = cases[i].hash->desc >> BR_HASHDESC_OUT_OFF & BR_HASHDESC_OUT_MASK;
        cases[i].hash->init(&context.vtable);
        cases[i].hash->update(&context.vtable, cases[i].message, strlen(cases[i].message));
        cases[i].hash->out(&context.vtable, hash);
        struct number r = number_of(cases[i].r), s = number_of(cases[i].s);
        br_ec_private_key key = {CURVE, secret.octets, NUMBER_SIZE};
        size_t size = engines.ecdsa_sign(engines.ec, cases[i].hash, hash, &key, found);
        assert_int_equal(size, put_signature(wanted, &r, &s));
        assert_memory_equal(found, wanted, size);
        assert_int_equal(verify(hash, hash_size, point, &r, &s), 1);
        hash[0] ^= 1;
        assert_int_equal(verify(hash, hash_size, point, &r, &s), 0);
    }
}

/* The same signatures as BearSSL's code, the same verdicts on them and on spoilt ones. */
static void agreement(void **state)
{
    static const br_hash_class *const hashes[] = {&br_sha1_vtable, &br_sha256_vtable, &br_sha384_vtable,
                                                  &br_sha512_vtable};
    uint64_t seed = 20;
    (void)state;
    for (int round = 0; round < ROUNDS; round++) {
        const br_hash_class *class = hashes[round % 4];
        size_t hash_size = class->desc >> BR_HASHDESC_OUT_OFF & BR_HASHDESC_OUT_MASK;
        struct number secret;
        uint8_t hash[64], found[SIGNATURE_MOST], wanted[SIGNATURE_MOST], point[POINT], which[2];
        random_scalar(&seed, &secret);
        number_random(&seed, hash, sizeof hash);
        if (round % 8 == 7) {
            memset(hash, 0xff, sizeof hash); /* above the order */
        }
        br_ec_private_key key = {CURVE, secret.octets, NUMBER_SIZE};
        br_ec_public_key open = {CURVE, point, POINT};
        engines.ec->mulgen(point, secret.octets, NUMBER_SIZE, CURVE);
        size_t size = engines.ecdsa_sign(engines.ec, class, hash, &key, found);
        assert_int_equal(br_ecdsa_i31_sign_asn1(theirs, class, hash, &key, wanted), size);
        assert_memory_equal(found, wanted, size);
        assert_int_equal(engines.ecdsa_verify(engines.ec, hash, hash_size, &open, found, size), 1);
        number_random(&seed, which, sizeof which);
        found[which[0] % size] ^= (uint8_t)(1U << which[1] % 8);
        assert_int_equal(engines.ecdsa_verify(engines.ec, hash, hash_size, &open, found, size),
                         br_ecdsa_i31_vrfy_asn1(theirs, hash, hash_size, &open, found, size));
        for (size_t cut = 0; round < 2 && cut < size; cut++) {
            assert_int_equal(engines.ecdsa_verify(engines.ec, hash, hash_size, &open, wanted, cut), 0);
        }
    }
}

/*
 * A signature made backwards: for R of unknown logarithm, u and v: Q = (R - u G) / v, s = r / v, e = u s.
 * Gives r of any point that one wishes for.
 */
static void make_backwards(const char *x, const char *y, const struct number *u, const struct number *v,
                           uint8_t point[POINT], struct number *e, struct number *r, struct number *s)
{
    struct number inverse = number_invert_mod(v, &order), w = number_multiply_mod(u, &inverse, &order);
    struct number px = number_of(x), py = number_of(y);
    w = number_subtract(&order, &w);
    point[0] = 4;
    memcpy(point + 1, px.octets, NUMBER_SIZE);
    memcpy(point + 1 + NUMBER_SIZE, py.octets, NUMBER_SIZE);
    assert_int_equal(
        theirs->muladd(point, NULL, POINT, inverse.octets, NUMBER_SIZE, w.octets, NUMBER_SIZE, CURVE), 1);
    *r = number_compare(&px, &order) >= 0 ? number_subtract(&px, &order) : px;
    *s = number_multiply_mod(r, &inverse, &order);
    *e = number_multiply_mod(u, s, &order);
}

static void x_above_order(void **state)
{
    static const char *const points[][2] = {
        {"ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632554", /* x = n + 3 */
         "484f0c0fda434ef0a808458914f328715d7a545e198ac7eee31dffe861b5d23f"},
        {"ffffffff00000001000000000000000000000000fffffffffffffffffffffffc", /* p - 3 */
         "19719bebf6aea13f25c96dfd7c71f5225d4c8fc09eb5a0ab9f39e9178e55c121"},
    };
    struct number u = number_of("123456789"), v = number_of("abcdef0123456789abcdef"), e, r, s,
                  three = number_of("3");
    uint8_t point[POINT];
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        make_backwards(points[i][0], points[i][1], &u, &v, point, &e, &r, &s);
        assert_true(i != 0 || number_compare(&r, &three) == 0);
        assert_int_equal(verify(e.octets, NUMBER_SIZE, point, &r, &s), 1);
        struct number whole = number_add(&r, &order); /* r itself not reduced */
        assert_int_equal(verify(e.octets, NUMBER_SIZE, point, &whole, &s), 0);
        r.octets[NUMBER_SIZE - 1] ^= 4;
        assert_int_equal(verify(e.octets, NUMBER_SIZE, point, &r, &s), 0);
    }
}

/* u G and v Q are the same point, or opposite ones. */
static void meeting_points(void **state)
{
    uint64_t seed = 21;
    (void)state;
    for (int round = 0; round < 8; round++) {
        struct number d, u, twice, r, s, e;
        uint8_t point[POINT], product[POINT];
        random_scalar(&seed, &d);
        random_scalar(&seed, &u);
        struct number inverse = number_invert_mod(&d, &order), v = number_multiply_mod(&u, &inverse, &order);
        twice = number_add_mod(&u, &u, &order);
        theirs->mulgen(point, d.octets, NUMBER_SIZE, CURVE);
        theirs->mulgen(product, twice.octets, NUMBER_SIZE, CURVE);
        memcpy(r.octets, product + 1, NUMBER_SIZE);
        inverse = number_invert_mod(&v, &order);
        s = number_multiply_mod(&r, &inverse, &order);
        e = number_multiply_mod(&u, &s, &order);
        assert_int_equal(verify(e.octets, NUMBER_SIZE, point, &r, &s), 1);
        e = number_multiply_mod(&r, &d, &order); /* u = -v d: infinity, whatever r and s are */
        e = number_subtract(&order, &e);
        assert_int_equal(verify(e.octets, NUMBER_SIZE, point, &r, &s), 0);
    }
}

static void out_of_range(void **state)
{
    const struct number zero = {{0}}, one = number_of("1");
    struct number more = number_add(&order, &one), ones, secret = number_of("1234567"),
                  hash = number_of("89abcdef");
    uint8_t point[POINT], signature[SIGNATURE_MOST];
    br_ec_private_key key = {CURVE, secret.octets, NUMBER_SIZE};
    (void)state;
    memset(&ones, 0xff, sizeof ones);
    engines.ec->mulgen(point, secret.octets, NUMBER_SIZE, CURVE);
    size_t size = engines.ecdsa_sign(engines.ec, &br_sha256_vtable, hash.octets, &key, signature);
    assert_int_equal(br_ecdsa_asn1_to_raw(signature, size), 2 * NUMBER_SIZE);
    struct number r, s;
    memcpy(r.octets, signature, NUMBER_SIZE);
    memcpy(s.octets, signature + NUMBER_SIZE, NUMBER_SIZE);
    assert_int_equal(verify(hash.octets, NUMBER_SIZE, point, &r, &s), 1);
    const struct number *wrong[] = {&zero, &order, &more, &ones};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        assert_int_equal(verify(hash.octets, NUMBER_SIZE, point, wrong[i], &s), 0);
        assert_int_equal(verify(hash.octets, NUMBER_SIZE, point, &r, wrong[i]), 0);
        for (size_t j = 0; j < sizeof wrong / sizeof wrong[0]; j++) {
            assert_int_equal(verify(hash.octets, NUMBER_SIZE, point, wrong[i], wrong[j]), 0);
        }
    }
    struct number opposite = number_subtract(&order, &s); /* as good as s: ECDSA is like that */
    assert_int_equal(verify(hash.octets, NUMBER_SIZE, point, &r, &opposite), 1);

    point[POINT - 1] ^= 1; /* no point */
    assert_int_equal(verify(hash.octets, NUMBER_SIZE, point, &r, &s), 0);
    point[POINT - 1] ^= 1;
    br_ec_public_key open = {CURVE, point, POINT - 1};
    size = put_signature(signature, &r, &s);
    assert_int_equal(engines.ecdsa_verify(engines.ec, hash.octets, NUMBER_SIZE, &open, signature, size), 0);
    open.qlen = 0;
    assert_int_equal(engines.ecdsa_verify(engines.ec, hash.octets, NUMBER_SIZE, &open, signature, size), 0);
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) { /* private keys out of range sign nothing */
        memcpy(secret.octets, wrong[i]->octets, NUMBER_SIZE);
        assert_int_equal(engines.ecdsa_sign(engines.ec, &br_sha256_vtable, hash.octets, &key, signature), 0);
    }
}

static void other_curves(void **state)
{
    const int curves[] = {BR_EC_secp384r1, BR_EC_secp521r1};
    uint64_t seed = 22;
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        uint8_t secret[32], hash[48], point[133], signature[150];
        number_random(&seed, secret, sizeof secret);
        number_random(&seed, hash, sizeof hash);
        br_ec_private_key key = {curves[i], secret, sizeof secret};
        size_t point_size = engines.ec->mulgen(point, secret, sizeof secret, curves[i]);
        br_ec_public_key open = {curves[i], point, point_size};
        size_t size = engines.ecdsa_sign(engines.ec, &br_sha384_vtable, hash, &key, signature);
        assert_true(size > 90);
        assert_int_equal(engines.ecdsa_verify(engines.ec, hash, sizeof hash, &open, signature, size), 1);
        hash[5] ^= 1;
        assert_int_equal(engines.ecdsa_verify(engines.ec, hash, sizeof hash, &open, signature, size), 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(known_answers),  cmocka_unit_test(agreement),    cmocka_unit_test(x_above_order),
        cmocka_unit_test(meeting_points), cmocka_unit_test(out_of_range), cmocka_unit_test(other_curves),
    };
    return cmocka_run_group_tests(tests, setup, NULL);
}
