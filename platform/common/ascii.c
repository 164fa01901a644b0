/* SPDX-License-Identifier: Apache-2.0 */
/* ASCII letters, digits and numbers, whatever the locale says. */
#include "platform/text.h"

#include <string.h>

char plat_ascii_lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

bool plat_ascii_is_digit(char c)
{
    return c >= '0' && c <= '9';
}

bool plat_ascii_is_alpha(char c)
{
    char lower = plat_ascii_lower(c);

    return lower >= 'a' && lower <= 'z';
}

bool plat_ascii_equal_nocase_n(const char *a, size_t a_size, const char *b, size_t b_size)
{
    if (a_size != b_size)
        return false;
    for (size_t i = 0; i < a_size; i++)
        if (plat_ascii_lower(a[i]) != plat_ascii_lower(b[i]))
            return false;
    return true;
}

bool plat_ascii_equal_nocase(const char *a, const char *b)
{
    return plat_ascii_equal_nocase_n(a, strlen(a), b, strlen(b));
}

/* The value of a digit in bases up to 36, or 36. */
static unsigned digit_value(char c)
{
    if (plat_ascii_is_digit(c))
        return (unsigned)(c - '0');
    if (plat_ascii_is_alpha(c))
        return (unsigned)(plat_ascii_lower(c) - 'a') + 10;
    return 36;
}

int plat_hex_digit(char c)
{
    unsigned value = digit_value(c);

    return value < 16 ? (int)value : -1;
}

static bool parse(const char *s, size_t size, unsigned base, uint64_t most, uint64_t *value)
{
    uint64_t v = 0;

    if (size == 0 || base < 2 || base > 36)
        return false;
    for (size_t i = 0; i < size; i++) {
        unsigned digit = digit_value(s[i]);

        if (digit >= base || v > (most - digit) / base)
            return false;
        v = v * base + digit;
    }
    *value = v;
    return true;
}

bool plat_parse_u64(const char *s, size_t size, unsigned base, uint64_t *value)
{
    return parse(s, size, base, UINT64_MAX, value);
}

bool plat_parse_u32(const char *s, size_t size, unsigned base, uint32_t *value)
{
    uint64_t wide;

    if (!parse(s, size, base, UINT32_MAX, &wide))
        return false;
    *value = (uint32_t)wide;
    return true;
}

bool plat_parse_i64(const char *s, size_t size, int64_t *value)
{
    bool negative = size > 0 && s[0] == '-';
    uint64_t most = negative ? (uint64_t)INT64_MAX + 1 : (uint64_t)INT64_MAX;
    uint64_t wide;

    if (!parse(s + negative, size - negative, 10, most, &wide))
        return false;
    if (!negative)
        *value = (int64_t)wide;
    else
        *value = wide == most ? INT64_MIN : -(int64_t)wide;
    return true;
}
