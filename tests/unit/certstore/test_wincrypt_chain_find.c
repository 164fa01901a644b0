/* SPDX-License-Identifier: Apache-2.0 */
/*
 * CertFindChainInStore: the certificate that answers a server's request, as article 909425
 * ("ERROR_WINHTTP_CLIENT_AUTH_CERT_NEEDED") looks for it, and every flag and field of the search.
 */
#include "cert_builder.h"
#include "wincrypt_pki.h"

#include "certstore/key.h"
#include "platform/fake.h"

#include <string.h>

/* Alice and Bob of one authority, Carol of another one below it; all with keys but Dave. In MY in this order. */
static const char people[] = "peer CN=Alice<CN=Company serial=1 eku=client\n"
                             "peer CN=Bob<CN=Company serial=2 eku=server\n"
                             "peer CN=Carol<CN=Accounting serial=3\n"
                             "peer CN=Dave<CN=Company serial=4\n"
                             "leaf CN=Alice<CN=Company serial=1 eku=client\n"
                             "store CN=Company<CN=Root ca\n"
                             "store CN=Accounting<CN=Company ca\n"
                             "root CN=Root<CN=Root ca\n";

#define ALICE 0
#define BOB 1
#define CAROL 2
#define DAVE 3

static void save_key(struct reg_db *db, const struct cert *cert, const char *label)
{
    struct plat_buffer der;
    struct test_key key;
    struct cert_key *parsed;
    size_t parameters;

    test_key_make(&key, label);
    plat_buffer_init(&der, 1000);
    test_der_unsigned(&der, 0x02, 1);
    plat_buffer_append_u8(&der, 0x04);
    plat_buffer_append_u8(&der, (uint8_t)key.private_key.xlen);
    plat_buffer_append(&der, key.private_key.x, key.private_key.xlen);
    parameters = der.size;
    test_der_oid(&der, "1.2.840.10045.3.1.7");
    test_der_wrap(&der, parameters, 0xa0);
    test_der_wrap(&der, 0, 0x30);
    assert_int_equal(cert_key_parse(plat_span_of(der.data, der.size), &parsed, NULL), ERROR_SUCCESS);
    assert_int_equal(cert_key_save(db, cert, parsed), ERROR_SUCCESS);
    cert_key_free(parsed);
    plat_buffer_free(&der);
}

/* pki->extra is the store that is searched. */
static void make_people(struct wincrypt_pki *pki, void **state)
{
    static const char *const labels[] = {"CN=Alice", "CN=Bob", "CN=Carol"};

    wincrypt_pki_make(pki, state, people);
    for (size_t i = 0; i < ELEMENTS(labels); i++)
        save_key(pki->db, cert_set_at(pki->made.pki.peer, i), labels[i]);
}

static CERT_NAME_BLOB name_of(struct plat_buffer *buffer, const char *text)
{
    plat_buffer_init(buffer, 1000);
    test_der_name(buffer, text);
    return (CERT_NAME_BLOB){(DWORD)buffer->size, buffer->data};
}

/* ---- the page's own code ---- */

/* schannel.h, as far as the page needs it */
typedef struct _SecPkgContext_IssuerListInfoEx {
    PCERT_NAME_BLOB aIssuers;
    DWORD cIssuers;
} SecPkgContext_IssuerListInfoEx, *PSecPkgContext_IssuerListInfoEx;

/* "The example finds the certificate in the certificate store that matches the issuer list." */
static BOOL find_client_certificate(HCERTSTORE clientCertStore, SecPkgContext_IssuerListInfoEx *pIssuerList,
                                    PCCERT_CONTEXT *ppClientCert)
{
    BOOL fRet = FALSE;
    PCCERT_CONTEXT pClientCert = NULL;
    CERT_CHAIN_FIND_BY_ISSUER_PARA SrchCriteria;
    ZeroMemory(&SrchCriteria, sizeof(CERT_CHAIN_FIND_BY_ISSUER_PARA));
    SrchCriteria.cbSize = sizeof(CERT_CHAIN_FIND_BY_ISSUER_PARA);
    SrchCriteria.cIssuer = pIssuerList->cIssuers;
    SrchCriteria.rgIssuer = pIssuerList->aIssuers;
    PCCERT_CHAIN_CONTEXT pClientCertChain = CertFindChainInStore(
        clientCertStore, X509_ASN_ENCODING,
        CERT_CHAIN_FIND_BY_ISSUER_CACHE_ONLY_URL_FLAG | CERT_CHAIN_FIND_BY_ISSUER_CACHE_ONLY_FLAG,
        CERT_CHAIN_FIND_BY_ISSUER, &SrchCriteria, NULL);
    if (pClientCertChain) {
        pClientCert = pClientCertChain->rgpChain[0]->rgpElement[0]->pCertContext;
        CertDuplicateCertificateContext(pClientCert);
        CertFreeCertificateChain(pClientCertChain);
        pClientCertChain = NULL;
        fRet = TRUE;
    }
    *ppClientCert = pClientCert;
    return fRet;
}

