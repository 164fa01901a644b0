/* SPDX-License-Identifier: Apache-2.0 */
/* One call of an extension: the control block it sees and what stands behind its ConnID. Lives on the worker's stack. */
#ifndef CERIUM_HTTPD_ISAPI_CALL_H
#define CERIUM_HTTPD_ISAPI_CALL_H

#include "server/exchange.h"

#include <httpext.h>

struct isapi_call {
    EXTENSION_CONTROL_BLOCK ecb;
    struct httpd_exchange *exchange;
    struct plat_buffer raw_head; /* a head that the extension writes itself with WriteClient, until its blank line */
    bool refuse_keep; /* HSE_SEND_HEADER_EX_INFO said fKeepConn = FALSE, or the connection was closed */
    bool closed;      /* HSE_REQ_CLOSE_CONNECTION */
};

/* The call behind a ConnID; sets ERROR_INVALID_PARAMETER and gives NULL for anything that is none. */
struct isapi_call *isapi_call_of(HCONN connection);

/* The four callbacks of the control block: TRUE, or FALSE with the reason in GetLastError. */
BOOL WINAPI isapi_get_server_variable(HCONN connection, LPSTR name, LPVOID buffer, LPDWORD size);
BOOL WINAPI isapi_write_client(HCONN connection, LPVOID buffer, LPDWORD bytes, DWORD reserved);
BOOL WINAPI isapi_read_client(HCONN connection, LPVOID buffer, LPDWORD size);
BOOL WINAPI isapi_server_support(HCONN connection, DWORD request, LPVOID buffer, LPDWORD size,
                                 LPDWORD data_type);

/*
 * Sends a response head from an extension's words: `status` as "404 Not Found" (NULL or "" = "200 OK"), `fields` as header lines that end in CRLF or LF, up to a blank
 * line or the end; what stands behind the blank line is the first of the body. Malformed lines: ERROR_INVALID_DATA, nothing is sent.
 */
PLAT_MUST_USE win_error isapi_send_head(struct isapi_call *call, const char *status, size_t status_size,
                                        const char *fields, size_t fields_size);
/* Body bytes after the head; sends a plain 200 head first when there was none. */
PLAT_MUST_USE win_error isapi_send_body(struct isapi_call *call, const void *data, size_t size);
/* At the end of the call: a raw head that never got its blank line goes out as it is understood so far. */
PLAT_MUST_USE win_error isapi_end_raw_head(struct isapi_call *call);

/* CERT_FLAGS: bit 0 = the client gave a certificate, bit 1 = its issuer is not trusted. */
DWORD isapi_certificate_flags(const struct httpd_exchange *exchange);

/* The length of a text that ends with a NUL or after `most` bytes. */
size_t isapi_text_size(const char *text, size_t most);

/* FALSE and SetLastError(error) unless it is success. */
BOOL isapi_result(win_error error);

#endif
