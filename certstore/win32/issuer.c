/* SPDX-License-Identifier: Apache-2.0 */
/* CertGetIssuerCertificateFromStore. */
#include "win32/store.h"

#include "crypto/verify.h"

#include "platform/clock.h"

#define FLAGS (CERT_STORE_SIGNATURE_FLAG | CERT_STORE_TIME_VALIDITY_FLAG)

/* A flag goes when its check was passed. */
static DWORD check(const struct wc_cert *subject, const struct wc_cert *issuer, DWORD flags)
{
    int64_t now = plat_clock_unix();

    if ((flags & CERT_STORE_SIGNATURE_FLAG) != 0 && issuer &&
        cert_verify_signature(&issuer->cert, &subject->cert) == CERT_SIGNATURE_GOOD)
        flags &= ~(DWORD)CERT_STORE_SIGNATURE_FLAG;
    if ((flags & CERT_STORE_TIME_VALIDITY_FLAG) != 0 && now >= subject->cert.not_before &&
        now <= subject->cert.not_after)
        flags &= ~(DWORD)CERT_STORE_TIME_VALIDITY_FLAG;
    return flags;
}

static PCCERT_CONTEXT find_issuer(HCERTSTORE store, struct wc_cert *subject, const void *previous,
                                  DWORD *flags)
{
    PCCERT_CONTEXT found = NULL;
    struct wc_cert *issuer;

    if (cert_is_self_issued(&subject->cert)) {
        *flags = check(subject, subject, *flags);
        wc_free(previous, WC_CERT);
        return wc_null(CRYPT_E_SELF_SIGNED);
    }
    found = CertFindCertificateInStore(store, X509_ASN_ENCODING, 0, CERT_FIND_ISSUER_OF, &subject->face,
                                       previous);
    issuer = found ? wc_cert_get(found) : NULL;
    if (issuer) {
        *flags = check(subject, issuer, *flags);
        wc_cert_put_back(issuer);
    }
    return found;
}

PCCERT_CONTEXT CertGetIssuerCertificateFromStore(HCERTSTORE hCertStore, PCCERT_CONTEXT pSubjectContext,
                                                 PCCERT_CONTEXT pPrevIssuerContext, DWORD *pdwFlags)
{
    struct wc_cert *subject = wc_cert_get(pSubjectContext);
    PCCERT_CONTEXT found = NULL;
    win_error error = ERROR_SUCCESS;

    if (!subject || !pdwFlags)
        error = E_INVALIDARG;
    else if ((*pdwFlags & ~(DWORD)FLAGS) != 0) /* revocation is CertGetCertificateChain's */
        error = (*pdwFlags & CERT_STORE_REVOCATION_FLAG) != 0 ? ERROR_NOT_SUPPORTED : E_INVALIDARG;
    if (error) {
        wc_free(pPrevIssuerContext, WC_CERT);
        (void)wc_result(error);
    } else {
        found = find_issuer(hCertStore, subject, pPrevIssuerContext, pdwFlags);
    }
    wc_cert_put_back(subject);
    return found;
}
