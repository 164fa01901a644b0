/* SPDX-License-Identifier: Apache-2.0 */
#include "settings/table.h"

#include "platform/memory.h"

win_error httpd_table_create(struct httpd_table *table, size_t entries)
{
    *table = (struct httpd_table){0};
    if (entries == 0) {
        return ERROR_SUCCESS;
    }
    if (entries > UINT32_MAX / 4) {
        return ERROR_NOT_ENOUGH_MEMORY;
    }
    uint32_t size = 4;
    while (size < 2 * (uint32_t)entries) {
        size *= 2;
    }
    table->slots = plat_calloc(size, sizeof *table->slots);
    if (table->slots == NULL) {
        return ERROR_NOT_ENOUGH_MEMORY;
    }
    table->mask = size - 1;
    return ERROR_SUCCESS;
}

void httpd_table_free(struct httpd_table *table)
{
    plat_free(table->slots);
    *table = (struct httpd_table){0};
}

void httpd_table_put(struct httpd_table *table, uint32_t hash, uint32_t index)
{
    uint32_t at = hash & table->mask;
    while (table->slots[at] != 0) {
        at = (at + 1) & table->mask;
    }
    table->slots[at] = index + 1;
}

uint32_t httpd_table_next(const struct httpd_table *table, uint32_t *at)
{
    if (table->slots == NULL || table->slots[*at & table->mask] == 0) {
        return HTTPD_TABLE_NONE;
    }
    uint32_t index = table->slots[*at & table->mask] - 1;
    *at = (*at & table->mask) + 1;
    return index;
}

/* FNV-1a. */
uint32_t httpd_hash_bytes(uint32_t hash, struct plat_span bytes)
{
    hash ^= UINT32_C(2166136261);
    for (size_t i = 0; i < bytes.size; i++) {
        hash = (hash ^ bytes.data[i]) * UINT32_C(16777619);
    }
    return hash;
}

/* Three rounds of multiply and shift: every bit of the result depends on every bit of the hash. */
uint32_t httpd_hash_mix(uint32_t hash)
{
    hash ^= hash >> 16;
    hash *= UINT32_C(0x7feb352d);
    hash ^= hash >> 15;
    hash *= UINT32_C(0x846ca68b);
    return hash ^ (hash >> 16);
}
