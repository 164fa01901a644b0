/* SPDX-License-Identifier: Apache-2.0 */
/* Stores in the registry: one key a certificate, named by its thumbprint. */
#include "certstore/store.h"
#include "platform/limits.h"
#include "platform/text.h"
#include "store/blob.h"

#define STORES_PATH "Comm\\Security\\SystemCertificates\\"

static const char *const names[] = {"MY", "ROOT", "CA", "Privileged", "Disallowed"};

const char *cert_store_name_at(size_t index)
{
    return index < sizeof names / sizeof names[0] ? names[index] : NULL;
}

const char *cert_store_name(const char *name)
{
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (plat_ascii_equal_nocase(name, names[i])) {
            return names[i];
        }
    }
    return NULL;
}

#define PATH_SIZE 128U
/* "Comm\Security\SystemCertificates\ROOT\Certificates", and "\<thumbprint>" behind it when there is one. */
static bool store_path(const char *store, const uint8_t *thumbprint, struct plat_buffer *path)
{
    const char *name = cert_store_name(store);
    plat_buffer_init(path, PATH_SIZE);
    if (name == NULL) {
        return false;
    }
    plat_buffer_printf(path, STORES_PATH "%s\\Certificates", name);
    if (thumbprint != NULL) {
        char text[CERT_THUMBPRINT_TEXT_SIZE];
        cert_thumbprint_text(thumbprint, text);
        plat_buffer_printf(path, "\\%s", text);
    }
    return true;
}

static win_error no_path(const struct plat_buffer *path)
{
    return path->failed != ERROR_SUCCESS ? path->failed : ERROR_NOT_ENOUGH_MEMORY;
}

/* Appends the Blob of an entry; nothing when it has none that is of use. */
static win_error read_blob(struct reg_db *db, reg_key key, struct plat_buffer *blob)
{
    uint32_t type;
    win_error error = reg_value_get(db, key, "Blob", &type, blob);
    if (error == ERROR_SUCCESS && type != REG_BINARY) {
        return ERROR_UNSUPPORTED_TYPE;
    }
    return error;
}

/* Writes the entry at an existing or new key. */
static win_error write_entry(struct reg_db *db, reg_key key, bool created, struct plat_span der)
{
    struct plat_buffer old, blob;
    win_error error = ERROR_SUCCESS;
    plat_buffer_init(&old, LIMIT_REG_DATA);
    plat_buffer_init(&blob, LIMIT_REG_DATA);
    if (!created) {
        error = read_blob(db, key, &old);
        if (error == ERROR_FILE_NOT_FOUND || error == ERROR_UNSUPPORTED_TYPE) {
            plat_buffer_clear(&old); /* no properties worth keeping */
            error = ERROR_SUCCESS;
        }
    }
    if (error == ERROR_SUCCESS) {
        cert_blob_write(&blob, der, plat_span_of(old.data, old.size));
        error = blob.failed;
    }
    if (error == ERROR_SUCCESS) {
        error = reg_value_set(db, key, "Blob", REG_BINARY, blob.data, blob.size);
    }
    plat_buffer_free(&old);
    plat_buffer_free(&blob);
    return error;
}

win_error cert_store_add(struct reg_db *db, const char *store, struct plat_span der, bool *existed)
{
    struct cert cert;
    struct plat_buffer path;
    reg_key key;
    bool created = false;
    win_error error = cert_parse(der, &cert);
    if (error != ERROR_SUCCESS) {
        return error;
    }
    if (!store_path(store, cert.thumbprint, &path)) {
        return ERROR_INVALID_NAME;
    }
    const char *text = plat_buffer_text(&path);
    error = text == NULL ? no_path(&path) : reg_key_create(db, REG_HKLM, text, 0, &key, &created);
    if (error == ERROR_SUCCESS) {
        error = write_entry(db, key, created, der);
    }
    plat_buffer_free(&path);
    if (error == ERROR_SUCCESS && existed != NULL) {
        *existed = !created;
    }
    return error;
}

