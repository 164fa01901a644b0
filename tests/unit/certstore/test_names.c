/* SPDX-License-Identifier: Apache-2.0 */
/* Names: equal or different (RFC 5280 section 7.1), as text (RFC 4514). */
#include "maker.h"

#include "cert/name.h"

#include <stdio.h>
#include <string.h>

static struct plat_buffer one, two;

static int setup(void **state)
{
    (void)state;
    plat_buffer_init(&one, 1024U * 1024U);
    plat_buffer_init(&two, 1024U * 1024U);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    plat_buffer_free(&one);
    plat_buffer_free(&two);
    return 0;
}

#define RDN(oid, value) "31{30{06{@" oid "} " value "}} "
#define CN(value) RDN("2.5.4.3", value)
#define C_DE RDN("2.5.4.6", "13{'DE'}")

static void equality(void **state)
{
    static const struct {
        const char *a, *b;
        bool equal;
    } cases[] = {
        {"30{}", "30{}", true},
        {"30{" CN("0c{'A'}") "}", "30{}", false},
        {"30{" CN("0c{'Alice'}") "}", "30{" CN("0c{'ALICE'}") "}", true},
        {"30{" CN("0c{'Alice'}") "}", "30{" CN("13{'alice'}") "}", true}, /* UTF8String and PrintableString */
        {"30{" CN("0c{'Alice'}") "}", "30{" CN("1e{0061 006c 0069 0063 0065}") "}", true}, /* and BMPString */
        {"30{" CN("14{'M'fc'ller'}") "}", "30{" CN("0c{'m'c3bc'LLER'}") "}", true}, /* and TeletexString */
        {"30{" CN("0c{' Alice   A '}") "}", "30{" CN("0c{'alice a'}") "}", true},
        {"30{" CN("0c{'Alice A'}") "}", "30{" CN("0c{'AliceA'}") "}", false},
        {"30{" CN("0c{'Alice'}") "}", "30{" RDN("2.5.4.10", "0c{'Alice'}") "}", false}, /* another type */
        {"30{" C_DE CN("0c{'A'}") "}", "30{" CN("0c{'A'}") C_DE "}", false}, /* RDNs have an order */
        {"30{" C_DE CN("0c{'A'}") "}", "30{" C_DE "}", false},
        {"30{" C_DE "}", "30{" C_DE CN("0c{'A'}") "}", false},
        /* the values of one RDN have none */
        {"30{31{30{06{@2.5.4.3} 0c{'A'}} 30{06{@2.5.4.10} 0c{'B'}}}}",
         "30{31{30{06{@2.5.4.10} 0c{'b'}} 30{06{@2.5.4.3} 0c{'a'}}}}", true},
        {"30{31{30{06{@2.5.4.3} 0c{'A'}} 30{06{@2.5.4.3} 0c{'A'}}}}",
         "30{31{30{06{@2.5.4.3} 0c{'A'}} 30{06{@2.5.4.3} 0c{'B'}}}}", false},
        {"30{31{30{06{@2.5.4.3} 0c{'A'}} 30{06{@2.5.4.10} 0c{'B'}}}}",
         "30{" CN("0c{'A'}") RDN("2.5.4.10", "0c{'B'}") "}", false},
        {"30{31{30{06{@2.5.4.3} 0c{'A'}}}}", "30{31{30{06{@2.5.4.3} 0c{'A'}} 30{06{@2.5.4.10} 0c{'B'}}}}",
         false},
        /* what is no text, or damaged text, is compared byte for byte */
        {"30{" CN("04{'A'}") "}", "30{" CN("04{'A'}") "}", true},
        {"30{" CN("04{'A'}") "}", "30{" CN("04{'a'}") "}", false},
        {"30{" CN("0c{ff}") "}", "30{" CN("0c{ff}") "}", true},
        {"30{" CN("0c{'A'ff}") "}", "30{" CN("0c{'a'ff}") "}", false},
        {"30{" CN("0c{'A'}") "}", "30{" CN("0c{'A'00'B'}") "}", false}, /* NUL hides nothing */
        {"30{" RDN("1.2.840.113549.1.9.1", "16{'A@b.c'}") "}",
         "30{" RDN("1.2.840.113549.1.9.1", "16{'a@B.C'}") "}", true},
    };
    (void)state;
    for (size_t i = 0; i < ELEMENTS(cases); i++) {
        struct plat_span a = maker_der(cases[i].a, &one);
        struct plat_span b = maker_der(cases[i].b, &two);
        assert_true(cert_name_valid(a) && cert_name_valid(b));
        if (cert_name_equal(a, b) != cases[i].equal || cert_name_equal(b, a) != cases[i].equal) {
            fail_msg("case %zu: %s and %s", i, cases[i].a, cases[i].b);
        }
        if (cases[i].equal) {
            assert_int_equal(cert_name_hash(a), cert_name_hash(b));
        }
        assert_true(cert_name_equal(a, a));
    }
}

