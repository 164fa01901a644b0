/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The work unit: 10 values in each of 1,000 keys an area, at depth 5 under HKEY_LOCAL_MACHINE; 60% REG_SZ, 20% REG_DWORD, 10% REG_BINARY,
 * 10% REG_MULTI_SZ. 10 areas are 10,000 keys (10,112 with those above them) and 100,000 values. Everything follows from the numbers: every
 * program of the bench knows the same names.
 */
#ifndef CERIUM_TESTS_BENCH_REGISTRY_WORK_H
#define CERIUM_TESTS_BENCH_REGISTRY_WORK_H

#include <stdint.h>
#include <stdio.h>

#define WORK_TOP "SOFTWARE\\Bench"
#define WORK_VALUES 10U      /* of a key */
#define WORK_AREA_KEYS 1000U /* keys with values in an area */
#define WORK_PATH_SIZE 64U
#define WORK_NAME_SIZE 16U

/* SOFTWARE\Bench\Area 00\Group 00\Leaf 0000: relative to HKEY_LOCAL_MACHINE. `key` counts through all areas. */
void work_path(uint32_t key, char path[WORK_PATH_SIZE]);
void work_name(uint32_t value, char name[WORK_NAME_SIZE]);

/* Writes areas `first` to `last` as regedit would: Version 5, UTF-16LE, CRLF. The caller looks at ferror. */
void work_write(FILE *file, uint32_t first, uint32_t last);

/* The same pseudo-random numbers in every run (xorshift32); the state is not 0. */
uint32_t work_random(uint32_t *state);

#endif
