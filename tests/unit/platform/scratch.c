/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE
#include "scratch.h"

#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

int scratch_setup(void **state)
{
    char name[] = "platform-XXXXXX";
    char *path = mkdtemp(name) ? realpath(name, NULL) : NULL;

    *state = path;
    return path ? 0 : -1;
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
    (void)st;
    (void)type;
    (void)ftw;
    return remove(path);
}

int scratch_teardown(void **state)
{
    int result = nftw(*state, remove_one, 16, FTW_DEPTH | FTW_PHYS);

    free(*state);
    return result;
}

const char *scratch_path(void **state, const char *name)
{
    static char paths[16][PATH_MAX];
    static unsigned next;
    char *path = paths[next++ % 16];

    snprintf(path, PATH_MAX, "%s/%s", (const char *)*state, name);
    return path;
}

void scratch_write(void **state, const char *name, const char *text)
{
    int fd = open(scratch_path(state, name), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);

    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
    close(fd);
}

bool scratch_wait(bool (*done)(void *context), void *context)
{
    const struct timespec pause = {.tv_nsec = 2000000};

    for (int i = 0; i < 30000; i++) {
        if (done(context))
            return true;
        nanosleep(&pause, NULL);
    }
    return false;
}
