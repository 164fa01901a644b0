/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Writers that are killed at any moment, and writers and readers side by side: nothing acknowledged is lost, nothing half done is
 * seen.
 */
#include "sample.h"

#include "support/child.h"
#include "support/power_cut/victim.h"

#include "registry/check.h"

#include "platform/clock.h"
#include "platform/limits.h"

#include <stdio.h>
#include <string.h>

#if defined(__arm__) || defined(__SANITIZE_ADDRESS__)
enum { KILLS = 40, WRITERS = 3, READERS = 2, TURNS = 15 };
#else
enum { KILLS = 300, WRITERS = 4, READERS = 3, TURNS = 100 };
#endif
enum { IMPORTED = 60, TIME_MS = 5000 };

static char path[1024];

static win_error get(struct reg_db *db, const char *key_path, const char *name, uint32_t *number)
{
    reg_key key;
    win_error error = reg_key_open(db, REG_HKLM, key_path, &key);

    *number = 0;
    if (!error)
        error = sample_get_dword(db, key, name, number);
    return error == ERROR_FILE_NOT_FOUND ? ERROR_SUCCESS : error;
}

static win_error set(struct reg_db *db, const char *key_path, const char *name, uint32_t number)
{
    reg_key key;
    win_error error = reg_key_create(db, REG_HKLM, key_path, 0, &key, NULL);

    return error ? error : sample_set_dword(db, key, name, number);
}

/* ---- kill -9 ---- */

static win_error import(struct reg_db *db, uint32_t turn)
{
    struct reg_import_result result;
    struct plat_buffer text;
    win_error error;

    plat_buffer_init(&text, 65536);
    plat_buffer_append_text(&text, "REGEDIT4\n\n");
    for (unsigned i = 0; i < IMPORTED; i++)
        plat_buffer_printf(&text, "[HKEY_LOCAL_MACHINE\\Import\\%u]\n\"turn\"=dword:%x\n", i, (unsigned)turn);
    plat_buffer_printf(&text, "[HKEY_LOCAL_MACHINE\\Turn]\n\"last\"=dword:%x\n", (unsigned)turn);
    error = reg_import(db, plat_span_of(text.data, text.size), NULL, &result);
    plat_buffer_free(&text);
    return error;
}

static win_error change_tree(struct reg_db *db, uint32_t turn)
{
    reg_key key;
    win_error error = reg_begin(db);

    if (error)
        return error;
    error = reg_key_open(db, REG_HKLM, "Tree", &key);
    if (!error)
        error = reg_key_delete_tree(db, key);
    if (error == ERROR_FILE_NOT_FOUND)
        error = ERROR_SUCCESS;
    for (uint32_t i = 0; i < 10 && !error; i++) {
        char name[24];

        snprintf(name, sizeof name, "Tree\\%u\\x", (unsigned)i);
        error = set(db, name, "turn", turn);
    }
    if (!error)
        error = set(db, "Turn", "last", turn);
    if (!error)
        return reg_commit(db);
    reg_rollback(db);
    return error;
}

static void write_for_ever(void *context)
{
    uint32_t turn = *(const uint32_t *)context;

    for (;;) {
        struct reg_db *db;
        win_error error = reg_db_open(path, REG_OPEN_CREATE, &db, NULL);

        /* Closed and opened now and then: the WAL is merged at the end. */
        for (unsigned i = 0; i < 12 && !error; i++) {
            turn++;
            if (turn % 5 == 0)
                error = import(db, turn);
            else if (turn % 3 == 0)
                error = change_tree(db, turn);
            else
                error = set(db, "Turn", "last", turn);
            if (!error)
                victim_say(turn);
        }
        if (error)
            return;
        reg_db_close(db);
    }
}

static void print_fault(void *context, bool is_fault, const char *text)
{
    (void)context;
    if (is_fault)
        print_message("    %s\n", text);
}

/* What was done last, after looking at all that must agree. */
static uint32_t look(void)
{
    struct reg_check_result result;
    struct reg_db *db;
    uint32_t last, first, number;
    win_error error = reg_db_open(path, REG_OPEN_READ, &db, NULL);

    if (error == ERROR_FILE_NOT_FOUND || error == ERROR_BADDB)
        return 0; /* killed before it was made */
    assert_success(error);
    assert_success(get(db, "Turn", "last", &last));
    assert_success(get(db, "Import\\0", "turn", &first));
    for (unsigned i = 1; i < IMPORTED; i++) {
        char name[24];

        snprintf(name, sizeof name, "Import\\%u", i);
        assert_success(get(db, name, "turn", &number));
        if (number != first)
            fail_msg("half an import: %u of turn %u, %u of turn %u", 0U, (unsigned)first, i, (unsigned)number);
    }
    assert_success(get(db, "Tree\\0\\x", "turn", &first));
    for (unsigned i = 1; i < 10; i++) {
        char name[24];

        snprintf(name, sizeof name, "Tree\\%u\\x", i);
        assert_success(get(db, name, "turn", &number));
        if (number != first)
            fail_msg("half a transaction: 0 of turn %u, %u of turn %u", (unsigned)first, i, (unsigned)number);
    }
    reg_db_close(db);
    assert_success(reg_check(path, print_fault, NULL, NULL, &result));
    assert_int_equal(result.faults, 0);
    return last;
}

