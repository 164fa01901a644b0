/* SPDX-License-Identifier: Apache-2.0 */
/* Names of stores, and where they lie: both locations, Windows' own path and what it exports, Windows Mobile's long names. */
#include "store_case.h"

#include "platform/text.h"
#include "registry/regfile.h"

#include <stdio.h>
#include <string.h>

#define CE "Comm\\Security\\SystemCertificates\\"
#define WINDOWS "SOFTWARE\\Microsoft\\SystemCertificates\\"

static void names(void **state)
{
    static const struct {
        const char *name, *canonical; /* NULL: an OEM's, or none */
        bool valid;
    } cases[] = {
        {"my", "MY", true},
        {"Root", "ROOT", true},
        {"ca", "CA", true},
        {"TRUST", "Trust", true},
        {"PRIVILEGED", "Privileged", true},
        {"unprivileged", "Unprivileged", true},
        {"spc", "SPC", true},
        {"disallowed", "Disallowed", true},
        {"trustedpeople", "TrustedPeople", true},
        {"Privileged Execution Trust Authorities", "Privileged", true},
        {"unprivileged execution trust authorities", "Unprivileged", true},
        {"ROOTS", NULL, true},
        {"Contoso/Device", NULL, true},
        {"MY ", NULL, true},
        {"", NULL, false},
        {"MY\\x", NULL, false},
    };
    (void)state;
    for (size_t i = 0; i < ELEMENTS(cases); i++) {
        const char *canonical = cert_store_name(cases[i].name);
        if (cases[i].canonical == NULL) {
            assert_null(canonical);
        } else {
            assert_string_equal(canonical, cases[i].canonical);
        }
        assert_int_equal(cert_store_name_valid(cases[i].name), cases[i].valid);
    }
    size_t count = 0;
    while (cert_store_name_at(count) != NULL) {
        assert_ptr_equal(cert_store_name(cert_store_name_at(count)), cert_store_name_at(count));
        count++;
    }
    assert_int_equal(count, 9);
}

/* One user's ROOT is not the machine's. */
static void locations(void **state)
{
    struct reg_db *db = store_case_open(state, "locations.db");
    reg_key key;
    assert_int_equal(cert_store_add(db, CERT_CURRENT_USER, "ROOT", store_case_cert(1), NULL), ERROR_SUCCESS);
    assert_int_equal(store_case_count(db, CERT_CURRENT_USER, "ROOT"), 1);
    assert_int_equal(store_case_count(db, CERT_LOCAL_MACHINE, "ROOT"), 0);
    assert_int_equal(reg_key_open(db, REG_HKCU, CE "ROOT\\Certificates", &key), ERROR_SUCCESS);
    reg_db_close(db);
}

static bool note_name(void *context, const char *name)
{
    struct plat_buffer *text = context;
    plat_buffer_printf(text, "%s;", name);
    return strstr(plat_buffer_text(text), "stop;") == NULL;
}

static void which_stores(void **state)
{
    struct plat_buffer text;
    struct reg_db *db = store_case_open(state, "each.db");
    plat_buffer_init(&text, 4096);
    assert_int_equal(cert_store_each(db, CERT_LOCAL_MACHINE, note_name, &text), ERROR_SUCCESS);
    assert_int_equal(text.size, 0);
    assert_int_equal(cert_store_add(db, CERT_LOCAL_MACHINE, "Contoso", store_case_cert(1), NULL),
                     ERROR_SUCCESS);
    assert_int_equal(cert_store_add(db, CERT_LOCAL_MACHINE, "root", store_case_cert(1), NULL), ERROR_SUCCESS);
    store_case_plant(db, REG_HKLM, WINDOWS "contoso", "", 0, (struct plat_span){0});
    store_case_plant(db, REG_HKLM, WINDOWS "AuthRoot", "", 0, (struct plat_span){0});
    store_case_plant(db, REG_HKLM, WINDOWS "My", "", 0, (struct plat_span){0});
    store_case_plant(db, REG_HKLM, CE "Unprivileged Execution Trust Authorities", "", 0,
                     (struct plat_span){0});
    assert_int_equal(cert_store_each(db, CERT_LOCAL_MACHINE, note_name, &text), ERROR_SUCCESS);
    assert_string_equal(plat_buffer_text(&text), "MY;ROOT;Unprivileged;Contoso;AuthRoot;");
    assert_int_equal(cert_store_add(db, CERT_LOCAL_MACHINE, "Astop", store_case_cert(1), NULL), ERROR_SUCCESS);
    plat_buffer_clear(&text);
    assert_int_equal(cert_store_each(db, CERT_LOCAL_MACHINE, note_name, &text), ERROR_SUCCESS);
    assert_string_equal(plat_buffer_text(&text), "MY;ROOT;Unprivileged;Astop;");
    plat_buffer_clear(&text);
    assert_int_equal(cert_store_each(db, CERT_CURRENT_USER, note_name, &text), ERROR_SUCCESS);
    assert_int_equal(text.size, 0);
    plat_buffer_free(&text);
    reg_db_close(db);
}

