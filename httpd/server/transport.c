/* SPDX-License-Identifier: Apache-2.0 */
/* Between the socket and a connection's buffers, with TLS or without. */
#include "server/connection.h"

#include <string.h>

#define ROUNDS 16U /* pieces moved in one go, before other connections get their turn */

/* ---- in ---- */

/* One receive. false when there was nothing, or the end. */
static bool receive(struct httpd_connection *connection, uint8_t *space, size_t size, size_t *got)
{
    win_error error = plat_receive(connection->socket, space, size, got);

    if (error || *got < size)
        connection->readable = false;
    if (error && error != WSAEWOULDBLOCK)
        connection->broken = true;
    if (!error && *got == 0)
        connection->peer_done = true;
    connection->moved += error ? 0 : *got;
    return !error && *got > 0;
}

static bool receive_plain(struct httpd_connection *connection, size_t most)
{
    struct plat_buffer *in = &connection->in;
    size_t first = connection->phase == PHASE_HEAD ? LIMIT_FILE_CHUNK / 4 : LIMIT_FILE_CHUNK;
    size_t size, got = 0;
    uint8_t *space;

    if (!connection->readable || in->size >= most)
        return false;
    size = most - in->size < first ? most - in->size : first;
    space = plat_buffer_reserve(in, size);
    if (!space) {
        connection->broken = true;
        return false;
    }
    if (!receive(connection, space, size, &got))
        return false;
    plat_buffer_advance(in, got);
    return true;
}

static bool take_plaintext(struct httpd_connection *connection, size_t most)
{
    bool moved = false;
    size_t size;
    const uint8_t *data;

    while (connection->in.size < most && (data = httpd_tls_plain_pending(connection->tls, &size)) != NULL &&
           size > 0) {
        if (size > most - connection->in.size)
            size = most - connection->in.size;
        plat_buffer_append(&connection->in, data, size);
        httpd_tls_plain_taken(connection->tls, size);
        moved = true;
    }
    if (connection->in.failed)
        connection->broken = true;
    return moved;
}

static bool feed_engine(struct httpd_connection *connection)
{
    size_t size, got = 0;
    uint8_t *space = httpd_tls_cipher_space(connection->tls, &size);

    if (!space || size == 0 || !receive(connection, space, size, &got))
        return false;
    httpd_tls_cipher_received(connection->tls, got);
    return true;
}

/* A handshake goes on whether or not anybody wants plaintext. */
static bool receive_tls(struct httpd_connection *connection, size_t most)
{
    bool handshake = connection->phase == PHASE_HANDSHAKE || connection->phase == PHASE_ASK;
    bool moved = take_plaintext(connection, most);

    for (unsigned i = 0; i < ROUNDS && connection->readable && (handshake || connection->in.size < most);
         i++) {
        if (!feed_engine(connection))
            break;
        moved = true;
        take_plaintext(connection, most);
    }
    return moved;
}

bool httpd_transport_receive(struct httpd_connection *connection, size_t most)
{
    return connection->tls ? receive_tls(connection, most) : receive_plain(connection, most);
}

bool httpd_transport_can_receive(const struct httpd_connection *connection)
{
    size_t size;

    if (!connection->tls || httpd_tls_state(connection->tls) == HTTPD_TLS_CLOSED)
        return true;
    return httpd_tls_cipher_space(connection->tls, &size) != NULL && size > 0;
}

bool httpd_transport_discard(struct httpd_connection *connection)
{
    size_t got = 0;

    if (!connection->readable ||
        !receive(connection, connection->server->scratch, sizeof connection->server->scratch, &got))
        return false;
    connection->lingered += (uint32_t)got;
    return true;
}

/* ---- out ---- */

static size_t out_left(const struct httpd_connection *connection)
{
    return connection->out.size - connection->out_sent;
}

static bool has_more(const struct httpd_connection *connection)
{
    return out_left(connection) > 0 || connection->file != NULL;
}

