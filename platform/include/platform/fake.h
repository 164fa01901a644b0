/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What tests link instead of the system's clock and heap (library cerium_platform_fake, platform/fake/): a clock that a test
 * sets by hand, and an allocator that fails when it is told to. The program itself never contains these.
 */
#ifndef CERIUM_PLATFORM_FAKE_H
#define CERIUM_PLATFORM_FAKE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* ---- clock: stands still at 2001-09-09 01:46:40 UTC (1,000,000,000), monotonic 1,000 ms, until it is moved ---- */

void plat_fake_clock_set(int64_t unix_seconds); /* plat_clock_unix; the monotonic clock does not move */
void plat_fake_clock_advance_ms(uint64_t ms); /* both clocks; the seconds move when whole ones have gathered */

/* ---- heap: plat_alloc and its family, over malloc; new memory is filled with 0xA5 ---- */

/*
 * The nth allocation from now (1 = the next; plat_realloc counts) fails, once, or, with `ever_after`, with all later
 * ones. 0 = none fails again. A loop over n = 1, 2, 3 ... until plat_fake_memory_failures() stays 0 tries every failure.
 */
void plat_fake_memory_fail(unsigned nth, bool ever_after);
unsigned plat_fake_memory_failures(void); /* made to fail since the last plat_fake_memory_fail */
/* The most bytes that were allocated at once since the last reset. */
size_t plat_fake_memory_peak(void);
void plat_fake_memory_peak_reset(void);
size_t plat_fake_memory_live(void); /* blocks allocated and not freed: the same before and after = no leak */

#endif
