/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Finding candidates (RFC 4158 section 3: builds forward, from the end certificate; loops are cut by taking
 * each certificate once).
 */
#include "chain/graph.h"
#include "cert/name.h"
#include "chain/path.h"
#include "platform/memory.h"

#include <stdlib.h>
#include <string.h>

_Static_assert(LIMIT_CHAIN_CANDIDATES < CHAIN_NOBODY, "16-bit node numbers");
_Static_assert(LIMIT_CHAIN_DEPTH <= UINT8_MAX, "8-bit levels");

#define FIRST_ROOM 16U
#define END_ROOT (0U << 24)
#define END_SELF_SIGNED (1U << 24)
#define END_MISSING (2U << 24)
#define FAULT_LENGTH 256U

/* Doubles the room of an array that is full. */
static bool make_room(void **array, size_t *room, size_t count, size_t size)
{
    size_t wanted = *room == 0 ? FIRST_ROOM : *room * 2;

    if (count < *room) {
        return true;
    }
    void *moved = plat_realloc(*array, wanted * size);
    if (moved == NULL) {
        return false;
    }
    *array = moved;
    *room = wanted;
    return true;
}

/*
 * Faults as an issuer: not allowed to issue, not for the usage, outside its period, distrusted. The checks proper come later;
 * this orders candidates.
 */
static uint8_t count_faults(const struct cert_chain_input *input, const struct cert *cert, bool in_roots)
{
    const struct cert_extension *basic = cert_extension_find(cert, CERT_EXTENSION_BASIC_CONSTRAINTS);
    const struct cert_extension *usage = cert_extension_find(cert, CERT_EXTENSION_KEY_USAGE);
    struct cert_basic_constraints constraints;
    uint16_t bits;
    unsigned faults = 0;

    if (basic == NULL ? !in_roots
                      : !cert_decode_basic_constraints(basic->value, &constraints) || !constraints.ca) {
        faults++;
    }
    if (usage != NULL &&
        (!cert_decode_key_usage(usage->value, &bits) || (bits & CERT_USE_KEY_CERT_SIGN) == 0)) {
        faults++;
    }
    if (input->time < cert->not_before || input->time > cert->not_after) {
        faults++;
    }
    if (chain_is_distrusted(input->distrusted, cert)) {
        faults++;
    }
    if (!chain_allows_requested_usage(input, cert)) {
        faults++;
    }
    return (uint8_t)faults;
}

bool chain_is_member(const struct cert_set *set, const struct cert *cert)
{
    const struct cert *found = cert_set_find_thumbprint(set, cert->thumbprint);

    return found != NULL && plat_span_equal(found->der, cert->der);
}

static bool add_node(struct chain_graph *graph, const struct cert *cert, uint8_t level)
{
    void *nodes = graph->nodes;

    if (!make_room(&nodes, &graph->node_room, graph->node_count, sizeof *graph->nodes)) {
        return false;
    }
    graph->nodes = nodes;
    bool in_roots = chain_is_member(graph->input->roots, cert);
    graph->nodes[graph->node_count++] = (struct chain_node){
        .cert = cert,
        .reach = CHAIN_REACH_NONE,
        .issuer = CHAIN_NOBODY,
        .level = level,
        .faults = level == 0 ? 0 : count_faults(graph->input, cert, in_roots),
        .in_roots = in_roots,
        .self_issued = cert_is_self_issued(cert),
    };
    return true;
}

static uint16_t find_authority(const struct chain_graph *graph, struct plat_span name, uint32_t hash)
{
    uint16_t i = graph->table[hash % CHAIN_TABLE];

    while (i != CHAIN_NOBODY &&
           (graph->authorities[i].hash != hash || !cert_name_equal(graph->authorities[i].name, name))) {
        i = graph->authorities[i].next;
    }
    return i;
}

/*
 * All certificates with that subject as nodes one behind the other. A certificate that is in several sets is
 * taken once.
 */
static bool collect(struct chain_graph *graph, struct plat_span name, uint8_t level)
{
    const struct cert_set *const sets[] = {graph->input->roots, graph->input->intermediates,
                                           graph->input->peer};

    for (size_t s = 0; s < sizeof sets / sizeof sets[0]; s++) {
        if (sets[s] == NULL) {
            continue;
        }
        const struct cert *cert = cert_set_next_subject(sets[s], name, NULL);
        for (; cert != NULL; cert = cert_set_next_subject(sets[s], name, cert)) {
            bool known = false;
            for (size_t before = 0; before < s && !known; before++) {
                known = chain_is_member(sets[before], cert);
            }
            if (known) {
                continue;
            }
            if (graph->node_count == LIMIT_CHAIN_CANDIDATES) {
                return true;
            }
            if (!add_node(graph, cert, level)) {
                return false;
            }
        }
    }
    return true;
}

/*
 * Looks for the candidates of a node. A name that was asked for before has its answer in the table, also when
 * that was "none".
 */
