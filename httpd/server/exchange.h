/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One request and its response as a worker thread sees them while an ISAPI extension runs: blocking reads of
 * the body and writes of the response, over two bounded pipes (LIMIT_PIPE_SIZE) whose other ends the event
 * loop serves.
 */
#ifndef CERIUM_HTTPD_EXCHANGE_H
#define CERIUM_HTTPD_EXCHANGE_H

#include "access/access.h"
#include "access/client_certificate.h"
#include "http/request.h"
#include "platform/file.h"
#include "tls/tls.h"

struct httpd_pipes; /* private to server/ */

struct httpd_exchange {
    /* Set by the loop before the worker starts; read-only and alive until httpd_exchange_finish. */
    const struct http_request *request;
    const struct httpd_settings *settings;
    const struct httpd_decision *decision;
    struct plat_root *root;
    struct plat_address remote, local;
    bool secure;
    struct httpd_tls_facts tls;                         /* secure only */
    int certificate_state;                              /* enum httpd_certificate_state */
    const struct httpd_client_certificate *certificate; /* NULL unless HTTPD_CERT_GIVEN */
    uint32_t trust_error;                               /* its word, before the override */
    const char *password;                               /* Basic only, for AUTH_PASSWORD; else NULL */
    const char *module;                                 /* CE path of the ISAPI module to run */
    const char *script_path;                            /* URL path that named it: SCRIPT_NAME */
    const char *path_info;                              /* URL path behind it: PATH_INFO, "" when none */
    const char *path_translated;                        /* CE path that path_info maps to, "" when none */
    struct plat_span body_ahead; /* body bytes read before the call, at most PostReadSize */
    struct httpd_pipes *pipes;
    struct plat_buffer log_text; /* what the extension appends to the log line; worker's until finish */
};

/*
 * Worker side. Body bytes behind body_ahead: blocks until there are some; *got == 0 = the body is over.
 * WSAECONNRESET: the client went away (nothing more can be read or written); ERROR_INVALID_DATA: malformed
 * chunking; WSAETIMEDOUT.
 */
PLAT_MUST_USE win_error httpd_exchange_read(struct httpd_exchange *exchange, void *buffer, size_t size,
                                            size_t *got);

/*
 * The response head: status 100..599 but no 1xx here, `reason` may be "", `fields` = header lines "Name:
 * value\r\n" ... without the blank line, already checked by the caller for well-formed lines. The loop adds
 * Date, Server, Connection and, when there is no Content-Length, chunked coding (HTTP/1.1) or a close.
 * Transfer-Encoding, Date and Server of the extension are dropped, and so is Connection, but for "close",
 * which is obeyed. Once per exchange: ERROR_INVALID_FUNCTION afterwards. It goes out with the first body
 * bytes (one packet), or when the worker waits for request bytes, or at the end.
 */
PLAT_MUST_USE win_error httpd_exchange_head(struct httpd_exchange *exchange, uint32_t status,
                                            const char *reason, const char *fields);
/*
 * Body bytes; blocks while the pipe is full. Without a head so far: "200 OK" without fields. A HEAD request's
 * body is dropped.
 */
PLAT_MUST_USE win_error httpd_exchange_write(struct httpd_exchange *exchange, const void *data, size_t size);
bool httpd_exchange_head_sent(const struct httpd_exchange *exchange);
bool httpd_exchange_connected(struct httpd_exchange *exchange);
/*
 * The extension wants the connection gone: it is closed at once, without a response if none began; _finish
 * must still be called.
 */
void httpd_exchange_abort(struct httpd_exchange *exchange);

/*
 * The end, exactly once, from the worker; the exchange may be gone when it returns. keep_alive is a wish: the
 * loop keeps the connection only when the response was framed and complete. Without a head so far the loop
 * answers `status_if_none` (500).
 */
void httpd_exchange_finish(struct httpd_exchange *exchange, bool keep_alive, uint32_t status_if_none);

#endif
