/* SPDX-License-Identifier: Apache-2.0 */
/* The curves for key agreement: cert_engines().ec, but for a secret that is none. */
#include "crypto/exchange_ec.h"

#include "certstore/bearssl_peer.h"

static const unsigned char *ec_generator(int curve, size_t *size)
{
    return cert_engines().ec->generator(curve, size);
}

static const unsigned char *ec_order(int curve, size_t *size)
{
    return cert_engines().ec->order(curve, size);
}

static size_t ec_xoff(int curve, size_t *size)
{
    return cert_engines().ec->xoff(curve, size);
}

/*
 * X25519 yields zero for points of small order, whatever the key: such a secret is known to everyone (RFC
 * 7748 section 6.1, RFC 8422 section 5.11), and would let one party of two connections make their secrets
 * equal. The other curves refuse points that are not on them, and have no small orders.
 */
static uint32_t ec_mul(unsigned char *point, size_t point_size, const unsigned char *x, size_t x_size,
                       int curve)
{
    const br_ec_impl *ec = cert_engines().ec;
    uint32_t ok = ec->mul(point, point_size, x, x_size, curve);
    size_t size;
    size_t offset = ec->xoff(curve, &size);
    if (offset + size > point_size)
        return 0;
    unsigned any = 0;
    for (size_t i = 0; i < size; i++)
        any |= point[offset + i];
    return any == 0 ? 0 : ok;
}

static size_t ec_mulgen(unsigned char *result, const unsigned char *x, size_t x_size, int curve)
{
    return cert_engines().ec->mulgen(result, x, x_size, curve);
}

static uint32_t ec_muladd(unsigned char *a, const unsigned char *b, size_t size, const unsigned char *x,
                          size_t x_size, const unsigned char *y, size_t y_size, int curve)
{
    return cert_engines().ec->muladd(a, b, size, x, x_size, y, y_size, curve);
}

const br_ec_impl cert_exchange_ec = {
    .supported_curves = UINT32_C(1) << BR_EC_curve25519 | UINT32_C(1) << BR_EC_secp256r1 |
                        UINT32_C(1) << BR_EC_secp384r1 | UINT32_C(1) << BR_EC_secp521r1,
    .generator = ec_generator,
    .order = ec_order,
    .xoff = ec_xoff,
    .mul = ec_mul,
    .mulgen = ec_mulgen,
    .muladd = ec_muladd,
};
