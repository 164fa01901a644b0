/* SPDX-License-Identifier: Apache-2.0 */
/* Case, names, UTF-8 and UTF-16LE. */
#include "scratch.h"

#include "platform/memory.h"
#include "platform/text.h"

#include <stdlib.h>
#include <string.h>

/* What an emulation of the Windows registry must hold equal, and what it must keep apart. */
static const struct {
    const char *a, *b;
    bool equal;
} names[] = {
    {"", "", true},
    {"Software", "SOFTWARE", true},
    {"software\\x", "Software\\X", true},
    {"\xC3\xA9", "\xC3\x89", true},                  /* é É */
    {"\xD0\xB0", "\xD0\x90", true},                  /* Cyrillic а А */
    {"\xEF\xBD\x81", "\xEF\xBC\xA1", true},          /* full-width ａ Ａ */
    {"\xE2\x93\x90", "\xE2\x92\xB6", true},          /* ⓐ Ⓐ */
    {"\xC9\x90", "\xE2\xB1\xAF", true},              /* ɐ Ɐ: two bytes against three */
    {"\xC3\xBF", "\xC5\xB8", true},                  /* ÿ Ÿ */
    {"\xE1\xBE\x80", "\xE1\xBE\x88", true},          /* ᾀ ᾈ */
    {"\xCF\x83", "\xCE\xA3", true},                  /* σ Σ */
    {"\xC7\x86", "\xC7\x84", true},                  /* ǆ Ǆ */
    {"\xC3\x9F", "SS", false},                       /* ß */
    {"\xC3\x9F", "\xE1\xBA\x9E", false},             /* ß ẞ */
    {"\xC4\xB1", "I", false},                        /* ı I */
    {"i", "\xC4\xB0", false},                        /* i İ */
    {"\xC5\xBF", "S", false},                        /* ſ S */
    {"\xC2\xB5", "\xCE\x9C", false},                 /* µ Μ */
    {"\xCF\x82", "\xCE\xA3", false},                 /* ς Σ */
    {"\xE2\x84\xAA", "k", false},                    /* Kelvin sign, k */
    {"\xE2\x84\xAB", "\xC3\xA5", false},             /* Angstrom sign, å */
    {"\xC7\x85", "\xC7\x84", false},                 /* ǅ Ǆ */
    {"\xCD\x85", "\xCE\x99", false},                 /* combining iota subscript, Ι */
    {"\xEF\xAC\x81", "FI", false},                   /* the ligature fi */
    {"\xE1\x83\x90", "\xE1\xB2\x90", false},         /* Georgian, Unicode 11 */
    {"\xEA\xAD\xB0", "\xE1\x8E\xA0", false},         /* Cherokee, Unicode 8 */
    {"\xF0\x90\x90\xA8", "\xF0\x90\x90\x80", false}, /* Deseret: outside the BMP */
    {"\xC3\xB7", "\xC3\x97", false},                 /* ÷ × : between letters */
    {"a", "ab", false},
    {"[", "{", false},
    {"\xFF", "\xFF", true},      /* invalid bytes are themselves */
    {"\xFF", "\xC3\xBF", false}, /* ... and no letters */
    {"\xE9", "\xC9", false},
    {"\xED\xA0\x80", "\xED\xA0\x80", true},                 /* a lone surrogate */
    {"\xED\xA0\x80\xED\xB0\x80", "\xF0\x90\x80\x80", true}, /* two halves make a whole */
};

static void equal_names(void **state)
{
    (void)state;
    for (size_t i = 0; i < ELEMENTS(names); i++) {
        const char *a = names[i].a;
        const char *b = names[i].b;
        struct plat_buffer fa, fb;
        bool folds_equal;

        plat_buffer_init(&fa, 100);
        plat_buffer_init(&fb, 100);
        plat_name_fold(&fa, a, strlen(a));
        plat_name_fold(&fb, b, strlen(b));
        folds_equal = fa.size == fb.size && memcmp(plat_buffer_text(&fa), plat_buffer_text(&fb), fa.size) == 0;
        if (plat_name_equal(a, b) != names[i].equal || folds_equal != names[i].equal ||
            plat_name_equal_n(a, strlen(a), b, strlen(b)) != names[i].equal ||
            (plat_name_compare(a, b) == 0) != names[i].equal)
            fail_msg("row %zu: '%s' '%s'", i, a, b);
        if (names[i].equal)
            assert_int_equal(plat_name_hash(a, strlen(a)), plat_name_hash(b, strlen(b)));
        else
            assert_int_equal(plat_name_compare(a, b), -plat_name_compare(b, a));
        plat_buffer_free(&fa);
        plat_buffer_free(&fb);
    }
}

