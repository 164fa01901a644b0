/* SPDX-License-Identifier: Apache-2.0 */
#include "der/der.h"

struct der_reader der_reader_of(struct plat_span bytes)
{
    return (struct der_reader){.bytes = plat_reader_of(bytes), .depth = 0};
}

bool der_failed(const struct der_reader *r)
{
    return r->bytes.failed;
}

void der_fail(struct der_reader *r)
{
    r->bytes.failed = true;
}

bool der_at_end(const struct der_reader *r)
{
    return r->bytes.failed || plat_reader_left(&r->bytes) == 0;
}

bool der_finish(const struct der_reader *r)
{
    return !r->bytes.failed && plat_reader_left(&r->bytes) == 0;
}

uint8_t der_peek(const struct der_reader *r)
{
    return der_at_end(r) ? 0 : *r->bytes.next;
}

bool der_next_is(const struct der_reader *r, unsigned tag)
{
    return !der_at_end(r) && *r->bytes.next == tag;
}

/* X.690 8.1.3 and 10.1: definite, and in as few octets as can be. */
static size_t read_length(struct plat_reader *bytes)
{
    uint8_t first = plat_read_u8(bytes);
    if (first < 0x80U) {
        return first;
    }
    unsigned octets = first & 0x7fU;
    if (octets == 0 || octets > 4) {
        bytes->failed = true;
        return 0;
    }
    uint32_t length = 0;
    for (unsigned i = 0; i < octets; i++) {
        uint8_t octet = plat_read_u8(bytes);
        if (i == 0 && octet == 0) {
            bytes->failed = true;
        }
        length = length << 8 | octet;
    }
    if (length < 0x80U) {
        bytes->failed = true;
    }
    return length;
}

bool der_read(struct der_reader *r, struct der_item *item)
{
    *item = (struct der_item){0};
    if (r->bytes.failed) {
        return false;
    }
    struct plat_reader bytes = r->bytes;
    const uint8_t *start = bytes.next;
    uint8_t tag = plat_read_u8(&bytes);
    /* Tag 0 is no element, 31 announces a high tag number: neither occurs in anything read here. */
    if (tag == 0 || (tag & 0x1fU) == 0x1fU) {
        bytes.failed = true;
    }
    struct plat_span content = plat_read_span(&bytes, read_length(&bytes));
    if (bytes.failed) {
        r->bytes.failed = true;
        return false;
    }
    r->bytes = bytes;
    item->tag = tag;
    item->content = content;
    item->whole = plat_span_of(start, (size_t)(bytes.next - start));
    return true;
}

static bool read_tagged(struct der_reader *r, unsigned tag, struct der_item *item)
{
    if (!der_read(r, item)) {
        return false;
    }
    if (item->tag != tag) {
        *item = (struct der_item){0};
        r->bytes.failed = true;
        return false;
    }
    return true;
}

struct plat_span der_read_tag(struct der_reader *r, unsigned tag)
{
    struct der_item item;
    (void)read_tagged(r, tag, &item); /* an empty span on failure */
    return item.content;
}

struct plat_span der_read_whole(struct der_reader *r, unsigned tag)
{
    struct der_item item;
    (void)read_tagged(r, tag, &item);
    return item.whole;
}

struct der_reader der_enter(struct der_reader *r, unsigned tag)
{
    struct der_item item;
    if (r->depth + 1 >= DER_DEPTH) {
        r->bytes.failed = true;
    }
    (void)read_tagged(r, tag, &item);
    struct der_reader inside = der_reader_of(item.content);
    inside.depth = r->depth + 1;
    inside.bytes.failed = r->bytes.failed;
    return inside;
}
