/* SPDX-License-Identifier: Apache-2.0 */
/* Opening a file that may be damaged, to look and not to touch. Private to sqlite/. */
#ifndef CERIUM_REGISTRY_SQLITE_INSPECT_H
#define CERIUM_REGISTRY_SQLITE_INSPECT_H

#include "sqlite/statement.h"

/* Notes words (message may be NULL) and returns the error. */
win_error inspect_say(struct plat_buffer *message, win_error error, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* A regular file, or words why not. */
PLAT_MUST_USE win_error inspect_path(const char *path, struct plat_buffer *message);
/* Can nothing be written in the folder because of what it lies on, and is the whole registry in the one file? */
bool inspect_is_read_only_medium(const char *path);
/*
 * May the file be read without locks, though it can be written? `info` is of before: when nothing waits in a -wal or a -journal now, nobody is writing
 * to the file itself, and whoever does so later gives it another time than this one, which is not that of just now.
 */
bool inspect_is_quiet(const char *path, const struct plat_file_info *info);
/* Whatever way there is to read it: what else is wrong with the file shows in what is done next. */
PLAT_MUST_USE win_error inspect_open(const char *path, sqlite3 **db, struct plat_buffer *message);

/*
 * Appends the path as a URI. Everything but plain characters is escaped: no "?" or "//" of a file name is taken
 * for syntax, and a relative path begins with "./" so that no name (":memory:") has a meaning of its own.
 */
void inspect_append_uri(struct plat_buffer *uri, const char *path);

#endif
