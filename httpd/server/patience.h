/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How long a worker waits for its client. It starts with LIMIT_WORKER_STALL_MS, and never has more; time in
 * which the extension waits for the client uses it up, bytes that move earn it back at LIMIT_BODY_RATE. So a
 * silent client is given up after LIMIT_WORKER_STALL_MS, and one that sends a byte now and then is as well,
 * while an extension that takes its time uses up nothing.
 */
#ifndef CERIUM_HTTPD_PATIENCE_H
#define CERIUM_HTTPD_PATIENCE_H

#include <stdbool.h>
#include <stdint.h>

struct httpd_patience {
    uint64_t left;  /* ms */
    uint64_t bytes; /* moved when it was looked at last */
    uint64_t since; /* monotonic ms of that */
    bool waits;     /* since then */
};

void httpd_patience_begin(struct httpd_patience *patience, uint64_t bytes);
/* `waits`: from now on; `bytes`: moved so far, both ways. false: there is none left. */
bool httpd_patience_spend(struct httpd_patience *patience, bool waits, uint64_t bytes, uint64_t now);

#endif
