/* SPDX-License-Identifier: Apache-2.0 */
#include "support/secret_memory.h"

#ifdef CERIUM_VALGRIND

#include <valgrind/memcheck.h>

bool secret_memory_watched(void)
{
    return RUNNING_ON_VALGRIND != 0;
}

void secret_memory_begin(void *bytes, size_t size)
{
    (void)VALGRIND_MAKE_MEM_UNDEFINED(bytes, size);
}

void secret_memory_end(void *bytes, size_t size)
{
    (void)VALGRIND_MAKE_MEM_DEFINED(bytes, size);
}

#else

bool secret_memory_watched(void)
{
    return false;
}

void secret_memory_begin(void *bytes, size_t size)
{
    (void)bytes;
    (void)size;
}

void secret_memory_end(void *bytes, size_t size)
{
    (void)bytes;
    (void)size;
}

#endif