static void structure(void **state)
{
    static const char *const bad[] = {
        "31{}",
        "30{31{}}",
        "30{30{}}",
        "30{31{30{}}}",
        "30{31{30{06{@2.5.4.3}}}}",
        "30{31{31{06{@2.5.4.3} 0c{'A'}}}}",
        "30{31{30{06{@2.5.4.3} 0c{'A'} 05{}}}}",
        "30{31{30{06{} 0c{'A'}}}}",
        "30{31{30{0c{'A'} 06{@2.5.4.3}}}}",
        "30{" CN("0c{'A'}") "05{}}",
        "30{" CN("0c{'A'}") "} 00",
        "",
    };
    (void)state;
    for (size_t i = 0; i < ELEMENTS(bad); i++) {
        struct plat_span name = maker_der(bad[i], &one);
        struct plat_span good = maker_der("30{" CN("0c{'A'}") "}", &two);
        if (cert_name_valid(name) || cert_name_equal(name, good) || cert_name_equal(good, name)) {
            fail_msg("%s is no name", bad[i]);
        }
    }
    assert_true(cert_name_empty(maker_der("30{}", &one)));
    assert_false(cert_name_empty(maker_der("30{" C_DE "}", &one)));
    assert_false(cert_name_empty(maker_der("31{}", &one)));
}

static void prefixes(void **state)
{
    static const char name[] = "30{" C_DE RDN("2.5.4.10", "0c{'Company'}") CN("0c{'Alice'}") "}";
    static const struct {
        const char *prefix;
        bool within;
    } cases[] = {
        {"30{}", true},
        {"30{" C_DE "}", true},
        {"30{" C_DE RDN("2.5.4.10", "13{'COMPANY'}") "}", true},
        {name, true},
        {"30{" RDN("2.5.4.10", "0c{'Company'}") "}", false},
        {"30{" C_DE RDN("2.5.4.10", "0c{'Compan'}") "}", false},
        {"30{" C_DE RDN("2.5.4.10", "0c{'Company'}") CN("0c{'Alice'}") CN("0c{'More'}") "}", false},
        {"30{" C_DE "05{}}", false},
    };
    (void)state;
    for (size_t i = 0; i < ELEMENTS(cases); i++) {
        assert_int_equal(cert_name_has_prefix(maker_der(name, &one), maker_der(cases[i].prefix, &two)),
                         cases[i].within);
    }
}

static void texts(void **state)
{
    static const struct {
        const char *name;
        const char *text;
    } cases[] = {
        {"30{}", ""},
        {"30{" C_DE RDN("2.5.4.10", "0c{'Company'}") CN("0c{'Alice'}") "}", "CN=Alice, O=Company, C=DE"},
        {"30{31{30{06{@2.5.4.3} 0c{'A'}} 30{06{@2.5.4.11} 0c{'B'}}} " C_DE "}", "C=DE, CN=A+OU=B"},
        {"30{" CN("0c{'a,b+c\"d\\e<f>g;h=i'}") "}", "CN=a\\,b\\+c\\\"d\\\\e\\<f\\>g\\;h=i"},
        {"30{" CN("0c{'#x'}") "}", "CN=\\#x"},
        {"30{" CN("0c{' x '}") "}", "CN=\\ x\\ "},
        {"30{" CN("0c{' '}") "}", "CN=\\ "},
        {"30{" CN("0c{'a'0a'b'1b}") "}", "CN=a\\0Ab\\1B"},       /* lines and terminals are safe */
        {"30{" CN("0c{'a'e280ae'b'}") "}", "CN=a\\E2\\80\\AEb"}, /* right-to-left override */
        {"30{" CN("0c{c3a4}") "}", "CN=\xc3\xa4"},
        {"30{" CN("0c{ff}") "}", "CN=#0c01ff"},
        {"30{" RDN("1.2.3.4", "0c{'A'}") "}", "1.2.3.4=#0c0141"},
        {"30{" RDN("1.2.840.113549.1.9.1", "16{'a@b'}") RDN("0.9.2342.19200300.100.1.25", "16{'example'}") "}",
         "DC=example, E=a@b"},
        {"30{31{}}", "#30023100"},
    };
    (void)state;
    for (size_t i = 0; i < ELEMENTS(cases); i++) {
        struct plat_buffer text;
        plat_buffer_init(&text, 1000);
        cert_name_text(maker_der(cases[i].name, &one), &text);
        assert_string_equal(plat_buffer_text(&text), cases[i].text);
        plat_buffer_free(&text);
    }
}

