/* SPDX-License-Identifier: Apache-2.0 */
/* The log: one line is one line, whatever a client sends. */
#define _GNU_SOURCE
#include "scratch.h"

#include "platform/limits.h"
#include "platform/log.h"
#include "platform/text.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static struct {
    char text[LIMIT_LOG_LINE + 1];
    size_t size;
    unsigned lines;
    enum plat_log_level level;
} logged;

static void keep(void *context, enum plat_log_level level, const char *line, size_t size)
{
    assert_ptr_equal(context, &logged);
    assert_true(size <= LIMIT_LOG_LINE);
    memcpy(logged.text, line, size);
    logged.text[size] = '\0';
    logged.size = size;
    logged.level = level;
    logged.lines++;
}

static int sink_setup(void **state)
{
    (void)state;
    memset(&logged, 0, sizeof logged);
    plat_log_set_sink(keep, &logged);
    plat_log_set_level(PLAT_LOG_ACCESS);
    return 0;
}

static int sink_teardown(void **state)
{
    (void)state;
    plat_log_set_sink(NULL, NULL);
    return 0;
}

static void prefixes(void **state)
{
    static const struct {
        enum plat_log_level level;
        const char *line;
    } rows[] = {
        {PLAT_LOG_ERROR, "cerium: error: x\n"}, {PLAT_LOG_WARNING, "cerium: warning: x\n"},
        {PLAT_LOG_INFO, "cerium: info: x\n"},   {PLAT_LOG_ACCESS, "x\n"},
        {PLAT_LOG_DEBUG, "cerium: debug: x\n"},
    };

    (void)state;
    for (int most = PLAT_LOG_ERROR; most <= PLAT_LOG_DEBUG; most++) {
        plat_log_set_level((enum plat_log_level)most);
        for (size_t i = 0; i < ELEMENTS(rows); i++) {
            memset(&logged, 0, sizeof logged);
            plat_log(rows[i].level, "%s", "x");
            if ((int)rows[i].level > most) {
                assert_int_equal(logged.lines, 0);
                continue;
            }
            assert_int_equal(logged.lines, 1);
            assert_int_equal(logged.level, rows[i].level);
            assert_string_equal(logged.text, rows[i].line);
        }
    }
}

static void escapes(void **state)
{
    static const struct {
        const char *text, *line;
    } rows[] = {
        {"", "\n"},
        {"plain \"text\" \\windows\\www", "plain \"text\" \\windows\\www\n"},
        {"a\nb", "a\\x0Ab\n"},
        {"a\r\ncerium: error: forged", "a\\x0D\\x0Acerium: error: forged\n"},
        {"\x1B[2J", "\\x1B[2J\n"},
        {"\t\x7F\x01", "\\x09\\x7F\\x01\n"},
        {"\xC2\x9B"
         "31m",
         "\\xC2\\x9B31m\n"}, /* C1: the eight-bit escape, in UTF-8 */
        {"\xC2\xA0\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80", "\xC2\xA0\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80\n"},
        {"\x9B"
         "31m",
         "\\x9B31m\n"},
        {"\xC3", "\\xC3\n"},
        {"\xC3(", "\\xC3(\n"},
        {"\xC0\x8A", "\\xC0\\x8A\n"},          /* an overlong newline */
        {"\xED\xA0\x80", "\\xED\\xA0\\x80\n"}, /* a surrogate */
        {"\xF5\x80\x80\x80", "\\xF5\\x80\\x80\\x80\n"},
    };

    (void)state;
    for (size_t i = 0; i < ELEMENTS(rows); i++) {
        plat_log(PLAT_LOG_ACCESS, "%s", rows[i].text);
        assert_string_equal(logged.text, rows[i].line);
    }
}

/* At every length around the limit: the line fits or ends in "...", never in half a character or half an escape. */
static void long_lines(void **state)
{
    static const char *const pieces[] = {"x", "\xE2\x82\xAC", "\n", "\xFF"};
    static const char *const written[] = {"x", "\xE2\x82\xAC", "\\x0A", "\\xFF"};
    char text[4 * LIMIT_LOG_LINE];

    (void)state;
    for (size_t p = 0; p < ELEMENTS(pieces); p++)
        for (size_t count = 150; count < LIMIT_LOG_LINE + 20; count++) {
            size_t whole = count * strlen(written[p]) + 1;
            size_t size = 0;

            for (size_t i = 0; i < count; i++) {
                memcpy(text + size, pieces[p], strlen(pieces[p]));
                size += strlen(pieces[p]);
            }
            text[size] = '\0';
            plat_log(PLAT_LOG_ACCESS, "%s", text);
            assert_int_equal(logged.text[logged.size - 1], '\n');
            assert_int_equal(memchr(logged.text, '\n', logged.size) == logged.text + logged.size - 1, 1);
            assert_true(plat_utf8_valid(logged.text, logged.size));
            if (whole <= LIMIT_LOG_LINE - 3) {
                assert_int_equal(logged.size, whole);
            } else {
                size_t body = logged.size - 4;

                assert_string_equal(logged.text + body, "...\n");
                /* a cut of a long UTF-8 sequence by the formatting itself leaves up to two bytes, escaped */
                if (p != 1)
                    assert_int_equal(body % strlen(written[p]), 0);
                for (size_t i = 0; i + strlen(written[p]) <= body && p != 1; i += strlen(written[p]))
                    assert_memory_equal(logged.text + i, written[p], strlen(written[p]));
            }
        }
}

static void *log_much(void *context)
{
    for (int i = 0; i < 300; i++)
        plat_log(PLAT_LOG_ACCESS, "%s", (const char *)context);
    return NULL;
}

/* Standard error, from four threads: 1200 whole lines. */
static void standard_error(void **state)
{
    static char lines[4][201];
    int saved = dup(STDERR_FILENO);
    pthread_t threads[4];
    unsigned whole = 0;
    int ends[2];
    FILE *in;
    char line[300];

    (void)state;
    plat_log_set_sink(NULL, NULL);
    assert_int_equal(pipe(ends), 0);
    dup2(ends[1], STDERR_FILENO);
    close(ends[1]);
    for (int i = 0; i < 4; i++) {
        memset(lines[i], 'a' + i, 200);
        assert_int_equal(pthread_create(&threads[i], NULL, log_much, lines[i]), 0);
    }
    in = fdopen(ends[0], "r");
    assert_non_null(in);
    while (whole < 1200 && fgets(line, sizeof line, in)) {
        assert_int_equal(strlen(line), 201);
        assert_int_equal(strspn(line, (char[]){line[0], '\0'}), 200);
        whole++;
    }
    assert_int_equal(whole, 1200);
    for (int i = 0; i < 4; i++)
        pthread_join(threads[i], NULL);
    dup2(saved, STDERR_FILENO);
    close(saved);
    fclose(in);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(prefixes, sink_setup, sink_teardown),
        cmocka_unit_test_setup_teardown(escapes, sink_setup, sink_teardown),
        cmocka_unit_test_setup_teardown(long_lines, sink_setup, sink_teardown),
        cmocka_unit_test(standard_error),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
