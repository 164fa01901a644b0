/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Loadable modules (ISAPI extensions). Where the port can load shared objects, `x.dll` is looked for as given and as
 * `x.so` beside it (CE configurations keep their names). Static builds have a table of built-in modules instead, searched by the file
 * name alone, without case and extension.
 */
#ifndef CERIUM_PLATFORM_MODULE_H
#define CERIUM_PLATFORM_MODULE_H

#include "platform/bytes.h"

struct plat_root;
struct plat_module;

struct plat_builtin_symbol {
    const char *name;
    void (*function)(void);
};
struct plat_builtin_module {
    const char *name;                          /* "accounting": without extension */
    const struct plat_builtin_symbol *symbols; /* ends with a NULL name */
};
/* The program's table (static builds), set once at start; NULL = none. Ends with a NULL name. A built-in wins over a file. */
void plat_module_set_builtins(const struct plat_builtin_module *modules);

/*
 * ERROR_MOD_NOT_FOUND: no such file or built-in; ERROR_BAD_EXE_FORMAT: there, but this program cannot load it;
 * `message` (may be NULL) then gets the loader's words. `root` bounds where it may lie.
 */
PLAT_MUST_USE win_error plat_module_load(struct plat_root *root, const char *ce_path,
                                         struct plat_module **module, struct plat_buffer *message);
/* NULL when it does not export that name. */
void (*plat_module_symbol(struct plat_module *module, const char *name))(void);
void plat_module_unload(struct plat_module *module);

#endif
