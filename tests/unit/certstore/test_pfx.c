/* SPDX-License-Identifier: Apache-2.0 */
/* PKCS #12 files: of other writers, of our own, in BER, damaged, hostile. */
#include "maker.h"

#include "certstore/bearssl_peer.h"
#include "certstore/pfx.h"
#include "crypto/pfx_private.h"
#include "der/der.h"
#include "der/pem.h"
#include "leftover.h"
#include "other_tools.h"
#include "platform/fake.h"
#include "platform/memory.h"
#include "unit/platform/scratch.h"

#include <stdio.h>
#include <string.h>

static struct maker_key rsa, ec;
static struct plat_buffer rsa_der, ec_der, file, work, text, message;
static struct cert rsa_cert, ec_cert;

static struct plat_span span_of(const struct plat_buffer *buffer)
{
    return plat_span_of(buffer->data, buffer->size);
}

static void put_pem(void **state, const char *name, const char *label, struct plat_span der)
{
    plat_buffer_clear(&text);
    pem_write(&text, label, der);
    tool_write(state, name, span_of(&text));
}

static int setup(void **state)
{
    struct plat_buffer *const buffers[] = {&rsa_der, &ec_der, &file, &work, &text, &message};
    for (size_t i = 0; i < ELEMENTS(buffers); i++) {
        plat_buffer_init(buffers[i], 8U * 1024U * 1024U);
    }
    maker_key(&rsa, CERT_KEY_RSA, 1024);
    maker_key(&ec, CERT_KEY_EC_P256, 0);
    rsa_cert = maker_parse(&(struct maker_cert){.key = &rsa, .signer = &ec, .subject = "Server"}, &rsa_der);
    ec_cert = maker_parse(
        &(struct maker_cert){.key = &ec, .signer = &ec, .subject = "Issuer", .serial = "02"}, &ec_der);
    int result = scratch_setup(state);
    plat_buffer_clear(&work);
    maker_key_der(&rsa, true, &work);
    put_pem(state, "rsa.key", "PRIVATE KEY", span_of(&work));
    plat_buffer_clear(&work);
    maker_key_der(&ec, true, &work);
    put_pem(state, "ec.key", "PRIVATE KEY", span_of(&work));
    put_pem(state, "rsa.pem", "CERTIFICATE", rsa_cert.der);
    put_pem(state, "ec.pem", "CERTIFICATE", ec_cert.der);
    return result;
}

static int teardown(void **state)
{
    struct plat_buffer *const buffers[] = {&rsa_der, &ec_der, &file, &work, &text, &message};
    for (size_t i = 0; i < ELEMENTS(buffers); i++) {
        plat_buffer_free(buffers[i]);
    }
    return scratch_teardown(state);
}

static win_error try_open(struct plat_span bytes, const char *password, struct cert_pfx **pfx)
{
    plat_buffer_clear(&message);
    win_error error = cert_pfx_open(bytes, password, pfx, &message);
    assert_int_equal(error != ERROR_SUCCESS, *pfx == NULL);
    return error;
}

/* The RSA certificate with its key and this name is the first in it. */
static void expect_server(struct plat_span bytes, const char *password, const char *name)
{
    struct cert_pfx *pfx;
    assert_true(cert_pfx_present(bytes));
    win_error error = try_open(bytes, password, &pfx);
    if (error != ERROR_SUCCESS) {
        fail_msg("error %x: %s", error, plat_buffer_text(&message));
    }
    assert_in_range(cert_pfx_count(pfx), 1, 2);
    assert_true(plat_span_equal(cert_pfx_at(pfx, 0)->der, rsa_cert.der));
    assert_non_null(cert_pfx_key(pfx, 0));
    assert_true(cert_key_fits(cert_pfx_key(pfx, 0), &rsa_cert));
    assert_int_equal(cert_pfx_key_count(pfx), 1);
    if (name == NULL) {
        assert_null(cert_pfx_friendly_name(pfx, 0));
    } else {
        assert_string_equal(cert_pfx_friendly_name(pfx, 0), name);
    }
    if (cert_pfx_count(pfx) == 2) {
        assert_true(plat_span_equal(cert_pfx_at(pfx, 1)->der, ec_cert.der));
        assert_null(cert_pfx_key(pfx, 1));
    }
    cert_pfx_free(pfx);
}

static void expect_refused(struct plat_span bytes, const char *password, win_error expected, const char *words)
{
    struct cert_pfx *pfx;
    win_error error = try_open(bytes, password, &pfx);
    if (error != expected || strstr(plat_buffer_text(&message), words) == NULL) {
        fail_msg("error %x, not %x: \"%s\" (\"%s\")", error, expected, plat_buffer_text(&message), words);
    }
    assert_int_equal(cert_pfx_open(bytes, password, &pfx, NULL), expected);
}

/* ---- files of openssl ---- */

#define EXPORT "openssl pkcs12 -export -inkey rsa.key -in rsa.pem -certfile ec.pem -out made.pfx "
#define LEGACY "-provider legacy -provider default "

static struct plat_span export_with(void **state, const char *options)
{
    char command[1000];
    snprintf(command, sizeof command, EXPORT "%s", options);
    tool_run(state, command);
    return tool_read(state, "made.pfx", &file);
}

