/* SPDX-License-Identifier: Apache-2.0 */
/* What the history keeps of changes, and how much. */
#include "sample.h"

#include "registry/history.h"

#include "platform/limits.h"

#include <sqlite3.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static uint64_t newest(struct sample *s)
{
    uint64_t id;

    assert_success(reg_history_newest(s->db, &id));
    return id;
}

static void append_data(struct sample *s, const struct reg_value *value)
{
    plat_buffer_printf(&s->text, " %u:", (unsigned)value->type);
    for (size_t i = 0; i < value->data.size; i++)
        plat_buffer_printf(&s->text, "%02x", value->data.data[i]);
}

static bool append_change(void *context, const struct reg_change *change)
{
    static const char *const kinds[] = {
        [REG_KEY_MADE] = "made",       [REG_KEY_DELETED] = "deleted", [REG_KEY_RENAMED] = "renamed",
        [REG_KEY_CHANGED] = "changed", [REG_VALUE_SET] = "set",       [REG_VALUE_DELETED] = "unset",
    };
    struct sample *s = context;

    plat_buffer_printf(&s->text, "%s%s %s", s->text.size > 0 ? "|" : "", kinds[change->kind],
                       change->key + strlen("HKEY_LOCAL_MACHINE"));
    if (change->name[0])
        plat_buffer_printf(&s->text, " %s", change->name);
    if (change->is_protected)
        plat_buffer_append_text(&s->text, " (protected)");
    if (change->had_before)
        append_data(s, &change->before);
    if (change->kind == REG_VALUE_SET)
        append_data(s, &change->after);
    return true;
}

static const char *changes(struct sample *s, uint64_t id)
{
    plat_buffer_clear(&s->text);
    assert_success(reg_history_changes(s->db, id, append_change, s));
    return plat_buffer_text(&s->text);
}

static bool append_entry(void *context, const struct reg_history_entry *e)
{
    struct sample *s = context;

    plat_buffer_printf(&s->text, "%llu %s %s %u %u %d\n", (unsigned long long)e->id, e->who, e->what,
                       (unsigned)e->keys, (unsigned)e->values, e->complete);
    assert_true(e->time > 0);
    return true;
}

static const char *entries(struct sample *s, uint64_t after)
{
    plat_buffer_clear(&s->text);
    assert_success(reg_history_each(s->db, after, append_entry, s));
    return plat_buffer_text(&s->text);
}

static void each_kind(void **state)
{
    struct sample *s = *state;
    reg_key key, other;

    key = sample_key(s, "a\\b");
    assert_string_equal(changes(s, newest(s)), "made \\a|made \\a\\b");
    assert_success(sample_set_dword(s->db, key, "v", 1));
    assert_string_equal(changes(s, newest(s)), "set \\a\\b v 4:01000000");
    assert_success(sample_set_dword(s->db, key, "V", 2));
    assert_string_equal(changes(s, newest(s)), "set \\a\\b V 4:01000000 4:02000000");
    assert_success(sample_set_dword(s->db, key, "", 7));
    assert_string_equal(changes(s, newest(s)), "set \\a\\b 4:07000000");
    assert_success(reg_value_delete(s->db, key, "V"));
    assert_string_equal(changes(s, newest(s)), "unset \\a\\b v 4:02000000"); /* as it was spelt */
    assert_success(reg_key_rename(s->db, key, "c"));
    assert_string_equal(changes(s, newest(s)), "renamed \\a\\b c");
    assert_success(reg_key_set_class(s->db, key, "soft"));
    assert_string_equal(changes(s, newest(s)), "changed \\a\\c");
    assert_success(reg_key_create(s->db, key, "secret", REG_CREATE_PROTECTED, &other, NULL));
    assert_string_equal(changes(s, newest(s)), "made \\a\\c\\secret (protected)");
    assert_success(sample_set_dword(s->db, sample_key(s, "a\\c\\secret\\more"), "hash", 1));
    assert_string_equal(changes(s, newest(s)), "set \\a\\c\\secret\\more hash (protected) 4:01000000");
    assert_success(reg_key_open(s->db, REG_HKLM, "a", &key));
    assert_success(reg_key_delete_tree(s->db, key));
    assert_string_equal(changes(s, newest(s)),
                        "unset \\a\\c\\secret\\more hash (protected) 4:01000000"
                        "|deleted \\a\\c\\secret\\more (protected)|deleted \\a\\c\\secret (protected)"
                        "|unset \\a\\c 4:07000000|deleted \\a\\c|deleted \\a");
    assert_success(sample_set_dword(s->db, REG_HKLM, "of the root", 1));
    assert_string_equal(changes(s, newest(s)), "set  of the root 4:01000000");
}

