/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A client's certificates as received in a TLS handshake, shared by its connections and its resumable session, with the chain engine's
 * verdict remembered: by the hash of the chain, for LIMIT_VERDICT_SECONDS and one snapshot of settings; the certificates' time is looked at on
 * every request.
 */
#ifndef CERIUM_HTTPD_CLIENT_CERTIFICATE_H
#define CERIUM_HTTPD_CLIENT_CERTIFICATE_H

#include "certstore/chain.h"
#include "settings/settings.h"

struct httpd_client_certificate; /* immutable but for its counter; any thread */

/* Copies the DERs, leaf first (possession of its key proven). A leaf that does not parse: CRYPT_E_ASN1_CORRUPT. */
PLAT_MUST_USE win_error httpd_client_certificate_create(const struct plat_span *chain, size_t count,
                                                        struct httpd_client_certificate **certificate);
struct httpd_client_certificate *httpd_client_certificate_ref(struct httpd_client_certificate *certificate);
void httpd_client_certificate_unref(struct httpd_client_certificate *certificate); /* NULL is allowed */
const struct cert *httpd_client_certificate_leaf(const struct httpd_client_certificate *certificate);
size_t httpd_client_certificate_size(
    const struct httpd_client_certificate *certificate); /* bytes held, for budgets */

/* Remembered verdicts of one server; a loop's own, not shared between threads. */
struct httpd_verdicts;
PLAT_MUST_USE win_error httpd_verdicts_create(struct httpd_verdicts **verdicts);
void httpd_verdicts_free(struct httpd_verdicts *verdicts);
/*
 * The chain's CERT_TRUST error word now, for client authentication. Never reads as valid when something fails; *finished is false then: not
 * all of it was judged, and CertTrustOverride must not be applied.
 */
uint32_t httpd_client_certificate_trust(struct httpd_verdicts *verdicts, const struct httpd_settings *settings,
                                        const struct httpd_client_certificate *certificate, int64_t now,
                                        bool *finished);

#endif
