/* SPDX-License-Identifier: Apache-2.0 */
/* Private keys: every form, whose they are, and their files. */
#include "maker.h"

#include "certstore/bearssl_peer.h"
#include "certstore/crypto.h"
#include "crypto/key_material.h"
#include "der/pem.h"
#include "leftover.h"
#include "other_tools.h"
#include "platform/fake.h"
#include "platform/file.h"
#include "platform/memory.h"
#include "unit/platform/scratch.h"

#include <stdio.h>
#include <string.h>

static struct maker_key keys[4]; /* RSA, P-256, P-384, P-521 */
static struct maker_key other_rsa, other_p256, larger_rsa;
static struct plat_buffer der, pem, message;

static int setup(void **state)
{
    static const enum cert_key_kind kinds[] = {CERT_KEY_RSA, CERT_KEY_EC_P256, CERT_KEY_EC_P384,
                                               CERT_KEY_EC_P521};
    for (size_t i = 0; i < ELEMENTS(keys); i++) {
        maker_key(&keys[i], kinds[i], 1024);
    }
    maker_key(&other_rsa, CERT_KEY_RSA, 1024);
    maker_key(&other_p256, CERT_KEY_EC_P256, 0);
    maker_key(&larger_rsa, CERT_KEY_RSA, 1040);
    plat_buffer_init(&der, 1024U * 1024U);
    plat_buffer_init(&pem, 1024U * 1024U);
    plat_buffer_init(&message, 4096);
    return scratch_setup(state);
}

static int teardown(void **state)
{
    plat_buffer_free(&der);
    plat_buffer_free(&pem);
    plat_buffer_free(&message);
    return scratch_teardown(state);
}

static struct plat_span span_of(const struct plat_buffer *buffer)
{
    return plat_span_of(buffer->data, buffer->size);
}

static struct plat_span der_of(const struct maker_key *key, bool pkcs8)
{
    plat_buffer_clear(&der);
    maker_key_der(key, pkcs8, &der);
    return span_of(&der);
}

/* A certificate with that public key; its bytes stay in one of a few buffers. */
static struct cert cert_of(const struct maker_key *key)
{
    static struct plat_buffer buffers[4];
    static unsigned next;
    struct plat_buffer *buffer = &buffers[next++ % ELEMENTS(buffers)];
    plat_buffer_free(buffer);
    plat_buffer_init(buffer, 100000);
    return maker_parse(&(struct maker_cert){.key = key}, buffer);
}

static void expect_key(struct plat_span file, const struct maker_key *made)
{
    struct cert_key *key;
    struct cert cert = cert_of(made);
    assert_int_equal(cert_key_parse(file, &key, NULL), ERROR_SUCCESS);
    assert_int_equal(cert_key_kind_of(key), made->kind);
    assert_true(cert_key_fits(key, &cert));
    assert_int_equal(cert_key_bearssl_rsa(key) != NULL, made->kind == CERT_KEY_RSA);
    assert_int_equal(cert_key_bearssl_ec(key) != NULL, made->kind != CERT_KEY_RSA);
    cert_key_free(key);
}

static void all_forms(void **state)
{
    (void)state;
    for (size_t i = 0; i < ELEMENTS(keys); i++) {
        bool rsa = keys[i].kind == CERT_KEY_RSA;
        expect_key(der_of(&keys[i], false), &keys[i]);
        expect_key(der_of(&keys[i], true), &keys[i]);
        plat_buffer_clear(&pem);
        pem_write(&pem, "PRIVATE KEY", der_of(&keys[i], true));
        expect_key(span_of(&pem), &keys[i]);
        plat_buffer_clear(&pem);
        pem_write(&pem, "EC PARAMETERS", plat_span_of("\x05\x00", 2)); /* what openssl writes before a key */
        pem_write(&pem, "CERTIFICATE", plat_span_of("\x30\x00", 2));
        pem_write(&pem, rsa ? "RSA PRIVATE KEY" : "EC PRIVATE KEY", der_of(&keys[i], false));
        expect_key(span_of(&pem), &keys[i]);
    }
}

