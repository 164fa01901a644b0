/* SPDX-License-Identifier: Apache-2.0 */
/* Prepared statements, kept for re-use. Private to sqlite/. */
#ifndef CERIUM_REGISTRY_SQLITE_STATEMENT_H
#define CERIUM_REGISTRY_SQLITE_STATEMENT_H

#include "core/storage.h"

#include "platform/file.h"

#include <sqlite3.h>

enum statement_id {
    STATEMENT_BEGIN_WRITE,
    STATEMENT_BEGIN_READ,
    STATEMENT_COMMIT,
    STATEMENT_ROLLBACK,
    STATEMENT_DATA_VERSION,
    STATEMENT_KEY_FIND,
    STATEMENT_KEY_GET,
    STATEMENT_KEY_INSERT,
    STATEMENT_KEY_SET_FLAGS,
    STATEMENT_KEY_RENAME,
    STATEMENT_KEY_RENUMBER,
    STATEMENT_KEY_TOUCH,
    STATEMENT_KEY_RAISE,
    STATEMENT_KEY_COUNT,
    STATEMENT_KEY_EACH,
    STATEMENT_KEY_AFTER,
    STATEMENT_KEY_DELETE,
    STATEMENT_KEY_DELETE_VALUES,
    STATEMENT_KEY_DELETE_CLASS,
    STATEMENT_TREE_DELETE_VALUES,
    STATEMENT_TREE_DELETE_CLASSES,
    STATEMENT_TREE_DELETE_HIVES,
    STATEMENT_TREE_DELETE_KEYS,
    STATEMENT_VOLATILE_VALUES,
    STATEMENT_VOLATILE_CLASSES,
    STATEMENT_VOLATILE_KEYS,
    STATEMENT_CLASS_GET,
    STATEMENT_CLASS_SET,
    STATEMENT_HIVE_GET,
    STATEMENT_HIVE_SET,
    STATEMENT_HIVE_DELETE,
    STATEMENT_HIVE_FIND,
    STATEMENT_VALUE_GET,
    STATEMENT_VALUE_INSERT,
    STATEMENT_VALUE_UPDATE,
    STATEMENT_VALUE_DELETE,
    STATEMENT_VALUE_EACH,
    STATEMENT_VALUE_PLACES,
    STATEMENT_HISTORY_END,
    STATEMENT_HISTORY_ADD,
    STATEMENT_HISTORY_OLDEST,
    STATEMENT_HISTORY_DELETE,
    STATEMENT_HISTORY_SET_UNDONE,
    STATEMENT_HISTORY_EACH,
    STATEMENT_HISTORY_GET,
    STATEMENT_HISTORY_UNDOABLE,
    STATEMENT_HISTORY_CLEAR,
    STATEMENT_META_GET,
    STATEMENT_META_SET,
    STATEMENT_KINDS
};

/* Enumerations nest: a few idle copies of each statement are worth keeping. */
enum { STATEMENT_IDLE_MOST = 4 };

struct storage {
    sqlite3 *db;
    bool lacks_tables; /* a file of the first format that may only be read: it has neither history nor classes */
    bool is_ready;     /* its tables are those of this format */
    unsigned pages;    /* bytes of the page cache while no transaction needs more; 0 = LIMIT_REG_PAGES */
    win_error if_lost; /* of a transaction of storage_begin_*: what comes of it after SQLite has rolled it back; 0 = none is open */
    bool many;         /* storage_expect_many, until the transaction ends */
    bool is_immutable; /* read without locks (open.c): SQLite does not notice changes, so the file is looked at */
    struct plat_file_info opened; /* ... and compared with what it was */
    uint32_t version_base;        /* added to SQLite's data_version */
    char words[512];              /* SQLite's, for the last failure; "" = none */
    struct {
        sqlite3_stmt *idle[STATEMENT_IDLE_MOST];
        unsigned count;
    } pool[STATEMENT_KINDS];
};

/* The statement, reset, all of its parameters to be bound, for this caller alone until statement_give. */
PLAT_MUST_USE win_error statement_take(struct storage *storage, enum statement_id id,
                                       sqlite3_stmt **statement);
void statement_give(struct storage *storage, enum statement_id id, sqlite3_stmt *statement);
void statement_free_all(struct storage *storage);

/* Takes, binds a key as the first parameter, steps to the end and gives back. */
PLAT_MUST_USE win_error statement_run_key(struct storage *storage, enum statement_id id, reg_key key);

/*
 * One step: true = a row. When false, *error says whether that was the end (ERROR_SUCCESS) or a failure. In a transaction that SQLite
 * has rolled back by itself nothing runs any more.
 */
bool statement_row(struct storage *storage, sqlite3_stmt *statement, win_error *error);
/* Why the transaction that was begun is no more; ERROR_SUCCESS: it is, or none was begun. */
win_error statement_lost(struct storage *storage);
/* Takes, steps to the end and gives back a statement without parameters. */
PLAT_MUST_USE win_error statement_run(struct storage *storage, enum statement_id id);

/*
 * Binding fails only for want of memory, which the step then reports as a missing parameter: so it is
 * checked.
 */
bool statement_bind_text(sqlite3_stmt *statement, int position, struct plat_span text);
bool statement_bind_blob(sqlite3_stmt *statement, int position, struct plat_span data);
bool statement_bind_key(sqlite3_stmt *statement, int position, reg_key key);
struct plat_span statement_column(sqlite3_stmt *statement, int column); /* the bytes of text or a blob */

win_error error_of_sqlite(int code); /* SQLite's (extended) result code as a Win32 code */
/*
 * The same for a call that has just been made; keeps SQLite's words for a failure before other calls replace
 * them.
 */
win_error note_sqlite(struct storage *storage, int code);

#define SHM_ADVICE "give it the registry's owner and mode 0600 (chown, chmod)"
/* Is it the -shm beside a registry which may be written itself, that may not be: left behind by another user, or by a copy? */
bool sqlite_blames_shm(sqlite3 *db, int code);

#endif
