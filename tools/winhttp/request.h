/* SPDX-License-Identifier: Apache-2.0 */
/* A request as it goes out: its head (RFC 9112 section 3), and chunks of a body whose length is not known. */
#ifndef CERIUM_TOOLS_WINHTTP_REQUEST_H
#define CERIUM_TOOLS_WINHTTP_REQUEST_H

#include "winhttp/body.h"
#include "winhttp/url.h"

struct winhttp_request {
    const char *method; /* a token, in the case it is to have */
    const char *target; /* from '/', or "*"; escaped, without a fragment */
    const char *host;   /* what winhttp_host_append gives */
    /* More lines, each "Name: value" with its CRLF; NULL = none. A Host among them takes the place of `host`. */
    const char *fields;
    enum winhttp_framing framing; /* NONE: no body and no line about one; LENGTH, CHUNKED; not CLOSE */
    uint64_t length;
    bool close; /* Connection: close */
};

/*
 * Appends the head with its empty line, LIMIT_CLIENT_HEAD bytes at most. ERROR_INVALID_PARAMETER: a method, host or field line that would not
 * be read as what it says, a Content-Length or Transfer-Encoding among the fields, a second Host. ERROR_WINHTTP_INVALID_URL: the
 * target. Then, and when `out` fails, nothing was appended that could be sent: the caller drops it.
 */
PLAT_MUST_USE win_error winhttp_request_append(const struct winhttp_request *request, struct plat_buffer *out);

/*
 * Appends the Host of a URL, with its port unless it is the scheme's. ERROR_WINHTTP_INVALID_URL: the name is not ASCII; names of
 * other scripts are written in their "xn--" form.
 */
PLAT_MUST_USE win_error winhttp_host_append(struct plat_buffer *out, const struct winhttp_url *url,
                                            const char *text);

/* Appends one chunk; for no bytes nothing, since an empty chunk is the end. */
void winhttp_chunk_append(struct plat_buffer *out, struct plat_span data);
void winhttp_chunk_append_last(struct plat_buffer *out);

#endif
