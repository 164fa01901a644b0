/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A response's body out of the bytes behind its head (RFC 9112 sections 6 and 7.1): by length, chunked, or up to the end of
 * the connection. Holds and copies nothing.
 */
#ifndef CERIUM_TOOLS_WINHTTP_BODY_H
#define CERIUM_TOOLS_WINHTTP_BODY_H

#include "platform/bytes.h"

enum winhttp_framing {
    WINHTTP_FRAMING_NONE,
    WINHTTP_FRAMING_LENGTH,
    WINHTTP_FRAMING_CHUNKED,
    WINHTTP_FRAMING_CLOSE /* up to the end of the connection */
};

/* What a reader found. */
enum winhttp_taken {
    WINHTTP_TAKEN_MORE, /* all input is used, more is needed */
    WINHTTP_TAKEN_HEAD, /* of responses: the head is whole, the body follows; call again */
    WINHTTP_TAKEN_DATA, /* *data are bytes of the body; call again */
    WINHTTP_TAKEN_END,  /* it is over; input that is left was sent behind it */
    WINHTTP_TAKEN_BAD   /* see error; nothing on this connection can be trusted any more */
};

struct winhttp_body {
    int state;      /* private to body.c */
    uint64_t left;  /* bytes to come, of the body or of the chunk */
    uint64_t total; /* bytes given out */
    size_t line;    /* bytes of the current chunk-size or trailer line */
    size_t trailers;
    win_error error;
};

/* `length` counts with WINHTTP_FRAMING_LENGTH only, and is LIMIT_RESPONSE_BODY at most. */
void winhttp_body_init(struct winhttp_body *body, enum winhttp_framing framing, uint64_t length);

/*
 * Looks at in[0..size). *used bytes need not be shown again; *data (DATA only) points into `in`. END and BAD are repeated if called again. Errors:
 * ERROR_WINHTTP_INVALID_SERVER_RESPONSE, ERROR_WINHTTP_CHUNKED_ENCODING_HEADER_SIZE_OVERFLOW (LIMIT_RESPONSE_CHUNK_LINE),
 * ERROR_WINHTTP_HEADER_COUNT_EXCEEDED (trailer lines), ERROR_WINHTTP_RESPONSE_DRAIN_OVERFLOW (LIMIT_RESPONSE_BODY).
 * Chunk extensions and trailer fields are checked for their form and thrown away.
 */
enum winhttp_taken winhttp_body_take(struct winhttp_body *body, const uint8_t *in, size_t size, size_t *used,
                                     struct plat_span *data);

/* The connection has ended: END, or BAD with ERROR_WINHTTP_CONNECTION_ERROR when the body is cut short. */
enum winhttp_taken winhttp_body_closed(struct winhttp_body *body);

#endif
