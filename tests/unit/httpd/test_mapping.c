/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which pseudo-user a certificate is, by IssuerCN and SerialNumber ("SSL Client Authentication" aa922016; serial numbers big-endian as
 * displayed, the DER sign byte no part of the number).
 */
#include "certs.h"
#include "make_settings.h"
#include "platform/fake.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

struct serial {
    uint8_t bytes[12];
    size_t size;
};
#define SERIAL(...)                                                                                          \
    {                                                                                                        \
        {__VA_ARGS__}, sizeof((const uint8_t[]){__VA_ARGS__})                                                \
    }
#define ANY                                                                                                  \
    {                                                                                                        \
        {0}, 0                                                                                               \
    }

struct mapping_user {
    const char *name;
    const char *issuer_cn;
    struct serial serial; /* as the settings keep it: without leading zeros */
};

/* The page's example: its users in the order of the keys. */
#define NONE                                                                                                 \
    {                                                                                                        \
        NULL, NULL, ANY                                                                                      \
    }

static const struct mapping_user seed[] = {
    {"Alice", "CompanyIssuer", SERIAL(1, 2, 3, 4, 0, 0, 0, 0, 0, 5)},
    {"Bob", "CompanyIssuer", SERIAL(1, 2, 3, 4, 0, 0, 0, 0, 0, 6)},
    {"Carol", "AccountingIssuer", ANY},
    NONE,
};

/* One serial without an issuer, and the number 0x80..., which DER writes with a sign byte. */
static const struct mapping_user serials[] = {
    {"Anywhere", NULL, SERIAL(0x12, 0x34)},
    {"High", "X", SERIAL(0x80, 0x01)},
    {"Zero", "X", SERIAL(0)},
    {"Early", "Y", ANY},
    {"Late", "Y", SERIAL(7)},
    {"Seven", NULL, SERIAL(7)},
    NONE,
};

struct mapping_case {
    const struct mapping_user *users;
    const char *issuer;   /* CN of the certificate's issuer; NULL = a name without CN */
    struct serial serial; /* INTEGER content */
    const char *user;     /* NULL = nobody */
};

static const struct mapping_case table[] = {
    {seed, "CompanyIssuer", SERIAL(1, 2, 3, 4, 0, 0, 0, 0, 0, 5), "Alice"},
    {seed, "CompanyIssuer", SERIAL(1, 2, 3, 4, 0, 0, 0, 0, 0, 6), "Bob"},
    {seed, "CompanyIssuer", SERIAL(1, 2, 3, 4, 0, 0, 0, 0, 0, 7), NULL},
    /* never the bytes in reverse */
    {seed, "CompanyIssuer", SERIAL(5, 0, 0, 0, 0, 0, 4, 3, 2, 1), NULL},
    /* the same bytes with one more, one less, or shifted */
    {seed, "CompanyIssuer", SERIAL(1, 2, 3, 4, 0, 0, 0, 0, 0, 5, 0), NULL},
    {seed, "CompanyIssuer", SERIAL(1, 2, 3, 4, 0, 0, 0, 0, 5), NULL},
    {seed, "CompanyIssuer", SERIAL(2, 3, 4, 0, 0, 0, 0, 0, 5), NULL},
    {seed, "AccountingIssuer", SERIAL(1, 2, 3, 4, 0, 0, 0, 0, 0, 5), "Carol"},
    {seed, "AccountingIssuer", SERIAL(99), "Carol"},
    {seed, "OtherIssuer", SERIAL(1, 2, 3, 4, 0, 0, 0, 0, 0, 5), NULL},
    {seed, NULL, SERIAL(1, 2, 3, 4, 0, 0, 0, 0, 0, 5), NULL},
    /* caseIgnoreMatch: case and blanks do not count, everything else does */
    {seed, "companyISSUER", SERIAL(1, 2, 3, 4, 0, 0, 0, 0, 0, 5), "Alice"},
    {seed, "  AccountingIssuer ", SERIAL(1), "Carol"},
    {seed, "Accounting Issuer", SERIAL(1), NULL},
    {seed, "AccountingIssuer2", SERIAL(1), NULL},
    {seed, "AccountingIssue", SERIAL(1), NULL},
    {seed, "CN=AccountingIssuer", SERIAL(1), NULL},
    /* a serial alone: any issuer, even one without a name */
    {serials, "Whoever", SERIAL(0x12, 0x34), "Anywhere"},
    {serials, NULL, SERIAL(0x12, 0x34), "Anywhere"},
    {serials, "Whoever", SERIAL(0x34, 0x12), NULL},
    /* the sign byte */
    {serials, "X", SERIAL(0x00, 0x80, 0x01), "High"},
    {serials, "X", SERIAL(0x01, 0x80), NULL},
    {serials, "Y", SERIAL(0x00, 0x80, 0x01), "Early"},
    {serials, "X", SERIAL(0), "Zero"},
    {serials, "X", SERIAL(1), NULL},
    /* several match: the first in the order of the keys */
    {serials, "Y", SERIAL(7), "Early"},
    {serials, "Z", SERIAL(7), "Seven"},
};

