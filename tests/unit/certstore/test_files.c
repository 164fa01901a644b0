/* SPDX-License-Identifier: Apache-2.0 */
/* Files of certificates: told apart, read, written; PKCS #7. */
#include "maker.h"

#include "certstore/file.h"
#include "certstore/pkcs7.h"

#include <stdio.h>
#include <string.h>

static struct plat_buffer bytes, text, item;

static int setup(void **state)
{
    (void)state;
    plat_buffer_init(&bytes, 1024U * 1024U);
    plat_buffer_init(&text, 1024U * 1024U);
    plat_buffer_init(&item, 1024U * 1024U);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    plat_buffer_free(&bytes);
    plat_buffer_free(&text);
    plat_buffer_free(&item);
    return 0;
}

static struct plat_span span_of(const struct plat_buffer *buffer)
{
    return plat_span_of(buffer->data, buffer->size);
}

struct seen {
    unsigned certificates, crls, stop_at;
    struct plat_span last; /* content; lives as long as the file, unless that is PEM */
};

static win_error see(void *context, const struct cert_blob *blob)
{
    struct seen *seen = context;
    *(blob->kind == CERT_BLOB_CRL ? &seen->crls : &seen->certificates) += 1;
    seen->last = blob->content;
    return seen->certificates + seen->crls == seen->stop_at ? ERROR_CANCELLED : ERROR_SUCCESS;
}

static win_error see_item(void *context, bool is_crl, struct plat_span found)
{
    return see(context,
               &(struct cert_blob){.kind = is_crl ? CERT_BLOB_CRL : CERT_BLOB_CERTIFICATE, .content = found});
}

#define ALGORITHM "30{06{@1.2.840.10045.4.3.2}}"
#define SIGNATURE ALGORITHM "03{00 aa}"
#define NAME "30{31{30{06{@2.5.4.3} 0c{'A'}}}}"
#define TIMES "17{'200101000000Z'} 17{'400101000000Z'}"
#define KEY "30{30{06{@1.2.840.10045.2.1}} 03{00 04}}"
#define CERT "30{30{a0{02{02}} 02{01} " ALGORITHM NAME "30{" TIMES "}" NAME KEY "}" SIGNATURE "}"
#define CERT_V1 "30{30{02{01} " ALGORITHM NAME "30{" TIMES "}" NAME KEY "}" SIGNATURE "}"
#define CRL "30{30{02{01} " ALGORITHM NAME TIMES "}" SIGNATURE "}"
#define CRL_V1 "30{30{" ALGORITHM NAME TIMES "}" SIGNATURE "}"
#define SIGNED_DATA "06{@1.2.840.113549.1.7.2}"
#define DATA "30{06{@1.2.840.113549.1.7.1}}"
#define TRUST_LIST "30{06{@1.3.6.1.4.1.311.10.1} a0{30{}}}"
#define P7B(sets) "30{" SIGNED_DATA "a0{30{02{01} 31{} " DATA sets "31{}}}}"
#define SST "00000000 'CERT'"
#define SST_CERT "20000000 01000000 02000000 3000"
#define SST_CRL "21000000 01000000 02000000 3000"
#define SST_CTL "22000000 01000000 02000000 3000"
#define SST_END "00000000 00000000 00000000"

