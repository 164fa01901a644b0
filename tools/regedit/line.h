/* SPDX-License-Identifier: Apache-2.0 */
/* One line of text being edited: the text, the cursor, and which part of it shows. */
#ifndef CERIUM_TOOLS_REGEDIT_LINE_H
#define CERIUM_TOOLS_REGEDIT_LINE_H

#include "platform/bytes.h"

struct line {
    struct plat_buffer text; /* UTF-8; any bytes are kept */
    size_t at;               /* cursor: a byte offset between characters */
    size_t first;            /* first byte that shows */
    bool fresh; /* untouched: the next character typed replaces the text, as if all were selected */
};

void line_init(struct line *line, size_t limit);
void line_free(struct line *line);
/* Replaces the text; the cursor goes to its end. */
void line_set(struct line *line, const char *text, size_t size);
/* At the cursor, which moves behind it. False when there is no room: nothing has changed then. */
bool line_insert(struct line *line, const char *text, size_t size);
void line_cut(struct line *line, size_t from, size_t to); /* drops the bytes [from, to) */

/*
 * What a key does to a line: typing, moving, deleting (Ctrl-A, Ctrl-E: start, end; Ctrl-U: everything before the cursor; Ctrl-K: behind it;
 * Ctrl-W: the word before it). False for a key that means nothing here.
 */
bool line_key(struct line *line, uint32_t key);

/* Writes the line into cells of the screen, scrolled so that the cursor is in sight; the screen's cursor goes there if `focus`. */
void line_draw(struct line *line, int x, int y, int width, bool focus);
/* The byte that a click at cell `x` of the drawn line means: the cursor goes there. */
void line_click(struct line *line, int x);

#endif
