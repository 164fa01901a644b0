/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of this folder share: one connection. BearSSL's engine is used unpatched. */
#ifndef CERIUM_TOOLS_WINHTTP_TLS_CONNECTION_H
#define CERIUM_TOOLS_WINHTTP_TLS_CONNECTION_H

#include "certstore/bearssl_peer.h"
#include "certstore/set.h"
#include "winhttp/tls/tls.h"

#include <bearssl.h>

struct winhttp_tls {
    br_ssl_client_context engine;
    /* BearSSL's objects are pointers to a pointer to a class: these two find the connection again. */
    struct cert_peer peer;
    const br_ssl_client_certificate_class *asker;
    const struct winhttp_transport_options *options;
    plat_socket socket;

    /* ---- the server's certificate: peer.c ---- */
    struct plat_buffer first_leaf; /* of the first handshake: it may not change */
    struct cert_set *sent;         /* what the server sent along */
    struct cert_chain chain;
    enum cert_host_answer host;
    bool judged;

    /* ---- its CertificateRequest: certificate.c ---- */
    br_x509_certificate own_chain[LIMIT_PEER_CERTIFICATES];
    struct plat_buffer names; /* the issuers one behind the other */
    struct plat_span *issuers;
    size_t issuer_count, issuer_room, name_left;
    uint32_t signatures; /* as BearSSL's auth_types */
    bool asked, given;

    /* ---- progress: io.c ---- */
    win_error failure;        /* ours; the engine's own error comes after it */
    win_error send_failure;   /* the socket takes no more */
    bool flows;               /* application data may flow, as seen last */
    bool open;                /* the first handshake is done */
    unsigned begun, done;     /* renegotiations */
    uint64_t handshake_start; /* monotonic */

    uint8_t in[16384 + 325];
    uint8_t out[16384 + 85];
};

extern const br_x509_class winhttp_tls_peer_class;
extern const br_ssl_client_certificate_class winhttp_tls_asker_class;

void winhttp_tls_set_primitives(struct winhttp_tls *tls);
void winhttp_tls_peer_init(struct winhttp_tls *tls);
void winhttp_tls_peer_free(struct winhttp_tls *tls);
void winhttp_tls_asker_init(struct winhttp_tls *tls);
void winhttp_tls_asker_free(struct winhttp_tls *tls);

/* Notes why the connection is to end; the first reason counts. */
static inline void winhttp_tls_fail(struct winhttp_tls *tls, win_error error)
{
    if (tls->failure == ERROR_SUCCESS)
        tls->failure = error;
}

#endif
