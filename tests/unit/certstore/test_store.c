/* SPDX-License-Identifier: Apache-2.0 */
/* Entries of stores: added, put, had, loaded, removed, damaged. */
#include "store_case.h"

#include "platform/fake.h"

#include <stdio.h>
#include <string.h>

#define FRIENDLY "0b000000 01000000 04000000 7800 0000"
#define UNKNOWN "77000000 01000000 07000000 'unknown'"
#define SOME_ROOT "Comm\\Security\\SystemCertificates\\ROOT"
#define DISALLOWED "Comm\\Security\\SystemCertificates\\Disallowed"

static struct plat_buffer bytes, text;

static int setup(void **state)
{
    plat_buffer_init(&bytes, 1024U * 1024U);
    plat_buffer_init(&text, 1024U * 1024U);
    return store_case_setup(state);
}

static int teardown(void **state)
{
    plat_buffer_free(&bytes);
    plat_buffer_free(&text);
    return store_case_teardown(state);
}

/* The properties of the entry are these, behind the SHA-1 one. */
static void expect_properties(struct reg_db *db, const char *store, enum cert_blob_kind kind,
                              struct plat_span content, const char *wanted)
{
    struct cert_blob blob;
    assert_int_equal(
        cert_store_get(db, CERT_LOCAL_MACHINE, store, kind, store_case_thumbprint(content), &bytes, &blob),
        ERROR_SUCCESS);
    assert_int_equal(blob.kind, kind);
    assert_true(plat_span_equal(blob.content, content));
    struct plat_span properties = maker_der(wanted, &text);
    assert_int_equal(blob.properties.size, 32 + properties.size);
    assert_true(plat_span_equal(plat_span_of(blob.properties.data + 32, properties.size), properties));
}

static void add_load_remove(void **state)
{
    struct store_case_load load;
    bool existed = true;
    struct reg_db *db = store_case_open(state, "add.db");
    store_case_load(db, CERT_LOCAL_MACHINE, "ROOT", NULL, &load); /* nothing there yet */
    assert_int_equal(cert_set_count(load.set), 0);
    store_case_unload(&load);

    struct plat_span der = store_case_cert(1);
    const uint8_t *thumbprint = store_case_thumbprint(der);
    assert_int_equal(cert_store_add(db, CERT_LOCAL_MACHINE, "root", der, &existed), ERROR_SUCCESS);
    assert_false(existed);
    expect_properties(db, "ROOT", CERT_BLOB_CERTIFICATE, der, "");
    store_case_load(db, CERT_LOCAL_MACHINE, "Root", NULL, &load);
    assert_int_equal(cert_set_count(load.set), 1);
    assert_true(plat_span_equal(cert_set_at(load.set, 0)->der, der));
    assert_int_equal(load.problems, 0);
    store_case_unload(&load);

    const enum cert_blob_kind kind = CERT_BLOB_CERTIFICATE;
    assert_int_equal(cert_store_remove(db, CERT_LOCAL_MACHINE, "CA", kind, thumbprint), CRYPT_E_NOT_FOUND);
    assert_int_equal(cert_store_remove(db, CERT_CURRENT_USER, "ROOT", kind, thumbprint), CRYPT_E_NOT_FOUND);
    assert_int_equal(cert_store_remove(db, CERT_LOCAL_MACHINE, "ROOT", CERT_BLOB_CRL, thumbprint),
                     CRYPT_E_NOT_FOUND);
    assert_int_equal(cert_store_remove(db, CERT_LOCAL_MACHINE, "ROOT", CERT_BLOB_CTL, thumbprint),
                     ERROR_INVALID_PARAMETER);
    assert_int_equal(cert_store_remove(db, CERT_LOCAL_MACHINE, "ROOT", kind, thumbprint), ERROR_SUCCESS);
    assert_int_equal(cert_store_remove(db, CERT_LOCAL_MACHINE, "ROOT", kind, thumbprint), CRYPT_E_NOT_FOUND);
    assert_int_equal(store_case_count(db, CERT_LOCAL_MACHINE, "ROOT"), 0);
    reg_db_close(db);
}

