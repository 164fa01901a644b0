/* SPDX-License-Identifier: Apache-2.0 */
/* A disk that gets full at any moment, and a file that is taken away while it is open: an error with words, nothing lost, nothing by half. */
#include "sample.h"

#include "support/power_cut/power_cut.h"

#include "registry/check.h"

#include "platform/file.h"
#include "platform/limits.h"

#include <stdio.h>
#include <string.h>

enum { VALUES = 30 };

static int setup(void **state)
{
    power_cut_install();
    return sample_setup(state);
}

static int teardown(void **state)
{
    power_cut_stop();
    power_cut_uninstall();
    return sample_teardown(state);
}

/* Sets all to one number, in one transaction. */
static win_error set_all(struct reg_db *db, uint32_t number)
{
    static uint8_t data[3000];
    win_error error = reg_begin(db);

    memset(data, (int)number, sizeof data);
    for (unsigned i = 0; i < VALUES && !error; i++) {
        char name[16];
        reg_key key;

        snprintf(name, sizeof name, "key %u", i);
        error = reg_key_create(db, REG_HKLM, name, 0, &key, NULL);
        if (!error)
            error = reg_value_set(db, key, "data", REG_BINARY, data, sizeof data);
    }
    if (!error)
        return reg_commit(db);
    reg_rollback(db);
    return error;
}

/* The number that all have. */
static unsigned number_of_all(struct reg_db *db)
{
    struct plat_buffer data;
    unsigned number = 0;

    plat_buffer_init(&data, LIMIT_REG_DATA);
    for (unsigned i = 0; i < VALUES; i++) {
        char name[16];
        reg_key key;

        snprintf(name, sizeof name, "key %u", i);
        plat_buffer_clear(&data);
        assert_success(reg_key_open(db, REG_HKLM, name, &key));
        assert_success(reg_value_get(db, key, "data", NULL, &data));
        assert_int_equal(data.size, 3000);
        if (i == 0)
            number = data.data[0];
        assert_int_equal(data.data[0], number);
        assert_int_equal(data.data[2999], number);
    }
    plat_buffer_free(&data);
    return number;
}

static void is_sound(struct sample *s)
{
    struct reg_check_result result;

    assert_success(reg_check(sample_file(s, "registry"), NULL, NULL, NULL, &result));
    assert_int_equal(result.faults, 0);
}

/* Room for so many more bytes, from none to enough. */
static void full_while_writing(void **state)
{
    struct sample *s = *state;
    unsigned number = 1;
    unsigned refused = 0;

    assert_success(set_all(s->db, number));
    for (int64_t room = 0; room < 400000; room += 7001) {
        win_error error;

        power_cut_disk_room(room);
        error = set_all(s->db, number % 250 + 1);
        if (error) {
            assert_int_equal(error, ERROR_DISK_FULL);
            if (!strstr(reg_db_message(s->db), "no room on the disk"))
                fail_msg("\"%s\" does not say it", reg_db_message(s->db));
            assert_non_null(strstr(reg_db_message(s->db), sample_file(s, "registry")));
            refused++;
        } else {
            number = number % 250 + 1;
        }
        assert_int_equal(number_of_all(s->db), number); /* reading goes on while it is full */
        power_cut_disk_room(-1);
        if (room % 3 == 0) { /* now and then with a new WAL */
            reg_db_close(s->db);
            s->db = sample_open(s, REG_OPEN_WRITE);
        }
        is_sound(s);
    }
    assert_true(refused > 3);
    assert_success(set_all(s->db, 251));
    assert_int_equal(number_of_all(s->db), 251);
}

/* Not even room for the -shm: reading goes on, writing says why not. */
static void full_while_opening(void **state)
{
    struct sample *s = *state;
    struct plat_buffer message;
    struct reg_db *db;

    assert_success(set_all(s->db, 7));
    reg_db_close(s->db);
    power_cut_disk_room(0);
    s->db = sample_open(s, REG_OPEN_READ);
    assert_int_equal(number_of_all(s->db), 7);
    reg_db_close(s->db);
    is_sound(s);
    plat_buffer_init(&message, 4096);
    assert_int_equal(reg_db_open(sample_file(s, "registry"), REG_OPEN_WRITE, &db, &message), ERROR_DISK_FULL);
    assert_non_null(strstr(plat_buffer_text(&message), "no room on the disk"));
    assert_int_equal(reg_db_open(sample_file(s, "new"), REG_OPEN_CREATE, &db, &message), ERROR_DISK_FULL);
    plat_buffer_free(&message);
    power_cut_disk_room(-1);
    s->db = sample_open(s, REG_OPEN_WRITE);
    assert_success(set_all(s->db, 8));
    assert_success(
        reg_db_open(sample_file(s, "new"), REG_OPEN_CREATE, &db, NULL)); /* what was begun is no obstacle */
    reg_db_close(db);
}

/* Nobody would ever see what is written to a file that has no name any more. */
static void removed_while_open(void **state)
{
    struct sample *s = *state;
    struct reg_db *db;
    uint32_t number;

    assert_success(sample_set_dword(s->db, REG_HKLM, "x", 1));
    assert_success(plat_file_remove(sample_file(s, "registry")));
    assert_int_equal(sample_set_dword(s->db, REG_HKLM, "x", 2), ERROR_CANTWRITE);
    assert_non_null(strstr(reg_db_message(s->db), "was removed or replaced"));
    assert_success(sample_get_dword(s->db, REG_HKLM, "x", &number));
    assert_int_equal(number, 1);
    reg_db_close(s->db);

    s->db = NULL;
    assert_success(reg_db_open(sample_file(s, "registry"), REG_OPEN_CREATE, &db, NULL));
    assert_int_equal(sample_get_dword(db, REG_HKLM, "x", &number), ERROR_FILE_NOT_FOUND);
    assert_success(sample_set_dword(db, REG_HKLM, "x", 3));
    reg_db_close(db);
    is_sound(s);
}

static void replaced_while_open(void **state)
{
    struct sample *s = *state;
    struct plat_buffer whole;
    struct reg_db *db;
    uint32_t number;

    assert_success(sample_set_dword(s->db, REG_HKLM, "x", 1));
    reg_db_close(s->db);
    plat_buffer_init(&whole, LIMIT_REG_TEXT);
    assert_success(plat_file_read_all(sample_file(s, "registry"), &whole));
    s->db = sample_open(s, REG_OPEN_WRITE);
    assert_success(plat_file_write_atomic(sample_file(s, "registry"), whole.data, whole.size, 0600));
    plat_buffer_free(&whole);
    assert_int_equal(sample_set_dword(s->db, REG_HKLM, "x", 2), ERROR_CANTWRITE);
    reg_db_close(s->db);
    s->db = NULL;
    assert_success(reg_db_open(sample_file(s, "registry"), REG_OPEN_WRITE, &db, NULL));
    assert_success(sample_get_dword(db, REG_HKLM, "x", &number));
    assert_int_equal(number, 1);
    assert_success(sample_set_dword(db, REG_HKLM, "x", 4));
    reg_db_close(db);
    is_sound(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(full_while_writing, setup, teardown),
        cmocka_unit_test_setup_teardown(full_while_opening, setup, teardown),
        cmocka_unit_test_setup_teardown(removed_while_open, setup, teardown),
        cmocka_unit_test_setup_teardown(replaced_while_open, setup, teardown),
    };

    return cmocka_run_group_tests_name("registry.disk", tests, NULL, NULL);
}
