/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Depth-first search for paths through the graph, the most promising first, each signature verified once.
 * Bounded by LIMIT_CHAIN_PATHS, LIMIT_CHAIN_SIGNATURES and LIMIT_CHAIN_DEPTH.
 */
#ifndef CERIUM_CERTSTORE_CHAIN_SEARCH_H
#define CERIUM_CERTSTORE_CHAIN_SEARCH_H

#include "chain/graph.h"
#include "chain/path.h"

/* Takes a judged path; true = enough, stop. */
typedef bool chain_path_taker(void *context, const struct chain_path *path);

void chain_search(const struct chain_graph *graph, chain_path_taker *take, void *context);

#endif
