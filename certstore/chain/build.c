/* SPDX-License-Identifier: Apache-2.0 */
/* CertGetCertificateChain's first chain: of all the paths that are found the one with the least faults. */
#include "chain/search.h"

struct choice {
    struct cert_chain *chain;
    uint32_t badness;
    bool any;
};

static bool take_better(void *context, const struct chain_path *path)
{
    struct choice *choice = context;
    struct cert_chain *chain = choice->chain;
    uint32_t badness = chain_badness(path->error);

    if (choice->any && badness >= choice->badness) {
        return false;
    }
    choice->any = true;
    choice->badness = badness;
    chain->error = path->error;
    chain->info = path->info;
    chain->count = path->count;
    for (size_t i = 0; i < path->count; i++) {
        const struct chain_link *link = &path->links[i];
        chain->elements[i] =
            (struct cert_chain_element){.cert = link->cert, .error = link->error, .info = link->info};
    }
    return path->error == CERT_TRUST_NO_ERROR;
}

void cert_chain_build(const struct cert_chain_input *input, struct cert_chain *chain)
{
    struct choice choice = {.chain = chain};
    struct chain_graph graph;

    *chain = (struct cert_chain){.error = CERT_CHAIN_UNFINISHED, .count = 1};
    chain->elements[0].cert = input->leaf;
    if (chain_graph_build(&graph, input)) {
        chain_search(&graph, take_better, &choice);
    }
    chain_graph_free(&graph);
}
