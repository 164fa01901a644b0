/* SPDX-License-Identifier: Apache-2.0 */
/* Looking a registry file over, and saving what can be saved of a damaged one. */
#ifndef CERIUM_REGISTRY_CHECK_H
#define CERIUM_REGISTRY_CHECK_H

#include "registry/registry.h"

struct reg_check_result {
    uint64_t keys;
    uint64_t values;
    uint32_t faults; /* things that are wrong: each was told */
    uint32_t warnings; /* things that Windows CE could not hold (255, 255, 16, 4096), unsafe modes: each was told */
};

/* One sentence: what and where; is_fault false = a warning. */
typedef void (*reg_check_tell)(void *context, bool is_fault, const char *text);

/*
 * Reads everything: SQLite's integrity_check, then our own rules (roots, parents, circles, folds, depth, orphans, flags, history). Changes
 * nothing. ERROR_SUCCESS even with faults; an error only when the file cannot be looked at at all (then `message` says why).
 */
PLAT_MUST_USE win_error reg_check(const char *path, reg_check_tell tell, void *context,
                                  struct plat_buffer *message, struct reg_check_result *result);

/*
 * Makes `target` (must not exist, mode 0600) a sound registry from all that can still be read of `source`, page by page where need be.
 * Keys that lost their parents go under HKLM\Recovered\<id>. `tell` hears what was lost.
 */
PLAT_MUST_USE win_error reg_recover(const char *source, const char *target, reg_check_tell tell, void *context,
                                    struct plat_buffer *message, struct reg_check_result *result);

#endif
