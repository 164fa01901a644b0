/* SPDX-License-Identifier: Apache-2.0 */
/* The head is collected and understood line by line; what comes behind it is the body's. */
#include "winhttp/response.h"

#include "platform/text.h"
#include "winhttp/chars.h"
#include "winhttp/framing.h"

#include <string.h>

#define STATUS_LINE_LEAST 12U /* "HTTP/1.1 200" */

void winhttp_response_init(struct winhttp_response *response, bool head_request)
{
    *response = (struct winhttp_response){.head_request = head_request};
    plat_buffer_init(&response->head, LIMIT_RESPONSE_HEAD_READ);
}

void winhttp_response_free(struct winhttp_response *response)
{
    plat_buffer_free(&response->head);
}

static const char *text_at(const struct winhttp_response *response, size_t at)
{
    return (const char *)response->head.data + at;
}

/* ---- lines; without their CRLF ---- */

/* HTTP-version SP status-code [SP reason-phrase]: the blank before an empty phrase is often left out. */
static win_error status_line(struct winhttp_response *response, const char *line, size_t size)
{
    uint32_t status;

    if (size < STATUS_LINE_LEAST || memcmp(line, "HTTP/1.", 7) != 0 || !plat_ascii_is_digit(line[7]) ||
        line[8] != ' ' || !plat_parse_u32(line + 9, 3, 10, &status) || status < 100)
        return ERROR_WINHTTP_INVALID_SERVER_RESPONSE;
    if (size > STATUS_LINE_LEAST && line[STATUS_LINE_LEAST] != ' ')
        return ERROR_WINHTTP_INVALID_SERVER_RESPONSE;
    for (size_t i = STATUS_LINE_LEAST; i < size; i++)
        if (!winhttp_is_value_char(line[i]))
            return ERROR_WINHTTP_INVALID_SERVER_RESPONSE;
    response->version = line[7] == '0' ? 10 : 11;
    response->status = status;
    response->reason_size = size > STATUS_LINE_LEAST ? (uint32_t)size - STATUS_LINE_LEAST - 1 : 0;
    response->reason_at = (uint32_t)size - response->reason_size; /* the status line is the first */
    return ERROR_SUCCESS;
}

/* From value_at to the end of the line that was just read. */
static win_error take_value(struct winhttp_response *response, struct winhttp_field *field, size_t end)
{
    const char *value = text_at(response, field->value_at);
    size_t size = end - field->value_at;

    for (size_t i = 0; i < size; i++)
        if (!winhttp_is_value_char(value[i]))
            return ERROR_WINHTTP_INVALID_SERVER_RESPONSE;
    winhttp_trim(&value, &size);
    field->value_at = (uint32_t)(value - text_at(response, 0));
    field->value_size = (uint32_t)size;
    return ERROR_SUCCESS;
}

/* obs-fold: the line end before it becomes blanks, so that the value is one line again (RFC 9112 section 5.2). */
static win_error folded_line(struct winhttp_response *response, size_t end)
{
    if (response->field_count == 0)
        return ERROR_WINHTTP_INVALID_SERVER_RESPONSE;
    memset(response->head.data + response->line - 2, ' ', 2);
    return take_value(response, &response->fields[response->field_count - 1], end);
}

static win_error field_line(struct winhttp_response *response, const char *line, size_t size)
{
    const char *colon = memchr(line, ':', size);
    struct winhttp_field *field;

    if (!colon || !winhttp_is_token(line, (size_t)(colon - line)))
        return ERROR_WINHTTP_INVALID_SERVER_RESPONSE;
    if (response->field_count == LIMIT_RESPONSE_FIELDS)
        return ERROR_WINHTTP_HEADER_COUNT_EXCEEDED;
    field = &response->fields[response->field_count++];
    field->name_at = (uint32_t)response->line;
    field->name_size = (uint32_t)(colon - line);
    field->value_at = field->name_at + field->name_size + 1;
    return take_value(response, field, response->line + size);
}

/* The empty line. A 1xx was only said in passing: the next line is a status line again. */
static win_error end_of_head(struct winhttp_response *response)
{
    win_error error;

    if (response->status >= 200) {
        error = winhttp_response_understand(response);
        if (error)
            return error;
        response->head_done = true;
        winhttp_body_init(&response->body, response->framing, response->length);
        return ERROR_SUCCESS;
    }
    if (response->status == 101 || ++response->interim > LIMIT_RESPONSE_INTERIM)
        return ERROR_WINHTTP_INVALID_SERVER_RESPONSE;
    plat_buffer_clear(&response->head);
    response->field_count = 0;
    return ERROR_SUCCESS;
}

