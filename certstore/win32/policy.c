/* SPDX-License-Identifier: Apache-2.0 */
/*
 * CertVerifyCertificateChainPolicy. TRUE says that the policy was asked, pPolicyStatus->dwError what it
 * answered. Policies that are not here (AUTHENTICODE_TS, EV, SSL_F12 and others) are unknown:
 * ERROR_FILE_NOT_FOUND. Only public fields are read, so that a program may have filled them itself.
 */
#include "chain/facts.h"
#include "registry/win32.h"
#include "win32/policy.h"

#include <stdio.h>

/* ---- SSL ---- */

static DWORD ssl_ignored(DWORD checks)
{
    DWORD bits = 0;

    if (checks & SECURITY_FLAG_IGNORE_REVOCATION)
        bits |=
            CERT_TRUST_IS_REVOKED | CERT_TRUST_REVOCATION_STATUS_UNKNOWN | CERT_TRUST_IS_OFFLINE_REVOCATION;
    if (checks & SECURITY_FLAG_IGNORE_UNKNOWN_CA)
        bits |= CERT_TRUST_IS_UNTRUSTED_ROOT | CERT_TRUST_IS_PARTIAL_CHAIN;
    if (checks & SECURITY_FLAG_IGNORE_WRONG_USAGE)
        bits |= CERT_TRUST_IS_NOT_VALID_FOR_USAGE;
    if (checks & SECURITY_FLAG_IGNORE_CERT_DATE_INVALID)
        bits |= CERT_TRUST_IS_NOT_TIME_VALID;
    return bits;
}

static PCCERT_CONTEXT end_certificate(PCCERT_CHAIN_CONTEXT context)
{
    return context->rgpChain[0]->rgpElement[0]->pCertContext;
}

static win_error parse(PCCERT_CONTEXT context, struct cert *cert)
{
    if (!context)
        return E_INVALIDARG;
    return cert_parse(plat_span_of(context->pbCertEncoded, context->cbCertEncoded), cert);
}

static win_error policy_ssl(PCCERT_CHAIN_CONTEXT context, PCERT_CHAIN_POLICY_PARA para,
                            PCERT_CHAIN_POLICY_STATUS status)
{
    const SSL_EXTRA_CERT_CHAIN_POLICY_PARA *ssl = para ? para->pvExtraPolicyPara : NULL;
    struct cert cert;
    bool matches;
    win_error error;

    if (ssl && (ssl->cbSize < sizeof *ssl ||
                (ssl->dwAuthType != AUTHTYPE_CLIENT && ssl->dwAuthType != AUTHTYPE_SERVER)))
        return E_INVALIDARG;
    wc_policy_base(context, para ? para->dwFlags : 0, ssl ? ssl_ignored(ssl->fdwChecks) : 0, status);
    if (status->dwError || !ssl || ssl->dwAuthType != AUTHTYPE_SERVER || !ssl->pwszServerName ||
        ssl->fdwChecks & SECURITY_FLAG_IGNORE_CERT_CN_INVALID)
        return ERROR_SUCCESS;
    error = parse(end_certificate(context), &cert);
    if (!error)
        error = wc_host_matches(&cert, ssl->pwszServerName, &matches);
    if (!error && !matches)
        wc_policy_say(status, CERT_E_CN_NO_MATCH, 0, 0);
    return error;
}

/* ---- Authenticode ---- */

static const uint8_t oid_code_signing[] = {0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03, 0x03};
static const uint8_t oid_any_usage[] = {0x55, 0x1d, 0x25, 0x00};

static bool allows_code_signing(PCCERT_CONTEXT context)
{
    struct chain_usages usages;
    struct cert_list list;
    struct plat_span oid;
    struct cert cert;

    if (parse(context, &cert))
        return false;
    usages = chain_usages_of(&cert);
    if (!usages.limited)
        return true;
    list = chain_usages_open(&usages);
    while (chain_usages_next(&usages, &list, &oid))
        if (plat_span_equal(oid, plat_span_of(oid_code_signing, sizeof oid_code_signing)) ||
            plat_span_equal(oid, plat_span_of(oid_any_usage, sizeof oid_any_usage)))
            return true;
    return false;
}

