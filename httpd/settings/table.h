/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A hash table of array indexes: filled once, then only read. The keys stay in the array; the user of the table compares them. At least
 * half of the slots stay empty, so a look-up looks at few of them however many entries there are.
 */
#ifndef CERIUM_HTTPD_TABLE_H
#define CERIUM_HTTPD_TABLE_H

#include "platform/bytes.h"

#define HTTPD_TABLE_NONE UINT32_MAX

struct httpd_table {
    uint32_t *slots; /* index + 1; 0 = empty */
    uint32_t mask;   /* slots - 1, a power of two less one */
};

PLAT_MUST_USE win_error httpd_table_create(struct httpd_table *table, size_t entries);
void httpd_table_free(struct httpd_table *table);
void httpd_table_put(struct httpd_table *table, uint32_t hash, uint32_t index); /* at most `entries` times */
/*
 * The indexes that may have this hash, one after the other, until HTTPD_TABLE_NONE: for (uint32_t at = hash, i; (i = httpd_table_next(t, &at)) != NONE;)
 */
uint32_t httpd_table_next(const struct httpd_table *table, uint32_t *at);

uint32_t httpd_hash_bytes(uint32_t hash, struct plat_span bytes); /* start with 0 */
uint32_t httpd_hash_mix(uint32_t hash);                           /* spreads a weak hash over all bits */

#endif
