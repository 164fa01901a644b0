/* SPDX-License-Identifier: Apache-2.0 */
/* What a terminal gets and a file does not: colour, and how far an import has come. */
#ifndef CERIUM_TOOLS_REG_TERMINAL_H
#define CERIUM_TOOLS_REG_TERMINAL_H

#include "platform/bytes.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* To standard output; on a terminal without characters that would steer it. */
void regtool_put(const char *text);
void regtool_write(const char *text); /* as it is */
/*
 * What these two and regtool_colour write is appended to `text` until the next call, with NULL: whoever reads standard output slowly keeps other writers
 * waiting when it is written inside of a transaction.
 */
void regtool_hold(struct plat_buffer *text);

/* Colours of standard output. None unless it is a terminal (TERM set, not "dumb") and NO_COLOR is not set (no-color.org). */
enum regtool_colour { REGTOOL_PLAIN, REGTOOL_KEY, REGTOOL_WAS, REGTOOL_IS, REGTOOL_FAINT };
void regtool_colour(enum regtool_colour colour);

/* A line on standard error that is written over and wiped in the end; nothing at all when that is no terminal. */
struct regtool_progress {
    const char *name;
    bool wanted;
    bool shown;
    size_t percent;
    uint64_t started; /* plat_clock_monotonic_ms: what is done at once needs no line */
};
void regtool_progress_start(struct regtool_progress *progress, const char *name);
void regtool_progress_step(struct regtool_progress *progress, size_t done, size_t all);
void regtool_progress_wipe(struct regtool_progress *progress); /* before anything else is said, and at the end */

#endif
