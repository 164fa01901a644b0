/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The chain engine: from a certificate to a chain of certificates and a CERT_TRUST word for each and for the whole (CertGetCertificateChain;
 * RFC 5280 section 6). Pure: no I/O, no clock, no globals. Every check runs and ORs its bits; nothing stops at the first error.
 */
#ifndef CERIUM_CERTSTORE_CHAIN_H
#define CERIUM_CERTSTORE_CHAIN_H

#include "certstore/crl.h"
#include "certstore/set.h"
#include "certstore/trust.h"
#include "platform/limits.h"

#define CERT_USAGE_CLIENT_AUTH "1.3.6.1.5.5.7.3.2"
#define CERT_USAGE_SERVER_AUTH "1.3.6.1.5.5.7.3.1"

/* CERT_USAGE_MATCH: dotted OIDs, of which all (AND) or one (OR) must be allowed. count 0 = nothing is asked for. */
struct cert_usage_match {
    const char *const *oids;
    size_t count;
    bool any; /* OR */
};

struct cert_chain_input {
    const struct cert *leaf;
    const struct cert_set *roots;         /* trust anchors (ROOT, Privileged); NULL = none */
    const struct cert_set *intermediates; /* CA store; NULL = none */
    const struct cert_set *peer;          /* what the peer sent along; NULL = none */
    const struct cert_set *distrusted;    /* Disallowed; NULL = none */
    const struct cert_set *people;   /* TrustedPeople: end certificates trusted in themselves; NULL = none */
    const struct cert_crl_set *crls; /* for the CERT_CHAIN_REVOCATION_* flags; NULL = none */
    int64_t time;                    /* unix seconds */
    const char *
        usage; /* extended key usage asked for, as dotted OID; NULL = any. Together with `usages`: both must be met */
    struct cert_usage_match usages;   /* RequestedUsage */
    struct cert_usage_match policies; /* RequestedIssuancePolicy */
    uint32_t flags;                   /* CERT_CHAIN_*, 0 = as Windows does by default */
};

/* SHA-1 signatures (but a root's own) get CERT_TRUST_HAS_WEAK_SIGNATURE too. */
#define CERT_CHAIN_WEAK_SHA1 0x00000001U
/* As Windows CE and Windows up to XP: CERT_TRUST_IS_NOT_TIME_NESTED where a validity period is not inside its issuer's. */
#define CERT_CHAIN_TIME_NESTING 0x00000002U
/* A certificate for whose issuer the set holds no CRL passes; otherwise its status is unknown: 0x40, or 0x01000040 when it names a distribution point. */
#define CERT_CHAIN_REVOCATION_WHERE_KNOWN 0x00000004U
/* The values of wincrypt.h; one of them turns revocation checking on. */
#define CERT_CHAIN_REVOCATION_CHECK_END_CERT 0x10000000U
#define CERT_CHAIN_REVOCATION_CHECK_CHAIN 0x20000000U
#define CERT_CHAIN_REVOCATION_CHECK_CHAIN_EXCLUDE_ROOT 0x40000000U

/* What revocation checking found out about one element. */
enum cert_revocation_state {
    CERT_REVOCATION_NOT_ASKED,
    CERT_REVOCATION_GOOD,
    CERT_REVOCATION_REVOKED,
    CERT_REVOCATION_NO_CRL, /* no CRL of its issuer is there, and it names no place to get one: CRYPT_E_NO_REVOCATION_CHECK */
    CERT_REVOCATION_OFFLINE, /* it names one, or the CRL that is there is out of date: CRYPT_E_REVOCATION_OFFLINE */
    CERT_REVOCATION_UNUSABLE /* what is there does not cover it or cannot be relied on (signature, scope, critical extension), or nobody above it can */
};

struct cert_chain_element {
    const struct cert *cert; /* leaf, or owned by one of the input's sets */
    uint32_t error;          /* CERT_TRUST_* error bits */
    uint32_t info;
    enum cert_revocation_state revocation;
    const struct cert_crl *crl;  /* the base CRL that decided; NULL = none. Owned by the input's set */
    int64_t revoked;             /* with CERT_REVOCATION_REVOKED: when, and why */
    enum cert_crl_reason reason; /* CERT_REASON_UNSPECIFIED when it does not say */
};

/* Caller-owned; no memory inside to free. Valid while the input's certificates live. */
struct cert_chain {
    uint32_t error; /* OR of all elements' and of the chain's own */
    uint32_t info;
    /*
     * Every check was made to its end. Where it is false the word is at least CERT_CHAIN_UNFINISHED, and nobody may mask bits out of it: what was
     * never looked at must not be let in by an override.
     */
    bool finished;
    size_t count; /* elements, leaf first */
    struct cert_chain_element elements[LIMIT_CHAIN_DEPTH];
};

/* In the word when nothing could be found out (no memory), or a check on the chain could not be finished (a limit). */
#define CERT_CHAIN_UNFINISHED (CERT_TRUST_IS_PARTIAL_CHAIN | CERT_TRUST_IS_NOT_SIGNATURE_VALID)

/*
 * Always fills *chain, with the chain that has the least severe faults of those found. What was not finished
 * holds at least CERT_CHAIN_UNFINISHED, so that it never reads as valid. A limit that ends the search leaves the best chain found until then, which has
 * a fault, as the first faultless one ends the search too.
 */
void cert_chain_build(const struct cert_chain_input *input, struct cert_chain *chain);

/*
 * The same, and the other chains that were found, the best first (CERT_CHAIN_RETURN_LOWER_QUALITY_CONTEXTS): at most `most`, at least 1. chains[0] is
 * what cert_chain_build gives. Returns how many. `most` is at most LIMIT_CHAIN_PATHS.
 */
size_t cert_chain_build_several(const struct cert_chain_input *input, struct cert_chain *chains, size_t most);

#endif
