/* SPDX-License-Identifier: Apache-2.0 */
/* The wincrypt.h face: stores in memory, in the registry, in files; what is added, counted, deleted. */
#include "store_case.h"

#include "certstore/pfx.h"

#include "platform/thread.h"
#include "registry/win32.h"
#include "unit/platform/scratch.h"

#include <wincrypt.h>
#include <windows.h>

#include <stdio.h>
#include <string.h>

#define FAILS(code, call)                                                                                    \
    do {                                                                                                     \
        SetLastError(0);                                                                                     \
        assert_false(call);                                                                                  \
        assert_int_equal(GetLastError(), code);                                                              \
    } while (0)
#define WORKS(call) assert_true(call)

static int setup(void **state)
{
    if (store_case_setup(state) != 0)
        return -1;
    return reg_win32_use(scratch_path(state, "registry.db")) == ERROR_SUCCESS ? 0 : -1;
}

static int teardown(void **state)
{
    return reg_win32_use(NULL) == ERROR_SUCCESS ? store_case_teardown(state) : -1;
}

static HCERTSTORE memory(void)
{
    HCERTSTORE store = CertOpenStore(CERT_STORE_PROV_MEMORY, 0, 0, 0, NULL);

    assert_non_null(store);
    return store;
}

static void add(HCERTSTORE store, unsigned number)
{
    struct plat_span der = store_case_cert(number);

    WORKS(CertAddEncodedCertificateToStore(store, X509_ASN_ENCODING, der.data, (DWORD)der.size,
                                           CERT_STORE_ADD_NEW, NULL));
}

static unsigned count(HCERTSTORE store)
{
    PCCERT_CONTEXT cert = NULL;
    unsigned n = 0;

    while ((cert = CertEnumCertificatesInStore(store, cert)) != NULL)
        n++;
    assert_int_equal(GetLastError(), CRYPT_E_NOT_FOUND);
    return n;
}

static unsigned count_crls(HCERTSTORE store)
{
    PCCRL_CONTEXT crl = NULL;
    unsigned n = 0;

    while ((crl = CertEnumCRLsInStore(store, crl)) != NULL)
        n++;
    return n;
}

static PCCERT_CONTEXT find(HCERTSTORE store, unsigned number)
{
    struct plat_span der = store_case_cert(number);
    BYTE hash[CERT_THUMBPRINT_SIZE];
    CRYPT_HASH_BLOB blob = {sizeof hash, hash};

    memcpy(hash, store_case_thumbprint(der), sizeof hash);
    return CertFindCertificateInStore(store, X509_ASN_ENCODING, 0, CERT_FIND_SHA1_HASH, &blob, NULL);
}

static PCCERT_CONTEXT must_find(HCERTSTORE store, unsigned number)
{
    PCCERT_CONTEXT cert = find(store, number);

    assert_non_null(cert);
    return cert;
}

static void dispositions(void **state)
{
    HCERTSTORE store = memory();
    PCCERT_CONTEXT first, again;
    CRYPT_DATA_BLOB name = {4, (BYTE[]){'x', 0, 0, 0}}, other = {4, (BYTE[]){'y', 0, 0, 0}};
    DWORD size = 0;

    (void)state;
    add(store, 1);
    add(store, 2);
    first = must_find(store, 1);
    assert_ptr_equal(first->hCertStore, store);
    WORKS(CertSetCertificateContextProperty(first, CERT_FRIENDLY_NAME_PROP_ID, 0, &name));
    FAILS(CRYPT_E_EXISTS, CertAddCertificateContextToStore(store, first, CERT_STORE_ADD_NEW, NULL));
    FAILS(E_INVALIDARG, CertAddCertificateContextToStore(store, first, 0, NULL));
    FAILS(E_INVALIDARG, CertAddCertificateContextToStore(store, first, 8, NULL));
    FAILS(CRYPT_E_EXISTS, CertAddCertificateContextToStore(store, first, CERT_STORE_ADD_NEWER, NULL));
    WORKS(CertAddCertificateContextToStore(store, first, CERT_STORE_ADD_USE_EXISTING, &again));
    assert_ptr_equal(first, again); /* the same, counted twice */
    CertFreeCertificateContext(again);
    struct plat_span der = store_case_cert(1);
    PCCERT_CONTEXT bare = CertCreateCertificateContext(X509_ASN_ENCODING, der.data, (DWORD)der.size);
    WORKS(CertSetCertificateContextProperty(bare, CERT_DESCRIPTION_PROP_ID, 0, &other));
    WORKS(CertAddCertificateContextToStore(store, bare, CERT_STORE_ADD_REPLACE_EXISTING_INHERIT_PROPERTIES,
                                           &again));
    assert_ptr_not_equal(first, again);
    WORKS(CertGetCertificateContextProperty(again, CERT_FRIENDLY_NAME_PROP_ID, NULL, &size));
    WORKS(CertGetCertificateContextProperty(again, CERT_DESCRIPTION_PROP_ID, NULL, &size));
    CertFreeCertificateContext(again);
    WORKS(CertAddCertificateContextToStore(store, bare, CERT_STORE_ADD_REPLACE_EXISTING, &again));
    FAILS(CRYPT_E_NOT_FOUND,
          CertGetCertificateContextProperty(again, CERT_FRIENDLY_NAME_PROP_ID, NULL, &size));
    CertFreeCertificateContext(again);
    assert_int_equal(count(store), 2);
    WORKS(CertAddCertificateContextToStore(store, bare, CERT_STORE_ADD_ALWAYS, NULL));
    assert_int_equal(count(store), 3);
    CertFreeCertificateContext(bare);
    CertFreeCertificateContext(first);
    WORKS(CertCloseStore(store, CERT_CLOSE_STORE_CHECK_FLAG));
}

