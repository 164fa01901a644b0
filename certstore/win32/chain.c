/* SPDX-License-Identifier: Apache-2.0 */
/*
 * CertGetCertificateChain: its parameters, checked and brought into the form of the chain engine
 * (certstore/chain.h). What cannot be done is refused, not left out silently: CERT_CHAIN_TIMESTAMP_TIME, flags
 * that are not known, pStrongSignPara.
 */
#include "win32/chain.h"

#include "platform/clock.h"
#include "platform/limits.h"
#include "platform/memory.h"

#include <string.h>

#define REVOCATION                                                                                           \
    (CERT_CHAIN_REVOCATION_CHECK_END_CERT | CERT_CHAIN_REVOCATION_CHECK_CHAIN |                              \
     CERT_CHAIN_REVOCATION_CHECK_CHAIN_EXCLUDE_ROOT)

/* Nothing is fetched or cached beyond the stores: these change nothing. */
#define WITHOUT_EFFECT                                                                                       \
    (CERT_CHAIN_CACHE_END_CERT | CERT_CHAIN_THREAD_STORE_SYNC | CERT_CHAIN_CACHE_ONLY_URL_RETRIEVAL |        \
     CERT_CHAIN_USE_LOCAL_MACHINE_STORE | CERT_CHAIN_ENABLE_CACHE_AUTO_UPDATE |                              \
     CERT_CHAIN_ENABLE_SHARE_STORE | CERT_CHAIN_DISABLE_PASS1_QUALITY_FILTERING |                            \
     CERT_CHAIN_DISABLE_AUTH_ROOT_AUTO_UPDATE | CERT_CHAIN_DISABLE_MY_PEER_TRUST |                           \
     CERT_CHAIN_DISABLE_MD2_MD4 | CERT_CHAIN_DISABLE_AIA | CERT_CHAIN_REVOCATION_CHECK_OCSP_CERT |           \
     CERT_CHAIN_REVOCATION_ACCUMULATIVE_TIMEOUT | CERT_CHAIN_REVOCATION_CHECK_CACHE_ONLY)
#define WITH_EFFECT                                                                                          \
    (REVOCATION | CERT_CHAIN_RETURN_LOWER_QUALITY_CONTEXTS | CERT_CHAIN_ENABLE_PEER_TRUST |                  \
     CERT_CHAIN_OPT_IN_WEAK_SIGNATURE)

/* ---- CERT_CHAIN_PARA ---- */

/* What a caller's cbSize covers of the fields of Windows 8, Vista, XP and 2000; the rest is 0. */
static win_error read_para(const CERT_CHAIN_PARA *given, CERT_CHAIN_PARA *para)
{
    static const size_t forms[] = {
        sizeof *given,
        offsetof(CERT_CHAIN_PARA, pStrongSignPara),
        offsetof(CERT_CHAIN_PARA, pftCacheResync),
        offsetof(CERT_CHAIN_PARA, RequestedIssuancePolicy),
    };

    memset(para, 0, sizeof *para);
    for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++) {
        if (given->cbSize >= forms[i]) {
            memcpy(para, given, forms[i]);
            return ERROR_SUCCESS;
        }
    }
    return E_INVALIDARG;
}

static win_error read_match(const CERT_USAGE_MATCH *given, struct cert_usage_match *match)
{
    if (given->Usage.cUsageIdentifier == 0)
        return ERROR_SUCCESS;
    if (given->dwType > USAGE_MATCH_TYPE_OR || !given->Usage.rgpszUsageIdentifier ||
        given->Usage.cUsageIdentifier > LIMIT_FACE_USAGES)
        return E_INVALIDARG;
    for (DWORD i = 0; i < given->Usage.cUsageIdentifier; i++)
        if (!given->Usage.rgpszUsageIdentifier[i])
            return E_INVALIDARG;
    match->oids = (const char *const *)given->Usage.rgpszUsageIdentifier;
    match->count = given->Usage.cUsageIdentifier;
    match->any = given->dwType == USAGE_MATCH_TYPE_OR;
    return ERROR_SUCCESS;
}

static win_error check_flags(DWORD flags)
{
    DWORD revocation = flags & REVOCATION;

    if (revocation & (revocation - 1)) /* only one of them at a time */
        return E_INVALIDARG;
    return flags & ~(DWORD)(WITHOUT_EFFECT | WITH_EFFECT) ? ERROR_NOT_SUPPORTED : ERROR_SUCCESS;
}

static win_error read_request(const CERT_CHAIN_PARA *para, DWORD flags, struct cert_chain_input *input)
{
    win_error error = check_flags(flags);

    if (!error)
        error = read_match(&para->RequestedUsage, &input->usages);
    if (!error)
        error = read_match(&para->RequestedIssuancePolicy, &input->policies);
    if (!error && para->pStrongSignPara)
        error = ERROR_NOT_SUPPORTED;
    input->flags = flags & REVOCATION;
    if (flags & CERT_CHAIN_OPT_IN_WEAK_SIGNATURE)
        input->flags |= CERT_CHAIN_WEAK_SHA1;
    return error;
}

