/* SPDX-License-Identifier: Apache-2.0 */
/* The sub-keys, or the values, of one key by their upcased names. Private to compare/. */
#ifndef CERIUM_REGISTRY_COMPARE_LISTING_H
#define CERIUM_REGISTRY_COMPARE_LISTING_H

#include "registry/registry.h"

struct listed {
    const char *name;
    reg_key key; /* of a sub-key */
    uint32_t type;
    struct plat_span data;
    bool is_held; /* the data are here; otherwise they are to be read when wanted */
    size_t name_at, data_at;
};

struct listing {
    struct listed *items;
    size_t count;
    size_t room;
    struct plat_buffer names;
    struct plat_buffer data; /* of values: up to LIMIT_REG_COMPARE_DATA */
    win_error error;
};

/* REG_KEY_NONE has neither. What was made is to be freed on an error, too. */
PLAT_MUST_USE win_error listing_of_keys(struct listing *list, struct reg_db *db, reg_key key);
PLAT_MUST_USE win_error listing_of_values(struct listing *list, struct reg_db *db, reg_key key);
void listing_free(struct listing *list);

#endif
