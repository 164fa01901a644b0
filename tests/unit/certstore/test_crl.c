/* SPDX-License-Identifier: Apache-2.0 */
/* CRLs: what is read of them, and what is refused. */
#include "maker.h"

#include "cert/crl.h"
#include "certstore/crl.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ALGORITHM "30{06{@1.2.840.10045.4.3.2}}"
#define NAME(cn) "30{31{30{06{@2.5.4.3} 0c{'" cn "'}}}}"
#define TIMES "17{'200101000000Z'} 17{'300101000000Z'}"
#define HEAD "02{01}" ALGORITHM NAME("Issuer") TIMES
#define LIST(tbs) "30{ 30{" tbs "}" ALGORITHM "03{00 30{02{01} 02{01}}} }"
#define EXTENSION(oid, value) "30{06{@" oid "} 04{" value "}}"
#define CRITICAL(oid, value) "30{06{@" oid "} 01{ff} 04{" value "}}"
#define EXTENSIONS(list) "a0{30{" list "}}"
#define ENTRY(serial, more) "30{02{" serial "} 17{'210101000000Z'}" more "}"
#define WITH_ENTRY(extension) LIST(HEAD "30{" ENTRY("05", "30{" extension "}") "}")

static struct plat_buffer der;

static int setup(void **state)
{
    (void)state;
    plat_buffer_init(&der, LIMIT_CRL_SIZE + 1024U);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    plat_buffer_free(&der);
    return 0;
}

static void refused(void **state)
{
    static const struct {
        const char *text;
        win_error error;
    } cases[] = {
        {"", CRYPT_E_ASN1_BADTAG},
        {"31{}", CRYPT_E_ASN1_BADTAG},
        {"30{}", CRYPT_E_ASN1_CORRUPT},
        {LIST("02{02}" ALGORITHM NAME("I") TIMES), CRYPT_E_ASN1_CORRUPT},
        {LIST("02{01}" NAME("I") TIMES), CRYPT_E_ASN1_CORRUPT},
        {LIST("02{01}" ALGORITHM "30{31{}}" TIMES), CRYPT_E_ASN1_CORRUPT},
        {LIST("02{01}" ALGORITHM NAME("I")), CRYPT_E_ASN1_CORRUPT},
        {LIST("02{01}" ALGORITHM NAME("I") "17{'2001010000Z'}"), CRYPT_E_ASN1_CORRUPT},
        {LIST(HEAD "17{'300101000000Z'}"), CRYPT_E_ASN1_CORRUPT},
        {LIST(HEAD "30{05 00}"), CRYPT_E_ASN1_CORRUPT},
        {LIST(HEAD "30{30{02{05}}}"), CRYPT_E_ASN1_CORRUPT},
        {LIST(HEAD "30{" ENTRY("00 05", "") "}"), CRYPT_E_ASN1_CORRUPT},
        {LIST(HEAD "30{" ENTRY("05", "30{}") "}"), CRYPT_E_ASN1_CORRUPT},
        {LIST(HEAD "30{" ENTRY("05", "05 00") "}"), CRYPT_E_ASN1_CORRUPT},
        {LIST(HEAD "30{" ENTRY("05", "30{05 00}") "}"), CRYPT_E_ASN1_CORRUPT},
        {LIST(HEAD EXTENSIONS("")), CRYPT_E_ASN1_CORRUPT},
        {LIST(HEAD EXTENSIONS("05 00")), CRYPT_E_ASN1_CORRUPT},
        {LIST(HEAD EXTENSIONS(EXTENSION("2.5.29.20", "02{01}")) "05 00"), CRYPT_E_ASN1_CORRUPT},
        /* version 1 has neither kind of extensions */
        {LIST(ALGORITHM NAME("I") TIMES EXTENSIONS(EXTENSION("2.5.29.20", "02{01}"))), CRYPT_E_ASN1_CORRUPT},
        {LIST(ALGORITHM NAME("I") TIMES "30{" ENTRY("05", "30{" EXTENSION("2.5.29.21", "0a{01}") "}") "}"),
         CRYPT_E_ASN1_CORRUPT},
        {"30{30{" HEAD "}" ALGORITHM "}", CRYPT_E_ASN1_CORRUPT},
        {"30{30{" HEAD "}" ALGORITHM "03{08 01}}", CRYPT_E_ASN1_CORRUPT},
        {LIST(HEAD) "00", CRYPT_E_ASN1_CORRUPT},
    };
    (void)state;
    for (size_t i = 0; i < ELEMENTS(cases); i++) {
        struct cert_crl crl;
        if (cert_crl_parse(maker_der(cases[i].text, &der), &crl) != cases[i].error || crl.der.data != NULL) {
            fail_msg("case %zu: %s", i, cases[i].text);
        }
    }
}

