/* SPDX-License-Identifier: Apache-2.0 */
/* The DER reader: what X.690 allows and, mostly, what it does not. */
#include "maker.h"

#include "der/der.h"

#include <inttypes.h>
#include <string.h>

static struct plat_buffer scratch;

static int setup(void **state)
{
    (void)state;
    plat_buffer_init(&scratch, 64U * 1024U * 1024U);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    plat_buffer_free(&scratch);
    return 0;
}

static struct der_reader reader(const char *text)
{
    return der_reader_of(maker_der(text, &scratch));
}

struct element_case {
    const char *der;
    bool good;
};

static void elements(void **state)
{
    static const struct element_case cases[] = {
        {"04{}", true},
        {"04{01}", true},
        {"04 7f *127(55)", true},
        {"04 81 80 *128(55)", true},
        {"04 82 0100 *256(55)", true},
        {"04 83 010000 *65536(55)", true},
        {"", false},
        {"04", false},                /* no length */
        {"04 02 55", false},          /* content cut off */
        {"04 80 55 0000", false},     /* indefinite */
        {"04 ff 55", false},          /* reserved length octet */
        {"04 81 7f *127(55)", false}, /* long form of a short length */
        {"04 81 00", false},
        {"04 82 0080 *128(55)", false}, /* a leading zero octet */
        {"04 83 000100 *256(55)", false},
        {"04 84 ffffffff 55", false},   /* more than there is */
        {"04 85 0100000000 55", false}, /* more than 32 bits */
        {"04 88 ffffffffffffffff", false},
        {"04 82 01", false},    /* length cut off */
        {"00 00", false},       /* end-of-contents is no element */
        {"1f 81 01 00", false}, /* high tag numbers */
        {"bf 81 00 00", false},
    };
    (void)state;
    for (size_t i = 0; i < ELEMENTS(cases); i++) {
        struct der_reader r = reader(cases[i].der);
        struct der_item item;
        if (der_read(&r, &item) != cases[i].good || der_failed(&r) == cases[i].good) {
            fail_msg("%s is %s", cases[i].der, cases[i].good ? "good" : "bad");
        }
        if (cases[i].good) {
            assert_true(der_finish(&r));
            assert_int_equal(item.tag, 4);
            assert_int_equal(item.whole.size, scratch.size);
            assert_int_equal(item.content.size + der_header_size(item.content.size), item.whole.size);
        } else {
            assert_int_equal(item.whole.size, 0);
            assert_false(der_finish(&r));
        }
    }
}

static void failure_stays(void **state)
{
    (void)state;
    struct der_reader r = reader("02{01} 04{02} 02{03}");
    assert_int_equal(der_read_u32(&r, DER_INTEGER), 1);
    assert_int_equal(der_peek(&r), DER_OCTET_STRING);
    assert_true(der_next_is(&r, DER_OCTET_STRING));
    assert_int_equal(der_read_u32(&r, DER_INTEGER), 0); /* another tag */
    assert_true(der_failed(&r) && der_at_end(&r));
    assert_int_equal(der_read_tag(&r, DER_OCTET_STRING).size, 0);
    assert_int_equal(der_peek(&r), 0);
    assert_false(der_finish(&r));
}

static void nesting(void **state)
{
    (void)state;
    struct der_reader r = reader("30{ 31{ 02{05} } 05{} }");
    struct der_reader outside = der_enter(&r, DER_SEQUENCE);
    struct der_reader inside = der_enter(&outside, DER_SET);
    assert_int_equal(der_read_u32(&inside, DER_INTEGER), 5);
    assert_true(der_finish(&inside) && der_finish(&r));
    assert_false(der_finish(&outside));
    assert_int_equal(der_read_whole(&outside, DER_NULL).size, 2);
    assert_true(der_finish(&outside));
    /* a failure outside is one inside */
    struct der_reader bad = der_enter(&outside, DER_SEQUENCE);
    assert_true(der_failed(&bad) && der_failed(&outside));
}

