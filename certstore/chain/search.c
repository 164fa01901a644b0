/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From a certificate, the ways up are: its own key, when it is self-signed; each candidate whose key has
 * signed it; and, only when there is none of these, the likeliest of those whose key has not, so that the
 * fault is reported where it is. The last keeps a hostile graph of false issuers from multiplying paths.
 */
#include "chain/search.h"
#include "cert/public_key.h"
#include "chain/revocation.h"

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
    uint32_t policy_steps_left;
    struct chain_revocation_work revocation;
    struct chain_path path;
    uint16_t nodes[LIMIT_CHAIN_DEPTH];                /* of the links */
    struct verified verified[LIMIT_CHAIN_SIGNATURES]; /* none costs less than one */
};

/*
 * In P-256 verifications, roughly. RSA: a multiplication for each bit of the exponent, and one more where the bit is set; each costs with
 * the square of the modulus. 2048 bits with the usual 65537 is 1, 8192 bits 9.
 */
#define DEAREST (LIMIT_CHAIN_SIGNATURES / 3) /* a chain of such keys can still be judged */

static uint32_t price_of_rsa(const struct cert *key_holder)
{
    uint32_t products = cert_bit_length(key_holder->rsa_exponent);
    uint32_t kilobits = (key_holder->key_bits + 1023) / 1024;

    for (size_t i = 0; i < key_holder->rsa_exponent.size; i++) {
        for (unsigned rest = key_holder->rsa_exponent.data[i]; rest != 0; rest &= rest - 1) {
            products++;
        }
    }
    if (key_holder->key_bits > LIMIT_RSA_BITS) {
        return 1; /* is not even tried */
    }
    uint32_t price = 1 + kilobits * kilobits * products / 144;
    return price < DEAREST ? price : DEAREST;
}

uint32_t chain_signature_price(const struct cert *key_holder)
{
    switch (key_holder->key_kind) {
    case CERT_KEY_RSA:
        return price_of_rsa(key_holder);
    case CERT_KEY_EC_P384:
    case CERT_KEY_EC_P521:
        return 3;
    default:
        return 1;
    }
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
    uint32_t price = chain_signature_price(issuer);
    if (search->signatures_left < price) {
        search->over = true;
        return CERT_SIGNATURE_UNSUPPORTED;
    }
    search->signatures_left -= price;
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

/* The trusted root that the end certificate says it is and is not: somebody has changed a copy of it. */
static uint16_t find_genuine(const struct search *search)
{
    const struct chain_node *node = &search->graph->nodes[0];

    if (search->path.count != 1 || node->in_roots || node->issuer == CHAIN_NOBODY) {
        return CHAIN_NOBODY;
    }
    const struct chain_authority *authority = &search->graph->authorities[node->issuer];
    for (uint16_t i = authority->first; i < authority->first + authority->count; i++) {
        if (search->graph->nodes[i].in_roots && same_authority(search->graph->nodes[i].cert, node->cert)) {
            return i;
        }
    }
    return CHAIN_NOBODY;
}

/* It says that it is self-signed, and is not. */
static void end_forged(struct search *search, enum cert_signature own)
{
    uint16_t genuine = find_genuine(search);

    if (genuine == CHAIN_NOBODY) {
        end_at_itself(search, own);
    } else {
        const struct cert *issuer = search->graph->nodes[genuine].cert;
        go_up(search, genuine, chain_match_of(&search->path.links[0].facts, issuer), own);
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
        end_forged(search, own);
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
                            .name_checks_left = LIMIT_CHAIN_NAME_CHECKS,
                            .policy_steps_left = LIMIT_CHAIN_POLICY_STEPS};

    search.path.input = graph->input;
    search.path.name_checks_left = &search.name_checks_left;
    search.path.policy_steps_left = &search.policy_steps_left;
    search.path.signatures_left = &search.signatures_left;
    search.path.revocation = &search.revocation;
    chain_revocation_work_init(&search.revocation);
    search.path.peer_trusted = chain_is_peer_trusted(graph->input);
    push(&search, 0);
    extend(&search);
}
