/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Time limits of connections. All timers of one kind last equally long, so each kind is a list in the order
 * of starting: to start, to stop and to look for what has expired cost the same for one connection or ten
 * thousand.
 */
#ifndef CERIUM_HTTPD_TIMERS_H
#define CERIUM_HTTPD_TIMERS_H

#include <stdbool.h>
#include <stdint.h>

enum httpd_timer_kind {
    HTTPD_TIMER_NONE,      /* not running */
    HTTPD_TIMER_IDLE,      /* nothing of a request yet: ConnectionTimeout */
    HTTPD_TIMER_HEAD,      /* LIMIT_HEAD_MS */
    HTTPD_TIMER_HANDSHAKE, /* LIMIT_HANDSHAKE_MS */
    HTTPD_TIMER_STALL,     /* LIMIT_BODY_STALL_MS */
    HTTPD_TIMER_WORKER,    /* LIMIT_WORKER_STALL_MS; see patience.h */
    HTTPD_TIMER_LINGER,    /* LIMIT_LINGER_MS */
    HTTPD_TIMER_KINDS
};

struct httpd_timer {
    struct httpd_timer *previous, *next;
    enum httpd_timer_kind kind;
    uint64_t since; /* monotonic ms */
};

struct httpd_timers {
    struct httpd_timer *first[HTTPD_TIMER_KINDS], *last[HTTPD_TIMER_KINDS];
    uint32_t duration[HTTPD_TIMER_KINDS]; /* ms; may change while timers run */
};

void httpd_timers_init(struct httpd_timers *timers);
/* Starts (again) from now, or stops with HTTPD_TIMER_NONE. */
void httpd_timer_start(struct httpd_timers *timers, struct httpd_timer *timer, enum httpd_timer_kind kind,
                       uint64_t now);
void httpd_timer_stop(struct httpd_timers *timers, struct httpd_timer *timer);
/* Milliseconds until the first one expires, -1 when none runs. */
int httpd_timers_wait(const struct httpd_timers *timers, uint64_t now);
/* One that has expired, still running; NULL when there is none (any more). */
struct httpd_timer *httpd_timers_expired(const struct httpd_timers *timers, uint64_t now);

#endif
