/* SPDX-License-Identifier: Apache-2.0 */
/*
 * CertFindChainInStore with CERT_CHAIN_FIND_BY_ISSUER: the certificate to answer a server's request with.
 * Certificates are taken in the store's order; the checks that cost little come first, the chain last.
 */
#include "registry/win32.h"
#include "win32/chain.h"

#include "certstore/key.h"
#include "platform/clock.h"
#include "platform/memory.h"

#include <string.h>

struct search {
    struct wc_engine *engine;
    struct wc_store *store;
    DWORD flags;
    CERT_CHAIN_FIND_BY_ISSUER_PARA para;
};

/* The fields of both versions; those that cbSize does not cover are 0. */
static win_error read_para(const CERT_CHAIN_FIND_BY_ISSUER_PARA *given, CERT_CHAIN_FIND_BY_ISSUER_PARA *para)
{
    size_t size = offsetof(CERT_CHAIN_FIND_BY_ISSUER_PARA, pdwIssuerChainIndex);

    memset(para, 0, sizeof *para);
    if (!given || given->cbSize < size)
        return E_INVALIDARG;
    memcpy(para, given, given->cbSize >= sizeof *para ? sizeof *para : size);
    return para->cIssuer > 0 && !para->rgIssuer ? E_INVALIDARG : ERROR_SUCCESS;
}

/* ---- one certificate ---- */

static bool lists_usage(const CERT_ENHKEY_USAGE *list, const char *usage)
{
    if (list->cUsageIdentifier == 0)
        return plat_last_error_get() == CRYPT_E_NOT_FOUND; /* it says nothing; else it allows nothing */
    for (DWORD i = 0; i < list->cUsageIdentifier; i++)
        if (strcmp(list->rgpszUsageIdentifier[i], usage) == 0 ||
            strcmp(list->rgpszUsageIdentifier[i], szOID_ANY_ENHANCED_KEY_USAGE) == 0)
            return true;
    return false;
}

/* Its extension and its property allow the usage. */
static win_error allows_usage(PCCERT_CONTEXT context, const char *usage, bool *allowed)
{
    CERT_ENHKEY_USAGE *list;
    DWORD size = 0;
    win_error error = ERROR_SUCCESS;

    *allowed = !usage;
    if (!usage)
        return ERROR_SUCCESS;
    if (!CertGetEnhancedKeyUsage(context, 0, NULL, &size))
        return plat_last_error_get();
    list = plat_alloc(size);
    if (!list)
        return ERROR_NOT_ENOUGH_MEMORY;
    plat_last_error_set(ERROR_SUCCESS); /* what it says tells "all" from "none" */
    if (CertGetEnhancedKeyUsage(context, 0, list, &size))
        *allowed = lists_usage(list, usage);
    else
        error = plat_last_error_get();
    plat_free(list);
    return error;
}

/* A key that says what it is for must say this; one that does not serves both. */
static bool has_key_spec(PCCERT_CONTEXT context, DWORD wanted)
{
    DWORD spec, size = sizeof spec;

    return wanted == 0 || !CertGetCertificateContextProperty(context, CERT_KEY_SPEC_PROP_ID, &spec, &size) ||
           spec == wanted;
}

/* The key itself is read and compared. */
static win_error compare_key(struct wc_cert *cert, bool *fits)
{
    struct reg_win32_loan loan;
    struct cert_key *key = NULL;
    win_error error = reg_win32_borrow(&loan);

    *fits = false;
    if (error)
        return error;
    *fits = cert_key_load(loan.db, &cert->cert, &key) == ERROR_SUCCESS;
    cert_key_free(key);
    reg_win32_give_back(&loan);
    return ERROR_SUCCESS;
}

static win_error is_candidate(const struct search *search, struct wc_cert *cert, bool *is)
{
    const CERT_CHAIN_FIND_BY_ISSUER_PARA *para = &search->para;
    win_error error = allows_usage(&cert->face, para->pszUsageIdentifier, is);

    if (!error && *is && !(search->flags & CERT_CHAIN_FIND_BY_ISSUER_NO_KEY_FLAG)) {
        *is = wc_cert_has_key(cert) && has_key_spec(&cert->face, para->dwKeySpec);
        if (*is && search->flags & CERT_CHAIN_FIND_BY_ISSUER_COMPARE_KEY_FLAG)
            error = compare_key(cert, is);
    }
    if (!error && *is && para->pfnFindCallback)
        *is = para->pfnFindCallback(&cert->face, para->pvFindArg) != FALSE;
    return error;
}

/* ---- its chain ---- */

static bool is_named(const CERT_CHAIN_FIND_BY_ISSUER_PARA *para, struct plat_span issuer)
{
    for (DWORD i = 0; i < para->cIssuer; i++) {
        const CERT_NAME_BLOB *name = &para->rgIssuer[i];

        if (name->pbData && cert_name_equal(plat_span_of(name->pbData, name->cbData), issuer))
            return true;
    }
    return false;
}

