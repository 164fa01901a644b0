/* SPDX-License-Identifier: Apache-2.0 */
/* In place of platform/common/memory.c. */
#include "platform/fake.h"
#include "platform/memory.h"

#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static atomic_uint made; /* allocations since plat_fake_memory_fail */
static atomic_uint fail_at;
static atomic_bool fail_later;
static atomic_uint failures;
static atomic_size_t live;
static atomic_size_t bytes, peak; /* asked for and not freed */

/* Before each block: how long it is. */
struct block {
    _Alignas(max_align_t) size_t size;
};

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

size_t plat_fake_memory_peak(void)
{
    return atomic_load(&peak);
}

void plat_fake_memory_peak_reset(void)
{
    atomic_store(&peak, atomic_load(&bytes));
}

static void count_more(size_t size)
{
    size_t now = atomic_fetch_add(&bytes, size) + size;
    size_t most = atomic_load(&peak);

    while (now > most && !atomic_compare_exchange_weak(&peak, &most, now)) {
    }
}

static void *hand_out(struct block *block, size_t size)
{
    if (!block)
        return NULL;
    block->size = size;
    count_more(size);
    atomic_fetch_add(&live, (size_t)1);
    return block + 1;
}

static bool allowed(size_t size)
{
    return size && size <= SIZE_MAX - sizeof(struct block) && !must_fail();
}

void *plat_alloc(size_t size)
{
    void *p = allowed(size) ? hand_out(malloc(sizeof(struct block) + size), size) : NULL;

    if (p)
        memset(p, 0xA5, size);
    return p;
}

void *plat_calloc(size_t count, size_t size)
{
    size_t whole = size && count <= SIZE_MAX / size ? count * size : 0;

    return allowed(whole) ? hand_out(calloc(1, sizeof(struct block) + whole), whole) : NULL;
}

void *plat_realloc(void *p, size_t size)
{
    struct block *block, *moved;
    size_t old;

    if (!p)
        return plat_alloc(size);
    if (!allowed(size))
        return NULL;
    block = (struct block *)p - 1;
    old = block->size;
    moved = realloc(block, sizeof *block + size);
    if (!moved)
        return NULL;
    moved->size = size;
    atomic_fetch_sub(&bytes, old);
    count_more(size);
    return moved + 1;
}

void plat_free(void *p)
{
    struct block *block;

    if (!p)
        return;
    block = (struct block *)p - 1;
    atomic_fetch_sub(&live, (size_t)1);
    atomic_fetch_sub(&bytes, block->size);
    free(block);
}
