/* SPDX-License-Identifier: Apache-2.0 */
/* Heap memory. A thin layer so that tests can make any allocation fail (platform/fake) and a bare-metal port can bound it. */
#ifndef CERIUM_PLATFORM_MEMORY_H
#define CERIUM_PLATFORM_MEMORY_H

#include <stddef.h>

/* NULL when there is no memory, or when a size of 0 is asked for. The caller frees with plat_free. */
void *plat_alloc(size_t size);
void *plat_calloc(size_t count, size_t size); /* zeroed; NULL also when count * size overflows */
void *plat_realloc(void *p, size_t size);     /* on NULL the old block stays valid */
void plat_free(void *p);                      /* NULL is allowed */

char *plat_strdup(const char *s);            /* a copy, or NULL */
char *plat_strndup(const char *s, size_t n); /* a NUL-terminated copy of exactly n bytes, or NULL */
void *plat_memdup(const void *p,
                  size_t n); /* a copy; n == 0 gives a valid one-byte block, so NULL always means no memory */
void plat_wipe(void *p, size_t n); /* zeroes, and the compiler may not drop it: for keys and passwords */

#endif
