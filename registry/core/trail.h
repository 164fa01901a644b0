/* SPDX-License-Identifier: Apache-2.0 */
/* Paths in a write transaction: importing goes through keys one after the other, most of whose path is the last one's. */
#ifndef CERIUM_REGISTRY_CORE_TRAIL_H
#define CERIUM_REGISTRY_CORE_TRAIL_H

#include "registry/registry.h"

/*
 * Goes down as far as the last path shares names with this one: *key and *path then stand there. true = a single name is left.
 */
bool trail_follow(struct reg_db *db, reg_key *key, const char **path);
/* The rest of the way, as key_descend, remembered for the next path. After trail_follow. */
PLAT_MUST_USE win_error trail_descend(struct reg_db *db, reg_key *key, const char **path);
/* Remembers a key on the way that trail_follow was told; `rest` is what of its path comes after. */
void trail_add(struct reg_db *db, const char *rest, reg_key key);
/* How many keys lie above and at this one, if it is the last of the trail. */
bool trail_depth(const struct reg_db *db, reg_key key, unsigned *depth);

#endif
