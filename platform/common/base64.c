/* SPDX-License-Identifier: Apache-2.0 */
/* Base64, RFC 4648 section 4. */
#include "platform/memory.h"
#include "platform/text.h"

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

void plat_base64_append(struct plat_buffer *out, struct plat_span bytes)
{
    for (size_t i = 0; i < bytes.size; i += 3) {
        size_t left = bytes.size - i;
        uint32_t group = (uint32_t)bytes.data[i] << 16;
        char text[4];

        if (left > 1)
            group |= (uint32_t)bytes.data[i + 1] << 8;
        if (left > 2)
            group |= bytes.data[i + 2];
        text[0] = alphabet[group >> 18];
        text[1] = alphabet[group >> 12 & 63];
        text[2] = left > 1 ? alphabet[group >> 6 & 63] : '=';
        text[3] = left > 2 ? alphabet[group & 63] : '=';
        plat_buffer_append(out, text, sizeof text);
    }
}

/* Branches on the character, not on a table: good enough for files, and keys are read once. */
static int sextet(char c)
{
    if (c >= 'A' && c <= 'Z')
        return c - 'A';
    if (c >= 'a' && c <= 'z')
        return c - 'a' + 26;
    if (plat_ascii_is_digit(c))
        return c - '0' + 52;
    if (c == '+')
        return 62;
    return c == '/' ? 63 : -1;
}

static bool blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\f' || c == '\v';
}

/* `digits` of the last, padded group: 2 make one byte, 3 make two; the bits left over must be zero (section 3.5). */
static bool put_last(struct plat_buffer *out, uint32_t group, unsigned digits, unsigned pads)
{
    if (digits + pads != 4 || digits < 2)
        return false;
    if ((group & (digits == 2 ? 0xFU : 0x3U)) != 0)
        return false;
    group <<= digits == 2 ? 12 : 6;
    plat_buffer_append_u8(out, (uint8_t)(group >> 16 & 0xFF));
    if (digits == 3)
        plat_buffer_append_u8(out, (uint8_t)(group >> 8 & 0xFF));
    return true;
}

static bool decode(struct plat_buffer *out, const char *s, size_t size, bool skip_blanks)
{
    uint32_t group = 0;
    unsigned digits = 0;
    unsigned pads = 0;

    for (size_t i = 0; i < size; i++) {
        int value = sextet(s[i]);

        if (skip_blanks && blank(s[i]))
            continue;
        if (s[i] == '=') {
            pads++;
            continue;
        }
        if (value < 0 || pads)
            return false;
        group = group << 6 | (uint32_t)value;
        if (++digits == 4) {
            const uint8_t bytes[3] = {(uint8_t)(group >> 16 & 0xFF), (uint8_t)(group >> 8 & 0xFF),
                                      (uint8_t)(group & 0xFF)};

            plat_buffer_append(out, bytes, sizeof bytes);
            group = digits = 0;
        }
    }
    return digits == 0 ? pads == 0 : put_last(out, group, digits, pads);
}

win_error plat_base64_decode(struct plat_buffer *out, const char *s, size_t size, bool skip_blanks)
{
    size_t before = out->size;
    bool valid = decode(out, s, size, skip_blanks);

    if (valid && !out->failed)
        return ERROR_SUCCESS;
    if (out->size > before) {
        plat_wipe(out->data + before, out->size - before); /* it may be half a private key */
        out->size = before;
    }
    return valid ? out->failed : ERROR_INVALID_DATA;
}
