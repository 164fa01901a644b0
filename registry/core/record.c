/* SPDX-License-Identifier: Apache-2.0 */
#include "core/record.h"

enum {
    HAS_NAME = 1,
    HAS_SEQUENCE = 2,
    HAS_BEFORE = 4,
    HAS_AFTER = 8,
    HAS_FLAGS_BEFORE = 16,
    HAS_FLAGS_AFTER = 32,
    HAS_CLASS_BEFORE = 64,
    HAS_CLASS_AFTER = 128
};

/* The fields of a kind; they follow each other in the order of the names above. 0: no such kind. */
static unsigned fields_of(unsigned kind)
{
    switch (kind) {
    case RECORD_PATH:
        return HAS_NAME | HAS_SEQUENCE | HAS_FLAGS_AFTER;
    case RECORD_MADE:
        return HAS_FLAGS_AFTER;
    case RECORD_DELETED:
        return HAS_FLAGS_BEFORE | HAS_CLASS_BEFORE;
    case RECORD_RENAMED:
        return HAS_NAME;
    case RECORD_CHANGED:
        return HAS_FLAGS_BEFORE | HAS_FLAGS_AFTER | HAS_CLASS_BEFORE | HAS_CLASS_AFTER;
    case RECORD_SET:
        return HAS_NAME | HAS_SEQUENCE | HAS_AFTER;
    case RECORD_OVERWRITTEN:
        return HAS_NAME | HAS_BEFORE | HAS_AFTER;
    case RECORD_REMOVED:
        return HAS_NAME | HAS_SEQUENCE | HAS_BEFORE;
    case RECORD_HIVE:
        return HAS_NAME | HAS_FLAGS_BEFORE | HAS_FLAGS_AFTER;
    default:
        return 0;
    }
}

static void put_number(struct plat_buffer *out, uint64_t number)
{
    while (number >= 0x80U) {
        plat_buffer_append_u8(out, (uint8_t)(0x80U | (number & 0x7FU)));
        number >>= 7;
    }
    plat_buffer_append_u8(out, (uint8_t)number);
}

static void put_bytes(struct plat_buffer *out, struct plat_span bytes)
{
    put_number(out, bytes.size);
    plat_buffer_append(out, bytes.data, bytes.size);
}

static void put_data(struct plat_buffer *out, const struct record_data *value)
{
    put_number(out, value->type);
    put_bytes(out, value->data);
}

void record_put(struct plat_buffer *out, const struct record *record)
{
    unsigned fields = fields_of(record->kind);

    plat_buffer_append_u8(out, (uint8_t)record->kind);
    if (fields & HAS_NAME)
        put_bytes(out, record->name);
    if (fields & HAS_SEQUENCE)
        put_number(out, record->sequence);
    if (fields & HAS_BEFORE)
        put_data(out, &record->before);
    if (fields & HAS_AFTER)
        put_data(out, &record->after);
    if (fields & HAS_FLAGS_BEFORE)
        put_number(out, record->flags_before);
    if (fields & HAS_FLAGS_AFTER)
        put_number(out, record->flags_after);
    if (fields & HAS_CLASS_BEFORE)
        put_bytes(out, record->class_before);
    if (fields & HAS_CLASS_AFTER)
        put_bytes(out, record->class_after);
}

static uint64_t get_number(struct plat_reader *r)
{
    uint64_t number = 0;

    for (unsigned shift = 0; shift < 64; shift += 7) {
        uint8_t byte = plat_read_u8(r);

        number |= (uint64_t)(byte & 0x7FU) << shift;
        if (byte < 0x80U)
            return number;
    }
    r->failed = true;
    return 0;
}

static uint32_t get_u32(struct plat_reader *r)
{
    uint64_t number = get_number(r);

    if (number > UINT32_MAX)
        r->failed = true;
    return (uint32_t)number;
}

static struct plat_span get_bytes(struct plat_reader *r)
{
    return plat_read_span(r, get_u32(r));
}

static struct record_data get_data(struct plat_reader *r)
{
    struct record_data value = {.type = get_u32(r)};

    value.data = get_bytes(r);
    return value;
}

bool record_get(struct plat_reader *r, struct record *record)
{
    unsigned kind;
    unsigned fields;

    if (plat_reader_left(r) == 0 || r->failed)
        return false;
    kind = plat_read_u8(r);
    fields = fields_of(kind);
    *record = (struct record){.kind = (enum record_kind)kind};
    if (fields == 0)
        r->failed = true;
    if (fields & HAS_NAME)
        record->name = get_bytes(r);
    if (fields & HAS_SEQUENCE)
        record->sequence = get_number(r);
    if (fields & HAS_BEFORE)
        record->before = get_data(r);
    if (fields & HAS_AFTER)
        record->after = get_data(r);
    if (fields & HAS_FLAGS_BEFORE)
        record->flags_before = get_u32(r);
    if (fields & HAS_FLAGS_AFTER)
        record->flags_after = get_u32(r);
    if (fields & HAS_CLASS_BEFORE)
        record->class_before = get_bytes(r);
    if (fields & HAS_CLASS_AFTER)
        record->class_after = get_bytes(r);
    return !r->failed;
}
