/* SPDX-License-Identifier: Apache-2.0 */
#include "platform/bytes.h"
#include "platform/memory.h"

#include <stdio.h>
#include <string.h>

enum { SMALLEST = 64 };

void plat_buffer_init(struct plat_buffer *b, size_t limit)
{
    *b = (struct plat_buffer){.limit = limit};
}

void plat_buffer_free(struct plat_buffer *b)
{
    plat_free(b->data);
    plat_buffer_init(b, b->limit);
}

void plat_buffer_clear(struct plat_buffer *b)
{
    b->size = 0;
    b->failed = ERROR_SUCCESS;
}

/* Makes the capacity at least `needed`, which may be limit + 1: the NUL of plat_buffer_text is not counted. */
static bool grow(struct plat_buffer *b, size_t needed)
{
    size_t most = b->limit < SIZE_MAX ? b->limit + 1 : SIZE_MAX;
    size_t capacity = b->capacity < SMALLEST ? SMALLEST : b->capacity;
    uint8_t *data;

    if (needed <= b->capacity)
        return true;
    while (capacity < needed)
        capacity = capacity > most / 2 ? most : capacity * 2;
    if (capacity > most)
        capacity = most;
    data = plat_realloc(b->data, capacity);
    if (!data) {
        b->failed = ERROR_NOT_ENOUGH_MEMORY;
        return false;
    }
    b->data = data;
    b->capacity = capacity;
    return true;
}

uint8_t *plat_buffer_reserve(struct plat_buffer *b, size_t size)
{
    if (b->failed)
        return NULL;
    if (b->size > b->limit || size > b->limit - b->size) {
        b->failed = ERROR_FILE_TOO_LARGE;
        return NULL;
    }
    /* One byte at least, so that NULL always means failure. */
    if (!grow(b, b->size + (size ? size : 1)))
        return NULL;
    return b->data + b->size;
}

void plat_buffer_advance(struct plat_buffer *b, size_t size)
{
    if (b->failed)
        return;
    if (size > b->capacity - b->size || size > b->limit - b->size) {
        b->failed = ERROR_FILE_TOO_LARGE; /* more than was reserved: the caller's mistake, and never counted */
        return;
    }
    b->size += size;
}

void plat_buffer_append(struct plat_buffer *b, const void *data, size_t size)
{
    uint8_t *room;

    if (size == 0)
        return;
    room = plat_buffer_reserve(b, size);
    if (!room)
        return;
    memcpy(room, data, size);
    b->size += size;
}

void plat_buffer_append_u8(struct plat_buffer *b, uint8_t byte)
{
    plat_buffer_append(b, &byte, 1);
}

void plat_buffer_append_u16_le(struct plat_buffer *b, uint16_t value)
{
    const uint8_t bytes[2] = {(uint8_t)(value & 0xFF), (uint8_t)(value >> 8)};

    plat_buffer_append(b, bytes, sizeof bytes);
}

void plat_buffer_append_u32_le(struct plat_buffer *b, uint32_t value)
{
    const uint8_t bytes[4] = {(uint8_t)(value & 0xFF), (uint8_t)(value >> 8 & 0xFF),
                              (uint8_t)(value >> 16 & 0xFF), (uint8_t)(value >> 24)};

    plat_buffer_append(b, bytes, sizeof bytes);
}

void plat_buffer_append_text(struct plat_buffer *b, const char *s)
{
    plat_buffer_append(b, s, strlen(s));
}

void plat_buffer_vprintf(struct plat_buffer *b, const char *format, va_list args)
{
    char small[128];
    va_list again;
    size_t size;
    int length;

    if (b->failed)
        return;
    va_copy(again, args);
    length = vsnprintf(small, sizeof small, format, args);
    size = (size_t)length;
    if (length < 0) {
        b->failed = ERROR_INVALID_DATA;
    } else if (size < sizeof small) {
        plat_buffer_append(b, small, size);
    } else if (plat_buffer_reserve(b, size) && grow(b, b->size + size + 1)) {
        vsnprintf((char *)b->data + b->size, size + 1, format, again);
        b->size += size;
    }
    va_end(again);
}

void plat_buffer_printf(struct plat_buffer *b, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    plat_buffer_vprintf(b, format, args);
    va_end(args);
}

void plat_buffer_consume(struct plat_buffer *b, size_t size)
{
    if (size >= b->size) {
        b->size = 0;
        return;
    }
    memmove(b->data, b->data + size, b->size - size);
    b->size -= size;
}

const char *plat_buffer_text(struct plat_buffer *b)
{
    if (b->failed || !grow(b, b->size + 1))
        return NULL;
    b->data[b->size] = 0;
    return (const char *)b->data;
}
