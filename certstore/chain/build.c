/* SPDX-License-Identifier: Apache-2.0 */
/* CertGetCertificateChain's chains: of all the paths that are found those with the least faults, the best first. */
#include "chain/search.h"

struct choice {
    struct cert_chain *chains; /* sorted; of two that are as bad, the one found first */
    size_t count, most;
};

static void fill(struct cert_chain *chain, const struct chain_path *path)
{
    *chain = (struct cert_chain){
        .error = path->error, .info = path->info, .finished = path->finished, .count = path->count};
    for (size_t i = 0; i < path->count; i++) {
        const struct chain_link *link = &path->links[i];

        chain->elements[i] = (struct cert_chain_element){
            .cert = link->cert,
            .error = link->error,
            .info = link->info,
            .revocation = link->revocation,
            .crl = link->crl,
            .revoked = link->revoked,
            .reason = link->reason,
        };
    }
}

/* true: no more are wanted. A single chain without a fault cannot be bettered. */
static bool take(void *context, const struct chain_path *path)
{
    struct choice *choice = context;
    uint32_t badness = chain_badness(path->error);
    size_t place = choice->count;

    while (place > 0 && badness < chain_badness(choice->chains[place - 1].error)) {
        place--;
    }
    if (place < choice->most) {
        size_t last = choice->count < choice->most ? choice->count++ : choice->most - 1;
        for (; last > place; last--) {
            choice->chains[last] = choice->chains[last - 1];
        }
        fill(&choice->chains[place], path);
    }
    return choice->most == 1 && path->error == CERT_TRUST_NO_ERROR;
}

size_t cert_chain_build_several(const struct cert_chain_input *input, struct cert_chain *chains, size_t most)
{
    struct choice choice = {.chains = chains, .most = most};
    struct chain_graph graph;

    if (chain_graph_build(&graph, input)) {
        chain_search(&graph, take, &choice);
    }
    chain_graph_free(&graph);
    if (choice.count == 0) {
        *chains = (struct cert_chain){.error = CERT_CHAIN_UNFINISHED, .count = 1};
        chains->elements[0].cert = input->leaf;
        choice.count = 1;
    }
    return choice.count;
}

void cert_chain_build(const struct cert_chain_input *input, struct cert_chain *chain)
{
    (void)cert_chain_build_several(input, chain, 1);
}
