/* SPDX-License-Identifier: Apache-2.0 */
/* Random bytes for keys: the operating system's generator. */
#ifndef CERIUM_PLATFORM_RANDOM_H
#define CERIUM_PLATFORM_RANDOM_H

#include "platform/winerror.h"

#include <stddef.h>

/* All of `size` bytes or an error; waits until the system's generator is seeded. On an error the buffer is zeroed. */
PLAT_MUST_USE win_error plat_random(void *buffer, size_t size);

#endif