/* ---- the chains ---- */

/*
 * fCheckRevocationFreshnessTime: a CRL that is older would be fetched anew. There is nowhere to fetch it
 * from, so that the state is not known.
 */
static void check_freshness(const CERT_CHAIN_PARA *para, int64_t now, struct cert_chain *chain)
{
    if (!para->fCheckRevocationFreshnessTime)
        return;
    for (size_t i = 0; i < chain->count; i++) {
        struct cert_chain_element *element = &chain->elements[i];

        if (element->revocation == CERT_REVOCATION_GOOD && element->crl &&
            element->crl->this_update < now - (int64_t)para->dwRevocationFreshnessTime) {
            element->revocation = CERT_REVOCATION_OFFLINE;
            element->error |= CERT_TRUST_REVOCATION_STATUS_UNKNOWN | CERT_TRUST_IS_OFFLINE_REVOCATION;
            chain->error |= CERT_TRUST_REVOCATION_STATUS_UNKNOWN | CERT_TRUST_IS_OFFLINE_REVOCATION;
        }
    }
}

static win_error build(const struct wc_chain_request *request, const struct cert_chain_input *input,
                       const CERT_CHAIN_PARA *para, PCCERT_CHAIN_CONTEXT *context)
{
    size_t most = request->flags & CERT_CHAIN_RETURN_LOWER_QUALITY_CONTEXTS ? LIMIT_CHAIN_PATHS : 1;
    struct cert_chain *chains = plat_calloc(most, sizeof *chains);
    size_t count;
    win_error error;

    if (!chains)
        return ERROR_NOT_ENOUGH_MEMORY;
    count = cert_chain_build_several(input, chains, most);
    for (size_t i = 0; i < count; i++)
        check_freshness(para, request->now, &chains[i]);
    error = wc_chain_make(request, chains, count, context);
    plat_free(chains);
    return error;
}

win_error wc_chain_get(const struct wc_engine *engine, struct wc_cert *leaf, struct wc_store *additional,
                       DWORD flags, struct cert_chain_input *input, const CERT_CHAIN_PARA *para,
                       PCCERT_CHAIN_CONTEXT *context)
{
    struct wc_material material;
    struct wc_chain_request request = {
        .leaf = leaf, .material = &material, .flags = flags, .now = plat_clock_unix()};
    win_error error;

    input->leaf = &leaf->cert;
    error = wc_material_make(&material, engine, additional, flags, input);
    if (!error)
        error = build(&request, input, para, context);
    wc_material_free(&material);
    return error;
}

/* The caller's context, store and engine, held while the chain is built. */
static win_error get(HCERTCHAINENGINE engine_handle, PCCERT_CONTEXT certificate, HCERTSTORE store,
                     DWORD flags, const CERT_CHAIN_PARA *para, struct cert_chain_input *input,
                     PCCERT_CHAIN_CONTEXT *context)
{
    struct wc_store *additional = store ? wc_store_get(store) : NULL;
    struct wc_cert *leaf = wc_cert_get(certificate);
    struct wc_engine *engine = NULL;
    win_error error = ERROR_SUCCESS;

    if (!leaf)
        error = E_INVALIDARG;
    else if (store && !additional)
        error = ERROR_INVALID_HANDLE;
    if (!error)
        error = wc_engine_get(engine_handle, &engine);
    if (!error)
        error = wc_chain_get(engine, leaf, additional, flags, input, para, context);
    if (engine)
        plat_object_release(&engine->object);
    wc_cert_put_back(leaf);
    wc_store_put_back(additional);
    return error;
}

BOOL WINAPI CertGetCertificateChain(HCERTCHAINENGINE hChainEngine, PCCERT_CONTEXT pCertContext,
                                    LPFILETIME pTime, HCERTSTORE hAdditionalStore, PCERT_CHAIN_PARA pChainPara,
                                    DWORD dwFlags, LPVOID pvReserved, PCCERT_CHAIN_CONTEXT *ppChainContext)
{
    struct cert_chain_input input = {.time = pTime ? wc_unix_time(*pTime) : plat_clock_unix()};
    CERT_CHAIN_PARA para;
    win_error error;

    if (!ppChainContext)
        return wc_result(E_INVALIDARG);
    *ppChainContext = NULL;
    error = !pChainPara || pvReserved ? E_INVALIDARG : read_para(pChainPara, &para);
    if (!error)
        error = read_request(&para, dwFlags, &input);
    if (!error)
        error = get(hChainEngine, pCertContext, hAdditionalStore, dwFlags, &para, &input, ppChainContext);
    return wc_result(error);
}
