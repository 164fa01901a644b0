/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CERIUM_REGISTRY_CORE_KEY_H
#define CERIUM_REGISTRY_CORE_KEY_H

#include "core/db.h"

/* ERROR_KEY_DELETED when a key is gone, ERROR_INVALID_HANDLE for none; row may be NULL. */
PLAT_MUST_USE win_error key_must_exist(struct reg_db *db, reg_key key, struct storage_key *row);

/* Whether the key is protected, or lies in one that is: what leaves it for elsewhere has to be so, too. */
PLAT_MUST_USE win_error key_is_secret(struct reg_db *db, reg_key key, bool *secret);
/* Appends the full path, as spelt when made. */
PLAT_MUST_USE win_error key_append_path(struct reg_db *db, reg_key key, struct plat_buffer *path);
/* ERROR_BAD_PATHNAME, ERROR_FILENAME_EXCED_RANGE. */
PLAT_MUST_USE win_error key_check_path(struct reg_db *db, const char *path);
/* From `key` to the key of that name in it; ERROR_FILE_NOT_FOUND, and `key` stays. */
PLAT_MUST_USE win_error key_step(struct reg_db *db, reg_key *key, struct plat_span name);
/*
 * Goes down from `key` as far as there are keys: `key` and `path` then stand where it stopped, with ERROR_FILE_NOT_FOUND.
 */
PLAT_MUST_USE win_error key_descend(struct reg_db *db, reg_key *key, const char **path);
/* As reg_key_open, with a path of any length, and nothing is remembered of it. */
PLAT_MUST_USE win_error key_open_below(struct reg_db *db, reg_key parent, const char *path, reg_key *key);

#endif
