/* SPDX-License-Identifier: Apache-2.0 */
/* CertGet..., CertSet..., CertEnum...ContextProperties. */
#include "win32/property.h"
#include "win32/store.h"
#include "win32/usage.h"

#include "platform/limits.h"

#include <string.h>

/* Handles of keys and what else makes no sense outside of one process: neither kept nor known here. */
static bool is_handle(DWORD id)
{
    return id == CERT_KEY_PROV_HANDLE_PROP_ID || id == CERT_KEY_CONTEXT_PROP_ID ||
           id == CERT_NCRYPT_KEY_HANDLE_PROP_ID || id == CERT_HCRYPTPROV_OR_NCRYPT_KEY_HANDLE_PROP_ID;
}

static bool is_id(DWORD id)
{
    return id != 0 && id <= CERT_LAST_USER_PROP_ID && (id < CERT_CERT_PROP_ID || id > CERT_CTL_PROP_ID);
}

/* What the context itself says. */
static bool is_computed(DWORD id)
{
    return id == CERT_SHA1_HASH_PROP_ID || id == CERT_MD5_HASH_PROP_ID || id == CERT_SIGNATURE_HASH_PROP_ID ||
           id == CERT_ACCESS_STATE_PROP_ID;
}

static win_error put_stored(struct wc_context *context, DWORD id, void *room, DWORD *size)
{
    struct plat_buffer properties;
    struct plat_span value;
    win_error error;

    plat_buffer_init(&properties, LIMIT_REG_DATA);
    error = wc_properties(context, &properties);
    if (!error && !cert_property_find(plat_span_of(properties.data, properties.size), id, &value))
        error = CRYPT_E_NOT_FOUND;
    if (!error)
        error = wc_put(value, room, size);
    plat_buffer_free(&properties);
    return error;
}

static win_error put_access_state(struct wc_context *context, void *room, DWORD *size)
{
    const struct wc_store *store = context->store;
    DWORD state = 0;

    if (store && store->kind == WC_REGISTRY) {
        state |= CERT_ACCESS_STATE_SYSTEM_STORE_FLAG;
        if (!store->read_only)
            state |= CERT_ACCESS_STATE_WRITE_PERSIST_FLAG;
        if (store->location == CERT_LOCAL_MACHINE)
            state |= CERT_ACCESS_STATE_LM_SYSTEM_STORE_FLAG;
    }
    return wc_put(plat_span_of(&state, sizeof state), room, size);
}

static win_error get_property(struct wc_context *context, DWORD id, void *room, DWORD *size)
{
    uint8_t own[CERT_SHA1_SIZE], md5[CERT_MD5_SIZE];
    win_error error;

    if (!size || !is_id(id))
        return E_INVALIDARG;
    if (id == CERT_KEY_PROV_INFO_PROP_ID)
        return context->object.kind == WC_CERT
                   ? wc_put_key_info((struct wc_cert *)(void *)context, room, size)
                   : CRYPT_E_NOT_FOUND;
    if (id == CERT_SHA1_HASH_PROP_ID)
        return wc_put(plat_span_of(context->thumbprint, sizeof context->thumbprint), room, size);
    if (id == CERT_MD5_HASH_PROP_ID) {
        cert_md5(context->der, md5);
        return wc_put(plat_span_of(md5, sizeof md5), room, size);
    }
    if (id == CERT_ACCESS_STATE_PROP_ID)
        return put_access_state(context, room, size);
    error = put_stored(context, id, room, size);
    if (error == CRYPT_E_NOT_FOUND && id == CERT_KEY_IDENTIFIER_PROP_ID && context->object.kind == WC_CERT)
        return wc_put(wc_key_identifier((struct wc_cert *)(void *)context, own), room, size);
    return error;
}

/* Where the value is, by the property's type. */
static win_error value_of(DWORD id, const void *data, struct plat_span *value)
{
    const CRYPT_DATA_BLOB *blob = data;

    *value = plat_span_of(NULL, 0);
    if (!data)
        return ERROR_SUCCESS; /* to be removed */
    if (id == CERT_KEY_SPEC_PROP_ID) {
        *value = plat_span_of(data, sizeof(DWORD));
        return ERROR_SUCCESS;
    }
    if (id == CERT_DATE_STAMP_PROP_ID) {
        *value = plat_span_of(data, sizeof(FILETIME));
        return ERROR_SUCCESS;
    }
    if (blob->cbData > 0 && !blob->pbData)
        return E_INVALIDARG;
    /* A value of no bytes is one; NULL would remove it. */
    *value = plat_span_of(blob->pbData ? blob->pbData : (const BYTE *)"", blob->cbData);
    return ERROR_SUCCESS;
}

