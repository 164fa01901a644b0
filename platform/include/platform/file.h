/* SPDX-License-Identifier: Apache-2.0 */
/* Files by host path, and directory trees addressed by CE path. */
#ifndef CERIUM_PLATFORM_FILE_H
#define CERIUM_PLATFORM_FILE_H

#include "platform/bytes.h"

/* An open file or directory. */
struct plat_file; /* opaque; closed with plat_file_close */

enum plat_file_kind {
    PLAT_FILE_REGULAR,
    PLAT_FILE_DIRECTORY,
    PLAT_FILE_OTHER /* devices, pipes, sockets: never served */
};

struct plat_file_info {
    enum plat_file_kind kind;
    uint64_t size;    /* bytes; regular files only */
    int64_t modified; /* unix seconds */
    uint32_t modified_ns;
    uint64_t identity[2]; /* device and inode, for ETag and caches */
    uint32_t mode;        /* permission bits, 07777 */
};

/* ---- host paths (what a person types on a command line) ---- */

/*
 * Appends a whole regular file ("-" = standard input) to `out`, up to out->limit: ERROR_FILE_TOO_LARGE beyond it. On an error
 * nothing was appended. ERROR_ACCESS_DENIED for directories and devices.
 */
PLAT_MUST_USE win_error plat_file_read_all(const char *path, struct plat_buffer *out);
/*
 * The same for a file that holds a secret: ERROR_ACCESS_DENIED unless it is a regular file (not a link) of this process's user or of root that nobody
 * else has any right to. The file that was looked at is the one that is read.
 */
PLAT_MUST_USE win_error plat_file_read_private(const char *path, struct plat_buffer *out);
/*
 * The same for a secret that a person names: links are followed, and standard input ("-") and pipes (the shell's `<(command)`), which keep nothing that
 * others could read, are taken too. Waits for a pipe's writer.
 */
PLAT_MUST_USE win_error plat_file_read_secret(const char *path, struct plat_buffer *out);
/*
 * Writes a file so that, whatever happens, either the old or the new content is there in full: temporary file in the same
 * folder, fsync, rename, fsync of the folder. `mode` (0600, 0644) holds from the first byte on. ERROR_ACCESS_DENIED when the path is there
 * and no regular file: links, devices and pipes are never replaced.
 */
PLAT_MUST_USE win_error plat_file_write_atomic(const char *path, const void *data, size_t size, uint32_t mode);
/*
 * The same for a file that somebody else has written: syncs `from` and gives it the place of `path`, in the same folder (ERROR_INVALID_PARAMETER
 * otherwise). On an error `from` is still there, unless it was the folder that could not be synced.
 */
PLAT_MUST_USE win_error plat_file_replace(const char *from, const char *path);
/* The same, but ERROR_ALREADY_EXISTS when anything has that name, however late it came. */
PLAT_MUST_USE win_error plat_file_place(const char *from, const char *path);
/* Appends the path from the root on: its folder (which must be there) without links, then the name as it is. */
PLAT_MUST_USE win_error plat_file_absolute(const char *path, struct plat_buffer *out);
/* Appends the path of what is there, without any links. */
PLAT_MUST_USE win_error plat_file_real(const char *path, struct plat_buffer *out);
/* Makes an empty file of mode 0600, whatever the umask; ERROR_ALREADY_EXISTS when anything is there, a link that leads nowhere included. */
PLAT_MUST_USE win_error plat_file_create_private(const char *path);
PLAT_MUST_USE win_error plat_file_stat(const char *path, struct plat_file_info *info);
PLAT_MUST_USE win_error plat_file_remove(const char *path);
PLAT_MUST_USE win_error plat_directory_create(const char *path,
                                              uint32_t mode); /* ERROR_ALREADY_EXISTS when it is there */
/*
 * Calls `each` for every entry but "." and "..", in no order, until it returns false. Names are UTF-8 as the file system holds them.
 * ERROR_DIRECTORY when it is none; ERROR_MORE_DATA after LIMIT_DIRECTORY_ENTRIES.
 */
PLAT_MUST_USE win_error plat_directory_list(const char *path, bool (*each)(void *context, const char *name),
                                            void *context);

/* ---- CE paths under a root directory ---- */

/*
 * The tree that CE paths such as `\windows\www\a.htm` hang under. Names are matched exactly first, then case-insensitively
 * (the first in plat_name_compare order wins). Both `\` and `/` separate. "." and empty components are skipped; ".."
 * and symbolic links are refused with ERROR_ACCESS_DENIED: nothing outside the root can be reached, even while
 * somebody renames things (each component is opened relative to the one before).
 */
struct plat_root;
PLAT_MUST_USE win_error plat_root_open(const char *host_directory, struct plat_root **root);
void plat_root_close(struct plat_root *root);
/*
 * Opens a regular file or a directory ("" and `\` are the root itself); never blocks. ERROR_FILE_NOT_FOUND, or ERROR_PATH_NOT_FOUND when a
 * directory on the way is missing; ERROR_FILENAME_EXCED_RANGE when too long or deep; ERROR_INVALID_NAME for a colon or a
 * control character; ERROR_ACCESS_DENIED for "..", links, devices, pipes and what the system does not let us read.
 */
PLAT_MUST_USE win_error plat_root_open_file(struct plat_root *root, const char *ce_path,
                                            struct plat_file **file);
/* Appends the host path of a CE path, its spelling as on disk; for the module loader and messages. Errors as above. */
PLAT_MUST_USE win_error plat_root_host_path(struct plat_root *root, const char *ce_path,
                                            struct plat_buffer *host_path);

/* ---- open files ---- */
PLAT_MUST_USE win_error plat_file_info_of(struct plat_file *file, struct plat_file_info *info);
/* Reads at an offset; *got < size only at the end of the file. */
PLAT_MUST_USE win_error plat_file_read_at(struct plat_file *file, uint64_t offset, void *buffer, size_t size,
                                          size_t *got);
/*
 * Entries of an open directory, as plat_directory_list, without those whose names no CE path can spell. `info` describes
 * the entry itself (links are PLAT_FILE_OTHER).
 */
PLAT_MUST_USE win_error plat_file_list(struct plat_file *directory,
                                       bool (*each)(void *context, const char *name,
                                                    const struct plat_file_info *info),
                                       void *context);
/* Opens one entry of an open directory, by the rules of plat_root. */
PLAT_MUST_USE win_error plat_file_open_in(struct plat_file *directory, const char *name,
                                          struct plat_file **file);
void plat_file_close(struct plat_file *file); /* NULL is allowed */

#endif
