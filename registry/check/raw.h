/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What check/ needs of sqlite/: the bytes of a registry file that SQLite may no longer understand, sentences about what is wrong in one that it does,
 * and a new file that rows are put into. No SQL on this side.
 */
#ifndef CERIUM_REGISTRY_CHECK_RAW_H
#define CERIUM_REGISTRY_CHECK_RAW_H

#include "registry/check.h"

/* ---- looking (sqlite/check.c) ---- */

struct raw_key {
    reg_key id;
    reg_key parent;
    struct plat_span fold;
    struct plat_span name;
    uint32_t flags;
    int64_t modified;
    uint64_t sequence;
};

struct raw_value {
    reg_key key;
    struct plat_span fold;
    struct plat_span name;
    uint64_t sequence;
    uint32_t type;
    struct plat_span data;
};

struct raw_listener {
    void *context;
    void (*tell)(void *context, bool is_fault, const char *text);
    void (*key)(void *context, const struct raw_key *row); /* spans live until it returns */
    void (*value)(void *context, const struct raw_value *row);
    void (*entry)(void *context, uint64_t id, struct plat_span changes); /* of the history */
};

/*
 * Reads a whole registry and tells what SQLite and the rules between rows find; each row is handed over for the rules of its own. ERROR_SUCCESS even when
 * the file is damaged: that was told.
 */
PLAT_MUST_USE win_error raw_look(const char *path, const struct raw_listener *listener,
                                 struct plat_buffer *message);

/* ---- bytes (sqlite/recover.c) ---- */

struct raw_file;

/* The file stays as it is while it is open, as far as SQLite still gets along with it. */
PLAT_MUST_USE win_error raw_open(const char *path, struct raw_file **file, struct plat_buffer *message);
void raw_close(struct raw_file *file);                 /* NULL is allowed */
uint64_t raw_size(struct raw_file *file, bool of_wal); /* 0: there is none */
/* All of `size` bytes, or false. */
bool raw_read(struct raw_file *file, bool of_wal, uint64_t offset, void *buffer, size_t size);

/* ---- a new registry (sqlite/rescue.c) ---- */

struct raw_target;

/* Makes the file, mode 0600; ERROR_ALREADY_EXISTS. Nothing is in it until raw_target_commit. */
PLAT_MUST_USE win_error raw_target_make(const char *path, struct raw_target **target,
                                        struct plat_buffer *message);
/* Closes it; unless it was committed, the file is removed. NULL is allowed. */
void raw_target_close(struct raw_target *target);

/* Each returns ERROR_ALREADY_EXISTS for a row whose place is taken. */
PLAT_MUST_USE win_error raw_target_key(struct raw_target *target, const struct raw_key *row);
PLAT_MUST_USE win_error raw_target_value(struct raw_target *target, const struct raw_value *row);
PLAT_MUST_USE win_error raw_target_class(struct raw_target *target, reg_key key, struct plat_span name);
/* The start of the system that volatile keys belong to. */
PLAT_MUST_USE win_error raw_target_boot(struct raw_target *target, struct plat_span boot);
bool raw_target_has_key(struct raw_target *target, reg_key key);

/*
 * Puts keys and values without a parent, in circles or too deep under HKLM\Recovered\<id>, rights what can be counted, and makes
 * it all durable.
 */
PLAT_MUST_USE win_error raw_target_commit(struct raw_target *target, const struct raw_listener *listener,
                                          struct reg_check_result *result);
const char *raw_target_message(const struct raw_target *target);

#endif
