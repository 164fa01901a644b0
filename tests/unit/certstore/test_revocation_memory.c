/* SPDX-License-Identifier: Apache-2.0 */
/* Revocation without memory: the path of a list's signer is what it needs some for. */
#include "crl_text.h"
#include "platform/fake.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

static const char pki[] = "leaf CN=EE<CN=CA serial=7\n"
                          "store CN=CA<CN=Root serial=5 ca ku=cert+crl\n"
                          "root CN=Root<CN=Root serial=1 ca\n"
                          "store CN=CA<CN=Root serial=6 key=lists ku=crl\n"
                          "crl CN=Root\n"
                          "crl CN=CA signed=lists\n";

/* Whatever allocation fails: never good, and told as not finished when a check could not be made. */
static void without_memory(void **state)
{
    struct crl_pki made;
    struct cert_chain chain;
    unsigned failures = 1;
    (void)state;

    crl_pki_make(&made, pki);
    made.pki.input.flags = CERT_CHAIN_REVOCATION_CHECK_CHAIN_EXCLUDE_ROOT;
    for (unsigned nth = 1; failures != 0; nth++) {
        plat_fake_memory_fail(nth, false);
        cert_chain_build(&made.pki.input, &chain);
        failures = plat_fake_memory_failures();
        plat_fake_memory_fail(0, false);
        assert_int_equal(chain.finished, failures == 0);
        assert_int_equal(chain.error & CERT_CHAIN_UNFINISHED, failures == 0 ? 0 : CERT_CHAIN_UNFINISHED);
        assert_true(nth < 100);
    }
    assert_int_equal(chain.error, 0);
    crl_pki_free(&made);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(without_memory)};
    return cmocka_run_group_tests_name("revocation without memory", tests, NULL, NULL);
}
