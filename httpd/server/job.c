/* SPDX-License-Identifier: Apache-2.0 */
/* Jobs: their life, and the way between workers and loop. */
#include "server/job.h"

#include "http/parse.h"
#include "platform/memory.h"
#include "server/connection.h"
#include "server/pipes.h"

#include <string.h>

struct httpd_job *httpd_job_create(struct httpd_connection *connection, const uint8_t *head, size_t head_size)
{
    struct httpd_server *server = connection->server;
    struct httpd_job *job = plat_alloc(sizeof *job + http_request_work_size(head_size));

    if (!job)
        return NULL;
    memset(job, 0, sizeof *job);
    job->server = server;
    job->connection = connection;
    job->settings = httpd_settings_ref(server->settings);
    plat_buffer_init(&job->ahead, LIMIT_POST_READ_SIZE_MOST + LIMIT_FILE_CHUNK);
    plat_buffer_init(&job->exchange.log_text, LIMIT_LOG_LINE);
    job->bad = http_request_parse(&job->request, job->work, head, head_size, &job->why);
    job->path = job->request.path;
    http_body_init(&job->body, &job->request);
    return job;
}

static void free_job(struct httpd_job *job)
{
    httpd_pipes_free(job->exchange.pipes);
    plat_buffer_free(&job->exchange.log_text);
    plat_buffer_free(&job->ahead);
    httpd_client_certificate_unref(job->certificate);
    if (job->credentials)
        plat_wipe(job->credentials, job->credentials_size);
    plat_free(job->credentials);
    plat_free(job->own_path);
    plat_free(job->strings);
    httpd_settings_unref(job->settings);
    plat_free(job);
}

void httpd_job_release(struct httpd_job *job)
{
    if (!job)
        return;
    job->connection = NULL;
    atomic_store(&job->abandoned, true);
    if (!job->with_worker)
        free_job(job);
    else if (job->exchange.pipes)
        httpd_pipes_hang_up(job->exchange.pipes);
}

/* ---- the mailbox ---- */

/*
 * With the mutex held. The job may be freed as soon as it is let go after `finished`, so nothing of it is
 * touched then.
 */
static void post(struct httpd_server *server, struct httpd_job *job)
{
    if (job->posted)
        return;
    job->posted = true;
    job->next = server->posted;
    server->posted = job;
}

void httpd_job_notify(void *context)
{
    struct httpd_job *job = context;
    struct httpd_server *server = job->server;

    plat_mutex_lock(server->mutex);
    post(server, job);
    plat_mutex_unlock(server->mutex);
    plat_poller_wake(server->poller);
}

void httpd_job_finished(struct httpd_job *job, bool keep_alive, uint32_t status_if_none)
{
    struct httpd_server *server = job->server;

    plat_mutex_lock(server->mutex);
    job->finished = true;
    job->keep_wish = keep_alive;
    job->status_if_none = status_if_none;
    post(server, job);
    plat_mutex_unlock(server->mutex);
    plat_poller_wake(server->poller);
}

win_error httpd_job_submit(struct httpd_job *job, struct httpd_workers *workers, void (*run)(void *job))
{
    win_error error;

    atomic_store(&job->started, false);
    job->with_worker = true;
    error = httpd_workers_submit(workers, run, job);
    if (error) {
        job->with_worker = false;
        return error;
    }
    job->next_working = job->server->working;
    job->server->working = job;
    return ERROR_SUCCESS;
}

bool httpd_job_begin(struct httpd_job *job)
{
    atomic_store(&job->started, true);
    return !atomic_load(&job->abandoned);
}

static void leave_working(struct httpd_job *job)
{
    struct httpd_job **link = &job->server->working;

    while (*link && *link != job)
        link = &(*link)->next_working;
    if (*link)
        *link = job->next_working;
}

/* Takes the next job of a list that was detached; its worker has let it go if it was finished. */
static struct httpd_job *take_posted(struct httpd_server *server, struct httpd_job **list)
{
    struct httpd_job *job = *list;

    plat_mutex_lock(server->mutex);
    *list = job->next;
    job->posted = false;
    if (job->finished) {
        job->finished = false;
        job->with_worker = false;
        leave_working(job);
    }
    plat_mutex_unlock(server->mutex);
    return job;
}

/*
 * What was posted before, and no more: a worker that posts as fast as it is served must not keep the loop from
 * the others. What comes later has woken the poller.
 */
void httpd_mailbox_empty(struct httpd_server *server)
{
    struct httpd_job *list;

    plat_mutex_lock(server->mutex);
    list = server->posted;
    server->posted = NULL;
    plat_mutex_unlock(server->mutex);
    while (list) {
        struct httpd_job *job = take_posted(server, &list);

        if (job->connection)
            httpd_connection_run(job->connection);
        else if (!job->with_worker)
            free_job(job);
    }
}
