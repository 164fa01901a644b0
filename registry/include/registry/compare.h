/* SPDX-License-Identifier: Apache-2.0 */
/* Two trees side by side: `reg compare`, the dry run of an import, `reg watch`. Both may lie in one registry or in two. */
#ifndef CERIUM_REGISTRY_COMPARE_H
#define CERIUM_REGISTRY_COMPARE_H

#include "registry/registry.h"

#define REG_COMPARE_BELOW 1U /* the keys below as well */
#define REG_COMPARE_SAME 2U  /* tell of what is the same, too */
#define REG_COMPARE_PROTECTED                                                                                \
    4U /* go into protected keys below; otherwise they are passed over on both sides */

enum reg_side { REG_SAME, REG_LEFT_ONLY, REG_RIGHT_ONLY, REG_DIFFERENT };

struct reg_difference {
    enum reg_side side;
    const char *
        path; /* of the key, relative to the two compared; "" = these themselves; the left one's spelling if it has it */
    bool is_protected; /* it is, or one above it */
    /*
     * Both NULL: about a key itself, one below the two. Only one side has it: everything in it follows. REG_DIFFERENT: only one of the two is
     * protected. REG_SAME: both have it, whatever they hold.
     */
    const struct reg_value *left;
    const struct reg_value *right;
};

struct reg_compare_result {
    uint64_t different; /* keys and values that differ or that one side lacks */
    uint64_t same;      /* values */
    uint32_t left_out;  /* protected keys passed over: everything below them, too */
};

/*
 * Sub-keys in their order, in each key values first, by upcased name. A value is the same when type and data are; times, classes and the order of
 * values do not count. `each` may be NULL; it returns false to stop early (still ERROR_SUCCESS). It may read from both but write to neither. What it
 * is given lives until it returns.
 */
PLAT_MUST_USE win_error reg_compare(struct reg_db *left_db, reg_key left, struct reg_db *right_db,
                                    reg_key right, unsigned flags,
                                    bool (*each)(void *context, const struct reg_difference *difference),
                                    void *context, struct reg_compare_result *result);

#endif
