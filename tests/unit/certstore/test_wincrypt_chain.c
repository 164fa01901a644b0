/* SPDX-License-Identifier: Apache-2.0 */
/* CertGetCertificateChain: the chain engine's words in Windows' structures, what they say besides, and how
 * long they live. */
#include "win32/chain.h"
#include "wincrypt_pki.h"

#include "platform/fake.h"
#include "registry/win32.h"

#include <string.h>

#define ROOT "root CN=Root<CN=Root serial=1 ca\n"
#define CA "store CN=CA<CN=Root serial=5 ca ku=cert+crl\n"
#define LEAF "leaf CN=EE<CN=CA serial=7\n"
#define END CERT_CHAIN_REVOCATION_CHECK_END_CERT
#define NOT_ROOT CERT_CHAIN_REVOCATION_CHECK_CHAIN_EXCLUDE_ROOT

struct chain_case {
    const char *pki;
    DWORD flags;
    DWORD error;
    DWORD elements;
};

static const struct chain_case cases[] = {
    {LEAF CA ROOT, 0, 0, 3},
    {LEAF "peer CN=CA<CN=Root serial=5 ca\n" ROOT, 0, 0, 3},
    {LEAF ROOT, 0, 0x10000, 1},
    {LEAF CA, 0, 0x10000, 2},
    {LEAF CA "store CN=Root<CN=Root ca\n", 0, 0x20, 3},
    {LEAF CA "peer CN=Root<CN=Root ca\n", 0, 0x20, 3},
    {"leaf+root CN=Root<CN=Root ca\n", 0, 0, 1},
    {"leaf CN=EE<CN=CA badsig\n" CA ROOT, 0, 0x8, 3},
    {"leaf CN=EE<CN=CA to=-1\n" CA ROOT, 0, 0x1, 3},
    {"leaf CN=EE<CN=CA crit=1.2.3.4:00\n" CA ROOT, 0, 0x08000100, 3},
    {"leaf+bad CN=EE<CN=CA\n" CA ROOT, 0, 0x04000000, 3},
    {"leaf CN=EE<CN=CA alg=sha1\n" CA ROOT, 0, 0, 3},
    {"leaf CN=EE<CN=CA alg=sha1\n" CA ROOT, CERT_CHAIN_OPT_IN_WEAK_SIGNATURE, 0x100000, 3},
    {"leaf+people CN=EE<CN=CA\n", 0, 0x10000, 1},
    {"leaf+people CN=EE<CN=CA\n", CERT_CHAIN_ENABLE_PEER_TRUST, 0, 1},
    {LEAF CA ROOT "crl CN=Root\ncrl CN=CA list=7\n", 0, 0, 3},
    {LEAF CA ROOT "crl CN=Root\ncrl CN=CA list=7\n", NOT_ROOT, 0x4, 3},
    {LEAF CA ROOT "crl CN=Root\ncrl CN=CA list=8\n", NOT_ROOT | CERT_CHAIN_REVOCATION_CHECK_CACHE_ONLY, 0, 3},
    {LEAF CA ROOT, END, 0x40, 3},
};

static void check_structure(const struct wincrypt_pki *pki, const CERT_CHAIN_CONTEXT *chain, DWORD elements)
{
    const CERT_SIMPLE_CHAIN *simple = chain->rgpChain[0];

    assert_int_equal(chain->cbSize, sizeof *chain);
    assert_int_equal(chain->cChain, 1);
    assert_int_equal(chain->cLowerQualityChainContext, 0);
    assert_null(chain->rgpLowerQualityChainContext);
    assert_int_equal(simple->cbSize, sizeof *simple);
    assert_int_equal(simple->cElement, elements);
    assert_null(simple->pTrustListInfo);
    assert_memory_equal(&simple->TrustStatus, &chain->TrustStatus, sizeof simple->TrustStatus);
    assert_ptr_equal(simple->rgpElement[0]->pCertContext, pki->leaf);
    for (DWORD i = 0; i < elements; i++) {
        assert_int_equal(simple->rgpElement[i]->cbSize, sizeof(CERT_CHAIN_ELEMENT));
        assert_null(simple->rgpElement[i]->pwszExtendedErrorInfo);
    }
}

