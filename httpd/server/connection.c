/* SPDX-License-Identifier: Apache-2.0 */
#include "server/connection.h"

#include "platform/memory.h"
#include "server/pipes.h"

#define ROUNDS 32U /* steps in one go, before other connections get their turn */
/* Of `in` and `out`: a bound for mistakes; what is read and written is bounded where it happens. */
#define BUFFER_LIMIT ((size_t)64 << 20)

/* ---- life ---- */

static bool start_tls(struct httpd_connection *connection)
{
    struct httpd_server *server = connection->server;

    if (!connection->secure)
        return true;
    connection->phase = PHASE_HANDSHAKE;
    return httpd_tls_create(server->tls, server->settings, &connection->tls) == ERROR_SUCCESS;
}

static void link_in(struct httpd_connection *connection)
{
    struct httpd_server *server = connection->server;

    connection->next = server->connections;
    if (connection->next)
        connection->next->previous = connection;
    server->connections = connection;
    if (connection->refused)
        server->refused_count++;
    else
        server->connection_count++;
}

static void unlink_from(struct httpd_connection *connection)
{
    struct httpd_server *server = connection->server;

    if (connection->previous)
        connection->previous->next = connection->next;
    else
        server->connections = connection->next;
    if (connection->next)
        connection->next->previous = connection->previous;
    connection->previous = NULL;
    connection->next = server->closed;
    server->closed = connection;
    if (connection->refused)
        server->refused_count--;
    else
        server->connection_count--;
}

void httpd_connection_open(struct httpd_server *server, plat_socket socket, const struct plat_address *remote,
                           const struct httpd_listener *listener, bool refused)
{
    struct httpd_connection *connection = plat_calloc(1, sizeof *connection);

    if (!connection || plat_poller_add(server->poller, socket, PLAT_READABLE, connection)) {
        plat_free(connection);
        plat_socket_close(socket);
        return;
    }
    *connection = (struct httpd_connection){.watched = HTTPD_CONNECTION,
                                            .phase = PHASE_HEAD,
                                            .server = server,
                                            .socket = socket,
                                            .remote = *remote,
                                            .listener = listener->id,
                                            .secure = listener->secure,
                                            .refused = refused,
                                            .writable = true,
                                            .interest = PLAT_READABLE};
    plat_buffer_init(&connection->in, BUFFER_LIMIT);
    plat_buffer_init(&connection->out, BUFFER_LIMIT);
    link_in(connection);
    if (refused)
        httpd_respond_status(connection, 503, "", "too many connections");
    else if (!start_tls(connection)) {
        httpd_connection_close(connection);
        return;
    }
    httpd_timer_start(&server->timers, &connection->timer,
                      connection->tls ? HTTPD_TIMER_HANDSHAKE : HTTPD_TIMER_IDLE, server->now_ms);
    if (refused)
        httpd_connection_run(connection);
}

void httpd_connection_close(struct httpd_connection *connection)
{
    struct httpd_server *server = connection->server;

    if (connection->phase == PHASE_CLOSED)
        return;
    httpd_request_end(connection);
    connection->phase = PHASE_CLOSED;
    httpd_timer_stop(&server->timers, &connection->timer);
    plat_poller_remove(server->poller, connection->socket);
    plat_socket_close(connection->socket);
    httpd_tls_destroy(connection->tls);
    connection->tls = NULL;
    plat_file_close(connection->file);
    connection->file = NULL;
    plat_buffer_free(&connection->in);
    plat_buffer_free(&connection->out);
    unlink_from(connection);
    if (server->accept_again)
        server->accept_again = server->now_ms; /* a file number has become free */
}

void httpd_connections_free_closed(struct httpd_server *server)
{
    struct httpd_connection *connection = server->closed;

    server->closed = NULL;
    while (connection) {
        struct httpd_connection *next = connection->next;

        if (connection->in_again) {
            connection->next = server->closed;
            server->closed = connection;
        } else {
            plat_free(connection);
        }
        connection = next;
    }
}

/* ---- the machine ---- */

static bool finish_response(struct httpd_connection *connection)
{
    struct httpd_job *job = connection->job;
    bool over = !job || http_body_over(&job->body);

    if (!httpd_transport_all_sent(connection))
        return false;
    /* The last one whose head promised to go on is left as an idle one is: there is nothing to linger for. */
    if (!connection->keep || (connection->last && !over) ||
        (connection->peer_done && connection->in.size == 0)) {
        httpd_request_end(connection);
        httpd_goodbye_say(connection);
    } else if (!over) {
        httpd_log_request(connection);
        connection->phase = PHASE_DRAIN;
    } else {
        httpd_request_end(connection);
        connection->phase = PHASE_HEAD;
    }
    return true;
}