static bool is_person(PCCERT_CONTEXT context, struct wincrypt_pki *pki, size_t person)
{
    const struct cert *cert = cert_set_at(pki->made.pki.peer, person);

    return context->cbCertEncoded == cert->der.size &&
           memcmp(context->pbCertEncoded, cert->der.data, cert->der.size) == 0;
}

static void the_page(void **state)
{
    static const struct {
        const char *issuer;
        int person; /* -1: nobody */
    } rows[] = {
        {"CN=Company", ALICE}, {"CN=company", ALICE}, {"CN=Accounting", CAROL}, {"CN=Root", ALICE},
        {"CN=Alice", -1},      {"CN=Nobody", -1},     {"O=Company", -1},
    };
    struct wincrypt_pki pki;
    SecPkgContext_IssuerListInfoEx list;
    PCCERT_CONTEXT found;

    make_people(&pki, state);
    assert_int_equal(
        CERT_CHAIN_FIND_BY_ISSUER_CACHE_ONLY_URL_FLAG | CERT_CHAIN_FIND_BY_ISSUER_CACHE_ONLY_FLAG, 0x8004);
    for (size_t i = 0; i < ELEMENTS(rows); i++) {
        struct plat_buffer buffer;
        CERT_NAME_BLOB name = name_of(&buffer, rows[i].issuer);

        list = (SecPkgContext_IssuerListInfoEx){&name, 1};
        assert_int_equal(find_client_certificate(pki.extra, &list, &found), rows[i].person >= 0);
        if (rows[i].person >= 0)
            assert_true(is_person(found, &pki, (size_t)rows[i].person));
        else
            assert_int_equal(GetLastError(), CRYPT_E_NOT_FOUND);
        CertFreeCertificateContext(found);
        plat_buffer_free(&buffer);
    }
    list = (SecPkgContext_IssuerListInfoEx){NULL, 0}; /* a server that names none takes any */
    assert_true(find_client_certificate(pki.extra, &list, &found));
    assert_true(is_person(found, &pki, ALICE));
    CertFreeCertificateContext(found);
    wincrypt_pki_free(&pki);
}

/* ---- every field and flag ---- */

struct find_case {
    DWORD flags;
    const char *usage;
    DWORD key_spec;
    const char *issuers[2];
    const char *found; /* first letters, in order */
    int index;         /* of the first one's issuer */
};

#define NO_KEY CERT_CHAIN_FIND_BY_ISSUER_NO_KEY_FLAG
#define COMPARE CERT_CHAIN_FIND_BY_ISSUER_COMPARE_KEY_FLAG

static const struct find_case cases[] = {
    {0, NULL, 0, {NULL}, "ABC", 99},
    {NO_KEY, NULL, 0, {NULL}, "ABCD", 99},
    {COMPARE, NULL, 0, {NULL}, "ABC", 99},
    {COMPARE | NO_KEY, NULL, 0, {NULL}, "ABCD", 99},
    {0, "1.3.6.1.5.5.7.3.2", 0, {NULL}, "AC", 99},
    {0, "1.3.6.1.5.5.7.3.1", 0, {NULL}, "BC", 99},
    {NO_KEY, "1.2.3", 0, {NULL}, "CD", 99},
    {0, NULL, AT_KEYEXCHANGE, {NULL}, "ABC", 99},
    {0, NULL, 0, {"CN=Company"}, "ABC", 1},
    {0, NULL, 0, {"CN=Accounting"}, "C", 1},
    {0, NULL, 0, {"CN=Root"}, "ABC", 2},
    {0, NULL, 0, {"CN=Nobody", "CN=Accounting"}, "C", 1},
    {0, NULL, 0, {"CN=Carol"}, "", 99},
    {CERT_CHAIN_FIND_BY_ISSUER_COMPLEX_CHAIN_FLAG | CERT_CHAIN_FIND_BY_ISSUER_LOCAL_MACHINE_FLAG,
     NULL,
     0,
     {"CN=Root"},
     "ABC",
     2},
};

