/* SPDX-License-Identifier: Apache-2.0 */
#include "check/cells.h"

#include "platform/limits.h"
#include "platform/memory.h"

#include <string.h>

enum { TYPE_INDEX_INNER = 0x02, TYPE_INDEX_LEAF = 0x0A, TYPE_TABLE_LEAF = 0x0D };

/* A value's data, its name twice, and the numbers. */
#define ROW_MOST (LIMIT_REG_DATA + 8U * LIMIT_REG_VALUE_NAME + 256U)
#define READS_PER_PAGE 64U

win_error cells_init(struct cells *cells, struct pages *pages)
{
    memset(cells, 0, sizeof *cells);
    cells->pages = pages;
    cells->page = plat_alloc(PAGE_SIZE_MOST);
    cells->overflow = plat_alloc(PAGE_SIZE_MOST);
    cells->reads_left = (uint64_t)READS_PER_PAGE * ((uint64_t)pages->count + 64);
    plat_buffer_init(&cells->payload, ROW_MOST);
    if (cells->page && cells->overflow)
        return ERROR_SUCCESS;
    cells_free(cells);
    return ERROR_NOT_ENOUGH_MEMORY;
}

void cells_free(struct cells *cells)
{
    plat_free(cells->page);
    plat_free(cells->overflow);
    plat_buffer_free(&cells->payload);
    cells->page = NULL;
    cells->overflow = NULL;
}

static uint64_t take_varint(struct plat_reader *r)
{
    uint64_t value = 0;

    for (unsigned i = 0; i < 9; i++) {
        uint8_t byte = plat_read_u8(r);

        if (i == 8)
            return value << 8 | byte;
        value = value << 7 | (byte & 0x7FU);
        if (byte < 0x80)
            break;
    }
    return value;
}

/* ---- records ---- */

static uint64_t serial_size(uint64_t serial)
{
    static const uint8_t sizes[] = {0, 1, 2, 3, 4, 6, 8, 8, 0, 0, 0, 0};

    return serial < 12 ? sizes[serial] : (serial - 12) / 2;
}

static int64_t integer_of(struct plat_span bytes)
{
    uint64_t value = bytes.size > 0 && bytes.data[0] >= 0x80 ? UINT64_MAX : 0;

    for (size_t i = 0; i < bytes.size; i++)
        value = value << 8 | bytes.data[i];
    return (int64_t)value;
}

static struct column column_of(uint64_t serial, struct plat_span bytes)
{
    struct column column = {.bytes = bytes};

    if (serial == 8 || serial == 9) {
        column.kind = COLUMN_INTEGER;
        column.number = (int64_t)serial - 8;
    } else if (serial >= 1 && serial <= 6) {
        column.kind = COLUMN_INTEGER;
        column.number = integer_of(bytes);
    } else if (serial == 7) {
        column.kind = COLUMN_REAL;
    } else if (serial >= 12) {
        column.kind = serial % 2 ? COLUMN_TEXT : COLUMN_BLOB;
    }
    return column;
}

/* Every byte has its place, or it is no record. */
static bool parse_record(struct plat_span payload, struct row *row)
{
    struct plat_reader head = plat_reader_of(payload);
    struct plat_reader body;
    uint64_t head_size = take_varint(&head);
    size_t before = payload.size - plat_reader_left(&head);

    if (head.failed || head_size < before || head_size > payload.size)
        return false;
    body = plat_reader_of(plat_span_of(payload.data + head_size, payload.size - (size_t)head_size));
    head = plat_reader_of(plat_span_of(payload.data + before, (size_t)head_size - before));
    row->columns = 0;
    while (plat_reader_left(&head) > 0) {
        uint64_t serial = take_varint(&head);
        uint64_t size = serial_size(serial);
        struct plat_span bytes;

        if (head.failed || serial == 10 || serial == 11 || size > plat_reader_left(&body))
            return false;
        bytes = plat_read_span(&body, (size_t)size);
        if (row->columns < COLUMNS_MOST)
            row->column[row->columns] = column_of(serial, bytes);
        row->columns++;
    }
    return plat_reader_left(&body) == 0;
}

