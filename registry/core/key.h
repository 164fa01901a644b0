/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CERIUM_REGISTRY_CORE_KEY_H
#define CERIUM_REGISTRY_CORE_KEY_H

#include "core/db.h"

/* ERROR_KEY_DELETED when a key is gone, ERROR_INVALID_HANDLE for none; row may be NULL. */
PLAT_MUST_USE win_error key_must_exist(struct reg_db *db, reg_key key, struct storage_key *row);

#endif
