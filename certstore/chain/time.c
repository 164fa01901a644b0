/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Validity periods (RFC 5280 sections 4.1.2.5 and 6.1.3(a)(2)); both ends are inside. As on Windows, the
 * certificates above an end certificate that is itself not valid at the time are not flagged. Nesting, which
 * RFC 5280 does not ask for, is looked at when the caller wants it.
 */
#include "chain/path.h"

static bool in_period(const struct cert *cert, int64_t time)
{
    return cert->not_before <= time && time <= cert->not_after;
}

static bool is_nested(const struct cert *inner, const struct cert *outer)
{
    return outer->not_before <= inner->not_before && inner->not_after <= outer->not_after;
}

bool chain_check_time(struct chain_path *path)
{
    bool end_valid = in_period(path->links[0].cert, path->input->time);

    if (!end_valid) {
        path->links[0].error |= CERT_TRUST_IS_NOT_TIME_VALID;
    }
    for (size_t i = 1; i < path->count; i++) {
        if (end_valid && !in_period(path->links[i].cert, path->input->time)) {
            path->links[i].error |= CERT_TRUST_IS_NOT_TIME_VALID;
        }
        if ((path->input->flags & CERT_CHAIN_TIME_NESTING) != 0 &&
            !is_nested(path->links[i - 1].cert, path->links[i].cert)) {
            path->links[i - 1].error |= CERT_TRUST_IS_NOT_TIME_NESTED;
        }
    }
    return true;
}
