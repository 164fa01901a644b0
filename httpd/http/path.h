/* SPDX-License-Identifier: Apache-2.0 */
/* URL paths: decoding and the way to a CE path. */
#ifndef CERIUM_HTTPD_PATH_H
#define CERIUM_HTTPD_PATH_H

#include "platform/bytes.h"

/*
 * A URL path, percent-decoded and with its dot segments resolved, into out (raw_size + 2 bytes): NULL, or why
 * it is refused. Refused: no leading '/', bad percent-encoding, encoded '/', '\' and NUL, control characters,
 * invalid UTF-8, a ".." above the root. Empty segments are dropped, so that "//a" cannot pass by a rule for
 * "/a".
 */
const char *http_path_resolve(const char *raw, size_t raw_size, char *out);

/*
 * Appends the decoded, normalised form of a URL path: percent-decoding strict, "." and ".." resolved, '/'
 * only. ERROR_INVALID_DATA for what http_request would refuse with 400.
 */
PLAT_MUST_USE win_error http_path_decode(const char *raw, size_t size, struct plat_buffer *path);
/* Appends the CE path of `rest` ("" or "/a/b") under a vroot's physical path, with single backslashes. */
void http_path_append_physical(struct plat_buffer *ce_path, const char *physical, const char *rest);

#endif
