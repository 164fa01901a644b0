/* SPDX-License-Identifier: Apache-2.0 */
#include "certs.h"

#include "platform/clock.h"
#include "platform/random.h"
#include "platform/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

enum {
    INTEGER = 0x02,
    BITS = 0x03,
    OCTETS = 0x04,
    UTF8 = 0x0c,
    GENERALIZED_TIME = 0x18,
    SEQUENCE = 0x30,
    SET = 0x31
};

static void element(struct plat_buffer *out, uint8_t tag, const void *content, size_t size)
{
    plat_buffer_append_u8(out, tag);
    if (size >= 0x80) {
        plat_buffer_append_u8(out, size > 0xff ? 0x82 : 0x81);
    }
    if (size > 0xff) {
        plat_buffer_append_u8(out, (uint8_t)(size >> 8));
    }
    plat_buffer_append_u8(out, (uint8_t)size);
    plat_buffer_append(out, content, size);
}

/* Puts a header in front of what has been appended since `start`. */
static void wrap(struct plat_buffer *out, size_t start, uint8_t tag)
{
    struct plat_buffer whole;
    plat_buffer_init(&whole, 1U << 20);
    plat_buffer_append(&whole, out->data, start);
    element(&whole, tag, out->data + start, out->size - start);
    plat_buffer_clear(out);
    plat_buffer_append(out, whole.data, whole.size);
    plat_buffer_free(&whole);
    assert_int_equal(out->failed, ERROR_SUCCESS);
}

static void raw(struct plat_buffer *out, const char *hex)
{
    for (; hex[0] != '\0' && hex[1] != '\0'; hex += 2) {
        plat_buffer_append_u8(out, (uint8_t)(plat_hex_digit(hex[0]) * 16 + plat_hex_digit(hex[1])));
    }
}

void test_name(struct plat_buffer *out, const char *const *common_names, size_t count)
{
    size_t name = out->size;
    for (size_t i = 0; i < count; i++) {
        size_t rdn = out->size;
        raw(out, "0603550403");
        element(out, UTF8, common_names[i], strlen(common_names[i]));
        wrap(out, rdn, SEQUENCE);
        wrap(out, rdn, SET);
    }
    wrap(out, name, SEQUENCE);
}

static void time_value(struct plat_buffer *out, int64_t unix_seconds)
{
    struct plat_date d = plat_date_of(unix_seconds);
    char text[32];
    /* RFC 5280 4.1.2.5: UTCTime until 2049. */
    bool short_form = d.year >= 1950 && d.year < 2050;
    snprintf(text, sizeof text, "%0*d%02u%02u%02u%02u%02uZ", short_form ? 2 : 4,
             short_form ? d.year % 100 : d.year, d.month % 100U, d.day % 100U, d.hour % 100U, d.minute % 100U,
             d.second % 100U);
    element(out, short_form ? 0x17 : GENERALIZED_TIME, text, strlen(text));
}

static void make_key(struct test_cert *c)
{
    uint8_t seed[32];
    br_hmac_drbg_context random;
    assert_int_equal(plat_random(seed, sizeof seed), ERROR_SUCCESS);
    br_hmac_drbg_init(&random, &br_sha256_vtable, seed, sizeof seed);
    assert_true(br_ec_keygen(&random.vtable, &br_ec_p256_m31, &c->key, c->private_bytes, BR_EC_secp256r1) > 0);
    assert_true(br_ec_compute_pub(&br_ec_p256_m31, &c->public_key, c->public_bytes, &c->key) > 0);
}

static void public_key(struct plat_buffer *out, const struct test_cert *c)
{
    size_t start = out->size;
    raw(out, "301306072a8648ce3d020106082a8648ce3d030107"); /* ecPublicKey, prime256v1 */
    size_t bits = out->size;
    plat_buffer_append_u8(out, 0);
    plat_buffer_append(out, c->public_key.q, c->public_key.qlen);
    wrap(out, bits, BITS);
    wrap(out, start, SEQUENCE);
}

