/* SPDX-License-Identifier: Apache-2.0 */
#include "server/server.h"

#include "platform/log.h"
#include "platform/memory.h"
#include "server/connection.h"

/* What the settings ask for: one (address, port, kind) after the other. */
struct wanted_listener {
    struct plat_address address;
    bool secure;
    bool optional; /* one of the two any-addresses: a machine may lack IPv4 or IPv6 */
};

static size_t list_wanted(const struct httpd_settings *settings, struct wanted_listener *list)
{
    size_t addresses = settings->address_all ? 2 : settings->address_count;
    size_t count = 0;

    for (int secure = 0; secure < 2; secure++) {
        if (secure ? !settings->https_enabled : !settings->http_enabled)
            continue;
        for (size_t i = 0; i < addresses && i < LIMIT_LISTEN_ADDRESSES; i++) {
            struct wanted_listener *one = &list[count++];

            *one = (struct wanted_listener){.secure = secure, .optional = settings->address_all};
            if (settings->address_all)
                one->address.is_ipv6 = i == 1;
            else
                one->address = settings->addresses[i];
            one->address.port = secure ? settings->https_port : settings->http_port;
        }
    }
    return count;
}

static struct httpd_listener *find_listener(const struct httpd_server *server,
                                            const struct wanted_listener *wanted)
{
    for (struct httpd_listener *l = server->listeners; l; l = l->next)
        if (l->secure == wanted->secure && plat_address_equal(&l->wanted, &wanted->address))
            return l;
    return NULL;
}

static void close_socket(struct httpd_server *server, struct httpd_listener *listener)
{
    if (listener->socket == PLAT_NO_SOCKET)
        return;
    plat_poller_remove(server->poller, listener->socket);
    plat_socket_close(listener->socket);
    listener->socket = PLAT_NO_SOCKET;
}

static void close_listener(struct httpd_server *server, struct httpd_listener *listener)
{
    close_socket(server, listener);
    listener->next = server->closed_listeners;
    server->closed_listeners = listener;
}

void httpd_listeners_free_closed(struct httpd_server *server)
{
    while (server->closed_listeners) {
        struct httpd_listener *listener = server->closed_listeners;

        server->closed_listeners = listener->next;
        plat_free(listener);
    }
}

/* Takes out all that are not marked, and lets their connections end. */
static void close_unmarked(struct httpd_server *server)
{
    struct httpd_listener **link = &server->listeners;

    while (*link) {
        struct httpd_listener *listener = *link;

        if (listener->keep) {
            link = &listener->next;
            continue;
        }
        for (struct httpd_connection *c = server->connections; c; c = c->next)
            if (c->listener == listener->id)
                httpd_connection_make_last(c);
        *link = listener->next;
        close_listener(server, listener);
    }
}

void httpd_listeners_close(struct httpd_server *server)
{
    for (struct httpd_listener *l = server->listeners; l; l = l->next)
        l->keep = false;
    close_unmarked(server);
}

/* Port 0 on several addresses: one port for all where that works, as a fixed port would be. */
static uint16_t port_taken(const struct httpd_server *server, bool secure)
{
    for (const struct httpd_listener *l = server->listeners; l; l = l->next)
        if (l->secure == secure && l->keep && l->wanted.port == 0)
            return l->address.port;
    return 0;
}

static win_error listen_at(struct httpd_server *server, const struct wanted_listener *wanted,
                           struct httpd_listener *listener)
{
    win_error error;

    listener->address = wanted->address;
    if (wanted->address.port == 0)
        listener->address.port = port_taken(server, wanted->secure);
    error = plat_listen(&listener->address, LIMIT_BACKLOG, &listener->socket);
    if (error && listener->address.port != wanted->address.port) {
        listener->address.port = 0;
        error = plat_listen(&listener->address, LIMIT_BACKLOG, &listener->socket);
    }
    return error;
}

static win_error watch(struct httpd_server *server, struct httpd_listener *listener)
{
    win_error error = plat_poller_add(server->poller, listener->socket, PLAT_READABLE, listener);

    if (error) {
        plat_socket_close(listener->socket);
        listener->socket = PLAT_NO_SOCKET;
    }
    return error;
}

static win_error open_listener(struct httpd_server *server, const struct wanted_listener *wanted)
{
    struct httpd_listener *listener = plat_calloc(1, sizeof *listener);
    struct httpd_listener **end = &server->listeners;
    win_error error;

    if (!listener)
        return ERROR_NOT_ENOUGH_MEMORY;
    error = listen_at(server, wanted, listener);
    if (!error)
        error = watch(server, listener);
    if (error) {
        plat_free(listener);
        return error;
    }
    listener->watched = HTTPD_LISTENER;
    listener->wanted = wanted->address;
    listener->secure = wanted->secure;
    listener->keep = true;
    listener->id = ++server->last_listener_id;
    while (*end)
        end = &(*end)->next;
    *end = listener;
    return ERROR_SUCCESS;
}

static void tell_failure(const struct wanted_listener *wanted, win_error error, struct plat_buffer *message)
{
    char text[PLAT_ADDRESS_TEXT_SIZE];

    plat_address_port_text(&wanted->address, text);
    if (message->size > 0)
        plat_buffer_append_text(message, "; ");
    plat_buffer_printf(message, "cannot listen on %s: %s (%s and Address of HKEY_LOCAL_MACHINE\\COMM\\HTTPD)",
                       text, win_error_text(error), wanted->secure ? "SSL\\Port" : "Port");
}

