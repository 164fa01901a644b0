/* SPDX-License-Identifier: Apache-2.0 */
#include "der/der.h"

size_t der_header_size(size_t content_size)
{
    size_t size = 2;
    if (content_size >= 0x80U) {
        for (size_t left = content_size; left != 0; left >>= 8) {
            size++;
        }
    }
    return size;
}

void der_write_header(struct plat_buffer *out, unsigned tag, size_t content_size)
{
    size_t octets = der_header_size(content_size) - 2;
    plat_buffer_append_u8(out, (uint8_t)tag);
    if (octets == 0) {
        plat_buffer_append_u8(out, (uint8_t)content_size);
        return;
    }
    plat_buffer_append_u8(out, (uint8_t)(0x80U | octets));
    while (octets > 0) {
        octets--;
        plat_buffer_append_u8(out, (uint8_t)(content_size >> (8U * octets)));
    }
}

void der_write(struct plat_buffer *out, unsigned tag, struct plat_span content)
{
    der_write_header(out, tag, content.size);
    plat_buffer_append(out, content.data, content.size);
}