static struct httpd_settings *settings_of(struct make_settings *m, const struct mapping_user *users)
{
    make_settings_init(m);
    for (; users->name != NULL; users++) {
        make_mapped_user(m, users->name, users->issuer_cn, users->serial.bytes, users->serial.size);
    }
    return make_settings_done(m);
}

static void make(struct test_cert *c, const char *issuer, struct serial serial)
{
    struct plat_buffer name;
    plat_buffer_init(&name, 1024);
    test_name(&name, &issuer, issuer != NULL ? 1 : 0);
    test_cert_make(c, &(struct test_cert_options){
                          .subject = "somebody",
                          .issuer_name = plat_span_of(name.data, name.size),
                          .serial = plat_span_of(serial.bytes, serial.size),
                      });
    plat_buffer_free(&name);
}

static void test_table(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        const struct mapping_case *c = &table[i];
        struct make_settings m;
        struct httpd_settings *s = settings_of(&m, c->users);
        struct test_cert cert;
        make(&cert, c->issuer, c->serial);
        const struct httpd_mapped_user *user = httpd_mapped_user_find(s, &cert.cert);
        const char *name = user != NULL ? user->name : "nobody",
                   *wanted = c->user != NULL ? c->user : "nobody";
        if (strcmp(name, wanted) != 0) {
            fail_msg("row %zu (issuer %s): %s, not %s", i, c->issuer != NULL ? c->issuer : "none", name,
                     wanted);
        }
        test_cert_free(&cert);
        httpd_settings_unref(s);
    }
}

static void test_nobody_to_find(void **state)
{
    (void)state;
    struct make_settings m;
    make_settings_init(&m);
    struct httpd_settings *s = make_settings_done(&m);
    struct test_cert cert;
    make(&cert, "CompanyIssuer", (struct serial)SERIAL(5));
    assert_null(httpd_mapped_user_find(s, &cert.cert));
    test_cert_free(&cert);
    httpd_settings_unref(s);
}

/* An issuer with several CNs is known by the most specific one, the last; a NUL in a name ends nothing. */
static void test_odd_issuers(void **state)
{
    (void)state;
    static const char *const down[] = {"Company", "AccountingIssuer"}, *const up[] = {"AccountingIssuer",
                                                                                      "Company"};
    static const struct {
        const char *const *names;
        const char *user;
    } cases[] = {{down, "Carol"}, {up, NULL}};
    struct make_settings m;
    struct httpd_settings *s = settings_of(&m, seed);
    struct test_cert cert;
    struct plat_buffer name;
    plat_buffer_init(&name, 1024);
    for (size_t i = 0; i < 2; i++) {
        plat_buffer_clear(&name);
        test_name(&name, cases[i].names, 2);
        test_cert_make(&cert, &(struct test_cert_options){.issuer_name = plat_span_of(name.data, name.size)});
        const struct httpd_mapped_user *user = httpd_mapped_user_find(s, &cert.cert);
        if (cases[i].user != NULL) {
            assert_non_null(user);
            assert_string_equal(user->name, cases[i].user);
        } else {
            assert_null(user);
        }
        test_cert_free(&cert);
    }
    plat_buffer_free(&name);

    static const uint8_t with_nul[] = {0x30, 0x1d, 0x31, 0x1b, 0x30, 0x19, 0x06, 0x03, 0x55, 0x04, 0x03,
                                       0x0c, 0x12, 'A',  'c',  'c',  'o',  'u',  'n',  't',  'i',  'n',
                                       'g',  'I',  's',  's',  'u',  'e',  'r',  0x00, 'x'};
    static const uint8_t one = 1;
    const struct cert odd = {.issuer = plat_span_of(with_nul, sizeof with_nul),
                             .serial = plat_span_of(&one, 1)};
    assert_null(httpd_mapped_user_find(s, &odd));
    httpd_settings_unref(s);
}

