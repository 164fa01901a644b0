/* SPDX-License-Identifier: Apache-2.0 */
/* Modules as shared objects, with dlopen. */
#define _GNU_SOURCE
#include "platform/module.h"
#include "platform/file.h"
#include "platform/limits.h"
#include "platform/memory.h"
#include "platform/text.h"

#include "common/module_table.h"

#include <dlfcn.h>
#include <string.h>

struct plat_module {
    const struct plat_builtin_module *builtin; /* or NULL: */
    void *handle;
};

static win_error load_file(const char *host_path, void **handle, struct plat_buffer *message)
{
    *handle = dlopen(host_path, RTLD_NOW | RTLD_LOCAL);
    if (*handle)
        return ERROR_SUCCESS;
    if (message) {
        const char *words = dlerror();

        plat_buffer_clear(message);
        plat_buffer_append_text(message, words ? words : "no reason given");
    }
    return ERROR_BAD_EXE_FORMAT;
}

static win_error load_path(struct plat_root *root, const char *ce_path, void **handle,
                           struct plat_buffer *message)
{
    struct plat_buffer host_path;
    struct plat_file_info info;
    const char *text;
    win_error error;

    plat_buffer_init(&host_path, 2 * LIMIT_PATH_SIZE + 4096);
    error = plat_root_host_path(root, ce_path, &host_path);
    text = error ? NULL : plat_buffer_text(&host_path);
    if (!error && !text)
        error = host_path.failed;
    if (error == ERROR_FILE_NOT_FOUND || error == ERROR_PATH_NOT_FOUND)
        error = ERROR_MOD_NOT_FOUND;
    if (!error)
        error = plat_file_stat(text, &info);
    if (!error && info.kind != PLAT_FILE_REGULAR)
        error = ERROR_ACCESS_DENIED;
    if (!error)
        error = load_file(text, handle, message);
    plat_buffer_free(&host_path);
    return error;
}

/* "x.dll" as given, then "x.so": the .dll may be there for Windows CE's sake. */
static win_error load_either(struct plat_root *root, const char *ce_path, void **handle,
                             struct plat_buffer *message)
{
    size_t size = strlen(ce_path);
    char so_path[LIMIT_PATH_SIZE];
    win_error error = load_path(root, ce_path, handle, message);
    win_error so_error;

    if ((error != ERROR_MOD_NOT_FOUND && error != ERROR_BAD_EXE_FORMAT) || size < 4 ||
        size >= sizeof so_path || !plat_ascii_equal_nocase(ce_path + size - 4, ".dll"))
        return error;
    memcpy(so_path, ce_path, size - 4);
    memcpy(so_path + size - 4, ".so", sizeof ".so");
    so_error = load_path(root, so_path, handle, message);
    return so_error == ERROR_MOD_NOT_FOUND ? error : so_error;
}

win_error plat_module_load(struct plat_root *root, const char *ce_path, struct plat_module **module,
                           struct plat_buffer *message)
{
    struct plat_module *m = plat_calloc(1, sizeof *m);
    win_error error = ERROR_SUCCESS;

    *module = NULL;
    if (!m)
        return ERROR_NOT_ENOUGH_MEMORY;
    m->builtin = plat_module_find_builtin(ce_path);
    if (!m->builtin)
        error = load_either(root, ce_path, &m->handle, message);
    if (error) {
        plat_free(m);
        return error;
    }
    *module = m;
    return ERROR_SUCCESS;
}

void (*plat_module_symbol(struct plat_module *module, const char *name))(void)
{
    void *symbol;
    void (*function)(void);

    if (module->builtin)
        return plat_module_builtin_symbol(module->builtin, name);
    symbol = dlsym(module->handle, name);
    _Static_assert(sizeof symbol == sizeof function, "POSIX: both kinds of pointers are alike");
    memcpy(&function, &symbol, sizeof function); /* ISO C has no cast for it */
    return function;
}

void plat_module_unload(struct plat_module *module)
{
    if (!module)
        return;
    if (module->handle)
        dlclose(module->handle);
    plat_free(module);
}
