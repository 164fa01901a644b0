/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The tree of keys as it is unfolded: children are read when a key is expanded, and again when the registry has changed. Keys are told apart
 * by their number, so that a renamed one stays what it was: expanded, selected.
 */
#ifndef CERIUM_TOOLS_REGEDIT_TREE_H
#define CERIUM_TOOLS_REGEDIT_TREE_H

#include "registry/registry.h"

struct tree_node {
    reg_key key;
    char *name;
    struct tree_node *parent; /* the node above all root keys has none */
    struct tree_node **child;
    size_t child_count, child_room;
    unsigned depth; /* 0: a root key */
    bool expanded;
    bool loaded; /* child holds what was there at the last look */
    bool known;  /* the three below were looked at */
    bool has_children, is_protected, is_volatile;
};

struct tree {
    struct reg_db *db;
    struct tree_node *top;
    struct tree_node **row; /* what is in sight when the list is long enough, from above */
    size_t row_count, row_room;
    size_t selected; /* a row */
    size_t first;    /* the row that is drawn first */
};

PLAT_MUST_USE win_error tree_open(struct tree *tree, struct reg_db *db);
void tree_close(struct tree *tree);

struct tree_node *tree_selected(const struct tree *tree);
void tree_look(struct tree *tree, struct tree_node *node); /* makes it known */
/* The key, or one above it, is protected: data below are for those who ask for them. */
bool tree_is_protected(struct tree *tree, struct tree_node *node);
void tree_path(const struct tree_node *node, struct plat_buffer *path); /* appends the full path */

PLAT_MUST_USE win_error tree_expand(struct tree *tree, struct tree_node *node);
void tree_collapse(struct tree *tree, struct tree_node *node); /* a selection below moves to it */
/*
 * Reads again all that is unfolded. The selected key stays selected; when it is gone, its nearest ancestor that is left is.
 */
PLAT_MUST_USE win_error tree_refresh(struct tree *tree);
/* Unfolds the way to a key and selects it. ERROR_FILE_NOT_FOUND, ERROR_BADKEY, ERROR_BAD_PATHNAME. */
PLAT_MUST_USE win_error tree_select_path(struct tree *tree, const char *path);
PLAT_MUST_USE win_error tree_select_key(struct tree *tree, reg_key key);

#endif
