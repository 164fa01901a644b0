/* SPDX-License-Identifier: Apache-2.0 */
/* The values of the selected key, as a list to look at: the default value first, then by name. */
#ifndef CERIUM_TOOLS_REGEDIT_VALUES_H
#define CERIUM_TOOLS_REGEDIT_VALUES_H

#include "registry/registry.h"

struct value_item {
    char *name; /* "": the default value, which is listed even when it is not set */
    char *data; /* on one line, its beginning */
    uint32_t type;
    bool is_set;
};

struct value_list {
    reg_key key;
    struct value_item *item;
    size_t count, room;
    size_t selected, first;
};

void values_free(struct value_list *list);
/*
 * Reads the values of a key. When it is the same key as before, the selected value stays selected by its name; when that is gone, its place does.
 * A key that is gone gives an empty list.
 */
PLAT_MUST_USE win_error values_read(struct value_list *list, struct reg_db *db, reg_key key);
bool values_select(struct value_list *list, const char *name);
struct value_item *values_selected(const struct value_list *list); /* NULL when there is none */

/* What cannot be read counts as there: it is not to be written over. */
bool value_exists(struct reg_db *db, reg_key key, const char *name);

#endif
