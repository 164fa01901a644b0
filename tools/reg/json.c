/* SPDX-License-Identifier: Apache-2.0 */
#include "reg/json.h"

#include "reg/regtool.h"

#include "platform/clock.h"
#include "platform/limits.h"
#include "platform/text.h"

#include <inttypes.h>
#include <string.h>

static void put_string(const char *text)
{
    struct plat_buffer units;
    size_t size = strlen(text);

    plat_buffer_init(&units, 2 * size);
    plat_utf16le_append(&units, text, size);
    putchar('"');
    for (size_t i = 0; i + 1 < units.size; i += 2) {
        unsigned unit = units.data[i] | (unsigned)units.data[i + 1] << 8;

        if (unit == '"' || unit == '\\')
            printf("\\%c", (int)unit);
        else if (unit < ' ' || unit > '~')
            printf("\\u%04x", unit);
        else
            putchar((int)unit);
    }
    putchar('"');
    plat_buffer_free(&units);
}

/* The comma, the line, the name. */
static void begin(struct json *json, const char *name)
{
    if (json->any)
        putchar(',');
    if (json->depth > 0 && (json->flat == 0 || json->depth < json->flat))
        printf("\n%*s", (int)json->depth * 2, "");
    else if (json->any)
        putchar(' ');
    json->any = true;
    if (name) {
        put_string(name);
        fputs(": ", stdout);
    }
}

static void open_one(struct json *json, const char *name, bool flat, char bracket)
{
    begin(json, name);
    putchar(bracket);
    json->depth++;
    json->any = false;
    if (flat && json->flat == 0)
        json->flat = json->depth;
}

static void close_one(struct json *json, char bracket)
{
    bool in_one_line = json->flat != 0 && json->depth >= json->flat;

    if (json->flat == json->depth)
        json->flat = 0;
    json->depth--;
    if (json->any && !in_one_line)
        printf("\n%*s", (int)json->depth * 2, "");
    putchar(bracket);
    if (json->depth == 0)
        putchar('\n');
    json->any = true;
}

void json_object(struct json *json, const char *name, bool flat)
{
    open_one(json, name, flat, '{');
}

void json_array(struct json *json, const char *name, bool flat)
{
    open_one(json, name, flat, '[');
}

void json_end_object(struct json *json)
{
    close_one(json, '}');
}

void json_end_array(struct json *json)
{
    close_one(json, ']');
}

void json_text(struct json *json, const char *name, const char *text)
{
    begin(json, name);
    if (text)
        put_string(text);
    else
        fputs("null", stdout);
}

void json_number(struct json *json, const char *name, uint64_t number)
{
    begin(json, name);
    printf("%" PRIu64, number);
}

void json_bool(struct json *json, const char *name, bool value)
{
    begin(json, name);
    fputs(value ? "true" : "false", stdout);
}

void json_null(struct json *json, const char *name)
{
    json_text(json, name, NULL);
}

void json_time(struct json *json, const char *name, int64_t unix_seconds)
{
    struct plat_date d = plat_date_of(unix_seconds);

    begin(json, name);
    printf("\"%04" PRId32 "-%02u-%02uT%02u:%02u:%02uZ\"", d.year, d.month, d.day, d.hour, d.minute, d.second);
}

/* ---- values ---- */

struct strings {
    struct json *json;
    struct plat_buffer *again; /* the data that the texts alone would make */
};

static void add_string(void *context, const char *text)
{
    struct strings *strings = context;

    plat_utf16le_append(strings->again, text, strlen(text));
    plat_buffer_append_u16_le(strings->again, 0);
    json_text(strings->json, NULL, text);
}

static void put_hex(struct json *json, const char *name, struct plat_span data)
{
    begin(json, name);
    putchar('"');
    for (size_t i = 0; i < data.size; i++)
        printf("%02X", data.data[i]);
    putchar('"');
}

/* Text, and "raw" where it does not tell all. */
static bool put_texts(struct json *json, const struct reg_value *value)
{
    struct plat_buffer text, again;
    struct strings strings = {.json = json, .again = &again};
    bool good;

    plat_buffer_init(&text, 4 * (size_t)LIMIT_REG_DATA);
    plat_buffer_init(&again, 4 * (size_t)LIMIT_REG_DATA);
    if (value->type == REG_MULTI_SZ) {
        json_array(json, "data", true);
        reg_value_strings(value, add_string, &strings);
        json_end_array(json);
    } else {
        reg_value_string(value, &text);
        const char *words = plat_buffer_text(&text);

        json_text(json, "data", words);
        plat_utf16le_append(&again, words ? words : "", words ? strlen(words) : 0);
    }
    plat_buffer_append_u16_le(&again, 0);
    good = !text.failed && !again.failed;
    if (good && !plat_span_equal(plat_span_of(again.data, again.size), value->data))
        put_hex(json, "raw", value->data);
    plat_buffer_free(&text);
    plat_buffer_free(&again);
    return good;
}

bool json_data(struct json *json, uint32_t type, struct plat_span data)
{
    const struct reg_value value = {.name = "", .type = type, .data = data};
    struct plat_reader r = plat_reader_of(data);
    const char *name = regtool_type_name(type);
    char number[12];

    snprintf(number, sizeof number, "0x%" PRIx32, type);
    json_text(json, "type", name ? name : number);
    if (type == REG_SZ || type == REG_EXPAND_SZ || type == REG_MULTI_SZ)
        return put_texts(json, &value);
    if (type == REG_DWORD && data.size == 4) {
        json_number(json, "data", plat_read_u32_le(&r));
    } else if (type == REG_DWORD_BIG_ENDIAN && data.size == 4) {
        json_number(json, "data",
                    (uint32_t)data.data[0] << 24 | (uint32_t)data.data[1] << 16 |
                        (uint32_t)data.data[2] << 8 | data.data[3]);
    } else if (type == REG_QWORD && data.size == 8) {
        uint32_t low = plat_read_u32_le(&r);

        json_number(json, "data", (uint64_t)plat_read_u32_le(&r) << 32 | low);
    } else {
        put_hex(json, "data", data);
    }
    return true;
}

bool json_value(struct json *json, const struct reg_value *value)
{
    bool good;

    json_object(json, NULL, true);
    json_text(json, "name", value->name);
    good = json_data(json, value->type, value->data);
    json_end_object(json);
    return good;
}
