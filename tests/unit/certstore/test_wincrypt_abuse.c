/* SPDX-License-Identifier: Apache-2.0 */
/* The wincrypt.h face used wrongly, or at its limits: freed too often, forced, filled too full, damaged below. */
#include "store_case.h"
#include "wincrypt_pki.h"

#include "certstore/crypto.h"
#include "certstore/pkcs7.h"
#include "certstore/win32.h"
#include "platform/fake.h"
#include "platform/limits.h"
#include "platform/thread.h"
#include "unit/platform/scratch.h"

#include <string.h>

#define PLAIN "leaf CN=EE<CN=CA\nstore CN=CA<CN=Root ca\nroot CN=Root<CN=Root ca\n"

static void check_chain(PCCERT_CHAIN_CONTEXT chain)
{
    CERT_CHAIN_POLICY_STATUS status = {.cbSize = sizeof status};
    char name[10];

    assert_true(CertVerifyCertificateChainPolicy(CERT_CHAIN_POLICY_BASIC_CONSTRAINTS, chain, NULL, &status));
    assert_int_equal(status.dwError, 0);
    assert_int_equal(CertGetNameStringA(chain->rgpChain[0]->rgpElement[0]->pCertContext,
                                        CERT_NAME_SIMPLE_DISPLAY_TYPE, 0, NULL, name, sizeof name),
                     3);
    assert_string_equal(name, "EE");
}

/* What a chain shows stays as long as the chain, whatever else is freed, and how often. */
static void freed_too_often(void **state)
{
    struct wincrypt_pki pki;
    PCCERT_CHAIN_CONTEXT chain;
    PCCERT_CONTEXT leaf;
    HCERTSTORE store = wincrypt_memory_store();
    size_t live;

    wincrypt_pki_make(&pki, state, PLAIN);
    CertFreeCertificateChain(wincrypt_chain(NULL, pki.leaf, NULL, 0)); /* the stores are read now */
    live = plat_fake_memory_live();
    wincrypt_add(store, pki.made.pki.input.leaf);
    leaf = CertEnumCertificatesInStore(store, NULL);
    chain = wincrypt_chain(NULL, leaf, NULL, 0);
    for (DWORD i = 0; i < 3; i++)
        for (int j = 0; j < 3; j++)
            assert_true(CertFreeCertificateContext(chain->rgpChain[0]->rgpElement[i]->pCertContext));
    check_chain(chain);
    leaf = CertDuplicateCertificateContext(chain->rgpChain[0]->rgpElement[0]->pCertContext);
    assert_ptr_equal(leaf, chain->rgpChain[0]->rgpElement[0]->pCertContext);
    assert_true(CertCloseStore(store, CERT_CLOSE_STORE_FORCE_FLAG));
    check_chain(chain);
    assert_true(CertFreeCertificateContext(leaf)); /* stale: the store is closed */
    check_chain(chain);
    CertFreeCertificateChain(chain);
    assert_true(plat_fake_memory_live() <= live);
    wincrypt_pki_free(&pki);
}

struct walker {
    HCERTSTORE store;
    _Atomic bool *stop;
    unsigned wrong;
};

static void walk(void *context)
{
    struct walker *walker = context;

    while (!*walker->stop) {
        PCCERT_CONTEXT cert = NULL;
        DWORD size;

        while ((cert = CertEnumCertificatesInStore(walker->store, cert)) != NULL) {
            CERT_CHAIN_PARA para = {.cbSize = sizeof para};
            PCCERT_CHAIN_CONTEXT chain = NULL;

            size = 0;
            (void)CertSerializeCertificateStoreElement(cert, 0, NULL, &size);
            if (CertGetCertificateChain(NULL, cert, NULL, NULL, &para, 0, NULL, &chain))
                walker->wrong += chain->rgpChain[0]->rgpElement[0]->pCertContext->cbCertEncoded == 0;
            CertFreeCertificateChain(chain);
        }
    }
}

