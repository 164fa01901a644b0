/* SPDX-License-Identifier: Apache-2.0 */
#include "sqlite/schema.h"

#include "registry/registry.h"

#include "platform/clock.h"

#define TEXT_OF(x) #x
#define TEXT_OF_VALUE(x) TEXT_OF(x)

/*
 * fold     the upcased name, its bytes in the order of UTF-16 units: plain byte comparison is Windows'
 *          comparison, and any sqlite3 shell can read and repair the file
 * key.seq  the last number given to a value of this key; val.seq orders values as they were made
 * AUTOINCREMENT: the id of a deleted key is never given again
 */
static const char schema_text[] = "CREATE TABLE key("
                                  " id INTEGER PRIMARY KEY AUTOINCREMENT,"
                                  " parent INTEGER NOT NULL,"
                                  " fold TEXT NOT NULL,"
                                  " name TEXT NOT NULL,"
                                  " flags INTEGER NOT NULL DEFAULT 0,"
                                  " mtime INTEGER NOT NULL,"
                                  " seq INTEGER NOT NULL DEFAULT 0,"
                                  " UNIQUE(parent, fold));"
                                  "CREATE TABLE val("
                                  " key INTEGER NOT NULL,"
                                  " fold TEXT NOT NULL,"
                                  " seq INTEGER NOT NULL,"
                                  " name TEXT NOT NULL,"
                                  " type INTEGER NOT NULL,"
                                  " data BLOB NOT NULL,"
                                  " PRIMARY KEY(key, fold)) WITHOUT ROWID;";

/*
 * class    the class of a key, for the few that have one
 * hive     keys that were loaded from a file
 * history  core/history.h; `start` is the sum of the sizes of all changes before, so that what is too much is found from the oldest on
 * meta     the system's start that volatile keys belong to, the history's room, the last entry's number
 */
static const char second_format_text[] =
    "CREATE TABLE IF NOT EXISTS class(key INTEGER PRIMARY KEY, name TEXT NOT NULL);"
    "CREATE TABLE IF NOT EXISTS hive(key INTEGER PRIMARY KEY, file TEXT NOT NULL);"
    "CREATE TABLE IF NOT EXISTS history("
    " id INTEGER PRIMARY KEY,"
    " time INTEGER NOT NULL,"
    " who TEXT NOT NULL,"
    " what TEXT NOT NULL,"
    " keys INTEGER NOT NULL,"
    " vals INTEGER NOT NULL,"
    " flags INTEGER NOT NULL,"
    " undoes INTEGER NOT NULL,"
    " undone INTEGER NOT NULL,"
    " start INTEGER NOT NULL,"
    " changes BLOB NOT NULL);"
    "CREATE TABLE IF NOT EXISTS meta(name TEXT PRIMARY KEY, value NOT NULL) WITHOUT ROWID;"
    "PRAGMA user_version=" TEXT_OF_VALUE(SCHEMA_VERSION) ";";

static const char root_text[] = "INSERT INTO key(id, parent, fold, name, mtime) VALUES(?1, 0, ?2, ?2, ?3)";

int schema_number(sqlite3 *db, const char *query, int *number)
{
    sqlite3_stmt *s = NULL;
    int code = sqlite3_prepare_v2(db, query, -1, &s, NULL);

    if (code == SQLITE_OK) {
        code = sqlite3_step(s);
        if (code == SQLITE_ROW) {
            *number = sqlite3_column_int(s, 0);
            code = SQLITE_OK;
        } else if (code == SQLITE_DONE) {
            code = SQLITE_CORRUPT;
        }
    }
    sqlite3_finalize(s);
    return code;
}

static int read_marks(sqlite3 *db, int *application, int *version, int *tables)
{
    int code = schema_number(db, "PRAGMA application_id", application);

    if (code == SQLITE_OK)
        code = schema_number(db, "PRAGMA user_version", version);
    if (code == SQLITE_OK && *application == 0 && *version == 0) /* otherwise it makes no difference */
        code = schema_number(db, "SELECT count(*) FROM sqlite_schema", tables);
    return code;
}

