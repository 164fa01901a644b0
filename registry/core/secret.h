/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which data of the history are secret by now: a key may have been protected after a change was noted, and may be gone since.
 */
#ifndef CERIUM_REGISTRY_CORE_SECRET_H
#define CERIUM_REGISTRY_CORE_SECRET_H

#include "core/db.h"
#include "core/record.h"

struct secrets {
    struct reg_db *db;
    uint64_t from; /* the entry that is told of; it and those after it count */
    bool gathered;
    bool unknown;            /* one of them has its numbers only */
    struct plat_buffer keys; /* numbers of keys that were protected at some time */
};

void secrets_init(struct secrets *s, struct reg_db *db, uint64_t from);
void secrets_free(struct secrets *s);
/* `path`: a RECORD_PATH. The key is protected, was when it went, or nobody can tell. */
PLAT_MUST_USE win_error secrets_look(struct secrets *s, const struct record *path, bool *secret);

#endif
