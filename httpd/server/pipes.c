/* SPDX-License-Identifier: Apache-2.0 */
#include "server/pipes.h"

#include "platform/limits.h"
#include "platform/memory.h"

#include <string.h>

/* ---- rings ---- */

win_error httpd_ring_put(struct httpd_ring *ring, const uint8_t *data, size_t size, size_t *put)
{
    size_t room = LIMIT_PIPE_SIZE - ring->size;

    *put = 0;
    if (!ring->data)
        ring->data = plat_alloc(LIMIT_PIPE_SIZE);
    if (!ring->data)
        return ERROR_NOT_ENOUGH_MEMORY;
    if (size > room)
        size = room;
    while (size > 0) {
        size_t end = (ring->start + ring->size) % LIMIT_PIPE_SIZE;
        size_t n = LIMIT_PIPE_SIZE - end < size ? LIMIT_PIPE_SIZE - end : size;

        memcpy(ring->data + end, data + *put, n);
        ring->size += n;
        *put += n;
        size -= n;
    }
    return ERROR_SUCCESS;
}

size_t httpd_ring_take(struct httpd_ring *ring, uint8_t *data, size_t size)
{
    size_t taken = 0;

    if (size > ring->size)
        size = ring->size;
    while (taken < size) {
        size_t n = LIMIT_PIPE_SIZE - ring->start < size - taken ? LIMIT_PIPE_SIZE - ring->start : size - taken;

        memcpy(data + taken, ring->data + ring->start, n);
        ring->start = (ring->start + n) % LIMIT_PIPE_SIZE;
        ring->size -= n;
        taken += n;
    }
    return taken;
}

/* ---- life ---- */

win_error httpd_pipes_create(void (*notify)(void *context), void *context, bool body_dropped,
                             struct httpd_pipes **pipes)
{
    struct httpd_pipes *made = plat_calloc(1, sizeof *made);
    win_error error;

    *pipes = NULL;
    if (!made)
        return ERROR_NOT_ENOUGH_MEMORY;
    made->notify = notify;
    made->context = context;
    made->body_dropped = body_dropped;
    error = plat_mutex_create(&made->mutex);
    if (!error)
        error = plat_condition_create(&made->changed);
    if (error) {
        httpd_pipes_free(made);
        return error;
    }
    *pipes = made;
    return ERROR_SUCCESS;
}

void httpd_pipes_free(struct httpd_pipes *pipes)
{
    if (!pipes)
        return;
    if (pipes->changed)
        plat_condition_destroy(pipes->changed);
    if (pipes->mutex)
        plat_mutex_destroy(pipes->mutex);
    plat_free(pipes->in.data);
    plat_free(pipes->out.data);
    plat_free(pipes->reason);
    plat_free(pipes->fields);
    plat_free(pipes);
}

/* ---- the loop's end ---- */

void httpd_pipes_look(struct httpd_pipes *pipes, struct httpd_pipes_view *view)
{
    plat_mutex_lock(pipes->mutex);
    *view = (struct httpd_pipes_view){.head = pipes->head_set,
                                      /* with bytes to take it only has not woken up yet */
                                      .reader_waits =
                                          pipes->reader_waits && pipes->in.size == 0 && !pipes->in_over,
                                      .aborted = pipes->aborted,
                                      .bytes = pipes->out.size};
    plat_mutex_unlock(pipes->mutex);
}

size_t httpd_pipes_room(struct httpd_pipes *pipes)
{
    size_t room;

    plat_mutex_lock(pipes->mutex);
    room = LIMIT_PIPE_SIZE - pipes->in.size;
    pipes->in_full = room == 0;
    plat_mutex_unlock(pipes->mutex);
    return room;
}

void httpd_pipes_put(struct httpd_pipes *pipes, const uint8_t *data, size_t size)
{
    size_t put = 0;
    win_error error;

    plat_mutex_lock(pipes->mutex);
    error = httpd_ring_put(&pipes->in, data, size, &put);
    if (error && !pipes->in_over) {
        pipes->in_over = true;
        pipes->in_error = error;
    }
    plat_condition_signal(pipes->changed);
    plat_mutex_unlock(pipes->mutex);
}

void httpd_pipes_end_input(struct httpd_pipes *pipes, win_error error)
{
    plat_mutex_lock(pipes->mutex);
    if (!pipes->in_over) {
        pipes->in_over = true;
        pipes->in_error = error;
    }
    plat_condition_signal(pipes->changed);
    plat_mutex_unlock(pipes->mutex);
}

void httpd_pipes_take(struct httpd_pipes *pipes, uint8_t *out, size_t size)
{
    plat_mutex_lock(pipes->mutex);
    (void)httpd_ring_take(&pipes->out, out, size);
    plat_condition_signal(pipes->changed);
    plat_mutex_unlock(pipes->mutex);
}

void httpd_pipes_hang_up(struct httpd_pipes *pipes)
{
    plat_mutex_lock(pipes->mutex);
    pipes->gone = true;
    plat_condition_signal(pipes->changed);
    plat_mutex_unlock(pipes->mutex);
}
