/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Secrets for valgrind's memcheck: it follows what is computed from memory that counts as undefined and
 * reports every branch and every address that depends on it. (A. Langley, ctgrind, 2010.)
 */
#ifndef CERIUM_TESTS_SUPPORT_SECRET_MEMORY_H
#define CERIUM_TESTS_SUPPORT_SECRET_MEMORY_H

#include <stdbool.h>
#include <stddef.h>

bool secret_memory_watched(void); /* built with valgrind's header and run by it */
void secret_memory_begin(void *bytes, size_t size);
void secret_memory_end(void *bytes, size_t size);

#endif
