/* SPDX-License-Identifier: Apache-2.0 */
/* One entry of a store: written, removed, had by its thumbprint. */
#include "store/place.h"
#include "store/run.h"

#include "certstore/crypto.h"
#include "platform/limits.h"

static struct plat_span span_of(const struct plat_buffer *buffer)
{
    return plat_span_of(buffer->data, buffer->size);
}

/* The first key that the entry has; CRYPT_E_NOT_FOUND. *index goes on behind it. */
static win_error next_key(struct reg_db *db, const struct cert_place *place, const char *path, size_t *index,
                          reg_key *key)
{
    win_error error = ERROR_FILE_NOT_FOUND;
    while (error == ERROR_FILE_NOT_FOUND) {
        error = cert_place_open(db, place, (*index)++, path, key);
    }
    return error == ERROR_NO_MORE_ITEMS ? CRYPT_E_NOT_FOUND : error;
}

/* ---- reading ---- */

static win_error verify(struct plat_span bytes, enum cert_blob_kind kind, const uint8_t *thumbprint,
                        struct cert_blob *blob)
{
    uint8_t sha1[CERT_SHA1_SIZE];
    win_error error = cert_blob_read_verified(bytes, blob);
    if (error == ERROR_SUCCESS) {
        cert_sha1(blob->content, sha1);
        if (blob->kind != kind ||
            !plat_span_equal(plat_span_of(sha1, sizeof sha1), plat_span_of(thumbprint, sizeof sha1))) {
            error = ERROR_INVALID_DATA;
        }
    }
    return error;
}

win_error cert_store_get(struct reg_db *db, enum cert_location location, const char *store,
                         enum cert_blob_kind kind, const uint8_t thumbprint[CERT_THUMBPRINT_SIZE],
                         struct plat_buffer *bytes, struct cert_blob *blob)
{
    struct cert_place place;
    char path[CERT_ENTRY_PATH_SIZE];
    bool damaged = false;
    size_t index = 0;
    *blob = (struct cert_blob){0};
    win_error error = cert_place_of(location, store, &place);
    if (error != ERROR_SUCCESS || !cert_entry_path(kind, thumbprint, path)) {
        return error != ERROR_SUCCESS ? error : ERROR_INVALID_PARAMETER;
    }
    for (;;) {
        reg_key key;
        plat_buffer_clear(bytes);
        error = next_key(db, &place, path, &index, &key);
        if (error != ERROR_SUCCESS) {
            break;
        }
        error = cert_entry_bytes(db, key, bytes);
        if (error == ERROR_SUCCESS) {
            error = verify(span_of(bytes), kind, thumbprint, blob);
        }
        if (error != ERROR_INVALID_DATA && error != ERROR_FILE_NOT_FOUND) {
            break; /* it is good, or the registry cannot be read */
        }
        damaged = true;
    }
    if (error != ERROR_SUCCESS) {
        *blob = (struct cert_blob){0};
    }
    return error == CRYPT_E_NOT_FOUND && damaged ? ERROR_INVALID_DATA : error;
}

/* ---- writing ---- */

/* The properties of an entry that is to be written again; none when it is damaged or another's. */
static win_error keep_properties(struct reg_db *db, reg_key key, const struct cert_blob *blob,
                                 struct plat_buffer *bytes, struct plat_span *properties)
{
    struct cert_blob old;
    *properties = (struct plat_span){0};
    win_error error = cert_entry_bytes(db, key, bytes);
    if (error == ERROR_FILE_NOT_FOUND) {
        return ERROR_SUCCESS;
    }
    if (error == ERROR_SUCCESS && cert_blob_read(span_of(bytes), &old) == ERROR_SUCCESS &&
        old.kind == blob->kind && plat_span_equal(old.content, blob->content)) {
        *properties = old.properties;
    }
    return error;
}

static win_error write_at(struct reg_db *db, reg_key key, const struct cert_blob *blob, bool keep)
{
    struct plat_buffer old, bytes;
    struct cert_blob whole = *blob;
    win_error error = ERROR_SUCCESS;
    plat_buffer_init(&old, LIMIT_REG_DATA);
    plat_buffer_init(&bytes, LIMIT_REG_DATA);
    if (keep) {
        error = keep_properties(db, key, blob, &old, &whole.properties);
    }
    if (error == ERROR_SUCCESS) {
        cert_blob_write(&bytes, &whole);
        error = bytes.failed;
    }
    if (error == ERROR_SUCCESS) {
        error = reg_value_set(db, key, "Blob", REG_BINARY, bytes.data, bytes.size);
    }
    plat_buffer_free(&old);
    plat_buffer_free(&bytes);
    return error;
}

