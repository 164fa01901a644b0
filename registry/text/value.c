/* SPDX-License-Identifier: Apache-2.0 */
#include "text/value.h"

#include "text/hex.h"

#include "registry/types.h"

#include "platform/limits.h"
#include "platform/text.h"

#include <string.h>

/* A name of 16,383 units has at most three bytes for each; escapes are gone by then. */
#define NAME_MOST (3U * LIMIT_REG_VALUE_NAME)

static const char too_long[] = "the value is longer than 1 MiB";

void text_value_init(struct text_value *value)
{
    *value = (struct text_value){.is_deletion = false};
    plat_buffer_init(&value->name, NAME_MOST);
    plat_buffer_init(&value->data, LIMIT_REG_DATA);
}

void text_value_free(struct text_value *value)
{
    plat_buffer_free(&value->name);
    plat_buffer_free(&value->data);
}

static bool ends_in_zeros(const struct plat_buffer *data, size_t count)
{
    if (data->size < count)
        return false;
    for (size_t i = 1; i <= count; i++) {
        if (data->data[data->size - i] != 0)
            return false;
    }
    return true;
}

void text_terminate(uint32_t type, struct plat_buffer *data)
{
    bool complete = data->size == 0;

    if (type == REG_SZ || type == REG_EXPAND_SZ)
        complete = complete || ends_in_zeros(data, 2);
    else if (type == REG_MULTI_SZ)
        complete = complete || ends_in_zeros(data, 4) ||
                   (data->size == 2 && ends_in_zeros(data, 2)); /* an empty list */
    else
        return;
    if (!complete)
        plat_buffer_append_u16_le(data, 0);
}

/* The cursor stands behind the opening quote; leaves it behind the closing one. */
static const char *parse_quoted(struct text_cursor *c, struct plat_buffer *out, const char **warning)
{
    while (c->next != c->end) {
        const char *run = c->next;
        char escaped;

        while (c->next != c->end && *c->next != '"' && *c->next != '\\')
            c->next++;
        plat_buffer_append(out, run, (size_t)(c->next - run));
        if (text_take(c, '"'))
            return NULL;
        if (c->next == c->end || c->next + 1 == c->end)
            break;
        escaped = c->next[1];
        c->next += 2;
        switch (escaped) {
        case '\\':
        case '"':
            plat_buffer_append_u8(out, (uint8_t)escaped);
            break;
        case 'n':
            plat_buffer_append_u8(out, '\n');
            break;
        case 'r':
            plat_buffer_append_u8(out, '\r');
            break;
        case '0':
            return "\\0 has no place in a string";
        default:
            *warning = "a backslash before a character that needs none was dropped";
            plat_buffer_append_u8(out, (uint8_t)escaped);
            break;
        }
    }
    return "the closing quotation mark is missing";
}

/* CE's samples also have names without quotation marks: all up to the "=". */
static const char *parse_bare_name(struct text_cursor *c, struct plat_buffer *name)
{
    const char *equals = memchr(c->next, '=', (size_t)(c->end - c->next));
    const char *end = equals;

    if (!equals || equals == c->next)
        return "this is neither a key nor a value nor a comment";
    while (end[-1] == ' ' || end[-1] == '\t')
        end--;
    if (memchr(c->next, '"', (size_t)(end - c->next)))
        return "a quotation mark is missing around the value's name";
    plat_buffer_append(name, c->next, (size_t)(end - c->next));
    c->next = equals;
    return NULL;
}

static const char *parse_name(struct text_value *value, struct text_cursor *c)
{
    const char *wrong = NULL;

    text_skip_blanks(c);
    if (text_take(c, '"'))
        wrong = parse_quoted(c, &value->name, &value->warning);
    else if (!text_take(c, '@'))
        wrong = parse_bare_name(c, &value->name);
    if (wrong)
        return wrong;
    text_skip_blanks(c);
    if (!text_take(c, '='))
        return "there is no = after the value's name";
    text_skip_blanks(c);
    return NULL;
}

static const char *parse_string(struct text_value *value, struct text_cursor *c)
{
    struct plat_buffer text;
    const char *wrong;

    plat_buffer_init(&text, 2 * LIMIT_REG_DATA);
    wrong = parse_quoted(c, &text, &value->warning);
    if (!wrong && !text_at_end(c))
        wrong = "only a comment with ; may follow the string";
    if (!wrong) {
        plat_utf16le_append(&value->data, (const char *)text.data, text.size);
        plat_buffer_append_u16_le(&value->data, 0);
        value->type = REG_SZ;
    }
    if (text.failed)
        value->data.failed = text.failed;
    plat_buffer_free(&text);
    return wrong;
}

