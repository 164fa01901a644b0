/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where the path ends (RFC 5280 section 6.1.1(d), the trust anchor; CERT_TRUST_STATUS). Only a self-signed
 * certificate in the root set is an anchor: membership alone does not make one of a certificate that somebody
 * else has issued.
 */
#include "chain/path.h"

bool chain_check_root(struct chain_path *path)
{
    struct chain_link *last = &path->links[path->count - 1];

    if (!path->self_signed) {
        path->error |= CERT_TRUST_IS_PARTIAL_CHAIN;
        if (path->cyclic) {
            last->error |= CERT_TRUST_IS_CYCLIC;
        }
    } else if (!last->in_roots) {
        last->error |= CERT_TRUST_IS_UNTRUSTED_ROOT;
    }
    return true;
}
