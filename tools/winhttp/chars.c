/* SPDX-License-Identifier: Apache-2.0 */
#include "winhttp/chars.h"

#include "platform/text.h"

#include <string.h>

bool winhttp_is_token_char(char c)
{
    return plat_ascii_is_alpha(c) || plat_ascii_is_digit(c) ||
           (c != 0 && strchr("!#$%&'*+-.^_`|~", c) != NULL);
}

bool winhttp_is_token(const char *s, size_t size)
{
    for (size_t i = 0; i < size; i++)
        if (!winhttp_is_token_char(s[i]))
            return false;
    return size > 0;
}

bool winhttp_is_control(char c)
{
    unsigned char byte = (unsigned char)c;

    return byte < 0x20 || byte == 0x7f;
}

bool winhttp_is_value_char(char c)
{
    return c == '\t' || !winhttp_is_control(c);
}

bool winhttp_is_blank(char c)
{
    return c == ' ' || c == '\t';
}

void winhttp_trim(const char **s, size_t *size)
{
    while (*size > 0 && winhttp_is_blank((*s)[0])) {
        (*s)++;
        (*size)--;
    }
    while (*size > 0 && winhttp_is_blank((*s)[*size - 1]))
        (*size)--;
}

bool winhttp_list_next(const char *list, size_t list_size, size_t *at, const char **item, size_t *size)
{
    const char *comma;

    if (*at > list_size)
        return false;
    *item = list + *at;
    comma = *at < list_size ? memchr(*item, ',', list_size - *at) : NULL;
    *size = comma ? (size_t)(comma - *item) : list_size - *at;
    *at += *size + 1; /* beyond the list's size when this was the last */
    winhttp_trim(item, size);
    return true;
}
