/* SPDX-License-Identifier: Apache-2.0 */
/* cert_parse: what is a certificate and what is not. */
#include "maker.h"

#include "certstore/crypto.h"
#include "certstore/describe.h"
#include "platform/limits.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static struct maker_key ec_key;
static struct plat_buffer der;

static int setup(void **state)
{
    (void)state;
    maker_key(&ec_key, CERT_KEY_EC_P256, 0);
    plat_buffer_init(&der, 1024U * 1024U);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    plat_buffer_free(&der);
    return 0;
}

static void fields(void **state)
{
    static const struct maker_cert recipe = {
        .serial = "00c0ffee",
        .issuer = "Company",
        .subject = "Alice",
        .not_before = "17{'700101000001Z'}",
        .not_after = "18{'20991231235959Z'}",
        .signer = &ec_key,
        .extensions = "30{06{@2.5.29.14} 04{04{0102}}} 30{06{@2.5.29.35} 04{30{80{a1a2}}}} 30{06{@2.5.29.19} "
                      "01{ff} 04{30{}}}",
    };
    uint8_t sha1[CERT_SHA1_SIZE];
    struct plat_buffer text;
    (void)state;
    struct cert cert = maker_parse(&recipe, &der);
    assert_true(plat_span_equal(cert.der, plat_span_of(der.data, der.size)));
    assert_int_equal(cert.tbs.data[0], 0x30);
    assert_true(cert.tbs.data > der.data && cert.tbs.data + cert.tbs.size < der.data + der.size);
    assert_int_equal(cert.version, 3);
    assert_true(plat_span_equal(cert.serial, plat_span_of("\x00\xc0\xff\xee", 4)));
    assert_true(plat_span_equal(cert_serial_number(&cert), plat_span_of("\xc0\xff\xee", 3)));
    assert_true(cert.not_before == 1 && cert.not_after == INT64_C(4102444799));
    assert_int_equal(cert.key_kind, CERT_KEY_EC_P256);
    assert_int_equal(cert.key_bits, 256);
    assert_true(plat_span_equal(cert.ec_point, plat_span_of(ec_key.ec_public.q, ec_key.ec_public.qlen)));
    assert_false(cert.signature_algorithms_differ);
    assert_int_equal(cert.extension_count, 3);
    assert_true(cert.extensions[2].critical && !cert.extensions[0].critical);
    assert_true(plat_span_equal(cert.extensions[2].value, plat_span_of("\x30\x00", 2)));
    assert_true(plat_span_equal(cert.subject_key_id, plat_span_of("\x01\x02", 2)));
    assert_true(plat_span_equal(cert.authority_key_id, plat_span_of("\xa1\xa2", 2)));
    cert_sha1(cert.der, sha1);
    assert_memory_equal(sha1, cert.thumbprint, sizeof sha1);
    assert_false(cert_is_self_issued(&cert));
    plat_buffer_init(&text, 100);
    assert_true(cert_name_common_name(cert.subject, &text));
    assert_string_equal(plat_buffer_text(&text), "Alice");
    plat_buffer_free(&text);
}

struct parse_case {
    const char *what;
    struct maker_cert recipe;
};

static void accepted(void **state)
{
    static const struct parse_case cases[] = {
        {"version 1", {.version = ""}},
        {"version 1 spelt out", {.version = "a0{02{00}}"}},
        {"version 2 with unique identifiers", {.version = "a0{02{01}}", .tail = "81{00 aa} 82{03 a8}"}},
        {"a negative serial", {.serial = "80"}},
        {"serial 0", {.serial = "00"}},
        {"an empty subject", {.subject = "30{}"}},
        {"GeneralizedTime before 2050", {.not_before = "18{'20200101000000Z'}"}},
        {"critical FALSE spelt out", {.extensions = "30{06{@1.2.3} 01{00} 04{}}"}},
        {"an unknown algorithm", {.algorithm = "30{06{@1.2.3} 30{02{05}}}"}},
        {"no algorithm parameters", {.algorithm = "30{06{@1.2.840.113549.1.1.11}}"}},
    };
    (void)state;
    for (size_t i = 0; i < ELEMENTS(cases); i++) {
        struct cert cert;
        maker_cert(&cases[i].recipe, &der);
        if (cert_parse(plat_span_of(der.data, der.size), &cert) != ERROR_SUCCESS) {
            fail_msg("%s", cases[i].what);
        }
    }
}

