/* SPDX-License-Identifier: Apache-2.0 */
/* reg_key_at and reg_value_at: where the last call stood, so that the next one need not count from the beginning. */
#ifndef CERIUM_REGISTRY_CORE_PLACE_H
#define CERIUM_REGISTRY_CORE_PLACE_H

#include "core/db.h"

void place_free(struct reg_db *db);

#endif