static void openssl_writes(void **state)
{
    static const char *const options[] = {
        "",
        "-legacy",
        "-iter 1 -nomaciter",
        "-macalg sha1",
        "-macalg sha224",
        "-macalg sha384",
        "-macalg sha512",
        "-keypbe AES-128-CBC -certpbe AES-192-CBC",
        "-keypbe DES-EDE3-CBC -certpbe AES-256-CBC",
        "-keypbe NONE -certpbe NONE",
        LEGACY "-keypbe PBE-SHA1-3DES -certpbe PBE-SHA1-2DES",
        LEGACY "-keypbe PBE-SHA1-RC2-128 -certpbe PBE-SHA1-RC2-40",
        LEGACY "-keypbe PBE-MD5-DES -certpbe PBE-SHA1-DES",
        LEGACY "-keypbe PBE-MD5-RC2-64 -certpbe PBE-SHA1-RC2-64",
    };
    for (size_t i = 0; i < ELEMENTS(options); i++) {
        char all[400];
        print_message("%s\n", options[i]);
        snprintf(all, sizeof all, "-name 'my server' -passout pass:secret %s", options[i]);
        expect_server(export_with(state, all), "secret", "my server");
        expect_refused(span_of(&file), "Secret", ERROR_INVALID_PASSWORD, "the password is not this file's");
        expect_refused(span_of(&file), NULL, ERROR_INVALID_PASSWORD, "a password is needed");
    }
    expect_server(export_with(state, "-passout pass:secret -iter 1"), "secret", NULL);
    expect_refused(export_with(state, LEGACY "-passout pass:secret -certpbe PBE-SHA1-RC4-128"), "secret",
                   NTE_NOT_SUPPORTED, "1.2.840.113549.1.12.1.1 (128-bit RC4)");
    expect_refused(export_with(state, "-passout pass:secret -macalg sha3-256"), "secret", NTE_NOT_SUPPORTED,
                   "MAC algorithm");
    expect_refused(export_with(state, "-passout pass:secret -nomac"), "secret", ERROR_INVALID_DATA, "no MAC");
}

static void password_forms(void **state)
{
    static const char euro[] = "p\xc3\xa4ss \xe2\x82\xac \xf0\x9f\x98\x80";
    char options[200];
    for (unsigned legacy = 0; legacy < 2; legacy++) {
        snprintf(options, sizeof options, "-passout 'pass:%s' %s", euro, legacy != 0 ? "-legacy" : "");
        expect_server(export_with(state, options), euro, NULL);
        expect_refused(span_of(&file), "p\xc3\xa4ss \xe2\x82\xac", ERROR_INVALID_PASSWORD, "password");
        snprintf(options, sizeof options, "-passout 'pass:' %s", legacy != 0 ? "-legacy" : "");
        expect_server(export_with(state, options), "", NULL);
        expect_server(span_of(&file), NULL, NULL);
        expect_refused(span_of(&file), "x", ERROR_INVALID_PASSWORD, "password");
    }
    /* what OpenSSL before 1.1.0 made of the UTF-8 of one umlaut: two characters */
    expect_server(export_with(state, "-passout 'pass:\xc3\x83\xc2\xa4' -legacy"), "\xc3\xa4", NULL);
}

/* The key is of the other certificate: it has none. */
static void key_of_another(void **state)
{
    struct cert_pfx *pfx;
    tool_run(state, "openssl pkcs12 -export -nokeys -in ec.pem -passout pass:secret -out made.pfx");
    assert_int_equal(try_open(tool_read(state, "made.pfx", &file), "secret", &pfx), ERROR_SUCCESS);
    assert_int_equal(cert_pfx_count(pfx), 1);
    assert_int_equal(cert_pfx_key_count(pfx), 0);
    assert_null(cert_pfx_key(pfx, 0));
    cert_pfx_free(pfx);
}

/* ---- files of other programs, where they are installed ---- */

static void other_writers(void **state)
{
    unsigned there = 0;
    if (tool_there("certtool")) {
        static const char *const ciphers[] = {"aes-256", "aes-128", "3des", "3des-pkcs12", "rc2-40"};
        for (size_t i = 0; i < ELEMENTS(ciphers); i++) {
            char command[400];
            snprintf(command, sizeof command,
                     "certtool --to-p12 --load-privkey rsa.key --load-certificate rsa.pem --p12-name my "
                     "--password "
                     "s3cret --pkcs-cipher %s --outder --outfile made.pfx",
                     ciphers[i]);
            tool_run(state, command);
            expect_server(tool_read(state, "made.pfx", &file), "s3cret", "my");
        }
        there++;
    }
    /* NSS writes BER, and asks for 600,000 rounds three times: too much where a processor is emulated. */
    if (sizeof(void *) > 4 && tool_there("pk12util") && tool_there("certutil")) {
        (void)export_with(state, "-passout pass:secret -name my");
        tool_run(
            state,
            "mkdir nss && certutil -N -d nss --empty-password && pk12util -i made.pfx -d nss -W secret && "
            "pk12util -o nss.pfx -n my -d nss -W secret -c AES-256-CBC -C AES-128-CBC && rm -r nss");
        expect_server(tool_read(state, "nss.pfx", &file), "secret", "my");
        there++;
    }
    if (sizeof(void *) > 4 && tool_there("keytool")) {
        (void)export_with(state, "-passout pass:secret -name my");
        tool_run(state,
                 "keytool -importkeystore -srckeystore made.pfx -srcstoretype PKCS12 -srcstorepass secret "
                 "-destkeystore java.pfx -deststoretype PKCS12 -deststorepass secret");
        expect_server(tool_read(state, "java.pfx", &file), "secret", "my");
        there++;
    }
    if (there == 0) {
        skip();
    }
}