/* ---- cells ---- */

static uint32_t local_size(uint32_t usable, bool is_table, uint64_t size)
{
    uint32_t most = is_table ? usable - 35 : (usable - 12) * 64 / 255 - 23;
    uint32_t least = (usable - 12) * 32 / 255 - 23;
    uint32_t fitting;

    if (size <= most)
        return (uint32_t)size;
    fitting = least + (uint32_t)((size - least) % (usable - 4));
    return fitting <= most ? fitting : least;
}

/* The chain must be exactly as long as the row, and nobody else's. */
static bool add_overflow(struct cells *cells, uint32_t first, uint64_t size)
{
    struct pages *pages = cells->pages;
    uint32_t number = first;

    while (size > 0) {
        uint64_t piece = size < pages->usable - 4 ? size : pages->usable - 4;

        if (number < 2 || number > pages->count || pages->use[number] != PAGE_UNKNOWN ||
            cells->reads_left == 0 || !pages_read(pages, number, cells->overflow))
            return false;
        cells->reads_left--;
        plat_buffer_append(&cells->payload, cells->overflow + 4, (size_t)piece);
        number = pages_u32(cells->overflow);
        size -= piece;
    }
    return number == 0 && !cells->payload.failed;
}

static void mark_overflow(struct cells *cells, uint32_t number)
{
    struct pages *pages = cells->pages;

    while (number >= 2 && number <= pages->count && pages->use[number] == PAGE_UNKNOWN &&
           pages_read(pages, number, cells->overflow)) {
        pages->use[number] = PAGE_OVERFLOW;
        number = pages_u32(cells->overflow);
    }
}

static bool read_cell(struct cells *cells, uint32_t offset, uint8_t type, struct row *row)
{
    uint32_t usable = cells->pages->usable;
    struct plat_reader r = plat_reader_of(plat_span_of(cells->page + offset, usable - offset));
    struct plat_span local;
    uint32_t overflow = 0;
    uint64_t size;

    if (type == TYPE_INDEX_INNER)
        plat_read_span(&r, 4);
    size = take_varint(&r);
    row->id = type == TYPE_TABLE_LEAF ? (int64_t)take_varint(&r) : 0;
    if (r.failed || size == 0 || size > ROW_MOST)
        return false;
    local = plat_read_span(&r, local_size(usable, type == TYPE_TABLE_LEAF, size));
    if (r.failed)
        return false;
    if (local.size == size)
        return parse_record(local, row);
    if (plat_reader_left(&r) < 4)
        return false;
    overflow = pages_u32(r.next);
    plat_buffer_clear(&cells->payload);
    plat_buffer_append(&cells->payload, local.data, local.size);
    if (!add_overflow(cells, overflow, size - local.size) ||
        !parse_record(plat_span_of(cells->payload.data, cells->payload.size), row))
        return false;
    mark_overflow(cells, overflow);
    return true;
}

uint32_t cells_each(struct cells *cells, uint32_t number, enum cells_kind kind,
                    void (*each)(void *context, const struct row *row), void *context)
{
    struct pages *pages = cells->pages;
    uint32_t header = number == 1 ? 100 : 0;
    uint32_t bad = 0;
    uint32_t array, count;
    uint8_t type;

    if (pages->use[number] != PAGE_UNKNOWN || !pages_read(pages, number, cells->page))
        return 0;
    type = cells->page[header];
    if (kind == CELLS_OF_TABLE ? type != TYPE_TABLE_LEAF : type != TYPE_INDEX_LEAF && type != TYPE_INDEX_INNER)
        return 0;
    array = header + (type == TYPE_INDEX_INNER ? 12 : 8);
    count = pages_u16(cells->page + header + 3);
    if (count > (pages->usable - array) / 2)
        return 0;
    pages->use[number] = PAGE_TREE;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t offset = pages_u16(cells->page + array + 2 * i);
        struct row row;

        if (offset >= array + 2 * count && offset < pages->usable && read_cell(cells, offset, type, &row))
            each(context, &row);
        else
            bad++;
    }
    return bad;
}