static void newer_replaces(void **state)
{
    HCERTSTORE store = memory();
    struct plat_buffer der;
    static const char *const dates[] = {"17{'210101000000Z'}", "17{'200101000000Z'}", "17{'220101000000Z'}"};
    static const DWORD codes[] = {0, CRYPT_E_EXISTS, 0};

    (void)state;
    plat_buffer_init(&der, 100000);
    for (size_t i = 0; i < 3; i++) {
        maker_cert(&(struct maker_cert){.serial = "77", .not_before = dates[i]}, &der);
        BOOL added = CertAddEncodedCertificateToStore(store, X509_ASN_ENCODING, der.data, (DWORD)der.size,
                                                      CERT_STORE_ADD_NEWER, NULL);
        assert_int_equal(added, codes[i] == 0);
        if (!added)
            assert_int_equal(GetLastError(), codes[i]);
    }
    assert_int_equal(count(store), 1);
    plat_buffer_free(&der);
    WORKS(CertCloseStore(store, 0));
}

/* Each context is deleted while the store is walked, as programs do it. */
static void delete_all(void **state)
{
    HCERTSTORE store = memory();
    PCCERT_CONTEXT cert = NULL;
    unsigned deleted = 0;

    (void)state;
    for (unsigned i = 0; i < 40; i++)
        add(store, i);
    while ((cert = CertEnumCertificatesInStore(store, cert)) != NULL) {
        PCCERT_CONTEXT copy = CertDuplicateCertificateContext(cert);

        assert_ptr_equal(copy, cert);
        WORKS(CertDeleteCertificateFromStore(copy));
        deleted++;
    }
    assert_int_equal(deleted, 40);
    assert_int_equal(count(store), 0);
    WORKS(CertCloseStore(store, CERT_CLOSE_STORE_CHECK_FLAG));
}

static void counting(void **state)
{
    HCERTSTORE store = memory();
    PCCERT_CONTEXT cert;

    (void)state;
    add(store, 1);
    assert_ptr_equal(CertDuplicateStore(store), store);
    FAILS(CRYPT_E_PENDING_CLOSE, CertCloseStore(store, CERT_CLOSE_STORE_CHECK_FLAG));
    cert = must_find(store, 1);
    assert_ptr_equal(CertDuplicateCertificateContext(cert), cert);
    FAILS(CRYPT_E_PENDING_CLOSE, CertCloseStore(store, CERT_CLOSE_STORE_CHECK_FLAG));
    FAILS(ERROR_INVALID_HANDLE, CertCloseStore(store, 0)); /* closed often enough */
    assert_int_equal(count(cert->hCertStore), 1);          /* but there while a context is */
    assert_int_equal(cert->cbCertEncoded, store_case_cert(1).size);
    CertFreeCertificateContext(cert);
    assert_int_equal(count(cert->hCertStore), 1);
    CertFreeCertificateContext(cert);
    FAILS(ERROR_INVALID_HANDLE, CertEnumCertificatesInStore(store, NULL));
}

static void forced(void **state)
{
    HCERTSTORE store = memory();
    PCCERT_CONTEXT cert;

    (void)state;
    add(store, 1);
    add(store, 2);
    cert = must_find(store, 2);
    WORKS(CertCloseStore(store, CERT_CLOSE_STORE_FORCE_FLAG | CERT_CLOSE_STORE_CHECK_FLAG));
    WORKS(CertFreeCertificateContext(cert)); /* a pointer to what is no more */
    FAILS(E_INVALIDARG, CertDuplicateCertificateContext(cert));
}

