/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A request's body out of the bytes behind its head: Content-Length or chunked (RFC 9112 section 7.1). Copies
 * nothing.
 */
#ifndef CERIUM_HTTPD_BODY_H
#define CERIUM_HTTPD_BODY_H

#include "http/request.h"

enum http_body_result {
    HTTP_BODY_MORE, /* all input is used; more is needed */
    HTTP_BODY_DATA, /* *data are body bytes; call again */
    HTTP_BODY_END,  /* the body is over; what is left of the input is the next request */
    HTTP_BODY_BAD   /* malformed: nothing behind it can be trusted. Answer `status`, close */
};

struct http_body {
    int state;      /* private to body.c */
    uint64_t left;  /* bytes of the body, or of the chunk, to come */
    uint64_t total; /* bytes given out so far */
    size_t line;    /* bytes of the current chunk-size or trailer line */
    size_t trailers;
    uint32_t status; /* BAD: 400 or 413 */
};

void http_body_init(struct http_body *body, const struct http_request *request);

/*
 * Looks at in[0..size). *used bytes need not be shown again; *data (DATA only) points into `in`. END is
 * repeated if called again.
 */
enum http_body_result http_body_take(struct http_body *body, const uint8_t *in, size_t size, size_t *used,
                                     struct plat_span *data);

bool http_body_over(const struct http_body *body);
/* The most that can still come, or UINT64_MAX when that is not known (chunked). */
uint64_t http_body_left(const struct http_body *body);

#endif
