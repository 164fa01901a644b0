/* SPDX-License-Identifier: Apache-2.0 */
/* The inside of struct httpd_client_certificate: one block, so that a connection that idles holds little. */
#ifndef CERIUM_HTTPD_RECEIVED_H
#define CERIUM_HTTPD_RECEIVED_H

#include "access/client_certificate.h"
#include "certstore/crypto.h"

#include <stdatomic.h>

struct httpd_client_certificate {
    atomic_uint references;
    uint8_t hash[CERT_SHA256_SIZE]; /* of the chain as received */
    struct cert leaf;               /* views into bytes */
    uint32_t count;
    uint32_t ends[LIMIT_PEER_CERTIFICATES]; /* where each certificate ends in bytes */
    uint8_t bytes[];
};

struct plat_span httpd_client_certificate_at(const struct httpd_client_certificate *certificate, size_t index);

/* The chain engine's answer for these certificates, nothing remembered. false: it could not be asked (no memory). */
bool httpd_client_certificate_chain(const struct httpd_settings *settings,
                                    const struct httpd_client_certificate *certificate, int64_t now,
                                    void (*use)(void *context, const struct cert_chain *chain), void *context);

#endif
