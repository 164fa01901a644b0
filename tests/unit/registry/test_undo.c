/* SPDX-License-Identifier: Apache-2.0 */
/* Taking changes back, and back again. */
#include "sample.h"

#include "registry/history.h"

#include "platform/limits.h"

#include <stdio.h>
#include <string.h>

/* ---- the whole tree as text: names as spelt, flags, classes, values in their order ---- */

static void dump_key(struct sample *s, reg_key key);

static bool dump_child(void *context, reg_key child, const char *name)
{
    struct sample *s = context;

    plat_buffer_printf(&s->text, "(%s ", name);
    dump_key(s, child);
    plat_buffer_append_text(&s->text, ")");
    return true;
}

static bool dump_value(void *context, const struct reg_value *value)
{
    struct sample *s = context;

    plat_buffer_printf(&s->text, "%s=%u:", value->name, (unsigned)value->type);
    plat_buffer_append(&s->text, value->data.data, value->data.size);
    plat_buffer_append_text(&s->text, ";");
    return true;
}

static void dump_key(struct sample *s, reg_key key)
{
    struct reg_key_info info;

    assert_success(reg_key_info_of(s->db, key, &info));
    plat_buffer_printf(&s->text, "%d%d", info.is_protected, info.is_volatile);
    assert_success(reg_key_class(s->db, key, &s->text));
    plat_buffer_append_text(&s->text, ":");
    assert_success(reg_each_value(s->db, key, dump_value, s));
    assert_success(reg_each_key(s->db, key, dump_child, s));
}

static void dump(struct sample *s, struct plat_buffer *out)
{
    plat_buffer_clear(&s->text);
    dump_key(s, REG_HKLM);
    plat_buffer_clear(out);
    plat_buffer_append(out, s->text.data, s->text.size);
    assert_int_equal(out->failed, ERROR_SUCCESS);
}

static void same(struct sample *s, const struct plat_buffer *expected, const char *when, unsigned round)
{
    plat_buffer_clear(&s->text);
    dump_key(s, REG_HKLM);
    if (s->text.size != expected->size || memcmp(s->text.data, expected->data, expected->size) != 0)
        fail_msg("%s, round %u:\n%.*s\nexpected:\n%.*s", when, round, (int)s->text.size,
                 (const char *)s->text.data, (int)expected->size, (const char *)expected->data);
}

/* ---- changes at random ---- */

static uint32_t seed;

static uint32_t dice(uint32_t sides)
{
    seed = seed * 1664525U + 1013904223U;
    return (seed >> 8) % sides;
}

static void random_path(char *path, size_t size)
{
    static const char *const names[] = {"a", "B", "c", "D"};
    size_t used = 0;

    for (uint32_t depth = dice(3) + 1; depth > 0; depth--)
        used += (size_t)snprintf(path + used, size - used, "%s%s", used ? "\\" : "", names[dice(4)]);
}

static void random_change(struct sample *s)
{
    static const char *const values[] = {"", "x", "Y", "z"};
    static const char *const spelt[] = {"a", "A", "b", "e"};
    char path[64];
    char text[16];
    reg_key key, other;
    win_error error;

    random_path(path, sizeof path);
    if (dice(4) == 0)
        assert_success(
            reg_key_create(s->db, REG_HKLM, path, dice(5) == 0 ? REG_CREATE_PROTECTED : 0, &key, NULL));
    if (reg_key_open(s->db, REG_HKLM, path, &key) != ERROR_SUCCESS)
        return;
    snprintf(text, sizeof text, "%u", dice(50));
    switch (dice(8)) {
    case 0:
        assert_success(reg_key_delete_tree(s->db, key));
        break;
    case 1:
        error = reg_key_rename(s->db, key, spelt[dice(4)]);
        assert_true(error == ERROR_SUCCESS || error == ERROR_ALREADY_EXISTS);
        break;
    case 2:
        error = reg_value_delete(s->db, key, values[dice(4)]);
        assert_true(error == ERROR_SUCCESS || error == ERROR_FILE_NOT_FOUND);
        break;
    case 3:
        assert_success(reg_key_set_class(s->db, key, dice(2) ? "k" : ""));
        break;
    case 4:
        random_path(path, sizeof path);
        assert_success(reg_key_create(s->db, REG_HKLM, path, 0, &other, NULL));
        error = reg_key_copy(s->db, key, s->db, other, dice(2) == 0);
        assert_true(error == ERROR_SUCCESS || error == ERROR_INVALID_PARAMETER);
        break;
    default:
        assert_success(reg_value_set(s->db, key, values[dice(4)], dice(3), text, strlen(text)));
        break;
    }
}

