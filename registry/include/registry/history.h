/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What was changed, when, by whom: one entry for each transaction that changed something, written in that transaction, so that an
 * acknowledged change always has its entry. Bounded: LIMIT_REG_HISTORY_ENTRIES, LIMIT_REG_HISTORY_BYTES (or what reg_history_set_room says),
 * the oldest go first. A transaction with more than LIMIT_REG_HISTORY_ENTRY bytes of changes keeps its counts only: it cannot be undone.
 * Who writes to the file without this library leaves no entry.
 */
#ifndef CERIUM_REGISTRY_HISTORY_H
#define CERIUM_REGISTRY_HISTORY_H

#include "registry/registry.h"

struct reg_history_entry {
    uint64_t id;      /* grows, never reused */
    int64_t time;     /* unix seconds */
    const char *who;  /* "root" */
    const char *what; /* "cerium reg import site.reg"; for an undo "undo 17" */
    uint32_t keys;    /* made, deleted or renamed */
    uint32_t values;  /* set or deleted */
    bool complete;    /* its changes are kept: it can be listed and undone */
    uint64_t undoes;  /* the entry that this one took back, or 0 */
    uint64_t undone;  /* the entry that took this one back, or 0 */
};

/* Entries after `after` (0 = all), the oldest first. The callback may read from the same db; false stops. */
PLAT_MUST_USE win_error reg_history_each(struct reg_db *db, uint64_t after,
                                         bool (*each)(void *context, const struct reg_history_entry *entry),
                                         void *context);
/* The newest entry's id, 0 when there has never been one; after reg_history_clear still the last there was. */
PLAT_MUST_USE win_error reg_history_newest(struct reg_db *db, uint64_t *id);

enum reg_change_kind {
    REG_KEY_MADE,
    REG_KEY_DELETED, /* comes after the deletions of all that was in it */
    REG_KEY_RENAMED, /* `key` is the old path, `name` the new name */
    REG_KEY_CHANGED, /* its flags or class */
    REG_VALUE_SET,
    REG_VALUE_DELETED
};

struct reg_change {
    enum reg_change_kind kind;
    const char *key;   /* full path */
    const char *name;  /* of the value */
    bool is_protected; /* the key is or was, or one above it, be it since later: do not show the data */
    bool had_before;   /* REG_VALUE_SET: overwrote */
    struct reg_value before, after;
};

/* The changes of one entry in the order they were made. ERROR_FILE_NOT_FOUND: no such entry; ERROR_NO_DATA: not kept. */
PLAT_MUST_USE win_error reg_history_changes(struct reg_db *db, uint64_t id,
                                            bool (*each)(void *context, const struct reg_change *change),
                                            void *context);

/*
 * Takes an entry back, as one transaction that is an entry of its own (*entry, may be NULL) and can be undone too: that is redo.
 * id 0: the newest that is neither undone nor itself an undo. What the entry changed must still be as it left it:
 * otherwise ERROR_TRANSACTIONAL_CONFLICT, nothing is changed, and `conflict` (may be NULL) gets the first few places in words. The same for unloading a
 * hive: its file brings it back.
 * ERROR_NO_MORE_ITEMS: nothing to undo; ERROR_FILE_NOT_FOUND; ERROR_NO_DATA: its changes were not kept; ERROR_ALREADY_EXISTS: undone already.
 */
PLAT_MUST_USE win_error reg_undo(struct reg_db *db, uint64_t id, struct plat_buffer *conflict,
                                 uint64_t *entry);

/* What it held is overwritten in the file, too. */
PLAT_MUST_USE win_error reg_history_clear(struct reg_db *db);
/* Bytes of changes kept, all entries together; 0 turns the history off. At most LIMIT_REG_HISTORY_BYTES_MOST. Kept in the file. */
PLAT_MUST_USE win_error reg_history_set_room(struct reg_db *db, uint32_t bytes);
PLAT_MUST_USE win_error reg_history_room(struct reg_db *db, uint32_t *bytes);

#endif
