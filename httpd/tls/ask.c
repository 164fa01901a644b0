/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Asking for the client's certificate, in the first handshake or in the middle of a request.
 *
 * BearSSL's own way to renegotiate stops application data at once, so that a request body on its way would
 * kill the connection. Here only the HelloRequest (RFC 5246 section 7.4.1.1) is sent, made by hand:
 * application data flow until the client's ClientHello comes, which BearSSL then handles as if the client had
 * thought of it.
 */
#include "tls/connection.h"

#include "platform/memory.h"

#include <string.h>

static const uint8_t hello_request[] = {0, 0, 0, 0};

win_error httpd_tls_prepare_asking(struct httpd_tls *tls)
{
    if (tls->peer == NULL)
        tls->peer = plat_alloc(sizeof *tls->peer);
    if (tls->peer == NULL)
        return ERROR_NOT_ENOUGH_MEMORY;
    cert_peer_init(tls->peer);
    br_ssl_engine_set_x509(httpd_tls_engine(tls), &tls->peer->vtable);
    br_ssl_server_set_trust_anchor_names(&tls->engine, tls->profile->names, tls->profile->name_count);
    return ERROR_SUCCESS;
}

void httpd_tls_end_asking(struct httpd_tls *tls)
{
    br_ssl_engine_add_flags(httpd_tls_engine(tls), BR_OPT_NO_RENEGOTIATION);
    br_ssl_server_set_trust_anchor_names(&tls->engine, NULL, 0);
    br_ssl_engine_set_x509(httpd_tls_engine(tls), NULL);
    if (tls->peer != NULL)
        cert_peer_free(tls->peer);
    plat_free(tls->peer);
    tls->peer = NULL;
}

void httpd_tls_take_certificate(struct httpd_tls *tls)
{
    const struct cert_peer *peer = tls->peer;
    tls->certificate_state = cert_peer_sent(peer) ? HTTPD_CERT_UNPROVEN : HTTPD_CERT_NONE;
    if (!cert_peer_usable(peer))
        return;
    struct plat_span chain[LIMIT_PEER_CERTIFICATES];
    for (uint32_t i = 0; i < peer->count; i++)
        chain[i] = cert_peer_at(peer, i);
    struct httpd_client_certificate *made;
    if (httpd_client_certificate_create(chain, peer->count, &made) != ERROR_SUCCESS)
        return;
    httpd_client_certificate_unref(tls->certificate);
    tls->certificate = made;
    tls->certificate_state = HTTPD_CERT_GIVEN;
}

bool httpd_tls_ask_certificate(struct httpd_tls *tls)
{
    if (httpd_tls_state(tls) != HTTPD_TLS_OPEN || httpd_tls_certificate_state(tls) != HTTPD_CERT_NOT_ASKED)
        return false;
    if (httpd_tls_prepare_asking(tls) != ERROR_SUCCESS) {
        tls->certificate_state = HTTPD_CERT_CANNOT_ASK;
        return false;
    }
    tls->phase = HTTPD_TLS_ASK_WAITS;
    tls->full = false;
    tls->refused = false;
    br_ssl_engine_flush(httpd_tls_engine(tls), 0);
    httpd_tls_advance_asking(tls);
    return true;
}

static void stop(struct httpd_tls *tls, enum httpd_certificate_state state)
{
    tls->phase = HTTPD_TLS_FLOWING;
    tls->certificate_state = state;
    httpd_tls_end_asking(tls);
}

bool httpd_tls_give_up_asking(struct httpd_tls *tls)
{
    if (httpd_tls_state(tls) != HTTPD_TLS_ASKING || !httpd_tls_flows(tls))
        return false;
    stop(tls, HTTPD_CERT_CANNOT_ASK);
    return true;
}

/*
 * The record's type is the engine's to choose; nothing but the value at the time of the flush goes into the
 * record. Set back, the engine goes on in its application data state and never knows.
 */
static void send_hello_request(struct httpd_tls *tls)
{
    br_ssl_engine_context *engine = httpd_tls_engine(tls);
    size_t room;
    unsigned char *buffer = br_ssl_engine_sendapp_buf(engine, &room);
    if (buffer == NULL || room < sizeof hello_request)
        return;
    memcpy(buffer, hello_request, sizeof hello_request);
    engine->record_type_out = HTTPD_TLS_HANDSHAKE_RECORD;
    br_ssl_engine_sendapp_ack(engine, sizeof hello_request);
    br_ssl_engine_flush(engine, 0);
    engine->record_type_out = HTTPD_TLS_APPLICATION_DATA;
    br_ssl_engine_remove_flags(engine, BR_OPT_NO_RENEGOTIATION);
    tls->hello_requested = true;
    tls->phase = HTTPD_TLS_ASKED;
}

void httpd_tls_advance_asking(struct httpd_tls *tls)
{
    if (tls->phase == HTTPD_TLS_ASK_WAITS && tls->buffers != NULL)
        send_hello_request(tls);
    if (tls->phase != HTTPD_TLS_ASKED || !httpd_tls_flows(tls))
        return;
    if (tls->full)
        stop(tls, tls->certificate_state);
    else if (tls->refused)
        stop(tls, HTTPD_CERT_CANNOT_ASK);
}