/* By force, in the middle of what other threads do with its contexts. */
static void closed_by_force(void **state)
{
    struct plat_thread *threads[3];
    struct walker walkers[3];
    struct wincrypt_pki pki;

    wincrypt_pki_make(&pki, state, PLAIN);
    for (unsigned round = 0; round < 20; round++) {
        HCERTSTORE store = wincrypt_memory_store();
        _Atomic bool stop = false;

        wincrypt_add(store, pki.made.pki.input.leaf);
        wincrypt_add(store, cert_set_at(pki.made.pki.store, 0));
        for (size_t i = 0; i < ELEMENTS(threads); i++) {
            walkers[i] = (struct walker){.store = store, .stop = &stop};
            assert_int_equal(plat_thread_start("walker", 0, walk, &walkers[i], &threads[i]), ERROR_SUCCESS);
        }
        assert_true(CertCloseStore(store, CERT_CLOSE_STORE_FORCE_FLAG));
        stop = true;
        for (size_t i = 0; i < ELEMENTS(threads); i++) {
            plat_thread_join(threads[i]);
            assert_int_equal(walkers[i].wrong, 0);
        }
    }
    wincrypt_pki_free(&pki);
}

static void md5(void **state)
{
    struct wincrypt_pki pki;
    PCCERT_CONTEXT found;
    BYTE hash[CERT_MD5_SIZE];
    DWORD size = sizeof hash;
    CRYPT_HASH_BLOB blob = {sizeof hash, hash};
    HCERTSTORE store = wincrypt_memory_store();

    wincrypt_pki_make(&pki, state, PLAIN);
    wincrypt_add(store, cert_set_at(pki.made.pki.store, 0));
    wincrypt_add(store, pki.made.pki.input.leaf);
    assert_true(CertGetCertificateContextProperty(pki.leaf, CERT_MD5_HASH_PROP_ID, hash, &size));
    assert_int_equal(size, 16);
    found = CertFindCertificateInStore(store, X509_ASN_ENCODING, 0, CERT_FIND_MD5_HASH, &blob, NULL);
    assert_non_null(found);
    assert_int_equal(found->cbCertEncoded, pki.leaf->cbCertEncoded);
    assert_memory_equal(found->pbCertEncoded, pki.leaf->pbCertEncoded, found->cbCertEncoded);
    FAILS(CRYPT_E_NOT_FOUND,
          CertFindCertificateInStore(store, X509_ASN_ENCODING, 0, CERT_FIND_MD5_HASH, &blob, found));
    /* "abc", RFC 1321 A.5 */
    cert_md5(plat_span_of("abc", 3), hash);
    assert_memory_equal(hash, "\x90\x01\x50\x98\x3c\xd2\x4f\xb0\xd6\x96\x3f\x7d\x28\xe1\x7f\x72", sizeof hash);
    assert_true(CertCloseStore(store, CERT_CLOSE_STORE_CHECK_FLAG));
    wincrypt_pki_free(&pki);
}

/* ---- below the face ---- */

static void write_init_file(void **state, struct wincrypt_pki *pki, const char *store, const struct cert *cert)
{
    struct plat_buffer file;
    char path[80] = "Comm\\Security\\SystemCertificates\\";
    reg_key key;

    plat_buffer_init(&file, 100000);
    cert_pkcs7_write(&file, cert->der, plat_span_of(NULL, 0));
    assert_int_equal(plat_file_write_atomic(scratch_path(state, "more.p7b"), file.data, file.size, 0644),
                     ERROR_SUCCESS);
    plat_buffer_free(&file);
    strcat(path, store);
    assert_int_equal(reg_key_create(pki->db, REG_HKLM, path, 0, &key, NULL), ERROR_SUCCESS);
    assert_int_equal(reg_set_string(pki->db, key, "InitFile", "\\more.p7b"), ERROR_SUCCESS);
}

static DWORD chain_error(const struct wincrypt_pki *pki)
{
    PCCERT_CHAIN_CONTEXT chain = wincrypt_chain(NULL, pki->leaf, NULL, 0);
    DWORD error = chain->TrustStatus.dwErrorStatus;

    CertFreeCertificateChain(chain);
    return error;
}

