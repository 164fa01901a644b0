/* SPDX-License-Identifier: Apache-2.0 */
/* IP addresses in text: strict dotted quads, RFC 4291 section 2.2 in, RFC 5952 out. */
#include "platform/net.h"
#include "platform/text.h"

#include <stdio.h>
#include <string.h>

/* Four decimal numbers up to 255 without leading zeros (some read those as octal); the whole of s..end. */
static bool parse_ipv4(const char *s, const char *end, uint8_t bytes[4])
{
    for (unsigned i = 0; i < 4; i++) {
        const char *start = s;
        uint32_t value;

        while (s < end && plat_ascii_is_digit(*s) && s - start < 3)
            s++;
        if (!plat_parse_u32(start, (size_t)(s - start), 10, &value) || value > 255 ||
            (start[0] == '0' && s - start > 1))
            return false;
        bytes[i] = (uint8_t)value;
        if (i < 3 && (s == end || *s++ != '.'))
            return false;
    }
    return s == end;
}

/* Groups of up to four hex digits, one "::" at most, the last 32 bits perhaps as a dotted quad. */
static bool parse_ipv6(const char *s, const char *end, uint8_t bytes[16])
{
    uint8_t out[16] = {0};
    size_t filled = 0;
    size_t gap = SIZE_MAX;

    if (end - s >= 2 && s[0] == ':' && s[1] == ':') {
        gap = 0;
        s += 2;
    }
    while (s < end) {
        const char *start = s;
        uint32_t value;

        while (s < end && plat_hex_digit(*s) >= 0 && s - start < 4)
            s++;
        if (s < end && *s == '.') {
            if (filled > 12 || !parse_ipv4(start, end, out + filled))
                return false;
            filled += 4;
            break;
        }
        if (filled > 14 || !plat_parse_u32(start, (size_t)(s - start), 16, &value))
            return false;
        out[filled++] = (uint8_t)(value >> 8);
        out[filled++] = (uint8_t)(value & 0xFF);
        if (s == end)
            break;
        if (*s++ != ':' || s == end)
            return false;
        if (*s == ':') {
            if (gap != SIZE_MAX)
                return false;
            gap = filled;
            s++;
        }
    }
    if (gap == SIZE_MAX ? filled != 16 : filled > 14)
        return false;
    memset(bytes, 0, 16);
    if (gap == SIZE_MAX)
        gap = filled;
    memcpy(bytes, out, gap);
    memcpy(bytes + 16 - (filled - gap), out + gap, filled - gap);
    return true;
}

bool plat_address_parse(const char *text, struct plat_address *address)
{
    struct plat_address a = {.is_ipv6 = strchr(text, ':') != NULL};
    const char *end = text + strlen(text);

    if (a.is_ipv6 ? !parse_ipv6(text, end, a.bytes) : !parse_ipv4(text, end, a.bytes))
        return false;
    *address = a;
    return true;
}

bool plat_address_equal(const struct plat_address *a, const struct plat_address *b)
{
    return a->is_ipv6 == b->is_ipv6 && a->port == b->port && a->scope == b->scope &&
           memcmp(a->bytes, b->bytes, a->is_ipv6 ? 16 : 4) == 0;
}

/* The longest run of zero groups, two at least, the first of equals: [*start, *start + length). */
static unsigned longest_zeros(const uint8_t bytes[16], unsigned *start)
{
    unsigned best = 0;

    for (unsigned i = 0; i < 8; i++) {
        unsigned n = 0;

        while (i + n < 8 && bytes[2 * (i + n)] == 0 && bytes[2 * (i + n) + 1] == 0)
            n++;
        if (n > best) {
            best = n;
            *start = i;
        }
    }
    return best >= 2 ? best : 0;
}

static void ipv6_text(const uint8_t bytes[16], char text[PLAT_ADDRESS_TEXT_SIZE])
{
    static const uint8_t mapped[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};
    unsigned start = 8;
    unsigned zeros = longest_zeros(bytes, &start);
    size_t size = 0;

    if (memcmp(bytes, mapped, sizeof mapped) == 0) {
        snprintf(text, PLAT_ADDRESS_TEXT_SIZE, "::ffff:%u.%u.%u.%u", bytes[12], bytes[13], bytes[14],
                 bytes[15]);
        return;
    }
    text[0] = '\0';
    for (unsigned i = 0; i < 8; i++) {
        if (zeros && i == start) {
            size += (size_t)snprintf(text + size, PLAT_ADDRESS_TEXT_SIZE - size, "::");
            i += zeros - 1;
            continue;
        }
        size += (size_t)snprintf(text + size, PLAT_ADDRESS_TEXT_SIZE - size, "%s%x",
                                 i == 0 || (zeros && i == start + zeros) ? "" : ":",
                                 (unsigned)bytes[2 * i] << 8 | bytes[2 * i + 1]);
    }
}

void plat_address_text(const struct plat_address *address, char text[PLAT_ADDRESS_TEXT_SIZE])
{
    const uint8_t *b = address->bytes;

    if (address->is_ipv6)
        ipv6_text(b, text);
    else
        snprintf(text, PLAT_ADDRESS_TEXT_SIZE, "%u.%u.%u.%u", b[0], b[1], b[2], b[3]);
}

void plat_address_port_text(const struct plat_address *address, char text[PLAT_ADDRESS_TEXT_SIZE])
{
    char bare[PLAT_ADDRESS_TEXT_SIZE];

    plat_address_text(address, bare);
    snprintf(text, PLAT_ADDRESS_TEXT_SIZE, address->is_ipv6 ? "[%.45s]:%u" : "%.15s:%u", bare,
             (unsigned)address->port);
}
