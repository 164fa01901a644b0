/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Validity periods (RFC 5280 sections 4.1.2.5 and 6.1.3(a)(2)); both ends are inside. As on Windows, the
 * certificates above an end certificate that is itself not valid at the time are not flagged.
 */
#include "chain/path.h"

static bool in_period(const struct cert *cert, int64_t time)
{
    return cert->not_before <= time && time <= cert->not_after;
}

bool chain_check_time(struct chain_path *path)
{
    if (!in_period(path->links[0].cert, path->input->time)) {
        path->links[0].error |= CERT_TRUST_IS_NOT_TIME_VALID;
        return true;
    }
    for (size_t i = 1; i < path->count; i++) {
        if (!in_period(path->links[i].cert, path->input->time)) {
            path->links[i].error |= CERT_TRUST_IS_NOT_TIME_VALID;
        }
    }
    return true;
}
