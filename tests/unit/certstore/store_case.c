/* SPDX-License-Identifier: Apache-2.0 */
#include "store_case.h"

#include "certstore/crypto.h"
#include "unit/platform/scratch.h"

#include <stdio.h>
#include <string.h>

static struct plat_buffer cert_der, crl_der, blob, properties;

int store_case_setup(void **state)
{
    plat_buffer_init(&cert_der, 1024U * 1024U);
    plat_buffer_init(&crl_der, 1024U * 1024U);
    plat_buffer_init(&blob, 1024U * 1024U);
    plat_buffer_init(&properties, 1024U * 1024U);
    return scratch_setup(state);
}

int store_case_teardown(void **state)
{
    plat_buffer_free(&cert_der);
    plat_buffer_free(&crl_der);
    plat_buffer_free(&blob);
    plat_buffer_free(&properties);
    return scratch_teardown(state);
}

struct reg_db *store_case_open(void **state, const char *name)
{
    struct reg_db *db;
    assert_int_equal(reg_db_open(scratch_path(state, name), REG_OPEN_CREATE, &db, NULL), ERROR_SUCCESS);
    return db;
}

struct plat_span store_case_cert(unsigned number)
{
    char serial[16];
    snprintf(serial, sizeof serial, "01%04x", number);
    maker_cert(&(struct maker_cert){.serial = serial}, &cert_der);
    return plat_span_of(cert_der.data, cert_der.size);
}

struct plat_span store_case_crl(unsigned number)
{
    char text[400];
    snprintf(
        text, sizeof text,
        "30{ 30{02{01} 30{06{@1.2.840.10045.4.3.2}} 30{31{30{06{@2.5.4.3} 0c{'Issuer %u'}}}}"
        "17{'200101000000Z'} 17{'400101000000Z'}} 30{06{@1.2.840.10045.4.3.2}} 03{00 30{02{01} 02{01}}} }",
        number);
    return maker_der(text, &crl_der);
}

const uint8_t *store_case_thumbprint(struct plat_span der)
{
    static uint8_t prints[4][CERT_THUMBPRINT_SIZE];
    static unsigned next;
    uint8_t *print = prints[next++ % 4];
    cert_sha1(der, print);
    return print;
}

const char *store_case_thumbprint_text(struct plat_span der)
{
    static char texts[4][CERT_THUMBPRINT_TEXT_SIZE];
    static unsigned next;
    char *text = texts[next++ % 4];
    cert_thumbprint_text(store_case_thumbprint(der), text);
    return text;
}

void store_case_plant(struct reg_db *db, reg_key root, const char *path, const char *name, uint32_t type,
                      struct plat_span data)
{
    reg_key key;
    assert_int_equal(reg_key_create(db, root, path, 0, &key, NULL), ERROR_SUCCESS);
    if (data.data != NULL) {
        assert_int_equal(reg_value_set(db, key, name, type, data.data, data.size), ERROR_SUCCESS);
    }
}

void store_case_plant_blob(struct reg_db *db, reg_key root, const char *store_path, enum cert_blob_kind kind,
                           struct plat_span content, const char *text)
{
    char path[200];
    snprintf(path, sizeof path, "%s\\%s\\%s", store_path,
             kind == CERT_BLOB_CERTIFICATE ? "Certificates" : "CRLs", store_case_thumbprint_text(content));
    plat_buffer_clear(&blob);
    cert_blob_write(&blob, &(struct cert_blob){
                               .kind = kind, .content = content, .properties = maker_der(text, &properties)});
    store_case_plant(db, root, path, "Blob", REG_BINARY, plat_span_of(blob.data, blob.size));
}

static void note(void *context, const char *text)
{
    struct store_case_load *load = context;
    load->problems++;
    snprintf(load->last, sizeof load->last, "%s", text);
}

static void note_found(void *context, const char *text)
{
    struct store_case_load *load = context;
    snprintf(load->notes, sizeof load->notes, "%s", text);
}

void store_case_load(struct reg_db *db, enum cert_location location, const char *store,
                     struct plat_root *root, struct store_case_load *load)
{
    const struct cert_store_reader reader = {
        .root = root, .problem = note, .note = note_found, .context = load};
    *load = (struct store_case_load){0};
    assert_int_equal(cert_set_create(&load->set), ERROR_SUCCESS);
    assert_int_equal(cert_crl_set_create(&load->crls), ERROR_SUCCESS);
    assert_int_equal(cert_store_load(db, location, store, load->set, load->crls, &reader), ERROR_SUCCESS);
}

void store_case_unload(struct store_case_load *load)
{
    cert_set_free(load->set);
    cert_crl_set_free(load->crls);
}

size_t store_case_count(struct reg_db *db, enum cert_location location, const char *store)
{
    struct cert_set *set;
    assert_int_equal(cert_set_create(&set), ERROR_SUCCESS);
    assert_int_equal(cert_store_load(db, location, store, set, NULL, NULL), ERROR_SUCCESS);
    size_t count = cert_set_count(set);
    cert_set_free(set);
    return count;
}
