/* SPDX-License-Identifier: Apache-2.0 */
#include "text/variable.h"

#include "platform/process.h"
#include "platform/text.h"

#include <string.h>

bool variable_has_char(char c)
{
    return plat_ascii_is_alpha(c) || plat_ascii_is_digit(c) || c == '_';
}

bool variable_name(struct text_cursor *c, char name[VARIABLE_SIZE])
{
    const char *start = c->next;
    size_t size;

    while (variable_has_char(text_peek(c)))
        c->next++;
    size = (size_t)(c->next - start);
    if (size == 0 || size >= VARIABLE_SIZE)
        return false;
    memcpy(name, start, size);
    name[size] = 0;
    return true;
}

/* The name of what could be a variable, the cursor behind it. */
static bool take_variable(struct text_cursor *c, char name[VARIABLE_SIZE], bool *dollar)
{
    *dollar = text_take(c, '$');
    return text_take(c, *dollar ? '(' : '%') && variable_name(c, name) && text_take(c, *dollar ? ')' : '%');
}

enum variable variable_at(struct text_cursor *c, const char **value)
{
    struct text_cursor ahead = *c;
    char name[VARIABLE_SIZE];
    bool dollar;

    if (!take_variable(&ahead, name, &dollar))
        return VARIABLE_NONE;
    *value = plat_environment(name);
    if (!*value)
        return dollar ? VARIABLE_UNSET : VARIABLE_NONE;
    *c = ahead;
    return VARIABLE_SET;
}

bool variable_could_be_in(struct plat_span text)
{
    struct text_cursor c = {.next = (const char *)text.data, .end = (const char *)text.data + text.size};
    char name[VARIABLE_SIZE];
    bool dollar;

    for (; c.next != c.end; c.next++) {
        struct text_cursor ahead = c;

        if ((*c.next == '$' || *c.next == '%') && take_variable(&ahead, name, &dollar))
            return true;
    }
    return false;
}

bool variable_expand(struct plat_buffer *out, struct text_cursor c, struct text_cursor *unset)
{
    while (c.next != c.end) {
        const char *value;

        switch (variable_at(&c, &value)) {
        case VARIABLE_SET:
            plat_buffer_append_text(out, value);
            break;
        case VARIABLE_UNSET:
            *unset = c;
            unset->end = (const char *)memchr(c.next, ')', (size_t)(c.end - c.next)) + 1;
            return false;
        case VARIABLE_NONE:
            plat_buffer_append_u8(out, (uint8_t)*c.next++);
            break;
        }
    }
    return true;
}
