/* SPDX-License-Identifier: Apache-2.0 */
/* UTCTime and GeneralizedTime in the one form that RFC 5280 section 4.1.2.5 allows for each. */
#include "der/der.h"
#include "platform/clock.h"
#include "platform/text.h"

static bool two_digits(const uint8_t *text, uint8_t *value)
{
    if (!plat_ascii_is_digit((char)text[0]) || !plat_ascii_is_digit((char)text[1])) {
        return false;
    }
    *value = (uint8_t)((text[0] - '0') * 10 + (text[1] - '0'));
    return true;
}

static bool parse_time(unsigned tag, struct plat_span content, int64_t *unix_seconds)
{
    /* YYMMDDHHMMSSZ or YYYYMMDDHHMMSSZ */
    size_t year_size = tag == DER_UTC_TIME ? 2 : 4;
    if ((tag != DER_UTC_TIME && tag != DER_GENERALIZED_TIME) || content.size != year_size + 11 ||
        content.data[content.size - 1] != 'Z') {
        return false;
    }
    uint8_t pairs[7];
    size_t count = (content.size - 1) / 2;
    for (size_t i = 0; i < count; i++) {
        if (!two_digits(content.data + 2 * i, &pairs[i])) {
            return false;
        }
    }
    const uint8_t *rest = pairs + year_size / 2;
    struct plat_date date = {
        .month = rest[0], .day = rest[1], .hour = rest[2], .minute = rest[3], .second = rest[4]};
    if (tag == DER_UTC_TIME) {
        date.year = pairs[0] >= 50 ? 1900 + pairs[0] : 2000 + pairs[0];
    } else {
        date.year = pairs[0] * 100 + pairs[1];
    }
    return plat_date_to_unix(&date, unix_seconds);
}

int64_t der_read_time(struct der_reader *r)
{
    struct der_item item;
    int64_t seconds = 0;
    if (!der_read(r, &item) || !parse_time(item.tag, item.content, &seconds)) {
        der_fail(r);
        return 0;
    }
    return seconds;
}
