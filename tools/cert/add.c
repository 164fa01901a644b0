/* SPDX-License-Identifier: Apache-2.0 */
/* `cerium cert add`: certificates out of files into one store, one of them with its private key. */
#include "cert/certtool.h"

#include "platform/memory.h"

#include <string.h>

static const struct certtool_option options[] = {
    {"--store", CERTTOOL_VALUE, 's'},         {"--user", CERTTOOL_NOTHING, 0}, {"--key", CERTTOOL_VALUE, 'f'},
    {"--password-file", CERTTOOL_VALUE, 'f'}, {"--name", CERTTOOL_VALUE, 'x'},
};

bool certtool_save_key(const struct certtool_command *command, struct reg_db *db, const struct cert *cert,
                       const struct cert_key *key, bool *is_new)
{
    *is_new = cert_key_look(db, cert) == NTE_NO_KEY;
    win_error error = cert_key_save(db, cert, key);
    if (error == ERROR_ACCESS_DENIED) {
        certtool_fail(
            command,
            "the directory %s.keys may be written by others, or not by you; make it yours with mode 0700",
            reg_db_path(db));
    } else if (error != ERROR_SUCCESS) {
        certtool_fail(command, "cannot keep the key in %s.keys: %s", reg_db_path(db), win_error_text(error));
    }
    return error == ERROR_SUCCESS;
}

void certtool_warn_of_place(const struct certtool_command *command, const char *store, const struct cert *cert)
{
    struct plat_buffer name;
    bool root = certtool_is_root(cert);
    bool trusted = strcmp(store, "ROOT") == 0 || strcmp(store, "Privileged") == 0;
    plat_buffer_init(&name, LIMIT_CERT_FILE);
    if (trusted && !root) {
        certtool_warn(command,
                      "%s has not signed itself: it is no root, and nothing is trusted because of "
                      "it in %s. If another authority has issued it, its place is CA",
                      certtool_name(cert->subject, &name), store);
    } else if (strcmp(store, "CA") == 0 && root) {
        certtool_warn(command,
                      "%s is a root; being in CA does not make it trusted. If you trust it: cerium cert trust FILE",
                      certtool_name(cert->subject, &name));
    }
    plat_buffer_free(&name);
}

static void print_added(const struct cert *cert, const char *store, bool existed)
{
    char thumbprint[CERT_THUMBPRINT_TEXT_SIZE];
    struct plat_buffer name;
    plat_buffer_init(&name, LIMIT_CERT_FILE);
    cert_thumbprint_text(cert->thumbprint, thumbprint);
    certtool_say("%s %s %s\n", existed ? "already in" : "added to", store, thumbprint);
    certtool_say("  %s\n", certtool_name(cert->subject, &name));
    plat_buffer_free(&name);
}

/* With the properties it came with; one that is there keeps its own. A friendly name that is asked for is set in any case. */
static win_error write_one(const struct certtool_command *command, struct reg_db *db, const char *store,
                           const struct cert_set *set, const struct cert *cert, bool *existed)
{
    const char *name = certtool_value(command, "--name");
    struct plat_buffer before, properties;
    struct cert_blob blob;
    plat_buffer_init(&before, LIMIT_REG_DATA);
    plat_buffer_init(&properties, LIMIT_REG_DATA);
    win_error error = cert_store_get(db, certtool_location(command), store, CERT_BLOB_CERTIFICATE,
                                     cert->thumbprint, &before, &blob);
    *existed = error == ERROR_SUCCESS;
    if (error == CRYPT_E_NOT_FOUND) {
        blob = (struct cert_blob){CERT_BLOB_CERTIFICATE, cert->der, cert_set_properties(set, cert)};
        error = ERROR_SUCCESS;
    }
    if (error == ERROR_SUCCESS && name != NULL) {
        cert_property_set_friendly_name(&properties, blob.properties, name);
        blob.properties = plat_span_of(properties.data, properties.size);
        error = properties.failed;
    }
    if (error == ERROR_SUCCESS && (name != NULL || !*existed)) {
        error = cert_store_put(db, certtool_location(command), store, &blob, NULL);
    }
    plat_buffer_free(&before);
    plat_buffer_free(&properties);
    return error;
}

/*
 * All or nothing. existed[i] tells of the i-th. The key right before the commit: a certificate never stands in MY without the key it came with, and an add that is
 * broken off leaves none behind. ERROR_CANCELLED: the key cannot be kept, which was told.
 */
