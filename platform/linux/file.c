/* SPDX-License-Identifier: Apache-2.0 */
/* Whole files by host path. */
#define _GNU_SOURCE
#include "platform/file.h"
#include "platform/memory.h"

#include "linux/error.h"
#include "linux/open_file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>

win_error linux_read(int fd, void *buffer, size_t size, size_t *got)
{
    uint8_t *next = buffer;

    *got = 0;
    while (*got < size) {
        ssize_t n = read(fd, next + *got, size - *got);

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return errno == EIO ? ERROR_READ_FAULT : linux_error(errno);
        if (n == 0)
            break;
        *got += (size_t)n;
    }
    return ERROR_SUCCESS;
}

win_error linux_write(int fd, const void *data, size_t size)
{
    const uint8_t *next = data;

    while (size > 0) {
        ssize_t n = write(fd, next, size);

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return errno == EIO ? ERROR_WRITE_FAULT : linux_error(errno);
        next += n;
        size -= (size_t)n;
    }
    return ERROR_SUCCESS;
}

/*
 * `expected` bytes go where they stay: all the room at once, as a growing buffer would leave copies behind. What comes after them, or was not expected,
 * goes through the stack, whose copy is wiped: the file may be a private key.
 */
static win_error read_rest(int fd, size_t expected, struct plat_buffer *out)
{
    uint8_t chunk[4096];
    size_t before = out->size;
    size_t got = 0;
    win_error error = ERROR_SUCCESS;
    uint8_t *room = expected > 0 && expected <= out->limit ? plat_buffer_reserve(out, expected) : NULL;

    if (room) {
        error = linux_read(fd, room, expected, &got);
        plat_buffer_advance(out, got);
    }
    while (!error) {
        error = linux_read(fd, chunk, sizeof chunk, &got);
        plat_buffer_append(out, chunk, got);
        if (!error)
            error = out->failed;
        if (got < sizeof chunk)
            break;
    }
    plat_wipe(chunk, sizeof chunk);
    if (error && out->size > before) {
        plat_wipe(out->data + before, out->size - before);
        out->size = before;
    }
    return error;
}

static bool is_private(const struct stat *st)
{
    return (st->st_mode & 077) == 0 && (st->st_uid == geteuid() || st->st_uid == 0);
}

/* What was opened, is looked at and read: a path could lead elsewhere the next time. */
static win_error read_opened(int fd, bool private, struct plat_buffer *out)
{
    struct stat st;

    if (fstat(fd, &st) != 0)
        return linux_error(errno);
    if (!S_ISREG(st.st_mode) || (private && !is_private(&st)))
        return ERROR_ACCESS_DENIED;
    return read_rest(fd, (uint64_t)st.st_size <= out->limit ? (size_t)st.st_size : 0, out);
}

static win_error read_path(const char *path, bool private, struct plat_buffer *out)
{
    int fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC | (private ? O_NOFOLLOW : 0));
    win_error error;

    if (fd < 0)
        return errno == ELOOP ? ERROR_ACCESS_DENIED : linux_error(errno);
    error = read_opened(fd, private, out);
    close(fd);
    return error;
}

win_error plat_file_read_all(const char *path, struct plat_buffer *out)
{
    return strcmp(path, "-") == 0 ? read_rest(STDIN_FILENO, 0, out) : read_path(path, false, out);
}

win_error plat_file_read_private(const char *path, struct plat_buffer *out)
{
    return read_path(path, true, out);
}

/* Opened once more, this time to wait for a writer. */
static win_error read_pipe(const char *path, struct plat_buffer *out)
{
    int fd = open(path, O_RDONLY | O_NOCTTY | O_CLOEXEC);
    struct stat st;
    win_error error;

    if (fd < 0)
        return linux_error(errno);
    if (fstat(fd, &st) != 0)
        error = linux_error(errno);
    else
        error = S_ISFIFO(st.st_mode) ? read_rest(fd, 0, out) : ERROR_ACCESS_DENIED;
    close(fd);
    return error;
}

win_error plat_file_read_secret(const char *path, struct plat_buffer *out)
{
    struct stat st;
    win_error error;
    int fd;

    if (strcmp(path, "-") == 0)
        return read_rest(STDIN_FILENO, 0, out);
    fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    if (fd < 0)
        return linux_error(errno);
    if (fstat(fd, &st) == 0 && S_ISFIFO(st.st_mode))
        error = read_pipe(path, out); /* this end stays open until then: a writer must not find none */
    else
        error = read_opened(fd, true, out);
    close(fd);
    return error;
}

win_error plat_file_create_private(const char *path)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    win_error error = ERROR_SUCCESS;

    if (fd < 0)
        return errno == ENOENT ? ERROR_PATH_NOT_FOUND : linux_error(errno);
    if (fchmod(fd, 0600) != 0) /* the umask may have taken bits away */
        error = linux_error(errno);
    close(fd);
    return error;
}

win_error plat_file_stat(const char *path, struct plat_file_info *info)
{
    struct stat st;

    if (stat(path, &st) != 0)
        return linux_error(errno);
    linux_info_of(&st, info);
    return ERROR_SUCCESS;
}

win_error plat_file_remove(const char *path)
{
    return unlink(path) == 0 ? ERROR_SUCCESS : linux_error(errno);
}