static void refused(void **state)
{
    static const char *const names[] = {"", "ROOT\\x", "\\", "\xff"};
    struct reg_db *db = store_case_open(state, "refused.db");
    struct plat_span der = store_case_cert(2);
    struct cert_blob blob;
    char long_name[258];
    memset(long_name, 'n', sizeof long_name);
    long_name[255] = '\0';
    assert_true(cert_store_name_valid(long_name));
    assert_int_equal(cert_store_add(db, CERT_LOCAL_MACHINE, long_name, der, NULL), ERROR_SUCCESS);
    assert_int_equal(store_case_count(db, CERT_LOCAL_MACHINE, long_name), 1);
    long_name[255] = 'n';
    long_name[256] = '\0';
    for (size_t i = 0; i <= ELEMENTS(names); i++) {
        const char *name = i < ELEMENTS(names) ? names[i] : long_name;
        const uint8_t *thumbprint = store_case_thumbprint(der);
        const enum cert_blob_kind kind = CERT_BLOB_CERTIFICATE;
        struct cert_set *set;
        assert_int_equal(cert_set_create(&set), ERROR_SUCCESS);
        assert_false(cert_store_name_valid(name));
        assert_int_equal(cert_store_add(db, CERT_LOCAL_MACHINE, name, der, NULL), ERROR_INVALID_NAME);
        assert_int_equal(cert_store_load(db, CERT_LOCAL_MACHINE, name, set, NULL, NULL), ERROR_INVALID_NAME);
        assert_int_equal(cert_store_remove(db, CERT_LOCAL_MACHINE, name, kind, thumbprint),
                         ERROR_INVALID_NAME);
        assert_int_equal(cert_store_get(db, CERT_LOCAL_MACHINE, name, kind, thumbprint, &bytes, &blob),
                         ERROR_INVALID_NAME);
        cert_set_free(set);
    }
    const struct plat_span empty = plat_span_of("\x30\x00", 2);
    assert_int_not_equal(cert_store_add(db, CERT_LOCAL_MACHINE, "ROOT", empty, NULL), ERROR_SUCCESS);
    static const enum cert_blob_kind kinds[] = {CERT_BLOB_CERTIFICATE, CERT_BLOB_CRL, CERT_BLOB_CTL};
    for (size_t i = 0; i < ELEMENTS(kinds); i++) {
        blob = (struct cert_blob){.kind = kinds[i], .content = empty};
        assert_int_not_equal(cert_store_put(db, CERT_LOCAL_MACHINE, "ROOT", &blob, NULL), ERROR_SUCCESS);
    }
    /* Properties that are no whole elements. */
    blob = (struct cert_blob){.kind = CERT_BLOB_CERTIFICATE, .content = der, .properties = empty};
    assert_int_equal(cert_store_put(db, CERT_LOCAL_MACHINE, "ROOT", &blob, NULL), ERROR_INVALID_DATA);
    assert_int_equal(store_case_count(db, CERT_LOCAL_MACHINE, "ROOT"), 0);
    reg_db_close(db);
}

/* What somebody else wrote beside the certificate is still there after it is added again; put replaces it. */
static void properties_survive(void **state)
{
    bool existed = false;
    struct reg_db *db = store_case_open(state, "properties.db");
    struct plat_span der = store_case_cert(3);
    store_case_plant_blob(db, REG_HKLM, SOME_ROOT, CERT_BLOB_CERTIFICATE, der, UNKNOWN FRIENDLY);
    char path[200];
    snprintf(path, sizeof path, SOME_ROOT "\\Certificates\\%s", store_case_thumbprint_text(der));
    store_case_plant(db, REG_HKLM, path, "Other", REG_BINARY, plat_span_of("kept", 4));
    assert_int_equal(cert_store_add(db, CERT_LOCAL_MACHINE, "ROOT", der, &existed), ERROR_SUCCESS);
    assert_true(existed);
    expect_properties(db, "ROOT", CERT_BLOB_CERTIFICATE, der, UNKNOWN FRIENDLY);
    struct store_case_load load;
    store_case_load(db, CERT_LOCAL_MACHINE, "ROOT", NULL, &load);
    struct plat_span value;
    assert_true(cert_property_find(cert_set_properties(load.set, cert_set_at(load.set, 0)), 0x77, &value));
    assert_int_equal(value.size, 7);
    store_case_unload(&load);

    struct plat_buffer properties;
    plat_buffer_init(&properties, 1000);
    const struct cert_blob put = {
        .kind = CERT_BLOB_CERTIFICATE, .content = der, .properties = maker_der(FRIENDLY, &properties)};
    assert_int_equal(cert_store_put(db, CERT_LOCAL_MACHINE, "ROOT", &put, &existed), ERROR_SUCCESS);
    assert_true(existed);
    expect_properties(db, "ROOT", CERT_BLOB_CERTIFICATE, der, FRIENDLY);
    reg_key key;
    assert_int_equal(reg_key_open(db, REG_HKLM, path, &key), ERROR_SUCCESS);
    plat_buffer_clear(&bytes);
    assert_int_equal(reg_value_get(db, key, "Other", NULL, &bytes), ERROR_SUCCESS);
    plat_buffer_free(&properties);
    reg_db_close(db);
}

