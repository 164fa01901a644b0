/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Conditional requests (RFC 9110 section 13), content types, escapes. The handler on real files:
 * tests/integration/test_files.py.
 */
#include "files/conditional.h"
#include "files/content_type.h"
#include "files/escape.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define ELEMENTS(a) (sizeof(a) / sizeof(a)[0])

#define BEFORE "Sun, 06 Nov 1994 08:49:36 GMT"
#define EXACT "Sun, 06 Nov 1994 08:49:37 GMT"
#define AFTER "Sun, 06 Nov 1994 08:49:38 GMT"
#define AFTER_850 "Sunday, 06-Nov-94 08:49:38 GMT"
#define AFTER_ASCTIME "Sun Nov  6 08:49:38 1994"
#define TAG "\"b-a-2ebc98a1.5\""

static const struct plat_file_info info = {
    .kind = PLAT_FILE_REGULAR, .size = 10, .modified = 784111777, .modified_ns = 5, .identity = {1, 11}};

static void validators(void **state)
{
    struct files_validators v;

    (void)state;
    files_validators_of(&info, 784111777, &v);
    assert_string_equal(v.etag, TAG);
    assert_int_equal(v.modified, 784111777);
    /* a file from the future is as new as now */
    files_validators_of(&info, 784111770, &v);
    assert_int_equal(v.modified, 784111770);
}

static const struct {
    struct http_field fields[3];
    enum files_condition result;
} conditions[] = {
    {{{0}}, FILES_SEND},
    /* If-None-Match: weak comparison, lists, many lines */
    {{{"If-None-Match", TAG}}, FILES_NOT_MODIFIED},
    {{{"if-none-match", "W/" TAG}}, FILES_NOT_MODIFIED},
    {{{"If-None-Match", "*"}}, FILES_NOT_MODIFIED},
    {{{"If-None-Match", "\"x\", \"a,b\" ," TAG}}, FILES_NOT_MODIFIED},
    {{{"If-None-Match", "\"x\""}, {"If-None-Match", TAG}}, FILES_NOT_MODIFIED},
    {{{"If-None-Match", "\"x\""}}, FILES_SEND},
    {{{"If-None-Match", ""}}, FILES_SEND},
    {{{"If-None-Match", "b-a-2ebc98a1.5"}}, FILES_SEND},
    {{{"If-None-Match", "\"x" TAG}}, FILES_SEND},
    {{{"If-None-Match", "\"B-A-2EBC98A1.5\""}}, FILES_SEND},
    /* If-Modified-Since, and that If-None-Match goes before it */
    {{{"If-Modified-Since", BEFORE}}, FILES_SEND},
    {{{"If-Modified-Since", EXACT}}, FILES_NOT_MODIFIED},
    {{{"If-Modified-Since", AFTER}}, FILES_NOT_MODIFIED},
    {{{"If-Modified-Since", AFTER_850}}, FILES_NOT_MODIFIED},
    {{{"If-Modified-Since", AFTER_ASCTIME}}, FILES_NOT_MODIFIED},
    {{{"If-Modified-Since", "yesterday"}}, FILES_SEND},
    {{{"If-Modified-Since", ""}}, FILES_SEND},
    {{{"If-None-Match", "\"x\""}, {"If-Modified-Since", AFTER}}, FILES_SEND},
    {{{"If-None-Match", TAG}, {"If-Modified-Since", BEFORE}}, FILES_NOT_MODIFIED},
    /* If-Match: strong comparison */
    {{{"If-Match", TAG}}, FILES_SEND},
    {{{"If-Match", "*"}}, FILES_SEND},
    {{{"If-Match", "\"x\", " TAG}}, FILES_SEND},
    {{{"If-Match", "W/" TAG}}, FILES_FAILED},
    {{{"If-Match", "\"x\""}}, FILES_FAILED},
    {{{"If-Match", "nonsense"}}, FILES_FAILED},
    /* If-Unmodified-Since, and that If-Match goes before it */
    {{{"If-Unmodified-Since", BEFORE}}, FILES_FAILED},
    {{{"If-Unmodified-Since", EXACT}}, FILES_SEND},
    {{{"If-Unmodified-Since", AFTER}}, FILES_SEND},
    {{{"If-Unmodified-Since", "never"}}, FILES_SEND},
    {{{"If-Match", TAG}, {"If-Unmodified-Since", BEFORE}}, FILES_SEND},
    {{{"If-Match", "\"x\""}, {"If-Unmodified-Since", AFTER}}, FILES_FAILED},
    /* both kinds: the 412 ones first */
    {{{"If-None-Match", TAG}, {"If-Match", "\"x\""}}, FILES_FAILED},
    {{{"If-Match", TAG}, {"If-None-Match", TAG}}, FILES_NOT_MODIFIED},
    {{{"If-Unmodified-Since", AFTER}, {"If-Modified-Since", AFTER}}, FILES_NOT_MODIFIED},
    {{{"If-Unmodified-Since", BEFORE}, {"If-Modified-Since", AFTER}}, FILES_FAILED},
};

static void checks_conditions(void **state)
{
    struct files_validators v;

    (void)state;
    files_validators_of(&info, 2000000000, &v);
    for (size_t i = 0; i < ELEMENTS(conditions); i++) {
        struct http_request request = {.method = "GET"};

        while (request.field_count < 3 && conditions[i].fields[request.field_count].name) {
            request.fields[request.field_count] = conditions[i].fields[request.field_count];
            request.field_count++;
        }
        if (files_check_conditions(&request, &v) != conditions[i].result)
            fail_msg("row %zu: %s: %s", i, conditions[i].fields[0].name, conditions[i].fields[0].value);
    }
}

static void content_types(void **state)
{
    static const struct {
        const char *name, *type;
    } rows[] = {
        {"a.htm", "text/html"},
        {"/x/A.HTML", "text/html"},
        {"\\windows\\a.css", "text/css"},
        {"a.js", "text/javascript"},
        {"a.tar.gz", "application/gzip"},
        {"a.svg", "image/svg+xml"},
        {"a", "application/octet-stream"},
        {"", "application/octet-stream"},
        {"a.", "application/octet-stream"},
        {"a.unknown", "application/octet-stream"},
        {"a.htm/b", "application/octet-stream"},
        {"a.htm\\b", "application/octet-stream"},
        {"a.ht", "application/octet-stream"},
        {"a.htmx", "application/octet-stream"},
        {".png", "image/png"},
    };

    (void)state;
    for (size_t i = 0; i < ELEMENTS(rows); i++)
        assert_string_equal(files_content_type(rows[i].name), rows[i].type);
}

static void escapes(void **state)
{
    struct plat_buffer out;

    (void)state;
    plat_buffer_init(&out, 4096);
    files_append_html(&out, "<a href=\"x\">&'</a>");
    assert_string_equal(plat_buffer_text(&out), "&lt;a href=&quot;x&quot;&gt;&amp;&#39;&lt;/a&gt;");
    plat_buffer_clear(&out);
    files_append_url(&out, "/a b/\"<>?#%\xC3\xA9:~", true);
    assert_string_equal(plat_buffer_text(&out), "/a%20b/%22%3C%3E%3F%23%25%C3%A9%3A~");
    plat_buffer_clear(&out);
    files_append_url(&out, "a/b", false);
    assert_string_equal(plat_buffer_text(&out), "a%2Fb");
    plat_buffer_free(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(validators),
        cmocka_unit_test(checks_conditions),
        cmocka_unit_test(content_types),
        cmocka_unit_test(escapes),
    };

    return cmocka_run_group_tests_name("files", tests, NULL, NULL);
}
