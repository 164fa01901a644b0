/* SPDX-License-Identifier: Apache-2.0 */
/*
 * http and https URLs taken apart (RFC 3986, RFC 9110 section 4.2): what WinHttpCrackUrl does, on UTF-8.
 *
 * The path and what follows it are taken as they stand, as WinHttpCrackUrl takes them; the authority is checked, since it
 * says who is connected to: what two readers could take for two hosts is refused.
 */
#ifndef CERIUM_TOOLS_WINHTTP_URL_H
#define CERIUM_TOOLS_WINHTTP_URL_H

#include "platform/bytes.h"

/* A part of the URL's text: bytes from its beginning, and how many. */
struct winhttp_part {
    size_t at;
    size_t size;
};

struct winhttp_url {
    bool secure;       /* https */
    bool ipv6;         /* the host is an address in brackets, which are part of `host` */
    bool has_user;     /* there is an '@', even with nothing before it ... */
    bool has_password; /* ... and a colon before it */
    uint16_t port;     /* of the URL, or 80, 443; never 0 */
    struct winhttp_part scheme;
    struct winhttp_part user, password; /* as written: percent-encoded */
    struct winhttp_part host;
    struct winhttp_part path;  /* from its '/', or empty */
    struct winhttp_part extra; /* from the first '?' or '#' to the end, or empty */
};

/*
 * ERROR_WINHTTP_UNRECOGNIZED_SCHEME: it begins with another scheme, or with none. ERROR_WINHTTP_INVALID_URL: no "//" behind the
 * scheme, no host, a character that cannot be in a host, more than one '@', a port that is no number of 1 to 65535, an address
 * in brackets that is none (RFC 6874 zones are not taken), a control character anywhere, more than LIMIT_URL bytes.
 */
PLAT_MUST_USE win_error winhttp_url_parse(struct winhttp_url *url, const char *text, size_t size);

/*
 * Appends the text with each %xx made the character U+00xx, which is what ICU_DECODE does: "%C3%A9" becomes two characters. A '%'
 * that begins no %xx stays. ERROR_WINHTTP_INVALID_URL for %00, which would cut the text short.
 */
PLAT_MUST_USE win_error winhttp_url_decode(struct plat_buffer *out, const char *text, size_t size);

/*
 * Appends the text with what cannot stand in a request as %XX of its UTF-8 bytes, which is what ICU_ESCAPE does: blanks, control
 * characters, all that is not ASCII, and "<>\^`{|}. A '%' stays: what is escaped already is not escaped again.
 */
void winhttp_url_escape(struct plat_buffer *out, const char *text, size_t size);

#endif