/* A name of very many RDNs shows its most specific ones. */
static void long_name(void **state)
{
    struct plat_buffer text;
    char der[16384] = "30{";
    size_t used = 3;
    (void)state;
    for (unsigned i = 0; i < 70; i++) {
        used += (size_t)snprintf(der + used, sizeof der - used, RDN("2.5.4.11", "0c{'%u'}"), i);
    }
    snprintf(der + used, sizeof der - used, "}");
    plat_buffer_init(&text, 10000);
    cert_name_text(maker_der(der, &one), &text);
    const char *shown = plat_buffer_text(&text);
    assert_memory_equal(shown, "OU=69, OU=68, ", 14);
    assert_string_equal(strrchr(shown, '='), "=6, ...");
    plat_buffer_free(&text);
}

static void common_names(void **state)
{
    static const struct {
        const char *name;
        const char *text; /* NULL = none */
    } cases[] = {
        {"30{" C_DE CN("0c{'Alice'}") "}", "Alice"},
        {"30{" CN("0c{'Outer'}") CN("1e{0049 006e}") "}", "In"}, /* the last is the most specific */
        {"30{" C_DE "}", NULL},
        {"30{" CN("0c{ff}") "}", NULL},
        {"30{" CN("04{'A'}") "}", NULL},
    };
    (void)state;
    for (size_t i = 0; i < ELEMENTS(cases); i++) {
        struct plat_buffer text;
        plat_buffer_init(&text, 1000);
        assert_int_equal(cert_name_common_name(maker_der(cases[i].name, &one), &text), cases[i].text != NULL);
        assert_string_equal(plat_buffer_text(&text), cases[i].text != NULL ? cases[i].text : "");
        plat_buffer_free(&text);
    }
}

static void made_from_text(void **state)
{
    char longer[300];
    (void)state;
    plat_buffer_clear(&one);
    cert_name_from_common_name("CompanyIssuer", &one);
    struct plat_span made = plat_span_of(one.data, one.size);
    assert_true(plat_span_equal(made, maker_der("30{" CN("0c{'CompanyIssuer'}") "}", &two)));
    memset(longer, 'x', sizeof longer - 1);
    longer[sizeof longer - 1] = '\0';
    plat_buffer_clear(&one);
    cert_name_from_common_name(longer, &one);
    made = plat_span_of(one.data, one.size);
    plat_buffer_clear(&two);
    assert_true(cert_name_valid(made) && cert_name_common_name(made, &two));
    assert_string_equal(plat_buffer_text(&two), longer);
}

/* Memory that runs out shows in the buffer, nowhere else. */
static void no_room(void **state)
{
    struct plat_buffer text;
    (void)state;
    plat_buffer_init(&text, 5);
    cert_name_text(maker_der("30{" CN("0c{'Alice'}") "}", &one), &text);
    assert_int_equal(text.failed, ERROR_FILE_TOO_LARGE);
    assert_null(plat_buffer_text(&text));
    plat_buffer_free(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(equality),       cmocka_unit_test(structure), cmocka_unit_test(prefixes),
        cmocka_unit_test(texts),          cmocka_unit_test(long_name), cmocka_unit_test(common_names),
        cmocka_unit_test(made_from_text), cmocka_unit_test(no_room),
    };
    return cmocka_run_group_tests_name("certstore.names", tests, setup, teardown);
}
