/* SPDX-License-Identifier: Apache-2.0 */
/* Hashes, HMAC, PBKDF2 by known answers; signatures on certificates. */
#include "maker.h"

#include "certstore/crypto.h"
#include "crypto/verify.h"

#include <string.h>

static struct maker_key rsa, other_rsa, p256, p384, p521;
static struct plat_buffer der, holder_der;

static int setup(void **state)
{
    (void)state;
    maker_key(&rsa, CERT_KEY_RSA, 1024);
    maker_key(&other_rsa, CERT_KEY_RSA, 1024);
    maker_key(&p256, CERT_KEY_EC_P256, 0);
    maker_key(&p384, CERT_KEY_EC_P384, 0);
    maker_key(&p521, CERT_KEY_EC_P521, 0);
    plat_buffer_init(&der, 1024U * 1024U);
    plat_buffer_init(&holder_der, 1024U * 1024U);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    plat_buffer_free(&der);
    plat_buffer_free(&holder_der);
    return 0;
}

static struct plat_span text_span(const char *text)
{
    return plat_span_of(text, strlen(text));
}

static void expect_hex(const uint8_t *bytes, size_t size, const char *wanted)
{
    struct plat_buffer text;
    plat_buffer_init(&text, 1000);
    cert_hex_append(&text, plat_span_of(bytes, size), 0);
    assert_string_equal(plat_buffer_text(&text), wanted);
    plat_buffer_free(&text);
}

