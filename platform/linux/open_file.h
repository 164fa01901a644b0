/* SPDX-License-Identifier: Apache-2.0 */
/* Shared by the files of this folder that deal with files and directories. */
#ifndef CERIUM_PLATFORM_LINUX_OPEN_FILE_H
#define CERIUM_PLATFORM_LINUX_OPEN_FILE_H

#include "platform/file.h"

#include <sys/stat.h>

/* The longest name in a directory, in bytes, with its NUL. */
#define LINUX_NAME_SIZE 256

struct plat_file {
    int fd; /* a regular file or directory, open for reading */
};

void linux_info_of(const struct stat *st, struct plat_file_info *info);

/* read(2) and write(2) until all is done; *got < size only at the end of the file. */
win_error linux_read(int fd, void *buffer, size_t size, size_t *got);
win_error linux_write(int fd, const void *data, size_t size);

/*
 * Calls `each` for the entries of the directory behind `fd` (which stays open and keeps its place) but "." and "..".
 * ERROR_MORE_DATA after LIMIT_DIRECTORY_ENTRIES of them.
 */
win_error linux_each_entry(int fd, bool (*each)(void *context, const char *name), void *context);

/* A name that a CE path can spell: not empty, "." or "..", no separator, colon or control character. */
bool linux_name_is_plain(const char *name, size_t size);

/*
 * The spelling on disk of an entry: the exact name, else the first in byte order of those that are equal without case.
 * ERROR_FILE_NOT_FOUND.
 */
win_error linux_find_entry(int directory, const char *name, char found[LINUX_NAME_SIZE]);

/* Opens an entry by its spelling on disk. Regular files and directories only, links are not followed, never blocks. */
win_error linux_open_entry(int directory, const char *name, struct plat_file **file);

#endif
