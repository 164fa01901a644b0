/* SPDX-License-Identifier: Apache-2.0 */
/* usage: bench_registry_make FIRST_AREA LAST_AREA FILE.reg */
#include "bench/registry_work.h"

#include <stdlib.h>

int main(int argc, char **argv)
{
    FILE *file;
    int bad;

    if (argc != 4) {
        fputs("usage: bench_registry_make FIRST_AREA LAST_AREA FILE.reg\n", stderr);
        return 2;
    }
    file = fopen(argv[3], "wb");
    if (!file) {
        perror(argv[3]);
        return 1;
    }
    work_write(file, (uint32_t)strtoul(argv[1], NULL, 10), (uint32_t)strtoul(argv[2], NULL, 10));
    bad = ferror(file);
    if (fclose(file) != 0 || bad) {
        perror(argv[3]);
        return 1;
    }
    return 0;
}
