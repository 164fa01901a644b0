/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Secrets left in freed memory. A test that is linked with --wrap (CMakeLists.txt) has every block looked
 * through when it is freed or moved; only blocks of the program's own heap (platform/memory.h) count.
 */
#ifndef CERIUM_TESTS_CERTSTORE_LEFTOVER_H
#define CERIUM_TESTS_CERTSTORE_LEFTOVER_H

#include <stddef.h>

#define LEFTOVER_SECRETS 8

void leftover_watch(const void *secret, size_t size); /* kept by address until leftover_stop */
/* Ends watching; how many freed blocks held one of the secrets. */
unsigned leftover_stop(void);

#endif
