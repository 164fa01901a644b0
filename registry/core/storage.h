/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the registry's semantics (core/) need of the file below it; sqlite/ is the one implementation. No rule
 * of the registry lives here: names come folded and checked, and a change is only asked for inside of a
 * transaction. One struct storage belongs to one thread at a time.
 *
 * Errors: ERROR_BUSY, ERROR_NOT_ENOUGH_MEMORY, ERROR_DISK_FULL, ERROR_ACCESS_DENIED, ERROR_CANTREAD,
 * ERROR_CANTWRITE, ERROR_CANTOPEN, ERROR_REGISTRY_CORRUPT, ERROR_BADDB, ERROR_INTERNAL_ERROR, and
 * ERROR_FILE_NOT_FOUND where there is no such row.
 */
#ifndef CERIUM_REGISTRY_CORE_STORAGE_H
#define CERIUM_REGISTRY_CORE_STORAGE_H

#include "registry/registry.h"

struct storage;

enum storage_kind {
    STORAGE_REGISTRY, /* WAL, shared by processes */
    STORAGE_HIVE /* a saved key (registry/hive.h): the same tables, its content under REG_HKLM; no WAL, so one file */
};

struct storage_options {
    const char *path;
    enum reg_open_mode mode;
    enum storage_kind kind;
    bool glance; /* reg_db_glance; with REG_OPEN_READ */
};

/* On failure `message` has a sentence saying what to do. */
PLAT_MUST_USE win_error storage_open(const struct storage_options *options, struct storage **storage,
                                     struct plat_buffer *message);
/* From here on nothing can be changed through this handle. */
PLAT_MUST_USE win_error storage_forbid_writing(struct storage *storage);
void storage_close(struct storage *storage); /* rolls back; NULL is allowed */
/* The file's own path, from the root on and without links: what lies beside it lies beside this. */
const char *storage_path(const struct storage *storage);
const char *storage_message(const struct storage *storage); /* words for the last failure; "" = none */
void storage_clear_message(struct storage *storage);

PLAT_MUST_USE win_error storage_begin_write(struct storage *storage);
PLAT_MUST_USE win_error storage_begin_read(struct storage *storage); /* the snapshot is taken at once */
PLAT_MUST_USE win_error storage_commit(struct storage *storage); /* either kind; rolled back when it fails */
void storage_rollback(struct storage *storage);
/* Grows whenever another connection has committed. */
PLAT_MUST_USE win_error storage_data_version(struct storage *storage, uint32_t *version);
/* From here on it counts on from `version`: this storage takes the place of one that had come so far. */
PLAT_MUST_USE win_error storage_continue_version(struct storage *storage, uint32_t version);
bool storage_has_moved(
    struct storage *
        storage); /* its file was removed, or another one has taken its name, or one that nobody could write has been written */
bool storage_is_idle(struct storage *storage); /* no transaction, and nobody is in the middle of a reading */
void storage_sleep(unsigned milliseconds);

/* Memory for many changes, from here to the end of the transaction; without it the cache is small. */
void storage_expect_many(struct storage *storage);
/* Memory for one who reads here and there in the whole file, for as long as it is open. */
void storage_expect_reading(struct storage *storage);

/* ---- keys ---- */

#define STORAGE_KEY_PROTECTED 1U
#define STORAGE_KEY_VOLATILE 2U

struct storage_key {
    reg_key parent; /* REG_KEY_NONE for a root */
    uint32_t flags;
    int64_t modified;
};

PLAT_MUST_USE win_error storage_key_find(struct storage *storage, reg_key parent, struct plat_span fold,
                                         reg_key *key);
PLAT_MUST_USE win_error storage_key_get(struct storage *storage, reg_key key, struct storage_key *row,
                                        struct plat_buffer *name); /* name: appended; may be NULL */
/* ERROR_ALREADY_EXISTS: the parent has a key of that fold. `sequences`: numbers for its values, 1 to that. */
PLAT_MUST_USE win_error storage_key_insert(struct storage *storage, reg_key parent, struct plat_span fold,
                                           struct plat_span name, uint32_t flags, int64_t now,
                                           uint64_t sequences, reg_key *key);
PLAT_MUST_USE win_error storage_key_set_flags(struct storage *storage, reg_key key, uint32_t flags);
PLAT_MUST_USE win_error storage_key_rename(struct storage *storage, reg_key key, struct plat_span fold,
                                           struct plat_span name);
/* A key that nothing hangs on yet gets the number of one that is gone; ERROR_ALREADY_EXISTS: it is taken. */
PLAT_MUST_USE win_error storage_key_renumber(struct storage *storage, reg_key key, reg_key number);
/* The key alone, with its values, class and hive; what is below it must be gone. */
PLAT_MUST_USE win_error storage_key_delete(struct storage *storage, reg_key key);
/* With everything below; *keys and *values: how many went. */
PLAT_MUST_USE win_error storage_key_delete_tree(struct storage *storage, reg_key key, uint32_t *keys,
                                                uint32_t *values);
PLAT_MUST_USE win_error storage_key_count(struct storage *storage, reg_key key, uint32_t *keys,
                                          uint32_t *values);
/*
 * Notes a change of the key and takes `count` numbers that no value of this key has had: *last (may be NULL) is the last of them.
 */
PLAT_MUST_USE win_error storage_key_touch(struct storage *storage, reg_key key, int64_t now, uint64_t count,
                                          uint64_t *last);
/* Numbers up to this one are taken. */
PLAT_MUST_USE win_error storage_key_raise(struct storage *storage, reg_key key, uint64_t sequence);
PLAT_MUST_USE win_error storage_each_key(struct storage *storage, reg_key parent,
                                         bool (*each)(void *context, reg_key child, const char *name),
                                         void *context);
