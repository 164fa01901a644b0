/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Responses of servers. Whatever pieces they come in, what comes out is the same; what the reader says about a response is so: fields
 * are text of the head, a length is kept, nothing is read behind the end.
 */
#include "fuzz/fuzz.h"

#include "platform/limits.h"
#include "winhttp/redirect.h"
#include "winhttp/response.h"
#include "winhttp/url.h"

#include <stdlib.h>
#include <string.h>

#define INPUT_MOST (256U * 1024U)

struct result {
    struct winhttp_response response;
    struct plat_buffer body;
    enum winhttp_taken last;
    bool had_head;
    size_t used;
};

/* How much more is shown, the next time: all, one byte, or now this and now that. */
enum manner { WHOLE, SINGLE, MIXED };

static size_t next_piece(enum manner manner, size_t left, uint32_t *chance)
{
    size_t piece;

    if (manner == WHOLE)
        return left;
    *chance = *chance * 1103515245U + 12345U;
    piece = manner == SINGLE ? 1 : 1 + (*chance >> 16) % 64;
    return piece < left ? piece : left;
}

static void take(struct result *result, const uint8_t *in, size_t size)
{
    struct plat_span data;
    size_t used;

    result->last =
        winhttp_response_take(&result->response, in + result->used, size - result->used, &used, &data);
    fuzz_require(used <= size - result->used);
    result->used += used;
    switch (result->last) {
    case WINHTTP_TAKEN_HEAD:
        fuzz_require(!result->had_head);
        result->had_head = true;
        break;
    case WINHTTP_TAKEN_DATA:
        fuzz_require(result->had_head && data.size > 0 && data.size <= used);
        fuzz_require(data.data + data.size == in + result->used);
        plat_buffer_append(&result->body, data.data, data.size);
        break;
    case WINHTTP_TAKEN_MORE:
        fuzz_require(result->used == size);
        break;
    case WINHTTP_TAKEN_END:
        fuzz_require(result->had_head);
        break;
    default:
        fuzz_require(result->response.error != ERROR_SUCCESS && !result->response.keep_alive);
    }
}

static void read_all(struct result *result, const uint8_t *in, size_t size, enum manner manner,
                     bool head_request)
{
    uint32_t chance = (uint32_t)size;
    size_t shown = 0;

    winhttp_response_init(&result->response, head_request);
    plat_buffer_init(&result->body, INPUT_MOST);
    result->had_head = false;
    result->used = 0;
    for (;;) {
        take(result, in, shown);
        if (result->last == WINHTTP_TAKEN_END || result->last == WINHTTP_TAKEN_BAD)
            break;
        if (result->last != WINHTTP_TAKEN_MORE)
            continue;
        if (shown == size) {
            result->last = winhttp_response_closed(&result->response);
            break;
        }
        shown += next_piece(manner, size - shown, &chance);
    }
    fuzz_require(result->body.failed == ERROR_SUCCESS);
}

static bool within(const struct winhttp_response *response, struct plat_span span)
{
    const uint8_t *start = response->head.data;

    if (span.data < start || span.data + span.size > start + response->head.size)
        return false;
    for (size_t i = 0; i < span.size; i++)
        if (span.data[i] == '\r' || span.data[i] == '\n' || span.data[i] == 0)
            return false;
    return true;
}

static void check_head(const struct winhttp_response *response)
{
    fuzz_require(response->status >= 200 && response->status <= 999);
    fuzz_require(response->version == 10 || response->version == 11);
    fuzz_require(within(response, winhttp_response_reason(response)));
    fuzz_require(response->field_count <= LIMIT_RESPONSE_FIELDS);
    fuzz_require(response->head.size <= LIMIT_RESPONSE_HEAD_READ);
    for (size_t i = 0; i < response->field_count; i++) {
        struct plat_span name = winhttp_response_name(response, i);
        char *text = malloc(name.size + 1);
        size_t found = i;

        fuzz_require(name.size > 0 && within(response, name));
        fuzz_require(within(response, winhttp_response_value(response, i)));
        fuzz_require(text != NULL);
        memcpy(text, name.data, name.size);
        text[name.size] = 0;
        fuzz_require(winhttp_response_find(response, text, &found) && found == i);
        free(text);
    }
}

