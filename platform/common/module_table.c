/* SPDX-License-Identifier: Apache-2.0 */
#include "common/module_table.h"

#include "platform/text.h"

#include <string.h>

static const struct plat_builtin_module *builtins;

void plat_module_set_builtins(const struct plat_builtin_module *modules)
{
    builtins = modules;
}

const struct plat_builtin_module *plat_module_find_builtin(const char *ce_path)
{
    const char *name = ce_path;
    const char *dot;
    size_t size;

    for (const char *p = ce_path; *p; p++)
        if (*p == '\\' || *p == '/')
            name = p + 1;
    dot = strrchr(name, '.');
    size = dot ? (size_t)(dot - name) : strlen(name);
    for (const struct plat_builtin_module *m = builtins; m && m->name; m++)
        if (plat_name_equal_n(m->name, strlen(m->name), name, size))
            return m;
    return NULL;
}

void (*plat_module_builtin_symbol(const struct plat_builtin_module *module, const char *name))(void)
{
    for (const struct plat_builtin_symbol *s = module->symbols; s->name; s++)
        if (strcmp(s->name, name) == 0)
            return s->function;
    return NULL;
}
