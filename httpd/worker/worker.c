/* SPDX-License-Identifier: Apache-2.0 */
#include "worker/worker.h"

#include "platform/clock.h"
#include "platform/memory.h"
#include "platform/thread.h"

struct job {
    struct job *next;
    void (*run)(void *context);
    void *context;
};

struct httpd_workers {
    struct plat_mutex *mutex;
    struct plat_condition *changed;
    struct job *first, *last;
    size_t waiting; /* jobs queued */
    size_t idle;    /* threads waiting for one */
    size_t most_waiting;
    bool ending;
    size_t thread_count, most_threads;
    size_t ended; /* threads that have no job any more and take none */
    struct plat_condition *end_changed;
    struct plat_thread *threads[];
};

static struct job *take_job(struct httpd_workers *workers)
{
    while (workers->first == NULL) {
        if (workers->ending)
            return NULL;
        workers->idle++;
        plat_condition_wait(workers->changed, workers->mutex);
        workers->idle--;
    }
    struct job *job = workers->first;
    workers->first = job->next;
    if (workers->first == NULL)
        workers->last = NULL;
    workers->waiting--;
    return job;
}

static void work(void *context)
{
    struct httpd_workers *workers = context;
    plat_mutex_lock(workers->mutex);
    for (;;) {
        struct job *job = take_job(workers);
        if (job == NULL)
            break;
        plat_mutex_unlock(workers->mutex);
        job->run(job->context);
        plat_free(job);
        plat_mutex_lock(workers->mutex);
    }
    workers->ended++;
    plat_condition_signal(workers->end_changed);
    plat_mutex_unlock(workers->mutex);
}

win_error httpd_workers_create(size_t most_threads, size_t most_waiting, struct httpd_workers **out)
{
    *out = NULL;
    if (most_threads == 0 || most_threads > 1024)
        return ERROR_INVALID_PARAMETER;
    struct httpd_workers *workers =
        plat_calloc(1, sizeof *workers + most_threads * sizeof workers->threads[0]);
    if (workers == NULL)
        return ERROR_NOT_ENOUGH_MEMORY;
    workers->most_threads = most_threads;
    workers->most_waiting = most_waiting;
    win_error error = plat_mutex_create(&workers->mutex);
    if (error == ERROR_SUCCESS) {
        error = plat_condition_create(&workers->changed);
        if (error == ERROR_SUCCESS) {
            error = plat_condition_create(&workers->end_changed);
            if (error != ERROR_SUCCESS)
                plat_condition_destroy(workers->changed);
        }
        if (error != ERROR_SUCCESS)
            plat_mutex_destroy(workers->mutex);
    }
    if (error != ERROR_SUCCESS) {
        plat_free(workers);
        return error;
    }
    *out = workers;
    return ERROR_SUCCESS;
}

/* One thread more when all are busy. A pool that has at least one may go on without the new one. */
static win_error grow(struct httpd_workers *workers)
{
    if (workers->idle > workers->waiting || workers->thread_count == workers->most_threads)
        return ERROR_SUCCESS;
    win_error error = plat_thread_start("worker", 0, work, workers, &workers->threads[workers->thread_count]);
    if (error == ERROR_SUCCESS)
        workers->thread_count++;
    return workers->thread_count > 0 ? ERROR_SUCCESS : error;
}

win_error httpd_workers_submit(struct httpd_workers *workers, void (*run)(void *context), void *context)
{
    struct job *job = plat_calloc(1, sizeof *job);
    if (job == NULL)
        return ERROR_NOT_ENOUGH_MEMORY;
    job->run = run;
    job->context = context;

    plat_mutex_lock(workers->mutex);
    bool refused = workers->ending || workers->waiting >= workers->most_waiting;
    win_error error = refused ? ERROR_BUSY : grow(workers);
    if (error == ERROR_SUCCESS) {
        if (workers->last != NULL)
            workers->last->next = job;
        else
            workers->first = job;
        workers->last = job;
        workers->waiting++;
        plat_condition_signal(workers->changed);
    }
    plat_mutex_unlock(workers->mutex);
    if (error != ERROR_SUCCESS)
        plat_free(job);
    return error;
}

static void begin_to_end(struct httpd_workers *workers)
{
    workers->ending = true;
    plat_condition_broadcast(workers->changed);
}

bool httpd_workers_end(struct httpd_workers *workers, unsigned milliseconds)
{
    uint64_t now = plat_clock_monotonic_ms();
    uint64_t until = now + milliseconds;
    plat_mutex_lock(workers->mutex);
    begin_to_end(workers);
    while (workers->ended < workers->thread_count && now < until) {
        bool told = plat_condition_wait_for(workers->end_changed, workers->mutex, (unsigned)(until - now));
        now = told ? plat_clock_monotonic_ms() : until;
    }
    bool all = workers->ended == workers->thread_count;
    plat_mutex_unlock(workers->mutex);
    return all;
}

void httpd_workers_destroy(struct httpd_workers *workers)
{
    if (workers == NULL)
        return;
    plat_mutex_lock(workers->mutex);
    begin_to_end(workers);
    plat_mutex_unlock(workers->mutex);
    for (size_t i = 0; i < workers->thread_count; i++)
        plat_thread_join(workers->threads[i]);
    plat_condition_destroy(workers->end_changed);
    plat_condition_destroy(workers->changed);
    plat_mutex_destroy(workers->mutex);
    plat_free(workers);
}
