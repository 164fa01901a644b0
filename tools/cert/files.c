/* SPDX-License-Identifier: Apache-2.0 */
/* The files that the verbs read and write. */
#include "cert/certtool.h"

#include "certstore/file.h"
#include "platform/file.h"
#include "platform/limits.h"
#include "platform/memory.h"
#include "platform/process.h"

#include <string.h>

struct cert_set *certtool_new_set(const struct certtool_command *command)
{
    struct cert_set *set = NULL;
    if (cert_set_create(&set) != ERROR_SUCCESS) {
        certtool_fail(command, "%s", win_error_text(ERROR_NOT_ENOUGH_MEMORY));
        return NULL;
    }
    return set;
}

struct cert_crl_set *certtool_new_crl_set(const struct certtool_command *command)
{
    struct cert_crl_set *set = NULL;
    if (cert_crl_set_create(&set) != ERROR_SUCCESS) {
        certtool_fail(command, "%s", win_error_text(ERROR_NOT_ENOUGH_MEMORY));
        return NULL;
    }
    return set;
}

/* ---- reading ---- */

struct sets {
    struct cert_set *certs;
    struct cert_crl_set *crls;
    bool found;
};

static win_error take(void *context, const struct cert_blob *blob)
{
    struct sets *sets = context;
    if (blob->kind == CERT_BLOB_CERTIFICATE && sets->certs != NULL) {
        sets->found = true;
        return cert_set_add_with(sets->certs, blob->content, blob->properties, NULL);
    }
    if (blob->kind == CERT_BLOB_CRL && sets->crls != NULL) {
        sets->found = true;
        return cert_crl_set_add(sets->crls, blob->content, blob->properties, NULL);
    }
    return ERROR_SUCCESS;
}

static int tell_unread(const struct certtool_command *command, const char *path, struct plat_span file,
                       const struct sets *sets, win_error error)
{
    const char *what = sets->certs != NULL ? "certificate" : "revocation list";
    switch (cert_file_kind_of(file)) {
    case CERT_FILE_PFX:
        return certtool_fail(
            command, "%s is a PKCS #12 file (.pfx); `cerium cert import` opens it with its password", path);
    case CERT_FILE_KEY:
        return certtool_fail(
            command, "%s holds no %s but a private key; give it with --key to `cerium cert add`", path, what);
    default:
        break;
    }
    if (error == ERROR_INVALID_DATA || error == ERROR_SUCCESS) {
        return certtool_fail(command, "%s holds no %s (PEM, DER, .p7b, .sst), or a damaged one", path, what);
    }
    return certtool_fail(command, "a %s in %s cannot be taken: %s", what, path, win_error_text(error));
}

const char *certtool_shown(const char *path)
{
    return strcmp(path, "-") == 0 ? "standard input" : path;
}

/* A word that looks like no path may be meant for a certificate in a store. */
static void tell_no_file(const struct certtool_command *command, const char *path)
{
    struct certtool_thumbprint thumbprint;
    bool takes_both = command->verb->word_kinds != NULL && command->verb->word_kinds[0] == 't';
    if (certtool_thumbprint_parse(path, &thumbprint)) {
        certtool_fail(
            command,
            "cannot read %s: there is no such file; of a certificate in a store make one: cerium cert "
            "show %s --pem > FILE",
            path, path);
    } else if (path[0] == '\0' || strpbrk(path, "./") != NULL) {
        certtool_fail(command, "cannot read \"%s\": there is no such file", path);
    } else {
        certtool_fail(
            command,
            "cannot read \"%s\": there is no such file. A FILE%s is wanted; `cerium cert find TEXT` looks "
            "for names in the stores",
            path, takes_both ? " or a thumbprint" : "");
    }
}

static void tell_unreadable(const struct certtool_command *command, const char *path, win_error error)
{
    struct plat_file_info info;
    bool there = strcmp(path, "-") != 0 && plat_file_stat(path, &info) == ERROR_SUCCESS;
    if (error == ERROR_FILE_NOT_FOUND || error == ERROR_PATH_NOT_FOUND) {
        tell_no_file(command, path);
        return;
    }
    certtool_fail(command, "cannot read %s: %s", certtool_shown(path),
                  there && info.kind == PLAT_FILE_DIRECTORY
                      ? "it is a directory; `cerium cert import` takes whole ones"
                  : there && info.kind != PLAT_FILE_REGULAR ? CERTTOOL_IS_NO_FILE
                  : error == ERROR_FILE_TOO_LARGE           ? "it is larger than 4 MiB"
                                                            : win_error_text(error));
}

