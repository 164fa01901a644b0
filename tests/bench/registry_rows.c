/* SPDX-License-Identifier: Apache-2.0 */
/*
 * usage: bench_registry_rows SOURCE TARGET
 *
 * What an import costs at the least: a plain program that puts the rows of the registry file SOURCE, which an import has made, into
 * the same tables of a new file TARGET, with prepared statements in one transaction. The rows are read into memory before the clock starts: no
 * file is parsed, no name folded, nothing checked. They are inserted in the order in which the import made them: each key, then its
 * values. Prints the seconds from opening TARGET to closing it.
 */
#include "bench/clock.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct rows {
    sqlite3_value **cell;
    size_t count; /* of cells */
    size_t room;
    int columns;
};

#define TABLES_MOST 16

struct table {
    char name[64];
    struct rows rows;
    sqlite3_stmt *insert;
};

static struct table tables[TABLES_MOST];
static size_t table_count;
static char *schema;

static void must(sqlite3 *db, int code, const char *what)
{
    if (code == SQLITE_OK || code == SQLITE_ROW || code == SQLITE_DONE)
        return;
    fprintf(stderr, "%s: %s\n", what, sqlite3_errmsg(db));
    exit(1);
}

static sqlite3_stmt *prepare(sqlite3 *db, const char *text)
{
    sqlite3_stmt *s = NULL;

    must(db, sqlite3_prepare_v2(db, text, -1, &s, NULL), text);
    return s;
}

static int number(sqlite3 *db, const char *text)
{
    sqlite3_stmt *s = prepare(db, text);
    int result;

    must(db, sqlite3_step(s), text);
    result = sqlite3_column_int(s, 0);
    sqlite3_finalize(s);
    return result;
}

static void keep(struct rows *rows, sqlite3_value *value)
{
    if (rows->count == rows->room) {
        rows->room = rows->room ? 2 * rows->room : 1024;
        rows->cell = realloc(rows->cell, rows->room * sizeof rows->cell[0]);
        if (!rows->cell)
            abort();
    }
    rows->cell[rows->count] = sqlite3_value_dup(value);
    if (!rows->cell[rows->count++])
        abort();
}

/* Keys by id and values by key and number: the order in which they were made. */
static void read_table(sqlite3 *db, struct table *table)
{
    char text[160];
    sqlite3_stmt *s;

    snprintf(text, sizeof text, "SELECT * FROM \"%s\"%s", table->name,
             strcmp(table->name, "key") == 0   ? " ORDER BY id"
             : strcmp(table->name, "val") == 0 ? " ORDER BY key, seq"
                                               : "");
    s = prepare(db, text);
    table->rows.columns = sqlite3_column_count(s);
    while (sqlite3_step(s) == SQLITE_ROW) {
        for (int i = 0; i < table->rows.columns; i++)
            keep(&table->rows, sqlite3_column_value(s, i));
    }
    must(db, sqlite3_finalize(s), text);
}

static void add_sql(const char *sql)
{
    size_t old = schema ? strlen(schema) : 0;

    schema = realloc(schema, old + strlen(sql) + 2);
    if (!schema)
        abort();
    snprintf(schema + old, strlen(sql) + 2, "%s;", sql);
}

static void read_source(sqlite3 *db)
{
    sqlite3_stmt *s =
        prepare(db, "SELECT type, name, sql FROM sqlite_schema WHERE sql IS NOT NULL AND type IN "
                    "('table', 'index') AND name NOT LIKE 'sqlite_%' ORDER BY type DESC, rowid");
    char marks[128];

    while (sqlite3_step(s) == SQLITE_ROW) {
        add_sql((const char *)sqlite3_column_text(s, 2));
        if (strcmp((const char *)sqlite3_column_text(s, 0), "table") != 0)
            continue;
        if (table_count == TABLES_MOST)
            abort();
        snprintf(tables[table_count].name, sizeof tables[0].name, "%s",
                 (const char *)sqlite3_column_text(s, 1));
        read_table(db, &tables[table_count++]);
    }
    must(db, sqlite3_finalize(s), "schema");
    snprintf(marks, sizeof marks, "PRAGMA application_id=%d", number(db, "PRAGMA application_id"));
    add_sql(marks);
    snprintf(marks, sizeof marks, "PRAGMA user_version=%d", number(db, "PRAGMA user_version"));
    add_sql(marks);
}

