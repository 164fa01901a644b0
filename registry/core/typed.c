/* SPDX-License-Identifier: Apache-2.0 */
/* Numbers and strings over raw values. */
#include "core/db.h"

#include "platform/limits.h"
#include "platform/text.h"

#include <string.h>

/*
 * Up to the first NUL, as every reader of a REG_SZ on Windows stops there; an odd last byte is no character.
 */
static struct plat_span string_units(struct plat_span data)
{
    size_t size = 0;

    while (data.size - size >= 2 && (data.data[size] != 0 || data.data[size + 1] != 0))
        size += 2;
    return plat_span_of(data.data, size);
}

bool reg_value_dword(const struct reg_value *value, uint32_t *number)
{
    struct plat_reader r = plat_reader_of(value->data);

    if (value->type != REG_DWORD || value->data.size != 4)
        return false;
    *number = plat_read_u32_le(&r);
    return true;
}

bool reg_value_string(const struct reg_value *value, struct plat_buffer *text)
{
    if (value->type != REG_SZ && value->type != REG_EXPAND_SZ)
        return false;
    plat_utf8_append_utf16le(text, string_units(value->data));
    return text->failed == ERROR_SUCCESS;
}

bool reg_value_strings(const struct reg_value *value, void (*each)(void *context, const char *text),
                       void *context)
{
    struct plat_span left = value->data;
    struct plat_buffer text;
    bool ok = true;

    if (value->type != REG_MULTI_SZ && value->type != REG_SZ && value->type != REG_EXPAND_SZ)
        return false;
    plat_buffer_init(&text, 2 * LIMIT_REG_DATA);
    while (ok && left.size >= 2) {
        struct plat_span units = string_units(left);
        const char *s;

        if (units.size == 0)
            break;
        plat_buffer_clear(&text);
        plat_utf8_append_utf16le(&text, units);
        s = plat_buffer_text(&text);
        ok = s != NULL;
        if (ok)
            each(context, s);
        if (value->type != REG_MULTI_SZ || left.size - units.size < 2)
            break;
        left = plat_span_of(left.data + units.size + 2, left.size - units.size - 2);
    }
    plat_buffer_free(&text);
    return ok;
}

win_error reg_set_string(struct reg_db *db, reg_key key, const char *name, const char *text)
{
    struct plat_buffer data;
    win_error error;

    plat_buffer_init(&data, LIMIT_REG_DATA);
    plat_utf16le_append(&data, text, strlen(text));
    plat_buffer_append_u16_le(&data, 0);
    error = data.failed ? data.failed : reg_value_set(db, key, name, REG_SZ, data.data, data.size);
    plat_buffer_free(&data);
    return error;
}
