/* SPDX-License-Identifier: Apache-2.0 */
/* The tables of a registry file, and how a file is recognised. Private to sqlite/. */
#ifndef CERIUM_REGISTRY_SQLITE_SCHEMA_H
#define CERIUM_REGISTRY_SQLITE_SCHEMA_H

#include <sqlite3.h>

#define SCHEMA_APPLICATION_ID 0x43655267 /* "CeRg", in the file's header at offset 68 */
#define SCHEMA_HIVE_ID 0x43654876        /* "CeHv": a saved key (registry/hive.h) in the same tables */
#define SCHEMA_VERSION 2                 /* user_version; a later format counts up */

enum schema_kind {
    SCHEMA_OURS,
    SCHEMA_OLDER,  /* of the first format: keys and values alone */
    SCHEMA_NEWER,  /* made by a later Cerium */
    SCHEMA_EMPTY,  /* nothing in it at all */
    SCHEMA_FOREIGN /* some other program's database */
};

/*
 * Each returns SQLite's result code. *application is the mark that was found: of the other kind of ours, SCHEMA_FOREIGN is told.
 */
int schema_identify_as(sqlite3 *db, int expected, enum schema_kind *kind, int *application, int *version);
int schema_identify(sqlite3 *db, enum schema_kind *kind,
                    int *version);               /* a registry; SCHEMA_OLDER counts as ours */
int schema_create(sqlite3 *db, int application); /* inside of a write transaction */
int schema_upgrade(sqlite3 *db);                 /* SCHEMA_OLDER to SCHEMA_OURS; the same */
int schema_check_tables(sqlite3 *db); /* SQLITE_CORRUPT when one of those that every format has is missing */
int schema_number(sqlite3 *db, const char *query, int *number); /* the first column of the first row */

#endif