/* Stale, foreign and wrong: errors. */
static void none_of_ours(void **state)
{
    HCERTSTORE store = memory(), other = memory();
    CERT_CONTEXT foreign;
    CRYPT_HASH_BLOB short_hash = {4, (BYTE[]){1, 2, 3, 4}};
    HANDLE event = CreateEventW(NULL, FALSE, FALSE, NULL);
    DWORD size = 0;

    (void)state;
    memset(&foreign, 0x5a, sizeof foreign);
    add(store, 1);
    PCCERT_CONTEXT cert = must_find(store, 1);
    FAILS(ERROR_INVALID_HANDLE, CertEnumCertificatesInStore(event, NULL));
    FAILS(ERROR_INVALID_HANDLE, CertEnumCertificatesInStore((HCERTSTORE)(ULONG_PTR)0x12345678, NULL));
    FAILS(E_INVALIDARG, CertEnumCertificatesInStore(NULL, NULL));
    FAILS(E_INVALIDARG, CertEnumCertificatesInStore(store, &foreign));
    FAILS(E_INVALIDARG, CertDuplicateCertificateContext(&foreign));
    assert_null(CertDuplicateCertificateContext(NULL));
    WORKS(CertFreeCertificateContext(&foreign));
    WORKS(CertFreeCertificateContext(NULL));
    FAILS(E_INVALIDARG, CertGetCertificateContextProperty(&foreign, CERT_SHA1_HASH_PROP_ID, NULL, &size));
    FAILS(E_INVALIDARG, CertDeleteCertificateFromStore(&foreign));
    FAILS(E_INVALIDARG, CertAddCertificateContextToStore(store, &foreign, CERT_STORE_ADD_NEW, NULL));
    FAILS(E_INVALIDARG, CertFreeCRLContext((PCCRL_CONTEXT)(const void *)cert) &&
                            CertDuplicateCRLContext((PCCRL_CONTEXT)(const void *)cert));
    FAILS(ERROR_INVALID_HANDLE, CertAddCertificateContextToStore(event, cert, CERT_STORE_ADD_NEW, NULL));
    FAILS(E_INVALIDARG, CertEnumCertificatesInStore(other, CertDuplicateCertificateContext(cert)));
    FAILS(CRYPT_E_NOT_FOUND, CertFindCertificateInStore(store, 1, 0, CERT_FIND_SHA1_HASH, &short_hash, NULL));
    FAILS(E_INVALIDARG, CertFindCertificateInStore(store, 1, 0, CERT_FIND_SHA1_HASH, NULL, NULL));
    FAILS(E_INVALIDARG, CertFindCertificateInStore(store, 1, 0, 0x7f0000, NULL, NULL));
    FAILS(E_INVALIDARG,
          CertCreateCertificateContext(X509_NDR_ENCODING, cert->pbCertEncoded, cert->cbCertEncoded));
    FAILS(E_INVALIDARG, CertCreateCertificateContext(X509_ASN_ENCODING, NULL, 5));
    assert_null(CertCreateCertificateContext(X509_ASN_ENCODING, cert->pbCertEncoded, cert->cbCertEncoded - 1));
    FAILS(E_INVALIDARG, CertCloseStore(store, 0x10));
    FAILS(ERROR_INVALID_HANDLE, CertCloseStore(event, 0));
    WORKS(CertCloseStore(NULL, 0));
    CertFreeCertificateContext(cert);
    FAILS(E_INVALIDARG, CertDuplicateCertificateContext(cert)); /* freed, though its store has it */
    CloseHandle(event);
    WORKS(CertCloseStore(store, CERT_CLOSE_STORE_CHECK_FLAG));
    WORKS(CertCloseStore(other, CERT_CLOSE_STORE_CHECK_FLAG));
}

static void collections(void **state)
{
    HCERTSTORE all = CertOpenStore("Collection", 0, 0, 0, NULL), first = memory(), second = memory(),
               third = memory();

    (void)state;
    add(first, 1);
    add(second, 2);
    add(second, 3);
    WORKS(CertAddStoreToCollection(all, NULL, 0, 0));
    FAILS(E_INVALIDARG, CertAddStoreToCollection(first, NULL, 0, 0));
    FAILS(E_INVALIDARG, CertAddStoreToCollection(first, second, 0, 0));
    FAILS(E_INVALIDARG, CertAddStoreToCollection(all, all, 0, 0));
    WORKS(CertAddStoreToCollection(all, first, 0, 0));
    FAILS(E_ACCESSDENIED,
          CertAddEncodedCertificateToStore(all, X509_ASN_ENCODING, store_case_cert(9).data,
                                           (DWORD)store_case_cert(9).size, CERT_STORE_ADD_NEW, NULL));
    WORKS(CertAddStoreToCollection(all, second, CERT_PHYSICAL_STORE_ADD_ENABLE_FLAG, 5));
    PCCERT_CONTEXT one = CertEnumCertificatesInStore(all, NULL);
    assert_ptr_equal(one->hCertStore, second); /* the higher priority */
    CertFreeCertificateContext(one);
    assert_int_equal(count(all), 3);
    add(all, 4);
    assert_int_equal(count(second), 3);
    HCERTSTORE outer = CertOpenStore(CERT_STORE_PROV_COLLECTION, 0, 0, 0, NULL);
    WORKS(CertAddStoreToCollection(outer, all, 0, 0));
    WORKS(CertAddStoreToCollection(outer, first, 0, 0)); /* there already, through the other */
    WORKS(CertAddStoreToCollection(outer, third, 0, 0));
    FAILS(E_INVALIDARG, CertAddStoreToCollection(all, outer, 0, 0)); /* round and round */
    add(third, 5);
    assert_int_equal(count(outer), 5);
    WORKS(CertCloseStore(second, 0)); /* the collection keeps it */
    assert_int_equal(count(outer), 5);
    CertRemoveStoreFromCollection(all, first);
    assert_int_equal(count(all), 3);
    assert_int_equal(count(outer), 5);
    WORKS(CertCloseStore(all, 0));
    WORKS(CertCloseStore(outer, 0));
    FAILS(ERROR_INVALID_HANDLE, CertEnumCertificatesInStore(second, NULL));
    assert_int_equal(count(first), 1);
    WORKS(CertCloseStore(first, CERT_CLOSE_STORE_CHECK_FLAG));
    WORKS(CertCloseStore(third, CERT_CLOSE_STORE_CHECK_FLAG));
}

