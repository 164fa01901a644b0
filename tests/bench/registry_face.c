/* SPDX-License-Identifier: Apache-2.0 */
/*
 * usage: CERIUM_REGISTRY=FILE bench_registry_face CALLS
 *
 * RegOpenKeyExW at depth 5, RegQueryValueExW, RegCloseKey, as a program for Windows CE does it: the same 100 values, each of another key. Prints, in microseconds
 * for each turn: face_open, and face_held with the handles kept open.
 */
#include "bench/clock.h"
#include "bench/registry_work.h"

#include <winreg.h>

#include <stdlib.h>
#include <string.h>

#define KEYS_HOT 100U

static WCHAR path[KEYS_HOT][WORK_PATH_SIZE];
static WCHAR name[WORK_VALUES][WORK_NAME_SIZE];

static void widen(const char *text, WCHAR *wide)
{
    do
        *wide++ = (WCHAR)(unsigned char)*text;
    while (*text++);
}

static void must(LONG error, const char *what)
{
    if (error == ERROR_SUCCESS)
        return;
    fprintf(stderr, "%s: error %ld\n", what, (long)error);
    exit(1);
}

static HKEY open_key(uint32_t which)
{
    HKEY key;

    must(RegOpenKeyExW(HKEY_LOCAL_MACHINE, path[which % KEYS_HOT], 0, KEY_READ, &key), "RegOpenKeyExW");
    return key;
}

static void query(HKEY key, uint32_t turn)
{
    BYTE data[256];
    DWORD size = sizeof data;
    DWORD type;

    must(RegQueryValueExW(key, name[turn % WORK_VALUES], NULL, &type, data, &size), "RegQueryValueExW");
}

int main(int argc, char **argv)
{
    uint32_t calls = argc == 2 ? (uint32_t)strtoul(argv[1], NULL, 10) : 0;
    HKEY held[KEYS_HOT];
    uint64_t start;

    if (calls == 0) {
        fputs("usage: CERIUM_REGISTRY=FILE bench_registry_face CALLS\n", stderr);
        return 2;
    }
    for (uint32_t i = 0; i < KEYS_HOT; i++) {
        char text[WORK_PATH_SIZE];

        work_path(i * KEYS_HOT, text);
        widen(text, path[i]);
    }
    for (uint32_t i = 0; i < WORK_VALUES; i++) {
        char text[WORK_NAME_SIZE];

        work_name(i, text);
        widen(text, name[i]);
    }
    for (uint32_t i = 0; i < KEYS_HOT; i++)
        held[i] = open_key(i);
    start = bench_clock_ns();
    for (uint32_t i = 0; i < calls; i++) {
        HKEY key = open_key(i);

        query(key, i);
        must(RegCloseKey(key), "RegCloseKey");
    }
    printf("face_open %.3f\n", (double)(bench_clock_ns() - start) / calls / 1e3);
    start = bench_clock_ns();
    for (uint32_t i = 0; i < calls; i++)
        query(held[i % KEYS_HOT], i);
    printf("face_held %.3f\n", (double)(bench_clock_ns() - start) / calls / 1e3);
    for (uint32_t i = 0; i < KEYS_HOT; i++)
        must(RegCloseKey(held[i]), "RegCloseKey");
    return 0;
}