static bool find_issuers(struct chain_graph *graph, size_t node)
{
    struct plat_span name = graph->nodes[node].cert->issuer;
    uint32_t hash = cert_name_hash(name);
    uint16_t known = find_authority(graph, name, hash);
    void *authorities = graph->authorities;

    if (known == CHAIN_NOBODY) {
        if (!make_room(&authorities, &graph->authority_room, graph->authority_count,
                       sizeof *graph->authorities)) {
            return false;
        }
        graph->authorities = authorities;
        known = (uint16_t)graph->authority_count++;
        struct chain_authority *authority = &graph->authorities[known];
        *authority = (struct chain_authority){.name = name,
                                              .hash = hash,
                                              .reach = CHAIN_REACH_NONE,
                                              .first = (uint16_t)graph->node_count,
                                              .next = graph->table[hash % CHAIN_TABLE]};
        graph->table[hash % CHAIN_TABLE] = known;
        if (!collect(graph, name, (uint8_t)(graph->nodes[node].level + 1))) {
            return false;
        }
        authority->count = (uint16_t)(graph->node_count - authority->first);
    }
    graph->nodes[node].issuer = graph->authorities[known].count != 0 ? known : CHAIN_NOBODY;
    return true;
}

static uint32_t lengthen(uint32_t reach, const struct chain_node *node)
{
    return reach == CHAIN_REACH_NONE ? CHAIN_REACH_NONE : reach + 1 + node->faults * FAULT_LENGTH;
}

static uint32_t reach_of(const struct chain_graph *graph, const struct chain_node *node)
{
    uint32_t reach = CHAIN_REACH_NONE;

    if (node->issuer == CHAIN_NOBODY) {
        reach = END_MISSING;
    } else if (!node->self_issued) {
        reach = graph->authorities[node->issuer].reach;
    } else { /* its own issuer, or one of those with its name */
        uint32_t others = graph->authorities[node->issuer].reach;
        reach = node->in_roots ? END_ROOT : END_SELF_SIGNED;
        reach = others < reach ? others : reach;
    }
    return lengthen(reach, node);
}

/*
 * Spreads the ends downwards, one certificate further a round: Bellman and Ford, cut at the depth that a path
 * can have.
 */
static void spread_reach(struct chain_graph *graph)
{
    bool changed = true;

    for (size_t round = 0; changed && round <= LIMIT_CHAIN_DEPTH; round++) {
        changed = false;
        for (size_t i = 0; i < graph->node_count; i++) {
            uint32_t reach = reach_of(graph, &graph->nodes[i]);
            changed = changed || reach < graph->nodes[i].reach;
            graph->nodes[i].reach = reach < graph->nodes[i].reach ? reach : graph->nodes[i].reach;
        }
        for (size_t a = 0; a < graph->authority_count; a++) {
            struct chain_authority *authority = &graph->authorities[a];
            for (size_t i = authority->first; i < (size_t)authority->first + authority->count; i++) {
                authority->reach =
                    graph->nodes[i].reach < authority->reach ? graph->nodes[i].reach : authority->reach;
            }
        }
    }
}

/*
 * Of two that reach as well, the one that became valid later: renewed certificates follow their elders (RFC
 * 4158 section 3.5).
 */
static int compare_nodes(const void *left, const void *right)
{
    const struct chain_node *a = left;
    const struct chain_node *b = right;

    if (a->reach != b->reach) {
        return a->reach < b->reach ? -1 : 1;
    }
    if (a->cert->not_before != b->cert->not_before) {
        return a->cert->not_before > b->cert->not_before ? -1 : 1;
    }
    return memcmp(a->cert->thumbprint, b->cert->thumbprint, CERT_THUMBPRINT_SIZE);
}

bool chain_graph_build(struct chain_graph *graph, const struct cert_chain_input *input)
{
    *graph = (struct chain_graph){.input = input};
    for (size_t i = 0; i < CHAIN_TABLE; i++) {
        graph->table[i] = CHAIN_NOBODY;
    }
    if (!add_node(graph, input->leaf, 0)) {
        return false;
    }
    for (size_t i = 0; i < graph->node_count; i++) {
        if (graph->nodes[i].level < LIMIT_CHAIN_DEPTH - 1 && !find_issuers(graph, i)) {
            return false;
        }
    }
    spread_reach(graph);
    for (size_t a = 0; a < graph->authority_count; a++) {
        const struct chain_authority *authority = &graph->authorities[a];
        if (authority->count > 1) {
            qsort(&graph->nodes[authority->first], authority->count, sizeof *graph->nodes, compare_nodes);
        }
    }
    return true;
}

void chain_graph_free(struct chain_graph *graph)
{
    plat_free(graph->nodes);
    plat_free(graph->authorities);
    graph->nodes = NULL;
    graph->authorities = NULL;
}
