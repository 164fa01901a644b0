/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Signatures (RFC 5280 section 6.1.3(a)(1)). The search has verified them, each once. A root's own signature
 * counts too, as Windows counts it, though its trust comes from the store.
 */
#include "chain/path.h"

bool chain_badly_signed(const struct chain_link *link)
{
    return (link->error & CERT_TRUST_IS_NOT_SIGNATURE_VALID) != 0;
}

bool chain_check_signatures(struct chain_path *path)
{
    for (size_t i = 0; i < path->count; i++) {
        struct chain_link *link = &path->links[i];

        /* 4.1.1.2: the signed and the unsigned AlgorithmIdentifier must be the same. */
        if (link->cert->signature_algorithms_differ) {
            link->error |= CERT_TRUST_IS_NOT_SIGNATURE_VALID;
        }
        if (link->has_issuer && link->signature != CERT_SIGNATURE_GOOD) {
            link->error |= CERT_TRUST_IS_NOT_SIGNATURE_VALID;
        }
    }
    return true;
}
