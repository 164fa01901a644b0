/* SPDX-License-Identifier: Apache-2.0 */
/* What the editor looks at, without a screen: the unfolded tree, the list of values, searching, completion. */
#include "unit/registry/sample.h"

#include "regedit/complete.h"
#include "regedit/find.h"
#include "regedit/regedit.h"
#include "regedit/tree.h"
#include "regedit/values.h"

#include "platform/limits.h"

#include <stdio.h>
#include <string.h>

/* "NAME+" expanded, "NAME*" selected, with its depth as points before it. */
static void rows_are(const struct tree *tree, const char *expected)
{
    char text[1024] = "";

    for (size_t i = 0; i < tree->row_count; i++) {
        const struct tree_node *node = tree->row[i];

        snprintf(text + strlen(text), sizeof text - strlen(text), "%s%.*s%s%s%s", i > 0 ? " " : "",
                 (int)node->depth, "....", strncmp(node->name, "HKEY_", 5) == 0 ? node->name + 5 : node->name,
                 node->expanded ? "+" : "", i == tree->selected ? "*" : "");
    }
    assert_string_equal(text, expected);
}

static void tree_keeps_its_selection(void **state)
{
    struct sample *s = *state;
    reg_key b = sample_key(s, "A\\B"), c = sample_key(s, "A\\B\\C");
    struct tree tree;
    struct plat_buffer path;

    sample_key(s, "D");
    assert_success(tree_open(&tree, s->db));
    rows_are(&tree, "CLASSES_ROOT* CURRENT_USER LOCAL_MACHINE USERS");
    assert_int_equal(tree_select_path(&tree, "HKLM\\A\\none"), ERROR_FILE_NOT_FOUND);
    assert_int_equal(tree_select_path(&tree, "nowhere\\A"), ERROR_BADKEY);
    assert_success(tree_select_path(&tree, "hklm\\a\\b\\"));
    rows_are(&tree, "CLASSES_ROOT CURRENT_USER LOCAL_MACHINE+ .A+ ..B* .D USERS");
    assert_success(tree_expand(&tree, tree_selected(&tree)));
    tree.selected++;
    assert_true(tree_selected(&tree)->key == c);
    /* Renamed, moved in the order, others come: still the same key. */
    assert_success(reg_key_rename(s->db, b, "Z"));
    sample_key(s, "A\\New");
    assert_success(tree_refresh(&tree));
    rows_are(&tree, "CLASSES_ROOT CURRENT_USER LOCAL_MACHINE+ .A+ ..New ..Z+ ...C* .D USERS");
    plat_buffer_init(&path, 1024);
    tree_path(tree_selected(&tree), &path);
    assert_string_equal(plat_buffer_text(&path), "HKEY_LOCAL_MACHINE\\A\\Z\\C");
    plat_buffer_free(&path);
    /* Gone: its parent; all of it gone: what is left of the way. */
    assert_success(reg_key_delete(s->db, c));
    assert_success(tree_refresh(&tree));
    rows_are(&tree, "CLASSES_ROOT CURRENT_USER LOCAL_MACHINE+ .A+ ..New ..Z* .D USERS");
    assert_success(reg_key_delete_tree(s->db, tree_selected(&tree)->parent->key));
    assert_success(tree_refresh(&tree));
    rows_are(&tree, "CLASSES_ROOT CURRENT_USER LOCAL_MACHINE+* .D USERS");
    tree_collapse(&tree, tree_selected(&tree));
    rows_are(&tree, "CLASSES_ROOT CURRENT_USER LOCAL_MACHINE* USERS");
    tree_close(&tree);
}

static void tree_knows_what_is_protected(void **state)
{
    struct sample *s = *state;
    struct tree tree;
    reg_key key;

    assert_success(reg_key_create(s->db, REG_HKLM, "Open\\Secret", REG_CREATE_PROTECTED, &key, NULL));
    sample_key(s, "Open\\Secret\\Below");
    assert_success(tree_open(&tree, s->db));
    assert_success(tree_select_path(&tree, "HKLM\\Open"));
    assert_false(tree_is_protected(&tree, tree_selected(&tree)));
    assert_success(tree_select_path(&tree, "HKLM\\Open\\Secret"));
    assert_true(tree_is_protected(&tree, tree_selected(&tree)));
    assert_success(tree_select_path(&tree, "HKLM\\Open\\Secret\\Below"));
    assert_true(tree_is_protected(&tree, tree_selected(&tree)));
    tree_close(&tree);
}

