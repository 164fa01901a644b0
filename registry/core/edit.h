/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The changes that there are, each noted in the history, and what a write transaction remembers to do many of them at a row each. Callers have checked
 * names and keys. `change->wrote` is set before the first write.
 */
#ifndef CERIUM_REGISTRY_CORE_EDIT_H
#define CERIUM_REGISTRY_CORE_EDIT_H

#include "core/db.h"
#include "core/log.h"

enum {
    EDIT_TOUCHED = 8,    /* keys whose numbers for values are at hand */
    EDIT_SEQUENCES = 64, /* numbers taken at once for a key that gets many values */
    EDIT_TRAIL_TEXT = 512,
    EDIT_TRAIL_STEPS = 24
};

/* The keys along the path that was gone last: the next one is likely to share most of it. */
struct edit_trail {
    reg_key parent;
    char text[EDIT_TRAIL_TEXT];
    struct {
        uint32_t end; /* of this name in text */
        reg_key key;
    } steps[EDIT_TRAIL_STEPS];
    unsigned count;
    bool is_open; /* what is found may be added */
};

struct edit {
    int64_t now;
    reg_key first_new; /* keys from here on were made in this transaction */
    reg_key number;    /* of the key that is made next: one that was deleted comes back; or none */
    struct {
        reg_key key; /* its mtime is of this transaction */
        uint64_t next, end;
    } touched[EDIT_TOUCHED];
    struct edit_trail trail;
    bool made_last; /* the last key that was to be made was new: so may the next be */
    reg_key flags_key;
    uint32_t flags; /* of flags_key */
    uint32_t writes;
    struct plat_buffer old; /* scratch: what is overwritten */
    struct log log;
};

PLAT_MUST_USE win_error edit_begin(struct reg_db *db);
void edit_end(struct reg_db *db);

/* ERROR_ALREADY_EXISTS. */
PLAT_MUST_USE win_error edit_make_key(struct reg_db *db, struct db_change *change, reg_key parent,
                                      struct plat_span fold, struct plat_span name, uint32_t flags,
                                      reg_key *key);
/* With its values and all below it. */
PLAT_MUST_USE win_error edit_delete_tree(struct reg_db *db, struct db_change *change, reg_key key);
PLAT_MUST_USE win_error edit_rename_key(struct reg_db *db, struct db_change *change, reg_key key,
                                        reg_key parent, struct plat_span fold, struct plat_span name);
PLAT_MUST_USE win_error edit_change_key(struct reg_db *db, struct db_change *change, reg_key key,
                                        uint32_t flags, struct plat_span class_name);
PLAT_MUST_USE win_error edit_set_value(struct reg_db *db, struct db_change *change, reg_key key,
                                       struct plat_span fold, struct plat_span name, uint32_t type,
                                       struct plat_span data);
/* Puts a deleted value back in its place. */
PLAT_MUST_USE win_error edit_restore_value(struct reg_db *db, struct db_change *change, reg_key key,
                                           struct plat_span fold, struct plat_span name, uint64_t sequence,
                                           uint32_t type, struct plat_span data);
PLAT_MUST_USE win_error edit_delete_value(struct reg_db *db, struct db_change *change, reg_key key,
                                          struct plat_span fold);
/* Ties the key to the file that it is loaded from (registry/hive.h), or unties it. */
PLAT_MUST_USE win_error edit_tie(struct reg_db *db, struct db_change *change, reg_key key, const char *file,
                                 bool tied);
/* The key's flags, remembered for the parent of many. */
PLAT_MUST_USE win_error edit_flags_of(struct reg_db *db, reg_key key, uint32_t *flags);

#endif
