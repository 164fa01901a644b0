/* SPDX-License-Identifier: Apache-2.0 */
/* Where a redirection leads, and what is asked for there (RFC 9110 section 15.4, RFC 3986 section 5). */
#ifndef CERIUM_TOOLS_WINHTTP_REDIRECT_H
#define CERIUM_TOOLS_WINHTTP_REDIRECT_H

#include "platform/bytes.h"

/* WINHTTP_OPTION_REDIRECT_POLICY_*, of which the second is the default. */
enum winhttp_redirect_policy {
    WINHTTP_REDIRECT_NEVER = 0,
    WINHTTP_REDIRECT_NOT_TO_HTTP = 1, /* not from https to http */
    WINHTTP_REDIRECT_ALWAYS = 2
};

/* 301, 302, 303, 307, 308: with a Location it can be followed. */
bool winhttp_is_redirection(uint32_t status);

/*
 * The method of the next request: `method` itself, or "GET", and then without the body and what is said of it: 303 to all but HEAD, 301 and
 * 302 to POST, as browsers and WinHTTP do. 307 and 308 repeat the request with its body.
 */
const char *winhttp_redirect_method(uint32_t status, const char *method);

/*
 * Appends the absolute URL that `location` means to a response from the URL `from`: without "." and ".." segments, without credentials and
 * fragment, escaped (winhttp_url_escape) so that it can be sent. ERROR_WINHTTP_REDIRECT_FAILED: the policy forbids it, or the location carries
 * credentials. Otherwise winhttp_url_parse's errors.
 */
PLAT_MUST_USE win_error winhttp_redirect_url(struct plat_buffer *out, struct plat_span from,
                                             struct plat_span location, enum winhttp_redirect_policy policy);

#endif