static void expect_bad(struct plat_span file, const char *words)
{
    struct cert_key *key = (struct cert_key *)&message;
    plat_buffer_clear(&message);
    assert_int_equal(cert_key_parse(file, &key, &message), NTE_BAD_KEY);
    assert_null(key);
    if (strstr(plat_buffer_text(&message), words) == NULL) {
        fail_msg("\"%s\" does not say \"%s\"", plat_buffer_text(&message), words);
    }
    assert_int_equal(cert_key_parse(file, &key, NULL), NTE_BAD_KEY);
}

/* Without a password: what it is, and that one is needed. */
static void encrypted(void **state)
{
    (void)state;
    static const char old[] =
        "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n"
        "DEK-Info: AES-128-CBC,00112233445566778899AABBCCDDEEFF\n\nQUJD\n-----END RSA PRIVATE KEY-----\n";
    expect_bad(plat_span_of(old, sizeof old - 1), "it is encrypted with a password, and that is needed");
    expect_bad(maker_der("30{30{06{@1.2.840.113549.1.5.13} 30{}} 04{00}}", &der), "it is encrypted");
    plat_buffer_clear(&pem);
    pem_write(&pem, "ENCRYPTED PRIVATE KEY", plat_span_of("\x30\x00", 2));
    expect_bad(span_of(&pem), "it is no RSA key");
}

static void expect_error(struct plat_span file, const char *password, win_error expected, const char *words)
{
    struct cert_key *key;
    plat_buffer_clear(&message);
    win_error error = cert_key_parse_password(file, password, &key, &message);
    assert_null(key);
    if (error != expected || strstr(plat_buffer_text(&message), words) == NULL) {
        fail_msg("error %x, not %x: \"%s\" (\"%s\")", error, expected, plat_buffer_text(&message), words);
    }
    assert_int_equal(cert_key_parse_password(file, password, &key, NULL), expected);
}

static void put_key(void **state, const struct maker_key *key, const char *name)
{
    plat_buffer_clear(&pem);
    pem_write(&pem, "PRIVATE KEY", der_of(key, true));
    tool_write(state, name, span_of(&pem));
}

#define LEGACY "-provider legacy -provider default "

