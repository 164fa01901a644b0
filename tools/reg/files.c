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

bool regtool_may_write(const struct reg_db *db, const char *name, bool overwrite)
{
    struct plat_file_info info;

    if (strcmp(name, "-") == 0)
        return true;
    if (tool_is_of_registry(db, name)) {
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
