/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The registry: a tree of keys with typed values in one SQLite file, shared by any number of processes: one writer
 * at a time, readers never blocked. Names are UTF-8, compared as Windows compares them (platform/text.h), kept as written.
 *
 * A struct reg_db belongs to one thread at a time; open one per thread. Key handles are plain numbers that are never given to another key once
 * theirs is deleted: a stale one gives ERROR_KEY_DELETED, until an undo (registry/history.h) brings that very key back.
 */
#ifndef CERIUM_REGISTRY_REGISTRY_H
#define CERIUM_REGISTRY_REGISTRY_H

#include "platform/bytes.h"
#include "registry/types.h"

struct reg_db;
typedef uint64_t reg_key;

#define REG_KEY_NONE UINT64_C(0)
#define REG_HKCR UINT64_C(1) /* HKEY_CLASSES_ROOT */
#define REG_HKCU UINT64_C(2) /* HKEY_CURRENT_USER */
#define REG_HKLM UINT64_C(3) /* HKEY_LOCAL_MACHINE */
#define REG_HKU UINT64_C(4)  /* HKEY_USERS */

enum reg_open_mode {
    REG_OPEN_READ,  /* ERROR_FILE_NOT_FOUND when there is no such file */
    REG_OPEN_WRITE, /* the same, for writing */
    REG_OPEN_CREATE /* made when missing, mode 0600, with the four empty root keys */
};

/*
 * Opens a registry file. On failure `message` (may be NULL) says what, where and what to do. ERROR_FILE_NOT_FOUND,
 * ERROR_ACCESS_DENIED, ERROR_BADDB (no registry, or made by a newer Cerium), ERROR_REGISTRY_CORRUPT, ERROR_DISK_FULL.
 */
PLAT_MUST_USE win_error reg_db_open(const char *path, enum reg_open_mode mode, struct reg_db **db,
                                    struct plat_buffer *message);
/*
 * For a process that reads a value and ends: the file as it lies there, without locks and without a trace beside it, as long as nobody has anything
 * in a -wal and it was not written just now. ERROR_SHARING_VIOLATION and others: reg_db_open can tell. Nothing that was read is good
 * before reg_glance_holds has said so; reading fails from the moment that the file changes.
 */
PLAT_MUST_USE win_error reg_db_glance(const char *path, struct reg_db **db);
bool reg_glance_holds(struct reg_db *db); /* true for a registry that was opened */
void reg_db_close(struct reg_db *db);     /* an open transaction is rolled back; NULL is allowed */
const char *reg_db_path(const struct reg_db *db);
/*
 * For one that is open for reading, for long, by somebody who keeps no numbers of keys: when another file has taken its file's name, it goes over to that one,
 * within reg_wait or reg_read_begin. When it cannot, reg_read_begin fails (ERROR_FILE_NOT_FOUND, ERROR_BADDB, ERROR_REGISTRY_CORRUPT, ERROR_SHARING_VIOLATION:
 * the old file's -wal or -shm lies beside the new one) until it can; reads outside of views see the old file. Without this call the old file is read on.
 */
void reg_db_follow(struct reg_db *db);
/* Words for the last failure on this handle (SQLite's own where there are any); "" when none. */
const char *reg_db_message(const struct reg_db *db);
/*
 * Who the history (registry/history.h) names for the changes made through this handle, and by what ("cerium reg import site.reg").
 * Copied; NULL leaves that one as it is. Until told: this process's user, and "".
 */
void reg_db_set_actor(struct reg_db *db, const char *who, const char *what);

/* ---- transactions ---- */

/*
 * Several changes as one: all or nothing, durable when reg_commit returns (WAL, synchronous=FULL). A change outside of a transaction is one
 * of its own. ERROR_BUSY: another process held the write lock for LIMIT_REG_BUSY_MS. No nesting.
 */
PLAT_MUST_USE win_error reg_begin(struct reg_db *db);
PLAT_MUST_USE win_error reg_commit(struct reg_db *db); /* on failure everything is rolled back */
void reg_rollback(struct reg_db *db);
/* A frozen view: every read until reg_read_end sees the same state. Loading settings goes through this. */
PLAT_MUST_USE win_error reg_read_begin(struct reg_db *db);
void reg_read_end(struct reg_db *db);

/* ---- keys ---- */

/*
 * Splits "HKLM\COMM\HTTPD" (short or long root name, any case; one trailing backslash allowed) into root and the rest (points into
 * `path`, "" for the root itself). ERROR_BADKEY when the root is unknown, ERROR_BAD_PATHNAME when the rest begins with a backslash.
 */
PLAT_MUST_USE win_error reg_path_split(const char *path, reg_key *root, const char **rest);
const char *reg_root_name(reg_key root); /* "HKEY_LOCAL_MACHINE", or NULL */

/* Left out of exports unless the export names this key itself: password hashes. Of the last key of the path. */
#define REG_CREATE_PROTECTED 1U
/* Gone after the next start of the system; every key made on the way is. A lasting key under one: ERROR_CHILD_MUST_BE_VOLATILE. */
#define REG_CREATE_VOLATILE 2U

/* `path` is relative to `parent`, separated by backslashes; "" is the parent itself. `/` is an ordinary character of a name. */
PLAT_MUST_USE win_error reg_key_open(struct reg_db *db, reg_key parent, const char *path, reg_key *key);
/* Missing parents are made as well. *created (may be NULL) tells whether the last key is new. */
PLAT_MUST_USE win_error reg_key_create(struct reg_db *db, reg_key parent, const char *path, unsigned flags,
                                       reg_key *key, bool *created);