/* What openssl writes, with every scheme that is read here. */
static void encrypted_by_openssl(void **state)
{
    static const char *const commands[] = {
        "pkcs8 -topk8",
        "pkcs8 -topk8 -outform DER",
        "pkcs8 -topk8 -v2 aes-128-cbc -v2prf hmacWithSHA1",
        "pkcs8 -topk8 -v2 aes-192-cbc -v2prf hmacWithSHA224",
        "pkcs8 -topk8 -v2 aes-256-cbc -v2prf hmacWithSHA384",
        "pkcs8 -topk8 -v2 des3 -v2prf hmacWithSHA512 -iter 1",
        "pkcs8 " LEGACY "-topk8 -v1 PBE-MD5-DES",
        "pkcs8 " LEGACY "-topk8 -v1 PBE-SHA1-DES",
        "pkcs8 " LEGACY "-topk8 -v1 PBE-MD5-RC2-64",
        "pkcs8 " LEGACY "-topk8 -v1 PBE-SHA1-RC2-64",
        "pkcs8 " LEGACY "-topk8 -v1 PBE-SHA1-3DES",
        "pkcs8 " LEGACY "-topk8 -v1 PBE-SHA1-2DES",
        "pkcs8 " LEGACY "-topk8 -v1 PBE-SHA1-RC2-128",
        "pkcs8 " LEGACY "-topk8 -v1 PBE-SHA1-RC2-40",
        "pkey -traditional -aes-128-cbc",
        "pkey -traditional -aes-192-cbc",
        "pkey -traditional -aes-256-cbc",
        "pkey -traditional -des-ede3-cbc",
        "pkey " LEGACY "-traditional -des-cbc",
    };
    static const char *const passwords[] = {"secret", "p\xc3\xa4ss \xe2\x82\xac \xf0\x9f\x98\x80"};
    for (size_t i = 0; i < ELEMENTS(commands); i++) {
        const struct maker_key *made = &keys[i % ELEMENTS(keys)];
        const char *password = passwords[i % 3 == 0];
        struct cert cert = cert_of(made);
        struct cert_key *key;
        char command[500];
        put_key(state, made, "plain.key");
        snprintf(command, sizeof command, "openssl %s -in plain.key -out made.key -passout 'pass:%s'",
                 commands[i], password);
        print_message("%s\n", command);
        tool_run(state, command);
        struct plat_span file = tool_read(state, "made.key", &pem);
        plat_buffer_clear(&message);
        if (cert_key_parse_password(file, password, &key, &message) != ERROR_SUCCESS) {
            fail_msg("%s", plat_buffer_text(&message));
        }
        assert_true(cert_key_fits(key, &cert));
        cert_key_free(key);
        expect_error(file, "Secret", ERROR_INVALID_PASSWORD, "the password is not the one");
        expect_error(file, "", ERROR_INVALID_PASSWORD, "the password is not the one");
        expect_error(file, NULL, ERROR_INVALID_PASSWORD, "and that is needed");
        plat_buffer_clear(&message);
        expect_bad(file, "and that is needed");
    }
    tool_run(state, "openssl pkcs8 -topk8 -scrypt -in plain.key -out made.key -passout pass:secret");
    expect_error(tool_read(state, "made.key", &pem), "secret", NTE_NOT_SUPPORTED, "scrypt");
    tool_run(state,
             "openssl pkey -traditional -camellia-128-cbc -in plain.key -out made.key -passout pass:secret");
    expect_error(tool_read(state, "made.key", &pem), "secret", NTE_NOT_SUPPORTED, "DEK-Info");
    tool_run(state, "openssl genpkey -algorithm ed25519 -aes256 -pass pass:secret -out made.key");
    expect_error(tool_read(state, "made.key", &pem), "secret", NTE_BAD_KEY, "it is no RSA key");
}

static void damaged_dek_info(void **state)
{
    static const char *const cases[] = {
        "AES-128-CBC,00112233445566778899AABBCCDDEE",
        "AES-128-CBC,00112233445566778899AABBCCDDEEF",
        "AES-128-CBC,00112233445566778899AABBCCDDEEFF00",
        "AES-128-CBC,0011223344556677889 AABBCCDDEEFF",
        "AES-128-CBC",
        "AES-128-CBC,",
        ",",
        "AES-128-GCM,00112233445566778899AABBCCDDEEFF",
    };
    (void)state;
    for (size_t i = 0; i < ELEMENTS(cases); i++) {
        struct cert_key *key;
        plat_buffer_clear(&pem);
        plat_buffer_printf(&pem,
                           "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: %s\n\n"
                           "QUJDREVGR0hJSktMTU5PUA==\n-----END RSA PRIVATE KEY-----\n",
                           cases[i]);
        win_error error = cert_key_parse_password(span_of(&pem), "x", &key, NULL);
        assert_true(error == NTE_BAD_KEY || error == NTE_NOT_SUPPORTED);
    }
    static const char none[] = "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n\nQUJD\n"
                               "-----END RSA PRIVATE KEY-----\n";
    expect_error(plat_span_of(none, sizeof none - 1), "x", NTE_NOT_SUPPORTED, "DEK-Info");
}

/* Our own files, read back here and by openssl. */
static void written(void **state)
{
    for (size_t i = 0; i < ELEMENTS(keys); i++) {
        struct cert cert = cert_of(&keys[i]);
        struct cert_key *key, *again;
        assert_int_equal(cert_key_parse(der_of(&keys[i], true), &key, NULL), ERROR_SUCCESS);
        put_key(state, &keys[i], "plain.key");
        const char *password = i < 2 ? "s\xc3\xa4 cret" : NULL;
        plat_buffer_clear(&pem);
        assert_int_equal(cert_key_write(key, password, &pem), ERROR_SUCCESS);
        assert_int_equal(strstr(plat_buffer_text(&pem), "ENCRYPTED") != NULL, password != NULL);
        assert_int_equal(cert_key_parse_password(span_of(&pem), password, &again, NULL), ERROR_SUCCESS);
        assert_true(cert_key_fits(again, &cert));
        cert_key_free(again);
        tool_write(state, "own.key", span_of(&pem));
        tool_run(state, "openssl pkey -in own.key -passin 'pass:s\xc3\xa4 cret' -out a.key && "
                        "openssl pkey -in plain.key -out b.key && cmp a.key b.key");
        assert_int_equal(cert_key_write(key, "", &pem), ERROR_INVALID_PASSWORD);
        cert_key_free(key);
    }
}

