/* SPDX-License-Identifier: Apache-2.0 */
/* Sets of certificates: every index, many certificates, no memory. */
#include "maker.h"

#include "certstore/set.h"
#include "certstore/store.h"
#include "platform/fake.h"

#include <stdio.h>
#include <string.h>

static struct plat_buffer der, name;

static int setup(void **state)
{
    (void)state;
    plat_buffer_init(&der, 1024U * 1024U);
    plat_buffer_init(&name, 4096);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    plat_buffer_free(&der);
    plat_buffer_free(&name);
    return 0;
}

static struct cert_set *new_set(void)
{
    struct cert_set *set;
    assert_int_equal(cert_set_create(&set), ERROR_SUCCESS);
    return set;
}

static const struct cert *add(struct cert_set *set, const struct maker_cert *recipe)
{
    const struct cert *cert;
    maker_cert(recipe, &der);
    assert_int_equal(cert_set_add(set, plat_span_of(der.data, der.size), &cert), ERROR_SUCCESS);
    assert_non_null(cert);
    return cert;
}

static struct plat_span name_of(const char *common_name)
{
    plat_buffer_clear(&name);
    cert_name_from_common_name(common_name, &name);
    return plat_span_of(name.data, name.size);
}

static void lookups(void **state)
{
    static const uint8_t nobody[CERT_THUMBPRINT_SIZE];
    (void)state;
    struct cert_set *set = new_set();
    const struct cert *one =
        add(set, &(struct maker_cert){
                     .subject = "One", .serial = "01", .extensions = "30{06{@2.5.29.14} 04{04{aa}}}"});
    const struct cert *two =
        add(set, &(struct maker_cert){
                     .subject = "Two", .serial = "02", .extensions = "30{06{@2.5.29.14} 04{04{aa}}}"});
    const struct cert *again = add(set, &(struct maker_cert){.subject = "ONE ", .serial = "03"});
    assert_int_equal(cert_set_count(set), 3);
    assert_ptr_equal(cert_set_at(set, 0), one);
    assert_ptr_equal(cert_set_at(set, 2), again);
    assert_null(cert_set_at(set, 3));

    /* the same certificate is there once */
    assert_ptr_equal(add(set, &(struct maker_cert){.subject = "Two",
                                                   .serial = "02",
                                                   .extensions = "30{06{@2.5.29.14} 04{04{aa}}}"}),
                     two);
    assert_int_equal(cert_set_count(set), 3);

    assert_ptr_equal(cert_set_find_thumbprint(set, two->thumbprint), two);
    assert_null(cert_set_find_thumbprint(set, nobody));

    assert_ptr_equal(cert_set_next_subject(set, name_of("one"), NULL), one); /* in the order added */
    assert_ptr_equal(cert_set_next_subject(set, name_of("one"), one), again);
    assert_null(cert_set_next_subject(set, name_of("one"), again));
    assert_null(cert_set_next_subject(set, name_of("three"), NULL));

    assert_ptr_equal(cert_set_next_key_id(set, plat_span_of("\xaa", 1), NULL), one);
    assert_ptr_equal(cert_set_next_key_id(set, plat_span_of("\xaa", 1), one), two);
    assert_null(cert_set_next_key_id(set, plat_span_of("\xaa", 1), two));
    assert_null(cert_set_next_key_id(set, plat_span_of("\xab", 1), NULL));
    assert_null(cert_set_next_key_id(set, (struct plat_span){0},
                                     NULL)); /* `again` has none, and nothing finds it by that */
    cert_set_free(set);
}

static void own_bytes(void **state)
{
    (void)state;
    struct cert_set *set = new_set();
    const struct cert *cert = add(set, &(struct maker_cert){.subject = "One"});
    memset(der.data, 0, der.size); /* the set has its own copy */
    assert_ptr_equal(cert_set_next_subject(set, name_of("One"), NULL), cert);
    assert_int_equal(cert->der.data[0], 0x30);
    cert_set_free(set);
}

static void no_set(void **state)
{
    static const uint8_t nobody[CERT_THUMBPRINT_SIZE];
    const struct cert *cert;
    (void)state;
    assert_int_equal(cert_set_count(NULL), 0);
    assert_null(cert_set_at(NULL, 0));
    assert_null(cert_set_find_thumbprint(NULL, nobody));
    assert_null(cert_set_next_subject(NULL, name_of("x"), NULL));
    assert_null(cert_set_next_key_id(NULL, plat_span_of("x", 1), NULL));
    assert_null(cert_set_find_issuer_serial(NULL, name_of("x"), plat_span_of("\1", 1)));
    cert_set_free(NULL);
    struct cert_set *set = new_set();
    assert_int_not_equal(cert_set_add(set, plat_span_of("\x30\x00", 2), &cert), ERROR_SUCCESS);
    assert_null(cert);
    assert_int_equal(cert_set_count(set), 0);
    cert_set_free(set);
}

