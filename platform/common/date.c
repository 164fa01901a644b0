/* SPDX-License-Identifier: Apache-2.0 */
/* Civil dates in UTC, computed: no time zone files, no 32-bit time. */
#include "platform/clock.h"

#define DAY_SECONDS INT64_C(86400)
#define FIRST INT64_C(-62135596800) /* 0001-01-01 00:00:00 */
#define LAST INT64_C(253402300799)  /* 9999-12-31 23:59:59 */

/* Days before the month in a year that begins with March: leap days then come last. */
static const uint16_t days_before[12] = {0, 31, 61, 92, 122, 153, 184, 214, 245, 275, 306, 337};

static bool is_leap(int32_t year)
{
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static uint8_t days_in_month(int32_t year, uint8_t month)
{
    static const uint8_t days[12] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

    return (uint8_t)(days[month - 1] + (month == 2 && is_leap(year)));
}

/* Days from 0000-03-01 to a date in the year 1 or later. */
static int64_t day_number(int32_t year, uint8_t month, uint8_t day)
{
    int64_t y = month < 3 ? year - 1 : year;
    unsigned m = month < 3 ? month + 9U : month - 3U;

    return y * 365 + y / 4 - y / 100 + y / 400 + days_before[m] + day - 1;
}

#define EPOCH_DAY INT64_C(719468) /* day_number(1970, 1, 1) */

struct plat_date plat_date_of(int64_t unix_seconds)
{
    int64_t seconds = unix_seconds < FIRST ? FIRST : unix_seconds > LAST ? LAST : unix_seconds;
    int64_t since_march_0 = seconds - FIRST + 306 * DAY_SECONDS; /* 0001-01-01 is day 306; never negative */
    int64_t day = since_march_0 / DAY_SECONDS;
    uint32_t in_day = (uint32_t)(since_march_0 % DAY_SECONDS);
    struct plat_date date = {0};
    int64_t year = day / 366; /* never too high; a few steps too low at most for every 1000 years */
    unsigned month = 11;
    int64_t left;

    while (day >= (year + 1) * 365 + (year + 1) / 4 - (year + 1) / 100 + (year + 1) / 400)
        year++;
    left = day - (year * 365 + year / 4 - year / 100 + year / 400);
    while (left < days_before[month])
        month--;
    date.month = (uint8_t)(month < 10 ? month + 3 : month - 9);
    date.year = (int32_t)(date.month < 3 ? year + 1 : year);
    date.day = (uint8_t)(left - days_before[month] + 1);
    date.hour = (uint8_t)(in_day / 3600);
    date.minute = (uint8_t)(in_day / 60 % 60);
    date.second = (uint8_t)(in_day % 60);
    date.weekday = (uint8_t)((day + 3) % 7); /* 0000-03-01 was a Wednesday */
    return date;
}

bool plat_date_to_unix(const struct plat_date *date, int64_t *unix_seconds)
{
    if (date->year < 1 || date->year > 9999 || date->month < 1 || date->month > 12 || date->day < 1 ||
        date->day > days_in_month(date->year, date->month) || date->hour > 23 || date->minute > 59 ||
        date->second > 59)
        return false;
    *unix_seconds = (day_number(date->year, date->month, date->day) - EPOCH_DAY) * DAY_SECONDS +
                    date->hour * 3600 + date->minute * 60 + date->second;
    return true;
}
