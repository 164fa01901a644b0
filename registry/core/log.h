/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a write transaction notes for the history: the records of its changes, up to LIMIT_REG_HISTORY_ENTRY, written as one row when it commits.
 * Once there are more, only their number is kept.
 */
#ifndef CERIUM_REGISTRY_CORE_LOG_H
#define CERIUM_REGISTRY_CORE_LOG_H

#include "core/record.h"
#include "registry/registry.h"

struct log {
    bool started;
    uint32_t room; /* of the whole history; 0 = nothing is kept */
    bool keeps;    /* records are still being collected */
    struct plat_buffer records;
    uint32_t keys, values;
    reg_key current; /* the key of the last RECORD_PATH */
    reg_key parent;  /* of the key named last: its path is likely to be wanted again */
    struct plat_buffer parent_path;
    bool parent_protected;
    uint64_t undoes;
    bool unloads; /* the key that is deleted has been written to its file */
    bool secret;  /* protected keys were changed */
};

void log_init(struct log *log);
void log_free(struct log *log);
/* Before the first change of a transaction, and free afterwards. */
PLAT_MUST_USE win_error log_start(struct reg_db *db);
bool log_keeps(const struct reg_db *db); /* what is overwritten must be known */
/*
 * Notes a change of this key. For one that deletes or renames it: before that is done. Without memory for the record only the numbers are
 * kept, and the change goes on.
 */
PLAT_MUST_USE win_error log_note(struct reg_db *db, reg_key key, const struct record *record);
/* So many keys and values more, which no record tells of. */
void log_count(struct reg_db *db, uint32_t keys, uint32_t values);
void log_forget_paths(struct reg_db *db); /* keys were renamed, deleted, protected */
void log_forget_records(struct reg_db *db);
/* Bytes that the history may take (registry/history.h). */
PLAT_MUST_USE win_error log_room(struct reg_db *db, uint32_t *room);
PLAT_MUST_USE win_error log_commit(struct reg_db *db); /* writes the entry */

#endif