/* A store is the sum of its keys; changes are made where the entry lies, and it is removed from all. */
static void several_keys(void **state)
{
    static const char unknown[] = "77000000 01000000 07000000 'unknown'";
    static const char long_name[] = CE "Privileged Execution Trust Authorities";
    struct reg_db *db = store_case_open(state, "keys.db");
    struct store_case_load load;
    struct plat_buffer bytes;
    struct cert_blob blob;
    bool existed = false;
    reg_key key;
    plat_buffer_init(&bytes, 100000);
    store_case_plant_blob(db, REG_HKLM, CE "Privileged", CERT_BLOB_CERTIFICATE, store_case_cert(1), "");
    store_case_plant_blob(db, REG_HKLM, WINDOWS "Privileged", CERT_BLOB_CERTIFICATE, store_case_cert(1),
                          unknown);
    store_case_plant_blob(db, REG_HKLM, WINDOWS "Privileged", CERT_BLOB_CERTIFICATE, store_case_cert(2),
                          unknown);
    store_case_plant_blob(db, REG_HKLM, long_name, CERT_BLOB_CERTIFICATE, store_case_cert(3), "");
    store_case_plant_blob(db, REG_HKLM, long_name, CERT_BLOB_CRL, store_case_crl(3), "");
    store_case_load(db, CERT_LOCAL_MACHINE, "Privileged Execution Trust Authorities", NULL, &load);
    assert_int_equal(cert_set_count(load.set), 3);
    assert_int_equal(cert_crl_set_count(load.crls), 1);
    assert_int_equal(load.problems, 0);
    store_case_unload(&load);
    assert_int_equal(cert_store_add(db, CERT_LOCAL_MACHINE, "Privileged", store_case_cert(2), &existed),
                     ERROR_SUCCESS);
    assert_true(existed);
    const uint8_t *two = store_case_thumbprint(store_case_cert(2));
    char path[200];
    snprintf(path, sizeof path, CE "Privileged\\Certificates\\%s",
             store_case_thumbprint_text(store_case_cert(2)));
    assert_int_equal(reg_key_open(db, REG_HKLM, path, &key), ERROR_FILE_NOT_FOUND);
    assert_int_equal(
        cert_store_get(db, CERT_LOCAL_MACHINE, "Privileged", CERT_BLOB_CERTIFICATE, two, &bytes, &blob),
        ERROR_SUCCESS);
    assert_int_equal(blob.properties.size, 32 + 19);
    for (unsigned i = 1; i <= 3; i++) {
        const uint8_t *thumbprint = store_case_thumbprint(store_case_cert(i));
        assert_int_equal(
            cert_store_remove(db, CERT_LOCAL_MACHINE, "Privileged", CERT_BLOB_CERTIFICATE, thumbprint),
            ERROR_SUCCESS);
        assert_int_equal(store_case_count(db, CERT_LOCAL_MACHINE, "Privileged"), 3 - i);
    }
    plat_buffer_free(&bytes);
    reg_db_close(db);
}

/* As part of the caller's transaction: undone with it. */
static void in_a_transaction(void **state)
{
    struct reg_db *db = store_case_open(state, "transaction.db");
    const uint8_t *thumbprint = store_case_thumbprint(store_case_cert(1));
    assert_int_equal(reg_begin(db), ERROR_SUCCESS);
    assert_int_equal(cert_store_add(db, CERT_LOCAL_MACHINE, "CA", store_case_cert(1), NULL), ERROR_SUCCESS);
    assert_int_equal(cert_store_add(db, CERT_LOCAL_MACHINE, "CA", store_case_cert(2), NULL), ERROR_SUCCESS);
    assert_int_equal(cert_store_remove(db, CERT_LOCAL_MACHINE, "CA", CERT_BLOB_CERTIFICATE, thumbprint),
                     ERROR_SUCCESS);
    assert_int_equal(cert_store_remove(db, CERT_LOCAL_MACHINE, "CA", CERT_BLOB_CERTIFICATE, thumbprint),
                     CRYPT_E_NOT_FOUND);
    assert_int_equal(store_case_count(db, CERT_LOCAL_MACHINE, "CA"), 1);
    reg_rollback(db);
    assert_int_equal(store_case_count(db, CERT_LOCAL_MACHINE, "CA"), 0);
    reg_db_close(db);
}

/* ---- what regedit of Windows writes ---- */

/* A value as regedit breaks it: 80 columns, "\" at the end of a line. */
static void append_hex(struct plat_buffer *text, struct plat_span bytes)
{
    size_t column = strlen("\"Blob\"=hex:");
    plat_buffer_append_text(text, "\"Blob\"=hex:");
    for (size_t i = 0; i < bytes.size; i++) {
        plat_buffer_printf(text, "%02x%s", bytes.data[i], i + 1 < bytes.size ? "," : "");
        column += 3;
        if (column > 76 && i + 1 < bytes.size) {
            plat_buffer_append_text(text, "\\\r\n  ");
            column = 2;
        }
    }
    plat_buffer_append_text(text, "\r\n\r\n");
}

