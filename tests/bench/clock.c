/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE
#include "bench/clock.h"

#include <stdlib.h>
#include <time.h>

uint64_t bench_clock_ns(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000U + (uint64_t)now.tv_nsec;
}

static int compare(const void *a, const void *b)
{
    const uint64_t *x = a, *y = b;

    return *x < *y ? -1 : *x > *y;
}

void bench_sort(uint64_t *numbers, unsigned count)
{
    qsort(numbers, count, sizeof *numbers, compare);
}