/* The base policy with Authenticode's own words about revocation, and every certificate may sign code. */
static win_error policy_authenticode(PCCERT_CHAIN_CONTEXT context, PCERT_CHAIN_POLICY_PARA para,
                                     PCERT_CHAIN_POLICY_STATUS status)
{
    wc_policy_base(context, para ? para->dwFlags : 0, 0, status);
    if (status->dwError == CRYPT_E_REVOKED)
        status->dwError = CERT_E_REVOKED;
    else if (status->dwError == CRYPT_E_NO_REVOCATION_CHECK || status->dwError == CRYPT_E_REVOCATION_OFFLINE)
        status->dwError = CERT_E_REVOCATION_FAILURE;
    if (status->dwError || (para && para->dwFlags & CERT_CHAIN_POLICY_IGNORE_WRONG_USAGE_FLAG))
        return ERROR_SUCCESS;
    for (DWORD i = 0; i < context->rgpChain[0]->cElement; i++) {
        if (!allows_code_signing(context->rgpChain[0]->rgpElement[i]->pCertContext)) {
            wc_policy_say(status, CERT_E_PURPOSE, 0, (LONG)i);
            return ERROR_SUCCESS;
        }
    }
    return ERROR_SUCCESS;
}

/* ---- the others ---- */

static win_error policy_base(PCCERT_CHAIN_CONTEXT context, PCERT_CHAIN_POLICY_PARA para,
                             PCERT_CHAIN_POLICY_STATUS status)
{
    wc_policy_base(context, para ? para->dwFlags : 0, 0, status);
    return ERROR_SUCCESS;
}

static win_error policy_constraints(PCCERT_CHAIN_CONTEXT context, PCERT_CHAIN_POLICY_PARA para,
                                    PCERT_CHAIN_POLICY_STATUS status)
{
    wc_policy_constraints(context, para ? para->dwFlags : 0, status);
    return ERROR_SUCCESS;
}

/*
 * Is it in the store NTAuth of CERT_SYSTEM_STORE_LOCAL_MACHINE_ENTERPRISE, where Windows keeps that? *found
 * false when there is no such store.
 */
static win_error find_in_nt_auth(const struct cert *cert, bool *found)
{
    char path[128], thumbprint[CERT_THUMBPRINT_TEXT_SIZE];
    struct plat_buffer bytes;
    struct cert_blob blob;
    struct reg_win32_loan loan;
    reg_key key;
    win_error error;

    *found = false;
    cert_thumbprint_text(cert->thumbprint, thumbprint);
    (void)snprintf(path, sizeof path, "Software\\Microsoft\\EnterpriseCertificates\\NTAuth\\Certificates\\%s",
                   thumbprint);
    error = reg_win32_borrow(&loan);
    if (error)
        return error;
    plat_buffer_init(&bytes, LIMIT_REG_DATA);
    error = reg_key_open(loan.db, REG_HKLM, path, &key);
    if (!error)
        error = reg_value_get(loan.db, key, "Blob", NULL, &bytes);
    if (!error)
        *found = !cert_blob_read_verified(plat_span_of(bytes.data, bytes.size), &blob) &&
                 blob.kind == CERT_BLOB_CERTIFICATE && plat_span_equal(blob.content, cert->der);
    plat_buffer_free(&bytes);
    reg_win32_give_back(&loan);
    return error == ERROR_FILE_NOT_FOUND ? ERROR_SUCCESS : error;
}

