/* SPDX-License-Identifier: Apache-2.0 */
/* Built-in modules, for the ports' plat_module_load. */
#ifndef CERIUM_PLATFORM_MODULE_TABLE_H
#define CERIUM_PLATFORM_MODULE_TABLE_H

#include "platform/module.h"

/* The built-in module of that file name (the last component, without case and extension), or NULL. */
const struct plat_builtin_module *plat_module_find_builtin(const char *ce_path);
/* NULL when it has no such symbol. */
void (*plat_module_builtin_symbol(const struct plat_builtin_module *module, const char *name))(void);

#endif
