/* SPDX-License-Identifier: Apache-2.0 */
/* The files that the verbs read and write. */
#include "reg/regtool.h"

#include "platform/file.h"
#include "platform/limits.h"
#include "platform/text.h"

#include <string.h>

/* A pipe is read from standard input only: what a name leads to may keep an import waiting for ever. */
static bool is_no_file(const char *name)
{
    struct plat_file_info info;

    if (strcmp(name, "-") == 0 || plat_file_stat(name, &info) != ERROR_SUCCESS ||
        info.kind == PLAT_FILE_REGULAR)
        return false;
    if (info.kind == PLAT_FILE_DIRECTORY)
        regtool_fail("%s is a folder; name a file.", name);
    else
        regtool_fail("%s is a pipe or a device, no file; give - for its name and send it to standard input.",
                     name);
    return true;
}

bool regtool_read_file(const char *name, struct plat_buffer *file, const char **shown)
{
    win_error error;

    if (is_no_file(name))
        return false;
    error = plat_file_read_all(name, file);
    if (strcmp(name, "-") == 0)
        name = "standard input";
    if (shown)
        *shown = name;
    if (error == ERROR_FILE_TOO_LARGE)
        regtool_fail("%s is larger than %u MiB.", name, LIMIT_REG_TEXT / 1024U / 1024U);
    else if (error)
        regtool_fail("%s cannot be read: %s.", name, win_error_text(error));
    return error == ERROR_SUCCESS;
}

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

/* The registry's file and what SQLite and the bell keep beside it. */
static bool is_of_registry(const struct reg_db *db, const char *name)
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

bool regtool_may_write(const struct reg_db *db, const char *name, bool overwrite)
{
    struct plat_file_info info;

    if (strcmp(name, "-") == 0)
        return true;
    if (is_of_registry(db, name)) {
        regtool_fail("%s belongs to the registry itself; name another file.", name);
        return false;
    }
    if (plat_file_stat(name, &info) != ERROR_SUCCESS)
        return true;
    if (info.kind != PLAT_FILE_REGULAR) {
        regtool_fail("%s is no regular file; name one, or - for standard output.", name);
        return false;
    }
    return overwrite || regtool_confirm("File %s already exists. Overwrite (Yes/No)? ", name);
}
