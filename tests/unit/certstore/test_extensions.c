/* SPDX-License-Identifier: Apache-2.0 */
/* The decoders of extensions: each case is a value and what it says, or that it is malformed. */
#include "maker.h"

#include "cert/describe.h"

#include <stdio.h>
#include <string.h>

static struct plat_buffer der;

static int setup(void **state)
{
    (void)state;
    plat_buffer_init(&der, 1024U * 1024U);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    plat_buffer_free(&der);
    return 0;
}

struct value_case {
    enum cert_extension_id id;
    const char *der;
    const char *says; /* NULL = malformed */
};

#define BC CERT_EXTENSION_BASIC_CONSTRAINTS
#define KU CERT_EXTENSION_KEY_USAGE
#define EKU CERT_EXTENSION_EXTENDED_KEY_USAGE
#define SAN CERT_EXTENSION_SUBJECT_ALT_NAME
#define SKI CERT_EXTENSION_SUBJECT_KEY_ID
#define AKI CERT_EXTENSION_AUTHORITY_KEY_ID
#define NC CERT_EXTENSION_NAME_CONSTRAINTS
#define CP CERT_EXTENSION_CERTIFICATE_POLICIES
#define PM CERT_EXTENSION_POLICY_MAPPINGS
#define PC CERT_EXTENSION_POLICY_CONSTRAINTS
#define IAP CERT_EXTENSION_INHIBIT_ANY_POLICY
#define NAME_A "30{31{30{06{@2.5.4.3} 0c{'A'}}}}"