/* No key and no password is left in freed memory. */
static void nothing_left(void **state)
{
    static const char password[] = "a secret of some length";
    struct cert_key *key;
    struct plat_buffer out;
    put_key(state, &keys[0], "plain.key");
    tool_run(state,
             "openssl pkcs8 -topk8 -in plain.key -out a.key -passout 'pass:a secret of some length' && "
             "openssl pkey -traditional -aes-256-cbc -in plain.key -out b.key "
             "-passout 'pass:a secret of some length'");
    static const char *const names[] = {"plain.key", "a.key", "b.key"};
    for (size_t i = 0; i < ELEMENTS(names); i++) {
        struct plat_span file = tool_read(state, names[i], &pem);
        leftover_watch(password, sizeof password - 1);
        leftover_watch(keys[0].rsa.p, 32);
        leftover_watch(keys[0].rsa.dq, 32);
        assert_int_equal(cert_key_parse_password(file, password, &key, NULL), ERROR_SUCCESS);
        cert_key_free(key);
        if (i != 0) {
            assert_int_equal(cert_key_parse_password(file, "x", &key, NULL), ERROR_INVALID_PASSWORD);
        }
        assert_int_equal(leftover_stop(), 0);
    }
    assert_int_equal(cert_key_parse(der_of(&keys[0], true), &key, NULL), ERROR_SUCCESS);
    leftover_watch(password, sizeof password - 1);
    leftover_watch(keys[0].rsa.p, 32);
    assert_int_equal(cert_secret_init(&out, 100000), ERROR_SUCCESS);
    assert_int_equal(cert_key_write(key, password, &out), ERROR_SUCCESS);
    assert_int_equal(cert_key_write(key, NULL, &out), ERROR_SUCCESS);
    cert_secret_free(&out);
    cert_key_free(key);
    assert_int_equal(leftover_stop(), 0);
}

/* An encrypted key cut off or changed anywhere is refused, or what comes out does not matter. */
static void encrypted_damaged(void **state)
{
    struct cert_key *key;
    struct cert cert = cert_of(&keys[1]);
    put_key(state, &keys[1], "plain.key");
    tool_run(state,
             "openssl pkcs8 -topk8 -iter 1 -in plain.key -outform DER -out made.key -passout pass:secret");
    struct plat_span whole = tool_read(state, "made.key", &pem);
    for (size_t size = 0; size < whole.size; size++) {
        assert_int_equal(cert_key_parse_password(plat_span_of(whole.data, size), "secret", &key, NULL),
                         NTE_BAD_KEY);
    }
    for (size_t at = 0; at < whole.size; at++) {
        for (unsigned bit = 1; bit < 0x100; bit <<= 1) {
            pem.data[at] ^= (uint8_t)bit;
            if (cert_key_parse_password(whole, "secret", &key, NULL) == ERROR_SUCCESS) {
                (void)cert_key_matches(key, &cert);
                cert_key_free(key);
            }
            pem.data[at] ^= (uint8_t)bit;
        }
    }
}

