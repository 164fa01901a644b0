/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE
#include "platform/process.h"

#include "linux/error.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

const char *plat_environment(const char *name)
{
    return getenv(name);
}

static int descriptor_of(enum plat_stream stream)
{
    switch (stream) {
    case PLAT_STDIN:
        return STDIN_FILENO;
    case PLAT_STDOUT:
        return STDOUT_FILENO;
    case PLAT_STDERR:
        break;
    }
    return STDERR_FILENO;
}

bool plat_is_terminal(enum plat_stream stream)
{
    return isatty(descriptor_of(stream)) == 1;
}

win_error plat_write(enum plat_stream stream, const void *data, size_t size)
{
    int fd = descriptor_of(stream);
    const uint8_t *next = data;

    while (size > 0) {
        ssize_t n = write(fd, next, size);

        if (n >= 0) {
            next += n;
            size -= (size_t)n;
        } else if (errno == EAGAIN) { /* whoever gave us the stream made it non-blocking */
            struct pollfd ready = {.fd = fd, .events = POLLOUT};

            (void)poll(&ready, 1, -1);
        } else if (errno != EINTR) {
            win_error error = linux_error(errno);

            return error == ERROR_BROKEN_PIPE || error == ERROR_DISK_FULL ? error : ERROR_WRITE_FAULT;
        }
    }
    return ERROR_SUCCESS;
}

uint64_t plat_resident_size(void)
{
    char text[128];
    unsigned long long total, resident;
    int fd = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
    long page = sysconf(_SC_PAGESIZE);
    ssize_t n;

    if (fd < 0)
        return 0;
    n = read(fd, text, sizeof text - 1);
    close(fd);
    if (n <= 0 || page <= 0)
        return 0;
    text[n] = '\0';
    if (sscanf(text, "%llu %llu", &total, &resident) != 2)
        return 0;
    return (uint64_t)resident * (uint64_t)page;
}