static void insert_row(sqlite3 *db, struct table *table, size_t first)
{
    for (int i = 0; i < table->rows.columns; i++)
        sqlite3_bind_value(table->insert, i + 1, table->rows.cell[first + (size_t)i]);
    if (sqlite3_step(table->insert) != SQLITE_DONE)
        must(db, sqlite3_errcode(db), table->name);
    sqlite3_reset(table->insert);
}

static void prepare_insert(sqlite3 *db, struct table *table)
{
    char text[256];
    int length = snprintf(text, sizeof text, "INSERT INTO \"%s\" VALUES(?1", table->name);

    for (int i = 2; i <= table->rows.columns; i++)
        length += snprintf(text + length, sizeof text - (size_t)length, ",?%d", i);
    snprintf(text + length, sizeof text - (size_t)length, ")");
    table->insert = prepare(db, text);
}

static struct table *table_named(const char *name)
{
    for (size_t i = 0; i < table_count; i++) {
        if (strcmp(tables[i].name, name) == 0)
            return &tables[i];
    }
    fprintf(stderr, "the registry has no table %s\n", name);
    exit(1);
}

static void insert_all(sqlite3 *db)
{
    struct table *keys = table_named("key");
    struct table *values = table_named("val");
    size_t value = 0;

    for (size_t i = 0; i < keys->rows.count; i += (size_t)keys->rows.columns) {
        sqlite3_int64 id = sqlite3_value_int64(keys->rows.cell[i]);

        insert_row(db, keys, i);
        for (; value < values->rows.count && sqlite3_value_int64(values->rows.cell[value]) == id;
             value += (size_t)values->rows.columns)
            insert_row(db, values, value);
    }
    for (size_t t = 0; t < table_count; t++) {
        if (&tables[t] == keys || &tables[t] == values)
            continue;
        for (size_t i = 0; i < tables[t].rows.count; i += (size_t)tables[t].rows.columns)
            insert_row(db, &tables[t], i);
    }
}

/* The registry's pragmas, and SQLite's usual 2 MB of cache. */
static void write_target(const char *path, int page_size)
{
    sqlite3 *db;
    char text[64];

    must(NULL, sqlite3_open(path, &db), path);
    snprintf(text, sizeof text, "PRAGMA page_size=%d", page_size);
    must(db, sqlite3_exec(db, text, NULL, NULL, NULL), text);
    must(db,
         sqlite3_exec(db,
                      "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA wal_autocheckpoint=250;"
                      "PRAGMA journal_size_limit=1048576; PRAGMA cache_size=-2000; PRAGMA foreign_keys=0",
                      NULL, NULL, NULL),
         "pragmas");
    must(db, sqlite3_exec(db, "BEGIN IMMEDIATE", NULL, NULL, NULL), "begin");
    must(db, sqlite3_exec(db, schema, NULL, NULL, NULL), "schema");
    for (size_t i = 0; i < table_count; i++)
        prepare_insert(db, &tables[i]);
    insert_all(db);
    must(db, sqlite3_exec(db, "COMMIT", NULL, NULL, NULL), "commit");
    for (size_t i = 0; i < table_count; i++)
        sqlite3_finalize(tables[i].insert);
    must(db, sqlite3_close(db), "close");
}

int main(int argc, char **argv)
{
    sqlite3 *db;
    uint64_t start;
    int page_size;

    if (argc != 3) {
        fputs("usage: bench_registry_rows SOURCE TARGET\n", stderr);
        return 2;
    }
    must(NULL, sqlite3_open_v2(argv[1], &db, SQLITE_OPEN_READWRITE, NULL), argv[1]);
    page_size = number(db, "PRAGMA page_size");
    read_source(db);
    sqlite3_close(db);
    unlink(argv[2]);
    start = bench_clock_ns();
    write_target(argv[2], page_size);
    printf("%.6f\n", (double)(bench_clock_ns() - start) / 1e9);
    return 0;
}
