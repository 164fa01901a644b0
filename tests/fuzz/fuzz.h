/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A fuzz target is one file: it defines the two functions below and requires what must hold whatever the input. It is linked twice: with libFuzzer
 * (clang; build/fuzz), and with replay.c, a plain program that runs the corpus, the seeds and some simple mutations of them: that is
 * how ctest has it in every preset.
 */
#ifndef CERIUM_TESTS_FUZZ_FUZZ_H
#define CERIUM_TESTS_FUZZ_FUZZ_H

#include "registry/registry.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
/* Appends seed `number` (0, 1, ...), for what cannot lie in the corpus as text; false when there are no more. */
bool fuzz_seed(unsigned number, struct plat_buffer *seed);

/* Ends the program, saying what did not hold. */
#define fuzz_require(condition) fuzz_require_at((condition), #condition, __FILE__, __LINE__)
void fuzz_require_at(bool good, const char *what, const char *file, int line);

/* An empty registry of this name in the current directory; what lay there before is removed. */
struct reg_db *fuzz_registry(const char *name);
void fuzz_registry_remove(const char *name); /* the file, and what SQLite and the bell keep beside it */

#endif
