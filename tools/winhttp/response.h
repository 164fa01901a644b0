/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A response read while its bytes come in (RFC 9112): fed with what a connection gave, in pieces of any size, it never waits.
 * Head and lines are bounded (platform/limits.h), the body is handed through. 1xx responses are read over.
 *
 * Strict where two readers could disagree about where a response ends: lines end in CRLF; no blank before a colon; a length that
 * is one number; Transfer-Encoding "chunked" alone, in HTTP/1.1, without a Content-Length. Folded lines are joined (section 5.2).
 */
#ifndef CERIUM_TOOLS_WINHTTP_RESPONSE_H
#define CERIUM_TOOLS_WINHTTP_RESPONSE_H

#include "platform/limits.h"
#include "winhttp/body.h"

/* Places in the head's text. */
struct winhttp_field {
    uint32_t name_at, name_size;
    uint32_t value_at, value_size; /* without the blanks around it */
};

struct winhttp_response {
    /* Private. */
    bool head_request;
    bool head_done;
    size_t line; /* where the current line begins in `head` */
    uint32_t interim;
    struct winhttp_body body;

    /* Once the head is there. */
    uint32_t version; /* 10, 11; a higher minor version counts as 11 */
    uint32_t status;  /* 200 to 999 */
    uint32_t reason_at, reason_size;
    struct plat_buffer head; /* the text: status line, fields and the empty line, each with its CRLF */
    struct winhttp_field fields[LIMIT_RESPONSE_FIELDS];
    size_t field_count;
    enum winhttp_framing framing;
    bool has_length;
    uint64_t length; /* Content-Length, also where no body follows (HEAD, 304) */
    /* The connection can carry another request once this response is over, if nothing was sent behind it. */
    bool keep_alive;

    win_error error; /* BAD: why */
};

/* `head_request`: the request was HEAD, so no body follows. winhttp_response_free frees the head. */
void winhttp_response_init(struct winhttp_response *response, bool head_request);
void winhttp_response_free(struct winhttp_response *response);

/*
 * Looks at in[0..size). *used bytes need not be shown again; *data (DATA only) points into `in`. After one HEAD come DATA and
 * MORE, at last END; END and BAD are repeated. Errors: those of winhttp_body_take, ERROR_WINHTTP_HEADER_SIZE_OVERFLOW
 * (LIMIT_RESPONSE_HEAD_READ), ERROR_WINHTTP_HEADER_COUNT_EXCEEDED (LIMIT_RESPONSE_FIELDS), ERROR_NOT_ENOUGH_MEMORY;
 * a 101 that nobody asked for and more than LIMIT_RESPONSE_INTERIM 1xx are ERROR_WINHTTP_INVALID_SERVER_RESPONSE.
 */
enum winhttp_taken winhttp_response_take(struct winhttp_response *response, const uint8_t *in, size_t size,
                                         size_t *used, struct plat_span *data);

/* The connection has ended: END if that ends the body too, or it was over; else BAD with ERROR_WINHTTP_CONNECTION_ERROR. */
enum winhttp_taken winhttp_response_closed(struct winhttp_response *response);

/* ---- what the head says; the spans live as long as the response ---- */

struct plat_span winhttp_response_reason(const struct winhttp_response *response);
struct plat_span winhttp_response_name(const struct winhttp_response *response, size_t field);
struct plat_span winhttp_response_value(const struct winhttp_response *response, size_t field);
/*
 * The next field of that name, any case, from number *field on: true, and *field is its number. For the first *field is 0, for the
 * next one more than the last.
 */
bool winhttp_response_find(const struct winhttp_response *response, const char *name, size_t *field);
/* A list field (all its lines) has this token, any case: `Connection: close, te`. */
bool winhttp_response_lists(const struct winhttp_response *response, const char *name, const char *token);

#endif
