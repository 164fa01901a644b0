/* SPDX-License-Identifier: Apache-2.0 */
/* Blobs and stores in the registry. */
#include "maker.h"

#include "certstore/store.h"
#include "platform/fake.h"
#include "store/blob.h"
#include "unit/platform/scratch.h"

#include <stdio.h>
#include <string.h>

static struct plat_buffer der, blob, text;

static int setup(void **state)
{
    plat_buffer_init(&der, 1024U * 1024U);
    plat_buffer_init(&blob, 1024U * 1024U);
    plat_buffer_init(&text, 1024U * 1024U);
    return scratch_setup(state);
}

static int teardown(void **state)
{
    plat_buffer_free(&der);
    plat_buffer_free(&blob);
    plat_buffer_free(&text);
    return scratch_teardown(state);
}

static struct reg_db *open_new(void **state, const char *name)
{
    struct reg_db *db;
    assert_int_equal(reg_db_open(scratch_path(state, name), REG_OPEN_CREATE, &db, NULL), ERROR_SUCCESS);
    return db;
}

static struct plat_span made(const char *serial)
{
    maker_cert(&(struct maker_cert){.serial = serial}, &der);
    return plat_span_of(der.data, der.size);
}

static void store_names(void **state)
{
    (void)state;
    assert_string_equal(cert_store_name("my"), "MY");
    assert_string_equal(cert_store_name("Root"), "ROOT");
    assert_string_equal(cert_store_name("PRIVILEGED"), "Privileged");
    assert_null(cert_store_name(""));
    assert_null(cert_store_name("ROOTS"));
    assert_null(cert_store_name("MY\\x"));
    size_t count = 0;
    while (cert_store_name_at(count) != NULL) {
        assert_ptr_equal(cert_store_name(cert_store_name_at(count)), cert_store_name_at(count));
        count++;
    }
    assert_int_equal(count, 5);
}

/* The layout, byte by byte, and the properties of others kept through a rewrite. */
static void blob_layout(void **state)
{
    struct plat_span certificate, found;
    (void)state;
    certificate = made("01");
    plat_buffer_clear(&blob);
    cert_blob_append(&blob, 0x77, 1, plat_span_of("unknown", 7));
    cert_blob_append(&blob, CERT_PROPERTY_CERTIFICATE, 1, plat_span_of("old", 3));
    cert_blob_append(&blob, CERT_PROPERTY_FRIENDLY_NAME, 5,
                     plat_span_of("F\0N\0\0\0", 6)); /* an odd encoding is kept */
    cert_blob_append(&blob, CERT_PROPERTY_SHA1, 1, plat_span_of("wrong", 5));
    struct plat_buffer rewritten;
    plat_buffer_init(&rewritten, 10000);
    cert_blob_write(&rewritten, certificate, plat_span_of(blob.data, blob.size));
    static const uint8_t sha1_head[] = {3, 0, 0, 0, 1, 0, 0, 0, 20, 0, 0, 0};
    static const uint8_t unknown[] = {0x77, 0, 0,   0,   1,   0,   0,   0,   7,  0,
                                      0,    0, 'u', 'n', 'k', 'n', 'o', 'w', 'n'};
    static const uint8_t friendly[] = {11, 0, 0, 0, 5, 0, 0, 0, 6, 0, 0, 0, 'F', 0, 'N', 0, 0, 0};
    static const uint8_t cert_head[] = {0x20, 0, 0, 0, 1, 0, 0, 0};
    const uint8_t *p = rewritten.data;
    assert_memory_equal(p, sha1_head, sizeof sha1_head);
    p += sizeof sha1_head + 20;
    assert_memory_equal(p, unknown, sizeof unknown);
    p += sizeof unknown;
    assert_memory_equal(p, friendly, sizeof friendly);
    p += sizeof friendly;
    assert_memory_equal(p, cert_head, sizeof cert_head);
    p += sizeof cert_head + 4;
    assert_int_equal(rewritten.data + rewritten.size - p, certificate.size);
    assert_memory_equal(p, certificate.data, certificate.size);
    assert_int_equal(cert_blob_verified(plat_span_of(rewritten.data, rewritten.size), &found), ERROR_SUCCESS);
    assert_true(plat_span_equal(found, certificate));
    /* the SHA-1 property must be the certificate's */
    rewritten.data[sizeof sha1_head] ^= 1;
    assert_int_equal(cert_blob_certificate(plat_span_of(rewritten.data, rewritten.size), &found),
                     ERROR_SUCCESS);
    assert_int_equal(cert_blob_verified(plat_span_of(rewritten.data, rewritten.size), &found),
                     ERROR_INVALID_DATA);
    assert_int_equal(found.size, 0);
    plat_buffer_free(&rewritten);
}

