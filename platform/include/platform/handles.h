/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What stands behind the handles of the Win32 faces. A handle is a number, never a pointer: slot, kind and generation in one process-wide table, the same
 * in 32 and 64 bits (bits 31 and 0 are 0). One that is stale, of another kind or made up is told from a good one, not followed. A value comes back only after
 * 32,767 other uses of its slot, slots in turn.
 *
 * Objects are counted: closing a handle while another thread works with the object leaves it whole until that is done.
 */
#ifndef CERIUM_PLATFORM_HANDLES_H
#define CERIUM_PLATFORM_HANDLES_H

#include "platform/winerror.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

enum plat_handle_kind {
    PLAT_HANDLE_EVENT = 1,
    PLAT_HANDLE_KEY = 2,
    PLAT_HANDLE_CHANGE = 3,
    PLAT_HANDLE_STORE = 4,
    PLAT_HANDLE_CHAIN_ENGINE = 5
};

/* First member of whatever a handle stands for. */
struct plat_object {
    void (*destroy)(struct plat_object *object);
    _Atomic uint32_t references;
};

void plat_object_init(struct plat_object *object,
                      void (*destroy)(struct plat_object *object)); /* one reference */
void plat_object_hold(struct plat_object *object);
void plat_object_release(struct plat_object *object); /* NULL is allowed; the last one destroys */

/* The table takes over the caller's reference, unless it fails: ERROR_TOO_MANY_OPEN_FILES beyond LIMIT_HANDLES. */
PLAT_MUST_USE win_error plat_handle_make(enum plat_handle_kind kind, struct plat_object *object,
                                         void **handle);
/* The object with one more reference; NULL when this is no handle of that kind. */
struct plat_object *plat_handle_get(const void *handle, enum plat_handle_kind kind);
/* The same, and the handle is no more: the caller now has the table's reference. */
struct plat_object *plat_handle_take(const void *handle, enum plat_handle_kind kind);

/* An object that can be waited for. Automatic ones (not manual) release one wait and are reset by it. */
struct plat_waiting; /* one object of one wait */
struct plat_waitable {
    struct plat_object object;
    bool manual;
    bool signalled;
    struct plat_waiting *waiting;
};

/* ERROR_NOT_ENOUGH_MEMORY: there cannot be any waitables. */
PLAT_MUST_USE win_error plat_waitable_init(struct plat_waitable *waitable, bool manual, bool signalled,
                                           void (*destroy)(struct plat_object *object));
void plat_waitable_set(struct plat_waitable *waitable);
void plat_waitable_reset(struct plat_waitable *waitable);
/* A plain event: NULL when there is no memory. */
struct plat_waitable *plat_event_create(bool manual, bool signalled);
/* The waitable behind a handle of any kind, with one more reference, or NULL. */
struct plat_waitable *plat_waitable_of(const void *handle);

#define PLAT_WAIT_FOREVER UINT32_MAX
#define PLAT_WAIT_MOST 64U
/*
 * Waits for one of `count` different objects (*which, the lowest that is signalled), or for all of them at once. ERROR_SUCCESS, WAIT_TIMEOUT,
 * ERROR_NOT_ENOUGH_MEMORY.
 */
PLAT_MUST_USE win_error plat_wait(struct plat_waitable *const *objects, uint32_t count, bool all,
                                  uint32_t timeout_ms, uint32_t *which);
void plat_sleep(uint32_t milliseconds);

#endif
