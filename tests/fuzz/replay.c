/* SPDX-License-Identifier: Apache-2.0 */
/*
 * usage: replay_TARGET [--mutate N] FILE|FOLDER...     runs the target on each file, on its seeds, and on N mutations of each of them
 *        replay_TARGET --seeds FOLDER                  writes the seeds into FOLDER
 *
 * The mutations are the same in every run. It ends without a word of failure, or the target or a sanitizer ends it.
 */
#include "fuzz/fuzz.h"

#include "platform/file.h"
#include "platform/limits.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define INPUT_MOST (1024U * 1024U)

static unsigned long mutations;
static unsigned long inputs;
static unsigned long runs;
static uint32_t state = 2463534242U;

static uint32_t next_random(uint32_t below)
{
    state ^= state << 13;
    state ^= state >> 17;
    state ^= state << 5;
    return below ? state % below : 0;
}

/* An exact copy on the heap, so that a sanitizer sees a read past its end. */
static void run(const uint8_t *data, size_t size)
{
    uint8_t *copy = malloc(size ? size : 1);

    fuzz_require(copy != NULL);
    memcpy(copy, data, size);
    LLVMFuzzerTestOneInput(copy, size);
    free(copy);
    runs++;
}

static void mutate(struct plat_buffer *input)
{
    static const uint8_t odd[] = {0, 1, 0x7f, 0x80, 0xff, '\\', '"', '[', ']', '=', ',', '\n', '\r', ' '};

    for (uint32_t n = 1 + next_random(4); n > 0 && input->size > 0; n--) {
        uint8_t *place = input->data + next_random((uint32_t)input->size);

        switch (next_random(4)) {
        case 0:
            *place = (uint8_t)(*place ^ (1U << next_random(8)));
            break;
        case 1:
            *place = odd[next_random(sizeof odd)];
            break;
        case 2:
            *place = input->data[next_random((uint32_t)input->size)];
            break;
        default: {
            size_t left = input->size - (size_t)(place - input->data);
            size_t cut = 1 + next_random(left < 16 ? (uint32_t)left : 16);

            memmove(place, place + cut, left - cut);
            input->size -= cut;
            break;
        }
        }
    }
}

static void run_all(struct plat_span input)
{
    struct plat_buffer copy;

    inputs++;
    run(input.data, input.size);
    plat_buffer_init(&copy, INPUT_MOST);
    for (unsigned long i = 0; i < mutations; i++) {
        plat_buffer_clear(&copy);
        plat_buffer_append(&copy, input.data, input.size);
        mutate(&copy);
        run(copy.data ? copy.data : (const uint8_t *)"", copy.size);
    }
    plat_buffer_free(&copy);
}

static bool run_entry(void *context, const char *name);

static void run_path(const char *path)
{
    struct plat_file_info info;

    fuzz_require(plat_file_stat(path, &info) == ERROR_SUCCESS);
    if (info.kind == PLAT_FILE_DIRECTORY) {
        char folder[LIMIT_PATH_SIZE];

        snprintf(folder, sizeof folder, "%s", path);
        fuzz_require(plat_directory_list(folder, run_entry, folder) == ERROR_SUCCESS);
    } else {
        struct plat_buffer file;

        plat_buffer_init(&file, INPUT_MOST);
        fuzz_require(plat_file_read_all(path, &file) == ERROR_SUCCESS);
        run_all(plat_span_of(file.data, file.size));
        plat_buffer_free(&file);
    }
}

static bool run_entry(void *context, const char *name)
{
    char path[LIMIT_PATH_SIZE];

    snprintf(path, sizeof path, "%s/%s", (const char *)context, name);
    run_path(path);
    return true;
}

/* Into `folder`, or run when that is NULL. */
static void seeds(const char *folder)
{
    struct plat_buffer seed;

    plat_buffer_init(&seed, INPUT_MOST);
    for (unsigned i = 0; fuzz_seed(i, &seed); i++) {
        char path[LIMIT_PATH_SIZE];

        fuzz_require(!seed.failed);
        if (folder) {
            snprintf(path, sizeof path, "%s/seed-%u", folder, i);
            fuzz_require(plat_file_write_atomic(path, seed.data, seed.size, 0644) == ERROR_SUCCESS);
        } else {
            run_all(plat_span_of(seed.data, seed.size));
        }
        plat_buffer_clear(&seed);
    }
    plat_buffer_free(&seed);
}

int main(int argc, char **argv)
{
    int first = 1;

    if (argc == 3 && strcmp(argv[1], "--seeds") == 0) {
        seeds(argv[2]);
        return 0;
    }
    if (argc > 2 && strcmp(argv[1], "--mutate") == 0) {
        mutations = strtoul(argv[2], NULL, 10);
        first = 3;
    }
    if (first >= argc) {
        fputs("usage: replay_TARGET [--mutate N] FILE|FOLDER... | --seeds FOLDER\n", stderr);
        return 2;
    }
    for (int i = first; i < argc; i++)
        run_path(argv[i]);
    seeds(NULL);
    printf("%lu inputs, %lu runs\n", inputs, runs);
    return inputs == 0;
}
