/* SPDX-License-Identifier: Apache-2.0 */
/* The file of a hive. Private to hive/. */
#ifndef CERIUM_REGISTRY_HIVE_STORE_H
#define CERIUM_REGISTRY_HIVE_STORE_H

#include "core/db.h"

enum { HIVE_PATH_MOST = 8192 }; /* bytes of an absolute path: more than any system takes */

/* What failed, where, and what to do about it, in words; returns the error. */
win_error hive_say(struct plat_buffer *message, win_error error, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The registry's own words for the last failure, else the error's. */
const char *hive_words(const struct reg_db *db, win_error error);

/* Writes the key and all below it, whole or not at all. `file` is an absolute path; ERROR_ALREADY_EXISTS unless `overwrite`. */
PLAT_MUST_USE win_error hive_store(struct reg_db *db, reg_key key, const char *file, bool overwrite,
                                   struct plat_buffer *message);
/* Opens one for reading; its content lies under REG_HKLM. */
PLAT_MUST_USE win_error hive_open(const char *file, struct reg_db **hive, struct plat_buffer *message);
/* ERROR_ACCESS_DENIED: the file belongs to the registry itself, or is no regular file. */
PLAT_MUST_USE win_error hive_may_be(struct reg_db *db, const char *file, struct plat_buffer *message);

#endif