static void deep_collections(void **state)
{
    HCERTSTORE levels[12];
    unsigned added = 0;

    (void)state;
    for (size_t i = 0; i < 12; i++)
        levels[i] = CertOpenStore(CERT_STORE_PROV_COLLECTION, 0, 0, 0, NULL);
    while (added < 11 && CertAddStoreToCollection(levels[added], levels[added + 1], 0, 0))
        added++; /* each below the one before: from the top down */
    assert_int_equal(added, LIMIT_COLLECTION_DEPTH - 1);
    for (size_t i = 0; i < 12; i++)
        WORKS(CertCloseStore(levels[i], 0));
}

static HCERTSTORE open_system(DWORD flags, const char *name)
{
    return CertOpenStore(CERT_STORE_PROV_SYSTEM_A, 0, 0, flags, name);
}

/* The user's Root shows the machine's too and is where additions go; MY does not. */
static void system_stores(void **state)
{
    HCERTSTORE machine = open_system(CERT_SYSTEM_STORE_LOCAL_MACHINE, "Root"), user, own;

    (void)state;
    assert_non_null(machine);
    add(machine, 1);
    user = CertOpenSystemStoreA(0, "ROOT");
    assert_int_equal(count(user), 1);
    add(user, 2);
    assert_int_equal(count(user), 2);
    WORKS(CertControlStore(machine, 0, CERT_STORE_CTRL_RESYNC, NULL));
    assert_int_equal(count(machine), 1);
    own = CertOpenStore(CERT_STORE_PROV_SYSTEM_REGISTRY_A, 0, 0, CERT_SYSTEM_STORE_CURRENT_USER, "Root");
    assert_int_equal(count(own), 1);
    WORKS(CertDeleteCertificateFromStore(must_find(user, 1))); /* the machine's */
    assert_int_equal(count(machine), 1);                       /* read before */
    WORKS(CertControlStore(machine, 0, CERT_STORE_CTRL_RESYNC, NULL));
    assert_int_equal(count(machine), 0);
    add(machine, 3);
    WORKS(CertControlStore(user, 0, CERT_STORE_CTRL_RESYNC, NULL));
    assert_int_equal(count(user), 2);
    WORKS(CertCloseStore(own, 0));
    WORKS(CertCloseStore(user, CERT_CLOSE_STORE_CHECK_FLAG));
    WORKS(CertCloseStore(machine, CERT_CLOSE_STORE_CHECK_FLAG));
    machine = open_system(CERT_SYSTEM_STORE_LOCAL_MACHINE, "MY");
    add(machine, 4);
    user = CertOpenSystemStoreA(0, "MY");
    assert_int_equal(count(user), 0);
    WORKS(CertCloseStore(user, 0));
    WORKS(CertCloseStore(machine, 0));
    struct reg_db *db = NULL;
    assert_int_equal(reg_db_open(scratch_path(state, "registry.db"), REG_OPEN_READ, &db, NULL), ERROR_SUCCESS);
    assert_int_equal(store_case_count(db, CERT_CURRENT_USER, "ROOT"), 1);
    assert_int_equal(store_case_count(db, CERT_LOCAL_MACHINE, "ROOT"), 1);
    reg_db_close(db);
}

static void opening_flags(void **state)
{
    const DWORD place = CERT_SYSTEM_STORE_CURRENT_USER;

    (void)state;
    FAILS(ERROR_FILE_NOT_FOUND, open_system(place | CERT_STORE_OPEN_EXISTING_FLAG, "Contoso"));
    HCERTSTORE store = open_system(place | CERT_STORE_CREATE_NEW_FLAG, "Contoso");
    assert_non_null(store);
    FAILS(ERROR_FILE_EXISTS, open_system(place | CERT_STORE_CREATE_NEW_FLAG, "contoso"));
    add(store, 1);
    HCERTSTORE reader =
        open_system(place | CERT_STORE_READONLY_FLAG | CERT_STORE_OPEN_EXISTING_FLAG, "Contoso");
    assert_int_equal(count(reader), 1);
    PCCERT_CONTEXT cert = must_find(reader, 1);
    FAILS(E_ACCESSDENIED, CertAddCertificateContextToStore(reader, cert, CERT_STORE_ADD_ALWAYS, NULL));
    FAILS(E_ACCESSDENIED, CertSetCertificateContextProperty(cert, CERT_DESCRIPTION_PROP_ID, 0,
                                                            &(CRYPT_DATA_BLOB){1, (BYTE[]){1}}));
    FAILS(E_ACCESSDENIED, CertDeleteCertificateFromStore(cert));
    WORKS(CertCloseStore(reader, CERT_CLOSE_STORE_CHECK_FLAG));
    WORKS(CertCloseStore(store, CERT_CLOSE_STORE_CHECK_FLAG));
    SetLastError(5);
    assert_null(open_system(place | CERT_STORE_DELETE_FLAG, "Contoso"));
    assert_int_equal(GetLastError(), 0);
    FAILS(ERROR_FILE_NOT_FOUND, open_system(place | CERT_STORE_DELETE_FLAG, "Contoso"));
    FAILS(E_INVALIDARG, open_system(0, "MY"));
    FAILS(ERROR_NOT_SUPPORTED, open_system(CERT_SYSTEM_STORE_SERVICES, "MY"));
    FAILS(E_INVALIDARG, open_system(place, ""));
    FAILS(E_INVALIDARG, open_system(place, "a\\b"));
    FAILS(E_INVALIDARG, open_system(place, NULL));
    FAILS(ERROR_FILE_NOT_FOUND, CertOpenStore("NoSuch", 0, 0, 0, NULL));
    FAILS(ERROR_FILE_NOT_FOUND, CertOpenStore(CERT_STORE_PROV_LDAP, 0, 0, 0, NULL));
    FAILS(E_INVALIDARG, CertOpenStore(CERT_STORE_PROV_SERIALIZED, 0, 0, 0, NULL));
}

