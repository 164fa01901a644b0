/* SPDX-License-Identifier: Apache-2.0 */
/* `cerium cert import`: files and directories into the stores, all in one transaction. */
#include "cert/import.h"

#include "platform/memory.h"

#include <inttypes.h>
#include <string.h>

static const struct certtool_option options[] = {
    {"--store", CERTTOOL_VALUE, 's'},
    {"--user", CERTTOOL_NOTHING, 0},
    {"--password-file", CERTTOOL_VALUE, 'f'},
};

/* ---- writing ---- */

struct tally {
    size_t added, there, crls_added, crls_there, keys, to_ca;
};

static win_error put(struct certtool_import *import, const char *store, const struct cert_blob *blob,
                     size_t *added, size_t *there)
{
    enum cert_location location = certtool_location(import->command);
    bool existed = false;
    win_error error;
    if (blob->kind == CERT_BLOB_CERTIFICATE && blob->properties.size == 0) {
        error = cert_store_add(import->db, location, store, blob->content,
                               &existed); /* keeps the properties of one that is there */
    } else {
        error = cert_store_put(import->db, location, store, blob, &existed);
    }
    *(existed ? there : added) += error == ERROR_SUCCESS;
    return error;
}

static win_error put_certs(struct certtool_import *import, const char *store, const struct cert_set *set,
                           struct tally *tally, size_t *added)
{
    win_error error = ERROR_SUCCESS;
    for (size_t i = 0; i < cert_set_count(set) && error == ERROR_SUCCESS; i++) {
        const struct cert *cert = cert_set_at(set, i);
        const struct cert_blob blob = {CERT_BLOB_CERTIFICATE, cert->der, cert_set_properties(set, cert)};
        error = put(import, store, &blob, added, &tally->there);
        regtool_progress_step(&import->progress, ++import->done, import->all);
    }
    return error;
}

static win_error put_all(struct certtool_import *import, struct tally *tally)
{
    win_error error = put_certs(import, import->store, import->certs, tally, &tally->added);
    if (error == ERROR_SUCCESS) {
        error = put_certs(import, "CA", import->to_ca, tally, &tally->to_ca);
    }
    for (size_t i = 0; i < cert_crl_set_count(import->crls) && error == ERROR_SUCCESS; i++) {
        const struct cert_crl *crl = cert_crl_set_at(import->crls, i);
        const struct cert_blob blob = {CERT_BLOB_CRL, crl->der, cert_crl_set_properties(import->crls, crl)};
        error = put(import, import->store, &blob, &tally->crls_added, &tally->crls_there);
    }
    return error;
}

/*
 * Right before the commit: a certificate never stands in MY without the key it came with, and an import that is broken off leaves no key behind. What a
 * failure leaves is taken away again.
 */
static bool save_keys(struct certtool_import *import, struct tally *tally)
{
    if (strcmp(import->store, "MY") != 0) {
        return true;
    }
    for (struct certtool_import_pfx *pfx = import->pfx; pfx != NULL; pfx = pfx->next) {
        for (size_t i = 0; i < cert_pfx_count(pfx->pfx); i++) {
            const struct cert_key *key = cert_pfx_key(pfx->pfx, i);
            bool is_new = false;
            if (key == NULL) {
                continue;
            }
            if (!certtool_save_key(import->command, import->db, cert_pfx_at(pfx->pfx, i), key, &is_new)) {
                return false;
            }
            pfx->key_is_new[i] = is_new;
            tally->keys++;
        }
    }
    return true;
}

static void take_keys_back(struct certtool_import *import)
{
    for (struct certtool_import_pfx *pfx = import->pfx; pfx != NULL; pfx = pfx->next) {
        for (size_t i = 0; i < cert_pfx_count(pfx->pfx); i++) {
            if (pfx->key_is_new[i] && cert_key_remove(import->db, cert_pfx_at(pfx->pfx, i)) != ERROR_SUCCESS) {
                certtool_fail(import->command, "a key stays behind in %s.keys", reg_db_path(import->db));
            }
        }
    }
}

static int write_transaction(struct certtool_import *import, struct tally *tally)
{
    win_error error = reg_begin(import->db);
    if (error == ERROR_SUCCESS) {
        error = put_all(import, tally);
        regtool_progress_wipe(&import->progress);
        bool keys_saved = error == ERROR_SUCCESS && save_keys(import, tally);
        if (keys_saved) {
            error = reg_commit(import->db);
        } else {
            reg_rollback(import->db);
        }
        if (error == ERROR_SUCCESS && !keys_saved) {
            return certtool_fail(import->command, "nothing was imported into %s of %s", import->store,
                                 reg_db_path(import->db));
        }
    }
    return error == ERROR_SUCCESS
               ? TOOL_OK
               : certtool_fail(import->command, "nothing was imported into %s of %s: %s", import->store,
                               reg_db_path(import->db), win_error_text(error));
}

