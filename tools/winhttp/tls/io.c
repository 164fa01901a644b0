/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Records between the engine and the socket, in both directions at once, until what the caller waits for is
 * there.
 */
#include "platform/clock.h"
#include "platform/connect.h"
#include "winhttp/tls/connection.h"

#include <string.h>

static br_ssl_engine_context *engine_of(struct winhttp_tls *tls)
{
    return &tls->engine.eng;
}

/* ---- states ---- */

/* The engine's own flag: 0 in a handshake, 1 application data, 2 closing. No function tells it. */
static bool flows(const struct winhttp_tls *tls)
{
    return tls->engine.eng.application_data == 1;
}

/* The server has said close_notify. */
static bool ended(const struct winhttp_tls *tls)
{
    return tls->engine.eng.shutdown_recv != 0 && br_ssl_engine_last_error(&tls->engine.eng) == BR_ERR_OK;
}

static bool readable(struct winhttp_tls *tls)
{
    size_t size;
    return br_ssl_engine_recvapp_buf(engine_of(tls), &size) != NULL || ended(tls);
}

static bool writable(struct winhttp_tls *tls)
{
    size_t size;
    return br_ssl_engine_sendapp_buf(engine_of(tls), &size) != NULL && size != 0;
}

static bool sent(struct winhttp_tls *tls)
{
    size_t size;
    return br_ssl_engine_sendrec_buf(engine_of(tls), &size) == NULL;
}

static bool handshake_done(struct winhttp_tls *tls)
{
    return tls->open && flows(tls) && sent(tls);
}

static win_error failure_of(const struct winhttp_tls *tls)
{
    if (tls->failure != ERROR_SUCCESS)
        return tls->failure;
    int error = br_ssl_engine_last_error(&tls->engine.eng);
    if (error == BR_ERR_OK)
        return ERROR_SUCCESS;
    if (error >= BR_ERR_X509_INVALID_VALUE && error <= BR_ERR_X509_NOT_TRUSTED)
        return ERROR_WINHTTP_SECURE_FAILURE;
    return ERROR_WINHTTP_SECURE_CHANNEL_ERROR;
}

static win_error socket_failure(win_error error)
{
    if (error == ERROR_TIMEOUT)
        return ERROR_WINHTTP_TIMEOUT;
    return error == ERROR_NOT_ENOUGH_MEMORY ? error : ERROR_WINHTTP_CONNECTION_ERROR;
}

/* ---- a step of the engine ---- */

/*
 * A server that does not know RFC 5746 may not renegotiate (2 = it does): the engine answers it with
 * no_renegotiation.
 */
static void first_handshake_done(struct winhttp_tls *tls)
{
    if (!tls->judged) {
        winhttp_tls_fail(tls, ERROR_WINHTTP_SECURE_FAILURE);
        return;
    }
    tls->open = true;
    if (tls->engine.eng.reneg == 2)
        br_ssl_engine_remove_flags(engine_of(tls), BR_OPT_NO_RENEGOTIATION);
}

static void advance(struct winhttp_tls *tls)
{
    bool now = flows(tls);
    if (now == tls->flows || br_ssl_engine_current_state(engine_of(tls)) == BR_SSL_CLOSED || ended(tls))
        return;
    tls->flows = now;
    if (now) /* a renegotiation that resumes would ask for no certificate, and show none */
        br_ssl_client_forget_session(&tls->engine);
    if (now && !tls->open) {
        first_handshake_done(tls);
    } else if (now) {
        tls->done++;
    } else if (tls->engine.eng.application_data == 0) {
        tls->handshake_start = plat_clock_monotonic_ms();
        if (++tls->begun > LIMIT_CLIENT_RENEGOTIATIONS)
            winhttp_tls_fail(tls, ERROR_WINHTTP_SECURE_CHANNEL_ERROR);
    }
}