static void hashes(void **state)
{
    uint8_t out[CERT_SHA256_SIZE];
    (void)state;
    cert_sha1(text_span("abc"), out); /* FIPS 180-4 examples */
    expect_hex(out, CERT_SHA1_SIZE, "a9993e364706816aba3e25717850c26c9cd0d89d");
    cert_sha256(text_span("abc"), out);
    expect_hex(out, CERT_SHA256_SIZE, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    cert_sha256((struct plat_span){0}, out);
    expect_hex(out, CERT_SHA256_SIZE, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

static void hmac(void **state)
{
    uint8_t out[CERT_SHA256_SIZE], key[131];
    (void)state;
    cert_hmac_sha256(text_span("Jefe"), text_span("what do ya want for nothing?"), out); /* RFC 4231 case 2 */
    expect_hex(out, sizeof out, "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    memset(key, 0xaa, sizeof key); /* case 6: a key longer than a block */
    cert_hmac_sha256(plat_span_of(key, sizeof key),
                     text_span("Test Using Larger Than Block-Size Key - Hash Key First"), out);
    expect_hex(out, sizeof out, "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

static void pbkdf2(void **state)
{
    static const struct {
        const char *password, *salt;
        uint32_t rounds;
        const char *key;
    } cases[] = {
        /* RFC 6070's inputs with HMAC-SHA-256 (RFC 7914 section 11 has the first 32 of its own) */
        {"password", "salt", 1, "120fb6cffcf8b32c43e7225256c4f837a86548c92ccc35480805987cb70be17b"},
        {"password", "salt", 2, "ae4d0c95af6b46d32d0adff928f06dd02a303f8ef3c251dfd6e2d85a95474c43"},
        {"password", "salt", 4096, "c5e478d59288c841aa530db6845c4c8d962893a001ce4e11a4963873aa98134a"},
        {"passwordPASSWORDpassword", "saltSALTsaltSALTsaltSALTsaltSALTsalt", 4096,
         "348c89dbcbd32b2f32d814b8116e84cf2b17347ebc1800181c4e2a1fb8dd53e1"},
        {"passwd", "salt", 1, "55ac046e56e3089fec1691c22544b605f94185216dde0465e68b9d57c20dacbc"},
    };
    (void)state;
    for (size_t i = 0; i < ELEMENTS(cases); i++) {
        uint8_t key[CERT_SHA256_SIZE];
        cert_pbkdf2_sha256(text_span(cases[i].password), text_span(cases[i].salt), cases[i].rounds, key);
        expect_hex(key, sizeof key, cases[i].key);
    }
}

static void constant_time(void **state)
{
    (void)state;
    assert_true(cert_constant_time_equal("abcd", "abcd", 4));
    assert_true(cert_constant_time_equal("a", "b", 0));
    assert_false(cert_constant_time_equal("abcd", "abcD", 4));
    assert_false(cert_constant_time_equal("Abcd", "abcd", 4));
}

static enum cert_signature check(const struct maker_key *holder, const struct maker_cert *recipe)
{
    struct cert holder_cert = maker_parse(&(struct maker_cert){.key = holder}, &holder_der);
    struct cert cert = maker_parse(recipe, &der);
    return cert_verify_signature(&holder_cert, &cert);
}

static void signatures(void **state)
{
    const struct maker_key *keys[] = {&rsa, &p256, &p384, &p521};
    (void)state;
    for (size_t i = 0; i < ELEMENTS(keys); i++) {
        assert_int_equal(check(keys[i], &(struct maker_cert){.signer = keys[i]}), CERT_SIGNATURE_GOOD);
        for (size_t j = 0; j < ELEMENTS(keys); j++) {
            if (j != i) {
                assert_int_equal(check(keys[j], &(struct maker_cert){.signer = keys[i]}), CERT_SIGNATURE_BAD);
            }
        }
    }
    assert_int_equal(check(&other_rsa, &(struct maker_cert){.signer = &rsa}), CERT_SIGNATURE_BAD);
    assert_int_equal(check(NULL, &(struct maker_cert){.signer = &rsa}), CERT_SIGNATURE_UNSUPPORTED);
}

static void digests(void **state)
{
    static const int ids[] = {br_md5_ID, br_sha1_ID, br_sha224_ID, br_sha256_ID, br_sha384_ID, br_sha512_ID};
    const struct maker_key *keys[] = {&rsa, &p256, &p384, &p521};
    (void)state;
    for (size_t i = 0; i < ELEMENTS(ids); i++) {
        for (size_t k = 0; k < ELEMENTS(keys); k++) {
            int id = ids[i] == br_sha256_ID ? 0 : ids[i];
            if (id == br_md5_ID && keys[k] != &rsa) {
                continue; /* there is no ECDSA with MD5 */
            }
            assert_int_equal(check(keys[k], &(struct maker_cert){.signer = keys[k], .digest = id}),
                             CERT_SIGNATURE_GOOD);
        }
    }
}

static void tampered(void **state)
{
    (void)state;
    const struct maker_key *keys[] = {&rsa, &p256};
    for (size_t k = 0; k < ELEMENTS(keys); k++) {
        struct cert holder = maker_parse(&(struct maker_cert){.key = keys[k]}, &holder_der);
        struct cert cert = maker_parse(&(struct maker_cert){.signer = keys[k], .serial = "0a0b"}, &der);
        uint8_t *serial = der.data + (cert.serial.data - der.data);
        uint8_t *last = der.data + der.size - 1;
        serial[1] ^= 1; /* what is signed */
        assert_int_equal(cert_verify_signature(&holder, &cert), CERT_SIGNATURE_BAD);
        serial[1] ^= 1;
        assert_int_equal(cert_verify_signature(&holder, &cert), CERT_SIGNATURE_GOOD);
        *last ^= 1; /* the signature */
        assert_int_equal(cert_verify_signature(&holder, &cert), CERT_SIGNATURE_BAD);
    }
}

/* Signed with SHA-256; a certificate that names another algorithm is not believed. */
static void other_algorithms(void **state)
{
    static const struct {
        const char *algorithm;
        enum cert_signature rsa_says, ec_says;
    } cases[] = {
        {"30{06{@1.2.840.113549.1.1.11}}", CERT_SIGNATURE_GOOD, CERT_SIGNATURE_BAD}, /* NULL left out */
        {"30{06{@1.2.840.113549.1.1.4} 0500}", CERT_SIGNATURE_BAD, CERT_SIGNATURE_BAD},
        {"30{06{@1.2.840.113549.1.1.5} 0500}", CERT_SIGNATURE_BAD, CERT_SIGNATURE_BAD},
        {"30{06{@1.2.840.113549.1.1.13} 0500}", CERT_SIGNATURE_BAD, CERT_SIGNATURE_BAD},
        {"30{06{@1.2.840.10045.4.3.2}}", CERT_SIGNATURE_BAD, CERT_SIGNATURE_GOOD},
        {"30{06{@1.2.840.10045.4.3.3}}", CERT_SIGNATURE_BAD, CERT_SIGNATURE_BAD},
        {"30{06{@1.2.840.10045.4.1}}", CERT_SIGNATURE_BAD, CERT_SIGNATURE_BAD},
        {"30{06{@1.2.840.113549.1.1.10} 30{}}", CERT_SIGNATURE_UNSUPPORTED,
         CERT_SIGNATURE_UNSUPPORTED},                                                     /* PSS */
        {"30{06{@1.3.101.112}}", CERT_SIGNATURE_UNSUPPORTED, CERT_SIGNATURE_UNSUPPORTED}, /* Ed25519 */
        {"30{06{@1.2.840.113549.1.1.2} 0500}", CERT_SIGNATURE_UNSUPPORTED,
         CERT_SIGNATURE_UNSUPPORTED}, /* MD2 */
        {"30{06{@1.2.840.113549.1.1.11} 02{05}}", CERT_SIGNATURE_UNSUPPORTED, CERT_SIGNATURE_UNSUPPORTED},
        {"30{06{@1.2.840.10045.4.3.2} 0500}", CERT_SIGNATURE_UNSUPPORTED, CERT_SIGNATURE_UNSUPPORTED},
    };
    (void)state;
    for (size_t i = 0; i < ELEMENTS(cases); i++) {
        if (check(&rsa, &(struct maker_cert){.signer = &rsa, .algorithm = cases[i].algorithm}) !=
                cases[i].rsa_says ||
            check(&p256, &(struct maker_cert){.signer = &p256, .algorithm = cases[i].algorithm}) !=
                cases[i].ec_says) {
            fail_msg("%s", cases[i].algorithm);
        }
    }
}

static void bad_signature_values(void **state)
{
    static const char *const values[] = {
        "00",
        "00 00",
        "01 aa",
        "00 30{}",
        "00 30{02{01}}",
        "00 30{02{00}02{00}}",
        "00 30{02{81}02{01}}",
        "00 30{02{01}02{01}} 00",
        "00 30{02{01}02{01}02{01}}",
        "00 *128(00)",
        "00 *128(ff)",
        "00 *127(11)",
        "00 *129(11)",
        "00 *600(11)",
    };
    (void)state;
    for (size_t i = 0; i < ELEMENTS(values); i++) {
        if (check(&rsa, &(struct maker_cert){.signer = &rsa, .signature = values[i]}) != CERT_SIGNATURE_BAD ||
            check(&p256, &(struct maker_cert){.signer = &p256, .signature = values[i]}) != CERT_SIGNATURE_BAD) {
            fail_msg("%s", values[i]);
        }
    }
}

/*
 * An ECDSA signature whose numbers are right but spelt with a needless zero is none: BearSSL alone would
 * take it.
 */
static void ecdsa_spelling(void **state)
{
    struct plat_buffer respelt, text;
    (void)state;
    struct cert holder = maker_parse(&(struct maker_cert){.key = &p256}, &holder_der);
    struct cert cert = maker_parse(&(struct maker_cert){.signer = &p256}, &der);
    assert_int_equal(cert_verify_signature(&holder, &cert), CERT_SIGNATURE_GOOD);
    size_t r_size = cert.signature.data[3];
    plat_buffer_init(&respelt, 1000);
    plat_buffer_init(&text, 1000);
    plat_buffer_append_text(&text, "30{02{00");
    cert_hex_append(&text, plat_span_of(cert.signature.data + 4, r_size), 0);
    plat_buffer_append_text(&text, "}");
    cert_hex_append(&text, plat_span_of(cert.signature.data + 4 + r_size, cert.signature.size - 4 - r_size),
                    0);
    plat_buffer_append_text(&text, "}");
    cert.signature = maker_der(plat_buffer_text(&text), &respelt);
    assert_int_equal(cert_verify_signature(&holder, &cert), CERT_SIGNATURE_BAD);
    plat_buffer_free(&respelt);
    plat_buffer_free(&text);
}

/* A point that is not on the curve verifies nothing. */
static void key_off_the_curve(void **state)
{
    static const char spki[] = "30{30{06{@1.2.840.10045.2.1} 06{@1.2.840.10045.3.1.7}} 03{00 04 *64(11)}}";
    (void)state;
    struct cert holder = maker_parse(&(struct maker_cert){.spki = spki}, &holder_der);
    struct cert cert = maker_parse(&(struct maker_cert){.signer = &p256}, &der);
    assert_int_equal(holder.key_kind, CERT_KEY_EC_P256);
    assert_int_equal(cert_verify_signature(&holder, &cert), CERT_SIGNATURE_BAD);
}

static void too_large_rsa(void **state)
{
    static const char spki[] =
        "30{30{06{@1.2.840.113549.1.1.1} 0500} 03{00 30{02{00c1 *1024(22) 05} 02{010001}}}}";
    (void)state;
    struct cert holder = maker_parse(&(struct maker_cert){.spki = spki}, &holder_der);
    struct cert cert = maker_parse(&(struct maker_cert){.signer = &rsa}, &der);
    assert_int_equal(holder.key_bits, LIMIT_RSA_BITS + 16);
    assert_int_equal(cert_verify_signature(&holder, &cert), CERT_SIGNATURE_UNSUPPORTED);
}

static void algorithm_table(void **state)
{
    static const struct {
        const char *der;
        enum cert_hash hash;
        enum cert_key_family family;
        bool weak;
    } cases[] = {
        {"30{06{@1.2.840.113549.1.1.4} 0500}", CERT_HASH_MD5, CERT_FAMILY_RSA, true},
        {"30{06{@1.2.840.113549.1.1.5} 0500}", CERT_HASH_SHA1, CERT_FAMILY_RSA, true},
        {"30{06{@1.3.14.3.2.29} 0500}", CERT_HASH_SHA1, CERT_FAMILY_RSA, true},
        {"30{06{@1.2.840.113549.1.1.14} 0500}", CERT_HASH_SHA224, CERT_FAMILY_RSA, false},
        {"30{06{@1.2.840.113549.1.1.11} 0500}", CERT_HASH_SHA256, CERT_FAMILY_RSA, false},
        {"30{06{@1.2.840.113549.1.1.12} 0500}", CERT_HASH_SHA384, CERT_FAMILY_RSA, false},
        {"30{06{@1.2.840.113549.1.1.13} 0500}", CERT_HASH_SHA512, CERT_FAMILY_RSA, false},
        {"30{06{@1.2.840.10045.4.1}}", CERT_HASH_SHA1, CERT_FAMILY_EC, true},
        {"30{06{@1.2.840.10045.4.3.1}}", CERT_HASH_SHA224, CERT_FAMILY_EC, false},
        {"30{06{@1.2.840.10045.4.3.2}}", CERT_HASH_SHA256, CERT_FAMILY_EC, false},
        {"30{06{@1.2.840.10045.4.3.3}}", CERT_HASH_SHA384, CERT_FAMILY_EC, false},
        {"30{06{@1.2.840.10045.4.3.4}}", CERT_HASH_SHA512, CERT_FAMILY_EC, false},
    };
    struct cert_signature_algorithm algorithm;
    (void)state;
    for (size_t i = 0; i < ELEMENTS(cases); i++) {
        assert_true(cert_signature_algorithm_parse(maker_der(cases[i].der, &der), &algorithm));
        assert_int_equal(algorithm.hash, cases[i].hash);
        assert_int_equal(algorithm.family, cases[i].family);
        assert_int_equal(algorithm.weak, cases[i].weak);
    }
    assert_false(cert_signature_algorithm_parse(maker_der("30{06{@1.2.840.113549.1.1.11} 0500} 00", &der),
                                                &algorithm));
    assert_false(cert_signature_algorithm_parse((struct plat_span){0}, &algorithm));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hashes),
        cmocka_unit_test(hmac),
        cmocka_unit_test(pbkdf2),
        cmocka_unit_test(constant_time),
        cmocka_unit_test(signatures),
        cmocka_unit_test(digests),
        cmocka_unit_test(tampered),
        cmocka_unit_test(other_algorithms),
        cmocka_unit_test(bad_signature_values),
        cmocka_unit_test(ecdsa_spelling),
        cmocka_unit_test(key_off_the_curve),
        cmocka_unit_test(too_large_rsa),
        cmocka_unit_test(algorithm_table),
    };
    return cmocka_run_group_tests_name("certstore.crypto", tests, setup, teardown);
}
