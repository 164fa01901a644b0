/* SPDX-License-Identifier: Apache-2.0 */
/* `cerium cert delete`, and `crl delete`. */
#include "cert/certtool.h"

#include "platform/memory.h"

#include <string.h>

static const struct certtool_option options[] = {
    {"--store", CERTTOOL_VALUE, 's'},
    {"--user", CERTTOOL_NOTHING, 0},
    {"--keep-key", CERTTOOL_NOTHING, 0},
    {"--yes", CERTTOOL_NOTHING, 0},
};
static const struct certtool_option crl_options[] = {
    {"--store", CERTTOOL_VALUE, 's'},
    {"--user", CERTTOOL_NOTHING, 0},
};

/* What one MY holds, and what the other one does: the machine's and the user's share the files of keys. */
struct owners {
    const struct cert_set *here;
    struct cert_set *there;
    const struct cert *deleted; /* of `here` */
};

static bool set_has_key(const struct cert_set *set, const struct cert *deleted)
{
    for (size_t i = 0; i < cert_set_count(set); i++) {
        const struct cert *other = cert_set_at(set, i);
        if (other != deleted && plat_span_equal(other->spki, deleted->spki)) {
            return true;
        }
    }
    return false;
}

static bool key_used_by_another(const struct owners *owners)
{
    return set_has_key(owners->here, owners->deleted) || set_has_key(owners->there, owners->deleted);
}

static bool load_others(const struct certtool_command *command, struct reg_db *db, struct cert_set **there)
{
    enum cert_location other =
        certtool_location(command) == CERT_CURRENT_USER ? CERT_LOCAL_MACHINE : CERT_CURRENT_USER;
    *there = certtool_new_set(command);
    win_error error =
        *there != NULL ? cert_store_load(db, other, "MY", *there, NULL, NULL) : ERROR_NOT_ENOUGH_MEMORY;
    if (*there != NULL && error != ERROR_SUCCESS) {
        certtool_fail(command, "cannot read the other store MY from %s: %s", reg_db_path(db),
                      win_error_text(error));
    }
    return error == ERROR_SUCCESS;
}

/* After the certificate has gone: a key without one is only a risk. */
static bool remove_key(const struct certtool_command *command, const struct reg_db *db,
                       const struct owners *owners)
{
    const struct cert *deleted = owners->deleted;
    if (cert_key_look(db, deleted) == NTE_NO_KEY) {
        return true;
    }
    if (certtool_given(command, "--keep-key")) {
        certtool_say("its key stays in %s.keys\n", reg_db_path(db));
        return true;
    }
    if (key_used_by_another(owners)) {
        puts("its key stays: another certificate in MY uses it");
        return true;
    }
    win_error error = cert_key_remove(db, deleted);
    if (error == ERROR_SUCCESS) {
        puts("its key was removed too");
    } else {
        certtool_fail(command, "the certificate is gone, but its key in %s.keys cannot be removed: %s",
                      reg_db_path(db), win_error_text(error));
    }
    return error == ERROR_SUCCESS;
}

/* A key cannot be brought back: on a terminal the question comes first. */
static bool may_delete(const struct certtool_command *command, const struct reg_db *db,
                       const struct owners *owners)
{
    struct plat_buffer name;
    bool loses_key = cert_key_look(db, owners->deleted) != NTE_NO_KEY && !key_used_by_another(owners) &&
                     !certtool_given(command, "--keep-key");
    if (!loses_key || certtool_given(command, "--yes") || !certtool_can_ask()) {
        return true;
    }
    plat_buffer_init(&name, LIMIT_CERT_FILE);
    bool yes = certtool_confirm(
        "%s: its private key will be removed too, and cannot be brought back. Delete (Yes/No)? ",
        certtool_name(owners->deleted->subject, &name));
    plat_buffer_free(&name);
    if (!yes) {
        puts("nothing was deleted");
    }
    return yes;
}

