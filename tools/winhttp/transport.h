/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One connection to host:port for the HTTP client: bytes in and out, plain or TLS 1.2 (RFC 5246), every call
 * blocking with a time-out. Errors are WinHTTP's codes:
 *
 *   ERROR_WINHTTP_NAME_NOT_RESOLVED         the host has no address
 *   ERROR_WINHTTP_CANNOT_CONNECT            nobody answers at any of its addresses
 *   ERROR_WINHTTP_TIMEOUT                   looking up, connecting, sending or receiving took too long
 *   ERROR_WINHTTP_CONNECTION_ERROR          the connection broke, or ended where TLS had not said so
 *   ERROR_WINHTTP_SECURE_FAILURE            the server's certificate was refused
 *   ERROR_WINHTTP_SECURE_CHANNEL_ERROR      TLS failed in another way
 *   ERROR_WINHTTP_CLIENT_AUTH_CERT_NEEDED   the server asks for a certificate, and nothing is set
 *   ERROR_NOT_ENOUGH_MEMORY
 *
 * Used by one thread at a time.
 */
#ifndef CERIUM_TOOLS_WINHTTP_TRANSPORT_H
#define CERIUM_TOOLS_WINHTTP_TRANSPORT_H

#include "certstore/chain.h"
#include "certstore/host.h"
#include "certstore/key.h"

/*
 * Milliseconds; 0 = none. Sending and receiving: without a byte moving. Connecting: for each of the host's
 * addresses.
 */
struct winhttp_timeouts {
    unsigned resolve, connect, send, receive;
};

/* What the server's chain is built from; each may be NULL. */
struct winhttp_trust {
    const struct cert_set *roots, *intermediates, *distrusted, *people;
    const struct cert_crl_set *crls;
    uint32_t flags; /* CERT_CHAIN_* */
};

/*
 * The server's certificate, judged now, for server authentication. Lives until the next handshake or the
 * transport's end.
 */
struct winhttp_server {
    const struct cert *leaf;
    const struct cert_chain *chain; /* its word: chain->error, chain->finished */
    enum cert_host_answer host;     /* is it for the host that was asked for? */
};

/*
 * Shall the connection go on? ERROR_SUCCESS, or the error to fail with. Called in each full handshake,
 * renegotiations too, as soon as the chain is there: before the server learns who the client is, and long
 * before the first byte of a request.
 */
typedef win_error (*winhttp_judge)(void *context, const struct winhttp_server *server);

/* A certificate for the client: leaf first. Everything belongs to the caller and outlives the transport. */
struct winhttp_identity {
    const struct plat_span *chain;
    size_t count; /* 1..LIMIT_PEER_CERTIFICATES */
    const struct cert_key *key;
};

/* What to do when the server asks for a certificate. */
enum winhttp_asked {
    WINHTTP_ASK_UNSET, /* fail with ERROR_WINHTTP_CLIENT_AUTH_CERT_NEEDED */
    WINHTTP_ASK_NONE,  /* say that there is none, and go on */
    WINHTTP_ASK_GIVE   /* give `identity`; none when the server does not take signatures of its kind of key */
};

struct winhttp_transport_options {
    const char *host; /* a DNS name in A-labels or an address, IPv6 with or without brackets; copied */
    uint16_t port;
    bool secure; /* TLS; what follows `timeouts` is for it */
    struct winhttp_timeouts timeouts;
    struct winhttp_trust trust;
    winhttp_judge judge; /* NULL: the word must be 0 and the host match */
    void *judge_context;
    enum winhttp_asked asked;
    struct winhttp_identity identity;
};

struct winhttp_transport; /* opaque; winhttp_transport_destroy */

/*
 * Copies the options (not what they point to, but the host). ERROR_INVALID_PARAMETER: no host, a host too
 * long, an identity without certificate or key.
 */
PLAT_MUST_USE win_error winhttp_transport_create(const struct winhttp_transport_options *options,
                                                 struct winhttp_transport **transport);
void winhttp_transport_destroy(struct winhttp_transport *transport); /* without goodbye; NULL is allowed */

/*
 * Looks the host up, connects, and does the handshake. Once; after an error the facts below can still be
 * read.
 */
PLAT_MUST_USE win_error winhttp_transport_connect(struct winhttp_transport *transport);
void winhttp_transport_set_timeouts(struct winhttp_transport *transport,
                                    const struct winhttp_timeouts *timeouts);

/* All of it. It may wait in a record that is not full yet: _flush, and _read does so by itself. */
PLAT_MUST_USE win_error winhttp_transport_write(struct winhttp_transport *transport, const void *data,
                                                size_t size);
PLAT_MUST_USE win_error winhttp_transport_flush(struct winhttp_transport *transport);
/*
 * At least one byte, at most `size`. *got == 0 with success: the server has ended the connection, under TLS
 * with its close_notify. A write that failed leaves what the server has said before readable.
 */
PLAT_MUST_USE win_error winhttp_transport_read(struct winhttp_transport *transport, void *buffer, size_t size,
                                               size_t *got);
/*
 * Is an idle connection still good for another request? False too when the server has said something that
 * nobody asked for.
 */
bool winhttp_transport_usable(struct winhttp_transport *transport);
/* Says goodbye (close_notify), for at most LIMIT_CLIENT_CLOSE_MS, and closes. */
void winhttp_transport_close(struct winhttp_transport *transport);

/* ---- facts ---- */

/* The last CertificateRequest. Lives until the next handshake or the transport's end. */
struct winhttp_certificate_request {
    bool asked;
    bool given;                      /* a certificate was sent in answer */
    const struct plat_span *issuers; /* DER Names, in the server's order; none = any issuer */
    size_t issuer_count;
    bool rsa, ecdsa; /* signatures that the server takes and this client can make, SHA-256 to SHA-512 */
};
void winhttp_transport_request(const struct winhttp_transport *transport,
                               struct winhttp_certificate_request *request);
/* False when no certificate of the server has been judged. */
bool winhttp_transport_server(const struct winhttp_transport *transport, struct winhttp_server *server);
/* Handshakes that the server has asked for and that are done. */
unsigned winhttp_transport_renegotiations(const struct winhttp_transport *transport);
/*
 * The TLS engine's own error: a BR_ERR_* of bearssl.h, 256 + alert when the server sent one; 0 = none. For
 * messages.
 */
int winhttp_transport_tls_error(const struct winhttp_transport *transport);

#endif
