/* SPDX-License-Identifier: Apache-2.0 */
#include "server/timers.h"

#include "platform/limits.h"

#include <limits.h>
#include <stddef.h>

void httpd_timers_init(struct httpd_timers *timers)
{
    *timers = (struct httpd_timers){.duration = {[HTTPD_TIMER_IDLE] = LIMIT_IDLE_MS,
                                                 [HTTPD_TIMER_HEAD] = LIMIT_HEAD_MS,
                                                 [HTTPD_TIMER_HANDSHAKE] = LIMIT_HANDSHAKE_MS,
                                                 [HTTPD_TIMER_STALL] = LIMIT_BODY_STALL_MS,
                                                 [HTTPD_TIMER_WORKER] = LIMIT_WORKER_STALL_MS,
                                                 [HTTPD_TIMER_LINGER] = LIMIT_LINGER_MS}};
}

void httpd_timer_stop(struct httpd_timers *timers, struct httpd_timer *timer)
{
    enum httpd_timer_kind kind = timer->kind;

    if (kind == HTTPD_TIMER_NONE)
        return;
    if (timer->previous)
        timer->previous->next = timer->next;
    else
        timers->first[kind] = timer->next;
    if (timer->next)
        timer->next->previous = timer->previous;
    else
        timers->last[kind] = timer->previous;
    *timer = (struct httpd_timer){.kind = HTTPD_TIMER_NONE};
}

void httpd_timer_start(struct httpd_timers *timers, struct httpd_timer *timer, enum httpd_timer_kind kind,
                       uint64_t now)
{
    httpd_timer_stop(timers, timer);
    if (kind == HTTPD_TIMER_NONE)
        return;
    *timer = (struct httpd_timer){.previous = timers->last[kind], .kind = kind, .since = now};
    if (timer->previous)
        timer->previous->next = timer;
    else
        timers->first[kind] = timer;
    timers->last[kind] = timer;
}

static uint64_t deadline(const struct httpd_timers *timers, int kind)
{
    return timers->first[kind]->since + timers->duration[kind];
}

int httpd_timers_wait(const struct httpd_timers *timers, uint64_t now)
{
    uint64_t least = UINT64_MAX;

    for (int kind = HTTPD_TIMER_NONE + 1; kind < HTTPD_TIMER_KINDS; kind++)
        if (timers->first[kind] && deadline(timers, kind) < least)
            least = deadline(timers, kind);
    if (least == UINT64_MAX)
        return -1;
    if (least <= now)
        return 0;
    return least - now > INT_MAX ? INT_MAX : (int)(least - now);
}

struct httpd_timer *httpd_timers_expired(const struct httpd_timers *timers, uint64_t now)
{
    for (int kind = HTTPD_TIMER_NONE + 1; kind < HTTPD_TIMER_KINDS; kind++)
        if (timers->first[kind] && deadline(timers, kind) <= now)
            return timers->first[kind];
    return NULL;
}