/* The words are those that the chain engine gives for the same sets. */
static void check_words(const CERT_SIMPLE_CHAIN *simple, struct cert_chain_input *input, DWORD flags)
{
    struct cert_chain chain;

    input->flags = flags & (END | NOT_ROOT);
    input->flags |= flags & CERT_CHAIN_OPT_IN_WEAK_SIGNATURE ? CERT_CHAIN_WEAK_SHA1 : 0;
    input->people = flags & CERT_CHAIN_ENABLE_PEER_TRUST ? input->people : NULL;
    cert_chain_build(input, &chain);
    assert_int_equal(simple->TrustStatus.dwErrorStatus, chain.error);
    assert_int_equal(simple->TrustStatus.dwInfoStatus, chain.info);
    assert_int_equal(simple->cElement, chain.count);
    for (DWORD i = 0; i < simple->cElement; i++) {
        const CERT_CHAIN_ELEMENT *element = simple->rgpElement[i];
        const struct cert *cert = chain.elements[i].cert;

        assert_int_equal(element->TrustStatus.dwErrorStatus, chain.elements[i].error);
        assert_int_equal(element->TrustStatus.dwInfoStatus, chain.elements[i].info);
        assert_int_equal(element->pCertContext->cbCertEncoded, cert->der.size);
        assert_memory_equal(element->pCertContext->pbCertEncoded, cert->der.data, cert->der.size);
        assert_int_equal(element->pRevocationInfo != NULL,
                         chain.elements[i].revocation != CERT_REVOCATION_NOT_ASKED);
    }
}

static void chains(void **state)
{
    for (size_t i = 0; i < ELEMENTS(cases); i++) {
        const struct chain_case *c = &cases[i];
        struct wincrypt_pki pki;
        PCCERT_CHAIN_CONTEXT chain;

        print_message("case %zu\n", i);
        wincrypt_pki_make(&pki, state, c->pki);
        chain = wincrypt_chain(HCCE_LOCAL_MACHINE, pki.leaf, pki.extra, c->flags);
        assert_int_equal(chain->TrustStatus.dwErrorStatus, c->error);
        check_structure(&pki, chain, c->elements);
        check_words(chain->rgpChain[0], &pki.made.pki.input, c->flags);
        CertFreeCertificateChain(chain);
        chain = wincrypt_chain(HCCE_CURRENT_USER, pki.leaf, pki.extra, c->flags); /* has the machine's too */
        assert_int_equal(chain->TrustStatus.dwErrorStatus, c->error);
        CertFreeCertificateChain(chain);
        wincrypt_pki_free(&pki);
    }
}

/* ---- what is asked for ---- */

struct request_case {
    const char *leaf; /* its words */
    DWORD type;
    const char *usages[3], *policies[3];
    DWORD error;
};

#define CLIENT "1.3.6.1.5.5.7.3.2"
#define SERVER "1.3.6.1.5.5.7.3.1"

static const struct request_case requests[] = {
    {"eku=client", USAGE_MATCH_TYPE_AND, {CLIENT}, {NULL}, 0},
    {"eku=client", USAGE_MATCH_TYPE_AND, {SERVER}, {NULL}, 0x10},
    {"eku=client", USAGE_MATCH_TYPE_AND, {CLIENT, SERVER}, {NULL}, 0x10},
    {"eku=client", USAGE_MATCH_TYPE_OR, {CLIENT, SERVER}, {NULL}, 0},
    {"eku=client", USAGE_MATCH_TYPE_OR, {SERVER, "1.2.3"}, {NULL}, 0x10},
    {"", USAGE_MATCH_TYPE_AND, {CLIENT, SERVER}, {NULL}, 0},
    {"", USAGE_MATCH_TYPE_AND, {"nonsense"}, {NULL}, 0x10},
    {"policy=1.2.3", USAGE_MATCH_TYPE_AND, {NULL}, {"1.2.3"}, 0},
    {"policy=1.2.3", USAGE_MATCH_TYPE_AND, {NULL}, {"1.2.4"}, 0x10},
    {"policy=1.2.3", USAGE_MATCH_TYPE_AND, {NULL}, {"1.2.3", "1.2.4"}, 0x10},
    {"policy=1.2.3", USAGE_MATCH_TYPE_OR, {NULL}, {"1.2.3", "1.2.4"}, 0},
};

static void fill_match(CERT_USAGE_MATCH *match, DWORD type, const char *const *oids, LPSTR table[3],
                       char texts[3][40])
{
    match->dwType = type;
    match->Usage.rgpszUsageIdentifier = table;
    for (DWORD i = 0; i < 3 && oids[i]; i++) {
        strcpy(texts[i], oids[i]);
        table[i] = texts[i];
        match->Usage.cUsageIdentifier = i + 1;
    }
}

