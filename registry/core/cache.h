/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What was read lately: paths to keys, and small values. It holds as long as the bell has not rung: the generation is read before what is remembered under it.
 * For writers that die between commit and ring, SQLite's data_version is looked at besides, every LIMIT_REG_LOOK_MS. Only where the bell is shared with the
 * other processes, and only outside of transactions: a frozen view sees the file alone. LIMIT_REG_CACHE bytes, taken once a handle has read
 * CACHE_READS times; when one half, or that for the keys above, is full, it begins anew.
 */
#ifndef CERIUM_REGISTRY_CORE_CACHE_H
#define CERIUM_REGISTRY_CORE_CACHE_H

#include "core/db.h"

enum { CACHE_READS = 64, CACHE_READS_MANY = 4096 };

/* What must still be so when a thing that was read is remembered. */
struct cache_guard {
    bool may;
    uint64_t generation;
};

/* true = found. Otherwise read, and then add with this guard. `guard` is always filled. */
bool cache_find_key(struct reg_db *db, reg_key parent, struct plat_span path, reg_key *key,
                    struct cache_guard *guard);
/* The same for the key that another is opened below: many share it, and it should outlast them. */
bool cache_find_above(struct reg_db *db, reg_key parent, struct plat_span path, reg_key *key,
                      struct cache_guard *guard);
/* Appends the data; it may fail for want of memory (data->failed). */
bool cache_find_value(struct reg_db *db, reg_key key, const char *name, size_t size, uint32_t *type,
                      struct plat_buffer *data, struct cache_guard *guard);
void cache_add_key(struct reg_db *db, const struct cache_guard *guard, reg_key parent, struct plat_span path,
                   reg_key key);
void cache_add_above(struct reg_db *db, const struct cache_guard *guard, reg_key parent,
                     struct plat_span path, reg_key key);
void cache_add_value(struct reg_db *db, const struct cache_guard *guard, reg_key key, const char *name,
                     size_t size, uint32_t type, struct plat_span data);
void cache_free(struct reg_db *db);

#endif
