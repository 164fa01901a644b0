/* SPDX-License-Identifier: Apache-2.0 */
/* TCP sockets that never block, and the poller that tells when they are ready. */
#ifndef CERIUM_PLATFORM_NET_H
#define CERIUM_PLATFORM_NET_H

#include "platform/winerror.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PLAT_ADDRESS_TEXT_SIZE 56 /* "[ffff:...:255.255.255.255]:65535" and its NUL */

struct plat_address {
    uint8_t bytes[16]; /* IPv4 in the first 4, or IPv6; network order */
    bool is_ipv6;
    uint16_t port;  /* host order */
    uint32_t scope; /* IPv6 link-local scope id, else 0 */
};

/* An IPv4 or IPv6 literal ("127.0.0.1", "::1", "fe80::1%eth0" no): false on anything else. port is set to 0. */
bool plat_address_parse(const char *text, struct plat_address *address);
bool plat_address_equal(const struct plat_address *a, const struct plat_address *b);
void plat_address_text(const struct plat_address *address,
                       char text[PLAT_ADDRESS_TEXT_SIZE]); /* without port */
void plat_address_port_text(const struct plat_address *address,
                            char text[PLAT_ADDRESS_TEXT_SIZE]); /* "1.2.3.4:80", "[::1]:80" */

/* A socket is a small number, PLAT_NO_SOCKET when there is none. */
typedef int plat_socket;
#define PLAT_NO_SOCKET (-1)

/*
 * Listens; port 0 lets the kernel pick, *address then holds the port taken. SO_REUSEADDR is set; an IPv6 any-address takes
 * IPv6 only. WSAEADDRINUSE, WSAEADDRNOTAVAIL, ERROR_ACCESS_DENIED (port below 1024 without the right).
 */
PLAT_MUST_USE win_error plat_listen(struct plat_address *address, unsigned backlog, plat_socket *listener);
/* The next connection, non-blocking, TCP_NODELAY set. WSAEWOULDBLOCK when none waits; ERROR_TOO_MANY_OPEN_FILES. */
PLAT_MUST_USE win_error plat_accept(plat_socket listener, plat_socket *socket, struct plat_address *peer);
PLAT_MUST_USE win_error plat_socket_local(plat_socket socket, struct plat_address *local);
/* WSAEWOULDBLOCK; *got == 0 with success = the peer closed its side. */
PLAT_MUST_USE win_error plat_receive(plat_socket socket, void *buffer, size_t size, size_t *got);
PLAT_MUST_USE win_error plat_send(plat_socket socket, const void *data, size_t size,
                                  size_t *sent); /* never raises SIGPIPE */
void plat_socket_shutdown_send(plat_socket socket);
void plat_socket_close(plat_socket socket); /* PLAT_NO_SOCKET is allowed */

/* ---- readiness ---- */
#define PLAT_READABLE 1U
#define PLAT_WRITABLE 2U
#define PLAT_CLOSED 4U /* error or hang-up; reported whether asked for or not */

struct plat_poller;
struct plat_event {
    void *context;
    unsigned ready; /* PLAT_READABLE | ... */
};
PLAT_MUST_USE win_error plat_poller_create(struct plat_poller **poller);
void plat_poller_destroy(struct plat_poller *poller);
PLAT_MUST_USE win_error plat_poller_add(struct plat_poller *poller, plat_socket socket, unsigned interest,
                                        void *context);
PLAT_MUST_USE win_error plat_poller_change(struct plat_poller *poller, plat_socket socket, unsigned interest,
                                           void *context);
void plat_poller_remove(struct plat_poller *poller, plat_socket socket);
/* Waits at most timeout_ms (-1 = for ever). *count events are filled, at most max. Level-triggered. */
PLAT_MUST_USE win_error plat_poller_wait(struct plat_poller *poller, struct plat_event *events, size_t max,
                                         int timeout_ms, size_t *count);
/*
 * From any thread or a signal: makes plat_poller_wait return (with an event whose context is NULL). Several wakes may
 * become one; no wake is lost.
 */
void plat_poller_wake(struct plat_poller *poller);

#endif
