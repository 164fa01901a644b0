/* SPDX-License-Identifier: Apache-2.0 */
/* Dates of HTTP, RFC 9110 section 5.6.7. */
#include "platform/clock.h"
#include "platform/text.h"

#include <stdio.h>
#include <string.h>

static const char *const day_names[7] = {"Sunday",   "Monday", "Tuesday", "Wednesday",
                                         "Thursday", "Friday", "Saturday"};
static const char month_names[12][4] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                        "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

void plat_http_date(int64_t unix_seconds, char text[PLAT_HTTP_DATE_SIZE])
{
    struct plat_date d = plat_date_of(unix_seconds);

    snprintf(text, PLAT_HTTP_DATE_SIZE, "%.3s, %02u %s %04u %02u:%02u:%02u GMT", day_names[d.weekday % 7],
             d.day % 100U, month_names[(d.month - 1) % 12], (unsigned)d.year % 10000U, d.hour % 100U,
             d.minute % 100U, d.second % 100U);
}

/*
 * A date is matched against a pattern: w = day name of three letters, W = whole day name, d = two digits of the day,
 * e = the day, blank-padded, b = month name, Y = four digits of the year, y = two, H M S = two digits each, other
 * characters themselves. The three forms of the RFC:
 */
static const char *const patterns[] = {
    "w, d b Y H:M:S GMT", /* IMF-fixdate */
    "W, d-b-y H:M:S GMT", /* RFC 850 */
    "w b e H:M:S Y",      /* asctime */
};

static bool digits(const char **s, size_t count, unsigned *value)
{
    *value = 0;
    for (size_t i = 0; i < count; i++, (*s)++) {
        if (!plat_ascii_is_digit(**s))
            return false;
        *value = *value * 10 + (unsigned)(**s - '0');
    }
    return true;
}

static bool day_name(const char **s, bool whole)
{
    for (size_t i = 0; i < 7; i++) {
        size_t size = whole ? strlen(day_names[i]) : 3;

        if (strncmp(*s, day_names[i], size) == 0) {
            *s += size;
            return true;
        }
    }
    return false;
}

static bool month_name(const char **s, uint8_t *month)
{
    for (uint8_t i = 0; i < 12; i++)
        if (strncmp(*s, month_names[i], 3) == 0) {
            *s += 3;
            *month = (uint8_t)(i + 1);
            return true;
        }
    return false;
}

/* "more than 50 years in the future" means the most recent past year with the same two digits. */
static int32_t whole_year(unsigned two_digits)
{
    int32_t now = plat_date_of(plat_clock_unix()).year;
    int32_t year = now - now % 100 + (int32_t)two_digits;

    if (year <= now - 50)
        year += 100;
    return year > now + 50 ? year - 100 : year;
}

static bool match_field(char field, const char **s, struct plat_date *d, bool *leap_second)
{
    unsigned value = 0;

    switch (field) {
    case 'w':
    case 'W':
        return day_name(s, field == 'W');
    case 'b':
        return month_name(s, &d->month);
    case 'Y':
    case 'y':
        if (!digits(s, field == 'Y' ? 4 : 2, &value))
            return false;
        d->year = field == 'Y' ? (int32_t)value : whole_year(value);
        return true;
    case 'e':
        if (**s == ' ') {
            ++*s;
            if (!digits(s, 1, &value))
                return false;
            d->day = (uint8_t)value;
            return true;
        }
        break;
    default:
        break;
    }
    if (!digits(s, 2, &value))
        return false;
    if (field == 'd' || field == 'e')
        d->day = (uint8_t)value;
    else if (field == 'H')
        d->hour = (uint8_t)value;
    else if (field == 'M')
        d->minute = (uint8_t)value;
    else {
        *leap_second = value == 60;
        d->second = (uint8_t)(value == 60 ? 59 : value);
    }
    return true;
}

static bool match(const char *pattern, const char *s, int64_t *unix_seconds)
{
    struct plat_date d = {0};
    bool leap_second = false;

    for (const char *p = pattern; *p; p++) {
        /* "GMT" stands at the end of a pattern, so its M is the letter */
        if (strchr("wWdebYyHMS", *p) && !(p > pattern && p[-1] == 'G')) {
            if (!match_field(*p, &s, &d, &leap_second))
                return false;
        } else if (*s++ != *p) {
            return false;
        }
    }
    if (*s != '\0' || !plat_date_to_unix(&d, unix_seconds))
        return false;
    *unix_seconds += leap_second;
    return true;
}

bool plat_http_date_parse(const char *text, int64_t *unix_seconds)
{
    for (size_t i = 0; i < sizeof patterns / sizeof patterns[0]; i++)
        if (match(patterns[i], text, unix_seconds))
            return true;
    return false;
}