static bool finish_handshake(struct httpd_connection *connection)
{
    if (httpd_tls_state(connection->tls) != HTTPD_TLS_OPEN)
        return false;
    connection->phase = PHASE_HEAD;
    return true;
}

static bool drain(struct httpd_connection *connection)
{
    bool moved = httpd_request_drain(connection);

    if (http_body_over(&connection->job->body)) {
        httpd_request_end(connection);
        connection->phase = PHASE_HEAD;
        return true;
    }
    if (connection->must_close) {
        httpd_request_end(connection);
        httpd_goodbye_say(connection);
    }
    return moved;
}

static bool step(struct httpd_connection *connection)
{
    switch (connection->phase) {
    case PHASE_HANDSHAKE:
        return finish_handshake(connection);
    case PHASE_HEAD:
        return httpd_request_read_head(connection);
    case PHASE_ASK:
        return httpd_request_wait_for_certificate(connection);
    case PHASE_PASSWORD:
        return httpd_request_password_checked(connection);
    case PHASE_AHEAD:
        return httpd_extension_read_ahead(connection);
    case PHASE_RUN:
        return httpd_extension_run(connection);
    case PHASE_SEND:
        return finish_response(connection);
    case PHASE_DRAIN:
        return drain(connection);
    case PHASE_GOODBYE:
        return httpd_goodbye_finish(connection);
    case PHASE_LINGER:
        return httpd_goodbye_linger(connection);
    case PHASE_CLOSED:
        break;
    }
    return false;
}

/* Bytes that `in` may hold in this phase: 0 = the client has to wait. */
static size_t wanted(const struct httpd_connection *connection)
{
    const struct httpd_job *job = connection->job;

    switch (connection->phase) {
    case PHASE_HEAD:
        return connection->server->settings->max_head_size;
    case PHASE_ASK:
    case PHASE_AHEAD:
    case PHASE_DRAIN:
        return LIMIT_FILE_CHUNK;
    case PHASE_RUN:
        return job->input_over ? 0 : LIMIT_FILE_CHUNK;
    default:
        return 0;
    }
}

static bool must_wait_for_peer(const struct httpd_connection *connection)
{
    return (connection->phase == PHASE_HEAD || connection->phase == PHASE_HANDSHAKE ||
            connection->phase == PHASE_ASK || connection->phase == PHASE_AHEAD ||
            connection->phase == PHASE_DRAIN);
}

/* One round of in, phase, out. false when nothing moved or the connection is closed. */
static bool move(struct httpd_connection *connection)
{
    bool moved = connection->phase < PHASE_GOODBYE && httpd_transport_receive(connection, wanted(connection));

    if (connection->tls && connection->phase < PHASE_GOODBYE &&
        httpd_tls_state(connection->tls) == HTTPD_TLS_CLOSED) {
        httpd_goodbye_after_tls(connection);
        moved = true;
    }
    if (!connection->broken)
        moved = step(connection) || moved;
    if (connection->phase == PHASE_CLOSED)
        return false;
    if (!connection->broken)
        moved = httpd_transport_send(connection) || moved;
    if (connection->broken || (connection->peer_done && !moved && must_wait_for_peer(connection))) {
        httpd_connection_close(connection);
        return false;
    }
    if (connection->last && !moved && connection->phase == PHASE_HEAD && connection->in.size == 0) {
        httpd_goodbye_say(connection);
        return true;
    }
    return moved;
}

/* ---- what to wait for ---- */

static bool worker_waits_for_client(const struct httpd_connection *connection)
{
    return connection->phase == PHASE_RUN && (httpd_transport_wants_to_send(connection) ||
                                              (connection->job->reader_waits && !connection->job->input_over));
}

static enum httpd_timer_kind timer_kind(const struct httpd_connection *connection)
{
    switch (connection->phase) {
    case PHASE_HANDSHAKE:
    case PHASE_ASK:
        return HTTPD_TIMER_HANDSHAKE;
    case PHASE_HEAD:
        return connection->in.size > 0 ? HTTPD_TIMER_HEAD : HTTPD_TIMER_IDLE;
    case PHASE_AHEAD:
    case PHASE_SEND:
    case PHASE_DRAIN:
        return HTTPD_TIMER_STALL;
    case PHASE_RUN:
        return worker_waits_for_client(connection) ? HTTPD_TIMER_WORKER : HTTPD_TIMER_NONE;
    case PHASE_GOODBYE:
    case PHASE_LINGER:
        return HTTPD_TIMER_LINGER;
    default:
        return HTTPD_TIMER_NONE;
    }
}

