/* SPDX-License-Identifier: Apache-2.0 */
/* Exports, comparisons and hives when memory fails at any one point: an error, nothing half done, nothing left behind. */
#include "sample.h"

#include "registry/compare.h"
#include "registry/hive.h"

#include "platform/fake.h"
#include "platform/limits.h"

#include <string.h>

static const char tree[] =
    "REGEDIT4\n"
    "[HKLM\\T]\n@=\"top\"\n\"z\"=dword:1\n\"a\"=hex(7):61,00,62,00,00\n\"e\"=\"\xe9\"\n"
    "[HKLM\\T\\k]\n\"empty\"=hex:\n\"%V%\"=hex(1234):01,02,03\n[HKLM\\T\\k\\deep]\n\"v\"=\"text\"\n"
    "; protected\n[HKLM\\T\\secret]\n\"hash\"=\"x\"\n"
    "[HKLM\\R]\n\"old\"=dword:1\n[HKLM\\R\\k]\n\"old\"=dword:1\n";

static unsigned failures;

/* Memory fails no more. */
static void calm(void)
{
    failures += plat_fake_memory_failures();
    plat_fake_memory_fail(0, false);
}

static win_error export_as(struct sample *s, enum reg_file_dialect dialect)
{
    struct plat_buffer file;
    win_error error;

    plat_buffer_init(&file, LIMIT_REG_TEXT);
    error = reg_export(s->db, REG_HKLM, dialect, &file, NULL);
    assert_true(!error || file.size == 0);
    plat_buffer_free(&file);
    return error;
}

static win_error do_export_5(struct sample *s)
{
    return export_as(s, REG_FILE_VERSION5);
}

static win_error do_export_4(struct sample *s)
{
    return export_as(s, REG_FILE_REGEDIT4);
}

static win_error do_export_ce(struct sample *s)
{
    return export_as(s, REG_FILE_CE);
}

static win_error key_of(struct sample *s, const char *name, reg_key *key)
{
    return reg_key_open(s->db, REG_HKLM, name, key);
}

static win_error do_compare(struct sample *s)
{
    struct reg_compare_result result;
    reg_key left, right;
    win_error error = key_of(s, "T", &left);

    if (!error)
        error = key_of(s, "R", &right);
    if (!error)
        error = reg_compare(s->db, left, s->db, right, REG_COMPARE_BELOW | REG_COMPARE_PROTECTED, NULL, NULL,
                            &result);
    if (!error)
        assert_int_equal(result.different, 12);
    return error;
}

static win_error do_save(struct sample *s)
{
    reg_key key;
    win_error error = key_of(s, "T", &key);

    return error ? error : reg_save(s->db, key, sample_file(s, "hive"), true, &s->text);
}

static win_error do_restore(struct sample *s)
{
    struct reg_compare_result result;
    reg_key from, key;
    win_error error = key_of(s, "R", &key);

    if (!error)
        error = reg_restore(s->db, key, sample_file(s, "hive"), &s->text);
    calm();
    assert_success(key_of(s, "T", &from));
    assert_success(key_of(s, "R", &key));
    assert_success(
        reg_compare(s->db, from, s->db, key, REG_COMPARE_BELOW | REG_COMPARE_PROTECTED, NULL, NULL, &result));
    assert_int_equal(result.different, error ? 12 : 0);
    if (!error) { /* as it was, for the next time */
        assert_success(reg_key_delete_tree(s->db, key));
        assert_success(sample_import_text(s, tree, NULL));
    }
    return error;
}

static win_error do_load(struct sample *s)
{
    struct plat_buffer name;
    reg_key key;
    win_error error = reg_load(s->db, REG_HKLM, "L", sample_file(s, "hive"), &s->text);

    if (!error)
        error = key_of(s, "L", &key);
    if (!error)
        error = reg_hive_flush(s->db, key, &s->text);
    if (!error)
        error = reg_unload(s->db, key, &s->text);
    calm();
    plat_buffer_init(&name, LIMIT_REG_PATH);
    if (key_of(s, "L", &key) == ERROR_SUCCESS) { /* loaded still: whole, and to be unloaded */
        assert_success(reg_hive_of(s->db, key, &name));
        assert_string_equal(plat_buffer_text(&name), sample_file(s, "hive"));
        assert_string_equal(sample_values(s, key), "@|z|a|e");
        assert_success(reg_unload(s->db, key, NULL));
        assert_int_not_equal(error, ERROR_SUCCESS);
    }
    plat_buffer_free(&name);
    return error;
}

