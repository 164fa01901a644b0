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

struct storage_options {
    const char *path;
    enum reg_open_mode mode;
};

/* On failure `message` has a sentence saying what to do. */
PLAT_MUST_USE win_error storage_open(const struct storage_options *options, struct storage **storage,
                                     struct plat_buffer *message);
void storage_close(struct storage *storage);                /* rolls back; NULL is allowed */
const char *storage_message(const struct storage *storage); /* words for the last failure; "" = none */
void storage_clear_message(struct storage *storage);

PLAT_MUST_USE win_error storage_begin_write(struct storage *storage);
PLAT_MUST_USE win_error storage_begin_read(struct storage *storage); /* the snapshot is taken at once */
PLAT_MUST_USE win_error storage_commit(struct storage *storage); /* either kind; rolled back when it fails */
void storage_rollback(struct storage *storage);
/* Grows whenever another connection has committed. */
PLAT_MUST_USE win_error storage_data_version(struct storage *storage, uint32_t *version);
void storage_sleep(unsigned milliseconds);

/* ---- keys ---- */

#define STORAGE_KEY_PROTECTED 1U

struct storage_key {
    reg_key parent; /* REG_KEY_NONE for a root */
    uint32_t flags;
    int64_t modified;
};

PLAT_MUST_USE win_error storage_key_find(struct storage *storage, reg_key parent, struct plat_span fold,
                                         reg_key *key);
PLAT_MUST_USE win_error storage_key_get(struct storage *storage, reg_key key, struct storage_key *row,
                                        struct plat_buffer *name); /* name: appended; may be NULL */
PLAT_MUST_USE win_error storage_key_insert(struct storage *storage, reg_key parent, struct plat_span fold,
                                           struct plat_span name, uint32_t flags, int64_t now, reg_key *key);
PLAT_MUST_USE win_error storage_key_set_flags(struct storage *storage, reg_key key, uint32_t flags);
PLAT_MUST_USE win_error storage_key_rename(struct storage *storage, reg_key key, struct plat_span fold,
                                           struct plat_span name);
PLAT_MUST_USE win_error storage_key_delete_tree(struct storage *storage, reg_key key);
PLAT_MUST_USE win_error storage_key_count(struct storage *storage, reg_key key, uint32_t *keys,
                                          uint32_t *values);
/* Notes a change of the key; *sequence (may be NULL) is a number that no value of this key has had. */
PLAT_MUST_USE win_error storage_key_touch(struct storage *storage, reg_key key, int64_t now,
                                          uint64_t *sequence);
PLAT_MUST_USE win_error storage_each_key(struct storage *storage, reg_key parent,
                                         bool (*each)(void *context, reg_key child, const char *name),
                                         void *context);

/* ---- values ---- */

PLAT_MUST_USE win_error storage_value_get(struct storage *storage, reg_key key, struct plat_span fold,
                                          uint32_t *type, struct plat_buffer *data);
/* A new value takes `sequence` and `name`; an old one keeps its own. */
PLAT_MUST_USE win_error storage_value_set(struct storage *storage, reg_key key, struct plat_span fold,
                                          uint64_t sequence, struct plat_span name, uint32_t type,
                                          struct plat_span data);
PLAT_MUST_USE win_error storage_value_delete(struct storage *storage, reg_key key, struct plat_span fold);
PLAT_MUST_USE win_error storage_each_value(struct storage *storage, reg_key key,
                                           bool (*each)(void *context, const struct reg_value *value),
                                           void *context);

#endif
