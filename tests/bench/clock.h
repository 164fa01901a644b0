/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CERIUM_TESTS_BENCH_CLOCK_H
#define CERIUM_TESTS_BENCH_CLOCK_H

#include <stdint.h>

uint64_t bench_clock_ns(void); /* never goes back; the same for all processes */
void bench_sort(uint64_t *numbers, unsigned count);

#endif
