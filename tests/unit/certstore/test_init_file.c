/* SPDX-License-Identifier: Apache-2.0 */
/* InitFile: certificates of a .p7b under the root of CE paths. */
#include "store_case.h"

#include "certstore/file.h"
#include "certstore/pkcs7.h"
#include "platform/fake.h"
#include "unit/platform/scratch.h"

#include <stdio.h>
#include <string.h>

#define SOME_ROOT "Comm\\Security\\SystemCertificates\\Root"

static struct plat_buffer items, lists, file;

static int setup(void **state)
{
    plat_buffer_init(&items, 1024U * 1024U);
    plat_buffer_init(&lists, 1024U * 1024U);
    plat_buffer_init(&file, 8U * 1024U * 1024U);
    return store_case_setup(state);
}

static int teardown(void **state)
{
    plat_buffer_free(&items);
    plat_buffer_free(&lists);
    plat_buffer_free(&file);
    return store_case_teardown(state);
}

static struct plat_span span_of(const struct plat_buffer *buffer)
{
    return plat_span_of(buffer->data, buffer->size);
}

/* Certificates 1 and 2, something that is none, and CRL 1. */
static void make_file(void)
{
    struct plat_span item;
    plat_buffer_clear(&items);
    plat_buffer_clear(&lists);
    plat_buffer_clear(&file);
    for (unsigned i = 1; i <= 2; i++) {
        item = store_case_cert(i);
        plat_buffer_append(&items, item.data, item.size);
    }
    plat_buffer_append(&items, "\x30\x00", 2);
    item = store_case_crl(1);
    plat_buffer_append(&lists, item.data, item.size);
    cert_pkcs7_write(&file, span_of(&items), span_of(&lists));
    assert_int_equal(file.failed, ERROR_SUCCESS);
}

static void write_file(void **state, const char *name, struct plat_span bytes)
{
    assert_int_equal(plat_file_write_atomic(scratch_path(state, name), bytes.data, bytes.size, 0644),
                     ERROR_SUCCESS);
}

static struct plat_root *open_root(void **state)
{
    struct plat_root *root;
    assert_int_equal(plat_root_open(scratch_path(state, ""), &root), ERROR_SUCCESS);
    return root;
}

static void set_init_file(struct reg_db *db, const char *path)
{
    reg_key key;
    assert_int_equal(reg_key_create(db, REG_HKLM, SOME_ROOT, 0, &key, NULL), ERROR_SUCCESS);
    assert_int_equal(reg_set_string(db, key, "InitFile", path), ERROR_SUCCESS);
}

static void brings_its_certificates(void **state)
{
    struct store_case_load load;
    struct reg_db *db = store_case_open(state, "brings.db");
    struct plat_root *root = open_root(state);
    make_file();
    write_file(state, "sysroots.p7b", span_of(&file));
    set_init_file(db, "\\SysRoots.P7B");
    assert_int_equal(cert_store_add(db, CERT_LOCAL_MACHINE, "ROOT", store_case_cert(2), NULL), ERROR_SUCCESS);
    assert_int_equal(cert_store_add(db, CERT_LOCAL_MACHINE, "ROOT", store_case_cert(3), NULL), ERROR_SUCCESS);
    store_case_load(db, CERT_LOCAL_MACHINE, "ROOT", root, &load);
    assert_int_equal(cert_set_count(load.set), 3);
    assert_int_equal(cert_crl_set_count(load.crls), 1);
    assert_int_equal(load.problems, 1); /* the one that is none */
    assert_non_null(strstr(load.last, "a certificate in the InitFile of store ROOT is left out"));
    assert_non_null(strstr(load.notes, "\\SysRoots.P7B holds 3 certificates and 1 CRLs"));
    store_case_unload(&load);
    store_case_load(db, CERT_LOCAL_MACHINE, "CA", root, &load); /* another store's */
    assert_int_equal(cert_set_count(load.set), 0);
    assert_string_equal(load.notes, "");
    store_case_unload(&load);
    /* It is read-only. */
    const enum cert_blob_kind kind = CERT_BLOB_CERTIFICATE;
    const uint8_t *one = store_case_thumbprint(store_case_cert(1));
    const uint8_t *two = store_case_thumbprint(store_case_cert(2));
    assert_int_equal(cert_store_remove(db, CERT_LOCAL_MACHINE, "ROOT", kind, one), ERROR_ACCESS_DENIED);
    assert_int_equal(cert_store_remove(db, CERT_LOCAL_MACHINE, "ROOT", kind, two), ERROR_SUCCESS);
    assert_int_equal(cert_store_remove(db, CERT_LOCAL_MACHINE, "ROOT", kind, two), ERROR_ACCESS_DENIED);
    store_case_load(db, CERT_LOCAL_MACHINE, "ROOT", root, &load);
    assert_int_equal(cert_set_count(load.set), 3);
    store_case_unload(&load);
    plat_root_close(root);
    reg_db_close(db);
}

