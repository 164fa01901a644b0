/* SPDX-License-Identifier: Apache-2.0 */
/* Which files are opened, how, and what is said about the others. */
#include "sample.h"

#include "registry/history.h"

#include "platform/file.h"
#include "platform/limits.h"

#include "core/db.h"
#include "sqlite/statement.h"
#include "support/child.h"

#include <stdio.h>
#include <string.h>

/* Opens `name` and expects `error` with words that contain `words`. */
static void refused(struct sample *s, const char *name, enum reg_open_mode mode, win_error error,
                    const char *words)
{
    struct plat_buffer message;
    struct plat_file_info info;
    char bell[64];
    struct reg_db *db;

    plat_buffer_init(&message, 4096);
    assert_int_equal(reg_db_open(sample_file(s, name), mode, &db, &message), error);
    assert_null(db);
    if (!strstr(plat_buffer_text(&message), words))
        fail_msg("\"%s\" does not say \"%s\"", plat_buffer_text(&message), words);
    plat_buffer_free(&message);
    snprintf(bell, sizeof bell, "%s.bell", name);
    assert_int_equal(plat_file_stat(sample_file(s, bell), &info),
                     ERROR_FILE_NOT_FOUND); /* nothing left lying about */
}

static void write_file(struct sample *s, const char *name, const void *data, size_t size)
{
    assert_success(plat_file_write_atomic(sample_file(s, name), data, size, 0600));
}

