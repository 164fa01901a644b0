/* SPDX-License-Identifier: Apache-2.0 */
/* UTF-8 (and WTF-8: lone surrogates in three bytes) as a row of UTF-16 units, and back. Private to platform/common. */
#ifndef CERIUM_PLATFORM_UNITS_H
#define CERIUM_PLATFORM_UNITS_H

#include "platform/bytes.h"

#define UNIT_END UINT32_MAX
#define UNIT_INVALID 0x10000U /* added to a byte that is no part of a valid sequence: equal to no unit */

struct unit_reader {
    const uint8_t *next;
    const uint8_t *end;
    uint32_t low; /* the low surrogate still to be given, or 0 */
};

struct unit_reader unit_reader_of(const char *s, size_t size);
uint32_t unit_next(struct unit_reader *r); /* a unit, UNIT_INVALID + byte, or UNIT_END */

/* Writes units as UTF-8; a high surrogate waits for its low one. */
struct unit_writer {
    struct plat_buffer *out;
    uint32_t high; /* 0 = none waits */
};

void unit_put(struct unit_writer *w,
              uint32_t unit); /* what unit_next gives; an invalid byte is written as it is */
void unit_finish(struct unit_writer *w);

/* The length of the valid sequence at s (1..4), its code point in *code; 0 = none. Surrogates only if asked for. */
size_t utf8_sequence(const uint8_t *s, size_t size, bool surrogates, uint32_t *code);

#endif