static win_error write_all(const struct certtool_command *command, struct reg_db *db, const char *store,
                           const struct cert_set *set, const struct cert_key *key, bool *existed)
{
    bool key_is_new = false;
    win_error error = reg_begin(db);
    if (error != ERROR_SUCCESS) {
        return error;
    }
    for (size_t i = 0; i < cert_set_count(set) && error == ERROR_SUCCESS; i++) {
        error = write_one(command, db, store, set, cert_set_at(set, i), &existed[i]);
    }
    if (error == ERROR_SUCCESS && key != NULL &&
        !certtool_save_key(command, db, cert_set_at(set, 0), key, &key_is_new)) {
        error = ERROR_CANCELLED;
    }
    if (error != ERROR_SUCCESS) {
        reg_rollback(db);
        return error;
    }
    error = reg_commit(db);
    if (error != ERROR_SUCCESS && key_is_new && cert_key_remove(db, cert_set_at(set, 0)) != ERROR_SUCCESS) {
        certtool_fail(command, "its key stays behind in %s.keys", reg_db_path(db));
    }
    return error;
}

static int store_all(const struct certtool_command *command, struct reg_db *db, const char *store,
                     const struct cert_set *set, const struct cert_key *key)
{
    size_t count = cert_set_count(set);
    bool *existed = plat_calloc(count, sizeof *existed);
    win_error error =
        existed == NULL ? ERROR_NOT_ENOUGH_MEMORY : write_all(command, db, store, set, key, existed);
    if (error == ERROR_CANCELLED) {
        certtool_fail(command, "nothing was added to %s in %s", store, reg_db_path(db));
    } else if (error != ERROR_SUCCESS) {
        certtool_fail(command, "nothing was added to %s in %s: %s", store, reg_db_path(db),
                      win_error_text(error));
    }
    for (size_t i = 0; i < count && error == ERROR_SUCCESS; i++) {
        const struct cert *cert = cert_set_at(set, i);
        print_added(cert, store, existed[i]);
        certtool_warn_of_place(command, store, cert);
    }
    if (error == ERROR_SUCCESS && key != NULL) {
        puts("  with its key");
    } else if (error == ERROR_SUCCESS && strcmp(store, "MY") == 0 && count == 1 &&
               cert_key_look(db, cert_set_at(set, 0)) == NTE_NO_KEY) {
        certtool_warn(command,
                      "its private key is not here, so a server cannot use it; add it again with --key FILE");
    }
    plat_free(existed);
    return error == ERROR_SUCCESS ? TOOL_OK : TOOL_FAILED;
}

/* A key is for one certificate, and fits it. */
static int check_key(const struct certtool_command *command, const struct cert_set *set, struct cert_key **key)
{
    const char *path = certtool_value(command, "--key");
    if (cert_set_count(set) != 1) {
        return certtool_fail(command,
                             "--key needs files with one certificate in all, here are %zu; add the "
                             "intermediates to CA, without --key",
                             cert_set_count(set));
    }
    int code = certtool_read_key(command, path, key);
    if (code != TOOL_OK) {
        return code;
    }
    const char *why = cert_key_unfit_reason(*key, cert_set_at(set, 0));
    return why == NULL
               ? TOOL_OK
               : certtool_fail(command,
                               "the key in %s does not belong to the certificate: %s; nothing was added",
                               path, why);
}

static int run(struct certtool_command *command)
{
    int code;
    const char *store = certtool_store(command, true, &code);
    const char *key_path = certtool_value(command, "--key");
    if (store == NULL) {
        return code;
    }
    if (command->word_count == 0) {
        return certtool_usage(command, "%s", command->verb->needs);
    }
    if (key_path != NULL && strcmp(store, "MY") != 0) {
        return certtool_usage(command, "a key belongs to a certificate in MY, not in %s", store);
    }
    if (key_path == NULL && certtool_given(command, "--password-file")) {
        return certtool_usage(command, "--password-file is the password of a key; it needs --key");
    }
    struct cert_set *set = certtool_new_set(command);
    struct cert_key *key = NULL;
    struct reg_db *db = NULL;
    code = set == NULL ? TOOL_FAILED : TOOL_OK;
    for (int i = 0; i < command->word_count && code == TOOL_OK; i++) {
        code = certtool_read(command, command->words[i], set, NULL) ? TOOL_OK : TOOL_FAILED;
    }
    if (code == TOOL_OK && key_path != NULL) {
        code = check_key(command, set, &key);
    }
    if (code == TOOL_OK && certtool_given(command, "--name") && cert_set_count(set) != 1) {
        code = certtool_fail(command, "--name is for one certificate, here are %zu", cert_set_count(set));
    }
    if (code == TOOL_OK) {
        code = certtool_open(command, REG_OPEN_CREATE, &db) ? store_all(command, db, store, set, key)
                                                            : TOOL_FAILED;
        reg_db_close(db);
    }
    cert_key_free(key);
    cert_set_free(set);
    return code;
}

const struct certtool_verb certtool_verb_add = {
    .name = "add",
    .summary = "certificates out of files into a store, with a private key",
    .help = certtool_help_add,
    .run = run,
    .options = options,
    .option_count = sizeof options / sizeof options[0],
    .words_least = 1,
    .words_most = -1,
    .word_kinds = "sf",
    .needs = "it needs a STORE and at least one FILE",
};
