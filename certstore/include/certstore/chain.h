/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The chain engine: from a certificate to a chain of certificates and a CERT_TRUST word for each and for the whole (CertGetCertificateChain;
 * RFC 5280 section 6). Pure: no I/O, no clock, no globals. Every check runs and ORs its bits; nothing stops at the first error.
 */
#ifndef CERIUM_CERTSTORE_CHAIN_H
#define CERIUM_CERTSTORE_CHAIN_H

#include "certstore/set.h"
#include "certstore/trust.h"
#include "platform/limits.h"

#define CERT_USAGE_CLIENT_AUTH "1.3.6.1.5.5.7.3.2"
#define CERT_USAGE_SERVER_AUTH "1.3.6.1.5.5.7.3.1"

struct cert_chain_input {
    const struct cert *leaf;
    const struct cert_set *roots;         /* trust anchors (ROOT, Privileged); NULL = none */
    const struct cert_set *intermediates; /* CA store; NULL = none */
    const struct cert_set *peer;          /* what the peer sent along; NULL = none */
    const struct cert_set *distrusted;    /* Disallowed; NULL = none */
    int64_t time;                         /* unix seconds */
    const char *usage;                    /* extended key usage asked for, as dotted OID; NULL = any */
    uint32_t flags;                       /* CERT_CHAIN_*, 0 = as Windows does by default */
};

#define CERT_CHAIN_WEAK_SHA1                                                                                 \
    0x00000001U /* SHA-1 signatures (but a root's own) get CERT_TRUST_HAS_WEAK_SIGNATURE too */

struct cert_chain_element {
    const struct cert *cert; /* leaf, or owned by one of the input's sets */
    uint32_t error;          /* CERT_TRUST_* error bits */
    uint32_t info;
};

/* Caller-owned; no memory inside to free. Valid while the input's certificates live. */
struct cert_chain {
    uint32_t error; /* OR of all elements' and of the chain's own */
    uint32_t info;
    size_t count; /* elements, leaf first */
    struct cert_chain_element elements[LIMIT_CHAIN_DEPTH];
};

/*
 * In the word when nothing could be found out (no memory), or a check on the chain could not be finished (a limit). More than a partial chain: a
 * CertTrustOverride that lets unknown issuers in must not let in what was never looked at.
 */
#define CERT_CHAIN_UNFINISHED (CERT_TRUST_IS_PARTIAL_CHAIN | CERT_TRUST_IS_NOT_SIGNATURE_VALID)

/*
 * Always fills *chain, with the chain that has the least severe faults of those found. What was not finished
 * holds at least CERT_CHAIN_UNFINISHED, so that it never reads as valid. A limit that ends the search leaves the best chain found until then, which has a fault, as the first faultless one ends the search too.
 */
void cert_chain_build(const struct cert_chain_input *input, struct cert_chain *chain);

#endif
