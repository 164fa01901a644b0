/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Chain engines: which stores chains are built from (CERT_CHAIN_ENGINE_CONFIG). hRestrictedTrust is checked
 * and without effect: there are no CTLs. Nothing is fetched from anywhere, so that time-outs, limits and the
 * flags about caches have none either.
 */
#include "win32/chain.h"

#include "platform/limits.h"
#include "platform/memory.h"

#include <string.h>

static void release_store(struct wc_store *store)
{
    if (store)
        wc_store_let_go(store);
    wc_store_put_back(store);
}

static void destroy(struct plat_object *object)
{
    struct wc_engine *engine = (struct wc_engine *)object;

    release_store(engine->restricted_root);
    release_store(engine->restricted_other);
    release_store(engine->exclusive_root);
    release_store(engine->exclusive_people);
    for (size_t i = 0; i < engine->additional_count; i++)
        release_store(engine->additional[i]);
    plat_free(engine->additional);
    plat_free(engine);
}

static struct wc_engine *create(enum cert_location location)
{
    struct wc_engine *engine = plat_calloc(1, sizeof *engine);

    if (engine) {
        plat_object_init(&engine->object, destroy);
        engine->location = location;
    }
    return engine;
}

static win_error take_store(HCERTSTORE handle, struct wc_store **store)
{
    win_error error;

    if (!handle)
        return ERROR_SUCCESS;
    *store = wc_store_get(handle);
    if (!*store)
        return ERROR_INVALID_HANDLE;
    error = wc_store_keep(*store);
    if (error) {
        wc_store_put_back(*store);
        *store = NULL;
    }
    return error;
}

static win_error check_store(HCERTSTORE handle)
{
    struct wc_store *store = handle ? wc_store_get(handle) : NULL;
    win_error error = handle && !store ? ERROR_INVALID_HANDLE : ERROR_SUCCESS;

    wc_store_put_back(store);
    return error;
}

static win_error take_additional(const CERT_CHAIN_ENGINE_CONFIG *config, struct wc_engine *engine)
{
    if (config->cAdditionalStore == 0)
        return ERROR_SUCCESS;
    if (!config->rghAdditionalStore || config->cAdditionalStore > LIMIT_FACE_ENGINE_STORES)
        return E_INVALIDARG;
    engine->additional = plat_calloc(config->cAdditionalStore, sizeof(struct wc_store *));
    if (!engine->additional)
        return ERROR_NOT_ENOUGH_MEMORY;
    for (DWORD i = 0; i < config->cAdditionalStore; i++) {
        win_error error = config->rghAdditionalStore[i]
                              ? take_store(config->rghAdditionalStore[i], &engine->additional[i])
                              : ERROR_INVALID_HANDLE;
        if (error)
            return error;
        engine->additional_count++;
    }
    return ERROR_SUCCESS;
}

/* "Only a proper subset of the certificates in the root store": what is not in there makes no root. */
static win_error check_restriction(const struct wc_engine *engine)
{
    struct cert_set *set;
    struct wc_trust *trust;
    win_error error;

    if (!engine->restricted_root)
        return ERROR_SUCCESS;
    error = cert_set_create(&set);
    if (error)
        return error;
    error = wc_store_fill(engine->restricted_root, set, NULL);
    if (!error)
        error = wc_trust_get(engine->location, &trust);
    if (!error) {
        for (size_t i = 0; i < cert_set_count(set); i++)
            if (!cert_set_find_thumbprint(trust->roots, cert_set_at(set, i)->thumbprint))
                error = E_INVALIDARG;
        plat_object_release(&trust->object);
    }
    cert_set_free(set);
    return error;
}

static win_error take_config(const CERT_CHAIN_ENGINE_CONFIG *config, struct wc_engine *engine)
{
    win_error error = check_store(config->hRestrictedTrust);

    if (!error)
        error = take_store(config->hRestrictedRoot, &engine->restricted_root);
    if (!error)
        error = take_store(config->hRestrictedOther, &engine->restricted_other);
    if (!error)
        error = take_store(config->hExclusiveRoot, &engine->exclusive_root);
    if (!error)
        error = take_store(config->hExclusiveTrustedPeople, &engine->exclusive_people);
    if (!error)
        error = take_additional(config, engine);
    if (!error)
        error = check_restriction(engine);
    return error;
}

/* The fields that a caller's cbSize covers; those of later versions are 0. */
static win_error read_config(const CERT_CHAIN_ENGINE_CONFIG *given, CERT_CHAIN_ENGINE_CONFIG *config)
{
    static const size_t forms[] = {sizeof *given, offsetof(CERT_CHAIN_ENGINE_CONFIG, dwExclusiveFlags),
                                   offsetof(CERT_CHAIN_ENGINE_CONFIG, hExclusiveRoot)};

    memset(config, 0, sizeof *config);
    for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++) {
        if (given->cbSize >= forms[i]) {
            memcpy(config, given, forms[i]);
            return ERROR_SUCCESS;
        }
    }
    return E_INVALIDARG;
}

BOOL WINAPI CertCreateCertificateChainEngine(PCERT_CHAIN_ENGINE_CONFIG pConfig,
                                             HCERTCHAINENGINE *phChainEngine)
{
    CERT_CHAIN_ENGINE_CONFIG config;
    struct wc_engine *engine;
    win_error error;

    if (!phChainEngine)
        return wc_result(E_INVALIDARG);
    *phChainEngine = NULL;
    error = pConfig ? read_config(pConfig, &config) : E_INVALIDARG;
    if (error)
        return wc_result(error);
    if (config.dwExclusiveFlags) /* anchors that are not self-signed: not here */
        return wc_result(ERROR_NOT_SUPPORTED);
    engine =
        create(config.dwFlags & CERT_CHAIN_USE_LOCAL_MACHINE_STORE ? CERT_LOCAL_MACHINE : CERT_CURRENT_USER);
    if (!engine)
        return wc_result(ERROR_NOT_ENOUGH_MEMORY);
    error = take_config(&config, engine);
    if (!error)
        error = plat_handle_make(PLAT_HANDLE_CHAIN_ENGINE, &engine->object, phChainEngine);
    if (error) {
        *phChainEngine = NULL;
        plat_object_release(&engine->object);
    }
    return wc_result(error);
}

void WINAPI CertFreeCertificateChainEngine(HCERTCHAINENGINE hChainEngine)
{
    plat_object_release(plat_handle_take(hChainEngine, PLAT_HANDLE_CHAIN_ENGINE));
}

win_error wc_engine_get(HCERTCHAINENGINE handle, struct wc_engine **engine)
{
    if (handle == HCCE_CURRENT_USER || handle == HCCE_LOCAL_MACHINE) {
        *engine = create(handle == HCCE_LOCAL_MACHINE ? CERT_LOCAL_MACHINE : CERT_CURRENT_USER);
        return *engine ? ERROR_SUCCESS : ERROR_NOT_ENOUGH_MEMORY;
    }
    *engine = (struct wc_engine *)plat_handle_get(handle, PLAT_HANDLE_CHAIN_ENGINE);
    return *engine ? ERROR_SUCCESS : ERROR_INVALID_HANDLE;
}

BOOL WINAPI CertResyncCertificateChainEngine(HCERTCHAINENGINE hChainEngine)
{
    struct wc_engine *engine;
    win_error error = wc_engine_get(hChainEngine, &engine);

    if (error)
        return wc_result(error);
    wc_trust_forget(engine->location);
    plat_object_release(&engine->object);
    return TRUE;
}