static void not_keys(void **state)
{
    static const char *const cases[] = {
        "",
        "'hello'",
        "30{}",
        "30{02{00}}",
        "04{}",
        "30{02{00} 05{}}",
        "30{02{01} 02{05} 02{03} 02{05} 02{03} 02{05} 02{03} 02{05} 02{03}}",        /* multi-prime */
        "30{02{00} 02{0f} 02{03} 02{05} 02{03} 02{05} 02{03} 02{05}}",               /* a number too few */
        "30{02{00} 02{0f} 02{03} 02{05} 02{03} 02{05} 02{03} 02{05} 02{03} 02{03}}", /* and one too many */
        "30{02{00} 02{0f} 02{03} 02{05} 02{00} 02{05} 02{03} 02{05} 02{03}}",        /* a prime of 0 */
        "30{02{00} 02{0f} 02{03} 02{05} 02{83} 02{05} 02{03} 02{05} 02{03}}",        /* negative */
        /* sizes that do not add up */
        "30{02{00} 02{0fffff} 02{03} 02{05} 02{03} 02{05} 02{03} 02{05} 02{03}}",
        /* over 4096 bits */
        "30{02{00} 02{7f *512(11)} 02{03} 02{05} 02{7f *255(11)} 02{7f *256(11)} 02{03} 02{05} 02{03}}",
        /* a prime too large */
        "30{02{00} 02{7f *319(11)} 02{03} 02{05} 02{7f *299(11)} 02{7f *19(11)} 02{03} 02{05} 02{03}}",
        "30{02{01} 04{05}}",                                   /* no curve */
        "30{02{01} 04{*32(11)} a0{06{@1.2.840.10045.3.1.1}}}", /* P-192 */
        "30{02{01} 04{*33(11)} a0{06{@1.2.840.10045.3.1.7}}}", /* too long */
        "30{02{01} 04{*32(00)} a0{06{@1.2.840.10045.3.1.7}}}", /* 0 */
        "30{02{01} 04{*32(ff)} a0{06{@1.2.840.10045.3.1.7}}}", /* above the order */
        "30{02{01} 04{ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551} "
        "a0{06{@1.2.840.10045.3.1.7}}}", /* the order */
        "30{02{01} 04{} a0{06{@1.2.840.10045.3.1.7}}}",
        "30{02{02} 04{*32(11)} a0{06{@1.2.840.10045.3.1.7}}}", /* version */
        "30{02{01} 04{*32(11)} a0{06{@1.2.840.10045.3.1.7}} 05{}}",
        "30{02{00} 30{06{@1.2.840.10045.2.1} 06{@1.2.840.10045.3.1.7}} 04{30{02{01} 04{*32(11)} "
        "a0{06{@1.3.132.0.34}}}}}", /* two curves */
        "30{02{00} 30{06{@1.2.840.10045.2.1}} 04{30{02{01} 04{*32(11)}}}}",
        "30{02{00} 30{06{@1.3.101.112}} 04{04{*32(11)}}}", /* Ed25519 */
        "30{02{02} 30{06{@1.2.840.10045.2.1} 06{@1.2.840.10045.3.1.7}} 04{30{02{01} 04{*32(11)}}}}",
        "30{02{01} 04{*32(11)} a0{06{@1.2.840.10045.3.1.7}}} 00",
    };
    (void)state;
    for (size_t i = 0; i < ELEMENTS(cases); i++) {
        struct cert_key *key;
        if (cert_key_parse(maker_der(cases[i], &der), &key, NULL) != NTE_BAD_KEY) {
            fail_msg("%s is no key", cases[i]);
        }
    }
    expect_bad(plat_span_of("-----BEGIN X-----\nQUJD\n-----END X-----\n", 41), "no private key");
    expect_bad(plat_span_of("-----BEGIN PRIVATE KEY-----\nQUJD\n", 33), "no matching END");
    expect_bad(plat_span_of("-----BEGIN PRIVATE KEY-----\nQU*D\n-----END PRIVATE KEY-----\n", 59), "damaged");
}

/* Keys as large as a hostile file can make them: refused, never written past a buffer. */
static void oversized(void **state)
{
    (void)state;
    expect_bad(maker_der("30{02{00} 02{7f *3000(11)} 02{03} 02{7f *3000(11)} 02{7f *1500(11)} 02{7f "
                         "*1500(11)} 02{03} 02{05} 02{03}}",
                         &der),
               "up to 4096 bits");
    expect_bad(maker_der("30{02{00} *40000(0201)}", &der), "");
    plat_buffer_clear(&pem);
    plat_buffer_append_text(&pem, "-----BEGIN PRIVATE KEY-----\n");
    for (unsigned i = 0; i < 20000; i++) {
        plat_buffer_append_text(&pem, "QUJD");
    }
    plat_buffer_append_text(&pem, "\n-----END PRIVATE KEY-----\n");
    expect_bad(span_of(&pem), "too large");
}

