/* SPDX-License-Identifier: Apache-2.0 */
/* CertAdd..., CertDelete..., CertEnum...: what is in stores, certificates and CRLs alike. */
#include "win32/store.h"

#include "platform/limits.h"

static void hand_out(struct wc_context *context, const void **face)
{
    if (face)
        *face = context ? context->object.face : NULL;
}

/* `result` NULL: not wanted. */
static win_error add_new(HCERTSTORE handle, struct wc_context *context, DWORD disposition, const void **result)
{
    struct wc_store *store = wc_store_get(handle);
    struct wc_context *added = NULL;
    win_error error;

    if (!store) {
        wc_context_destroy(context);
        return ERROR_INVALID_HANDLE;
    }
    error = wc_add(store, context, disposition, result ? &added : NULL);
    if (!error)
        hand_out(added, result);
    wc_store_put_back(store);
    return error;
}

/* A copy of it, with its properties; without a store: in none. */
static win_error add_context(HCERTSTORE handle, const void *face, enum wc_kind kind, DWORD disposition,
                             const void **result)
{
    struct wc_context *from = (struct wc_context *)(void *)wc_get(face, kind);
    struct wc_context *made = NULL;
    struct plat_buffer properties;
    win_error error = E_INVALIDARG;

    if (!from)
        return error;
    plat_buffer_init(&properties, LIMIT_REG_DATA);
    error = wc_properties(from, &properties);
    if (!error)
        error = wc_context_new(kind, from->der, plat_span_of(properties.data, properties.size), &made);
    plat_buffer_free(&properties);
    wc_put_back(&from->object);
    if (!error && handle)
        return add_new(handle, made, disposition, result);
    if (!error && result)
        error = wc_show(&made->object);
    if (!error && result)
        *result = made->object.face;
    else if (made)
        wc_context_destroy(made);
    return error;
}

static win_error add_encoded(HCERTSTORE handle, DWORD encoding, struct plat_span der, enum wc_kind kind,
                             DWORD disposition, const void **result)
{
    struct wc_context *made;
    win_error error = E_INVALIDARG;

    if (GET_CERT_ENCODING_TYPE(encoding) == X509_ASN_ENCODING && der.data)
        error = wc_context_new(kind, der, plat_span_of(NULL, 0), &made);
    if (error)
        return error;
    if (handle)
        return add_new(handle, made, disposition, result);
    wc_context_destroy(made);
    return E_INVALIDARG;
}

BOOL CertAddCertificateContextToStore(HCERTSTORE hCertStore, PCCERT_CONTEXT pCertContext,
                                      DWORD dwAddDisposition, PCCERT_CONTEXT *ppStoreContext)
{
    const void *face = NULL;
    win_error error =
        add_context(hCertStore, pCertContext, WC_CERT, dwAddDisposition, ppStoreContext ? &face : NULL);

    if (ppStoreContext)
        *ppStoreContext = face;
    return wc_result(error);
}

BOOL CertAddCRLContextToStore(HCERTSTORE hCertStore, PCCRL_CONTEXT pCrlContext, DWORD dwAddDisposition,
                              PCCRL_CONTEXT *ppStoreContext)
{
    const void *face = NULL;
    win_error error =
        add_context(hCertStore, pCrlContext, WC_CRL, dwAddDisposition, ppStoreContext ? &face : NULL);

    if (ppStoreContext)
        *ppStoreContext = face;
    return wc_result(error);
}

BOOL CertAddEncodedCertificateToStore(HCERTSTORE hCertStore, DWORD dwCertEncodingType,
                                      const BYTE *pbCertEncoded, DWORD cbCertEncoded, DWORD dwAddDisposition,
                                      PCCERT_CONTEXT *ppCertContext)
{
    const void *face = NULL;
    win_error error = add_encoded(hCertStore, dwCertEncodingType, plat_span_of(pbCertEncoded, cbCertEncoded),
                                  WC_CERT, dwAddDisposition, ppCertContext ? &face : NULL);

    if (ppCertContext)
        *ppCertContext = face;
    return wc_result(error);
}

BOOL CertAddEncodedCRLToStore(HCERTSTORE hCertStore, DWORD dwCertEncodingType, const BYTE *pbCrlEncoded,
                              DWORD cbCrlEncoded, DWORD dwAddDisposition, PCCRL_CONTEXT *ppCrlContext)
{
    const void *face = NULL;
    win_error error = add_encoded(hCertStore, dwCertEncodingType, plat_span_of(pbCrlEncoded, cbCrlEncoded),
                                  WC_CRL, dwAddDisposition, ppCrlContext ? &face : NULL);

    if (ppCrlContext)
        *ppCrlContext = face;
    return wc_result(error);
}

