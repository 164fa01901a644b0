/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Extensions as such (RFC 5280 sections 4.2 and 6.1.4(o), 6.1.5(f)): each at most once, all that are known
 * readable, no critical one unknown. Windows reports an unknown critical extension with both bits.
 */
#include "chain/path.h"

bool chain_check_extensions(struct chain_path *path)
{
    for (size_t i = 0; i < path->count; i++) {
        struct chain_link *link = &path->links[i];

        link->error |= link->facts.malformed;
        if (link->cert->duplicate_extension || link->cert->too_many_extensions) {
            link->error |= CERT_TRUST_INVALID_EXTENSION;
        }
        if (link->facts.unknown_critical) {
            link->error |= CERT_TRUST_HAS_NOT_SUPPORTED_CRITICAL_EXT | CERT_TRUST_INVALID_EXTENSION;
        }
    }
    return true;
}
