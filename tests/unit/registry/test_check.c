/* SPDX-License-Identifier: Apache-2.0 */
/* Each kind of fault is made, and must be told; a sound registry has none. */
#include "sample.h"

#include "registry/check.h"

#include "platform/file.h"
#include "platform/limits.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct told {
    struct plat_buffer text;
    uint32_t faults, warnings;
};

static void listen(void *context, bool is_fault, const char *text)
{
    struct told *told = context;

    *(is_fault ? &told->faults : &told->warnings) += 1;
    plat_buffer_printf(&told->text, "%s\n", text);
}

static struct reg_check_result check(struct sample *s, const char *name)
{
    struct told told = {.faults = 0};
    struct reg_check_result result;

    plat_buffer_init(&told.text, LIMIT_REG_TEXT);
    assert_success(reg_check(sample_file(s, name), listen, &told, NULL, &result));
    assert_int_equal(told.faults, result.faults);
    assert_int_equal(told.warnings, result.warnings);
    plat_buffer_clear(&s->text);
    plat_buffer_append(&s->text, told.text.data, told.text.size);
    plat_buffer_free(&told.text);
    plat_buffer_text(&s->text);
    return result;
}

static void sql(struct sample *s, const char *statements)
{
    char *words = NULL;
    sqlite3 *db;

    assert_int_equal(sqlite3_open(sample_file(s, "registry"), &db), SQLITE_OK);
    if (sqlite3_exec(db, statements, NULL, NULL, &words) != SQLITE_OK)
        fail_msg("%s: %s", statements, words);
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

static void fill(struct sample *s)
{
    assert_success(reg_set_string(s->db, sample_key(s, "a\\b\\c"), "name", "text"));
    assert_success(sample_set_dword(s->db, sample_key(s, "a\\b\\c"), "", 7));
    assert_success(sample_set_dword(s->db, sample_key(s, "a\\d"), "\xf0\x9f\x98\x80", 8));
    sample_key(s, "\xf0\x9f\x98\x80 beyond the BMP");
    reg_db_close(s->db);
    s->db = NULL;
}

static void sound(void **state)
{
    struct sample *s = *state;
    struct reg_check_result result;
    struct plat_file_info info;

    fill(s);
    result = check(s, "registry");
    if (result.faults || result.warnings)
        fail_msg("%s", s->text.data);
    assert_int_equal(result.keys, 4 + 5);
    assert_int_equal(result.values, 3);
    assert_int_equal(plat_file_stat(sample_file(s, "registry-wal"), &info),
                     ERROR_FILE_NOT_FOUND); /* no litter */
    assert_int_equal(plat_file_stat(sample_file(s, "registry-shm"), &info), ERROR_FILE_NOT_FOUND);
}

/* A registry in use is looked at without disturbing anybody, its WAL and all. */
static void in_use(void **state)
{
    struct sample *s = *state;
    struct plat_file_info before, after;
    struct reg_check_result result;

    sample_key(s, "first");
    assert_success(plat_file_stat(sample_file(s, "registry-wal"), &before));
    result = check(s, "registry");
    assert_int_equal(result.faults, 0);
    assert_int_equal(result.keys, 5);
    assert_success(plat_file_stat(sample_file(s, "registry-wal"), &after));
    assert_int_equal(before.size, after.size);
    assert_success(reg_begin(s->db));
    assert_success(sample_set_dword(s->db, REG_HKLM, "x", 1));
    result = check(s, "registry"); /* during a transaction */
    assert_int_equal(result.faults, 0);
    assert_int_equal(result.values, 0);
    assert_success(reg_commit(s->db));
    assert_int_equal(check(s, "registry").values, 1);
}

#define C "(SELECT id FROM key WHERE fold='C')"
#define A "(SELECT id FROM key WHERE fold='A')"

static void faults(void **state)
{
    static const struct {
        const char *statements;
        const char *words;
    } rows[] = {
        {"DELETE FROM key WHERE id=2", "the root key HKEY_CURRENT_USER is missing"},
        {"UPDATE key SET name='HKEY_X' WHERE id=4", "the root key HKEY_USERS is missing, or not where"},
        {"UPDATE key SET parent=0 WHERE fold='A'", "(\"a\") lies beside the root keys"},
        {"UPDATE key SET parent=4711 WHERE fold='A'", "(\"a\") lies in key 4711, which does not exist"},
        {"DELETE FROM key WHERE fold='C'", "2 value(s) belong to key"},
        {"UPDATE key SET parent=" C " WHERE fold='A'", "(\"a\") lies too deep, or in a circle"},
        {"UPDATE key SET parent=id WHERE fold='A'", "(\"b\") lies too deep, or in a circle"},
        {"UPDATE key SET parent='x' WHERE fold='A'", "a column of key"},
        {"UPDATE val SET type='x' WHERE fold='NAME'", "a column of the value \"name\""},
        {"UPDATE val SET data='text' WHERE fold='NAME'", "a column of the value \"name\""},
        {"UPDATE val SET type=-1 WHERE fold='NAME'", "has the type -1, which cannot be"},
        {"UPDATE key SET flags=64 WHERE fold='A'", "flags that mean nothing (64)"},
        {"UPDATE key SET seq=0 WHERE fold='C'", "counts its values wrongly"},
        {"UPDATE val SET seq=1 WHERE key=" C, "have the same place (1)"},
        {"UPDATE sqlite_sequence SET seq=5 WHERE name='key'", "has been given already"},
        {"UPDATE key SET fold='a' WHERE fold='A'", "(\"a\") is not filed under its name"},
        {"UPDATE val SET fold='other' WHERE fold='NAME'", "\"name\" of key"},
        {"UPDATE key SET name='x\\y', fold='X\\Y' WHERE fold='A'", "a name that no key may have"},
        {"UPDATE key SET name='', fold='' WHERE fold='A'", "a name that no key may have"},
        {"UPDATE key SET name=CAST(x'61FF' AS TEXT) WHERE fold='A'", "a name that no key may have"},
        {"UPDATE val SET data=zeroblob(1048577) WHERE fold='NAME'", "more than a value may have"},
        {"INSERT INTO class VALUES(999, 'x')", "a class belongs to key 999"},
        {"INSERT INTO hive VALUES(999, '/x')", "key 999 was loaded from \"/x\""},
        {"UPDATE key SET flags=2 WHERE fold='A'", "(\"b\") is lasting, but"},
        {"UPDATE history SET start=0", "begins before the end of the one before"},
        {"UPDATE history SET changes=x'4D' WHERE id=2",
         "the changes of entry 2 of the history cannot be read"},
        {"UPDATE history SET who=x'37' WHERE id=2", "a column of entry 2 of the history"},
        {"WITH RECURSIVE n(i) AS (SELECT 1000 UNION ALL SELECT i+1 FROM n WHERE i<1700)"
         " INSERT INTO key(id, parent, fold, name, mtime) SELECT i, CASE i WHEN 1000 THEN 3 ELSE i-1 END, "
         "'N', 'n', 0 FROM n",
         "is deeper than 512 levels"},
    };
    struct sample *s = *state;
    struct plat_buffer whole;

    fill(s);
    plat_buffer_init(&whole, LIMIT_REG_TEXT);
    assert_success(plat_file_read_all(sample_file(s, "registry"), &whole));
    for (size_t i = 0; i < ELEMENTS(rows); i++) {
        assert_success(plat_file_write_atomic(sample_file(s, "registry"), whole.data, whole.size, 0600));
        sql(s, rows[i].statements);
        if (check(s, "registry").faults == 0 || !strstr((const char *)s->text.data, rows[i].words))
            fail_msg("\"%s\" was not told after %s: %s", rows[i].words, rows[i].statements, s->text.data);
    }
    plat_buffer_free(&whole);
}

static void warnings(void **state)
{
    struct sample *s = *state;
    static uint8_t data[4097];
    char name[300];
    struct reg_check_result result;

    assert_success(reg_value_set(s->db, REG_HKLM, "large", REG_BINARY, data, sizeof data));
    assert_success(reg_value_set(s->db, REG_HKLM, "fits", REG_BINARY, data, sizeof data - 1));
    memset(name, 'n', sizeof name);
    name[256] = 0;
    assert_success(sample_set_dword(s->db, REG_HKLM, name, 1));
    name[255] = 0;
    assert_success(sample_set_dword(s->db, REG_HKLM, name, 1));
    sample_key(s, "1\\2\\3\\4\\5\\6\\7\\8\\9\\10\\11\\12\\13\\14\\15\\16\\17\\18");
    result = check(s, "registry");
    assert_int_equal(result.faults, 0);
    assert_int_equal(result.warnings, 3);
    assert_non_null(strstr((const char *)s->text.data, "\"large\" of key 3 has 4097 bytes"));
    assert_non_null(strstr((const char *)s->text.data, "a longer name than Windows CE takes"));
    assert_non_null(strstr((const char *)s->text.data, "(\"17\") is deeper than the 16 levels"));
}

static void refused(struct sample *s, const char *name, win_error error, const char *words)
{
    struct reg_check_result result;
    struct plat_buffer message;

    plat_buffer_init(&message, 4096);
    assert_int_equal(reg_check(sample_file(s, name), NULL, NULL, &message, &result), error);
    if (!strstr(plat_buffer_text(&message), words))
        fail_msg("\"%s\" does not say \"%s\"", plat_buffer_text(&message), words);
    plat_buffer_free(&message);
}

static void not_a_registry(void **state)
{
    struct sample *s = *state;
    char text[600];

    memset(text, 'x', sizeof text);
    refused(s, "none", ERROR_FILE_NOT_FOUND, "no file");
    refused(s, ".", ERROR_BADDB, "a folder");
    assert_success(plat_file_write_atomic(sample_file(s, "empty"), "", 0, 0600));
    refused(s, "empty", ERROR_BADDB, "is empty");
    assert_success(plat_file_write_atomic(sample_file(s, "text"), text, sizeof text, 0600));
    refused(s, "text", ERROR_BADDB, "--recover");
    reg_db_close(s->db);
    s->db = NULL;
    sql(s, "PRAGMA user_version=77");
    refused(s, "registry", ERROR_BADDB, "newer Cerium (format 77");
    sql(s, "PRAGMA application_id=1");
    refused(s, "registry", ERROR_BADDB, "another program");
}

/* Any page of it, from the second on, overwritten: that is told, and nothing crashes. */
static void damaged_pages(void **state)
{
    struct sample *s = *state;
    struct plat_buffer whole;

    assert_success(reg_begin(s->db));
    for (int i = 0; i < 300; i++) {
        char name[40];

        snprintf(name, sizeof name, "some\\key number %d", i);
        assert_success(reg_set_string(s->db, sample_key(s, name), "value", "some text that takes some room"));
    }
    assert_success(reg_commit(s->db));
    reg_db_close(s->db);
    s->db = NULL;
    plat_buffer_init(&whole, LIMIT_REG_TEXT);
    assert_success(plat_file_read_all(sample_file(s, "registry"), &whole));
    for (size_t page = 1; page < whole.size / 4096; page++) {
        uint8_t kept[4096];

        memcpy(kept, whole.data + 4096 * page, sizeof kept);
        /* Zeros in the last page of long data look like data: SQLite has no checksums. */
        memset(whole.data + 4096 * page, page % 2 && kept[0] != 0 ? 0 : 0x77, sizeof kept);
        assert_success(plat_file_write_atomic(sample_file(s, "damaged"), whole.data, whole.size, 0600));
        if (check(s, "damaged").faults == 0)
            fail_msg("page %zu: nothing was told", page + 1);
        memcpy(whole.data + 4096 * page, kept, sizeof kept);
    }
    for (size_t size = whole.size - 1; size > 4096; size -= size > 5000 ? 3001 : 301) {
        assert_success(plat_file_write_atomic(sample_file(s, "damaged"), whole.data, size, 0600));
        if (check(s, "damaged").faults == 0)
            fail_msg("cut at %zu: nothing was told", size);
    }
    plat_buffer_free(&whole);
}

static void modes(void **state)
{
    struct sample *s = *state;
    struct plat_buffer whole;

    fill(s);
    plat_buffer_init(&whole, LIMIT_REG_TEXT);
    assert_success(plat_file_read_all(sample_file(s, "registry"), &whole));
    assert_success(plat_file_write_atomic(sample_file(s, "group"), whole.data, whole.size, 0640));
    assert_int_equal(check(s, "group").warnings, 0);
    assert_success(plat_file_write_atomic(sample_file(s, "open"), whole.data, whole.size, 0644));
    assert_success(plat_file_write_atomic(sample_file(s, "open.bell"), "12345678", 8, 0666));
    assert_int_equal(check(s, "open").warnings, 2);
    assert_non_null(strstr((const char *)s->text.data, "has mode 0644"));
    plat_buffer_free(&whole);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(sound, sample_setup, sample_teardown),
        cmocka_unit_test_setup_teardown(in_use, sample_setup, sample_teardown),
        cmocka_unit_test_setup_teardown(faults, sample_setup, sample_teardown),
        cmocka_unit_test_setup_teardown(warnings, sample_setup, sample_teardown),
        cmocka_unit_test_setup_teardown(not_a_registry, sample_setup, sample_teardown),
        cmocka_unit_test_setup_teardown(damaged_pages, sample_setup, sample_teardown),
        cmocka_unit_test_setup_teardown(modes, sample_setup, sample_teardown),
    };

    return cmocka_run_group_tests_name("registry.check", tests, NULL, NULL);
}
