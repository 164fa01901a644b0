/* SPDX-License-Identifier: Apache-2.0 */
/* The TLS part of a transport, over a connected socket that it does not own. Errors as in transport.h. */
#ifndef CERIUM_TOOLS_WINHTTP_TLS_H
#define CERIUM_TOOLS_WINHTTP_TLS_H

#include "platform/net.h"
#include "winhttp/transport.h"

struct winhttp_tls;

/* The options outlive it. */
PLAT_MUST_USE win_error winhttp_tls_create(const struct winhttp_transport_options *options,
                                           plat_socket socket, struct winhttp_tls **tls);
void winhttp_tls_destroy(struct winhttp_tls *tls); /* NULL is allowed */

PLAT_MUST_USE win_error winhttp_tls_handshake(struct winhttp_tls *tls);
PLAT_MUST_USE win_error winhttp_tls_write(struct winhttp_tls *tls, const void *data, size_t size);
PLAT_MUST_USE win_error winhttp_tls_flush(struct winhttp_tls *tls);
PLAT_MUST_USE win_error winhttp_tls_read(struct winhttp_tls *tls, void *buffer, size_t size, size_t *got);
bool winhttp_tls_usable(struct winhttp_tls *tls);
void winhttp_tls_close(struct winhttp_tls *tls); /* close_notify */

void winhttp_tls_request(const struct winhttp_tls *tls, struct winhttp_certificate_request *request);
bool winhttp_tls_server(const struct winhttp_tls *tls, struct winhttp_server *server);
unsigned winhttp_tls_renegotiations(const struct winhttp_tls *tls);
int winhttp_tls_error(const struct winhttp_tls *tls);

#endif
