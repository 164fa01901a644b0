/* SPDX-License-Identifier: Apache-2.0 */
/* The character classes of RFC 9110 section 5.6 and RFC 3986 section 2, one look-up each. */
#ifndef CERIUM_HTTPD_CHARS_H
#define CERIUM_HTTPD_CHARS_H

#include <stdbool.h>
#include <stddef.h>

bool http_is_token_char(char c); /* tchar */
bool http_is_value_char(char c); /* VCHAR, obs-text, SP, HTAB: what a field value may hold */
bool http_is_path_char(char c);  /* pchar without its '%', and '/' */
bool http_is_query_char(char c); /* printable ASCII but '#': what browsers send unencoded is let through */
bool http_is_host_char(char c);  /* letters, digits, '-', '.', '_' */
bool http_is_token(const char *s, size_t size); /* one tchar at least */

/*
 * The next element of a comma-separated list, blanks around it removed; empty ones are given too. false at
 * the end.
 */
bool http_list_next(const char **cursor, const char **item, size_t *size);

#endif
