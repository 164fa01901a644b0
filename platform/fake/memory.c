/* SPDX-License-Identifier: Apache-2.0 */
/* In place of platform/common/memory.c. */
#include "platform/fake.h"
#include "platform/memory.h"

#include <limits.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static atomic_uint made; /* allocations since plat_fake_memory_fail */
static atomic_uint fail_at;
static atomic_bool fail_later;
static atomic_uint failures;
static atomic_size_t live;

void plat_fake_memory_fail(unsigned nth, bool ever_after)
{
    atomic_store(&fail_at, nth);
    atomic_store(&fail_later, ever_after);
    atomic_store(&made, 0U);
    atomic_store(&failures, 0U);
}

unsigned plat_fake_memory_failures(void)
{
    return atomic_load(&failures);
}

size_t plat_fake_memory_live(void)
{
    return atomic_load(&live);
}

static bool must_fail(void)
{
    unsigned now = atomic_fetch_add(&made, 1U) + 1;
    unsigned at = atomic_load(&fail_at);

    if (at == 0 || (atomic_load(&fail_later) ? now < at : now != at))
        return false;
    atomic_fetch_add(&failures, 1U);
    return true;
}

void *plat_alloc(size_t size)
{
    void *p = size && !must_fail() ? malloc(size) : NULL;

    if (!p)
        return NULL;
    memset(p, 0xA5, size);
    atomic_fetch_add(&live, (size_t)1);
    return p;
}

void *plat_calloc(size_t count, size_t size)
{
    void *p = count && size && count <= SIZE_MAX / size && !must_fail() ? calloc(count, size) : NULL;

    if (p)
        atomic_fetch_add(&live, (size_t)1);
    return p;
}

void *plat_realloc(void *p, size_t size)
{
    void *moved;

    if (!p)
        return plat_alloc(size);
    moved = size && !must_fail() ? realloc(p, size) : NULL;
    return moved;
}

void plat_free(void *p)
{
    if (p)
        atomic_fetch_sub(&live, (size_t)1);
    free(p);
}
