/* SPDX-License-Identifier: Apache-2.0 */
#include "cert_builder.h"
#include "certstore/bearssl_peer.h"
#include "der/der.h"
#include "platform/clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

void test_key_make(struct test_key *key, const char *label)
{
    br_hmac_drbg_context random;

    br_hmac_drbg_init(&random, &br_sha256_vtable, label, strlen(label));
    size_t size = br_ec_keygen(&random.vtable, br_ec_get_default(), &key->private_key, key->private_bytes,
                               BR_EC_secp256r1);
    assert_int_not_equal(size, 0);
    size = br_ec_compute_pub(br_ec_get_default(), &key->public_key, key->public_bytes, &key->private_key);
    assert_int_not_equal(size, 0);
}

void test_der_wrap(struct plat_buffer *out, size_t start, unsigned tag)
{
    struct plat_buffer content;

    plat_buffer_init(&content, out->limit);
    plat_buffer_append(&content, out->data + start, out->size - start);
    out->size = start;
    der_write(out, tag, plat_span_of(content.data, content.size));
    assert_int_equal(content.failed, ERROR_SUCCESS);
    assert_int_equal(out->failed, ERROR_SUCCESS);
    plat_buffer_free(&content);
}

void test_der_oid(struct plat_buffer *out, const char *dotted)
{
    uint8_t oid[DER_OID_SIZE];
    size_t size;

    assert_true(der_oid_parse(dotted, oid, &size));
    der_write(out, DER_OID, plat_span_of(oid, size));
}

void test_der_unsigned(struct plat_buffer *out, unsigned tag, uint64_t value)
{
    uint8_t bytes[9];
    size_t at = sizeof bytes;

    do {
        bytes[--at] = (uint8_t)value;
        value >>= 8;
    } while (value != 0);
    if ((bytes[at] & 0x80) != 0) {
        bytes[--at] = 0;
    }
    der_write(out, tag, plat_span_of(bytes + at, sizeof bytes - at));
}

static const char *attribute_oid(const char *type, size_t size)
{
    static const struct {
        const char *type, *oid;
    } types[] = {{"C", "2.5.4.6"},
                 {"O", "2.5.4.10"},
                 {"OU", "2.5.4.11"},
                 {"CN", "2.5.4.3"},
                 {"E", "1.2.840.113549.1.9.1"}};

    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
        if (strlen(types[i].type) == size && memcmp(types[i].type, type, size) == 0) {
            return types[i].oid;
        }
    }
    fail_msg("no attribute type: %s", type);
    return NULL;
}

void test_der_name(struct plat_buffer *out, const char *text)
{
    size_t start = out->size;

    while (*text != '\0') {
        size_t length = strcspn(text, "/");
        const char *equals = memchr(text, '=', length);
        assert_non_null(equals);
        size_t rdn = out->size;
        test_der_oid(out, attribute_oid(text, (size_t)(equals - text)));
        der_write(out, DER_UTF8_STRING, plat_span_of(equals + 1, (size_t)(text + length - equals - 1)));
        test_der_wrap(out, rdn, DER_SEQUENCE);
        test_der_wrap(out, rdn, DER_SET);
        text += length + (text[length] == '/' ? 1 : 0);
    }
    test_der_wrap(out, start, DER_SEQUENCE);
}

void test_extension(struct plat_buffer *extensions, const char *oid, bool critical, struct plat_span value)
{
    size_t start = extensions->size;

    test_der_oid(extensions, oid);
    if (critical) {
        der_write(extensions, DER_BOOLEAN, plat_span_of("\xff", 1));
    }
    der_write(extensions, DER_OCTET_STRING, value);
    test_der_wrap(extensions, start, DER_SEQUENCE);
}

static void write_time(struct plat_buffer *out, int64_t unix_seconds)
{
    struct plat_date date = plat_date_of(unix_seconds);
    char text[32];
    bool utc = date.year >= 1950 && date.year < 2050;
    int size = snprintf(text, sizeof text, "%04d%02d%02d%02d%02d%02dZ", (int)date.year, date.month, date.day,
                        date.hour, date.minute, date.second);
    size_t skip = utc ? 2 : 0;

    der_write(out, utc ? DER_UTC_TIME : DER_GENERALIZED_TIME, plat_span_of(text + skip, (size_t)size - skip));
}

static void write_algorithm(struct plat_buffer *out, enum test_algorithm algorithm)
{
    static const char *const oids[] = {
        [TEST_ECDSA_SHA256] = "1.2.840.10045.4.3.2",
        [TEST_ECDSA_SHA1] = "1.2.840.10045.4.1",
        [TEST_RSA_MD2] = "1.2.840.113549.1.1.2",
        [TEST_RSA_MD5] = "1.2.840.113549.1.1.4",
        [TEST_ED25519] = "1.3.101.112",
        [TEST_ED448] = "1.3.101.113",
        [TEST_RSA_PSS] = "1.2.840.113549.1.1.10",
        [TEST_RSA_SHA256] = "1.2.840.113549.1.1.11",
    };
    size_t start = out->size;

    test_der_oid(out, oids[algorithm]);
    test_der_wrap(out, start, DER_SEQUENCE);
}

