/* SPDX-License-Identifier: Apache-2.0 */
/* Open files, and entries of open directories. */
#define _GNU_SOURCE
#include "linux/open_file.h"

#include "platform/limits.h"
#include "platform/memory.h"
#include "platform/text.h"

#include "linux/error.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

_Static_assert(sizeof(off_t) == 8, "off_t must have 64 bits: compile with -D_FILE_OFFSET_BITS=64");

void linux_info_of(const struct stat *st, struct plat_file_info *info)
{
    *info = (struct plat_file_info){
        .kind = S_ISREG(st->st_mode)   ? PLAT_FILE_REGULAR
                : S_ISDIR(st->st_mode) ? PLAT_FILE_DIRECTORY
                                       : PLAT_FILE_OTHER,
        .size = S_ISREG(st->st_mode) ? (uint64_t)st->st_size : 0,
        .modified = st->st_mtim.tv_sec,
        .modified_ns = (uint32_t)st->st_mtim.tv_nsec,
        .identity = {(uint64_t)st->st_dev, (uint64_t)st->st_ino},
        .mode = (uint32_t)(st->st_mode & 07777),
    };
}

bool linux_name_is_plain(const char *name, size_t size)
{
    if (size == 0 || (name[0] == '.' && (size == 1 || (size == 2 && name[1] == '.'))))
        return false;
    for (size_t i = 0; i < size; i++) {
        unsigned char c = (unsigned char)name[i];

        if (c < 0x20 || c == 0x7F || c == '/' || c == '\\' || c == ':')
            return false;
    }
    return true;
}

struct search {
    const char *name;
    char *found;
};

static bool consider(void *context, const char *name)
{
    struct search *search = context;

    if (strlen(name) < LINUX_NAME_SIZE && plat_name_equal(name, search->name) &&
        (search->found[0] == '\0' || strcmp(name, search->found) < 0))
        memcpy(search->found, name, strlen(name) + 1);
    return true;
}

win_error linux_find_entry(int directory, const char *name, char found[LINUX_NAME_SIZE])
{
    struct search search = {.name = name, .found = found};
    struct stat st;
    win_error error;

    if (strlen(name) >= LINUX_NAME_SIZE)
        return ERROR_FILENAME_EXCED_RANGE;
    if (fstatat(directory, name, &st, AT_SYMLINK_NOFOLLOW) == 0) {
        memcpy(found, name, strlen(name) + 1);
        return ERROR_SUCCESS;
    }
    if (errno != ENOENT)
        return linux_error(errno);
    found[0] = '\0';
    error = linux_each_entry(directory, consider, &search);
    if (error)
        return error;
    return found[0] ? ERROR_SUCCESS : ERROR_FILE_NOT_FOUND;
}

/*
 * First a handle that only names the entry (O_PATH: no device is touched), then, if it is a file or directory, one for
 * reading. The name may have been given to something else in between: then the two differ, and it is tried again.
 */
static win_error open_once(int directory, const char *name, int *fd, bool *changed)
{
    int named = openat(directory, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
    struct stat before, after;
    int opened;

    *changed = false;
    if (named < 0)
        return linux_error(errno);
    if (fstat(named, &before) != 0 || (!S_ISREG(before.st_mode) && !S_ISDIR(before.st_mode))) {
        close(named);
        return ERROR_ACCESS_DENIED;
    }
    opened = openat(directory, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    if (opened < 0) {
        win_error error = linux_error(errno);

        close(named);
        return error;
    }
    *changed = fstat(opened, &after) != 0 || before.st_dev != after.st_dev || before.st_ino != after.st_ino;
    close(named); /* only now: until here nobody else can get its inode number */
    if (*changed) {
        close(opened);
        return ERROR_SHARING_VIOLATION;
    }
    *fd = opened;
    return ERROR_SUCCESS;
}

win_error linux_open_entry(int directory, const char *name, struct plat_file **file)
{
    struct plat_file *f = plat_alloc(sizeof *f);
    win_error error = ERROR_SUCCESS;
    bool changed = true;

    *file = NULL;
    if (!f)
        return ERROR_NOT_ENOUGH_MEMORY;
    for (int i = 0; i < 5 && changed; i++)
        error = open_once(directory, name, &f->fd, &changed);
    if (error) {
        plat_free(f);
        return error;
    }
    *file = f;
    return ERROR_SUCCESS;
}

win_error plat_file_open_in(struct plat_file *directory, const char *name, struct plat_file **file)
{
    char found[LINUX_NAME_SIZE];
    win_error error;

    *file = NULL;
    if (strcmp(name, "..") == 0)
        return ERROR_ACCESS_DENIED;
    if (!linux_name_is_plain(name, strlen(name)))
        return ERROR_INVALID_NAME;
    error = linux_find_entry(directory->fd, name, found);
    return error ? error : linux_open_entry(directory->fd, found, file);
}

void plat_file_close(struct plat_file *file)
{
    if (!file)
        return;
    close(file->fd);
    plat_free(file);
}

win_error plat_file_info_of(struct plat_file *file, struct plat_file_info *info)
{
    struct stat st;

    if (fstat(file->fd, &st) != 0)
        return linux_error(errno);
    linux_info_of(&st, info);
    return ERROR_SUCCESS;
}

win_error plat_file_read_at(struct plat_file *file, uint64_t offset, void *buffer, size_t size, size_t *got)
{
    uint8_t *next = buffer;

    *got = 0;
    if (offset > INT64_MAX || size > INT64_MAX - offset)
        return ERROR_INVALID_PARAMETER;
    while (*got < size) {
        ssize_t n = pread(file->fd, next + *got, size - *got, (off_t)(offset + *got));

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

struct listing {
    int fd;
    bool (*each)(void *context, const char *name, const struct plat_file_info *info);
    void *context;
};

/* Entries that vanished meanwhile, and names that no CE path can spell, are left out. */
static bool list_one(void *context, const char *name)
{
    struct listing *listing = context;
    struct plat_file_info info;
    struct stat st;

    if (!linux_name_is_plain(name, strlen(name)) || fstatat(listing->fd, name, &st, AT_SYMLINK_NOFOLLOW) != 0)
        return true;
    linux_info_of(&st, &info);
    return listing->each(listing->context, name, &info);
}

win_error plat_file_list(struct plat_file *directory,
                         bool (*each)(void *context, const char *name, const struct plat_file_info *info),
                         void *context)
{
    struct listing listing = {.fd = directory->fd, .each = each, .context = context};

    return linux_each_entry(directory->fd, list_one, &listing);
}
