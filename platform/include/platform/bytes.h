/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The two containers through which every byte from outside goes: a bounded reading cursor (plat_reader) and a
 * growable buffer with a hard limit (plat_buffer).
 */
#ifndef CERIUM_PLATFORM_BYTES_H
#define CERIUM_PLATFORM_BYTES_H

#include "platform/winerror.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Bytes somebody else owns. */
struct plat_span {
    const uint8_t *data;
    size_t size;
};

struct plat_span plat_span_of(const void *data, size_t size);
bool plat_span_equal(struct plat_span a, struct plat_span b);

/* A cursor that never leaves its bytes. A read past the end sets `failed`, yields zeros and moves nothing. */
struct plat_reader {
    const uint8_t *next;
    const uint8_t *end;
    bool failed;
};

struct plat_reader plat_reader_of(struct plat_span bytes);
size_t plat_reader_left(const struct plat_reader *r);
uint8_t plat_read_u8(struct plat_reader *r);
uint16_t plat_read_u16_le(struct plat_reader *r);
uint32_t plat_read_u32_le(struct plat_reader *r);
struct plat_span plat_read_span(struct plat_reader *r,
                                size_t size); /* {NULL, 0} and failed when fewer bytes are left */

/*
 * A growable byte buffer. `limit` is the most it may ever hold: an append that would pass it, or for which there is no
 * memory, changes nothing and makes the buffer `failed` for good (checked once at the end). Owned memory: call _free.
 */
struct plat_buffer {
    uint8_t *data;
    size_t size;
    size_t capacity;
    size_t limit;
    win_error failed; /* ERROR_SUCCESS, ERROR_NOT_ENOUGH_MEMORY or ERROR_FILE_TOO_LARGE (the limit) */
};

void plat_buffer_init(struct plat_buffer *b, size_t limit);
void plat_buffer_free(struct plat_buffer *b);  /* back to the state after _init; safe to call twice */
void plat_buffer_clear(struct plat_buffer *b); /* size 0 and not failed; keeps the memory */
void plat_buffer_append(struct plat_buffer *b, const void *data, size_t size);
void plat_buffer_append_u8(struct plat_buffer *b, uint8_t byte);
void plat_buffer_append_u16_le(struct plat_buffer *b, uint16_t value);
void plat_buffer_append_u32_le(struct plat_buffer *b, uint32_t value);
void plat_buffer_append_text(struct plat_buffer *b, const char *s); /* without its NUL */
void plat_buffer_printf(struct plat_buffer *b, const char *format, ...) __attribute__((format(printf, 2, 3)));
void plat_buffer_vprintf(struct plat_buffer *b, const char *format, va_list args)
    __attribute__((format(printf, 2, 0)));
/* Room for `size` more bytes, to be filled by the caller and then counted with _advance. NULL when it fails. */
uint8_t *plat_buffer_reserve(struct plat_buffer *b, size_t size);
void plat_buffer_advance(struct plat_buffer *b, size_t size);
void plat_buffer_consume(struct plat_buffer *b, size_t size); /* drops the first bytes */
/* The content as a C string (a NUL is kept behind it, not counted in size). NULL when the buffer has failed. */
const char *plat_buffer_text(struct plat_buffer *b);

#endif
