/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE
#include "platform/file.h"
#include "platform/limits.h"

#include "linux/error.h"
#include "linux/open_file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

/* Takes over `fd`. */
static win_error each_of(int fd, bool (*each)(void *context, const char *name), void *context)
{
    DIR *directory = fdopendir(fd);
    win_error error = ERROR_SUCCESS;
    unsigned count = 0;
    const struct dirent *entry;

    if (!directory) {
        error = linux_error(errno);
        close(fd);
        return error == ERROR_PATH_NOT_FOUND ? ERROR_DIRECTORY : error;
    }
    for (;;) {
        errno = 0;
        entry = readdir(directory);
        if (!entry) {
            error = linux_error(errno);
            break;
        }
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
            continue;
        if (++count > LIMIT_DIRECTORY_ENTRIES) {
            error = ERROR_MORE_DATA;
            break;
        }
        if (!each(context, entry->d_name))
            break;
    }
    closedir(directory);
    return error;
}

win_error linux_each_entry(int fd, bool (*each)(void *context, const char *name), void *context)
{
    /* A second handle: the place in a directory belongs to the handle. */
    int again = openat(fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

    if (again < 0)
        return errno == ENOTDIR ? ERROR_DIRECTORY : linux_error(errno);
    return each_of(again, each, context);
}

win_error plat_directory_list(const char *path, bool (*each)(void *context, const char *name), void *context)
{
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

    if (fd < 0)
        return errno == ENOTDIR ? ERROR_DIRECTORY : linux_error(errno);
    return each_of(fd, each, context);
}

win_error plat_directory_create(const char *path, uint32_t mode)
{
    if (mkdir(path, (mode_t)(mode & 07777)) == 0)
        return ERROR_SUCCESS;
    return errno == ENOENT ? ERROR_PATH_NOT_FOUND : linux_error(errno);
}
