/* SPDX-License-Identifier: Apache-2.0 */
#include "text/hex.h"

#include "platform/text.h"

enum hex_line { HEX_END, HEX_CONTINUES, HEX_WRONG };

/* One or two digits. */
static bool take_byte(struct text_cursor *c, struct plat_buffer *data)
{
    int byte = -1;

    for (int digits = 0; c->next != c->end && plat_hex_digit(*c->next) >= 0; c->next++) {
        if (++digits > 2)
            return false;
        byte = (byte < 0 ? 0 : byte * 16) + plat_hex_digit(*c->next);
    }
    if (byte < 0)
        return false;
    plat_buffer_append_u8(data, (uint8_t)byte);
    return true;
}

/* A byte of two digits, -1 when it is none: plat_hex_digit without a call for each. */
static int plain_byte(const char *digits)
{
    unsigned byte = 0;

    for (int i = 0; i < 2; i++) {
        unsigned c = (unsigned char)digits[i];
        unsigned digit = c - '0' < 10 ? c - '0' : (c | 0x20U) - 'a' < 6 ? (c | 0x20U) - 'a' + 10 : 16;

        if (digit > 15)
            return -1;
        byte = byte << 4 | digit;
    }
    return (int)byte;
}

/* Most lines are "xx,xx,...": all of it but the last byte. */
static void take_plain_bytes(struct text_cursor *c, struct plat_buffer *data)
{
    size_t most = (size_t)(c->end - c->next) / 3;
    uint8_t *to = most <= data->limit - data->size ? plat_buffer_reserve(data, most) : NULL;
    size_t count = 0;

    while (to && count < most && c->next[2] == ',') {
        int byte = plain_byte(c->next);

        if (byte < 0)
            break;
        to[count++] = (uint8_t)byte;
        c->next += 3;
    }
    plat_buffer_advance(data, count);
}

/* `may_continue`: a backslash may stand here, before any byte. */
static enum hex_line parse_line(struct text_cursor *c, struct plat_buffer *data, bool may_continue)
{
    const char *start;

    text_skip_blanks(c);
    start = c->next;
    take_plain_bytes(c, data);
    if (c->next != start)
        may_continue = text_peek(c) == '\\';
    while (!text_at_end(c)) {
        if (text_take(c, '\\'))
            return may_continue && text_at_end(c) ? HEX_CONTINUES : HEX_WRONG;
        if (!take_byte(c, data))
            return HEX_WRONG;
        may_continue = false;
        if (text_at_end(c))
            return HEX_END;
        if (!text_take(c, ','))
            return HEX_WRONG;
        may_continue = text_peek(c) == '\\';
    }
    return HEX_END;
}

static bool next_line_with_bytes(struct text_lines *lines, struct text_cursor *line)
{
    while (text_line(lines, line)) {
        if (!text_at_end(line))
            return true;
    }
    return false;
}

const char *hex_parse(struct text_cursor *c, struct text_lines *lines, struct plat_buffer *data)
{
    enum hex_line state = parse_line(c, data, true);

    /* A file that ends after "...,\" keeps what was read. */
    while (state == HEX_CONTINUES && next_line_with_bytes(lines, c))
        state = parse_line(c, data, false);
    return state == HEX_WRONG ? "hexadecimal bytes have one or two digits, one comma between two, and a "
                                "backslash only after a comma"
                              : NULL;
}
