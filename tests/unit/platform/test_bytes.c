/* SPDX-License-Identifier: Apache-2.0 */
/* plat_reader and plat_buffer. */
#include "scratch.h"

#include "platform/bytes.h"
#include "platform/fake.h"

#include <string.h>

static void reading(void **state)
{
    static const uint8_t bytes[] = {1, 2, 3, 4, 5, 6, 0xFF, 0xFE, 0xFD, 0xFC, 9};
    struct plat_reader r = plat_reader_of(plat_span_of(bytes, sizeof bytes));
    struct plat_span span;

    (void)state;
    assert_int_equal(plat_read_u8(&r), 1);
    assert_int_equal(plat_read_u16_le(&r), 0x0302);
    span = plat_read_span(&r, 3);
    assert_true(plat_span_equal(span, plat_span_of("\4\5\6", 3)));
    assert_int_equal(plat_read_u32_le(&r), 0xFCFDFEFF);
    assert_int_equal(plat_reader_left(&r), 1);
    assert_false(r.failed);
    /* too much: zeros, failed, nothing moves */
    assert_int_equal(plat_read_u16_le(&r), 0);
    assert_true(r.failed);
    assert_int_equal(plat_read_u32_le(&r), 0);
    span = plat_read_span(&r, SIZE_MAX);
    assert_null(span.data);
    assert_int_equal(span.size, 0);
    assert_int_equal(plat_reader_left(&r), 1);
    assert_int_equal(plat_read_u8(&r), 9);
    assert_true(r.failed);
}

static void reading_nothing(void **state)
{
    struct plat_reader r = plat_reader_of(plat_span_of(NULL, 0));

    (void)state;
    assert_int_equal(plat_reader_left(&r), 0);
    assert_non_null(plat_read_span(&r, 0).data);
    assert_false(r.failed);
    assert_int_equal(plat_read_u8(&r), 0);
    assert_true(r.failed);
    assert_true(plat_span_equal(plat_span_of(NULL, 0), plat_span_of("x", 0)));
    assert_false(plat_span_equal(plat_span_of("x", 1), plat_span_of("x", 0)));
    assert_false(plat_span_equal(plat_span_of("x", 1), plat_span_of("y", 1)));
}

static void appending(void **state)
{
    struct plat_buffer b;

    (void)state;
    plat_buffer_init(&b, 1000);
    plat_buffer_append_u8(&b, 0x11);
    plat_buffer_append_u16_le(&b, 0x2233);
    plat_buffer_append_u32_le(&b, 0x44556677);
    plat_buffer_append(&b, NULL, 0);
    plat_buffer_append_text(&b, "hi");
    plat_buffer_printf(&b, "%d-%s", 7, "x");
    assert_int_equal(b.size, 7 + 2 + 3);
    assert_memory_equal(b.data, "\x11\x33\x22\x77\x66\x55\x44hi7-x", 12);
    plat_buffer_consume(&b, 7);
    assert_string_equal(plat_buffer_text(&b), "hi7-x");
    plat_buffer_consume(&b, 99);
    assert_int_equal(b.size, 0);
    assert_string_equal(plat_buffer_text(&b), "");
    plat_buffer_free(&b);
    plat_buffer_free(&b);
    assert_int_equal(b.limit, 1000);
}

/* Exactly the limit fits, one byte more fails for good, and the content stays as it was. */
static void limit(void **state)
{
    for (size_t most = 0; most < 300; most++) {
        struct plat_buffer b;

        (void)state;
        plat_buffer_init(&b, most);
        for (size_t i = 0; i < most; i++)
            plat_buffer_append_u8(&b, 'x');
        assert_int_equal(b.failed, ERROR_SUCCESS);
        assert_int_equal(strlen(plat_buffer_text(&b)), most);
        assert_true(b.capacity <= most + 1);
        plat_buffer_append_u8(&b, 'y');
        assert_int_equal(b.failed, ERROR_FILE_TOO_LARGE);
        assert_int_equal(b.size, most);
        assert_null(plat_buffer_text(&b));
        assert_null(plat_buffer_reserve(&b, 0));
        plat_buffer_consume(&b, most);
        plat_buffer_append(&b, "z", 0);
        plat_buffer_append_text(&b, "z");
        assert_int_equal(b.size, 0);
        plat_buffer_clear(&b);
        assert_int_equal(b.failed, ERROR_SUCCESS);
        plat_buffer_free(&b);
    }
}

static void huge_sizes(void **state)
{
    struct plat_buffer b;

    (void)state;
    plat_buffer_init(&b, SIZE_MAX);
    plat_buffer_append_text(&b, "abc");
    assert_null(plat_buffer_reserve(&b, SIZE_MAX - 2));
    assert_int_equal(b.failed, ERROR_FILE_TOO_LARGE);
    assert_int_equal(b.size, 3);
    plat_buffer_free(&b);
}

static void reserving(void **state)
{
    struct plat_buffer b;
    uint8_t *room;

    (void)state;
    plat_buffer_init(&b, 100);
    assert_non_null(plat_buffer_reserve(&b, 0));
    room = plat_buffer_reserve(&b, 100);
    assert_non_null(room);
    memset(room, 'r', 100);
    plat_buffer_advance(&b, 60);
    plat_buffer_advance(&b, 40);
    assert_int_equal(b.size, 100);
    plat_buffer_advance(&b, 1); /* more than was reserved */
    assert_int_equal(b.size, 100);
    assert_int_equal(b.failed, ERROR_FILE_TOO_LARGE);
    plat_buffer_free(&b);
}

/* Around the size of the small buffer inside, and around the limit. */
static void printing(void **state)
{
    static const int widths[] = {0, 1, 126, 127, 128, 129, 500};

    (void)state;
    for (size_t i = 0; i < ELEMENTS(widths); i++) {
        struct plat_buffer b;

        plat_buffer_init(&b, 499);
        plat_buffer_printf(&b, "%*s", widths[i], "");
        if (widths[i] <= 499) {
            assert_int_equal(b.failed, 0);
            assert_int_equal(strlen(plat_buffer_text(&b)), widths[i]);
        } else {
            assert_int_equal(b.failed, ERROR_FILE_TOO_LARGE);
            assert_int_equal(b.size, 0);
        }
        plat_buffer_free(&b);
    }
}

/* Each allocation fails once: the buffer says so, nothing leaks, nothing half-written is counted. */
static void no_memory(void **state)
{
    size_t live = plat_fake_memory_live();
    unsigned n = 0;

    (void)state;
    do {
        struct plat_buffer b;

        plat_fake_memory_fail(++n, false);
        plat_buffer_init(&b, 10000);
        for (int i = 0; i < 100 && !b.failed; i++) {
            size_t before = b.size;

            plat_buffer_printf(&b, "%0150d", i);
            assert_int_equal(b.size, b.failed ? before : before + 150);
            if (!b.failed)
                (void)plat_buffer_text(&b);
            if (i == 50)
                plat_buffer_append_text(&b, "middle");
        }
        assert_int_equal(b.failed,
                         plat_fake_memory_failures() ? ERROR_NOT_ENOUGH_MEMORY : ERROR_FILE_TOO_LARGE);
        plat_buffer_free(&b);
        assert_int_equal(plat_fake_memory_live(), live);
    } while (plat_fake_memory_failures());
    assert_true(n > 5);
    plat_fake_memory_fail(0, false);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reading),  cmocka_unit_test(reading_nothing), cmocka_unit_test(appending),
        cmocka_unit_test(limit),    cmocka_unit_test(huge_sizes),      cmocka_unit_test(reserving),
        cmocka_unit_test(printing), cmocka_unit_test(no_memory),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
