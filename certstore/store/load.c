/* SPDX-License-Identifier: Apache-2.0 */
/* Stores of the registry, read whole. */
#include "store/load.h"

#include "certstore/crypto.h"
#include "platform/limits.h"

#include <stdarg.h>
#include <string.h>

void cert_load_tell(struct cert_load *load, enum cert_blob_kind kind, const char *format, ...)
{
    const struct cert_store_reader *reader = load->reader;
    void (*tell)(void *, const char *) =
        kind == CERT_BLOB_CRL && reader->crl_problem != NULL ? reader->crl_problem : reader->problem;
    struct plat_buffer text;
    va_list args;
    if (tell == NULL) {
        return;
    }
    plat_buffer_init(&text, LIMIT_LOG_LINE);
    va_start(args, format);
    plat_buffer_vprintf(&text, format, args);
    va_end(args);
    const char *line = plat_buffer_text(&text);
    tell(reader->context, line != NULL ? line : "an entry of a store is left out");
    plat_buffer_free(&text);
}

static const char *kind_name(enum cert_blob_kind kind)
{
    return kind == CERT_BLOB_CERTIFICATE ? "certificate" : kind == CERT_BLOB_CRL ? "CRL" : "CTL";
}

static void tell_entry(struct cert_load *load, enum cert_blob_kind kind, const char *name, const char *why)
{
    cert_load_tell(load, kind, "%s %.64s in store %.255s is left out: %s", kind_name(kind), name,
                   load->place.name, why);
}

enum cert_load_step cert_load_count(struct cert_load *load, enum cert_blob_kind kind)
{
    bool certificate = kind == CERT_BLOB_CERTIFICATE;
    size_t most = certificate ? LIMIT_STORE_CERTIFICATES : LIMIT_STORE_CRLS;
    size_t *count = certificate ? &load->certificates : &load->lists;
    if (*count < most) {
        ++*count;
        return CERT_LOAD_ON;
    }
    if (*count == most) {
        ++*count;
        cert_load_tell(load, kind, "the store %.255s holds more than %zu %ss: the others are left out",
                       load->place.name, most, kind_name(kind));
    }
    return CERT_LOAD_FULL;
}

win_error cert_load_take(struct cert_load *load, const struct cert_blob *blob, const char **why)
{
    *why = NULL;
    win_error error = blob->kind == CERT_BLOB_CERTIFICATE
                          ? cert_set_add_with(load->set, blob->content, blob->properties, NULL)
                          : cert_crl_set_add(load->crls, blob->content, blob->properties, NULL);
    if (error == ERROR_SUCCESS || error == ERROR_NOT_ENOUGH_MEMORY) {
        return error;
    }
    *why = win_error_text(error);
    return ERROR_SUCCESS;
}

/* What an entry's key and value must say for it to be believed; NULL = all is well. */
static const char *check(const char *name, enum cert_blob_kind kind, struct plat_span bytes,
                         struct cert_blob *blob)
{
    uint8_t sha1[CERT_SHA1_SIZE], thumbprint[CERT_THUMBPRINT_SIZE];
    if (cert_blob_read_verified(bytes, blob) != ERROR_SUCCESS) {
        return "its Blob is damaged";
    }
    if (blob->kind != kind) {
        return "its Blob is of another kind";
    }
    cert_sha1(blob->content, sha1);
    if (strlen(name) != 2 * CERT_THUMBPRINT_SIZE || !cert_thumbprint_parse(name, thumbprint) ||
        !plat_span_equal(plat_span_of(thumbprint, sizeof thumbprint), plat_span_of(sha1, sizeof sha1))) {
        return "its key is not named by its thumbprint";
    }
    return NULL;
}

struct folder {
    struct cert_load *load;
    enum cert_blob_kind kind;
};

static bool load_entry(void *context, reg_key child, const char *name)
{
    const struct folder *folder = context;
    struct cert_load *load = folder->load;
    struct plat_buffer bytes;
    if (folder->kind == CERT_BLOB_CTL) {
        tell_entry(load, folder->kind, name, "trust lists are not read");
        return false; /* one sentence for all of them */
    }
    if (cert_load_count(load, folder->kind) == CERT_LOAD_FULL) {
        return false;
    }
    plat_buffer_init(&bytes, LIMIT_REG_DATA);
    load->error = cert_entry_bytes(load->db, child, &bytes);
    const char *why = NULL;
    if (load->error == ERROR_FILE_NOT_FOUND) {
        load->error = ERROR_SUCCESS;
        why = "it has no binary value Blob";
    } else if (load->error == ERROR_SUCCESS) {
        struct cert_blob blob;
        why = check(name, folder->kind, plat_span_of(bytes.data, bytes.size), &blob);
        if (why == NULL) {
            load->error = cert_load_take(load, &blob, &why);
        }
    }
    if (why != NULL) {
        tell_entry(load, folder->kind, name, why);
    }
    plat_buffer_free(&bytes);
    return load->error == ERROR_SUCCESS;
}

static win_error load_folders(struct cert_load *load, enum cert_blob_kind kind)
{
    struct folder folder = {.load = load, .kind = kind};
    char path[CERT_ENTRY_PATH_SIZE];
    win_error error = ERROR_SUCCESS;
    (void)cert_entry_path(kind, NULL, path);
    for (size_t i = 0; error == ERROR_SUCCESS || error == ERROR_FILE_NOT_FOUND; i++) {
        reg_key key;
        error = cert_place_open(load->db, &load->place, i, path, &key);
        if (error == ERROR_SUCCESS) {
            error = reg_each_key(load->db, key, load_entry, &folder);
        }
        if (error == ERROR_SUCCESS) {
            error = load->error;
        }
    }
    return error == ERROR_NO_MORE_ITEMS ? ERROR_SUCCESS : error;
}

win_error cert_store_load(struct reg_db *db, enum cert_location location, const char *store,
                          struct cert_set *set, struct cert_crl_set *crls,
                          const struct cert_store_reader *reader)
{
    static const struct cert_store_reader silent = {0};
    struct cert_load load = {.db = db, .set = set, .crls = crls, .reader = reader != NULL ? reader : &silent};
    win_error error = cert_place_of(location, store, &load.place);
    if (error == ERROR_SUCCESS) {
        error = load_folders(&load, CERT_BLOB_CERTIFICATE);
    }
    if (error == ERROR_SUCCESS && crls != NULL) {
        error = load_folders(&load, CERT_BLOB_CRL);
    }
    if (error == ERROR_SUCCESS) {
        error = load_folders(&load, CERT_BLOB_CTL);
    }
    return error == ERROR_SUCCESS ? cert_load_init_files(&load) : error;
}
