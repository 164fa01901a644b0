/* SPDX-License-Identifier: Apache-2.0 */
/* A line of text under the cursor; UTF-8 by characters; where things stand on a screen. */
#include "regedit/layout.h"
#include "regedit/line.h"
#include "regedit/screen.h"
#include "regedit/utf8.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static void is(struct line *line, const char *text, size_t at)
{
    assert_string_equal(plat_buffer_text(&line->text), text);
    assert_int_equal(line->at, at);
}

static void type(struct line *line, const char *text)
{
    for (; *text != '\0'; text++)
        assert_true(line_key(line, (unsigned char)*text));
}

static void typing_and_moving(void **state)
{
    struct line line;

    (void)state;
    line_init(&line, 64);
    line_set(&line, "old", 3);
    type(&line, "new"); /* typed over what was proposed */
    is(&line, "new", 3);
    line_key(&line, 0xe4);
    line_key(&line, 0x6f22);
    line_key(&line, 0x1f600);
    is(&line, "new\xc3\xa4\xe6\xbc\xa2\xf0\x9f\x98\x80", 12);
    line_key(&line, SCREEN_KEY_BACKSPACE);
    line_key(&line, SCREEN_KEY_LEFT);
    is(&line, "new\xc3\xa4\xe6\xbc\xa2", 5);
    line_key(&line, SCREEN_KEY_BACKSPACE);
    line_key(&line, SCREEN_KEY_DELETE);
    is(&line, "new", 3);
    line_key(&line, SCREEN_KEY_DELETE);
    line_key(&line, SCREEN_CTRL('A'));
    line_key(&line, SCREEN_KEY_BACKSPACE);
    line_key(&line, SCREEN_KEY_LEFT);
    is(&line, "new", 0);
    line_key(&line, SCREEN_KEY_RIGHT);
    line_key(&line, SCREEN_CTRL('K'));
    is(&line, "n", 1);
    type(&line, "a b\\cd");
    line_key(&line, SCREEN_CTRL('W'));
    is(&line, "na b\\", 5);
    line_key(&line, SCREEN_CTRL('W'));
    is(&line, "na ", 3);
    line_key(&line, SCREEN_CTRL('U'));
    is(&line, "", 0);
    assert_false(line_key(&line, SCREEN_KEY_UP));
    assert_false(line_key(&line, SCREEN_KEY_TAB));
    assert_false(line_key(&line, SCREEN_KEY_ESCAPE));
    line_free(&line);
}

static void a_key_that_moves_keeps_the_proposal(void **state)
{
    struct line line;

    (void)state;
    line_init(&line, 8);
    line_set(&line, "abc", 3);
    line_key(&line, SCREEN_KEY_END);
    type(&line, "d");
    is(&line, "abcd", 4);
    type(&line, "efgh");
    line_key(&line, 'x'); /* full: nothing happens */
    is(&line, "abcdefgh", 8);
    assert_false(line_insert(&line, "x", 1));
    line_free(&line);
}

static void utf8_by_characters(void **state)
{
    static const struct {
        const char *bytes;
        size_t size, taken;
        uint32_t code;
    } cases[] = {
        {"a", 1, 1, 'a'},
        {"\xc3\xa4", 2, 2, 0xe4},
        {"\xe2\x82\xac", 3, 3, 0x20ac},
        {"\xf4\x8f\xbf\xbf", 4, 4, 0x10ffff},
        {"\xf4\x90\x80\x80", 4, 1, UTF8_REPLACEMENT},
        {"\xc0\xaf", 2, 1, UTF8_REPLACEMENT},
        {"\xe0\x80\xaf", 3, 1, UTF8_REPLACEMENT},
        {"\xe2\x82", 2, 1, UTF8_REPLACEMENT},
        {"\xe2\x82x", 3, 1, UTF8_REPLACEMENT},
        {"\xed\xa0\x80", 3, 3, UTF8_REPLACEMENT},
        {"\x80", 1, 1, UTF8_REPLACEMENT},
        {"\xff", 1, 1, UTF8_REPLACEMENT},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        uint32_t code;
        char back[4];

        assert_int_equal(utf8_next(cases[i].bytes, cases[i].size, &code), cases[i].taken);
        assert_int_equal(code, cases[i].code);
        if (cases[i].taken == cases[i].size)
            assert_int_equal(utf8_previous(cases[i].bytes, cases[i].size), cases[i].taken);
        if (code != UTF8_REPLACEMENT) {
            assert_int_equal(utf8_put(back, code), cases[i].size);
            assert_memory_equal(back, cases[i].bytes, cases[i].size);
        }
    }
}

static void everything_fits(void **state)
{
    (void)state;
    assert_false(layout_of(79, 24, 0, 0, 0).fits);
    assert_false(layout_of(80, 23, 0, 0, 0).fits);
    for (int columns = 80; columns < 300; columns += 7) {
        for (int wanted = 0; wanted < 400; wanted += 13) {
            struct layout l = layout_of(columns, 24 + wanted / 10, wanted, wanted, wanted / 2);

            assert_true(l.fits);
            assert_true(l.tree_width >= LAYOUT_TREE_LEAST && l.values_width >= LAYOUT_VALUES_LEAST);
            assert_int_equal(l.bar_x, l.tree_x + l.tree_width);
            assert_true(l.name_x > l.bar_x && l.type_x == l.name_x + l.name_width + 1);
            assert_true(l.data_x == l.type_x + l.type_width + 1 && l.data_width >= 9);
            assert_int_equal(l.data_x + l.data_width, columns);
            assert_true(l.list_rows >= 20 && l.list_y + l.list_rows == l.status_y &&
                        l.help_y == l.status_y + 1);
        }
    }
}

static void lists_scroll_as_little_as_possible(void **state)
{
    (void)state;
    assert_int_equal(layout_scroll(0, 5, 100, 10), 0);
    assert_int_equal(layout_scroll(0, 10, 100, 10), 1);
    assert_int_equal(layout_scroll(50, 49, 100, 10), 49);
    assert_int_equal(layout_scroll(50, 55, 100, 10), 50);
    assert_int_equal(layout_scroll(95, 99, 100, 10), 90);
    assert_int_equal(layout_scroll(95, 3, 5, 10), 0);
    assert_int_equal(layout_scroll(7, 0, 0, 10), 0);
}

static void dialogs_stay_on_the_screen(void **state)
{
    struct layout_box box = layout_dialog(80, 24, 40, 10);

    (void)state;
    assert_true(box.x == 20 && box.y == 7 && box.width == 40 && box.height == 10);
    box = layout_dialog(80, 24, 200, 100);
    assert_true(box.x == 1 && box.y == 1 && box.width == 78 && box.height == 22);
    box = layout_dialog(1, 1, 200, 100);
    assert_true(box.x == 0 && box.y == 0 && box.width == 1 && box.height == 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(typing_and_moving),
        cmocka_unit_test(a_key_that_moves_keeps_the_proposal),
        cmocka_unit_test(utf8_by_characters),
        cmocka_unit_test(everything_fits),
        cmocka_unit_test(lists_scroll_as_little_as_possible),
        cmocka_unit_test(dialogs_stay_on_the_screen),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
