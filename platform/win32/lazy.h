/* SPDX-License-Identifier: Apache-2.0 */
/* A mutex for static data, made by whoever needs it first. */
#ifndef CERIUM_PLATFORM_WIN32_LAZY_H
#define CERIUM_PLATFORM_WIN32_LAZY_H

#include "platform/thread.h"

#include <stdatomic.h>

/* NULL when there is no memory. */
static inline struct plat_mutex *lazy_mutex(_Atomic(struct plat_mutex *) *place)
{
    struct plat_mutex *none = NULL;
    struct plat_mutex *mutex = atomic_load(place);

    if (mutex || plat_mutex_create(&mutex) != ERROR_SUCCESS)
        return mutex;
    if (atomic_compare_exchange_strong(place, &none, mutex))
        return mutex;
    plat_mutex_destroy(mutex); /* somebody was faster */
    return none;
}

#endif
