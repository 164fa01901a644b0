/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Private keys in DER: PKCS#1 (RFC 8017 A.1.2), SEC1 (RFC 5915), PKCS#8 (RFC 5208, RFC 5958). An own reader,
 * because BearSSL 0.6's br_skey_decoder writes past its buffer when a key is larger than that.
 */
#include "cert/public_key.h"
#include "certstore/bearssl_peer.h"
#include "crypto/key_private.h"
#include "crypto/views.h"
#include "platform/limits.h"
#include "platform/memory.h"

#include <string.h>

static bool keep_secret(struct cert_key *key, struct plat_span bytes)
{
    key->secret = plat_memdup(bytes.data, bytes.size);
    key->secret_size = bytes.size;
    return key->secret != NULL;
}

/* The same number inside the kept copy: BearSSL's structures point to memory that is ours to write. */
static unsigned char *inside_copy(const struct cert_key *key, struct plat_span original,
                                  struct plat_span number)
{
    return key->secret + (number.data - original.data);
}

/* RSAPrivateKey ::= SEQUENCE { version 0, n, e, d, p, q, dp, dq, qInv } */
static win_error read_rsa(struct plat_span der, struct cert_key *key, const char **why)
{
    struct plat_span numbers[8];
    struct der_reader outer = der_reader_of(der);
    struct der_reader inside = der_enter(&outer, DER_SEQUENCE);
    if (der_read_u32(&inside, DER_INTEGER) != 0) {
        return NTE_BAD_KEY; /* version 1: more than two primes */
    }
    for (size_t i = 0; i < 8; i++) {
        numbers[i] = cert_read_positive(&inside);
    }
    if (!der_finish(&outer) || !der_finish(&inside)) {
        return NTE_BAD_KEY;
    }
    uint32_t bits = cert_bit_length(numbers[0]);
    uint32_t p_bits = cert_bit_length(numbers[3]);
    uint32_t q_bits = cert_bit_length(numbers[4]);
    if (bits > CERT_RSA_BITS_MOST) {
        *why = "it is an RSA key of more than 4096 bits; only keys of up to 4096 bits can be used";
        return NTE_BAD_KEY;
    }
    if (p_bits > CERT_RSA_FACTOR_BITS_MOST || q_bits > CERT_RSA_FACTOR_BITS_MOST ||
        (p_bits + q_bits != bits && p_bits + q_bits != bits + 1)) {
        return NTE_BAD_KEY;
    }
    if (!keep_secret(key, der)) {
        return ERROR_NOT_ENOUGH_MEMORY;
    }
    key->kind = CERT_KEY_RSA;
    key->modulus = plat_span_of(inside_copy(key, der, numbers[0]), numbers[0].size);
    key->rsa = (br_rsa_private_key){
        .n_bitlen = bits,
        .p = inside_copy(key, der, numbers[3]),
        .plen = numbers[3].size,
        .q = inside_copy(key, der, numbers[4]),
        .qlen = numbers[4].size,
        .dp = inside_copy(key, der, numbers[5]),
        .dplen = numbers[5].size,
        .dq = inside_copy(key, der, numbers[6]),
        .dqlen = numbers[6].size,
        .iq = inside_copy(key, der, numbers[7]),
        .iqlen = numbers[7].size,
    };
    return ERROR_SUCCESS;
}

/* 0 < scalar < order, both of `size` bytes. Time tells nothing but the answer. */
static bool scalar_in_range(const uint8_t *scalar, const uint8_t *order, size_t size)
{
    unsigned borrow = 0, any = 0;
    for (size_t i = size; i-- > 0;) {
        any |= scalar[i];
        borrow = ((unsigned)scalar[i] - order[i] - borrow) >> 8 & 1U;
    }
    return any != 0 && borrow == 1;
}

static win_error take_scalar(struct cert_key *key, enum cert_key_kind kind, struct plat_span scalar)
{
    size_t size;
    int curve = cert_bearssl_curve(kind);
    if (curve == 0) {
        return NTE_BAD_KEY;
    }
    const unsigned char *order = cert_engines().ec->order(curve, &size);
    while (scalar.size > size && scalar.data[0] == 0) {
        scalar = plat_span_of(scalar.data + 1, scalar.size - 1);
    }
    if (scalar.size == 0 || scalar.size > size) {
        return NTE_BAD_KEY;
    }
    key->secret = plat_calloc(1, size);
    key->secret_size = size;
    if (key->secret == NULL) {
        return ERROR_NOT_ENOUGH_MEMORY;
    }
    memcpy(key->secret + (size - scalar.size), scalar.data, scalar.size);
    if (!scalar_in_range(key->secret, order, size)) {
        return NTE_BAD_KEY;
    }
    key->kind = kind;
    key->ec = (br_ec_private_key){.curve = curve, .x = key->secret, .xlen = size};
    return ERROR_SUCCESS;
}