static void requested_usages(void **state)
{
    for (size_t i = 0; i < ELEMENTS(requests); i++) {
        const struct request_case *c = &requests[i];
        struct wincrypt_pki pki;
        CERT_CHAIN_PARA para = {.cbSize = sizeof para};
        LPSTR usages[3], policies[3];
        char usage_texts[3][40], policy_texts[3][40], text[400];
        PCCERT_CHAIN_CONTEXT chain;

        print_message("case %zu\n", i);
        strcpy(text, "leaf CN=EE<CN=CA ");
        strcat(text, c->leaf);
        strcat(text, "\nstore CN=CA<CN=Root ca policy=any\n" ROOT);
        wincrypt_pki_make(&pki, state, text);
        fill_match(&para.RequestedUsage, c->type, c->usages, usages, usage_texts);
        fill_match(&para.RequestedIssuancePolicy, c->type, c->policies, policies, policy_texts);
        assert_true(CertGetCertificateChain(NULL, pki.leaf, NULL, NULL, &para, 0, NULL, &chain));
        assert_int_equal(chain->TrustStatus.dwErrorStatus, c->error);
        for (DWORD j = 0; j < chain->rgpChain[0]->cElement && c->usages[0]; j++) /* every element is marked */
            assert_int_equal(chain->rgpChain[0]->rgpElement[j]->TrustStatus.dwErrorStatus, c->error);
        CertFreeCertificateChain(chain);
        /* an older program's structure ends before the policies */
        para.cbSize = offsetof(CERT_CHAIN_PARA, RequestedIssuancePolicy);
        assert_true(CertGetCertificateChain(NULL, pki.leaf, NULL, NULL, &para, 0, NULL, &chain));
        assert_int_equal(chain->TrustStatus.dwErrorStatus, c->usages[0] ? c->error : 0);
        CertFreeCertificateChain(chain);
        wincrypt_pki_free(&pki);
    }
}

static void times(void **state)
{
    static const struct {
        int64_t from_now;
        DWORD error;
    } rows[] = {{0, 0}, {100, 0}, {101, 1}, {-100, 0}, {-101, 1}, {INT64_C(-11000000000), 1}};
    struct wincrypt_pki pki;
    CERT_CHAIN_PARA para = {.cbSize = sizeof para};
    PCCERT_CHAIN_CONTEXT chain;

    wincrypt_pki_make(&pki, state, "leaf CN=EE<CN=CA from=-100 to=100\n" CA ROOT);
    for (size_t i = 0; i < ELEMENTS(rows); i++) {
        FILETIME time = wincrypt_time(TEST_NOW + rows[i].from_now);

        assert_true(CertGetCertificateChain(NULL, pki.leaf, &time, NULL, &para, 0, NULL, &chain));
        assert_int_equal(chain->TrustStatus.dwErrorStatus & 1, rows[i].error);
        CertFreeCertificateChain(chain);
    }
    plat_fake_clock_set(TEST_NOW + 101); /* none given: now */
    chain = wincrypt_chain(NULL, pki.leaf, NULL, 0);
    assert_int_equal(chain->TrustStatus.dwErrorStatus, 1);
    CertFreeCertificateChain(chain);
    plat_fake_clock_set(TEST_NOW);
    wincrypt_pki_free(&pki);
}

/* ---- parameters ---- */