static void protect(struct sample *s, const char *path)
{
    reg_key key;

    assert_success(reg_key_create(s->db, REG_HKLM, path, REG_CREATE_PROTECTED, &key, NULL));
}

/* What was noted before its key became secret is so, too, whatever has become of the key since. */
static void protected_later(void **state)
{
    static const char *const paths[] = {"live",     "renamed", "in\\live", "gone",
                                        "in\\gone", "at once", "plain"};
    struct sample *s = *state;
    uint64_t ids[ELEMENTS(paths)];
    reg_key key;

    for (size_t i = 0; i < ELEMENTS(paths); i++) {
        key = sample_key(s, paths[i]);
        assert_success(reg_begin(s->db));
        assert_success(sample_set_dword(s->db, key, "hash", 1));
        if (strcmp(paths[i], "at once") == 0)
            protect(s, paths[i]);
        assert_success(reg_commit(s->db));
        ids[i] = newest(s);
    }
    for (size_t i = 0; i < ELEMENTS(paths); i++) {
        if (strcmp(paths[i], "at once") != 0 && strstr(changes(s, ids[i]), "(protected)"))
            fail_msg("%s is protected already", paths[i]);
    }
    protect(s, "live");
    protect(s, "renamed");
    protect(s, "gone");
    protect(s, "in");
    assert_success(reg_key_rename(s->db, sample_key(s, "renamed"), "otherwise"));
    assert_success(sample_set_dword(s->db, sample_key(s, "renamed"), "v", 1)); /* another one */
    assert_success(reg_key_delete(s->db, sample_key(s, "gone")));
    assert_success(reg_key_delete(s->db, sample_key(s, "in\\gone")));
    assert_success(reg_key_delete(s->db, sample_key(s, "at once")));
    assert_success(reg_key_delete(s->db, sample_key(s, "plain")));
    for (size_t i = 0; i < ELEMENTS(paths); i++) {
        bool is_protected = strstr(changes(s, ids[i]), " hash (protected)") != NULL;

        if (is_protected != (strcmp(paths[i], "plain") != 0))
            fail_msg("%s: \"%s\"", paths[i], changes(s, ids[i]));
    }
    assert_null(strstr(changes(s, newest(s)), "(protected)"));
}

static void one_entry_each(void **state)
{
    struct sample *s = *state;
    uint64_t before = newest(s);
    uint64_t generation;
    reg_key key;

    reg_db_set_actor(s->db, "anna", "a test");
    assert_success(reg_begin(s->db));
    key = sample_key(s, "x");
    assert_success(sample_set_dword(s->db, key, "v", 1));
    assert_success(sample_set_dword(s->db, key, "w", 1));
    assert_success(reg_commit(s->db));
    reg_db_set_actor(s->db, NULL, "another");
    assert_success(reg_value_delete(s->db, key, "w"));
    assert_string_equal(entries(s, before), "1 anna a test 1 2 1\n2 anna another 0 1 1\n");
    assert_string_equal(entries(s, before + 1), "2 anna another 0 1 1\n");

    /* Nothing changed, nothing to tell; but whoever watches hears of it, as on Windows. */
    generation = reg_generation(s->db);
    assert_success(sample_set_dword(s->db, key, "v", 1));
    assert_int_equal(reg_generation(s->db), generation + 1);
    assert_success(reg_begin(s->db));
    assert_success(sample_set_dword(s->db, key, "v", 2));
    reg_rollback(s->db);
    assert_int_equal(newest(s), before + 2);
    assert_int_equal(reg_history_changes(s->db, 4711, append_change, s), ERROR_FILE_NOT_FOUND);
}

/* This process's user, if nobody says otherwise. */
static void actor(void **state)
{
    struct sample *s = *state;

    sample_key(s, "x");
    assert_true(strlen(entries(s, 0)) > strlen("1   1 0 1\n"));
    assert_null(strstr(entries(s, 0), "1   "));
}

