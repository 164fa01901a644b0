/* SPDX-License-Identifier: Apache-2.0 */
/* Sets of CRLs: both indexes, the index of entries, hundreds of thousands of them, no memory. */
#include "maker.h"

#include "certstore/crl.h"
#include "der/der.h"
#include "platform/fake.h"

#include <stdio.h>
#include <string.h>

#define ALGORITHM "30{06{@1.2.840.10045.4.3.2}}"
#define NAME(cn) "30{31{30{06{@2.5.4.3} 0c{'" cn "'}}}}"
#define ISSUER(cn) "30{30{06{@2.5.29.29} 01{ff} 04{30{a4{" NAME(cn) "}}}}}"
#define INDIRECT "a0{30{30{06{@2.5.29.28} 01{ff} 04{30{84{ff}}}}}}"
#define ENTRY(serial, more) "30{02{" serial "} 17{'210101000000Z'}" more "}"
#define LIST(issuer, entries, more)                                                                          \
    "30{ 30{02{01}" ALGORITHM NAME(issuer) "17{'200101000000Z'}" entries more "}" ALGORITHM                  \
                                           "03{00 30{02{01} 02{01}}} }"

static struct plat_buffer der, name;

static int setup(void **state)
{
    (void)state;
    plat_buffer_init(&der, LIMIT_CRL_SIZE);
    plat_buffer_init(&name, 1024);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    plat_buffer_free(&der);
    plat_buffer_free(&name);
    return 0;
}

static const struct plat_span nothing;

static struct cert_crl_set *new_set(void)
{
    struct cert_crl_set *set;
    assert_int_equal(cert_crl_set_create(&set), ERROR_SUCCESS);
    return set;
}

static const struct cert_crl *add(struct cert_crl_set *set, const char *text, struct plat_span properties)
{
    const struct cert_crl *crl;
    assert_int_equal(cert_crl_set_add(set, maker_der(text, &der), properties, &crl), ERROR_SUCCESS);
    assert_non_null(crl);
    return crl;
}

static struct plat_span name_of(const char *common_name)
{
    plat_buffer_clear(&name);
    cert_name_from_common_name(common_name, &name);
    return plat_span_of(name.data, name.size);
}

static void lookups(void **state)
{
    static const uint8_t nobody[CERT_THUMBPRINT_SIZE], property[] = {11, 0, 0, 0};
    (void)state;
    struct cert_crl_set *set = new_set();
    const struct cert_crl *a = add(set, LIST("One", "", ""), plat_span_of(property, sizeof property));
    const struct cert_crl *b = add(set, LIST("Two", "", ""), nothing);
    const struct cert_crl *c = add(set, LIST("ONE", "30{" ENTRY("05", "") "}", ""), nothing);
    assert_int_equal(cert_crl_set_count(set), 3);
    assert_ptr_equal(cert_crl_set_at(set, 1), b);
    assert_null(cert_crl_set_at(set, 3));
    assert_ptr_equal(add(set, LIST("Two", "", ""), nothing), b); /* each list once */
    assert_int_equal(cert_crl_set_count(set), 3);

    assert_true(plat_span_equal(cert_crl_set_properties(set, a), plat_span_of(property, sizeof property)));
    assert_int_equal(cert_crl_set_properties(set, b).size, 0);
    assert_ptr_equal(cert_crl_set_find_thumbprint(set, c->thumbprint), c);
    assert_null(cert_crl_set_find_thumbprint(set, nobody));
    assert_ptr_equal(cert_crl_set_next_issuer(set, name_of("one"), NULL), a);
    assert_ptr_equal(cert_crl_set_next_issuer(set, name_of("one"), a), c);
    assert_null(cert_crl_set_next_issuer(set, name_of("one"), c));
    assert_null(cert_crl_set_next_issuer(set, name_of("three"), NULL));

    const struct cert_crl *bad = a;
    assert_int_equal(cert_crl_set_add(set, plat_span_of("30", 2), nothing, &bad), CRYPT_E_ASN1_BADTAG);
    assert_null(bad);
    cert_crl_set_free(set);

    assert_int_equal(cert_crl_set_count(NULL), 0);
    assert_null(cert_crl_set_at(NULL, 0));
    assert_null(cert_crl_set_find_thumbprint(NULL, nobody));
    assert_null(cert_crl_set_next_issuer(NULL, name_of("one"), NULL));
    cert_crl_set_free(NULL);
}

