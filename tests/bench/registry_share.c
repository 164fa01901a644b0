/* SPDX-License-Identifier: Apache-2.0 */
/*
 * usage: bench_registry_share readers REGISTRY AREAS SECONDS     4 processes that read, 1 that commits 100 times a second
 *        bench_registry_share notify REGISTRY COMMITS            commit in one process, the value read in another
 *
 * readers prints: worst_read_ms, worst_without_cpu_wait_ms (the same less the time that the reader, ready to run, waited for a CPU),
 * reads_per_s, reads_over_50_ms, commits_per_s, worst_commit_ms.
 * notify prints median_ms, p90_ms and max_ms from the commit's return to the watcher's having read.
 */
#define _GNU_SOURCE
#include "bench/clock.h"
#include "bench/registry_work.h"

#include "registry/registry.h"

#include "platform/limits.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define READERS 4
#define COMMITS_MOST 10000U
#define WAIT_MS 5000U

struct shared {
    _Atomic unsigned ready;
    _Atomic bool stop;
    struct {
        uint64_t worst, own, calls, over;
    } process[READERS + 1];
    _Atomic uint64_t seen[COMMITS_MOST]; /* when the watcher had read that value */
};

static struct shared *shared;
static const char *path;

static void must(win_error error, const char *what)
{
    if (!error)
        return;
    fprintf(stderr, "%s: error %" PRIu32 "\n", what, (uint32_t)error);
    exit(1);
}

static win_error set_number(struct reg_db *db, reg_key key, const char *name, uint32_t number)
{
    const uint8_t bytes[4] = {(uint8_t)(number & 0xFFU), (uint8_t)(number >> 8 & 0xFFU),
                              (uint8_t)(number >> 16 & 0xFFU), (uint8_t)(number >> 24)};

    return reg_value_set(db, key, name, REG_DWORD, bytes, sizeof bytes);
}

static win_error get_number(struct reg_db *db, reg_key key, const char *name, uint32_t *number)
{
    struct reg_value value = {.name = name};
    struct plat_buffer data;
    win_error error;

    plat_buffer_init(&data, sizeof *number);
    error = reg_value_get(db, key, name, &value.type, &data);
    value.data = plat_span_of(data.data, data.size);
    if (!error && !reg_value_dword(&value, number))
        error = ERROR_UNSUPPORTED_TYPE;
    plat_buffer_free(&data);
    return error;
}

static void sleep_ns(uint64_t ns)
{
    struct timespec pause = {.tv_sec = (time_t)(ns / 1000000000U), .tv_nsec = (long)(ns % 1000000000U)};

    nanosleep(&pause, NULL);
}

static struct reg_db *open_registry(enum reg_open_mode mode)
{
    struct reg_db *db;

    must(reg_db_open(path, mode, &db, NULL), path);
    atomic_fetch_add(&shared->ready, 1);
    return db;
}

static pid_t start(void (*run)(unsigned number, uint32_t argument), unsigned number, uint32_t argument)
{
    pid_t pid = fork();

    if (pid == 0) {
        run(number, argument);
        _exit(0);
    }
    if (pid < 0)
        exit(1);
    return pid;
}

static void wait_ready(unsigned count)
{
    while (atomic_load(&shared->ready) < count)
        sleep_ns(1000000);
}

/* Nanoseconds that this process has waited for a CPU so far; 0 where the kernel does not count them. */
static uint64_t waited_for_cpu(int schedstat)
{
    char text[128];
    ssize_t size = schedstat < 0 ? -1 : pread(schedstat, text, sizeof text - 1, 0);
    char *second;

    if (size <= 0)
        return 0;
    text[size] = 0;
    second = strchr(text, ' ');
    return second ? strtoull(second, NULL, 10) : 0;
}

static void note(unsigned number, uint64_t took, uint64_t waited)
{
    uint64_t own = took > waited ? took - waited : 0;

    if (own > shared->process[number].own)
        shared->process[number].own = own;
    shared->process[number].calls++;
    if (took > shared->process[number].worst)
        shared->process[number].worst = took;
    if (took > 50000000U)
        shared->process[number].over++;
}

static void reader(unsigned number, uint32_t keys)
{
    uint32_t state = 12345 + number;
    int schedstat = open("/proc/self/schedstat", O_RDONLY | O_CLOEXEC);
    struct plat_buffer data;
    struct reg_db *db = open_registry(REG_OPEN_READ);

    plat_buffer_init(&data, LIMIT_REG_DATA);
    wait_ready(READERS + 1);
    while (!atomic_load(&shared->stop)) {
        char key_path[WORK_PATH_SIZE], name[WORK_NAME_SIZE];
        uint64_t began, took, waited;
        reg_key key;

        work_path(work_random(&state) % keys, key_path);
        work_name(state, name);
        waited = waited_for_cpu(schedstat);
        plat_buffer_clear(&data);
        began = bench_clock_ns();
        must(reg_key_open(db, REG_HKLM, key_path, &key), key_path);
        must(reg_value_get(db, key, name, NULL, &data), name);
        took = bench_clock_ns() - began;
        note(number, took, took > 1000000U ? waited_for_cpu(schedstat) - waited : 0);
    }
    close(schedstat);
    plat_buffer_free(&data);
    reg_db_close(db);
}