static void size_is_bounded(void **state)
{
    struct cert_crl crl;
    (void)state;
    uint8_t *bytes = calloc(LIMIT_CRL_SIZE + 1U, 1);
    assert_non_null(bytes);
    assert_int_equal(cert_crl_parse(plat_span_of(bytes, LIMIT_CRL_SIZE + 1U), &crl), CRYPT_E_ASN1_LARGE);
    assert_int_equal(cert_crl_parse(plat_span_of(bytes, LIMIT_CRL_SIZE), &crl), CRYPT_E_ASN1_BADTAG);
    free(bytes);
}

/* Which of the three flags does it raise? m = malformed extension, c = unknown critical, e = unusable entry */
static void flags(void **state)
{
    static const struct {
        const char *text, *flags;
    } cases[] = {
        {LIST(HEAD), ""},
        {LIST(HEAD "30{}"), ""},
        {LIST("02{00}" ALGORITHM NAME("I") TIMES), ""},
        {LIST(HEAD EXTENSIONS(EXTENSION("2.5.29.99", "05 00"))), ""},
        {LIST(HEAD EXTENSIONS(CRITICAL("2.5.29.99", "05 00"))), "c"},
        {LIST(HEAD EXTENSIONS(CRITICAL("2.5.29.15", "03{01 06}"))), "c"},
        {LIST(HEAD EXTENSIONS(CRITICAL("2.5.29.20", "02{01}"))), ""},
        {LIST(HEAD EXTENSIONS(EXTENSION("2.5.29.20", "02{ff}"))), "m"},
        {LIST(HEAD EXTENSIONS(EXTENSION("2.5.29.20", "02{01}") EXTENSION("2.5.29.20", "02{01}"))), "m"},
        {LIST(HEAD EXTENSIONS(CRITICAL("2.5.29.27", "02{01}"))), ""},
        {LIST(HEAD EXTENSIONS(CRITICAL("2.5.29.27", "05 00"))), "m"},
        {LIST(HEAD EXTENSIONS(EXTENSION("2.5.29.35", "30{80{01 02}}"))), ""},
        {LIST(HEAD EXTENSIONS(EXTENSION("2.5.29.35", "30{82{01}}"))), "m"},
        {LIST(HEAD EXTENSIONS(EXTENSION("2.5.29.18", "30{82{'a.example'}}"))), ""},
        {LIST(HEAD EXTENSIONS(EXTENSION("2.5.29.18", "30{}"))), "m"},
        {LIST(HEAD EXTENSIONS(EXTENSION("2.5.29.46", "30{30{a0{a0{86{'http://a/'}}}}}"))), ""},
        {LIST(HEAD EXTENSIONS(EXTENSION("2.5.29.46", "30{}"))), "m"},
        {LIST(HEAD EXTENSIONS(EXTENSION("1.3.6.1.5.5.7.1.1", "05 00"))), ""},
        {LIST(HEAD EXTENSIONS(CRITICAL("2.5.29.28", "30{}"))), "m"},
        {LIST(HEAD EXTENSIONS(CRITICAL("2.5.29.28", "30{81{ff}}"))), ""},
        {LIST(HEAD EXTENSIONS(CRITICAL("2.5.29.28", "30{81{00}}"))), ""},
        {LIST(HEAD EXTENSIONS(CRITICAL("2.5.29.28", "30{81{01}}"))), "m"},
        {LIST(HEAD EXTENSIONS(CRITICAL("2.5.29.28", "30{81{ff} 82{ff}}"))), "m"},
        {LIST(HEAD EXTENSIONS(CRITICAL("2.5.29.28", "30{82{ff} 81{ff}}"))), "m"},
        {LIST(HEAD EXTENSIONS(CRITICAL("2.5.29.28", "30{83{01 06} 84{ff}}"))), ""},
        {LIST(HEAD EXTENSIONS(CRITICAL("2.5.29.28", "30{a0{a1{30{06{@2.5.4.3} 0c{'x'}}}}}"))), ""},
        {LIST(HEAD EXTENSIONS(CRITICAL("2.5.29.28", "30{a0{a1{}}}"))), "m"},
        {LIST(HEAD EXTENSIONS(CRITICAL("2.5.29.28", "30{a0{a0{*16(82{'a'})}}}"))), ""},
        {LIST(HEAD EXTENSIONS(CRITICAL("2.5.29.28", "30{a0{a0{*17(82{'a'})}}}"))), "m"},
        {WITH_ENTRY(EXTENSION("2.5.29.21", "0a{01}")), ""},
        {WITH_ENTRY(CRITICAL("2.5.29.21", "0a{0a}")), ""},
        {WITH_ENTRY(EXTENSION("2.5.29.21", "0a{07}")), "e"},
        {WITH_ENTRY(EXTENSION("2.5.29.21", "0a{0b}")), "e"},
        {WITH_ENTRY(EXTENSION("2.5.29.21", "02{01}")), "e"},
        {WITH_ENTRY(EXTENSION("2.5.29.21", "0a{01}") EXTENSION("2.5.29.21", "0a{01}")), "e"},
        {WITH_ENTRY(EXTENSION("2.5.29.24", "18{'20200101000000Z'}")), ""},
        {WITH_ENTRY(EXTENSION("2.5.29.24", "17{'200101000000Z'}")), "e"},
        {WITH_ENTRY(EXTENSION("2.5.29.23", "06{@1.2.3}")), ""},
        {WITH_ENTRY(EXTENSION("2.5.29.99", "05 00")), ""},
        {WITH_ENTRY(CRITICAL("2.5.29.99", "05 00")), "e"},
        /* only an indirect list may name other issuers */
        {WITH_ENTRY(CRITICAL("2.5.29.29", "30{a4{" NAME("Other") "}}")), "e"},
        {LIST(HEAD
              "30{" ENTRY("05", "30{" CRITICAL("2.5.29.29", "30{a4{" NAME("Other") "}}") "}") "}" EXTENSIONS(
                  CRITICAL("2.5.29.28", "30{84{ff}}"))),
         ""},
        {LIST(HEAD "30{" ENTRY("05", "30{" CRITICAL("2.5.29.29", "30{82{'other'}}") "}") "}" EXTENSIONS(
             CRITICAL("2.5.29.28", "30{84{ff}}"))),
         "e"},
    };
    (void)state;
    for (size_t i = 0; i < ELEMENTS(cases); i++) {
        struct cert_crl crl;
        char found[4];
        assert_int_equal(cert_crl_parse(maker_der(cases[i].text, &der), &crl), ERROR_SUCCESS);
        (void)snprintf(found, sizeof found, "%s%s%s", crl.malformed_extension ? "m" : "",
                       crl.unknown_critical ? "c" : "", crl.unusable_entry ? "e" : "");
        if (strcmp(found, cases[i].flags) != 0) {
            fail_msg("case %zu: '%s' where '%s' was expected: %s", i, found, cases[i].flags, cases[i].text);
        }
    }
}

