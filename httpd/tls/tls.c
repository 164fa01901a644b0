/* SPDX-License-Identifier: Apache-2.0 */
#include "tls/tls.h"

#include "platform/memory.h"
#include "platform/random.h"
#include "tls/connection.h"
#include "tls/primitives.h"

#include <string.h>

/* ---- life ---- */

static win_error start_engine(struct httpd_tls *tls)
{
    br_ssl_engine_context *engine = httpd_tls_engine(tls);
    uint8_t seed[32];
    win_error error = plat_random(seed, sizeof seed);
    if (error != ERROR_SUCCESS)
        return error;
    br_ssl_engine_inject_entropy(engine, seed, sizeof seed);
    plat_wipe(seed, sizeof seed);
    br_ssl_engine_set_buffers_bidi(engine, tls->buffers->in, sizeof tls->buffers->in, tls->buffers->out,
                                   sizeof tls->buffers->out);
    tls->cache = &httpd_tls_cache;
    br_ssl_server_set_cache(&tls->engine, &tls->cache);
    tls->policy = &httpd_tls_policy;
    br_ssl_server_set_policy(&tls->engine, &tls->policy);
    if (tls->profile->settings->ask_certificate != HTTPD_ASK_MID_REQUEST) {
        error = httpd_tls_prepare_asking(tls);
        if (error != ERROR_SUCCESS)
            return error;
    }
    if (!br_ssl_server_reset(&tls->engine))
        return ERROR_INTERNAL_ERROR;
    engine->version_out = BR_TLS12; /* the alert to a client of older versions would go out as version 0.0 */
    return ERROR_SUCCESS;
}

win_error httpd_tls_create(struct httpd_tls_server *server, struct httpd_settings *settings,
                           struct httpd_tls **tls)
{
    *tls = NULL;
    struct httpd_tls_profile *profile;
    win_error error = httpd_tls_profile_of(server, settings, &profile);
    if (error != ERROR_SUCCESS)
        return error;
    struct httpd_tls *made = plat_calloc(1, sizeof *made);
    if (made == NULL) {
        httpd_tls_profile_unref(profile);
        return ERROR_NOT_ENOUGH_MEMORY;
    }
    made->server = server;
    made->profile = profile;
    made->engine = profile->engine;
    made->epoch = server->epoch;
    made->phase = HTTPD_TLS_FIRST;
    made->certificate_state = HTTPD_CERT_NOT_ASKED;
    made->buffers = httpd_tls_buffers_take(server);
    error = made->buffers == NULL ? ERROR_NOT_ENOUGH_MEMORY : start_engine(made);
    if (error != ERROR_SUCCESS) {
        httpd_tls_destroy(made);
        return error;
    }
    (void)httpd_tls_idle(made);
    *tls = made;
    return ERROR_SUCCESS;
}

void httpd_tls_destroy(struct httpd_tls *tls)
{
    if (tls == NULL)
        return;
    httpd_tls_end_asking(tls);
    httpd_client_certificate_unref(tls->certificate);
    if (tls->buffers != NULL)
        httpd_tls_buffers_give(tls->server, tls->buffers);
    httpd_tls_profile_unref(tls->profile);
    plat_wipe(tls, sizeof *tls);
    plat_free(tls);
}

/* ---- buffers ---- */

static void attach(struct httpd_tls *tls, struct httpd_tls_buffers *buffers)
{
    br_ssl_engine_context *engine = httpd_tls_engine(tls);
    tls->buffers = buffers;
    engine->ibuf = buffers == NULL ? NULL : buffers->in;
    engine->obuf = buffers == NULL ? NULL : buffers->out;
}

win_error httpd_tls_wake(struct httpd_tls *tls)
{
    if (tls->buffers != NULL)
        return ERROR_SUCCESS;
    struct httpd_tls_buffers *buffers = httpd_tls_buffers_take(tls->server);
    if (buffers == NULL)
        return ERROR_NOT_ENOUGH_MEMORY;
    attach(tls, buffers);
    return ERROR_SUCCESS;
}