/* Properties are kept, and the archived ones are passed over. */
static void kept_properties(void **state)
{
    static const WCHAR machine_root[] = {'R', 'o', 'o', 't', '\\', '.', 'L', 'o', 'c', 'a',
                                         'l', 'M', 'a', 'c', 'h',  'i', 'n', 'e', 0};
    HCERTSTORE store = open_system(CERT_SYSTEM_STORE_LOCAL_MACHINE, "Root");
    CRYPT_DATA_BLOB nothing = {0, NULL}, text = {6, (BYTE[]){'h', 0, 'i', 0, 0, 0}};
    PCCERT_CONTEXT cert;
    BYTE data[8];
    DWORD size, state_word = 0;
    char name[8];

    (void)state;
    add(store, 1);
    add(store, 2);
    cert = must_find(store, 1);
    WORKS(CertSetCertificateContextProperty(cert, CERT_FRIENDLY_NAME_PROP_ID, 0, &text));
    WORKS(CertSetCertificateContextProperty(cert, CERT_ARCHIVED_PROP_ID, 0, &nothing));
    FAILS(E_INVALIDARG, CertSetCertificateContextProperty(cert, CERT_SHA1_HASH_PROP_ID, 0, &text));
    FAILS(E_INVALIDARG, CertSetCertificateContextProperty(cert, 0, 0, &text));
    CertFreeCertificateContext(cert);
    WORKS(CertCloseStore(store, CERT_CLOSE_STORE_CHECK_FLAG));
    store = CertOpenStore(CERT_STORE_PROV_PHYSICAL, 0, 0, CERT_SYSTEM_STORE_CURRENT_USER, machine_root);
    assert_non_null(store);
    assert_int_equal(count(store), 1);
    cert = must_find(store, 1);
    size = 5;
    FAILS(ERROR_MORE_DATA, CertGetCertificateContextProperty(cert, CERT_FRIENDLY_NAME_PROP_ID, data, &size));
    assert_int_equal(size, 6);
    size = sizeof data;
    WORKS(CertGetCertificateContextProperty(cert, CERT_FRIENDLY_NAME_PROP_ID, data, &size));
    assert_int_equal(size, 6);
    assert_memory_equal(data, text.pbData, 6);
    assert_int_equal(CertGetNameStringA(cert, CERT_NAME_FRIENDLY_DISPLAY_TYPE, 0, NULL, name, sizeof name), 3);
    assert_string_equal(name, "hi");
    size = sizeof state_word;
    WORKS(CertGetCertificateContextProperty(cert, CERT_ACCESS_STATE_PROP_ID, &state_word, &size));
    assert_int_equal(state_word, 7);
    assert_int_equal(CertEnumCertificateContextProperties(cert, 0), CERT_SHA1_HASH_PROP_ID);
    assert_int_equal(CertEnumCertificateContextProperties(cert, 3), CERT_FRIENDLY_NAME_PROP_ID);
    assert_int_equal(CertEnumCertificateContextProperties(cert, 11), CERT_ARCHIVED_PROP_ID);
    assert_int_equal(CertEnumCertificateContextProperties(cert, 19), 0);
    WORKS(CertSetCertificateContextProperty(cert, CERT_ARCHIVED_PROP_ID, 0, NULL));
    assert_int_equal(count(store), 2);
    CertFreeCertificateContext(cert);
    WORKS(CertCloseStore(store, CERT_CLOSE_STORE_CHECK_FLAG));
    store = open_system(CERT_SYSTEM_STORE_LOCAL_MACHINE | CERT_STORE_ENUM_ARCHIVED_FLAG, "Root");
    assert_int_equal(count(store), 2);
    WORKS(CertCloseStore(store, CERT_CLOSE_STORE_CHECK_FLAG));
}