win_error cert_store_remove(struct reg_db *db, const char *store,
                            const uint8_t thumbprint[CERT_THUMBPRINT_SIZE])
{
    struct plat_buffer path;
    reg_key key;
    if (!store_path(store, thumbprint, &path)) {
        return ERROR_INVALID_NAME;
    }
    const char *text = plat_buffer_text(&path);
    win_error error = text == NULL ? no_path(&path) : reg_key_open(db, REG_HKLM, text, &key);
    plat_buffer_free(&path);
    if (error == ERROR_FILE_NOT_FOUND) {
        return CRYPT_E_NOT_FOUND;
    }
    return error == ERROR_SUCCESS ? reg_key_delete_tree(db, key) : error;
}

struct load {
    struct reg_db *db;
    const char *store;
    struct cert_set *set;
    void (*problem)(void *context, const char *text);
    void *context;
    size_t entries;
    win_error error; /* what stops the whole load */
};

static void tell(struct load *load, const char *name, const char *why)
{
    struct plat_buffer text;
    if (load->problem == NULL) {
        return;
    }
    plat_buffer_init(&text, 1024);
    plat_buffer_printf(&text, "certificate %.64s in store %s is left out: %s", name, load->store, why);
    const char *line = plat_buffer_text(&text);
    load->problem(load->context, line != NULL ? line : why);
    plat_buffer_free(&text);
}

static win_error load_blob(struct load *load, const char *name, struct plat_span blob)
{
    struct plat_span der;
    struct cert cert;
    uint8_t thumbprint[CERT_THUMBPRINT_SIZE];
    const struct cert *added;
    if (cert_blob_verified(blob, &der) != ERROR_SUCCESS) {
        tell(load, name, "its Blob is damaged");
        return ERROR_SUCCESS;
    }
    win_error error = cert_parse(der, &cert);
    if (error != ERROR_SUCCESS) {
        tell(load, name, win_error_text(error));
        return ERROR_SUCCESS;
    }
    if (!cert_thumbprint_parse(name, thumbprint) ||
        !plat_span_equal(plat_span_of(thumbprint, sizeof thumbprint),
                         plat_span_of(cert.thumbprint, sizeof thumbprint))) {
        tell(load, name, "its key is not named by the certificate's thumbprint");
        return ERROR_SUCCESS;
    }
    return cert_set_add(load->set, der, &added);
}

static bool load_entry(void *context, reg_key child, const char *name)
{
    struct load *load = context;
    struct plat_buffer blob;
    if (load->entries++ == LIMIT_STORE_CERTIFICATES) {
        tell(load, name, "the store holds more certificates than Cerium reads");
        return false;
    }
    plat_buffer_init(&blob, LIMIT_REG_DATA);
    win_error error = read_blob(load->db, child, &blob);
    if (error == ERROR_SUCCESS) {
        load->error = load_blob(load, name, plat_span_of(blob.data, blob.size));
    } else if (error == ERROR_FILE_NOT_FOUND || error == ERROR_UNSUPPORTED_TYPE) {
        tell(load, name, "it has no binary value Blob");
    } else {
        load->error = error;
    }
    plat_buffer_free(&blob);
    return load->error == ERROR_SUCCESS;
}

win_error cert_store_load(struct reg_db *db, const char *store, struct cert_set *set,
                          void (*problem)(void *context, const char *text), void *context)
{
    struct load load = {
        .db = db, .store = cert_store_name(store), .set = set, .problem = problem, .context = context};
    struct plat_buffer path;
    reg_key key;
    if (!store_path(store, NULL, &path)) {
        return ERROR_INVALID_NAME;
    }
    const char *text = plat_buffer_text(&path);
    win_error error = text == NULL ? no_path(&path) : reg_key_open(db, REG_HKLM, text, &key);
    plat_buffer_free(&path);
    if (error == ERROR_FILE_NOT_FOUND) {
        return ERROR_SUCCESS; /* a store nobody has put anything into */
    }
    if (error == ERROR_SUCCESS) {
        error = reg_each_key(db, key, load_entry, &load);
    }
    return error == ERROR_SUCCESS ? load.error : error;
}