/* ---- our own ---- */

static struct cert_key *key_from(const struct maker_key *made)
{
    struct cert_key *key;
    plat_buffer_clear(&work);
    maker_key_der(made, true, &work);
    assert_int_equal(cert_key_parse(span_of(&work), &key, NULL), ERROR_SUCCESS);
    return key;
}

static void own_files(void **state)
{
    static const char *const names[] = {NULL, "my server", "short",
                                        "\xc3\x9c\x62\x65r \xf0\x9f\x98\x80 und weiter"};
    struct cert_key *key = key_from(&rsa);
    const struct cert *others[] = {&ec_cert};
    for (size_t i = 0; i < ELEMENTS(names); i++) {
        enum cert_pfx_strength strength = i == 1 ? CERT_PFX_AES256_SHA256 : CERT_PFX_TRIPLE_DES;
        struct cert_pfx_content content = {&rsa_cert, key, others, 1, names[i]};
        plat_buffer_clear(&file);
        assert_int_equal(cert_pfx_write(&content, "s3cret", strength, &file), ERROR_SUCCESS);
        expect_server(span_of(&file), "s3cret", names[i]);
        expect_refused(span_of(&file), "secret", ERROR_INVALID_PASSWORD, "password");
        tool_write(state, "own.pfx", span_of(&file));
        tool_run(state, "openssl pkcs12 -in own.pfx -passin pass:s3cret -noenc -out own.pem && grep -q "
                        "localKeyID own.pem "
                        "&& openssl pkey -in own.pem -out a.key && openssl pkey -in rsa.key -out b.key && "
                        "cmp a.key b.key");
        if (i != 1 && i != 3) {
            continue;
        }
        if (tool_there("certtool")) {
            tool_run(
                state,
                "certtool --p12-info --inder --infile own.pfx --password s3cret | grep -q 'PRIVATE KEY'");
        }
        if (tool_there("keytool") && i == 1) {
            tool_run(state, "keytool -list -keystore own.pfx -storetype PKCS12 -storepass s3cret | "
                            "grep -q 'my server.*PrivateKeyEntry'");
        }
        if (tool_there("pk12util")) {
            tool_run(state, "pk12util -l own.pfx -W s3cret | grep -q 'has private key'");
        }
    }
    cert_key_free(key);
}

static void own_refusals(void **state)
{
    static char long_name[600];
    struct cert_key *key = key_from(&ec);
    (void)state;
    memset(long_name, 'x', sizeof long_name - 1);
    struct cert_pfx_content content = {.cert = &rsa_cert, .key = key};
    plat_buffer_clear(&file);
    assert_int_equal(cert_pfx_write(&content, "secret", CERT_PFX_TRIPLE_DES, &file), NTE_BAD_KEY);
    content.cert = &ec_cert;
    assert_int_equal(cert_pfx_write(&content, "", CERT_PFX_TRIPLE_DES, &file), ERROR_INVALID_PASSWORD);
    assert_int_equal(cert_pfx_write(&content, NULL, CERT_PFX_TRIPLE_DES, &file), ERROR_INVALID_PASSWORD);
    content.friendly_name = long_name;
    assert_int_equal(cert_pfx_write(&content, "secret", CERT_PFX_TRIPLE_DES, &file), ERROR_INVALID_PARAMETER);
    assert_int_equal(file.size, 0);
    /* certificates alone may go without a password */
    content = (struct cert_pfx_content){.cert = &ec_cert};
    assert_int_equal(cert_pfx_write(&content, NULL, CERT_PFX_TRIPLE_DES, &file), ERROR_SUCCESS);
    struct cert_pfx *pfx;
    assert_int_equal(try_open(span_of(&file), NULL, &pfx), ERROR_SUCCESS);
    assert_int_equal(cert_pfx_key_count(pfx), 0);
    cert_pfx_free(pfx);
    cert_key_free(key);
}

/* ---- files made by hand, in the notation of der_text.h ---- */

#define DATA "06{@1.2.840.113549.1.7.1} "
#define BAG(n) "30{06{@1.2.840.113549.1.12.10.1." #n "} a0{"

static void put_hex(struct plat_buffer *out, struct plat_span bytes)
{
    cert_hex_append(out, bytes, 0);
}

/* A PFX around an AuthenticatedSafe: MAC with SHA-1, one round, password "x". Replaces `file`. */
static struct plat_span around(struct plat_span safe)
{
    struct plat_buffer words;
    struct pbe_password password;
    uint8_t mac[64];
    assert_int_equal(pbe_password_set(&password, "x", PBE_FORM_TEXT), ERROR_SUCCESS);
    pfx_mac(&br_sha1_vtable, &password, plat_span_of("salt", 4), 1, safe, mac);
    plat_buffer_init(&words, 32U * 1024U * 1024U);
    plat_buffer_append_text(&words, "30{02{03} 30{" DATA "a0{04{");
    put_hex(&words, safe);
    plat_buffer_append_text(&words, "}}} 30{30{30{06{@1.3.14.3.2.26} 0500} 04{");
    put_hex(&words, plat_span_of(mac, 20));
    plat_buffer_append_text(&words, "}} 04{'salt'} 02{01}}}");
    struct plat_span whole = maker_der(plat_buffer_text(&words), &file);
    plat_buffer_free(&words);
    return whole;
}

