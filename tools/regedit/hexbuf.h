/* SPDX-License-Identifier: Apache-2.0 */
/* Bytes being edited as hexadecimal digits or as characters: what the hex editor does, without its screen. */
#ifndef CERIUM_TOOLS_REGEDIT_HEXBUF_H
#define CERIUM_TOOLS_REGEDIT_HEXBUF_H

#include "platform/bytes.h"

#define HEXBUF_ROW 16U /* bytes a line */

struct hexbuf {
    struct plat_buffer bytes;
    size_t at;      /* the byte under the cursor; bytes.size = behind the last */
    bool second;    /* the next digit is the low one of that byte */
    bool inserting; /* new bytes push the others away; else they replace them */
};

void hexbuf_init(struct hexbuf *hex, struct plat_span bytes, size_t limit);
void hexbuf_free(struct hexbuf *hex);
/* False when there is no room: nothing has changed then. Behind the last byte both add one. */
bool hexbuf_digit(struct hexbuf *hex, unsigned digit);
bool hexbuf_byte(struct hexbuf *hex, uint8_t byte);
void hexbuf_delete(struct hexbuf *hex);    /* the byte under the cursor */
void hexbuf_backspace(struct hexbuf *hex); /* the one before it */
void hexbuf_move(struct hexbuf *hex, int64_t bytes);
/* "00000010  41 42 ...  AB.." of the row that begins at `offset`. */
void hexbuf_row_text(const struct hexbuf *hex, size_t offset, struct plat_buffer *text);
/* The columns of that text where the byte's first digit and its character stand. */
int hexbuf_digit_column(size_t at);
int hexbuf_character_column(size_t at);
/* The byte of its row that the column belongs to; *character tells which side. False for columns between. */
bool hexbuf_at_column(int column, size_t *at, bool *second, bool *character);

#endif
