/* SPDX-License-Identifier: Apache-2.0 */
/* What sets are made of: entries under several hash indexes, in the order added. Built by one thread, then only read. */
#ifndef CERIUM_CERTSTORE_STORE_TABLE_H
#define CERIUM_CERTSTORE_STORE_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CERT_TABLE_INDEXES 4U /* one that is not used costs two words an entry */

/* Part of a set's entry, whose memory is the set's. */
struct cert_table_link {
    uint32_t hash[CERT_TABLE_INDEXES];
    struct cert_table_link *next[CERT_TABLE_INDEXES]; /* in the same bucket */
};

struct cert_table_bucket {
    struct cert_table_link *first, *last;
};

struct cert_table {
    struct cert_table_link **links;
    size_t count, capacity;
    struct cert_table_bucket *buckets; /* bucket_count for each index, one behind the other */
    size_t bucket_count;               /* a power of two */
};

bool cert_table_init(struct cert_table *table); /* false: no memory, and nothing to free */
void cert_table_free(struct cert_table *table); /* not the entries */
/* Room for one more: false when there is no memory. */
bool cert_table_grow(struct cert_table *table);
/* After cert_table_grow; the hashes are there. */
void cert_table_add(struct cert_table *table, struct cert_table_link *link);
/* The first of the hash's bucket: others may be in it too. */
const struct cert_table_link *cert_table_first(const struct cert_table *table, unsigned index, uint32_t hash);

#endif
