/* SPDX-License-Identifier: Apache-2.0 */
/*
 * usage: constant_time WHAT
 *
 * Run by tests/build/test_constant_time.py under valgrind: computes with a secret. 0: done; 1: what is WHAT?,
 * or a wrong result; 77: not watched.
 */
#include "crypto/p256.h"
#include "crypto/wide_engine.h"
#include "crypto/x25519.h"
#include "support/secret_memory.h"

#include <stdio.h>
#include <string.h>

#define CURVE BR_EC_secp256r1

static const uint8_t secret_bytes[P256_SIZE] = {
    0x3c, 0x11, 0xfe, 0x00, 0x01, 0x02, 0x03, 0x04, 0x99, 0x88, 0x77, 0x66, 0x55, 0x44, 0x33, 0x22,
    0x11, 0x00, 0xff, 0xee, 0xdd, 0xcc, 0xbb, 0xaa, 0x90, 0x81, 0x72, 0x63, 0x54, 0x45, 0x36, 0x27};

static bool ecdh(uint8_t *secret)
{
    uint8_t point[P256_POINT_SIZE], other[P256_POINT_SIZE], two[1] = {2};
    cert_wide_ec.mulgen(point, two, 1, CURVE);
    uint32_t ok = cert_wide_ec.mul(point, sizeof point, secret, P256_SIZE, CURVE);
    cert_wide_ec.mulgen(other, secret, P256_SIZE, CURVE);
    secret_memory_end(&ok, sizeof ok);
    secret_memory_end(point, sizeof point);
    secret_memory_end(other, sizeof other);
    return ok == 1 && cert_wide_ec.mul(other, sizeof other, two, 1, CURVE) == 1 &&
           memcmp(point, other, sizeof point) == 0;
}

static bool exchange(uint8_t *secret)
{
    uint8_t point[X25519_SIZE], other[X25519_SIZE], two[1] = {2};
    cert_wide_ec.mulgen(point, two, 1, BR_EC_curve25519);
    uint32_t ok = cert_wide_ec.mul(point, sizeof point, secret, X25519_SIZE, BR_EC_curve25519);
    cert_wide_ec.mulgen(other, secret, X25519_SIZE, BR_EC_curve25519);
    ok &= cert_wide_ec.mul(other, sizeof other, two, 1, BR_EC_curve25519);
    secret_memory_end(&ok, sizeof ok);
    secret_memory_end(point, sizeof point);
    secret_memory_end(other, sizeof other);
    return ok == 1 && memcmp(point, other, sizeof point) == 0;
}

/* Both multipliers secret, and the point itself. */
static bool sum(uint8_t *secret)
{
    uint8_t point[P256_POINT_SIZE], result[P256_POINT_SIZE];
    cert_wide_ec.mulgen(point, secret, P256_SIZE, CURVE);
    memcpy(result, point, sizeof result);
    uint32_t ok =
        cert_wide_ec.muladd(result, NULL, sizeof result, secret, P256_SIZE, secret, P256_SIZE, CURVE);
    ok &= cert_wide_ec.muladd(result, point, sizeof result, secret, P256_SIZE, secret, P256_SIZE, CURVE);
    secret_memory_end(&ok, sizeof ok);
    return ok == 1;
}

static bool inverse(uint8_t *secret)
{
    struct p256_scalar k, one = {{1, 0, 0, 0}};
    struct p256_scalar inverted;
    p256_scalar_from_bytes(&k, secret);
    p256_scalar_invert(&inverted, &k);
    p256_scalar_mul(&k, &k, &inverted);
    secret_memory_end(&k, sizeof k);
    return memcmp(&k, &one, sizeof k) == 0;
}

static bool sign(uint8_t *secret)
{
    uint8_t hash[32] = {7}, signature[80], point[P256_POINT_SIZE];
    br_ec_private_key key = {CURVE, secret, P256_SIZE};
    size_t size = cert_wide_ecdsa_sign(&cert_wide_ec, &br_sha256_vtable, hash, &key, signature);
    secret_memory_end(&size, sizeof size);
    secret_memory_end(signature, sizeof signature);
    cert_wide_ec.mulgen(point, secret_bytes, P256_SIZE, CURVE);
    br_ec_public_key open = {CURVE, point, sizeof point};
    return cert_wide_ecdsa_verify(&cert_wide_ec, hash, sizeof hash, &open, signature, size) == 1;
}

/* Not constant time, as its name says: this one has to be reported. */
static bool control(uint8_t *secret)
{
    struct p256_point point;
    struct p256_scalar k;
    size_t size;
    p256_scalar_from_bytes(&k, secret);
    p256_point_from_bytes(&point, cert_wide_ec.generator(CURVE, &size));
    p256_double_times_public(&point, &k, &k, &point);
    return true;
}

int main(int argc, char **argv)
{
    static const struct {
        const char *name;
        bool (*run)(uint8_t *secret);
    } all[] = {{"ecdh", ecdh},       {"x25519", exchange}, {"sum", sum},
               {"inverse", inverse}, {"sign", sign},       {"control", control}};
    uint8_t secret[P256_SIZE];
    if (!secret_memory_watched()) {
        return 77;
    }
    memcpy(secret, secret_bytes, sizeof secret);
    secret_memory_begin(secret, sizeof secret);
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        if (argc == 2 && strcmp(argv[1], all[i].name) == 0) {
            return all[i].run(secret) ? 0 : 1;
        }
    }
    fprintf(stderr, "what is that?\n");
    return 1;
}
