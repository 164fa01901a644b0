/* SPDX-License-Identifier: Apache-2.0 */
/* Types and data of values as reg.exe writes and reads them. */
#include "reg/regtool.h"

#include "platform/limits.h"
#include "platform/text.h"

#include <inttypes.h>
#include <string.h>

static const struct {
    const char *name;
    uint32_t type;
    bool can_be_added;
} types[] = {
    {"REG_NONE", REG_NONE, true},
    {"REG_SZ", REG_SZ, true},
    {"REG_EXPAND_SZ", REG_EXPAND_SZ, true},
    {"REG_BINARY", REG_BINARY, true},
    {"REG_DWORD", REG_DWORD, true},
    {"REG_DWORD_LITTLE_ENDIAN", REG_DWORD, true},
    {"REG_DWORD_BIG_ENDIAN", REG_DWORD_BIG_ENDIAN, true},
    {"REG_LINK", REG_LINK, true},
    {"REG_MULTI_SZ", REG_MULTI_SZ, true},
    {"REG_RESOURCE_LIST", REG_RESOURCE_LIST, false},
    {"REG_FULL_RESOURCE_DESCRIPTOR", REG_FULL_RESOURCE_DESCRIPTOR, true},
    {"REG_RESOURCE_REQUIREMENTS_LIST", REG_RESOURCE_REQUIREMENTS_LIST, false},
    {"REG_QWORD", REG_QWORD, true},
};

const char *regtool_type_name(uint32_t type)
{
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
        if (types[i].type == type)
            return types[i].name;
    }
    return NULL;
}

const char *regtool_type_at(size_t index)
{
    return index < sizeof types / sizeof types[0] ? types[index].name : NULL;
}

bool regtool_type_of(const char *name, bool for_adding, uint32_t *type)
{
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
        if ((types[i].can_be_added || !for_adding) && plat_ascii_equal_nocase(types[i].name, name)) {
            *type = types[i].type;
            return true;
        }
    }
    return false;
}

/* ---- out ---- */

struct joined {
    struct plat_buffer *text;
    const char *separator;
    bool any;
};

static void join(void *context, const char *text)
{
    struct joined *joined = context;

    if (joined->any)
        plat_buffer_append_text(joined->text, joined->separator);
    joined->any = true;
    plat_buffer_append_text(joined->text, text);
}

void regtool_append_hex(struct plat_buffer *text, struct plat_span data)
{
    static const char digits[] = "0123456789ABCDEF";

    for (size_t i = 0; i < data.size; i++) {
        plat_buffer_append_u8(text, (uint8_t)digits[data.data[i] >> 4]);
        plat_buffer_append_u8(text, (uint8_t)digits[data.data[i] & 15]);
    }
}

void regtool_data_text(struct plat_buffer *text, uint32_t type, struct plat_span data, const char *separator)
{
    struct reg_value value = {.name = "", .type = type, .data = data};
    struct joined joined = {.text = text, .separator = separator};
    struct plat_reader r = plat_reader_of(data);
    uint32_t low;

    if (type == REG_SZ || type == REG_EXPAND_SZ) {
        reg_value_string(&value, text);
    } else if (type == REG_MULTI_SZ) {
        reg_value_strings(&value, join, &joined);
    } else if (type == REG_DWORD && data.size == 4) {
        plat_buffer_printf(text, "0x%" PRIx32, plat_read_u32_le(&r));
    } else if (type == REG_DWORD_BIG_ENDIAN && data.size == 4) {
        plat_buffer_printf(text, "0x%x",
                           (unsigned)data.data[0] << 24 | (unsigned)data.data[1] << 16 |
                               (unsigned)data.data[2] << 8 | data.data[3]);
    } else if (type == REG_QWORD && data.size == 8) {
        low = plat_read_u32_le(&r);
        plat_buffer_printf(text, "0x%" PRIx64, (uint64_t)plat_read_u32_le(&r) << 32 | low);
    } else {
        regtool_append_hex(text, data);
    }
}

/* ---- in ---- */

static void append_string(struct plat_buffer *data, const char *text, size_t size)
{
    plat_utf16le_append(data, text, size);
    plat_buffer_append_u16_le(data, 0);
}

