/* SPDX-License-Identifier: Apache-2.0 */
/* The chain engine as a server calls it: the peer's certificates in one set, the trusted root in another. */
#include "bench/chain_work.h"

#include "certstore/chain.h"

#include <time.h>

struct sets {
    const struct chain_work *work;
    struct cert_set *peer, *roots;
    const struct cert *leaf;
};

static struct plat_span span(const struct chain_work *work, size_t i)
{
    return plat_span_of(work->bytes[i], work->sizes[i]);
}

static bool parse(struct sets *sets)
{
    return cert_set_create(&sets->peer) == 0 && cert_set_create(&sets->roots) == 0 &&
           cert_set_add(sets->peer, span(sets->work, 0), &sets->leaf) == 0 &&
           cert_set_add(sets->peer, span(sets->work, 1), NULL) == 0 &&
           cert_set_add(sets->roots, span(sets->work, 2), NULL) == 0;
}

static void forget(struct sets *sets)
{
    cert_set_free(sets->peer);
    cert_set_free(sets->roots);
    sets->peer = sets->roots = NULL;
}

static bool check(void *context)
{
    const struct sets *sets = context;
    struct cert_chain_input input = {
        .leaf = sets->leaf, .roots = sets->roots, .peer = sets->peer, .time = time(NULL)};
    struct cert_chain chain;
    cert_chain_build(&input, &chain);
    return chain.error == 0 && chain.count == CHAIN_CERTS;
}

static bool parse_and_check(void *context)
{
    struct sets *sets = context;
    bool ok = parse(sets) && check(sets);
    forget(sets);
    return ok;
}

int main(int argc, char **argv)
{
    static struct chain_work work;
    struct sets sets = {.work = &work};
    if (!chain_work_read(&work, argc, argv) || !chain_work_run(&work, "whole", parse_and_check, &sets) ||
        !parse(&sets)) {
        return 1;
    }
    bool ok = chain_work_run(&work, "parsed", check, &sets);
    forget(&sets);
    return ok ? 0 : 1;
}
