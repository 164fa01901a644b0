/* SPDX-License-Identifier: Apache-2.0 */
#include "http/chars.h"

#include "platform/text.h"

#include <string.h>

static bool is_alnum(char c)
{
    return plat_ascii_is_alpha(c) || plat_ascii_is_digit(c);
}

/* c is one of the characters of s; NUL never is. */
static bool one_of(char c, const char *s)
{
    return c != '\0' && strchr(s, c) != NULL;
}

bool http_is_token_char(char c)
{
    return is_alnum(c) || one_of(c, "!#$%&'*+-.^_`|~");
}

bool http_is_value_char(char c)
{
    unsigned char byte = (unsigned char)c;

    return byte == '\t' || (byte >= 0x20 && byte != 0x7f);
}

bool http_is_path_char(char c)
{
    return is_alnum(c) || one_of(c, "/-._~!$&'()*+,;=:@");
}

bool http_is_query_char(char c)
{
    return c > 0x20 && c < 0x7f && c != '#';
}

bool http_is_host_char(char c)
{
    return is_alnum(c) || one_of(c, "-._");
}

bool http_is_token(const char *s, size_t size)
{
    for (size_t i = 0; i < size; i++)
        if (!http_is_token_char(s[i]))
            return false;
    return size > 0;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

bool http_list_next(const char **cursor, const char **item, size_t *size)
{
    const char *start = *cursor;
    const char *end;

    if (!start)
        return false;
    end = strchr(start, ',');
    *cursor = end ? end + 1 : NULL;
    if (!end)
        end = start + strlen(start);
    while (start < end && is_blank(*start))
        start++;
    while (end > start && is_blank(end[-1]))
        end--;
    *item = start;
    *size = (size_t)(end - start);
    return true;
}
