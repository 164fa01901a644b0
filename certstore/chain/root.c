/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where the path ends (RFC 5280 section 6.1.1(d), the trust anchor; CERT_TRUST_STATUS). Only a self-signed
 * certificate in the root set is an anchor: membership alone does not make one of a certificate that somebody
 * else has issued. An end certificate in TrustedPeople needs none while it is time valid; every other check holds
 * for it all the same.
 */
#include "chain/path.h"

bool chain_is_anchor(const struct chain_path *path, size_t index)
{
    return path->self_signed && index + 1 == path->count && path->links[index].in_roots;
}

bool chain_is_peer_trusted(const struct cert_chain_input *input)
{
    return input->leaf->not_before <= input->time && input->time <= input->leaf->not_after &&
           chain_is_member(input->people, input->leaf);
}

bool chain_check_root(struct chain_path *path)
{
    struct chain_link *last = &path->links[path->count - 1];

    if (path->peer_trusted) {
        path->links[0].info |= CERT_TRUST_IS_PEER_TRUSTED;
    } else if (!path->self_signed) {
        path->error |= CERT_TRUST_IS_PARTIAL_CHAIN;
        if (path->cyclic) {
            last->error |= CERT_TRUST_IS_CYCLIC;
        }
    } else if (!chain_is_anchor(path, path->count - 1)) {
        last->error |= CERT_TRUST_IS_UNTRUSTED_ROOT;
    }
    return true;
}
