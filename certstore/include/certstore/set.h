/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A set of parsed certificates in memory, each once (by thumbprint), indexed by thumbprint, subject name, issuer and serial number, and subject
 * key identifier. Built by one thread, then only read, from any thread.
 */
#ifndef CERIUM_CERTSTORE_SET_H
#define CERIUM_CERTSTORE_SET_H

#include "certstore/cert.h"

struct cert_set;

PLAT_MUST_USE win_error cert_set_create(struct cert_set **set);
void cert_set_free(struct cert_set *set); /* NULL is allowed */
/*
 * Copies the DER. A certificate already there is not an error. *cert (may be NULL) = the one in the set;
 * pointers stay valid while the set lives.
 */
PLAT_MUST_USE win_error cert_set_add(struct cert_set *set, struct plat_span der, const struct cert **cert);
/*
 * The same with the properties of its Blob (a run of elements, certstore/blob.h; copied; ERROR_FILE_TOO_LARGE beyond LIMIT_REG_DATA). One already there
 * keeps those it has.
 */
PLAT_MUST_USE win_error cert_set_add_with(struct cert_set *set, struct plat_span der,
                                          struct plat_span properties, const struct cert **cert);
/* `cert` must be one of the set's own pointers. Size 0 = none. */
struct plat_span cert_set_properties(const struct cert_set *set, const struct cert *cert);
size_t cert_set_count(const struct cert_set *set);                        /* NULL counts 0 */
const struct cert *cert_set_at(const struct cert_set *set, size_t index); /* in the order added */
const struct cert *cert_set_find_thumbprint(const struct cert_set *set,
                                            const uint8_t thumbprint[CERT_THUMBPRINT_SIZE]);
/* By issuer name and serial number (INTEGER content; leading zero bytes do not matter); the first added wins. */
const struct cert *cert_set_find_issuer_serial(const struct cert_set *set, struct plat_span issuer,
                                               struct plat_span serial);
/* All with this subject / subject key id: start with previous = NULL, until NULL. */
const struct cert *cert_set_next_subject(const struct cert_set *set, struct plat_span name,
                                         const struct cert *previous);
const struct cert *cert_set_next_key_id(const struct cert_set *set, struct plat_span key_id,
                                        const struct cert *previous);

#endif
