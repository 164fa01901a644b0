/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who may issue, and how far down (RFC 5280 sections 4.2.1.9 and 6.1.4(k)-(m)). A certificate of version 1 or
 * 2 cannot say that it is a CA: it may issue only as a trust anchor, which needs no basicConstraints
 * (6.1.1(d)); what an anchor does say is held against it.
 */
#include "chain/path.h"

bool chain_check_basic_constraints(struct chain_path *path)
{
    uint32_t below = 0; /* between this issuer and the end certificate, self-issued ones not counted */

    for (size_t i = 1; i < path->count; i++) {
        struct chain_link *link = &path->links[i];
        const struct cert_basic_constraints *constraints = &link->facts.basic_constraints;

        if (!constraints->ca && (link->facts.has_basic_constraints || !chain_is_anchor(path, i))) {
            link->error |= CERT_TRUST_INVALID_BASIC_CONSTRAINTS;
        }
        if (constraints->has_path_length && below > constraints->path_length) {
            link->error |= CERT_TRUST_INVALID_BASIC_CONSTRAINTS;
        }
        if (!link->facts.self_issued) {
            below++;
        }
    }
    return true;
}
