/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the programs of build/bench chain share. Each is called "PROGRAM leaf.der intermediate.der root.der",
 * checks that chain over and over and prints "whole N" (parsing and checking) and, where the library tells
 * them apart, "parsed N" (checking alone): times a second. "PROGRAM leaf.der intermediate.der root.der TIMES" does each so many times and prints
 * nothing: for counting instructions.
 */
#ifndef CERIUM_TESTS_BENCH_CHAIN_WORK_H
#define CERIUM_TESTS_BENCH_CHAIN_WORK_H

#include <stdbool.h>
#include <stddef.h>

#define CHAIN_CERTS 3U
#define CHAIN_SIZE_MOST 8192U

struct chain_work {
    unsigned char bytes[CHAIN_CERTS][CHAIN_SIZE_MOST]; /* leaf, intermediate, root */
    size_t sizes[CHAIN_CERTS];
    unsigned long times; /* 0 = as many as half a second takes */
};

bool chain_work_read(struct chain_work *work, int argc, char **argv); /* complains by itself */
/* Runs check(context) for about half a second and prints "name times-a-second", or work->times; false when a check was. */
bool chain_work_run(const struct chain_work *work, const char *name, bool (*check)(void *context),
                    void *context);

#endif
