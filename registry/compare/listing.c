/* SPDX-License-Identifier: Apache-2.0 */
#include "compare/listing.h"

#include "platform/limits.h"
#include "platform/memory.h"
#include "platform/text.h"

#include <stdlib.h>
#include <string.h>

static void listing_init(struct listing *list)
{
    *list = (struct listing){.items = NULL};
    plat_buffer_init(&list->names, LIMIT_REG_TEXT);
    plat_buffer_init(&list->data, LIMIT_REG_COMPARE_DATA);
}

void listing_free(struct listing *list)
{
    plat_free(list->items);
    plat_buffer_free(&list->names);
    plat_buffer_free(&list->data);
    *list = (struct listing){.items = NULL};
}

static struct listed *add(struct listing *list, const char *name)
{
    struct listed *item;

    if (list->count == list->room) {
        size_t room = list->room ? 2 * list->room : 16;
        struct listed *items =
            room < SIZE_MAX / sizeof *items ? plat_realloc(list->items, room * sizeof *items) : NULL;

        if (!items) {
            list->error = ERROR_NOT_ENOUGH_MEMORY;
            return NULL;
        }
        list->items = items;
        list->room = room;
    }
    item = &list->items[list->count];
    *item = (struct listed){.name_at = list->names.size};
    plat_buffer_append(&list->names, name, strlen(name) + 1);
    list->error = list->names.failed;
    if (list->error)
        return NULL;
    list->count++;
    return item;
}

static bool add_key(void *context, reg_key child, const char *name)
{
    struct listed *item = add(context, name);

    if (item)
        item->key = child;
    return item != NULL;
}

static bool add_value(void *context, const struct reg_value *value)
{
    struct listing *list = context;
    struct listed *item = add(list, value->name);

    if (!item)
        return false;
    item->type = value->type;
    if (value->data.size <= list->data.limit - list->data.size) {
        item->is_held = true;
        item->data_at = list->data.size;
        plat_buffer_append(&list->data, value->data.data, value->data.size);
        item->data.size = value->data.size;
        list->error = list->data.failed;
    }
    return !list->error;
}

/* Nothing is added any more: what was a place is now an address. */
static void settle(struct listing *list)
{
    for (size_t i = 0; i < list->count; i++) {
        struct listed *item = &list->items[i];

        item->name = (const char *)list->names.data + item->name_at;
        if (item->is_held && item->data.size > 0)
            item->data.data = list->data.data + item->data_at;
    }
}

static int by_name(const void *a, const void *b)
{
    const struct listed *left = a;
    const struct listed *right = b;

    return plat_name_compare(left->name, right->name);
}

win_error listing_of_keys(struct listing *list, struct reg_db *db, reg_key key)
{
    win_error error;

    listing_init(list);
    if (key == REG_KEY_NONE)
        return ERROR_SUCCESS;
    error = reg_each_key(db, key, add_key, list);
    settle(list);
    return error ? error : list->error;
}

win_error listing_of_values(struct listing *list, struct reg_db *db, reg_key key)
{
    win_error error;

    listing_init(list);
    if (key == REG_KEY_NONE)
        return ERROR_SUCCESS;
    error = reg_each_value(db, key, add_value, list);
    settle(list);
    if (list->count > 1)
        qsort(list->items, list->count, sizeof *list->items, by_name);
    return error ? error : list->error;
}
