/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE
#include "support/power_cut/victim.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static int own_end = -1;

void victim_start(struct victim *victim, void (*run)(void *context), void *context)
{
    int ends[2];

    *victim = (struct victim){.id = -1};
    fflush(NULL);
    if (pipe(ends) != 0)
        abort();
    victim->id = (int)fork();
    if (victim->id < 0)
        abort();
    if (victim->id == 0) {
        close(ends[0]);
        own_end = ends[1];
        run(context);
        _exit(0);
    }
    close(ends[1]);
    victim->pipe = ends[0];
}

void victim_say(uint32_t number)
{
    if (write(own_end, &number, sizeof number) != (ssize_t)sizeof number)
        _exit(1);
}

/* false at the end: nobody holds the other end any more. */
static bool hear(struct victim *victim)
{
    uint32_t number;
    ssize_t got;

    do
        got = read(victim->pipe, &number, sizeof number);
    while (got < 0 && errno == EINTR);
    if (got != (ssize_t)sizeof number)
        return false;
    victim->acknowledged = number;
    return true;
}

void victim_kill(struct victim *victim, bool wait_for_word, unsigned microseconds)
{
    struct timespec left = {.tv_sec = microseconds / 1000000,
                            .tv_nsec = (long)(microseconds % 1000000) * 1000};
    int status;

    if (wait_for_word)
        hear(victim);
    while (nanosleep(&left, &left) != 0 && errno == EINTR)
        continue;
    kill((pid_t)victim->id, SIGKILL);
    while (waitpid((pid_t)victim->id, &status, 0) < 0) {
        if (errno != EINTR)
            abort();
    }
    victim->has_ended = WIFEXITED(status);
    while (hear(victim))
        continue;
    close(victim->pipe);
}