static bool send_some(struct winhttp_tls *tls)
{
    size_t size, done;
    const unsigned char *data = br_ssl_engine_sendrec_buf(engine_of(tls), &size);
    if (data == NULL || tls->send_failure != ERROR_SUCCESS)
        return false;
    win_error error = plat_send(tls->socket, data, size, &done);
    if (error != ERROR_SUCCESS) {
        if (error != WSAEWOULDBLOCK)
            tls->send_failure = socket_failure(error);
        return false;
    }
    br_ssl_engine_sendrec_ack(engine_of(tls), done);
    advance(tls);
    return done != 0;
}

/*
 * What the application has written goes into a record of its own before anything comes in: a HelloRequest
 * would start the handshake, and the engine would send it as a part of that.
 */
static bool receive_some(struct winhttp_tls *tls, win_error *error)
{
    size_t size, got;
    *error = ERROR_SUCCESS;
    unsigned char *space = br_ssl_engine_recvrec_buf(engine_of(tls), &size);
    if (space == NULL)
        return false;
    win_error result = plat_receive(tls->socket, space, size, &got);
    if (result == WSAEWOULDBLOCK) {
        *error = tls->send_failure;
        return false;
    }
    if (result != ERROR_SUCCESS || got == 0) {
        *error = result == ERROR_SUCCESS ? ERROR_WINHTTP_CONNECTION_ERROR : socket_failure(result);
        return false;
    }
    br_ssl_engine_flush(engine_of(tls), 0);
    br_ssl_engine_recvrec_ack(engine_of(tls), got);
    advance(tls);
    return true;
}

/* ---- waiting ---- */

/* The shorter of the idle time and what is left of the handshake's; 0 = none. */
static win_error wait_time(const struct winhttp_tls *tls, unsigned idle, unsigned *timeout)
{
    *timeout = idle;
    if (flows(tls) || tls->engine.eng.application_data == 2)
        return ERROR_SUCCESS;
    uint64_t used = plat_clock_monotonic_ms() - tls->handshake_start;
    if (used >= LIMIT_CLIENT_HANDSHAKE_MS)
        return ERROR_WINHTTP_TIMEOUT;
    unsigned left = (unsigned)(LIMIT_CLIENT_HANDSHAKE_MS - used);
    if (idle == 0 || left < idle)
        *timeout = left;
    return ERROR_SUCCESS;
}

static win_error wait(struct winhttp_tls *tls)
{
    size_t size;
    unsigned interest = 0, timeout;
    if (br_ssl_engine_recvrec_buf(engine_of(tls), &size) != NULL)
        interest |= PLAT_READABLE;
    bool sending = !sent(tls);
    if (sending && tls->send_failure == ERROR_SUCCESS)
        interest |= PLAT_WRITABLE;
    if (interest == 0) /* the engine waits for nothing: bytes that it will never look at are in its way */
        return tls->send_failure != ERROR_SUCCESS ? tls->send_failure : ERROR_WINHTTP_SECURE_CHANNEL_ERROR;
    const struct winhttp_timeouts *timeouts = &tls->options->timeouts;
    win_error error = wait_time(tls, sending ? timeouts->send : timeouts->receive, &timeout);
    if (error != ERROR_SUCCESS)
        return error;
    error = plat_socket_wait(tls->socket, interest, timeout);
    return error == ERROR_SUCCESS ? error : socket_failure(error);
}

static win_error pump_until(struct winhttp_tls *tls, bool (*ready)(struct winhttp_tls *))
{
    for (;;) {
        win_error error = failure_of(tls);
        if (error != ERROR_SUCCESS)
            return error;
        if (ready(tls))
            return ERROR_SUCCESS;
        if (ended(tls)) /* and the caller waits for something else */
            return ERROR_WINHTTP_CONNECTION_ERROR;
        bool moved = send_some(tls);
        if (failure_of(tls) == ERROR_SUCCESS && receive_some(tls, &error))
            moved = true;
        if (error != ERROR_SUCCESS && failure_of(tls) == ERROR_SUCCESS && !ready(tls))
            return error;
        if (!moved && failure_of(tls) == ERROR_SUCCESS && !ready(tls))
            error = wait(tls);
        else
            error = ERROR_SUCCESS;
        if (error != ERROR_SUCCESS)
            return error;
    }
}