/*
 * Copies what comes next into `space`, moving nothing on. A file that has become shorter breaks the
 * connection: its length is promised.
 */
static size_t peek(struct httpd_connection *connection, uint8_t *space, size_t size)
{
    size_t n = out_left(connection) < size ? out_left(connection) : size;
    size_t from_file = size - n;
    size_t got = 0;

    if (n > 0)
        memcpy(space, connection->out.data + connection->out_sent, n);
    if (!connection->file || from_file == 0)
        return n;
    if (from_file > connection->file_end - connection->file_next)
        from_file = (size_t)(connection->file_end - connection->file_next);
    if (plat_file_read_at(connection->file, connection->file_next, space + n, from_file, &got) ||
        got < from_file)
        connection->broken = true;
    return n + got;
}

static void move_on(struct httpd_connection *connection, size_t size)
{
    size_t n = out_left(connection) < size ? out_left(connection) : size;

    connection->out_sent += n;
    if (out_left(connection) == 0) {
        plat_buffer_clear(&connection->out);
        connection->out_sent = 0;
    }
    connection->file_next += size - n;
    if (connection->file && connection->file_next >= connection->file_end) {
        plat_file_close(connection->file);
        connection->file = NULL;
    }
}

static bool send_some(struct httpd_connection *connection, const uint8_t *data, size_t size, size_t *sent)
{
    win_error error = plat_send(connection->socket, data, size, sent);

    if (error || *sent < size)
        connection->writable = false;
    if (error && error != WSAEWOULDBLOCK)
        connection->broken = true;
    connection->moved += error ? 0 : *sent;
    return !error && *sent > 0;
}

/*
 * Head and the first piece of a file in one write: two would wait for each other's acknowledgement, or cost
 * two packets.
 */
static bool send_plain(struct httpd_connection *connection)
{
    bool moved = false;

    for (unsigned i = 0; i < ROUNDS && connection->writable && has_more(connection); i++) {
        const uint8_t *data = connection->out.data + connection->out_sent;
        size_t size = out_left(connection);
        size_t sent = 0;

        if (connection->file && size < sizeof connection->server->scratch) {
            data = connection->server->scratch;
            size = peek(connection, connection->server->scratch, sizeof connection->server->scratch);
        }
        if (connection->broken || !send_some(connection, data, size, &sent))
            break;
        move_on(connection, sent);
        moved = true;
    }
    return moved;
}

static bool send_ciphertext(struct httpd_connection *connection)
{
    bool moved = false;
    const uint8_t *data;
    size_t size;

    while (connection->writable && (data = httpd_tls_cipher_pending(connection->tls, &size)) != NULL &&
           size > 0) {
        size_t sent = 0;

        if (!send_some(connection, data, size, &sent))
            break;
        httpd_tls_cipher_sent(connection->tls, sent);
        moved = true;
    }
    return moved;
}

static bool send_tls(struct httpd_connection *connection)
{
    bool moved = send_ciphertext(connection);

    for (unsigned i = 0; i < ROUNDS * 4 && connection->writable && has_more(connection); i++) {
        size_t size;
        uint8_t *space = httpd_tls_plain_space(connection->tls, &size);

        if (!space || size == 0)
            break;
        size = peek(connection, space, size);
        if (connection->broken)
            break;
        move_on(connection, size);
        httpd_tls_plain_written(connection->tls, size);
        httpd_tls_flush(connection->tls);
        send_ciphertext(connection);
        moved = true;
    }
    return moved;
}

bool httpd_transport_send(struct httpd_connection *connection)
{
    return connection->tls ? send_tls(connection) : send_plain(connection);
}

bool httpd_transport_wants_to_send(const struct httpd_connection *connection)
{
    size_t size = 0;

    if (connection->tls && httpd_tls_cipher_pending(connection->tls, &size) != NULL && size > 0)
        return true;
    return has_more(connection);
}

bool httpd_transport_all_sent(const struct httpd_connection *connection)
{
    return !httpd_transport_wants_to_send(connection);
}