static void kinds(void **state)
{
    static const struct {
        const char *file;
        enum cert_file_kind kind;
        win_error result;
        unsigned certificates, crls;
    } cases[] = {
        {CERT, CERT_FILE_CERTIFICATE, ERROR_SUCCESS, 1, 0},
        {CERT_V1, CERT_FILE_CERTIFICATE, ERROR_SUCCESS, 1, 0},
        {CRL, CERT_FILE_CRL, ERROR_SUCCESS, 0, 1},
        {CRL_V1, CERT_FILE_CRL, ERROR_SUCCESS, 0, 1},
        {CERT "00", CERT_FILE_UNKNOWN, ERROR_INVALID_DATA, 0, 0},
        {P7B("a0{" CERT CERT_V1 "}"), CERT_FILE_PKCS7, ERROR_SUCCESS, 2, 0},
        {P7B("a0{" CERT "} a1{" CRL CRL "}"), CERT_FILE_PKCS7, ERROR_SUCCESS, 1, 2},
        {P7B("a1{" CRL "}"), CERT_FILE_PKCS7, ERROR_SUCCESS, 0, 1},
        {P7B("a0{ a1{30{}} " CERT " a3{06{2a}} } a1{ a1{06{2a}} }"), CERT_FILE_PKCS7, ERROR_SUCCESS, 1, 0},
        {P7B(""), CERT_FILE_PKCS7, ERROR_INVALID_DATA, 0, 0}, /* nothing is in it */
        {P7B("a0{" CERT "}") "00", CERT_FILE_PKCS7, ERROR_INVALID_DATA, 0, 0},
        {P7B("a0{" CERT " 30}"), CERT_FILE_PKCS7, ERROR_INVALID_DATA, 0, 0},
        {P7B("a1{" CRL "} a0{" CERT "}"), CERT_FILE_PKCS7, ERROR_INVALID_DATA, 0, 0},
        {"30{" SIGNED_DATA "}", CERT_FILE_PKCS7, ERROR_INVALID_DATA, 0, 0},
        /* Whoever has signed a trust list is not on it. */
        {"30{" SIGNED_DATA "a0{30{02{01} 31{} " TRUST_LIST "a0{" CERT "} 31{}}}}", CERT_FILE_PKCS7,
         ERROR_NOT_SUPPORTED, 0, 0},
        /* BER, indefinite lengths */
        {"30 80 " SIGNED_DATA "a0 80 30 80 02{01} 31{}" DATA "a0 80 " CERT " 00 00 31{} 00 00 00 00 00 00",
         CERT_FILE_PKCS7, ERROR_INVALID_DATA, 0, 0},
        {"30{" DATA "}", CERT_FILE_UNKNOWN, ERROR_INVALID_DATA, 0, 0},
        {SST SST_CERT SST_CTL SST_CRL SST_END, CERT_FILE_SST, ERROR_SUCCESS, 1, 1},
        {SST SST_CTL SST_END, CERT_FILE_SST, ERROR_INVALID_DATA, 0, 0},
        {SST SST_CERT, CERT_FILE_SST, ERROR_INVALID_DATA, 0, 0},
        {"30{02{03} 30{06{@1.2.840.113549.1.7.1} a0{04{}}} 30{30{} 04{} 02{01}}}", CERT_FILE_PFX,
         NTE_BAD_TYPE, 0, 0},
        {"30{02{03} 30{06{@1.2.840.113549.1.7.1} a0{04{}}}}", CERT_FILE_PFX, NTE_BAD_TYPE, 0, 0},
        {"30 80 02{03} 30 80 06{@1.2.840.113549.1.7.1} a0 80 24 80 04{} 0000 0000 0000 0000", CERT_FILE_PFX,
         NTE_BAD_TYPE, 0, 0},                                                                  /* BER */
        {"30{02{00} 30{06{@1.2.840.10045.2.1}} 04{30{}}}", CERT_FILE_KEY, NTE_BAD_TYPE, 0, 0}, /* PKCS #8 */
        {"30{02{00} 02{05} 02{03}}", CERT_FILE_KEY, NTE_BAD_TYPE, 0, 0},                       /* PKCS #1 */
        {"30{02{01} 04{aa}}", CERT_FILE_KEY, NTE_BAD_TYPE, 0, 0},                              /* SEC 1 */
        {"30{30{06{@1.2.840.113549.1.5.13} 30{}} 04{aa}}", CERT_FILE_KEY, NTE_BAD_TYPE, 0, 0}, /* encrypted */
        {"", CERT_FILE_UNKNOWN, ERROR_INVALID_DATA, 0, 0},
        {"'hello'", CERT_FILE_UNKNOWN, ERROR_INVALID_DATA, 0, 0},
        {"30{}", CERT_FILE_UNKNOWN, ERROR_INVALID_DATA, 0, 0},
        {"30{02{01}}", CERT_FILE_UNKNOWN, ERROR_INVALID_DATA, 0, 0},
    };
    (void)state;
    for (size_t i = 0; i < ELEMENTS(cases); i++) {
        struct seen seen = {0};
        struct plat_span file = maker_der(cases[i].file, &bytes);
        enum cert_file_kind kind = cert_file_kind_of(file);
        win_error error = cert_file_read(file, see, &seen);
        if (kind != cases[i].kind || error != cases[i].result || seen.certificates != cases[i].certificates ||
            seen.crls != cases[i].crls) {
            fail_msg("%s: kind %d, error %#x, %u and %u", cases[i].file, kind, (unsigned)error,
                     seen.certificates, seen.crls);
        }
    }
}

/* ---- PEM ---- */

