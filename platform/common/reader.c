/* SPDX-License-Identifier: Apache-2.0 */
#include "platform/bytes.h"

#include <string.h>

struct plat_span plat_span_of(const void *data, size_t size)
{
    return (struct plat_span){.data = data, .size = size};
}

bool plat_span_equal(struct plat_span a, struct plat_span b)
{
    return a.size == b.size && (a.size == 0 || memcmp(a.data, b.data, a.size) == 0);
}

struct plat_reader plat_reader_of(struct plat_span bytes)
{
    static const uint8_t nothing[1];
    const uint8_t *start = bytes.data ? bytes.data : nothing; /* NULL + 0 is undefined in C11 */

    return (struct plat_reader){.next = start, .end = start + (bytes.data ? bytes.size : 0), .failed = false};
}

size_t plat_reader_left(const struct plat_reader *r)
{
    return (size_t)(r->end - r->next);
}

struct plat_span plat_read_span(struct plat_reader *r, size_t size)
{
    struct plat_span span = {NULL, 0};

    if (size > plat_reader_left(r)) {
        r->failed = true;
        return span;
    }
    span.data = r->next;
    span.size = size;
    r->next += size;
    return span;
}

uint8_t plat_read_u8(struct plat_reader *r)
{
    struct plat_span s = plat_read_span(r, 1);

    return s.data ? s.data[0] : 0;
}

uint16_t plat_read_u16_le(struct plat_reader *r)
{
    struct plat_span s = plat_read_span(r, 2);

    return s.data ? (uint16_t)(s.data[0] | s.data[1] << 8) : 0;
}

uint32_t plat_read_u32_le(struct plat_reader *r)
{
    struct plat_span s = plat_read_span(r, 4);

    if (!s.data)
        return 0;
    return s.data[0] | (uint32_t)s.data[1] << 8 | (uint32_t)s.data[2] << 16 | (uint32_t)s.data[3] << 24;
}
