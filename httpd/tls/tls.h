/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The TLS seam: bytes in, bytes out, no sockets. One struct httpd_tls is one connection's server side (TLS
 * 1.2, ECDHE with AEAD only), asked mid-request for the client's certificate by a renegotiation (RFC 5246
 * 7.4.1.1, RFC 5746). No BearSSL type shows here.
 *
 * The four pipes: ciphertext in -> [ engine ] -> plaintext in;  plaintext out -> [ engine ] -> ciphertext
 * out. Each is offered as a window (pointer and size, size 0 = nothing there / no room now) and acknowledged
 * with the number of bytes used.
 */
#ifndef CERIUM_HTTPD_TLS_H
#define CERIUM_HTTPD_TLS_H

#include "access/access.h"
#include "access/client_certificate.h"
#include "settings/settings.h"

/*
 * What all connections of a server share: resumable sessions, pooled buffers, an engine prepared for the
 * settings and the CPU. One loop's own; it is destroyed after its connections.
 */
struct httpd_tls_server;
PLAT_MUST_USE win_error httpd_tls_server_create(struct httpd_tls_server **server);
void httpd_tls_server_destroy(struct httpd_tls_server *server); /* NULL is allowed */
/* Forgets all resumable sessions: the certificates, stores or the way of asking have changed. */
void httpd_tls_server_forget_sessions(struct httpd_tls_server *server);

struct httpd_tls;
/*
 * `settings` gives certificate, key, CA names and when to ask; the connection keeps a reference for its life.
 * It starts asleep (_wake).
 */
PLAT_MUST_USE win_error httpd_tls_create(struct httpd_tls_server *server, struct httpd_settings *settings,
                                         struct httpd_tls **tls);
void httpd_tls_destroy(struct httpd_tls *tls); /* NULL is allowed */

/*
 * Before bytes are fed after idling: takes buffers from the pool (ERROR_NOT_ENOUGH_MEMORY). After work: gives
 * them back when the engine holds no partial record either way, and says whether it did. Every other call but
 * _idle, _state and the certificate getters needs awake.
 */
PLAT_MUST_USE win_error httpd_tls_wake(struct httpd_tls *tls);
bool httpd_tls_idle(struct httpd_tls *tls);

/*
 * One call that consumes or produces bytes in one pipe may open any other: look at all four again after each.
 * Once CLOSED only cipher_pending may still offer something (the last alert); when it is empty, all is over.
 * cipher_space is empty while plain_pending is not.
 */
uint8_t *httpd_tls_cipher_space(struct httpd_tls *tls, size_t *size); /* write received bytes here ... */
void httpd_tls_cipher_received(struct httpd_tls *tls, size_t size);   /* ... and say how many */
const uint8_t *httpd_tls_cipher_pending(struct httpd_tls *tls, size_t *size); /* send these ... */
void httpd_tls_cipher_sent(struct httpd_tls *tls, size_t size);
const uint8_t *httpd_tls_plain_pending(struct httpd_tls *tls, size_t *size); /* request bytes */
void httpd_tls_plain_taken(struct httpd_tls *tls, size_t size);
uint8_t *httpd_tls_plain_space(struct httpd_tls *tls, size_t *size); /* response bytes go here */
void httpd_tls_plain_written(struct httpd_tls *tls, size_t size);
void httpd_tls_flush(struct httpd_tls *tls); /* what was written so far becomes a record now */
void httpd_tls_close(struct httpd_tls *tls); /* sends close_notify; unread plaintext is thrown away */

enum httpd_tls_state {
    HTTPD_TLS_HANDSHAKE, /* first handshake */
    HTTPD_TLS_OPEN,      /* application data flow */
    HTTPD_TLS_ASKING,    /* a certificate was asked for mid-request; application data may still come in */
    HTTPD_TLS_CLOSED     /* over: close_notify, or failed (httpd_tls_failure) */
};
enum httpd_tls_state httpd_tls_state(const struct httpd_tls *tls);
/*
 * Why a connection failed, a part of a sentence ("the client sent the alert unknown_ca"); NULL when it did
 * not. Static storage.
 */
const char *httpd_tls_failure(const struct httpd_tls *tls);

/* ---- the client's certificate ---- */

/*
 * Asks for it now (state becomes ASKING, then OPEN, or CLOSED). false when it cannot be done: no RFC 5746,
 * asked before, no memory, or not OPEN; on an OPEN connection the state is never NOT_ASKED after that.
 * Plaintext that arrives meanwhile is offered as usual; nothing may be written until OPEN again.
 */
bool httpd_tls_ask_certificate(struct httpd_tls *tls);
/*
 * The client has not answered in time, or has sent more than may be read ahead: true when the connection is
 * OPEN again, so that a response can go out (certificate_state is CANNOT_ASK then); false when the client has
 * begun to answer: nothing can be said before it is done.
 */
bool httpd_tls_give_up_asking(struct httpd_tls *tls);
/* A resumed session brings its certificate. NOT_ASKED while the first handshake runs. */
enum httpd_certificate_state httpd_tls_certificate_state(const struct httpd_tls *tls);
/* Borrowed; NULL unless GIVEN. */
struct httpd_client_certificate *httpd_tls_certificate(const struct httpd_tls *tls);

/* ---- facts for logs, CERT_* and HTTPS_* variables ---- */
struct httpd_tls_facts {
    const char *cipher; /* "ECDHE-ECDSA-AES128-GCM-SHA256" (IANA meaning, OpenSSL spelling) */
    uint32_t cipher_bits;
    bool resumed;
    const char *server_name; /* SNI, "" when none */
};
void httpd_tls_facts_of(const struct httpd_tls *tls, struct httpd_tls_facts *facts);

#endif
