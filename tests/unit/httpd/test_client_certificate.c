/* SPDX-License-Identifier: Apache-2.0 */
/* A client's certificate as received, and the verdicts remembered about it. */
#include "access/client_certificate.h"
#include "certs.h"
#include "make_settings.h"
#include "platform/fake.h"
#include "platform/limits.h"
#include "platform/log.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

enum { NOW = 1000000000, DAY = 86400 };

static struct test_cert root, intermediate, client, short_lived, stranger;

static int make_certificates(void **state)
{
    (void)state;
    test_cert_make(&root, &(struct test_cert_options){.subject = "Root", .is_ca = true});
    test_cert_make(&intermediate,
                   &(struct test_cert_options){.subject = "CompanyIssuer", .issuer = &root, .is_ca = true});
    test_cert_make(&client, &(struct test_cert_options){.subject = "Alice", .issuer = &intermediate});
    test_cert_make(&short_lived, &(struct test_cert_options){.subject = "Bob",
                                                             .issuer = &intermediate,
                                                             .not_before = NOW + 10,
                                                             .not_after = NOW + 20});
    test_cert_make(&stranger, &(struct test_cert_options){.subject = "Mallory"});
    return 0;
}

static int free_certificates(void **state)
{
    (void)state;
    test_cert_free(&root);
    test_cert_free(&intermediate);
    test_cert_free(&client);
    test_cert_free(&short_lived);
    test_cert_free(&stranger);
    return 0;
}

static struct httpd_settings *settings_with(const struct test_cert *trusted, const struct test_cert *ca)
{
    struct make_settings m;
    make_settings_init(&m);
    assert_int_equal(cert_set_create(&m.settings->roots), ERROR_SUCCESS);
    assert_int_equal(cert_set_create(&m.settings->intermediates), ERROR_SUCCESS);
    assert_int_equal(cert_set_create(&m.settings->distrusted), ERROR_SUCCESS);
    if (trusted != NULL) {
        assert_int_equal(cert_set_add(m.settings->roots, trusted->cert.der, NULL), ERROR_SUCCESS);
    }
    if (ca != NULL) {
        assert_int_equal(cert_set_add(m.settings->intermediates, ca->cert.der, NULL), ERROR_SUCCESS);
    }
    return make_settings_done(&m);
}

static struct httpd_client_certificate *received(const struct test_cert *leaf, const struct test_cert *issuer)
{
    const struct plat_span chain[2] = {leaf->cert.der,
                                       issuer != NULL ? issuer->cert.der : plat_span_of(NULL, 0)};
    struct httpd_client_certificate *c;
    assert_int_equal(httpd_client_certificate_create(chain, issuer != NULL ? 2 : 1, &c), ERROR_SUCCESS);
    return c;
}

static void test_received(void **state)
{
    (void)state;
    struct plat_buffer copy;
    plat_buffer_init(&copy, 1U << 16);
    plat_buffer_append(&copy, client.cert.der.data, client.cert.der.size);
    const struct plat_span chain[2] = {plat_span_of(copy.data, copy.size), intermediate.cert.der};
    struct httpd_client_certificate *c, *again;
    assert_int_equal(httpd_client_certificate_create(chain, 2, &c), ERROR_SUCCESS);
    plat_buffer_free(&copy); /* it has its own bytes */
    assert_memory_equal(httpd_client_certificate_leaf(c)->thumbprint, client.cert.thumbprint,
                        CERT_THUMBPRINT_SIZE);
    assert_true(plat_span_equal(httpd_client_certificate_leaf(c)->der, client.cert.der));
    assert_in_range(httpd_client_certificate_size(c), client.cert.der.size + intermediate.cert.der.size, 8192);
    again = httpd_client_certificate_ref(c);
    httpd_client_certificate_unref(c);
    assert_true(plat_span_equal(httpd_client_certificate_leaf(again)->der, client.cert.der));
    httpd_client_certificate_unref(again);
    httpd_client_certificate_unref(NULL);
}

static void test_refused(void **state)
{
    (void)state;
    static uint8_t large[LIMIT_PEER_CHAIN];
    struct httpd_client_certificate *c = NULL;
    struct plat_span many[LIMIT_PEER_CERTIFICATES + 1];
    for (size_t i = 0; i < LIMIT_PEER_CERTIFICATES + 1; i++) {
        many[i] = client.cert.der;
    }
    const struct plat_span bad_leaf[] = {plat_span_of("rubbish", 7)}, empty[] = {plat_span_of(NULL, 0)};
    const struct plat_span too_large[] = {client.cert.der, plat_span_of(large, sizeof large)};
    const struct plat_span bad_second[] = {client.cert.der, plat_span_of("rubbish", 7)};
    assert_int_equal(httpd_client_certificate_create(many, 0, &c), ERROR_INVALID_PARAMETER);
    assert_int_equal(httpd_client_certificate_create(many, LIMIT_PEER_CERTIFICATES + 1, &c),
                     ERROR_INVALID_PARAMETER);
    assert_int_not_equal(httpd_client_certificate_create(bad_leaf, 1, &c), ERROR_SUCCESS);
    assert_int_not_equal(httpd_client_certificate_create(empty, 1, &c), ERROR_SUCCESS);
    assert_int_equal(httpd_client_certificate_create(too_large, 2, &c), ERROR_FILE_TOO_LARGE);
    assert_null(c);
    assert_int_equal(httpd_client_certificate_create(bad_second, 2, &c), ERROR_SUCCESS);
    httpd_client_certificate_unref(c);
}