static struct plat_span hand_made(const char *safe)
{
    return around(maker_der(safe, &work));
}

/* Safe of one part with these bags, in `text`. */
static const char *safe_of(const char *bags)
{
    char *copy = plat_strdup(bags); /* it may lie in `text` */
    assert_non_null(copy);
    plat_buffer_clear(&text);
    plat_buffer_append_text(&text, "30{30{" DATA "a0{04{30{");
    plat_buffer_append_text(&text, copy);
    plat_buffer_append_text(&text, "}}}}}");
    plat_free(copy);
    return plat_buffer_text(&text);
}

static void put_cert_bag(struct plat_buffer *out, const struct cert *cert, const char *attributes)
{
    plat_buffer_append_text(out, BAG(3) "30{06{@1.2.840.113549.1.9.22.1} a0{04{");
    put_hex(out, cert->der);
    plat_buffer_printf(out, "}}}} %s}", attributes);
}

static void put_key_bag(struct plat_buffer *out, const struct maker_key *key, const char *attributes)
{
    plat_buffer_append_text(out, BAG(1));
    plat_buffer_clear(&work);
    maker_key_der(key, true, &work);
    put_hex(out, span_of(&work));
    plat_buffer_printf(out, "} %s}", attributes);
}

#define ID(bytes) "30{06{@1.2.840.113549.1.9.21} 31{04{" bytes "}}}"
#define NAME(bytes) "30{06{@1.2.840.113549.1.9.20} 31{1e{" bytes "}}}"

/* Whatever the localKeyId says, a certificate gets the key that is its own. */
static void keys_by_id_and_by_trying(void **state)
{
    static const struct {
        const char *rsa_cert, *ec_cert, *rsa_key, *ec_key;
    } cases[] = {
        {"31{" ID("01") "}", "31{" ID("02") "}", "31{" ID("01") "}", "31{" ID("02") "}"},
        {"31{" ID("01") "}", "31{" ID("02") "}", "31{" ID("02") "}", "31{" ID("01") "}"}, /* lies */
        {"", "", "", ""},
        {"31{" ID("01") NAME("0061 d83d de00") "}", "", "31{" ID("01") "}", "31{" NAME("0062") "}"},
        {"31{" ID("01") "}", "31{" ID("01") "}", "31{" ID("01") "}", "31{" ID("01") "}"},
        {"31{30{06{@1.2.3} 31{0500}} 30{06{@1.3.6.1.4.1.311.17.2} 31{}} " ID("") "}", "31{}",
         "31{" NAME("61") NAME("") "}", "31{" NAME("0000 0061") "}"},
    };
    (void)state;
    for (size_t i = 0; i < ELEMENTS(cases); i++) {
        struct cert_pfx *pfx;
        struct plat_buffer bags;
        plat_buffer_init(&bags, 100000);
        put_key_bag(&bags, &rsa, cases[i].rsa_key);
        put_cert_bag(&bags, &rsa_cert, cases[i].rsa_cert);
        put_cert_bag(&bags, &ec_cert, cases[i].ec_cert);
        put_key_bag(&bags, &ec, cases[i].ec_key);
        assert_int_equal(try_open(hand_made(safe_of(plat_buffer_text(&bags))), "x", &pfx), ERROR_SUCCESS);
        assert_int_equal(cert_pfx_count(pfx), 2);
        assert_int_equal(cert_pfx_key_count(pfx), 2);
        assert_true(cert_key_fits(cert_pfx_key(pfx, 0), &rsa_cert));
        assert_true(cert_key_fits(cert_pfx_key(pfx, 1), &ec_cert));
        if (i == 3) {
            assert_string_equal(cert_pfx_friendly_name(pfx, 0), "a\xf0\x9f\x98\x80");
        }
        assert_null(cert_pfx_friendly_name(pfx, 1));
        cert_pfx_free(pfx);
        plat_buffer_free(&bags);
    }
}