static bool listed(const struct cert_crl_set *set, const struct cert_crl *crl, const char *issuer,
                   const char *serial)
{
    struct cert_crl_entry entry;
    struct plat_buffer bytes;
    plat_buffer_init(&bytes, 1024);
    struct plat_span number = maker_der(serial, &bytes);
    struct plat_span issuer_name = name_of(issuer);
    bool found = cert_crl_set_lookup(set, crl, issuer_name, number, &entry);
    if (found) {
        assert_true(plat_span_equal(entry.serial, number));
        assert_true(cert_name_equal(entry.issuer, issuer_name));
        assert_int_equal(entry.revoked, 1609459200);
    } else {
        assert_int_equal(entry.serial.size, 0);
    }
    plat_buffer_free(&bytes);
    return found;
}

static void entries(void **state)
{
    (void)state;
    struct cert_crl_set *set = new_set();
    /* unsorted, -1 beside 255, one twice */
    const struct cert_crl *crl = add(set,
                                     LIST("I",
                                          "30{" ENTRY("07", "") ENTRY("00 ff", "") ENTRY("03", "")
                                              ENTRY("7f ff ff", "") ENTRY("03", "") "}",
                                          ""),
                                     nothing);
    assert_true(listed(set, crl, "I", "03"));
    assert_true(listed(set, crl, "I", "07"));
    assert_true(listed(set, crl, "I", "00 ff"));
    assert_true(listed(set, crl, "I", "7f ff ff"));
    assert_false(listed(set, crl, "I", "ff"));
    assert_false(listed(set, crl, "I", "04"));
    assert_false(listed(set, crl, "I", "00 00 ff"));
    assert_false(listed(set, crl, "J", "03"));
    crl = add(set, LIST("I", "", ""), nothing);
    assert_false(listed(set, crl, "I", "03"));
    cert_crl_set_free(set);
}

static void entries_of_others(void **state)
{
    (void)state;
    struct cert_crl_set *set = new_set();
    const struct cert_crl *crl =
        add(set,
            LIST("I",
                 "30{" ENTRY("05", "") ENTRY("05", ISSUER("B")) ENTRY("02", "") ENTRY("05", ISSUER("A"))
                     ENTRY("01", "") ENTRY("02", ISSUER("C")) "}",
                 INDIRECT),
            nothing);
    static const char *const there[] = {"I05", "B05", "B02", "A05", "A01", "C02"};
    char issuer[2] = "", serial[3] = "0";
    for (const char *i = "IABCD"; *i != '\0'; i++) {
        for (char s = '0'; s <= '6'; s++) {
            bool expected = false;
            issuer[0] = *i;
            serial[1] = s;
            for (size_t k = 0; k < ELEMENTS(there); k++) {
                expected = expected || (there[k][0] == *i && there[k][2] == s);
            }
            if (listed(set, crl, issuer, serial) != expected) {
                fail_msg("%s %s", issuer, serial);
            }
        }
    }
    cert_crl_set_free(set);
}

