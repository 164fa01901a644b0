/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE
#include "common/log_output.h"

#include <errno.h>
#include <unistd.h>

/* One write(2) for a line: the kernel keeps it in one piece for files and, up to PIPE_BUF (4096), for pipes. */
void plat_log_output(const char *line, size_t size)
{
    int saved = errno;

    while (size > 0) {
        ssize_t written = write(STDERR_FILENO, line, size);

        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            break;
        line += written;
        size -= (size_t)written;
    }
    errno = saved;
}