static void structures(void **state)
{
#define PART(content) "30{30{" DATA "a0{04{30{" content "}}}}}"
    static const struct {
        const char *safe;
        win_error error;
        const char *words;
    } cases[] = {
        {"30{}", ERROR_SUCCESS, ""},
        {PART(""), ERROR_SUCCESS, ""},
        {PART(BAG(4) "30{}}}"), ERROR_SUCCESS, ""},                                         /* CRL */
        {PART(BAG(5) "30{}}}"), ERROR_SUCCESS, ""},                                         /* secret */
        {PART(BAG(6) "30{" BAG(6) "30{}}}}}}"), ERROR_SUCCESS, ""},                         /* nested */
        {PART("30{06{@1.2.3} a0{0500}}"), ERROR_SUCCESS, ""},                               /* unknown */
        {PART(BAG(3) "30{06{@1.2.840.113549.1.9.22.2} a0{16{'x'}}}}}"), ERROR_SUCCESS, ""}, /* SDSI */
        {PART(BAG(3) "30{06{@1.2.840.113549.1.9.22.1} a0{04{30{}}}}}}"), ERROR_INVALID_DATA, "certificate"},
        {PART(BAG(3) "30{06{@1.2.840.113549.1.9.22.1}}}}"), ERROR_INVALID_DATA, ""},
        {PART(BAG(3) "}}"), ERROR_INVALID_DATA, ""},
        {PART(BAG(1) "30{}}}"), NTE_BAD_KEY, "private key in it cannot be used: it is neither RSA"},
        {PART(
             BAG(1) "30{02{00} 30{06{@1.2.840.113549.1.1.1} 0500} 04{30{02{00} 02{7f *512(11)} 02{03} 02{05} "
                    "02{7f *256(11)} 02{7f *255(11)} 02{03} 02{05} 02{03}}}}}}"),
         NTE_BAD_KEY, "up to 4096 bits"},
        {PART(BAG(1) "30{02{00} 30{06{@1.2.840.113549.1.1.1} 0500} 04{30{02{00} 02{21} 02{03} 02{07} "
                     "02{05} 02{07} 02{03} 02{03} 02{03}}}}}}"),
         NTE_BAD_KEY, "do not belong together"}, /* 33 is not 5 * 7 */
        {PART(BAG(2) "30{}}}"), NTE_BAD_KEY, "private key"},
        {PART(BAG(2) "30{30{06{@1.2.3}} 04{*8(11)}}}}"), NTE_NOT_SUPPORTED, "1.2.3"},
        {PART(BAG(2) "30{30{06{@1.2.840.113549.1.12.1.3} 30{04{01} 02{01}}} 04{*8(11)}}}}"),
         ERROR_INVALID_PASSWORD, "another password"},
        {PART(BAG(4) "30{}} 31{30{}}}"), ERROR_INVALID_DATA, ""},
        {PART(BAG(4) "30{}} 30{}}"), ERROR_INVALID_DATA, ""},
        {PART(BAG(4) "30{}} 31{} 05{}}"), ERROR_INVALID_DATA, ""},
        {PART(BAG(4) "30{} 30{}}}"), ERROR_INVALID_DATA, ""},
        {PART("05{}"), ERROR_INVALID_DATA, ""},
        {"30{30{" DATA "a0{04{30{}} 05{}}}}", ERROR_INVALID_DATA, ""},
        {"30{30{" DATA "a0{05{}}}}", ERROR_INVALID_DATA, ""},
        {"30{30{" DATA "}}", ERROR_INVALID_DATA, ""},
        {"30{30{06{@1.2.840.113549.1.7.3} a0{30{}}}}", ERROR_INVALID_DATA, "public key"},
        {"30{30{06{@1.2.840.113549.1.7.9} a0{30{}}}}", ERROR_INVALID_DATA, ""},
        {"30{30{06{@1.2.840.113549.1.7.6} a0{30{}}}}", ERROR_INVALID_DATA, ""},
        {"30{30{06{@1.2.840.113549.1.7.6} a0{30{02{00} 30{" DATA
         "30{06{@1.2.840.113549.1.12.1.3} 30{04{01} 02{01}}} "
         "80{*8(11)}}}}}}",
         ERROR_INVALID_PASSWORD, "a part of it"},
        {"30{30{06{@1.2.840.113549.1.7.6} a0{30{02{00} 30{" DATA
         "30{06{@1.2.840.113549.1.12.1.3} 30{04{01} 02{01}}}}}}}}",
         ERROR_INVALID_DATA, ""}, /* no content at all */
        {"30{30{06{@1.2.840.113549.1.7.6} a0{30{02{02} 30{" DATA "30{06{@1.2.3}} 80{*8(11)}}}}}}",
         ERROR_INVALID_DATA, ""},
        {"31{}", ERROR_INVALID_DATA, ""},
        {"", ERROR_INVALID_DATA, ""},
        {"30{} 00", ERROR_INVALID_DATA, ""},
    };
    (void)state;
    for (size_t i = 0; i < ELEMENTS(cases); i++) {
        struct cert_pfx *pfx;
        win_error error = try_open(hand_made(cases[i].safe), "x", &pfx);
        if (error != cases[i].error || strstr(plat_buffer_text(&message), cases[i].words) == NULL) {
            fail_msg("%s: error %x, \"%s\"", cases[i].safe, error, plat_buffer_text(&message));
        }
        cert_pfx_free(pfx);
    }
}

