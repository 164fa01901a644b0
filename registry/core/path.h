/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CERIUM_REGISTRY_CORE_PATH_H
#define CERIUM_REGISTRY_CORE_PATH_H

#include "registry/registry.h"

/*
 * The next name of a path; false at its end. Doubled and trailing backslashes are skipped, as Windows does.
 */
bool path_next(const char **path, struct plat_span *name);

#endif