/*
 * The engine's registers are offsets, so its buffers may be others when it goes on, if it holds nothing in
 * them. In: it waits for the first byte of a record header (ixa = ixb = 0; a part of a header, a record on
 * its way or unread plaintext leave them above). Out: nothing is gathered (oxa would be above oxc) and no
 * record is being sent (below). The handshake's coroutine gets its pointers anew each time that it runs.
 */
static bool holds_nothing(const br_ssl_engine_context *engine)
{
    if (br_ssl_engine_current_state(engine) == BR_SSL_CLOSED)
        return true;
    return engine->ixa == 0 && engine->ixb == 0 && engine->oxa == engine->oxc;
}

bool httpd_tls_idle(struct httpd_tls *tls)
{
    if (tls->buffers == NULL)
        return true;
    if (!holds_nothing(httpd_tls_engine(tls)))
        return false;
    httpd_tls_buffers_give(tls->server, tls->buffers);
    attach(tls, NULL);
    return true;
}

/* ---- states ---- */

static bool engine_over(const struct httpd_tls *tls)
{
    /* br_ssl_engine_current_state would reckon with the buffers, which are not there in its sleep. */
    return br_ssl_engine_last_error(&tls->engine.eng) != BR_ERR_OK || tls->engine.eng.shutdown_recv != 0;
}

enum httpd_tls_state httpd_tls_state(const struct httpd_tls *tls)
{
    if (tls->closing || engine_over(tls))
        return HTTPD_TLS_CLOSED;
    if (tls->phase == HTTPD_TLS_FIRST)
        return HTTPD_TLS_HANDSHAKE;
    return tls->phase == HTTPD_TLS_FLOWING ? HTTPD_TLS_OPEN : HTTPD_TLS_ASKING;
}

const char *httpd_tls_failure(const struct httpd_tls *tls)
{
    int error = br_ssl_engine_last_error(&tls->engine.eng);
    bool failed = error != BR_ERR_OK || tls->closing;
    return failed && tls->failure != NULL ? tls->failure : httpd_tls_error_text(error);
}

static void first_handshake_done(struct httpd_tls *tls)
{
    tls->phase = HTTPD_TLS_FLOWING;
    httpd_tls_end_asking(tls);
}

/*
 * Handshake or alert bytes that nobody will ever read: more than one message in a record, sent outside of a
 * handshake. The engine runs its coroutine when a record comes in or a handshake's record has gone out;
 * neither will happen again.
 */
static bool stuck(struct httpd_tls *tls)
{
    const br_ssl_engine_context *engine = httpd_tls_engine(tls);
    size_t out;
    return httpd_tls_flows(tls) && engine->record_type_out == HTTPD_TLS_APPLICATION_DATA &&
           engine->ixa != engine->ixb && engine->record_type_in != HTTPD_TLS_APPLICATION_DATA &&
           br_ssl_engine_sendrec_buf(engine, &out) == NULL;
}

/* After each step of the engine. */
static void advance(struct httpd_tls *tls)
{
    if (tls->closing || engine_over(tls))
        return;
    if (tls->phase == HTTPD_TLS_FIRST && httpd_tls_flows(tls))
        first_handshake_done(tls);
    httpd_tls_advance_asking(tls);
    if (stuck(tls)) {
        tls->failure = "the client sent a message out of order";
        httpd_tls_close(tls);
    }
}

/* ---- the four pipes ---- */

uint8_t *httpd_tls_cipher_space(struct httpd_tls *tls, size_t *size)
{
    *size = 0;
    if (tls->buffers == NULL || httpd_tls_state(tls) == HTTPD_TLS_CLOSED)
        return NULL;
    return br_ssl_engine_recvrec_buf(httpd_tls_engine(tls), size);
}

