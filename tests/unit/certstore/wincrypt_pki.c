/* SPDX-License-Identifier: Apache-2.0 */
#include "wincrypt_pki.h"

#include "platform/fake.h"
#include "registry/win32.h"
#include "unit/platform/scratch.h"

#include <stdio.h>

int wincrypt_pki_setup(void **state)
{
    plat_fake_clock_set(TEST_NOW);
    return scratch_setup(state);
}

int wincrypt_pki_teardown(void **state)
{
    return reg_win32_use(NULL) == ERROR_SUCCESS ? scratch_teardown(state) : -1;
}

static void put(struct reg_db *db, const char *store, const struct cert_set *set)
{
    for (size_t i = 0; i < cert_set_count(set); i++)
        assert_int_equal(cert_store_add(db, CERT_LOCAL_MACHINE, store, cert_set_at(set, i)->der, NULL),
                         ERROR_SUCCESS);
}

static void put_crls(struct reg_db *db, const struct cert_crl_set *crls)
{
    for (size_t i = 0; i < cert_crl_set_count(crls); i++) {
        struct cert_blob blob = {.kind = CERT_BLOB_CRL, .content = cert_crl_set_at(crls, i)->der};

        assert_int_equal(cert_store_put(db, CERT_LOCAL_MACHINE, "CA", &blob, NULL), ERROR_SUCCESS);
    }
}

void wincrypt_pki_make(struct wincrypt_pki *pki, void **state, const char *text)
{
    static unsigned number;
    char name[32];

    crl_pki_make(&pki->made, text);
    (void)snprintf(name, sizeof name, "registry%u", number++);
    assert_int_equal(reg_db_open(scratch_path(state, name), REG_OPEN_CREATE, &pki->db, NULL), ERROR_SUCCESS);
    assert_int_equal(reg_begin(pki->db), ERROR_SUCCESS);
    put(pki->db, "ROOT", pki->made.pki.roots);
    put(pki->db, "CA", pki->made.pki.store);
    put(pki->db, "Disallowed", pki->made.pki.bad);
    put(pki->db, "TrustedPeople", pki->made.pki.people);
    put_crls(pki->db, pki->made.crls);
    assert_int_equal(reg_commit(pki->db), ERROR_SUCCESS);
    assert_int_equal(reg_win32_use(scratch_path(state, name)), ERROR_SUCCESS);
    pki->extra = wincrypt_store_of(pki->made.pki.peer);
    pki->leaf = wincrypt_context(pki->made.pki.input.leaf);
}

void wincrypt_pki_free(struct wincrypt_pki *pki)
{
    assert_true(CertFreeCertificateContext(pki->leaf));
    assert_true(CertCloseStore(pki->extra, CERT_CLOSE_STORE_CHECK_FLAG));
    reg_db_close(pki->db);
    crl_pki_free(&pki->made);
}

HCERTSTORE wincrypt_memory_store(void)
{
    HCERTSTORE store = CertOpenStore(CERT_STORE_PROV_MEMORY, 0, 0, 0, NULL);

    assert_non_null(store);
    return store;
}

void wincrypt_add(HCERTSTORE store, const struct cert *cert)
{
    assert_true(CertAddEncodedCertificateToStore(store, X509_ASN_ENCODING, cert->der.data,
                                                 (DWORD)cert->der.size, CERT_STORE_ADD_ALWAYS, NULL));
}

HCERTSTORE wincrypt_store_of(const struct cert_set *set)
{
    HCERTSTORE store = wincrypt_memory_store();

    for (size_t i = 0; i < cert_set_count(set); i++)
        wincrypt_add(store, cert_set_at(set, i));
    return store;
}

PCCERT_CONTEXT wincrypt_context(const struct cert *cert)
{
    PCCERT_CONTEXT context =
        CertCreateCertificateContext(X509_ASN_ENCODING, cert->der.data, (DWORD)cert->der.size);

    assert_non_null(context);
    return context;
}

FILETIME wincrypt_time(int64_t unix_seconds)
{
    uint64_t ticks = (uint64_t)(unix_seconds + INT64_C(11644473600)) * 10000000U;

    return (FILETIME){(DWORD)ticks, (DWORD)(ticks >> 32)};
}

PCCERT_CHAIN_CONTEXT wincrypt_chain(HCERTCHAINENGINE engine, PCCERT_CONTEXT leaf, HCERTSTORE extra,
                                    DWORD flags)
{
    CERT_CHAIN_PARA para = {.cbSize = sizeof para};
    PCCERT_CHAIN_CONTEXT chain = NULL;

    assert_true(CertGetCertificateChain(engine, leaf, NULL, extra, &para, flags, NULL, &chain));
    assert_non_null(chain);
    return chain;
}