static void writer(unsigned number, uint32_t keys)
{
    uint32_t state = 777;
    struct reg_db *db = open_registry(REG_OPEN_WRITE);
    uint64_t next;

    wait_ready(READERS + 1);
    next = bench_clock_ns();
    while (!atomic_load(&shared->stop)) {
        char key_path[WORK_PATH_SIZE], name[WORK_NAME_SIZE];
        uint64_t began = bench_clock_ns();
        reg_key key;

        work_path(work_random(&state) % keys, key_path);
        work_name(6, name);
        must(reg_key_open(db, REG_HKLM, key_path, &key), key_path);
        must(set_number(db, key, name, state), name);
        note(number, bench_clock_ns() - began, 0);
        next += 10000000U;
        began = bench_clock_ns();
        if (next > began)
            sleep_ns(next - began);
    }
    reg_db_close(db);
}

static int wait_all(const pid_t *pid, unsigned count)
{
    int bad = 0;

    for (unsigned i = 0; i < count; i++) {
        int status = 0;

        waitpid(pid[i], &status, 0);
        bad |= status;
    }
    return bad ? 1 : 0;
}

static int readers(uint32_t keys, uint32_t seconds)
{
    pid_t pid[READERS + 1];
    uint64_t began, worst = 0, own = 0, reads = 0, over = 0;
    double took;

    for (unsigned i = 0; i < READERS; i++)
        pid[i] = start(reader, i, keys);
    pid[READERS] = start(writer, READERS, keys);
    wait_ready(READERS + 1);
    began = bench_clock_ns();
    sleep_ns(seconds * UINT64_C(1000000000));
    atomic_store(&shared->stop, true);
    took = (double)(bench_clock_ns() - began) / 1e9;
    if (wait_all(pid, READERS + 1))
        return 1;
    for (unsigned i = 0; i < READERS; i++) {
        worst = shared->process[i].worst > worst ? shared->process[i].worst : worst;
        own = shared->process[i].own > own ? shared->process[i].own : own;
        reads += shared->process[i].calls;
        over += shared->process[i].over;
    }
    printf("worst_read_ms %.3f\n", (double)worst / 1e6);
    printf("worst_without_cpu_wait_ms %.3f\n", (double)own / 1e6);
    printf("reads_per_s %.0f\n", (double)reads / took);
    printf("reads_over_50_ms %" PRIu64 "\n", over);
    printf("commits_per_s %.1f\n", (double)shared->process[READERS].calls / took);
    printf("worst_commit_ms %.3f\n", (double)shared->process[READERS].worst / 1e6);
    return 0;
}

#define NOTIFY_KEY "SOFTWARE\\Bench notify"

static void watcher(unsigned number, uint32_t commits)
{
    struct reg_db *db = open_registry(REG_OPEN_READ);
    uint32_t value = 0;
    reg_key key;

    (void)number;
    must(reg_key_open(db, REG_HKLM, NOTIFY_KEY, &key), NOTIFY_KEY);
    while (value < commits) {
        uint64_t generation = reg_generation(db);
        uint32_t now = value;

        must(get_number(db, key, "Number", &now), "Number");
        if (now > value && now <= commits) {
            atomic_store(&shared->seen[now - 1], bench_clock_ns());
            value = now;
        } else {
            (void)reg_wait(db, generation, WAIT_MS);
        }
    }
    reg_db_close(db);
}

static int notify(uint32_t commits)
{
    struct reg_db *db = open_registry(REG_OPEN_WRITE);
    uint64_t *late = calloc(commits, sizeof *late);
    reg_key key;
    pid_t pid;

    if (!late)
        return 1;
    must(reg_key_create(db, REG_HKLM, NOTIFY_KEY, 0, &key, NULL), NOTIFY_KEY);
    must(set_number(db, key, "Number", 0), "Number");
    pid = start(watcher, 0, commits);
    wait_ready(2);
    sleep_ns(50000000);
    for (uint32_t i = 0; i < commits; i++) {
        uint64_t committed, seen;

        must(set_number(db, key, "Number", i + 1), "Number");
        committed = bench_clock_ns();
        while ((seen = atomic_load(&shared->seen[i])) == 0) {
            if (bench_clock_ns() - committed > WAIT_MS * UINT64_C(1000000))
                must(ERROR_TIMEOUT, "the watcher heard nothing");
            sleep_ns(20000);
        }
        late[i] = seen > committed ? seen - committed : 0;
        sleep_ns(5000000);
    }
    bench_sort(late, commits);
    printf("median_ms %.3f\n", (double)late[commits / 2] / 1e6);
    printf("p90_ms %.3f\n", (double)late[commits * 9 / 10] / 1e6);
    printf("max_ms %.3f\n", (double)late[commits - 1] / 1e6);
    free(late);
    must(reg_key_delete_tree(db, key), NOTIFY_KEY);
    reg_db_close(db);
    return wait_all(&pid, 1);
}

int main(int argc, char **argv)
{
    shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (shared == MAP_FAILED)
        return 1;
    path = argc > 2 ? argv[2] : "";
    if (argc == 5 && strcmp(argv[1], "readers") == 0)
        return readers((uint32_t)strtoul(argv[3], NULL, 10) * WORK_AREA_KEYS,
                       (uint32_t)strtoul(argv[4], NULL, 10));
    if (argc == 4 && strcmp(argv[1], "notify") == 0 && strtoul(argv[3], NULL, 10) - 1 < COMMITS_MOST)
        return notify((uint32_t)strtoul(argv[3], NULL, 10));
    fputs("usage: bench_registry_share readers REGISTRY AREAS SECONDS | notify REGISTRY COMMITS\n", stderr);
    return 2;
}