static win_error policy_nt_auth(PCCERT_CHAIN_CONTEXT context, PCERT_CHAIN_POLICY_PARA para,
                                PCERT_CHAIN_POLICY_STATUS status)
{
    DWORD flags = para ? para->dwFlags : 0;
    const CERT_SIMPLE_CHAIN *chain;
    struct cert cert;
    bool found;
    win_error error;

    wc_policy_base(context, flags & 0xffff, 0, status);
    if (!status->dwError)
        wc_policy_constraints(context, flags & 0xffff0000, status);
    if (status->dwError)
        return ERROR_SUCCESS;
    chain = context->rgpChain[0];
    if (chain->cElement < 2) {
        wc_policy_say(status, CERT_E_UNTRUSTEDCA, 0, 0);
        return ERROR_SUCCESS;
    }
    error = parse(chain->rgpElement[1]->pCertContext, &cert);
    if (!error)
        error = find_in_nt_auth(&cert, &found);
    if (!error && !found)
        wc_policy_say(status, CERT_E_UNTRUSTEDCA, 0, 1);
    return error;
}

/* No key of Microsoft's roots is known here: no chain ends in one. */
static win_error policy_microsoft_root(PCCERT_CHAIN_CONTEXT context, PCERT_CHAIN_POLICY_PARA para,
                                       PCERT_CHAIN_POLICY_STATUS status)
{
    DWORD elements = context->cChain ? context->rgpChain[0]->cElement : 0;

    (void)para;
    wc_policy_say(status, CERT_E_UNTRUSTEDROOT, elements ? 0 : -1, (LONG)elements - 1);
    return ERROR_SUCCESS;
}

typedef win_error policy_function(PCCERT_CHAIN_CONTEXT context, PCERT_CHAIN_POLICY_PARA para,
                                  PCERT_CHAIN_POLICY_STATUS status);

static policy_function *find_policy(LPCSTR oid)
{
    switch ((uintptr_t)oid) {
    case 1:
        return policy_base;
    case 2:
        return policy_authenticode;
    case 4:
        return policy_ssl;
    case 5:
        return policy_constraints;
    case 6:
        return policy_nt_auth;
    case 7:
        return policy_microsoft_root;
    default:
        return NULL;
    }
}

void wc_policy_say(PCERT_CHAIN_POLICY_STATUS status, win_error error, LONG chain, LONG element)
{
    status->dwError = error;
    status->lChainIndex = chain;
    status->lElementIndex = element;
}

/* Of a context that was made by hand, no pointer may be missing on the way to the certificates. */
static bool is_whole(PCCERT_CHAIN_CONTEXT context)
{
    if (!context || (context->cChain > 0 && !context->rgpChain))
        return false;
    for (DWORD i = 0; i < context->cChain; i++) {
        const CERT_SIMPLE_CHAIN *chain = context->rgpChain[i];

        if (!chain || (chain->cElement > 0 && !chain->rgpElement))
            return false;
        for (DWORD j = 0; j < chain->cElement; j++)
            if (!chain->rgpElement[j])
                return false;
    }
    return true;
}

/* Programs may leave cbSize 0: these structures never grew. */
static bool is_size(DWORD size, size_t least)
{
    return size == 0 || size >= least;
}

BOOL WINAPI CertVerifyCertificateChainPolicy(LPCSTR pszPolicyOID, PCCERT_CHAIN_CONTEXT pChainContext,
                                             PCERT_CHAIN_POLICY_PARA pPolicyPara,
                                             PCERT_CHAIN_POLICY_STATUS pPolicyStatus)
{
    policy_function *policy = find_policy(pszPolicyOID);
    struct wc_object *held = policy ? wc_get(pChainContext, WC_CHAIN) : NULL;
    win_error error = ERROR_SUCCESS;

    if (!policy)
        error = ERROR_FILE_NOT_FOUND;
    else if (!pPolicyStatus || !is_size(pPolicyStatus->cbSize, sizeof *pPolicyStatus) ||
             (pPolicyPara && !is_size(pPolicyPara->cbSize, sizeof *pPolicyPara)) || !is_whole(pChainContext))
        error = E_INVALIDARG;
    if (!error) {
        wc_policy_say(pPolicyStatus, ERROR_SUCCESS, -1, -1);
        error = policy(pChainContext, pPolicyPara, pPolicyStatus);
    }
    wc_put_back(held);
    return wc_result(error);
}
