/* SPDX-License-Identifier: Apache-2.0 */
/* A vroot by path: the longest name that ends at a segment boundary, without regard to case. */
#include "make_settings.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const char *const names[] = {"/",      "/Accounts",  "/accounts/private", "/a/b/c/d/e",
                                    "/upnp/", "/dir.dll/x", "/\xc3\x84pfel",     "/a b"};

static const struct {
    const char *path;
    const char *vroot; /* NULL = none */
    const char *rest;
} paths[] = {
    {"/", "/", "/"},
    {"/index.htm", "/", "/index.htm"},
    {"/Accounts", "/Accounts", ""},
    {"/Accounts/", "/Accounts", "/"},
    {"/ACCOUNTS/x/y", "/Accounts", "/x/y"},
    {"/accounts", "/Accounts", ""},
    {"/Accountsx", "/", "/Accountsx"},
    {"/Account", "/", "/Account"},
    {"/Accounts.htm", "/", "/Accounts.htm"},
    {"/Accounts/Private", "/accounts/private", ""},
    {"/Accounts/PRIVATE/z", "/accounts/private", "/z"},
    {"/Accounts/privatex/z", "/Accounts", "/privatex/z"},
    {"/Accounts//private", "/Accounts", "//private"},
    {"//Accounts", "/", "//Accounts"},
    {"/a", "/", "/a"},
    {"/a/b/c/d", "/", "/a/b/c/d"},
    {"/a/b/c/d/e", "/a/b/c/d/e", ""},
    {"/a/b/c/d/e/f/g/h/i", "/a/b/c/d/e", "/f/g/h/i"},
    {"/a/b/c/d/E/", "/a/b/c/d/e", "/"},
    {"/upnp", "/upnp/", ""},
    {"/upnp/", "/upnp/", "/"},
    {"/UPnP/x", "/upnp/", "/x"},
    {"/upnpx", "/", "/upnpx"},
    {"/dir.dll/X/y", "/dir.dll/x", "/y"},
    {"/\xc3\xa4PFEL/kern", "/\xc3\x84pfel", "/kern"},
    {"/a b/c", "/a b", "/c"},
    {"/a%20b/c", "/", "/a%20b/c"},
    {"", NULL, NULL},
    {"*", NULL, NULL},
    {"Accounts", NULL, NULL},
};

static void test_longest_prefix(void **state)
{
    (void)state;
    struct make_settings m;
    make_settings_init(&m);
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        make_vroot(&m, names[i], "\\x", 0, HSE_URL_FLAGS_DEFAULT, NULL);
    }
    struct httpd_settings *s = make_settings_done(&m);
    for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++) {
        const char *rest = NULL;
        const struct httpd_vroot *vroot = httpd_vroot_find(s, paths[i].path, &rest);
        const char *url = vroot != NULL ? vroot->url : "none";
        const char *wanted = paths[i].vroot != NULL ? paths[i].vroot : "none";
        if (strcmp(url, wanted) != 0) {
            fail_msg("\"%s\" is in %s, not %s", paths[i].path, url, wanted);
        }
        if (vroot != NULL) {
            assert_string_equal(rest, paths[i].rest);
            assert_ptr_equal(httpd_vroot_find(s, paths[i].path, NULL), vroot);
        }
    }
    httpd_settings_unref(s);
}

static void test_without_a_root(void **state)
{
    (void)state;
    struct make_settings m;
    make_settings_init(&m);
    make_vroot(&m, "/a", "\\x", 0, HSE_URL_FLAGS_DEFAULT, NULL);
    struct httpd_settings *s = make_settings_done(&m);
    assert_null(httpd_vroot_find(s, "/", NULL));
    assert_null(httpd_vroot_find(s, "/b", NULL));
    assert_null(httpd_vroot_find(s, "/b/a", NULL));
    assert_non_null(httpd_vroot_find(s, "/a/b", NULL));
    httpd_settings_unref(s);

    make_settings_init(&m);
    s = make_settings_done(&m);
    assert_null(httpd_vroot_find(s, "/", NULL));
    httpd_settings_unref(s);
}

/* "/x" and "/x/" are one path: the first key has it. */
static void test_two_names_for_one_path(void **state)
{
    (void)state;
    struct make_settings m;
    make_settings_init(&m);
    make_vroot(&m, "/x", "\\one", 0, HSE_URL_FLAGS_DEFAULT, NULL);
    make_vroot(&m, "/x/", "\\two", 0, HSE_URL_FLAGS_DEFAULT, NULL);
    struct httpd_settings *s = make_settings_done(&m);
    assert_string_equal(httpd_vroot_find(s, "/x/y", NULL)->physical, "\\one");
    assert_int_equal(m.duplicates, 1);
    httpd_settings_unref(s);
}

/* The most slots that any key of a table has to look at. */
static uint32_t longest_search(const struct httpd_table *table)
{
    uint32_t longest = 0;
    for (uint32_t start = 0; start <= table->mask; start++) {
        uint32_t at = start, looked = 1;
        while (httpd_table_next(table, &at) != HTTPD_TABLE_NONE) {
            looked++;
        }
        longest = looked > longest ? looked : longest;
    }
    return longest;
}

/* Counts, not time: with 100,000 vroots a look-up looks at a handful of slots for each of the path's segments, as with 10. */
static void test_cost(void **state)
{
    (void)state;
    enum { COUNT = 100000 };
    struct make_settings m;
    make_settings_init(&m);
    char name[32];
    for (unsigned i = 0; i < COUNT; i++) {
        snprintf(name, sizeof name, "/v%u/%u", i % 317, i);
        make_vroot(&m, name, "\\x", 0, HSE_URL_FLAGS_DEFAULT, NULL);
    }
    struct httpd_settings *s = make_settings_done(&m);
    assert_int_equal(s->index->vroot_depth, 2);
    assert_true(s->index->vroots.mask + 1 >= 2 * COUNT);
    assert_in_range(longest_search(&s->index->vroots), 1, 100);
    for (unsigned i = 0; i < COUNT; i += 7) {
        const char *rest;
        snprintf(name, sizeof name, "/V%u/%u/r", i % 317, i);
        const struct httpd_vroot *vroot = httpd_vroot_find(s, name, &rest);
        assert_ptr_equal(vroot, &s->vroots[i]);
        assert_string_equal(rest, "/r");
    }
    httpd_settings_unref(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_longest_prefix),
        cmocka_unit_test(test_without_a_root),
        cmocka_unit_test(test_two_names_for_one_path),
        cmocka_unit_test(test_cost),
    };
    return cmocka_run_group_tests_name("httpd.vroot", tests, NULL, NULL);
}
