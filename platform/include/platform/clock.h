/* SPDX-License-Identifier: Apache-2.0 */
/* Time. Seconds are 64-bit and UTC everywhere; time_t never leaves platform/. */
#ifndef CERIUM_PLATFORM_CLOCK_H
#define CERIUM_PLATFORM_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

int64_t plat_clock_unix(void);          /* seconds since 1970-01-01 00:00:00 UTC */
uint64_t plat_clock_monotonic_ms(void); /* never goes back; its zero means nothing */

uint64_t plat_clock_coarse_ms(void); /* the same, behind by up to 20 ms, for a few nanoseconds */

/* A civil date in UTC, proleptic Gregorian. */
struct plat_date {
    int32_t year;                 /* 1..9999 in everything that Cerium prints or parses */
    uint8_t month;                /* 1..12 */
    uint8_t day;                  /* 1..31 */
    uint8_t hour, minute, second; /* 0..23, 0..59, 0..59 */
    uint8_t weekday;              /* 0 = Sunday */
};

struct plat_date plat_date_of(
    int64_t unix_seconds); /* before the year 1 or after 9999: the nearest second inside */
/* false when a field is out of its range (30 February included). weekday is ignored. */
bool plat_date_to_unix(const struct plat_date *date, int64_t *unix_seconds);

#define PLAT_HTTP_DATE_SIZE 30 /* "Sun, 06 Nov 1994 08:49:37 GMT" and its NUL (RFC 9110 section 5.6.7) */
void plat_http_date(int64_t unix_seconds, char text[PLAT_HTTP_DATE_SIZE]);
/* All three forms of RFC 9110 section 5.6.7; the day of the week is read and not compared with the date. */
bool plat_http_date_parse(const char *text, int64_t *unix_seconds);

#endif
