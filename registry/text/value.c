/* SPDX-License-Identifier: Apache-2.0 */
#include "text/value.h"

#include "text/hex.h"
#include "text/variable.h"

#include "registry/types.h"

#include "platform/limits.h"
#include "platform/text.h"

#include <stdio.h>
#include <string.h>

/* A name of 16,383 units has at most three bytes for each; escapes are gone by then. */
#define NAME_MOST (3U * LIMIT_REG_VALUE_NAME)

static const char too_long[] = "the value is longer than 1 MiB";

void text_value_init(struct text_value *value)
{
    *value = (struct text_value){.is_deletion = false};
    plat_buffer_init(&value->name, NAME_MOST);
    plat_buffer_init(&value->data, LIMIT_REG_DATA);
    plat_buffer_init(&value->text, 2 * (size_t)LIMIT_REG_DATA);
}

void text_value_free(struct text_value *value)
{
    plat_buffer_free(&value->name);
    plat_buffer_free(&value->data);
    plat_buffer_free(&value->text);
}

static bool ends_in_zeros(struct plat_span data, size_t count)
{
    if (data.size < count)
        return false;
    for (size_t i = 1; i <= count; i++) {
        if (data.data[data.size - i] != 0)
            return false;
    }
    return true;
}

bool text_is_terminated(uint32_t type, struct plat_span data)
{
    if (data.size == 0)
        return true;
    if (type == REG_SZ || type == REG_EXPAND_SZ)
        return ends_in_zeros(data, 2);
    if (type == REG_MULTI_SZ)
        return ends_in_zeros(data, 4) || (data.size == 2 && ends_in_zeros(data, 2)); /* an empty list */
    return true;
}

void text_terminate(uint32_t type, struct plat_buffer *data)
{
    if (!text_is_terminated(type, plat_span_of(data->data, data->size)))
        plat_buffer_append_u16_le(data, 0);
}

/* What a variable in quotation marks stands for is text, not notation: its backslashes and quotation marks are themselves. */
static const char *take_variable(struct text_value *value, struct text_cursor *c, struct plat_buffer *out)
{
    const char *start = c->next;
    const char *text;

    switch (variable_at(c, &text)) {
    case VARIABLE_SET:
        plat_buffer_append_text(out, text);
        break;
    case VARIABLE_UNSET:
        (void)snprintf(value->words, sizeof value->words, "the variable %.*s is not set in the environment",
                       (int)((const char *)memchr(start, ')', (size_t)(c->end - start)) + 1 - start), start);
        return value->words;
    case VARIABLE_NONE:
        plat_buffer_append_u8(out, (uint8_t)*c->next++);
        break;
    }
    return NULL;
}

static const char *take_escape(struct text_value *value, struct text_cursor *c, struct plat_buffer *out)
{
    char escaped = c->next[1];

    c->next += 2;
    switch (escaped) {
    case '0':
        return "\\0 has no place in a string";
    case 'n':
        escaped = '\n';
        break;
    case 'r':
        escaped = '\r';
        break;
    case '\\':
    case '"':
        break;
    default:
        value->warning = "a backslash before a character that needs none was dropped";
        break;
    }
    plat_buffer_append_u8(out, (uint8_t)escaped);
    return NULL;
}

/* Where the text up to here ends that stands for itself: nearly always at the closing quotation mark. */
static const char *end_of_plain(const struct text_cursor *c, bool variables)
{
    const char *specials = variables ? "\\$%" : "\\";
    const char *end = memchr(c->next, '"', (size_t)(c->end - c->next));

    if (!end)
        end = c->end;
    for (; *specials; specials++) {
        const char *found = memchr(c->next, *specials, (size_t)(end - c->next));

        if (found)
            end = found;
    }
    return end;
}