static void refused(void **state)
{
    static const struct parse_case cases[] = {
        {"version 4", {.version = "a0{02{03}}"}},
        {"version of two numbers", {.version = "a0{02{02}02{02}}"}},
        {"version 1 with extensions", {.version = "", .extensions = "30{06{@1.2.3} 04{}}"}},
        {"version 2 with extensions", {.version = "a0{02{01}}", .extensions = "30{06{@1.2.3} 04{}}"}},
        {"version 1 with unique identifiers", {.version = "", .tail = "81{00 aa}"}},
        {"unique identifiers the wrong way round", {.tail = "82{00 aa} 81{00 aa}"}},
        {"an empty serial", {.serial = ""}},
        {"a serial with a needless zero", {.serial = "0001"}},
        {"an empty RDN", {.subject = "30{31{}}"}},
        {"an issuer with something behind the value", {.issuer = "30{31{30{06{@2.5.4.3} 0c{'A'} 00}}}"}},
        {"31 February", {.not_after = "17{'300231000000Z'}"}},
        {"a time without seconds", {.not_before = "17{'2001010000Z'}"}},
        {"a time of another type", {.not_before = "13{'200101000000Z'}"}},
        {"no extension in the list", {.extensions = ""}},
        {"an extension without value", {.extensions = "30{06{@1.2.3}}"}},
        {"an extension with two values", {.extensions = "30{06{@1.2.3} 04{} 04{}}"}},
        {"critical neither TRUE nor FALSE", {.extensions = "30{06{@1.2.3} 01{01} 04{}}"}},
        {"critical behind the value", {.extensions = "30{06{@1.2.3} 04{} 01{ff}}"}},
        {"a bad extension OID", {.extensions = "30{06{2a80} 04{}}"}},
        {"something behind the extensions", {.tail = "a3{30{30{06{@1.2.3} 04{}}}} 05{}"}},
        {"extensions twice", {.tail = "a3{30{30{06{@1.2.3} 04{}}}}", .extensions = "30{06{@1.2.4} 04{}}"}},
        {"an algorithm of three parts", {.algorithm = "30{06{@1.2.3} 05{} 05{}}"}},
        {"an algorithm without OID", {.algorithm = "30{05{}}"}},
        {"a key that is no SubjectPublicKeyInfo", {.spki = "30{03{00 aa}}"}},
        {"a key with something behind", {.spki = "30{30{06{@1.2.3}} 03{00 aa} 05{}}"}},
        {"a signature that is no BIT STRING", {.signature = ""}},
        {"a signature with 8 unused bits", {.signature = "08 aa"}},
    };
    (void)state;
    for (size_t i = 0; i < ELEMENTS(cases); i++) {
        struct cert cert;
        maker_cert(&cases[i].recipe, &der);
        if (cert_parse(plat_span_of(der.data, der.size), &cert) == ERROR_SUCCESS) {
            fail_msg("%s is refused", cases[i].what);
        }
        assert_null(cert.der.data); /* nothing half-parsed is left */
        assert_int_equal(cert.extension_count, 0);
    }
}

/*
 * Every prefix of a certificate and every change of one byte: an error or a certificate, never a read
 * outside (sanitizers look on).
 */
static void damaged(void **state)
{
    static const struct maker_cert recipe = {
        .signer = &ec_key,
        .extensions = "30{06{@2.5.29.14} 04{04{0102}}} 30{06{@2.5.29.35} 04{30{80{a1a2}}}}"};
    struct cert cert;
    (void)state;
    maker_cert(&recipe, &der);
    for (size_t size = 0; size < der.size; size++) {
        uint8_t *copy = test_malloc(size + 1); /* so that the end is really the end */
        memcpy(copy, der.data, size);
        assert_int_not_equal(cert_parse(plat_span_of(copy, size), &cert), ERROR_SUCCESS);
        test_free(copy);
    }
    for (size_t i = 0; i < der.size; i++) {
        static const uint8_t changes[] = {0x01, 0x80, 0xff, 0x20};
        for (size_t c = 0; c < ELEMENTS(changes); c++) {
            struct plat_buffer text;
            der.data[i] ^= changes[c];
            if (cert_parse(plat_span_of(der.data, der.size), &cert) == ERROR_SUCCESS) {
                plat_buffer_init(&text, 100000);
                cert_describe(&cert, &text);
                assert_non_null(plat_buffer_text(&text));
                plat_buffer_free(&text);
            }
            der.data[i] ^= changes[c];
        }
    }
    plat_buffer_append_u8(&der, 0); /* trailing bytes */
    assert_int_not_equal(cert_parse(plat_span_of(der.data, der.size), &cert), ERROR_SUCCESS);
}

static void too_large(void **state)
{
    char extensions[64];
    struct cert cert;
    (void)state;
    snprintf(extensions, sizeof extensions, "30{06{@1.2.3} 04{*%u(00)}}", (unsigned)LIMIT_CERT_SIZE);
    maker_cert(&(struct maker_cert){.extensions = extensions}, &der);
    assert_int_equal(cert_parse(plat_span_of(der.data, der.size), &cert), CRYPT_E_ASN1_LARGE);
}

