/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CERIUM_REGISTRY_CORE_HISTORY_H
#define CERIUM_REGISTRY_CORE_HISTORY_H

#include "core/db.h"

/* One entry and its changes, appended. ERROR_FILE_NOT_FOUND; ERROR_NO_DATA: they were not kept. */
PLAT_MUST_USE win_error history_load(struct reg_db *db, uint64_t id, struct storage_entry *entry,
                                     struct plat_buffer *changes);

#endif