/* Whatever is wrong with the file, it is told, and the rest of the store is there. */
static void brings_nothing(void **state)
{
    static const struct {
        const char *path;
        bool no_root;
        const char *told; /* NULL: nothing to tell */
    } cases[] = {
        {"\\good.p7b", false, NULL},
        {"\\good.p7b", true, "no directory"},
        {"\\missing.p7b", false, "InitFile \\missing.p7b of store ROOT"},
        {"\\missing\\a.p7b", false, "brings nothing"},
        {"\\..\\good.p7b", false, "brings nothing"},
        {"\\folder", false, "brings nothing"},
        {"\\cut.p7b", false, "damaged"},
        {"\\text.p7b", false, "damaged"},
        {"\\empty.p7b", false, "damaged"},
        {"\\large.p7b", false, "brings nothing"},
    };
    struct reg_db *db = store_case_open(state, "nothing.db");
    struct plat_root *root = open_root(state);
    struct plat_span item = store_case_cert(1);
    plat_buffer_clear(&file);
    cert_pkcs7_write(&file, item, (struct plat_span){0});
    write_file(state, "good.p7b", span_of(&file));
    write_file(state, "cut.p7b", plat_span_of(file.data, file.size - 1));
    write_file(state, "text.p7b", plat_span_of("hello", 5));
    write_file(state, "empty.p7b", plat_span_of("", 0));
    while (file.size < 5U * 1024U * 1024U) {
        plat_buffer_append(&file, item.data, item.size);
    }
    write_file(state, "large.p7b", span_of(&file));
    assert_int_equal(plat_directory_create(scratch_path(state, "folder"), 0700), ERROR_SUCCESS);
    assert_int_equal(cert_store_add(db, CERT_LOCAL_MACHINE, "ROOT", store_case_cert(2), NULL), ERROR_SUCCESS);
    for (size_t i = 0; i < ELEMENTS(cases); i++) {
        struct store_case_load load;
        set_init_file(db, cases[i].path);
        store_case_load(db, CERT_LOCAL_MACHINE, "ROOT", cases[i].no_root ? NULL : root, &load);
        assert_int_equal(load.problems, cases[i].told != NULL);
        assert_int_equal(cert_set_count(load.set), cases[i].told != NULL ? 1 : 2);
        if (cases[i].told != NULL && strstr(load.last, cases[i].told) == NULL) {
            fail_msg("%s: %s", cases[i].path, load.last);
        }
        store_case_unload(&load);
    }
    plat_root_close(root);
    reg_db_close(db);
}