static void values_are_listed(void **state)
{
    struct sample *s = *state;
    reg_key key = sample_key(s, "V");
    struct value_list list = {.key = REG_KEY_NONE};

    assert_success(sample_set_dword(s->db, key, "z", 1));
    assert_success(reg_set_string(s->db, key, "a", "text"));
    assert_success(values_read(&list, s->db, key));
    assert_int_equal(list.count, 3);
    assert_string_equal(list.item[0].name, "");
    assert_false(list.item[0].is_set);
    assert_string_equal(list.item[1].data, "text");
    assert_true(values_select(&list, "Z"));
    assert_success(reg_set_string(s->db, key, "", "default"));
    assert_success(reg_set_string(s->db, key, "m", "middle"));
    assert_success(values_read(&list, s->db, key));
    assert_int_equal(list.count, 4);
    assert_true(list.item[0].is_set);
    assert_string_equal(values_selected(&list)->name, "z");
    /* The selected one goes: its place stays, as far as there is one. */
    assert_success(reg_value_delete(s->db, key, "z"));
    assert_success(values_read(&list, s->db, key));
    assert_string_equal(values_selected(&list)->name, "m");
    assert_true(value_exists(s->db, key, "A"));
    assert_false(value_exists(s->db, key, "b"));
    assert_success(reg_key_delete(s->db, key));
    assert_success(values_read(&list, s->db, key));
    assert_null(values_selected(&list));
    values_free(&list);
}

/* All hits as "KEY" or "KEY:VALUE", the last part of the key's path. */
static void hits_are(struct sample *s, reg_key from, const char *text, unsigned what, const char *expected)
{
    struct finder finder = {.depth = 0};
    struct plat_buffer found, name, path;
    enum find_result result;
    win_error error;

    plat_buffer_init(&found, 4096);
    plat_buffer_init(&name, 4096);
    plat_buffer_init(&path, 4096);
    assert_success(finder_start(&finder, s->db, from, text, strlen(text), what));
    do {
        bool has_value;
        reg_key key;

        plat_buffer_clear(&name);
        plat_buffer_clear(&path);
        result = finder_next(&finder, s->db, 1, &key, &has_value, &name, &error); /* a step at a time */
        if (result != FIND_FOUND)
            continue;
        assert_success(reg_key_path(s->db, key, &path));
        plat_buffer_printf(&found, "%s%s%s%s", found.size > 0 ? " " : "",
                           strrchr(plat_buffer_text(&path), '\\') + 1, has_value ? ":" : "",
                           has_value ? plat_buffer_text(&name) : "");
    } while (result == FIND_FOUND || result == FIND_BUSY);
    assert_int_equal(result, FIND_END);
    assert_string_equal(plat_buffer_text(&found), expected);
    finder_free(&finder);
    plat_buffer_free(&found);
    plat_buffer_free(&name);
    plat_buffer_free(&path);
}

static void finding(void **state)
{
    struct sample *s = *state;
    reg_key first = sample_key(s, "First"), below = sample_key(s, "First\\needle"),
            later = sample_key(s, "Later");
    reg_key secret;
    static const uint8_t bytes[] = {1, 0x0a, 0xff, 3};
    static const uint8_t list[] = "x\0\0\0N\0e\0e\0d\0l\0e\0\0\0\0";

    assert_success(reg_set_string(s->db, first, "NEEDLES", "hay"));
    assert_success(reg_set_string(s->db, first, "other", "A Needle in it"));
    assert_success(reg_value_set(s->db, below, "list", REG_MULTI_SZ, list, sizeof list));
    assert_success(sample_set_dword(s->db, later, "number", 4660));
    assert_success(reg_value_set(s->db, later, "bytes", REG_BINARY, bytes, sizeof bytes));
    assert_success(reg_key_create(s->db, REG_HKLM, "Secret", REG_CREATE_PROTECTED, &secret, NULL));
    assert_success(reg_set_string(s->db, secret, "password", "needle"));
    secret = sample_key(s, "Secret\\Deeper");
    assert_success(reg_set_string(s->db, secret, "password", "needle"));

    hits_are(s, REG_HKLM, "needle", FIND_KEYS | FIND_VALUES | FIND_DATA,
             "First:NEEDLES First:other needle needle:list");
    hits_are(s, REG_HKLM, "needle", FIND_KEYS, "needle");
    hits_are(s, REG_HKLM, "needle", FIND_VALUES, "First:NEEDLES");
    hits_are(s, REG_HKLM, "needle", FIND_DATA, "First:other needle:list");
    hits_are(s, REG_HKLM, "needle", FIND_KEYS | FIND_VALUES | FIND_DATA | FIND_WHOLE, "needle needle:list");
    hits_are(s, below, "e", FIND_KEYS | FIND_BELOW, "");
    hits_are(s, below, "e", FIND_KEYS, "Later Secret Deeper");
    hits_are(s, REG_HKCR, "e", FIND_KEYS, "needle Later Secret Deeper");
    hits_are(s, REG_HKCR, "e", FIND_KEYS | FIND_BELOW, "");
    hits_are(s, REG_HKLM, "4660", FIND_DATA, "Later:number");
    hits_are(s, REG_HKLM, "0x1234", FIND_DATA, "Later:number");
    hits_are(s, REG_HKLM, "466", FIND_DATA, "");
    hits_are(s, REG_HKLM, "0A ff", FIND_DATA, "Later:bytes");
    hits_are(s, REG_HKLM, "01,0a,ff,03", FIND_DATA | FIND_WHOLE, "Later:bytes");
    hits_are(s, REG_HKLM, "0a", FIND_DATA | FIND_WHOLE, "");
    /* Protected data are not searched, wherever the search begins. */
    hits_are(s, secret, "needle", FIND_DATA, "");
    hits_are(s, secret, "pass", FIND_VALUES, "Deeper:password");
}