static void depth(void **state)
{
    char text[8 * DER_DEPTH + 1] = "";
    unsigned levels = 0;
    (void)state;
    for (unsigned i = 0; i < DER_DEPTH + 2; i++) {
        strcat(text, "30{");
    }
    for (unsigned i = 0; i < DER_DEPTH + 2; i++) {
        strcat(text, "}");
    }
    struct der_reader r = reader(text);
    while (!der_at_end(&r)) {
        r = der_enter(&r, DER_SEQUENCE);
        levels++;
    }
    assert_true(der_failed(&r));
    assert_int_equal(levels, DER_DEPTH);
}

static void booleans(void **state)
{
    static const struct {
        const char *der;
        bool good, value;
    } cases[] = {{"01{ff}", true, true}, {"01{00}", true, false},    {"01{01}", false, false},
                 {"01{}", false, false}, {"01{ffff}", false, false}, {"02{ff}", false, false}};
    (void)state;
    for (size_t i = 0; i < ELEMENTS(cases); i++) {
        struct der_reader r = reader(cases[i].der);
        assert_int_equal(der_read_boolean(&r), cases[i].value);
        assert_int_equal(der_finish(&r), cases[i].good);
    }
}

static void integers(void **state)
{
    static const struct {
        const char *der;
        bool good;
        uint32_t value; /* of the good ones that are not negative and fit; others: der_read_u32 fails */
        bool fits;
    } cases[] = {
        {"02{00}", true, 0, true},
        {"02{7f}", true, 127, true},
        {"02{0080}", true, 128, true},
        {"02{00ffffffff}", true, UINT32_MAX, true},
        {"02{7fffffff}", true, INT32_MAX, true},
        {"02{0100000000}", true, 0, false},
        {"02{00 ff *20(11)}", true, 0, false},
        {"02{80}", true, 0, false}, /* -128 */
        {"02{ff}", true, 0, false}, /* -1 */
        {"02{ff7f}", true, 0, false},
        {"02{}", false, 0, false},
        {"02{0000}", false, 0, false}, /* not the shortest form */
        {"02{007f}", false, 0, false},
        {"02{ff80}", false, 0, false},
        {"02{ffff}", false, 0, false},
        {"22{00}", false, 0, false}, /* constructed */
    };
    (void)state;
    for (size_t i = 0; i < ELEMENTS(cases); i++) {
        struct der_reader r = reader(cases[i].der);
        struct der_reader again = r;
        struct plat_span content = der_read_integer(&r, DER_INTEGER);
        if (der_finish(&r) != cases[i].good || (content.size != 0) != cases[i].good) {
            fail_msg("%s is %s", cases[i].der, cases[i].good ? "good" : "bad");
        }
        assert_int_equal(der_read_u32(&again, DER_INTEGER), cases[i].value);
        assert_int_equal(der_finish(&again), cases[i].fits);
    }
}

static void bit_strings(void **state)
{
    static const struct {
        const char *der;
        bool good; /* any number of unused bits */
        uint8_t unused;
        size_t size;
    } cases[] = {
        {"03{00}", true, 0, 0},         {"03{00 ff}", true, 0, 1},  {"03{07 80}", true, 7, 1},
        {"03{01 aafe}", true, 1, 2},    {"03{}", false, 0, 0},      {"03{08 00}", false, 0, 0},
        {"03{01}", false, 0, 0},        {"03{07 81}", false, 0, 0}, {"03{01 01}", false, 0, 0},
        {"23{03{00 ff}}", false, 0, 0}, {"03{ff 00}", false, 0, 0},
    };
    (void)state;
    for (size_t i = 0; i < ELEMENTS(cases); i++) {
        uint8_t unused = 99;
        struct der_reader r = reader(cases[i].der);
        struct der_reader octets = r;
        struct plat_span bits = der_read_bit_string(&r, DER_BIT_STRING, &unused);
        if (der_finish(&r) != cases[i].good || bits.size != cases[i].size || unused != cases[i].unused) {
            fail_msg("%s", cases[i].der);
        }
        (void)der_read_bit_string(&octets, DER_BIT_STRING, NULL); /* whole octets only */
        assert_int_equal(der_finish(&octets), cases[i].good && cases[i].unused == 0);
    }
}

