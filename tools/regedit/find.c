/* SPDX-License-Identifier: Apache-2.0 */
#include "regedit/find.h"

#include "regedit/words.h"

#include "platform/limits.h"
#include "platform/memory.h"
#include "platform/text.h"

#include <string.h>

static void drop_levels(struct finder *finder)
{
    for (size_t i = 0; i < finder->depth; i++)
        plat_free(finder->level[i].key);
    plat_free(finder->level);
    finder->level = NULL;
    finder->depth = finder->room = 0;
    finder->protected_depth = 0;
    finder->at = REG_KEY_NONE;
}

void finder_free(struct finder *finder)
{
    drop_levels(finder);
    plat_buffer_free(&finder->text);
    plat_buffer_free(&finder->fold);
}

/* ---- matching ---- */

bool finder_matches(const struct finder *finder, const char *text, size_t size)
{
    struct plat_buffer fold;
    const struct plat_buffer *wanted = &finder->fold;
    bool found = false;

    plat_buffer_init(&fold, 4 * (size_t)LIMIT_REG_DATA);
    plat_name_fold(&fold, text, size);
    if (fold.failed)
        found = false;
    else if (finder->what & FIND_WHOLE)
        found = plat_span_equal(plat_span_of(fold.data, fold.size), plat_span_of(wanted->data, wanted->size));
    else
        for (size_t i = 0; !found && i + wanted->size <= fold.size; i++)
            found = memcmp(fold.data + i, wanted->data, wanted->size) == 0;
    plat_buffer_free(&fold);
    return found;
}

struct list_search {
    const struct finder *finder;
    bool found;
};

static void match_item(void *context, const char *text)
{
    struct list_search *search = context;

    search->found = search->found || finder_matches(search->finder, text, strlen(text));
}

/* "0a 1b", "0a,1b", "0a1b" */
static bool parse_bytes(const struct plat_buffer *text, struct plat_buffer *bytes)
{
    int high = -1;

    for (size_t i = 0; i < text->size; i++) {
        char c = (char)text->data[i];
        int digit = plat_hex_digit(c);

        if ((c == ' ' || c == ',') && high < 0)
            continue;
        if (digit < 0)
            return false;
        if (high >= 0)
            plat_buffer_append_u8(bytes, (uint8_t)(high << 4 | digit));
        high = high < 0 ? digit : -1;
    }
    return high < 0 && bytes->size > 0;
}

static bool match_bytes(const struct finder *finder, struct plat_span data)
{
    struct plat_buffer bytes;
    bool found = false;

    plat_buffer_init(&bytes, LIMIT_REG_DATA);
    if (parse_bytes(&finder->text, &bytes))
        for (size_t i = 0; !found && i + bytes.size <= data.size; i++)
            found = memcmp(data.data + i, bytes.data, bytes.size) == 0 &&
                    (!(finder->what & FIND_WHOLE) || bytes.size == data.size);
    plat_buffer_free(&bytes);
    return found;
}

bool finder_matches_data(const struct finder *finder, const struct reg_value *value)
{
    struct list_search search = {.finder = finder};
    const char *text = (const char *)finder->text.data;
    size_t size = finder->text.size;
    bool hexadecimal = size > 2 && text[0] == '0' && (text[1] == 'x' || text[1] == 'X');
    uint64_t number, wanted;
    struct plat_buffer string;

    if (value->type == REG_SZ || value->type == REG_EXPAND_SZ) {
        plat_buffer_init(&string, 2 * (size_t)LIMIT_REG_DATA);
        reg_value_string(value, &string);
        search.found = finder_matches(finder, (const char *)string.data, string.size);
        plat_buffer_free(&string);
    } else if (value->type == REG_MULTI_SZ) {
        reg_value_strings(value, match_item, &search);
    } else if (words_number(value->type, value->data, &number)) {
        search.found = words_parse_number(text, size, hexadecimal, 8, &wanted) && wanted == number;
    } else {
        search.found = match_bytes(finder, value->data);
    }
    return search.found;
}