static void every_allocation(void **state)
{
    static const struct {
        const char *what;
        win_error (*work)(struct sample *s);
        unsigned at_least;
    } rows[] = {
        {"Version 5", do_export_5, 5}, {"REGEDIT4", do_export_4, 5}, {"CE", do_export_ce, 5},
        {"compare", do_compare, 10},   {"save", do_save, 10},        {"restore", do_restore, 10},
        {"load", do_load, 20},
    };
    struct sample *s = *state;

    assert_success(sample_import_text(s, tree, NULL));
    assert_int_equal(s->problems, 0);
    assert_success(do_save(s));
    for (size_t i = 0; i < ELEMENTS(rows); i++) {
        unsigned failed = 0;
        unsigned before = sample_entries(s);
        bool failed_now = true;

        for (unsigned nth = 1; failed_now; nth++) {
            win_error error;

            plat_buffer_clear(&s->text);
            failures = 0;
            plat_fake_memory_fail(nth, false);
            error = rows[i].work(s);
            calm();
            failed_now = failures > 0;
            if (error != ERROR_SUCCESS && error != ERROR_NOT_ENOUGH_MEMORY)
                fail_msg("%s, allocation %u: error %u (%s; %s)", rows[i].what, nth, (unsigned)error,
                         reg_db_message(s->db), plat_buffer_text(&s->text));
            if (sample_entries(s) != before)
                fail_msg("%s, allocation %u: a file was left behind", rows[i].what, nth);
            failed += failed_now;
        }
        if (failed < rows[i].at_least)
            fail_msg("%s: only %u allocations", rows[i].what, failed);
    }
}

/* Whether a hive is loaded, and which: an answer that cannot be had is no "no". */
static void loaded_hives(void **state)
{
    struct sample *s = *state;
    unsigned failed = 0;
    bool failed_now = true;
    reg_key loaded, key;

    assert_success(sample_import_text(s, tree, NULL));
    assert_success(do_save(s));
    assert_success(reg_load(s->db, REG_HKLM, "L", sample_file(s, "hive"), NULL));
    assert_success(key_of(s, "L", &loaded));
    for (unsigned nth = 1; failed_now; nth++) {
        win_error restored, twice;

        failures = 0;
        plat_fake_memory_fail(nth, false);
        restored = reg_restore(s->db, REG_HKLM, sample_file(s, "hive"), NULL);
        calm();
        plat_fake_memory_fail(nth, false);
        twice = reg_load(s->db, REG_HKU, "M", sample_file(s, "hive"), NULL);
        calm();
        failed_now = failures > 0;
        if (restored != ERROR_BUSY && restored != ERROR_NOT_ENOUGH_MEMORY)
            fail_msg("restore, allocation %u: error %u", nth, (unsigned)restored);
        if (twice != ERROR_SHARING_VIOLATION && twice != ERROR_NOT_ENOUGH_MEMORY)
            fail_msg("load, allocation %u: error %u", nth, (unsigned)twice);
        assert_success(key_of(s, "L", &key));
        assert_int_equal(key, loaded);
        failed += failed_now;
    }
    assert_in_range(failed, 10, 100000);
    assert_int_equal(reg_restore(s->db, REG_HKLM, sample_file(s, "hive"), NULL), ERROR_BUSY);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(loaded_hives, sample_setup, sample_teardown),
        cmocka_unit_test_setup_teardown(every_allocation, sample_setup, sample_teardown),
    };

    return cmocka_run_group_tests_name("registry.scarce", tests, NULL, NULL);
}
