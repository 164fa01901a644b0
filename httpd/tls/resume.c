/* SPDX-License-Identifier: Apache-2.0 */
/* BearSSL's questions about sessions: which may be resumed, and what is kept of one. */
#include "tls/connection.h"

static struct httpd_tls *connection_of(const br_ssl_session_cache_class **cache)
{
    return (struct httpd_tls *)(void *)((char *)cache - offsetof(struct httpd_tls, cache));
}

/*
 * Called at the end of a full handshake, after the client's Finished. Where a certificate was asked for and
 * none was proven, nothing is kept: a client that comes back is asked again, and may have chosen one by then.
 */
static void save(const br_ssl_session_cache_class **cache, br_ssl_server_context *engine,
                 const br_ssl_session_parameters *parameters)
{
    struct httpd_tls *tls = connection_of(cache);
    (void)engine;
    tls->full = true;
    bool asked = tls->peer != NULL;
    if (asked)
        httpd_tls_take_certificate(tls);
    if (asked && tls->certificate == NULL)
        return;
    if (tls->epoch == tls->server->epoch)
        httpd_tls_sessions_add(&tls->server->sessions, parameters, tls->certificate);
}

/*
 * Only a connection's first handshake may resume. A renegotiation is there to ask for a certificate, which a
 * resumption never does; and an identity is gained by a full handshake only.
 */
static int load(const br_ssl_session_cache_class **cache, br_ssl_server_context *engine,
                br_ssl_session_parameters *parameters)
{
    struct httpd_tls *tls = connection_of(cache);
    (void)engine;
    if (tls->phase != HTTPD_TLS_FIRST || tls->epoch != tls->server->epoch)
        return 0;
    const struct httpd_tls_session *session =
        httpd_tls_sessions_find(&tls->server->sessions, parameters->session_id);
    if (session == NULL)
        return 0;
    if (session->certificate == NULL && tls->peer != NULL)
        return 0; /* this handshake is to ask */
    *parameters = session->parameters;
    if (session->certificate != NULL) {
        tls->certificate = httpd_client_certificate_ref(session->certificate);
        tls->certificate_state = HTTPD_CERT_GIVEN;
    }
    tls->resumed = true;
    return 1;
}

const br_ssl_session_cache_class httpd_tls_cache = {
    .context_size = sizeof(const br_ssl_session_cache_class *),
    .save = save,
    .load = load,
};
