/* SPDX-License-Identifier: Apache-2.0 */
#include "winhttp/transport.h"

#include "platform/connect.h"
#include "platform/memory.h"
#include "winhttp/tls/tls.h"

#include <string.h>

struct winhttp_transport {
    struct winhttp_transport_options options;
    char host[LIMIT_HOST_NAME + 1];
    plat_socket socket;
    struct winhttp_tls *tls; /* NULL = plain */
    bool tried;              /* _connect was called */
};

static bool identity_good(const struct winhttp_identity *identity)
{
    return identity->key != NULL && identity->chain != NULL && identity->count != 0 &&
           identity->count <= LIMIT_PEER_CERTIFICATES;
}

win_error winhttp_transport_create(const struct winhttp_transport_options *options,
                                   struct winhttp_transport **transport)
{
    *transport = NULL;
    size_t size = options->host == NULL ? 0 : strlen(options->host);
    if (size == 0 || size > LIMIT_HOST_NAME || options->port == 0)
        return ERROR_INVALID_PARAMETER;
    if (options->asked == WINHTTP_ASK_GIVE && !identity_good(&options->identity))
        return ERROR_INVALID_PARAMETER;
    struct winhttp_transport *made = plat_calloc(1, sizeof *made);
    if (made == NULL)
        return ERROR_NOT_ENOUGH_MEMORY;
    made->options = *options;
    memcpy(made->host, options->host, size + 1);
    made->options.host = made->host;
    made->socket = PLAT_NO_SOCKET;
    *transport = made;
    return ERROR_SUCCESS;
}

static void hang_up(struct winhttp_transport *transport)
{
    plat_socket_close(transport->socket);
    transport->socket = PLAT_NO_SOCKET;
}

void winhttp_transport_destroy(struct winhttp_transport *transport)
{
    if (transport == NULL)
        return;
    winhttp_tls_destroy(transport->tls);
    hang_up(transport);
    plat_free(transport);
}

/* ---- connecting ---- */

static win_error resolve_failure(win_error error)
{
    switch (error) {
    case ERROR_TIMEOUT:
        return ERROR_WINHTTP_TIMEOUT;
    case ERROR_NOT_ENOUGH_MEMORY:
        return error;
    default:
        return ERROR_WINHTTP_NAME_NOT_RESOLVED;
    }
}

static win_error connect_failure(win_error error)
{
    switch (error) {
    case ERROR_TIMEOUT:
        return ERROR_WINHTTP_TIMEOUT;
    case ERROR_NOT_ENOUGH_MEMORY:
        return error;
    default:
        return ERROR_WINHTTP_CANNOT_CONNECT;
    }
}

static win_error connect_socket(struct winhttp_transport *transport)
{
    const struct winhttp_timeouts *timeouts = &transport->options.timeouts;
    struct plat_address addresses[LIMIT_ADDRESSES];
    size_t count;
    win_error error = plat_resolve(transport->host, transport->options.port, timeouts->resolve, addresses,
                                   LIMIT_ADDRESSES, &count);
    if (error != ERROR_SUCCESS)
        return resolve_failure(error);
    error = plat_connect(addresses, count, timeouts->connect, &transport->socket, NULL);
    return error == ERROR_SUCCESS ? ERROR_SUCCESS : connect_failure(error);
}

win_error winhttp_transport_connect(struct winhttp_transport *transport)
{
    if (transport->tried)
        return ERROR_INVALID_PARAMETER;
    transport->tried = true;
    win_error error = connect_socket(transport);
    if (error != ERROR_SUCCESS || !transport->options.secure)
        return error;
    error = winhttp_tls_create(&transport->options, transport->socket, &transport->tls);
    if (error == ERROR_SUCCESS)
        error = winhttp_tls_handshake(transport->tls);
    if (error != ERROR_SUCCESS)
        hang_up(transport);
    return error;
}

void winhttp_transport_set_timeouts(struct winhttp_transport *transport,
                                    const struct winhttp_timeouts *timeouts)
{
    transport->options.timeouts = *timeouts;
}

/* ---- plain bytes ---- */

