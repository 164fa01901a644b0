/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A doorbell between processes: one 64-bit counter in a small memory-mapped file beside the registry. A writer rings after its
 * commit; readers compare the counter with the one they know (one atomic load) or wait on it (futex on Linux).
 */
#ifndef CERIUM_PLATFORM_DOORBELL_H
#define CERIUM_PLATFORM_DOORBELL_H

#include "platform/winerror.h"

#include <stdbool.h>
#include <stdint.h>

struct plat_doorbell;

/*
 * Opens or creates `path` (mode 0600 for a new one). Where there is no shared memory, or the file can neither be made nor read
 * (read-only directory, full disk), the doorbell is this process's own. Who may read the file but not write it hears the
 * others and rings for itself alone. Nobody may shorten or replace the file while it is in use.
 */
PLAT_MUST_USE win_error plat_doorbell_open(const char *path, struct plat_doorbell **bell);
/*
 * The same for the bell of the file `like`: a new one gets its owner (as far as this process may give it away) and who may read and write it, so that
 * all who may use that file hear and ring its bell.
 */
PLAT_MUST_USE win_error plat_doorbell_open_for(const char *path, const char *like,
                                               struct plat_doorbell **bell);
void plat_doorbell_close(struct plat_doorbell *bell);           /* NULL is allowed */
bool plat_doorbell_is_shared(const struct plat_doorbell *bell); /* other processes' rings are heard */
bool plat_doorbell_is_heard(
    const struct plat_doorbell *bell); /* by all who share it: false = it may only be read */
uint64_t plat_doorbell_count(const struct plat_doorbell *bell); /* acquire load */
void plat_doorbell_ring(struct plat_doorbell *bell);            /* also from a signal handler */
/* Returns when the count differs from `known` or after timeout_ms; true = it differs. */
bool plat_doorbell_wait(struct plat_doorbell *bell, uint64_t known, unsigned timeout_ms);

#endif