/* A change of several steps as one: part of the caller's transaction, or one of its own. */
static win_error begin(struct reg_db *db, bool *own)
{
    win_error error = reg_begin(db);
    *own = error == ERROR_SUCCESS;
    return error == ERROR_INVALID_FUNCTION ? ERROR_SUCCESS : error; /* one is open */
}

static win_error end(struct reg_db *db, bool own, win_error error)
{
    if (own && error == ERROR_SUCCESS) {
        return reg_commit(db);
    }
    if (own) {
        reg_rollback(db);
    }
    return error;
}

static win_error write_entry(struct reg_db *db, const struct cert_place *place, const struct cert_blob *blob,
                             bool keep, bool *existed)
{
    uint8_t sha1[CERT_SHA1_SIZE];
    char path[CERT_ENTRY_PATH_SIZE];
    size_t index = 0;
    reg_key key;
    bool own;
    cert_sha1(blob->content, sha1);
    (void)cert_entry_path(blob->kind, sha1, path);
    win_error error = begin(db, &own);
    if (error != ERROR_SUCCESS) {
        return error;
    }
    error = next_key(db, place, path, &index, &key);
    bool there = error == ERROR_SUCCESS;
    if (error == CRYPT_E_NOT_FOUND) {
        error = cert_place_create(db, place, path, &key);
    }
    if (error == ERROR_SUCCESS) {
        error = write_at(db, key, blob, keep && there);
    }
    error = end(db, own, error);
    if (error == ERROR_SUCCESS && existed != NULL) {
        *existed = there;
    }
    return error;
}

win_error cert_store_add(struct reg_db *db, enum cert_location location, const char *store,
                         struct plat_span der, bool *existed)
{
    struct cert cert;
    struct cert_place place;
    const struct cert_blob blob = {.kind = CERT_BLOB_CERTIFICATE, .content = der};
    win_error error = cert_place_of(location, store, &place);
    if (error == ERROR_SUCCESS) {
        error = cert_parse(der, &cert);
    }
    return error == ERROR_SUCCESS ? write_entry(db, &place, &blob, true, existed) : error;
}

static win_error check_content(const struct cert_blob *blob)
{
    struct cert cert;
    struct cert_crl crl;
    if (!cert_properties_valid(blob->properties)) {
        return ERROR_INVALID_DATA;
    }
    if (blob->kind == CERT_BLOB_CERTIFICATE) {
        return cert_parse(blob->content, &cert);
    }
    return blob->kind == CERT_BLOB_CRL ? cert_crl_parse(blob->content, &crl) : ERROR_INVALID_PARAMETER;
}

win_error cert_store_put(struct reg_db *db, enum cert_location location, const char *store,
                         const struct cert_blob *blob, bool *existed)
{
    struct cert_place place;
    win_error error = cert_place_of(location, store, &place);
    if (error == ERROR_SUCCESS) {
        error = check_content(blob);
    }
    return error == ERROR_SUCCESS ? write_entry(db, &place, blob, false, existed) : error;
}

/* ---- removing ---- */

static win_error why_not_there(struct reg_db *db, const struct cert_place *place)
{
    struct plat_buffer path;
    win_error error = ERROR_FILE_NOT_FOUND;
    plat_buffer_init(&path, LIMIT_REG_DATA);
    for (size_t i = 0; error == ERROR_FILE_NOT_FOUND || error == ERROR_INVALID_DATA; i++) {
        error = cert_place_init_file(db, place, i, &path);
    }
    plat_buffer_free(&path);
    return error == ERROR_SUCCESS         ? ERROR_ACCESS_DENIED
           : error == ERROR_NO_MORE_ITEMS ? CRYPT_E_NOT_FOUND
                                          : error;
}

win_error cert_store_remove(struct reg_db *db, enum cert_location location, const char *store,
                            enum cert_blob_kind kind, const uint8_t thumbprint[CERT_THUMBPRINT_SIZE])
{
    struct cert_place place;
    char path[CERT_ENTRY_PATH_SIZE];
    size_t index = 0, removed = 0;
    bool own;
    win_error error = cert_place_of(location, store, &place);
    if (error != ERROR_SUCCESS || !cert_entry_path(kind, thumbprint, path)) {
        return error != ERROR_SUCCESS ? error : ERROR_INVALID_PARAMETER;
    }
    error = begin(db, &own);
    if (error != ERROR_SUCCESS) {
        return error;
    }
    while (error == ERROR_SUCCESS) {
        reg_key key;
        error = next_key(db, &place, path, &index, &key);
        if (error == ERROR_SUCCESS) {
            error = reg_key_delete_tree(db, key);
            removed++;
        }
    }
    if (error == CRYPT_E_NOT_FOUND) {
        error = removed != 0 ? ERROR_SUCCESS : why_not_there(db, &place);
    }
    return end(db, own, error);
}