void httpd_tls_cipher_received(struct httpd_tls *tls, size_t size)
{
    if (size == 0)
        return;
    br_ssl_engine_recvrec_ack(httpd_tls_engine(tls), size);
    advance(tls);
}

const uint8_t *httpd_tls_cipher_pending(struct httpd_tls *tls, size_t *size)
{
    *size = 0;
    return tls->buffers == NULL ? NULL : br_ssl_engine_sendrec_buf(httpd_tls_engine(tls), size);
}

void httpd_tls_cipher_sent(struct httpd_tls *tls, size_t size)
{
    if (size == 0)
        return;
    br_ssl_engine_sendrec_ack(httpd_tls_engine(tls), size);
    advance(tls);
}

const uint8_t *httpd_tls_plain_pending(struct httpd_tls *tls, size_t *size)
{
    *size = 0;
    if (tls->buffers == NULL || tls->closing)
        return NULL;
    return br_ssl_engine_recvapp_buf(httpd_tls_engine(tls), size);
}

void httpd_tls_plain_taken(struct httpd_tls *tls, size_t size)
{
    if (size != 0)
        br_ssl_engine_recvapp_ack(httpd_tls_engine(tls), size);
}

uint8_t *httpd_tls_plain_space(struct httpd_tls *tls, size_t *size)
{
    *size = 0;
    if (tls->buffers == NULL || httpd_tls_state(tls) != HTTPD_TLS_OPEN)
        return NULL;
    return br_ssl_engine_sendapp_buf(httpd_tls_engine(tls), size);
}

void httpd_tls_plain_written(struct httpd_tls *tls, size_t size)
{
    if (size != 0)
        br_ssl_engine_sendapp_ack(httpd_tls_engine(tls), size);
}

void httpd_tls_flush(struct httpd_tls *tls)
{
    if (tls->buffers != NULL && httpd_tls_state(tls) == HTTPD_TLS_OPEN)
        br_ssl_engine_flush(httpd_tls_engine(tls), 0);
}

/* Plaintext that nobody has read goes first: the engine would hold it, and wait for its reader, for ever. */
void httpd_tls_close(struct httpd_tls *tls)
{
    bool before = tls->closing;
    tls->closing = true;
    if (before || tls->buffers == NULL)
        return;
    br_ssl_engine_context *engine = httpd_tls_engine(tls);
    size_t unread;
    if (br_ssl_engine_recvapp_buf(engine, &unread) != NULL)
        br_ssl_engine_recvapp_ack(engine, unread);
    br_ssl_engine_close(engine);
}

/* ---- facts ---- */

enum httpd_certificate_state httpd_tls_certificate_state(const struct httpd_tls *tls)
{
    if (tls->phase == HTTPD_TLS_FIRST)
        return HTTPD_CERT_NOT_ASKED; /* what a session or a handshake says, counts when it is done */
    bool may_be_asked = tls->engine.eng.reneg == 2; /* RFC 5746 */
    if (tls->certificate_state == HTTPD_CERT_NOT_ASKED && !may_be_asked)
        return HTTPD_CERT_CANNOT_ASK;
    return tls->certificate_state;
}

struct httpd_client_certificate *httpd_tls_certificate(const struct httpd_tls *tls)
{
    return tls->phase != HTTPD_TLS_FIRST && tls->certificate_state == HTTPD_CERT_GIVEN ? tls->certificate
                                                                                       : NULL;
}

void httpd_tls_facts_of(const struct httpd_tls *tls, struct httpd_tls_facts *facts)
{
    const struct httpd_tls_suite *suite = httpd_tls_suite_of(tls->engine.eng.session.cipher_suite);
    facts->cipher = suite->name;
    facts->cipher_bits = suite->bits;
    facts->resumed = tls->resumed;
    facts->server_name = br_ssl_engine_get_server_name(&tls->engine.eng);
}