static void append_block(const char *label, const char *der, bool crlf)
{
    struct plat_buffer lines;
    plat_buffer_init(&lines, 100000);
    cert_pem_write(&lines, label, maker_der(der, &bytes));
    for (size_t i = 0; i < lines.size; i++) {
        if (crlf && lines.data[i] == '\n') {
            plat_buffer_append_u8(&text, '\r');
        }
        plat_buffer_append_u8(&text, lines.data[i]);
    }
    plat_buffer_free(&lines);
}

static void pem(void **state)
{
    static const struct {
        const char *labels[4], *contents[4];
        enum cert_file_kind kind;
        win_error result;
        unsigned certificates, crls;
    } cases[] = {
        {{"CERTIFICATE"}, {CERT}, CERT_FILE_PEM, ERROR_SUCCESS, 1, 0},
        {{"X509 CERTIFICATE", "CERTIFICATE"}, {CERT, CERT}, CERT_FILE_PEM, ERROR_SUCCESS, 2, 0},
        {{"TRUSTED CERTIFICATE"}, {CERT "30{30{06{2a}}}"}, CERT_FILE_PEM, ERROR_SUCCESS, 1, 0},
        {{"TRUSTED CERTIFICATE"}, {"04{}"}, CERT_FILE_PEM, ERROR_INVALID_DATA, 0, 0},
        {{"X509 CRL", "CERTIFICATE"}, {CRL, CERT}, CERT_FILE_PEM, ERROR_SUCCESS, 1, 1},
        {{"PKCS7"}, {P7B("a0{" CERT CERT "} a1{" CRL "}")}, CERT_FILE_PEM, ERROR_SUCCESS, 2, 1},
        {{"CMS"}, {P7B("a0{" CERT "}")}, CERT_FILE_PEM, ERROR_SUCCESS, 1, 0},
        {{"PKCS7"}, {CERT}, CERT_FILE_PEM, ERROR_INVALID_DATA, 0, 0},
        {{"PKCS7"}, {P7B("")}, CERT_FILE_PEM, ERROR_INVALID_DATA, 0, 0},
        /* certutil -encode has one label for everything */
        {{"CERTIFICATE"}, {P7B("a0{" CERT CERT "}")}, CERT_FILE_PEM, ERROR_SUCCESS, 2, 0},
        {{"CERTIFICATE"}, {CRL}, CERT_FILE_PEM, ERROR_SUCCESS, 0, 1},
        {{"PRIVATE KEY"}, {"30{}"}, CERT_FILE_KEY, NTE_BAD_TYPE, 0, 0},
        {{"ENCRYPTED PRIVATE KEY"}, {"30{}"}, CERT_FILE_KEY, NTE_BAD_TYPE, 0, 0},
        {{"EC PARAMETERS", "EC PRIVATE KEY"}, {"06{2a}", "30{}"}, CERT_FILE_KEY, NTE_BAD_TYPE, 0, 0},
        {{"RSA PRIVATE KEY", "CERTIFICATE"}, {"30{}", CERT}, CERT_FILE_PEM, ERROR_SUCCESS, 1, 0},
        {{"SOMETHING"}, {"30{}"}, CERT_FILE_UNKNOWN, ERROR_INVALID_DATA, 0, 0},
    };
    (void)state;
    for (size_t i = 0; i < 2 * ELEMENTS(cases); i++) {
        size_t at = i / 2;
        struct seen seen = {0};
        plat_buffer_clear(&text);
        plat_buffer_append_text(&text, "subject=CN = A\r\n");
        for (size_t n = 0; n < 4 && cases[at].labels[n] != NULL; n++) {
            append_block(cases[at].labels[n], cases[at].contents[n], i % 2 != 0);
        }
        win_error error = cert_file_read(span_of(&text), see, &seen);
        if (cert_file_kind_of(span_of(&text)) != cases[at].kind || error != cases[at].result ||
            seen.certificates != cases[at].certificates || seen.crls != cases[at].crls) {
            fail_msg("case %zu: %#x, %u and %u", i, (unsigned)error, seen.certificates, seen.crls);
        }
    }
}

