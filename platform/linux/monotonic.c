/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE
#include "linux/monotonic.h"

#include <time.h>

uint64_t linux_monotonic_ms(void)
{
    struct timespec t = {0};

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}