static void crls(void **state)
{
    bool existed = true;
    struct store_case_load load;
    struct reg_db *db = store_case_open(state, "crls.db");
    struct plat_span crl = store_case_crl(1);
    struct cert_blob blob = {.kind = CERT_BLOB_CRL, .content = crl};
    assert_int_equal(cert_store_put(db, CERT_LOCAL_MACHINE, "CA", &blob, &existed), ERROR_SUCCESS);
    assert_false(existed);
    expect_properties(db, "CA", CERT_BLOB_CRL, crl, "");
    store_case_plant_blob(db, REG_HKLM, "comm\\security\\systemcertificates\\ca", CERT_BLOB_CRL,
                          store_case_crl(2), UNKNOWN);
    store_case_load(db, CERT_LOCAL_MACHINE, "CA", NULL, &load);
    assert_int_equal(cert_set_count(load.set), 0);
    assert_int_equal(cert_crl_set_count(load.crls), 2);
    assert_int_equal(load.problems, 0);
    const struct cert_crl *second =
        cert_crl_set_find_thumbprint(load.crls, store_case_thumbprint(store_case_crl(2)));
    assert_non_null(second);
    assert_int_equal(cert_crl_set_properties(load.crls, second).size, 32 + 19);
    store_case_unload(&load);
    /* A CRL among the certificates is none, and the other way round. */
    struct plat_span one = store_case_crl(1);
    char path[200];
    snprintf(path, sizeof path, SOME_ROOT "\\Certificates\\%s", store_case_thumbprint_text(one));
    plat_buffer_clear(&bytes);
    cert_blob_write(&bytes, &(struct cert_blob){.kind = CERT_BLOB_CRL, .content = one});
    store_case_plant(db, REG_HKLM, path, "Blob", REG_BINARY, plat_span_of(bytes.data, bytes.size));
    store_case_load(db, CERT_LOCAL_MACHINE, "ROOT", NULL, &load);
    assert_int_equal(cert_set_count(load.set), 0);
    assert_int_equal(load.problems, 1);
    assert_non_null(strstr(load.last, "another kind"));
    store_case_unload(&load);
    assert_int_equal(cert_store_remove(db, CERT_LOCAL_MACHINE, "CA", CERT_BLOB_CRL,
                                       store_case_thumbprint(store_case_crl(1))),
                     ERROR_SUCCESS);
    reg_db_close(db);
}

static void plant(struct reg_db *db, const char *name, uint32_t type, struct plat_span data)
{
    char path[200];
    snprintf(path, sizeof path, "COMM\\security\\SystemCertificates\\root\\Certificates\\%s", name);
    store_case_plant(db, REG_HKLM, path, "Blob", type, data);
}