static void damaged_blobs(void **state)
{
    static const struct {
        const char *bytes;
        bool good;
    } cases[] = {
        {"20000000 01000000 02000000 3000", true},
        {"20000000 01000000 00000000", true},
        {"03000000 01000000 01000000 aa 20000000 01000000 02000000 3000", true},
        {"20000000 01000000 02000000 3000 0b000000 01000000 00000000", true}, /* a property behind it */
        {"", false},
        {"03000000 01000000 01000000 aa", false}, /* no certificate */
        {"20000000 01000000 02000000 30", false}, /* cut off */
        {"20000000 01000000 ffffffff 3000", false},
        {"20000000 01000000 02000000 3000 00", false},
        {"20000000 01000000 02000000 3000 20000000 01000000 02000000 3000", false}, /* two */
        {"00000000 01000000 00000000 20000000 01000000 02000000 3000", false},      /* id 0 */
        {"00000100 01000000 00000000 20000000 01000000 02000000 3000", false},      /* id above FFFF */
    };
    struct plat_span found;
    (void)state;
    for (size_t i = 0; i < ELEMENTS(cases); i++) {
        win_error error = cert_blob_certificate(maker_der(cases[i].bytes, &blob), &found);
        if ((error == ERROR_SUCCESS) != cases[i].good) {
            fail_msg("%s", cases[i].bytes);
        }
        if (!cases[i].good) {
            assert_int_equal(error, ERROR_INVALID_DATA);
            assert_int_equal(found.size, 0);
        }
    }
}

static const char *entry_path(const struct cert *cert, const char *store)
{
    char thumbprint[CERT_THUMBPRINT_TEXT_SIZE];
    cert_thumbprint_text(cert->thumbprint, thumbprint);
    plat_buffer_clear(&text);
    plat_buffer_printf(&text, "Comm\\Security\\SystemCertificates\\%s\\Certificates\\%s", store, thumbprint);
    return plat_buffer_text(&text);
}

