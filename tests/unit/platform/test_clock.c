/* SPDX-License-Identifier: Apache-2.0 */
/* Dates, and the fake clock that they are tested with. */
#include "scratch.h"

#include "platform/clock.h"
#include "platform/fake.h"

#include <string.h>

static void fake_clock(void **state)
{
    uint64_t before = plat_clock_monotonic_ms();

    (void)state;
    plat_fake_clock_set(5000000000);
    assert_int_equal(plat_clock_unix(), 5000000000);
    assert_int_equal(plat_clock_unix(), 5000000000);
    plat_fake_clock_advance_ms(999);
    assert_int_equal(plat_clock_unix(), 5000000000);
    plat_fake_clock_advance_ms(1);
    assert_int_equal(plat_clock_unix(), 5000000001);
    assert_int_equal(plat_clock_monotonic_ms(), before + 1000);
    plat_fake_clock_set(-5);
    assert_int_equal(plat_clock_unix(), -5);
    assert_int_equal(plat_clock_monotonic_ms(), before + 1000);
}

static void known_dates(void **state)
{
    static const struct {
        int64_t seconds;
        struct plat_date date;
    } rows[] = {
        {0, {1970, 1, 1, 0, 0, 0, 4}},
        {-1, {1969, 12, 31, 23, 59, 59, 3}},
        {784111777, {1994, 11, 6, 8, 49, 37, 0}},
        {951782400, {2000, 2, 29, 0, 0, 0, 2}},
        {2147483648, {2038, 1, 19, 3, 14, 8, 2}},
        {4107542399, {2100, 2, 28, 23, 59, 59, 0}},
        {4107542400, {2100, 3, 1, 0, 0, 0, 1}},
        {-62135596800, {1, 1, 1, 0, 0, 0, 1}},
        {253402300799, {9999, 12, 31, 23, 59, 59, 5}},
    };

    (void)state;
    for (size_t i = 0; i < ELEMENTS(rows); i++) {
        struct plat_date d = plat_date_of(rows[i].seconds);
        const struct plat_date *e = &rows[i].date;
        int64_t back;

        if (d.year != e->year || d.month != e->month || d.day != e->day || d.hour != e->hour ||
            d.minute != e->minute || d.second != e->second || d.weekday != e->weekday)
            fail_msg("row %zu: %d-%u-%u", i, (int)d.year, d.month, d.day);
        assert_true(plat_date_to_unix(&d, &back));
        assert_int_equal(back, rows[i].seconds);
    }
    assert_int_equal(plat_date_of(INT64_MAX).year, 9999);
    assert_int_equal(plat_date_of(INT64_MAX).second, 59);
    assert_int_equal(plat_date_of(INT64_MIN).year, 1);
    assert_int_equal(plat_date_of(INT64_MIN).day, 1);
}

