/* SPDX-License-Identifier: Apache-2.0 */
/* Threads, mutexes, condition variables. Atomics are C11's. */
#ifndef CERIUM_PLATFORM_THREAD_H
#define CERIUM_PLATFORM_THREAD_H

#include "platform/winerror.h"

#include <stdbool.h>
#include <stddef.h>

struct plat_thread; /* opaque */
/* `name` (at most 15 bytes) shows in ps and debuggers. stack_size 0 = LIMIT_WORKER_STACK. All signals are blocked in it. */
PLAT_MUST_USE win_error plat_thread_start(const char *name, size_t stack_size, void (*run)(void *context),
                                          void *context, struct plat_thread **thread);
void plat_thread_join(struct plat_thread *thread); /* waits, then frees; NULL is allowed */

struct plat_mutex;
PLAT_MUST_USE win_error plat_mutex_create(struct plat_mutex **mutex);
void plat_mutex_destroy(struct plat_mutex *mutex);
void plat_mutex_lock(struct plat_mutex *mutex);
void plat_mutex_unlock(struct plat_mutex *mutex);

struct plat_condition;
PLAT_MUST_USE win_error plat_condition_create(struct plat_condition **condition);
void plat_condition_destroy(struct plat_condition *condition);
void plat_condition_wait(struct plat_condition *condition, struct plat_mutex *mutex);
/* false when timeout_ms (monotonic clock) passed without a signal. */
bool plat_condition_wait_for(struct plat_condition *condition, struct plat_mutex *mutex, unsigned timeout_ms);
void plat_condition_signal(struct plat_condition *condition);
void plat_condition_broadcast(struct plat_condition *condition);

#endif
