/* SPDX-License-Identifier: Apache-2.0 */
/* CERT_CHAIN_CONTEXT and what hangs on it: made from the chain engine's answer, counted, freed. */
#include "platform/memory.h"
#include "win32/chain.h"

struct element {
    CERT_CHAIN_ELEMENT face;
    CERT_REVOCATION_INFO revocation;
    CERT_REVOCATION_CRL_INFO crl;
    struct wc_object *held_cert, *held_crl; /* pinned: nothing that a program frees takes them away */
};

struct wc_chain {
    struct wc_object object; /* first */
    CERT_CHAIN_CONTEXT face;
    CERT_SIMPLE_CHAIN simple;
    PCERT_SIMPLE_CHAIN simples[1];
    size_t count;
    struct element *elements;
    PCERT_CHAIN_ELEMENT *pointers;
    struct wc_usages *usages;
    PCCERT_CHAIN_CONTEXT *lower;
    size_t lower_count;
};

static void destroy(struct wc_object *object)
{
    struct wc_chain *chain = (struct wc_chain *)object;

    for (size_t i = 0; i < chain->count; i++) {
        wc_put_back(chain->elements[i].held_cert);
        wc_put_back(chain->elements[i].held_crl);
    }
    for (size_t i = 0; i < chain->lower_count; i++)
        wc_free(chain->lower[i], WC_CHAIN);
    if (chain->usages)
        wc_usages_free(chain->usages, chain->count);
    plat_free(chain->usages);
    plat_free(chain->pointers);
    plat_free(chain->elements);
    plat_free(chain->lower);
    plat_free(chain);
}

static struct wc_chain *create(size_t count)
{
    struct wc_chain *chain = plat_calloc(1, sizeof *chain);

    if (!chain)
        return NULL;
    chain->object = (struct wc_object){.kind = WC_CHAIN, .face = &chain->face, .destroy = destroy};
    chain->elements = plat_calloc(count, sizeof *chain->elements);
    chain->pointers = plat_calloc(count, sizeof(PCERT_CHAIN_ELEMENT));
    chain->usages = plat_calloc(count, sizeof *chain->usages);
    if (!chain->elements || !chain->pointers || !chain->usages) {
        destroy(&chain->object);
        return NULL;
    }
    chain->count = count;
    return chain;
}

/* ---- elements ---- */

static win_error make_certificate(const struct wc_chain_request *request, const struct cert *cert,
                                  struct element *element)
{
    struct plat_span properties = {NULL, 0};
    struct wc_cert *made;
    win_error error;

    if (cert == &request->leaf->cert) {
        element->face.pCertContext = &request->leaf->face;
        element->held_cert = wc_get(&request->leaf->face, WC_CERT);
        return element->held_cert ? ERROR_SUCCESS : ERROR_NOT_ENOUGH_MEMORY;
    }
    for (size_t i = 0; i < sizeof request->material->sets / sizeof request->material->sets[0]; i++) {
        const struct cert_set *set = request->material->sets[i];

        if (set && cert_set_find_thumbprint(set, cert->thumbprint) == cert)
            properties = cert_set_properties(set, cert);
    }
    error = wc_cert_make(cert->der, properties, &made);
    if (error)
        return error;
    element->face.pCertContext = &made->face;
    element->held_cert = &made->base.object;
    return ERROR_SUCCESS;
}

static DWORD revocation_result(const struct cert_chain_element *element)
{
    switch (element->revocation) {
    case CERT_REVOCATION_NOT_ASKED:
    case CERT_REVOCATION_GOOD:
        break;
    case CERT_REVOCATION_REVOKED:
        return CRYPT_E_REVOKED;
    case CERT_REVOCATION_NO_CRL:
        return CRYPT_E_NO_REVOCATION_CHECK;
    case CERT_REVOCATION_OFFLINE:
        return CRYPT_E_REVOCATION_OFFLINE;
    case CERT_REVOCATION_UNUSABLE:
        return element->error & CERT_TRUST_IS_OFFLINE_REVOCATION ? CRYPT_E_REVOCATION_OFFLINE
                                                                 : CRYPT_E_NO_REVOCATION_CHECK;
    }
    return ERROR_SUCCESS;
}

static DWORD age_of(const struct cert_crl *crl, int64_t now)
{
    int64_t age = now - crl->this_update;

    if (age < 0)
        return 0;
    return age > UINT32_MAX ? UINT32_MAX : (DWORD)age;
}

static win_error make_crl(struct element *element, const struct cert_crl *crl, int64_t now)
{
    struct wc_crl *made;
    win_error error = wc_crl_make(crl->der, (struct plat_span){NULL, 0}, &made);

    if (error)
        return error;
    element->crl.cbSize = sizeof element->crl;
    element->crl.pBaseCrlContext = &made->face;
    element->held_crl = &made->base.object;
    if (!CertFindCertificateInCRL(element->face.pCertContext, &made->face, 0, NULL, &element->crl.pCrlEntry))
        return plat_last_error_get();
    element->revocation.pCrlInfo = &element->crl;
    element->revocation.fHasFreshnessTime = TRUE;
    element->revocation.dwFreshnessTime = age_of(crl, now);
    return ERROR_SUCCESS;
}

static win_error make_element(const struct wc_chain_request *request, const struct cert_chain_element *from,
                              struct element *to)
{
    win_error error;