static void many_extensions(void **state)
{
    char extensions[4096] = "";
    (void)state;
    for (unsigned i = 0; i < 25; i++) {
        char one[64];
        snprintf(one, sizeof one, "30{06{@1.2.%u} 04{}} ", i + 1);
        if (i < 24) {
            strcat(extensions, one);
        } else {
            struct cert cert = maker_parse(&(struct maker_cert){.extensions = extensions}, &der);
            assert_int_equal(cert.extension_count, 24);
            assert_false(cert.too_many_extensions);
            strcat(extensions, one);
        }
    }
    struct cert cert = maker_parse(&(struct maker_cert){.extensions = extensions}, &der);
    assert_int_equal(cert.extension_count, 24);
    assert_true(cert.too_many_extensions);
    assert_false(cert.duplicate_extension);
    cert = maker_parse(
        &(struct maker_cert){.extensions = "30{06{@1.2.3} 04{}} 30{06{@1.2.4} 04{}} 30{06{@1.2.3} 04{}}"},
        &der);
    assert_true(cert.duplicate_extension);
}

static void oddities_kept(void **state)
{
    (void)state;
    struct cert cert =
        maker_parse(&(struct maker_cert){.inner_algorithm = "30{06{@1.2.840.10045.4.3.3}}"}, &der);
    assert_true(cert.signature_algorithms_differ);
    cert = maker_parse(&(struct maker_cert){.signature = "01 aa"}, &der); /* no whole number of octets */
    assert_int_equal(cert.signature.size, 0);
    cert = maker_parse(
        &(struct maker_cert){.extensions = "30{06{@2.5.29.35} 04{30{80{}81}}} 30{06{@2.5.29.14} 04{ff}}"},
        &der);
    assert_int_equal(cert.subject_key_id.size, 0); /* malformed identifiers identify nothing */
    assert_int_equal(cert.authority_key_id.size, 0);
    cert = maker_parse(&(struct maker_cert){.issuer = "SAME name", .subject = "same  NAME"}, &der);
    assert_true(cert_is_self_issued(&cert));
}

static void public_keys(void **state)
{
    static const struct {
        const char *spki;
        enum cert_key_kind kind;
        uint32_t bits;
    } cases[] = {
        {"30{30{06{@1.2.840.113549.1.1.1} 0500} 03{00 30{02{00c1 *126(22) 05} 02{010001}}}}", CERT_KEY_RSA,
         1024},
        {"30{30{06{@1.2.840.113549.1.1.1}} 03{00 30{02{01 *127(22) 05} 02{03}}}}", CERT_KEY_RSA, 1025},
        {"30{30{06{@1.2.840.113549.1.1.1} 0500} 03{00 30{02{00c1 *1022(22) 05} 02{010001}}}}", CERT_KEY_RSA,
         8192},
        /* keys that cannot be honest */
        {"30{30{06{@1.2.840.113549.1.1.1} 0500} 03{00 30{02{00c1 *126(22) 04} 02{010001}}}}",
         CERT_KEY_UNSUPPORTED, 0},
        {"30{30{06{@1.2.840.113549.1.1.1} 0500} 03{00 30{02{00c1 *126(22) 05} 02{01}}}}",
         CERT_KEY_UNSUPPORTED, 0},
        {"30{30{06{@1.2.840.113549.1.1.1} 0500} 03{00 30{02{00c1 *126(22) 05} 02{02}}}}",
         CERT_KEY_UNSUPPORTED, 0},
        {"30{30{06{@1.2.840.113549.1.1.1} 0500} 03{00 30{02{00c1 *126(22) 05} 02{00}}}}",
         CERT_KEY_UNSUPPORTED, 0},
        {"30{30{06{@1.2.840.113549.1.1.1} 0500} 03{00 30{02{c1 *126(22) 05} 02{03}}}}", CERT_KEY_UNSUPPORTED,
         0},
        {"30{30{06{@1.2.840.113549.1.1.1} 0500} 03{00 30{02{00c1 *126(22) 05} 02{01 *8(01)}}}}",
         CERT_KEY_UNSUPPORTED, 0},
        /* the right key in the wrong dress */
        {"30{30{06{@1.2.840.113549.1.1.1} 0500} 03{00 30{02{00c1 *126(22) 05} 02{03}} 00}}",
         CERT_KEY_UNSUPPORTED, 0},
        {"30{30{06{@1.2.840.113549.1.1.1} 06{@1.2}} 03{00 30{02{00c1 *126(22) 05} 02{03}}}}",
         CERT_KEY_UNSUPPORTED, 0},
        {"30{30{06{@1.2.840.113549.1.1.10} 0500} 03{00 30{02{00c1 *126(22) 05} 02{03}}}}",
         CERT_KEY_UNSUPPORTED, 0},                                            /* PSS */
        {"30{30{06{@1.3.101.112}} 03{00 *32(11)}}", CERT_KEY_UNSUPPORTED, 0}, /* Ed25519 */
        {"30{30{06{@1.2.840.10045.2.1} 06{@1.2.840.10045.3.1.7}} 03{00 04 *64(11)}}", CERT_KEY_EC_P256, 256},
        {"30{30{06{@1.2.840.10045.2.1} 06{@1.3.132.0.34}} 03{00 04 *96(11)}}", CERT_KEY_EC_P384, 384},
        {"30{30{06{@1.2.840.10045.2.1} 06{@1.3.132.0.35}} 03{00 04 *132(11)}}", CERT_KEY_EC_P521, 521},
        {"30{30{06{@1.2.840.10045.2.1} 06{@1.3.132.0.34}} 03{00 04 *64(11)}}", CERT_KEY_UNSUPPORTED,
         0}, /* another curve's size */
        {"30{30{06{@1.2.840.10045.2.1} 06{@1.2.840.10045.3.1.7}} 03{00 02 *32(11)}}", CERT_KEY_UNSUPPORTED,
         0}, /* compressed */
        {"30{30{06{@1.2.840.10045.2.1} 06{@1.2.840.10045.3.1.1}} 03{00 04 *48(11)}}", CERT_KEY_UNSUPPORTED,
         0}, /* P-192 */
        {"30{30{06{@1.2.840.10045.2.1} 30{02{01}}} 03{00 04 *64(11)}}", CERT_KEY_UNSUPPORTED,
         0}, /* curve spelt out */
        {"30{30{06{@1.2.840.10045.2.1}} 03{00 04 *64(11)}}", CERT_KEY_UNSUPPORTED, 0},
        {"30{30{06{@1.2.840.10045.2.1} 06{@1.2.840.10045.3.1.7}} 03{04 04 *63(11) 10}}", CERT_KEY_UNSUPPORTED,
         0},
    };
    (void)state;
    for (size_t i = 0; i < ELEMENTS(cases); i++) {
        struct cert cert = maker_parse(&(struct maker_cert){.spki = cases[i].spki}, &der);
        if (cert.key_kind != cases[i].kind || cert.key_bits != cases[i].bits) {
            fail_msg("%s: kind %d, %" PRIu32 " bits", cases[i].spki, (int)cert.key_kind, cert.key_bits);
        }
    }
}

