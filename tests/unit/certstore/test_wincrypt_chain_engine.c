/* SPDX-License-Identifier: Apache-2.0 */
/* CertCreateCertificateChainEngine: which stores a chain may come from. */
#include "wincrypt_pki.h"

#include "platform/fake.h"

#include <string.h>

#define ROOT "root CN=Root<CN=Root serial=1 ca\n"
#define CA "store CN=CA<CN=Root serial=5 ca ku=cert+crl\n"
#define LEAF "leaf CN=EE<CN=CA serial=7\n"
#define END CERT_CHAIN_REVOCATION_CHECK_END_CERT

static HCERTCHAINENGINE make_engine(CERT_CHAIN_ENGINE_CONFIG *config)
{
    HCERTCHAINENGINE engine = NULL;

    config->cbSize = sizeof *config;
    assert_true(CertCreateCertificateChainEngine(config, &engine));
    assert_non_null(engine);
    return engine;
}

/* The chain's error word with an engine of that configuration. */
static void expect(struct wincrypt_pki *pki, CERT_CHAIN_ENGINE_CONFIG config, HCERTSTORE extra, DWORD flags,
                   DWORD error, DWORD info)
{
    HCERTCHAINENGINE engine = make_engine(&config);
    PCCERT_CHAIN_CONTEXT chain = wincrypt_chain(engine, pki->leaf, extra, flags);
    const CERT_SIMPLE_CHAIN *simple = chain->rgpChain[0];

    assert_int_equal(chain->TrustStatus.dwErrorStatus, error);
    assert_int_equal(chain->TrustStatus.dwInfoStatus & CERT_TRUST_IS_FROM_EXCLUSIVE_TRUST_STORE, info);
    assert_int_equal(simple->rgpElement[simple->cElement - 1]->TrustStatus.dwInfoStatus &
                         CERT_TRUST_IS_FROM_EXCLUSIVE_TRUST_STORE,
                     info);
    CertFreeCertificateChainEngine(engine);
    CertFreeCertificateChain(chain);
}

#define CONFIG(...)                                                                                          \
    (CERT_CHAIN_ENGINE_CONFIG)                                                                               \
    {                                                                                                        \
        __VA_ARGS__                                                                                          \
    }

static void locations(void **state)
{
    struct wincrypt_pki pki;
    PCCERT_CHAIN_CONTEXT chain;

    wincrypt_pki_make(&pki, state, LEAF CA "peer CN=Root<CN=Root serial=1 ca\n");
    assert_int_equal(
        cert_store_add(pki.db, CERT_CURRENT_USER, "ROOT", cert_set_at(pki.made.pki.peer, 0)->der, NULL),
        ERROR_SUCCESS);
    expect(&pki, CONFIG(0), pki.extra, 0, 0, 0);
    expect(&pki, CONFIG(.dwFlags = CERT_CHAIN_USE_LOCAL_MACHINE_STORE), pki.extra, 0,
           CERT_TRUST_IS_UNTRUSTED_ROOT, 0);
    chain = wincrypt_chain(HCCE_LOCAL_MACHINE, pki.leaf, pki.extra, 0);
    assert_int_equal(chain->TrustStatus.dwErrorStatus, CERT_TRUST_IS_UNTRUSTED_ROOT);
    CertFreeCertificateChain(chain);
    wincrypt_pki_free(&pki);
}

