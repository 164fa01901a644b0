/* SPDX-License-Identifier: Apache-2.0 */
#include "http/response.h"

#include "http/chars.h"
#include "platform/text.h"

#include <string.h>

/* RFC 9110 section 15 and RFC 6585. */
static const struct {
    uint32_t status;
    const char *phrase;
} phrases[] = {
    {100, "Continue"},
    {200, "OK"},
    {201, "Created"},
    {202, "Accepted"},
    {203, "Non-Authoritative Information"},
    {204, "No Content"},
    {205, "Reset Content"},
    {206, "Partial Content"},
    {300, "Multiple Choices"},
    {301, "Moved Permanently"},
    {302, "Found"},
    {303, "See Other"},
    {304, "Not Modified"},
    {307, "Temporary Redirect"},
    {308, "Permanent Redirect"},
    {400, "Bad Request"},
    {401, "Unauthorized"},
    {402, "Payment Required"},
    {403, "Forbidden"},
    {404, "Not Found"},
    {405, "Method Not Allowed"},
    {406, "Not Acceptable"},
    {408, "Request Timeout"},
    {409, "Conflict"},
    {410, "Gone"},
    {411, "Length Required"},
    {412, "Precondition Failed"},
    {413, "Content Too Large"},
    {414, "URI Too Long"},
    {415, "Unsupported Media Type"},
    {416, "Range Not Satisfiable"},
    {417, "Expectation Failed"},
    {422, "Unprocessable Content"},
    {429, "Too Many Requests"},
    {431, "Request Header Fields Too Large"},
    {500, "Internal Server Error"},
    {501, "Not Implemented"},
    {502, "Bad Gateway"},
    {503, "Service Unavailable"},
    {504, "Gateway Timeout"},
    {505, "HTTP Version Not Supported"},
};

const char *http_reason_phrase(uint32_t status)
{
    for (size_t i = 0; i < sizeof phrases / sizeof phrases[0]; i++)
        if (phrases[i].status == status)
            return phrases[i].phrase;
    return "";
}

/* Without the weight of a formatted print: this runs for every response. */
void http_append_decimal(struct plat_buffer *out, uint64_t number)
{
    char digits[20];
    size_t at = sizeof digits;

    do {
        digits[--at] = (char)('0' + number % 10);
        number /= 10;
    } while (number > 0);
    plat_buffer_append(out, digits + at, sizeof digits - at);
}

static void append_status_line(struct plat_buffer *out, uint32_t status, const char *reason)
{
    plat_buffer_append_text(out, "HTTP/1.1 ");
    http_append_decimal(out, status);
    plat_buffer_append_u8(out, ' ');
    plat_buffer_append_text(out, reason && *reason ? reason : http_reason_phrase(status));
    plat_buffer_append_text(out, "\r\n");
}

static void append_line(struct plat_buffer *out, const char *name, const char *value)
{
    plat_buffer_append_text(out, name);
    plat_buffer_append_text(out, value);
    plat_buffer_append_text(out, "\r\n");
}

void http_response_head(const struct http_response *response, struct plat_buffer *out)
{
    append_status_line(out, response->status, response->reason);
    append_line(out, "Date: ", response->date);
    if (*response->server)
        append_line(out, "Server: ", response->server);
    plat_buffer_append_text(out, response->fields);
    if (response->framing == HTTP_FRAMING_LENGTH) {
        plat_buffer_append_text(out, "Content-Length: ");
        http_append_decimal(out, response->length);
        plat_buffer_append_text(out, "\r\n");
    } else if (response->framing == HTTP_FRAMING_CHUNKED) {
        plat_buffer_append_text(out, "Transfer-Encoding: chunked\r\n");
    }
    if (!response->keep_alive)
        plat_buffer_append_text(out, "Connection: close\r\n");
    else if (response->say_keep_alive)
        plat_buffer_append_text(out, "Connection: keep-alive\r\n");
    plat_buffer_append_text(out, "\r\n");
}

void http_error_text(uint32_t status, const char *why, struct plat_buffer *out)
{
    plat_buffer_printf(out, "%u %s%s%s\r\n", (unsigned)status, http_reason_phrase(status), why ? ": " : "",
                       why ? why : "");
}

static bool is_servers_business(const char *name, size_t size)
{
    static const char *const names[] = {"Connection", "Keep-Alive", "Date", "Server", "Transfer-Encoding"};

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (plat_ascii_equal_nocase_n(name, size, names[i], strlen(names[i])))
            return true;
    return false;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

static struct plat_span trimmed(const char *value, size_t size)
{
    while (size > 0 && is_blank(*value)) {
        value++;
        size--;
    }
    while (size > 0 && is_blank(value[size - 1]))
        size--;
    return plat_span_of(value, size);
}

static bool read_length(struct plat_span value, struct http_own_fields *own)
{
    if (own->has_length)
        return false;
    own->has_length = true;
    return plat_parse_u64((const char *)value.data, value.size, 10, &own->length);
}

win_error http_own_fields(const char *fields, struct plat_buffer *out, struct http_own_fields *own)
{
    *own = (struct http_own_fields){0};
    while (*fields) {
        const char *end = strstr(fields, "\r\n");
        const char *colon = end ? memchr(fields, ':', (size_t)(end - fields)) : NULL;

        if (!colon || !http_is_token(fields, (size_t)(colon - fields)))
            return ERROR_INVALID_DATA;
        for (const char *v = colon + 1; v < end; v++)
            if (!http_is_value_char(*v))
                return ERROR_INVALID_DATA;
        struct plat_span value = trimmed(colon + 1, (size_t)(end - colon - 1));
        if (plat_ascii_equal_nocase_n(fields, (size_t)(colon - fields), "Content-Length", 14)) {
            if (!read_length(value, own))
                return ERROR_INVALID_DATA;
        } else if (plat_ascii_equal_nocase_n(fields, (size_t)(colon - fields), "Connection", 10)) {
            own->closes |= plat_ascii_equal_nocase_n((const char *)value.data, value.size, "close", 5);
        } else if (!is_servers_business(fields, (size_t)(colon - fields))) {
            plat_buffer_append(out, fields, (size_t)(end + 2 - fields));
        }
        fields = end + 2;
    }
    return out->failed;
}
