/* SPDX-License-Identifier: Apache-2.0 */
#include "regedit/tree.h"

#include "platform/limits.h"
#include "platform/memory.h"
#include "platform/text.h"

#include <string.h>

static void free_node(struct tree_node *node)
{
    if (node == NULL)
        return;
    for (size_t i = 0; i < node->child_count; i++)
        free_node(node->child[i]);
    plat_free(node->child);
    plat_free(node->name);
    plat_free(node);
}

static struct tree_node *add_child(struct tree_node *parent, reg_key key, const char *name)
{
    struct tree_node *node;

    if (parent->child_count == parent->child_room) {
        size_t room = parent->child_room * 2 + 8;
        struct tree_node **child = plat_realloc(parent->child, room * sizeof *child);

        if (child == NULL)
            return NULL;
        parent->child = child;
        parent->child_room = room;
    }
    node = plat_calloc(1, sizeof *node);
    if (node == NULL)
        return NULL;
    node->key = key;
    node->parent = parent;
    node->depth = parent->parent == NULL && parent->key == REG_KEY_NONE ? 0 : parent->depth + 1;
    node->name = plat_strdup(name);
    if (node->name == NULL) {
        plat_free(node);
        return NULL;
    }
    parent->child[parent->child_count++] = node;
    return node;
}

/* ---- rows ---- */

static bool add_rows(struct tree *tree, const struct tree_node *parent)
{
    for (size_t i = 0; i < parent->child_count; i++) {
        if (tree->row_count == tree->row_room) {
            size_t room = tree->row_room * 2 + 64;
            struct tree_node **row = plat_realloc(tree->row, room * sizeof *row);

            if (row == NULL)
                return false;
            tree->row = row;
            tree->row_room = room;
        }
        tree->row[tree->row_count++] = parent->child[i];
        if (parent->child[i]->expanded && !add_rows(tree, parent->child[i]))
            return false;
    }
    return true;
}

/* After the tree has changed: the rows again, and the selection on `node`, or on what shows of the way to it. */
static win_error set_rows(struct tree *tree, const struct tree_node *node)
{
    win_error error;

    tree->row_count = 0;
    error = add_rows(tree, tree->top) ? ERROR_SUCCESS : ERROR_NOT_ENOUGH_MEMORY;
    tree->selected = 0;
    for (; node != NULL; node = node->parent) {
        for (size_t i = 0; i < tree->row_count; i++) {
            if (tree->row[i] == node) {
                tree->selected = i;
                return error;
            }
        }
    }
    return error;
}

struct tree_node *tree_selected(const struct tree *tree)
{
    return tree->row[tree->selected];
}

/* ---- reading ---- */

struct reading {
    struct tree_node *node;
    struct tree_node **old; /* the children of the last time, in the registry's order then */
    size_t old_count, old_next;
    bool failed;
};

/* The node that this key had the last time; most often the next one, since little changes at once. */
static struct tree_node *take_old(struct reading *reading, reg_key key)
{
    for (size_t i = 0; i < reading->old_count; i++) {
        size_t at = (reading->old_next + i) % reading->old_count;
        struct tree_node *node = reading->old[at];

        if (node != NULL && node->key == key) {
            reading->old[at] = NULL;
            reading->old_next = at + 1;
            return node;
        }
    }
    return NULL;
}

static bool read_child(void *context, reg_key key, const char *name)
{
    struct reading *reading = context;
    struct tree_node *old = take_old(reading, key), *node;

    node = add_child(reading->node, key, name);
    if (node == NULL) {
        free_node(old);
        reading->failed = true;
        return false;
    }
    if (old != NULL) {
        /* The same node lives on, under the name of today. */
        char *fresh = node->name;

        node->name = old->name;
        old->name = fresh;
        old->known = false;
        reading->node->child[reading->node->child_count - 1] = old;
        free_node(node);
    }
    return true;
}

static win_error read_children(struct tree *tree, struct tree_node *node)
{
    struct reading reading = {.node = node, .old = node->child, .old_count = node->child_count};
    win_error error = ERROR_SUCCESS;

    node->child = NULL;
    node->child_count = node->child_room = 0;
    if (node->key == REG_KEY_NONE) {
        for (reg_key root = REG_HKCR; root <= REG_HKU && !reading.failed; root++)
            (void)read_child(&reading, root, reg_root_name(root));
    } else {
        error = reg_each_key(tree->db, node->key, read_child, &reading);
    }
    for (size_t i = 0; i < reading.old_count; i++)
        free_node(reading.old[i]);
    plat_free(reading.old);
    if (reading.failed && error == ERROR_SUCCESS)
        error = ERROR_NOT_ENOUGH_MEMORY;
    node->loaded = error == ERROR_SUCCESS;
    return error;
}

