/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A request head, parsed strictly (RFC 9112, RFC 9110, RFC 3986): what is not clearly one thing is refused.
 */
#ifndef CERIUM_HTTPD_REQUEST_H
#define CERIUM_HTTPD_REQUEST_H

#include "platform/bytes.h"
#include "platform/limits.h"

struct http_field {
    const char *name;  /* as sent, NUL-terminated */
    const char *value; /* blanks around it removed, NUL-terminated */
};

struct http_request {
    const char *method;
    const char *target;   /* as sent */
    const char *raw_path; /* path of the target, as sent (percent-encoded) */
    const char *query;    /* behind '?', as sent, "" when none */
    const char *path;     /* decoded, "." and ".." resolved, '/' only, valid UTF-8, never leaves the root */
    uint32_t version;     /* 10 or 11 */
    struct http_field fields[LIMIT_HEADER_FIELDS];
    size_t field_count;
    const char *host; /* Host field (or authority of an absolute target), "" when none (HTTP/1.0) */
    bool has_body;    /* Content-Length > 0 or chunked */
    bool chunked;
    uint64_t content_length; /* 0 when chunked or none */
    bool keep_alive;
    bool expect_continue;
    struct plat_span raw_head; /* the header lines as sent, without the request line: ALL_RAW */
};

/* The first field of that name (any case), or NULL. */
const char *http_request_field(const struct http_request *request, const char *name);

/* All fields of that name, in order: start with *next = 0, until NULL. */
const char *http_request_next_field(const struct http_request *request, const char *name, size_t *next);

/* Does a list field (all its lines) hold this token, any case? `Connection: close, te` */
bool http_request_lists(const struct http_request *request, const char *name, const char *token);

#endif
