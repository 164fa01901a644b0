/* SPDX-License-Identifier: Apache-2.0 */
#include "regedit/values.h"

#include "regedit/words.h"

#include "platform/limits.h"
#include "platform/memory.h"
#include "platform/text.h"

#include <stdlib.h>
#include <string.h>

static void free_items(struct value_item *item, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        plat_free(item[i].name);
        plat_free(item[i].data);
    }
    plat_free(item);
}

void values_free(struct value_list *list)
{
    free_items(list->item, list->count);
    *list = (struct value_list){.key = REG_KEY_NONE};
}

struct value_item *values_selected(const struct value_list *list)
{
    return list->selected < list->count ? &list->item[list->selected] : NULL;
}

bool values_select(struct value_list *list, const char *name)
{
    for (size_t i = 0; i < list->count; i++) {
        if (plat_name_equal(list->item[i].name, name)) {
            list->selected = i;
            return true;
        }
    }
    return false;
}

struct reading {
    struct value_list *list;
    struct plat_buffer text;
    bool failed;
};

static bool add(struct reading *reading, const char *name, uint32_t type, const char *data, bool is_set)
{
    struct value_list *list = reading->list;
    struct value_item item = {.type = type, .is_set = is_set};

    if (list->count == list->room) {
        size_t room = list->room * 2 + 16;
        struct value_item *grown = plat_realloc(list->item, room * sizeof *grown);

        if (grown == NULL)
            return false;
        list->item = grown;
        list->room = room;
    }
    item.name = plat_strdup(name);
    item.data = plat_strdup(data);
    list->item[list->count++] = item;
    return item.name != NULL && item.data != NULL;
}

static bool read_value(void *context, const struct reg_value *value)
{
    struct reading *reading = context;
    const char *text;

    plat_buffer_clear(&reading->text);
    words_data(value, &reading->text);
    text = plat_buffer_text(&reading->text);
    reading->failed = !add(reading, value->name, value->type, text != NULL ? text : "...", true);
    return !reading->failed;
}

static int by_name(const void *a, const void *b)
{
    return plat_name_compare(((const struct value_item *)a)->name, ((const struct value_item *)b)->name);
}

/* A sorted list of what the key holds; the default value is the first anyway, its name being empty. */
static win_error read_all(struct value_list *list, struct reg_db *db)
{
    struct reading reading = {.list = list};
    win_error error;

    plat_buffer_init(&reading.text, 16 * WORDS_PREVIEW);
    error = reg_each_value(db, list->key, read_value, &reading);
    plat_buffer_free(&reading.text);
    if (reading.failed)
        return ERROR_NOT_ENOUGH_MEMORY;
    if (error != ERROR_SUCCESS)
        return error;
    if (list->count > 0)
        qsort(list->item, list->count, sizeof *list->item, by_name);
    if (list->count == 0 || list->item[0].name[0] != '\0') {
        if (!add(&reading, "", REG_SZ, "(value not set)", false))
            return ERROR_NOT_ENOUGH_MEMORY;
        struct value_item missing = list->item[list->count - 1];
        memmove(list->item + 1, list->item, (list->count - 1) * sizeof *list->item);
        list->item[0] = missing;
    }
    return ERROR_SUCCESS;
}

win_error values_read(struct value_list *list, struct reg_db *db, reg_key key)
{
    struct value_list before = *list;
    struct value_item *selected = values_selected(&before);
    win_error error;

    *list = (struct value_list){.key = key};
    error = read_all(list, db);
    if (error != ERROR_SUCCESS) {
        free_items(list->item, list->count);
        *list = (struct value_list){.key = key};
    } else if (before.key == key && selected != NULL) {
        list->first = before.first;
        if (!values_select(list, selected->name))
            list->selected = before.selected < list->count ? before.selected : list->count - 1;
    }
    free_items(before.item, before.count);
    return error == ERROR_KEY_DELETED ? ERROR_SUCCESS : error;
}

bool value_exists(struct reg_db *db, reg_key key, const char *name)
{
    struct plat_buffer data;
    win_error error;

    plat_buffer_init(&data, LIMIT_REG_DATA);
    error = reg_value_get(db, key, name, NULL, &data);
    plat_buffer_free(&data);
    return error != ERROR_FILE_NOT_FOUND;
}
