/* SPDX-License-Identifier: Apache-2.0 */
/* Certificate and CRL contexts: made, counted, freed. */
#include "win32/info.h"
#include "win32/store.h"

#include "certstore/blob.h"

#include "platform/limits.h"
#include "platform/memory.h"

#include <string.h>

void wc_copy_properties(struct plat_span from, struct plat_buffer *to)
{
    struct cert_property property;
    struct plat_span rest = from;

    while (cert_property_next(&rest, &property)) {
        if (property.id == CERT_PROPERTY_SHA1)
            continue;
        plat_buffer_append_u32_le(to, property.id);
        plat_buffer_append_u32_le(to, property.encoding);
        plat_buffer_append_u32_le(to, (uint32_t)property.value.size);
        plat_buffer_append(to, property.value.data, property.value.size);
    }
}

void wc_context_destroy(struct wc_context *context)
{
    plat_buffer_free(&context->properties);
    plat_free(context->arena);
    plat_free(wc_bytes(context->der.data));
    plat_free(context);
}

static void destroy(struct wc_object *object)
{
    wc_context_destroy((struct wc_context *)(void *)object);
}

static void unused(struct wc_object *object, struct wc_left *left)
{
    struct wc_context *context = (struct wc_context *)(void *)object;

    left->destroy = !context->in_store;
    left->store = context->store;
    if (context->store) {
        context->store->contexts--;
        left->close = wc_store_unused(context->store);
    }
}

/* The store stays while one of its contexts is in use. */
static void use_store(const struct wc_context *context)
{
    if (!wc_in_use(&context->object) && context->store) {
        context->store->contexts++;
        plat_object_hold(&context->store->object);
    }
}

void wc_context_use(struct wc_context *context)
{
    use_store(context);
    wc_use(&context->object);
}

void wc_context_pin(struct wc_context *context)
{
    use_store(context);
    wc_pin(&context->object);
}

static win_error fill_cert(struct wc_cert *cert)
{
    win_error error = cert_parse(cert->base.der, &cert->cert);

    if (!error)
        error = wc_cert_info(&cert->cert, &cert->info, &cert->base.arena);
    if (error)
        return error;
    cert->face = (CERT_CONTEXT){.dwCertEncodingType = X509_ASN_ENCODING,
                                .pbCertEncoded = wc_bytes(cert->base.der.data),
                                .cbCertEncoded = (DWORD)cert->base.der.size,
                                .pCertInfo = &cert->info};
    memcpy(cert->base.thumbprint, cert->cert.thumbprint, sizeof cert->base.thumbprint);
    cert->base.object.face = &cert->face;
    return ERROR_SUCCESS;
}

static win_error fill_crl(struct wc_crl *crl)
{
    win_error error = cert_crl_parse(crl->base.der, &crl->crl);

    if (!error)
        error = wc_crl_info(&crl->crl, &crl->info, &crl->base.arena);
    if (error)
        return error;
    crl->face = (CRL_CONTEXT){.dwCertEncodingType = X509_ASN_ENCODING,
                              .pbCrlEncoded = wc_bytes(crl->base.der.data),
                              .cbCrlEncoded = (DWORD)crl->base.der.size,
                              .pCrlInfo = &crl->info};
    memcpy(crl->base.thumbprint, crl->crl.thumbprint, sizeof crl->base.thumbprint);
    crl->base.object.face = &crl->face;
    return ERROR_SUCCESS;
}

win_error wc_context_new(enum wc_kind kind, struct plat_span der, struct plat_span properties,
                         struct wc_context **context)
{
    struct wc_context *made;
    win_error error = ERROR_NOT_ENOUGH_MEMORY;
    void *copy;