static void exclusive_roots(void **state)
{
    struct wincrypt_pki pki;
    HCERTSTORE none = wincrypt_memory_store(), roots;

    wincrypt_pki_make(&pki, state, LEAF CA ROOT);
    roots = wincrypt_store_of(pki.made.pki.roots);
    expect(&pki, CONFIG(.hExclusiveRoot = roots), NULL, 0, 0, CERT_TRUST_IS_FROM_EXCLUSIVE_TRUST_STORE);
    expect(&pki, CONFIG(.hExclusiveRoot = none), NULL, 0, CERT_TRUST_IS_PARTIAL_CHAIN,
           0); /* Root counts for nothing */
    expect(&pki, CONFIG(.hExclusiveRoot = none), roots, 0, CERT_TRUST_IS_UNTRUSTED_ROOT, 0);
    assert_true(CertCloseStore(roots, 0));
    wincrypt_pki_free(&pki);

    /* a root that the system does not know */
    wincrypt_pki_make(&pki, state, LEAF CA "peer CN=Root<CN=Root serial=1 ca\n");
    expect(&pki, CONFIG(.hExclusiveRoot = pki.extra), NULL, 0, 0, CERT_TRUST_IS_FROM_EXCLUSIVE_TRUST_STORE);
    wincrypt_pki_free(&pki);

    /* people of the program's own; the system's are ignored */
    wincrypt_pki_make(&pki, state, "leaf+people+peer CN=EE<CN=CA serial=7\n");
    expect(&pki, CONFIG(.hExclusiveTrustedPeople = pki.extra), NULL, 0, 0,
           CERT_TRUST_IS_FROM_EXCLUSIVE_TRUST_STORE);
    expect(&pki, CONFIG(.hExclusiveTrustedPeople = none), NULL, CERT_CHAIN_ENABLE_PEER_TRUST,
           CERT_TRUST_IS_PARTIAL_CHAIN, 0);
    wincrypt_pki_free(&pki);
    assert_true(CertCloseStore(none, 0));
}

static void restricted_roots(void **state)
{
    CERT_CHAIN_ENGINE_CONFIG config = {.cbSize = sizeof config};
    HCERTCHAINENGINE engine = NULL;
    struct wincrypt_pki pki;
    HCERTSTORE none = wincrypt_memory_store(), roots;
    PCCERT_CHAIN_CONTEXT chain;

    wincrypt_pki_make(&pki, state, LEAF CA ROOT "root CN=Other<CN=Other ca\npeer CN=Foreign<CN=Foreign ca\n");
    roots = wincrypt_store_of(pki.made.pki.roots);
    expect(&pki, CONFIG(.hRestrictedRoot = roots), NULL, 0, 0, 0);
    expect(&pki, CONFIG(.hRestrictedRoot = none), NULL, 0, CERT_TRUST_IS_PARTIAL_CHAIN, 0);
    config.hRestrictedRoot = pki.extra; /* no subset of the system's */
    FAILS(E_INVALIDARG, CertCreateCertificateChainEngine(&config, &engine));
    assert_null(engine);

    /* what is no root of the system any more is none of the engine's */
    config.hRestrictedRoot = roots;
    engine = make_engine(&config);
    assert_int_equal(cert_store_remove(pki.db, CERT_LOCAL_MACHINE, "ROOT", CERT_BLOB_CERTIFICATE,
                                       cert_set_at(pki.made.pki.roots, 0)->thumbprint),
                     ERROR_SUCCESS);
    chain = wincrypt_chain(engine, pki.leaf, NULL, 0);
    assert_int_equal(chain->TrustStatus.dwErrorStatus, CERT_TRUST_IS_PARTIAL_CHAIN);
    CertFreeCertificateChain(chain);
    CertFreeCertificateChainEngine(engine);
    assert_true(CertCloseStore(roots, 0));
    assert_true(CertCloseStore(none, 0));
    wincrypt_pki_free(&pki);
}