/* ---- walking ---- */

static bool collect_key(void *context, reg_key key, const char *name)
{
    struct find_level *level = context;

    (void)name;
    if (level->count == level->room) {
        size_t room = level->room * 2 + 16;
        reg_key *grown = plat_realloc(level->key, room * sizeof *grown);

        if (grown == NULL)
            return false;
        level->key = grown;
        level->room = room;
    }
    level->key[level->count++] = key;
    return true;
}

static win_error push(struct finder *finder, struct find_level level)
{
    if (finder->depth == finder->room) {
        size_t room = finder->room * 2 + 16;
        struct find_level *grown = plat_realloc(finder->level, room * sizeof *grown);

        if (grown == NULL) {
            plat_free(level.key);
            return ERROR_NOT_ENOUGH_MEMORY;
        }
        finder->level = grown;
        finder->room = room;
    }
    finder->level[finder->depth++] = level;
    return ERROR_SUCCESS;
}

/* Puts the keys below `key` on the stack; its values come first. */
static win_error descend(struct finder *finder, struct reg_db *db, reg_key key)
{
    struct find_level level = {.count = 0};
    struct reg_key_info info;
    win_error error = reg_key_info_of(db, key, &info);

    if (error == ERROR_SUCCESS)
        error = reg_each_key(db, key, collect_key, &level);
    if (error == ERROR_SUCCESS && level.count < info.key_count && level.count == level.room)
        error = ERROR_NOT_ENOUGH_MEMORY;
    if (error != ERROR_SUCCESS) {
        plat_free(level.key);
        return error;
    }
    error = push(finder, level);
    if (error != ERROR_SUCCESS)
        return error;
    if (finder->protected_depth == 0 && info.is_protected)
        finder->protected_depth = finder->depth;
    finder->at = key;
    finder->value = 0;
    return ERROR_SUCCESS;
}

/* Of the keys on the top of the stack, those behind `key` are still to be searched; none with FIND_BELOW. */
static void skip_to(struct finder *finder, reg_key key)
{
    struct find_level *level = &finder->level[finder->depth - 1];

    while (level->next < level->count && ((finder->what & FIND_BELOW) || level->key[level->next] != key))
        level->next++;
    if (level->next < level->count)
        level->next++;
}

/* The stack as if the search had come from the first root key down to this one. */
static win_error climb_down(struct finder *finder, struct reg_db *db, const char *path)
{
    struct find_level roots = {.count = 0};
    const char *rest;
    reg_key key;
    win_error error = reg_path_split(path, &key, &rest);

    for (reg_key root = REG_HKCR; root <= REG_HKU && error == ERROR_SUCCESS; root++)
        error = collect_key(&roots, root, "") ? ERROR_SUCCESS : ERROR_NOT_ENOUGH_MEMORY;
    if (error != ERROR_SUCCESS) {
        plat_free(roots.key);
        return error;
    }
    error = push(finder, roots);
    if (error == ERROR_SUCCESS)
        skip_to(finder, key);
    while (error == ERROR_SUCCESS && rest[0] != '\0') {
        size_t size = strcspn(rest, "\\");
        char *name = plat_strndup(rest, size);

        error = name != NULL ? descend(finder, db, key) : ERROR_NOT_ENOUGH_MEMORY;
        if (error == ERROR_SUCCESS)
            error = reg_key_open(db, key, name, &key);
        if (error == ERROR_SUCCESS)
            skip_to(finder, key);
        plat_free(name);
        rest += size + (rest[size] == '\\');
    }
    return error ? error : descend(finder, db, key);
}

