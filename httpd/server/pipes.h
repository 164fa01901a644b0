/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The two pipes of an exchange, seen from the event loop. The worker's end is exchange.h. Nothing here
 * blocks.
 */
#ifndef CERIUM_HTTPD_PIPES_H
#define CERIUM_HTTPD_PIPES_H

#include "platform/bytes.h"
#include "platform/thread.h"

struct httpd_ring {
    uint8_t *data; /* LIMIT_PIPE_SIZE bytes, there from the first use on */
    size_t start, size;
};

/* All but `notify` and `context` is guarded by the mutex. */
struct httpd_pipes {
    struct plat_mutex *mutex;
    struct plat_condition *changed; /* the worker waits for it */
    void (*notify)(void *context);  /* tells the loop that there is something to do; any thread */
    void *context;
    struct httpd_ring in, out;
    win_error in_error; /* what a read past the ring's content gives, when in_over */
    bool in_over;       /* no more body bytes will come */
    bool in_full;       /* the loop found no room: it wants to know when there is some */
    bool gone;          /* the connection is lost, nobody will read the out ring */
    bool head_set;
    bool body_dropped; /* HEAD, 204, 304 */
    bool aborted;      /* by the worker */
    bool reader_waits;
    uint32_t status;
    char *reason;
    char *fields;
};

/* What the loop finds when it looks. head, reason and fields do not change any more once `head` is true. */
struct httpd_pipes_view {
    bool head, reader_waits, aborted;
    size_t bytes; /* body bytes waiting in the out ring; only the loop takes them, so there will not be fewer */
};

PLAT_MUST_USE win_error httpd_pipes_create(void (*notify)(void *context), void *context, bool body_dropped,
                                           struct httpd_pipes **pipes);
void httpd_pipes_free(struct httpd_pipes *pipes); /* NULL is allowed; the worker must be done */
void httpd_pipes_look(struct httpd_pipes *pipes, struct httpd_pipes_view *view);
/* Body bytes that find room now. 0: notify comes when there is room again. */
size_t httpd_pipes_room(struct httpd_pipes *pipes);
/* Body bytes for the worker, at most _room. */
void httpd_pipes_put(struct httpd_pipes *pipes, const uint8_t *data, size_t size);
void httpd_pipes_end_input(struct httpd_pipes *pipes, win_error error); /* ERROR_SUCCESS: a regular end */
/* Moves `size` bytes (at most view.bytes) of the response's body into `out`, which must have room. */
void httpd_pipes_take(struct httpd_pipes *pipes, uint8_t *out, size_t size);
void httpd_pipes_hang_up(struct httpd_pipes *pipes); /* the connection is lost */

/* Both ends: bytes that found room; bytes that were there. ERROR_NOT_ENOUGH_MEMORY at a ring's first use. */
PLAT_MUST_USE win_error httpd_ring_put(struct httpd_ring *ring, const uint8_t *data, size_t size, size_t *put);
size_t httpd_ring_take(struct httpd_ring *ring, uint8_t *data, size_t size);

#endif
