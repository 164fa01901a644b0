/* SPDX-License-Identifier: Apache-2.0 */
/* Every allocation fails once, ours and SQLite's: an error, nothing half done, nothing left behind. */
#include "sample.h"

#include "registry/history.h"

#include "platform/fake.h"
#include "platform/file.h"
#include "platform/limits.h"

#include "core/db.h"
#include "sqlite/statement.h"

#include <stdlib.h>
#include <string.h>

/* ---- SQLite's heap, in our hands ---- */

static unsigned sqlite_made, sqlite_fail_at, sqlite_failures;
static size_t sqlite_live;

struct block {
    union {
        size_t size;
        max_align_t align;
    } head;
};

static bool sqlite_must_fail(void)
{
    if (++sqlite_made != sqlite_fail_at)
        return false;
    sqlite_failures++;
    return true;
}

static void *sqlite_malloc(int size)
{
    struct block *b = sqlite_must_fail() ? NULL : malloc(sizeof *b + (size_t)size);

    if (!b)
        return NULL;
    b->head.size = (size_t)size;
    sqlite_live++;
    return b + 1;
}

static void sqlite_free(void *p)
{
    if (!p)
        return;
    sqlite_live--;
    free((struct block *)p - 1);
}

static void *sqlite_realloc(void *p, int size)
{
    struct block *b = sqlite_must_fail() ? NULL : realloc((struct block *)p - 1, sizeof *b + (size_t)size);

    if (!b)
        return NULL;
    b->head.size = (size_t)size;
    return b + 1;
}

static int sqlite_size(void *p)
{
    return p ? (int)((struct block *)p - 1)->head.size : 0;
}

static int sqlite_roundup(int size)
{
    return (size + 7) & ~7;
}

static int sqlite_init(void *context)
{
    (void)context;
    return SQLITE_OK;
}

static void sqlite_shutdown(void *context)
{
    (void)context;
}

/* ---- what is done while memory fails ---- */

static const char file_text[] =
    "REGEDIT4\n"
    "[HKEY_LOCAL_MACHINE\\new\\one]\n\"a\"=\"text\"\n\"b\"=dword:1\n\"c\"=hex(7):61,00,00\n"
    "[HKEY_LOCAL_MACHINE\\new\\two]\n\"d\"=multi_sz:\"x\",\"y\"\n\"bad\"=hex:zz\n"
    "[-HKEY_LOCAL_MACHINE\\old\\child]\n";

static win_error do_open(struct sample *s)
{
    struct plat_buffer message;
    struct reg_db *db;
    win_error error;

    plat_buffer_init(&message, 1000);
    error = reg_db_open(sample_file(s, "registry"), REG_OPEN_WRITE, &db, &message);
    plat_buffer_free(&message);
    reg_db_close(db);
    return error;
}

static win_error do_make(struct sample *s)
{
    struct reg_db *db;
    win_error error = reg_db_open(sample_file(s, "made"), REG_OPEN_CREATE, &db, NULL);

    reg_db_close(db);
    return error;
}

static win_error do_import(struct sample *s)
{
    struct reg_import_result result;

    return reg_import(s->db, plat_span_of(file_text, strlen(file_text)), NULL, &result);
}

static win_error do_export(struct sample *s)
{
    struct plat_buffer file;
    win_error error;

    plat_buffer_init(&file, LIMIT_REG_TEXT);
    error = reg_export(s->db, REG_HKLM, REG_FILE_VERSION5, &file, NULL);
    plat_buffer_free(&file);
    return error;
}

static win_error do_changes(struct sample *s)
{
    reg_key key;
    win_error error = reg_begin(s->db);

    if (error)
        return error;
    error = reg_key_create(s->db, REG_HKLM, "new\\one\\more", 0, &key, NULL);
    if (!error)
        error = reg_set_string(s->db, key, "a", "a somewhat longer text for the value of this name");
    if (!error)
        error = reg_key_rename(s->db, key, "other");
    if (!error)
        error = reg_key_open(s->db, REG_HKLM, "old\\child", &key);
    if (!error)
        error = reg_key_delete_tree(s->db, key);
    if (!error)
        return reg_commit(s->db);
    reg_rollback(s->db);
    return error;
}