/* The cursor stands behind the opening quote; leaves it behind the closing one. */
static const char *parse_quoted(struct text_value *value, struct text_cursor *c, struct plat_buffer *out)
{
    const char *wrong = NULL;

    while (!wrong) {
        const char *end = end_of_plain(c, value->variables);

        plat_buffer_append(out, c->next, (size_t)(end - c->next));
        c->next = end;
        if (text_take(c, '"'))
            return NULL;
        if (c->next == c->end || (*c->next == '\\' && c->next + 1 == c->end))
            return "the closing quotation mark is missing";
        wrong = *c->next == '\\' ? take_escape(value, c, out) : take_variable(value, c, out);
    }
    return wrong;
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
        wrong = parse_quoted(value, c, &value->name);
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

static const char *parse_string(struct text_value *value, struct text_cursor *c, uint32_t type)
{
    const char *wrong;

    plat_buffer_clear(&value->text);
    wrong = parse_quoted(value, c, &value->text);
    if (!wrong && !text_at_end(c))
        wrong = "only a comment with ; may follow the string";
    if (!wrong) {
        text_append_utf16le(&value->data, (const char *)value->text.data, value->text.size);
        plat_buffer_append_u16_le(&value->data, 0);
        value->type = type;
    }
    if (value->text.failed)
        value->data.failed = value->text.failed;
    return wrong;
}

/* regedit takes one to eight digits; CE's samples put 0x before them. */
static bool take_number(struct text_cursor *c, uint32_t *number)
{
    const char *digits;

    if (c->end - c->next > 2 && c->next[0] == '0' && (c->next[1] == 'x' || c->next[1] == 'X'))
        c->next += 2;
    digits = c->next;
    while (c->next != c->end && plat_hex_digit(*c->next) >= 0)
        c->next++;
    return c->next - digits <= 8 && plat_parse_u32(digits, (size_t)(c->next - digits), 16, number);
}

static const char *parse_dword(struct text_value *value, struct text_cursor *c)
{
    const char *text;
    uint32_t number;
    bool good;

    text_skip_blanks(c);
    if (value->variables && variable_at(c, &text) == VARIABLE_SET) {
        struct text_cursor inside = {.next = text, .end = text + strlen(text)};

        good = take_number(&inside, &number) && inside.next == inside.end;
    } else {
        good = take_number(c, &number);
    }
    if (!good)
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
    const char *wrong = NULL;
    bool ended = false; /* by an empty string: only the last one may be */

    while (!wrong && !text_at_end(c)) {
        if (text_take(c, '\\')) {
            if (!text_at_end(c))
                wrong = "only a comment with ; may follow the backslash that goes on in the next line";
            else if (!text_line(lines, c))
                break;
            continue;
        }
        plat_buffer_clear(&value->text);
        if (!text_take(c, '"'))
            wrong = "multi_sz: has strings in quotation marks with commas between";
        else
            wrong = parse_quoted(value, c, &value->text);
        if (wrong)
            break;
        if (ended)
            wrong = "an empty string would end the list";
        ended = value->text.size == 0;
        if (!ended) {
            text_append_utf16le(&value->data, (const char *)value->text.data, value->text.size);
            plat_buffer_append_u16_le(&value->data, 0);
        }
        if (value->text.failed)
            value->data.failed = value->text.failed;
        if (!text_at_end(c) && !text_take(c, ','))
            wrong = "multi_sz: has strings in quotation marks with commas between";
    }
    plat_buffer_append_u16_le(&value->data, 0);
    value->type = REG_MULTI_SZ;
    return wrong;
}

/* The cursor stands where the data end. */
static bool is_marked_unterminated(struct text_cursor c)
{
    text_skip_blanks(&c);
    while (c.end != c.next && (c.end[-1] == ' ' || c.end[-1] == '\t'))
        c.end--;
    return text_take_word(&c, TEXT_UNTERMINATED) && c.next == c.end;
}

static const char *parse_hex(struct text_value *value, struct text_cursor *c, struct text_lines *lines)
{
    bool is_text = value->type == REG_SZ || value->type == REG_EXPAND_SZ || value->type == REG_MULTI_SZ;
    const char *wrong = hex_parse(c, lines, &value->data);

    if (wrong || !is_text)
        return wrong;
    if (value->ansi && value->data.size > 0) {
        plat_buffer_clear(&value->text);
        plat_buffer_append(&value->text, value->data.data, value->data.size);
        plat_buffer_clear(&value->data);
        decode_ansi_to_utf16le(&value->data, plat_span_of(value->text.data, value->text.size),
                               value->encoding);
        if (value->text.failed)
            value->data.failed = value->text.failed;
    }
    if (!is_marked_unterminated(*c))
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

static const char *parse_data(struct text_value *value, struct text_cursor *c, struct text_lines *lines)
{
    if (text_take(c, '-')) {
        value->is_deletion = true;
        return text_at_end(c) ? NULL : "only a comment with ; may follow the - that deletes";
    }
    if (text_take(c, '"'))
        return parse_string(value, c, REG_SZ);
    if (text_take_word(c, "dword:"))
        return parse_dword(value, c);
    if (take_hex_type(c, &value->type))
        return parse_hex(value, c, lines);
    if (text_take_word(c, "multi_sz:")) {
        text_skip_blanks(c);
        return parse_strings(value, c, lines);
    }
    if (text_take_word(c, "mui_sz:")) {
        text_skip_blanks(c);
        return text_take(c, '"') ? parse_string(value, c, REG_MUI_SZ)
                                 : "mui_sz: has one string in quotation marks";
    }
    return "the data are none of \"text\", dword:, hex:, hex(type):, multi_sz:, mui_sz: and -";
}

const char *text_value_parse(struct text_value *value, struct text_cursor line, struct text_lines *lines)
{
    const char *wrong;

    value->is_deletion = false;
    value->warning = NULL;
    plat_buffer_clear(&value->name);
    plat_buffer_clear(&value->data);
    wrong = parse_name(value, &line);
    if (!wrong)
        wrong = parse_data(value, &line, lines);
    if (!wrong && value->name.failed == ERROR_FILE_TOO_LARGE)
        wrong = "the value's name is longer than 16383 characters";
    if (!wrong && value->data.failed == ERROR_FILE_TOO_LARGE)
        wrong = too_long;
    return wrong;
}
