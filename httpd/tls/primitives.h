/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which ciphers this CPU uses, and in which order the suites are preferred: the one place where that is decided.
 * Public-key arithmetic is what certstore's cert_engines() has picked.
 */
#ifndef CERIUM_HTTPD_TLS_PRIMITIVES_H
#define CERIUM_HTTPD_TLS_PRIMITIVES_H

#include "tls/tls.h"

#include <bearssl.h>

/* Hashes, PRFs, curves, signature checks, AEADs and suites for a server key of this kind. */
void httpd_tls_set_primitives(br_ssl_engine_context *engine, bool ec_key);

/* For the server's own signatures. */
br_ecdsa_sign httpd_tls_ecdsa_sign(void);
const br_ec_impl *httpd_tls_signing_ec(void);
br_rsa_pkcs1_sign httpd_tls_rsa_sign(void);

/* Name and key size of a suite; a zero one ("", 0) when there is no handshake yet. */
struct httpd_tls_suite {
    uint16_t id;
    uint16_t bits;
    const char *name;
};
const struct httpd_tls_suite *httpd_tls_suite_of(uint16_t id);

#endif
