/* SPDX-License-Identifier: Apache-2.0 */
/* Revocation: lists and signers made to burn a validator's time. */
#include "crl_text.h"
#include "platform/clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define NOT_ROOT CERT_CHAIN_REVOCATION_CHECK_CHAIN_EXCLUDE_ROOT
#define REVOKED 0x4U
#define UNKNOWN 0x40U
#define OFFLINE 0x01000040U

#define CA "store CN=CA<CN=Root serial=5 ca ku=cert+crl skid=aa\n"
#define ROOT "root CN=Root<CN=Root serial=1 ca\n"
#define CHAIN "leaf CN=EE<CN=CA serial=7\n" CA ROOT
#define ROOT_LIST "crl CN=Root\n"
#define LEAF(words) "leaf CN=EE<CN=CA serial=7 " words "\n" CA ROOT ROOT_LIST

static void go_off(struct crl_pki *made, struct cert_chain *chain, const char *what)
{
    uint64_t start = plat_clock_monotonic_ms();

    made->pki.input.flags = NOT_ROOT;
    cert_chain_build(&made->pki.input, chain);
    uint64_t took = plat_clock_monotonic_ms() - start;
    print_message("%s: %d ms, 0x%08x\n", what, (int)took, (unsigned)chain->error);
    assert_true(took < 60000); /* emulators and sanitizers are slow; without the limits it runs for minutes */
}

/* Thousands of lists of one name: the newest is found, until there are more than may be looked at. */
static void lists_of_one_name(void **state)
{
    char line[80];
    struct crl_pki made;
    struct cert_chain chain;
    (void)state;

    crl_pki_make(&made, CHAIN ROOT_LIST "crl CN=CA this=-1 list=7\n");
    for (unsigned i = 0; i < 3000; i++) {
        (void)snprintf(line, sizeof line, "CN=CA badsig this=-%u num=%u", 10 + i, i);
        crl_pki_add(&made, line);
    }
    go_off(&made, &chain, "3000 lists");
    assert_int_equal(chain.error, REVOKED);
    crl_pki_free(&made);

    crl_pki_make(&made, LEAF("cdp=uri:a|uri:b|uri:c|uri:d|uri:e|uri:f|uri:g|uri:h"));
    for (unsigned i = 0; i < 3000; i++) {
        (void)snprintf(line, sizeof line, "CN=CA this=-%u num=%u dp=uri:z badsig", 10 + i, i);
        crl_pki_add(&made, line);
    }
    go_off(&made, &chain, "3000 lists, 9 points");
    assert_false(chain.finished);
    assert_int_equal(chain.error & CERT_CHAIN_UNFINISHED, CERT_CHAIN_UNFINISHED);
    crl_pki_free(&made);
}

/* Forged lists, newer than the good one: tries are bounded, and what is not found fails. */
static void forged_lists(void **state)
{
    char line[80];
    struct crl_pki made;
    struct cert_chain chain;
    (void)state;

    for (unsigned count = LIMIT_CRL_TRIES - 1; count <= LIMIT_CRL_TRIES; count++) {
        crl_pki_make(&made, CHAIN ROOT_LIST "crl CN=CA this=-90\n");
        for (unsigned i = 0; i < count; i++) {
            (void)snprintf(line, sizeof line, "CN=CA badsig this=-%u", 10 + i);
            crl_pki_add(&made, line);
        }
        go_off(&made, &chain, "forged lists");
        assert_int_equal(chain.error, count < LIMIT_CRL_TRIES ? 0U : UNKNOWN);
        crl_pki_free(&made);
    }
}

/* Many certificates that could have signed a list, each with a list of its own kind that needs another one. */
static void signers_cycling(void **state)
{
    struct plat_buffer text;
    struct crl_pki made;
    struct cert_chain chain;
    (void)state;

    plat_buffer_init(&text, 65536);
    plat_buffer_append_text(&text, "leaf CN=EE<CN=CA serial=7 cdp=by:CN=S0\n" CA ROOT);
    for (unsigned i = 0; i < 30; i++) {
        plat_buffer_printf(&text, "store CN=S%u<CN=Root serial=%u cdp=by:CN=S%u\ncrl CN=S%u indirect\n", i,
                           100 + i, (i + 1) % 30, i);
    }
    crl_pki_make(&made, plat_buffer_text(&text));
    go_off(&made, &chain, "a ring of 30 list issuers");
    assert_true((chain.error & OFFLINE) == OFFLINE);
    crl_pki_free(&made);

    plat_buffer_clear(&text);
    plat_buffer_append_text(&text, LEAF("cdp=by:CN=S"));
    for (unsigned i = 0; i < 60; i++) {
        plat_buffer_printf(&text, "store CN=S<CN=Root serial=%u key=%u\n", 100 + i, i);
    }
    plat_buffer_append_text(&text, "crl CN=S indirect signed=nobody\n");
    crl_pki_make(&made, plat_buffer_text(&text));
    go_off(&made, &chain, "60 keys of one list issuer");
    assert_false(chain.finished);
    assert_int_equal(chain.error & CERT_CHAIN_UNFINISHED, CERT_CHAIN_UNFINISHED);
    crl_pki_free(&made);

    /* all of them sign: each needs a path of its own, and none has one */
    plat_buffer_clear(&text);
    plat_buffer_append_text(&text, LEAF("cdp=by:CN=S"));
    for (unsigned i = 0; i < 40; i++) {
        plat_buffer_printf(&text, "store CN=S<CN=Root serial=%u key=same crit=1.2.3:05%02x00\n", 100 + i, i);
    }
    plat_buffer_append_text(&text, "crl CN=S indirect signed=same\n");
    crl_pki_make(&made, plat_buffer_text(&text));
    go_off(&made, &chain, "40 certificates of one list key");
    assert_false(chain.finished);
    crl_pki_free(&made);
    plat_buffer_free(&text);
}

static void a_long_list(void **state)
{
    struct crl_pki made;
    struct cert_chain chain;
    (void)state;

    crl_pki_make(&made, CHAIN ROOT_LIST "crl CN=CA many=180000 list=7\n");
    go_off(&made, &chain, "180000 entries");
    assert_int_equal(chain.error, REVOKED);
    crl_pki_free(&made);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lists_of_one_name),
        cmocka_unit_test(forged_lists),
        cmocka_unit_test(signers_cycling),
        cmocka_unit_test(a_long_list),
    };
    return cmocka_run_group_tests_name("revocation limits", tests, NULL, NULL);
}
