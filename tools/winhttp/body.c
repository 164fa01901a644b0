/* SPDX-License-Identifier: Apache-2.0 */
/* A state machine over single bytes but for the data themselves. */
#include "winhttp/body.h"

#include "platform/limits.h"
#include "platform/text.h"
#include "winhttp/chars.h"

enum state {
    PLAIN,     /* so many bytes */
    REST,      /* all bytes */
    SIZE,      /* digits of a chunk's size */
    PADDING,   /* blanks behind it, which some servers write */
    EXTENSION, /* up to the CR, which quoted text cannot hold either */
    SIZE_LF,
    CHUNK,
    CHUNK_CR, /* the line end behind the data */
    CHUNK_LF,
    TRAILER, /* a line begins: a field, or the end */
    TRAILER_NAME,
    TRAILER_VALUE,
    TRAILER_LF,
    LAST_LF,
    OVER,
    BAD
};

void winhttp_body_init(struct winhttp_body *body, enum winhttp_framing framing, uint64_t length)
{
    static const enum state first[] = {
        [WINHTTP_FRAMING_NONE] = OVER,
        [WINHTTP_FRAMING_LENGTH] = PLAIN,
        [WINHTTP_FRAMING_CHUNKED] = SIZE,
        [WINHTTP_FRAMING_CLOSE] = REST,
    };

    *body = (struct winhttp_body){.state = (int)first[framing]};
    if (framing == WINHTTP_FRAMING_LENGTH)
        body->left = length;
    if (body->state == PLAIN && body->left == 0)
        body->state = OVER;
    if (framing == WINHTTP_FRAMING_CLOSE)
        body->left = LIMIT_RESPONSE_BODY;
}

static enum state fail(struct winhttp_body *body, win_error error)
{
    body->error = error;
    return BAD;
}

static enum state refuse(struct winhttp_body *body)
{
    return fail(body, ERROR_WINHTTP_INVALID_SERVER_RESPONSE);
}

static enum state behind_size(struct winhttp_body *body, char c)
{
    if (c == '\r')
        return SIZE_LF;
    if (c == ';')
        return EXTENSION;
    return winhttp_is_blank(c) ? PADDING : refuse(body);
}

static enum state size_byte(struct winhttp_body *body, char c)
{
    int digit = plat_hex_digit(c);

    if (digit < 0)
        return body->line > 1 ? behind_size(body, c) : refuse(body);
    /* The limit leaves room in 64 bits for one more digit. */
    body->left = body->left * 16 + (unsigned)digit;
    if (body->left > LIMIT_RESPONSE_BODY - body->total)
        return fail(body, ERROR_WINHTTP_RESPONSE_DRAIN_OVERFLOW);
    return SIZE;
}

static enum state trailer_byte(struct winhttp_body *body, char c)
{
    if (c == '\r')
        return LAST_LF;
    if (++body->trailers > LIMIT_RESPONSE_FIELDS)
        return fail(body, ERROR_WINHTTP_HEADER_COUNT_EXCEEDED);
    return winhttp_is_token_char(c) ? TRAILER_NAME : refuse(body);
}

static enum state line_end(struct winhttp_body *body, char c, enum state next)
{
    body->line = 0;
    return c == '\n' ? next : refuse(body);
}

static enum state step(struct winhttp_body *body, char c)
{
    if (++body->line > LIMIT_RESPONSE_CHUNK_LINE)
        return fail(body, ERROR_WINHTTP_CHUNKED_ENCODING_HEADER_SIZE_OVERFLOW);
    switch (body->state) {
    case SIZE:
        return size_byte(body, c);
    case PADDING:
        return behind_size(body, c);
    case EXTENSION:
        return c == '\r' ? SIZE_LF : winhttp_is_value_char(c) ? EXTENSION : refuse(body);
    case SIZE_LF:
        return line_end(body, c, body->left > 0 ? CHUNK : TRAILER);
    case CHUNK_CR:
        return c == '\r' ? CHUNK_LF : refuse(body);
    case CHUNK_LF:
        return line_end(body, c, SIZE);
    case TRAILER:
        return trailer_byte(body, c);
    case TRAILER_NAME:
        return c == ':' ? TRAILER_VALUE : winhttp_is_token_char(c) ? TRAILER_NAME : refuse(body);
    case TRAILER_VALUE:
        return c == '\r' ? TRAILER_LF : winhttp_is_value_char(c) ? TRAILER_VALUE : refuse(body);
    case TRAILER_LF:
        return line_end(body, c, TRAILER);
    default:
        return line_end(body, c, OVER);
    }
}

static void take_data(struct winhttp_body *body, const uint8_t *in, size_t size, size_t *used,
                      struct plat_span *data)
{
    size_t n = body->left < size ? (size_t)body->left : size;

    *data = plat_span_of(in, n);
    *used += n;
    body->left -= n;
    body->total += n;
    if (body->left == 0 && body->state != REST)
        body->state = body->state == PLAIN ? OVER : CHUNK_CR;
}

enum winhttp_taken winhttp_body_take(struct winhttp_body *body, const uint8_t *in, size_t size, size_t *used,
                                     struct plat_span *data)
{
    *used = 0;
    for (;;) {
        if (body->state == OVER)
            return WINHTTP_TAKEN_END;
        if (body->state == BAD)
            return WINHTTP_TAKEN_BAD;
        if (*used == size)
            return WINHTTP_TAKEN_MORE;
        if (body->state == REST && body->left == 0) {
            body->state = (int)fail(body, ERROR_WINHTTP_RESPONSE_DRAIN_OVERFLOW);
        } else if (body->state == PLAIN || body->state == REST || body->state == CHUNK) {
            take_data(body, in + *used, size - *used, used, data);
            return WINHTTP_TAKEN_DATA;
        } else {
            body->state = (int)step(body, (char)in[(*used)++]);
        }
    }
}

enum winhttp_taken winhttp_body_closed(struct winhttp_body *body)
{
    if (body->state == REST)
        body->state = OVER;
    else if (body->state != OVER && body->state != BAD)
        body->state = (int)fail(body, ERROR_WINHTTP_CONNECTION_ERROR);
    return body->state == OVER ? WINHTTP_TAKEN_END : WINHTTP_TAKEN_BAD;
}
