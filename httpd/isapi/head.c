/* SPDX-License-Identifier: Apache-2.0 */
/* Response heads as extensions write them: a status text and header lines, or a whole head through WriteClient. */
#include "isapi/call.h"

#include "http/chars.h"
#include "platform/text.h"

#include <string.h>

static bool is_value(const char *text, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        if (!http_is_value_char(text[i]))
            return false;
    }
    return true;
}

static bool field_line_is_valid(const char *line, size_t size)
{
    const char *colon = memchr(line, ':', size);
    if (colon == NULL || !http_is_token(line, (size_t)(colon - line)))
        return false;
    return is_value(colon + 1, size - (size_t)(colon - line) - 1);
}

/* "404 Not Found" -> 404, "Not Found". */
static bool parse_status(const char *status, size_t size, uint32_t *code, struct plat_buffer *reason)
{
    if (size == 0) {
        *code = 200;
        plat_buffer_append_text(reason, "OK");
        return true;
    }
    if (size < 3 || !plat_parse_u32(status, 3, 10, code) || *code < 200 || *code > 599)
        return false;
    if (size > 3 && status[3] != ' ')
        return false;
    if (size <= 4)
        return true;
    plat_buffer_append(reason, status + 4, size - 4);
    return is_value(status + 4, size - 4);
}

/* The line at `at` without its end; *next = the start of the one behind it. A last line needs no end. */
static size_t line_at(const char *text, size_t size, size_t at, size_t *next)
{
    const char *end = memchr(text + at, '\n', size - at);
    size_t stop = end == NULL ? size : (size_t)(end - text);
    *next = end == NULL ? size : stop + 1;
    if (stop > at && text[stop - 1] == '\r')
        stop--;
    return stop - at;
}

/* Copies the valid header lines, normalised to CRLF; *body = where the text goes on behind the blank line. */
static bool copy_fields(const char *fields, size_t size, struct plat_buffer *out, size_t *body)
{
    size_t at = 0;
    while (at < size) {
        size_t next;
        size_t length = line_at(fields, size, at, &next);
        if (length == 0) {
            at = next;
            break;
        }
        if (!field_line_is_valid(fields + at, length))
            return false;
        plat_buffer_append(out, fields + at, length);
        plat_buffer_append_text(out, "\r\n");
        at = next;
    }
    *body = at;
    return true;
}

win_error isapi_send_head(struct isapi_call *call, const char *status, size_t status_size, const char *fields,
                          size_t fields_size)
{
    struct plat_buffer reason, lines;
    plat_buffer_init(&reason, LIMIT_RESPONSE_HEAD);
    plat_buffer_init(&lines, LIMIT_RESPONSE_HEAD);
    uint32_t code = 0;
    size_t body = 0;
    win_error error = ERROR_INVALID_DATA;
    if (parse_status(status, status_size, &code, &reason) && copy_fields(fields, fields_size, &lines, &body)) {
        if (call->refuse_keep)
            plat_buffer_append_text(&lines, "Connection: close\r\n");
        const char *reason_text = plat_buffer_text(&reason);
        const char *lines_text = plat_buffer_text(&lines);
        error = reason_text == NULL || lines_text == NULL
                    ? ERROR_NOT_ENOUGH_MEMORY
                    : httpd_exchange_head(call->exchange, code, reason_text, lines_text);
    }
    if (error == ERROR_SUCCESS && body < fields_size)
        error = httpd_exchange_write(call->exchange, fields + body, fields_size - body);
    plat_buffer_free(&reason);
    plat_buffer_free(&lines);
    return error;
}

/* Where the blank line of a raw head ends, 0 while it has not come. */
static size_t raw_head_end(const struct plat_buffer *head)
{
    const char *text = (const char *)head->data;
    size_t at = 0;
    while (at < head->size) {
        const char *newline = memchr(text + at, '\n', head->size - at);
        if (newline == NULL)
            return 0;
        size_t next;
        if (line_at(text, head->size, at, &next) == 0)
            return next;
        at = next;
    }
    return 0;
}

/* "HTTP/1.1 200 OK" and what follows it. */
static win_error send_raw_head(struct isapi_call *call)
{
    const char *text = (const char *)call->raw_head.data;
    size_t size = call->raw_head.size;
    size_t next;
    size_t length = line_at(text, size, 0, &next);
    const char *blank = memchr(text, ' ', length);
    if (blank == NULL)
        return ERROR_INVALID_DATA;
    size_t status = (size_t)(blank - text) + 1;
    return isapi_send_head(call, text + status, length - status, text + next, size - next);
}

static bool looks_like_raw_head(const void *data, size_t size)
{
    static const char start[] = "HTTP/1.";
    return size >= sizeof start - 1 && memcmp(data, start, sizeof start - 1) == 0;
}

win_error isapi_end_raw_head(struct isapi_call *call)
{
    if (call->raw_head.size == 0 || httpd_exchange_head_sent(call->exchange))
        return ERROR_SUCCESS;
    win_error error = send_raw_head(call);
    plat_buffer_free(&call->raw_head);
    return error;
}

win_error isapi_send_body(struct isapi_call *call, const void *data, size_t size)
{
    if (httpd_exchange_head_sent(call->exchange))
        return httpd_exchange_write(call->exchange, data, size);
    if (call->raw_head.size == 0 && !looks_like_raw_head(data, size)) {
        static const char fields[] = "Content-Type: text/html\r\n";
        win_error error = isapi_send_head(call, "", 0, fields, sizeof fields - 1);
        return error != ERROR_SUCCESS ? error : httpd_exchange_write(call->exchange, data, size);
    }
    plat_buffer_append(&call->raw_head, data, size);
    if (call->raw_head.failed != ERROR_SUCCESS)
        return call->raw_head.failed;
    return raw_head_end(&call->raw_head) == 0 ? ERROR_SUCCESS : isapi_end_raw_head(call);
}
