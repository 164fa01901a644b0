/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Host, Content-Length, Transfer-Encoding, Connection, Expect: where two readings are possible, the request
 * is refused.
 */
#include "http/semantics.h"

#include "http/chars.h"
#include "platform/text.h"

#include <string.h>

/*
 * Most names differ in their first letter: looked at here, for these look-ups are much of a small request's
 * cost.
 */
const char *http_request_next_field(const struct http_request *request, const char *name, size_t *next)
{
    char first = plat_ascii_lower(*name);

    while (*next < request->field_count) {
        const struct http_field *field = &request->fields[(*next)++];

        if (plat_ascii_lower(*field->name) == first && plat_ascii_equal_nocase(field->name, name))
            return field->value;
    }
    return NULL;
}

const char *http_request_field(const struct http_request *request, const char *name)
{
    size_t next = 0;

    return http_request_next_field(request, name, &next);
}

bool http_request_lists(const struct http_request *request, const char *name, const char *token)
{
    size_t next = 0;
    const char *value;

    while ((value = http_request_next_field(request, name, &next)) != NULL) {
        const char *item;
        size_t size;

        while (http_list_next(&value, &item, &size))
            if (plat_ascii_equal_nocase_n(item, size, token, strlen(token)))
                return true;
    }
    return false;
}

/* The only field of that name; *many when there are several. */
static const char *single_field(const struct http_request *request, const char *name, bool *many)
{
    size_t next = 0;
    const char *value = http_request_next_field(request, name, &next);

    *many = value && http_request_next_field(request, name, &next);
    return value;
}

bool http_host_valid(const char *host, size_t size)
{
    size_t i = 0;
    size_t port;

    if (size > 0 && host[0] == '[') {
        for (i = 1; i < size && host[i] != ']'; i++)
            if (plat_hex_digit(host[i]) < 0 && host[i] != ':' && host[i] != '.')
                return false;
        if (i < 4 || i == size) /* "[::]" is the shortest */
            return false;
        i++;
    } else {
        while (i < size && http_is_host_char(host[i]))
            i++;
        if (i == 0)
            return false;
    }
    if (i == size)
        return true;
    if (host[i++] != ':')
        return false;
    for (port = i; i < size; i++)
        if (!plat_ascii_is_digit(host[i]))
            return false;
    return size - port <= 5;
}

static uint32_t refuse(const char **why, uint32_t status, const char *sentence)
{
    *why = sentence;
    return status;
}

/*
 * RFC 9112 section 3.2: exactly one Host in HTTP/1.1, and the same host in an absolute target. (Section 3.2.2
 * would let the target win over another Host; a request that names two hosts is refused here.)
 */
static uint32_t understand_host(struct http_request *request, const char *authority, const char **why)
{
    bool many;
    const char *host = single_field(request, "Host", &many);

    if (many || (!host && request->version >= 11) || (host && !http_host_valid(host, strlen(host))))
        return refuse(why, 400, "there must be exactly one valid Host line");
    if (host && authority && !plat_ascii_equal_nocase(host, authority))
        return refuse(why, 400, "Host and the target name different hosts");
    request->host = host ? host : authority ? authority : "";
    return 0;
}

/* Transfer-Encoding: chunked, once, alone, in HTTP/1.1 (RFC 9112 sections 6.1 and 6.3). */
static uint32_t understand_codings(struct http_request *request, const char **why)
{
    size_t next = 0;
    size_t count = 0, chunked = 0;
    bool chunked_last = false;
    const char *value;

    while ((value = http_request_next_field(request, "Transfer-Encoding", &next)) != NULL) {
        const char *item;
        size_t size;

        while (http_list_next(&value, &item, &size)) {
            if (!http_is_token(item, strcspn(item, " \t;,")))
                return refuse(why, 400, "bad Transfer-Encoding");
            chunked_last = plat_ascii_equal_nocase_n(item, size, "chunked", 7);
            if (!chunked_last && size > 7 && plat_ascii_equal_nocase_n(item, 7, "chunked", 7) &&
                !http_is_token_char(item[7]))
                return refuse(why, 400, "the chunked coding has no parameters");
            chunked += chunked_last;
            count++;
        }
    }
    if (count == 0)
        return 0;
    if (request->version < 11)
        return refuse(why, 400, "Transfer-Encoding in HTTP/1.0");
    if (http_request_field(request, "Content-Length"))
        return refuse(why, 400, "both Transfer-Encoding and Content-Length");
    if (chunked > 1 || (chunked == 1 && !chunked_last))
        return refuse(why, 400, "the chunked coding must be the last and come once");
    if (count != 1 || chunked != 1)
        return refuse(why, 501, "unknown transfer coding");
    request->chunked = request->has_body = true;
    return 0;
}

static uint32_t understand_length(struct http_request *request, const char **why)
{
    bool many;
    const char *value = single_field(request, "Content-Length", &many);
    size_t size;

    if (!value)
        return 0;
    size = strspn(value, "0123456789");
    if (many || size == 0 || value[size] != '\0')
        return refuse(why, 400, "there must be at most one Content-Length, digits only");
    if (!plat_parse_u64(value, size, 10, &request->content_length) ||
        request->content_length > LIMIT_BODY_SIZE) {
        request->content_length = 0;
        return refuse(why, 413, "the body is too long");
    }
    request->has_body = request->content_length > 0;
    return 0;
}

/* The only expectation there is, 100-continue, means nothing in HTTP/1.0 (RFC 9110 section 10.1.1). */
static uint32_t understand_expectation(struct http_request *request, const char **why)
{
    size_t next = 0;
    const char *value;

    while ((value = http_request_next_field(request, "Expect", &next)) != NULL) {
        if (!plat_ascii_equal_nocase(value, "100-continue"))
            return refuse(why, 417, "unknown expectation");
        request->expect_continue = request->version >= 11 && request->has_body;
    }
    return 0;
}

uint32_t http_request_understand(struct http_request *request, const char *authority, const char **why)
{
    bool many;
    uint32_t status = understand_host(request, authority, why);

    if (!status)
        status = understand_codings(request, why);
    if (!status)
        status = understand_length(request, why);
    if (!status)
        status = understand_expectation(request, why);
    if (!status && single_field(request, "Authorization", &many) && many)
        status = refuse(why, 400, "there must be at most one Authorization");
    if (http_request_lists(request, "Connection", "close"))
        request->keep_alive = false;
    else
        request->keep_alive =
            request->version >= 11 || http_request_lists(request, "Connection", "keep-alive");
    return status;
}