static void outsides(void **state)
{
    static const char *const cases[] = {
        "",
        "30{}",
        "30{02{03}}",
        "30{02{02} 30{" DATA "a0{04{30{}}}} 30{}}",
        "30{02{03} 30{" DATA "a0{04{30{}}}} 30{}}",
        "30{02{03} 30{" DATA "a0{04{30{}}}} 30{30{30{06{@1.3.14.3.2.26}} 04{*19(00)}} 04{00} 02{01}}}",
        "30{02{03} 30{" DATA "a0{04{30{}}}} 30{30{30{06{@1.3.14.3.2.26}} 04{*21(00)}} 04{00} 02{01}}}",
        "30{02{03} 30{" DATA "a0{04{30{}}}} 30{30{30{06{@1.3.14.3.2.26} 04{}} 04{*20(00)}} 04{00} 02{01}}}",
        "30{02{03} 30{" DATA "a0{04{30{}}}} 30{30{30{06{@1.3.14.3.2.26}} 04{*20(00)}} 04{00} 02{00}}}",
        "30{02{03} 30{" DATA "a0{04{30{}}}} 30{30{30{06{@1.3.14.3.2.26}} 04{*20(00)}} 04{00} 02{01} 05{}}}",
        "30{02{03} 30{" DATA "a0{04{30{}}}} 30{30{30{06{@1.3.14.3.2.26}} 04{*20(00)}} 04{00} 02{01}} 05{}}",
    };
    (void)state;
    for (size_t i = 0; i < ELEMENTS(cases); i++) {
        expect_refused(maker_der(cases[i], &file), "x", ERROR_INVALID_DATA, "");
    }
    expect_refused(maker_der("30{02{03} 30{06{@1.2.840.113549.1.7.2} a0{30{}}}}", &file), "x",
                   ERROR_INVALID_DATA, "signature");
    assert_true(cert_pfx_present(span_of(&file)));
    expect_refused(maker_der("30{02{03} 30{" DATA
                             "a0{04{30{}}}} 30{30{30{06{@1.3.14.3.2.26}} 04{*20(00)}} 04{00} "
                             "02{1e8481}}}",
                             &file),
                   "x", NTE_NOT_SUPPORTED, "rounds");
    expect_refused(maker_der("30{02{03} 30{" DATA "a0{04{30{}}}} 30{30{30{06{@1.3.14.3.2.26}} 04{*20(00)}} "
                             "04{*257(00)} 02{01}}}",
                             &file),
                   "x", NTE_NOT_SUPPORTED, "salt");
    expect_refused(maker_der("30{02{03} 30{" DATA
                             "a0{04{30{}}}} 30{30{30{06{@1.2.840.113549.1.5.14} 30{}} 04{}} 04{} "
                             "02{01}}}",
                             &file),
                   "x", NTE_NOT_SUPPORTED, "PBMAC1");
    assert_false(cert_pfx_present(rsa_cert.der));
    assert_false(cert_pfx_present(plat_span_of("-----BEGIN", 10)));
    assert_false(cert_pfx_present(plat_span_of(NULL, 0)));
}

/* Bags in bags, and more of them than anybody has. */
static void bombs(void **state)
{
    struct plat_buffer bags;
    struct cert_pfx *pfx;
    (void)state;
    plat_buffer_init(&bags, 1000000);
    for (unsigned depth = LIMIT_PFX_DEPTH; depth <= LIMIT_PFX_DEPTH + 1; depth++) {
        plat_buffer_clear(&bags);
        for (unsigned i = 1; i < depth; i++) {
            plat_buffer_append_text(&bags, BAG(6) "30{");
        }
        for (unsigned i = 1; i < depth; i++) {
            plat_buffer_append_text(&bags, "}}}");
        }
        win_error error = try_open(hand_made(safe_of(plat_buffer_text(&bags))), "x", &pfx);
        assert_int_equal(error, depth <= LIMIT_PFX_DEPTH ? ERROR_SUCCESS : ERROR_INVALID_DATA);
        cert_pfx_free(pfx);
    }
    for (unsigned count = LIMIT_PFX_BAGS; count <= LIMIT_PFX_BAGS + 1; count++) {
        plat_buffer_clear(&bags);
        plat_buffer_printf(&bags, "*%u(" BAG(4) "30{}}})", count);
        win_error error = try_open(hand_made(safe_of(plat_buffer_text(&bags))), "x", &pfx);
        assert_int_equal(error, count <= LIMIT_PFX_BAGS ? ERROR_SUCCESS : ERROR_INVALID_DATA);
        cert_pfx_free(pfx);
    }
    plat_buffer_free(&bags);
    /* constructed OCTET STRINGs in each other, and an end that never comes */
    plat_buffer_clear(&file);
    for (unsigned i = 0; i < 100000; i++) {
        plat_buffer_append(&file, "\x24\x80", 2);
    }
    expect_refused(span_of(&file), "x", ERROR_INVALID_DATA, "");
    static uint8_t large[LIMIT_CERT_FILE + 1];
    expect_refused(plat_span_of(large, sizeof large), "x", ERROR_INVALID_DATA, "");
}

/* ---- BER ---- */

/*
 * The same in BER: indefinite lengths, OCTET STRINGs (and [0] of EncryptedContentInfo) in pieces, long
 * lengths.
 */
