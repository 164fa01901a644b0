/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sessions that clients may resume (RFC 5246 section 7.4.1.2), by their ID, each with the certificate that
 * was proven in it. Bounded by number, by the bytes of the certificates and by age; the one used longest ago
 * goes first.
 */
#ifndef CERIUM_HTTPD_TLS_SESSIONS_H
#define CERIUM_HTTPD_TLS_SESSIONS_H

#include "platform/limits.h"
#include "access/client_certificate.h"

#include <bearssl.h>

#define HTTPD_TLS_SESSION_BUCKETS 256U /* a power of two */

struct httpd_tls_session {
    struct httpd_tls_session *next; /* in the bucket */
    struct httpd_tls_session *newer, *older;
    br_ssl_session_parameters parameters;
    struct httpd_client_certificate *certificate; /* NULL = the client has not been asked */
    size_t certificate_size;
    uint64_t end_ms; /* on the monotonic clock */
};

struct httpd_tls_sessions {
    struct httpd_tls_session *buckets[HTTPD_TLS_SESSION_BUCKETS];
    struct httpd_tls_session *newest, *oldest;
    size_t count;
    size_t bytes;
};

/*
 * Takes a reference of its own to `certificate` (may be NULL). Without memory there is no session to resume;
 * nothing else suffers.
 */
void httpd_tls_sessions_add(struct httpd_tls_sessions *sessions, const br_ssl_session_parameters *parameters,
                            struct httpd_client_certificate *certificate);
/*
 * By parameters->session_id, 32 bytes; NULL when there is none that is still good. Borrowed until the next
 * call.
 */
const struct httpd_tls_session *httpd_tls_sessions_find(struct httpd_tls_sessions *sessions,
                                                        const uint8_t id[32]);
void httpd_tls_sessions_clear(struct httpd_tls_sessions *sessions);

#endif
