/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Key paths and names: splitting, making, opening, renaming, deleting. The input is a list of orders, a line each: a letter, then
 * a path with its root, then for some a tab and a name:
 *   c PATH  make    p PATH  make, protected    d PATH  delete with everything below    r PATH<tab>NAME  rename
 *   v PATH<tab>NAME  set a value    x PATH<tab>NAME  delete it    any other: only look
 * What was made must be found again under its path, under the path it says it has, and in upper case. All is rolled back.
 */
#include "fuzz/fuzz.h"

#include "platform/limits.h"
#include "platform/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define INPUT_MOST 8192U

static struct reg_db *db;

static win_error find(const char *path, reg_key *key)
{
    const char *rest;
    reg_key root;
    win_error error = reg_path_split(path, &root, &rest);

    if (error) {
        fuzz_require(error == ERROR_BADKEY || error == ERROR_BAD_PATHNAME);
        return error;
    }
    fuzz_require(reg_root_name(root) != NULL);
    return reg_key_open(db, root, rest, key);
}

static void must_be(const char *path, reg_key key)
{
    reg_key found = REG_KEY_NONE;

    fuzz_require(find(path, &found) == ERROR_SUCCESS);
    fuzz_require(found == key);
}

static void check_key(reg_key key, const char *path)
{
    struct plat_buffer text;
    struct reg_key_info info;
    char *upper;

    must_be(path, key);
    plat_buffer_init(&text, 2 * LIMIT_REG_PATH);
    fuzz_require(reg_key_path(db, key, &text) == ERROR_SUCCESS);
    must_be(plat_buffer_text(&text), key);
    plat_buffer_free(&text);
    fuzz_require(reg_key_info_of(db, key, &info) == ERROR_SUCCESS);
    upper = malloc(strlen(path) + 1);
    fuzz_require(upper != NULL);
    for (size_t i = 0; i <= strlen(path); i++)
        upper[i] = path[i] >= 'a' && path[i] <= 'z' ? (char)(path[i] - 'a' + 'A') : path[i];
    must_be(upper, key);
    free(upper);
}

static void create(const char *path, unsigned flags)
{
    const char *rest;
    reg_key root, key = REG_KEY_NONE;
    bool created = false;
    win_error error = reg_path_split(path, &root, &rest);

    if (error)
        return;
    error = reg_key_create(db, root, rest, flags, &key, &created);
    if (error) {
        fuzz_require(error == ERROR_INVALID_PARAMETER || error == ERROR_BAD_PATHNAME ||
                     error == ERROR_FILENAME_EXCED_RANGE || error == ERROR_ACCESS_DENIED);
        return;
    }
    check_key(key, path);
}

static void delete (const char *path)
{
    struct plat_buffer text;
    reg_key key;

    if (find(path, &key))
        return;
    if (reg_root_name(key)) {
        fuzz_require(reg_key_delete_tree(db, key) == ERROR_ACCESS_DENIED);
        return;
    }
    fuzz_require(reg_key_delete_tree(db, key) == ERROR_SUCCESS);
    plat_buffer_init(&text, 2 * LIMIT_REG_PATH);
    fuzz_require(reg_key_path(db, key, &text) == ERROR_KEY_DELETED);
    plat_buffer_free(&text);
    fuzz_require(find(path, &key) == ERROR_FILE_NOT_FOUND);
}

static void rename_key(const char *path, const char *name)
{
    struct plat_buffer text;
    const char *full;
    reg_key key;
    win_error error;

    if (find(path, &key))
        return;
    error = reg_key_rename(db, key, name);
    if (error) {
        fuzz_require(error == ERROR_INVALID_PARAMETER || error == ERROR_ALREADY_EXISTS ||
                     error == ERROR_ACCESS_DENIED);
        return;
    }
    plat_buffer_init(&text, 2 * LIMIT_REG_PATH);
    fuzz_require(reg_key_path(db, key, &text) == ERROR_SUCCESS);
    full = plat_buffer_text(&text);
    fuzz_require(strlen(full) > strlen(name) && strcmp(full + strlen(full) - strlen(name), name) == 0);
    must_be(full, key);
    plat_buffer_free(&text);
}