static void there_and_back(void **state)
{
    struct sample *s = *state;
    struct plat_buffer before, after;

    plat_buffer_init(&before, LIMIT_REG_TEXT);
    plat_buffer_init(&after, LIMIT_REG_TEXT);
    seed = 20240229;
    for (unsigned round = 0; round < 150; round++) {
        uint64_t had, made, undone, redone;

        dump(s, &before);
        assert_success(reg_history_newest(s->db, &had));
        assert_success(reg_begin(s->db));
        for (uint32_t i = dice(12) + 1; i > 0; i--)
            random_change(s);
        assert_success(reg_commit(s->db));
        assert_success(reg_history_newest(s->db, &made));
        if (made == had)
            continue;
        dump(s, &after);
        assert_success(reg_undo(s->db, 0, NULL, &undone));
        same(s, &before, "undone", round);
        assert_int_equal(reg_undo(s->db, made, NULL, NULL), ERROR_ALREADY_EXISTS);
        assert_success(reg_undo(s->db, undone, NULL, &redone));
        same(s, &after, "redone", round);
        if (round % 3 == 0) {
            assert_success(reg_undo(s->db, redone, NULL, NULL));
            same(s, &before, "undone again", round);
        } else if (round % 3 == 1) {
            assert_success(reg_undo(s->db, made, NULL, NULL)); /* the same, by its own number */
            same(s, &before, "undone again by number", round);
        }
    }
    plat_buffer_free(&before);
    plat_buffer_free(&after);
}

/* All the way back, one entry after the other. */
static void back_to_the_beginning(void **state)
{
    struct sample *s = *state;
    struct plat_buffer first;
    win_error error;

    plat_buffer_init(&first, LIMIT_REG_TEXT);
    dump(s, &first);
    seed = 7;
    for (unsigned i = 0; i < 200; i++)
        random_change(s);
    do
        error = reg_undo(s->db, 0, NULL, NULL);
    while (!error);
    assert_int_equal(error, ERROR_NO_MORE_ITEMS);
    same(s, &first, "all undone", 0);
    plat_buffer_free(&first);
}

/* ---- what others have changed since ---- */

static void do_set(struct sample *s)
{
    assert_success(sample_set_dword(s->db, sample_key(s, "k"), "v", 2));
}

static void do_delete_value(struct sample *s)
{
    assert_success(reg_value_delete(s->db, sample_key(s, "k"), "v"));
}

static void do_delete_key(struct sample *s)
{
    assert_success(reg_key_delete_tree(s->db, sample_key(s, "k")));
}

static void do_make(struct sample *s)
{
    sample_key(s, "k\\new");
}

static void do_rename(struct sample *s)
{
    assert_success(reg_key_rename(s->db, sample_key(s, "k\\sub"), "other"));
}

static void do_class(struct sample *s)
{
    assert_success(reg_key_set_class(s->db, sample_key(s, "k"), "soft"));
}

static void meddle_value(struct sample *s)
{
    assert_success(sample_set_dword(s->db, sample_key(s, "k"), "V", 99));
}

static void meddle_key(struct sample *s)
{
    sample_key(s, "k");
}

static void meddle_gone(struct sample *s)
{
    assert_success(reg_key_delete_tree(s->db, sample_key(s, "k")));
}

static void meddle_child(struct sample *s)
{
    sample_key(s, "k\\new\\child");
}

static void meddle_old_name(struct sample *s)
{
    sample_key(s, "k\\SUB");
}

static void meddle_new_name(struct sample *s)
{
    assert_success(reg_key_rename(s->db, sample_key(s, "k\\other"), "third"));
}

static void meddle_class(struct sample *s)
{
    assert_success(reg_key_set_class(s->db, sample_key(s, "k"), "hard"));
}

static void elsewhere(struct sample *s)
{
    assert_success(sample_set_dword(s->db, sample_key(s, "else"), "v", 1));
}

static void do_delete_sub(struct sample *s)
{
    assert_success(reg_key_delete(s->db, sample_key(s, "k\\sub")));
}

static void meddle_volatile(struct sample *s)
{
    reg_key key;

    do_delete_key(s);
    assert_success(reg_key_create(s->db, REG_HKLM, "k", REG_CREATE_VOLATILE, &key, NULL));
}

