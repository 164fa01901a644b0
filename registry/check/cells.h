/* SPDX-License-Identifier: Apache-2.0 */
/* The rows in a page of an SQLite file ("Database File Format", sections 1.6, 2.1), taken from its bytes alone. */
#ifndef CERIUM_REGISTRY_CHECK_CELLS_H
#define CERIUM_REGISTRY_CHECK_CELLS_H

#include "check/pages.h"

enum { COLUMNS_MOST = 12 };

enum column_kind { COLUMN_NULL, COLUMN_INTEGER, COLUMN_REAL, COLUMN_BLOB, COLUMN_TEXT };

struct column {
    enum column_kind kind;
    int64_t number;
    struct plat_span bytes;
};

struct row {
    int64_t id;       /* rows of tables; 0 in indexes and tables without row ids */
    unsigned columns; /* COLUMNS_MOST at the most are there */
    struct column column[COLUMNS_MOST];
};

enum cells_kind { CELLS_OF_TABLE, CELLS_OF_INDEX };

struct cells {
    struct pages *pages;
    uint8_t *page;
    uint8_t *overflow; /* the page that is followed */
    struct plat_buffer payload;
    uint64_t reads_left; /* a crafted file could send us round its overflow pages for ever */
};

PLAT_MUST_USE win_error cells_init(struct cells *cells, struct pages *pages);
void cells_free(struct cells *cells);

/*
 * Hands over every row of page `number` that can be read, if it is a page of that kind: pages->use then says so. Returns the number
 * of cells that could not be read.
 */
uint32_t cells_each(struct cells *cells, uint32_t number, enum cells_kind kind,
                    void (*each)(void *context, const struct row *row), void *context);

#endif
