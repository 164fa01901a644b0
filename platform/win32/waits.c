/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Waiting for objects. One lock for all their states: what is done under it is a few loads and stores. Each wait sleeps on a condition of its own and is woken
 * only by the objects that it waits for.
 */
#include "platform/clock.h"
#include "platform/handles.h"
#include "platform/memory.h"

#include "win32/lazy.h"

struct plat_waiting {
    struct plat_waiting *next;
    struct plat_waiting **link; /* what points to this one */
    struct plat_condition *condition;
};

static _Atomic(struct plat_mutex *) the_lock;

/* Once there is a waitable, there is the lock. */
static void lock_states(void)
{
    plat_mutex_lock(atomic_load(&the_lock));
}

static void unlock_states(void)
{
    plat_mutex_unlock(atomic_load(&the_lock));
}

win_error plat_waitable_init(struct plat_waitable *waitable, bool manual, bool signalled,
                             void (*destroy)(struct plat_object *object))
{
    if (!lazy_mutex(&the_lock))
        return ERROR_NOT_ENOUGH_MEMORY;
    plat_object_init(&waitable->object, destroy);
    waitable->manual = manual;
    waitable->signalled = signalled;
    waitable->waiting = NULL;
    return ERROR_SUCCESS;
}

void plat_waitable_set(struct plat_waitable *waitable)
{
    lock_states();
    waitable->signalled = true;
    for (struct plat_waiting *w = waitable->waiting; w; w = w->next)
        plat_condition_signal(w->condition);
    unlock_states();
}

void plat_waitable_reset(struct plat_waitable *waitable)
{
    lock_states();
    waitable->signalled = false;
    unlock_states();
}

/* Whether the wait is over: then it has taken what it waited for. */
static bool take(struct plat_waitable *const *objects, uint32_t count, bool all, uint32_t *which)
{
    uint32_t ready = 0;

    for (uint32_t i = count; i-- > 0;) {
        if (!objects[i]->signalled)
            continue;
        ready++;
        *which = i;
    }
    if (ready == 0 || (all && ready < count))
        return false;
    for (uint32_t i = 0; i < count; i++)
        if ((all || i == *which) && !objects[i]->manual)
            objects[i]->signalled = false;
    return true;
}

static void enlist(struct plat_waitable *waitable, struct plat_waiting *waiting,
                   struct plat_condition *condition)
{
    waiting->condition = condition;
    waiting->next = waitable->waiting;
    waiting->link = &waitable->waiting;
    if (waiting->next)
        waiting->next->link = &waiting->next;
    waitable->waiting = waiting;
}

static void strike(struct plat_waiting *waiting)
{
    *waiting->link = waiting->next;
    if (waiting->next)
        waiting->next->link = waiting->link;
}

/* Under the lock. */
static bool sleep_until(struct plat_condition *condition, uint64_t start, uint32_t timeout_ms)
{
    uint64_t passed;

    if (timeout_ms == PLAT_WAIT_FOREVER) {
        plat_condition_wait(condition, atomic_load(&the_lock));
        return true;
    }
    passed = plat_clock_monotonic_ms() - start;
    if (passed >= timeout_ms)
        return false;
    plat_condition_wait_for(condition, atomic_load(&the_lock), timeout_ms - (unsigned)passed);
    return true;
}

win_error plat_wait(struct plat_waitable *const *objects, uint32_t count, bool all, uint32_t timeout_ms,
                    uint32_t *which)
{
    struct plat_waiting waiting[PLAT_WAIT_MOST];
    struct plat_condition *condition = NULL;
    uint64_t start = plat_clock_monotonic_ms();
    win_error error = ERROR_SUCCESS;
    bool done;

    lock_states();
    done = take(objects, count, all, which);
    unlock_states();
    if (done)
        return ERROR_SUCCESS;
    if (timeout_ms == 0)
        return WAIT_TIMEOUT;
    if (plat_condition_create(&condition))
        return ERROR_NOT_ENOUGH_MEMORY;
    lock_states();
    for (uint32_t i = 0; i < count; i++)
        enlist(objects[i], &waiting[i], condition);
    while (!error && !take(objects, count, all, which))
        error = sleep_until(condition, start, timeout_ms) ? ERROR_SUCCESS : WAIT_TIMEOUT;
    for (uint32_t i = 0; i < count; i++)
        strike(&waiting[i]);
    unlock_states();
    plat_condition_destroy(condition);
    return error;
}

static void destroy_event(struct plat_object *object)
{
    plat_free(object);
}

struct plat_waitable *plat_event_create(bool manual, bool signalled)
{
    struct plat_waitable *event = plat_calloc(1, sizeof *event);

    if (!event || plat_waitable_init(event, manual, signalled, destroy_event) == ERROR_SUCCESS)
        return event;
    plat_free(event);
    return NULL;
}

struct plat_waitable *plat_waitable_of(const void *handle)
{
    struct plat_object *object = plat_handle_get(handle, PLAT_HANDLE_EVENT);

    if (!object)
        object = plat_handle_get(handle, PLAT_HANDLE_CHANGE);
    return (struct plat_waitable *)(void *)object; /* its first member */
}

void plat_sleep(uint32_t milliseconds)
{
    struct plat_waitable *never = plat_event_create(true, false);
    uint32_t which;

    if (!never)
        return;
    (void)!plat_wait(&never, 1, false, milliseconds, &which);
    plat_object_release(&never->object);
}