static int remove_entry(const struct certtool_command *command, struct reg_db *db, enum cert_blob_kind kind,
                        const struct certtool_place *place)
{
    char shown[CERT_THUMBPRINT_TEXT_SIZE];
    cert_thumbprint_text(place->thumbprint, shown);
    win_error error = cert_store_remove(db, certtool_location(command), place->store, kind, place->thumbprint);
    if (error == ERROR_ACCESS_DENIED) {
        return certtool_fail(
            command,
            "%s is in store %s by the store's InitFile, which is not written here; take it out of that file",
            shown, place->store);
    }
    if (error != ERROR_SUCCESS) {
        return certtool_fail(command, "cannot delete %s from store %s in %s: %s", shown, place->store,
                             reg_db_path(db), win_error_text(error));
    }
    certtool_say("deleted from %s %s\n", place->store, shown);
    return TOOL_OK;
}

/* Out of MY, with the key. What the stores hold is read before: afterwards nothing knows the public key. */
static int remove_own(const struct certtool_command *command, struct reg_db *db,
                      const struct certtool_place *place)
{
    struct certtool_contents contents;
    struct owners owners = {0};
    bool ok = certtool_load(command, db, place->store, &contents) && load_others(command, db, &owners.there);
    owners.here = contents.certs;
    owners.deleted = ok ? cert_set_find_thumbprint(contents.certs, place->thumbprint) : NULL;
    if (ok && owners.deleted != NULL) {
        ok = may_delete(command, db, &owners);
    }
    ok = ok && remove_entry(command, db, CERT_BLOB_CERTIFICATE, place) == TOOL_OK;
    if (ok && owners.deleted != NULL) {
        ok = remove_key(command, db, &owners);
    }
    cert_set_free(owners.there);
    certtool_unload(&contents);
    return ok ? TOOL_OK : TOOL_FAILED;
}

static int delete_one(const struct certtool_command *command, struct reg_db *db, const char *store,
                      enum cert_blob_kind kind, const char *text)
{
    struct certtool_place *places;
    size_t count;
    int code = certtool_locate(command, db, store, kind, text, &places, &count);
    if (code != TOOL_OK) {
        return code;
    }
    if (count > 1) {
        code = certtool_fail(command, "%s is in %s and %s%s; say which with --store", text, places[0].store,
                             places[1].store, count > 2 ? " and other stores" : "");
    } else {
        bool own = kind == CERT_BLOB_CERTIFICATE && strcmp(places[0].store, "MY") == 0;
        code = own ? remove_own(command, db, &places[0]) : remove_entry(command, db, kind, &places[0]);
    }
    plat_free(places);
    return code;
}

static int run_delete(struct certtool_command *command, enum cert_blob_kind kind)
{
    struct certtool_thumbprint thumbprint;
    struct reg_db *db;
    int code;
    const char *store = certtool_store(command, false, &code);
    if (code != TOOL_OK) {
        return code;
    }
    if (command->word_count != 1) {
        return certtool_usage(command, "%s", command->verb->needs);
    }
    if (!certtool_thumbprint_parse(command->words[0], &thumbprint)) {
        return certtool_no_thumbprint(command, command->words[0]);
    }
    if (!certtool_open(command, REG_OPEN_WRITE, &db)) {
        return TOOL_FAILED;
    }
    code = delete_one(command, db, store, kind, command->words[0]);
    reg_db_close(db);
    return code;
}

static int run(struct certtool_command *command)
{
    return run_delete(command, CERT_BLOB_CERTIFICATE);
}

static int run_crl(struct certtool_command *command)
{
    return run_delete(command, CERT_BLOB_CRL);
}

const struct certtool_verb certtool_verb_delete = {
    .name = "delete",
    .summary = "takes a certificate out of a store, its private key too",
    .help = certtool_help_delete,
    .run = run,
    .options = options,
    .option_count = sizeof options / sizeof options[0],
    .words_least = 1,
    .words_most = 2,
    .word_kinds = "tt",
    .needs = "it needs a THUMBPRINT",
};

const struct certtool_verb certtool_verb_crl_delete = {
    .name = "crl delete",
    .summary = "takes a revocation list out of a store",
    .help = certtool_help_crl_delete,
    .run = run_crl,
    .options = crl_options,
    .option_count = sizeof crl_options / sizeof crl_options[0],
    .words_least = 1,
    .words_most = 2,
    .word_kinds = "tt",
    .needs = "it needs a THUMBPRINT",
};
