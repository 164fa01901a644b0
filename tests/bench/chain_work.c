/* SPDX-License-Identifier: Apache-2.0 */
#include "bench/chain_work.h"
#include "bench/clock.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#define RUN_NS UINT64_C(500000000)
#define BATCH 8U

bool chain_work_read(struct chain_work *work, int argc, char **argv)
{
    if (argc != 1 + (int)CHAIN_CERTS && argc != 2 + (int)CHAIN_CERTS) {
        fprintf(stderr, "usage: %s leaf.der intermediate.der root.der [TIMES]\n", argv[0]);
        return false;
    }
    work->times = argc == 2 + (int)CHAIN_CERTS ? strtoul(argv[1 + CHAIN_CERTS], NULL, 10) : 0;
    for (size_t i = 0; i < CHAIN_CERTS; i++) {
        FILE *file = fopen(argv[1 + i], "rb");
        work->sizes[i] = file == NULL ? 0 : fread(work->bytes[i], 1, CHAIN_SIZE_MOST, file);
        if (file != NULL) {
            (void)fclose(file);
        }
        if (work->sizes[i] == 0 || work->sizes[i] == CHAIN_SIZE_MOST) {
            fprintf(stderr, "cannot read %s\n", argv[1 + i]);
            return false;
        }
    }
    return true;
}

static bool run_batch(unsigned long times, bool (*check)(void *context), void *context)
{
    for (unsigned long i = 0; i < times; i++) {
        if (!check(context)) {
            fprintf(stderr, "the chain is not accepted\n");
            return false;
        }
    }
    return true;
}

bool chain_work_run(const struct chain_work *work, const char *name, bool (*check)(void *context),
                    void *context)
{
    uint64_t start = bench_clock_ns(), took = 0, times = 0;

    if (work->times != 0) {
        return run_batch(work->times, check, context);
    }
    while (took < RUN_NS) {
        if (!run_batch(BATCH, check, context)) {
            return false;
        }
        times += BATCH;
        took = bench_clock_ns() - start;
    }
    printf("%s %.0f\n", name, (double)times * 1e9 / (double)took);
    return true;
}