/* Which element's issuer is one of the names: the index that is told is the issuer's own, one behind. */
static bool names_match(const struct search *search, PCCERT_CHAIN_CONTEXT chain)
{
    DWORD chains = search->flags & CERT_CHAIN_FIND_BY_ISSUER_COMPLEX_CHAIN_FLAG ? chain->cChain : 1;

    if (search->para.cIssuer == 0)
        return true;
    for (DWORD i = 0; i < chains; i++) {
        for (DWORD j = 0; j < chain->rgpChain[i]->cElement; j++) {
            const CERT_NAME_BLOB *issuer = &chain->rgpChain[i]->rgpElement[j]->pCertContext->pCertInfo->Issuer;

            if (!is_named(&search->para, plat_span_of(issuer->pbData, issuer->cbData)))
                continue;
            if (search->para.pdwIssuerChainIndex)
                *search->para.pdwIssuerChainIndex = i;
            if (search->para.pdwIssuerElementIndex)
                *search->para.pdwIssuerElementIndex = j + 1;
            return true;
        }
    }
    return false;
}

/* *chain NULL: not this certificate. */
static win_error try_certificate(const struct search *search, struct wc_cert *cert,
                                 PCCERT_CHAIN_CONTEXT *chain)
{
    struct cert_chain_input input = {.time = plat_clock_unix()};
    CERT_CHAIN_PARA para = {.cbSize = sizeof para};
    struct wc_store *additional =
        search->flags & CERT_CHAIN_FIND_BY_ISSUER_CACHE_ONLY_FLAG ? NULL : search->store;
    bool candidate;
    win_error error = is_candidate(search, cert, &candidate);

    *chain = NULL;
    if (error || !candidate)
        return error;
    error = wc_chain_get(search->engine, cert, additional, 0, &input, &para, chain);
    if (!error && !names_match(search, *chain)) {
        CertFreeCertificateChain(*chain);
        *chain = NULL;
    }
    return error;
}

static win_error find(const struct search *search, struct wc_cert *after, PCCERT_CHAIN_CONTEXT *chain)
{
    struct wc_cert *cert = wc_store_next_cert(search->store, after);
    win_error error = ERROR_SUCCESS;

    while (cert) {
        struct wc_cert *next;

        error = try_certificate(search, cert, chain);
        next = error || *chain ? NULL : wc_store_next_cert(search->store, cert);
        wc_cert_put_back(cert);
        cert = next;
    }
    return error || *chain ? error : CRYPT_E_NOT_FOUND;
}

/* The end certificate of the previous chain, held. */
static win_error start_of(PCCERT_CHAIN_CONTEXT previous, struct wc_cert **after)
{
    struct wc_object *held = wc_get(previous, WC_CHAIN);

    *after = NULL;
    if (!previous)
        return ERROR_SUCCESS;
    if (held)
        *after = wc_cert_get(previous->rgpChain[0]->rgpElement[0]->pCertContext);
    wc_put_back(held);
    return *after ? ERROR_SUCCESS : E_INVALIDARG;
}

static win_error search_store(struct search *search, HCERTSTORE handle, struct wc_cert *after,
                              PCCERT_CHAIN_CONTEXT *chain)
{
    bool machine = search->flags & CERT_CHAIN_FIND_BY_ISSUER_LOCAL_MACHINE_FLAG;
    win_error error;

    search->store = wc_store_get(handle);
    if (!search->store)
        return ERROR_INVALID_HANDLE;
    error = wc_engine_get(machine ? HCCE_LOCAL_MACHINE : HCCE_CURRENT_USER, &search->engine);
    if (!error) {
        error = find(search, after, chain);
        plat_object_release(&search->engine->object);
    }
    wc_store_put_back(search->store);
    return error;
}

PCCERT_CHAIN_CONTEXT WINAPI CertFindChainInStore(HCERTSTORE hCertStore, DWORD dwCertEncodingType,
                                                 DWORD dwFindFlags, DWORD dwFindType, const void *pvFindPara,
                                                 PCCERT_CHAIN_CONTEXT pPrevChainContext)
{
    struct search search = {.flags = dwFindFlags};
    PCCERT_CHAIN_CONTEXT chain = NULL;
    struct wc_cert *after;
    win_error error = start_of(pPrevChainContext, &after);

    (void)dwCertEncodingType; /* a store's certificates are all X509_ASN_ENCODING */
    CertFreeCertificateChain(pPrevChainContext);
    if (!error && dwFindType != CERT_CHAIN_FIND_BY_ISSUER)
        error = E_INVALIDARG;
    if (!error)
        error = read_para(pvFindPara, &search.para);
    if (!error)
        error = search_store(&search, hCertStore, after, &chain);
    wc_cert_put_back(after);
    return error ? wc_null(error) : chain;
}