static void find_all(struct wincrypt_pki *pki, const struct find_case *c)
{
    struct plat_buffer buffers[2];
    CERT_NAME_BLOB names[2];
    DWORD chain_index = 99, element_index = 99, count = 0, first_index = 99;
    CERT_CHAIN_FIND_BY_ISSUER_PARA para = {.cbSize = sizeof para,
                                           .pszUsageIdentifier = c->usage,
                                           .dwKeySpec = c->key_spec,
                                           .rgIssuer = names,
                                           .pdwIssuerChainIndex = &chain_index,
                                           .pdwIssuerElementIndex = &element_index};
    PCCERT_CHAIN_CONTEXT chain = NULL;

    while (para.cIssuer < 2 && c->issuers[para.cIssuer]) {
        names[para.cIssuer] = name_of(&buffers[para.cIssuer], c->issuers[para.cIssuer]);
        para.cIssuer++;
    }
    while ((chain = CertFindChainInStore(pki->extra, X509_ASN_ENCODING, c->flags, CERT_CHAIN_FIND_BY_ISSUER,
                                         &para, chain)) != NULL) {
        assert_true(count < strlen(c->found));
        assert_true(
            is_person(chain->rgpChain[0]->rgpElement[0]->pCertContext, pki, (size_t)(c->found[count] - 'A')));
        first_index = count == 0 ? element_index : first_index;
        count++;
    }
    assert_int_equal(GetLastError(), CRYPT_E_NOT_FOUND);
    assert_int_equal(count, strlen(c->found));
    assert_int_equal(first_index, c->index);
    assert_int_equal(chain_index, c->index == 99 ? 99 : 0);
    for (DWORD i = 0; i < para.cIssuer; i++)
        plat_buffer_free(&buffers[i]);
}

static void fields(void **state)
{
    struct wincrypt_pki pki;

    make_people(&pki, state);
    for (size_t i = 0; i < ELEMENTS(cases); i++) {
        print_message("case %zu\n", i);
        find_all(&pki, &cases[i]);
    }
    wincrypt_pki_free(&pki);
}

/* Issuers from the store that is searched, or from the system's alone; a chain without its issuer still has
 * its name. */
static void cache_only(void **state)
{
    struct wincrypt_pki pki;
    struct plat_buffer buffer;
    CERT_NAME_BLOB name = name_of(&buffer, "CN=Root");
    DWORD index = 0;
    CERT_CHAIN_FIND_BY_ISSUER_PARA para = {
        .cbSize = sizeof para, .cIssuer = 1, .rgIssuer = &name, .pdwIssuerElementIndex = &index};
    PCCERT_CHAIN_CONTEXT chain;

    wincrypt_pki_make(&pki, state,
                      "peer CN=Alice<CN=Company\npeer CN=Company<CN=Root ca\nleaf CN=Alice<CN=Company\n");
    chain = CertFindChainInStore(pki.extra, X509_ASN_ENCODING, NO_KEY, CERT_CHAIN_FIND_BY_ISSUER, &para, NULL);
    assert_non_null(chain);
    assert_int_equal(chain->rgpChain[0]->cElement, 2);
    assert_int_equal(index, 2); /* past the end: Root itself is not there */
    assert_int_equal(chain->TrustStatus.dwErrorStatus, CERT_TRUST_IS_PARTIAL_CHAIN);
    CertFreeCertificateChain(chain);
    chain =
        CertFindChainInStore(pki.extra, X509_ASN_ENCODING, NO_KEY | CERT_CHAIN_FIND_BY_ISSUER_CACHE_ONLY_FLAG,
                             CERT_CHAIN_FIND_BY_ISSUER, &para, NULL);
    assert_non_null(chain); /* Company, whose issuer Root is; Alice's chain ends before */
    assert_int_equal(chain->rgpChain[0]->cElement, 1);
    assert_int_equal(index, 1);
    CertFreeCertificateChain(chain);
    plat_buffer_free(&buffer);
    wincrypt_pki_free(&pki);
}

static BOOL WINAPI pick(PCCERT_CONTEXT certificate, void *argument)
{
    int *left = argument;

    assert_non_null(certificate->pCertInfo);
    return (*left)-- == 0;
}

static void callback(void **state)
{
    int left = 1;
    CERT_CHAIN_FIND_BY_ISSUER_PARA para = {.cbSize = sizeof para, .pfnFindCallback = pick, .pvFindArg = &left};
    struct wincrypt_pki pki;
    PCCERT_CHAIN_CONTEXT chain;

    make_people(&pki, state);
    chain = CertFindChainInStore(pki.extra, X509_ASN_ENCODING, 0, CERT_CHAIN_FIND_BY_ISSUER, &para, NULL);
    assert_non_null(chain);
    assert_true(is_person(chain->rgpChain[0]->rgpElement[0]->pCertContext, &pki, BOB));
    assert_null(
        CertFindChainInStore(pki.extra, X509_ASN_ENCODING, 0, CERT_CHAIN_FIND_BY_ISSUER, &para, chain));
    assert_int_equal(left, -2); /* Carol was asked about, Dave has no key */
    wincrypt_pki_free(&pki);
}