static void killed_writers(void **state)
{
    struct sample *s = *state;
    uint64_t end = plat_clock_monotonic_ms() + TIME_MS;
    uint32_t seed = 4711;
    uint32_t turn = 0;
    unsigned kills = 0;

    snprintf(path, sizeof path, "%s", sample_file(s, "killed"));
    while (kills < KILLS && plat_clock_monotonic_ms() < end) {
        struct victim victim;
        uint32_t last;
        uint32_t least;

        seed = seed * 1664525U + 1013904223U;
        victim_start(&victim, write_for_ever, &turn);
        victim_kill(&victim, seed >> 31, (seed >> 8) % 12000);
        assert_false(victim.has_ended);
        least = victim.acknowledged ? victim.acknowledged : turn;
        last = look();
        if (last != least && last != least + 1)
            fail_msg("kill %u: %u was acknowledged, %u is there", kills, (unsigned)least, (unsigned)last);
        turn = last;
        kills++;
    }
    print_message("kill -9: %u kills, %u acknowledged transactions, 0 lost, 0 half done\n", kills,
                  (unsigned)turn);
    assert_true(kills > 5);
    assert_true(turn > kills / 4);
}

/* ---- side by side ---- */

struct part {
    unsigned number;
};

static bool is_busy(win_error error)
{
    return error == ERROR_BUSY;
}

/* Adds one to its own and to the common counter, as one. */
static win_error count_up(struct reg_db *db, const char *own)
{
    uint32_t mine, all;
    win_error error = reg_begin(db);

    if (error)
        return error;
    error = get(db, "Counters", own, &mine);
    if (!error)
        error = get(db, "Common", "all", &all);
    if (!error)
        error = set(db, "Counters", own, mine + 1);
    if (!error)
        error = set(db, "Common", "all", all + 1);
    if (!error)
        return reg_commit(db);
    reg_rollback(db);
    return error;
}

static int run_writer(void *context)
{
    const struct part *part = context;
    struct reg_db *db;
    char own[16];
    win_error error = reg_db_open(path, REG_OPEN_CREATE, &db, NULL);

    snprintf(own, sizeof own, "w%u", part->number);
    for (unsigned turn = 0; turn < TURNS && !error;) {
        error = count_up(db, own);
        if (is_busy(error))
            error = ERROR_SUCCESS;
        else
            turn++;
    }
    if (error)
        return 1;
    reg_db_close(db);
    return 0;
}

/* The sum of all counters, and the common one, of one moment. */
static win_error sum_up(struct reg_db *db, uint32_t *sum, uint32_t *all)
{
    win_error error = reg_read_begin(db);

    if (error)
        return error;
    *sum = 0;
    error = get(db, "Common", "all", all);
    for (unsigned i = 0; i < WRITERS && !error; i++) {
        char own[16];
        uint32_t number;

        snprintf(own, sizeof own, "w%u", i);
        error = get(db, "Counters", own, &number);
        *sum += number;
    }
    reg_read_end(db);
    return error;
}

static int run_reader(void *context)
{
    struct reg_db *db;
    uint32_t sum = 0, all = 0, before = 0;
    win_error error = reg_db_open(path, REG_OPEN_READ, &db, NULL);

    (void)context;
    while (!error && all < WRITERS * TURNS) {
        error = sum_up(db, &sum, &all);
        if (!error && (sum != all || all < before))
            return 2; /* half a transaction, or back in time */
        before = all;
    }
    if (error)
        return 1;
    reg_db_close(db);
    return 0;
}

static void side_by_side(void **state)
{
    struct sample *s = *state;
    struct part parts[WRITERS + READERS];
    int ids[WRITERS + READERS];
    struct reg_check_result result;
    uint32_t sum, all;

    snprintf(path, sizeof path, "%s", sample_file(s, "registry"));
    reg_db_close(s->db); /* what SQLite knows of locks must not be inherited */
    for (unsigned i = 0; i < WRITERS + READERS; i++) {
        parts[i].number = i;
        ids[i] = child_start(i < WRITERS ? run_writer : run_reader, &parts[i]);
    }
    for (unsigned i = 0; i < WRITERS + READERS; i++)
        assert_int_equal(child_wait(ids[i]), 0);
    s->db = sample_open(s, REG_OPEN_WRITE);
    assert_success(sum_up(s->db, &sum, &all));
    assert_int_equal(all, WRITERS * TURNS);
    assert_int_equal(sum, WRITERS * TURNS);
    assert_success(reg_check(path, print_fault, NULL, NULL, &result));
    assert_int_equal(result.faults, 0);
    print_message("%u writers, %u readers: %u transactions, 0 lost updates, 0 seen half done\n",
                  (unsigned)WRITERS, (unsigned)READERS, (unsigned)all);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(killed_writers, sample_setup, sample_teardown),
        cmocka_unit_test_setup_teardown(side_by_side, sample_setup, sample_teardown),
    };

    return cmocka_run_group_tests_name("registry.kill", tests, NULL, NULL);
}
