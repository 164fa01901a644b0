/* SPDX-License-Identifier: Apache-2.0 */
/* SSL\RevocationCheck in verdicts about client certificates: the modes, and that no remembered verdict outlives a CRL. */
#include "access/client_certificate.h"
#include "make_settings.h"
#include "unit/certstore/crl_text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#define UNKNOWN CERT_TRUST_REVOCATION_STATUS_UNKNOWN
#define OFFLINE (CERT_TRUST_REVOCATION_STATUS_UNKNOWN | CERT_TRUST_IS_OFFLINE_REVOCATION)
#define CHAIN                                                                                                \
    "leaf CN=Alice<CN=CA serial=7 eku=client\nstore CN=CA<CN=Root serial=5 ca\nroot CN=Root<CN=Root ca\n"

struct client {
    struct crl_pki pki;
    struct httpd_settings *settings;
    struct httpd_client_certificate *certificate;
    struct httpd_verdicts *verdicts;
};

/* The settings take the sets over. */
static void make_client(struct client *c, const char *text, enum httpd_revocation revocation)
{
    struct make_settings m;
    crl_pki_make(&c->pki, text);
    make_settings_init(&m);
    m.settings->roots = c->pki.pki.roots;
    m.settings->intermediates = c->pki.pki.store;
    m.settings->distrusted = c->pki.pki.bad;
    m.settings->people = c->pki.pki.people;
    m.settings->crls = c->pki.crls;
    m.settings->revocation = revocation;
    c->settings = make_settings_done(&m);
    c->pki.pki.roots = c->pki.pki.store = c->pki.pki.bad = c->pki.pki.people = NULL;
    c->pki.crls = NULL;
    assert_int_equal(httpd_client_certificate_create(&c->pki.pki.input.leaf->der, 1, &c->certificate),
                     ERROR_SUCCESS);
    assert_int_equal(httpd_verdicts_create(&c->verdicts), ERROR_SUCCESS);
}

static void free_client(struct client *c)
{
    httpd_verdicts_free(c->verdicts);
    httpd_client_certificate_unref(c->certificate);
    httpd_settings_unref(c->settings);
    crl_pki_free(&c->pki);
}

static uint32_t verdict_at(struct client *c, int64_t time)
{
    bool finished = false;
    uint32_t word = httpd_client_certificate_trust(c->verdicts, c->settings, c->certificate, time, &finished);
    assert_true(finished);
    return word;
}

static void test_modes(void **state)
{
    static const struct {
        const char *lists;
        uint32_t off, where_known, required;
    } cases[] = {
        {"", 0, 0, UNKNOWN},
        {"crl CN=CA\n", 0, 0, UNKNOWN},
        {"crl CN=Root\ncrl CN=CA\n", 0, 0, 0},
        {"crl CN=CA list=7\n", 0, CERT_TRUST_IS_REVOKED, CERT_TRUST_IS_REVOKED | UNKNOWN},
        {"crl CN=Root list=1\ncrl CN=CA\n", 0, 0, 0}, /* the root is the administrator's to take away */
        {"crl CN=CA next=-1\n", 0, OFFLINE, OFFLINE},
        {"crl CN=CA badsig\n", 0, UNKNOWN, UNKNOWN},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char text[512];
        const uint32_t words[] = {cases[i].off, cases[i].where_known, cases[i].required};
        for (unsigned mode = HTTPD_REVOCATION_OFF; mode <= HTTPD_REVOCATION_REQUIRED; mode++) {
            struct client c;
            (void)snprintf(text, sizeof text, "%s%s", CHAIN, cases[i].lists);
            make_client(&c, text, (enum httpd_revocation)mode);
            uint32_t word = verdict_at(&c, TEST_NOW);
            if (word != words[mode]) {
                fail_msg("case %zu, mode %u: 0x%08x instead of 0x%08x", i, mode, (unsigned)word,
                         (unsigned)words[mode]);
            }
            free_client(&c);
        }
    }
}

static void test_no_verdict_outlives_a_list(void **state)
{
    struct client c;
    (void)state;

    make_client(&c, CHAIN "crl CN=CA next=10\n", HTTPD_REVOCATION_WHERE_KNOWN);
    assert_int_equal(verdict_at(&c, TEST_NOW), 0);
    assert_int_equal(verdict_at(&c, TEST_NOW + 10), 0);
    assert_int_equal(verdict_at(&c, TEST_NOW + 11), OFFLINE);
    free_client(&c);

    /* a list that begins to count */
    make_client(&c, CHAIN "crl CN=CA next=100\ncrl CN=CA this=10 list=7\n", HTTPD_REVOCATION_WHERE_KNOWN);
    assert_int_equal(verdict_at(&c, TEST_NOW), 0);
    assert_int_equal(verdict_at(&c, TEST_NOW + 9), 0);
    assert_int_equal(verdict_at(&c, TEST_NOW + 10), CERT_TRUST_IS_REVOKED);
    free_client(&c);

    /* a delta that the chain does not name: what it took off the base is on again after its time */
    make_client(&c, CHAIN "crl CN=CA num=1 list=7:6\ncrl CN=CA num=2 delta=1 list=7:8 next=10\n",
                HTTPD_REVOCATION_WHERE_KNOWN);
    assert_int_equal(verdict_at(&c, TEST_NOW), 0);
    assert_int_equal(verdict_at(&c, TEST_NOW + 11), CERT_TRUST_IS_REVOKED);
    free_client(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_modes),
        cmocka_unit_test(test_no_verdict_outlives_a_list),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