/* regedit takes one to eight digits; CE's samples put 0x before them. */
static const char *parse_dword(struct text_value *value, struct text_cursor *c)
{
    const char *digits;
    uint32_t number;

    text_skip_blanks(c);
    if (c->end - c->next > 2 && c->next[0] == '0' && (c->next[1] == 'x' || c->next[1] == 'X'))
        c->next += 2;
    digits = c->next;
    while (c->next != c->end && plat_hex_digit(*c->next) >= 0)
        c->next++;
    if (c->next - digits > 8 || !plat_parse_u32(digits, (size_t)(c->next - digits), 16, &number))
        return "a dword has one to eight hexadecimal digits";
    if (!text_at_end(c))
        return "only a comment with ; may follow the number";
    plat_buffer_append_u32_le(&value->data, number);
    value->type = REG_DWORD;
    return NULL;
}

/* multi_sz:"a","b" of platform.reg; goes on over lines as hex does. */
static const char *parse_strings(struct text_value *value, struct text_cursor *c, struct text_lines *lines)
{
    struct plat_buffer text;
    const char *wrong = NULL;
    bool ended = false; /* by an empty string: only the last one may be */

    plat_buffer_init(&text, 2 * LIMIT_REG_DATA);
    while (!wrong && !text_at_end(c)) {
        if (text_take(c, '\\')) {
            if (!text_at_end(c))
                wrong = "only a comment with ; may follow the backslash that goes on in the next line";
            else if (!text_line(lines, c))
                break;
            continue;
        }
        plat_buffer_clear(&text);
        if (!text_take(c, '"'))
            wrong = "multi_sz: has strings in quotation marks with commas between";
        else
            wrong = parse_quoted(c, &text, &value->warning);
        if (wrong)
            break;
        if (ended)
            wrong = "an empty string would end the list";
        ended = text.size == 0;
        if (!ended) {
            plat_utf16le_append(&value->data, (const char *)text.data, text.size);
            plat_buffer_append_u16_le(&value->data, 0);
        }
        if (text.failed)
            value->data.failed = text.failed;
        if (!text_at_end(c) && !text_take(c, ','))
            wrong = "multi_sz: has strings in quotation marks with commas between";
    }
    plat_buffer_append_u16_le(&value->data, 0);
    value->type = REG_MULTI_SZ;
    plat_buffer_free(&text);
    return wrong;
}

static const char *parse_hex(struct text_value *value, struct text_cursor *c, struct text_lines *lines,
                             bool ansi)
{
    bool is_text = value->type == REG_SZ || value->type == REG_EXPAND_SZ || value->type == REG_MULTI_SZ;
    const char *wrong = hex_parse(c, lines, &value->data);

    if (wrong || !is_text)
        return wrong;
    if (ansi && value->data.size > 0) {
        struct plat_buffer bytes = value->data;

        plat_buffer_init(&value->data, LIMIT_REG_DATA);
        decode_ansi_to_utf16le(&value->data, plat_span_of(bytes.data, bytes.size));
        plat_buffer_free(&bytes);
    }
    text_terminate(value->type, &value->data);
    return NULL;
}

/* "hex:" or "hex(n):"; without the number the data are REG_BINARY. */
static bool take_hex_type(struct text_cursor *c, uint32_t *type)
{
    struct text_cursor ahead = *c;

    *type = REG_BINARY;
    if (!text_take_word(&ahead, "hex"))
        return false;
    if (text_take(&ahead, '(')) {
        const char *digits = ahead.next;

        while (ahead.next != ahead.end && *ahead.next != ')')
            ahead.next++;
        if (!plat_parse_u32(digits, (size_t)(ahead.next - digits), 16, type) || !text_take(&ahead, ')'))
            return false;
    }
    if (!text_take(&ahead, ':'))
        return false;
    *c = ahead;
    return true;
}

static const char *parse_data(struct text_value *value, struct text_cursor *c, struct text_lines *lines,
                              bool ansi)
{
    if (text_take(c, '-')) {
        value->is_deletion = true;
        return text_at_end(c) ? NULL : "only a comment with ; may follow the - that deletes";
    }
    if (text_take(c, '"'))
        return parse_string(value, c);
    if (text_take_word(c, "dword:"))
        return parse_dword(value, c);
    if (take_hex_type(c, &value->type))
        return parse_hex(value, c, lines, ansi);
    if (text_take_word(c, "multi_sz:"))
        return parse_strings(value, c, lines);
    return "the data are none of \"text\", dword:, hex:, hex(type):, multi_sz: and -";
}

const char *text_value_parse(struct text_value *value, struct text_cursor line, struct text_lines *lines,
                             bool ansi)
{
    const char *wrong;

    value->is_deletion = false;
    value->warning = NULL;
    plat_buffer_clear(&value->name);
    plat_buffer_clear(&value->data);
    wrong = parse_name(value, &line);
    if (!wrong)
        wrong = parse_data(value, &line, lines, ansi);
    if (!wrong && value->name.failed == ERROR_FILE_TOO_LARGE)
        wrong = "the value's name is longer than 16383 characters";
    if (!wrong && value->data.failed == ERROR_FILE_TOO_LARGE)
        wrong = too_long;
    return wrong;
}