/* Whatever is judged here is judged to its end. */
static uint32_t trust_of(struct httpd_verdicts *verdicts, const struct httpd_settings *settings,
                         const struct httpd_client_certificate *certificate, int64_t now)
{
    bool finished = false;
    uint32_t word = httpd_client_certificate_trust(verdicts, settings, certificate, now, &finished);
    assert_true(finished);
    return word;
}

static void test_words(void **state)
{
    (void)state;
    const struct {
        const struct test_cert *root, *ca, *leaf, *sent;
        int64_t now;
        uint32_t word;
    } cases[] = {
        {&root, NULL, &client, &intermediate, NOW, 0},
        {&root, &intermediate, &client, NULL, NOW, 0},
        {&root, NULL, &client, NULL, NOW, CERT_TRUST_IS_PARTIAL_CHAIN},
        {NULL, NULL, &stranger, NULL, NOW, CERT_TRUST_IS_UNTRUSTED_ROOT},
        {&root, NULL, &short_lived, &intermediate, NOW, CERT_TRUST_IS_NOT_TIME_VALID},
        {&root, NULL, &short_lived, &intermediate, NOW + 10, 0},
        {&root, NULL, &short_lived, &intermediate, NOW + 20, 0},
        {&root, NULL, &short_lived, &intermediate, NOW + 21, CERT_TRUST_IS_NOT_TIME_VALID},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct httpd_settings *s = settings_with(cases[i].root, cases[i].ca);
        struct httpd_client_certificate *c = received(cases[i].leaf, cases[i].sent);
        struct httpd_verdicts *verdicts;
        assert_int_equal(httpd_verdicts_create(&verdicts), ERROR_SUCCESS);
        uint32_t first = trust_of(verdicts, s, c, cases[i].now);
        if (first != cases[i].word) {
            fail_msg("case %zu: 0x%08x", i, (unsigned)first);
        }
        assert_int_equal(trust_of(verdicts, s, c, cases[i].now), first); /* remembered */
        httpd_verdicts_free(verdicts);
        httpd_client_certificate_unref(c);
        httpd_settings_unref(s);
    }
}

/* One table of verdicts, and time goes by: at each moment the word is the one of that moment. */
static void test_time_is_looked_at_each_time(void **state)
{
    (void)state;
    static const struct {
        int after;
        uint32_t word;
    } moments[] = {
        {0, CERT_TRUST_IS_NOT_TIME_VALID},
        {9, CERT_TRUST_IS_NOT_TIME_VALID},
        {10, 0},
        {20, 0},
        {21, CERT_TRUST_IS_NOT_TIME_VALID},
        {15, 0} /* the clock was put back */,
        {5, CERT_TRUST_IS_NOT_TIME_VALID},
        {10, 0},
        {1000, CERT_TRUST_IS_NOT_TIME_VALID},
    };
    struct httpd_settings *s = settings_with(&root, NULL);
    struct httpd_client_certificate *c = received(&short_lived, &intermediate);
    struct httpd_verdicts *verdicts;
    assert_int_equal(httpd_verdicts_create(&verdicts), ERROR_SUCCESS);
    for (size_t i = 0; i < sizeof moments / sizeof moments[0]; i++) {
        for (int twice = 0; twice < 2; twice++) {
            uint32_t word = trust_of(verdicts, s, c, NOW + moments[i].after);
            if (word != moments[i].word) {
                fail_msg("after %d s: 0x%08x", moments[i].after, (unsigned)word);
            }
        }
    }
    httpd_verdicts_free(verdicts);
    httpd_client_certificate_unref(c);
    httpd_settings_unref(s);
}

/* Allocations tell whether the chain engine was asked: a remembered verdict needs none. */
static bool was_asked(struct httpd_verdicts *verdicts, const struct httpd_settings *s,
                      const struct httpd_client_certificate *c, int64_t now)
{
    plat_fake_memory_fail(1, true);
    bool finished;
    uint32_t word = httpd_client_certificate_trust(verdicts, s, c, now, &finished);
    bool asked = plat_fake_memory_failures() > 0;
    plat_fake_memory_fail(0, false);
    assert_true(!asked || word != 0); /* what could not be judged never reads as valid */
    assert_int_equal(finished, !asked);
    return asked;
}

