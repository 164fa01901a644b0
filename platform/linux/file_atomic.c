/* SPDX-License-Identifier: Apache-2.0 */
/* plat_file_write_atomic, plat_file_replace, plat_file_place, plat_file_absolute, plat_file_real. */
#define _GNU_SOURCE
#include "platform/file.h"
#include "platform/random.h"

#include "linux/error.h"
#include "linux/open_file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define TEMPORARY_SIZE 32

/* The folder of a path ("." when it names none) and the name in it. */
static win_error split(const char *path, char text[PATH_MAX], const char **name)
{
    const char *slash = strrchr(path, '/');
    size_t size = slash ? (size_t)(slash - path) + 1 : 0;

    *name = slash ? slash + 1 : path;
    if (size >= PATH_MAX - 1)
        return ERROR_FILENAME_EXCED_RANGE;
    if (**name == '\0')
        return ERROR_INVALID_NAME;
    memcpy(text, size ? path : ".", size ? size : 1);
    text[size ? size : 1] = '\0';
    return ERROR_SUCCESS;
}

static win_error open_folder(const char *path, int *folder, const char **name)
{
    char text[PATH_MAX];
    win_error error = split(path, text, name);

    if (error)
        return error;
    *folder = open(text, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (*folder < 0)
        return errno == ENOENT ? ERROR_PATH_NOT_FOUND : linux_error(errno);
    return ERROR_SUCCESS;
}

static win_error create_temporary(int folder, mode_t mode, char name[TEMPORARY_SIZE], int *fd)
{
    for (int i = 0; i < 8; i++) {
        uint32_t number[2];
        win_error error = plat_random(number, sizeof number);

        if (error)
            return error;
        snprintf(name, TEMPORARY_SIZE, ".cerium-%08x%08x", (unsigned)number[0], (unsigned)number[1]);
        *fd = openat(folder, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode);
        if (*fd >= 0)
            return ERROR_SUCCESS;
        if (errno != EEXIST)
            return linux_error(errno);
    }
    return ERROR_ALREADY_EXISTS;
}

/* Content and mode, safely on the medium; closes fd. */
static win_error fill(int fd, const void *data, size_t size, mode_t mode)
{
    win_error error = ERROR_SUCCESS;

    /* open() let the umask take bits away, so the file was never more open than `mode` */
    if (fchmod(fd, mode) != 0)
        error = linux_error(errno);
    if (!error)
        error = linux_write(fd, data, size);
    if (!error && fsync(fd) != 0)
        error = errno == EIO ? ERROR_WRITE_FAULT : linux_error(errno);
    if (close(fd) != 0 && !error)
        error = errno == EIO ? ERROR_WRITE_FAULT : linux_error(errno);
    return error;
}

/* Renaming would put a file in the place of a device, a pipe or a link that somebody counts on. */
static win_error check_target(int folder, const char *name)
{
    struct stat st;

    if (fstatat(folder, name, &st, AT_SYMLINK_NOFOLLOW) != 0)
        return errno == ENOENT ? ERROR_SUCCESS : linux_error(errno);
    return S_ISREG(st.st_mode) ? ERROR_SUCCESS : ERROR_ACCESS_DENIED;
}

/* Some file systems cannot sync a folder and say EINVAL: they have nothing to sync. */
static win_error sync_folder(int folder)
{
    if (fsync(folder) == 0 || errno == EINVAL)
        return ERROR_SUCCESS;
    return errno == EIO ? ERROR_WRITE_FAULT : linux_error(errno);
}

win_error plat_file_write_atomic(const char *path, const void *data, size_t size, uint32_t mode)
{
    char temporary[TEMPORARY_SIZE];
    const char *name;
    int folder = -1;
    int fd = -1;
    win_error error = open_folder(path, &folder, &name);

    if (error)
        return error;
    error = check_target(folder, name);
    if (!error)
        error = create_temporary(folder, (mode_t)(mode & 0777), temporary, &fd);
    if (!error) {
        error = fill(fd, data, size, (mode_t)(mode & 0777));
        if (!error)
            error = check_target(folder, name);
        if (!error && renameat(folder, temporary, folder, name) != 0)
            error = linux_error(errno);
        if (error)
            (void)unlinkat(folder, temporary, 0);
    }
    if (!error)
        error = sync_folder(folder);
    close(folder);
    return error;
}

static win_error sync_named(int folder, const char *name)
{
    int fd = openat(folder, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
    win_error error = ERROR_SUCCESS;

    if (fd < 0)
        return linux_error(errno);
    if (fsync(fd) != 0)
        error = errno == EIO ? ERROR_WRITE_FAULT : linux_error(errno);
    close(fd);
    return error;
}

/* Not every file system can rename so (NFS), and not every one has links (FAT): one of the two does. */
static win_error rename_new(int folder, const char *from, const char *to)
{
    if (renameat2(folder, from, folder, to, RENAME_NOREPLACE) == 0)
        return ERROR_SUCCESS;
    if (errno != EINVAL && errno != ENOSYS)
        return errno == EEXIST ? ERROR_ALREADY_EXISTS : linux_error(errno);
    if (linkat(folder, from, folder, to, 0) != 0)
        return errno == EEXIST ? ERROR_ALREADY_EXISTS : linux_error(errno);
    return unlinkat(folder, from, 0) == 0 ? ERROR_SUCCESS : linux_error(errno);
}

static win_error put(const char *from, const char *path, bool replaces)
{
    const char *from_slash = strrchr(from, '/');
    size_t from_folder = from_slash ? (size_t)(from_slash - from) + 1 : 0;
    const char *name;
    int folder = -1;
    win_error error = open_folder(path, &folder, &name);

    if (error)
        return error;
    if (from_folder != (size_t)(name - path) || memcmp(from, path, from_folder) != 0)
        error = ERROR_INVALID_PARAMETER;
    if (!error)
        error = sync_named(folder, from + from_folder);
    if (!error && !replaces)
        error = rename_new(folder, from + from_folder, name);
    if (!error && replaces)
        error = check_target(folder, name);
    if (!error && replaces && renameat(folder, from + from_folder, folder, name) != 0)
        error = linux_error(errno);
    if (!error)
        error = sync_folder(folder);
    close(folder);
    return error;
}

win_error plat_file_replace(const char *from, const char *path)
{
    return put(from, path, true);
}

win_error plat_file_place(const char *from, const char *path)
{
    return put(from, path, false);
}

win_error plat_file_absolute(const char *path, struct plat_buffer *out)
{
    char text[PATH_MAX];
    char folder[PATH_MAX];
    const char *name;
    win_error error = split(path, text, &name);

    if (error)
        return error;
    if (!realpath(text, folder))
        return errno == ENOENT ? ERROR_PATH_NOT_FOUND : linux_error(errno);
    plat_buffer_printf(out, "%s%s%s", folder, strcmp(folder, "/") == 0 ? "" : "/", name);
    return out->failed;
}

win_error plat_file_real(const char *path, struct plat_buffer *out)
{
    char real[PATH_MAX];

    if (!realpath(path, real))
        return linux_error(errno);
    plat_buffer_append_text(out, real);
    return out->failed;
}
