/* SPDX-License-Identifier: Apache-2.0 */
#include "revocation_cases.h"
#include "platform/memory.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static char letter_of(enum cert_revocation_state state)
{
    static const char letters[] = "-grnou";

    assert_true((size_t)state < sizeof letters - 1);
    return letters[state];
}

static void run(void **state)
{
    const struct revocation_case *one = *state;
    char states[LIMIT_CHAIN_DEPTH + 1] = "";
    struct crl_pki made;
    struct cert_chain chain;

    crl_pki_make(&made, one->pki);
    made.pki.input.flags = one->flags;
    cert_chain_build(&made.pki.input, &chain);
    for (size_t i = 0; i < chain.count; i++) {
        states[i] = letter_of(chain.elements[i].revocation);
    }
    if (chain.error != one->error || strcmp(states, one->states) != 0 || !chain.finished) {
        fail_msg("0x%08x %s%s, expected 0x%08x %s", (unsigned)chain.error, states,
                 chain.finished ? "" : " unfinished", (unsigned)one->error, one->states);
    }
    crl_pki_free(&made);
}

int run_revocation_cases(const char *group, const struct revocation_case *cases, size_t count)
{
    struct CMUnitTest *tests = plat_calloc(count, sizeof *tests);
    const void *initial;

    if (tests == NULL) {
        return 1;
    }
    for (size_t i = 0; i < count; i++) {
        tests[i].name = cases[i].name;
        tests[i].test_func = run;
        initial = &cases[i];
        memcpy(&tests[i].initial_state, &initial,
               sizeof initial); /* cmocka has no const there; run changes nothing */
    }
    int failed = _cmocka_run_group_tests(group, tests, count, NULL, NULL);
    plat_free(tests);
    return failed;
}