static void put_ber(struct plat_span der, struct plat_buffer *out)
{
    static const uint8_t end[2] = {0, 0};
    struct der_reader r = der_reader_of(der);
    struct der_item item;
    while (!der_at_end(&r) && der_read(&r, &item)) {
        bool in_pieces = item.tag == DER_OCTET_STRING || item.tag == DER_CONTEXT(0);
        if (item.content.size < 10 && !in_pieces && (item.tag & 0x20U) == 0) {
            plat_buffer_append(out, item.whole.data, item.whole.size);
            continue;
        }
        if ((item.tag & 0x20U) == 0 && !in_pieces) {
            const uint8_t header[] = {item.tag, 0x83, 0, (uint8_t)(item.content.size >> 8),
                                      (uint8_t)item.content.size};
            plat_buffer_append(out, header, sizeof header);
            plat_buffer_append(out, item.content.data, item.content.size);
            continue;
        }
        plat_buffer_append_u8(out, item.tag | 0x20U);
        plat_buffer_append_u8(out, 0x80);
        for (size_t at = 0; in_pieces && at < item.content.size; at += 100) {
            size_t left = item.content.size - at;
            der_write(out, DER_OCTET_STRING, plat_span_of(item.content.data + at, left < 100 ? left : 100));
        }
        if (!in_pieces) {
            put_ber(item.content, out);
        }
        plat_buffer_append(out, end, sizeof end);
    }
}

static struct plat_span safe_inside(struct plat_span whole)
{
    struct der_reader outer = der_reader_of(whole);
    struct der_reader inside = der_enter(&outer, DER_SEQUENCE);
    (void)der_read_u32(&inside, DER_INTEGER);
    struct der_reader info = der_enter(&inside, DER_SEQUENCE);
    (void)der_read_oid(&info, DER_OID);
    struct der_reader content = der_enter(&info, DER_CONTEXT_CONSTRUCTED(0));
    struct plat_span safe = der_read_tag(&content, DER_OCTET_STRING);
    assert_true(der_finish(&content));
    return safe;
}

static void ber(void **state)
{
    struct plat_buffer ber_safe, ber_file;
    plat_buffer_init(&ber_safe, 100000);
    plat_buffer_init(&ber_file, 100000);
    /* the outside alone, and the authenticated safe with a new MAC around it */
    put_ber(export_with(state, "-passout pass:x -iter 1 -name my"), &ber_file);
    expect_server(span_of(&ber_file), "x", "my");
    put_ber(safe_inside(span_of(&file)), &ber_safe);
    expect_server(around(span_of(&ber_safe)), "x", "my");
    plat_buffer_clear(&ber_file);
    put_ber(span_of(&file), &ber_file);
    expect_server(span_of(&ber_file), "x", "my");
    for (size_t size = 0; size < ber_file.size; size++) {
        expect_refused(plat_span_of(ber_file.data, size), "x", ERROR_INVALID_DATA, "");
    }
    /* contents in BER, inside a part that is not encrypted */
    struct plat_buffer bags;
    plat_buffer_init(&bags, 100000);
    plat_buffer_append_text(&bags, "30{");
    put_cert_bag(&bags, &ec_cert, "31{" NAME("0061") "}");
    plat_buffer_append_text(&bags, "}");
    plat_buffer_clear(&ber_safe);
    put_ber(maker_der(plat_buffer_text(&bags), &work), &ber_safe);
    plat_buffer_clear(&bags);
    plat_buffer_append_text(&bags, "30{30{" DATA "a0{04{");
    put_hex(&bags, span_of(&ber_safe));
    plat_buffer_append_text(&bags, "}}}}");
    struct cert_pfx *pfx;
    assert_int_equal(try_open(hand_made(plat_buffer_text(&bags)), "x", &pfx), ERROR_SUCCESS);
    assert_int_equal(cert_pfx_count(pfx), 1);
    assert_string_equal(cert_pfx_friendly_name(pfx, 0), "a");
    cert_pfx_free(pfx);
    plat_buffer_free(&bags);
    plat_buffer_free(&ber_safe);
    plat_buffer_free(&ber_file);
}

static void bad_ber(void **state)
{
    static const char *const cases[] = {
        "30 80",          "30 80 00",       "30 80 00 00 00",    "04 80 00 00", "30 85 00 00 00 00 00",
        "30 84 ff ff ff", "24 80 05 00 00", "24 02 05 00",       "1f 01 00",    "30 02 1f 00",
        "30 03 04 02 00", "00 00",          "30 80 04 05 00 00", "80",          "30 84 ff ff ff ff 00",
    };
    (void)state;
    for (size_t i = 0; i < ELEMENTS(cases); i++) {
        expect_refused(maker_der(cases[i], &file), "x", ERROR_INVALID_DATA, "");
    }
}

/* ---- damage ---- */

static void cut_and_changed(void **state)
{
    struct cert_pfx *pfx;
    tool_run(
        state,
        "openssl pkcs12 -export -inkey ec.key -in ec.pem -passout pass:x -iter 1 -nomaciter -out made.pfx");
    struct plat_span whole = tool_read(state, "made.pfx", &file);
    assert_int_equal(try_open(whole, "x", &pfx), ERROR_SUCCESS);
    cert_pfx_free(pfx);
    for (size_t size = 0; size < whole.size; size++) {
        expect_refused(plat_span_of(whole.data, size), "x", ERROR_INVALID_DATA, "");
    }
    for (size_t at = 0; at < whole.size; at++) {
        file.data[at] ^= (uint8_t)(1U << at % 8);
        if (cert_pfx_open(whole, "x", &pfx, NULL) == ERROR_SUCCESS) {
            fail_msg("byte %zu was changed unnoticed", at);
        }
        file.data[at] ^= (uint8_t)(1U << at % 8);
    }
    /* the same behind a MAC that agrees: nothing but the reader stands in the way */
    plat_buffer_clear(&text);
    struct plat_span safe = safe_inside(whole);
    plat_buffer_append(&text, safe.data, safe.size);
    for (size_t at = 0; at < text.size; at++) {
        text.data[at] ^= (uint8_t)(1U << at % 8);
        if (cert_pfx_open(around(span_of(&text)), "x", &pfx, NULL) == ERROR_SUCCESS) {
            cert_pfx_free(pfx);
        }
        text.data[at] ^= (uint8_t)(1U << at % 8);
        if (at % 4 == 0) {
            win_error error = cert_pfx_open(around(plat_span_of(text.data, at)), "x", &pfx, NULL);
            assert_int_equal(error, ERROR_INVALID_DATA);
        }
    }
}

