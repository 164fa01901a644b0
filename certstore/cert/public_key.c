/* SPDX-License-Identifier: Apache-2.0 */
/* SubjectPublicKeyInfo of RSA (RFC 3279 section 2.3.1) and of the NIST curves (RFC 5480 section 2). */
#include "cert/public_key.h"

static const uint8_t rsa_encryption[] = {0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01};
static const uint8_t ec_public_key[] = {0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01};
const struct plat_span cert_oid_rsa_encryption = {rsa_encryption, sizeof rsa_encryption};
const struct plat_span cert_oid_ec_public_key = {ec_public_key, sizeof ec_public_key};

static const uint8_t prime256v1[] = {0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07};
static const uint8_t secp384r1[] = {0x2b, 0x81, 0x04, 0x00, 0x22};
static const uint8_t secp521r1[] = {0x2b, 0x81, 0x04, 0x00, 0x23};

static const struct {
    enum cert_key_kind kind;
    uint32_t bits;
    struct plat_span oid;
} curves[] = {
    {CERT_KEY_EC_P256, 256, {prime256v1, sizeof prime256v1}},
    {CERT_KEY_EC_P384, 384, {secp384r1, sizeof secp384r1}},
    {CERT_KEY_EC_P521, 521, {secp521r1, sizeof secp521r1}},
};
#define CURVES (sizeof curves / sizeof curves[0])

enum cert_key_kind cert_curve_kind(struct plat_span oid)
{
    for (size_t i = 0; i < CURVES; i++) {
        if (plat_span_equal(curves[i].oid, oid)) {
            return curves[i].kind;
        }
    }
    return CERT_KEY_UNSUPPORTED;
}

struct plat_span cert_curve_oid(enum cert_key_kind kind)
{
    for (size_t i = 0; i < CURVES; i++) {
        if (curves[i].kind == kind) {
            return curves[i].oid;
        }
    }
    return (struct plat_span){0};
}

uint32_t cert_curve_bits(enum cert_key_kind kind)
{
    for (size_t i = 0; i < CURVES; i++) {
        if (curves[i].kind == kind) {
            return curves[i].bits;
        }
    }
    return 0;
}

struct plat_span cert_read_positive(struct der_reader *r)
{
    struct plat_span number = der_read_integer(r, DER_INTEGER);
    if (number.size == 0 || (number.data[0] & 0x80U) != 0 || (number.size == 1 && number.data[0] == 0)) {
        der_fail(r);
        return (struct plat_span){0};
    }
    return number.data[0] == 0 ? plat_span_of(number.data + 1, number.size - 1) : number;
}

uint32_t cert_bit_length(struct plat_span number)
{
    while (number.size > 0 && number.data[0] == 0) {
        number = plat_span_of(number.data + 1, number.size - 1);
    }
    if (number.size == 0) {
        return 0;
    }
    uint32_t bits = (uint32_t)(number.size - 1) * 8U;
    for (unsigned top = number.data[0]; top != 0; top >>= 1) {
        bits++;
    }
    return bits;
}

static bool is_odd(struct plat_span number)
{
    return (number.data[number.size - 1] & 1U) != 0;
}

static void read_rsa(struct cert *cert, struct plat_span key)
{
    struct der_reader outer = der_reader_of(key);
    struct der_reader inside = der_enter(&outer, DER_SEQUENCE);
    struct plat_span modulus = cert_read_positive(&inside);
    struct plat_span exponent = cert_read_positive(&inside);
    if (!der_finish(&outer) || !der_finish(&inside) || !is_odd(modulus) || !is_odd(exponent) ||
        exponent.size > LIMIT_RSA_EXPONENT || (exponent.size == 1 && exponent.data[0] == 1)) {
        return;
    }
    cert->key_kind = CERT_KEY_RSA;
    cert->key_bits = cert_bit_length(modulus);
    cert->rsa_modulus = modulus;
    cert->rsa_exponent = exponent;
}

static void read_ec(struct cert *cert, struct plat_span curve, struct plat_span point)
{
    enum cert_key_kind kind = cert_curve_kind(curve);
    uint32_t bits = cert_curve_bits(kind);
    if (bits == 0 || point.size != 1 + 2 * ((bits + 7) / 8) || point.data[0] != 0x04) {
        return;
    }
    cert->key_kind = kind;
    cert->key_bits = bits;
    cert->ec_point = point;
}

bool cert_public_key_read(struct cert *cert)
{
    struct der_reader outer = der_reader_of(cert->spki);
    struct der_reader info = der_enter(&outer, DER_SEQUENCE);
    struct der_reader algorithm = der_enter(&info, DER_SEQUENCE);
    struct plat_span oid = der_read_oid(&algorithm, DER_OID);
    struct der_item parameters = {0};
    if (!der_at_end(&algorithm)) {
        (void)der_read(&algorithm, &parameters);
    }
    uint8_t unused;
    struct plat_span key = der_read_bit_string(&info, DER_BIT_STRING, &unused);
    if (!der_finish(&outer) || !der_finish(&info) || !der_finish(&algorithm)) {
        return false;
    }
    bool no_parameters = parameters.tag == 0 || (parameters.tag == DER_NULL && parameters.content.size == 0);
    if (unused != 0) {
        return true;
    }
    if (plat_span_equal(oid, cert_oid_rsa_encryption) && no_parameters) {
        read_rsa(cert, key);
    } else if (plat_span_equal(oid, cert_oid_ec_public_key) && parameters.tag == DER_OID) {
        read_ec(cert, parameters.content, key);
    }
    return true;
}