/* ---- calls ---- */

win_error winhttp_tls_handshake(struct winhttp_tls *tls)
{
    tls->handshake_start = plat_clock_monotonic_ms();
    return pump_until(tls, handshake_done);
}

win_error winhttp_tls_write(struct winhttp_tls *tls, const void *data, size_t size)
{
    const uint8_t *next = data;
    while (size != 0) {
        win_error error = tls->send_failure != ERROR_SUCCESS ? tls->send_failure : pump_until(tls, writable);
        if (error != ERROR_SUCCESS)
            return error;
        size_t room;
        unsigned char *space = br_ssl_engine_sendapp_buf(engine_of(tls), &room);
        size_t part = room < size ? room : size;
        memcpy(space, next, part);
        br_ssl_engine_sendapp_ack(engine_of(tls), part);
        next += part;
        size -= part;
    }
    return ERROR_SUCCESS;
}

win_error winhttp_tls_flush(struct winhttp_tls *tls)
{
    if (tls->send_failure != ERROR_SUCCESS)
        return tls->send_failure;
    br_ssl_engine_flush(engine_of(tls), 0);
    return pump_until(tls, sent);
}

win_error winhttp_tls_read(struct winhttp_tls *tls, void *buffer, size_t size, size_t *got)
{
    *got = 0;
    br_ssl_engine_flush(engine_of(tls), 0);
    win_error error = pump_until(tls, readable);
    if (error != ERROR_SUCCESS)
        return error;
    size_t there;
    const unsigned char *data = br_ssl_engine_recvapp_buf(engine_of(tls), &there);
    if (data == NULL)
        return ERROR_SUCCESS; /* close_notify */
    *got = there < size ? there : size;
    memcpy(buffer, data, *got);
    br_ssl_engine_recvapp_ack(engine_of(tls), *got);
    return ERROR_SUCCESS;
}

/*
 * Whatever has come meanwhile is taken in, without waiting; only the beginning of a renegotiation is no bad
 * sign.
 */
bool winhttp_tls_usable(struct winhttp_tls *tls)
{
    win_error error = ERROR_SUCCESS;
    while (failure_of(tls) == ERROR_SUCCESS && !readable(tls) && receive_some(tls, &error))
        ;
    return failure_of(tls) == ERROR_SUCCESS && error == ERROR_SUCCESS && tls->send_failure == ERROR_SUCCESS &&
           !readable(tls);
}

/* Plaintext that nobody has read goes first: the engine would wait for its reader. */
void winhttp_tls_close(struct winhttp_tls *tls)
{
    br_ssl_engine_context *engine = engine_of(tls);
    uint64_t end = plat_clock_monotonic_ms() + LIMIT_CLIENT_CLOSE_MS;
    size_t unread;
    if (!tls->open || failure_of(tls) != ERROR_SUCCESS || (!flows(tls) && !ended(tls)))
        return;
    if (br_ssl_engine_recvapp_buf(engine, &unread) != NULL)
        br_ssl_engine_recvapp_ack(engine, unread);
    br_ssl_engine_flush(engine, 0);
    br_ssl_engine_close(engine);
    while (!sent(tls) && tls->send_failure == ERROR_SUCCESS) {
        uint64_t now = plat_clock_monotonic_ms();
        if (now >= end)
            return;
        if (!send_some(tls) && tls->send_failure == ERROR_SUCCESS &&
            plat_socket_wait(tls->socket, PLAT_WRITABLE, (unsigned)(end - now)) != ERROR_SUCCESS)
            return;
    }
}
