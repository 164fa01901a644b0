/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The decoder is a state machine over single bytes but for the data themselves. Chunk extensions and trailer
 * fields are checked for their form, bounded, and thrown away (RFC 9112 sections 7.1.1 and 7.1.2).
 */
#include "http/body.h"

#include "http/chars.h"
#include "platform/text.h"

enum state {
    PLAIN,     /* Content-Length bytes */
    SIZE,      /* hex digits of a chunk size */
    BLANK,     /* blanks behind the size: an extension must follow */
    EXTENSION, /* up to CR, which cannot be quoted */
    SIZE_LF,   /* the LF of the size line */
    CHUNK,     /* data */
    CHUNK_CR,  /* CRLF behind the data */
    CHUNK_LF,
    TRAILER_START, /* first byte of a trailer line, or the CR of the last empty line */
    TRAILER_NAME,
    TRAILER_VALUE,
    TRAILER_LF,
    LAST_LF,
    OVER,
    FAILED
};

void http_body_init(struct http_body *body, const struct http_request *request)
{
    *body = (struct http_body){.state = request->chunked ? SIZE : request->has_body ? PLAIN : OVER};
    body->left = request->content_length;
}

bool http_body_over(const struct http_body *body)
{
    return body->state == OVER;
}

uint64_t http_body_left(const struct http_body *body)
{
    if (body->state == PLAIN)
        return body->left;
    return body->state == OVER ? 0 : UINT64_MAX;
}

static enum state fail(struct http_body *body, uint32_t status)
{
    body->status = status;
    return FAILED;
}

static enum state size_digit(struct http_body *body, uint8_t byte)
{
    int digit = plat_hex_digit((char)byte);

    if (digit >= 0) {
        body->left = body->left * 16 + (unsigned)digit;
        /* LIMIT_BODY_SIZE leaves room for one more digit in 64 bits, so this cannot overflow unseen */
        return body->left > LIMIT_BODY_SIZE - body->total ? fail(body, 413) : SIZE;
    }
    if (body->line == 1) /* not one digit */
        return fail(body, 400);
    if (byte == '\r')
        return SIZE_LF;
    return byte == ';' ? EXTENSION : byte == ' ' || byte == '\t' ? BLANK : fail(body, 400);
}

static enum state extension_byte(struct http_body *body, uint8_t byte)
{
    if (body->state == BLANK)
        return byte == ';' ? EXTENSION : byte == ' ' || byte == '\t' ? BLANK : fail(body, 400);
    if (byte == '\r')
        return SIZE_LF;
    return http_is_value_char((char)byte) ? EXTENSION : fail(body, 400);
}

static enum state line_end(struct http_body *body, uint8_t byte, enum state next)
{
    body->line = 0;
    return byte == '\n' ? next : fail(body, 400);
}

static enum state trailer_byte(struct http_body *body, uint8_t byte)
{
    char c = (char)byte;

    if (body->state == TRAILER_START) {
        if (byte == '\r')
            return LAST_LF;
        if (++body->trailers > LIMIT_HEADER_FIELDS)
            return fail(body, 400);
        return http_is_token_char(c) ? TRAILER_NAME : fail(body, 400);
    }
    if (body->state == TRAILER_NAME)
        return http_is_token_char(c) ? TRAILER_NAME : byte == ':' ? TRAILER_VALUE : fail(body, 400);
    if (byte == '\r')
        return TRAILER_LF;
    return http_is_value_char(c) ? TRAILER_VALUE : fail(body, 400);
}

static enum state step(struct http_body *body, uint8_t byte)
{
    if (++body->line > LIMIT_CHUNK_LINE)
        return fail(body, 400);
    switch (body->state) {
    case SIZE:
        return size_digit(body, byte);
    case BLANK:
    case EXTENSION:
        return extension_byte(body, byte);
    case SIZE_LF:
        return line_end(body, byte, body->left > 0 ? CHUNK : TRAILER_START);
    case CHUNK_CR:
        return byte == '\r' ? CHUNK_LF : fail(body, 400);
    case CHUNK_LF:
        body->left = 0;
        return line_end(body, byte, SIZE);
    case TRAILER_LF:
        return line_end(body, byte, TRAILER_START);
    case LAST_LF:
        return line_end(body, byte, OVER);
    default:
        return trailer_byte(body, byte);
    }
}

static enum http_body_result take_data(struct http_body *body, const uint8_t *in, size_t size, size_t *used,
                                       struct plat_span *data)
{
    size_t n = body->left < size ? (size_t)body->left : size;

    *data = plat_span_of(in, n);
    *used += n;
    body->left -= n;
    body->total += n;
    if (body->left == 0) {
        body->state = body->state == PLAIN ? OVER : CHUNK_CR;
        body->line = 0;
    }
    return HTTP_BODY_DATA;
}

enum http_body_result http_body_take(struct http_body *body, const uint8_t *in, size_t size, size_t *used,
                                     struct plat_span *data)
{
    *used = 0;
    *data = plat_span_of(NULL, 0);
    for (;;) {
        if (body->state == OVER)
            return HTTP_BODY_END;
        if (body->state == FAILED)
            return HTTP_BODY_BAD;
        if (*used == size)
            return HTTP_BODY_MORE;
        if (body->state == PLAIN || body->state == CHUNK)
            return take_data(body, in + *used, size - *used, used, data);
        body->state = (int)step(body, in[(*used)++]);
    }
}