static void other_stores(void **state)
{
    struct wincrypt_pki pki;
    HCERTSTORE none = wincrypt_memory_store(), stores[2];

    wincrypt_pki_make(&pki, state, LEAF CA ROOT "crl CN=CA list=7\n");
    stores[0] = none;
    stores[1] = wincrypt_store_of(pki.made.pki.store);
    expect(&pki, CONFIG(.hRestrictedOther = none), NULL, 0, CERT_TRUST_IS_PARTIAL_CHAIN, 0);
    expect(&pki, CONFIG(.hRestrictedOther = stores[1]), NULL, 0, 0, 0);
    expect(&pki, CONFIG(.hRestrictedOther = none), stores[1], 0, 0, 0);
    expect(&pki, CONFIG(.hRestrictedTrust = none), NULL, 0, 0, 0);
    /* CA's list is not looked at either */
    expect(&pki, CONFIG(0), NULL, END, CERT_TRUST_IS_REVOKED, 0);
    expect(&pki, CONFIG(.hRestrictedOther = stores[1]), NULL, END, CERT_TRUST_REVOCATION_STATUS_UNKNOWN, 0);
    wincrypt_pki_free(&pki);

    /* stores of the engine's, and of the call, with certificates and lists */
    wincrypt_pki_make(&pki, state, LEAF ROOT "crl CN=Root\n");
    struct crl_pki more;
    crl_pki_make(&more, LEAF CA ROOT "crl CN=CA list=7\n");
    assert_true(CertCloseStore(stores[1], 0));
    stores[1] = wincrypt_store_of(more.pki.store);
    expect(&pki, CONFIG(0), NULL, 0, CERT_TRUST_IS_PARTIAL_CHAIN, 0);
    expect(&pki, CONFIG(.cAdditionalStore = 2, .rghAdditionalStore = stores), NULL, 0, 0, 0);
    expect(&pki, CONFIG(.cAdditionalStore = 2, .rghAdditionalStore = stores), NULL, END,
           CERT_TRUST_REVOCATION_STATUS_UNKNOWN, 0);
    assert_true(CertAddEncodedCRLToStore(stores[0], X509_ASN_ENCODING, cert_crl_set_at(more.crls, 0)->der.data,
                                         (DWORD)cert_crl_set_at(more.crls, 0)->der.size,
                                         CERT_STORE_ADD_ALWAYS, NULL));
    expect(&pki, CONFIG(.cAdditionalStore = 2, .rghAdditionalStore = stores), NULL, END,
           CERT_TRUST_IS_REVOKED, 0);
    expect(&pki, CONFIG(.cAdditionalStore = 1, .rghAdditionalStore = &stores[1]), stores[0], END,
           CERT_TRUST_IS_REVOKED, 0);
    crl_pki_free(&more);
    wincrypt_pki_free(&pki);
    assert_true(CertCloseStore(stores[1], 0));
    assert_true(CertCloseStore(none, 0));
}

/* An engine keeps its stores open; a chain outlives both. */
static void lifetime(void **state)
{
    CERT_CHAIN_ENGINE_CONFIG config = {.cbSize = sizeof config};
    HCERTCHAINENGINE engine;
    struct wincrypt_pki pki;
    PCCERT_CHAIN_CONTEXT chain;
    size_t live;

    wincrypt_pki_make(&pki, state, LEAF CA ROOT);
    CertFreeCertificateChain(wincrypt_chain(NULL, pki.leaf, NULL, 0));
    live = plat_fake_memory_live();
    config.hExclusiveRoot = wincrypt_store_of(pki.made.pki.roots);
    engine = make_engine(&config);
    assert_true(CertCloseStore(config.hExclusiveRoot, 0));
    chain = wincrypt_chain(engine, pki.leaf, NULL, 0);
    assert_int_equal(chain->TrustStatus.dwErrorStatus, 0);
    CertFreeCertificateChainEngine(engine);
    CertFreeCertificateChainEngine(engine); /* stale: nothing happens */
    CertFreeCertificateChainEngine(NULL);
    CertFreeCertificateChainEngine(HCCE_LOCAL_MACHINE);
    assert_int_equal(chain->rgpChain[0]->cElement, 3);
    CertFreeCertificateChain(chain);
    assert_int_equal(plat_fake_memory_live(), live);
    wincrypt_pki_free(&pki);
}

