/* SPDX-License-Identifier: Apache-2.0 */
/* The heap of the C library. Nothing else is in this file: tests link platform/fake/memory.c instead. */
#include "platform/memory.h"

#include <stdint.h>
#include <stdlib.h>

void *plat_alloc(size_t size)
{
    return size ? malloc(size) : NULL;
}

void *plat_calloc(size_t count, size_t size)
{
    return count && size && count <= SIZE_MAX / size ? calloc(count, size) : NULL;
}

void *plat_realloc(void *p, size_t size)
{
    return size ? realloc(p, size) : NULL;
}

void plat_free(void *p)
{
    free(p);
}
