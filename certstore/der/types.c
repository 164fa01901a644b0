/* SPDX-License-Identifier: Apache-2.0 */
/* The primitive types and their rules of content. */
#include "der/der.h"

bool der_read_boolean(struct der_reader *r)
{
    struct plat_span content = der_read_tag(r, DER_BOOLEAN);
    if (content.size != 1 || (content.data[0] != 0x00 && content.data[0] != 0xff)) {
        der_fail(r);
        return false;
    }
    return content.data[0] == 0xff;
}

struct plat_span der_read_integer(struct der_reader *r, unsigned tag)
{
    struct plat_span content = der_read_tag(r, tag);
    bool bad = content.size == 0;
    if (content.size > 1) {
        /* X.690 8.3.2: the first nine bits are neither all 0 nor all 1. */
        bool high = (content.data[1] & 0x80U) != 0;
        bad = (content.data[0] == 0x00 && !high) || (content.data[0] == 0xff && high);
    }
    if (bad) {
        der_fail(r);
        return (struct plat_span){0};
    }
    return content;
}

uint32_t der_read_u32(struct der_reader *r, unsigned tag)
{
    struct plat_span content = der_read_integer(r, tag);
    if (content.size == 0 || (content.data[0] & 0x80U) != 0 || content.size > 5 ||
        (content.size == 5 && content.data[0] != 0)) {
        der_fail(r);
        return 0;
    }
    uint32_t value = 0;
    for (size_t i = 0; i < content.size; i++) {
        value = value << 8 | content.data[i];
    }
    return value;
}

struct plat_span der_read_bit_string(struct der_reader *r, unsigned tag, uint8_t *unused)
{
    struct plat_span content = der_read_tag(r, tag);
    if (unused != NULL) {
        *unused = 0;
    }
    if (content.size == 0 || content.data[0] > 7) {
        der_fail(r);
        return (struct plat_span){0};
    }
    uint8_t left_over = content.data[0];
    struct plat_span bits = plat_span_of(content.data + 1, content.size - 1);
    if (left_over != 0) {
        unsigned mask = (1U << left_over) - 1U;
        if (unused == NULL || bits.size == 0 || (bits.data[bits.size - 1] & mask) != 0) {
            der_fail(r);
            return (struct plat_span){0};
        }
        *unused = left_over;
    }
    return bits;
}

uint16_t der_read_named_bits(struct der_reader *r, unsigned tag)
{
    uint8_t unused;
    struct plat_span bits = der_read_bit_string(r, tag, &unused);
    uint16_t value = 0;
    for (size_t i = 0; i < bits.size; i++) {
        if (i >= 2 && bits.data[i] != 0) {
            der_fail(r);
            return 0;
        }
        for (unsigned bit = 0; i < 2 && bit < 8; bit++) {
            if ((bits.data[i] & (0x80U >> bit)) != 0) {
                value = (uint16_t)(value | 1U << (8U * i + bit));
            }
        }
    }
    return value;
}