static void finding_survives_deletion(void **state)
{
    struct sample *s = *state;
    reg_key a = sample_key(s, "A"), key;
    struct finder finder = {.depth = 0};
    struct plat_buffer name;
    bool has_value;
    win_error error;

    sample_key(s, "B\\hit");
    sample_key(s, "C\\hit");
    plat_buffer_init(&name, 1024);
    assert_success(finder_start(&finder, s->db, a, "hit", 3, FIND_KEYS | FIND_VALUES));
    assert_int_equal(finder_next(&finder, s->db, 100, &key, &has_value, &name, &error), FIND_FOUND);
    assert_success(reg_key_delete(s->db, key));
    assert_success(reg_key_delete_tree(s->db, sample_key(s, "B")));
    assert_int_equal(finder_next(&finder, s->db, 100, &key, &has_value, &name, &error), FIND_FOUND);
    assert_int_equal(finder_next(&finder, s->db, 100, &key, &has_value, &name, &error), FIND_END);
    finder_free(&finder);
    plat_buffer_free(&name);
}

static void completes(struct sample *s, const char *path, size_t count, const char *common)
{
    struct completion completion;

    completion_find(&completion, s->db, path, strlen(path));
    assert_int_equal(completion.count, count);
    assert_string_equal(completion.common.size > 0 ? plat_buffer_text(&completion.common) : "", common);
    completion_free(&completion);
}

static void completion_of_paths(void **state)
{
    struct sample *s = *state;

    sample_key(s, "Soft\\Alpha");
    sample_key(s, "Soft\\alpine");
    sample_key(s, "Soft\\\xc3\x84rger");
    completes(s, "", 4, "HKEY_");
    completes(s, "hkey_local", 1, "HKEY_LOCAL_MACHINE");
    completes(s, "HKLM\\", 1, "Soft");
    completes(s, "hklm\\soft\\", 3, "");
    completes(s, "HKLM\\Soft\\AL", 2, "Alp");
    completes(s, "HKLM\\Soft\\\xc3\xa4", 1, "\xc3\x84rger");
    completes(s, "HKLM\\Soft\\x", 0, "");
    completes(s, "HKLM\\None\\x", 0, "");
    completes(s, "Nowhere\\x", 0, "");
}

static void plain_keys_reach_every_command(void **state)
{
    void (*const commands[])(struct regedit *) = {
        command_new,    command_rename,    command_delete,     command_copy, command_paste,
        command_edit,   command_find_next, command_find,       command_undo, command_redo,
        command_go_to,  command_export,    command_import,     command_help, command_quit,
        command_reveal, command_refresh,   command_edit_bytes,
    };
    struct plat_buffer help;

    (void)state;
    plat_buffer_init(&help, 16384);
    keymap_help(&help);
    assert_non_null(plat_buffer_text(&help));
    for (size_t i = 0; i < ELEMENTS(commands); i++) {
        uint32_t key = 1;

        while (key < 127 && keymap_command(key) != commands[i])
            key++;
        assert_true(key < 127);
    }
    /* Lines of the help page are not broken on the smallest screen. */
    for (const char *line = (const char *)help.data; *line != '\0'; line += strcspn(line, "\n") + 1)
        assert_true(strcspn(line, "\n") <= 74);
    plat_buffer_free(&help);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, sample_setup, sample_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(tree_keeps_its_selection),
        CASE(tree_knows_what_is_protected),
        CASE(values_are_listed),
        CASE(finding),
        CASE(finding_survives_deletion),
        CASE(completion_of_paths),
        cmocka_unit_test(plain_keys_reach_every_command),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
