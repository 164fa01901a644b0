/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every certificate that could be on a path: found level by level from the end certificate, each once,
 * bounded by LIMIT_CHAIN_CANDIDATES. Names alone link them here; keys are the search's business. Each knows
 * how far the nearest end of a path is, so that the search walks towards trusted roots first and runs into no
 * dead ends on the way.
 */
#ifndef CERIUM_CERTSTORE_CHAIN_GRAPH_H
#define CERIUM_CERTSTORE_CHAIN_GRAPH_H

#include "certstore/chain.h"

#define CHAIN_NOBODY UINT16_MAX

/*
 * What is the best that the way up from here can end in, and over how many certificates? The kind of end in
 * the top byte (0 trusted root, 1 other self-signed, 2 a missing issuer), below it the length, in which a
 * certificate with a fault counts as 256. The less the better.
 */
#define CHAIN_REACH_NONE UINT32_MAX

/* Certificates of one subject name: the candidates for whoever names it as issuer. The best reach first. */
struct chain_authority {
    struct plat_span name;
    uint32_t hash;         /* of the name */
    uint32_t reach;        /* the best of its nodes' */
    uint16_t first, count; /* nodes */
    uint16_t next;         /* with the same slot in the table; CHAIN_NOBODY ends */
};

struct chain_node {
    const struct cert *cert;
    uint32_t reach;
    uint16_t issuer; /* authority; CHAIN_NOBODY = no candidate is known */
    uint8_t level;   /* certificates below it on the shortest way */
    uint8_t faults;  /* that would make a chain with it as issuer invalid, seen at a glance */
    bool in_roots;
    bool self_issued;
};

#define CHAIN_TABLE 256U

struct chain_graph {
    const struct cert_chain_input *input;
    struct chain_node *nodes; /* 0 = the end certificate */
    struct chain_authority *authorities;
    size_t node_count, node_room, authority_count, authority_room;
    uint16_t table[CHAIN_TABLE]; /* name hash -> authority */
};

/* false = no memory; chain_graph_free in any case. Candidates beyond the limit are left out. */
bool chain_graph_build(struct chain_graph *graph, const struct cert_chain_input *input);
void chain_graph_free(struct chain_graph *graph);

#endif
