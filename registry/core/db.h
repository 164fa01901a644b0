/* SPDX-License-Identifier: Apache-2.0 */
/* An open registry, as the files of core/ share it. */
#ifndef CERIUM_REGISTRY_CORE_DB_H
#define CERIUM_REGISTRY_CORE_DB_H

#include "core/storage.h"

#include "platform/doorbell.h"

#include <stdatomic.h>

enum db_transaction { DB_NO_TRANSACTION, DB_WRITING, DB_READING };

struct edit;
struct cache;
struct place;

enum { FOLLOW_COMPANIONS = 3 };

/* core/follow.h */
struct follow {
    uint64_t companions[FOLLOW_COMPANIONS][2]; /* -wal, -shm and .bell as they were at the opening */
    uint64_t looked, again;                    /* milliseconds: the last look; not to be tried before */
    bool follows;                              /* reg_db_follow */
    bool moved;                                /* of one that does not: told already */
    bool news;                                 /* for the next reg_wait */
    win_error error;                           /* why the file of that name cannot be read */
    struct plat_buffer words;
};

struct reg_db {
    struct storage *storage;
    struct plat_doorbell *bell;       /* NULL where its file cannot be had: then data_version is all */
    struct plat_doorbell *first_bell; /* reg_wake rings it, from any thread: there until the registry is closed */
    struct follow follow;
    char *path;
    enum reg_open_mode mode;
    enum db_transaction transaction;
    bool changed;           /* the write transaction has written something */
    win_error broken;       /* a change of it failed half-way: it can only be rolled back */
    uint32_t data_version;  /* SQLite's, when last looked at */
    _Atomic uint64_t count; /* stands in for the bell's */
    atomic_bool woken;
    bool is_hive;
    bool is_glance;
    bool purge_later; /* volatile keys of before the system's start may still be there: somebody was writing when they were to go */
    char *who, *what;    /* for the history; NULL until told */
    struct edit *edit;   /* of the write transaction (core/edit.h) */
    uint64_t edits;      /* changes made through this handle, and changes undone by leaving a transaction */
    uint64_t last_entry; /* of the history, written by the last commit that wrote one */
    unsigned reads;      /* that a cache could have answered */
    struct cache *cache; /* core/cache.h; NULL until wanted */
    struct place *place; /* core/place.h; the same */
    struct plat_buffer fold;    /* scratch: the last folded name */
    struct plat_buffer message; /* own words; empty = SQLite's */
};

/* A saved hive (registry/hive.h) as if it were a registry: its content lies under REG_HKLM, it has no bell and no history. */
PLAT_MUST_USE win_error db_open_hive(const char *path, enum reg_open_mode mode, struct reg_db **db,
                                     struct plat_buffer *message);
/* The file under db->path, made ready for db->mode; on failure db->storage may be half open. */
PLAT_MUST_USE win_error db_open_storage(struct reg_db *db, struct plat_buffer *message);
PLAT_MUST_USE win_error db_open_bell(const struct reg_db *db, struct plat_doorbell **bell);
/* A volatile key is made: the system's start that it belongs to is noted. */
PLAT_MUST_USE win_error db_note_volatile(struct reg_db *db);

/* Forgets the words of earlier failures: every call of the public interface that may fail begins with it. */
void db_begin_call(struct reg_db *db);
/* Notes words for reg_db_message and returns the error. */
win_error db_refuse(struct reg_db *db, win_error error, const char *words);

/*
 * Every change runs between these two. Outside of a transaction it becomes one of its own. A change that
 * failed after its first write, inside of the caller's transaction, breaks that transaction: reg_commit then
 * fails.
 */
struct db_change {
    bool own;
    bool wrote;
};
PLAT_MUST_USE win_error db_change_begin(struct reg_db *db, struct db_change *change);
PLAT_MUST_USE win_error db_change_end(struct reg_db *db, const struct db_change *change, win_error error);

/* A read transaction for a walk over many keys, unless some transaction is open already. */
PLAT_MUST_USE win_error db_view_begin(struct reg_db *db, bool *own);
void db_view_end(struct reg_db *db, bool own);

/*
 * The fold of a name, good until the next call. ERROR_INVALID_PARAMETER for a key's name that is empty, too
 * long or no text, ERROR_INVALID_NAME for a value's.
 */
PLAT_MUST_USE win_error db_fold_key(struct reg_db *db, struct plat_span name, struct plat_span *fold);
PLAT_MUST_USE win_error db_fold_value(struct reg_db *db, struct plat_span name, struct plat_span *fold);

#endif
