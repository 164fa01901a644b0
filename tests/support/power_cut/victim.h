/* SPDX-License-Identifier: Apache-2.0 */
/* A process that says how far it has come, and is killed (SIGKILL) when it least expects it. */
#ifndef CERIUM_TESTS_SUPPORT_VICTIM_H
#define CERIUM_TESTS_SUPPORT_VICTIM_H

#include <stdbool.h>
#include <stdint.h>

struct victim {
    int id;
    int pipe;
    uint32_t acknowledged; /* the last number that was said; 0 = none */
    bool has_ended;        /* by itself, before the blow fell */
};

/* Runs `run` in a forked process, which must not use cmocka. */
void victim_start(struct victim *victim, void (*run)(void *context), void *context);
void victim_say(uint32_t number); /* in the process: what it has done is acknowledged */
/* Kills it after so many microseconds, counted from its first word if that is waited for; then acknowledged is final. */
void victim_kill(struct victim *victim, bool wait_for_word, unsigned microseconds);

#endif
