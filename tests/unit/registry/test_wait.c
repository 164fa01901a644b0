/* SPDX-License-Identifier: Apache-2.0 */
/* Learning of changes by other processes. Real clocks: without the fakes. */
#include "sample.h"

#include "support/child.h"

#include "platform/clock.h"
#include "platform/file.h"
#include "platform/limits.h"
#include "platform/thread.h"

#include <sqlite3.h>

#include <stdio.h>
#include <string.h>

enum { LONG_MS = 30000 };

static int change_after_a_while(void *context)
{
    struct reg_db *db;
    win_error error = reg_db_open(context, REG_OPEN_WRITE, &db, NULL);

    if (error)
        return 1;
    child_pause_ms(50);
    error = sample_set_dword(db, REG_HKLM, "changed", 1);
    reg_db_close(db);
    return error ? 2 : 0;
}

static void another_process(void **state)
{
    struct sample *s = *state;
    struct reg_db *reader = sample_open(s, REG_OPEN_READ);
    uint64_t known = reg_generation(reader);
    char path[LIMIT_PATH_SIZE];
    uint32_t number;
    int child;

    snprintf(path, sizeof path, "%s", sample_file(s, "registry"));
    child = child_start(change_after_a_while, path);
    assert_true(reg_wait(reader, known, LONG_MS));
    assert_true(reg_generation(reader) > known);
    assert_success(sample_get_dword(reader, REG_HKLM, "changed", &number)); /* the ring came after the commit */
    assert_int_equal(child_wait(child), 0);
    known = reg_generation(reader);
    assert_false(reg_wait(reader, known, 250)); /* told once */
    reg_db_close(reader);
}

static void nothing_happens(void **state)
{
    struct sample *s = *state;
    uint64_t known = reg_generation(s->db);
    uint64_t start = plat_clock_monotonic_ms();

    assert_false(reg_wait(s->db, known, 0));
    assert_false(reg_wait(s->db, known, 150));
    assert_in_range(plat_clock_monotonic_ms() - start, 140, LONG_MS);
    assert_true(reg_generation(s->db) == known);
}

static void own_changes(void **state)
{
    struct sample *s = *state;
    uint64_t known = reg_generation(s->db);

    assert_success(sample_set_dword(s->db, REG_HKLM, "a", 1));
    assert_true(reg_wait(s->db, known, 0));
    assert_false(reg_wait(s->db, reg_generation(s->db), 0));
}

