/* SPDX-License-Identifier: Apache-2.0 */
/* Names of keys and values: what is a good one, and the form they are found and ordered by. */
#include "core/db.h"

#include "platform/limits.h"
#include "platform/text.h"

#include <string.h>

/* UTF-8, lone surrogates allowed: the text that comes back unchanged from UTF-16. */
static bool is_text(struct plat_buffer *scratch, struct plat_span name)
{
    size_t utf16_size;
    bool same;

    if (plat_utf8_valid((const char *)name.data, name.size))
        return memchr(name.data, 0, name.size) == NULL;
    plat_buffer_clear(scratch);
    plat_utf16le_append(scratch, (const char *)name.data, name.size);
    utf16_size = scratch->size;
    if (plat_buffer_reserve(scratch,
                            3 * utf16_size)) /* so that the source stays where it is while it is read */
        plat_utf8_append_utf16le(scratch, plat_span_of(scratch->data, utf16_size));
    same = !scratch->failed && scratch->size - utf16_size == name.size &&
           memcmp(scratch->data + utf16_size, name.data, name.size) == 0;
    return same && memchr(name.data, 0, name.size) == NULL;
}

static uint8_t *put_unit(uint8_t *end, unsigned unit)
{
    *--end = (uint8_t)(0x80U | (unit & 0x3FU));
    *--end = (uint8_t)(0x80U | (unit >> 6 & 0x3FU));
    *--end = (uint8_t)(0xE0U | unit >> 12);
    return end;
}

/*
 * Windows orders names by UTF-16 units: characters beyond the BMP (surrogates, D800..DFFF) come before
 * U+E000..U+FFFF. Bytes of UTF-8 compare that way once such characters are written as two surrogates of three
 * bytes each. Works from the end, in place.
 */
static void order_as_units(struct plat_buffer *fold)
{
    size_t extra = 0;
    uint8_t *from;
    uint8_t *to;

    for (size_t i = 0; i < fold->size; i++)
        extra += fold->data[i] >= 0xF0U ? 2 : 0;
    if (extra == 0 || !plat_buffer_reserve(fold, extra))
        return;
    from = fold->data + fold->size;
    to = from + extra;
    plat_buffer_advance(fold, extra);
    while (from != to) {
        uint8_t last = *--from;

        if (last >= 0x80U && from - fold->data >= 3 && from[-3] >= 0xF0U) {
            unsigned code = (from[-3] & 0x07U) << 18 | (from[-2] & 0x3FU) << 12 | (from[-1] & 0x3FU) << 6 |
                            (last & 0x3FU);

            from -= 3;
            to = put_unit(to, 0xDC00U | ((code - 0x10000U) & 0x3FFU));
            to = put_unit(to, 0xD800U | (code - 0x10000U) >> 10);
        } else {
            *--to = last;
        }
    }
}

/* Most names are plain: their fold is had without a look at any table. false: it takes the long way. */
static bool fold_ascii(struct plat_buffer *scratch, struct plat_span name)
{
    uint8_t *out;

    plat_buffer_clear(scratch);
    out = plat_buffer_reserve(scratch, name.size + 1);
    if (!out)
        return false;
    for (size_t i = 0; i < name.size; i++) {
        uint8_t c = name.data[i];

        if (c == 0 || c >= 0x80U)
            return false;
        out[i] = (uint8_t)(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
    }
    plat_buffer_advance(scratch, name.size);
    return true;
}

static win_error fold_name(struct reg_db *db, struct plat_span name, size_t most_units, win_error bad,
                           struct plat_span *fold)
{
    struct plat_buffer *scratch = &db->fold;

    if (name.size <= most_units && fold_ascii(scratch, name)) {
        *fold = plat_span_of(scratch->data, scratch->size);
        return ERROR_SUCCESS;
    }
    /* A unit takes three bytes at most: this bounds the work before anything is converted. */
    if (name.size > 3 * most_units || !is_text(scratch, name) ||
        plat_utf16_units((const char *)name.data, name.size) > most_units)
        return scratch->failed == ERROR_NOT_ENOUGH_MEMORY ? scratch->failed : bad;
    plat_buffer_clear(scratch);
    plat_name_fold(scratch, (const char *)name.data, name.size);
    order_as_units(scratch);
    *fold = plat_span_of(scratch->data, scratch->size);
    return scratch->failed;
}

win_error db_fold_key(struct reg_db *db, struct plat_span name, struct plat_span *fold)
{
    win_error error = ERROR_INVALID_PARAMETER;

    /* Line ends, which Windows would take, could not be written to a .reg file. */
    if (name.size > 0 && !memchr(name.data, '\\', name.size) && !memchr(name.data, '\n', name.size) &&
        !memchr(name.data, '\r', name.size))
        error = fold_name(db, name, LIMIT_REG_KEY_NAME, ERROR_INVALID_PARAMETER, fold);
    if (error == ERROR_INVALID_PARAMETER)
        return db_refuse(
            db, error,
            "a key's name has 1 to 255 characters of valid text, no backslash and no line end among them");
    return error;
}

win_error db_fold_value(struct reg_db *db, struct plat_span name, struct plat_span *fold)
{
    win_error error = fold_name(db, name, LIMIT_REG_VALUE_NAME, ERROR_INVALID_NAME, fold);

    if (error == ERROR_INVALID_NAME)
        return db_refuse(db, error, "a value's name has at most 16383 characters of valid text");
    return error;
}