static void named_bits(void **state)
{
    static const struct {
        const char *der;
        bool good;
        uint16_t bits;
    } cases[] = {
        {"03{07 80}", true, 0x0001},   {"03{01 06}", true, 0x0060},
        {"03{07 0080}", true, 0x0100}, {"03{00}", true, 0},
        {"03{00 00}", true, 0},        {"03{00 80}", true, 0x0001}, /* trailing zeros */
        {"03{00 ffff}", true, 0xffff}, {"03{00 010000}", true, 0x0080},
        {"03{07 000080}", false, 0}, /* a 17th bit */
        {"03{02 01}", false, 0},
    };
    (void)state;
    for (size_t i = 0; i < ELEMENTS(cases); i++) {
        struct der_reader r = reader(cases[i].der);
        assert_int_equal(der_read_named_bits(&r, DER_BIT_STRING), cases[i].bits);
        assert_int_equal(der_finish(&r), cases[i].good);
    }
}

static void times(void **state)
{
    static const struct {
        const char *der;
        bool good;
        int64_t seconds;
    } cases[] = {
        {"17{'700101000000Z'}", true, 0},
        {"17{'491231235959Z'}", true, INT64_C(2524607999)}, /* 2049 */
        {"17{'500101000000Z'}", true, -INT64_C(631152000)}, /* 1950 */
        {"17{'380119031408Z'}", true, INT64_C(2147483648)}, /* past 32 bits */
        {"18{'20500101000000Z'}", true, INT64_C(2524608000)},
        {"18{'99991231235959Z'}", true, INT64_C(253402300799)},
        {"18{'20240229120000Z'}", true, INT64_C(1709208000)},
        {"18{'20230229120000Z'}", false, 0}, /* no leap year */
        {"17{'231301000000Z'}", false, 0},
        {"17{'230001000000Z'}", false, 0},
        {"17{'230100000000Z'}", false, 0},
        {"17{'230132000000Z'}", false, 0},
        {"17{'230101240000Z'}", false, 0},
        {"17{'230101006000Z'}", false, 0},
        {"17{'230101000060Z'}", false, 0},
        {"17{'2301010000Z'}", false, 0},  /* no seconds */
        {"17{'230101000000'}", false, 0}, /* no Z */
        {"17{'230101000000+0000'}", false, 0},
        {"17{'230101000000z'}", false, 0},
        {"17{'23 101000000Z'}", false, 0},
        {"17{'+30101000000Z'}", false, 0},
        {"17{'20230101000000Z'}", false, 0}, /* the other type's form */
        {"18{'230101000000Z'}", false, 0},
        {"18{'20230101000000.5Z'}", false, 0}, /* fraction */
        {"18{'00000101000000Z'}", false, 0},   /* there is no year 0 */
        {"16{'230101000000Z'}", false, 0},
        {"17{}", false, 0},
    };
    (void)state;
    for (size_t i = 0; i < ELEMENTS(cases); i++) {
        struct der_reader r = reader(cases[i].der);
        int64_t seconds = der_read_time(&r);
        if (der_finish(&r) != cases[i].good || seconds != cases[i].seconds) {
            fail_msg("%s: %" PRId64, cases[i].der, seconds);
        }
    }
}

static void oids(void **state)
{
    static const struct {
        const char *der;
        bool good;
        const char *text;
    } cases[] = {
        {"06{551d13}", true, "2.5.29.19"},
        {"06{2a864886f70d010101}", true, "1.2.840.113549.1.1.1"},
        {"06{00}", true, "0.0"},
        {"06{27}", true, "0.39"},
        {"06{28}", true, "1.0"},
        {"06{8837}", true, "2.999"},
        {"06{2a *8(ff) 7f}", true, "1.2.9223372036854775807"},    /* 63 bits */
        {"06{2a 81 *8(80) 00}", true, "#2a81808080808080808000"}, /* 64 bits: valid, not shown as numbers */
        {"06{}", false, "#"},
        {"06{2a80}", false, "#2a80"},     /* cut off */
        {"06{2a8001}", false, "#2a8001"}, /* a leading zero in an arc */
        {"06{8001}", false, "#8001"},
    };
    (void)state;
    for (size_t i = 0; i < ELEMENTS(cases); i++) {
        struct plat_buffer text;
        uint8_t back[DER_OID_SIZE];
        size_t size;
        plat_buffer_init(&text, 1000);
        struct der_reader r = reader(cases[i].der);
        struct der_reader raw = r;
        struct plat_span oid = der_read_oid(&r, DER_OID);
        assert_int_equal(der_finish(&r), cases[i].good);
        assert_int_equal(oid.size != 0, cases[i].good);
        der_oid_text(der_read_tag(&raw, DER_OID), &text);
        assert_string_equal(plat_buffer_text(&text), cases[i].text);
        assert_int_equal(der_oid_parse(cases[i].text, back, &size),
                         cases[i].good && cases[i].text[0] != '#' && i != 6);
        if (cases[i].good && cases[i].text[0] != '#' && i != 6) {
            assert_true(plat_span_equal(plat_span_of(back, size), oid));
        }
        plat_buffer_free(&text);
    }
}