static void parameters(void **state)
{
    struct wincrypt_pki pki = {0};
    CERT_CHAIN_PARA para = {.cbSize = sizeof para}, other;
    CERT_STRONG_SIGN_PARA strong = {.cbSize = sizeof strong};
    CERT_CONTEXT foreign;
    PCCERT_CHAIN_CONTEXT chain = (PCCERT_CHAIN_CONTEXT)&pki;
    PCCERT_CONTEXT stale;
    HCERTSTORE closed;
    LPSTR oid = NULL;
    char text[] = CLIENT;

    wincrypt_pki_make(&pki, state, LEAF CA ROOT);
    foreign = *pki.leaf;
    stale = wincrypt_context(pki.made.pki.input.leaf);
    assert_true(CertFreeCertificateContext(stale));
    closed = wincrypt_memory_store();
    assert_true(CertCloseStore(closed, 0));

    FAILS(E_INVALIDARG, CertGetCertificateChain(NULL, NULL, NULL, NULL, NULL, 0, NULL, NULL));
    FAILS(E_INVALIDARG, CertGetCertificateChain(NULL, pki.leaf, NULL, NULL, &para, 0, NULL, NULL));
    FAILS(E_INVALIDARG, CertGetCertificateChain(NULL, NULL, NULL, NULL, &para, 0, NULL, &chain));
    assert_null(chain);
    FAILS(E_INVALIDARG, CertGetCertificateChain(NULL, pki.leaf, NULL, NULL, NULL, 0, NULL, &chain));
    FAILS(E_INVALIDARG, CertGetCertificateChain(NULL, pki.leaf, NULL, NULL, &para, 0, &para, &chain));
    FAILS(E_INVALIDARG, CertGetCertificateChain(NULL, stale, NULL, NULL, &para, 0, NULL, &chain));
    FAILS(E_INVALIDARG, CertGetCertificateChain(NULL, &foreign, NULL, NULL, &para, 0, NULL, &chain));
    FAILS(ERROR_INVALID_HANDLE, CertGetCertificateChain(NULL, pki.leaf, NULL, closed, &para, 0, NULL, &chain));
    FAILS(ERROR_INVALID_HANDLE, CertGetCertificateChain(NULL, pki.leaf, NULL, &para, &para, 0, NULL, &chain));
    FAILS(ERROR_INVALID_HANDLE,
          CertGetCertificateChain((HCERTCHAINENGINE)&para, pki.leaf, NULL, NULL, &para, 0, NULL, &chain));
    FAILS(ERROR_INVALID_HANDLE,
          CertGetCertificateChain(pki.extra, pki.leaf, NULL, NULL, &para, 0, NULL, &chain));
    /* flags that cannot be kept */
    FAILS(ERROR_NOT_SUPPORTED, CertGetCertificateChain(NULL, pki.leaf, NULL, NULL, &para,
                                                       CERT_CHAIN_TIMESTAMP_TIME, NULL, &chain));
    FAILS(ERROR_NOT_SUPPORTED,
          CertGetCertificateChain(NULL, pki.leaf, NULL, NULL, &para, 0x8000, NULL, &chain));
    FAILS(E_INVALIDARG,
          CertGetCertificateChain(NULL, pki.leaf, NULL, NULL, &para, END | NOT_ROOT, NULL, &chain));

    other = para;
    other.cbSize = 0;
    FAILS(E_INVALIDARG, CertGetCertificateChain(NULL, pki.leaf, NULL, NULL, &other, 0, NULL, &chain));
    other.cbSize = offsetof(CERT_CHAIN_PARA, RequestedIssuancePolicy) - 1;
    FAILS(E_INVALIDARG, CertGetCertificateChain(NULL, pki.leaf, NULL, NULL, &other, 0, NULL, &chain));
    other = para;
    other.pStrongSignPara = &strong;
    FAILS(ERROR_NOT_SUPPORTED, CertGetCertificateChain(NULL, pki.leaf, NULL, NULL, &other, 0, NULL, &chain));
    other.cbSize = offsetof(CERT_CHAIN_PARA, pStrongSignPara); /* Windows Vista's has no such field */
    assert_true(CertGetCertificateChain(NULL, pki.leaf, NULL, NULL, &other, 0, NULL, &chain));
    CertFreeCertificateChain(chain);
    other.cbSize = sizeof other + 100; /* a later one's has more */
    other.pStrongSignPara = NULL;
    assert_true(CertGetCertificateChain(NULL, pki.leaf, NULL, NULL, &other, 0, NULL, &chain));
    CertFreeCertificateChain(chain);

    other = para;
    other.RequestedUsage.Usage.cUsageIdentifier = 1;
    FAILS(E_INVALIDARG, CertGetCertificateChain(NULL, pki.leaf, NULL, NULL, &other, 0, NULL, &chain));
    other.RequestedUsage.Usage.rgpszUsageIdentifier = &oid;
    FAILS(E_INVALIDARG, CertGetCertificateChain(NULL, pki.leaf, NULL, NULL, &other, 0, NULL, &chain));
    oid = text;
    other.RequestedUsage.dwType = 2;
    FAILS(E_INVALIDARG, CertGetCertificateChain(NULL, pki.leaf, NULL, NULL, &other, 0, NULL, &chain));
    other.RequestedUsage.dwType = USAGE_MATCH_TYPE_AND;
    other.RequestedUsage.Usage.cUsageIdentifier = 0xffffffff;
    FAILS(E_INVALIDARG, CertGetCertificateChain(NULL, pki.leaf, NULL, NULL, &other, 0, NULL, &chain));
    assert_null(chain);
    wincrypt_pki_free(&pki);
}

