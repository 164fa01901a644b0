/* SPDX-License-Identifier: Apache-2.0 */
/* Searching from one key on to the end of the registry, or only below that key, a match at a time, in the order of the tree. */
#ifndef CERIUM_TOOLS_REGEDIT_FIND_H
#define CERIUM_TOOLS_REGEDIT_FIND_H

#include "registry/registry.h"

enum {
    FIND_KEYS = 1U,   /* names of keys */
    FIND_VALUES = 2U, /* names of values */
    FIND_DATA =
        4U, /* strings, numbers (decimal, or hexadecimal with 0x), bytes ("01 0a"); not of protected keys */
    FIND_WHOLE = 8U, /* all of the name or string, not a part of it */
    FIND_BELOW = 16U /* not beyond the key it began at */
};

struct find_level {
    reg_key *key; /* siblings that are still to be searched */
    size_t count, next, room;
};

struct finder {
    struct plat_buffer text; /* what is looked for; empty: nothing yet */
    struct plat_buffer fold;
    unsigned what;
    reg_key from;
    struct find_level *level;
    size_t depth, room;
    size_t protected_depth; /* levels from this number on lie in a protected key; 0: none */
    reg_key at;             /* the key whose values are being searched, REG_KEY_NONE: go on to the next */
    uint32_t value;         /* how many of its values were looked at */
    uint64_t searched;      /* keys, for people who wait */
};

enum find_result { FIND_FOUND, FIND_END, FIND_BUSY, FIND_FAILED };

void finder_free(struct finder *finder);
/* Starts again from `from`, which itself is searched but for its name. ERROR_NOT_ENOUGH_MEMORY. */
PLAT_MUST_USE win_error finder_start(struct finder *finder, struct reg_db *db, reg_key from, const char *text,
                                     size_t size, unsigned what);
/*
 * Goes on for at most `keys` keys. FIND_FOUND: *key, and *name with the value's name; has_value false: the key's own name matched.
 * FIND_BUSY: call again. FIND_FAILED: *error.
 */
enum find_result finder_next(struct finder *finder, struct reg_db *db, unsigned keys, reg_key *key,
                             bool *has_value, struct plat_buffer *name, win_error *error);
/* Whether a text holds (or, with FIND_WHOLE, is) what is looked for. */
bool finder_matches(const struct finder *finder, const char *text, size_t size);
bool finder_matches_data(const struct finder *finder, const struct reg_value *value);

#endif
