/* SPDX-License-Identifier: Apache-2.0 */
#include "chain_cases.h"
#include "platform/memory.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

void chain_elements_text(const struct cert_chain *chain, struct plat_buffer *out)
{
    for (size_t i = 0; i < chain->count; i++) {
        plat_buffer_printf(out, "%s%x/%x", i == 0 ? "" : ",", (unsigned)chain->elements[i].error,
                           (unsigned)chain->elements[i].info);
    }
}

static void compare(const struct chain_case *expected, const struct cert_chain *chain)
{
    struct plat_buffer names, elements;

    plat_buffer_init(&names, 4096);
    plat_buffer_init(&elements, 4096);
    cert_trust_error_names(chain->error, &names);
    chain_elements_text(chain, &elements);
    if (chain->error != expected->error) {
        fail_msg("0x%08x (%s; %s), expected 0x%08x", (unsigned)chain->error, plat_buffer_text(&names),
                 plat_buffer_text(&elements), (unsigned)expected->error);
    }
    if (expected->elements != NULL) {
        assert_string_equal(plat_buffer_text(&elements), expected->elements);
    }
    plat_buffer_free(&names);
    plat_buffer_free(&elements);
}

static void run_case(void **state)
{
    const struct chain_case *chain_case = *state;
    struct test_pki pki;
    struct cert_chain chain;

    test_pki_make(&pki, chain_case->pki);
    pki.input.usage = chain_case->usage;
    pki.input.flags = chain_case->flags;
    cert_chain_build(&pki.input, &chain);
    compare(chain_case, &chain);
    test_pki_free(&pki);
}

int run_chain_cases(const char *group, const struct chain_case *cases, size_t count)
{
    struct CMUnitTest *tests = plat_calloc(count, sizeof *tests);
    const void *initial;

    if (tests == NULL) {
        return 1;
    }
    for (size_t i = 0; i < count; i++) {
        tests[i].name = cases[i].name;
        tests[i].test_func = run_case;
        initial = &cases[i];
        memcpy(&tests[i].initial_state, &initial,
               sizeof initial); /* cmocka has no const there; run_case changes nothing */
    }
    int failed = _cmocka_run_group_tests(group, tests, count, NULL, NULL);
    plat_free(tests);
    return failed;
}