static const struct value_case cases[] = {
    {BC, "30{}", "end entity"},
    {BC, "30{01{ff}}", "certification authority"},
    {BC, "30{01{00}}", "end entity"}, /* a spelt-out default */
    {BC, "30{01{ff} 02{00}}", "certification authority, at most 0 authorities below it"},
    {BC, "30{01{ff} 02{0080}}", "certification authority, at most 128 authorities below it"},
    {BC, "30{02{05}}", "end entity, at most 5 authorities below it"},
    {BC, "30{01{ff} 02{ff}}", NULL}, /* negative */
    {BC, "30{01{01}}", NULL},
    {BC, "30{02{05} 01{ff}}", NULL},
    {BC, "30{01{ff} 05{}}", NULL},
    {BC, "30{} 00", NULL},
    {BC, "31{}", NULL},
    {BC, "", NULL},

    {KU, "03{07 80}", "digitalSignature"},
    {KU, "03{01 06}", "keyCertSign, cRLSign"},
    {KU, "03{07 0080}", "decipherOnly"},
    {KU, "03{00 a0}", "digitalSignature, keyEncipherment"}, /* trailing zero bits */
    {KU, "03{00}", NULL},                                   /* at least one */
    {KU, "03{00 00}", NULL},
    {KU, "03{07 81}", NULL},
    {KU, "04{80}", NULL},

    {EKU, "30{06{@1.3.6.1.5.5.7.3.2}}", "clientAuth"},
    {EKU, "30{06{@1.3.6.1.5.5.7.3.1} 06{@2.5.29.37.0} 06{@1.2.3}}", "serverAuth, anyExtendedKeyUsage, 1.2.3"},
    {EKU, "30{}", NULL},
    {EKU, "30{06{}}", NULL},
    {EKU, "30{06{@1.2.3} 05{}}", NULL},
    {EKU, "30{06{2a80}}", NULL},

    {SAN, "30{82{'example.com'}}", "DNS example.com"},
    {SAN, "30{81{'a@b.c'} 86{'http://x/'} 87{7f000001} 88{@1.2.3}}",
     "email a@b.c, URI http://x/, IP 127.0.0.1, OID 1.2.3"},
    {SAN, "30{87{20010db8*12(00)}}", "IP 2001:0db8:0000:0000:0000:0000:0000:0000"},
    {SAN, "30{a4{" NAME_A "}}", "directory (CN=A)"},
    {SAN, "30{a0{06{@1.2.3} a0{0c{'x'}}}}", "other #06022a03a0030c0178"},
    {SAN, "30{82{'a'1b'b'}}", "DNS a\\1Bb"}, /* nothing acts on a terminal */
    {SAN, "30{}", NULL},
    {SAN, "30{82{e4}}", NULL}, /* not ASCII */
    {SAN, "30{82{'a'00'b'}}", NULL},
    {SAN, "30{a2{'x'}}", NULL}, /* constructed */
    {SAN, "30{84{" NAME_A "}}", NULL},
    {SAN, "30{a4{30{31{}}}}", NULL},
    {SAN, "30{a0{06{@1.2.3} 0c{'x'}}}", NULL},
    {SAN, "30{88{2a80}}", NULL},
    {SAN, "30{89{00}}", NULL}, /* no such choice */
    {SAN, "30{82{'a'}} 00", NULL},
    {SAN, "'example.com'", NULL},

    {SKI, "04{0102}", "0102"},
    {SKI, "04{}", NULL},
    {SKI, "0102", NULL},
    {AKI, "30{80{0102}}", "0102"},
    {AKI, "30{}", ""},
    {AKI, "30{80{0102} a1{a4{" NAME_A "}} 82{0080}}", "0102, issued by directory (CN=A), serial 00:80"},
    {AKI, "30{a1{a4{" NAME_A "}} 82{05}}", "issued by directory (CN=A), serial 05"},
    {AKI, "30{a1{a4{" NAME_A "}}}", NULL}, /* issuer and serial come together */
    {AKI, "30{82{05}}", NULL},
    {AKI, "30{a1{} 82{05}}", NULL},
    {AKI, "30{82{05} 80{01}}", NULL},

    {NC, "30{a0{30{82{'example.com'}}}}", "permitted DNS example.com; "},
    {NC, "30{a0{30{82{'a'}}30{82{'b'}}} a1{30{87{0a000000ff000000}}}}",
     "permitted DNS a; permitted DNS b; excluded IP 10.0.0.0/255.0.0.0; "},
    {NC, "30{a1{30{a4{" NAME_A "} 80{01} 81{02}}}}", "excluded directory (CN=A); "},
    {NC, "30{}", NULL},
    {NC, "30{a0{}}", NULL},
    {NC, "30{a0{} a1{}}", NULL},
    {NC, "30{a0{30{82{'a'}}} a1{}}", NULL},
    {NC, "30{a1{30{82{'a'}}} a0{30{82{'a'}}}}", NULL}, /* order */
    {NC, "30{a0{30{82{'a'} 80{ff}}}}", NULL},
    {NC, "30{a0{82{'a'}}}", NULL},

    {CP, "30{30{06{@1.2.3}}}", "1.2.3"},
    {CP, "30{30{06{@1.2.3} 30{30{06{@1.3.6.1.5.5.7.2.1} 16{'http://x/'}}}} 30{06{@1.2.4}}}", "1.2.3, 1.2.4"},
    {CP, "30{}", NULL},
    {CP, "30{30{06{@1.2.3}} 30{06{@1.2.3}}}", NULL}, /* twice */
    {CP, "30{30{06{@1.2.3} 30{}}}", NULL},
    {CP, "30{30{06{@1.2.3} 30{30{06{@1.2.3}}}}}", NULL}, /* a qualifier without its value */
    {CP, "30{06{@1.2.3}}", NULL},
    {PM, "30{30{06{@1.2.3} 06{@1.2.4}}}", "1.2.3 is 1.2.4"},
    {PM, "30{}", NULL},
    {PM, "30{30{06{@1.2.3}}}", NULL},
    {PM, "30{30{06{@1.2.3} 06{@1.2.4} 06{@1.2.5}}}", NULL},
    {PC, "30{80{00}}", "explicit policy required after 0 certificates"},
    {PC, "30{80{01} 81{02}}",
     "explicit policy required after 1 certificates, no policy mapping after 2 certificates"},
    {PC, "30{}", NULL},
    {PC, "30{81{02} 80{01}}", NULL},
    {PC, "30{80{ff}}", NULL},
    {PC, "30{80{}}", NULL},
    {IAP, "02{00}", "after 0 certificates"},
    {IAP, "02{ff}", NULL},
    {IAP, "02{00} 00", NULL},
};

static void values(void **state)
{
    (void)state;
    for (size_t i = 0; i < ELEMENTS(cases); i++) {
        struct plat_buffer text;
        struct plat_span value = maker_der(cases[i].der, &der);
        plat_buffer_init(&text, 10000);
        bool good = cert_describe_extension(cases[i].id, value, &text);
        const char *says = plat_buffer_text(&text);
        if (good != (cases[i].says != NULL) || (good && strcmp(says, cases[i].says) != 0)) {
            fail_msg("%s %s: %s \"%s\"", cert_extension_name(cases[i].id), cases[i].der,
                     good ? "says" : "malformed", says);
        }
        plat_buffer_free(&text);
    }
}

/* No prefix of a good value is good, and none is read past its end. */
static void cut_off(void **state)
{
    (void)state;
    for (size_t i = 0; i < ELEMENTS(cases); i++) {
        if (cases[i].says == NULL) {
            continue;
        }
        struct plat_span value = maker_der(cases[i].der, &der);
        for (size_t size = 0; size < value.size; size++) {
            struct plat_buffer text;
            uint8_t *copy = test_malloc(size + 1);
            memcpy(copy, value.data, size);
            plat_buffer_init(&text, 10000);
            if (cert_describe_extension(cases[i].id, plat_span_of(copy, size), &text)) {
                fail_msg("%s cut to %zu bytes", cases[i].der, size);
            }
            plat_buffer_free(&text);
            test_free(copy);
        }
    }
}

