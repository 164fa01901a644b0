/* SPDX-License-Identifier: Apache-2.0 */
/* The chain half of the wincrypt.h face under load: long lists, hostile stores, many threads. */
#include "cert_builder.h"
#include "wincrypt_pki.h"

#include "platform/thread.h"

#include <stdatomic.h>
#include <stdio.h>

#define ROOT "root CN=Root<CN=Root serial=1 ca\n"
#define CA "store CN=CA<CN=Root serial=5 ca ku=cert+crl\n"
#define LEAF "leaf CN=EE<CN=CA serial=7\n"

/* A certificate with `usages` OIDs in its extendedKeyUsage. Keys go by name, as in the notation. */
static void make_certificate(const char *subject, const char *issuer, unsigned usages, struct plat_buffer *der)
{
    struct cert_recipe recipe = {
        .version = 3, .serial = usages, .not_before = TEST_NOW - 1000, .not_after = TEST_NOW + 1000};
    struct plat_buffer names[2], list;
    struct test_key key, signer;
    char oid[40];

    plat_buffer_init(&names[0], 1000);
    plat_buffer_init(&names[1], 1000);
    plat_buffer_init(&list, LIMIT_CERT_SIZE);
    plat_buffer_init(&recipe.extensions, LIMIT_CERT_SIZE);
    plat_buffer_init(der, LIMIT_CERT_SIZE);
    test_der_name(&names[0], subject);
    test_der_name(&names[1], issuer);
    recipe.subject = plat_span_of(names[0].data, names[0].size);
    recipe.issuer = plat_span_of(names[1].data, names[1].size);
    test_key_make(&key, subject);
    test_key_make(&signer, issuer);
    recipe.key = &key;
    recipe.signer = &signer;
    for (unsigned i = 0; i < usages; i++) {
        (void)snprintf(oid, sizeof oid, "1.2.%u", 128 + i);
        test_der_oid(&list, oid);
    }
    test_der_wrap(&list, 0, 0x30);
    test_extension(&recipe.extensions, "2.5.29.37", false, plat_span_of(list.data, list.size));
    test_extension(&recipe.extensions, "2.5.29.19", true, plat_span_of("\x30\x03\x01\x01\xff", 5));
    cert_recipe_make(&recipe, der);
    plat_buffer_free(&names[0]);
    plat_buffer_free(&names[1]);
    plat_buffer_free(&list);
    plat_buffer_free(&recipe.extensions);
}

/* Each list is near the size of the largest certificate. */
static void many_usages(void **state)
{
    struct wincrypt_pki pki;
    struct plat_buffer leaf, authority;
    PCCERT_CHAIN_CONTEXT chain;
    PCCERT_CONTEXT context;

    wincrypt_pki_make(&pki, state, LEAF ROOT);
    make_certificate("CN=EE", "CN=CA", 12000, &leaf);
    make_certificate("CN=CA", "CN=Root", 11000, &authority);
    context = CertCreateCertificateContext(X509_ASN_ENCODING, leaf.data, (DWORD)leaf.size);
    assert_non_null(context);
    assert_true(CertAddEncodedCertificateToStore(pki.extra, X509_ASN_ENCODING, authority.data,
                                                 (DWORD)authority.size, CERT_STORE_ADD_ALWAYS, NULL));
    chain = wincrypt_chain(NULL, context, pki.extra, 0);
    assert_int_equal(chain->rgpChain[0]->cElement, 3);
    for (size_t i = 0; i < 2; i++)
        assert_int_equal(chain->rgpChain[0]->rgpElement[i]->pApplicationUsage->cUsageIdentifier, 11000);
    CertFreeCertificateChain(chain);
    assert_true(CertFreeCertificateContext(context));
    plat_buffer_free(&leaf);
    plat_buffer_free(&authority);
    wincrypt_pki_free(&pki);
}

static void many_requests(void **state)
{
    static LPSTR oids[LIMIT_FACE_USAGES + 1];
    char oid[] = "1.2.3";
    CERT_CHAIN_PARA para = {.cbSize = sizeof para};
    struct wincrypt_pki pki;
    PCCERT_CHAIN_CONTEXT chain;

    wincrypt_pki_make(&pki, state, LEAF CA ROOT);
    for (size_t i = 0; i < ELEMENTS(oids); i++)
        oids[i] = oid;
    para.RequestedUsage.Usage = (CERT_ENHKEY_USAGE){LIMIT_FACE_USAGES, oids};
    assert_true(CertGetCertificateChain(NULL, pki.leaf, NULL, NULL, &para, 0, NULL, &chain));
    assert_int_equal(chain->TrustStatus.dwErrorStatus, 0);
    CertFreeCertificateChain(chain);
    para.RequestedUsage.Usage.cUsageIdentifier++;
    FAILS(E_INVALIDARG, CertGetCertificateChain(NULL, pki.leaf, NULL, NULL, &para, 0, NULL, &chain));
    wincrypt_pki_free(&pki);
}

