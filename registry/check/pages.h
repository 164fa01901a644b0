/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The pages of an SQLite file as bytes, the latest committed ones: out of the WAL where it has them ("Database File Format",
 * sqlite.org/fileformat2.html, sections 1, 4). Nothing in the file is believed: sizes and numbers are checked, every page is counted once.
 */
#ifndef CERIUM_REGISTRY_CHECK_PAGES_H
#define CERIUM_REGISTRY_CHECK_PAGES_H

#include "check/raw.h"

enum { PAGE_SIZE_LEAST = 512, PAGE_SIZE_MOST = 65536 };

enum page_use {
    PAGE_UNKNOWN,
    PAGE_FREE,
    PAGE_TREE,    /* cells were found in it */
    PAGE_OVERFLOW /* the rest of a long row */
};

struct pages {
    struct raw_file *file;
    uint32_t page_size;
    uint32_t usable; /* without the bytes reserved at the end of each */
    uint32_t count;
    uint64_t *in_wal;   /* [number]: the offset of its bytes in the WAL, 0 = it is in the file */
    uint8_t *use;       /* [number]: enum page_use */
    bool free_is_known; /* the list of free pages could be followed to its end */
};

PLAT_MUST_USE win_error pages_open(struct pages *pages, struct raw_file *file);
void pages_close(struct pages *pages);
/* `buffer` has room for PAGE_SIZE_MOST bytes. */
bool pages_read(struct pages *pages, uint32_t number, uint8_t *buffer);

uint32_t pages_u16(const uint8_t *p); /* big-endian, as all in the file */
uint32_t pages_u32(const uint8_t *p);

#endif