/* ---- memory ---- */

static void no_memory(void **state)
{
    unsigned failures = 1;
    struct cert_pfx *pfx;
    struct plat_span whole = export_with(state, "-passout pass:x -iter 1 -nomaciter -name my");
    for (unsigned nth = 1; failures != 0; nth++) {
        size_t live = plat_fake_memory_live();
        plat_fake_memory_fail(nth, false);
        win_error error = cert_pfx_open(whole, "x", &pfx, NULL);
        failures = plat_fake_memory_failures();
        plat_fake_memory_fail(0, false);
        assert_int_equal(error, failures == 0 ? ERROR_SUCCESS : ERROR_NOT_ENOUGH_MEMORY);
        cert_pfx_free(pfx);
        assert_int_equal(plat_fake_memory_live(), live);
    }
    struct cert_key *key = key_from(&rsa);
    const struct cert *others[] = {&ec_cert};
    struct cert_pfx_content content = {&rsa_cert, key, others, 1, "my"};
    failures = 1;
    for (unsigned nth = 1; failures != 0; nth++) {
        struct plat_buffer out;
        size_t live = plat_fake_memory_live();
        plat_buffer_init(&out, 100000);
        plat_fake_memory_fail(nth, false);
        win_error error = cert_pfx_write(&content, "secret", CERT_PFX_TRIPLE_DES, &out);
        failures = plat_fake_memory_failures();
        plat_fake_memory_fail(0, false);
        assert_int_equal(error, failures == 0 ? ERROR_SUCCESS : ERROR_NOT_ENOUGH_MEMORY);
        plat_buffer_free(&out);
        assert_int_equal(plat_fake_memory_live(), live);
    }
    cert_key_free(key);
}

/* No password, key or prime is left in freed memory. */
static void nothing_left(void **state)
{
    static const char password[] = "a long secret of \xc3\xa4 kind";
    static const char wide[] = "\0a\0 \0l\0o\0n\0g\0 \0s\0e\0c\0r\0e\0t";
    struct cert_pfx *pfx;
    char options[300];
    const char *const ways[] = {"", "-legacy", "-keypbe NONE -certpbe NONE"};
    for (size_t i = 0; i < ELEMENTS(ways); i++) {
        snprintf(options, sizeof options, "-passout 'pass:%s' %s", password, ways[i]);
        struct plat_span whole = export_with(state, options);
        leftover_watch(password, sizeof password - 1);
        leftover_watch(wide, sizeof wide - 1);
        leftover_watch(rsa.rsa.p, 32);
        leftover_watch(rsa.rsa.dq, 32);
        assert_int_equal(cert_pfx_open(whole, password, &pfx, NULL), ERROR_SUCCESS);
        cert_pfx_free(pfx);
        assert_int_equal(cert_pfx_open(whole, "another", &pfx, NULL), ERROR_INVALID_PASSWORD);
        assert_int_equal(leftover_stop(), 0);
    }
    struct cert_key *key = key_from(&rsa);
    struct cert_pfx_content content = {.cert = &rsa_cert, .key = key};
    plat_buffer_clear(&file);
    leftover_watch(password, sizeof password - 1);
    leftover_watch(wide, sizeof wide - 1);
    leftover_watch(rsa.rsa.p, 32);
    assert_int_equal(cert_pfx_write(&content, password, CERT_PFX_TRIPLE_DES, &file), ERROR_SUCCESS);
    assert_int_equal(cert_pfx_write(&content, password, CERT_PFX_AES256_SHA256, &file), ERROR_SUCCESS);
    cert_key_free(key);
    assert_int_equal(leftover_stop(), 0);
    /* the watch does see what is left */
    char *copy = plat_strdup(password);
    leftover_watch(password, sizeof password - 1);
    plat_free(copy);
    assert_int_equal(leftover_stop(), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(openssl_writes),
        cmocka_unit_test(password_forms),
        cmocka_unit_test(key_of_another),
        cmocka_unit_test(other_writers),
        cmocka_unit_test(own_files),
        cmocka_unit_test(own_refusals),
        cmocka_unit_test(keys_by_id_and_by_trying),
        cmocka_unit_test(structures),
        cmocka_unit_test(outsides),
        cmocka_unit_test(bombs),
        cmocka_unit_test(ber),
        cmocka_unit_test(bad_ber),
        cmocka_unit_test(cut_and_changed),
        cmocka_unit_test(no_memory),
        cmocka_unit_test(nothing_left),
    };
    return cmocka_run_group_tests_name("certstore.pfx", tests, setup, teardown);
}
