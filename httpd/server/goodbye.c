/* SPDX-License-Identifier: Apache-2.0 */
/* The end of a connection, so that the client gets to read what it was told last. */
#include "server/connection.h"

void httpd_goodbye_say(struct httpd_connection *connection)
{
    /* Idle, there is no response that could get lost. */
    connection->lingers = connection->phase != PHASE_HEAD;
    connection->phase = PHASE_GOODBYE;
    if (connection->tls)
        httpd_tls_close(connection->tls);
}

/*
 * Closed outright with unread bytes in the kernel, the connection would be reset, and the reset could
 * overtake the response.
 */
bool httpd_goodbye_finish(struct httpd_connection *connection)
{
    if (!httpd_transport_all_sent(connection))
        return false;
    if (connection->peer_done || !connection->lingers) {
        httpd_connection_close(connection);
        return true;
    }
    plat_socket_shutdown_send(connection->socket);
    httpd_tls_destroy(connection->tls);
    connection->tls = NULL;
    plat_buffer_free(&connection->in);
    plat_buffer_free(&connection->out);
    connection->phase = PHASE_LINGER;
    return true;
}

bool httpd_goodbye_linger(struct httpd_connection *connection)
{
    bool moved = httpd_transport_discard(connection);

    if (connection->peer_done || connection->broken || connection->lingered > LIMIT_LINGER_BYTES)
        httpd_connection_close(connection);
    return moved;
}

/*
 * A TLS connection is over: by the client's close_notify, or failed, then an alert may still want to go out.
 */
void httpd_goodbye_after_tls(struct httpd_connection *connection)
{
    if (connection->phase == PHASE_HANDSHAKE)
        httpd_log_failed_handshake(connection);
    httpd_request_end(connection);
    plat_file_close(connection->file);
    connection->file = NULL;
    plat_buffer_clear(&connection->out);
    connection->out_sent = 0;
    connection->lingers = true; /* behind an alert */
    connection->phase = PHASE_GOODBYE;
}
