/* SPDX-License-Identifier: Apache-2.0 */
#include "regedit/hexbuf.h"

#include <string.h>

#define DIGITS_FROM 10
#define CHARACTERS_FROM (DIGITS_FROM + 3 * (int)HEXBUF_ROW + 2)

void hexbuf_init(struct hexbuf *hex, struct plat_span bytes, size_t limit)
{
    *hex = (struct hexbuf){.at = 0};
    plat_buffer_init(&hex->bytes, limit);
    plat_buffer_append(&hex->bytes, bytes.data, bytes.size);
}

void hexbuf_free(struct hexbuf *hex)
{
    plat_buffer_free(&hex->bytes);
}

/* Room for one byte at the cursor. */
static bool open_gap(struct hexbuf *hex)
{
    struct plat_buffer *b = &hex->bytes;

    if (b->size >= b->limit || plat_buffer_reserve(b, 1) == NULL)
        return false;
    plat_buffer_advance(b, 1);
    memmove(b->data + hex->at + 1, b->data + hex->at, b->size - 1 - hex->at);
    b->data[hex->at] = 0;
    return true;
}

bool hexbuf_digit(struct hexbuf *hex, unsigned digit)
{
    uint8_t *byte;

    if (!hex->second) {
        bool adds = hex->inserting || hex->at == hex->bytes.size;

        if (adds && !open_gap(hex))
            return false;
        byte = hex->bytes.data + hex->at;
        *byte = (uint8_t)(digit << 4 | (adds ? 0 : *byte & 15U));
        hex->second = true;
    } else {
        byte = hex->bytes.data + hex->at;
        *byte = (uint8_t)((*byte & 0xf0U) | digit);
        hex->second = false;
        hex->at++;
    }
    return true;
}

bool hexbuf_byte(struct hexbuf *hex, uint8_t byte)
{
    if ((hex->inserting || hex->at == hex->bytes.size) && !open_gap(hex))
        return false;
    hex->bytes.data[hex->at++] = byte;
    hex->second = false;
    return true;
}

void hexbuf_delete(struct hexbuf *hex)
{
    struct plat_buffer *b = &hex->bytes;

    hex->second = false;
    if (hex->at >= b->size)
        return;
    memmove(b->data + hex->at, b->data + hex->at + 1, b->size - hex->at - 1);
    b->size--;
}

void hexbuf_backspace(struct hexbuf *hex)
{
    if (hex->second) {
        hex->second = false; /* only the digit just typed is meant */
        return;
    }
    if (hex->at == 0)
        return;
    hex->at--;
    hexbuf_delete(hex);
}

void hexbuf_move(struct hexbuf *hex, int64_t bytes)
{
    int64_t to = (int64_t)hex->at + bytes;

    hex->second = false;
    hex->at = to < 0 ? 0 : (size_t)to > hex->bytes.size ? hex->bytes.size : (size_t)to;
}

void hexbuf_row_text(const struct hexbuf *hex, size_t offset, struct plat_buffer *text)
{
    plat_buffer_printf(text, "%08zx  ", offset);
    for (size_t i = offset; i < offset + HEXBUF_ROW; i++) {
        if (i < hex->bytes.size)
            plat_buffer_printf(text, "%02x ", hex->bytes.data[i]);
        else
            plat_buffer_append_text(text, "   ");
        if (i % HEXBUF_ROW == HEXBUF_ROW / 2 - 1)
            plat_buffer_append_u8(text, ' ');
    }
    plat_buffer_append_u8(text, ' ');
    for (size_t i = offset; i < offset + HEXBUF_ROW && i < hex->bytes.size; i++) {
        uint8_t byte = hex->bytes.data[i];

        plat_buffer_append_u8(text, byte >= ' ' && byte < 127 ? byte : '.');
    }
}

int hexbuf_digit_column(size_t at)
{
    int in_row = (int)(at % HEXBUF_ROW);

    return DIGITS_FROM + 3 * in_row + (in_row >= (int)HEXBUF_ROW / 2 ? 1 : 0);
}

int hexbuf_character_column(size_t at)
{
    return CHARACTERS_FROM + (int)(at % HEXBUF_ROW);
}

bool hexbuf_at_column(int column, size_t *at, bool *second, bool *character)
{
    for (size_t i = 0; i < HEXBUF_ROW; i++) {
        int digits = hexbuf_digit_column(i);

        *at = i;
        *second = column == digits + 1;
        *character = column == hexbuf_character_column(i);
        if (column == digits || *second || *character)
            return true;
    }
    return false;
}
