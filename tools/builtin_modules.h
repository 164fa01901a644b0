/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The extensions that are part of the program, for plat_module_set_builtins(). The build makes the table: empty where
 * extensions are loaded from files, one entry per cerium_extension() in a static build. It is linked into the
 * program and not into cerium_tools, so main.c alone may name it.
 */
#ifndef CERIUM_TOOLS_BUILTIN_MODULES_H
#define CERIUM_TOOLS_BUILTIN_MODULES_H

#include "platform/module.h"

extern const struct plat_builtin_module cerium_builtin_modules[];

#endif