static void set_value(const char *path, const char *name)
{
    struct plat_buffer data;
    reg_key key;
    win_error error;

    if (find(path, &key))
        return;
    error = reg_value_set(db, key, name, REG_BINARY, "set", 3);
    fuzz_require(error == ERROR_SUCCESS || error == ERROR_INVALID_NAME);
    plat_buffer_init(&data, 3);
    if (!error)
        fuzz_require(reg_value_get(db, key, name, NULL, &data) == ERROR_SUCCESS && data.size == 3);
    plat_buffer_free(&data);
}

static void delete_value(const char *path, const char *name)
{
    struct plat_buffer data;
    reg_key key;
    win_error error;

    if (find(path, &key))
        return;
    error = reg_value_delete(db, key, name);
    fuzz_require(error == ERROR_SUCCESS || error == ERROR_INVALID_NAME || error == ERROR_FILE_NOT_FOUND);
    plat_buffer_init(&data, 3);
    if (!error)
        fuzz_require(reg_value_get(db, key, name, NULL, &data) == ERROR_FILE_NOT_FOUND);
    plat_buffer_free(&data);
}

struct order {
    char last[4 * LIMIT_REG_KEY_NAME + 1];
    bool any;
};

/* Sub-keys come in the order of their upcased names, each once. */
static bool in_order(void *context, reg_key child, const char *name)
{
    struct order *order = context;

    fuzz_require(child != REG_KEY_NONE && strlen(name) < sizeof order->last);
    if (order->any)
        fuzz_require(plat_name_compare(order->last, name) < 0);
    order->any = true;
    snprintf(order->last, sizeof order->last, "%s", name);
    return true;
}

static void obey(char *line)
{
    char *path = line[0] ? line + 1 : line;
    char *tab;
    const char *name = "";
    reg_key key;

    path += *path == ' ';
    tab = strchr(path, '\t');
    if (tab) {
        *tab = 0;
        name = tab + 1;
    }
    switch (line[0]) {
    case 'c':
    case 'p':
        create(path, line[0] == 'p' ? REG_CREATE_PROTECTED : 0);
        break;
    case 'd':
        delete (path);
        break;
    case 'r':
        rename_key(path, name);
        break;
    case 'v':
        set_value(path, name);
        break;
    case 'x':
        delete_value(path, name);
        break;
    default:
        (void)find(path, &key);
        break;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text;

    if (size > INPUT_MOST)
        return 0;
    if (!db)
        db = fuzz_registry("key_path.db");
    text = malloc(size + 1);
    fuzz_require(text != NULL);
    memcpy(text, data, size);
    text[size] = 0;
    fuzz_require(reg_begin(db) == ERROR_SUCCESS);
    for (char *line = text, *end = text + size; line < end;) {
        char *stop = memchr(line, '\n', (size_t)(end - line));

        if (stop)
            *stop = 0;
        obey(line);
        line = stop ? stop + 1 : end;
    }
    for (reg_key root = REG_HKCR; root <= REG_HKU; root++) {
        struct order order = {.any = false};

        fuzz_require(reg_each_key(db, root, in_order, &order) == ERROR_SUCCESS);
    }
    reg_rollback(db);
    free(text);
    return 0;
}

/* What is deep, too deep, and about as long as a name can be. */
bool fuzz_seed(unsigned number, struct plat_buffer *seed)
{
    static const unsigned deep[] = {100, 512 + 1};
    static const unsigned wide[] = {254, 255, 256};

    if (number >= 5)
        return false;
    plat_buffer_append_text(seed, "c HKLM");
    for (unsigned i = 0; number < 2 && i < deep[number]; i++)
        plat_buffer_append_text(seed, "\\a");
    if (number >= 2)
        plat_buffer_append_text(seed, "\\");
    for (unsigned i = 0; number >= 2 && i < wide[number - 2]; i++)
        plat_buffer_append_text(seed, "\xc3\xa9");
    plat_buffer_append_text(seed, "\n");
    return true;
}
