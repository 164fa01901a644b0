/* SPDX-License-Identifier: Apache-2.0 */
/* In place of platform/linux/clock.c. */
#include "platform/clock.h"
#include "platform/fake.h"

#include <stdatomic.h>

static _Atomic int64_t start = 1000000000; /* the time of day when monotonic_ms was at start_ms */
static _Atomic uint64_t start_ms = 1000;
static _Atomic uint64_t monotonic_ms = 1000;

int64_t plat_clock_unix(void)
{
    return atomic_load(&start) + (int64_t)((atomic_load(&monotonic_ms) - atomic_load(&start_ms)) / 1000);
}

uint64_t plat_clock_monotonic_ms(void)
{
    return atomic_load(&monotonic_ms);
}

uint64_t plat_clock_coarse_ms(void)
{
    return plat_clock_monotonic_ms();
}

void plat_fake_clock_set(int64_t unix_seconds)
{
    atomic_store(&start_ms, atomic_load(&monotonic_ms));
    atomic_store(&start, unix_seconds);
}

void plat_fake_clock_advance_ms(uint64_t ms)
{
    atomic_fetch_add(&monotonic_ms, ms);
}
