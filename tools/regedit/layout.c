/* SPDX-License-Identifier: Apache-2.0 */
#include "regedit/layout.h"

static int between(int value, int least, int most)
{
    return value < least ? least : value > most ? most : value;
}

struct layout layout_of(int columns, int rows, int tree_width, int longest_name, int longest_type)
{
    struct layout l = {.fits = columns >= LAYOUT_COLUMNS_LEAST && rows >= LAYOUT_ROWS_LEAST};

    if (!l.fits)
        return l;
    l.path_y = 0;
    l.head_y = 1;
    l.list_y = 2;
    l.status_y = rows - 2;
    l.help_y = rows - 1;
    l.list_rows = l.status_y - l.list_y;
    l.tree_x = 0;
    l.tree_width = between(tree_width > 0 ? tree_width : columns / 3, LAYOUT_TREE_LEAST,
                           columns - LAYOUT_VALUES_LEAST - 1);
    l.bar_x = l.tree_width;
    l.values_x = l.bar_x + 1;
    l.values_width = columns - l.values_x;
    l.type_width = between(longest_type, 9, 13); /* "REG_DWORD", "REG_EXPAND_SZ" */
    l.name_width = between(longest_name, 9, (l.values_width - l.type_width - 3) / 2);
    l.name_x = l.values_x + 1;
    l.type_x = l.name_x + l.name_width + 1;
    l.data_x = l.type_x + l.type_width + 1;
    l.data_width = columns - l.data_x;
    return l;
}

size_t layout_scroll(size_t first, size_t selected, size_t count, int rows)
{
    size_t shown = rows > 0 ? (size_t)rows : 1;

    if (first + shown > count)
        first = count > shown ? count - shown : 0;
    if (selected < first)
        return selected;
    if (selected >= first + shown)
        return selected - shown + 1;
    return first;
}

struct layout_box layout_dialog(int columns, int rows, int width, int height)
{
    struct layout_box box;

    box.width = between(width, 1, columns > 2 ? columns - 2 : 1);
    box.height = between(height, 1, rows > 2 ? rows - 2 : 1);
    box.x = (columns - box.width) / 2;
    box.y = (rows - box.height) / 2;
    return box;
}