/* Where a Location leads is a URL without credentials, which leads to itself. */
static void check_location(const struct winhttp_response *response)
{
    static const char from[] = "https://name:word@host:444/a/b?c";
    struct plat_span base = plat_span_of(from, sizeof from - 1);
    struct plat_buffer first, second;
    struct winhttp_url url;
    size_t field = 0;

    if (!winhttp_response_find(response, "Location", &field))
        return;
    plat_buffer_init(&first, 4 * LIMIT_URL);
    plat_buffer_init(&second, 4 * LIMIT_URL);
    if (!winhttp_redirect_url(&first, base, winhttp_response_value(response, field),
                              WINHTTP_REDIRECT_NOT_TO_HTTP) &&
        first.size <= LIMIT_URL) {
        fuzz_require(winhttp_url_parse(&url, (const char *)first.data, first.size) == ERROR_SUCCESS);
        fuzz_require(url.secure && !url.has_user && url.path.size > 0);
        fuzz_require(!winhttp_redirect_url(&second, base, plat_span_of(first.data, first.size),
                                           WINHTTP_REDIRECT_NOT_TO_HTTP));
        fuzz_require(
            plat_span_equal(plat_span_of(first.data, first.size), plat_span_of(second.data, second.size)));
    }
    plat_buffer_free(&first);
    plat_buffer_free(&second);
}

static void check_end(const struct result *result, bool head_request)
{
    const struct winhttp_response *response = &result->response;
    bool bodiless = head_request || response->status == 204 || response->status == 304;

    fuzz_require(bodiless == (response->framing == WINHTTP_FRAMING_NONE));
    fuzz_require(!bodiless || result->body.size == 0);
    if (response->framing == WINHTTP_FRAMING_LENGTH)
        fuzz_require(response->has_length && result->body.size == response->length);
    if (response->framing == WINHTTP_FRAMING_CHUNKED)
        fuzz_require(!response->has_length && response->version == 11);
    if (response->framing == WINHTTP_FRAMING_CLOSE)
        fuzz_require(!response->keep_alive);
}

static void same(const struct result *a, const struct result *b)
{
    const struct winhttp_response *x = &a->response, *y = &b->response;

    fuzz_require(a->last == b->last && x->error == y->error && a->had_head == b->had_head);
    fuzz_require(
        plat_span_equal(plat_span_of(a->body.data, a->body.size), plat_span_of(b->body.data, b->body.size)));
    if (a->last == WINHTTP_TAKEN_END)
        fuzz_require(a->used == b->used);
    if (!a->had_head)
        return;
    fuzz_require(x->status == y->status && x->version == y->version && x->framing == y->framing);
    fuzz_require(x->keep_alive == y->keep_alive && x->length == y->length && x->field_count == y->field_count);
    fuzz_require(
        plat_span_equal(plat_span_of(x->head.data, x->head.size), plat_span_of(y->head.data, y->head.size)));
    fuzz_require(memcmp(x->fields, y->fields, x->field_count * sizeof x->fields[0]) == 0);
}

static void result_free(struct result *result)
{
    winhttp_response_free(&result->response);
    plat_buffer_free(&result->body);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct result whole, pieces;

    if (size > INPUT_MOST)
        return 0;
    for (int head_request = 0; head_request < 2; head_request++) {
        read_all(&whole, data, size, WHOLE, head_request != 0);
        if (whole.had_head) {
            check_head(&whole.response);
            check_location(&whole.response);
        }
        if (whole.last == WINHTTP_TAKEN_END)
            check_end(&whole, head_request != 0);
        for (enum manner manner = SINGLE; manner <= MIXED; manner++) {
            read_all(&pieces, data, size, manner, head_request != 0);
            same(&whole, &pieces);
            result_free(&pieces);
        }
        result_free(&whole);
    }
    return 0;
}

/* At the limits and just beyond. */
bool fuzz_seed(unsigned number, struct plat_buffer *seed)
{
    static const char head[] = "HTTP/1.1 200 OK\r\n";
    static const char chunked[] = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
    unsigned beyond = number % 2;

    switch (number / 2) {
    case 0: /* a head */
        plat_buffer_append_text(seed, head);
        for (size_t i = sizeof head - 1 + 6; i < LIMIT_RESPONSE_HEAD_READ + beyond; i++)
            plat_buffer_append_text(seed, i == sizeof head + 5 ? "A:" : "x");
        plat_buffer_append_text(seed, "\r\n\r\n");
        return true;
    case 1: /* fields */
        plat_buffer_append_text(seed, head);
        for (unsigned i = 0; i < LIMIT_RESPONSE_FIELDS + beyond; i++)
            plat_buffer_append_text(seed, "A: b\r\n");
        plat_buffer_append_text(seed, "\r\n");
        return true;
    case 2: /* a chunk's line */
        plat_buffer_append_text(seed, chunked);
        plat_buffer_append_text(seed, "0;");
        for (unsigned i = 4; i < LIMIT_RESPONSE_CHUNK_LINE + beyond; i++)
            plat_buffer_append_text(seed, "x");
        plat_buffer_append_text(seed, "\r\n\r\n");
        return true;
    case 3: /* a trailer */
        plat_buffer_append_text(seed, chunked);
        plat_buffer_append_text(seed, "0\r\n");
        for (unsigned i = 0; i < LIMIT_RESPONSE_FIELDS + beyond; i++)
            plat_buffer_append_text(seed, "A: b\r\n");
        plat_buffer_append_text(seed, "\r\n");
        return true;
    default:
        return false;
    }
}
