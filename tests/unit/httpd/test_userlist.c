/* SPDX-License-Identifier: Apache-2.0 */
#include "platform/fake.h"
#include "settings/userlist.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static const char *const finance[] = {"Finance", NULL};
static const char *const two_groups[] = {"Sales", "Finance", NULL};

struct userlist_case {
    const char *list;
    const char *user;
    const char *const *groups;
    enum httpd_user_match match;
    int entry; /* that decided; -1 = none */
};

/* "Web Server User Lists" ms885810: all 14 cases of the page, for LoriKane of the group Finance. */
static const struct userlist_case documented[] = {
    {"LoriKane", "LoriKane", finance, HTTPD_USER_LISTED, 0},
    {"@Finance", "LoriKane", finance, HTTPD_USER_LISTED, 0},
    {"@Finance;LoriKane", "LoriKane", finance, HTTPD_USER_LISTED, 0},
    {"LoriKane;@Finance", "LoriKane", finance, HTTPD_USER_LISTED, 0},
    {"@Finance;-LoriKane", "LoriKane", finance, HTTPD_USER_LISTED, 0},
    {"LoriKane;-@Finance", "LoriKane", finance, HTTPD_USER_LISTED, 0},
    {"LoriKane;-LoriKane", "LoriKane", finance, HTTPD_USER_LISTED, 0},
    {"*;-LoriKane;-@Finance", "LoriKane", finance, HTTPD_USER_LISTED, 0},
    {"-LoriKane", "LoriKane", finance, HTTPD_USER_DENIED, 0},
    {"-@Finance", "LoriKane", finance, HTTPD_USER_DENIED, 0},
    {"-LoriKane;@Finance", "LoriKane", finance, HTTPD_USER_DENIED, 0},
    {"-@Finance;LoriKane", "LoriKane", finance, HTTPD_USER_DENIED, 0},
    {"-LoriKane;LoriKane", "LoriKane", finance, HTTPD_USER_DENIED, 0},
    {"-LoriKane;*", "LoriKane", finance, HTTPD_USER_DENIED, 0},
};

/* The page's example string, and notation. */
static const char example[] = "LoriKane; JaneClayton;-TaiYee;@SomeGroup;-@villains";
static const char *const villains[] = {"villains", NULL};
static const char *const both_kinds[] = {"somegroup", "VILLAINS", NULL};

static const struct userlist_case others[] = {
    {example, "JaneClayton", NULL, HTTPD_USER_LISTED, 1},
    {example, "TaiYee", NULL, HTTPD_USER_DENIED, 2},
    {example, "Somebody", villains, HTTPD_USER_DENIED, 4},
    {example, "Somebody", both_kinds, HTTPD_USER_LISTED, 3},
    {example, "Somebody", NULL, HTTPD_USER_NOT_LISTED, -1},
    {"lorikane", "LoriKane", NULL, HTTPD_USER_LISTED, 0},
    {"J\xc3\x9cRGEN", "J\xc3\xbcrgen", NULL, HTTPD_USER_LISTED, 0},
    {"Alice", "Alic", NULL, HTTPD_USER_NOT_LISTED, -1},
    {"Alice", "Alice2", NULL, HTTPD_USER_NOT_LISTED, -1},
    {" \t Alice \t; Bob ", "Bob", NULL, HTTPD_USER_LISTED, 1},
    {"- Alice ;*", "Alice", NULL, HTTPD_USER_DENIED, 0},
    {"- @ Sales;*", "Alice", two_groups, HTTPD_USER_DENIED, 0},
    {"Lori Kane", "Lori Kane", NULL, HTTPD_USER_LISTED, 0},
    {";;Alice;;", "Alice", NULL, HTTPD_USER_LISTED, 0},
    {"@Finance", "LoriKane", two_groups, HTTPD_USER_LISTED, 0},
    {"@Finance", "Finance", NULL, HTTPD_USER_NOT_LISTED, -1},
    {"Finance", "LoriKane", finance, HTTPD_USER_NOT_LISTED, -1},
    {"*", "anyone", NULL, HTTPD_USER_LISTED, 0},
    {"@*", "anyone", NULL, HTTPD_USER_LISTED, 0},
    {"-*", "anyone", NULL, HTTPD_USER_DENIED, 0},
    {"-@*", "anyone", NULL, HTTPD_USER_DENIED, 0},
    {"Alice;-*", "Bob", NULL, HTTPD_USER_DENIED, 1},
    {"A*", "Alice", NULL, HTTPD_USER_NOT_LISTED, -1},
    {"", "Alice", NULL, HTTPD_USER_NOT_LISTED, -1},
    {" ; ;", "Alice", NULL, HTTPD_USER_NOT_LISTED, -1},
};

static void run(const struct userlist_case *cases, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const struct userlist_case *c = &cases[i];
        struct httpd_user_list list;
        size_t entry = SIZE_MAX;
        assert_int_equal(httpd_user_list_parse(c->list, &list), ERROR_SUCCESS);
        enum httpd_user_match match = httpd_user_list_match(&list, c->user, c->groups, &entry);
        if (match != c->match || (int)entry != c->entry) {
            fail_msg("\"%s\" for %s: %d by entry %d, not %d by %d", c->list, c->user, (int)match, (int)entry,
                     (int)c->match, c->entry);
        }
        httpd_user_list_free(&list);
    }
}

static void test_documented_cases(void **state)
{
    (void)state;
    assert_int_equal(sizeof documented / sizeof documented[0], 14);
    run(documented, sizeof documented / sizeof documented[0]);
}

static void test_notation(void **state)
{
    (void)state;
    run(others, sizeof others / sizeof others[0]);
}

static void test_sign_without_name(void **state)
{
    (void)state;
    static const char *const lists[] = {"-", "@", "-@", "Alice;-", "-;Alice", "Alice; - @ ;Bob"};
    for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++) {
        struct httpd_user_list list;
        assert_int_equal(httpd_user_list_parse(lists[i], &list), ERROR_INVALID_DATA);
        assert_int_equal(list.count, 0);
        assert_null(list.entries);
    }
}

static void test_names_keep_their_spelling(void **state)
{
    (void)state;
    struct httpd_user_list list;
    assert_int_equal(httpd_user_list_parse(" -@ The Villains ;x", &list), ERROR_SUCCESS);
    assert_int_equal(list.count, 2);
    assert_true(list.entries[0].deny && list.entries[0].is_group && !list.entries[0].everyone);
    assert_int_equal(list.entries[0].name.size, 12);
    assert_memory_equal(list.entries[0].name.data, "The Villains", 12);
    assert_false(list.entries[1].deny || list.entries[1].is_group);
    httpd_user_list_free(&list);
    httpd_user_list_free(&list);
}

static void test_no_memory(void **state)
{
    (void)state;
    struct httpd_user_list list;
    plat_fake_memory_fail(1, false);
    assert_int_equal(httpd_user_list_parse("Alice;Bob", &list), ERROR_NOT_ENOUGH_MEMORY);
    plat_fake_memory_fail(0, false);
    assert_int_equal(list.count, 0);
    assert_int_equal(httpd_user_list_match(&list, "Alice", NULL, NULL), HTTPD_USER_NOT_LISTED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_documented_cases),  cmocka_unit_test(test_notation),
        cmocka_unit_test(test_sign_without_name), cmocka_unit_test(test_names_keep_their_spelling),
        cmocka_unit_test(test_no_memory),
    };
    return cmocka_run_group_tests_name("httpd.userlist", tests, NULL, NULL);
}