/* Authorities that all certify each other: the engine's limits end it, and the word says so. */
static void cross_certified(void **state)
{
    struct wincrypt_pki pki;
    struct plat_buffer text;
    PCCERT_CHAIN_CONTEXT chain;

    plat_buffer_init(&text, 1U << 20);
    plat_buffer_append_text(&text, "leaf CN=EE<CN=C0\n");
    for (unsigned i = 0; i < 12; i++)
        for (unsigned j = 0; j < 12; j++)
            if (i != j)
                plat_buffer_printf(&text, "peer CN=C%u<CN=C%u ca\n", i, j);
    wincrypt_pki_make(&pki, state, plat_buffer_text(&text));
    chain = wincrypt_chain(NULL, pki.leaf, pki.extra, CERT_CHAIN_RETURN_LOWER_QUALITY_CONTEXTS);
    assert_int_not_equal(chain->TrustStatus.dwErrorStatus & CERT_TRUST_IS_PARTIAL_CHAIN, 0);
    assert_true(chain->cLowerQualityChainContext < LIMIT_CHAIN_PATHS);
    assert_true(chain->rgpChain[0]->cElement <= LIMIT_CHAIN_DEPTH);
    CertFreeCertificateChain(chain);
    plat_buffer_free(&text);
    wincrypt_pki_free(&pki);
}

/* ---- threads ---- */

struct shared {
    struct wincrypt_pki pki;
    PCCERT_CHAIN_CONTEXT chain;
    _Atomic unsigned wrong;
};

static void work(void *context)
{
    struct shared *shared = context;

    for (unsigned i = 0; i < 30; i++) {
        CERT_CHAIN_PARA para = {.cbSize = sizeof para};
        PCCERT_CHAIN_CONTEXT own = NULL, same = CertDuplicateCertificateChain(shared->chain);

        if (!CertGetCertificateChain(NULL, shared->pki.leaf, NULL, shared->pki.extra, &para, 0, NULL, &own) ||
            own->TrustStatus.dwErrorStatus & ~(DWORD)CERT_TRUST_IS_PARTIAL_CHAIN || same != shared->chain)
            atomic_fetch_add(&shared->wrong, 1);
        if (i % 10 == 0)
            (void)CertResyncCertificateChainEngine(HCCE_CURRENT_USER);
        CertFreeCertificateChain(own);
        CertFreeCertificateChain(same);
    }
}

/* Chains in four threads while the root comes and goes: valid or without an issuer, nothing else. */
static void threads(void **state)
{
    struct plat_thread *running[4];
    struct shared shared = {.wrong = 0};
    const struct cert *root;

    wincrypt_pki_make(&shared.pki, state, LEAF CA ROOT);
    root = cert_set_at(shared.pki.made.pki.roots, 0);
    shared.chain = wincrypt_chain(NULL, shared.pki.leaf, NULL, 0);
    for (size_t i = 0; i < ELEMENTS(running); i++)
        assert_int_equal(plat_thread_start("chains", 0, work, &shared, &running[i]), ERROR_SUCCESS);
    for (unsigned i = 0; i < 10; i++) {
        assert_int_equal(cert_store_remove(shared.pki.db, CERT_LOCAL_MACHINE, "ROOT", CERT_BLOB_CERTIFICATE,
                                           root->thumbprint),
                         ERROR_SUCCESS);
        assert_int_equal(cert_store_add(shared.pki.db, CERT_LOCAL_MACHINE, "ROOT", root->der, NULL),
                         ERROR_SUCCESS);
    }
    for (size_t i = 0; i < ELEMENTS(running); i++)
        plat_thread_join(running[i]);
    assert_int_equal(shared.wrong, 0);
    CertFreeCertificateChain(shared.chain);
    wincrypt_pki_free(&shared.pki);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(many_usages),
        cmocka_unit_test(many_requests),
        cmocka_unit_test(cross_certified),
        cmocka_unit_test(threads),
    };

    return cmocka_run_group_tests(tests, wincrypt_pki_setup, wincrypt_pki_teardown);
}
