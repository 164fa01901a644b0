/* SPDX-License-Identifier: Apache-2.0 */
/* BearSSL's client, which can be made to misbehave. */
#ifndef CERIUM_TESTS_TLS_CLIENT_H
#define CERIUM_TESTS_TLS_CLIENT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tls_pki.h"

/* What the client does that it should not, or need not. */
enum tls_quirk {
    TLS_QUIRK_NONE,
    TLS_QUIRK_NO_RENEGOTIATION, /* answers a HelloRequest with the alert */
    TLS_QUIRK_NO_RFC_5746,      /* knows nothing of secure renegotiation */
    TLS_QUIRK_STRIP_INFO,       /* leaves renegotiation_info out of its second ClientHello */
    TLS_QUIRK_TRAILING,         /* a byte of a further message behind the Finished of its second handshake */
    TLS_QUIRK_ZERO_POINT,       /* X25519 with the point 0: the secret is 0 */
    TLS_QUIRK_OLD_VERSION,      /* TLS 1.1 at most */
    TLS_QUIRK_OLD_SUITES        /* RSA key exchange and CBC only */
};

struct tls_client {
    br_ssl_client_context engine;
    br_x509_knownkey_context server;
    br_ec_impl ec;
    enum tls_quirk quirk;
    unsigned handshakes; /* Finished messages sent */
    uint8_t in[16384 + 325];
    uint8_t out[16384 + 85];
};

/* See tls_link_start. */
void tls_client_start(struct tls_client *client, const struct tls_identity *server,
                      const struct tls_identity *certificate, const struct tls_identity *key,
                      enum tls_quirk quirk, const br_ssl_session_parameters *resume);

#endif
