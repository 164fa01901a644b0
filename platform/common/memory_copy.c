/* SPDX-License-Identifier: Apache-2.0 */
#include "platform/memory.h"

#include <stdint.h>
#include <string.h>

char *plat_strndup(const char *s, size_t n)
{
    char *copy = n < SIZE_MAX ? plat_alloc(n + 1) : NULL;

    if (!copy)
        return NULL;
    if (n)
        memcpy(copy, s, n);
    copy[n] = '\0';
    return copy;
}

char *plat_strdup(const char *s)
{
    return plat_strndup(s, strlen(s));
}

void *plat_memdup(const void *p, size_t n)
{
    void *copy = plat_alloc(n ? n : 1);

    if (copy && n)
        memcpy(copy, p, n);
    return copy;
}

void plat_wipe(void *p, size_t n)
{
    if (n == 0)
        return;
    memset(p, 0, n);
    __asm__ __volatile__(""
                         :
                         : "r"(p)
                         : "memory"); /* the zeroes are "read" here, so they must have been written */
}