static void damaged_pem(void **state)
{
    static const struct {
        const char *text;
        win_error result;
        unsigned certificates;
    } cases[] = {
        {"-----BEGIN CERTIFICATE-----\nQUJD\n-----END CERTIFICATE-----\n", ERROR_SUCCESS, 1},
        {"-----BEGIN CERTIFICATE-----\nQUJ*\n-----END CERTIFICATE-----\n", ERROR_INVALID_DATA, 0},
        {"-----BEGIN CERTIFICATE-----\nQUJD\n-----END CERTIFICATE-----\n-----BEGIN CERTIFICATE-----\nQUJD\n",
         ERROR_INVALID_DATA, 1},
        {"-----BEGIN CERTIFICATE-----\nQUJD\n", ERROR_INVALID_DATA, 0},
    };
    struct seen seen = {.stop_at = 1};
    (void)state;
    for (size_t i = 0; i < ELEMENTS(cases); i++) {
        struct seen each = {0};
        struct plat_span file = plat_span_of(cases[i].text, strlen(cases[i].text));
        assert_int_equal(cert_file_read(file, see, &each), cases[i].result);
        assert_int_equal(each.certificates, cases[i].certificates);
    }
    plat_buffer_clear(&text);
    append_block("CERTIFICATE", CERT, false);
    append_block("CERTIFICATE", CERT, false);
    assert_int_equal(cert_file_read(span_of(&text), see, &seen), ERROR_CANCELLED);
    assert_int_equal(seen.certificates, 1);
}

/* ---- PKCS #7 ---- */

static void written_and_read(void **state)
{
    static const char *const expected[] = {
        P7B(""),
        P7B("a0{" CERT "}"),
        P7B("a1{" CRL "}"),
        P7B("a0{" CERT "} a1{" CRL "}"),
    };
    struct plat_buffer cert, crl;
    (void)state;
    plat_buffer_init(&cert, 100000);
    plat_buffer_init(&crl, 100000);
    for (unsigned i = 0; i < ELEMENTS(expected); i++) {
        struct seen seen = {0};
        plat_buffer_clear(&text);
        cert_pkcs7_write(&text, maker_der((i & 1U) != 0 ? CERT : "", &cert),
                         maker_der((i & 2U) != 0 ? CRL : "", &crl));
        assert_true(plat_span_equal(span_of(&text), maker_der(expected[i], &bytes)));
        assert_true(cert_pkcs7_present(span_of(&text)));
        assert_int_equal(cert_pkcs7_read(span_of(&text), see_item, &seen), ERROR_SUCCESS);
        assert_int_equal(seen.certificates, i & 1U);
        assert_int_equal(seen.crls, i >> 1);
    }
    /* Of every size of length. */
    static const size_t sizes[] = {100, 127, 128, 255, 256, 65535, 65536, 100000};
    for (size_t i = 0; i < ELEMENTS(sizes); i++) {
        struct seen seen = {0};
        char recipe[60];
        snprintf(recipe, sizeof recipe, "30{ *%zu(61) }", sizes[i]);
        struct plat_span element = maker_der(recipe, &item);
        plat_buffer_clear(&text);
        cert_pkcs7_write(&text, element, (struct plat_span){0});
        assert_int_equal(cert_pkcs7_read(span_of(&text), see_item, &seen), ERROR_SUCCESS);
        assert_int_equal(seen.certificates, 1);
        assert_true(plat_span_equal(seen.last, element));
    }
    plat_buffer_free(&cert);
    plat_buffer_free(&crl);
}

/* No truncation is taken, and whatever a flipped bit does, what is handed over lies within the file. */
static void damage(void **state)
{
    struct plat_span file = maker_der(P7B("a0{" CERT CERT_V1 "} a1{" CRL "}"), &bytes);
    (void)state;
    for (size_t size = 0; size < file.size; size++) {
        struct seen seen = {0};
        assert_int_equal(cert_file_read(plat_span_of(file.data, size), see, &seen), ERROR_INVALID_DATA);
        assert_int_equal(seen.certificates, 0);
    }
    unsigned good = 0, bad = 0;
    for (size_t i = 0; i < 8 * file.size; i++) {
        struct seen seen = {0};
        bytes.data[i / 8] ^= (uint8_t)(1U << (i % 8));
        if (cert_pkcs7_read(file, see_item, &seen) == ERROR_SUCCESS) {
            good++;
            assert_true(seen.last.data == NULL || (seen.last.data >= file.data &&
                                                   seen.last.data + seen.last.size <= file.data + file.size));
        } else {
            bad++;
            assert_int_equal(seen.certificates + seen.crls, 0); /* all or nothing */
        }
        bytes.data[i / 8] ^= (uint8_t)(1U << (i % 8));
    }
    assert_true(good > 0 && bad > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(kinds),       cmocka_unit_test(pem),
        cmocka_unit_test(damaged_pem), cmocka_unit_test(written_and_read),
        cmocka_unit_test(damage),
    };
    return cmocka_run_group_tests_name("certstore.files", tests, setup, teardown);
}
