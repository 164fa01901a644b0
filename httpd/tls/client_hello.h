/* SPDX-License-Identifier: Apache-2.0 */
/* A ClientHello as it came (RFC 5246 section 7.4.1.2): views into its bytes. */
#ifndef CERIUM_HTTPD_TLS_CLIENT_HELLO_H
#define CERIUM_HTTPD_TLS_CLIENT_HELLO_H

#include "platform/bytes.h"

#define TLS_EXTENSION_RENEGOTIATION_INFO 0xff01U /* RFC 5746 section 3.2 */

struct tls_client_hello {
    const uint8_t *random; /* 32 bytes */
    struct plat_span session_id;
    struct plat_span extensions; /* the list, without its length */
};

/* `message` is one whole handshake message with its header, and nothing more. */
bool httpd_tls_client_hello_parse(struct plat_span message, struct tls_client_hello *hello);
/* The extension's content; false when it is not there, there twice, or the list is malformed. */
bool httpd_tls_client_hello_extension(const struct tls_client_hello *hello, uint32_t type,
                                      struct plat_span *value);

#endif
