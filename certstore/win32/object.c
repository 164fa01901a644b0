/* SPDX-License-Identifier: Apache-2.0 */
/* The lock of the face, and the table of what its pointers belong to. */
#include "win32/store.h"

#include "platform/memory.h"
#include "platform/thread.h"

#include <stdatomic.h>

#define FIRST_BUCKETS 64U

static _Atomic(struct plat_mutex *) the_lock;

/* Of the objects that have users. */
static struct {
    struct wc_object *first[FIRST_BUCKETS]; /* until there are more */
    struct wc_object **buckets;             /* NULL: `first` */
    size_t size;                            /* of `buckets`, a power of two */
    size_t count;
} table;

win_error wc_lock(void)
{
    struct plat_mutex *lock = atomic_load(&the_lock);
    struct plat_mutex *none = NULL;

    if (!lock) {
        win_error error = plat_mutex_create(&lock);

        if (error)
            return error;
        if (!atomic_compare_exchange_strong(&the_lock, &none, lock)) {
            plat_mutex_destroy(lock); /* somebody was faster */
            lock = none;
        }
    }
    plat_mutex_lock(lock);
    return ERROR_SUCCESS;
}

void wc_unlock(void)
{
    plat_mutex_unlock(atomic_load(&the_lock));
}

static struct wc_object **bucket_of(const void *face)
{
    uint64_t hash = (uint64_t)(uintptr_t)face * UINT64_C(0x9E3779B97F4A7C15) >> 32;

    return table.buckets ? &table.buckets[hash & (table.size - 1)] : &table.first[hash % FIRST_BUCKETS];
}

/* Twice as many buckets. Without memory for them the table is only slower. */
static void grow(void)
{
    size_t old_size = table.buckets ? table.size : FIRST_BUCKETS;
    struct wc_object **old = table.buckets ? table.buckets : table.first;
    struct wc_object **larger = plat_calloc(2 * old_size, sizeof *larger);
    struct wc_object **to_free = table.buckets;

    if (!larger)
        return;
    table.buckets = larger;
    table.size = 2 * old_size;
    for (size_t i = 0; i < old_size; i++) {
        struct wc_object *object = old[i];

        while (object) {
            struct wc_object *next = object->next;
            struct wc_object **bucket = bucket_of(object->face);

            object->next = *bucket;
            *bucket = object;
            object = next;
        }
        old[i] = NULL;
    }
    plat_free(to_free);
}

bool wc_in_use(const struct wc_object *object)
{
    return object->users > 0 || object->pins > 0;
}

/* Into the table, unless it is there. */
static void appear(struct wc_object *object)
{
    struct wc_object **bucket;

    if (wc_in_use(object))
        return;
    if (table.count >= (table.buckets ? table.size : FIRST_BUCKETS))
        grow();
    bucket = bucket_of(object->face);
    object->next = *bucket;
    *bucket = object;
    table.count++;
}

void wc_use(struct wc_object *object)
{
    appear(object);
    object->users++;
}

void wc_pin(struct wc_object *object)
{
    appear(object);
    object->pins++;
}

static void disappear(struct wc_object *object)
{
    struct wc_object **link = bucket_of(object->face);

    while (*link && *link != object)
        link = &(*link)->next;
    if (!*link)
        return;
    *link = object->next;
    if (--table.count == 0) { /* nothing is kept for a program that uses nothing */
        plat_free(table.buckets);
        table.buckets = NULL;
    }
}

bool wc_forget(struct wc_object *object)
{
    bool was_in_use = wc_in_use(object);

    object->users = 0;
    if (!was_in_use || object->pins > 0)
        return false;
    disappear(object);
    return true;
}

win_error wc_show(struct wc_object *object)
{
    win_error error = wc_lock();

    if (error)
        return error;
    wc_use(object);
    wc_unlock();
    return ERROR_SUCCESS;
}

struct wc_object *wc_find(const void *face, enum wc_kind kind)
{
    struct wc_object *object = face ? *bucket_of(face) : NULL;

    while (object && (object->face != face || object->kind != kind))
        object = object->next;
    return object;
}

struct wc_object *wc_get(const void *face, enum wc_kind kind)
{
    struct wc_object *object;

    if (!face || wc_lock())
        return NULL;
    object = wc_find(face, kind);
    if (object)
        wc_pin(object);
    wc_unlock();
    return object;
}

const void *wc_duplicate(const void *face, enum wc_kind kind)
{
    struct wc_object *object;
    win_error error = face ? wc_lock() : ERROR_SUCCESS;

    if (error)
        return wc_null(error);
    if (!face)
        return NULL;
    object = wc_find(face, kind);
    if (object)
        wc_use(object);
    wc_unlock();
    return object ? face : wc_null(E_INVALIDARG);
}

/* Under the lock, after `*count`, users or pins, was more than 0: one less. */
static struct wc_left one_less(struct wc_object *object, uint32_t *count)
{
    struct wc_left left = {0};

    (*count)--;
    if (wc_in_use(object))
        return left;
    disappear(object);
    if (object->unused)
        object->unused(object, &left);
    else
        left.destroy = true;
    return left;
}

static void clear_up(struct wc_object *object, const struct wc_left *left)
{
    if (left->destroy)
        object->destroy(object);
    wc_store_left(left->store, left->close);
}

void wc_put_back(struct wc_object *object)
{
    struct wc_left left;

    if (!object || wc_lock())
        return;
    left = one_less(object, &object->pins);
    wc_unlock();
    clear_up(object, &left);
}

void wc_free(const void *face, enum wc_kind kind)
{
    struct wc_left left = {0};
    struct wc_object *object;

    if (!face || wc_lock())
        return;
    object = wc_find(face, kind);
    if (object && object->users == 0)
        object = NULL;
    if (object)
        left = one_less(object, &object->users);
    wc_unlock();
    if (object)
        clear_up(object, &left);
}
