/* SPDX-License-Identifier: Apache-2.0 */
/* The worker's end of the pipes: calls that block. */
#include "server/exchange.h"

#include "platform/memory.h"
#include "server/job.h"
#include "server/pipes.h"

/* What an extension is told whose client is gone: why it was given up, if it was. Under the mutex. */
static win_error end_of(const struct httpd_pipes *pipes)
{
    return pipes->in_error ? pipes->in_error : WSAECONNRESET;
}

win_error httpd_exchange_read(struct httpd_exchange *exchange, void *buffer, size_t size, size_t *got)
{
    struct httpd_pipes *pipes = exchange->pipes;
    win_error error = ERROR_SUCCESS;
    bool tell;

    *got = 0;
    plat_mutex_lock(pipes->mutex);
    while (pipes->in.size == 0 && !pipes->in_over && !pipes->gone) {
        if (!pipes->reader_waits) {
            pipes->reader_waits = true;
            plat_mutex_unlock(pipes->mutex);
            pipes->notify(pipes->context);
            plat_mutex_lock(pipes->mutex);
            continue;
        }
        plat_condition_wait(pipes->changed, pipes->mutex);
    }
    pipes->reader_waits = false;
    if (pipes->gone)
        error = end_of(pipes);
    else if (pipes->in.size > 0)
        *got = httpd_ring_take(&pipes->in, buffer, size);
    else
        error = pipes->in_error;
    tell = pipes->in_full && *got > 0;
    if (tell)
        pipes->in_full = false;
    plat_mutex_unlock(pipes->mutex);
    if (tell)
        pipes->notify(pipes->context);
    return error;
}

win_error httpd_exchange_head(struct httpd_exchange *exchange, uint32_t status, const char *reason,
                              const char *fields)
{
    struct httpd_pipes *pipes = exchange->pipes;
    char *own_reason = plat_strdup(reason);
    char *own_fields = plat_strdup(fields);
    win_error error = ERROR_SUCCESS;

    plat_mutex_lock(pipes->mutex);
    if (pipes->head_set)
        error = ERROR_INVALID_FUNCTION;
    else if (status < 200 || status > 599)
        error = ERROR_INVALID_PARAMETER;
    else if (!own_reason || !own_fields)
        error = ERROR_NOT_ENOUGH_MEMORY;
    else if (pipes->gone || pipes->aborted)
        error = end_of(pipes);
    if (!error) {
        pipes->status = status;
        pipes->reason = own_reason;
        pipes->fields = own_fields;
        pipes->body_dropped = pipes->body_dropped || status == 204 || status == 304;
        pipes->head_set = true;
        own_reason = own_fields = NULL;
    }
    plat_mutex_unlock(pipes->mutex);
    plat_free(own_reason);
    plat_free(own_fields);
    return error;
}

win_error httpd_exchange_write(struct httpd_exchange *exchange, const void *data, size_t size)
{
    struct httpd_pipes *pipes = exchange->pipes;
    const uint8_t *next = data;
    win_error error =
        httpd_exchange_head_sent(exchange) ? ERROR_SUCCESS : httpd_exchange_head(exchange, 200, "", "");

    while (size > 0 && !error) {
        size_t put = 0;

        plat_mutex_lock(pipes->mutex);
        while (pipes->out.size == LIMIT_PIPE_SIZE && !pipes->gone && !pipes->aborted)
            plat_condition_wait(pipes->changed, pipes->mutex);
        if (pipes->gone || pipes->aborted)
            error = end_of(pipes);
        else if (pipes->body_dropped)
            put = size;
        else
            error = httpd_ring_put(&pipes->out, next, size, &put);
        plat_mutex_unlock(pipes->mutex);
        next += put;
        size -= put;
        if (put > 0)
            pipes->notify(pipes->context);
    }
    return error;
}

bool httpd_exchange_head_sent(const struct httpd_exchange *exchange)
{
    struct httpd_pipes *pipes = exchange->pipes;
    bool set;

    plat_mutex_lock(pipes->mutex);
    set = pipes->head_set;
    plat_mutex_unlock(pipes->mutex);
    return set;
}

bool httpd_exchange_connected(struct httpd_exchange *exchange)
{
    struct httpd_pipes *pipes = exchange->pipes;
    bool connected;

    plat_mutex_lock(pipes->mutex);
    connected = !pipes->gone && !pipes->aborted;
    plat_mutex_unlock(pipes->mutex);
    return connected;
}

void httpd_exchange_abort(struct httpd_exchange *exchange)
{
    struct httpd_pipes *pipes = exchange->pipes;

    plat_mutex_lock(pipes->mutex);
    pipes->aborted = true;
    plat_mutex_unlock(pipes->mutex);
    pipes->notify(pipes->context);
}

void httpd_exchange_finish(struct httpd_exchange *exchange, bool keep_alive, uint32_t status_if_none)
{
    httpd_job_finished(exchange->pipes->context, keep_alive, status_if_none);
}
