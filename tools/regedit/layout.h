/* SPDX-License-Identifier: Apache-2.0 */
/* Where things stand on a screen of so many columns and rows. */
#ifndef CERIUM_TOOLS_REGEDIT_LAYOUT_H
#define CERIUM_TOOLS_REGEDIT_LAYOUT_H

#include <stdbool.h>
#include <stddef.h>

#define LAYOUT_COLUMNS_LEAST 80
#define LAYOUT_ROWS_LEAST 24
#define LAYOUT_TREE_LEAST 16 /* columns of the tree, and what the values keep at least */
#define LAYOUT_VALUES_LEAST 40

struct layout {
    bool fits; /* else nothing below holds */
    int path_y, head_y, status_y, help_y;
    int list_y, list_rows; /* the tree's and the values' lines */
    int tree_x, tree_width;
    int bar_x; /* the line between */
    int values_x, values_width;
    int name_x, name_width; /* the columns of the values */
    int type_x, type_width;
    int data_x, data_width;
};

/*
 * tree_width 0: a share of the screen that suits most; else what the person chose, as far as it is possible. The names and types of the
 * values get the cells that the longest takes, names up to half of what they and the data have together.
 */
struct layout layout_of(int columns, int rows, int tree_width, int longest_name, int longest_type);

/* The first line of a list of `count` shown in `rows` lines such that `selected` is among them, moving as little as possible. */
size_t layout_scroll(size_t first, size_t selected, size_t count, int rows);

/* The box of a dialog that wants so much, in the middle; less when the screen has less. */
struct layout_box {
    int x, y, width, height;
};
struct layout_box layout_dialog(int columns, int rows, int width, int height);

#endif
