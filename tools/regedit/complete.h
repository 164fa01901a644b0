/* SPDX-License-Identifier: Apache-2.0 */
/* Completion of key paths. */
#ifndef CERIUM_TOOLS_REGEDIT_COMPLETE_H
#define CERIUM_TOOLS_REGEDIT_COMPLETE_H

#include "registry/registry.h"

#define COMPLETE_NAMES 200U /* that are collected at the most */

/* The names of keys that begin as the last part of the path does. */
struct completion {
    struct plat_buffer names; /* each with its NUL, in the registry's order */
    size_t count;
    bool more;                 /* than are kept */
    size_t start;              /* where the last part begins in the path */
    struct plat_buffer common; /* what all of them begin with, as the first spells it */
};

void completion_free(struct completion *completion);
/* `size` bytes of path. A path whose keys above the last part are not there has no names. */
void completion_find(struct completion *completion, struct reg_db *db, const char *path, size_t size);

#endif