/* A damaged root is no root: each one is left out and told, the others are there. */
static void damaged_entries(void **state)
{
    static const char wrong_name[] = "0000000000000000000000000000000000000000";
    struct store_case_load load;
    struct cert_blob blob;
    struct reg_db *db = store_case_open(state, "damaged.db");
    assert_int_equal(cert_store_add(db, CERT_LOCAL_MACHINE, "ROOT", store_case_cert(4), NULL), ERROR_SUCCESS);
    plat_buffer_clear(&bytes);
    cert_blob_write(&bytes, &(struct cert_blob){.kind = CERT_BLOB_CERTIFICATE, .content = store_case_cert(5)});
    plant(db, wrong_name, REG_BINARY, plat_span_of(bytes.data, bytes.size)); /* another certificate's name */
    plant(db, "no thumbprint", REG_BINARY, plat_span_of(bytes.data, bytes.size));
    char spaced[CERT_THUMBPRINT_TEXT_SIZE + 1] = " "; /* the right one, but not where it is looked for */
    strcat(spaced, store_case_thumbprint_text(store_case_cert(5)));
    plant(db, spaced, REG_BINARY, plat_span_of(bytes.data, bytes.size));
    plant(db, "1111111111111111111111111111111111111111", REG_SZ, plat_span_of("a\0\0\0", 4));
    plant(db, "2222222222222222222222222222222222222222", REG_BINARY, plat_span_of("\x20\0\0\0", 4));
    plant(db, "3333333333333333333333333333333333333333", REG_BINARY, (struct plat_span){0});
    store_case_plant_blob(db, REG_HKLM, SOME_ROOT, CERT_BLOB_CERTIFICATE, plat_span_of("\x30\x00", 2), "");
    store_case_load(db, CERT_LOCAL_MACHINE, "ROOT", NULL, &load);
    assert_int_equal(cert_set_count(load.set), 1);
    assert_int_equal(load.problems, 7);
    assert_non_null(strstr(load.last, "ROOT"));
    store_case_unload(&load);
    assert_int_equal(store_case_count(db, CERT_LOCAL_MACHINE, "ROOT"), 1); /* nobody listens */
    static const uint8_t zeros[CERT_THUMBPRINT_SIZE];
    assert_int_equal(
        cert_store_get(db, CERT_LOCAL_MACHINE, "ROOT", CERT_BLOB_CERTIFICATE, zeros, &bytes, &blob),
        ERROR_INVALID_DATA);
    assert_null(blob.content.data);
    assert_int_equal(cert_store_get(db, CERT_LOCAL_MACHINE, "CA", CERT_BLOB_CERTIFICATE, zeros, &bytes, &blob),
                     CRYPT_E_NOT_FOUND);
    /* Adding a certificate over its damaged entry repairs it. */
    struct plat_span der = store_case_cert(6);
    plant(db, store_case_thumbprint_text(der), REG_BINARY, plat_span_of("\x20\0\0\0", 4));
    assert_int_equal(cert_store_add(db, CERT_LOCAL_MACHINE, "ROOT", der, NULL), ERROR_SUCCESS);
    expect_properties(db, "ROOT", CERT_BLOB_CERTIFICATE, der, "");
    /* And over another's: whose properties are not its. */
    plat_buffer_clear(&bytes);
    struct plat_buffer properties;
    plat_buffer_init(&properties, 1000);
    cert_blob_write(&bytes, &(struct cert_blob){.kind = CERT_BLOB_CERTIFICATE,
                                                .content = store_case_cert(5),
                                                .properties = maker_der(FRIENDLY, &properties)});
    plat_buffer_free(&properties);
    der = store_case_cert(7);
    plant(db, store_case_thumbprint_text(der), REG_BINARY, plat_span_of(bytes.data, bytes.size));
    assert_int_equal(cert_store_add(db, CERT_LOCAL_MACHINE, "ROOT", der, NULL), ERROR_SUCCESS);
    expect_properties(db, "ROOT", CERT_BLOB_CERTIFICATE, der, "");
    reg_db_close(db);
}

/* A list of who is distrusted must not be lost in silence. */
static void trust_lists(void **state)
{
    struct store_case_load load;
    struct reg_db *db = store_case_open(state, "ctl.db");
    store_case_plant(db, REG_HKLM, DISALLOWED "\\CTLs", "", 0, (struct plat_span){0}); /* as Windows has it */
    store_case_load(db, CERT_LOCAL_MACHINE, "Disallowed", NULL, &load);
    assert_int_equal(load.problems, 0);
    store_case_unload(&load);
    store_case_plant(db, REG_HKLM, DISALLOWED "\\CTLs\\1111111111111111111111111111111111111111", "Blob",
                     REG_BINARY, plat_span_of("\x22\0\0\0\1\0\0\0\0\0\0\0", 12));
    store_case_load(db, CERT_LOCAL_MACHINE, "Disallowed", NULL, &load);
    assert_int_equal(load.problems, 1);
    assert_non_null(strstr(load.last, "CTL 1111"));
    store_case_unload(&load);
    reg_db_close(db);
}

static void count_it(void *context, const char *line)
{
    assert_int_not_equal(strlen(line), 0);
    ++*(unsigned *)context;
}

static void count_ten(void *context, const char *line)
{
    assert_non_null(strstr(line, "CRL"));
    *(unsigned *)context += 10;
}

