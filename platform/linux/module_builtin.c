/* SPDX-License-Identifier: Apache-2.0 */
/* Modules of a static build: the built-in table is all there is. */
#include "platform/module.h"
#include "platform/file.h"
#include "platform/memory.h"

#include "common/module_table.h"

struct plat_module {
    const struct plat_builtin_module *builtin;
};

/* Tells a file that this program cannot load from one that is missing. */
static win_error why_not(struct plat_root *root, const char *ce_path, struct plat_buffer *message)
{
    struct plat_file *file;
    win_error error = plat_root_open_file(root, ce_path, &file);

    if (error == ERROR_FILE_NOT_FOUND || error == ERROR_PATH_NOT_FOUND)
        return ERROR_MOD_NOT_FOUND;
    if (error)
        return error;
    plat_file_close(file);
    if (message)
        plat_buffer_append_text(message, "this program has its modules built in and loads no files");
    return ERROR_BAD_EXE_FORMAT;
}

win_error plat_module_load(struct plat_root *root, const char *ce_path, struct plat_module **module,
                           struct plat_buffer *message)
{
    const struct plat_builtin_module *builtin = plat_module_find_builtin(ce_path);
    struct plat_module *m;

    *module = NULL;
    if (!builtin)
        return why_not(root, ce_path, message);
    m = plat_alloc(sizeof *m);
    if (!m)
        return ERROR_NOT_ENOUGH_MEMORY;
    m->builtin = builtin;
    *module = m;
    return ERROR_SUCCESS;
}

void (*plat_module_symbol(struct plat_module *module, const char *name))(void)
{
    return plat_module_builtin_symbol(module->builtin, name);
}

void plat_module_unload(struct plat_module *module)
{
    plat_free(module);
}