    to->face.cbSize = sizeof to->face;
    to->face.TrustStatus = (CERT_TRUST_STATUS){from->error, from->info};
    error = make_certificate(request, from->cert, to);
    if (error || from->revocation == CERT_REVOCATION_NOT_ASKED)
        return error;
    to->revocation.cbSize = sizeof to->revocation;
    to->revocation.dwRevocationResult = revocation_result(from);
    to->face.pRevocationInfo = &to->revocation;
    return from->crl ? make_crl(to, from->crl, request->now) : ERROR_SUCCESS;
}

/* ---- chains ---- */

/* An anchor of an engine that has its own is told. */
static void mark_exclusive(const struct wc_chain_request *request, struct wc_chain *chain)
{
    CERT_CHAIN_ELEMENT *last = &chain->elements[chain->count - 1].face;

    if (!request->material->exclusive || chain->simple.TrustStatus.dwErrorStatus &
                                             (CERT_TRUST_IS_UNTRUSTED_ROOT | CERT_TRUST_IS_PARTIAL_CHAIN))
        return;
    last->TrustStatus.dwInfoStatus |= CERT_TRUST_IS_FROM_EXCLUSIVE_TRUST_STORE;
    chain->simple.TrustStatus.dwInfoStatus |= CERT_TRUST_IS_FROM_EXCLUSIVE_TRUST_STORE;
}

static win_error fill_elements(const struct wc_chain_request *request, const struct cert_chain *from,
                               struct wc_chain *chain)
{
    win_error error = wc_usages_make(from, chain->usages);

    for (size_t i = 0; i < chain->count && !error; i++) {
        struct element *element = &chain->elements[i];
        struct wc_usages *usages = &chain->usages[i];

        chain->pointers[i] = &element->face;
        element->face.pApplicationUsage = usages->application.any ? NULL : &usages->application.usage;
        element->face.pIssuanceUsage = usages->issuance.any ? NULL : &usages->issuance.usage;
        error = make_element(request, &from->elements[i], element);
        if (element->revocation.fHasFreshnessTime) {
            chain->simple.fHasRevocationFreshnessTime = TRUE;
            if (element->revocation.dwFreshnessTime > chain->simple.dwRevocationFreshnessTime)
                chain->simple.dwRevocationFreshnessTime = element->revocation.dwFreshnessTime;
        }
    }
    return error;
}

static win_error make_one(const struct wc_chain_request *request, const struct cert_chain *from,
                          struct wc_chain **made)
{
    struct wc_chain *chain = create(from->count);
    win_error error;

    if (!chain)
        return ERROR_NOT_ENOUGH_MEMORY;
    chain->simple.cbSize = sizeof chain->simple;
    chain->simple.TrustStatus = (CERT_TRUST_STATUS){from->error, from->info};
    chain->simple.cElement = (DWORD)chain->count;
    chain->simple.rgpElement = chain->pointers;
    error = fill_elements(request, from, chain);
    if (error) {
        destroy(&chain->object);
        return error;
    }
    mark_exclusive(request, chain);
    chain->simples[0] = &chain->simple;
    chain->face.cbSize = sizeof chain->face;
    chain->face.TrustStatus = chain->simple.TrustStatus;
    chain->face.cChain = 1;
    chain->face.rgpChain = chain->simples;
    chain->face.fHasRevocationFreshnessTime = chain->simple.fHasRevocationFreshnessTime;
    chain->face.dwRevocationFreshnessTime = chain->simple.dwRevocationFreshnessTime;
    chain->face.dwCreateFlags = request->flags;
    *made = chain;
    return ERROR_SUCCESS;
}

static win_error make_lower(const struct wc_chain_request *request, const struct cert_chain *chains,
                            size_t count, struct wc_chain *best)
{
    struct wc_chain *lower;
    win_error error = ERROR_SUCCESS;

    best->lower = plat_calloc(count, sizeof(PCCERT_CHAIN_CONTEXT));
    if (!best->lower)
        return ERROR_NOT_ENOUGH_MEMORY;
    for (size_t i = 0; i < count && !error; i++) {
        error = make_one(request, &chains[i], &lower);
        if (error)
            break;
        error = wc_show(&lower->object);
        if (error)
            destroy(&lower->object);
        else
            best->lower[best->lower_count++] = &lower->face;
    }
    best->face.rgpLowerQualityChainContext = best->lower;
    best->face.cLowerQualityChainContext = (DWORD)best->lower_count;
    return error;
}

win_error wc_chain_make(const struct wc_chain_request *request, const struct cert_chain *chains, size_t count,
                        PCCERT_CHAIN_CONTEXT *context)
{
    struct wc_chain *best;
    win_error error = make_one(request, &chains[0], &best);

    if (error)
        return error;
    if (count > 1)
        error = make_lower(request, &chains[1], count - 1, best);
    if (!error)
        error = wc_show(&best->object);
    if (error)
        destroy(&best->object);
    else
        *context = &best->face;
    return error;
}

PCCERT_CHAIN_CONTEXT WINAPI CertDuplicateCertificateChain(PCCERT_CHAIN_CONTEXT pChainContext)
{
    return wc_duplicate(pChainContext, WC_CHAIN);
}

void WINAPI CertFreeCertificateChain(PCCERT_CHAIN_CONTEXT pChainContext)
{
    wc_free(pChainContext, WC_CHAIN);
}
