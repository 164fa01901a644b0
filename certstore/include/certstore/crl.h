/* SPDX-License-Identifier: Apache-2.0 */
/* Certificate revocation lists (RFC 5280 section 5): one parsed strictly, as views into its DER bytes, and a set of them in memory. */
#ifndef CERIUM_CERTSTORE_CRL_H
#define CERIUM_CERTSTORE_CRL_H

#include "certstore/cert.h"

/* CRLReason (5.3.1). */
enum cert_crl_reason {
    CERT_REASON_UNSPECIFIED = 0,
    CERT_REASON_KEY_COMPROMISE = 1,
    CERT_REASON_CA_COMPROMISE = 2,
    CERT_REASON_AFFILIATION_CHANGED = 3,
    CERT_REASON_SUPERSEDED = 4,
    CERT_REASON_CESSATION_OF_OPERATION = 5,
    CERT_REASON_CERTIFICATE_HOLD = 6,
    CERT_REASON_REMOVE_FROM_CRL = 8, /* in delta CRLs only */
    CERT_REASON_PRIVILEGE_WITHDRAWN = 9,
    CERT_REASON_AA_COMPROMISE = 10
};

/* IssuingDistributionPoint (5.2.5). */
struct cert_crl_scope {
    struct plat_span
        distribution_point; /* DistributionPointName with its header ([0] fullName or [1] relative); size 0 = none */
    bool user_certificates_only, ca_certificates_only, attribute_certificates_only;
    bool indirect;
    bool has_reasons;
    uint16_t reasons; /* ReasonFlags: bit n of the BIT STRING is 1 << n */
};

/*
 * Views into `der`, whose owner keeps it alive. Structure errors make cert_crl_parse fail; an extension of the list whose content is malformed is
 * noted, and the list is then of no use to the chain engine.
 */
struct cert_crl {
    struct plat_span der;
    struct plat_span tbs; /* TBSCertList with its header: what is signed */
    uint32_t version;     /* 1 or 2 */
    struct plat_span issuer;
    int64_t this_update;
    bool has_next_update;
    int64_t next_update;
    struct plat_span entries; /* content of revokedCertificates; size 0 = none */
    struct plat_span signature_algorithm;
    bool signature_algorithms_differ;
    struct plat_span signature; /* without the unused-bits byte; empty when it is no whole number of octets */
    struct plat_span authority_key_id; /* keyIdentifier; size 0 = none */
    struct plat_span number;           /* cRLNumber, INTEGER content; size 0 = none */
    bool is_delta;
    struct plat_span base_number; /* deltaCRLIndicator, INTEGER content */
    bool has_scope;
    struct cert_crl_scope scope;
    bool malformed_extension;
    bool unknown_critical; /* a critical extension of the list that Cerium does not know */
    bool unusable_entry;   /* an entry has `unknown_critical`: the list clears no certificate (5.3) */
    uint8_t thumbprint[CERT_THUMBPRINT_SIZE];
};

/* CRYPT_E_ASN1_CORRUPT and its kin when it is no CRL; nothing is allocated. All entries are checked for structure; at most LIMIT_CRL_SIZE bytes. */
PLAT_MUST_USE win_error cert_crl_parse(struct plat_span der, struct cert_crl *crl);

struct cert_crl_entry {
    struct plat_span serial; /* INTEGER content, as in struct cert */
    int64_t revoked;         /* revocationDate */
    bool has_reason;
    enum cert_crl_reason reason;
    struct plat_span
        issuer; /* indirect lists: the certificate's issuer, a Name with its header, carried over from the entries before */
    bool unknown_critical; /* a critical entry extension that is not known, or one that is malformed */
};

/* Walks the entries: start with *at = 0 and hand in the same `entry` every time: the issuer is carried over in it. false at the end. */
bool cert_crl_next(const struct cert_crl *crl, size_t *at, struct cert_crl_entry *entry);

/* Lines of "  Label:   value" for people, as cert_describe; at most `entries` entries are spelt out, the rest are counted. */
void cert_crl_describe(const struct cert_crl *crl, size_t entries, struct plat_buffer *out);
/* "keyCompromise"; NULL for a number that means nothing. */
const char *cert_crl_reason_name(enum cert_crl_reason reason);

/* ---- a set, each list once; built by one thread, then only read, from any thread ---- */

struct cert_crl_set;

PLAT_MUST_USE win_error cert_crl_set_create(struct cert_crl_set **set);
void cert_crl_set_free(struct cert_crl_set *set); /* NULL is allowed */
/* Copies the DER (and `properties`, a run of Blob elements, size 0 = none). One already there is not an error. *crl may be NULL. */
PLAT_MUST_USE win_error cert_crl_set_add(struct cert_crl_set *set, struct plat_span der,
                                         struct plat_span properties, const struct cert_crl **crl);
size_t cert_crl_set_count(const struct cert_crl_set *set); /* NULL counts 0 */
const struct cert_crl *cert_crl_set_at(const struct cert_crl_set *set, size_t index);
struct plat_span cert_crl_set_properties(const struct cert_crl_set *set, const struct cert_crl *crl);
const struct cert_crl *cert_crl_set_find_thumbprint(const struct cert_crl_set *set,
                                                    const uint8_t thumbprint[CERT_THUMBPRINT_SIZE]);
/* All with this issuer name: start with previous = NULL, until NULL. */
const struct cert_crl *cert_crl_set_next_issuer(const struct cert_crl_set *set, struct plat_span name,
                                                const struct cert_crl *previous);
/*
 * The entry for a serial number in a list of the set, by an index made when it was added: O(log n). `issuer` = the certificate's issuer name
 * (for indirect lists; entries of other issuers do not count). false = it is not on the list.
 */
bool cert_crl_set_lookup(const struct cert_crl_set *set, const struct cert_crl *crl, struct plat_span issuer,
                         struct plat_span serial, struct cert_crl_entry *entry);

#endif
