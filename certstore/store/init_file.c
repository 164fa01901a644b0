/* SPDX-License-Identifier: Apache-2.0 */
/* The value InitFile of a store: a .p7b with certificates that came with the system (CE: \windows\sysroots.p7b). */
#include "store/load.h"

#include "certstore/file.h"
#include "platform/limits.h"

#define READ_SIZE 16384U

static win_error read_open_file(struct plat_file *file, struct plat_buffer *bytes)
{
    struct plat_file_info info;
    size_t got = READ_SIZE;
    win_error error = plat_file_info_of(file, &info);
    if (error != ERROR_SUCCESS || info.kind != PLAT_FILE_REGULAR) {
        return error != ERROR_SUCCESS ? error : ERROR_ACCESS_DENIED;
    }
    while (error == ERROR_SUCCESS && got == READ_SIZE) {
        uint8_t *room = plat_buffer_reserve(bytes, READ_SIZE);
        if (room == NULL) {
            return bytes->failed;
        }
        error = plat_file_read_at(file, bytes->size, room, READ_SIZE, &got);
        if (error == ERROR_SUCCESS) {
            plat_buffer_advance(bytes, got);
        }
    }
    return error;
}

static win_error read_file(struct plat_root *root, const char *path, struct plat_buffer *bytes)
{
    struct plat_file *file;
    win_error error = plat_root_open_file(root, path, &file);
    if (error == ERROR_SUCCESS) {
        error = read_open_file(file, bytes);
        plat_file_close(file);
    }
    return error;
}

struct found {
    size_t certificates, lists;
};

static win_error look(void *context, const struct cert_blob *blob)
{
    struct found *found = context;
    if (blob->kind == CERT_BLOB_CRL) {
        found->lists++;
    } else {
        found->certificates++;
    }
    return ERROR_SUCCESS;
}

static win_error take(void *context, const struct cert_blob *blob)
{
    struct cert_load *load = context;
    const char *why;
    if ((blob->kind == CERT_BLOB_CRL && load->crls == NULL) ||
        cert_load_count(load, blob->kind) == CERT_LOAD_FULL) {
        return ERROR_SUCCESS;
    }
    load->error = cert_load_take(load, blob, &why);
    if (why != NULL) {
        cert_load_tell(load, blob->kind, "%s in the InitFile of store %.255s is left out: %s",
                       blob->kind == CERT_BLOB_CRL ? "a CRL" : "a certificate", load->place.name, why);
    }
    return load->error;
}

static void tell_found(const struct cert_load *load, const char *path, const struct found *found)
{
    struct plat_buffer text;
    if (load->reader->note == NULL) {
        return;
    }
    plat_buffer_init(&text, LIMIT_LOG_LINE);
    plat_buffer_printf(&text, "store %.255s: its InitFile %.255s holds %zu certificates and %zu CRLs",
                       load->place.name, path, found->certificates, found->lists);
    if (plat_buffer_text(&text) != NULL) {
        load->reader->note(load->reader->context, plat_buffer_text(&text));
    }
    plat_buffer_free(&text);
}

/* What is missing with it may be a CRL: told as one where CRLs count. */
static void tell_nothing(struct cert_load *load, const char *path, const char *why)
{
    cert_load_tell(load, load->crls != NULL ? CERT_BLOB_CRL : CERT_BLOB_CERTIFICATE,
                   "the InitFile %.255s of store %.255s brings nothing: %s", path, load->place.name, why);
}

/* First the whole structure, then what is in it: a damaged file brings nothing. */
static win_error take_file(struct cert_load *load, const char *path)
{
    struct plat_buffer bytes;
    struct found found = {0};
    plat_buffer_init(&bytes, LIMIT_CERT_FILE + READ_SIZE);
    win_error error =
        load->reader->root == NULL ? ERROR_PATH_NOT_FOUND : read_file(load->reader->root, path, &bytes);
    const struct plat_span file = plat_span_of(bytes.data, bytes.size);
    if (error == ERROR_SUCCESS) {
        error = cert_file_read(file, look, &found);
    }
    if (error == ERROR_SUCCESS) {
        error = cert_file_read(file, take, load);
    }
    if (error == ERROR_SUCCESS) {
        tell_found(load, path, &found);
    }
    plat_buffer_free(&bytes);
    if (error == ERROR_SUCCESS || error == ERROR_NOT_ENOUGH_MEMORY) {
        return error;
    }
    tell_nothing(load, path,
                 load->reader->root == NULL    ? "there is no directory for CE paths"
                 : error == ERROR_INVALID_DATA ? "it is no PKCS #7 file, or damaged"
                                               : win_error_text(error));
    return ERROR_SUCCESS;
}

win_error cert_load_init_files(struct cert_load *load)
{
    struct plat_buffer path;
    win_error error = ERROR_SUCCESS;
    plat_buffer_init(&path, LIMIT_REG_DATA);
    for (size_t i = 0; error == ERROR_SUCCESS || error == ERROR_FILE_NOT_FOUND; i++) {
        plat_buffer_clear(&path);
        error = cert_place_init_file(load->db, &load->place, i, &path);
        if (error == ERROR_SUCCESS) {
            const char *text = plat_buffer_text(&path);
            error = text == NULL ? path.failed : take_file(load, text);
        } else if (error == ERROR_INVALID_DATA) {
            tell_nothing(load, "value", "it is no text");
            error = ERROR_SUCCESS;
        }
    }
    plat_buffer_free(&path);
    return error == ERROR_NO_MORE_ITEMS ? ERROR_SUCCESS : error;
}