static void add_load_remove(void **state)
{
    struct cert cert;
    struct cert_set *set;
    bool existed = true;
    reg_key key;
    uint32_t type;
    struct plat_span found;
    struct reg_db *db = open_new(state, "add.db");
    assert_int_equal(cert_set_create(&set), ERROR_SUCCESS);
    assert_int_equal(cert_store_load(db, "ROOT", set, NULL, NULL), ERROR_SUCCESS); /* nothing there yet */
    assert_int_equal(cert_set_count(set), 0);

    assert_int_equal(cert_store_add(db, "root", made("0a"), &existed), ERROR_SUCCESS);
    assert_false(existed);
    assert_int_equal(cert_parse(plat_span_of(der.data, der.size), &cert), ERROR_SUCCESS);
    assert_int_equal(reg_key_open(db, REG_HKLM, entry_path(&cert, "ROOT"), &key), ERROR_SUCCESS);
    plat_buffer_clear(&blob);
    assert_int_equal(reg_value_get(db, key, "Blob", &type, &blob), ERROR_SUCCESS);
    assert_int_equal(type, REG_BINARY);
    assert_int_equal(cert_blob_verified(plat_span_of(blob.data, blob.size), &found), ERROR_SUCCESS);
    assert_true(plat_span_equal(found, cert.der));

    assert_int_equal(cert_store_load(db, "ROOT", set, NULL, NULL), ERROR_SUCCESS);
    assert_int_equal(cert_set_count(set), 1);
    assert_true(plat_span_equal(cert_set_at(set, 0)->der, cert.der));

    uint8_t thumbprint[CERT_THUMBPRINT_SIZE];
    memcpy(thumbprint, cert.thumbprint, sizeof thumbprint);
    assert_int_equal(cert_store_remove(db, "CA", thumbprint), CRYPT_E_NOT_FOUND);
    assert_int_equal(cert_store_remove(db, "ROOT", thumbprint), ERROR_SUCCESS);
    assert_int_equal(cert_store_remove(db, "ROOT", thumbprint), CRYPT_E_NOT_FOUND);
    assert_int_equal(reg_key_open(db, REG_HKLM, entry_path(&cert, "ROOT"), &key), ERROR_FILE_NOT_FOUND);

    assert_int_equal(cert_store_add(db, "Roots", made("0a"), NULL), ERROR_INVALID_NAME);
    assert_int_equal(cert_store_load(db, "Roots", set, NULL, NULL), ERROR_INVALID_NAME);
    assert_int_equal(cert_store_remove(db, "Roots", thumbprint), ERROR_INVALID_NAME);
    assert_int_not_equal(cert_store_add(db, "ROOT", plat_span_of("\x30\x00", 2), NULL), ERROR_SUCCESS);
    cert_set_free(set);
    reg_db_close(db);
}

/* What somebody else wrote beside the certificate is still there after it is added again. */
static void properties_survive(void **state)
{
    struct cert cert;
    struct cert_blob_walk walk;
    struct cert_blob_element element;
    bool existed = false, friendly = false;
    reg_key key;
    struct reg_db *db = open_new(state, "properties.db");
    struct plat_span certificate = made("0b");
    assert_int_equal(cert_parse(certificate, &cert), ERROR_SUCCESS);
    assert_int_equal(reg_key_create(db, REG_HKLM, entry_path(&cert, "MY"), 0, &key, NULL), ERROR_SUCCESS);
    plat_buffer_clear(&blob);
    cert_blob_append(&blob, CERT_PROPERTY_FRIENDLY_NAME, 1, plat_span_of("x\0\0\0", 4));
    cert_blob_append(&blob, CERT_PROPERTY_CERTIFICATE, 1, certificate);
    assert_int_equal(reg_value_set(db, key, "Blob", REG_BINARY, blob.data, blob.size), ERROR_SUCCESS);
    assert_int_equal(reg_set_string(db, key, "Other", "kept"), ERROR_SUCCESS);
    assert_int_equal(cert_store_add(db, "MY", certificate, &existed), ERROR_SUCCESS);
    assert_true(existed);
    plat_buffer_clear(&blob);
    assert_int_equal(reg_value_get(db, key, "Blob", NULL, &blob), ERROR_SUCCESS);
    assert_true(cert_blob_open(plat_span_of(blob.data, blob.size), &walk));
    while (cert_blob_next(&walk, &element)) {
        friendly = friendly || (element.id == CERT_PROPERTY_FRIENDLY_NAME && element.data.size == 4);
    }
    assert_true(friendly);
    plat_buffer_clear(&text);
    assert_int_equal(reg_value_get(db, key, "Other", NULL, &text), ERROR_SUCCESS);
    reg_db_close(db);
}

struct problems {
    unsigned count;
    char last[300];
};

static void note_problem(void *context, const char *line)
{
    struct problems *problems = context;
    problems->count++;
    snprintf(problems->last, sizeof problems->last, "%s", line);
}