static void subtree_numbers(void **state)
{
    struct cert_name_constraints constraints;
    struct cert_subtree subtree;
    (void)state;
    assert_true(cert_decode_name_constraints(maker_der("30{a0{30{82{'a'} 80{07}}30{82{'b'} 81{00}}}}", &der),
                                             &constraints));
    assert_true(constraints.has_permitted && !constraints.has_excluded);
    assert_true(cert_subtree_next(&constraints.permitted, &subtree));
    assert_true(subtree.minimum == 7 && !subtree.has_maximum && subtree.base.kind == CERT_NAME_DNS);
    assert_true(cert_subtree_next(&constraints.permitted, &subtree));
    assert_true(subtree.minimum == 0 && subtree.has_maximum && subtree.maximum == 0);
    assert_false(cert_subtree_next(&constraints.permitted, &subtree));
    assert_false(cert_subtree_next(&constraints.excluded, &subtree));
}

/* After a refusal the lists are empty, so that a forgotten check walks nothing. */
static void refused_lists_are_empty(void **state)
{
    struct cert_list list;
    struct plat_span oid;
    struct cert_general_name name;
    struct cert_policy policy;
    struct cert_policy_mapping mapping;
    (void)state;
    assert_false(cert_extended_key_usage_open(maker_der("30{06{@1.2.3} 05{}}", &der), &list));
    assert_false(cert_extended_key_usage_next(&list, &oid));
    assert_false(cert_general_names_open(maker_der("30{82{'a'} 05{}}", &der), &list));
    assert_false(cert_general_names_next(&list, &name));
    assert_false(cert_policies_open(maker_der("30{30{06{@1.2.3}} 05{}}", &der), &list));
    assert_false(cert_policies_next(&list, &policy));
    assert_false(cert_policy_mappings_open(maker_der("30{30{06{@1.2.3} 06{@1.2.3}} 05{}}", &der), &list));
    assert_false(cert_policy_mappings_next(&list, &mapping));
}

/* Comparing each policy with each other one must not cost a minute. */
static void too_many_policies(void **state)
{
    struct cert_list list;
    struct cert_policy policy;
    char text[LIMIT_CERT_POLICIES * 24 + 64];
    (void)state;
    for (unsigned extra = 0; extra < 2; extra++) {
        size_t used = (size_t)snprintf(text, sizeof text, "30{");
        for (unsigned i = 0; i < LIMIT_CERT_POLICIES + extra; i++) {
            used += (size_t)snprintf(text + used, sizeof text - used, "30{06{@1.2.%u}}", i);
        }
        snprintf(text + used, sizeof text - used, "}");
        assert_int_equal(cert_policies_open(maker_der(text, &der), &list), extra == 0);
        unsigned count = 0;
        while (cert_policies_next(&list, &policy)) {
            count++;
        }
        assert_int_equal(count, extra == 0 ? LIMIT_CERT_POLICIES : 0);
    }
}

static void found_by_id(void **state)
{
    static const struct maker_cert recipe = {
        .extensions =
            "30{06{@2.5.29.15} 04{03{07 80}}} 30{06{@1.3.6.1.5.5.7.1.1} 04{30{}}} 30{06{@2.5.29.99} 04{}}"};
    (void)state;
    struct cert cert = maker_parse(&recipe, &der);
    assert_ptr_equal(cert_extension_find(&cert, CERT_EXTENSION_KEY_USAGE), &cert.extensions[0]);
    assert_ptr_equal(cert_extension_find(&cert, CERT_EXTENSION_AUTHORITY_INFO_ACCESS), &cert.extensions[1]);
    assert_null(cert_extension_find(&cert, CERT_EXTENSION_BASIC_CONSTRAINTS));
    assert_null(cert_extension_find(&cert, CERT_EXTENSION_UNKNOWN));
    assert_int_equal(cert_extension_id_of(cert.extensions[2].oid), CERT_EXTENSION_UNKNOWN);
    assert_null(cert_extension_name(CERT_EXTENSION_UNKNOWN));
    for (int id = CERT_EXTENSION_UNKNOWN + 1; id <= CERT_EXTENSION_SUBJECT_INFO_ACCESS; id++) {
        assert_non_null(cert_extension_name((enum cert_extension_id)id));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values),
        cmocka_unit_test(cut_off),
        cmocka_unit_test(subtree_numbers),
        cmocka_unit_test(refused_lists_are_empty),
        cmocka_unit_test(too_many_policies),
        cmocka_unit_test(found_by_id),
    };
    return cmocka_run_group_tests_name("certstore.extensions", tests, setup, teardown);
}