/* Decimal, or hexadecimal with 0x; no sign, no blank. */
static bool parse_number(const char *text, uint64_t *number)
{
    if (text[0] == '0' && (text[1] == 'x' || text[1] == 'X'))
        return plat_parse_u64(text + 2, strlen(text + 2), 16, number);
    return plat_parse_u64(text, strlen(text), 10, number);
}

static bool parse_dword(uint32_t type, const char *text, struct plat_buffer *data)
{
    uint64_t number;

    if (!text || !parse_number(text, &number) || number > UINT32_MAX)
        return false;
    if (type == REG_DWORD) {
        plat_buffer_append_u32_le(data, (uint32_t)number);
    } else {
        plat_buffer_append_u8(data, (uint8_t)(number >> 24));
        plat_buffer_append_u8(data, (uint8_t)(number >> 16 & 0xFF));
        plat_buffer_append_u8(data, (uint8_t)(number >> 8 & 0xFF));
        plat_buffer_append_u8(data, (uint8_t)(number & 0xFF));
    }
    return true;
}

/* reg.exe takes a missing number as 0 here, and a negative decimal one. */
static bool parse_qword(const char *text, struct plat_buffer *data)
{
    uint64_t number = 0;
    int64_t negative;

    if (text && text[0] == '-') {
        if (!plat_parse_i64(text, strlen(text), &negative))
            return false;
        number = (uint64_t)negative;
    } else if (text && !parse_number(text, &number)) {
        return false;
    }
    plat_buffer_append_u32_le(data, (uint32_t)(number & UINT32_MAX));
    plat_buffer_append_u32_le(data, (uint32_t)(number >> 32));
    return true;
}

/* Hexadecimal digits; of an odd number the first makes a byte of its own. */
static bool parse_binary(const char *text, struct plat_buffer *data)
{
    size_t size = text ? strlen(text) : 0;
    unsigned byte = 0;

    for (size_t i = 0; i < size; i++) {
        int digit = plat_hex_digit(text[i]);

        if (digit < 0)
            return false;
        byte = byte << 4 | (unsigned)digit;
        if ((size - i) % 2 == 1) {
            plat_buffer_append_u8(data, (uint8_t)byte);
            byte = 0;
        }
    }
    return true;
}

static size_t find_separator(const char *text, char separator, size_t *separator_size)
{
    const char *found = separator ? strchr(text, separator) : strstr(text, "\\0");

    *separator_size = !found ? 0 : separator ? 1 : 2;
    return found ? (size_t)(found - text) : strlen(text);
}

/* An empty string would end the list: only the last may be empty, which then counts for nothing. */
static bool parse_list(const char *text, char separator, struct plat_buffer *data)
{
    bool first = true;

    while (text && text[0]) {
        size_t separator_size;
        size_t size = find_separator(text, separator, &separator_size);

        if (size == 0 && !(first && text[separator_size] == 0))
            return false;
        if (size > 0)
            append_string(data, text, size);
        text += size + separator_size;
        first = false;
    }
    plat_buffer_append_u16_le(data, 0);
    return true;
}

static bool parse(uint32_t type, const char *text, char separator, struct plat_buffer *data)
{
    switch (type) {
    case REG_DWORD:
    case REG_DWORD_BIG_ENDIAN:
        return parse_dword(type, text, data);
    case REG_QWORD:
        return parse_qword(text, data);
    case REG_BINARY:
    case REG_FULL_RESOURCE_DESCRIPTOR:
        return parse_binary(text, data);
    case REG_MULTI_SZ:
        return parse_list(text, separator, data);
    case REG_NONE:
        if (text)
            append_string(data, text, strlen(text));
        return true;
    default:
        append_string(data, text ? text : "", text ? strlen(text) : 0);
        return true;
    }
}

bool regtool_data_parse(uint32_t type, const char *text, char separator, struct plat_buffer *data)
{
    bool good = (!text || plat_utf8_valid(text, strlen(text))) && parse(type, text, separator, data);

    if (good && !data->failed)
        return true;
    if (data->failed == ERROR_NOT_ENOUGH_MEMORY)
        regtool_fail("%s.", win_error_text(data->failed));
    else if (data->failed)
        regtool_fail("The data are larger than %u bytes.", LIMIT_REG_DATA);
    else
        regtool_fail("Invalid value specified for /d.");
    return false;
}
