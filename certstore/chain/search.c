/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From a certificate, the ways up are: its own key, when it is self-signed; each candidate whose key has
 * signed it; and, only when there is none of these, the likeliest of those whose key has not, so that the
 * fault is reported where it is. The last keeps a hostile graph of false issuers from multiplying paths.
 */
#include "chain/search.h"

struct verified {
    const struct cert *subject;
    const struct cert *issuer;
    enum cert_signature result;
};

struct search {
    const struct chain_graph *graph;
    chain_path_taker *take;
    void *context;
    bool over;
    size_t paths; /* judged */
    size_t verified_count;
    uint32_t signatures_left;
    uint32_t name_checks_left;
    struct chain_path path;
    uint16_t nodes[LIMIT_CHAIN_DEPTH];                /* of the links */
    struct verified verified[LIMIT_CHAIN_SIGNATURES]; /* none costs less than one */
};

/* In P-256 verifications, roughly: what keys of other kinds cost BearSSL. */
static uint32_t price_of(const struct cert *issuer)
{
    bool slow_curve = issuer->key_kind == CERT_KEY_EC_P384 || issuer->key_kind == CERT_KEY_EC_P521;

    return slow_curve || issuer->rsa_exponent.size > 4 ? 3 : 1;
}

/* By key, not by certificate: cross-certified authorities have many certificates for one key. */
static enum cert_signature verify(struct search *search, const struct cert *subject, const struct cert *issuer)
{
    for (size_t i = 0; i < search->verified_count; i++) {
        const struct verified *known = &search->verified[i];
        if (known->subject == subject && plat_span_equal(known->issuer->spki, issuer->spki)) {
            return known->result;
        }
    }
    if (search->signatures_left < price_of(issuer)) {
        search->over = true;
        return CERT_SIGNATURE_UNSUPPORTED;
    }
    search->signatures_left -= price_of(issuer);
    enum cert_signature result = cert_verify_signature(issuer, subject);
    search->verified[search->verified_count++] =
        (struct verified){.subject = subject, .issuer = issuer, .result = result};
    return result;
}

static void judge(struct search *search)
{
    if (search->over) {
        return;
    }
    chain_path_judge(&search->path);
    search->over = search->take(search->context, &search->path) || ++search->paths == LIMIT_CHAIN_PATHS;
}

static void push(struct search *search, uint16_t node)
{
    const struct chain_node *from = &search->graph->nodes[node];
    struct chain_link *link = &search->path.links[search->path.count];

    *link = (struct chain_link){.cert = from->cert, .in_roots = from->in_roots};
    chain_facts_read(from->cert, &link->facts);
    search->nodes[search->path.count++] = node;
}

/* The same certificate, or two for one name and key: what comes above one has been there above the other. */
static bool same_authority(const struct cert *a, const struct cert *b)
{
    return a == b || (plat_span_equal(a->spki, b->spki) && cert_name_equal(a->subject, b->subject));
}

static bool on_path(const struct search *search, const struct cert *cert)
{
    for (size_t i = 0; i < search->path.count; i++) {
        if (same_authority(search->path.links[i].cert, cert)) {
            return true;
        }
    }
    return false;
}

static void extend(struct search *search);

static void go_up(struct search *search, uint16_t node, enum chain_match match, enum cert_signature signature)
{
    struct chain_link *link = &search->path.links[search->path.count - 1];

    link->has_issuer = true;
    link->match = match;
    link->signature = signature;
    push(search, node);
    extend(search);
    search->path.count--;
    link->has_issuer = false;
}

static void end_at_itself(struct search *search, enum cert_signature signature)
{
    struct chain_link *link = &search->path.links[search->path.count - 1];

    link->has_issuer = true;
    link->match = chain_match_of(&link->facts, link->cert);
    link->signature = signature;
    search->path.self_signed = true;
    judge(search);
    search->path.self_signed = false;
    link->has_issuer = false;
}

static void end_without_issuer(struct search *search, bool cyclic)
{
    search->path.cyclic = cyclic;
    judge(search);
    search->path.cyclic = false;
}

struct candidates {
    bool any_good, any_cyclic;
    uint16_t likeliest; /* whose key did not sign, or CHAIN_NOBODY */
    enum chain_match likeliest_match;
    enum cert_signature likeliest_signature;
};

static void try_candidate(struct search *search, uint16_t node, enum chain_match match,
                          struct candidates *candidates)
{
    const struct cert *subject = search->path.links[search->path.count - 1].cert;
    const struct cert *issuer = search->graph->nodes[node].cert;

    if (same_authority(subject, issuer)) {
        return; /* its own name: `extend` has looked at that */
    }
    if (on_path(search, issuer)) {
        candidates->any_cyclic = true;
        return;
    }
    enum cert_signature signature = verify(search, subject, issuer);
    if (search->over) {
        return;
    }
    if (signature == CERT_SIGNATURE_GOOD) {
        candidates->any_good = true;
        go_up(search, node, match, signature);
    } else if (candidates->likeliest == CHAIN_NOBODY) {
        candidates->likeliest = node;
        candidates->likeliest_match = match;
        candidates->likeliest_signature = signature;
    }
}

/* The better match first, within it the better reach (the graph's order). */
static void try_candidates(struct search *search, struct candidates *candidates)
{
    size_t depth = search->path.count - 1;
    const struct chain_node *node = &search->graph->nodes[search->nodes[depth]];

    if (node->issuer == CHAIN_NOBODY) {
        return;
    }
    const struct chain_authority *authority = &search->graph->authorities[node->issuer];
    for (unsigned match = 0; match < CHAIN_MATCH_COUNT; match++) {
        for (uint16_t i = 0; i < authority->count && !search->over; i++) {
            uint16_t candidate = (uint16_t)(authority->first + i);
            const struct chain_facts *facts = &search->path.links[depth].facts;
            if (chain_match_of(facts, search->graph->nodes[candidate].cert) == (enum chain_match)match) {
                try_candidate(search, candidate, (enum chain_match)match, candidates);
            }
        }
    }
}

static void extend(struct search *search)
{
    const struct chain_link *link = &search->path.links[search->path.count - 1];
    struct candidates candidates = {.likeliest = CHAIN_NOBODY};
    enum cert_signature own = CERT_SIGNATURE_BAD;

    if (link->facts.self_issued) {
        own = verify(search, link->cert, link->cert);
        if (own == CERT_SIGNATURE_GOOD) {
            end_at_itself(search, own);
            return;
        }
    }
    if (search->path.count < LIMIT_CHAIN_DEPTH) {
        try_candidates(search, &candidates);
    }
    if (search->over || candidates.any_good) {
        return;
    }
    if (link->facts.self_issued && chain_match_of(&link->facts, link->cert) != CHAIN_MATCH_ODD) {
        end_at_itself(search, own); /* it says that it is self-signed, and is not */
    } else if (candidates.likeliest != CHAIN_NOBODY) {
        go_up(search, candidates.likeliest, candidates.likeliest_match, candidates.likeliest_signature);
    } else {
        end_without_issuer(search, candidates.any_cyclic);
    }
}

void chain_search(const struct chain_graph *graph, chain_path_taker *take, void *context)
{
    struct search search = {.graph = graph,
                            .take = take,
                            .context = context,
                            .signatures_left = LIMIT_CHAIN_SIGNATURES,
                            .name_checks_left = LIMIT_CHAIN_NAME_CHECKS};

    search.path.input = graph->input;
    search.path.name_checks_left = &search.name_checks_left;
    push(&search, 0);
    extend(&search);
}