static void meddle_same_name(struct sample *s)
{
    assert_success(reg_key_rename(s->db, sample_key(s, "k\\new"), "old"));
    sample_key(s, "k\\new");
}

static void meddle_class_of_new(struct sample *s)
{
    assert_success(reg_key_set_class(s->db, sample_key(s, "k\\new"), "later"));
}

static void meddle_other(struct sample *s)
{
    assert_success(reg_key_delete(s->db, sample_key(s, "k\\other")));
    sample_key(s, "k\\other");
}

static void meddle_type(struct sample *s)
{
    assert_success(reg_value_set(s->db, sample_key(s, "k"), "v", REG_BINARY, "\2\0\0", 4));
}

static void conflicts(void **state)
{
    static const struct {
        void (*change)(struct sample *s);
        void (*meddle)(struct sample *s);
        const char *words; /* NULL: can be undone */
    } rows[] = {
        {do_set, elsewhere, NULL},
        {do_set, meddle_value, "HKEY_LOCAL_MACHINE\\k: \"v\" has been changed since"},
        {do_set, meddle_type, "HKEY_LOCAL_MACHINE\\k: \"v\" has been changed since"},
        {do_set, do_delete_value, "HKEY_LOCAL_MACHINE\\k: \"v\" has been deleted since"},
        {do_set, meddle_gone, "HKEY_LOCAL_MACHINE\\k has been deleted since"},
        {do_delete_value, meddle_value, "HKEY_LOCAL_MACHINE\\k: \"v\" has been set anew since"},
        {do_delete_value, meddle_gone, "HKEY_LOCAL_MACHINE\\k has been deleted since"},
        {do_delete_key, meddle_key, "HKEY_LOCAL_MACHINE\\k has been made anew since"},
        {do_make, meddle_child, "HKEY_LOCAL_MACHINE\\k\\new holds something that came later"},
        {do_make, meddle_gone, "HKEY_LOCAL_MACHINE\\k\\new has been deleted since"},
        {do_rename, meddle_old_name, "HKEY_LOCAL_MACHINE\\k\\sub has been made anew since"},
        {do_rename, meddle_new_name,
         "HKEY_LOCAL_MACHINE\\k\\sub, renamed then, has been renamed or deleted since"},
        {do_class, meddle_class, "HKEY_LOCAL_MACHINE\\k has been changed since"},
        {do_class, do_class, NULL}, /* the same again is no change */
        {do_delete_sub, elsewhere, NULL},
        {do_delete_sub, meddle_volatile,
         "HKEY_LOCAL_MACHINE\\k\\sub has no place: the key above it is volatile now"},
        {do_make, meddle_same_name, "HKEY_LOCAL_MACHINE\\k\\new has been made anew since"},
        {do_make, meddle_class_of_new, "HKEY_LOCAL_MACHINE\\k\\new holds something that came later"},
        {do_rename, meddle_other,
         "HKEY_LOCAL_MACHINE\\k\\sub, renamed then, has been renamed or deleted since"},
    };
    struct sample *s = *state;
    struct plat_buffer words, before;

    plat_buffer_init(&words, 4096);
    plat_buffer_init(&before, LIMIT_REG_TEXT);
    for (size_t i = 0; i < ELEMENTS(rows); i++) {
        const char *text;
        uint64_t id;

        sample_key(s, "k\\sub");
        assert_success(sample_set_dword(s->db, sample_key(s, "k"), "v", 1));
        rows[i].change(s);
        assert_success(reg_history_newest(s->db, &id));
        rows[i].meddle(s);
        dump(s, &before);
        plat_buffer_clear(&words);
        assert_int_equal(reg_undo(s->db, id, &words, NULL),
                         rows[i].words ? ERROR_TRANSACTIONAL_CONFLICT : ERROR_SUCCESS);
        text = plat_buffer_text(&words);
        if (rows[i].words) {
            if (strncmp(text, rows[i].words, strlen(rows[i].words)) != 0)
                fail_msg("row %zu: %s", i, text);
            same(s, &before, "refused", (unsigned)i);
        } else {
            assert_string_equal(text, "");
        }
        if (reg_key_open(s->db, REG_HKLM, "k", &id) == ERROR_SUCCESS)
            assert_success(reg_key_delete_tree(s->db, id));
    }
    plat_buffer_free(&words);
    plat_buffer_free(&before);
}