/* ---- what is told besides ---- */

/* A list that is of no use: the result is the one that the word stands for. */
#define EITHER 1U

static void revocation(void **state)
{
    static const struct {
        const char *pki;
        DWORD result, error;
        bool crl, entry;
    } rows[] = {
        {LEAF CA ROOT "crl CN=CA list=8 this=-50\n", 0, 0, true, false},
        {LEAF CA ROOT "crl CN=CA list=7:1 this=-50\n", CRYPT_E_REVOKED, 0x4, true, true},
        {LEAF CA ROOT, CRYPT_E_NO_REVOCATION_CHECK, 0x40, false, false},
        {"leaf CN=EE<CN=CA serial=7 cdp=uri:http://a/\n" CA ROOT, CRYPT_E_REVOCATION_OFFLINE, 0x01000040,
         false, false},
        {LEAF CA ROOT "crl CN=CA list=8 badsig\n", EITHER, 0x40, false, false},
    };

    for (size_t i = 0; i < ELEMENTS(rows); i++) {
        struct wincrypt_pki pki;
        PCCERT_CHAIN_CONTEXT chain;
        const CERT_CHAIN_ELEMENT *leaf;
        DWORD expected = rows[i].result;

        print_message("case %zu\n", i);
        wincrypt_pki_make(&pki, state, rows[i].pki);
        chain = wincrypt_chain(HCCE_LOCAL_MACHINE, pki.leaf, NULL, END);
        leaf = chain->rgpChain[0]->rgpElement[0];
        if (rows[i].result == EITHER) {
            bool offline = leaf->TrustStatus.dwErrorStatus & CERT_TRUST_IS_OFFLINE_REVOCATION;

            assert_int_equal(chain->TrustStatus.dwErrorStatus & 0x44, rows[i].error);
            expected = offline ? CRYPT_E_REVOCATION_OFFLINE : CRYPT_E_NO_REVOCATION_CHECK;
        } else {
            assert_int_equal(chain->TrustStatus.dwErrorStatus, rows[i].error);
        }
        assert_non_null(leaf->pRevocationInfo);
        assert_int_equal(leaf->pRevocationInfo->cbSize, sizeof(CERT_REVOCATION_INFO));
        assert_int_equal(leaf->pRevocationInfo->dwRevocationResult, expected);
        assert_null(chain->rgpChain[0]->rgpElement[1]->pRevocationInfo);
        assert_int_equal(leaf->pRevocationInfo->pCrlInfo != NULL, rows[i].crl);
        assert_int_equal(leaf->pRevocationInfo->fHasFreshnessTime, rows[i].crl);
        assert_int_equal(chain->fHasRevocationFreshnessTime, rows[i].crl);
        if (rows[i].crl) {
            const CERT_REVOCATION_CRL_INFO *info = leaf->pRevocationInfo->pCrlInfo;

            assert_int_equal(info->cbSize, sizeof *info);
            assert_non_null(info->pBaseCrlContext);
            assert_int_equal(info->pCrlEntry != NULL, rows[i].entry);
            assert_int_equal(leaf->pRevocationInfo->dwFreshnessTime, 50);
            assert_int_equal(chain->dwRevocationFreshnessTime, 50);
            assert_int_equal(chain->rgpChain[0]->dwRevocationFreshnessTime, 50);
        }
        CertFreeCertificateChain(chain);
        wincrypt_pki_free(&pki);
    }
}

/* A CRL that is older than the caller wants. */
static void freshness(void **state)
{
    static const struct {
        BOOL check;
        DWORD most, error;
    } rows[] = {{TRUE, 50, 0}, {TRUE, 49, 0x01000040}, {FALSE, 0, 0}};
    struct wincrypt_pki pki;

    wincrypt_pki_make(&pki, state, LEAF CA ROOT "crl CN=CA list=8 this=-50\n");
    for (size_t i = 0; i < ELEMENTS(rows); i++) {
        CERT_CHAIN_PARA para = {.cbSize = sizeof para,
                                .fCheckRevocationFreshnessTime = rows[i].check,
                                .dwRevocationFreshnessTime = rows[i].most};
        PCCERT_CHAIN_CONTEXT chain;

        assert_true(CertGetCertificateChain(NULL, pki.leaf, NULL, NULL, &para, END, NULL, &chain));
        assert_int_equal(chain->TrustStatus.dwErrorStatus, rows[i].error);
        CertFreeCertificateChain(chain);
    }
    wincrypt_pki_free(&pki);
}

