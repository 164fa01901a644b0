/* SPDX-License-Identifier: Apache-2.0 */
/* The system's clocks. Nothing else is in this file: tests link platform/fake/clock.c instead. */
#define _GNU_SOURCE
#include "platform/clock.h"

#include "linux/monotonic.h"

#include <time.h>

_Static_assert(sizeof(time_t) == 8,
               "time_t must have 64 bits: compile with -D_TIME_BITS=64 -D_FILE_OFFSET_BITS=64");

int64_t plat_clock_unix(void)
{
    struct timespec t = {0};

    clock_gettime(CLOCK_REALTIME, &t);
    return t.tv_sec;
}

uint64_t plat_clock_monotonic_ms(void)
{
    return linux_monotonic_ms();
}

uint64_t plat_clock_coarse_ms(void)
{
    struct timespec t = {0};

    clock_gettime(CLOCK_MONOTONIC_COARSE, &t);
    return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}
