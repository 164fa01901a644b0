/* SPDX-License-Identifier: Apache-2.0 */
#include "support/der_text.h"

#include "platform/text.h"

#include <stdlib.h>
#include <string.h>

#define CONTENT_MOST (16U * 1024U * 1024U)

static bool parse(const char **text, char until, struct plat_buffer *out);

static void put_length(struct plat_buffer *out, size_t size)
{
    uint8_t octets[8];
    size_t count = 0;
    if (size < 0x80) {
        plat_buffer_append_u8(out, (uint8_t)size);
        return;
    }
    for (size_t left = size; left != 0; left >>= 8) {
        octets[count++] = (uint8_t)left;
    }
    plat_buffer_append_u8(out, (uint8_t)(0x80U | count));
    while (count > 0) {
        plat_buffer_append_u8(out, octets[--count]);
    }
}

/* The text stands behind the opening bracket. `times` < 0: with a length before it. */
static bool bracket(const char **text, char until, long times, struct plat_buffer *out)
{
    struct plat_buffer inside;
    plat_buffer_init(&inside, CONTENT_MOST);
    bool ok = parse(text, until, &inside) && **text == until;
    if (ok) {
        (*text)++;
        if (times < 0) {
            put_length(out, inside.size);
        }
        for (long i = times < 0 ? -1 : 0; i < (times < 0 ? 0 : times); i++) {
            plat_buffer_append(out, inside.data, inside.size);
        }
    }
    plat_buffer_free(&inside);
    return ok;
}

static bool oid(const char **text, struct plat_buffer *out)
{
    unsigned long arcs[32];
    size_t count = 0;
    char *end = NULL;
    do {
        if (count == 32 || !plat_ascii_is_digit(**text)) {
            return false;
        }
        arcs[count++] = strtoul(*text, &end, 10);
        *text = end;
    } while (*end == '.' && (*text = end + 1) != NULL);
    if (count < 2) {
        return false;
    }
    arcs[1] += arcs[0] * 40;
    for (size_t i = 1; i < count; i++) {
        for (unsigned shift = 21; shift > 0; shift -= 7) {
            if (arcs[i] >> shift != 0) {
                plat_buffer_append_u8(out, (uint8_t)(0x80U | (arcs[i] >> shift & 0x7fU)));
            }
        }
        plat_buffer_append_u8(out, (uint8_t)(arcs[i] & 0x7fU));
    }
    return true;
}

static bool parse_one(const char **text, struct plat_buffer *out)
{
    const char *p = *text;
    if (*p == '\'') {
        const char *end = strchr(p + 1, '\'');
        if (end == NULL) {
            return false;
        }
        plat_buffer_append(out, p + 1, (size_t)(end - p - 1));
        *text = end + 1;
        return true;
    }
    if (*p == '@') {
        *text = p + 1;
        return oid(text, out);
    }
    if (*p == '*') {
        char *end;
        long times = strtol(p + 1, &end, 10);
        *text = end + 1;
        return *end == '(' && bracket(text, ')', times, out);
    }
    if (plat_hex_digit(p[0]) < 0 || plat_hex_digit(p[1]) < 0) {
        return false;
    }
    plat_buffer_append_u8(out, (uint8_t)(plat_hex_digit(p[0]) << 4 | plat_hex_digit(p[1])));
    *text = p + 2;
    if (**text == '{') {
        (*text)++;
        return bracket(text, '}', -1, out);
    }
    return true;
}

static bool parse(const char **text, char until, struct plat_buffer *out)
{
    for (;;) {
        while (**text == ' ' || **text == '\n') {
            (*text)++;
        }
        if (**text == '\0' || **text == until) {
            return true;
        }
        if (!parse_one(text, out)) {
            return false;
        }
    }
}

bool der_text(const char *text, struct plat_buffer *out)
{
    return parse(&text, '\0', out) && out->failed == ERROR_SUCCESS;
}
