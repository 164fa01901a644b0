/* SPDX-License-Identifier: Apache-2.0 */
/* Bytes under the hex editor's cursor. */
#include "regedit/hexbuf.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static void is(const struct hexbuf *hex, const char *bytes, size_t size, size_t at)
{
    assert_int_equal(hex->bytes.size, size);
    if (size > 0)
        assert_memory_equal(hex->bytes.data, bytes, size);
    assert_int_equal(hex->at, at);
}

static void digits_replace_and_add(void **state)
{
    struct hexbuf hex;

    (void)state;
    hexbuf_init(&hex, plat_span_of("AB", 2), 4);
    hexbuf_digit(&hex, 7);
    is(&hex,
       "\x71"
       "B",
       2, 0);
    hexbuf_digit(&hex, 0xa);
    is(&hex,
       "\x7a"
       "B",
       2, 1);
    hexbuf_move(&hex, 5);
    assert_true(hexbuf_digit(&hex, 0xf));
    is(&hex,
       "\x7a"
       "B\xf0",
       3, 2);
    hexbuf_digit(&hex, 1);
    hexbuf_digit(&hex, 2);
    hexbuf_digit(&hex, 3);
    is(&hex,
       "\x7a"
       "B\xf1\x23",
       4, 4);
    assert_false(hexbuf_digit(&hex, 1)); /* full */
    assert_false(hexbuf_byte(&hex, 1));
    is(&hex,
       "\x7a"
       "B\xf1\x23",
       4, 4);
    hexbuf_free(&hex);
}

static void inserting_and_deleting(void **state)
{
    struct hexbuf hex;

    (void)state;
    hexbuf_init(&hex, plat_span_of("AB", 2), 16);
    hex.inserting = true;
    hexbuf_byte(&hex, 'x');
    is(&hex, "xAB", 3, 1);
    hexbuf_digit(&hex, 3);
    hexbuf_digit(&hex, 4);
    is(&hex, "x4AB", 4, 2);
    hexbuf_backspace(&hex);
    is(&hex, "xAB", 3, 1);
    hexbuf_delete(&hex);
    is(&hex, "xB", 2, 1);
    hexbuf_move(&hex, -9);
    hexbuf_backspace(&hex);
    is(&hex, "xB", 2, 0);
    hexbuf_delete(&hex);
    hexbuf_delete(&hex);
    hexbuf_delete(&hex);
    is(&hex, "", 0, 0);
    hex.inserting = false;
    hexbuf_byte(&hex, 'z');
    is(&hex, "z", 1, 1);
    /* A digit that is taken back leaves the byte. */
    hexbuf_move(&hex, -1);
    hexbuf_digit(&hex, 5);
    hexbuf_backspace(&hex);
    is(&hex, "\x5a", 1, 0);
    hexbuf_free(&hex);
}

static void rows_and_columns(void **state)
{
    struct hexbuf hex;
    struct plat_buffer text;
    bool second, character;
    size_t at;

    (void)state;
    hexbuf_init(&hex, plat_span_of("0123456789abcdefXY\n", 19), 64);
    plat_buffer_init(&text, 256);
    hexbuf_row_text(&hex, 0, &text);
    assert_string_equal(plat_buffer_text(&text),
                        "00000000  30 31 32 33 34 35 36 37  38 39 61 62 63 64 65 66  0123456789abcdef");
    for (size_t i = 0; i < 16; i++) {
        assert_memory_equal(text.data + hexbuf_character_column(i), &"0123456789abcdef"[i], 1);
        for (int side = 0; side < 3; side++) {
            int column = side == 2 ? hexbuf_character_column(i) : hexbuf_digit_column(i) + side;

            assert_true(hexbuf_at_column(column, &at, &second, &character));
            assert_int_equal(at, i);
            assert_int_equal(second, side == 1);
            assert_int_equal(character, side == 2);
        }
    }
    assert_false(hexbuf_at_column(0, &at, &second, &character));
    assert_false(hexbuf_at_column(hexbuf_digit_column(3) + 2, &at, &second, &character));
    plat_buffer_clear(&text);
    hexbuf_row_text(&hex, 16, &text);
    assert_true(strncmp(plat_buffer_text(&text), "00000010  58 59 0a    ", 22) == 0);
    assert_string_equal((const char *)text.data + hexbuf_character_column(0), "XY.");
    plat_buffer_free(&text);
    hexbuf_free(&hex);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(digits_replace_and_add),
        cmocka_unit_test(inserting_and_deleting),
        cmocka_unit_test(rows_and_columns),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
