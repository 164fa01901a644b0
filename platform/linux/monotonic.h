/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The system's monotonic clock for the port's own timeouts: the kernel waits in real time even where a test has
 * replaced plat_clock_monotonic_ms.
 */
#ifndef CERIUM_PLATFORM_LINUX_MONOTONIC_H
#define CERIUM_PLATFORM_LINUX_MONOTONIC_H

#include <stdint.h>

uint64_t linux_monotonic_ms(void); /* async-signal-safe */

#endif