static win_error delete_context(const void *face, enum wc_kind kind)
{
    struct wc_context *context = (struct wc_context *)(void *)wc_get(face, kind);
    win_error error;

    if (!context)
        return E_INVALIDARG;
    error = wc_remove(context);
    wc_put_back(&context->object);
    wc_free(face, kind);
    return error;
}

BOOL CertDeleteCertificateFromStore(PCCERT_CONTEXT pCertContext)
{
    return wc_result(delete_context(pCertContext, WC_CERT));
}

BOOL CertDeleteCRLFromStore(PCCRL_CONTEXT pCrlContext)
{
    return wc_result(delete_context(pCrlContext, WC_CRL));
}

/* Under the lock. */
static win_error step(struct wc_store *store, const void *previous, struct wc_walk *walk,
                      struct wc_context **next)
{
    const struct wc_context *from = (const struct wc_context *)(const void *)wc_find(previous, walk->kind);

    if (previous && (!from || !from->store))
        return E_INVALIDARG;
    if (from) {
        walk->after_store = from->store;
        walk->after = from->place;
    }
    if (from && store->kind != WC_COLLECTION && from->store != store)
        return E_INVALIDARG;
    *next = wc_walk_next(store, walk);
    if (!*next)
        return CRYPT_E_NOT_FOUND;
    wc_context_use(*next);
    return ERROR_SUCCESS;
}

struct wc_context *wc_step(HCERTSTORE handle, const void *previous, struct wc_walk *walk)
{
    struct wc_store *store = wc_store_get(handle);
    struct wc_context *next = NULL;
    win_error error = store ? wc_lock() : handle ? ERROR_INVALID_HANDLE : E_INVALIDARG;

    if (!error) {
        error = step(store, previous, walk, &next);
        wc_unlock();
    }
    wc_free(previous, walk->kind);
    wc_store_put_back(store);
    return error ? wc_null(error) : next;
}

PCCERT_CONTEXT CertEnumCertificatesInStore(HCERTSTORE hCertStore, PCCERT_CONTEXT pPrevCertContext)
{
    struct wc_walk walk = {.kind = WC_CERT};
    struct wc_context *next = wc_step(hCertStore, pPrevCertContext, &walk);

    return next ? next->object.face : NULL;
}

PCCRL_CONTEXT CertEnumCRLsInStore(HCERTSTORE hCertStore, PCCRL_CONTEXT pPrevCrlContext)
{
    struct wc_walk walk = {.kind = WC_CRL};
    struct wc_context *next = wc_step(hCertStore, pPrevCrlContext, &walk);

    return next ? next->object.face : NULL;
}

/* ---- for the other files of the face ---- */

struct wc_cert *wc_store_next_cert(struct wc_store *store, struct wc_cert *previous)
{
    struct wc_walk walk = {.kind = WC_CERT};
    struct wc_context *next;

    if (wc_lock())
        return NULL;
    if (previous) {
        walk.after_store = previous->base.store;
        walk.after = previous->base.place;
    }
    next = previous && !previous->base.store ? NULL : wc_walk_next(store, &walk);
    if (next)
        wc_context_pin(next);
    wc_unlock();
    return (struct wc_cert *)(void *)next;
}

struct filling {
    struct cert_set *set;
    struct cert_crl_set *crls;
    win_error error;
};

static bool fill(void *context, struct wc_store *leaf)
{
    struct filling *filling = context;

    for (size_t i = 0; filling->set && !filling->error && i < leaf->certs.count; i++) {
        const struct wc_context *item = leaf->certs.at[i];

        filling->error = cert_set_add_with(filling->set, item->der,
                                           plat_span_of(item->properties.data, item->properties.size), NULL);
    }
    for (size_t i = 0; filling->crls && !filling->error && i < leaf->crls.count; i++) {
        const struct wc_context *item = leaf->crls.at[i];

        filling->error = cert_crl_set_add(filling->crls, item->der,
                                          plat_span_of(item->properties.data, item->properties.size), NULL);
    }
    return !filling->error;
}

win_error wc_store_fill(struct wc_store *store, struct cert_set *set, struct cert_crl_set *crls)
{
    struct filling filling = {.set = set, .crls = crls, .error = wc_lock()};

    if (filling.error)
        return filling.error;
    wc_each_leaf(store, fill, &filling);
    wc_unlock();
    return filling.error;
}
