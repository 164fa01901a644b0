/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the header lines of a request mean for the message itself: host, body, connection (private to http/).
 */
#ifndef CERIUM_HTTPD_SEMANTICS_H
#define CERIUM_HTTPD_SEMANTICS_H

#include "http/request.h"

/* host [":" port], a name, an IPv4 address or an IPv6 literal in brackets; no user information, not empty. */
bool http_host_valid(const char *host, size_t size);

/*
 * Fills host, the body's framing, keep_alive and expect_continue from the fields. `authority`: of an absolute
 * target, or NULL. 0, or the status to answer.
 */
uint32_t http_request_understand(struct http_request *request, const char *authority, const char **why);

#endif
