/* SPDX-License-Identifier: Apache-2.0 */
/* Learning of changes by other processes. Real clocks: without the fakes. */
#include "sample.h"

#include "support/child.h"

#include "platform/clock.h"
#include "platform/limits.h"
#include "platform/thread.h"

#include <sqlite3.h>

#include <stdio.h>

enum { LONG_MS = 30000 };

static int change_after_a_while(void *context)
{
    struct reg_db *db;
    win_error error = reg_db_open(context, REG_OPEN_WRITE, &db, NULL);

    if (error)
        return 1;
    child_pause_ms(50);
    error = reg_set_dword(db, REG_HKLM, "changed", 1);
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
    assert_success(reg_get_dword(reader, REG_HKLM, "changed", &number)); /* the ring came after the commit */
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

    assert_success(reg_set_dword(s->db, REG_HKLM, "a", 1));
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(another_process, sample_setup, sample_teardown),
        cmocka_unit_test_setup_teardown(nothing_happens, sample_setup, sample_teardown),
        cmocka_unit_test_setup_teardown(own_changes, sample_setup, sample_teardown),
        cmocka_unit_test_setup_teardown(without_ringing, sample_setup, sample_teardown),
        cmocka_unit_test_setup_teardown(woken, sample_setup, sample_teardown),
    };

    return cmocka_run_group_tests_name("registry.wait", tests, NULL, NULL);
}
