/* SPDX-License-Identifier: Apache-2.0 */
#include "server/patience.h"

#include "platform/limits.h"

void httpd_patience_begin(struct httpd_patience *patience, uint64_t bytes)
{
    *patience = (struct httpd_patience){.left = LIMIT_WORKER_STALL_MS, .bytes = bytes};
}

bool httpd_patience_spend(struct httpd_patience *patience, bool waits, uint64_t bytes, uint64_t now)
{
    uint64_t used = patience->waits ? now - patience->since : 0;
    uint64_t left = patience->left + (bytes - patience->bytes) * 1000 / LIMIT_BODY_RATE;

    left = left > used ? left - used : 0;
    patience->left = left < LIMIT_WORKER_STALL_MS ? left : LIMIT_WORKER_STALL_MS;
    patience->bytes = bytes;
    patience->since = now;
    patience->waits = waits;
    return left > 0;
}