static void swallow(void *context, enum plat_log_level level, const char *line, size_t size)
{
    (void)context;
    (void)level;
    (void)line;
    (void)size;
}

static void test_what_is_remembered(void **state)
{
    (void)state;
    struct httpd_settings *one = settings_with(&root, NULL), *two = settings_with(NULL, NULL);
    struct httpd_client_certificate *c = received(&client, &intermediate),
                                    *same = received(&client, &intermediate),
                                    *shorter = received(&client, NULL);
    struct httpd_verdicts *verdicts;
    plat_log_set_sink(swallow, NULL);
    assert_int_equal(httpd_verdicts_create(&verdicts), ERROR_SUCCESS);
    assert_true(was_asked(verdicts, one, c, NOW));
    assert_int_equal(trust_of(verdicts, one, c, NOW), 0);
    assert_false(was_asked(verdicts, one, c, NOW));
    assert_false(was_asked(verdicts, one, same, NOW)); /* by the chain's hash, not by the object */
    assert_false(was_asked(verdicts, one, c, NOW + LIMIT_VERDICT_SECONDS - 1));
    assert_true(was_asked(verdicts, one, c, NOW + LIMIT_VERDICT_SECONDS));
    assert_true(was_asked(verdicts, one, c, NOW - 1));
    assert_true(was_asked(verdicts, one, shorter, NOW)); /* the leaf alone is another chain */
    assert_true(was_asked(verdicts, two, c, NOW));       /* other settings */
    assert_int_equal(trust_of(verdicts, two, c, NOW), CERT_TRUST_IS_PARTIAL_CHAIN);
    assert_int_equal(trust_of(verdicts, one, c, NOW), 0);
    plat_log_set_sink(NULL, NULL);
    httpd_verdicts_free(verdicts);
    httpd_client_certificate_unref(c);
    httpd_client_certificate_unref(same);
    httpd_client_certificate_unref(shorter);
    httpd_settings_unref(one);
    httpd_settings_unref(two);
}

/* More chains than places: the answers stay right. */
static void test_many_chains(void **state)
{
    (void)state;
    enum { CHAINS = 600 };
    struct httpd_settings *s = settings_with(&stranger, NULL);
    struct httpd_verdicts *verdicts;
    assert_int_equal(httpd_verdicts_create(&verdicts), ERROR_SUCCESS);
    for (unsigned round = 0; round < 2; round++) {
        for (unsigned i = 0; i < CHAINS; i++) {
            char note[16];
            int size = snprintf(note, sizeof note, "not a cert %u", i);
            const struct test_cert *leaf = i % 2 == 0 ? &stranger : &root;
            const struct plat_span chain[2] = {leaf->cert.der, plat_span_of(note, (size_t)size)};
            struct httpd_client_certificate *c;
            assert_int_equal(httpd_client_certificate_create(chain, 2, &c), ERROR_SUCCESS);
            uint32_t word = trust_of(verdicts, s, c, NOW + (int64_t)i / 100);
            assert_int_equal(word == 0, leaf == &stranger);
            httpd_client_certificate_unref(c);
        }
    }
    httpd_verdicts_free(verdicts);
    httpd_settings_unref(s);
}

static void test_no_memory(void **state)
{
    (void)state;
    struct httpd_settings *s = settings_with(&root, NULL);
    const struct plat_span chain[2] = {client.cert.der, intermediate.cert.der};
    size_t live = plat_fake_memory_live();
    unsigned n = 0;
    plat_log_set_sink(swallow, NULL);
    for (bool failed = true; failed;) {
        struct httpd_client_certificate *c = NULL;
        struct httpd_verdicts *verdicts = NULL;
        plat_fake_memory_fail(++n, false);
        if (httpd_client_certificate_create(chain, 2, &c) == ERROR_SUCCESS &&
            httpd_verdicts_create(&verdicts) == ERROR_SUCCESS) {
            bool finished;
            uint32_t word = httpd_client_certificate_trust(verdicts, s, c, NOW, &finished);
            failed = plat_fake_memory_failures() > 0;
            assert_int_equal(word == 0, !failed);
            assert_int_equal(finished, !failed);
            assert_int_equal(word & CERT_CHAIN_UNFINISHED, failed ? CERT_CHAIN_UNFINISHED : 0);
        }
        failed = plat_fake_memory_failures() > 0;
        plat_fake_memory_fail(0, false);
        httpd_verdicts_free(verdicts);
        httpd_client_certificate_unref(c);
        assert_int_equal(plat_fake_memory_live(), live);
    }
    assert_true(n > 3);
    plat_log_set_sink(NULL, NULL);
    httpd_settings_unref(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_received),
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_words),
        cmocka_unit_test(test_time_is_looked_at_each_time),
        cmocka_unit_test(test_what_is_remembered),
        cmocka_unit_test(test_many_chains),
        cmocka_unit_test(test_no_memory),
    };
    return cmocka_run_group_tests_name("httpd.client_certificate", tests, make_certificates,
                                       free_certificates);
}