/* "A B", "-" for NULL, "" for none. */
static const char *usage_text(const CERT_ENHKEY_USAGE *usage)
{
    static char text[400];

    text[0] = '\0';
    if (!usage)
        return "-";
    for (DWORD i = 0; i < usage->cUsageIdentifier; i++) {
        strcat(text, i ? " " : "");
        strcat(text, usage->rgpszUsageIdentifier[i]);
    }
    return text;
}

static void usages(void **state)
{
    static const struct {
        const char *pki;
        const char *application[3], *issuance[3]; /* leaf, CA, root */
    } rows[] = {
        {"leaf CN=EE<CN=CA\nstore CN=CA<CN=Root ca\n" ROOT, {"-", "-", "-"}, {"", "", "-"}},
        {"leaf CN=EE<CN=CA eku=client+server\nstore CN=CA<CN=Root ca\n" ROOT,
         {SERVER " " CLIENT, "-", "-"},
         {"", "", "-"}},
        {"leaf CN=EE<CN=CA eku=client+server\nstore CN=CA<CN=Root ca eku=client\n" ROOT,
         {CLIENT, CLIENT, "-"},
         {"", "", "-"}},
        {"leaf CN=EE<CN=CA eku=any\nstore CN=CA<CN=Root ca eku=client\n" ROOT,
         {CLIENT, CLIENT, "-"},
         {"", "", "-"}},
        {"leaf CN=EE<CN=CA eku=server\nstore CN=CA<CN=Root ca eku=client\n" ROOT,
         {"", CLIENT, "-"},
         {"", "", "-"}},
        {"leaf CN=EE<CN=CA policy=1.2.3+1.2.4\nstore CN=CA<CN=Root ca policy=any\n" ROOT,
         {"-", "-", "-"},
         {"1.2.3 1.2.4", "-", "-"}},
        {"leaf CN=EE<CN=CA policy=1.2.3+1.2.4\nstore CN=CA<CN=Root ca policy=1.2.4\n" ROOT,
         {"-", "-", "-"},
         {"1.2.4", "1.2.4", "-"}},
        {"leaf CN=EE<CN=CA policy=any\nstore CN=CA<CN=Root ca policy=1.2.4 skipany=0\n" ROOT,
         {"-", "-", "-"},
         {"", "1.2.4", "-"}},
        {"leaf CN=EE<CN=CA policy=1.2.5\nstore CN=CA<CN=Root ca policy=1.2.4 map=1.2.4>1.2.5\n" ROOT,
         {"-", "-", "-"},
         {"", "1.2.4", "-"}},
    };

    for (size_t i = 0; i < ELEMENTS(rows); i++) {
        struct wincrypt_pki pki;
        PCCERT_CHAIN_CONTEXT chain;

        print_message("case %zu\n", i);
        wincrypt_pki_make(&pki, state, rows[i].pki);
        chain = wincrypt_chain(NULL, pki.leaf, NULL, 0);
        assert_int_equal(chain->rgpChain[0]->cElement, 3);
        for (DWORD j = 0; j < 3; j++) {
            const CERT_CHAIN_ELEMENT *element = chain->rgpChain[0]->rgpElement[j];

            assert_string_equal(usage_text(element->pApplicationUsage), rows[i].application[j]);
            assert_string_equal(usage_text(element->pIssuanceUsage), rows[i].issuance[j]);
        }
        CertFreeCertificateChain(chain);
        wincrypt_pki_free(&pki);
    }
}