/* Writes a value Blob under a key of any name. */
static void plant(struct reg_db *db, const char *name, uint32_t type, struct plat_span bytes)
{
    reg_key key;
    plat_buffer_clear(&text);
    plat_buffer_printf(&text, "COMM\\security\\SystemCertificates\\root\\Certificates\\%s", name);
    assert_int_equal(reg_key_create(db, REG_HKLM, plat_buffer_text(&text), 0, &key, NULL), ERROR_SUCCESS);
    if (bytes.data != NULL) {
        assert_int_equal(reg_value_set(db, key, "Blob", type, bytes.data, bytes.size), ERROR_SUCCESS);
    }
}

/* A damaged root is no root: each one is left out and told, the others are there. */
static void damaged_entries(void **state)
{
    static const char wrong_name[] = "0000000000000000000000000000000000000000";
    struct problems problems = {0};
    struct cert_set *set;
    struct reg_db *db = open_new(state, "damaged.db");
    assert_int_equal(cert_store_add(db, "ROOT", made("0c"), NULL), ERROR_SUCCESS);
    plat_buffer_clear(&blob);
    cert_blob_write(&blob, made("0d"), (struct plat_span){0});
    plant(db, wrong_name, REG_BINARY, plat_span_of(blob.data, blob.size)); /* another certificate's name */
    plant(db, "no thumbprint", REG_BINARY, plat_span_of(blob.data, blob.size));
    plant(db, "1111111111111111111111111111111111111111", REG_SZ, plat_span_of("a\0\0\0", 4));
    plant(db, "2222222222222222222222222222222222222222", REG_BINARY, plat_span_of("\x20\0\0\0", 4));
    plant(db, "3333333333333333333333333333333333333333", REG_BINARY, (struct plat_span){0});
    plant(db, "4444444444444444444444444444444444444444", REG_BINARY,
          maker_der("20000000 01000000 02000000 3000", &blob)); /* no certificate in it */
    assert_int_equal(cert_set_create(&set), ERROR_SUCCESS);
    assert_int_equal(cert_store_load(db, "ROOT", set, note_problem, &problems), ERROR_SUCCESS);
    assert_int_equal(cert_set_count(set), 1);
    assert_int_equal(problems.count, 6);
    assert_non_null(strstr(problems.last, "ROOT"));
    cert_set_free(set);
    assert_int_equal(cert_set_create(&set), ERROR_SUCCESS);
    assert_int_equal(cert_store_load(db, "ROOT", set, NULL, NULL), ERROR_SUCCESS); /* nobody listens */
    assert_int_equal(cert_set_count(set), 1);
    cert_set_free(set);
    reg_db_close(db);
}

/*
 * Each allocation fails once: the load succeeds whole or fails; it never leaves a certificate out in
 * silence.
 */
static void no_memory(void **state)
{
    unsigned failures = 1;
    struct reg_db *db = open_new(state, "memory.db");
    assert_int_equal(cert_store_add(db, "ROOT", made("01"), NULL), ERROR_SUCCESS);
    assert_int_equal(cert_store_add(db, "ROOT", made("02"), NULL), ERROR_SUCCESS);
    for (unsigned nth = 1; failures != 0; nth++) {
        struct cert_set *set;
        assert_int_equal(cert_set_create(&set), ERROR_SUCCESS);
        plat_fake_memory_fail(nth, false);
        win_error error = cert_store_load(db, "ROOT", set, NULL, NULL);
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
    reg_db_close(db);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(store_names),        cmocka_unit_test(blob_layout),
        cmocka_unit_test(damaged_blobs),      cmocka_unit_test(add_load_remove),
        cmocka_unit_test(properties_survive), cmocka_unit_test(damaged_entries),
        cmocka_unit_test(no_memory),
    };
    return cmocka_run_group_tests_name("certstore.store", tests, setup, teardown);
}
