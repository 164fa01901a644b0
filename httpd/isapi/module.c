/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Loaded modules. A module is loaded by its first request, asked for its version, and stays until the server ends: an extension's code may be running
 * in any worker, and its globals are its own business.
 */
#include "isapi/module.h"

#include "platform/log.h"
#include "platform/memory.h"
#include "platform/module.h"
#include "platform/text.h"
#include "platform/thread.h"

struct module {
    struct module *next;
    struct plat_module *handle;
    PFN_HTTPEXTENSIONPROC procedure;
    PFN_TERMINATEEXTENSION terminate; /* NULL when the module has none */
    char *path;
};

struct httpd_modules {
    struct plat_root *root;
    struct plat_mutex *mutex; /* also held while a module loads: two requests must not load it twice */
    struct module *first;
};

win_error httpd_modules_create(struct plat_root *root, struct httpd_modules **out)
{
    struct httpd_modules *modules = plat_calloc(1, sizeof *modules);
    *out = NULL;
    if (modules == NULL)
        return ERROR_NOT_ENOUGH_MEMORY;
    modules->root = root;
    win_error error = plat_mutex_create(&modules->mutex);
    if (error != ERROR_SUCCESS) {
        plat_free(modules);
        return error;
    }
    *out = modules;
    return ERROR_SUCCESS;
}

static void free_module(struct module *module)
{
    if (module->terminate != NULL)
        module->terminate(HSE_TERM_MUST_UNLOAD);
    if (module->handle != NULL)
        plat_module_unload(module->handle);
    plat_free(module->path);
    plat_free(module);
}

void httpd_modules_destroy(struct httpd_modules *modules)
{
    if (modules == NULL)
        return;
    while (modules->first != NULL) {
        struct module *module = modules->first;
        modules->first = module->next;
        free_module(module);
    }
    plat_mutex_destroy(modules->mutex);
    plat_free(modules);
}

/* Entry points, and GetExtensionVersion's consent (aa450399). */
static win_error introduce(struct module *module)
{
    PFN_GETEXTENSIONVERSION version =
        (PFN_GETEXTENSIONVERSION)(void *)plat_module_symbol(module->handle, "GetExtensionVersion");
    module->procedure = (PFN_HTTPEXTENSIONPROC)plat_module_symbol(module->handle, "HttpExtensionProc");
    if (version == NULL || module->procedure == NULL) {
        plat_log(PLAT_LOG_ERROR, "%s is no ISAPI extension: it does not export %s", module->path,
                 version == NULL ? "GetExtensionVersion" : "HttpExtensionProc");
        return ERROR_PROC_NOT_FOUND;
    }
    HSE_VERSION_INFO info;
    ZeroMemory(&info, sizeof info);
    if (!version(&info)) {
        plat_log(PLAT_LOG_ERROR, "%s refused to start: its GetExtensionVersion returned FALSE", module->path);
        return ERROR_DLL_INIT_FAILED;
    }
    info.lpszExtensionDesc[sizeof info.lpszExtensionDesc - 1] = '\0';
    module->terminate = (PFN_TERMINATEEXTENSION)plat_module_symbol(module->handle, "TerminateExtension");
    plat_log(PLAT_LOG_INFO, "loaded %s: %s", module->path, info.lpszExtensionDesc);
    return ERROR_SUCCESS;
}

static win_error load(struct httpd_modules *modules, const char *ce_path, struct module **out)
{
    struct module *module = plat_calloc(1, sizeof *module);
    if (module == NULL)
        return ERROR_NOT_ENOUGH_MEMORY;
    struct plat_buffer message;
    plat_buffer_init(&message, LIMIT_LOG_LINE);
    module->path = plat_strdup(ce_path);
    win_error error = module->path == NULL
                          ? ERROR_NOT_ENOUGH_MEMORY
                          : plat_module_load(modules->root, ce_path, &module->handle, &message);
    if (error != ERROR_SUCCESS) {
        const char *words = plat_buffer_text(&message);
        plat_log(PLAT_LOG_ERROR, "cannot load %s: %s", ce_path,
                 words != NULL && message.size > 0 ? words : win_error_text(error));
    } else {
        error = introduce(module);
    }
    plat_buffer_free(&message);
    if (error != ERROR_SUCCESS) {
        module->terminate = NULL;
        free_module(module);
        return error;
    }
    *out = module;
    return ERROR_SUCCESS;
}

win_error isapi_module_procedure(struct httpd_modules *modules, const char *ce_path,
                                 PFN_HTTPEXTENSIONPROC *procedure)
{
    plat_mutex_lock(modules->mutex);
    struct module *module = modules->first;
    while (module != NULL && !plat_name_equal(module->path, ce_path))
        module = module->next;
    win_error error = ERROR_SUCCESS;
    if (module == NULL) {
        error = load(modules, ce_path, &module);
        if (error == ERROR_SUCCESS) {
            module->next = modules->first;
            modules->first = module;
        }
    }
    if (error == ERROR_SUCCESS)
        *procedure = module->procedure;
    plat_mutex_unlock(modules->mutex);
    return error;
}