static win_error persist(struct wc_context *context, const struct plat_buffer *properties, DWORD flags)
{
    const struct cert_blob blob = {
        .kind = context->object.kind == WC_CERT ? CERT_BLOB_CERTIFICATE : CERT_BLOB_CRL,
        .content = context->der,
        .properties = plat_span_of(properties->data, properties->size),
    };
    win_error error = ERROR_SUCCESS;
    bool there;

    if (!context->store || (flags & CERT_SET_PROPERTY_INHIBIT_PERSIST_FLAG) != 0)
        return ERROR_SUCCESS;
    error = wc_lock();
    if (error)
        return error;
    there = context->in_store;
    wc_unlock();
    if (context->store->read_only)
        error = E_ACCESSDENIED;
    else if (there && context->store->kind == WC_REGISTRY)
        error = wc_registry_put(context->store, &blob);
    return (flags & CERT_SET_PROPERTY_IGNORE_PERSIST_ERROR_FLAG) != 0 ? ERROR_SUCCESS : error;
}

/* Exchanges the context's properties for these. */
static win_error exchange(struct wc_context *context, struct plat_buffer *properties)
{
    struct plat_buffer old;
    win_error error = wc_lock();

    if (error)
        return error;
    old = context->properties;
    context->properties = *properties;
    *properties = old;
    if (context->store)
        context->store->changed = true;
    wc_unlock();
    return ERROR_SUCCESS;
}

static win_error set_property(struct wc_context *context, DWORD id, DWORD flags, const void *data)
{
    struct plat_buffer before, after;
    struct plat_span value;
    win_error error;

    if (!is_id(id) || is_computed(id))
        return E_INVALIDARG;
    if (is_handle(id) || id == CERT_KEY_PROV_INFO_PROP_ID)
        return ERROR_NOT_SUPPORTED;
    error = value_of(id, data, &value);
    if (error)
        return error;
    plat_buffer_init(&before, LIMIT_REG_DATA);
    plat_buffer_init(&after, LIMIT_REG_DATA);
    error = wc_properties(context, &before);
    if (!error)
        cert_property_set(&after, plat_span_of(before.data, before.size), id, value);
    if (!error)
        error = after.failed;
    if (!error)
        error = persist(context, &after, flags);
    if (!error)
        error = exchange(context, &after);
    plat_buffer_free(&before);
    plat_buffer_free(&after);
    return error;
}

/* The smallest id that is greater: each once, however they are kept. */
static DWORD next_id(struct wc_context *context, DWORD id)
{
    struct plat_buffer properties;
    struct cert_property property;
    struct plat_span rest;
    DWORD next = id < CERT_SHA1_HASH_PROP_ID ? CERT_SHA1_HASH_PROP_ID : 0;

    plat_buffer_init(&properties, LIMIT_REG_DATA);
    if (wc_properties(context, &properties) == ERROR_SUCCESS) {
        rest = plat_span_of(properties.data, properties.size);
        while (cert_property_next(&rest, &property))
            if (property.id > id && (next == 0 || property.id < next))
                next = property.id;
    }
    plat_buffer_free(&properties);
    return next;
}

static struct wc_context *get(const void *face, enum wc_kind kind)
{
    return (struct wc_context *)(void *)wc_get(face, kind);
}

static BOOL get_of(const void *face, enum wc_kind kind, DWORD id, void *room, DWORD *size)
{
    struct wc_context *context = get(face, kind);
    win_error error = context ? get_property(context, id, room, size) : E_INVALIDARG;

    if (context)
        wc_put_back(&context->object);
    return wc_result(error);
}

static BOOL set_of(const void *face, enum wc_kind kind, DWORD id, DWORD flags, const void *data)
{
    struct wc_context *context = get(face, kind);
    win_error error = context ? set_property(context, id, flags, data) : E_INVALIDARG;

    if (context)
        wc_put_back(&context->object);
    return wc_result(error);
}

static DWORD next_of(const void *face, enum wc_kind kind, DWORD id)
{
    struct wc_context *context = get(face, kind);
    DWORD next = 0;

    if (!context) {
        plat_last_error_set(E_INVALIDARG);
        return 0;
    }
    next = next_id(context, id);
    wc_put_back(&context->object);
    return next;
}

BOOL CertGetCertificateContextProperty(PCCERT_CONTEXT pCertContext, DWORD dwPropId, void *pvData,
                                       DWORD *pcbData)
{
    return get_of(pCertContext, WC_CERT, dwPropId, pvData, pcbData);
}

BOOL CertSetCertificateContextProperty(PCCERT_CONTEXT pCertContext, DWORD dwPropId, DWORD dwFlags,
                                       const void *pvData)
{
    return set_of(pCertContext, WC_CERT, dwPropId, dwFlags, pvData);
}

DWORD CertEnumCertificateContextProperties(PCCERT_CONTEXT pCertContext, DWORD dwPropId)
{
    return next_of(pCertContext, WC_CERT, dwPropId);
}

BOOL CertGetCRLContextProperty(PCCRL_CONTEXT pCrlContext, DWORD dwPropId, void *pvData, DWORD *pcbData)
{
    return get_of(pCrlContext, WC_CRL, dwPropId, pvData, pcbData);
}

BOOL CertSetCRLContextProperty(PCCRL_CONTEXT pCrlContext, DWORD dwPropId, DWORD dwFlags, const void *pvData)
{
    return set_of(pCrlContext, WC_CRL, dwPropId, dwFlags, pvData);
}

DWORD CertEnumCRLContextProperties(PCCRL_CONTEXT pCrlContext, DWORD dwPropId)
{
    return next_of(pCrlContext, WC_CRL, dwPropId);
}