/* As the NT kernel sorts: by upper-cased units, so that ^ and _ stand behind the letters. */
static void order_of_names(void **state)
{
    static const char *const sorted[] = {"",    "0", "a b", "B", "z1",      "Zeta",
                                         "[0]", "^", "_x",  "~", "\xC3\x89"};

    (void)state;
    for (size_t i = 0; i < ELEMENTS(sorted); i++)
        for (size_t j = 0; j < ELEMENTS(sorted); j++) {
            int sign = plat_name_compare(sorted[i], sorted[j]);

            if ((sign < 0) != (i < j) || (sign > 0) != (i > j))
                fail_msg("'%s' and '%s': %d", sorted[i], sorted[j], sign);
        }
    /* unit by unit: U+10000 is D800 DC00 and sorts before U+FFFD */
    assert_true(plat_name_compare("\xF0\x90\x80\x80", "\xEF\xBF\xBD") < 0);
}

/* The whole table: lower and upper are each other's, and upcasing twice changes nothing. */
static void upcase_table(void **state)
{
    unsigned pairs = 0;

    (void)state;
    for (unsigned u = 0; u <= 0xFFFF; u++) {
        uint16_t up = plat_upcase((uint16_t)u);

        assert_int_equal(plat_upcase(up), up);
        if (up != u)
            pairs++;
        if ((u >= 0xD800 && u <= 0xF8FF) || (u >= 0x3400 && u <= 0x9FFF))
            assert_int_equal(up, u); /* surrogates, private use, Han */
    }
    assert_int_equal(pairs, 26 + 962); /* ASCII, and the number in upcase_table.h */
}

/* Every pair of ranges that is easily known by heart. */
static void upcase_ranges(void **state)
{
    static const struct {
        unsigned first, last, step;
        int delta;
    } ranges[] = {
        {'a', 'z', 1, -32},         {0xE0, 0xF6, 1, -32},     {0xF8, 0xFE, 1, -32},
        {0x101, 0x12F, 2, -1},      {0x3B1, 0x3C1, 1, -32},   {0x3C3, 0x3CB, 1, -32},
        {0x430, 0x44F, 1, -32},     {0x450, 0x45F, 1, -80},   {0x461, 0x481, 2, -1},
        {0x561, 0x586, 1, -48},     {0x1E01, 0x1E95, 2, -1},  {0x1EA1, 0x1EFF, 2, -1},
        {0x2170, 0x217F, 1, -16},   {0x24D0, 0x24E9, 1, -26}, {0x2C30, 0x2C5E, 1, -48},
        {0x2D00, 0x2D25, 1, -7264}, {0xFF41, 0xFF5A, 1, -32},
    };

    (void)state;
    for (size_t i = 0; i < ELEMENTS(ranges); i++)
        for (unsigned u = ranges[i].first; u <= ranges[i].last; u += ranges[i].step)
            assert_int_equal(plat_upcase((uint16_t)u), (int)u + ranges[i].delta);
}

static const struct {
    const char *bytes;
    size_t size;
    bool valid;
    size_t units;
} utf8[] = {
    {"", 0, true, 0},
    {"abc", 3, true, 3},
    {"a\0b", 3, true, 3},
    {"\xC2\x80", 2, true, 1},
    {"\xDF\xBF", 2, true, 1},
    {"\xE0\xA0\x80", 3, true, 1},
    {"\xEF\xBF\xBF", 3, true, 1},
    {"\xF0\x90\x80\x80", 4, true, 2},
    {"\xF4\x8F\xBF\xBF", 4, true, 2},
    {"\xC0\x80", 2, false, 2}, /* overlong NUL */
    {"\xC1\xBF", 2, false, 2},
    {"\xE0\x9F\xBF", 3, false, 3},     /* overlong */
    {"\xF0\x8F\xBF\xBF", 4, false, 4}, /* overlong */
    {"\xF4\x90\x80\x80", 4, false, 4}, /* above U+10FFFF */
    {"\xF5\x80\x80\x80", 4, false, 4},
    {"\xED\xA0\x80", 3, false, 1}, /* surrogates: WTF-8 takes them */
    {"\xED\xBF\xBF", 3, false, 1},
    {"\x80", 1, false, 1},
    {"\xC3", 1, false, 1}, /* cut off */
    {"\xE2\x82", 2, false, 2},
    {"\xE2\x82"
     "a",
     3, false, 3},
    {"\xFF\xFE", 2, false, 2},
};

static void utf8_rules(void **state)
{
    (void)state;
    for (size_t i = 0; i < ELEMENTS(utf8); i++) {
        /* a copy of exactly that size, so that a read past it is seen by the sanitizer */
        char *copy = plat_memdup(utf8[i].bytes, utf8[i].size);

        assert_non_null(copy);
        if (plat_utf8_valid(copy, utf8[i].size) != utf8[i].valid ||
            plat_utf16_units(copy, utf8[i].size) != utf8[i].units)
            fail_msg("row %zu", i);
        plat_free(copy);
    }
    assert_true(plat_utf8_valid(NULL, 0));
}