/*
 * The sub-key `skip` places behind the first whose fold is greater ("" = from the beginning). `name` and `fold` (may be NULL) are replaced;
 * `after` may lie in `fold`.
 */
PLAT_MUST_USE win_error storage_key_after(struct storage *storage, reg_key parent, struct plat_span after,
                                          uint32_t skip, reg_key *key, struct plat_buffer *name,
                                          struct plat_buffer *fold);
/*
 * Deletes all volatile keys, if the system has been started anew since the first of them was made. Without `wait` it is ERROR_BUSY at once
 * while somebody writes.
 */
PLAT_MUST_USE win_error storage_purge_volatile(struct storage *storage, const char *boot_id, bool wait);
PLAT_MUST_USE win_error storage_note_volatile(struct storage *storage, const char *boot_id);

PLAT_MUST_USE win_error storage_class_get(struct storage *storage, reg_key key, struct plat_buffer *name);
PLAT_MUST_USE win_error storage_class_set(struct storage *storage, reg_key key, struct plat_span name);
/* The file that a key was loaded from (registry/hive.h); appended. */
PLAT_MUST_USE win_error storage_hive_get(struct storage *storage, reg_key key, struct plat_buffer *file);
PLAT_MUST_USE win_error storage_hive_set(struct storage *storage, reg_key key, const char *file);
PLAT_MUST_USE win_error storage_hive_delete(struct storage *storage, reg_key key);
PLAT_MUST_USE win_error storage_hive_find(struct storage *storage, const char *file, reg_key *key);

/* ---- values ---- */

struct storage_value {
    uint32_t type;
    uint64_t sequence;
};

/* `data` and `name` are appended to; name may be NULL. */
PLAT_MUST_USE win_error storage_value_get(struct storage *storage, reg_key key, struct plat_span fold,
                                          struct storage_value *row, struct plat_buffer *data,
                                          struct plat_buffer *name);
/* A new value; ERROR_ALREADY_EXISTS when it is none. */
PLAT_MUST_USE win_error storage_value_insert(struct storage *storage, reg_key key, struct plat_span fold,
                                             uint64_t sequence, struct plat_span name, uint32_t type,
                                             struct plat_span data);
/* An old one keeps its sequence and name. */
PLAT_MUST_USE win_error storage_value_update(struct storage *storage, reg_key key, struct plat_span fold,
                                             uint32_t type, struct plat_span data);
PLAT_MUST_USE win_error storage_value_delete(struct storage *storage, reg_key key, struct plat_span fold);
PLAT_MUST_USE win_error storage_each_value(struct storage *storage, reg_key key,
                                           bool (*each)(void *context, const struct reg_value *value),
                                           void *context);
PLAT_MUST_USE win_error storage_each_row(struct storage *storage, reg_key key,
                                         bool (*each)(void *context, uint64_t sequence,
                                                      const struct reg_value *value),
                                         void *context);
/* Where values lie, in the order they were made: those beyond `after`, without the first `skip` of them. */
PLAT_MUST_USE win_error
storage_each_place(struct storage *storage, reg_key key, uint64_t after, uint32_t skip,
                   bool (*each)(void *context, uint64_t sequence, struct plat_span fold), void *context);

/* ---- history ---- */

struct storage_entry {
    uint64_t id;
    int64_t time;
    const char *who;
    const char *what;
    uint32_t keys;
    uint32_t values;
    bool complete;
    uint64_t undoes;
    uint64_t undone;
    uint64_t start; /* bytes of changes of all entries ever made before this one */
    uint64_t size;  /* of this one's */
};

/* The newest entry's id and where its changes end (struct storage_entry, start + size); 0 and 0 when there is none. */
PLAT_MUST_USE win_error storage_history_end(struct storage *storage, uint64_t *id, uint64_t *end);
PLAT_MUST_USE win_error storage_history_add(struct storage *storage, const struct storage_entry *entry,
                                            struct plat_span changes);
/* Deletes entries, the oldest first, up to `id` and those that begin before `start`. */
PLAT_MUST_USE win_error storage_history_prune(struct storage *storage, uint64_t id, uint64_t start);
PLAT_MUST_USE win_error storage_history_set_undone(struct storage *storage, uint64_t id, uint64_t undone);
PLAT_MUST_USE win_error storage_history_each(struct storage *storage, uint64_t after,
                                             bool (*each)(void *context, const struct storage_entry *entry),
                                             void *context);
/* The numbers of one entry (who and what are NULL), its changes appended (may be NULL). */
PLAT_MUST_USE win_error storage_history_get(struct storage *storage, uint64_t id, struct storage_entry *entry,
                                            struct plat_buffer *changes);
/* The newest that is neither undone nor an undo. */
PLAT_MUST_USE win_error storage_history_undoable(struct storage *storage, uint64_t *id);
PLAT_MUST_USE win_error storage_history_clear(struct storage *storage);
/* After a commit: what was deleted is not left in the WAL either, unless somebody is reading or writing just now. */
void storage_forget(struct storage *storage);

/* ---- notes about the file itself ---- */

#define STORAGE_META_HISTORY_ROOM "history room"
#define STORAGE_META_HISTORY_SECRET "history secret" /* the newest entry that core/secret.h has to look at */
#define STORAGE_META_BOOT "boot" /* the system's start that volatile keys are of; a text */
PLAT_MUST_USE win_error storage_meta_get(struct storage *storage, const char *name, uint64_t *number);
PLAT_MUST_USE win_error storage_meta_set(struct storage *storage, const char *name, uint64_t number);

#endif