static win_error refresh(struct tree *tree, struct tree_node *node)
{
    win_error error = read_children(tree, node);

    if (error == ERROR_KEY_DELETED)
        return ERROR_SUCCESS; /* between the look at its parent and this one: the next look will tell */
    for (size_t i = 0; i < node->child_count && error == ERROR_SUCCESS; i++) {
        struct tree_node *child = node->child[i];

        if (child->expanded) {
            error = refresh(tree, child);
            if (child->child_count == 0)
                child->expanded = false;
        } else if (child->loaded) {
            for (size_t j = 0; j < child->child_count; j++)
                free_node(child->child[j]);
            child->child_count = 0;
            child->loaded = false;
        }
    }
    return error;
}

/* ---- the calls ---- */

win_error tree_open(struct tree *tree, struct reg_db *db)
{
    win_error error;

    *tree = (struct tree){.db = db, .top = plat_calloc(1, sizeof *tree->top)};
    if (tree->top == NULL)
        return ERROR_NOT_ENOUGH_MEMORY;
    tree->top->expanded = true;
    error = read_children(tree, tree->top);
    return error ? error : set_rows(tree, NULL);
}

void tree_close(struct tree *tree)
{
    free_node(tree->top);
    plat_free(tree->row);
    *tree = (struct tree){.db = NULL};
}

void tree_look(struct tree *tree, struct tree_node *node)
{
    struct reg_key_info info;

    if (node->known || reg_key_info_of(tree->db, node->key, &info) != ERROR_SUCCESS)
        return;
    node->known = true;
    node->has_children = info.key_count > 0;
    node->is_protected = info.is_protected;
    node->is_volatile = info.is_volatile;
}

bool tree_is_protected(struct tree *tree, struct tree_node *node)
{
    for (; node != NULL && node->key != REG_KEY_NONE; node = node->parent) {
        tree_look(tree, node);
        if (node->is_protected || !node->known)
            return true;
    }
    return false;
}

void tree_path(const struct tree_node *node, struct plat_buffer *path)
{
    if (node->parent != NULL && node->parent->key != REG_KEY_NONE) {
        tree_path(node->parent, path);
        plat_buffer_append_u8(path, '\\');
    }
    plat_buffer_append_text(path, node->name);
}

win_error tree_expand(struct tree *tree, struct tree_node *node)
{
    struct tree_node *selected = tree_selected(tree);
    win_error error = node->loaded ? ERROR_SUCCESS : read_children(tree, node), rows;

    node->expanded = node->child_count > 0;
    rows = set_rows(tree, selected); /* whatever happened: what the rows pointed to may be gone */
    return error ? error : rows;
}

void tree_collapse(struct tree *tree, struct tree_node *node)
{
    struct tree_node *selected = tree_selected(tree);

    node->expanded = false;
    (void)set_rows(tree, selected); /* fewer rows than before need no memory */
}

win_error tree_refresh(struct tree *tree)
{
    reg_key way[LIMIT_REG_DEPTH + 2] = {0};
    size_t length = 0;
    struct tree_node *node = tree_selected(tree), *found = tree->top;
    win_error error, rows;

    for (; node != NULL && node->key != REG_KEY_NONE && length < LIMIT_REG_DEPTH + 2; node = node->parent)
        way[length++] = node->key;
    error = refresh(tree, tree->top);
    while (length-- > 0) {
        size_t i = 0;

        while (i < found->child_count && found->child[i]->key != way[length])
            i++;
        if (i == found->child_count)
            break;
        found = found->child[i];
    }
    rows = set_rows(tree, found);
    return error ? error : rows;
}

win_error tree_select_path(struct tree *tree, const char *path)
{
    struct tree_node *node = tree->top;
    const char *rest;
    reg_key root;
    win_error error = reg_path_split(path, &root, &rest);

    if (error != ERROR_SUCCESS)
        return error;
    node = tree->top->child[root - REG_HKCR];
    while (rest[0] != '\0') {
        size_t size = strcspn(rest, "\\"), i = 0;

        error = tree_expand(tree, node);
        if (error != ERROR_SUCCESS)
            return error;
        while (i < node->child_count &&
               !plat_name_equal_n(node->child[i]->name, strlen(node->child[i]->name), rest, size))
            i++;
        if (i == node->child_count)
            return ERROR_FILE_NOT_FOUND;
        node = node->child[i];
        rest += size + (rest[size] == '\\');
    }
    return set_rows(tree, node);
}

win_error tree_select_key(struct tree *tree, reg_key key)
{
    struct plat_buffer path;
    const char *text;
    win_error error;

    plat_buffer_init(&path, LIMIT_REG_PATH);
    error = reg_key_path(tree->db, key, &path);
    text = plat_buffer_text(&path);
    if (error == ERROR_SUCCESS)
        error = text != NULL ? tree_select_path(tree, text) : path.failed;
    plat_buffer_free(&path);
    return error;
}
