/* SPDX-License-Identifier: Apache-2.0 */
/* Files of the first format, and saved hives: what is made of each. */
#include "sample.h"

#include "registry/history.h"

#include "core/db.h"

#include "platform/file.h"

#include <sqlite3.h>

#include <string.h>

static void sql(struct sample *s, const char *statements)
{
    sqlite3 *db;

    assert_int_equal(sqlite3_open(sample_file(s, "registry"), &db), SQLITE_OK);
    if (sqlite3_exec(db, statements, NULL, NULL, NULL) != SQLITE_OK)
        fail_msg("%s", sqlite3_errmsg(db));
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

static int format_of(struct sample *s)
{
    sqlite3_stmt *row;
    sqlite3 *db;
    int version;

    assert_int_equal(sqlite3_open(sample_file(s, "registry"), &db), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(db, "PRAGMA user_version", -1, &row, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(row), SQLITE_ROW);
    version = sqlite3_column_int(row, 0);
    sqlite3_finalize(row);
    sqlite3_close(db);
    return version;
}

/* What the first version of Cerium left behind: keys and values alone, numbers per key counted up with each write. */
static void age(struct sample *s)
{
    reg_key key = sample_key(s, "old");

    assert_success(sample_set_dword(s->db, key, "z", 1));
    assert_success(sample_set_dword(s->db, key, "a", 1));
    reg_db_close(s->db);
    sql(s, "DROP TABLE class; DROP TABLE hive; DROP TABLE history; DROP TABLE meta; PRAGMA user_version=1;"
           "UPDATE key SET seq=2 WHERE name='old'; UPDATE val SET seq=CASE name WHEN 'z' THEN 1 ELSE 2 END;");
}

static bool any_entry(void *context, const struct reg_history_entry *entry)
{
    (void)entry;
    *(bool *)context = true;
    return false;
}

static void read_as_it_is(void **state)
{
    struct sample *s = *state;
    struct reg_db *writer;
    bool any = false;
    uint64_t id;
    uint32_t room;
    reg_key key;

    age(s);
    s->db = sample_open(s, REG_OPEN_READ);
    assert_int_equal(format_of(s), 1); /* untouched */
    assert_success(reg_key_open(s->db, REG_HKLM, "old", &key));
    assert_string_equal(sample_values(s, key), "z|a");
    plat_buffer_clear(&s->text);
    assert_success(reg_key_class(s->db, key, &s->text));
    assert_int_equal(s->text.size, 0);
    assert_success(reg_history_newest(s->db, &id));
    assert_int_equal(id, 0);
    assert_success(reg_history_each(s->db, 0, any_entry, &any));
    assert_false(any);
    assert_success(reg_history_room(s->db, &room));

    writer = sample_open(s, REG_OPEN_WRITE); /* and here it becomes new, under the reader's eyes */
    assert_int_equal(format_of(s), 2);
    assert_success(sample_set_dword(writer, key, "m", 1));
    assert_success(reg_key_set_class(writer, key, "soft"));
    reg_db_close(writer);
    assert_string_equal(sample_values(s, key), "z|a|m");
    assert_success(reg_history_each(s->db, 0, any_entry, &any));
    assert_true(any);
}

static void upgraded(void **state)
{
    struct sample *s = *state;
    reg_key key;

    age(s);
    s->db = sample_open(s, REG_OPEN_CREATE);
    assert_int_equal(format_of(s), 2);
    key = sample_key(s, "old");
    assert_success(sample_set_dword(s->db, key, "A", 7)); /* keeps its place */
    assert_success(sample_set_dword(s->db, key, "m", 1));
    assert_string_equal(sample_values(s, key), "z|a|m");
    assert_success(reg_undo(s->db, 0, NULL, NULL));
    assert_string_equal(sample_values(s, key), "z|a");
}

static void refused(struct sample *s, const char *name, bool as_hive, const char *words)
{
    struct plat_buffer message;
    struct reg_db *db;
    win_error error;

    plat_buffer_init(&message, 4096);
    error = as_hive ? db_open_hive(sample_file(s, name), REG_OPEN_READ, &db, &message)
                    : reg_db_open(sample_file(s, name), REG_OPEN_READ, &db, &message);
    assert_int_equal(error, ERROR_BADDB);
    if (!strstr(plat_buffer_text(&message), words))
        fail_msg("\"%s\" does not say \"%s\"", plat_buffer_text(&message), words);
    plat_buffer_free(&message);
}

/* One file and nothing beside it; neither kind is taken for the other. */
static void hives(void **state)
{
    static const char *const beside[] = {"hive-wal", "hive-shm", "hive-journal", "hive.bell"};
    struct sample *s = *state;
    struct plat_file_info info;
    struct reg_db *hive;
    uint32_t number;
    uint64_t id;
    reg_key key;

    assert_success(db_open_hive(sample_file(s, "hive"), REG_OPEN_CREATE, &hive, NULL));
    assert_success(reg_key_create(hive, REG_HKLM, "a\\b", 0, &key, NULL));
    assert_success(sample_set_dword(hive, key, "v", 5));
    assert_success(reg_history_newest(hive, &id));
    assert_int_equal(id, 0); /* no history */
    reg_db_close(hive);
    for (size_t i = 0; i < ELEMENTS(beside); i++)
        assert_int_equal(plat_file_stat(sample_file(s, beside[i]), &info), ERROR_FILE_NOT_FOUND);
    assert_success(plat_file_stat(sample_file(s, "hive"), &info));
    assert_int_equal(info.mode, 0600);
    assert_success(db_open_hive(sample_file(s, "hive"), REG_OPEN_READ, &hive, NULL));
    assert_success(reg_key_open(hive, REG_HKLM, "a\\b", &key));
    assert_success(sample_get_dword(hive, key, "v", &number));
    assert_int_equal(number, 5);
    reg_db_close(hive);
    refused(s, "hive", false, "saved hive");
    refused(s, "hive", false, "cerium reg load");
    refused(s, "registry", true, "cerium reg save");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(read_as_it_is, sample_setup, sample_teardown),
        cmocka_unit_test_setup_teardown(upgraded, sample_setup, sample_teardown),
        cmocka_unit_test_setup_teardown(hives, sample_setup, sample_teardown),
    };

    return cmocka_run_group_tests_name("registry.upgrade", tests, NULL, NULL);
}
