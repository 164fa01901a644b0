/* SPDX-License-Identifier: Apache-2.0 */
#include "fuzz/fuzz.h"

#include "platform/limits.h"

#include <stdio.h>
#include <stdlib.h>

void fuzz_require_at(bool good, const char *what, const char *file, int line)
{
    if (good)
        return;
    fprintf(stderr, "%s:%d: does not hold: %s\n", file, line, what);
    abort();
}

void fuzz_registry_remove(const char *name)
{
    static const char *const suffixes[] = {"", "-wal", "-shm", "-journal", ".bell"};

    for (size_t i = 0; i < sizeof suffixes / sizeof suffixes[0]; i++) {
        char path[LIMIT_PATH_SIZE];

        snprintf(path, sizeof path, "%s%s", name, suffixes[i]);
        remove(path);
    }
}

struct reg_db *fuzz_registry(const char *name)
{
    struct plat_buffer message;
    struct reg_db *db;
    win_error error;

    fuzz_registry_remove(name);
    plat_buffer_init(&message, LIMIT_LOG_LINE);
    error = reg_db_open(name, REG_OPEN_CREATE, &db, &message);
    if (error)
        fprintf(stderr, "%s\n", plat_buffer_text(&message));
    plat_buffer_free(&message);
    fuzz_require(error == ERROR_SUCCESS);
    return db;
}