/* A value that names no file is none; the file of Windows' key counts as well, and PEM is taken. */
static void other_values(void **state)
{
    struct store_case_load load;
    struct reg_db *db = store_case_open(state, "values.db");
    struct plat_root *root = open_root(state);
    struct plat_buffer der;
    plat_buffer_init(&der, 100000);
    store_case_plant(db, REG_HKLM, SOME_ROOT, "InitFile", REG_DWORD, plat_span_of("\1\0\0\0", 4));
    store_case_load(db, CERT_LOCAL_MACHINE, "ROOT", root, &load);
    assert_int_equal(load.problems, 1);
    assert_non_null(strstr(load.last, "it is no text"));
    store_case_unload(&load);
    assert_int_equal(cert_store_remove(db, CERT_LOCAL_MACHINE, "ROOT", CERT_BLOB_CERTIFICATE,
                                       store_case_thumbprint(store_case_cert(1))),
                     CRYPT_E_NOT_FOUND);
    set_init_file(db, "");
    cert_pkcs7_write(&der, store_case_cert(1), (struct plat_span){0});
    plat_buffer_clear(&file);
    cert_pem_write(&file, "PKCS7", span_of(&der));
    write_file(state, "pem.p7b", span_of(&file));
    static const char path[] = "/\0p\0e\0m\0.\0p\0007\0b\0\0";
    store_case_plant(db, REG_HKLM, "Software\\Microsoft\\SystemCertificates\\ROOT", "InitFile", REG_SZ,
                     plat_span_of(path, sizeof path));
    store_case_load(db, CERT_LOCAL_MACHINE, "ROOT", root, &load);
    assert_int_equal(load.problems, 0);
    assert_int_equal(cert_set_count(load.set), 1);
    store_case_unload(&load);
    /* Each key's file. */
    plat_buffer_clear(&der);
    cert_pkcs7_write(&der, store_case_cert(2), (struct plat_span){0});
    write_file(state, "other.p7b", span_of(&der));
    set_init_file(db, "\\other.p7b");
    store_case_load(db, CERT_LOCAL_MACHINE, "ROOT", root, &load);
    assert_int_equal(cert_set_count(load.set), 2);
    store_case_unload(&load);
    plat_buffer_free(&der);
    plat_root_close(root);
    reg_db_close(db);
}

static void hear_certificates(void *context, const char *line)
{
    (void)line;
    ++*(unsigned *)context;
}

static void hear_lists(void *context, const char *line)
{
    (void)line;
    *(unsigned *)context += 10;
}

/* A file that is missing may have held CRLs: who must know of them hears of it. */
static void lists_are_missing(void **state)
{
    struct reg_db *db = store_case_open(state, "missing.db");
    unsigned heard = 0;
    const struct cert_store_reader reader = {
        .problem = hear_certificates, .crl_problem = hear_lists, .context = &heard};
    struct cert_set *set;
    struct cert_crl_set *crls;
    set_init_file(db, "\\missing.p7b");
    assert_int_equal(cert_set_create(&set), ERROR_SUCCESS);
    assert_int_equal(cert_crl_set_create(&crls), ERROR_SUCCESS);
    assert_int_equal(cert_store_load(db, CERT_LOCAL_MACHINE, "ROOT", set, crls, &reader), ERROR_SUCCESS);
    assert_int_equal(heard, 10);
    assert_int_equal(cert_store_load(db, CERT_LOCAL_MACHINE, "ROOT", set, NULL, &reader), ERROR_SUCCESS);
    assert_int_equal(heard, 11);
    cert_set_free(set);
    cert_crl_set_free(crls);
    reg_db_close(db);
}

static void no_memory(void **state)
{
    unsigned failures = 1;
    struct reg_db *db = store_case_open(state, "memory.db");
    struct plat_root *root = open_root(state);
    make_file();
    write_file(state, "memory.p7b", span_of(&file));
    set_init_file(db, "\\memory.p7b");
    for (unsigned nth = 1; failures != 0; nth++) {
        const struct cert_store_reader reader = {.root = root};
        struct cert_set *set;
        assert_int_equal(cert_set_create(&set), ERROR_SUCCESS);
        plat_fake_memory_fail(nth, false);
        win_error error = cert_store_load(db, CERT_LOCAL_MACHINE, "ROOT", set, NULL, &reader);
        failures = plat_fake_memory_failures();
        plat_fake_memory_fail(0, false);
        if (error == ERROR_SUCCESS) {
            assert_int_equal(cert_set_count(set), 2);
        } else {
            assert_int_equal(error, ERROR_NOT_ENOUGH_MEMORY);
        }
        cert_set_free(set);
        assert_true(nth < 1000);
    }
    plat_root_close(root);
    reg_db_close(db);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(brings_its_certificates),
        cmocka_unit_test(brings_nothing),
        cmocka_unit_test(other_values),
        cmocka_unit_test(lists_are_missing),
        cmocka_unit_test(no_memory),
    };
    return cmocka_run_group_tests_name("certstore.init_file", tests, setup, teardown);
}