static void saved(void **state, DWORD save_as, LPCSTR provider)
{
    HCERTSTORE store = memory(), read;
    struct plat_span crl = store_case_crl(1);
    static BYTE bytes[20000];
    CRYPT_DATA_BLOB blob = {0, NULL};
    const char *path = scratch_path(state, "saved");

    add(store, 1);
    add(store, 2);
    WORKS(CertAddEncodedCRLToStore(store, X509_ASN_ENCODING, crl.data, (DWORD)crl.size, CERT_STORE_ADD_NEW,
                                   NULL));
    WORKS(CertSaveStore(store, X509_ASN_ENCODING | PKCS_7_ASN_ENCODING, save_as, CERT_STORE_SAVE_TO_MEMORY,
                        &blob, 0));
    assert_in_range(blob.cbData, 1, sizeof bytes);
    blob.pbData = bytes;
    blob.cbData--;
    FAILS(ERROR_MORE_DATA, CertSaveStore(store, 0, save_as, CERT_STORE_SAVE_TO_MEMORY, &blob, 0));
    WORKS(CertSaveStore(store, 0, save_as, CERT_STORE_SAVE_TO_MEMORY, &blob, 0));
    read = CertOpenStore(provider, X509_ASN_ENCODING, 0, 0, &blob);
    assert_int_equal(count(read), 2);
    assert_int_equal(count_crls(read), 1);
    WORKS(CertCloseStore(read, CERT_CLOSE_STORE_CHECK_FLAG));
    blob.cbData /= 2;
    assert_null(CertOpenStore(provider, X509_ASN_ENCODING, 0, 0, &blob));
    char name[1024];
    snprintf(name, sizeof name, "%s", path);
    WORKS(CertSaveStore(store, 0, save_as, CERT_STORE_SAVE_TO_FILENAME_A, name, 0));
    read = CertOpenStore(CERT_STORE_PROV_FILENAME_A, 0, 0, CERT_FILE_STORE_COMMIT_ENABLE_FLAG, name);
    assert_int_equal(count(read), 2);
    add(read, 3);
    WORKS(CertCloseStore(read, CERT_CLOSE_STORE_CHECK_FLAG));
    read = CertOpenStore(CERT_STORE_PROV_FILENAME_A, 0, 0, CERT_STORE_READONLY_FLAG, name);
    assert_int_equal(count(read), 3);
    assert_int_equal(count_crls(read), 1);
    WORKS(CertCloseStore(read, 0));
    FAILS(E_INVALIDARG, CertSaveStore(store, 0, 9, CERT_STORE_SAVE_TO_MEMORY, &blob, 0));
    FAILS(ERROR_FILE_NOT_FOUND,
          CertOpenStore(CERT_STORE_PROV_FILENAME_A, 0, 0, 0, scratch_path(state, "none")));
    WORKS(CertCloseStore(store, 0));
}

static void save_as_store(void **state)
{
    saved(state, CERT_STORE_SAVE_AS_STORE, CERT_STORE_PROV_SERIALIZED);
}

static void save_as_pkcs7(void **state)
{
    saved(state, CERT_STORE_SAVE_AS_PKCS7, CERT_STORE_PROV_PKCS7);
}

static void serialized_elements(void **state)
{
    HCERTSTORE store = memory(), other = memory();
    BYTE bytes[4000];
    DWORD size = 0, type = 0;
    const void *context = NULL;

    (void)state;
    add(store, 1);
    PCCERT_CONTEXT cert = must_find(store, 1);
    WORKS(CertSetCertificateContextProperty(cert, CERT_DESCRIPTION_PROP_ID, 0,
                                            &(CRYPT_DATA_BLOB){2, (BYTE[]){0, 0}}));
    WORKS(CertSerializeCertificateStoreElement(cert, 0, NULL, &size));
    assert_in_range(size, cert->cbCertEncoded + 12, sizeof bytes);
    WORKS(CertSerializeCertificateStoreElement(cert, 0, bytes, &size));
    CertFreeCertificateContext(cert);
    FAILS(E_INVALIDARG, CertAddSerializedElementToStore(other, bytes, size, CERT_STORE_ADD_NEW, 0,
                                                        CERT_STORE_CRL_CONTEXT_FLAG, &type, NULL));
    FAILS(CRYPT_E_FILE_ERROR, CertAddSerializedElementToStore(other, bytes, size - 1, CERT_STORE_ADD_NEW, 0,
                                                              CERT_STORE_ALL_CONTEXT_FLAG, &type, NULL));
    WORKS(CertAddSerializedElementToStore(other, bytes, size, CERT_STORE_ADD_NEW, 0,
                                          CERT_STORE_ALL_CONTEXT_FLAG, &type, &context));
    assert_int_equal(type, CERT_STORE_CERTIFICATE_CONTEXT);
    size = 0;
    WORKS(CertGetCertificateContextProperty(context, CERT_DESCRIPTION_PROP_ID, NULL, &size));
    CertFreeCertificateContext(context);
    WORKS(CertCloseStore(store, CERT_CLOSE_STORE_CHECK_FLAG));
    WORKS(CertCloseStore(other, CERT_CLOSE_STORE_CHECK_FLAG));
}

