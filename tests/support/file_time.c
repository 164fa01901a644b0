/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE
#include "support/file_time.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <time.h>

bool file_time_set(const char *path, int64_t seconds_ago)
{
    const struct timespec then = {.tv_sec = time(NULL) - (time_t)seconds_ago};
    const struct timespec times[2] = {then, then};

    return utimensat(AT_FDCWD, path, times, 0) == 0;
}
