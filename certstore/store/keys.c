/* SPDX-License-Identifier: Apache-2.0 */
/* Private keys in files of their own, beside the registry. */
#include "certstore/crypto.h"
#include "certstore/key.h"
#include "crypto/key_material.h"
#include "platform/file.h"
#include "platform/limits.h"

#define DIRECTORY_MODE 0700U
#define FILE_MODE 0600U
#define MODE_OTHERS 0077U /* any right for group or others */
#define MODE_OTHERS_WRITE 0022U

/* "<registry file>.keys" */
static const char *directory_path(const struct reg_db *db, struct plat_buffer *path)
{
    plat_buffer_init(path, LIMIT_PATH_SIZE);
    plat_buffer_printf(path, "%s.keys", reg_db_path(db));
    return plat_buffer_text(path);
}

/* "<registry file>.keys/<SHA-256 of the SubjectPublicKeyInfo>.pem" */
static const char *file_path(const struct reg_db *db, const struct cert *cert, struct plat_buffer *path)
{
    uint8_t hash[CERT_SHA256_SIZE];
    (void)directory_path(db, path);
    cert_sha256(cert->spki, hash);
    plat_buffer_append_u8(path, '/');
    cert_hex_append(path, plat_span_of(hash, sizeof hash), 0);
    plat_buffer_append_text(path, ".pem");
    return plat_buffer_text(path);
}

static win_error path_error(const struct plat_buffer *path)
{
    return path->failed == ERROR_FILE_TOO_LARGE ? ERROR_FILENAME_EXCED_RANGE : ERROR_NOT_ENOUGH_MEMORY;
}

/* One that others may write to could have its files exchanged: refused. */
static win_error check_directory(const struct reg_db *db)
{
    struct plat_buffer path;
    struct plat_file_info info;
    const char *text = directory_path(db, &path);
    win_error error = text == NULL ? path_error(&path) : plat_file_stat(text, &info);
    if (error == ERROR_SUCCESS && info.kind != PLAT_FILE_DIRECTORY) {
        error = ERROR_DIRECTORY;
    } else if (error == ERROR_SUCCESS && (info.mode & MODE_OTHERS_WRITE) != 0) {
        error = ERROR_ACCESS_DENIED;
    }
    plat_buffer_free(&path);
    return error;
}

static win_error prepare_directory(const struct reg_db *db)
{
    struct plat_buffer path;
    const char *text = directory_path(db, &path);
    win_error error = text == NULL ? path_error(&path) : plat_directory_create(text, DIRECTORY_MODE);
    plat_buffer_free(&path);
    return error == ERROR_SUCCESS || error == ERROR_ALREADY_EXISTS ? check_directory(db) : error;
}

win_error cert_key_save(const struct reg_db *db, const struct cert *cert, const struct cert_key *key)
{
    struct plat_buffer path, pem;
    if (!cert_key_fits(key, cert)) {
        return NTE_BAD_KEY;
    }
    win_error error = prepare_directory(db);
    if (error != ERROR_SUCCESS) {
        return error;
    }
    error = cert_secret_init(&pem, 2 * LIMIT_KEY_SIZE);
    if (error == ERROR_SUCCESS) {
        error = cert_key_write(key, NULL, &pem);
    }
    const char *text = file_path(db, cert, &path);
    if (error == ERROR_SUCCESS) {
        error = text == NULL ? path_error(&path) : plat_file_write_atomic(text, pem.data, pem.size, FILE_MODE);
    }
    plat_buffer_free(&path);
    cert_secret_free(&pem);
    return error;
}

/* The file is there, regular, and nobody else's to read. */
static win_error check_file(const char *path)
{
    struct plat_file_info info;
    win_error error = plat_file_stat(path, &info);
    if (error == ERROR_FILE_NOT_FOUND || error == ERROR_PATH_NOT_FOUND) {
        return NTE_NO_KEY;
    }
    if (error != ERROR_SUCCESS) {
        return error;
    }
    return info.kind != PLAT_FILE_REGULAR || (info.mode & MODE_OTHERS) != 0 ? ERROR_ACCESS_DENIED
                                                                            : ERROR_SUCCESS;
}

static win_error load_file(const char *path, const struct cert *cert, struct cert_key **key)
{
    struct plat_buffer pem;
    win_error error = cert_secret_init(&pem, 2 * LIMIT_KEY_SIZE);
    if (error == ERROR_SUCCESS) {
        error = plat_file_read_private(path, &pem);
    }
    if (error == ERROR_FILE_NOT_FOUND || error == ERROR_PATH_NOT_FOUND) {
        error = NTE_NO_KEY;
    }
    if (error == ERROR_SUCCESS) {
        error = cert_key_parse(plat_span_of(pem.data, pem.size), key, NULL);
    }
    cert_secret_free(&pem);
    if (error == ERROR_SUCCESS && !cert_key_matches(*key, cert)) {
        cert_key_free(*key);
        *key = NULL;
        return NTE_BAD_KEY;
    }
    return error;
}

win_error cert_key_load(const struct reg_db *db, const struct cert *cert, struct cert_key **key)
{
    struct plat_buffer path;
    *key = NULL;
    win_error error = check_directory(db);
    if (error != ERROR_SUCCESS) {
        return error == ERROR_FILE_NOT_FOUND || error == ERROR_PATH_NOT_FOUND ? NTE_NO_KEY : error;
    }
    const char *text = file_path(db, cert, &path);
    error = text == NULL ? path_error(&path) : load_file(text, cert, key);
    plat_buffer_free(&path);
    return error;
}

win_error cert_key_look(const struct reg_db *db, const struct cert *cert)
{
    struct cert_key *key;
    win_error error = cert_key_load(db, cert, &key);
    cert_key_free(key);
    return error;
}

bool cert_key_exists(const struct reg_db *db, const struct cert *cert)
{
    struct plat_buffer path;
    const char *text = file_path(db, cert, &path);
    bool there = text != NULL && check_file(text) == ERROR_SUCCESS;
    plat_buffer_free(&path);
    return there;
}

win_error cert_key_remove(const struct reg_db *db, const struct cert *cert)
{
    struct plat_buffer path;
    const char *text = file_path(db, cert, &path);
    win_error error = text == NULL ? path_error(&path) : plat_file_remove(text);
    plat_buffer_free(&path);
    return error == ERROR_FILE_NOT_FOUND || error == ERROR_PATH_NOT_FOUND ? NTE_NO_KEY : error;
}