/* A key cut off or changed anywhere is refused or does not fit; sanitizers watch the rest. */
static void damaged(void **state)
{
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        struct cert cert = cert_of(&keys[i]);
        struct plat_span whole = der_of(&keys[i], false);
        struct cert_key *key;
        for (size_t size = 0; size < whole.size; size++) {
            assert_int_equal(cert_key_parse(plat_span_of(whole.data, size), &key, NULL), NTE_BAD_KEY);
        }
        for (size_t at = 0; at < whole.size; at += keys[i].kind == CERT_KEY_RSA ? 7 : 1) {
            der.data[at] ^= 0x10;
            if (cert_key_parse(whole, &key, NULL) == ERROR_SUCCESS) {
                (void)cert_key_fits(key, &cert);
                cert_key_free(key);
            }
            der.data[at] ^= 0x10;
        }
    }
}

/* Why a key does not belong to a certificate. */
static void reasons(void **state)
{
    static const struct {
        const struct maker_key *cert, *key;
        const char *words;
    } cases[] = {
        {&keys[0], &keys[1], "the certificate has an RSA key, this one is P-256"},
        {&keys[0], &keys[3], "the certificate has an RSA key, this one is P-521"},
        {&keys[1], &keys[0], "the certificate has a P-256 key, this one is RSA"},
        {&keys[2], &keys[1], "the certificate has a P-384 key, this one is P-256"},
        {&keys[3], &keys[2], "the certificate has a P-521 key, this one is P-384"},
        {NULL, &keys[2], "the certificate has an unsupported kind of key, this one is P-384"},
        {&keys[0], &other_rsa, "another public key"},
        {&keys[1], &other_p256, "another public key"},
        {&keys[0], &larger_rsa, "the certificate's RSA key has another size"},
    };
    struct cert_key *key;
    (void)state;
    for (size_t i = 0; i < ELEMENTS(cases); i++) {
        struct plat_buffer bytes;
        plat_buffer_init(&bytes, 100000);
        struct cert cert = maker_parse(&(struct maker_cert){.key = cases[i].cert}, &bytes);
        assert_int_equal(cert_key_parse(der_of(cases[i].key, true), &key, NULL), ERROR_SUCCESS);
        const char *reason = cert_key_unfit_reason(key, &cert);
        if (reason == NULL || strstr(reason, cases[i].words) == NULL) {
            fail_msg("\"%s\" does not say \"%s\"", reason == NULL ? "" : reason, cases[i].words);
        }
        cert_key_free(key);
        plat_buffer_free(&bytes);
    }
    for (size_t i = 0; i < ELEMENTS(keys); i++) {
        struct cert cert = cert_of(&keys[i]);
        assert_int_equal(cert_key_parse(der_of(&keys[i], true), &key, NULL), ERROR_SUCCESS);
        assert_null(cert_key_unfit_reason(key, &cert));
        cert_key_free(key);
    }
}

static void fits(void **state)
{
    const struct maker_key *all[] = {&keys[0], &keys[1], &keys[2], &keys[3], &other_rsa, &other_p256};
    (void)state;
    for (size_t i = 0; i < ELEMENTS(all); i++) {
        struct cert_key *key;
        assert_int_equal(cert_key_parse(der_of(all[i], true), &key, NULL), ERROR_SUCCESS);
        for (size_t j = 0; j < ELEMENTS(all); j++) {
            struct cert cert = cert_of(all[j]);
            assert_int_equal(cert_key_fits(key, &cert), i == j);
            assert_int_equal(cert_key_matches(key, &cert), i == j);
        }
        cert_key_free(key);
    }
}

