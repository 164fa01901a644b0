/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the files of this folder share: one connection, and what connections share. BearSSL's engine is used
 * unpatched; where its fields are touched beside its functions, the place says why.
 */
#ifndef CERIUM_HTTPD_TLS_CONNECTION_H
#define CERIUM_HTTPD_TLS_CONNECTION_H

#include "platform/limits.h"
#include "certstore/bearssl_peer.h"
#include "tls/sessions.h"
#include "tls/tls.h"

#include <bearssl.h>

/*
 * A record is decrypted in place, so the largest has to fit: header, nonce, 16384 bytes, tag. Records out
 * hold 4096 bytes: the next smaller size that BearSSL knows, with the overhead it reckons with.
 */
#define HTTPD_TLS_IN_SIZE (5U + 8U + 16384U + 16U)
#define HTTPD_TLS_OUT_SIZE (4096U + 85U)
/* Types of records (RFC 5246 section 6.2.1). */
#define HTTPD_TLS_ALERT 21
#define HTTPD_TLS_HANDSHAKE_RECORD 22
#define HTTPD_TLS_APPLICATION_DATA 23

struct httpd_tls_buffers {
    struct httpd_tls_buffers *next; /* in the pool */
    uint8_t in[HTTPD_TLS_IN_SIZE];
    uint8_t out[HTTPD_TLS_OUT_SIZE];
};

/*
 * An engine with everything that depends on settings and CPU, copied for each connection: setting one up
 * costs some forty times more.
 */
struct httpd_tls_profile {
    unsigned references; /* one loop's own: no atomics */
    struct httpd_settings *settings;
    br_ssl_server_context engine;
    br_x509_certificate chain[8];
    size_t chain_count;
    br_x500_name *names; /* of the CertificateRequest; at least one, see profile.c */
    size_t name_count;
    const char *protocols[1]; /* ALPN */
};

struct httpd_tls_server {
    struct httpd_tls_buffers *spare;
    unsigned spare_count;
    struct httpd_tls_profile *profile; /* of the settings seen last */
    struct httpd_tls_sessions sessions;
    uint32_t epoch; /* of the sessions: counts _forget_sessions */
};

enum httpd_tls_phase {
    HTTPD_TLS_FIRST,     /* first handshake */
    HTTPD_TLS_FLOWING,   /* not asking */
    HTTPD_TLS_ASK_WAITS, /* the HelloRequest waits for room in the output */
    HTTPD_TLS_ASKED      /* it is written; the handshake has perhaps begun */
};

struct httpd_tls {
    br_ssl_server_context engine;
    /* BearSSL's objects are pointers to a pointer to a class: these two find the connection again. */
    const br_ssl_session_cache_class *cache;
    const br_ssl_server_policy_class *policy;
    struct httpd_tls_server *server;
    struct httpd_tls_profile *profile;
    struct httpd_tls_buffers *buffers; /* NULL = asleep */
    struct cert_peer *peer;            /* while a certificate may come in */
    struct httpd_client_certificate *certificate;
    const char *failure; /* a better reason than the engine's error */
    uint32_t epoch;
    enum httpd_tls_phase phase;
    enum httpd_certificate_state certificate_state;
    bool full;            /* a full handshake is done: save() was called in this phase */
    bool resumed;         /* load() found a session, and it was not dropped again */
    bool hello_requested; /* ever */
    bool refused;         /* the client answered with no_renegotiation */
    bool closing;         /* httpd_tls_close was called */
};

/* ---- profile.c ---- */
PLAT_MUST_USE win_error httpd_tls_profile_create(struct httpd_settings *settings,
                                                 struct httpd_tls_profile **profile);
void httpd_tls_profile_unref(struct httpd_tls_profile *profile); /* NULL is allowed */

/* ---- policy.c, resume.c, records.c: what BearSSL calls back ---- */
extern const br_ssl_server_policy_class httpd_tls_policy;
extern const br_ssl_session_cache_class httpd_tls_cache;
void httpd_tls_watch_records(br_ssl_engine_context *engine);

/* ---- server.c ---- */
PLAT_MUST_USE win_error httpd_tls_profile_of(struct httpd_tls_server *server, struct httpd_settings *settings,
                                             struct httpd_tls_profile **profile);  /* a new reference */
struct httpd_tls_buffers *httpd_tls_buffers_take(struct httpd_tls_server *server); /* NULL = no memory */
void httpd_tls_buffers_give(struct httpd_tls_server *server, struct httpd_tls_buffers *buffers);

/* ---- ask.c ---- */
/* Names and a place for the chain into the engine: its next full handshake asks. */
PLAT_MUST_USE win_error httpd_tls_prepare_asking(struct httpd_tls *tls);
void httpd_tls_end_asking(struct httpd_tls *tls);
/* A full handshake is done: what did the client give? Sets state and certificate. */
void httpd_tls_take_certificate(struct httpd_tls *tls);
void httpd_tls_advance_asking(struct httpd_tls *tls);

/* ---- errors.c ---- */
const char *httpd_tls_error_text(int error);

static inline br_ssl_engine_context *httpd_tls_engine(struct httpd_tls *tls)
{
    return &tls->engine.eng;
}

/*
 * Does application data flow? The engine's own flag: 0 in a handshake, 1 yes, 2 closing. No function tells
 * it.
 */
static inline bool httpd_tls_flows(const struct httpd_tls *tls)
{
    return tls->engine.eng.application_data == 1;
}

#endif