/* Two authorities of one name: the chain that is not the best is there when it is asked for. */
static void lower_quality(void **state)
{
    struct wincrypt_pki pki;
    PCCERT_CHAIN_CONTEXT chain;

    wincrypt_pki_make(&pki, state,
                      LEAF CA
                      "store CN=CA<CN=Elsewhere serial=6 ca\nstore CN=CA<CN=Root serial=9 ca to=-1\n" ROOT);
    chain = wincrypt_chain(NULL, pki.leaf, NULL, 0);
    assert_int_equal(chain->cLowerQualityChainContext, 0);
    CertFreeCertificateChain(chain);
    chain = wincrypt_chain(NULL, pki.leaf, NULL, CERT_CHAIN_RETURN_LOWER_QUALITY_CONTEXTS);
    assert_int_equal(chain->TrustStatus.dwErrorStatus, 0);
    assert_int_equal(chain->cLowerQualityChainContext, 2);
    for (DWORD i = 0; i < 2; i++) {
        PCCERT_CHAIN_CONTEXT lower = chain->rgpLowerQualityChainContext[i];

        assert_int_not_equal(lower->TrustStatus.dwErrorStatus, 0);
        assert_ptr_equal(lower->rgpChain[0]->rgpElement[0]->pCertContext, pki.leaf);
        assert_int_equal(lower->cLowerQualityChainContext, 0);
    }
    /* one of them outlives the others */
    PCCERT_CHAIN_CONTEXT kept = CertDuplicateCertificateChain(chain->rgpLowerQualityChainContext[0]);
    CertFreeCertificateChain(chain);
    assert_int_equal(kept->cChain, 1);
    CertFreeCertificateChain(kept);
    wincrypt_pki_free(&pki);
}

/* Contexts, stores and the registry may go; the chain stays. */
static void lifetime(void **state)
{
    struct wincrypt_pki pki;
    PCCERT_CHAIN_CONTEXT chain, same;
    size_t live;

    wincrypt_pki_make(&pki, state, LEAF CA ROOT);
    CertFreeCertificateChain(wincrypt_chain(NULL, pki.leaf, pki.extra, 0)); /* the stores are read now */
    live = plat_fake_memory_live();
    chain = wincrypt_chain(NULL, pki.leaf, pki.extra, 0);
    same = CertDuplicateCertificateChain(chain);
    assert_ptr_equal(same, chain);
    CertFreeCertificateChain(chain);
    assert_int_equal(same->rgpChain[0]->cElement, 3);
    CertFreeCertificateChain(same);
    assert_int_equal(plat_fake_memory_live(), live);

    chain = wincrypt_chain(NULL, pki.leaf, pki.extra, 0);
    wincrypt_pki_free(&pki);
    assert_int_equal(reg_win32_use(NULL), ERROR_SUCCESS);
    assert_int_equal(chain->rgpChain[0]->rgpElement[0]->pCertContext->pCertInfo->dwVersion, CERT_V3);
    assert_int_equal(chain->rgpChain[0]->rgpElement[2]->pCertContext->pCertInfo->dwVersion, CERT_V3);
    CertFreeCertificateChain(chain);
    CertFreeCertificateChain(chain); /* stale: nothing happens */
    CertFreeCertificateChain(NULL);
    assert_null(CertDuplicateCertificateChain(NULL));
    FAILS(E_INVALIDARG, CertDuplicateCertificateChain(chain));
}

/* The stores are read again when the registry has changed, and only then. */
static void changes(void **state)
{
    struct wincrypt_pki pki;
    const struct cert *root;
    PCCERT_CHAIN_CONTEXT chain;

    wincrypt_pki_make(&pki, state, LEAF CA "peer CN=Root<CN=Root serial=1 ca\n");
    root = cert_set_at(pki.made.pki.peer, 0);
    for (int i = 0; i < 3; i++) {
        chain = wincrypt_chain(HCCE_LOCAL_MACHINE, pki.leaf, pki.extra, 0);
        assert_int_equal(chain->TrustStatus.dwErrorStatus, CERT_TRUST_IS_UNTRUSTED_ROOT);
        CertFreeCertificateChain(chain);
        assert_int_equal(cert_store_add(pki.db, CERT_LOCAL_MACHINE, "ROOT", root->der, NULL), ERROR_SUCCESS);
        chain = wincrypt_chain(HCCE_LOCAL_MACHINE, pki.leaf, pki.extra, 0);
        assert_int_equal(chain->TrustStatus.dwErrorStatus, 0);
        CertFreeCertificateChain(chain);
        assert_int_equal(
            cert_store_add(pki.db, CERT_LOCAL_MACHINE, "Disallowed", pki.made.pki.input.leaf->der, NULL),
            ERROR_SUCCESS);
        chain = wincrypt_chain(HCCE_LOCAL_MACHINE, pki.leaf, pki.extra, 0);
        assert_int_equal(chain->TrustStatus.dwErrorStatus, CERT_TRUST_IS_EXPLICIT_DISTRUST);
        CertFreeCertificateChain(chain);
        assert_int_equal(cert_store_remove(pki.db, CERT_LOCAL_MACHINE, "Disallowed", CERT_BLOB_CERTIFICATE,
                                           pki.made.pki.input.leaf->thumbprint),
                         ERROR_SUCCESS);
        assert_int_equal(
            cert_store_remove(pki.db, CERT_LOCAL_MACHINE, "ROOT", CERT_BLOB_CERTIFICATE, root->thumbprint),
            ERROR_SUCCESS);
    }
    wincrypt_pki_free(&pki);
}