static void set_timer(struct httpd_connection *connection, bool moved)
{
    struct httpd_server *server = connection->server;
    enum httpd_timer_kind kind = timer_kind(connection);

    if (kind != connection->timer.kind || ((kind == HTTPD_TIMER_STALL || kind == HTTPD_TIMER_WORKER) && moved))
        httpd_timer_start(&server->timers, &connection->timer, kind, server->now_ms);
}

static unsigned interest_of(const struct httpd_connection *connection)
{
    bool reads = connection->phase == PHASE_LINGER || connection->phase == PHASE_HANDSHAKE ||
                 connection->phase == PHASE_ASK || connection->in.size < wanted(connection);
    unsigned interest = 0;

    if (reads && !connection->peer_done && httpd_transport_can_receive(connection))
        interest |= PLAT_READABLE;
    if (!connection->writable && httpd_transport_wants_to_send(connection))
        interest |= PLAT_WRITABLE;
    return interest;
}

/* Nothing of a request is there: the buffers go back, until bytes come. */
static void give_buffers_back(struct httpd_connection *connection)
{
    if (connection->phase != PHASE_HEAD || connection->in.size > 0 || !httpd_transport_all_sent(connection))
        return;
    plat_buffer_free(&connection->in);
    plat_buffer_free(&connection->out);
    if (connection->tls)
        (void)httpd_tls_idle(connection->tls);
}

static void run_again(struct httpd_connection *connection)
{
    if (connection->in_again)
        return;
    connection->in_again = true;
    connection->next_again = connection->server->again;
    connection->server->again = connection;
}

/*
 * A request that is on its way already is read once more: closed with unread bytes, the connection would be
 * reset.
 */
void httpd_connection_make_last(struct httpd_connection *connection)
{
    connection->last = true;
    connection->readable = true;
    run_again(connection);
}

/* The client has stopped in the middle of a request or of its response. */
static void give_up(struct httpd_connection *connection)
{
    struct httpd_job *job = connection->job;

    if (job)
        job->why = job->status ? "the client stopped reading" : "the client stopped sending";
    if (job && job->exchange.pipes)
        httpd_pipes_end_input(job->exchange.pipes, WSAETIMEDOUT);
    httpd_connection_close(connection);
}

static void settle(struct httpd_connection *connection, bool moved, bool unfinished)
{
    struct httpd_server *server = connection->server;
    unsigned interest = interest_of(connection);

    if (connection->phase == PHASE_RUN &&
        !httpd_patience_spend(&connection->job->patience, worker_waits_for_client(connection),
                              connection->moved, server->now_ms)) {
        give_up(connection);
        return;
    }
    if (unfinished)
        run_again(connection);
    if (interest != connection->interest &&
        plat_poller_change(server->poller, connection->socket, interest, connection) == ERROR_SUCCESS)
        connection->interest = interest;
    set_timer(connection, moved);
    give_buffers_back(connection);
}

void httpd_connection_run(struct httpd_connection *connection)
{
    bool moved = false;
    unsigned round = 0;

    if (connection->phase == PHASE_CLOSED)
        return;
    if (connection->tls && httpd_tls_wake(connection->tls)) {
        httpd_connection_close(connection);
        return;
    }
    while (round < ROUNDS && move(connection)) {
        moved = true;
        round++;
    }
    if (connection->phase != PHASE_CLOSED)
        settle(connection, moved, round == ROUNDS);
}

void httpd_connection_expired(struct httpd_connection *connection)
{
    enum httpd_timer_kind kind = connection->timer.kind;

    httpd_timer_stop(&connection->server->timers, &connection->timer);
    if (connection->tls && httpd_tls_wake(connection->tls)) {
        httpd_connection_close(connection);
    } else if (kind == HTTPD_TIMER_IDLE) {
        httpd_goodbye_say(connection);
    } else if (kind == HTTPD_TIMER_HEAD) {
        httpd_request_head_too_slow(connection);
    } else if (kind == HTTPD_TIMER_HANDSHAKE && connection->phase == PHASE_ASK) {
        httpd_request_certificate_too_slow(connection);
    } else if (kind != HTTPD_TIMER_WORKER) { /* that one's patience is looked at below */
        give_up(connection);
    }
    httpd_connection_run(connection);
}