static void serials(void **state)
{
    static const struct {
        const char *der, *shown;
    } cases[] = {{"00", "00"},
                 {"01", "01"},
                 {"0080", "80"},
                 {"01020304000000000005", "01:02:03:04:00:00:00:00:00:05"},
                 {"ff", "ff"}};
    (void)state;
    for (size_t i = 0; i < ELEMENTS(cases); i++) {
        struct plat_buffer text;
        struct cert cert = maker_parse(&(struct maker_cert){.serial = cases[i].der}, &der);
        plat_buffer_init(&text, 100);
        cert_hex_append(&text, cert_serial_number(&cert), ':');
        assert_string_equal(plat_buffer_text(&text), cases[i].shown);
        plat_buffer_free(&text);
    }
}

static void thumbprints(void **state)
{
    static const char *const good[] = {"00112233445566778899AABBCCDDEEFF01234567",
                                       "00112233445566778899aabbccddeeff01234567",
                                       "00:11:22:33:44:55:66:77:88:99:aa:bb:cc:dd:ee:ff:01:23:45:67",
                                       "00 11 22 33 44 55 66 77 88 99 AA BB CC DD EE FF 01 23 45 67"};
    static const char *const bad[] = {"", "00112233445566778899AABBCCDDEEFF0123456",
                                      "00112233445566778899AABBCCDDEEFF012345678",
                                      "00112233445566778899AABBCCDDEEFF0123456g", "00-11"};
    uint8_t bytes[CERT_THUMBPRINT_SIZE];
    char text[CERT_THUMBPRINT_TEXT_SIZE];
    (void)state;
    for (size_t i = 0; i < ELEMENTS(good); i++) {
        assert_true(cert_thumbprint_parse(good[i], bytes));
        cert_thumbprint_text(bytes, text);
        assert_string_equal(text, good[0]);
    }
    for (size_t i = 0; i < ELEMENTS(bad); i++) {
        assert_false(cert_thumbprint_parse(bad[i], bytes));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fields),        cmocka_unit_test(accepted),    cmocka_unit_test(refused),
        cmocka_unit_test(damaged),       cmocka_unit_test(too_large),   cmocka_unit_test(many_extensions),
        cmocka_unit_test(oddities_kept), cmocka_unit_test(public_keys), cmocka_unit_test(serials),
        cmocka_unit_test(thumbprints),
    };
    return cmocka_run_group_tests_name("certstore.parse", tests, setup, teardown);
}
