/* SPDX-License-Identifier: Apache-2.0 */
#include "check/pages.h"

#include "platform/memory.h"

#include <string.h>

enum { WAL_HEADER = 32, WAL_FRAME = 24, FILE_HEADER = 100, PAGE_SIZE_USUAL = 4096 };

uint32_t pages_u16(const uint8_t *p)
{
    return (uint32_t)p[0] << 8 | p[1];
}

uint32_t pages_u32(const uint8_t *p)
{
    return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static bool is_page_size(uint32_t size)
{
    return size >= PAGE_SIZE_LEAST && size <= PAGE_SIZE_MOST && (size & (size - 1)) == 0;
}

/* ---- the WAL ---- */

struct wal {
    bool big_endian;
    uint32_t page_size;
    uint32_t salt[2];
    uint32_t sum[2];
};

static uint32_t wal_word(const struct wal *wal, const uint8_t *p)
{
    return wal->big_endian ? pages_u32(p)
                           : (uint32_t)p[3] << 24 | (uint32_t)p[2] << 16 | (uint32_t)p[1] << 8 | p[0];
}

static void wal_sum(struct wal *wal, const uint8_t *p, size_t size)
{
    for (size_t i = 0; i + 8 <= size; i += 8) {
        wal->sum[0] += wal_word(wal, p + i) + wal->sum[1];
        wal->sum[1] += wal_word(wal, p + i + 4) + wal->sum[0];
    }
}

static bool wal_begin(struct wal *wal, struct raw_file *file)
{
    const uint32_t magic = 0x377F0682U;
    uint8_t header[WAL_HEADER];

    memset(wal, 0, sizeof *wal);
    if (!raw_read(file, true, 0, header, sizeof header) || (pages_u32(header) & ~1U) != magic)
        return false;
    wal->big_endian = pages_u32(header) & 1U;
    wal->page_size = pages_u32(header + 8);
    wal->salt[0] = pages_u32(header + 16);
    wal->salt[1] = pages_u32(header + 20);
    wal_sum(wal, header, 24);
    return is_page_size(wal->page_size) && wal->sum[0] == pages_u32(header + 24) &&
           wal->sum[1] == pages_u32(header + 28);
}

/* The next frame; false at the end of what was written whole. `frame` has room for the frame's header and a page. */
static bool wal_next(struct wal *wal, struct raw_file *file, uint64_t offset, uint8_t *frame)
{
    if (!raw_read(file, true, offset, frame, WAL_FRAME + wal->page_size) ||
        pages_u32(frame + 8) != wal->salt[0] || pages_u32(frame + 12) != wal->salt[1])
        return false;
    wal_sum(wal, frame, 8);
    wal_sum(wal, frame + WAL_FRAME, wal->page_size);
    return wal->sum[0] == pages_u32(frame + 16) && wal->sum[1] == pages_u32(frame + 20);
}

/*
 * Frames up to the last commit. Twice over the WAL: first to learn where it ends and the highest page, then to note where each page is.
 */
struct wal_extent {
    uint64_t end;
    uint32_t highest;
};

static struct wal_extent wal_measure(struct raw_file *file, uint8_t *frame)
{
    struct wal_extent extent = {0, 0};
    uint32_t highest = 0;
    struct wal wal;

    if (!wal_begin(&wal, file))
        return extent;
    for (uint64_t at = WAL_HEADER; wal_next(&wal, file, at, frame); at += WAL_FRAME + wal.page_size) {
        highest = pages_u32(frame) > highest ? pages_u32(frame) : highest;
        if (pages_u32(frame + 4) != 0)
            extent = (struct wal_extent){at + WAL_FRAME + wal.page_size, highest};
    }
    return extent;
}

static void wal_note(struct pages *pages, uint64_t end)
{
    uint8_t head[WAL_FRAME];

    for (uint64_t at = WAL_HEADER; at < end; at += WAL_FRAME + pages->page_size) {
        uint32_t number;

        if (!raw_read(pages->file, true, at, head, sizeof head))
            return;
        number = pages_u32(head);
        if (number > 0 && number <= pages->count)
            pages->in_wal[number] = at + WAL_FRAME;
    }
}

/* ---- free pages ---- */

static bool follow_free(struct pages *pages, uint8_t *page)
{
    uint32_t trunk;

    if (!pages_read(pages, 1, page) || memcmp(page, "SQLite format 3", 16) != 0)
        return false;
    trunk = pages_u32(page + 32);
    while (trunk != 0) {
        uint32_t leaves;

        if (trunk < 2 || trunk > pages->count || pages->use[trunk] != PAGE_UNKNOWN ||
            !pages_read(pages, trunk, page))
            return false;
        pages->use[trunk] = PAGE_FREE;
        leaves = pages_u32(page + 4);
        if (leaves > pages->usable / 4 - 2)
            return false;
        for (uint32_t i = 0; i < leaves; i++) {
            uint32_t leaf = pages_u32(page + 8 + (size_t)4 * i);

            if (leaf < 2 || leaf > pages->count || pages->use[leaf] != PAGE_UNKNOWN)
                return false;
            pages->use[leaf] = PAGE_FREE;
        }
        trunk = pages_u32(page);
    }
    return true;
}

/* ---- opening ---- */

static void learn_size(struct pages *pages, struct raw_file *file)
{
    uint8_t header[FILE_HEADER];
    struct wal wal;
    uint32_t size = 0;

    pages->page_size = PAGE_SIZE_USUAL;
    pages->usable = PAGE_SIZE_USUAL;
    if (raw_read(file, false, 0, header, sizeof header)) {
        size = pages_u16(header + 16) == 1 ? PAGE_SIZE_MOST : pages_u16(header + 16);
        if (is_page_size(size) && memcmp(header, "SQLite format 3", 16) == 0) {
            pages->page_size = size;
            pages->usable = size - (header[20] < 32 ? header[20] : 0U);
            return;
        }
    }
    if (wal_begin(&wal, file)) {
        pages->page_size = wal.page_size;
        pages->usable = wal.page_size;
    }
}

win_error pages_open(struct pages *pages, struct raw_file *file)
{
    struct wal_extent extent;
    struct wal wal;
    uint64_t count;
    uint8_t *room = plat_alloc(WAL_FRAME + PAGE_SIZE_MOST);

    memset(pages, 0, sizeof *pages);
    if (!room)
        return ERROR_NOT_ENOUGH_MEMORY;
    pages->file = file;
    learn_size(pages, file);
    extent = wal_measure(file, room);
    if (extent.end > 0 && wal_begin(&wal, file) && wal.page_size != pages->page_size)
        extent.end = 0; /* of some other file */
    count = (raw_size(file, false) + pages->page_size - 1) / pages->page_size;
    if (extent.end > 0 && extent.highest > count && extent.highest - count <= extent.end / pages->page_size)
        count = extent.highest;
    if (count > UINT32_MAX / 8 - 1) {
        plat_free(room);
        return ERROR_FILE_TOO_LARGE;
    }
    pages->count = (uint32_t)count;
    pages->in_wal = plat_calloc((size_t)count + 1, sizeof *pages->in_wal);
    pages->use = plat_calloc((size_t)count + 1, sizeof *pages->use);
    if (pages->in_wal && pages->use) {
        if (extent.end > 0)
            wal_note(pages, extent.end);
        pages->free_is_known = count > 0 && follow_free(pages, room);
    }
    plat_free(room);
    if (pages->in_wal && pages->use)
        return ERROR_SUCCESS;
    pages_close(pages);
    return ERROR_NOT_ENOUGH_MEMORY;
}

void pages_close(struct pages *pages)
{
    plat_free(pages->in_wal);
    plat_free(pages->use);
    pages->in_wal = NULL;
    pages->use = NULL;
}

bool pages_read(struct pages *pages, uint32_t number, uint8_t *buffer)
{
    uint64_t place;

    if (number == 0 || number > pages->count)
        return false;
    place = pages->in_wal[number];
    if (place != 0)
        return raw_read(pages->file, true, place, buffer, pages->page_size);
    return raw_read(pages->file, false, (uint64_t)(number - 1) * pages->page_size, buffer, pages->page_size);
}