/* Opens what is missing. Failures of an any-address count only when its twin failed as well. */
static win_error open_missing(struct httpd_server *server, const struct wanted_listener *list, size_t count,
                              struct plat_buffer *message)
{
    win_error result = ERROR_SUCCESS;
    win_error first_failure = ERROR_SUCCESS;

    for (size_t i = 0; i < count; i++) {
        win_error error = find_listener(server, &list[i]) ? ERROR_SUCCESS : open_listener(server, &list[i]);
        bool second = list[i].optional && list[i].address.is_ipv6;

        if (list[i].optional && !second)
            first_failure = error;
        if (error && list[i].optional && (second ? !first_failure : error != WSAEADDRINUSE))
            continue;
        if (error) {
            result = error;
            tell_failure(&list[i], error, message);
        }
    }
    return result;
}

/* Of those that the new settings do not have: a port that moves from one address to all must be free first. */
static bool free_ports(struct httpd_server *server)
{
    bool any = false;

    for (struct httpd_listener *l = server->listeners; l; l = l->next)
        if (!l->keep) {
            close_socket(server, l);
            any = true;
        }
    return any;
}

static win_error listen_again(struct httpd_server *server, struct httpd_listener *listener)
{
    win_error error;

    if (listener->socket != PLAT_NO_SOCKET)
        return ERROR_SUCCESS;
    error = plat_listen(&listener->address, LIMIT_BACKLOG, &listener->socket);
    return error ? error : watch(server, listener);
}

/* Listeners with an id above `last` go, those that were closed for them listen again. */
static void put_back(struct httpd_server *server, uint32_t last)
{
    for (struct httpd_listener *l = server->listeners; l; l = l->next)
        l->keep = l->id <= last;
    close_unmarked(server);
    for (struct httpd_listener *l = server->listeners; l; l = l->next) {
        win_error error = listen_again(server, l);
        char text[PLAT_ADDRESS_TEXT_SIZE];

        l->keep = !error;
        if (!error)
            continue;
        plat_address_port_text(&l->address, text);
        plat_log(PLAT_LOG_ERROR, "cannot listen on %s again: %s", text, win_error_text(error));
    }
    close_unmarked(server);
}

win_error httpd_listeners_apply(struct httpd_server *server, const struct httpd_settings *settings,
                                struct plat_buffer *message)
{
    struct wanted_listener list[2 * LIMIT_LISTEN_ADDRESSES];
    size_t count = list_wanted(settings, list);
    uint32_t last = server->last_listener_id;
    win_error error;

    for (struct httpd_listener *l = server->listeners; l; l = l->next)
        l->keep = false;
    for (size_t i = 0; i < count; i++) {
        struct httpd_listener *listener = find_listener(server, &list[i]);

        if (listener)
            listener->keep = true;
    }
    /* New ones first: old ones that need not be closed for them are never away. */
    error = open_missing(server, list, count, message);
    if (error && free_ports(server)) {
        plat_buffer_clear(message);
        error = open_missing(server, list, count, message);
    }
    if (error)
        put_back(server, last);
    else
        close_unmarked(server);
    return error;
}

/* ---- accepting ---- */

static void watch_listeners(struct httpd_server *server, unsigned interest)
{
    for (struct httpd_listener *l = server->listeners; l; l = l->next)
        if (plat_poller_change(server->poller, l->socket, interest, l))
            plat_log(PLAT_LOG_ERROR, "cannot tell the poller about a listener");
}

static void pause_accepting(struct httpd_server *server)
{
    if (!server->accept_again)
        plat_log(PLAT_LOG_WARNING, "no file number is free for another connection: accepting is paused");
    server->accept_again = server->now_ms + LIMIT_ACCEPT_PAUSE_MS;
    watch_listeners(server, 0);
}

void httpd_listeners_resume(struct httpd_server *server)
{
    if (!server->accept_again || server->now_ms < server->accept_again)
        return;
    server->accept_again = 0;
    watch_listeners(server, PLAT_READABLE);
}

/*
 * Beyond MaxConnections: 503 on plain HTTP. On TLS that would cost a handshake, so the connection is just
 * closed.
 */
static void admit(struct httpd_server *server, struct httpd_listener *listener, plat_socket socket,
                  const struct plat_address *remote)
{
    bool refused = server->connection_count >= server->settings->max_connections;

    if (refused && server->refusal_told != server->now) {
        server->refusal_told = server->now; /* once a second is enough */
        plat_log(PLAT_LOG_WARNING, "MaxConnections (%u) is reached: connections are refused",
                 (unsigned)server->settings->max_connections);
    }
    if (refused && (listener->secure || server->refused_count >= LIMIT_REFUSALS))
        plat_socket_close(socket);
    else
        httpd_connection_open(server, socket, remote, listener, refused);
}

void httpd_listener_accept(struct httpd_server *server, struct httpd_listener *listener)
{
    for (unsigned i = 0; i < LIMIT_ACCEPTS && listener->socket != PLAT_NO_SOCKET; i++) {
        struct plat_address remote;
        plat_socket socket;
        win_error error = plat_accept(listener->socket, &socket, &remote);

        if (error == WSAEWOULDBLOCK)
            return;
        if (error) {
            pause_accepting(server);
            return;
        }
        admit(server, listener, socket, &remote);
    }
}