static win_error do_undo(struct sample *s)
{
    reg_key key;
    win_error error = reg_key_open(s->db, REG_HKLM, "old", &key);

    if (!error)
        error = reg_key_delete_tree(s->db, key);
    if (!error)
        error = reg_undo(s->db, 0, NULL, NULL);
    return error == ERROR_NO_DATA ? ERROR_NOT_ENOUGH_MEMORY : error; /* there was none for the record */
}

static win_error do_copy(struct sample *s)
{
    reg_key from;
    reg_key to;
    win_error error = reg_key_open(s->db, REG_HKLM, "old", &from);

    if (!error)
        error = reg_key_create(s->db, REG_HKCU, "copy\\of", REG_CREATE_VOLATILE, &to, NULL);
    if (!error)
        error = reg_key_copy(s->db, from, s->db, to, true);
    if (!error)
        error = reg_key_set_class(s->db, to, "soft");
    return error ? error : reg_key_delete_tree(s->db, to);
}

static win_error do_number(struct sample *s)
{
    struct plat_buffer text;
    reg_key key;
    win_error error;

    plat_buffer_init(&text, LIMIT_REG_DATA);
    error = reg_key_at(s->db, REG_HKLM, 0, &key, &text);
    if (!error)
        error = reg_key_open(s->db, REG_HKLM, "old\\child", &key);
    if (!error)
        error = reg_value_at(s->db, key, 0, &text, NULL, NULL);
    if (!error)
        assert_string_equal(plat_buffer_text(&text) ? (const char *)text.data : "v", "v");
    plat_buffer_free(&text);
    return error;
}

/* Only reads: never anything but the right answer or the error. */
static win_error do_read(struct sample *s)
{
    struct plat_buffer text;
    reg_key key;
    win_error error = reg_key_open(s->db, REG_HKLM, "old\\child", &key);

    plat_buffer_init(&text, LIMIT_REG_DATA);
    if (!error)
        error = sample_get_string(s->db, key, "v", &text);
    if (!error)
        assert_string_equal(plat_buffer_text(&text) ? (const char *)text.data : "a value", "a value");
    plat_buffer_clear(&text);
    if (!error)
        error = reg_key_path(s->db, key, &text);
    plat_buffer_free(&text);
    return error;
}

static void refill(struct sample *s)
{
    reg_key key;

    if (reg_key_open(s->db, REG_HKLM, "new", &key) == ERROR_SUCCESS)
        assert_success(reg_key_delete_tree(s->db, key));
    assert_success(reg_set_string(s->db, sample_key(s, "old\\child"), "v", "a value"));
}

/* All or nothing: "new" is there exactly when "old\child" is gone. */
static void check_whole(struct sample *s, bool done)
{
    reg_key key;

    assert_int_equal(reg_key_open(s->db, REG_HKLM, "new", &key), done ? ERROR_SUCCESS : ERROR_FILE_NOT_FOUND);
    assert_int_equal(reg_key_open(s->db, REG_HKLM, "old\\child", &key),
                     done ? ERROR_FILE_NOT_FOUND : ERROR_SUCCESS);
}

static void forget_made_file(struct sample *s)
{
    static const char *const names[] = {"made", "made-wal", "made-shm", "made.bell", "made-journal"};

    for (size_t i = 0; i < ELEMENTS(names); i++) {
        win_error error = plat_file_remove(sample_file(s, names[i]));

        assert_true(error == ERROR_SUCCESS || error == ERROR_FILE_NOT_FOUND);
    }
}

enum heap { OURS, SQLITES };

static void fail_allocation(enum heap heap, unsigned nth)
{
    sqlite_made = 0;
    sqlite_failures = 0;
    sqlite_fail_at = heap == SQLITES ? nth : 0;
    plat_fake_memory_fail(heap == OURS ? nth : 0, false);
}

