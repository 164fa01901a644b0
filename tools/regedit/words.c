/* SPDX-License-Identifier: Apache-2.0 */
#include "regedit/words.h"

#include "reg/regtool.h"
#include "regedit/flags.h"

#include "certstore/blob.h"
#include "certstore/cert.h"
#include "certstore/describe.h"
#include "platform/limits.h"
#include "platform/text.h"

#include <inttypes.h>
#include <string.h>

void words_type(uint32_t type, struct plat_buffer *text)
{
    const char *name = regtool_type_name(type);

    if (name != NULL)
        plat_buffer_append_text(text, name);
    else
        plat_buffer_printf(text, "0x%08" PRIx32, type);
}

/* ---- numbers ---- */

size_t words_number_size(uint32_t type)
{
    return type == REG_DWORD || type == REG_DWORD_BIG_ENDIAN ? 4 : type == REG_QWORD ? 8 : 0;
}

bool words_number(uint32_t type, struct plat_span data, uint64_t *number)
{
    size_t size = words_number_size(type);

    if (size == 0 || data.size != size)
        return false;
    *number = 0;
    for (size_t i = 0; i < size; i++)
        *number = *number << 8 | data.data[type == REG_DWORD_BIG_ENDIAN ? i : size - 1 - i];
    return true;
}

void words_number_data(uint32_t type, uint64_t number, struct plat_buffer *data)
{
    size_t size = words_number_size(type);

    for (size_t i = 0; i < size; i++)
        plat_buffer_append_u8(
            data, (uint8_t)(number >> 8 * (type == REG_DWORD_BIG_ENDIAN ? size - 1 - i : i) & 0xff));
}

bool words_parse_number(const char *text, size_t length, bool hexadecimal, size_t size, uint64_t *number)
{
    if (hexadecimal && length > 2 && text[0] == '0' && (text[1] == 'x' || text[1] == 'X')) {
        text += 2;
        length -= 2;
    }
    return plat_parse_u64(text, length, hexadecimal ? 16 : 10, number) && (size >= 8 || *number <= UINT32_MAX);
}

void words_format_number(uint64_t number, bool hexadecimal, struct plat_buffer *text)
{
    if (hexadecimal)
        plat_buffer_printf(text, "%" PRIx64, number);
    else
        plat_buffer_printf(text, "%" PRIu64, number);
}

/* ---- strings ---- */

void words_string_data(const char *text, size_t size, struct plat_buffer *data)
{
    plat_utf16le_append(data, text, size);
    plat_buffer_append_u16_le(data, 0);
}

void words_list_data(const char *text, size_t size, struct plat_buffer *data)
{
    plat_utf16le_append(data, text, size);
    plat_buffer_append_u16_le(data, 0);
}

/* Whether text, made data again by `encode`, is the same; where not, text is emptied. */
static bool same_again(struct plat_span data, struct plat_buffer *text,
                       void (*encode)(const char *text, size_t size, struct plat_buffer *data))
{
    struct plat_buffer again;
    bool same;

    plat_buffer_init(&again, 2 * (size_t)LIMIT_REG_DATA);
    encode((const char *)text->data, text->size, &again);
    same = !text->failed && !again.failed && plat_span_equal(plat_span_of(again.data, again.size), data) &&
           (text->size == 0 || plat_utf8_valid((const char *)text->data, text->size));
    plat_buffer_free(&again);
    if (!same)
        plat_buffer_clear(text);
    return same;
}

bool words_string(struct plat_span data, struct plat_buffer *text)
{
    plat_buffer_clear(text);
    if (data.size == 0)
        return true;
    plat_utf8_append_utf16le(text, plat_span_of(data.data, data.size - (data.size >= 2 ? 2 : 0)));
    if (text->size > 0 && memchr(text->data, 0, text->size) != NULL) {
        plat_buffer_clear(text);
        return false;
    }
    return same_again(data, text, words_string_data);
}

bool words_list(struct plat_span data, struct plat_buffer *text)
{
    plat_buffer_clear(text);
    if (data.size == 0)
        return true;
    plat_utf8_append_utf16le(text, plat_span_of(data.data, data.size - (data.size >= 2 ? 2 : 0)));
    /* Each string ends with its NUL, and none is empty: an empty one would end the list for whoever reads it. */
    for (size_t i = 0; i < text->size; i++) {
        if (text->data[i] == 0 && (i == 0 || text->data[i - 1] == 0)) {
            plat_buffer_clear(text);
            return false;
        }
    }
    if (text->size > 0 && text->data[text->size - 1] != 0) {
        plat_buffer_clear(text);
        return false;
    }
    return same_again(data, text, words_list_data);
}

