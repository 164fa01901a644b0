/* SPDX-License-Identifier: Apache-2.0 */
/* Times as people and programs write them. */
#include "cert/certtool.h"

#include "platform/clock.h"
#include "platform/text.h"

#include <string.h>

/* Exactly `digits` digits at *at, no more than `most`. */
static bool take_number(const char **at, size_t digits, uint32_t most, uint32_t *number)
{
    if (strlen(*at) < digits || !plat_parse_u32(*at, digits, 10, number) || *number > most) {
        return false;
    }
    *at += digits;
    return true;
}

static bool take(const char **at, char c)
{
    bool there = **at == c;
    *at += there;
    return there;
}

static bool parse_date(const char *at, struct plat_date *date)
{
    uint32_t year, month, day, hour = 0, minute = 0, second = 0;
    if (!take_number(&at, 4, 9999, &year) || !take(&at, '-') || !take_number(&at, 2, 12, &month) ||
        !take(&at, '-') || !take_number(&at, 2, 31, &day)) {
        return false;
    }
    if (*at != '\0') {
        if ((!take(&at, 'T') && !take(&at, ' ')) || !take_number(&at, 2, 23, &hour) || !take(&at, ':') ||
            !take_number(&at, 2, 59, &minute) || (take(&at, ':') && !take_number(&at, 2, 59, &second))) {
            return false;
        }
        (void)(take(&at, 'Z') || (strcmp(at, " UTC") == 0 && (at += 4) != NULL));
    }
    *date = (struct plat_date){.year = (int32_t)year,
                               .month = (uint8_t)month,
                               .day = (uint8_t)day,
                               .hour = (uint8_t)hour,
                               .minute = (uint8_t)minute,
                               .second = (uint8_t)second};
    return *at == '\0';
}

bool certtool_time_parse(const char *text, int64_t *time)
{
    struct plat_date date;
    return plat_parse_i64(text, strlen(text), time) ||
           (parse_date(text, &date) && plat_date_to_unix(&date, time));
}