/* The public half is right, a CRT parameter is not: such a key must never sign. */
static void faulty_crt(void **state)
{
    struct cert_key *key;
    struct cert cert = cert_of(&keys[0]);
    (void)state;
    struct plat_span whole = der_of(&keys[0], false);
    size_t at = whole.size - 20; /* inside the last number, qInv */
    der.data[at] ^= 1;
    assert_int_equal(cert_key_parse(whole, &key, NULL), ERROR_SUCCESS);
    assert_true(cert_key_matches(key, &cert));
    assert_false(cert_key_fits(key, &cert));
    assert_non_null(strstr(cert_key_unfit_reason(key, &cert), "a signature made with it does not verify"));
    cert_key_free(key);
}

static void files(void **state)
{
    struct reg_db *db;
    struct plat_file_info info;
    assert_int_equal(reg_db_open(scratch_path(state, "keys.db"), REG_OPEN_CREATE, &db, NULL), ERROR_SUCCESS);
    for (size_t i = 0; i < ELEMENTS(keys); i++) {
        struct cert cert = cert_of(&keys[i]);
        struct cert other = cert_of(&other_p256);
        struct cert_key *key, *loaded;
        uint8_t hash[CERT_SHA256_SIZE];
        assert_int_equal(cert_key_parse(der_of(&keys[i], false), &key, NULL), ERROR_SUCCESS);
        assert_false(cert_key_exists(db, &cert));
        assert_int_equal(cert_key_load(db, &cert, &loaded), NTE_NO_KEY);
        assert_null(loaded);
        assert_int_equal(cert_key_remove(db, &cert), NTE_NO_KEY);
        assert_int_equal(cert_key_save(db, &other, key), NTE_BAD_KEY);
        assert_int_equal(cert_key_save(db, &cert, key), ERROR_SUCCESS);
        assert_int_equal(cert_key_save(db, &cert, key), ERROR_SUCCESS); /* once more changes nothing */
        assert_true(cert_key_exists(db, &cert));

        /* the documented place and modes */
        cert_sha256(cert.spki, hash);
        plat_buffer_clear(&message);
        plat_buffer_printf(&message, "%s.keys/", reg_db_path(db));
        assert_int_equal(plat_file_stat(plat_buffer_text(&message), &info), ERROR_SUCCESS);
        assert_int_equal(info.mode & 0777, 0700);
        cert_hex_append(&message, plat_span_of(hash, sizeof hash), 0);
        plat_buffer_append_text(&message, ".pem");
        const char *path = plat_buffer_text(&message);
        assert_int_equal(plat_file_stat(path, &info), ERROR_SUCCESS);
        assert_int_equal(info.mode & 0777, 0600);
        plat_buffer_clear(&pem);
        assert_int_equal(plat_file_read_all(path, &pem), ERROR_SUCCESS);
        expect_key(span_of(&pem), &keys[i]);

        assert_int_equal(cert_key_load(db, &cert, &loaded), ERROR_SUCCESS);
        assert_true(cert_key_fits(loaded, &cert));
        cert_key_free(loaded);

        /* readable by others: refused, whatever is in it */
        assert_int_equal(plat_file_write_atomic(path, pem.data, pem.size, 0644), ERROR_SUCCESS);
        assert_int_equal(cert_key_load(db, &cert, &loaded), ERROR_ACCESS_DENIED);
        assert_null(loaded);
        assert_false(cert_key_exists(db, &cert));
        assert_int_equal(plat_file_write_atomic(path, pem.data, pem.size, 0640), ERROR_SUCCESS);
        assert_int_equal(cert_key_load(db, &cert, &loaded), ERROR_ACCESS_DENIED);

        /* another's key under this name: refused */
        plat_buffer_clear(&pem);
        pem_write(&pem, "PRIVATE KEY", der_of(&other_p256, true));
        assert_int_equal(plat_file_write_atomic(path, pem.data, pem.size, 0600), ERROR_SUCCESS);
        assert_int_equal(cert_key_load(db, &cert, &loaded), NTE_BAD_KEY);
        assert_null(loaded);

        assert_int_equal(cert_key_remove(db, &cert), ERROR_SUCCESS);
        assert_false(cert_key_exists(db, &cert));
        cert_key_free(key);
    }
    reg_db_close(db);
}