static void crls(void **state)
{
    HCERTSTORE store = open_system(CERT_SYSTEM_STORE_LOCAL_MACHINE, "CA");
    struct plat_span der = store_case_crl(1);
    PCCRL_CONTEXT crl = CertCreateCRLContext(X509_ASN_ENCODING, der.data, (DWORD)der.size), found;
    FILETIME early = {0, 0};
    BYTE hash[CERT_THUMBPRINT_SIZE], bytes[1000];
    DWORD size = sizeof hash, type = 0;
    const void *alone = NULL;

    (void)state;
    assert_non_null(crl);
    assert_int_equal(crl->pCrlInfo->dwVersion, CRL_V2);
    assert_string_equal(crl->pCrlInfo->SignatureAlgorithm.pszObjId, szOID_ECDSA_SHA256);
    assert_int_equal(CertVerifyCRLTimeValidity(&early, crl->pCrlInfo), -1);
    assert_int_equal(CertVerifyCRLTimeValidity(&crl->pCrlInfo->NextUpdate, crl->pCrlInfo), 0);
    WORKS(CertSetCRLContextProperty(crl, CERT_DESCRIPTION_PROP_ID, 0, &(CRYPT_DATA_BLOB){2, (BYTE[]){0, 0}}));
    assert_int_equal(CertEnumCRLContextProperties(crl, CERT_SHA1_HASH_PROP_ID), CERT_DESCRIPTION_PROP_ID);
    WORKS(CertGetCRLContextProperty(crl, CERT_SHA1_HASH_PROP_ID, hash, &size));
    assert_memory_equal(hash, store_case_thumbprint(der), sizeof hash);
    size = sizeof bytes;
    WORKS(CertSerializeCRLStoreElement(crl, 0, bytes, &size));
    WORKS(
        CertAddSerializedElementToStore(NULL, bytes, size, 0, 0, CERT_STORE_CRL_CONTEXT_FLAG, &type, &alone));
    assert_int_equal(type, CERT_STORE_CRL_CONTEXT);
    FAILS(CRYPT_E_NOT_FOUND, CertDeleteCRLFromStore(CertDuplicateCRLContext(alone)));
    WORKS(CertGetCRLContextProperty(alone, CERT_DESCRIPTION_PROP_ID, NULL, &size));
    CertFreeCRLContext(alone);
    WORKS(CertAddCRLContextToStore(store, crl, CERT_STORE_ADD_NEW, NULL));
    FAILS(CRYPT_E_EXISTS, CertAddCRLContextToStore(store, crl, CERT_STORE_ADD_NEW, NULL));
    der = store_case_crl(2);
    WORKS(CertAddEncodedCRLToStore(store, X509_ASN_ENCODING, der.data, (DWORD)der.size, CERT_STORE_ADD_NEW,
                                   NULL));
    assert_int_equal(count_crls(store), 2);
    found = CertFindCRLInStore(store, X509_ASN_ENCODING, 0, CRL_FIND_EXISTING, crl, NULL);
    assert_non_null(found);
    assert_memory_equal(found->pbCrlEncoded, crl->pbCrlEncoded, crl->cbCrlEncoded);
    FAILS(CRYPT_E_NOT_FOUND, CertFindCRLInStore(store, X509_ASN_ENCODING, 0, CRL_FIND_EXISTING, crl, found));
    found = CertFindCRLInStore(store, X509_ASN_ENCODING, 0, CRL_FIND_ANY, NULL, NULL);
    WORKS(CertDeleteCRLFromStore(found));
    WORKS(CertControlStore(store, 0, CERT_STORE_CTRL_RESYNC, NULL));
    assert_int_equal(count_crls(store), 1);
    CertFreeCRLContext(crl);
    WORKS(CertCloseStore(store, CERT_CLOSE_STORE_CHECK_FLAG));
}

/* A key comes in with its certificate, and is then found for it. */
static void pfx_files(void **state)
{
    static const WCHAR right[] = {'p', 'w', 0}, wrong[] = {'P', 'W', 0};
    struct plat_buffer der, key_der, file;
    struct maker_key own;
    struct cert_key *key = NULL;
    union {
        CRYPT_KEY_PROV_INFO info;
        BYTE bytes[400];
    } room;
    DWORD size = 0;

    (void)state;
    plat_buffer_init(&der, 100000);
    plat_buffer_init(&key_der, 100000);
    plat_buffer_init(&file, 100000);
    maker_key(&own, CERT_KEY_EC_P256, 0);
    struct cert cert =
        maker_parse(&(struct maker_cert){.subject = "Alice", .key = &own, .signer = &own}, &der);
    maker_key_der(&own, true, &key_der);
    assert_int_equal(cert_key_parse(plat_span_of(key_der.data, key_der.size), &key, NULL), ERROR_SUCCESS);
    const struct cert_pfx_content content = {.cert = &cert, .key = key, .friendly_name = "card"};
    assert_int_equal(cert_pfx_write(&content, "pw", CERT_PFX_AES256_SHA256, &file), ERROR_SUCCESS);
    cert_key_free(key);
    CRYPT_DATA_BLOB blob = {(DWORD)file.size, file.data}, none = {(DWORD)der.size, der.data};

    WORKS(PFXIsPFXBlob(&blob));
    assert_false(PFXIsPFXBlob(&none));
    WORKS(PFXVerifyPassword(&blob, right, 0));
    FAILS(ERROR_INVALID_PASSWORD, PFXVerifyPassword(&blob, wrong, 0));
    FAILS(ERROR_INVALID_PASSWORD, PFXImportCertStore(&blob, wrong, 0));
    FAILS(CRYPT_E_BAD_ENCODE, PFXImportCertStore(&none, right, 0));
    HCERTSTORE store = PFXImportCertStore(&blob, right, PKCS12_NO_PERSIST_KEY);
    assert_int_equal(count(store), 1);
    FAILS(CRYPT_E_NOT_FOUND, CertFindCertificateInStore(store, 1, 0, CERT_FIND_HAS_PRIVATE_KEY, NULL, NULL));
    WORKS(CertCloseStore(store, CERT_CLOSE_STORE_CHECK_FLAG));
    store = PFXImportCertStore(&blob, right, 0);
    PCCERT_CONTEXT found = CertFindCertificateInStore(store, 1, 0, CERT_FIND_HAS_PRIVATE_KEY, NULL, NULL);
    assert_non_null(found);
    WORKS(CertGetCertificateContextProperty(found, CERT_KEY_PROV_INFO_PROP_ID, NULL, &size));
    assert_in_range(size, sizeof room.info, sizeof room);
    WORKS(CertGetCertificateContextProperty(found, CERT_KEY_PROV_INFO_PROP_ID, &room, &size));
    assert_int_equal(room.info.dwKeySpec, AT_KEYEXCHANGE);
    assert_int_equal(room.info.pwszProvName[0], 'C');
    assert_int_equal(room.info.pwszContainerName[64], 0);
    FAILS(CRYPT_E_NOT_FOUND, CertFindCertificateInStore(store, 1, 0, CERT_FIND_HAS_PRIVATE_KEY, NULL, found));
    WORKS(CertCloseStore(store, CERT_CLOSE_STORE_CHECK_FLAG));
    plat_buffer_free(&der);
    plat_buffer_free(&key_der);
    plat_buffer_free(&file);
}