/* What was read is kept until something is written, whatever it is. */
static void kept_stores(void **state)
{
    struct wc_trust *trust[4];
    struct wincrypt_pki pki;
    reg_key key;

    wincrypt_pki_make(&pki, state, LEAF CA ROOT);
    assert_int_equal(wc_trust_get(CERT_LOCAL_MACHINE, &trust[0]), ERROR_SUCCESS);
    for (int i = 0; i < 20; i++)
        CertFreeCertificateChain(wincrypt_chain(HCCE_LOCAL_MACHINE, pki.leaf, pki.extra, 0));
    assert_int_equal(wc_trust_get(CERT_LOCAL_MACHINE, &trust[1]), ERROR_SUCCESS);
    assert_ptr_equal(trust[0], trust[1]);
    assert_int_equal(reg_key_create(pki.db, REG_HKLM, "Anything", 0, &key, NULL), ERROR_SUCCESS);
    assert_int_equal(wc_trust_get(CERT_LOCAL_MACHINE, &trust[2]), ERROR_SUCCESS);
    assert_ptr_not_equal(trust[2], trust[0]);
    assert_true(CertResyncCertificateChainEngine(HCCE_LOCAL_MACHINE));
    assert_int_equal(wc_trust_get(CERT_LOCAL_MACHINE, &trust[3]), ERROR_SUCCESS);
    assert_ptr_not_equal(trust[3], trust[2]);
    for (size_t i = 0; i < ELEMENTS(trust); i++)
        plat_object_release(&trust[i]->object);
    wincrypt_pki_free(&pki);
}

/* Every allocation made to fail: no chain, or one that is not valid; nothing leaks. */
static void memory(void **state)
{
    struct wincrypt_pki pki;
    CERT_CHAIN_PARA para = {.cbSize = sizeof para};
    unsigned failed = 0;

    wincrypt_pki_make(&pki, state,
                      "leaf CN=EE<CN=CA serial=7 eku=client policy=1.2.3\n"
                      "store CN=CA<CN=Root serial=6 ca to=-1\nstore CN=CA<CN=Root serial=5 ca "
                      "eku=client+server policy=1.2.3\n"
                      "peer CN=CA<CN=Root serial=8 ca from=50\n" ROOT "crl CN=CA list=8\n");
    CertFreeCertificateChain(wincrypt_chain(NULL, pki.leaf, pki.extra, END));
    for (unsigned nth = 1;; nth++) {
        PCCERT_CHAIN_CONTEXT chain = NULL;
        size_t live = plat_fake_memory_live();
        unsigned failures;
        BOOL done;

        plat_fake_memory_fail(nth, false);
        done = CertGetCertificateChain(NULL, pki.leaf, NULL, pki.extra, &para,
                                       END | CERT_CHAIN_RETURN_LOWER_QUALITY_CONTEXTS, NULL, &chain);
        failures = plat_fake_memory_failures();
        plat_fake_memory_fail(0, false);
        assert_int_equal(done, chain != NULL);
        if (chain && failures)
            assert_int_not_equal(chain->TrustStatus.dwErrorStatus, 0);
        CertFreeCertificateChain(chain);
        assert_int_equal(plat_fake_memory_live(), live);
        if (!failures)
            break;
        failed++;
    }
    assert_true(failed > 20);
    wincrypt_pki_free(&pki);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(chains),     cmocka_unit_test(requested_usages), cmocka_unit_test(times),
        cmocka_unit_test(parameters), cmocka_unit_test(revocation),       cmocka_unit_test(freshness),
        cmocka_unit_test(usages),     cmocka_unit_test(lower_quality),    cmocka_unit_test(lifetime),
        cmocka_unit_test(changes),    cmocka_unit_test(kept_stores),      cmocka_unit_test(memory),
    };

    return cmocka_run_group_tests(tests, wincrypt_pki_setup, wincrypt_pki_teardown);
}
