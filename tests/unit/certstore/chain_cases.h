/* SPDX-License-Identifier: Apache-2.0 */
/* Tables of chains and of the words that the engine must give them. */
#ifndef CERIUM_TESTS_CHAIN_CASES_H
#define CERIUM_TESTS_CHAIN_CASES_H

#include "pki_text.h"

struct chain_case {
    const char *name;
    uint32_t error;       /* of the chain */
    const char *elements; /* "error/info,..." in hex, leaf first; NULL = not compared */
    const char *pki;      /* pki_text.h */
    const char *usage;
    uint32_t flags;
};

/* Runs every case as a test of its own. */
int run_chain_cases(const char *group, const struct chain_case *cases, size_t count);

#define RUN_CHAIN_CASES(group, cases) run_chain_cases(group, cases, sizeof(cases) / sizeof(cases)[0])

/* "error/info,error/info" of all elements. */
void chain_elements_text(const struct cert_chain *chain, struct plat_buffer *out);

#endif
