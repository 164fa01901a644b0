/* SPDX-License-Identifier: Apache-2.0 */
/* What one certificate's extensions say, decoded once for all checks. */
#ifndef CERIUM_CERTSTORE_CHAIN_FACTS_H
#define CERIUM_CERTSTORE_CHAIN_FACTS_H

#include "cert/extensions.h"

/*
 * The extended key usages that a certificate is limited to: those of Microsoft's application policies when it has them, else those of
 * extKeyUsage. What cannot be decoded limits nothing, as on Windows: its own error bits are what counts.
 */
struct chain_usages {
    bool limited;
    bool application_policies; /* how `value` is written */
    struct plat_span value;    /* of the extension; an empty list allows nothing */
};
struct chain_usages chain_usages_of(const struct cert *cert);
/* One after the other: start with a list from chain_usages_open, until false. */
struct cert_list chain_usages_open(const struct chain_usages *usages);
bool chain_usages_next(const struct chain_usages *usages, struct cert_list *list, struct plat_span *oid);

/* Spans point into the certificate. What is absent or malformed is all zeros. */
struct chain_facts {
    uint32_t malformed; /* CERT_TRUST_* bits of the extensions that could not be read */
    bool unknown_critical;
    bool self_issued;
    bool has_basic_constraints;
    bool has_key_usage;
    bool has_name_constraints;
    bool has_policies;
    bool has_mappings;
    bool has_policy_constraints;
    bool has_inhibit_any;
    struct cert_basic_constraints basic_constraints;
    uint16_t key_usage;
    uint32_t inhibit_any;
    struct cert_policy_constraints policy_constraints;
    struct cert_authority_key_id authority_key_id;
    struct chain_usages usages;
    struct plat_span alternative_names; /* value of the extension */
    struct plat_span name_constraints;
    struct plat_span policies;
    struct plat_span mappings;
};

void chain_facts_read(const struct cert *cert, struct chain_facts *facts);

#endif