/* Roots of an InitFile count where the program has named the root of CE paths. */
static void init_file_of_root(void **state)
{
    struct wincrypt_pki pki;
    HCERTSTORE store;

    wincrypt_pki_make(&pki, state, "leaf CN=EE<CN=CA\nstore CN=CA<CN=Root ca\npeer CN=Root<CN=Root ca\n");
    write_init_file(state, &pki, "ROOT", cert_set_at(pki.made.pki.peer, 0));
    assert_int_equal(chain_error(&pki), CERT_TRUST_IS_PARTIAL_CHAIN);
    assert_int_equal(cert_win32_use_root(scratch_path(state, "")), ERROR_SUCCESS);
    assert_true(CertResyncCertificateChainEngine(NULL));
    assert_int_equal(chain_error(&pki), 0);
    store = CertOpenStore(CERT_STORE_PROV_SYSTEM_A, 0, 0, CERT_SYSTEM_STORE_LOCAL_MACHINE, "ROOT");
    assert_true(CertFreeCertificateContext(CertEnumCertificatesInStore(store, NULL)));
    assert_true(CertCloseStore(store, CERT_CLOSE_STORE_CHECK_FLAG));
    assert_int_equal(cert_win32_use_root(NULL), ERROR_SUCCESS);
    assert_int_equal(cert_win32_use_root(scratch_path(state, "nowhere")), ERROR_FILE_NOT_FOUND);
    wincrypt_pki_free(&pki);
}

/* When nobody can say what is distrusted, no chain is built. */
static void unreadable_distrust(void **state)
{
    static const char key[] = "Comm\\Security\\SystemCertificates\\Disallowed\\Certificates\\"
                              "0000000000000000000000000000000000000000";
    CERT_CHAIN_PARA para = {.cbSize = sizeof para};
    PCCERT_CHAIN_CONTEXT chain;
    struct wincrypt_pki pki;
    reg_key entry;

    wincrypt_pki_make(&pki, state, PLAIN);
    store_case_plant(pki.db, REG_HKLM, key, "Blob", REG_BINARY, plat_span_of("damage", 6));
    FAILS(ERROR_INVALID_DATA, CertGetCertificateChain(NULL, pki.leaf, NULL, NULL, &para, 0, NULL, &chain));
    assert_int_equal(reg_key_open(pki.db, REG_HKLM, key, &entry), ERROR_SUCCESS);
    assert_int_equal(reg_key_delete_tree(pki.db, entry), ERROR_SUCCESS);
    assert_int_equal(chain_error(&pki), 0);
    write_init_file(state, &pki, "Disallowed", pki.made.pki.input.leaf);
    FAILS(ERROR_INVALID_DATA, CertGetCertificateChain(NULL, pki.leaf, NULL, NULL, &para, 0, NULL, &chain));
    assert_int_equal(cert_win32_use_root(scratch_path(state, "")), ERROR_SUCCESS);
    assert_int_equal(chain_error(&pki), CERT_TRUST_IS_EXPLICIT_DISTRUST);
    assert_int_equal(cert_win32_use_root(NULL), ERROR_SUCCESS);
    wincrypt_pki_free(&pki);
}

/* ---- too much ---- */

/* A serialized store with more CRLs than a store may have is refused, and leaves nothing behind. */
static void too_many(void **state)
{
    struct plat_buffer file;
    struct plat_span crl;
    size_t live;
    uint8_t copy[2000];
    CRYPT_DATA_BLOB blob;
    HCERTSTORE store;
    void *scratch = NULL; /* keys that sign, and a directory that is not needed */

    (void)state;
    assert_int_equal(store_case_setup(&scratch), 0);
    crl = store_case_crl(1);
    live = plat_fake_memory_live();
    assert_in_range(crl.size, 1, sizeof copy);
    memcpy(copy, crl.data, crl.size);
    for (unsigned most = LIMIT_STORE_CRLS; most <= LIMIT_STORE_CRLS + 1; most++) {
        plat_buffer_init(&file, LIMIT_CERT_FILE);
        cert_sst_begin(&file);
        for (unsigned i = 0; i < most; i++) {
            struct cert_blob item = {.kind = CERT_BLOB_CRL, .content = plat_span_of(copy, crl.size)};

            copy[crl.size - 1] = (uint8_t)i; /* in the signature */
            copy[crl.size - 2] = (uint8_t)(i >> 8);
            cert_sst_append(&file, &item);
        }
        cert_sst_end(&file);
        assert_int_equal(file.failed, ERROR_SUCCESS);
        blob = (CRYPT_DATA_BLOB){(DWORD)file.size, file.data};
        SetLastError(0);
        store = CertOpenStore(CERT_STORE_PROV_SERIALIZED, 0, 0, 0, &blob);
        assert_int_equal(store == NULL, most > LIMIT_STORE_CRLS);
        assert_true(store || GetLastError() == ERROR_NOT_ENOUGH_MEMORY);
        assert_true(CertCloseStore(store, CERT_CLOSE_STORE_CHECK_FLAG));
        plat_buffer_free(&file);
    }
    assert_true(plat_fake_memory_live() <= live);
    assert_int_equal(store_case_teardown(&scratch), 0);
}