static void parameters(void **state)
{
    static const DWORD sizes[] = {
        sizeof(CERT_CHAIN_ENGINE_CONFIG), offsetof(CERT_CHAIN_ENGINE_CONFIG, dwExclusiveFlags),
        offsetof(CERT_CHAIN_ENGINE_CONFIG, hExclusiveRoot), sizeof(CERT_CHAIN_ENGINE_CONFIG) + 8};
    static const DWORD bad_sizes[] = {0, 4, offsetof(CERT_CHAIN_ENGINE_CONFIG, hExclusiveRoot) - 1};
    CERT_CHAIN_ENGINE_CONFIG config = {.cbSize = sizeof config};
    HCERTCHAINENGINE engine;
    HCERTSTORE closed, stores[1];
    struct wincrypt_pki pki;

    wincrypt_pki_make(&pki, state, LEAF CA ROOT);
    closed = wincrypt_memory_store();
    assert_true(CertCloseStore(closed, 0));
    FAILS(E_INVALIDARG, CertCreateCertificateChainEngine(NULL, &engine));
    FAILS(E_INVALIDARG, CertCreateCertificateChainEngine(&config, NULL));
    for (size_t i = 0; i < ELEMENTS(sizes); i++) {
        config.cbSize = sizes[i];
        assert_true(CertCreateCertificateChainEngine(&config, &engine));
        assert_true(CertResyncCertificateChainEngine(engine));
        CertFreeCertificateChainEngine(engine);
        FAILS(ERROR_INVALID_HANDLE, CertResyncCertificateChainEngine(engine));
    }
    for (size_t i = 0; i < ELEMENTS(bad_sizes); i++) {
        config.cbSize = bad_sizes[i];
        FAILS(E_INVALIDARG, CertCreateCertificateChainEngine(&config, &engine));
        assert_null(engine);
    }
    config = CONFIG(.cbSize = sizeof config, .hRestrictedRoot = closed);
    FAILS(ERROR_INVALID_HANDLE, CertCreateCertificateChainEngine(&config, &engine));
    config = CONFIG(.cbSize = sizeof config, .hRestrictedTrust = closed);
    FAILS(ERROR_INVALID_HANDLE, CertCreateCertificateChainEngine(&config, &engine));
    config = CONFIG(.cbSize = sizeof config, .hExclusiveRoot = closed);
    FAILS(ERROR_INVALID_HANDLE, CertCreateCertificateChainEngine(&config, &engine));
    config.cbSize = offsetof(CERT_CHAIN_ENGINE_CONFIG, hExclusiveRoot); /* Windows XP's has no such field */
    assert_true(CertCreateCertificateChainEngine(&config, &engine));
    CertFreeCertificateChainEngine(engine);
    config = CONFIG(.cbSize = sizeof config, .cAdditionalStore = 1);
    FAILS(E_INVALIDARG, CertCreateCertificateChainEngine(&config, &engine));
    config.cAdditionalStore = 0xffffffff;
    config.rghAdditionalStore = stores;
    FAILS(E_INVALIDARG, CertCreateCertificateChainEngine(&config, &engine));
    config.cAdditionalStore = 1;
    stores[0] = NULL;
    FAILS(ERROR_INVALID_HANDLE, CertCreateCertificateChainEngine(&config, &engine));
    stores[0] = closed;
    FAILS(ERROR_INVALID_HANDLE, CertCreateCertificateChainEngine(&config, &engine));
    config = CONFIG(.cbSize = sizeof config, .dwExclusiveFlags = CERT_CHAIN_EXCLUSIVE_ENABLE_CA_FLAG);
    FAILS(ERROR_NOT_SUPPORTED, CertCreateCertificateChainEngine(&config, &engine));
    wincrypt_pki_free(&pki);
}

/* Every allocation made to fail: no engine, and nothing leaks. */
static void memory(void **state)
{
    CERT_CHAIN_ENGINE_CONFIG config = {.cbSize = sizeof config, .cAdditionalStore = 1};
    struct wincrypt_pki pki;

    wincrypt_pki_make(&pki, state, LEAF CA ROOT);
    config.hRestrictedRoot = wincrypt_store_of(pki.made.pki.roots);
    config.rghAdditionalStore = &pki.extra;
    CertFreeCertificateChain(wincrypt_chain(NULL, pki.leaf, NULL, 0));
    for (unsigned nth = 1;; nth++) {
        size_t live = plat_fake_memory_live();
        HCERTCHAINENGINE engine;
        unsigned failures;
        BOOL made;

        plat_fake_memory_fail(nth, false);
        made = CertCreateCertificateChainEngine(&config, &engine);
        failures = plat_fake_memory_failures();
        plat_fake_memory_fail(0, false);
        assert_int_equal(made, engine != NULL);
        CertFreeCertificateChainEngine(engine);
        assert_int_equal(plat_fake_memory_live(), live);
        if (!failures)
            break;
        assert_false(made);
    }
    assert_true(CertCloseStore(config.hRestrictedRoot, 0));
    wincrypt_pki_free(&pki);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(locations),    cmocka_unit_test(exclusive_roots), cmocka_unit_test(restricted_roots),
        cmocka_unit_test(other_stores), cmocka_unit_test(lifetime),        cmocka_unit_test(parameters),
        cmocka_unit_test(memory),
    };

    return cmocka_run_group_tests(tests, wincrypt_pki_setup, wincrypt_pki_teardown);
}