static win_error broken(win_error error)
{
    return error == ERROR_TIMEOUT ? ERROR_WINHTTP_TIMEOUT : ERROR_WINHTTP_CONNECTION_ERROR;
}

static win_error plain_write(struct winhttp_transport *transport, const uint8_t *data, size_t size)
{
    while (size != 0) {
        size_t sent;
        win_error error = plat_send(transport->socket, data, size, &sent);
        if (error == WSAEWOULDBLOCK)
            error = plat_socket_wait(transport->socket, PLAT_WRITABLE, transport->options.timeouts.send);
        if (error != ERROR_SUCCESS)
            return broken(error);
        data += sent;
        size -= sent;
    }
    return ERROR_SUCCESS;
}

static win_error plain_read(struct winhttp_transport *transport, void *buffer, size_t size, size_t *got)
{
    for (;;) {
        win_error error = plat_receive(transport->socket, buffer, size, got);
        if (error == ERROR_SUCCESS)
            return ERROR_SUCCESS;
        if (error == WSAEWOULDBLOCK)
            error = plat_socket_wait(transport->socket, PLAT_READABLE, transport->options.timeouts.receive);
        if (error != ERROR_SUCCESS)
            return broken(error);
    }
}

/* Between requests there is nothing to be received: a byte, the end and an error are all bad. */
static bool plain_usable(struct winhttp_transport *transport)
{
    uint8_t byte;
    size_t got;
    return plat_receive(transport->socket, &byte, sizeof byte, &got) == WSAEWOULDBLOCK;
}

/* ---- either ---- */

win_error winhttp_transport_write(struct winhttp_transport *transport, const void *data, size_t size)
{
    if (transport->socket == PLAT_NO_SOCKET)
        return ERROR_WINHTTP_CONNECTION_ERROR;
    return transport->tls == NULL ? plain_write(transport, data, size)
                                  : winhttp_tls_write(transport->tls, data, size);
}

win_error winhttp_transport_flush(struct winhttp_transport *transport)
{
    if (transport->socket == PLAT_NO_SOCKET)
        return ERROR_WINHTTP_CONNECTION_ERROR;
    return transport->tls == NULL ? ERROR_SUCCESS : winhttp_tls_flush(transport->tls);
}

win_error winhttp_transport_read(struct winhttp_transport *transport, void *buffer, size_t size, size_t *got)
{
    *got = 0;
    if (transport->socket == PLAT_NO_SOCKET)
        return ERROR_WINHTTP_CONNECTION_ERROR;
    if (size == 0) /* 0 bytes would read as the end */
        return ERROR_INVALID_PARAMETER;
    return transport->tls == NULL ? plain_read(transport, buffer, size, got)
                                  : winhttp_tls_read(transport->tls, buffer, size, got);
}

bool winhttp_transport_usable(struct winhttp_transport *transport)
{
    if (transport->socket == PLAT_NO_SOCKET)
        return false;
    return transport->tls == NULL ? plain_usable(transport) : winhttp_tls_usable(transport->tls);
}

void winhttp_transport_close(struct winhttp_transport *transport)
{
    if (transport->socket != PLAT_NO_SOCKET && transport->tls != NULL)
        winhttp_tls_close(transport->tls);
    hang_up(transport);
}

/* ---- facts ---- */

void winhttp_transport_request(const struct winhttp_transport *transport,
                               struct winhttp_certificate_request *request)
{
    *request = (struct winhttp_certificate_request){.asked = false};
    if (transport->tls != NULL)
        winhttp_tls_request(transport->tls, request);
}

bool winhttp_transport_server(const struct winhttp_transport *transport, struct winhttp_server *server)
{
    *server = (struct winhttp_server){.host = CERT_HOST_NONE};
    return transport->tls != NULL && winhttp_tls_server(transport->tls, server);
}

unsigned winhttp_transport_renegotiations(const struct winhttp_transport *transport)
{
    return transport->tls == NULL ? 0 : winhttp_tls_renegotiations(transport->tls);
}

int winhttp_transport_tls_error(const struct winhttp_transport *transport)
{
    return transport->tls == NULL ? 0 : winhttp_tls_error(transport->tls);
}