/*
 * Runs `work` once for every allocation it makes, with that one failing. `changes`: it is one transaction,
 * see check_whole.
 */
static void run_all(struct sample *s, enum heap heap, win_error (*work)(struct sample *s), bool changes,
                    unsigned at_least)
{
    unsigned failed = 0;
    bool failed_now = true;

    refill(s);
    for (unsigned nth = 1; failed_now; nth++) {
        size_t live;
        win_error error;

        live = plat_fake_memory_live();
        fail_allocation(heap, nth);
        error = work(s);
        failed_now = (heap == OURS ? plat_fake_memory_failures() : sqlite_failures) > 0;
        fail_allocation(heap, 0);
        if (error != ERROR_SUCCESS && error != ERROR_NOT_ENOUGH_MEMORY)
            fail_msg("allocation %u: error %u (%s)", nth, (unsigned)error, reg_db_message(s->db));
        if (!failed_now)
            assert_success(error);
        if (changes)
            check_whole(s, error == ERROR_SUCCESS);
        refill(s);
        /* What stays is what the handle keeps for later: scratch that grew. */
        assert_in_range(plat_fake_memory_live(), live, live + 2);
        failed += failed_now;
        forget_made_file(s);
    }
    assert_in_range(failed, at_least, 100000);
}

static void ours(void **state)
{
    run_all(*state, OURS, do_open, false, 4);
    run_all(*state, OURS, do_make, false, 4);
    run_all(*state, OURS, do_import, true, 4);
    run_all(*state, OURS, do_export, false, 4);
    run_all(*state, OURS, do_read, false, 2);
    run_all(*state, OURS, do_changes, true, 1);
    run_all(*state, OURS, do_undo, false, 4);
    run_all(*state, OURS, do_copy, false, 4);
    run_all(*state, OURS, do_number, false, 1);
}

static void sqlites(void **state)
{
    run_all(*state, SQLITES, do_open, false, 50);
    run_all(*state, SQLITES, do_make, false, 50);
    run_all(*state, SQLITES, do_import, true, 1);
    run_all(*state, SQLITES, do_export, false, 1);
    run_all(*state, SQLITES, do_changes, true, 1);
    run_all(*state, SQLITES, do_undo, false, 1);
    run_all(*state, SQLITES, do_copy, false, 1);
    run_all(*state, SQLITES, do_number, false, 1);
}

/* ---- a reading that ends the transaction ---- */

/* With the pages of the file not yet in memory. `fail_at` as of fail_allocation; true: it did fail. */
static bool read_failing(struct sample *s, unsigned fail_at)
{
    struct plat_buffer data;
    win_error error;

    plat_buffer_init(&data, LIMIT_REG_DATA);
    fail_allocation(SQLITES, fail_at);
    error = reg_value_get(s->db, REG_HKLM, "big", NULL, &data);
    fail_allocation(SQLITES, 0);
    plat_buffer_free(&data);
    assert_true(error == ERROR_SUCCESS || error == ERROR_NOT_ENOUGH_MEMORY);
    return sqlite_failures > 0;
}

static void reopen(struct sample *s)
{
    reg_db_close(s->db);
    s->db = sample_open(s, REG_OPEN_WRITE);
}