static void fields(void **state)
{
    static const char text[] =
        LIST("02{01}" ALGORITHM NAME(
            "Issuer") "17{'200101000000Z'} 18{'20510101000000Z'}"
                      "30{" ENTRY("05", "")
                          ENTRY("00 ff", "30{" EXTENSION("2.5.29.21", "0a{06}") "}") "}" EXTENSIONS(
                              EXTENSION("2.5.29.20", "02{01 00}") CRITICAL("2.5.29.27", "02{09}")
                                  EXTENSION("2.5.29.35", "30{80{ab cd}}") CRITICAL(
                                      "2.5.29.28", "30{a0{a0{86{'http://a/'}}} 82{ff} 83{01 06} 84{ff}}")));
    struct cert_crl crl;
    struct cert_crl_entry entry;
    size_t at = 0;
    (void)state;
    assert_int_equal(cert_crl_parse(maker_der(text, &der), &crl), ERROR_SUCCESS);
    assert_int_equal(crl.version, 2);
    assert_int_equal(crl.this_update, 1577836800);
    assert_true(crl.has_next_update);
    assert_int_equal(crl.next_update, 2556144000);
    assert_int_equal(crl.number.size, 2);
    assert_true(crl.is_delta);
    assert_int_equal(crl.base_number.data[0], 9);
    assert_int_equal(crl.authority_key_id.data[0], 0xab);
    assert_true(crl.has_scope && crl.scope.ca_certificates_only && crl.scope.indirect);
    assert_false(crl.scope.user_certificates_only);
    assert_true(crl.scope.has_reasons);
    assert_int_equal(crl.scope.reasons, 1U << 5 | 1U << 6);
    assert_true(crl.scope.distribution_point.size > 9);

    assert_true(cert_crl_next(&crl, &at, &entry));
    assert_int_equal(entry.serial.data[0], 5);
    assert_int_equal(entry.revoked, 1609459200);
    assert_false(entry.has_reason);
    assert_true(cert_crl_next(&crl, &at, &entry));
    assert_int_equal(entry.serial.size, 2);
    assert_true(entry.has_reason);
    assert_int_equal(entry.reason, CERT_REASON_CERTIFICATE_HOLD);
    assert_true(plat_span_equal(entry.issuer, crl.issuer));
    assert_false(cert_crl_next(&crl, &at, &entry));

    struct plat_buffer words;
    plat_buffer_init(&words, 65536);
    cert_crl_describe(&crl, 1, &words);
    static const char *const said[] = {"CN=Issuer",
                                       "2051-01-01",
                                       "Number:      01:00",
                                       "Delta to:    09",
                                       "http://a/",
                                       "Covers only: CA",
                                       "cessationOfOperation, certificateHold",
                                       "05  2021-01-01 00:00:00 UTC",
                                       "and 1 more"};
    for (size_t i = 0; i < ELEMENTS(said); i++) {
        if (strstr(plat_buffer_text(&words), said[i]) == NULL) {
            fail_msg("'%s' is not in\n%s", said[i], plat_buffer_text(&words));
        }
    }
    plat_buffer_free(&words);
}