static enum schema_kind kind_of(int expected, int application, int version, int tables)
{
    if (application == 0 && version == 0 && tables == 0)
        return SCHEMA_EMPTY;
    if (application != expected || version < 1)
        return SCHEMA_FOREIGN;
    if (version > SCHEMA_VERSION)
        return SCHEMA_NEWER;
    return version == SCHEMA_VERSION ? SCHEMA_OURS : SCHEMA_OLDER;
}

int schema_identify_as(sqlite3 *db, int expected, enum schema_kind *kind, int *application, int *version)
{
    bool own = sqlite3_get_autocommit(db) != 0; /* all marks of one moment: the file may be in the making */
    int tables = 0;
    int code = own ? sqlite3_exec(db, "BEGIN", NULL, NULL, NULL) : SQLITE_OK;

    *application = 0;
    *version = 0;
    if (code == SQLITE_OK)
        code = read_marks(db, application, version, &tables);
    if (own && !sqlite3_get_autocommit(db)) {
        int ended = sqlite3_exec(db, "COMMIT", NULL, NULL, NULL);

        code = code == SQLITE_OK ? ended : code;
    }
    if (code != SQLITE_OK)
        return code;
    *kind = kind_of(expected, *application, *version, tables);
    return SQLITE_OK;
}

int schema_identify(sqlite3 *db, enum schema_kind *kind, int *version)
{
    int application;
    int code = schema_identify_as(db, SCHEMA_APPLICATION_ID, kind, &application, version);

    if (code == SQLITE_OK && *kind == SCHEMA_OLDER)
        *kind = SCHEMA_OURS;
    return code;
}

static int insert_roots(sqlite3_stmt *s)
{
    int64_t now = plat_clock_unix();
    int code = SQLITE_OK;

    for (reg_key root = REG_HKCR; root <= REG_HKU && code == SQLITE_OK; root++) {
        if (sqlite3_bind_int64(s, 1, (sqlite3_int64)root) != SQLITE_OK ||
            sqlite3_bind_text(s, 2, reg_root_name(root), -1, SQLITE_STATIC) != SQLITE_OK ||
            sqlite3_bind_int64(s, 3, now) != SQLITE_OK)
            return SQLITE_NOMEM;
        sqlite3_step(s);
        code = sqlite3_reset(s);
    }
    return code;
}

int schema_upgrade(sqlite3 *db)
{
    return sqlite3_exec(db, second_format_text, NULL, NULL, NULL);
}

int schema_create(sqlite3 *db, int application)
{
    const char *mark = application == SCHEMA_HIVE_ID
                           ? "PRAGMA application_id=" TEXT_OF_VALUE(SCHEMA_HIVE_ID)
                           : "PRAGMA application_id=" TEXT_OF_VALUE(SCHEMA_APPLICATION_ID);
    sqlite3_stmt *s = NULL;
    int code = sqlite3_exec(db, schema_text, NULL, NULL, NULL);

    if (code == SQLITE_OK)
        code = sqlite3_exec(db, mark, NULL, NULL, NULL);
    if (code == SQLITE_OK)
        code = schema_upgrade(db);

    if (code == SQLITE_OK)
        code = sqlite3_prepare_v2(db, root_text, -1, &s, NULL);
    if (code == SQLITE_OK)
        code = insert_roots(s);
    sqlite3_finalize(s);
    return code;
}

int schema_check_tables(sqlite3 *db)
{
    static const struct {
        const char *table, *column;
    } used[] = {{"key", "parent"}, {"key", "fold"}, {"val", "key"}, {"val", "fold"}};
    int code = SQLITE_OK;

    for (size_t i = 0; i < sizeof used / sizeof used[0] && code == SQLITE_OK; i++)
        code = sqlite3_table_column_metadata(db, "main", used[i].table, used[i].column, NULL, NULL, NULL,
                                             NULL, NULL);
    return code == SQLITE_ERROR ? SQLITE_CORRUPT : code; /* no such table or column */
}
