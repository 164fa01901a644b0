/* SPDX-License-Identifier: Apache-2.0 */
/*
 * usage: bench_registry_calls REGISTRY AREAS CALLS
 *
 * Point queries through registry.h in one process, in microseconds each:
 *   open_hot    open a key at depth 5, read a value: the same 100, each of another key, again and again, as a server reads its settings
 *   held_hot    the same values of keys that are kept open
 *   open_all    as open_hot, at random over all keys
 *   held_all    as held_hot, at random over 10,000 keys that are kept open
 *   resident    memory of this process at the end, KiB
 */
#include "bench/clock.h"
#include "bench/registry_work.h"

#include "registry/registry.h"

#include "platform/limits.h"
#include "platform/process.h"

#include <inttypes.h>
#include <stdlib.h>

#define KEYS_HELD 10000U
#define KEYS_HOT 100U

static struct reg_db *db;
static struct plat_buffer data;
static uint32_t state = 2463534242U;

static void must(win_error error, const char *what)
{
    if (!error)
        return;
    fprintf(stderr, "%s: error %" PRIu32 "\n", what, (uint32_t)error);
    exit(1);
}

static void query(reg_key key, uint32_t value)
{
    char name[WORK_NAME_SIZE];

    work_name(value, name);
    plat_buffer_clear(&data);
    must(reg_value_get(db, key, name, NULL, &data), "query");
}

/* What making the names costs is measured and taken off. */
static double names_only(uint32_t keys, uint32_t calls)
{
    uint64_t start = bench_clock_ns();
    volatile char sink;

    for (uint32_t i = 0; i < calls; i++) {
        char path[WORK_PATH_SIZE];

        work_path(work_random(&state) % keys, path);
        sink = path[0];
    }
    (void)sink;
    return (double)(bench_clock_ns() - start) / calls / 1e3;
}

static char (*hot_path)[WORK_PATH_SIZE];
static char value_name[WORK_VALUES][WORK_NAME_SIZE];

static double open_hot(uint32_t calls)
{
    uint64_t start = bench_clock_ns();

    for (uint32_t i = 0; i < calls; i++) {
        reg_key key;

        must(reg_key_open(db, REG_HKLM, hot_path[i % KEYS_HOT], &key), "open");
        plat_buffer_clear(&data);
        must(reg_value_get(db, key, value_name[i % WORK_VALUES], NULL, &data), "query");
    }
    return (double)(bench_clock_ns() - start) / calls / 1e3;
}

static double open_all(uint32_t keys, uint32_t calls)
{
    uint64_t start = bench_clock_ns();

    for (uint32_t i = 0; i < calls; i++) {
        char path[WORK_PATH_SIZE];
        reg_key key;

        work_path(work_random(&state) % keys, path);
        must(reg_key_open(db, REG_HKLM, path, &key), path);
        plat_buffer_clear(&data);
        must(reg_value_get(db, key, value_name[i % WORK_VALUES], NULL, &data), "query");
    }
    return (double)(bench_clock_ns() - start) / calls / 1e3 - names_only(keys, calls);
}

static double held(const reg_key *key, uint32_t count, uint32_t calls)
{
    uint64_t start = bench_clock_ns();

    for (uint32_t i = 0; i < calls; i++) {
        uint32_t which = count == KEYS_HOT ? i % count : work_random(&state) % count;

        plat_buffer_clear(&data);
        must(reg_value_get(db, key[which], value_name[i % WORK_VALUES], NULL, &data), "query");
    }
    return (double)(bench_clock_ns() - start) / calls / 1e3;
}

int main(int argc, char **argv)
{
    uint32_t keys = argc == 4 ? (uint32_t)strtoul(argv[2], NULL, 10) * WORK_AREA_KEYS : 0;
    uint32_t calls = argc == 4 ? (uint32_t)strtoul(argv[3], NULL, 10) : 0;
    reg_key *key = calloc(KEYS_HELD, sizeof *key);

    hot_path = calloc(KEYS_HOT, sizeof *hot_path);
    if (keys < KEYS_HOT || calls == 0 || !key || !hot_path) {
        fputs("usage: bench_registry_calls REGISTRY AREAS CALLS\n", stderr);
        return 2;
    }
    plat_buffer_init(&data, LIMIT_REG_DATA);
    must(reg_db_open(argv[1], REG_OPEN_READ, &db, NULL), argv[1]);
    for (uint32_t i = 0; i < WORK_VALUES; i++)
        work_name(i, value_name[i]);
    for (uint32_t i = 0; i < KEYS_HELD; i++) {
        char path[WORK_PATH_SIZE];

        work_path(work_random(&state) % keys, path);
        if (i < KEYS_HOT)
            work_path(i * (keys / KEYS_HOT), hot_path[i]);
        must(reg_key_open(db, REG_HKLM, i < KEYS_HOT ? hot_path[i] : path, &key[i]), path);
        query(key[i], i);
    }
    printf("open_hot %.3f\n", open_hot(calls));
    printf("held_hot %.3f\n", held(key, KEYS_HOT, calls));
    printf("open_all %.3f\n", open_all(keys, calls));
    printf("held_all %.3f\n", held(key, KEYS_HELD, calls));
    printf("resident %" PRIu64 "\n", plat_resident_size() / 1024);
    reg_db_close(db);
    plat_buffer_free(&data);
    free(key);
    free(hot_path);
    return 0;
}
