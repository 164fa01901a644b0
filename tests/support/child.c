/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE
#include "support/child.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

int child_start(int (*run)(void *context), void *context)
{
    pid_t pid;

    fflush(NULL);
    pid = fork();
    if (pid == 0)
        _exit(run(context));
    if (pid < 0)
        abort();
    return (int)pid;
}

int child_wait(int id)
{
    int status = 0;

    while (waitpid((pid_t)id, &status, 0) < 0) {
        if (errno != EINTR)
            abort();
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : 100 + WTERMSIG(status);
}

void child_make_link(const char *target, const char *path)
{
    if (symlink(target, path) != 0)
        abort();
}

void child_set_environment(const char *name, const char *value)
{
    if (value)
        setenv(name, value, 1);
    else
        unsetenv(name);
}

void child_pause_ms(unsigned milliseconds)
{
    struct timespec left = {.tv_sec = milliseconds / 1000, .tv_nsec = (long)(milliseconds % 1000) * 1000000};

    while (nanosleep(&left, &left) != 0 && errno == EINTR)
        continue;
}
