/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What keys are for: keyCertSign on issuers (RFC 5280 sections 4.2.1.3 and 6.1.4(n)) and the requested
 * extended key usages (4.2.1.12, Microsoft's application policies): a certificate that has none allows all, and a usage is met when every
 * certificate of the chain allows it. A request that is not met is a fault of the whole chain and marks each
 * element, as on Windows.
 */
#include "chain/path.h"

static const uint8_t oid_any_usage[] = {0x55, 0x1d, 0x25, 0x00}; /* anyExtendedKeyUsage */

static bool usages_allow(const struct chain_usages *usages, struct plat_span usage)
{
    struct cert_list list = chain_usages_open(usages);
    struct plat_span oid;

    while (usages->limited && chain_usages_next(usages, &list, &oid)) {
        if (plat_span_equal(oid, usage) ||
            plat_span_equal(oid, plat_span_of(oid_any_usage, sizeof oid_any_usage))) {
            return true;
        }
    }
    return !usages->limited;
}

/* What is asked: does this path, or only this certificate, allow the usage? */
struct holder {
    const struct chain_path *path; /* or NULL */
    struct chain_usages usages;    /* of the certificate */
};

static bool holder_allows(const struct holder *holder, const char *usage)
{
    uint8_t oid[DER_OID_SIZE];
    size_t size;

    if (!der_oid_parse(usage, oid, &size)) {
        return false;
    }
    if (holder->path == NULL) {
        return usages_allow(&holder->usages, plat_span_of(oid, size));
    }
    for (size_t i = 0; i < holder->path->count; i++) {
        if (!usages_allow(&holder->path->links[i].facts.usages, plat_span_of(oid, size))) {
            return false;
        }
    }
    return true;
}

/* The single usage, and of the others all (AND) or one (OR). */
static bool request_met(const struct cert_chain_input *input, const struct holder *holder)
{
    const struct cert_usage_match *request = &input->usages;
    size_t met = 0;

    if (input->usage != NULL && !holder_allows(holder, input->usage)) {
        return false;
    }
    for (size_t i = 0; i < request->count; i++) {
        met += holder_allows(holder, request->oids[i]) ? 1 : 0;
    }
    return request->any && request->count != 0 ? met != 0 : met == request->count;
}

bool chain_allows_requested_usage(const struct cert_chain_input *input, const struct cert *cert)
{
    if (input->usage == NULL && input->usages.count == 0) {
        return true;
    }
    const struct holder holder = {.usages = chain_usages_of(cert)};
    return request_met(input, &holder);
}

bool chain_check_usage(struct chain_path *path)
{
    for (size_t i = 1; i < path->count; i++) {
        const struct chain_facts *facts = &path->links[i].facts;

        if (facts->has_key_usage && (facts->key_usage & CERT_USE_KEY_CERT_SIGN) == 0) {
            path->links[i].error |= CERT_TRUST_IS_NOT_VALID_FOR_USAGE;
        }
    }
    const struct holder all = {.path = path};
    if (!request_met(path->input, &all)) {
        for (size_t i = 0; i < path->count; i++) {
            path->links[i].error |= CERT_TRUST_IS_NOT_VALID_FOR_USAGE;
        }
    }
    return true;
}