/* All with one name: each step to the next is one step. */
static void namesakes(void **state)
{
    char serial[16];
    unsigned count = 0;
    (void)state;
    struct cert_set *set = new_set();
    for (unsigned i = 0; i < 2000; i++) {
        snprintf(serial, sizeof serial, "01%04x", i);
        (void)add(set, &(struct maker_cert){.subject = "Same", .serial = serial});
    }
    const struct cert *cert = NULL;
    while ((cert = cert_set_next_subject(set, name_of("same"), cert)) != NULL) {
        assert_ptr_equal(cert, cert_set_at(set, count));
        count++;
    }
    assert_int_equal(count, 2000);
    cert_set_free(set);
}

#define FEW 40U

/* Each allocation fails once: an error, a set as good as before, and no leak. */
static void no_memory(void **state)
{
    static struct plat_buffer ders[FEW];
    unsigned failures = 1;
    (void)state;
    for (unsigned i = 0; i < FEW; i++) {
        char serial[8];
        snprintf(serial, sizeof serial, "01%02x", i);
        plat_buffer_init(&ders[i], 100000);
        maker_cert(&(struct maker_cert){.serial = serial}, &ders[i]);
    }
    struct plat_span subject = name_of("Subject");
    size_t live = plat_fake_memory_live();
    for (unsigned nth = 1; failures != 0; nth++) {
        struct cert_set *set;
        const struct cert *cert = NULL;
        unsigned added = 0, found = 0;
        plat_fake_memory_fail(nth, false);
        win_error error = cert_set_create(&set);
        while (error == ERROR_SUCCESS && added < FEW) {
            error = cert_set_add(set, plat_span_of(ders[added].data, ders[added].size), NULL);
            added += error == ERROR_SUCCESS;
        }
        failures = plat_fake_memory_failures();
        plat_fake_memory_fail(0, false);
        assert_int_equal(error, failures == 0 ? ERROR_SUCCESS : ERROR_NOT_ENOUGH_MEMORY);
        while ((cert = cert_set_next_subject(set, subject, cert)) != NULL) {
            found++;
        }
        assert_int_equal(found, added);
        assert_int_equal(cert_set_count(set), added);
        cert_set_free(set);
        assert_int_equal(plat_fake_memory_live(), live);
    }
    for (unsigned i = 0; i < FEW; i++) {
        plat_buffer_free(&ders[i]);
    }
}

static void issuer_and_serial(void **state)
{
    static const struct {
        const char *issuer, *serial;
        size_t size;
        int at; /* -1 = none */
    } cases[] = {
        {"One", "\x05", 1, 0},    {"ONE ", "\0\0\x05", 3, 0}, /* leading zeros do not matter */
        {"One", "\x80", 1, 1},    {"One", "\0\x80", 2, 1},    {"Two", "\x05", 1, 3}, /* the first added */
        {"One", "\x05\0", 2, -1}, {"Three", "\x05", 1, -1},   {"One", "\0", 1, 2},
        {"One", "\0\0", 2, 2},    {"One", "", 0, -1},
    };
    static const struct maker_cert recipes[] = {
        {.issuer = "One", .serial = "05"},
        {.issuer = "One", .serial = "00 80"},
        {.issuer = "One", .serial = "00"},
        {.issuer = "two", .serial = "05"},
        {.issuer = "Two", .serial = "05", .subject = "other"},
    };
    struct cert_set *set = new_set();
    (void)state;
    for (size_t i = 0; i < ELEMENTS(recipes); i++) {
        (void)add(set, &recipes[i]);
    }
    assert_int_equal(cert_set_count(set), ELEMENTS(recipes));
    for (size_t i = 0; i < ELEMENTS(cases); i++) {
        const struct cert *found = cert_set_find_issuer_serial(set, name_of(cases[i].issuer),
                                                               plat_span_of(cases[i].serial, cases[i].size));
        const struct cert *wanted = cases[i].at < 0 ? NULL : cert_set_at(set, (size_t)cases[i].at);
        if (found != wanted) {
            fail_msg("case %zu", i);
        }
    }
    cert_set_free(set);
}

