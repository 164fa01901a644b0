/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From bytes to a request head, in two steps: find its end while bytes come in (http_scan), then parse it
 * whole (http_request_parse). A failure is the HTTP status to answer and a sentence why; the connection is
 * closed after it.
 */
#ifndef CERIUM_HTTPD_PARSE_H
#define CERIUM_HTTPD_PARSE_H

#include "http/request.h"

/* Bytes of a request line beside its target: method, blanks, version. */
#define HTTP_REQUEST_LINE_REST 64U

/* How far the search for the empty line has come. Zero it for a new head. */
struct http_scan {
    size_t seen;  /* bytes looked at */
    size_t line;  /* where the current line starts */
    size_t lines; /* whole lines so far */
    size_t start; /* where the request line starts: 2 behind one empty line (RFC 9112 section 2.2), else 0 */
};

enum http_scan_result {
    HTTP_SCAN_MORE,     /* no end yet */
    HTTP_SCAN_COMPLETE, /* *size bytes are the head, an empty line before it and the one behind it included */
    HTTP_SCAN_BAD       /* answer *status */
};

/*
 * Looks at data[0..size): all bytes of the head received so far. 414 when the request line is too long, 431
 * when the head is longer than max_size, 400 for a line that ends in LF alone or a first byte that starts no
 * request.
 */
enum http_scan_result http_scan(struct http_scan *scan, const uint8_t *data, size_t size, size_t max_size,
                                size_t *head_size, uint32_t *status, const char **why);

/* Bytes of `work` that http_request_parse needs for a head of this size. */
size_t http_request_work_size(size_t head_size);

/*
 * Parses one complete head (from scan->start to its empty line included). The request's strings live in
 * `work`. 0 = good, else the status to answer: 400, 413 (Content-Length beyond LIMIT_BODY_SIZE), 414, 417
 * (unknown expectation), 431 (too many fields), 501 (CONNECT, unknown transfer coding), 505; *why is static.
 * The request's method, target and version are set as far as they were good.
 */
uint32_t http_request_parse(struct http_request *request, char *work, const uint8_t *head, size_t head_size,
                            const char **why);

#endif
