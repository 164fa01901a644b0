/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The end of a request head: the first empty line, every line ended by CRLF (RFC 9112 section 2.2: bare LF is
 * refused).
 */
#include "http/parse.h"

#include "http/chars.h"

#include <string.h>

static enum http_scan_result bad(uint32_t *status, uint32_t code, const char **why, const char *sentence)
{
    *status = code;
    *why = sentence;
    return HTTP_SCAN_BAD;
}

static enum http_scan_result unfinished(const struct http_scan *scan, size_t size, size_t max_size,
                                        uint32_t *status, const char **why)
{
    bool in_request_line = scan->lines == 0;

    if (in_request_line && size - scan->line > LIMIT_REQUEST_TARGET + HTTP_REQUEST_LINE_REST)
        return bad(status, 414, why, "the request line is too long");
    if (size >= max_size)
        return bad(status, in_request_line ? 414 : 431, why, "the request head is too long");
    return HTTP_SCAN_MORE;
}

enum http_scan_result http_scan(struct http_scan *scan, const uint8_t *data, size_t size, size_t max_size,
                                size_t *head_size, uint32_t *status, const char **why)
{
    for (;;) {
        const uint8_t *lf = size > scan->seen ? memchr(data + scan->seen, '\n', size - scan->seen) : NULL;
        size_t end;

        if (scan->lines == 0 && size > scan->line && data[scan->line] != '\r' &&
            !http_is_token_char((char)data[scan->line]))
            return bad(status, 400, why, "that is no HTTP request");
        if (!lf) {
            scan->seen = size;
            return unfinished(scan, size, max_size, status, why);
        }
        end = (size_t)(lf - data);
        if (end == scan->line || data[end - 1] != '\r')
            return bad(status, 400, why, "a line ends in LF without CR");
        scan->seen = end + 1;
        if (end - 1 > scan->line) {
            scan->lines++;
        } else if (scan->lines > 0) {
            *head_size = end + 1;
            if (*head_size > max_size)
                return bad(status, 431, why, "the request head is too long");
            return HTTP_SCAN_COMPLETE;
        } else if (scan->start > 0) {
            return bad(status, 400, why, "empty lines before the request line");
        } else {
            scan->start = end + 1;
        }
        scan->line = end + 1;
    }
}