static bool is_nul(struct plat_span data, size_t unit)
{
    return data.data[2 * unit] == 0 && data.data[2 * unit + 1] == 0;
}

/* Units behind the NUL that ends the string or list, but for NULs at the very end. */
static size_t units_hidden(struct plat_span data, bool list)
{
    size_t count = data.size / 2, end = 0;

    while (end < count && !(is_nul(data, end) && (!list || end == 0 || is_nul(data, end - 1))))
        end++;
    while (count > end && is_nul(data, count - 1))
        count--;
    return count > end ? count - end - 1 : 0;
}

const char *words_why_bytes(uint32_t type, struct plat_span data)
{
    bool list = type == REG_MULTI_SZ;

    if (words_number_size(type) > 0)
        return "As bytes: not the size that a number of this type has";
    if ((!list && type != REG_SZ && type != REG_EXPAND_SZ) || data.size == 0)
        return "";
    if (data.size % 2 != 0)
        return "As bytes: an odd number of them is no string";
    if (units_hidden(data, list) > 0)
        return list ? "As bytes: an empty string ends the list before its data end"
                    : "As bytes: a NUL ends the string before its data end";
    if (!is_nul(data, data.size / 2 - 1) || (list && data.size > 2 && !is_nul(data, data.size / 2 - 2)))
        return "As bytes: no NUL ends it";
    return "As bytes: more than one NUL ends it, or it is not UTF-16";
}

/* ---- data on one line ---- */

static void hidden_text(const struct reg_value *value, struct plat_buffer *text)
{
    size_t count = units_hidden(value->data, value->type == REG_MULTI_SZ);

    if (count > 0)
        plat_buffer_printf(text, "%s(+%zu character%s after a NUL)", value->type == REG_MULTI_SZ ? "" : " ",
                           count, count == 1 ? "" : "s");
}

static void list_item(void *context, const char *item)
{
    struct plat_buffer *text = context;

    plat_buffer_printf(text, "%s ", item);
}

static bool certificate_text(const struct reg_value *value, struct plat_buffer *text)
{
    struct cert_blob blob;
    struct cert cert;

    if (!plat_name_equal(value->name, "Blob") || cert_blob_read(value->data, &blob) != ERROR_SUCCESS ||
        blob.kind != CERT_BLOB_CERTIFICATE || cert_parse(blob.content, &cert) != ERROR_SUCCESS)
        return false;
    plat_buffer_append_text(text, "certificate ");
    cert_name_text(cert.subject, text);
    return true;
}

static void binary_text(const struct reg_value *value, struct plat_buffer *text)
{
    size_t shown = value->data.size < WORDS_PREVIEW / 4 ? value->data.size : WORDS_PREVIEW / 4;

    if (shown == 0)
        plat_buffer_append_text(text, "(zero-length binary value)");
    else
        for (size_t i = 0; i < shown; i++)
            plat_buffer_printf(text, i == 0 ? "%02x" : " %02x", value->data.data[i]);
    if (shown < value->data.size)
        plat_buffer_append_text(text, " ...");
}

static void number_text(const struct reg_value *value, uint64_t number, struct plat_buffer *text)
{
    const struct flag_set *set = value->type == REG_DWORD ? flags_of(value->name) : NULL;

    if (words_number_size(value->type) == 8)
        plat_buffer_printf(text, "0x%016" PRIx64 " (%" PRIu64 ")", number, number);
    else
        plat_buffer_printf(text, "0x%08" PRIx64 " (%" PRIu64 ")", number, number);
    if (set != NULL) {
        plat_buffer_append_text(text, " ");
        flags_text(set, (uint32_t)number, text);
    }
}

void words_data(const struct reg_value *value, struct plat_buffer *text)
{
    struct reg_value head = *value;
    uint64_t number;

    if (head.data.size > WORDS_PREVIEW)
        head.data.size = WORDS_PREVIEW;
    switch (value->type) {
    case REG_SZ:
    case REG_EXPAND_SZ:
        reg_value_string(&head, text);
        hidden_text(value, text);
        return;
    case REG_MULTI_SZ:
        reg_value_strings(&head, list_item, text);
        hidden_text(value, text);
        return;
    case REG_DWORD:
    case REG_DWORD_BIG_ENDIAN:
    case REG_QWORD:
        if (words_number(value->type, value->data, &number))
            number_text(value, number, text);
        else
            plat_buffer_printf(text, "(invalid %s: %zu bytes)", regtool_type_name(value->type),
                               value->data.size);
        return;
    default:
        if (!certificate_text(value, text))
            binary_text(value, text);
        return;
    }
}