/* The line from response->line to the LF that has just come. */
static win_error whole_line(struct winhttp_response *response)
{
    const char *line = text_at(response, response->line);
    size_t size = response->head.size - response->line;
    win_error error;

    if (size < 2 || line[size - 2] != '\r')
        return ERROR_WINHTTP_INVALID_SERVER_RESPONSE;
    size -= 2;
    if (response->line == 0)
        error = status_line(response, line, size);
    else if (size == 0)
        error = end_of_head(response);
    else if (winhttp_is_blank(line[0]))
        error = folded_line(response, response->line + size);
    else
        error = field_line(response, line, size);
    response->line = response->head.size;
    return error;
}

/* ---- the reader ---- */

static enum winhttp_taken fail(struct winhttp_response *response, win_error error)
{
    response->error = error;
    response->keep_alive = false;
    return WINHTTP_TAKEN_BAD;
}

static enum winhttp_taken take_head(struct winhttp_response *response, const uint8_t *in, size_t size,
                                    size_t *used)
{
    while (*used < size) {
        const uint8_t *end = memchr(in + *used, '\n', size - *used);
        size_t n = end ? (size_t)(end - in) + 1 - *used : size - *used;
        win_error error;

        plat_buffer_append(&response->head, in + *used, n);
        if (response->head.failed == ERROR_FILE_TOO_LARGE)
            return fail(response, ERROR_WINHTTP_HEADER_SIZE_OVERFLOW);
        if (response->head.failed)
            return fail(response, response->head.failed);
        *used += n;
        error = end ? whole_line(response) : ERROR_SUCCESS;
        if (error)
            return fail(response, error);
        if (response->head_done)
            return WINHTTP_TAKEN_HEAD;
    }
    return WINHTTP_TAKEN_MORE;
}

enum winhttp_taken winhttp_response_take(struct winhttp_response *response, const uint8_t *in, size_t size,
                                         size_t *used, struct plat_span *data)
{
    enum winhttp_taken taken;

    *used = 0;
    if (response->error)
        return WINHTTP_TAKEN_BAD;
    if (!response->head_done)
        return take_head(response, in, size, used);
    taken = winhttp_body_take(&response->body, in, size, used, data);
    return taken == WINHTTP_TAKEN_BAD ? fail(response, response->body.error) : taken;
}

enum winhttp_taken winhttp_response_closed(struct winhttp_response *response)
{
    response->keep_alive = false;
    if (response->error)
        return WINHTTP_TAKEN_BAD;
    if (!response->head_done)
        return fail(response, ERROR_WINHTTP_CONNECTION_ERROR);
    if (winhttp_body_closed(&response->body) == WINHTTP_TAKEN_END)
        return WINHTTP_TAKEN_END;
    return fail(response, response->body.error);
}

/* ---- what the head says ---- */

static struct plat_span span_at(const struct winhttp_response *response, uint32_t at, uint32_t size)
{
    return plat_span_of(response->head.data + at, size);
}

struct plat_span winhttp_response_reason(const struct winhttp_response *response)
{
    return span_at(response, response->reason_at, response->reason_size);
}

struct plat_span winhttp_response_name(const struct winhttp_response *response, size_t field)
{
    return span_at(response, response->fields[field].name_at, response->fields[field].name_size);
}

struct plat_span winhttp_response_value(const struct winhttp_response *response, size_t field)
{
    return span_at(response, response->fields[field].value_at, response->fields[field].value_size);
}

bool winhttp_response_find(const struct winhttp_response *response, const char *name, size_t *field)
{
    for (; *field < response->field_count; (*field)++) {
        struct plat_span found = winhttp_response_name(response, *field);

        if (plat_ascii_equal_nocase_n((const char *)found.data, found.size, name, strlen(name)))
            return true;
    }
    return false;
}

bool winhttp_response_lists(const struct winhttp_response *response, const char *name, const char *token)
{
    for (size_t field = 0; winhttp_response_find(response, name, &field); field++) {
        struct plat_span value = winhttp_response_value(response, field);
        const char *item;
        size_t at = 0, size;

        while (winhttp_list_next((const char *)value.data, value.size, &at, &item, &size))
            if (plat_ascii_equal_nocase_n(item, size, token, strlen(token)))
                return true;
    }
    return false;
}
