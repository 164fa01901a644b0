/* SPDX-License-Identifier: Apache-2.0 */
/* Which files belong to the registry, by whatever name they are called. */
#include "tool.h"

#include "platform/file.h"
#include "platform/limits.h"

#include <string.h>

/* The folder that a path lies in; *base is the name in it. false: it cannot be looked at. */
static bool folder_of(const char *path, struct plat_file_info *info, const char **base)
{
    const char *slash = strrchr(path, '/');
    struct plat_buffer folder;
    const char *text;
    bool good;

    *base = slash ? slash + 1 : path;
    plat_buffer_init(&folder, LIMIT_PATH_SIZE);
    plat_buffer_append(&folder, path, (size_t)(*base - path));
    plat_buffer_append_text(&folder, ".");
    text = plat_buffer_text(&folder);
    good = text && plat_file_stat(text, info) == ERROR_SUCCESS;
    plat_buffer_free(&folder);
    return good;
}

static bool same_file(const struct plat_file_info *a, const struct plat_file_info *b)
{
    return a->identity[0] == b->identity[0] && a->identity[1] == b->identity[1];
}

/* The same file by another name, or the place where it would be. */
static bool is_place_of(const char *name, const char *file)
{
    struct plat_file_info a, b;
    const char *base_a, *base_b;

    if (plat_file_stat(name, &a) == ERROR_SUCCESS && plat_file_stat(file, &b) == ERROR_SUCCESS &&
        same_file(&a, &b))
        return true;
    return folder_of(name, &a, &base_a) && folder_of(file, &b, &base_b) && same_file(&a, &b) &&
           strcmp(base_a, base_b) == 0;
}

bool tool_is_of_registry(const struct reg_db *db, const char *name)
{
    static const char *const suffixes[] = {"", "-wal", "-shm", "-journal", ".bell"};
    struct plat_buffer path;
    bool found = false;

    plat_buffer_init(&path, LIMIT_PATH_SIZE + sizeof "-journal");
    for (size_t i = 0; i < sizeof suffixes / sizeof suffixes[0] && !found; i++) {
        const char *text;

        plat_buffer_clear(&path);
        plat_buffer_printf(&path, "%s%s", reg_db_path(db), suffixes[i]);
        text = plat_buffer_text(&path);
        found = text && is_place_of(name, text);
    }
    plat_buffer_free(&path);
    return found;
}