/* What comes back is the key that was: open handles are good again, and it can be told from others of its name. */
static void same_number(void **state)
{
    struct sample *s = *state;
    reg_key key = sample_key(s, "k\\sub");
    reg_key other;

    assert_success(sample_set_dword(s->db, key, "v", 1));
    do_delete_key(s);
    assert_string_equal(sample_keys(s, REG_HKLM), "");
    assert_success(reg_undo(s->db, 0, NULL, NULL));
    assert_string_equal(sample_value(s, key, "v"), "4:01000000");
    other = sample_key(s, "later");
    assert_int_not_equal(other, key);
    assert_success(sample_set_dword(s->db, key, "w", 2));
    assert_string_equal(sample_values(s, key), "v|w");
    while (reg_undo(s->db, 0, NULL, NULL) == ERROR_SUCCESS)
        continue;
    assert_string_equal(sample_keys(s, REG_HKLM), "");
}

/* The deepest key, by the longest names. */
static void deep(void **state)
{
    struct sample *s = *state;
    reg_key key = REG_HKLM;
    char name[LIMIT_REG_KEY_NAME + 1];

    memset(name, 'x', LIMIT_REG_KEY_NAME);
    name[LIMIT_REG_KEY_NAME] = 0;
    assert_success(reg_begin(s->db));
    for (unsigned depth = 0; depth < LIMIT_REG_DEPTH; depth++)
        assert_success(reg_key_create(s->db, key, name, 0, &key, NULL));
    assert_success(reg_commit(s->db));
    assert_success(sample_set_dword(s->db, key, "v", 1));
    assert_success(reg_key_rename(s->db, key, "short"));
    assert_success(reg_undo(s->db, 0, NULL, NULL));
    assert_success(reg_undo(s->db, 0, NULL, NULL));
    assert_string_equal(sample_values(s, key), "");
}

struct marks {
    uint64_t undoes[16], undone[16];
};

static bool note_marks(void *context, const struct reg_history_entry *e)
{
    struct marks *marks = context;

    marks->undoes[e->id] = e->undoes;
    marks->undone[e->id] = e->undone;
    return true;
}

static void check_marks(struct sample *s, uint64_t id, uint64_t undoes, uint64_t undone)
{
    struct marks marks = {{0}, {0}};

    assert_success(reg_history_each(s->db, 0, note_marks, &marks));
    assert_int_equal(marks.undoes[id], undoes);
    assert_int_equal(marks.undone[id], undone);
}

static void marked(void **state)
{
    struct sample *s = *state;
    uint64_t entry;

    assert_int_equal(reg_undo(s->db, 0, NULL, NULL), ERROR_NO_MORE_ITEMS);
    assert_int_equal(reg_undo(s->db, 4711, NULL, NULL), ERROR_FILE_NOT_FOUND);
    sample_key(s, "k");
    assert_success(reg_undo(s->db, 0, NULL, &entry));
    assert_int_equal(entry, 2);
    check_marks(s, 1, 0, 2);
    check_marks(s, 2, 1, 0);
    assert_int_equal(reg_undo(s->db, 0, NULL, NULL), ERROR_NO_MORE_ITEMS);
    assert_success(reg_undo(s->db, 2, NULL, &entry)); /* redo: 1 holds again */
    check_marks(s, 1, 0, 0);
    check_marks(s, 2, 1, 3);
    check_marks(s, 3, 2, 0);
    assert_success(reg_undo(s->db, 3, NULL, &entry)); /* so does 2, which takes 1 back */
    check_marks(s, 1, 0, 2);
    check_marks(s, 2, 1, 0);
    check_marks(s, 3, 2, 4);
    assert_success(reg_begin(s->db));
    assert_int_equal(reg_undo(s->db, 4, NULL, NULL), ERROR_INVALID_FUNCTION);
    reg_rollback(s->db);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(there_and_back, sample_setup, sample_teardown),
        cmocka_unit_test_setup_teardown(back_to_the_beginning, sample_setup, sample_teardown),
        cmocka_unit_test_setup_teardown(conflicts, sample_setup, sample_teardown),
        cmocka_unit_test_setup_teardown(same_number, sample_setup, sample_teardown),
        cmocka_unit_test_setup_teardown(deep, sample_setup, sample_teardown),
        cmocka_unit_test_setup_teardown(marked, sample_setup, sample_teardown),
    };

    return cmocka_run_group_tests_name("registry.undo", tests, NULL, NULL);
}