static void test_overlaps_are_reported(void **state)
{
    (void)state;
    static const struct {
        struct mapping_user users[3];
        const char *pairs;
    } cases[] = {
        {{{"a", "X", SERIAL(1)}, {"b", "X", SERIAL(2)}, NONE}, ""},
        {{{"a", "X", SERIAL(1)}, {"b", "Y", SERIAL(1)}, NONE}, ""},
        {{{"a", "X", ANY}, {"b", "Y", ANY}, NONE}, ""},
        {{{"a", "X", SERIAL(1)}, {"b", "x ", SERIAL(1)}, NONE}, "a b;"},
        {{{"a", "X", ANY}, {"b", "X", ANY}, NONE}, "a b;"},
        {{{"a", NULL, SERIAL(1)}, {"b", NULL, SERIAL(1)}, NONE}, "a b;"},
        {{{"a", "X", SERIAL(1)}, {"b", "X", ANY}, NONE}, "a b;"},
        {{{"a", "X", ANY}, {"b", "X", SERIAL(1)}, NONE}, "a b;"},
        {{{"a", "X", SERIAL(1)}, {"b", NULL, SERIAL(1)}, NONE}, "a b;"},
        {{{"a", "X", ANY}, {"b", NULL, SERIAL(1)}, NONE}, "a b;"},
        {{{"a", NULL, SERIAL(1)}, {"b", "X", ANY}, NONE}, "a b;"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct make_settings m;
        struct httpd_settings *s = settings_of(&m, cases[i].users);
        if (strcmp(m.overlap_text, cases[i].pairs) != 0) {
            fail_msg("case %zu: \"%s\", not \"%s\"", i, m.overlap_text, cases[i].pairs);
        }
        httpd_settings_unref(s);
    }
}

/* Counts, not time: 100,000 users, one look-up in each of three tables. */
static void test_cost(void **state)
{
    (void)state;
    enum { COUNT = 100000 };
    struct make_settings m;
    make_settings_init(&m);
    char name[24];
    for (unsigned i = 0; i < COUNT; i++) {
        uint8_t serial[4] = {1, (uint8_t)(i >> 16), (uint8_t)(i >> 8), (uint8_t)i};
        snprintf(name, sizeof name, "u%05u", i);
        make_mapped_user(&m, name, i % 2 == 0 ? "CompanyIssuer" : NULL, serial, sizeof serial);
    }
    make_mapped_user(&m, "rest", "CompanyIssuer", NULL, 0);
    struct httpd_settings *s = make_settings_done(&m);
    uint32_t longest = 0;
    const struct httpd_table *const tables[] = {&s->index->by_both, &s->index->by_serial};
    for (size_t t = 0; t < 2; t++) {
        for (uint32_t start = 0; start <= tables[t]->mask; start++) {
            uint32_t at = start, looked = 1;
            while (httpd_table_next(tables[t], &at) != HTTPD_TABLE_NONE) {
                looked++;
            }
            longest = looked > longest ? looked : longest;
        }
    }
    assert_in_range(longest, 1, 100);
    struct test_cert cert;
    make(&cert, "CompanyIssuer", (struct serial)SERIAL(1, 0, 0x30, 0x39));
    assert_string_equal(httpd_mapped_user_find(s, &cert.cert)->name, "u12345");
    test_cert_free(&cert);
    make(&cert, "CompanyIssuer", (struct serial)SERIAL(2));
    assert_string_equal(httpd_mapped_user_find(s, &cert.cert)->name, "rest");
    test_cert_free(&cert);
    httpd_settings_unref(s);
}

/* A user whom no user can be told from has to stay nobody: without memory the answer is never another user. */
static void test_no_memory(void **state)
{
    (void)state;
    struct make_settings m;
    struct httpd_settings *s = settings_of(&m, serials);
    struct test_cert cert;
    make(&cert, "Y", (struct serial)SERIAL(7));
    size_t live = plat_fake_memory_live();
    unsigned n = 0;
    for (bool failed = true; failed;) {
        plat_fake_memory_fail(++n, false);
        const struct httpd_mapped_user *user = httpd_mapped_user_find(s, &cert.cert);
        failed = plat_fake_memory_failures() > 0;
        plat_fake_memory_fail(0, false);
        if (failed) {
            assert_null(user);
        } else {
            assert_string_equal(user->name, "Early");
        }
    }
    assert_true(n > 1);
    assert_int_equal(plat_fake_memory_live(), live);
    test_cert_free(&cert);
    httpd_settings_unref(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_table),       cmocka_unit_test(test_nobody_to_find),
        cmocka_unit_test(test_odd_issuers), cmocka_unit_test(test_overlaps_are_reported),
        cmocka_unit_test(test_cost),        cmocka_unit_test(test_no_memory),
    };
    return cmocka_run_group_tests_name("httpd.mapping", tests, NULL, NULL);
}
