/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What keys are for: keyCertSign on issuers (RFC 5280 sections 4.2.1.3 and 6.1.4(n)) and the requested
 * extended key usage (4.2.1.12), which every certificate of the chain must allow: one without the extension
 * allows all. A usage that is not met is a fault of the whole chain and marks each element, as on Windows.
 */
#include "chain/path.h"

static const uint8_t oid_any_usage[] = {0x55, 0x1d, 0x25, 0x00}; /* anyExtendedKeyUsage */

static bool allows(const struct chain_facts *facts, struct plat_span usage)
{
    struct cert_list list;
    struct plat_span oid;

    if (!facts->has_extended_key_usage) {
        return true;
    }
    if (!cert_extended_key_usage_open(facts->extended_key_usage, &list)) {
        return false;
    }
    while (cert_extended_key_usage_next(&list, &oid)) {
        if (plat_span_equal(oid, usage) ||
            plat_span_equal(oid, plat_span_of(oid_any_usage, sizeof oid_any_usage))) {
            return true;
        }
    }
    return false;
}

static bool all_allow(const struct chain_path *path, const char *usage)
{
    uint8_t oid[DER_OID_SIZE];
    size_t size;

    if (!der_oid_parse(usage, oid, &size)) {
        return false;
    }
    for (size_t i = 0; i < path->count; i++) {
        if (!allows(&path->links[i].facts, plat_span_of(oid, size))) {
            return false;
        }
    }
    return true;
}

bool chain_check_usage(struct chain_path *path)
{
    for (size_t i = 1; i < path->count; i++) {
        const struct chain_facts *facts = &path->links[i].facts;

        if (facts->has_key_usage && (facts->key_usage & CERT_USE_KEY_CERT_SIGN) == 0) {
            path->links[i].error |= CERT_TRUST_IS_NOT_VALID_FOR_USAGE;
        }
    }
    if (path->input->usage != NULL && !all_allow(path, path->input->usage)) {
        for (size_t i = 0; i < path->count; i++) {
            path->links[i].error |= CERT_TRUST_IS_NOT_VALID_FOR_USAGE;
        }
    }
    return true;
}