/* SQLite leaves a transaction when it has no memory, even for a reading: what follows must not become lasting piece by piece. */
static void lost_transaction(void **state)
{
    static char big[900000];
    struct sample *s = *state;
    unsigned lost = 0;
    bool failed = true;

    assert_success(reg_value_set(s->db, REG_HKLM, "big", REG_BINARY, big, sizeof big));
    for (unsigned nth = 1; failed; nth++) {
        struct reg_db *other;
        uint32_t number;
        win_error set;
        win_error commit;

        reopen(s);
        other = sample_open(s, REG_OPEN_WRITE);
        assert_success(reg_begin(s->db));
        assert_success(sample_set_dword(s->db, REG_HKLM, "one", nth));
        for (uint32_t i = 0; i < 70; i++) /* many: the larger page cache goes with the transaction */
            assert_success(sample_set_dword(s->db, REG_HKLM, "more", nth + i));
        assert_true(s->db->storage->many);
        failed = read_failing(s, nth);
        set = sample_set_dword(s->db, REG_HKLM, "two", nth);
        assert_int_equal(sample_get_dword(other, REG_HKLM, "two", &number), ERROR_FILE_NOT_FOUND);
        commit = reg_commit(s->db);
        assert_int_equal(commit, set);
        if (commit)
            assert_true(reg_db_message(s->db)[0]);
        assert_false(s->db->storage->many);
        assert_int_equal(sample_get_dword(other, REG_HKLM, "one", &number), commit ? ERROR_FILE_NOT_FOUND : 0);
        assert_int_equal(sample_get_dword(other, REG_HKLM, "two", &number), commit ? ERROR_FILE_NOT_FOUND : 0);
        if (!commit) {
            assert_success(reg_value_delete(other, REG_HKLM, "one"));
            assert_success(reg_value_delete(other, REG_HKLM, "two"));
        }
        assert_success(sample_set_dword(s->db, REG_HKLM, "after", nth)); /* the handle is as good as before */
        lost += commit != ERROR_SUCCESS;
        reg_db_close(other);
    }
    assert_in_range(lost, 1, 1000);
}

/* The same of a view: after it is lost nothing later is shown as if it were of that moment. */
static void lost_view(void **state)
{
    struct sample *s = *state;
    struct reg_db *other = sample_open(s, REG_OPEN_WRITE);
    uint32_t number = 0;

    assert_success(sample_set_dword(other, REG_HKLM, "v", 1));
    assert_success(reg_read_begin(s->db));
    assert_success(sample_get_dword(s->db, REG_HKLM, "v", &number));
    assert_int_equal(sqlite3_exec(s->db->storage->db, "ROLLBACK", NULL, NULL, NULL), SQLITE_OK);
    assert_success(sample_set_dword(other, REG_HKLM, "v", 2));
    assert_int_equal(sample_get_dword(s->db, REG_HKLM, "v", &number), ERROR_CANTREAD);
    assert_true(reg_db_message(s->db)[0]);
    assert_int_equal(number, 1);
    reg_read_end(s->db);
    assert_success(sample_get_dword(s->db, REG_HKLM, "v", &number));
    assert_int_equal(number, 2);
    reg_db_close(other);
}

/* After the last handle is closed SQLite and we hold nothing. */
static void nothing_left(void **state)
{
    struct sample *s = *state;
    size_t before = sqlite_live;
    size_t ours_before = plat_fake_memory_live();
    struct reg_db *db = sample_open(s, REG_OPEN_WRITE);

    assert_true(sqlite_live > before);
    reg_db_close(db);
    assert_int_equal(plat_fake_memory_live(), ours_before);
    reg_db_close(s->db);
    s->db = NULL;
    assert_int_equal(sqlite_live, 0);
}

int main(void)
{
    static const sqlite3_mem_methods methods = {sqlite_malloc,  sqlite_free, sqlite_realloc,  sqlite_size,
                                                sqlite_roundup, sqlite_init, sqlite_shutdown, NULL};
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(ours, sample_setup, sample_teardown),
        cmocka_unit_test_setup_teardown(sqlites, sample_setup, sample_teardown),
        cmocka_unit_test_setup_teardown(lost_transaction, sample_setup, sample_teardown),
        cmocka_unit_test_setup_teardown(lost_view, sample_setup, sample_teardown),
        cmocka_unit_test_setup_teardown(nothing_left, sample_setup, sample_teardown),
    };

    if (sqlite3_config(SQLITE_CONFIG_MALLOC, &methods) != SQLITE_OK)
        return 1;
    return cmocka_run_group_tests_name("registry.memory", tests, NULL, NULL);
}