/* As the sqlite3 shell would, or a writer that dies between its commit and its ring. */
static void without_ringing(void **state)
{
    struct sample *s = *state;
    struct reg_db *reader = sample_open(s, REG_OPEN_READ);
    uint64_t known = reg_generation(reader);
    uint64_t known_by_writer = reg_generation(s->db);
    uint64_t start;
    sqlite3 *db;

    assert_int_equal(sqlite3_open(sample_file(s, "registry"), &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, "UPDATE key SET name='Users' WHERE id=4", NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
    assert_true(reg_generation(reader) == known);
    start = plat_clock_monotonic_ms();
    assert_true(reg_wait(reader, known, LONG_MS));
    assert_in_range(plat_clock_monotonic_ms() - start, 0, 5000);
    assert_true(reg_generation(reader) > known);            /* rung for all, */
    assert_true(reg_wait(s->db, known_by_writer, LONG_MS)); /* who hear it once */
    assert_false(reg_wait(reader, reg_generation(reader), 150));
    assert_false(reg_wait(s->db, reg_generation(s->db), 150));
    reg_db_close(reader);
}

static void wake_after_a_while(void *context)
{
    child_pause_ms(50);
    reg_wake(context);
}

static void woken(void **state)
{
    struct sample *s = *state;
    uint64_t start = plat_clock_monotonic_ms();
    struct plat_thread *thread;

    assert_success(plat_thread_start("waker", 0, wake_after_a_while, s->db, &thread));
    assert_false(reg_wait(s->db, reg_generation(s->db), LONG_MS));
    plat_thread_join(thread);
    assert_in_range(plat_clock_monotonic_ms() - start, 40, LONG_MS / 2);
    reg_wake(s->db); /* before the wait: not lost */
    assert_false(reg_wait(s->db, reg_generation(s->db), LONG_MS));
    assert_in_range(plat_clock_monotonic_ms() - start, 40, LONG_MS / 2);
}

/* A change without a ring and a wake at the same moment: the wake is told first, and the change after it. */
static void woken_and_changed(void **state)
{
    struct sample *s = *state;
    uint64_t known;
    sqlite3 *db;

    assert_int_equal(sqlite3_open(sample_file(s, "registry"), &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, "UPDATE key SET name='Users' WHERE id=4", NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
    for (int ring = 0; ring < 2; ring++) { /* known before reg_wake's own ring, or after it */
        known = reg_generation(s->db);
        reg_wake(s->db);
        if (ring == 0) {
            known = reg_generation(s->db);
            assert_false(reg_wait(s->db, known, LONG_MS));
            assert_true(reg_wait(s->db, known, 0));
        } else {
            assert_false(reg_wait(s->db, known, LONG_MS));
            assert_false(reg_wait(s->db, reg_generation(s->db), 150)); /* nothing has changed */
        }
    }
}

/* ---- the file is replaced ---- */

/* A registry beside the sample's, closed, with this number in it. */
static void make_other(struct sample *s, uint32_t number)
{
    struct reg_db *other;
    reg_key key;

    assert_success(reg_db_open(sample_file(s, "other"), REG_OPEN_CREATE, &other, NULL));
    for (uint32_t i = 0; i < number; i++) { /* so that keys have other numbers than in the one before */
        char name[24];

        snprintf(name, sizeof name, "filler %u", (unsigned)i);
        assert_success(reg_key_create(other, REG_HKLM, name, 0, &key, NULL));
    }
    assert_success(reg_key_create(other, REG_HKLM, "Key", 0, &key, NULL));
    assert_success(sample_set_dword(other, key, "number", number));
    reg_db_close(other);
}

static void remove_companions(struct sample *s, bool bell)
{
    assert_success(plat_file_remove(sample_file(s, "registry-wal")));
    assert_success(plat_file_remove(sample_file(s, "registry-shm")));
    if (bell)
        assert_success(plat_file_remove(sample_file(s, "registry.bell")));
}

static void put_in_place(struct sample *s, const char *name)
{
    assert_success(plat_file_replace(sample_file(s, name), sample_file(s, "registry")));
}

static uint32_t number_in(struct reg_db *db)
{
    uint32_t number = 0;
    reg_key key;

    assert_success(reg_key_open(db, REG_HKLM, "Key", &key));
    assert_success(sample_get_dword(db, key, "number", &number));
    return number;
}

/* Waits for one thing to be told, and for no other after it. */
static void told_once(struct reg_db *db, uint64_t known)
{
    uint64_t start = plat_clock_monotonic_ms();

    assert_true(reg_wait(db, known, LONG_MS));
    assert_in_range(plat_clock_monotonic_ms() - start, 0, 5000);
    assert_true(reg_generation(db) != known);
    assert_false(reg_wait(db, reg_generation(db), 250));
}

static void replaced(void **state)
{
    static const bool with_bell[] = {false, true};
    struct sample *s = *state;
    struct reg_db *reader;

    assert_success(sample_set_dword(s->db, sample_key(s, "Key"), "number", 1));
    reader = sample_open(s, REG_OPEN_READ);
    reg_db_follow(reader);
    for (uint32_t i = 0; i < ELEMENTS(with_bell); i++) {
        uint64_t known;
        struct reg_db *writer;

        for (int n = 0; n < 200; n++) /* remembered (core/cache.h) */
            assert_int_equal(number_in(reader), i == 0 ? 1 : 7);
        known = reg_generation(reader);
        make_other(s, i == 0 ? 7 : 8);
        remove_companions(s, with_bell[i]);
        put_in_place(s, "other");
        told_once(reader, known);
        assert_int_equal(number_in(reader), i == 0 ? 7 : 8);
        /* And it hears of changes in the new one, at once: the bell is that of the new one, too. */
        known = reg_generation(reader);
        assert_success(reg_db_open(sample_file(s, "registry"), REG_OPEN_WRITE, &writer, NULL));
        assert_success(sample_set_dword(writer, REG_HKLM, "changed", 1));
        assert_true(reg_generation(reader) != known);
        assert_true(reg_wait(reader, known, 0));
        assert_success(sample_set_dword(writer, sample_key(s, "Key"), "number", 7));
        reg_db_close(writer);
        /* The one that is open for writing stays where it was, and says so when it is to write. */
        assert_int_equal(sample_set_dword(s->db, REG_HKLM, "lost", 1), ERROR_CANTWRITE);
        assert_non_null(strstr(reg_db_message(s->db), "removed or replaced"));
        reg_db_close(s->db);
        s->db = sample_open(s, REG_OPEN_WRITE);
        assert_success(sample_set_dword(s->db, sample_key(s, "Key"), "number", 7));
    }
    reg_wake(reader);
    assert_false(reg_wait(reader, reg_generation(reader) + 1, LONG_MS));
    reg_db_close(reader);
}

/* Who does not wait hears of it by its next view; a view that is open, or a reading under way, keeps its file. */
static bool replace_within(void *context, reg_key child, const char *name)
{
    struct sample *s = ((void **)context)[0];
    struct reg_db *reader = ((void **)context)[1];

    if (strcmp(name, "Key") != 0)
        return true;
    make_other(s, 7);
    remove_companions(s, false);
    put_in_place(s, "other");
    assert_success(reg_read_begin(reader));
    reg_read_end(reader);
    assert_int_equal(number_in(reader), 1);
    assert_true(child != REG_KEY_NONE);
    return true;
}

static void seen_by_views(void **state)
{
    struct sample *s = *state;
    struct reg_db *reader;
    void *both[2];

    assert_success(sample_set_dword(s->db, sample_key(s, "Key"), "number", 1));
    reader = sample_open(s, REG_OPEN_READ);
    reg_db_follow(reader);
    both[0] = s;
    both[1] = reader;
    assert_success(reg_each_key(reader, REG_HKLM, replace_within, both));
    child_pause_ms(LIMIT_REG_LOOK_MS + 50); /* views look as often as that */
    assert_int_equal(number_in(reader), 1);
    assert_success(reg_read_begin(reader));
    assert_int_equal(number_in(reader), 7);
    reg_read_end(reader);
    reg_db_close(reader);
}

/* What cannot be used in its place is told, the file before stays at hand, and what can be used later is used. */
static void replaced_badly(void **state)
{
    struct sample *s = *state;
    struct reg_db *reader;
    uint64_t known;

    assert_success(sample_set_dword(s->db, sample_key(s, "Key"), "number", 1));
    reader = sample_open(s, REG_OPEN_READ);
    reg_db_follow(reader);
    known = reg_generation(reader);
    make_other(s, 7);

    put_in_place(s, "other"); /* with the -wal and -shm of the one before */
    told_once(reader, known);
    assert_int_equal(reg_read_begin(reader), ERROR_SHARING_VIOLATION);
    assert_non_null(strstr(reg_db_message(reader), "-wal and -shm"));
    assert_int_equal(number_in(reader), 1);
    known = reg_generation(reader);
    remove_companions(s, false);
    told_once(reader, known);
    assert_int_equal(number_in(reader), 7);

    known = reg_generation(reader);
    remove_companions(s, false);
    assert_success(plat_file_remove(sample_file(s, "registry")));
    told_once(reader, known);
    assert_int_equal(reg_read_begin(reader), ERROR_FILE_NOT_FOUND);
    assert_non_null(strstr(reg_db_message(reader), "removed"));
    assert_int_equal(number_in(reader), 7);

    known = reg_generation(reader);
    assert_success(plat_file_write_atomic(sample_file(s, "registry"), "no registry\n", 12, 0600));
    told_once(reader, known);
    assert_int_equal(reg_read_begin(reader), ERROR_BADDB);
    assert_non_null(strstr(reg_db_message(reader), "not a registry file"));

    known = reg_generation(reader);
    make_other(s, 9);
    put_in_place(s, "other");
    told_once(reader, known);
    assert_success(reg_read_begin(reader));
    assert_int_equal(number_in(reader), 9);
    reg_read_end(reader);
    reg_db_close(reader);
}

/* One that is open for writing, or was not told to follow: told once, and it stays. */
static void replaced_and_not_followed(void **state)
{
    struct sample *s = *state;
    struct reg_db *reader;

    assert_success(sample_set_dword(s->db, sample_key(s, "Key"), "number", 1));
    reader = sample_open(s, REG_OPEN_READ);
    reg_db_follow(s->db); /* means nothing: it is open for writing */
    make_other(s, 7);
    remove_companions(s, false);
    put_in_place(s, "other");
    told_once(s->db, reg_generation(s->db));
    assert_int_equal(number_in(s->db), 1);
    assert_true(reg_wait(reader, reg_generation(reader), LONG_MS));
    assert_success(reg_read_begin(reader));
    assert_int_equal(number_in(reader), 1);
    reg_read_end(reader);
    reg_db_close(reader);
    assert_int_equal(sample_set_dword(s->db, REG_HKLM, "lost", 1), ERROR_CANTWRITE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(another_process, sample_setup, sample_teardown),
        cmocka_unit_test_setup_teardown(nothing_happens, sample_setup, sample_teardown),
        cmocka_unit_test_setup_teardown(own_changes, sample_setup, sample_teardown),
        cmocka_unit_test_setup_teardown(without_ringing, sample_setup, sample_teardown),
        cmocka_unit_test_setup_teardown(woken, sample_setup, sample_teardown),
        cmocka_unit_test_setup_teardown(woken_and_changed, sample_setup, sample_teardown),
        cmocka_unit_test_setup_teardown(replaced, sample_setup, sample_teardown),
        cmocka_unit_test_setup_teardown(seen_by_views, sample_setup, sample_teardown),
        cmocka_unit_test_setup_teardown(replaced_badly, sample_setup, sample_teardown),
        cmocka_unit_test_setup_teardown(replaced_and_not_followed, sample_setup, sample_teardown),
    };

    return cmocka_run_group_tests_name("registry.wait", tests, NULL, NULL);
}
