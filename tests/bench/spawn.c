/* SPDX-License-Identifier: Apache-2.0 */
/*
 * usage: bench_spawn RUNS PROGRAM [ARGUMENT...] [-- PROGRAM [ARGUMENT...]]...
 *
 * Starts the programs by turns, RUNS times each, with posix_spawn (which does not copy this process), and waits for each; their output is
 * dropped. Prints a line a program: median, fastest and slowest run in microseconds. A program that fails ends the bench.
 */
#define _GNU_SOURCE
#include "bench/clock.h"

#include <fcntl.h>
#include <inttypes.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define PROGRAMS_MOST 8

static uint64_t run(char **argv, const posix_spawn_file_actions_t *actions)
{
    uint64_t start = bench_clock_ns();
    int status = 0;
    pid_t pid;

    if (posix_spawn(&pid, argv[0], actions, NULL, argv, environ) != 0 || waitpid(pid, &status, 0) != pid ||
        status != 0) {
        fprintf(stderr, "%s did not run (status %d)\n", argv[0], status);
        exit(1);
    }
    return bench_clock_ns() - start;
}

int main(int argc, char **argv)
{
    unsigned runs = argc > 2 ? (unsigned)strtoul(argv[1], NULL, 10) : 0;
    char **program[PROGRAMS_MOST];
    uint64_t *times[PROGRAMS_MOST];
    unsigned count = 0;
    posix_spawn_file_actions_t actions;

    if (runs == 0) {
        fputs("usage: bench_spawn RUNS PROGRAM [ARGUMENT...] [-- PROGRAM [ARGUMENT...]]...\n", stderr);
        return 2;
    }
    for (int i = 2; i < argc && count < PROGRAMS_MOST; i++) {
        program[count] = argv + i;
        times[count] = calloc(runs, sizeof **times);
        if (!times[count++])
            return 1;
        while (i < argc && strcmp(argv[i], "--") != 0)
            i++;
        argv[i] = NULL;
    }
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    for (unsigned r = 0; r < runs; r++) {
        for (unsigned p = 0; p < count; p++)
            times[p][r] = run(program[p], &actions);
    }
    posix_spawn_file_actions_destroy(&actions);
    for (unsigned p = 0; p < count; p++) {
        bench_sort(times[p], runs);
        printf("%.1f %.1f %.1f\n", (double)times[p][runs / 2] / 1e3, (double)times[p][0] / 1e3,
               (double)times[p][runs - 1] / 1e3);
        free(times[p]);
    }
    return 0;
}
