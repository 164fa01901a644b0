/* SPDX-License-Identifier: Apache-2.0 */
/* A small pool of threads for what blocks: ISAPI extensions and slow password hashes. Threads start when first needed. */
#ifndef CERIUM_HTTPD_WORKER_H
#define CERIUM_HTTPD_WORKER_H

#include "platform/winerror.h"

#include <stdbool.h>
#include <stddef.h>

struct httpd_workers;

PLAT_MUST_USE win_error httpd_workers_create(size_t most_threads, size_t most_waiting,
                                             struct httpd_workers **workers);
/* Runs the job on a worker thread, in the order submitted. ERROR_BUSY when `most_waiting` jobs wait already. */
PLAT_MUST_USE win_error httpd_workers_submit(struct httpd_workers *workers, void (*run)(void *context),
                                             void *context);
/*
 * Takes no more jobs, and lets the threads end; waits for that, `milliseconds` at the most (0: only looks).
 * false: jobs are still running; the pool and whatever they use must stay. Otherwise httpd_workers_destroy
 * will not have to wait.
 */
bool httpd_workers_end(struct httpd_workers *workers, unsigned milliseconds);
/* Runs what is queued to its end and joins the threads. */
void httpd_workers_destroy(struct httpd_workers *workers);

#endif