static void extensions(struct plat_buffer *out, const struct test_cert_options *o)
{
    size_t start = out->size;
    if (o->is_ca) {
        raw(out, "300f0603551d130101ff040530030101ff"); /* basicConstraints, critical: CA */
        raw(out, "300e0603551d0f0101ff040403020106");   /* keyUsage, critical: keyCertSign, cRLSign */
    } else if (o->for_servers) {
        raw(out, "30130603551d25040c300a06082b06010505070301");
    } else {
        raw(out, "30130603551d25040c300a06082b06010505070302");
    }
    wrap(out, start, SEQUENCE);
    wrap(out, start, 0xa3);
}

static void subject_name(struct plat_buffer *out, const char *subject)
{
    test_name(out, &subject, subject != NULL ? 1 : 0);
}

static void to_be_signed(struct plat_buffer *out, const struct test_cert *c, const struct test_cert_options *o)
{
    int64_t from = o->not_before != 0 ? o->not_before : INT64_C(978307200);
    int64_t until = o->not_after != 0 ? o->not_after : INT64_C(2524521600);
    raw(out, "a003020102"); /* version 3 */
    if (o->serial.size > 0) {
        element(out, INTEGER, o->serial.data, o->serial.size);
    } else {
        raw(out, "020101");
    }
    raw(out, "300a06082a8648ce3d040302"); /* ecdsa-with-SHA256 */
    if (o->issuer_name.size > 0) {
        plat_buffer_append(out, o->issuer_name.data, o->issuer_name.size);
    } else if (o->issuer != NULL) {
        plat_buffer_append(out, o->issuer->cert.subject.data, o->issuer->cert.subject.size);
    } else {
        subject_name(out, o->subject);
    }
    size_t validity = out->size;
    time_value(out, from);
    time_value(out, until);
    wrap(out, validity, SEQUENCE);
    subject_name(out, o->subject);
    public_key(out, c);
    extensions(out, o);
    wrap(out, 0, SEQUENCE);
}

static void sign(struct plat_buffer *out, const br_ec_private_key *key)
{
    uint8_t hash[br_sha256_SIZE], signature[80];
    br_sha256_context context;
    br_sha256_init(&context);
    br_sha256_update(&context, out->data, out->size);
    br_sha256_out(&context, hash);
    size_t size = br_ecdsa_i31_sign_asn1(&br_ec_p256_m31, &br_sha256_vtable, hash, key, signature);
    assert_true(size > 0);
    raw(out, "300a06082a8648ce3d040302");
    size_t bits = out->size;
    plat_buffer_append_u8(out, 0);
    plat_buffer_append(out, signature, size);
    wrap(out, bits, BITS);
    wrap(out, 0, SEQUENCE);
}

void test_cert_make(struct test_cert *c, const struct test_cert_options *options)
{
    memset(c, 0, sizeof *c);
    plat_buffer_init(&c->der, 1U << 16);
    make_key(c);
    to_be_signed(&c->der, c, options);
    sign(&c->der, options->issuer != NULL ? &options->issuer->key : &c->key);
    assert_int_equal(cert_parse(plat_span_of(c->der.data, c->der.size), &c->cert), ERROR_SUCCESS);
}

void test_cert_free(struct test_cert *c)
{
    plat_buffer_free(&c->der);
}

static void pem(struct plat_buffer *out, const char *label, struct plat_span der)
{
    plat_buffer_printf(out, "-----BEGIN %s-----\n", label);
    for (size_t i = 0; i < der.size; i += 48) {
        plat_base64_append(out, plat_span_of(der.data + i, der.size - i < 48 ? der.size - i : 48));
        plat_buffer_append_text(out, "\n");
    }
    plat_buffer_printf(out, "-----END %s-----\n", label);
}

void test_cert_pem(const struct test_cert *c, struct plat_buffer *out)
{
    pem(out, "CERTIFICATE", plat_span_of(c->der.data, c->der.size));
}

void test_key_pem(const struct test_cert *c, struct plat_buffer *out)
{
    struct plat_buffer der;
    uint8_t scalar[32] = {0};
    plat_buffer_init(&der, 1024);
    memcpy(scalar + sizeof scalar - c->key.xlen, c->key.x, c->key.xlen);
    raw(&der, "020101");
    element(&der, OCTETS, scalar, sizeof scalar);
    raw(&der, "a00a06082a8648ce3d030107"); /* prime256v1 */
    wrap(&der, 0, SEQUENCE);
    pem(out, "EC PRIVATE KEY", plat_span_of(der.data, der.size));
    plat_buffer_free(&der);
}