/* RFC 5280 section 5.3.3: an issuer holds for the entries behind it, until the next one. */
static void issuer_carried_over(void **state)
{
    static const char text[] =
        LIST(HEAD "30{" ENTRY("01", "") ENTRY("02", "30{" CRITICAL("2.5.29.29", "30{a4{" NAME("A") "}}") "}")
                 ENTRY("03", "") ENTRY("04", "30{" CRITICAL("2.5.29.29", "30{a4{" NAME("B") "}}") "}")
                     ENTRY("05", "") "}" EXTENSIONS(CRITICAL("2.5.29.28", "30{84{ff}}")));
    static const char *const issuers[] = {"Issuer", "A", "A", "B", "B"};
    struct cert_crl crl;
    struct cert_crl_entry entry;
    struct plat_buffer name;
    size_t at = 0;
    (void)state;
    plat_buffer_init(&name, 1024);
    assert_int_equal(cert_crl_parse(maker_der(text, &der), &crl), ERROR_SUCCESS);
    for (size_t i = 0; i < ELEMENTS(issuers); i++) {
        assert_true(cert_crl_next(&crl, &at, &entry));
        plat_buffer_clear(&name);
        assert_true(cert_name_common_name(entry.issuer, &name));
        assert_string_equal(plat_buffer_text(&name), issuers[i]);
    }
    assert_false(cert_crl_next(&crl, &at, &entry));
    plat_buffer_free(&name);
}

/* No prefix and no changed byte may do worse than be refused. */
static void damage(void **state)
{
    static const char text[] =
        LIST(HEAD "30{" ENTRY("05", "30{" EXTENSION("2.5.29.21", "0a{06}") "}") "}" EXTENSIONS(
            EXTENSION("2.5.29.20", "02{01 00}") CRITICAL("2.5.29.28", "30{a0{a0{86{'x'}}} 84{ff}}")));
    struct cert_crl crl;
    struct plat_buffer words;
    (void)state;
    plat_buffer_init(&words, 65536);
    struct plat_span whole = maker_der(text, &der);
    for (size_t size = 0; size < whole.size; size++) {
        uint8_t *copy = malloc(size + 1);
        assert_non_null(copy);
        memcpy(copy, whole.data, size);
        assert_int_not_equal(cert_crl_parse(plat_span_of(copy, size), &crl), ERROR_SUCCESS);
        free(copy);
    }
    for (size_t i = 0; i < whole.size * 255; i++) {
        uint8_t *copy = malloc(whole.size);
        assert_non_null(copy);
        memcpy(copy, whole.data, whole.size);
        copy[i / 255] = (uint8_t)(copy[i / 255] + i % 255 + 1);
        plat_buffer_clear(&words);
        if (cert_crl_parse(plat_span_of(copy, whole.size), &crl) == ERROR_SUCCESS) {
            cert_crl_describe(&crl, 4, &words);
        }
        free(copy);
    }
    plat_buffer_free(&words);
}