    *context = NULL;
    if (!der.data || der.size == 0)
        return CRYPT_E_ASN1_EOD;
    if (der.size > (kind == WC_CERT ? LIMIT_CERT_SIZE : LIMIT_CRL_SIZE))
        return CRYPT_E_ASN1_LARGE;
    made = plat_calloc(1, kind == WC_CERT ? sizeof(struct wc_cert) : sizeof(struct wc_crl));
    copy = plat_memdup(der.data, der.size);
    if (!made || !copy) {
        plat_free(made);
        plat_free(copy);
        return error;
    }
    made->object = (struct wc_object){.kind = kind, .unused = unused, .destroy = destroy};
    made->der = plat_span_of(copy, der.size);
    plat_buffer_init(&made->properties, LIMIT_REG_DATA);
    wc_copy_properties(properties, &made->properties);
    error = made->properties.failed;
    if (!error)
        error = kind == WC_CERT ? fill_cert((struct wc_cert *)(void *)made)
                                : fill_crl((struct wc_crl *)(void *)made);
    if (error)
        wc_context_destroy(made);
    else
        *context = made;
    return error;
}

/* In no store, in the table by what `appear` counts: users or pins. */
static win_error make(enum wc_kind kind, struct plat_span der, struct plat_span properties,
                      void (*appear)(struct wc_object *object), struct wc_context **context)
{
    win_error error = wc_context_new(kind, der, properties, context);

    if (error)
        return error;
    error = wc_lock();
    if (error) {
        wc_context_destroy(*context);
        *context = NULL;
        return error;
    }
    appear(&(*context)->object);
    wc_unlock();
    return ERROR_SUCCESS;
}

win_error wc_cert_make(struct plat_span der, struct plat_span properties, struct wc_cert **cert)
{
    struct wc_context *made;
    win_error error = make(WC_CERT, der, properties, wc_pin, &made);

    *cert = (struct wc_cert *)(void *)made;
    return error;
}

win_error wc_crl_make(struct plat_span der, struct plat_span properties, struct wc_crl **crl)
{
    struct wc_context *made;
    win_error error = make(WC_CRL, der, properties, wc_pin, &made);

    *crl = (struct wc_crl *)(void *)made;
    return error;
}

struct wc_cert *wc_cert_get(PCCERT_CONTEXT context)
{
    return (struct wc_cert *)(void *)wc_get(context, WC_CERT);
}

void wc_cert_put_back(struct wc_cert *cert)
{
    wc_put_back(cert ? &cert->base.object : NULL);
}

struct wc_crl *wc_crl_get(PCCRL_CONTEXT context)
{
    return (struct wc_crl *)(void *)wc_get(context, WC_CRL);
}

win_error wc_properties(struct wc_context *context, struct plat_buffer *out)
{
    win_error error = wc_lock();

    if (error)
        return error;
    plat_buffer_append(out, context->properties.data, context->properties.size);
    wc_unlock();
    return out->failed;
}

/* ---- the functions ---- */

static const void *create(enum wc_kind kind, DWORD encoding, const BYTE *bytes, DWORD size)
{
    struct wc_context *made = NULL;
    win_error error = E_INVALIDARG;

    if (GET_CERT_ENCODING_TYPE(encoding) == X509_ASN_ENCODING && bytes)
        error = make(kind, plat_span_of(bytes, size), plat_span_of(NULL, 0), wc_use, &made);
    return error ? wc_null(error) : made->object.face;
}

PCCERT_CONTEXT CertCreateCertificateContext(DWORD dwCertEncodingType, const BYTE *pbCertEncoded,
                                            DWORD cbCertEncoded)
{
    return create(WC_CERT, dwCertEncodingType, pbCertEncoded, cbCertEncoded);
}

PCCRL_CONTEXT CertCreateCRLContext(DWORD dwCertEncodingType, const BYTE *pbCrlEncoded, DWORD cbCrlEncoded)
{
    return create(WC_CRL, dwCertEncodingType, pbCrlEncoded, cbCrlEncoded);
}

PCCERT_CONTEXT CertDuplicateCertificateContext(PCCERT_CONTEXT pCertContext)
{
    return wc_duplicate(pCertContext, WC_CERT);
}

PCCRL_CONTEXT CertDuplicateCRLContext(PCCRL_CONTEXT pCrlContext)
{
    return wc_duplicate(pCrlContext, WC_CRL);
}

BOOL CertFreeCertificateContext(PCCERT_CONTEXT pCertContext)
{
    wc_free(pCertContext, WC_CERT);
    return TRUE;
}

BOOL CertFreeCRLContext(PCCRL_CONTEXT pCrlContext)
{
    wc_free(pCrlContext, WC_CRL);
    return TRUE;
}