static bool leap(int year)
{
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

/* Every day of the years 1 to 9999, counted by hand. */
static void every_day(void **state)
{
    static const int lengths[12] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    int64_t seconds = -62135596800;
    unsigned weekday = 1;

    (void)state;
    for (int year = 1; year <= 9999; year++)
        for (int month = 1; month <= 12; month++)
            for (int day = 1; day <= lengths[month - 1] + (month == 2 && leap(year)); day++) {
                struct plat_date d = plat_date_of(seconds + 86399);
                int64_t back = 0;

                if (d.year != year || d.month != month || d.day != day || d.weekday != weekday ||
                    d.hour != 23 || !plat_date_to_unix(&d, &back) || back != seconds + 86399)
                    fail_msg("%d-%d-%d", year, month, day);
                seconds += 86400;
                weekday = (weekday + 1) % 7;
            }
    assert_int_equal(seconds, 253402300800);
}

static void impossible_dates(void **state)
{
    static const struct plat_date rows[] = {
        {0, 1, 1, 0, 0, 0, 0},     {10000, 1, 1, 0, 0, 0, 0}, {2001, 0, 1, 0, 0, 0, 0},
        {2001, 13, 1, 0, 0, 0, 0}, {2001, 1, 0, 0, 0, 0, 0},  {2001, 1, 32, 0, 0, 0, 0},
        {2001, 2, 29, 0, 0, 0, 0}, {2000, 2, 30, 0, 0, 0, 0}, {1900, 2, 29, 0, 0, 0, 0},
        {2001, 4, 31, 0, 0, 0, 0}, {2001, 1, 1, 24, 0, 0, 0}, {2001, 1, 1, 0, 60, 0, 0},
        {2001, 1, 1, 0, 0, 60, 0}, {-1, 1, 1, 0, 0, 0, 0},    {2001, 255, 255, 255, 255, 255, 255},
    };

    (void)state;
    for (size_t i = 0; i < ELEMENTS(rows); i++) {
        int64_t seconds = 77;

        if (plat_date_to_unix(&rows[i], &seconds) || seconds != 77)
            fail_msg("row %zu", i);
    }
}

/* RFC 9110 section 5.6.7. */
static void http_dates(void **state)
{
    static const struct {
        const char *text;
        bool valid;
        int64_t seconds;
    } rows[] = {
        {"Sun, 06 Nov 1994 08:49:37 GMT", true, 784111777},
        {"Sunday, 06-Nov-94 08:49:37 GMT", true, 784111777},
        {"Sun Nov  6 08:49:37 1994", true, 784111777},
        {"Wed Nov 16 08:49:37 1994", true, 784975777},
        {"Thu, 01 Jan 1970 00:00:00 GMT", true, 0},
        {"Sat, 31 Dec 2016 23:59:60 GMT", true, 1483228800}, /* a leap second */
        {"Mon, 06 Nov 1994 08:49:37 GMT", true, 784111777},  /* the wrong day name is not our business */
        {"Fri, 31 Dec 9999 23:59:59 GMT", true, 253402300799},
        {"", false, 0},
        {"Sun", false, 0},
        {"Sun, 06 Nov 1994 08:49:37", false, 0},
        {"Sun, 06 Nov 1994 08:49:37 UTC", false, 0},
        {"Sun, 06 Nov 1994 08:49:37 GMTx", false, 0},
        {"Sun, 06 Nov 1994 08:49:37 GMT ", false, 0},
        {" Sun, 06 Nov 1994 08:49:37 GMT", false, 0},
        {"sun, 06 nov 1994 08:49:37 gmt", false, 0},
        {"Sun, 6 Nov 1994 08:49:37 GMT", false, 0},
        {"Sun, 06 Nov 94 08:49:37 GMT", false, 0},
        {"Sun, 06 Nov 1994 8:49:37 GMT", false, 0},
        {"Sun, 06 Nov 1994 24:00:00 GMT", false, 0},
        {"Sun, 06 Nov 1994 08:60:37 GMT", false, 0},
        {"Sun, 06 Nov 1994 08:49:61 GMT", false, 0},
        {"Sun, 30 Feb 1994 08:49:37 GMT", false, 0},
        {"Sun, 00 Nov 1994 08:49:37 GMT", false, 0},
        {"Sun, 06 Nov 0000 08:49:37 GMT", false, 0},
        {"Sun, 06 Foo 1994 08:49:37 GMT", false, 0},
        {"Xxx, 06 Nov 1994 08:49:37 GMT", false, 0},
        {"Sun, 06-Nov-94 08:49:37 GMT", false, 0},
        {"Sunday, 06-Nov-1994 08:49:37 GMT", false, 0},
        {"Sun Nov 6 08:49:37 1994", false, 0},
        {"Sun Nov  6 08:49:37 1994 GMT", false, 0},
        {"784111777", false, 0},
    };

    (void)state;
    for (size_t i = 0; i < ELEMENTS(rows); i++) {
        int64_t seconds = 77;

        if (plat_http_date_parse(rows[i].text, &seconds) != rows[i].valid ||
            seconds != (rows[i].valid ? rows[i].seconds : 77))
            fail_msg("row %zu: %s: %lld", i, rows[i].text, (long long)seconds);
    }
}

static void http_date_text(void **state)
{
    char text[PLAT_HTTP_DATE_SIZE];

    (void)state;
    plat_http_date(784111777, text);
    assert_string_equal(text, "Sun, 06 Nov 1994 08:49:37 GMT");
    plat_http_date(INT64_MIN, text);
    assert_string_equal(text, "Mon, 01 Jan 0001 00:00:00 GMT");
    for (int64_t t = -62135596800; t < 253402300799; t += 86400 * 17 + 12345) {
        int64_t back;

        plat_http_date(t, text);
        assert_int_equal(strlen(text), PLAT_HTTP_DATE_SIZE - 1);
        assert_true(plat_http_date_parse(text, &back));
        assert_int_equal(back, t);
    }
}

/* "a timestamp that appears to be more than 50 years in the future": in the past, same last two digits */
static void two_digit_years(void **state)
{
    static const struct {
        int32_t now;
        const char *text;
        int32_t year;
    } rows[] = {
        {1999, "Sunday, 06-Nov-94 08:49:37 GMT", 1994}, {1999, "Sunday, 06-Nov-00 08:49:37 GMT", 2000},
        {1999, "Sunday, 06-Nov-49 08:49:37 GMT", 2049}, {1999, "Sunday, 06-Nov-50 08:49:37 GMT", 1950},
        {2025, "Sunday, 06-Nov-75 08:49:37 GMT", 2075}, {2025, "Sunday, 06-Nov-76 08:49:37 GMT", 1976},
        {2025, "Sunday, 06-Nov-94 08:49:37 GMT", 1994}, {2025, "Sunday, 06-Nov-25 08:49:37 GMT", 2025},
        {2060, "Sunday, 06-Nov-05 08:49:37 GMT", 2105}, {2060, "Sunday, 06-Nov-11 08:49:37 GMT", 2011},
    };

    (void)state;
    for (size_t i = 0; i < ELEMENTS(rows); i++) {
        struct plat_date now = {.year = rows[i].now, .month = 6, .day = 1};
        int64_t seconds;

        assert_true(plat_date_to_unix(&now, &seconds));
        plat_fake_clock_set(seconds);
        assert_true(plat_http_date_parse(rows[i].text, &seconds));
        if (plat_date_of(seconds).year != rows[i].year)
            fail_msg("row %zu: %d", i, (int)plat_date_of(seconds).year);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fake_clock),       cmocka_unit_test(known_dates), cmocka_unit_test(every_day),
        cmocka_unit_test(impossible_dates), cmocka_unit_test(http_dates),  cmocka_unit_test(http_date_text),
        cmocka_unit_test(two_digit_years),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