/* Who must know of CRLs that are missing hears of them apart. */
static void damaged_lists(void **state)
{
    static const char list[] = SOME_ROOT "\\CRLs\\1111111111111111111111111111111111111111";
    struct reg_db *db = store_case_open(state, "lists.db");
    unsigned heard = 0;
    struct cert_set *set;
    struct cert_crl_set *lists;
    struct cert_store_reader reader = {.problem = count_it, .crl_problem = count_ten, .context = &heard};
    plant(db, "3333333333333333333333333333333333333333", REG_BINARY, (struct plat_span){0});
    store_case_plant(db, REG_HKLM, list, "Blob", REG_BINARY, plat_span_of("\x21\0\0\0", 4));
    store_case_plant_blob(db, REG_HKLM, SOME_ROOT, CERT_BLOB_CRL, plat_span_of("\x30\x00", 2), "");
    assert_int_equal(cert_set_create(&set), ERROR_SUCCESS);
    assert_int_equal(cert_crl_set_create(&lists), ERROR_SUCCESS);
    assert_int_equal(cert_store_load(db, CERT_LOCAL_MACHINE, "ROOT", set, lists, &reader), ERROR_SUCCESS);
    assert_int_equal(heard, 21);
    reader.crl_problem = NULL;
    assert_int_equal(cert_store_load(db, CERT_LOCAL_MACHINE, "ROOT", set, lists, &reader), ERROR_SUCCESS);
    assert_int_equal(heard, 24);
    assert_int_equal(cert_store_load(db, CERT_LOCAL_MACHINE, "ROOT", set, NULL, &reader), ERROR_SUCCESS);
    assert_int_equal(heard, 25); /* CRLs are not read */
    cert_set_free(set);
    cert_crl_set_free(lists);
    reg_db_close(db);
}

/*
 * Each allocation fails once: the load succeeds whole or fails; it never leaves a certificate out in
 * silence.
 */
static void no_memory(void **state)
{
    unsigned failures = 1;
    struct reg_db *db = store_case_open(state, "memory.db");
    assert_int_equal(cert_store_add(db, CERT_LOCAL_MACHINE, "ROOT", store_case_cert(7), NULL), ERROR_SUCCESS);
    assert_int_equal(cert_store_add(db, CERT_LOCAL_MACHINE, "ROOT", store_case_cert(8), NULL), ERROR_SUCCESS);
    store_case_plant_blob(db, REG_HKLM, SOME_ROOT, CERT_BLOB_CRL, store_case_crl(1), UNKNOWN);
    for (unsigned nth = 1; failures != 0; nth++) {
        struct cert_set *set;
        struct cert_crl_set *lists;
        assert_int_equal(cert_set_create(&set), ERROR_SUCCESS);
        assert_int_equal(cert_crl_set_create(&lists), ERROR_SUCCESS);
        plat_fake_memory_fail(nth, false);
        win_error error = cert_store_load(db, CERT_LOCAL_MACHINE, "ROOT", set, lists, NULL);
        failures = plat_fake_memory_failures();
        plat_fake_memory_fail(0, false);
        if (error == ERROR_SUCCESS) {
            assert_int_equal(cert_set_count(set), 2);
            assert_int_equal(cert_crl_set_count(lists), 1);
        } else {
            assert_int_equal(error, ERROR_NOT_ENOUGH_MEMORY);
        }
        cert_set_free(set);
        cert_crl_set_free(lists);
        assert_true(nth < 1000);
    }
    reg_db_close(db);
}

/* And a change is made whole, or not at all. */
static void no_memory_to_change(void **state)
{
    unsigned failures = 1;
    struct reg_db *db = store_case_open(state, "change.db");
    struct plat_span der = store_case_cert(9);
    store_case_plant_blob(db, REG_HKLM, SOME_ROOT, CERT_BLOB_CERTIFICATE, der, UNKNOWN);
    for (unsigned nth = 1; failures != 0; nth++) {
        plat_fake_memory_fail(nth, false);
        win_error error = cert_store_add(db, CERT_LOCAL_MACHINE, "ROOT", der, NULL);
        failures = plat_fake_memory_failures();
        plat_fake_memory_fail(0, false);
        assert_true(error == ERROR_SUCCESS || error == ERROR_NOT_ENOUGH_MEMORY);
        expect_properties(db, "ROOT", CERT_BLOB_CERTIFICATE, der, UNKNOWN);
        assert_true(nth < 1000);
    }
    reg_db_close(db);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(add_load_remove),     cmocka_unit_test(refused),
        cmocka_unit_test(properties_survive),  cmocka_unit_test(crls),
        cmocka_unit_test(damaged_entries),     cmocka_unit_test(trust_lists),
        cmocka_unit_test(damaged_lists),       cmocka_unit_test(no_memory),
        cmocka_unit_test(no_memory_to_change),
    };
    return cmocka_run_group_tests_name("certstore.store", tests, setup, teardown);
}