static void bad_oid_texts(void **state)
{
    static const char *const cases[] = {
        "",
        "1",
        "1.",
        ".1",
        "1..2",
        "3.1",
        "1.40",
        "0.40",
        "1.2.x",
        "1.2 ",
        "1.02",
        "-1.2",
        "1.2.99999999999999999999",
        "1.2.3.4.5.6.7.8.9.10.11.12.13.14.15.16.17.18.19.20.21.22.23.24.25.26.27.28.29.30.31.32"
        ".33.34.35.36.37.38.39.40.41.42.43.44.45.46.47.48.49.50.51.52.53.54.55.56.57.58.59.60.61"
        ".62.63.64.65.66.67"};
    uint8_t oid[DER_OID_SIZE];
    size_t size;
    (void)state;
    for (size_t i = 0; i < ELEMENTS(cases); i++) {
        if (der_oid_parse(cases[i], oid, &size)) {
            fail_msg("\"%s\" is no OID that fits", cases[i]);
        }
    }
}

static void writing(void **state)
{
    static const size_t sizes[] = {0, 1, 127, 128, 255, 256, 65535, 65536};
    static uint8_t zeros[65536];
    (void)state;
    for (size_t i = 0; i < ELEMENTS(sizes); i++) {
        plat_buffer_clear(&scratch);
        der_write(&scratch, DER_OCTET_STRING, plat_span_of(zeros, sizes[i]));
        assert_int_equal(scratch.size, sizes[i] + der_header_size(sizes[i]));
        struct der_reader r = der_reader_of(plat_span_of(scratch.data, scratch.size));
        assert_int_equal(der_read_tag(&r, DER_OCTET_STRING).size, sizes[i]);
        assert_true(der_finish(&r));
    }
}

/* Whatever the bytes, a reader ends, inside them. */
static void random_bytes(void **state)
{
    uint32_t seed = 12345;
    uint8_t bytes[64];
    (void)state;
    for (unsigned round = 0; round < 200000; round++) {
        for (size_t i = 0; i < sizeof bytes; i++) {
            seed = seed * 1664525U + 1013904223U;
            bytes[i] = (uint8_t)(seed >> 24);
        }
        bytes[0] = 0x30;
        bytes[1] = (uint8_t)(bytes[1] % 64);
        struct der_reader r = der_reader_of(plat_span_of(bytes, sizeof bytes));
        struct der_item item;
        size_t total = 0;
        while (der_read(&r, &item)) {
            assert_true(item.whole.data >= bytes && item.whole.data + item.whole.size <= bytes + sizeof bytes);
            total += item.whole.size;
        }
        assert_true(total <= sizeof bytes);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(elements),     cmocka_unit_test(failure_stays), cmocka_unit_test(nesting),
        cmocka_unit_test(depth),        cmocka_unit_test(booleans),      cmocka_unit_test(integers),
        cmocka_unit_test(bit_strings),  cmocka_unit_test(named_bits),    cmocka_unit_test(times),
        cmocka_unit_test(oids),         cmocka_unit_test(bad_oid_texts), cmocka_unit_test(writing),
        cmocka_unit_test(random_bytes),
    };
    return cmocka_run_group_tests_name("certstore.der", tests, setup, teardown);
}
