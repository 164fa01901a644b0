/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A key with everything under it in a file of its own (RegSaveKey, RegLoadKey): a backup, with protected keys and all, so mode 0600 and written whole or
 * not at all. It is SQLite like the registry, marked as a hive (application_id "CeHv"), without a WAL: one file.
 * On failure `message` (may be NULL) says what, where and what to do.
 */
#ifndef CERIUM_REGISTRY_HIVE_H
#define CERIUM_REGISTRY_HIVE_H

#include "registry/registry.h"

/*
 * ERROR_ALREADY_EXISTS unless `overwrite`, which only ever replaces a regular file, none of the registry's own (ERROR_ACCESS_DENIED), and none that is
 * loaded (ERROR_SHARING_VIOLATION). Volatile keys below it are left out.
 */
PLAT_MUST_USE win_error reg_save(struct reg_db *db, reg_key key, const char *file, bool overwrite,
                                 struct plat_buffer *message);
/*
 * The key becomes what the file holds, in one transaction (or as part of the open one): what the file lacks is deleted. The key itself stays.
 * ERROR_BADDB: no hive; ERROR_REGISTRY_CORRUPT; ERROR_BUSY: a loaded hive lies right below it.
 */
PLAT_MUST_USE win_error reg_restore(struct reg_db *db, reg_key key, const char *file,
                                    struct plat_buffer *message);
/*
 * The file's content becomes HKLM\name or HKU\name (ERROR_ALREADY_EXISTS, ERROR_INVALID_PARAMETER for another root, ERROR_SHARING_VIOLATION when the
 * file is loaded already), until reg_unload, outside of a transaction, writes it back to the file and takes the key away: both or neither.
 * Meanwhile it lives in the registry, for all processes and over restarts; reg_hive_flush writes it back in between.
 */
PLAT_MUST_USE win_error reg_load(struct reg_db *db, reg_key root, const char *name, const char *file,
                                 struct plat_buffer *message);
PLAT_MUST_USE win_error reg_unload(struct reg_db *db, reg_key key, struct plat_buffer *message);
PLAT_MUST_USE win_error reg_hive_flush(struct reg_db *db, reg_key key, struct plat_buffer *message);
/* The file (absolute path, appended) that this key was loaded from; ERROR_FILE_NOT_FOUND when it was not. */
PLAT_MUST_USE win_error reg_hive_of(struct reg_db *db, reg_key key, struct plat_buffer *file);

#endif
