/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The table of handles. A value is  0 | generation, 15 bits, from 1 | slot, 12 bits | kind, 3 bits | 0 : it is neither NULL nor INVALID_HANDLE_VALUE, nor
 * one of the predefined keys (bit 31), nor a small number. Free slots are used in turn, so that old values stay invalid for as long as can be.
 */
#include "platform/handles.h"
#include "platform/limits.h"
#include "platform/memory.h"

#include "win32/lazy.h"

#define SLOT_BITS 12
#define GENERATION_MOST 0x7FFFU
#define NO_SLOT UINT16_MAX
#define BLOCK 64U

_Static_assert(LIMIT_HANDLES <= 1U << SLOT_BITS, "a slot's number has 12 bits");
_Static_assert(LIMIT_HANDLES % BLOCK == 0, "slots come in blocks");

struct slot {
    struct plat_object *object; /* NULL = free */
    uint16_t generation;
    uint16_t next_free;
    uint8_t kind;
};

static struct {
    _Atomic(struct plat_mutex *) lock;
    struct slot *blocks[LIMIT_HANDLES / BLOCK];
    uint32_t count; /* slots there are */
    uint32_t used;
    uint16_t first_free, last_free; /* meaningless when all are in use */
} table;

void plat_object_init(struct plat_object *object, void (*destroy)(struct plat_object *object))
{
    object->destroy = destroy;
    atomic_init(&object->references, 1);
}

void plat_object_hold(struct plat_object *object)
{
    atomic_fetch_add_explicit(&object->references, 1, memory_order_relaxed);
}

void plat_object_release(struct plat_object *object)
{
    if (object && atomic_fetch_sub_explicit(&object->references, 1, memory_order_acq_rel) == 1)
        object->destroy(object);
}

static struct slot *slot_at(uint32_t index)
{
    return &table.blocks[index / BLOCK][index % BLOCK];
}

static void append_free(uint16_t index)
{
    slot_at(index)->next_free = NO_SLOT;
    if (table.used == table.count)
        table.first_free = index;
    else
        slot_at(table.last_free)->next_free = index;
    table.last_free = index;
}

/* One more block of free slots, when there is none free. */
static win_error grow(void)
{
    struct slot *block;

    if (table.count == LIMIT_HANDLES)
        return ERROR_TOO_MANY_OPEN_FILES;
    block = plat_calloc(BLOCK, sizeof *block);
    if (!block)
        return ERROR_NOT_ENOUGH_MEMORY;
    table.blocks[table.count / BLOCK] = block;
    for (uint32_t i = 0; i < BLOCK; i++) {
        append_free((uint16_t)table.count);
        table.count++;
    }
    return ERROR_SUCCESS;
}

static void *handle_of(uint32_t index)
{
    const struct slot *slot = slot_at(index);

    return (void *)((uintptr_t)slot->generation << 16 | (uintptr_t)index << 4 | (uintptr_t)slot->kind << 1);
}

static void *use_slot(enum plat_handle_kind kind, struct plat_object *object)
{
    uint16_t index = table.first_free;
    struct slot *slot = slot_at(index);

    table.first_free = slot->next_free;
    table.used++;
    slot->object = object;
    slot->kind = (uint8_t)kind;
    slot->generation = (uint16_t)(slot->generation % GENERATION_MOST + 1);
    return handle_of(index);
}

win_error plat_handle_make(enum plat_handle_kind kind, struct plat_object *object, void **handle)
{
    struct plat_mutex *lock = lazy_mutex(&table.lock);
    win_error error = ERROR_SUCCESS;

    *handle = NULL;
    if (!lock)
        return ERROR_NOT_ENOUGH_MEMORY;
    plat_mutex_lock(lock);
    if (table.used == table.count)
        error = grow();
    if (!error)
        *handle = use_slot(kind, object);
    plat_mutex_unlock(lock);
    return error;
}

/* The slot that a handle names, or NULL. */
static struct slot *find(const void *handle, enum plat_handle_kind kind, uint16_t *index)
{
    uintptr_t value = (uintptr_t)handle;
    uintptr_t number = value >> 4 & ((1U << SLOT_BITS) - 1);

    if (number >= table.count || !slot_at((uint32_t)number)->object)
        return NULL;
    *index = (uint16_t)number;
    return handle_of(*index) == handle && slot_at(*index)->kind == kind ? slot_at(*index) : NULL;
}

struct plat_object *plat_handle_get(const void *handle, enum plat_handle_kind kind)
{
    struct plat_mutex *lock = lazy_mutex(&table.lock);
    struct plat_object *object = NULL;
    const struct slot *slot;
    uint16_t index;

    if (!lock)
        return NULL;
    plat_mutex_lock(lock);
    slot = find(handle, kind, &index);
    if (slot) {
        object = slot->object;
        plat_object_hold(object);
    }
    plat_mutex_unlock(lock);
    return object;
}

struct plat_object *plat_handle_take(const void *handle, enum plat_handle_kind kind)
{
    struct plat_mutex *lock = lazy_mutex(&table.lock);
    struct plat_object *object = NULL;
    struct slot *slot;
    uint16_t index;

    if (!lock)
        return NULL;
    plat_mutex_lock(lock);
    slot = find(handle, kind, &index);
    if (slot) {
        object = slot->object;
        slot->object = NULL;
        append_free(index);
        table.used--;
    }
    plat_mutex_unlock(lock);
    return object;
}
