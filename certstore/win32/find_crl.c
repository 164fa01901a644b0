/* SPDX-License-Identifier: Apache-2.0 */
/* CertFindCRLInStore, CertFindCertificateInCRL. */
#include "win32/store.h"

#include "platform/limits.h"

#include <string.h>

struct wanted {
    DWORD flags;
    struct wc_cert *issuer;  /* held; NULL = any */
    struct wc_cert *subject; /* held */
    struct plat_span name;
    uint8_t thumbprint[CERT_THUMBPRINT_SIZE];
};

static bool match(void *context, struct wc_context *item)
{
    const struct wanted *wanted = context;
    const struct cert_crl *crl = &((const struct wc_crl *)(const void *)item)->crl;

    if (wanted->name.data && !cert_name_equal(crl->issuer, wanted->name))
        return false;
    if ((wanted->flags & CRL_FIND_ISSUED_BY_DELTA_FLAG) != 0 && !crl->is_delta)
        return false;
    if ((wanted->flags & CRL_FIND_ISSUED_BY_BASE_FLAG) != 0 && crl->is_delta)
        return false;
    if ((wanted->flags & CRL_FIND_ISSUED_BY_AKI_FLAG) != 0 && wanted->issuer && crl->authority_key_id.size > 0)
        return plat_span_equal(crl->authority_key_id, wanted->issuer->cert.subject_key_id);
    return true;
}

static win_error prepare(struct wanted *wanted, DWORD type, const void *parameter, struct wc_walk *walk)
{
    const CRL_FIND_ISSUED_FOR_PARA *issued_for = parameter;
    struct wc_crl *existing;

    walk->matches = match;
    switch (type) {
    case CRL_FIND_ANY:
        walk->matches = NULL;
        return ERROR_SUCCESS;
    case CRL_FIND_ISSUED_BY:
        if (!parameter)
            return ERROR_SUCCESS;
        wanted->issuer = wc_cert_get(parameter);
        if (wanted->issuer)
            wanted->name = wanted->issuer->cert.subject;
        return wanted->issuer ? ERROR_SUCCESS : E_INVALIDARG;
    case CRL_FIND_ISSUED_FOR:
        wanted->subject = issued_for ? wc_cert_get(issued_for->pSubjectCert) : NULL;
        wanted->issuer = issued_for ? wc_cert_get(issued_for->pIssuerCert) : NULL;
        if (!wanted->subject || !wanted->issuer)
            return E_INVALIDARG;
        wanted->name = wanted->subject->cert.issuer;
        return ERROR_SUCCESS;
    case CRL_FIND_EXISTING:
        existing = wc_crl_get(parameter);
        if (!existing)
            return E_INVALIDARG;
        memcpy(wanted->thumbprint, existing->base.thumbprint, sizeof wanted->thumbprint);
        walk->thumbprint = wanted->thumbprint;
        walk->matches = NULL;
        wc_put_back(&existing->base.object);
        return ERROR_SUCCESS;
    default:
        return E_INVALIDARG;
    }
}

PCCRL_CONTEXT CertFindCRLInStore(HCERTSTORE hCertStore, DWORD dwCertEncodingType, DWORD dwFindFlags,
                                 DWORD dwFindType, const void *pvFindPara, PCCRL_CONTEXT pPrevCrlContext)
{
    struct wanted wanted = {.flags = dwFindFlags};
    struct wc_walk walk = {.kind = WC_CRL, .context = &wanted};
    struct wc_context *found = NULL;
    win_error error = prepare(&wanted, dwFindType, pvFindPara, &walk);

    (void)dwCertEncodingType;
    if (!error && (dwFindFlags & CRL_FIND_ISSUED_BY_SIGNATURE_FLAG) != 0)
        error = ERROR_NOT_SUPPORTED;
    if (error) {
        wc_free(pPrevCrlContext, WC_CRL);
        (void)wc_result(error);
    } else {
        found = wc_step(hCertStore, pPrevCrlContext, &walk);
    }
    wc_cert_put_back(wanted.issuer);
    wc_cert_put_back(wanted.subject);
    return found ? found->object.face : NULL;
}

BOOL CertFindCertificateInCRL(PCCERT_CONTEXT pCert, PCCRL_CONTEXT pCrlContext, DWORD dwFlags,
                              void *pvReserved, PCRL_ENTRY *ppCrlEntry)
{
    struct wc_cert *cert = wc_cert_get(pCert);
    struct wc_crl *crl = wc_crl_get(pCrlContext);
    win_error error = cert && crl && ppCrlEntry ? ERROR_SUCCESS : E_INVALIDARG;

    (void)dwFlags;
    (void)pvReserved;
    if (ppCrlEntry)
        *ppCrlEntry = NULL;
    for (DWORD i = 0; !error && !*ppCrlEntry && i < crl->info.cCRLEntry; i++)
        if (CertCompareIntegerBlob(&crl->info.rgCRLEntry[i].SerialNumber, &cert->info.SerialNumber))
            *ppCrlEntry = &crl->info.rgCRLEntry[i];
    wc_cert_put_back(cert);
    if (crl)
        wc_put_back(&crl->base.object);
    return wc_result(error);
}
