/* SPDX-License-Identifier: Apache-2.0 */
/* The character classes of RFC 9110 section 5.6 and RFC 3986 section 2 that a client needs. */
#ifndef CERIUM_TOOLS_WINHTTP_CHARS_H
#define CERIUM_TOOLS_WINHTTP_CHARS_H

#include <stdbool.h>
#include <stddef.h>

bool winhttp_is_token_char(char c);                /* tchar */
bool winhttp_is_token(const char *s, size_t size); /* one tchar at least */
bool winhttp_is_value_char(char c); /* VCHAR, obs-text, SP, HTAB: what a field value may hold */
bool winhttp_is_blank(char c);      /* SP, HTAB */
bool winhttp_is_control(char c);    /* ASCII 0 to 31, 127 */

/* The text without the blanks around it. */
void winhttp_trim(const char **s, size_t *size);

/*
 * The next element of a comma-separated list, blanks around it removed; empty ones are given too. Start with
 * *at = 0; false at the end.
 */
bool winhttp_list_next(const char *list, size_t list_size, size_t *at, const char **item, size_t *size);

#endif
