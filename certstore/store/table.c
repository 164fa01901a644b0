/* SPDX-License-Identifier: Apache-2.0 */
#include "store/table.h"

#include "platform/memory.h"

#define FIRST_BUCKETS 16U

static struct cert_table_bucket *bucket_of(const struct cert_table *table, unsigned index, uint32_t hash)
{
    return &table->buckets[index * table->bucket_count + (hash & (table->bucket_count - 1))];
}

static void hang(struct cert_table *table, struct cert_table_link *link)
{
    for (unsigned index = 0; index < CERT_TABLE_INDEXES; index++) {
        struct cert_table_bucket *bucket = bucket_of(table, index, link->hash[index]);
        link->next[index] = NULL;
        if (bucket->first == NULL) {
            bucket->first = link;
        } else {
            bucket->last->next[index] = link;
        }
        bucket->last = link;
    }
}

/* New buckets, the entries hung into them. */
static bool set_buckets(struct cert_table *table, size_t bucket_count)
{
    struct cert_table_bucket *buckets = plat_calloc(CERT_TABLE_INDEXES * bucket_count, sizeof *buckets);
    if (buckets == NULL) {
        return false;
    }
    plat_free(table->buckets);
    table->buckets = buckets;
    table->bucket_count = bucket_count;
    for (size_t i = 0; i < table->count; i++) {
        hang(table, table->links[i]);
    }
    return true;
}

bool cert_table_init(struct cert_table *table)
{
    *table = (struct cert_table){0};
    return set_buckets(table, FIRST_BUCKETS);
}

void cert_table_free(struct cert_table *table)
{
    plat_free(table->links);
    plat_free(table->buckets);
}

bool cert_table_grow(struct cert_table *table)
{
    if (table->count == table->capacity) {
        size_t capacity = table->capacity == 0 ? FIRST_BUCKETS : 2 * table->capacity;
        struct cert_table_link **links = plat_realloc(table->links, capacity * sizeof *links);
        if (links == NULL) {
            return false;
        }
        table->links = links;
        table->capacity = capacity;
    }
    /* Never more entries than buckets. */
    return table->count < table->bucket_count || set_buckets(table, 2 * table->bucket_count);
}

void cert_table_add(struct cert_table *table, struct cert_table_link *link)
{
    table->links[table->count++] = link;
    hang(table, link);
}

const struct cert_table_link *cert_table_first(const struct cert_table *table, unsigned index, uint32_t hash)
{
    return bucket_of(table, index, hash)->first;
}