/* Copied, one run a certificate, the first one's stay. */
static void properties(void **state)
{
    const struct cert *cert, *again, *bare;
    char run[] = "\x0b\0\0\0\1\0\0\0\2\0\0\0A";
    struct cert_set *set = new_set();
    (void)state;
    maker_cert(&(struct maker_cert){.serial = "01"}, &der);
    const struct plat_span one = plat_span_of(der.data, der.size), bytes = plat_span_of(run, sizeof run);
    assert_int_equal(cert_set_add_with(set, one, bytes, &cert), ERROR_SUCCESS);
    assert_int_equal(cert_set_add_with(set, one, plat_span_of("other", 5), &again), ERROR_SUCCESS);
    assert_ptr_equal(again, cert);
    bare = add(set, &(struct maker_cert){.serial = "02"});
    run[12] = 'B';
    assert_int_equal(cert_set_properties(set, cert).size, sizeof run);
    assert_int_equal(cert_set_properties(set, cert).data[12], 'A');
    assert_int_equal(cert_set_properties(set, bare).size, 0);
    const struct plat_span huge = {(const uint8_t *)run, LIMIT_REG_DATA + 1U};
    maker_cert(&(struct maker_cert){.serial = "03"}, &der);
    assert_int_equal(cert_set_add_with(set, plat_span_of(der.data, der.size), huge, &cert),
                     ERROR_FILE_TOO_LARGE);
    assert_null(cert);
    assert_int_equal(cert_set_count(set), 2);
    cert_set_free(set);
}

/* ---- cert_find_subject ---- */

static bool key_is_there(void *context, const struct cert *cert)
{
    /* in these tests: certificates with an odd serial */
    (void)context;
    return (cert->serial.data[cert->serial.size - 1] & 1U) != 0;
}

static void server_certificate(void **state)
{
    static const struct maker_cert recipes[] = {
        {.subject = "Server",
         .serial = "01",
         .not_before = "17{'200101000000Z'}",
         .not_after = "17{'210101000000Z'}"},                                      /* expired */
        {.subject = "Server", .serial = "02", .not_after = "17{'400101000000Z'}"}, /* no key */
        {.subject = "server", .serial = "03", .not_after = "17{'300101000000Z'}"}, /* good */
        {.subject = "SERVER", .serial = "05", .not_after = "17{'310101000000Z'}"}, /* good, expires later */
        {.subject = "Server",
         .serial = "07",
         .not_before = "17{'300101000000Z'}",
         .not_after = "17{'450101000000Z'}"}, /* not yet */
        {.subject = "Old", .serial = "01", .not_after = "17{'210101000000Z'}"},
        {.subject = "Old", .serial = "03", .not_after = "17{'220101000000Z'}"},
        {.subject = "30{31{30{06{@2.5.4.10} 0c{'Company'}}} 31{30{06{@2.5.4.3} 0c{'Server'}}}}",
         .serial = "09",
         .not_after = "17{'490101000000Z'}"},
    };
    static const struct {
        const char *subject;
        int at; /* -1 = none */
    } cases[] = {
        {"CN=Server", 3},
        {"cn=server ", 3}, /* the whole name, without the one that has an O too */
        {"Server", 7},     /* commonName: the last to expire of the good ones */
        {"CN=Server, O=Company", 7},
        {"Old", 6}, /* none is good: the last to expire */
        {"Serve", -1},
        {"O=Company", -1},
        {"", -1},
    };
    const int64_t now = INT64_C(1700000000); /* November 2023 */
    (void)state;
    struct cert_set *set = new_set();
    for (size_t i = 0; i < ELEMENTS(recipes); i++) {
        (void)add(set, &recipes[i]);
    }
    for (size_t i = 0; i < ELEMENTS(cases); i++) {
        const struct cert *found = cert_find_subject(set, cases[i].subject, now, key_is_there, NULL);
        const struct cert *wanted = cases[i].at < 0 ? NULL : cert_set_at(set, (size_t)cases[i].at);
        if (found != wanted) {
            fail_msg("\"%s\"", cases[i].subject);
        }
    }
    assert_null(cert_find_subject(NULL, "Server", now, NULL, NULL));
    cert_set_free(set);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lookups),   cmocka_unit_test(own_bytes),          cmocka_unit_test(no_set),
        cmocka_unit_test(namesakes), cmocka_unit_test(issuer_and_serial),  cmocka_unit_test(properties),
        cmocka_unit_test(no_memory), cmocka_unit_test(server_certificate),
    };
    return cmocka_run_group_tests_name("certstore.set", tests, setup, teardown);
}
