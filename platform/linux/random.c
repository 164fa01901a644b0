/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE
#include "platform/random.h"
#include "platform/memory.h"

#include "linux/error.h"

#include <errno.h>
#include <stdint.h>
#include <sys/random.h>

win_error plat_random(void *buffer, size_t size)
{
    uint8_t *next = buffer;
    size_t left = size;

    while (left > 0) {
        ssize_t got = getrandom(next, left, 0);

        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0) {
            int error = errno;

            plat_wipe(buffer, size);
            return got < 0 ? linux_error(error) : ERROR_GEN_FAILURE;
        }
        next += got;
        left -= (size_t)got;
    }
    return ERROR_SUCCESS;
}