static void points(void **state)
{
#define URI(u) "a0{a0{86{'" u "'}}}"
    static const struct {
        const char *text;
        int count; /* -1 = malformed */
    } cases[] = {
        {"30{30{" URI("http://a/") "}}", 1},
        {"30{30{" URI("http://a/") "} 30{81{01 06} a2{a4{" NAME("I") "}}}}", 2},
        {"30{}", -1},
        {"30{30{}}", -1},
        {"30{30{81{01 06}}}", -1},
        {"30{30{a0{}}}", -1},
        {"30{30{a2{}}}", -1},
        {"30{30{" URI("a") "} 05 00}", -1},
        {"30{*16(30{" URI("a") "})}", 16},
        {"30{*17(30{" URI("a") "})}", -1},
    };
    (void)state;
    for (size_t i = 0; i < ELEMENTS(cases); i++) {
        struct cert_list list;
        struct cert_distribution_point point;
        int count = -1;
        if (cert_distribution_points_open(maker_der(cases[i].text, &der), &list)) {
            for (count = 0; cert_distribution_points_next(&list, &point);) {
                count++;
            }
        }
        if (count != cases[i].count) {
            fail_msg("case %zu: %d instead of %d", i, count, cases[i].count);
        }
    }
}

static void point_names_meet(void **state)
{
#define RDN(cn) "a1{30{06{@2.5.4.3} 0c{'" cn "'}}}"
#define FULL(cn) "a0{a4{30{31{30{06{@2.5.4.3} 0c{'I'}}} 31{30{06{@2.5.4.3} 0c{'" cn "'}}}}}}"
    static const struct {
        const char *a, *b;
        bool meet;
    } cases[] = {
        {"a0{86{'http://a/'}}", "a0{86{'http://a/'}}", true},
        {"a0{86{'http://a/'}}", "a0{86{'http://A/'}}", false},
        {"a0{86{'http://a/'}}", "a0{82{'http://a/'}}", false},
        {"a0{86{'x'} 86{'y'}}", "a0{86{'z'} 86{'y'}}", true},
        {"a0{a4{" NAME("X") "}}", "a0{a4{" NAME("x") "}}", true},
        {RDN("P"), RDN("P"), true},
        {RDN("P"), RDN("Q"), false},
        {RDN("P"), FULL("P"), true},
        {FULL("P"), RDN("P"), true},
        {FULL("P"), RDN("Q"), false},
        {"a0{a4{" NAME("I") "}}", RDN("P"), false},
        {"a0{86{'x'}}", RDN("P"), false},
    };
    struct plat_buffer a, b, issuer;
    (void)state;
    plat_buffer_init(&a, 1024);
    plat_buffer_init(&b, 1024);
    plat_buffer_init(&issuer, 1024);
    struct plat_span name = maker_der(NAME("I"), &issuer);
    for (size_t i = 0; i < ELEMENTS(cases); i++) {
        if (cert_distribution_point_names_meet(maker_der(cases[i].a, &a), name, maker_der(cases[i].b, &b),
                                               name) != cases[i].meet) {
            fail_msg("case %zu: %s, %s", i, cases[i].a, cases[i].b);
        }
    }
    plat_buffer_free(&a);
    plat_buffer_free(&b);
    plat_buffer_free(&issuer);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(refused), cmocka_unit_test(size_is_bounded),     cmocka_unit_test(flags),
        cmocka_unit_test(fields),  cmocka_unit_test(issuer_carried_over), cmocka_unit_test(damage),
        cmocka_unit_test(points),  cmocka_unit_test(point_names_meet),
    };
    return cmocka_run_group_tests_name("crl", tests, setup, teardown);
}