/* Every code point, lone surrogates included, there and back. */
static void every_code_point(void **state)
{
    struct plat_buffer text, utf16, back;

    (void)state;
    plat_buffer_init(&text, 100);
    plat_buffer_init(&utf16, 100);
    plat_buffer_init(&back, 100);
    for (uint32_t c = 0; c <= 0x10FFFF; c += c < 0x3000 || (c > 0xD700 && c < 0x10100) ? 1 : 97) {
        uint8_t units[4];
        size_t size = 2;
        uint32_t v = c;

        if (c >= 0x10000) {
            v = 0xD800 | (c - 0x10000) >> 10;
            units[2] = (uint8_t)((c - 0x10000) & 0xFF);
            units[3] = (uint8_t)(0xDC | ((c - 0x10000) >> 8 & 3));
            size = 4;
        }
        units[0] = (uint8_t)(v & 0xFF);
        units[1] = (uint8_t)(v >> 8);
        plat_buffer_clear(&text);
        plat_buffer_clear(&utf16);
        plat_utf8_append_utf16le(&text, plat_span_of(units, size));
        plat_utf16le_append(&utf16, (const char *)text.data, text.size);
        assert_true(plat_span_equal(plat_span_of(utf16.data, utf16.size), plat_span_of(units, size)));
        assert_int_equal(plat_utf8_valid((const char *)text.data, text.size), c < 0xD800 || c > 0xDFFF);
    }
    plat_buffer_free(&text);
    plat_buffer_free(&utf16);
    plat_buffer_free(&back);
}

static void utf16_oddities(void **state)
{
    static const struct {
        const char *utf16;
        size_t size;
        const char *text;
    } rows[] = {
        {"a\0b\0", 4, "ab"},
        {"a\0b", 3, "a"}, /* an odd last byte is dropped */
        {"\x00\xD8"
         "a\0",
         4,
         "\xED\xA0\x80"
         "a"}, /* high surrogate, then a letter */
        {"\x00\xD8\x00\xD8\x00\xDC", 6, "\xED\xA0\x80\xF0\x90\x80\x80"},
        {"\x00\xDC\x00\xD8", 4, "\xED\xB0\x80\xED\xA0\x80"}, /* the wrong way round */
        {"\x00\xD8", 2, "\xED\xA0\x80"},                     /* at the end */
    };
    struct plat_buffer out;

    (void)state;
    for (size_t i = 0; i < ELEMENTS(rows); i++) {
        plat_buffer_init(&out, 100);
        plat_utf8_append_utf16le(&out, plat_span_of(rows[i].utf16, rows[i].size));
        assert_string_equal(plat_buffer_text(&out), rows[i].text);
        plat_buffer_free(&out);
    }
    plat_buffer_init(&out, 100);
    plat_utf16le_append(&out, "a\xFF", 2);
    assert_true(plat_span_equal(plat_span_of(out.data, out.size), plat_span_of("a\0\xFD\xFF", 4)));
    plat_buffer_free(&out);
}

/* Random bytes: fold and comparison agree, and nothing reads beyond the end. */
static void random_bytes(void **state)
{
    static const char pieces[] = "aA\x80\xC3\xA9\x89\xED\xA0\xB0\x80\xF0\x90\x80\xE2\x84\xAA\xFF";

    (void)state;
    srand(1);
    for (int round = 0; round < 20000; round++) {
        char *s[2];
        size_t size[2];
        struct plat_buffer fold[2], again;

        for (int k = 0; k < 2; k++) {
            size[k] = (size_t)(rand() % 7);
            s[k] = plat_alloc(size[k] + 1);
            assert_non_null(s[k]);
            for (size_t i = 0; i < size[k]; i++)
                s[k][i] = pieces[(size_t)rand() % (sizeof pieces - 1)];
            plat_buffer_init(&fold[k], 100);
            plat_name_fold(&fold[k], s[k], size[k]);
        }
        assert_int_equal(plat_name_equal_n(s[0], size[0], s[1], size[1]),
                         plat_span_equal(plat_span_of(fold[0].data, fold[0].size),
                                         plat_span_of(fold[1].data, fold[1].size)));
        plat_buffer_init(&again, 100);
        plat_name_fold(&again, (const char *)fold[0].data, fold[0].size);
        assert_true(
            plat_span_equal(plat_span_of(again.data, again.size), plat_span_of(fold[0].data, fold[0].size)));
        assert_int_equal(plat_name_hash(s[0], size[0]),
                         plat_name_hash((const char *)fold[0].data, fold[0].size));
        plat_buffer_free(&again);
        for (int k = 0; k < 2; k++) {
            plat_buffer_free(&fold[k]);
            plat_free(s[k]);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(equal_names),    cmocka_unit_test(order_of_names),
        cmocka_unit_test(upcase_table),   cmocka_unit_test(upcase_ranges),
        cmocka_unit_test(utf8_rules),     cmocka_unit_test(every_code_point),
        cmocka_unit_test(utf16_oddities), cmocka_unit_test(random_bytes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
