/* SPDX-License-Identifier: Apache-2.0 */
/* `cerium cert crl add`; `crl list`, `crl show` and `crl delete` are with their like for certificates. */
#include "cert/certtool.h"

static const struct certtool_option options[] = {{"--store", CERTTOOL_VALUE, 's'},
                                                 {"--user", CERTTOOL_NOTHING, 0}};

static win_error write_all(const struct certtool_command *command, struct reg_db *db, const char *store,
                           const struct cert_crl_set *set, size_t *existed)
{
    win_error error = reg_begin(db);
    *existed = 0;
    if (error != ERROR_SUCCESS) {
        return error;
    }
    for (size_t i = 0; i < cert_crl_set_count(set) && error == ERROR_SUCCESS; i++) {
        const struct cert_crl *crl = cert_crl_set_at(set, i);
        struct cert_blob blob = {CERT_BLOB_CRL, crl->der, cert_crl_set_properties(set, crl)};
        bool there;
        error = cert_store_put(db, certtool_location(command), store, &blob, &there);
        *existed += error == ERROR_SUCCESS && there;
    }
    if (error != ERROR_SUCCESS) {
        reg_rollback(db);
        return error;
    }
    return reg_commit(db);
}

static void print_added(const char *store, const struct cert_crl_set *set, size_t existed)
{
    struct plat_buffer name;
    plat_buffer_init(&name, LIMIT_CERT_FILE);
    for (size_t i = 0; i < cert_crl_set_count(set); i++) {
        char thumbprint[CERT_THUMBPRINT_TEXT_SIZE];
        const struct cert_crl *crl = cert_crl_set_at(set, i);
        cert_thumbprint_text(crl->thumbprint, thumbprint);
        certtool_say("%s %s of %s\n", thumbprint, crl->is_delta ? "delta list" : "list",
                     certtool_short_name(crl->issuer, &name));
    }
    certtool_say("%zu added to %s, %zu there already\n", cert_crl_set_count(set) - existed, store, existed);
    plat_buffer_free(&name);
}

static int store_all(const struct certtool_command *command, const char *store, const struct cert_crl_set *set)
{
    struct reg_db *db;
    size_t existed;
    if (!certtool_open(command, REG_OPEN_CREATE, &db)) {
        return TOOL_FAILED;
    }
    win_error error = write_all(command, db, store, set, &existed);
    if (error != ERROR_SUCCESS) {
        certtool_fail(command, "nothing was added to %s in %s: %s", store, reg_db_path(db),
                      win_error_text(error));
    } else {
        print_added(store, set, existed);
    }
    reg_db_close(db);
    return error == ERROR_SUCCESS ? TOOL_OK : TOOL_FAILED;
}

static int run(struct certtool_command *command)
{
    int code;
    const char *store = certtool_store(command, true, &code);
    if (store == NULL) {
        return code;
    }
    if (command->word_count == 0) {
        return certtool_usage(command, "%s", command->verb->needs);
    }
    struct cert_crl_set *set = certtool_new_crl_set(command);
    bool ok = set != NULL;
    for (int i = 0; i < command->word_count && ok; i++) {
        ok = certtool_read(command, command->words[i], NULL, set);
    }
    code = ok ? store_all(command, store, set) : TOOL_FAILED;
    cert_crl_set_free(set);
    return code;
}

const struct certtool_verb certtool_verb_crl_add = {
    .name = "crl add",
    .summary = "revocation lists out of files into a store",
    .help = certtool_help_crl_add,
    .run = run,
    .options = options,
    .option_count = sizeof options / sizeof options[0],
    .words_least = 1,
    .words_most = -1,
    .word_kinds = "sf",
    .needs = "it needs a STORE and at least one FILE",
};