/*
 * ECPrivateKey ::= SEQUENCE { version 1, privateKey OCTET STRING, [0] parameters OPTIONAL, [1] publicKey
 * OPTIONAL }
 */
static win_error read_ec(struct plat_span der, enum cert_key_kind outer_kind, struct cert_key *key)
{
    struct der_reader outer = der_reader_of(der);
    struct der_reader inside = der_enter(&outer, DER_SEQUENCE);
    enum cert_key_kind kind = outer_kind;
    bool bad = der_read_u32(&inside, DER_INTEGER) != 1;
    struct plat_span scalar = der_read_tag(&inside, DER_OCTET_STRING);
    if (der_next_is(&inside, DER_CONTEXT_CONSTRUCTED(0))) {
        struct der_reader parameters = der_enter(&inside, DER_CONTEXT_CONSTRUCTED(0));
        kind = cert_curve_kind(der_read_oid(&parameters, DER_OID));
        bad = bad || !der_finish(&parameters) || (outer_kind != CERT_KEY_UNSUPPORTED && kind != outer_kind);
    }
    if (der_next_is(&inside, DER_CONTEXT_CONSTRUCTED(1))) {
        (void)der_read_tag(&inside, DER_CONTEXT_CONSTRUCTED(1)); /* computed afresh where it is needed */
    }
    if (bad || !der_finish(&outer) || !der_finish(&inside)) {
        return NTE_BAD_KEY;
    }
    return take_scalar(key, kind, scalar);
}

/*
 * PrivateKeyInfo ::= SEQUENCE { version 0 or 1, algorithm, privateKey OCTET STRING, [0] attributes, [1]
 * publicKey }
 */
static win_error read_pkcs8(struct plat_span der, struct cert_key *key, const char **why)
{
    struct der_reader outer = der_reader_of(der);
    struct der_reader inside = der_enter(&outer, DER_SEQUENCE);
    bool bad = der_read_u32(&inside, DER_INTEGER) > 1;
    struct der_reader algorithm = der_enter(&inside, DER_SEQUENCE);
    struct plat_span oid = der_read_oid(&algorithm, DER_OID);
    struct der_item parameters = {0};
    if (!der_at_end(&algorithm)) {
        (void)der_read(&algorithm, &parameters);
    }
    struct plat_span content = der_read_tag(&inside, DER_OCTET_STRING);
    if (der_next_is(&inside, DER_CONTEXT_CONSTRUCTED(0))) {
        (void)der_read_tag(&inside, DER_CONTEXT_CONSTRUCTED(0));
    }
    if (der_next_is(&inside, DER_CONTEXT(1))) {
        (void)der_read_tag(&inside, DER_CONTEXT(1));
    }
    if (bad || !der_finish(&outer) || !der_finish(&inside) || !der_finish(&algorithm)) {
        return NTE_BAD_KEY;
    }
    if (plat_span_equal(oid, cert_oid_rsa_encryption)) {
        return read_rsa(content, key, why);
    }
    if (plat_span_equal(oid, cert_oid_ec_public_key) && parameters.tag == DER_OID) {
        enum cert_key_kind kind = cert_curve_kind(parameters.content);
        return kind == CERT_KEY_UNSUPPORTED ? NTE_BAD_KEY : read_ec(content, kind, key);
    }
    return NTE_BAD_KEY;
}

static win_error read_any(struct plat_span der, struct cert_key *key, const char **why)
{
    struct der_reader outer = der_reader_of(der);
    struct der_reader inside = der_enter(&outer, DER_SEQUENCE);
    if (der.size > LIMIT_KEY_SIZE || !der_finish(&outer)) {
        return NTE_BAD_KEY;
    }
    (void)der_read_u32(&inside, DER_INTEGER);
    switch (der_peek(&inside)) { /* what follows the version tells the three apart */
    case DER_INTEGER:
        return read_rsa(der, key, why);
    case DER_OCTET_STRING:
        return read_ec(der, CERT_KEY_UNSUPPORTED, key);
    case DER_SEQUENCE:
        return read_pkcs8(der, key, why);
    default:
        return NTE_BAD_KEY;
    }
}

win_error cert_key_of_der(struct plat_span der, struct cert_key **key, const char **why)
{
    struct cert_key *made = plat_calloc(1, sizeof *made);
    *key = NULL;
    if (made == NULL) {
        return ERROR_NOT_ENOUGH_MEMORY;
    }
    win_error error = read_any(der, made, why);
    if (error != ERROR_SUCCESS) {
        cert_key_free(made);
        return error;
    }
    *key = made;
    return ERROR_SUCCESS;
}