/* ---- words ---- */

static void warn_of_places(const struct certtool_import *import)
{
    enum { TOLD = 10 };
    size_t told = 0;
    const struct cert_set *const sets[] = {import->certs, import->to_ca};
    for (size_t s = 0; s < 2; s++) {
        const char *store = s == 0 ? import->store : "CA";
        bool trusted = strcmp(store, "ROOT") == 0 || strcmp(store, "Privileged") == 0;
        for (size_t i = 0; i < cert_set_count(sets[s]); i++) {
            bool root = certtool_is_root(cert_set_at(sets[s], i));
            if ((trusted && root) || (strcmp(store, "CA") != 0 && !trusted) || (!trusted && !root)) {
                continue;
            }
            if (told++ < TOLD) {
                certtool_warn_of_place(import->command, store, cert_set_at(sets[s], i));
            }
        }
    }
    if (told > TOLD) {
        certtool_warn(import->command, "... and %zu more like these", told - TOLD);
    }
}

static void print_summary(const struct certtool_import *import, const struct tally *tally)
{
    struct plat_buffer text;
    plat_buffer_init(&text, 4096);
    plat_buffer_printf(&text, "%s: %zu added, %zu there already", import->store, tally->added, tally->there);
    if (tally->to_ca > 0) {
        plat_buffer_printf(&text, ", %zu without a key put into CA", tally->to_ca);
    }
    if (tally->crls_added + tally->crls_there > 0) {
        plat_buffer_printf(&text, ", %zu revocation list%s added, %zu there already", tally->crls_added,
                           tally->crls_added == 1 ? "" : "s", tally->crls_there);
    }
    if (tally->keys > 0) {
        plat_buffer_printf(&text, ", %zu private key%s", tally->keys, tally->keys == 1 ? "" : "s");
    }
    plat_buffer_printf(&text, ", %zu file%s left out", import->left_out, import->left_out == 1 ? "" : "s");
    const char *words = plat_buffer_text(&text);
    certtool_say("%s\n", words != NULL ? words : "");
    plat_buffer_free(&text);
}

static int write_all(struct certtool_import *import)
{
    struct tally tally = {0};
    import->all = cert_set_count(import->certs) + cert_set_count(import->to_ca);
    if (import->all + cert_crl_set_count(import->crls) == 0) {
        return certtool_fail(
            import->command,
            import->left_out > 0
                ? "nothing was imported"
                : "nothing was imported: no file with certificates or revocation lists is there");
    }
    regtool_progress_start(&import->progress, "importing");
    if (!certtool_open(import->command, REG_OPEN_CREATE, &import->db)) {
        return TOOL_FAILED;
    }
    int code = write_transaction(import, &tally);
    if (code == TOOL_OK) {
        warn_of_places(import);
        print_summary(import, &tally);
        code = import->named_left_out > 0 ? TOOL_FAILED : TOOL_OK;
    } else {
        take_keys_back(import);
    }
    reg_db_close(import->db);
    return code;
}

static int run(struct certtool_command *command)
{
    struct certtool_import import = {.command = command};
    int code;
    import.store = certtool_store(command, true, &code);
    if (import.store == NULL) {
        return code;
    }
    if (command->word_count == 0) {
        return certtool_usage(command, "%s", command->verb->needs);
    }
    import.certs = certtool_new_set(command);
    import.to_ca = certtool_new_set(command);
    import.crls = certtool_new_crl_set(command);
    code = import.certs == NULL || import.to_ca == NULL || import.crls == NULL ? TOOL_FAILED : TOOL_OK;
    if (code == TOOL_OK) {
        code = certtool_import_read(&import);
    }
    if (code == TOOL_OK) {
        code = write_all(&import);
    }
    certtool_import_free(&import);
    return code;
}

const struct certtool_verb certtool_verb_import = {
    .name = "import",
    .summary = "files and directories of any kind into a store; .pfx too",
    .help = certtool_help_import,
    .run = run,
    .options = options,
    .option_count = sizeof options / sizeof options[0],
    .words_least = 1,
    .words_most = -1,
    .word_kinds = "sf",
    .needs = "it needs a STORE and at least one PATH",
};