#define THREADS 4
#define ROUNDS 200
static struct plat_span thread_certs[THREADS];

struct worker {
    HCERTSTORE store;
    unsigned number;
    unsigned wrong;
};

/* Its own certificate comes and goes while the others walk past it, and over theirs. */
static void work(void *context)
{
    struct worker *worker = context;
    struct plat_span der = thread_certs[worker->number];

    for (unsigned i = 0; i < ROUNDS; i++) {
        PCCERT_CONTEXT own = NULL, other = NULL;

        worker->wrong += !CertAddEncodedCertificateToStore(worker->store, X509_ASN_ENCODING, der.data,
                                                           (DWORD)der.size, CERT_STORE_ADD_NEW, &own);
        while ((other = CertEnumCertificatesInStore(worker->store, other)) != NULL)
            worker->wrong += other->pCertInfo->SerialNumber.cbData != 3;
        worker->wrong += !CertDeleteCertificateFromStore(own);
    }
}

static void many_threads(void **state)
{
    struct plat_thread *threads[THREADS];
    struct worker workers[THREADS];
    struct plat_buffer ders[THREADS];
    HCERTSTORE store = memory();

    (void)state;
    for (unsigned i = 0; i < THREADS; i++) {
        struct plat_span der = store_case_cert(i);

        plat_buffer_init(&ders[i], der.size);
        plat_buffer_append(&ders[i], der.data, der.size);
        thread_certs[i] = plat_span_of(ders[i].data, ders[i].size);
        workers[i] = (struct worker){store, i, 0};
    }
    for (unsigned i = 0; i < THREADS; i++)
        assert_int_equal(plat_thread_start("worker", 256U * 1024U, work, &workers[i], &threads[i]),
                         ERROR_SUCCESS);
    for (unsigned i = 0; i < THREADS; i++) {
        plat_thread_join(threads[i]);
        assert_int_equal(workers[i].wrong, 0);
        plat_buffer_free(&ders[i]);
    }
    assert_int_equal(count(store), 0);
    WORKS(CertCloseStore(store, CERT_CLOSE_STORE_CHECK_FLAG));
}

/* A registry that another one has taken the place of is not written to. */
static void left_registry(void **state)
{
    HCERTSTORE store = open_system(CERT_SYSTEM_STORE_LOCAL_MACHINE, "CA");

    add(store, 1);
    assert_int_equal(reg_win32_use(scratch_path(state, "other.db")), ERROR_SUCCESS);
    struct plat_span der = store_case_cert(2);
    FAILS(ERROR_INVALID_HANDLE, CertAddEncodedCertificateToStore(store, X509_ASN_ENCODING, der.data,
                                                                 (DWORD)der.size, CERT_STORE_ADD_NEW, NULL));
    assert_int_equal(count(store), 1);
    WORKS(CertCloseStore(store, 0));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(dispositions, setup, teardown),
        cmocka_unit_test_setup_teardown(newer_replaces, setup, teardown),
        cmocka_unit_test_setup_teardown(delete_all, setup, teardown),
        cmocka_unit_test_setup_teardown(counting, setup, teardown),
        cmocka_unit_test_setup_teardown(forced, setup, teardown),
        cmocka_unit_test_setup_teardown(none_of_ours, setup, teardown),
        cmocka_unit_test_setup_teardown(collections, setup, teardown),
        cmocka_unit_test_setup_teardown(deep_collections, setup, teardown),
        cmocka_unit_test_setup_teardown(system_stores, setup, teardown),
        cmocka_unit_test_setup_teardown(opening_flags, setup, teardown),
        cmocka_unit_test_setup_teardown(kept_properties, setup, teardown),
        cmocka_unit_test_setup_teardown(save_as_store, setup, teardown),
        cmocka_unit_test_setup_teardown(save_as_pkcs7, setup, teardown),
        cmocka_unit_test_setup_teardown(serialized_elements, setup, teardown),
        cmocka_unit_test_setup_teardown(crls, setup, teardown),
        cmocka_unit_test_setup_teardown(many_threads, setup, teardown),
        cmocka_unit_test_setup_teardown(pfx_files, setup, teardown),
        cmocka_unit_test_setup_teardown(left_registry, setup, teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