/* A key without keys below it (ERROR_KEY_HAS_CHILDREN otherwise), with its values. A root key: ERROR_ACCESS_DENIED. */
PLAT_MUST_USE win_error reg_key_delete(struct reg_db *db, reg_key key);
/* The key and everything under it. A root key: ERROR_ACCESS_DENIED. */
PLAT_MUST_USE win_error reg_key_delete_tree(struct reg_db *db, reg_key key);
/* ERROR_ALREADY_EXISTS when a sibling has that name; ERROR_INVALID_PARAMETER for a bad name. */
PLAT_MUST_USE win_error reg_key_rename(struct reg_db *db, reg_key key, const char *name);
/*
 * Copies the values of `from`, and all keys below it with theirs, protected ones too, into `to`, a key of the same or of another registry:
 * what is there already stays unless it has the same name. One transaction of to_db (or part of the open one). ERROR_INVALID_PARAMETER when `to`
 * lies in `from`, or is it. Copies are lasting unless `to` is volatile. `to` becomes protected when `from` is or lies in a key that is.
 */
PLAT_MUST_USE win_error reg_key_copy(struct reg_db *from_db, reg_key from, struct reg_db *to_db, reg_key to,
                                     bool below);
/* The class that a key was given (RegCreateKeyEx): appended, nothing when it has none. Set once, by who makes the key. */
PLAT_MUST_USE win_error reg_key_class(struct reg_db *db, reg_key key, struct plat_buffer *name);
PLAT_MUST_USE win_error reg_key_set_class(struct reg_db *db, reg_key key, const char *name);
/* Appends the full path, e.g. "HKEY_LOCAL_MACHINE\COMM\HTTPD", as spelt when made. */
PLAT_MUST_USE win_error reg_key_path(struct reg_db *db, reg_key key, struct plat_buffer *path);

struct reg_key_info {
    uint32_t key_count;
    uint32_t value_count;
    int64_t modified; /* unix seconds of the last change to the key, its class or protection, its values or the list of its keys */
    bool is_protected;
    bool is_volatile;
};
PLAT_MUST_USE win_error reg_key_info_of(struct reg_db *db, reg_key key, struct reg_key_info *info);

/*
 * Sub-keys in the order of their upcased names, values in the order they were made. The callback may read from the same db but not write; it returns
 * false to stop early (still ERROR_SUCCESS). Names and data live until it returns.
 */
PLAT_MUST_USE win_error reg_each_key(struct reg_db *db, reg_key key,
                                     bool (*each)(void *context, reg_key child, const char *name),
                                     void *context);

/*
 * The same by number from 0; ERROR_NO_MORE_ITEMS past the end. One after the other costs no more than reg_each_key: the place is remembered.
 * `name` is replaced.
 */
PLAT_MUST_USE win_error reg_key_at(struct reg_db *db, reg_key key, uint32_t index, reg_key *child,
                                   struct plat_buffer *name);

struct reg_value {
    const char *name; /* "" = the default value */
    uint32_t type;
    struct plat_span data;
};
PLAT_MUST_USE win_error reg_each_value(struct reg_db *db, reg_key key,
                                       bool (*each)(void *context, const struct reg_value *value),
                                       void *context);

/* By number, as reg_key_at; name and data are replaced, `data` may be NULL. */
PLAT_MUST_USE win_error reg_value_at(struct reg_db *db, reg_key key, uint32_t index, struct plat_buffer *name,
                                     uint32_t *type, struct plat_buffer *data);

/* ---- values ---- name "" is the key's default value; ERROR_FILE_NOT_FOUND when it is not set ---- */

/* Appends the raw data; *type may be NULL. */
PLAT_MUST_USE win_error reg_value_get(struct reg_db *db, reg_key key, const char *name, uint32_t *type,
                                      struct plat_buffer *data);
/* Overwriting keeps the value's place. ERROR_FILE_TOO_LARGE beyond LIMIT_REG_DATA, ERROR_INVALID_NAME. */
PLAT_MUST_USE win_error reg_value_set(struct reg_db *db, reg_key key, const char *name, uint32_t type,
                                      const void *data, size_t size);
PLAT_MUST_USE win_error reg_value_delete(struct reg_db *db, reg_key key, const char *name);

/* A REG_SZ of UTF-8. */
PLAT_MUST_USE win_error reg_set_string(struct reg_db *db, reg_key key, const char *name, const char *text);

/* What a value in hand (reg_each_value) says; false when it is of another type or size. */
bool reg_value_dword(const struct reg_value *value, uint32_t *number);
/* REG_SZ and REG_EXPAND_SZ as UTF-8 without the NUL, appended. */
bool reg_value_string(const struct reg_value *value, struct plat_buffer *text);
/* Calls `each` for every string of a REG_MULTI_SZ (a REG_SZ counts as one); false when the type is another. */
bool reg_value_strings(const struct reg_value *value, void (*each)(void *context, const char *text),
                       void *context);

/* ---- change notification, across processes ---- */

/* A number that grows with every commit of any process: one atomic load. Read it BEFORE reading settings. */
uint64_t reg_generation(const struct reg_db *db);
/*
 * Waits until the generation is no longer `known`, or something wrote to the file without ringing (looked for every 100 ms by SQLite's data_version),
 * or the file was removed, replaced or put back, at most timeout_ms. true = changed. reg_wake ends a wait from any thread or a signal handler.
 */
bool reg_wait(struct reg_db *db, uint64_t known, unsigned timeout_ms);
void reg_wake(struct reg_db *db);

#endif