static void parameters(void **state)
{
    CERT_CHAIN_FIND_BY_ISSUER_PARA para = {.cbSize = sizeof para};
    CERT_NAME_BLOB damaged[] = {{0, NULL}, {3, (BYTE[]){0x30, 0x05, 0x00}}, {0xffffff, NULL}};
    struct wincrypt_pki pki;
    PCCERT_CHAIN_CONTEXT chain;
    size_t live;

    make_people(&pki, state);
#define FIND(store, type, criteria, previous)                                                                \
    CertFindChainInStore(store, X509_ASN_ENCODING, NO_KEY, type, criteria, previous)
    FAILS(E_INVALIDARG, FIND(pki.extra, 2, &para, NULL));
    FAILS(E_INVALIDARG, FIND(pki.extra, CERT_CHAIN_FIND_BY_ISSUER, NULL, NULL));
    FAILS(ERROR_INVALID_HANDLE, FIND(NULL, CERT_CHAIN_FIND_BY_ISSUER, &para, NULL));
    FAILS(ERROR_INVALID_HANDLE, FIND(&para, CERT_CHAIN_FIND_BY_ISSUER, &para, NULL));
    para.cbSize = offsetof(CERT_CHAIN_FIND_BY_ISSUER_PARA, pdwIssuerChainIndex) - 1;
    FAILS(E_INVALIDARG, FIND(pki.extra, CERT_CHAIN_FIND_BY_ISSUER, &para, NULL));
    para.cbSize++; /* the first version's; what follows is not looked at */
    para.pdwIssuerChainIndex = (DWORD *)(uintptr_t)1;
    para.cIssuer = 1;
    FAILS(E_INVALIDARG, FIND(pki.extra, CERT_CHAIN_FIND_BY_ISSUER, &para, NULL));
    para.cIssuer = 3;
    para.rgIssuer = damaged;
    FAILS(CRYPT_E_NOT_FOUND, FIND(pki.extra, CERT_CHAIN_FIND_BY_ISSUER, &para, NULL));
    para.cIssuer = 0;

    /* the previous chain is freed whatever happens */
    CertFreeCertificateChain(FIND(pki.extra, CERT_CHAIN_FIND_BY_ISSUER, &para, NULL));
    live = plat_fake_memory_live();
    chain = FIND(pki.extra, CERT_CHAIN_FIND_BY_ISSUER, &para, NULL);
    assert_non_null(chain);
    FAILS(E_INVALIDARG, FIND(pki.extra, 2, &para, chain));
    FAILS(E_INVALIDARG, FIND(pki.extra, CERT_CHAIN_FIND_BY_ISSUER, &para, chain)); /* stale by now */
    chain = FIND(pki.extra, CERT_CHAIN_FIND_BY_ISSUER, &para, NULL);
    FAILS(ERROR_INVALID_HANDLE, FIND(NULL, CERT_CHAIN_FIND_BY_ISSUER, &para, chain));
    assert_int_equal(plat_fake_memory_live(), live);
    wincrypt_pki_free(&pki);
}

/* Every allocation made to fail: nobody else is found in Carol's place, and nothing leaks. */
static void memory(void **state)
{
    struct plat_buffer buffer;
    CERT_NAME_BLOB name = name_of(&buffer, "CN=Accounting");
    CERT_CHAIN_FIND_BY_ISSUER_PARA para = {
        .cbSize = sizeof para, .pszUsageIdentifier = "1.3.6.1.5.5.7.3.2", .cIssuer = 1, .rgIssuer = &name};
    struct wincrypt_pki pki;
    unsigned failed = 0;

    make_people(&pki, state);
    CertFreeCertificateChain(
        CertFindChainInStore(pki.extra, 0, COMPARE, CERT_CHAIN_FIND_BY_ISSUER, &para, NULL));
    for (unsigned nth = 1;; nth++) {
        size_t live = plat_fake_memory_live();
        PCCERT_CHAIN_CONTEXT chain;
        unsigned failures;

        plat_fake_memory_fail(nth, false);
        chain = CertFindChainInStore(pki.extra, 0, COMPARE, CERT_CHAIN_FIND_BY_ISSUER, &para, NULL);
        failures = plat_fake_memory_failures();
        plat_fake_memory_fail(0, false);
        assert_true(chain || failures);
        if (chain)
            assert_true(is_person(chain->rgpChain[0]->rgpElement[0]->pCertContext, &pki, CAROL));
        CertFreeCertificateChain(chain);
        assert_int_equal(plat_fake_memory_live(), live);
        if (!failures)
            break;
        failed++;
    }
    assert_true(failed > 10);
    plat_buffer_free(&buffer);
    wincrypt_pki_free(&pki);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_page), cmocka_unit_test(fields),     cmocka_unit_test(cache_only),
        cmocka_unit_test(callback), cmocka_unit_test(parameters), cmocka_unit_test(memory),
    };

    return cmocka_run_group_tests(tests, wincrypt_pki_setup, wincrypt_pki_teardown);
}