/* A renewed certificate with the same key finds it. */
static void renewed(void **state)
{
    struct reg_db *db;
    struct cert_key *key;
    struct plat_buffer newer;
    assert_int_equal(reg_db_open(scratch_path(state, "renewed.db"), REG_OPEN_CREATE, &db, NULL),
                     ERROR_SUCCESS);
    struct cert cert = cert_of(&keys[1]);
    assert_int_equal(cert_key_parse(der_of(&keys[1], true), &key, NULL), ERROR_SUCCESS);
    assert_int_equal(cert_key_save(db, &cert, key), ERROR_SUCCESS);
    cert_key_free(key);
    plat_buffer_init(&newer, 10000);
    struct cert next = maker_parse(&(struct maker_cert){.key = &keys[1], .serial = "77"}, &newer);
    assert_int_equal(cert_key_load(db, &next, &key), ERROR_SUCCESS);
    cert_key_free(key);
    plat_buffer_free(&newer);
    reg_db_close(db);
}

/* Each allocation fails once: opening `file` says so, and nothing stays allocated. */
static void expect_no_memory(struct plat_span file, const char *password)
{
    unsigned failures = 1;
    for (unsigned nth = 1; failures != 0; nth++) {
        struct cert_key *key;
        size_t live = plat_fake_memory_live();
        plat_fake_memory_fail(nth, false);
        win_error error = cert_key_parse_password(file, password, &key, NULL);
        failures = plat_fake_memory_failures();
        plat_fake_memory_fail(0, false);
        assert_int_equal(error, failures == 0 ? ERROR_SUCCESS : ERROR_NOT_ENOUGH_MEMORY);
        cert_key_free(key);
        assert_int_equal(plat_fake_memory_live(), live);
    }
}

static void no_memory(void **state)
{
    static const char *const passwords[] = {NULL, "secret"};
    struct cert_key *key;
    put_key(state, &keys[0], "plain.key");
    expect_no_memory(span_of(&pem), NULL);
    tool_run(state, "openssl pkcs8 -topk8 -iter 1 -in plain.key -out made.key -passout pass:secret");
    expect_no_memory(tool_read(state, "made.key", &pem), "secret");
    assert_int_equal(cert_key_parse(der_of(&keys[0], true), &key, NULL), ERROR_SUCCESS);
    for (size_t i = 0; i < ELEMENTS(passwords); i++) {
        unsigned failures = 1;
        for (unsigned nth = 1; failures != 0; nth++) {
            struct plat_buffer out;
            plat_buffer_init(&out, 100000);
            size_t live = plat_fake_memory_live();
            plat_fake_memory_fail(nth, false);
            win_error error = cert_key_write(key, passwords[i], &out);
            failures = plat_fake_memory_failures();
            plat_fake_memory_fail(0, false);
            assert_int_equal(error, failures == 0 ? ERROR_SUCCESS : ERROR_NOT_ENOUGH_MEMORY);
            plat_buffer_free(&out);
            assert_int_equal(plat_fake_memory_live(), live);
        }
    }
    cert_key_free(key);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_forms),
        cmocka_unit_test(encrypted),
        cmocka_unit_test(not_keys),
        cmocka_unit_test(oversized),
        cmocka_unit_test(damaged),
        cmocka_unit_test(fits),
        cmocka_unit_test(faulty_crt),
        cmocka_unit_test(files),
        cmocka_unit_test(renewed),
        cmocka_unit_test(no_memory),
        cmocka_unit_test(encrypted_by_openssl),
        cmocka_unit_test(damaged_dek_info),
        cmocka_unit_test(written),
        cmocka_unit_test(nothing_left),
        cmocka_unit_test(encrypted_damaged),
        cmocka_unit_test(reasons),
    };
    return cmocka_run_group_tests_name("certstore.keys", tests, setup, teardown);
}
