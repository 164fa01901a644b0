/* SPDX-License-Identifier: Apache-2.0 */
/* All that comes from callers is looked at before it is written: a line end in it would make two requests of one. */
#include "winhttp/request.h"

#include "platform/limits.h"
#include "platform/text.h"
#include "winhttp/chars.h"

#include <inttypes.h>
#include <string.h>

static bool is_target(const char *target)
{
    if (target[0] != '/' && strcmp(target, "*") != 0)
        return false;
    for (const char *p = target; *p; p++)
        if (*p <= 0x20 || (unsigned char)*p >= 0x7f || *p == '#')
            return false;
    return true;
}

static bool is_host(const char *host, size_t size)
{
    for (size_t i = 0; i < size; i++)
        if (!plat_ascii_is_alpha(host[i]) && !plat_ascii_is_digit(host[i]) && !strchr("-._:[]", host[i]))
            return false;
    return size > 0;
}

static bool is_name(const char *line, size_t size, const char *name)
{
    return plat_ascii_equal_nocase_n(line, size, name, strlen(name));
}

/* One "Name: value" of `size` bytes; counts the Hosts. */
static bool is_field(const char *line, size_t size, unsigned *hosts)
{
    const char *colon = memchr(line, ':', size);
    const char *value;
    size_t name_size, value_size;

    if (!colon)
        return false;
    name_size = (size_t)(colon - line);
    if (!winhttp_is_token(line, name_size) || is_name(line, name_size, "Content-Length") ||
        is_name(line, name_size, "Transfer-Encoding"))
        return false;
    value = colon + 1;
    value_size = size - name_size - 1;
    for (size_t i = 0; i < value_size; i++)
        if (!winhttp_is_value_char(value[i]))
            return false;
    if (!is_name(line, name_size, "Host"))
        return true;
    winhttp_trim(&value, &value_size);
    return ++*hosts == 1 && is_host(value, value_size);
}

static bool are_fields(const char *fields, unsigned *hosts)
{
    while (*fields) {
        const char *end = strchr(fields, '\r');

        if (!end || end[1] != '\n' || !is_field(fields, (size_t)(end - fields), hosts))
            return false;
        fields = end + 2;
    }
    return true;
}

win_error winhttp_request_append(const struct winhttp_request *request, struct plat_buffer *out)
{
    const char *fields = request->fields ? request->fields : "";
    size_t before = out->size;
    unsigned hosts = 0;

    if (!winhttp_is_token(request->method, strlen(request->method)) ||
        !is_host(request->host, strlen(request->host)) || !are_fields(fields, &hosts) ||
        request->framing == WINHTTP_FRAMING_CLOSE)
        return ERROR_INVALID_PARAMETER;
    if (!is_target(request->target))
        return ERROR_WINHTTP_INVALID_URL;
    plat_buffer_printf(out, "%s %s HTTP/1.1\r\n", request->method, request->target);
    if (hosts == 0)
        plat_buffer_printf(out, "Host: %s\r\n", request->host);
    plat_buffer_append_text(out, fields);
    if (request->framing == WINHTTP_FRAMING_LENGTH)
        plat_buffer_printf(out, "Content-Length: %" PRIu64 "\r\n", request->length);
    if (request->framing == WINHTTP_FRAMING_CHUNKED)
        plat_buffer_append_text(out, "Transfer-Encoding: chunked\r\n");
    if (request->close)
        plat_buffer_append_text(out, "Connection: close\r\n");
    plat_buffer_append_text(out, "\r\n");
    if (!out->failed && out->size - before > LIMIT_CLIENT_HEAD)
        return ERROR_FILE_TOO_LARGE;
    return out->failed;
}

win_error winhttp_host_append(struct plat_buffer *out, const struct winhttp_url *url, const char *text)
{
    if (!is_host(text + url->host.at, url->host.size))
        return ERROR_WINHTTP_INVALID_URL;
    plat_buffer_append(out, text + url->host.at, url->host.size);
    if (url->port != (url->secure ? 443 : 80))
        plat_buffer_printf(out, ":%u", (unsigned)url->port);
    return out->failed;
}

void winhttp_chunk_append(struct plat_buffer *out, struct plat_span data)
{
    if (data.size == 0)
        return;
    plat_buffer_printf(out, "%zx\r\n", data.size);
    plat_buffer_append(out, data.data, data.size);
    plat_buffer_append_text(out, "\r\n");
}

void winhttp_chunk_append_last(struct plat_buffer *out)
{
    plat_buffer_append_text(out, "0\r\n\r\n");
}
