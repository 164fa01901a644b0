/* SPDX-License-Identifier: Apache-2.0 */
/* The client's side of TCP: names to addresses, connections with a time-out, and waiting for one socket. */
#ifndef CERIUM_PLATFORM_CONNECT_H
#define CERIUM_PLATFORM_CONNECT_H

#include "platform/limits.h"
#include "platform/net.h"

/* Time-outs are in milliseconds; 0 = none: wait as long as it takes. */

/*
 * The addresses of a host, in the order in which they should be tried, with `port` in each; at most `max`.
 * `host` is a name or a literal ("10.0.0.1", "::1", "[::1]": no look-up). ERROR_NOT_FOUND: there is no such
 * name, or it has no address; ERROR_TIMEOUT; ERROR_BUSY: LIMIT_RESOLVERS look-ups whose callers gave up still
 * run; ERROR_NOT_ENOUGH_MEMORY.
 */
PLAT_MUST_USE win_error plat_resolve(const char *host, uint16_t port, unsigned timeout_ms,
                                     struct plat_address *addresses, size_t max, size_t *count);

/*
 * Connects to the first of the addresses that answers; each has the whole time-out. The socket does not
 * block, with TCP_NODELAY. The error is the last address's: WSAECONNREFUSED, WSAENETUNREACH, ERROR_TIMEOUT
 * ... *connected (may be NULL) = its index.
 */
PLAT_MUST_USE win_error plat_connect(const struct plat_address *addresses, size_t count, unsigned timeout_ms,
                                     plat_socket *socket, size_t *connected);

/*
 * Until one of PLAT_READABLE, PLAT_WRITABLE in `interest` holds, or the socket is broken (then too).
 * ERROR_TIMEOUT.
 */
PLAT_MUST_USE win_error plat_socket_wait(plat_socket socket, unsigned interest, unsigned timeout_ms);

#endif