static void write_bits(struct plat_buffer *out, size_t start)
{
    struct plat_buffer content;

    plat_buffer_init(&content, out->limit);
    plat_buffer_append_u8(&content, 0);
    plat_buffer_append(&content, out->data + start, out->size - start);
    out->size = start;
    der_write(out, DER_BIT_STRING, plat_span_of(content.data, content.size));
    plat_buffer_free(&content);
}

static void write_rsa_key(struct plat_buffer *out, unsigned bits, uint64_t exponent)
{
    uint8_t modulus[1025] = {0, 0xc5}; /* made up: odd, its highest bit set */
    size_t size = bits / 8;
    size_t start = out->size;

    test_der_oid(out, "1.2.840.113549.1.1.1");
    der_write(out, DER_NULL, plat_span_of("", 0));
    test_der_wrap(out, start, DER_SEQUENCE);
    size_t key = out->size;
    modulus[size] = 0x01;
    der_write(out, DER_INTEGER, plat_span_of(modulus, size + 1));
    test_der_unsigned(out, DER_INTEGER, exponent != 0 ? exponent : 65537);
    test_der_wrap(out, key, DER_SEQUENCE);
    write_bits(out, key);
    test_der_wrap(out, start, DER_SEQUENCE);
}

static void write_key(struct plat_buffer *out, const struct cert_recipe *recipe)
{
    size_t start = out->size;

    if (recipe->rsa_bits != 0) {
        write_rsa_key(out, recipe->rsa_bits, recipe->rsa_exponent);
        return;
    }
    test_der_oid(out, "1.2.840.10045.2.1");
    test_der_oid(out, "1.2.840.10045.3.1.7");
    test_der_wrap(out, start, DER_SEQUENCE);
    size_t point = out->size;
    plat_buffer_append(out, recipe->key->public_key.q, recipe->key->public_key.qlen);
    write_bits(out, point);
    test_der_wrap(out, start, DER_SEQUENCE);
}

static void write_tbs(struct plat_buffer *out, const struct cert_recipe *recipe)
{
    size_t start = out->size;

    if (recipe->version == 3) {
        test_der_unsigned(out, DER_INTEGER, 2);
        test_der_wrap(out, start, DER_CONTEXT_CONSTRUCTED(0));
    }
    test_der_unsigned(out, DER_INTEGER, recipe->serial);
    write_algorithm(out, recipe->algorithm);
    plat_buffer_append(out, recipe->issuer.data, recipe->issuer.size);
    size_t validity = out->size;
    write_time(out, recipe->not_before);
    write_time(out, recipe->not_after);
    test_der_wrap(out, validity, DER_SEQUENCE);
    plat_buffer_append(out, recipe->subject.data, recipe->subject.size);
    write_key(out, recipe);
    if (recipe->extensions.size != 0) {
        size_t extensions = out->size;
        plat_buffer_append(out, recipe->extensions.data, recipe->extensions.size);
        test_der_wrap(out, extensions, DER_SEQUENCE);
        test_der_wrap(out, extensions, DER_CONTEXT_CONSTRUCTED(3));
    }
    test_der_wrap(out, start, DER_SEQUENCE);
}

static void write_signature(struct plat_buffer *out, const struct cert_recipe *recipe)
{
    const br_hash_class *hash = recipe->algorithm == TEST_ECDSA_SHA1 ? &br_sha1_vtable : &br_sha256_vtable;
    br_hash_compat_context context;
    uint8_t digest[32];
    uint8_t signature[80];
    size_t start = out->size;

    hash->init(&context.vtable);
    hash->update(&context.vtable, out->data, out->size);
    hash->out(&context.vtable, digest);
    if (recipe->break_signature) {
        digest[0] ^= 1;
    }
    size_t size = br_ecdsa_sign_asn1_get_default()(br_ec_get_default(), hash, digest,
                                                   &recipe->signer->private_key, signature);
    assert_int_not_equal(size, 0);
    if (recipe->algorithms_differ) {
        test_der_oid(out, "1.2.840.10045.4.3.3");
        test_der_wrap(out, start, DER_SEQUENCE);
    } else {
        write_algorithm(out, recipe->algorithm);
    }
    start = out->size;
    if (recipe->signature_size == 0) {
        plat_buffer_append(out, signature, size);
    }
    for (size_t i = 0; i < recipe->signature_size; i++) {
        plat_buffer_append_u8(out, 0x5a);
    }
    write_bits(out, start);
}

void cert_recipe_make(const struct cert_recipe *recipe, struct plat_buffer *der)
{
    plat_buffer_clear(der);
    write_tbs(der, recipe);
    write_signature(der, recipe);
    test_der_wrap(der, 0, DER_SEQUENCE);
}