/* More than is kept: its numbers only. The next is kept again. */
static void too_much(void **state)
{
    struct sample *s = *state;
    static uint8_t data[64 * 1024];
    reg_key key = sample_key(s, "x");
    uint64_t id;

    reg_db_set_actor(s->db, "anna", "much");
    assert_success(reg_begin(s->db));
    for (int i = 0; i < 20; i++) {
        char name[16];

        snprintf(name, sizeof name, "v%d", i);
        assert_success(reg_value_set(s->db, key, name, REG_BINARY, data, sizeof data));
    }
    assert_success(reg_commit(s->db));
    id = newest(s);
    assert_string_equal(entries(s, id - 1), "2 anna much 0 20 0\n");
    assert_int_equal(reg_history_changes(s->db, id, append_change, s), ERROR_NO_DATA);
    assert_int_equal(reg_undo(s->db, id, NULL, NULL), ERROR_NO_DATA);
    assert_int_equal(reg_undo(s->db, 0, NULL, NULL), ERROR_NO_DATA);
    assert_success(reg_key_delete_tree(s->db, key)); /* half noted, then too much */
    assert_string_equal(entries(s, id), "3 anna much 1 20 0\n");
    sample_key(s, "y");
    assert_string_equal(changes(s, newest(s)), "made \\y");
}

struct kept {
    uint64_t first, last;
    unsigned count;
};

static bool count_entry(void *context, const struct reg_history_entry *e)
{
    struct kept *kept = context;

    kept->first = kept->count++ == 0 ? e->id : kept->first;
    kept->last = e->id;
    return true;
}

static struct kept kept(struct sample *s)
{
    struct kept found = {0, 0, 0};

    assert_success(reg_history_each(s->db, 0, count_entry, &found));
    return found;
}

static void set_number(struct sample *s, unsigned from, unsigned to)
{
    for (unsigned i = from; i < to; i++)
        assert_success(sample_set_dword(s->db, REG_HKLM, "n", i));
}

static void bounded(void **state)
{
    struct sample *s = *state;
    static uint8_t data[LIMIT_REG_DATA / 4];
    uint32_t room;

    set_number(s, 0, LIMIT_REG_HISTORY_ENTRIES + 10);
    assert_int_equal(kept(s).count, LIMIT_REG_HISTORY_ENTRIES);
    assert_int_equal(kept(s).first, 11);
    assert_int_equal(kept(s).last, LIMIT_REG_HISTORY_ENTRIES + 10);

    /* Each entry is a quarter of a mebibyte, once the old content counts half: four, later eight of them. */
    for (uint8_t i = 0; i < 20; i++) {
        data[0] = i;
        assert_success(reg_value_set(s->db, REG_HKLM, "big", REG_BINARY, data, sizeof data));
    }
    assert_int_equal(kept(s).count, 7);
    assert_success(reg_history_room(s->db, &room));
    assert_int_equal(room, LIMIT_REG_HISTORY_BYTES);
    assert_success(reg_history_set_room(s->db, 2 * LIMIT_REG_DATA));
    assert_int_equal(kept(s).count, 3);
    assert_success(reg_history_room(s->db, &room));
    assert_int_equal(room, 2 * LIMIT_REG_DATA);
    assert_int_equal(reg_history_set_room(s->db, LIMIT_REG_HISTORY_BYTES_MOST + 1), ERROR_INVALID_PARAMETER);
}

static void cleared(void **state)
{
    struct sample *s = *state;
    uint64_t last;
    uint32_t room;

    set_number(s, 0, 5);
    last = newest(s);
    assert_success(reg_history_clear(s->db));
    assert_int_equal(kept(s).count, 0);
    assert_int_equal(reg_undo(s->db, 0, NULL, NULL), ERROR_NO_MORE_ITEMS);
    set_number(s, 7, 8);
    assert_int_equal(kept(s).first, last + 1); /* numbers are never used again */

    assert_success(reg_history_set_room(s->db, 0));
    assert_int_equal(kept(s).count, 0);
    set_number(s, 9, 12);
    assert_int_equal(kept(s).count, 0);
    assert_success(reg_history_room(s->db, &room));
    assert_int_equal(room, 0);
    assert_success(reg_history_set_room(s->db, 1000));
    set_number(s, 13, 14);
    assert_int_equal(kept(s).first, last + 2);
    set_number(s, 14, 18);
    assert_success(reg_history_set_room(s->db, 1)); /* none fits any more */
    assert_int_equal(kept(s).count, 0);
    assert_int_equal(newest(s), last + 6);
    assert_success(reg_history_set_room(s->db, 1000));
    set_number(s, 18, 19);
    assert_int_equal(kept(s).first, last + 7);
}