static void sql(struct sample *s, const char *name, const char *statements)
{
    sqlite3 *db;

    assert_int_equal(sqlite3_open(sample_file(s, name), &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, statements, NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

static void missing(void **state)
{
    struct sample *s = *state;

    refused(s, "none", REG_OPEN_READ, ERROR_FILE_NOT_FOUND, "no registry file");
    refused(s, "none", REG_OPEN_WRITE, ERROR_FILE_NOT_FOUND, "reg import");
    refused(s, "no/folder", REG_OPEN_CREATE, ERROR_PATH_NOT_FOUND, "folder exists");
    refused(s, ".", REG_OPEN_CREATE, ERROR_BADDB, "a folder");
}

static void foreign(void **state)
{
    static const char text[] =
        "This is a file of text, long enough to be more than the header of a database of SQLite's would be: "
        "one hundred bytes and more.";
    struct sample *s = *state;

    write_file(s, "text", text, sizeof text);
    write_file(s, "empty", "", 0);
    sql(s, "music", "CREATE TABLE album(name TEXT)");
    sql(s, "other", "PRAGMA application_id=1; CREATE TABLE key(id)");
    sql(s, "newer", "PRAGMA application_id=0x43655267; PRAGMA user_version=9; CREATE TABLE key(id)");
    sql(s, "gutted", "PRAGMA application_id=0x43655267; PRAGMA user_version=1; CREATE TABLE val(id)");
    for (enum reg_open_mode mode = REG_OPEN_READ; mode <= REG_OPEN_CREATE; mode++) {
        refused(s, "text", mode, ERROR_BADDB, "not a registry file");
        refused(s, "music", mode, ERROR_BADDB, "another program");
        refused(s, "other", mode, ERROR_BADDB, "another program");
        refused(s, "newer", mode, ERROR_BADDB, "newer Cerium (format 9, this one knows 2)");
        refused(s, "gutted", mode, ERROR_REGISTRY_CORRUPT, "missing");
    }
    refused(s, "empty", REG_OPEN_READ, ERROR_BADDB, "empty");
    refused(s, "empty", REG_OPEN_WRITE, ERROR_BADDB, "empty");
}

/* A refused file is not touched; an empty one is taken over when making is asked for. */
static void left_alone(void **state)
{
    struct sample *s = *state;
    struct plat_buffer before, after;
    struct reg_db *db;

    sql(s, "music", "CREATE TABLE album(name TEXT)");
    plat_buffer_init(&before, LIMIT_REG_TEXT);
    plat_buffer_init(&after, LIMIT_REG_TEXT);
    assert_success(plat_file_read_all(sample_file(s, "music"), &before));
    refused(s, "music", REG_OPEN_CREATE, ERROR_BADDB, "another program");
    assert_success(plat_file_read_all(sample_file(s, "music"), &after));
    assert_int_equal(before.size, after.size);
    assert_memory_equal(before.data, after.data, before.size);
    plat_buffer_free(&before);
    plat_buffer_free(&after);

    write_file(s, "empty", "", 0);
    assert_success(reg_db_open(sample_file(s, "empty"), REG_OPEN_CREATE, &db, NULL));
    reg_db_close(db);
}

/*
 * Every page but the first is overwritten: some call fails with "corrupt", none crashes or makes things up.
 */
static void damaged(void **state)
{
    struct sample *s = *state;
    struct plat_buffer file;
    struct reg_db *db;
    win_error error;

    assert_success(reg_history_set_room(s->db, 0)); /* so that the last pages are values */
    assert_success(reg_begin(s->db));
    for (int i = 0; i < 300; i++) {
        char name[32];

        snprintf(name, sizeof name, "key number %d", i);
        assert_success(reg_set_string(s->db, sample_key(s, name), "value", "some text that takes some room"));
    }
    assert_success(reg_commit(s->db));
    reg_db_close(s->db);
    plat_buffer_init(&file, LIMIT_REG_TEXT);
    assert_success(plat_file_read_all(sample_file(s, "registry"), &file));
    assert_in_range(file.size, 3 * 4096, LIMIT_REG_TEXT);
    memset(file.data + 4096, 0x77, file.size - 4096);
    write_file(s, "damaged", file.data, file.size);
    refused(s, "damaged", REG_OPEN_WRITE, ERROR_REGISTRY_CORRUPT, "damaged");
    file.size = 4096 + 100; /* cut off */
    write_file(s, "cut", file.data, file.size);
    refused(s, "cut", REG_OPEN_READ, ERROR_REGISTRY_CORRUPT, "damaged");
    plat_buffer_free(&file);

    /* One page of values only: it opens, and the damage shows where it is. */
    plat_buffer_init(&file, LIMIT_REG_TEXT);
    assert_success(plat_file_read_all(sample_file(s, "registry"), &file));
    memset(file.data + file.size - 2 * 4096, 0x77, 2 * 4096);
    write_file(s, "partly", file.data, file.size);
    plat_buffer_free(&file);
    assert_success(reg_db_open(sample_file(s, "partly"), REG_OPEN_READ, &db, NULL));
    plat_buffer_clear(&s->text);
    error = reg_export(db, REG_HKLM, REG_FILE_VERSION5, &s->text, NULL);
    assert_int_equal(error, ERROR_REGISTRY_CORRUPT);
    assert_true(reg_db_message(db)[0]);
    reg_db_close(db);
    s->db = sample_open(s, REG_OPEN_READ);
}

/* 0600 for all that lie there; WAL with a sync for each commit; the marks that recognise the file. */
static void made_well(void **state)
{
    static const char *const names[] = {"registry", "registry-wal", "registry-shm", "registry.bell"};
    struct sample *s = *state;
    struct plat_file_info info;
    struct plat_buffer file;

    sample_key(s, "x");
    for (size_t i = 0; i < ELEMENTS(names); i++) {
        assert_success(plat_file_stat(sample_file(s, names[i]), &info));
        assert_int_equal(info.mode, 0600);
    }
    reg_db_close(s->db);
    assert_int_equal(plat_file_stat(sample_file(s, "registry-wal"), &info),
                     ERROR_FILE_NOT_FOUND); /* merged by the last one out */
    plat_buffer_init(&file, LIMIT_REG_TEXT);
    assert_success(plat_file_read_all(sample_file(s, "registry"), &file));
    assert_memory_equal(file.data, "SQLite format 3", 16);
    assert_int_equal(file.data[18], 2); /* WAL, read and write */
    assert_int_equal(file.data[19], 2);
    assert_memory_equal(file.data + 60, "\0\0\0\2", 4); /* user_version */
    assert_memory_equal(file.data + 68, "CeRg", 4);     /* application_id */
    plat_buffer_free(&file);
    s->db = sample_open(s, REG_OPEN_READ);
    assert_string_equal(reg_db_path(s->db), sample_file(s, "registry"));
}

/* A reader that goes last merges, too: the file alone is then the whole registry. */
static void last_reader_merges(void **state)
{
    struct sample *s = *state;
    struct reg_db *reader = sample_open(s, REG_OPEN_READ);
    struct plat_file_info info;

    sample_key(s, "x");
    reg_db_close(s->db);
    assert_success(plat_file_stat(sample_file(s, "registry-wal"), &info));
    assert_true(info.size > 0);
    reg_db_close(reader);
    assert_int_equal(plat_file_stat(sample_file(s, "registry-wal"), &info), ERROR_FILE_NOT_FOUND);
    s->db = sample_open(s, REG_OPEN_READ);
}

/* A disk without room for the -shm is a full disk, not a file that cannot be written. */
static void words_for_sqlite(void **state)
{
    static const struct {
        int code;
        win_error error;
    } rows[] = {
        {SQLITE_IOERR_SHMSIZE, ERROR_DISK_FULL}, {SQLITE_IOERR_SHMOPEN, ERROR_DISK_FULL},
        {SQLITE_FULL, ERROR_DISK_FULL},          {SQLITE_IOERR_SHMMAP, ERROR_NOT_ENOUGH_MEMORY},
        {SQLITE_IOERR_WRITE, ERROR_CANTWRITE},   {SQLITE_READONLY_CANTINIT, ERROR_ACCESS_DENIED},
    };

    (void)state;
    for (size_t i = 0; i < ELEMENTS(rows); i++)
        assert_int_equal(error_of_sqlite(rows[i].code), rows[i].error);
}

/* What lies there already has no say in how open a new registry is. */
static void planted_files(void **state)
{
    static const char *const names[] = {"new", "new-wal", "new-shm"};
    struct sample *s = *state;
    struct plat_file_info info;
    struct reg_db *db;

    assert_success(plat_file_write_atomic(sample_file(s, "new.bell"), "12345678", 8, 0666));
    assert_success(reg_db_open(sample_file(s, "new"), REG_OPEN_CREATE, &db, NULL));
    assert_success(sample_set_dword(db, REG_HKLM, "x", 1));
    for (size_t i = 0; i < ELEMENTS(names); i++) {
        assert_success(plat_file_stat(sample_file(s, names[i]), &info));
        assert_int_equal(info.mode, 0600);
    }
    reg_db_close(db);
}

/* Read without locks, as on a medium that may only be read here, and written by somebody all the same: told, not read as a mixture. */
static void not_so_immutable(void **state)
{
    struct sample *s = *state;
    struct reg_db *reader;
    uint32_t number;

    assert_success(sample_set_dword(s->db, REG_HKLM, "x", 1));
    assert_int_equal(sqlite3_exec(s->db->storage->db, "PRAGMA wal_checkpoint(TRUNCATE)", NULL, NULL, NULL),
                     SQLITE_OK);
    reader = sample_open(s, REG_OPEN_READ);
    child_pause_ms(50); /* the system's clock for files is coarse */
    assert_success(plat_file_stat(sample_file(s, "registry"), &reader->storage->opened));
    reader->storage->is_immutable = true;
    assert_success(sample_get_dword(reader, REG_HKLM, "x", &number));
    assert_success(reg_read_begin(reader));
    reg_read_end(reader);
    assert_success(sample_set_dword(s->db, REG_HKLM, "x", 2));
    assert_int_equal(sqlite3_exec(s->db->storage->db, "PRAGMA wal_checkpoint(TRUNCATE)", NULL, NULL, NULL),
                     SQLITE_OK);
    assert_int_equal(sample_get_dword(reader, REG_HKLM, "x", &number), ERROR_CANTREAD);
    assert_non_null(strstr(reg_db_message(reader), "has been changed"));
    assert_int_equal(reg_read_begin(reader), ERROR_CANTREAD);
    reg_db_close(reader);
}

/* Names that mean something to SQLite or in a URI are names of files like any other. */
static void odd_names(void **state)
{
    static const char *const names[] = {":memory:", "a?mode=memory", "b#c",    "d%41",
                                        "e f",      "\u00e9",        "file:g", "h&i=j"};
    struct sample *s = *state;

    for (size_t i = 0; i < ELEMENTS(names); i++) {
        struct plat_file_info info;
        struct reg_db *db;

        assert_success(reg_db_open(sample_file(s, names[i]), REG_OPEN_CREATE, &db, NULL));
        assert_success(sample_set_dword(db, REG_HKLM, "x", 1));
        reg_db_close(db);
        assert_success(plat_file_stat(sample_file(s, names[i]), &info));
        assert_int_equal(info.mode, 0600);
        assert_true(info.size > 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(missing, sample_setup, sample_teardown),
        cmocka_unit_test_setup_teardown(foreign, sample_setup, sample_teardown),
        cmocka_unit_test_setup_teardown(left_alone, sample_setup, sample_teardown),
        cmocka_unit_test_setup_teardown(damaged, sample_setup, sample_teardown),
        cmocka_unit_test_setup_teardown(made_well, sample_setup, sample_teardown),
        cmocka_unit_test_setup_teardown(last_reader_merges, sample_setup, sample_teardown),
        cmocka_unit_test(words_for_sqlite),
        cmocka_unit_test_setup_teardown(planted_files, sample_setup, sample_teardown),
        cmocka_unit_test_setup_teardown(not_so_immutable, sample_setup, sample_teardown),
        cmocka_unit_test_setup_teardown(odd_names, sample_setup, sample_teardown),
    };

    return cmocka_run_group_tests_name("registry.open", tests, NULL, NULL);
}