static void append_entry(struct plat_buffer *text, const char *folder, enum cert_blob_kind kind,
                         struct plat_span content, struct plat_span properties)
{
    struct plat_buffer bytes;
    plat_buffer_init(&bytes, 100000);
    cert_blob_write(&bytes, &(struct cert_blob){.kind = kind, .content = content, .properties = properties});
    plat_buffer_printf(text, "[HKEY_LOCAL_MACHINE\\" WINDOWS "%s\\%s]\r\n", folder,
                       store_case_thumbprint_text(content));
    append_hex(text, plat_span_of(bytes.data, bytes.size));
    plat_buffer_free(&bytes);
}

/* Properties that Windows writes: key identifier, friendly name, MD5, extended usage, and newer ones. */
static const char of_windows[] =
    "14000000 01000000 14000000 *20(44) 0b000000 01000000 0a000000 5200 6f00 6f00 7400 0000"
    "04000000 01000000 10000000 *16(55) 09000000 01000000 0c000000 30{06{@1.3.6.1.5.5.7.3.2}}"
    "5c000000 01000000 04000000 00080000 19000000 01000000 10000000 *16(66)";

static void exported_by_windows(void **state)
{
    struct plat_buffer text, file, properties;
    struct reg_import_result result;
    struct store_case_load load;
    struct plat_span value;
    struct reg_db *db = store_case_open(state, "windows.db");
    plat_buffer_init(&text, 200000);
    plat_buffer_init(&file, 400000);
    plat_buffer_init(&properties, 1000);
    struct plat_span written = maker_der(of_windows, &properties);
    plat_buffer_append_text(
        &text, "\xef\xbb\xbfWindows Registry Editor Version 5.00\r\n\r\n[HKEY_LOCAL_MACHINE\\" WINDOWS
               "ROOT]\r\n\r\n[HKEY_LOCAL_MACHINE\\" WINDOWS "ROOT\\Certificates]\r\n\r\n");
    append_entry(&text, "ROOT\\Certificates", CERT_BLOB_CERTIFICATE, store_case_cert(1), written);
    append_entry(&text, "ROOT\\Certificates", CERT_BLOB_CERTIFICATE, store_case_cert(2),
                 (struct plat_span){0});
    append_entry(&text, "ROOT\\CRLs", CERT_BLOB_CRL, store_case_crl(1), (struct plat_span){0});
    plat_buffer_printf(&text, "[HKEY_LOCAL_MACHINE\\" WINDOWS "ROOT\\CTLs]\r\n\r\n");
    plat_utf16le_append(&file, (const char *)text.data, text.size);
    assert_int_equal(text.failed | file.failed, ERROR_SUCCESS);
    assert_int_equal(reg_import(db, plat_span_of(file.data, file.size), NULL, &result), ERROR_SUCCESS);
    assert_int_equal(result.problems, 0);

    store_case_load(db, CERT_LOCAL_MACHINE, "ROOT", NULL, &load);
    assert_int_equal(load.problems, 0);
    assert_int_equal(cert_set_count(load.set), 2);
    assert_int_equal(cert_crl_set_count(load.crls), 1);
    const struct cert *first = cert_set_find_thumbprint(load.set, store_case_thumbprint(store_case_cert(1)));
    assert_non_null(first);
    struct plat_span read = cert_set_properties(load.set, first);
    assert_true(plat_span_equal(plat_span_of(read.data + 32, read.size - 32), written));
    plat_buffer_clear(&text);
    assert_true(cert_property_friendly_name(read, &text));
    assert_string_equal(plat_buffer_text(&text), "Root");
    assert_true(cert_property_find(read, CERT_PROPERTY_ENHKEY_USAGE, &value));
    store_case_unload(&load);
    /* Added once more, it keeps what Windows wrote. */
    assert_int_equal(cert_store_add(db, CERT_LOCAL_MACHINE, "ROOT", store_case_cert(1), NULL), ERROR_SUCCESS);
    store_case_load(db, CERT_LOCAL_MACHINE, "ROOT", NULL, &load);
    first = cert_set_find_thumbprint(load.set, store_case_thumbprint(store_case_cert(1)));
    read = cert_set_properties(load.set, first);
    assert_true(plat_span_equal(plat_span_of(read.data + 32, read.size - 32), written));
    store_case_unload(&load);
    plat_buffer_free(&text);
    plat_buffer_free(&file);
    plat_buffer_free(&properties);
    reg_db_close(db);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names),
        cmocka_unit_test(locations),
        cmocka_unit_test(which_stores),
        cmocka_unit_test(several_keys),
        cmocka_unit_test(in_a_transaction),
        cmocka_unit_test(exported_by_windows),
    };
    return cmocka_run_group_tests_name("certstore.store_places", tests, store_case_setup, store_case_teardown);
}