win_error finder_start(struct finder *finder, struct reg_db *db, reg_key from, const char *text, size_t size,
                       unsigned what)
{
    struct plat_buffer path;
    win_error error;

    finder_free(finder);
    plat_buffer_init(&finder->text, LIMIT_REG_DATA);
    plat_buffer_init(&finder->fold, 4 * (size_t)LIMIT_REG_DATA);
    plat_buffer_append(&finder->text, text, size);
    plat_name_fold(&finder->fold, text, size);
    finder->what = what;
    finder->from = from;
    finder->searched = 0;
    plat_buffer_init(&path, LIMIT_REG_PATH);
    error = finder->text.failed ? finder->text.failed : finder->fold.failed;
    if (error == ERROR_SUCCESS)
        error = reg_key_path(db, from, &path);
    if (error == ERROR_SUCCESS)
        error =
            plat_buffer_text(&path) != NULL ? climb_down(finder, db, (const char *)path.data) : path.failed;
    plat_buffer_free(&path);
    return error;
}

struct value_search {
    const struct finder *finder;
    uint32_t skip, seen;
    bool with_data;
    bool found;
    struct plat_buffer *name;
};

static bool match_value(void *context, const struct reg_value *value)
{
    struct value_search *search = context;
    const struct finder *finder = search->finder;

    if (search->seen++ < search->skip)
        return true;
    search->found =
        ((finder->what & FIND_VALUES) && finder_matches(finder, value->name, strlen(value->name))) ||
        (search->with_data && finder_matches_data(finder, value));
    if (search->found)
        plat_buffer_append_text(search->name, value->name);
    return !search->found;
}

/* The values of finder->at that are still to be looked at. */
static win_error search_values(struct finder *finder, struct reg_db *db, struct plat_buffer *name, bool *found)
{
    struct value_search search = {.finder = finder,
                                  .skip = finder->value,
                                  .with_data = (finder->what & FIND_DATA) && finder->protected_depth == 0,
                                  .name = name};
    win_error error = reg_each_value(db, finder->at, match_value, &search);

    finder->value = search.seen;
    *found = search.found;
    return error;
}

/* The last component of the key's path. The names of root keys say nothing. */
static bool name_matches(struct finder *finder, struct reg_db *db, reg_key key)
{
    struct plat_buffer path;
    const char *last;
    bool found = false;

    plat_buffer_init(&path, LIMIT_REG_PATH);
    if (reg_key_path(db, key, &path) == ERROR_SUCCESS && plat_buffer_text(&path) != NULL) {
        last = strrchr((const char *)path.data, '\\');
        found = last != NULL && finder_matches(finder, last + 1, strlen(last + 1));
    }
    plat_buffer_free(&path);
    return found;
}

/* The next key in the tree's order; REG_KEY_NONE at the end. */
static reg_key next_key(struct finder *finder)
{
    while (finder->depth > 0) {
        struct find_level *level = &finder->level[finder->depth - 1];

        if (level->next < level->count)
            return level->key[level->next++];
        plat_free(level->key);
        finder->depth--;
        if (finder->protected_depth > finder->depth)
            finder->protected_depth = 0;
    }
    return REG_KEY_NONE;
}

enum find_result finder_next(struct finder *finder, struct reg_db *db, unsigned keys, reg_key *key,
                             bool *has_value, struct plat_buffer *name, win_error *error)
{
    *error = ERROR_SUCCESS;
    for (unsigned i = 0; i < keys; i++) {
        bool found = false;

        if (finder->at != REG_KEY_NONE && (finder->what & (FIND_VALUES | FIND_DATA))) {
            *error = search_values(finder, db, name, &found);
            *key = finder->at;
            *has_value = true;
        }
        if (*error == ERROR_SUCCESS && !found) {
            finder->at = REG_KEY_NONE;
            *key = next_key(finder);
            if (*key == REG_KEY_NONE)
                return FIND_END;
            finder->searched++;
            *has_value = false;
            *error = descend(finder, db, *key);
            found = *error == ERROR_SUCCESS && (finder->what & FIND_KEYS) && name_matches(finder, db, *key);
        }
        if (*error == ERROR_KEY_DELETED) { /* meanwhile, by somebody */
            *error = ERROR_SUCCESS;
            finder->at = REG_KEY_NONE;
            continue;
        }
        if (*error != ERROR_SUCCESS)
            return FIND_FAILED;
        if (found)
            return FIND_FOUND;
    }
    return FIND_BUSY;
}