/* ---- too little ---- */

static HCERTSTORE open_ca(void)
{
    return CertOpenStore(CERT_STORE_PROV_SYSTEM_A, 0, 0, CERT_SYSTEM_STORE_CURRENT_USER, "CA");
}

/* One certificate through a store of the registry and out again; true: all of it was done. */
static bool through_store(const struct wincrypt_pki *pki)
{
    static const WCHAR label[] = {'a', 0};
    CRYPT_DATA_BLOB name = {sizeof label, (BYTE *)(uintptr_t)label}, file = {0, NULL};
    HCERTSTORE ca = open_ca(), all = CertOpenStore(CERT_STORE_PROV_COLLECTION, 0, 0, 0, NULL);
    PCCERT_CONTEXT cert = NULL, found = NULL;
    bool done = ca && all && CertAddStoreToCollection(all, ca, CERT_PHYSICAL_STORE_ADD_ENABLE_FLAG, 0) &&
                CertAddCertificateContextToStore(all, pki->leaf, CERT_STORE_ADD_REPLACE_EXISTING, &cert);

    if (cert) {
        done = CertSetCertificateContextProperty(cert, CERT_FRIENDLY_NAME_PROP_ID, 0, &name) && done;
        found = CertFindCertificateInStore(all, X509_ASN_ENCODING, 0, CERT_FIND_SUBJECT_STR_A, "ee", NULL);
        done = found && done;
        done = CertControlStore(all, 0, CERT_STORE_CTRL_RESYNC, NULL) && done;
        done = CertSaveStore(all, 0, CERT_STORE_SAVE_AS_STORE, CERT_STORE_SAVE_TO_MEMORY, &file, 0) && done;
        done = CertDeleteCertificateFromStore(cert) && done;
    }
    CertFreeCertificateContext(found);
    done = CertCloseStore(all, CERT_CLOSE_STORE_CHECK_FLAG) && done;
    return CertCloseStore(ca, CERT_CLOSE_STORE_CHECK_FLAG) && done;
}

/* Every allocation made to fail: nothing leaks, the registry has what it had or the whole of the new entry. */
static void without_memory(void **state)
{
    struct wincrypt_pki pki;
    unsigned failures, failed = 0;

    wincrypt_pki_make(&pki, state, PLAIN);
    assert_true(through_store(&pki));
    do {
        size_t live = plat_fake_memory_live();
        HCERTSTORE ca;
        bool done;

        plat_fake_memory_fail(failed + 1, false);
        done = through_store(&pki);
        failures = plat_fake_memory_failures();
        plat_fake_memory_fail(0, false);
        assert_int_equal(plat_fake_memory_live(), live);
        assert_true(done || failures > 0);
        ca = open_ca();
        for (PCCERT_CONTEXT cert = NULL; (cert = CertEnumCertificatesInStore(ca, cert)) != NULL;)
            assert_true(cert->cbCertEncoded == pki.leaf->cbCertEncoded ||
                        cert->cbCertEncoded == cert_set_at(pki.made.pki.store, 0)->der.size);
        assert_true(CertCloseStore(ca, CERT_CLOSE_STORE_CHECK_FLAG));
        failed++;
    } while (failures > 0);
    assert_in_range(failed, 50, 5000);
    wincrypt_pki_free(&pki);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(freed_too_often),
        cmocka_unit_test(closed_by_force),
        cmocka_unit_test(md5),
        cmocka_unit_test(init_file_of_root),
        cmocka_unit_test(unreadable_distrust),
        cmocka_unit_test(too_many),
        cmocka_unit_test(without_memory),
    };

    return cmocka_run_group_tests(tests, wincrypt_pki_setup, wincrypt_pki_teardown);
}
