/* SPDX-License-Identifier: Apache-2.0 */
/* The head of a response (RFC 9112 section 4, RFC 9110 section 15), and the short bodies of errors. */
#ifndef CERIUM_HTTPD_RESPONSE_H
#define CERIUM_HTTPD_RESPONSE_H

#include "platform/bytes.h"

/* How the client finds the end of the body (RFC 9112 section 6.3). */
enum http_framing {
    HTTP_FRAMING_NONE,    /* there is no body and no line about it: 1xx, 204, 304 */
    HTTP_FRAMING_LENGTH,  /* Content-Length */
    HTTP_FRAMING_CHUNKED, /* HTTP/1.1 only */
    HTTP_FRAMING_CLOSE    /* the end of the connection */
};

struct http_response {
    uint32_t status;
    const char *reason; /* NULL or "" = the standard phrase */
    const char *date;   /* ready-made HTTP date */
    const char *server; /* "" = no Server line */
    enum http_framing framing;
    uint64_t length;
    bool keep_alive;     /* false: Connection: close */
    bool say_keep_alive; /* to an HTTP/1.0 client that asked for it */
    const char *fields;  /* more lines, each with its CRLF; "" = none */
};

/* Appends status line, lines and the empty line. */
void http_response_head(const struct http_response *response, struct plat_buffer *out);

void http_append_decimal(struct plat_buffer *out, uint64_t number);

/* "Not Found"; "" for a code without a phrase of its own. */
const char *http_reason_phrase(uint32_t status);

/* Appends "404 Not Found\r\n", or "400 Bad Request: why\r\n" where why is not NULL. */
void http_error_text(uint32_t status, const char *why, struct plat_buffer *out);

/* What a handler that is not ours (an extension) says about its response. */
struct http_own_fields {
    bool has_length;
    uint64_t length; /* its Content-Length */
    bool closes;     /* Connection: close */
};

/*
 * Copies header lines ("Name: value\r\n" ...) but those that are the server's business: Connection, Keep-
 * Alive, Date, Server, Transfer-Encoding, and Content-Length, which is read. ERROR_INVALID_DATA: a line that
 * is none, two Content-Lengths or a bad one.
 */
PLAT_MUST_USE win_error http_own_fields(const char *fields, struct plat_buffer *out,
                                        struct http_own_fields *own);

#endif