bool certtool_read(const struct certtool_command *command, const char *path, struct cert_set *certs,
                   struct cert_crl_set *crls)
{
    struct sets sets = {certs, crls, false};
    struct plat_buffer bytes;
    plat_buffer_init(&bytes, LIMIT_CERT_FILE);
    win_error error = plat_file_read_all(path, &bytes);
    bool ok = error == ERROR_SUCCESS;
    if (!ok) {
        tell_unreadable(command, path, error);
    } else {
        struct plat_span file = plat_span_of(bytes.data, bytes.size);
        error = cert_file_read(file, take, &sets);
        ok = error == ERROR_SUCCESS && sets.found;
        if (!ok) {
            tell_unread(command, certtool_shown(path), file, &sets, error);
        }
    }
    plat_buffer_free(&bytes);
    return ok;
}

/* ---- private keys ---- */

static win_error parse_key(const struct certtool_command *command, const char *path, struct plat_span file,
                           struct cert_key **key, struct plat_buffer *why, int *code)
{
    struct plat_buffer password;
    const char *text = NULL;
    win_error error = cert_key_parse_password(file, NULL, key, why);
    plat_buffer_init(&password, 0);
    if (error != ERROR_INVALID_PASSWORD) {
        return error;
    }
    *code = certtool_password(command, "Password of the key: ", false, &password, &text);
    if (*code == TOOL_OK && text == NULL) {
        *code = certtool_fail(
            command, "the key in %s is encrypted with a password; give it with --password-file FILE", path);
    } else if (*code == TOOL_OK) {
        plat_buffer_clear(why);
        error = cert_key_parse_password(file, text, key, why);
    }
    certtool_password_free(&password);
    return *code == TOOL_OK ? error : ERROR_SUCCESS;
}

int certtool_read_key(const struct certtool_command *command, const char *path, struct cert_key **key)
{
    struct plat_buffer bytes, why;
    int code = TOOL_OK;
    *key = NULL;
    plat_buffer_init(&bytes, LIMIT_CERT_FILE);
    plat_buffer_init(&why, 512);
    (void)plat_buffer_reserve(&bytes, 2 * LIMIT_KEY_SIZE); /* so that no freed copy of the key stays behind */
    win_error error = plat_file_read_all(path, &bytes);
    if (error != ERROR_SUCCESS) {
        code = certtool_fail(command, "cannot read the key file %s: %s", certtool_shown(path),
                             win_error_text(error));
    } else {
        error = parse_key(command, path, plat_span_of(bytes.data, bytes.size), key, &why, &code);
        const char *words = why.size != 0 ? plat_buffer_text(&why) : NULL;
        if (error == ERROR_INVALID_PASSWORD) {
            code = certtool_fail(command, "that is not the password of the key in %s; nothing was done", path);
        } else if (error != ERROR_SUCCESS) {
            code = certtool_fail(command, "cannot take the key in %s: %s", path,
                                 words != NULL ? words : win_error_text(error));
        }
    }
    certtool_password_free(&bytes);
    plat_buffer_free(&why);
    return code;
}

/* ---- writing ---- */

/* Not a part of the registry, not over something that is no file, not over a file without --force. */
static int may_write(const struct certtool_command *command, const struct reg_db *db, const char *path)
{
    struct plat_file_info info;
    if (tool_is_of_registry(db, path)) {
        return certtool_fail(command, "%s belongs to the registry itself; name another file", path);
    }
    if (plat_file_stat(path, &info) != ERROR_SUCCESS) {
        return TOOL_OK;
    }
    if (info.kind != PLAT_FILE_REGULAR) {
        return certtool_fail(command, "%s is there and no regular file; name another one", path);
    }
    if (certtool_given(command, "--force")) {
        return TOOL_OK;
    }
    return certtool_fail(command, "%s is there already; --force writes over it", path);
}

int certtool_write(const struct certtool_command *command, const struct reg_db *db, struct plat_span content,
                   bool secret)
{
    const char *path = certtool_value(command, "-o");
    if (path == NULL || strcmp(path, "-") == 0) {
        return plat_write(PLAT_STDOUT, content.data, content.size) == ERROR_SUCCESS
                   ? TOOL_OK
                   : certtool_fail(command, "standard output could not be written");
    }
    int code = may_write(command, db, path);
    if (code != TOOL_OK) {
        return code;
    }
    win_error error = plat_file_write_atomic(path, content.data, content.size, secret ? 0600U : 0644U);
    return error == ERROR_SUCCESS
               ? TOOL_OK
               : certtool_fail(command, "%s cannot be written: %s", path, win_error_text(error));
}
