/* SPDX-License-Identifier: Apache-2.0 */
#include "winhttp/framing.h"

#include "platform/text.h"
#include "winhttp/chars.h"

/*
 * RFC 9112 section 6.3: several equal numbers may count as one. Anything else would let another reader find another end.
 */
static win_error one_length(struct winhttp_response *response, struct plat_span value)
{
    const char *text = (const char *)value.data, *item;
    size_t at = 0, size;
    uint64_t length;

    while (winhttp_list_next(text, value.size, &at, &item, &size)) {
        if (!plat_parse_u64(item, size, 10, &length) || (response->has_length && length != response->length))
            return ERROR_WINHTTP_INVALID_SERVER_RESPONSE;
        if (length > LIMIT_RESPONSE_BODY)
            return ERROR_WINHTTP_RESPONSE_DRAIN_OVERFLOW;
        response->length = length;
        response->has_length = true;
    }
    return ERROR_SUCCESS;
}

static win_error read_length(struct winhttp_response *response)
{
    for (size_t field = 0; winhttp_response_find(response, "Content-Length", &field); field++) {
        win_error error = one_length(response, winhttp_response_value(response, field));

        if (error)
            return error;
    }
    return ERROR_SUCCESS;
}

/* Only what we can undo: one line, "chunked", in HTTP/1.1 (RFC 9112 section 6.1). */
static win_error read_coding(struct winhttp_response *response, bool *chunked)
{
    size_t field = 0;
    struct plat_span value;

    *chunked = winhttp_response_find(response, "Transfer-Encoding", &field);
    if (!*chunked)
        return ERROR_SUCCESS;
    value = winhttp_response_value(response, field++);
    if (response->version < 11 || response->has_length ||
        !plat_ascii_equal_nocase_n((const char *)value.data, value.size, "chunked", 7) ||
        winhttp_response_find(response, "Transfer-Encoding", &field))
        return ERROR_WINHTTP_INVALID_SERVER_RESPONSE;
    return ERROR_SUCCESS;
}

win_error winhttp_response_understand(struct winhttp_response *response)
{
    bool chunked, bodiless = response->head_request || response->status == 204 || response->status == 304;
    win_error error = read_length(response);

    if (!error)
        error = read_coding(response, &chunked);
    if (error)
        return error;
    response->framing = bodiless               ? WINHTTP_FRAMING_NONE
                        : chunked              ? WINHTTP_FRAMING_CHUNKED
                        : response->has_length ? WINHTTP_FRAMING_LENGTH
                                               : WINHTTP_FRAMING_CLOSE;
    response->keep_alive =
        response->framing != WINHTTP_FRAMING_CLOSE &&
        !winhttp_response_lists(response, "Connection", "close") &&
        (response->version >= 11 || winhttp_response_lists(response, "Connection", "keep-alive"));
    /* A 204 that announces a body may be followed by one: nothing more is read from that connection. */
    if (response->status == 204 && !response->head_request && (chunked || response->length > 0))
        response->keep_alive = false;
    return ERROR_SUCCESS;
}
