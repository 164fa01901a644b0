/* SPDX-License-Identifier: Apache-2.0 */
/* The text of a .reg file, whatever its encoding, and its lines. Private to text/. */
#ifndef CERIUM_REGISTRY_TEXT_DECODE_H
#define CERIUM_REGISTRY_TEXT_DECODE_H

#include "platform/bytes.h"

enum text_encoding { TEXT_UTF16, TEXT_UTF8, TEXT_ANSI };

/*
 * UTF-16LE by its BOM; else UTF-8 if it is valid; else Windows-1252. *text is (W)UTF-8 without BOM: a part of
 * `file`, or what `converted` holds.
 */
PLAT_MUST_USE win_error decode_file(struct plat_span file, struct plat_buffer *converted,
                                    struct plat_span *text, enum text_encoding *encoding);
/* ANSI bytes (hex(1), hex(2), hex(7) of REGEDIT4) as UTF-16LE: UTF-8 if valid and the file is not ANSI itself. */
void decode_ansi_to_utf16le(struct plat_buffer *out, struct plat_span ansi, enum text_encoding of_file);

/* As plat_utf16le_append and plat_utf8_append_utf16le, quicker where the text is ASCII. */
void text_append_utf16le(struct plat_buffer *out, const char *text, size_t size);
void text_append_utf8(struct plat_buffer *out, struct plat_span utf16le);

struct text_lines {
    const char *next;
    const char *end;
    const char *feed; /* the line feed at or behind `next`, or `end`; before `next`: not looked for yet */
    uint32_t number;  /* of the line given last, from 1 */
};

/* A part of one line. */
struct text_cursor {
    const char *next;
    const char *end;
};

struct text_lines text_lines_of(struct plat_span text);
/* The next line without its end (LF, CRLF, CR); false at the end of the text. */
bool text_line(struct text_lines *lines, struct text_cursor *line);

bool text_take_word(struct text_cursor *c, const char *word); /* without regard to ASCII case */

/* Of a few instructions each, and several times a value: here, so that they are no calls. */

/* '\0' at the end; a NUL in the text has been refused before. */
static inline char text_peek(const struct text_cursor *c)
{
    return c->next == c->end ? '\0' : *c->next;
}

/* Blanks and tabs. */
static inline void text_skip_blanks(struct text_cursor *c)
{
    while (c->next != c->end && (*c->next == ' ' || *c->next == '\t'))
        c->next++;
}

static inline bool text_take(struct text_cursor *c, char expected)
{
    if (c->next == c->end || *c->next != expected)
        return false;
    c->next++;
    return true;
}

/* Only blanks, then perhaps a comment with `;`. */
static inline bool text_at_end(struct text_cursor *c)
{
    text_skip_blanks(c);
    return c->next == c->end || *c->next == ';';
}

#endif