static bool ignore_change(void *context, const struct reg_change *change)
{
    (void)context;
    return change->key[0] != 0;
}

/* A key's protection and class are of it, as its values are. */
static void touched(void **state)
{
    struct sample *s = *state;
    struct reg_key_info info;
    reg_key key = sample_key(s, "a");
    sqlite3 *db;

    assert_int_equal(sqlite3_open(sample_file(s, "registry"), &db), SQLITE_OK);
    for (unsigned i = 0; i < 3; i++) {
        assert_int_equal(sqlite3_exec(db, "UPDATE key SET mtime=7", NULL, NULL, NULL), SQLITE_OK);
        if (i == 0)
            assert_success(reg_key_create(s->db, REG_HKLM, "a", REG_CREATE_PROTECTED, &key, NULL));
        else
            assert_success(reg_key_set_class(s->db, key, "soft"));
        assert_success(reg_key_info_of(s->db, key, &info));
        assert_int_equal(info.modified == 7, i == 2); /* the same again is no change */
    }
    sqlite3_close(db);
}

/* Any byte of an entry may be wrong: an error or other changes, never a crash. */
static void damaged(void **state)
{
    struct sample *s = *state;
    uint64_t id;
    sqlite3 *db;
    reg_key key;

    assert_success(reg_begin(s->db));
    key = sample_key(s, "a\\b");
    assert_success(sample_set_dword(s->db, key, "value", 1));
    assert_success(sample_set_dword(s->db, key, "value", 2));
    assert_success(reg_key_rename(s->db, key, "c"));
    assert_success(reg_key_set_class(s->db, key, "k"));
    assert_success(reg_value_delete(s->db, key, "value"));
    assert_success(reg_commit(s->db));
    id = newest(s);
    assert_int_equal(sqlite3_open(sample_file(s, "registry"), &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, "CREATE TABLE kept AS SELECT changes FROM history", NULL, NULL, NULL),
                     SQLITE_OK);
    for (unsigned i = 0; i < 150; i++) {
        char text[256];
        win_error error;

        snprintf(text, sizeof text,
                 "UPDATE history SET undone=0, changes=(SELECT CAST(substr(changes,1,%u) || x'%02x' || "
                 "substr(changes,%u) AS BLOB) FROM kept)",
                 i, (i * 89U + 7U) & 0xFFU, i + (i % 3 ? 2U : 1U));
        assert_int_equal(sqlite3_exec(db, text, NULL, NULL, NULL), SQLITE_OK);
        error = reg_history_changes(s->db, id, ignore_change, s);
        assert_true(error == ERROR_SUCCESS || error == ERROR_REGISTRY_CORRUPT);
        error = reg_undo(s->db, id, NULL, NULL);
        if (error != ERROR_SUCCESS && error != ERROR_REGISTRY_CORRUPT && error != ERROR_TRANSACTIONAL_CONFLICT)
            fail_msg("byte %u: error %u", i, (unsigned)error);
    }
    sqlite3_close(db);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(each_kind, sample_setup, sample_teardown),
        cmocka_unit_test_setup_teardown(protected_later, sample_setup, sample_teardown),
        cmocka_unit_test_setup_teardown(one_entry_each, sample_setup, sample_teardown),
        cmocka_unit_test_setup_teardown(actor, sample_setup, sample_teardown),
        cmocka_unit_test_setup_teardown(too_much, sample_setup, sample_teardown),
        cmocka_unit_test_setup_teardown(bounded, sample_setup, sample_teardown),
        cmocka_unit_test_setup_teardown(cleared, sample_setup, sample_teardown),
        cmocka_unit_test_setup_teardown(touched, sample_setup, sample_teardown),
        cmocka_unit_test_setup_teardown(damaged, sample_setup, sample_teardown),
    };

    return cmocka_run_group_tests_name("registry.history", tests, NULL, NULL);
}
