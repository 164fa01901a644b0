/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Changes as people read them, in diff, import /dry-run, history, undo and watch: the key on a line of its own, below it
 * "-" with what was and "+" with what is.
 */
#ifndef CERIUM_TOOLS_REG_LINES_H
#define CERIUM_TOOLS_REG_LINES_H

#include "registry/history.h"

struct lines {
    const char *title;       /* printed before the first line; NULL = none */
    struct plat_buffer key;  /* whose values are in hand */
    struct plat_buffer text; /* scratch */
    uint64_t most;           /* lines beyond are counted only; 0 = all */
    uint64_t printed, dropped;
};

void lines_init(struct lines *lines);
void lines_free(struct lines *lines);
/* A key that is new ('+') or gone ('-') or was ' ' something else: `note` (may be NULL) says what. */
void lines_key(struct lines *lines, char mark, const char *path, const char *note);
void lines_value(struct lines *lines, char mark, const char *path, const struct reg_value *value,
                 bool is_protected);
void lines_change(struct lines *lines, const struct reg_change *change);

/* ---- entries of the history ---- */

#define LINES_TIME_SIZE 32 /* "2026-11-22 04:55:37Z" */
void lines_time(int64_t unix_seconds, char text[LINES_TIME_SIZE]);
/* "17  2026-11-22 04:55:37Z  root  1 key, 2 values  cerium reg import site.reg (undone by 18)", appended. */
void lines_entry(struct plat_buffer *text, const struct reg_history_entry *entry);

#endif