/* As many entries as a list can have, in the order given: every one is found, and its neighbours are not. */
static void many(void **state)
{
    enum { COUNT = 190000 };
    static const uint8_t time[] = {0x17, 13, '2', '1', '0', '1', '0', '1', '0', '0', '0', '0', '0', '0', 'Z'};
    (void)state;
    struct plat_buffer list, tbs;
    plat_buffer_init(&list, LIMIT_CRL_SIZE);
    plat_buffer_init(&tbs, LIMIT_CRL_SIZE);
    for (uint32_t i = 0; i < COUNT; i++) {
        uint32_t serial = 2U * (uint32_t)((i * UINT64_C(77773)) % COUNT); /* all over the place, even */
        const uint8_t entry[] = {0x30,
                                 2 + 3 + sizeof time,
                                 2,
                                 3,
                                 (uint8_t)(0x10U + (serial >> 16)),
                                 (uint8_t)(serial >> 8),
                                 (uint8_t)serial};
        plat_buffer_append(&list, entry, sizeof entry);
        plat_buffer_append(&list, time, sizeof time);
    }
    struct plat_span head = maker_der("02{01}" ALGORITHM NAME("I") "17{'200101000000Z'}", &der);
    plat_buffer_append(&tbs, head.data, head.size);
    der_write(&tbs, DER_SEQUENCE, plat_span_of(list.data, list.size));
    plat_buffer_clear(&list);
    der_write(&list, DER_SEQUENCE, plat_span_of(tbs.data, tbs.size));
    struct plat_span tail = maker_der(ALGORITHM "03{00 30{02{01} 02{01}}}", &der);
    plat_buffer_append(&list, tail.data, tail.size);
    plat_buffer_clear(&tbs);
    der_write(&tbs, DER_SEQUENCE, plat_span_of(list.data, list.size));
    assert_int_equal(tbs.failed, ERROR_SUCCESS);

    struct cert_crl_set *set = new_set();
    const struct cert_crl *crl;
    assert_int_equal(cert_crl_set_add(set, plat_span_of(tbs.data, tbs.size), nothing, &crl), ERROR_SUCCESS);
    struct plat_span issuer = name_of("I");
    for (uint32_t i = 0; i < 2U * COUNT; i += 7) {
        const uint8_t serial[] = {(uint8_t)(0x10U + (i >> 16)), (uint8_t)(i >> 8), (uint8_t)i};
        struct cert_crl_entry entry;
        assert_int_equal(cert_crl_set_lookup(set, crl, issuer, plat_span_of(serial, sizeof serial), &entry),
                         i % 2 == 0);
    }
    cert_crl_set_free(set);
    plat_buffer_free(&list);
    plat_buffer_free(&tbs);
}

static void without_memory(void **state)
{
    (void)state;
    static const char text[] = LIST("I", "30{" ENTRY("05", "") ENTRY("03", ISSUER("B")) "}", INDIRECT);
    struct plat_span list = maker_der(text, &der);
    unsigned failures = 1;
    for (unsigned nth = 1; failures != 0; nth++) {
        struct cert_crl_set *set = NULL;
        plat_fake_memory_fail(nth, false);
        win_error error = cert_crl_set_create(&set);
        if (error == ERROR_SUCCESS) {
            error = cert_crl_set_add(set, list, nothing, NULL);
        }
        failures = plat_fake_memory_failures();
        plat_fake_memory_fail(0, false);
        assert_int_equal(error, failures == 0 ? ERROR_SUCCESS : ERROR_NOT_ENOUGH_MEMORY);
        assert_int_equal(cert_crl_set_count(set), failures == 0 ? 1 : 0);
        cert_crl_set_free(set);
        assert_true(nth < 100);
    }
}

static void many_lists(void **state)
{
    char text[512], issuer[8];
    (void)state;
    struct cert_crl_set *set = new_set();
    for (unsigned i = 0; i < 300; i++) {
        (void)snprintf(text, sizeof text, LIST("%u", "30{" ENTRY("%02x", "") "}", ""), i / 3, i % 3 + 1);
        (void)add(set, text, nothing);
    }
    assert_int_equal(cert_crl_set_count(set), 300);
    for (unsigned i = 0; i < 100; i++) {
        (void)snprintf(issuer, sizeof issuer, "%u", i);
        const struct cert_crl *crl = NULL;
        for (unsigned k = 0; k < 3; k++) {
            crl = cert_crl_set_next_issuer(set, name_of(issuer), crl);
            assert_ptr_equal(crl, cert_crl_set_at(set, 3 * i + k));
        }
        assert_null(cert_crl_set_next_issuer(set, name_of(issuer), crl));
    }
    cert_crl_set_free(set);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lookups), cmocka_unit_test(entries),        cmocka_unit_test(entries_of_others),
        cmocka_unit_test(many),    cmocka_unit_test(without_memory), cmocka_unit_test(many_lists),
    };
    return cmocka_run_group_tests_name("crl_set", tests, setup, teardown);
}
