/* SPDX-License-Identifier: Apache-2.0 */
/* `cerium cert trust` and `distrust`: into ROOT, into Disallowed, after a look at what it is. */
#include "cert/certtool.h"

#include "certstore/chain.h"
#include "certstore/describe.h"
#include "platform/clock.h"
#include "platform/memory.h"

#include <string.h>

static const struct certtool_option options[] = {{"--yes", CERTTOOL_NOTHING, 0},
                                                 {"--user", CERTTOOL_NOTHING, 0}};

static void print_one(const struct cert *cert)
{
    char thumbprint[CERT_THUMBPRINT_TEXT_SIZE];
    struct plat_buffer text;
    plat_buffer_init(&text, LIMIT_CERT_FILE);
    certtool_say("  %s\n", certtool_name(cert->subject, &text));
    certtool_say("    issued by   %s\n",
                 cert_is_self_issued(cert) ? "itself" : certtool_name(cert->issuer, &text));
    certtool_say("    valid       %s", certtool_time(cert->not_before, &text));
    certtool_say(" to %s%s\n", certtool_time(cert->not_after, &text),
                 plat_clock_unix() > cert->not_after ? " (EXPIRED)" : "");
    plat_buffer_clear(&text);
    cert_key_text(cert, &text);
    const char *key = plat_buffer_text(&text);
    certtool_say("    key         %s\n", key != NULL ? key : "");
    cert_thumbprint_text(cert->thumbprint, thumbprint);
    certtool_say("    thumbprint  %s\n", thumbprint);
    plat_buffer_free(&text);
}

/* On a terminal a person says yes; elsewhere --yes does. */
static int agree(const struct certtool_command *command, const char *what, const char *question)
{
    if (certtool_given(command, "--yes")) {
        return TOOL_OK;
    }
    if (!certtool_can_ask()) {
        return certtool_fail(
            command, "%s needs a yes: give --yes, or run it on a terminal; nothing was changed", what);
    }
    if (!certtool_confirm("%s (Yes/No)? ", question)) {
        puts("nothing was changed");
        return TOOL_FAILED;
    }
    return TOOL_OK;
}

static int put_all(const struct certtool_command *command, struct reg_db *db, const char *store,
                   const struct cert_set *set, size_t *existed)
{
    win_error error = reg_begin(db);
    bool begun = error == ERROR_SUCCESS;
    *existed = 0;
    for (size_t i = 0; i < cert_set_count(set) && error == ERROR_SUCCESS; i++) {
        bool there;
        error = cert_store_add(db, certtool_location(command), store, cert_set_at(set, i)->der, &there);
        *existed += error == ERROR_SUCCESS && there;
    }
    if (error == ERROR_SUCCESS) {
        error = reg_commit(db);
    } else if (begun) {
        reg_rollback(db);
    }
    return error == ERROR_SUCCESS ? TOOL_OK
                                  : certtool_fail(command, "nothing was changed in %s of %s: %s", store,
                                                  reg_db_path(db), win_error_text(error));
}

/* ---- trust ---- */

/* With itself as the only root, what does the chain engine say? */
bool certtool_is_root(const struct cert *cert)
{
    const uint32_t faults =
        CERT_TRUST_IS_NOT_SIGNATURE_VALID | CERT_TRUST_IS_PARTIAL_CHAIN | CERT_TRUST_IS_UNTRUSTED_ROOT;
    struct cert_chain_input input = {.time = cert->not_before};
    struct cert_chain chain = {.error = faults};
    struct cert_set *set;

    if (!cert_is_self_issued(cert) || cert_set_create(&set) != ERROR_SUCCESS) {
        return false;
    }
    if (cert_set_add(set, cert->der, &input.leaf) == ERROR_SUCCESS) {
        input.roots = set;
        cert_chain_build(&input, &chain);
    }
    cert_set_free(set);
    return (chain.error & faults) == 0;
}

static int refuse_root(const struct certtool_command *command, const struct cert *cert)
{
    struct plat_buffer name;

    plat_buffer_init(&name, LIMIT_CERT_FILE);
    if (cert_is_self_issued(cert)) {
        certtool_fail(command,
                      "%s has not signed itself, or its signature is damaged or too weak to be believed: in "
                      "ROOT nothing would be trusted because of it. Look at `cerium cert verify FILE`",
                      certtool_name(cert->subject, &name));
    } else {
        certtool_fail(command,
                      "%s was issued by another authority: it is no root, and in ROOT nothing would be "
                      "trusted because of it. Trust its root, and add this one to CA",
                      certtool_name(cert->subject, &name));
    }
    plat_buffer_free(&name);
    return TOOL_FAILED;
}

static int check_roots(const struct certtool_command *command, const struct cert_set *set)
{
    for (size_t i = 0; i < cert_set_count(set); i++) {
        if (!certtool_is_root(cert_set_at(set, i))) {
            return refuse_root(command, cert_set_at(set, i));
        }
    }
    return TOOL_OK;
}

static int run_trust(struct certtool_command *command)
{
    struct cert_set *set = certtool_new_set(command);
    struct reg_db *db = NULL;
    size_t existed;
    bool read = set != NULL && certtool_read(command, command->words[0], set, NULL);
    int code = read ? check_roots(command, set) : TOOL_FAILED;
    if (code == TOOL_OK) {
        puts("About to be trusted, with everything that it issues:");
        for (size_t i = 0; i < cert_set_count(set); i++) {
            print_one(cert_set_at(set, i));
        }
        puts("Compare the thumbprint with one that you have got in another way.");
        code = agree(command, "trusting a root", "Trust it");
    }
    if (code == TOOL_OK) {
        code = certtool_open(command, REG_OPEN_CREATE, &db) ? put_all(command, db, "ROOT", set, &existed)
                                                            : TOOL_FAILED;
    }
    if (code == TOOL_OK) {
        puts(existed == cert_set_count(set) ? "it was trusted already"
                                            : "trusted from now on; `cerium reg undo` takes it back");
    }
    reg_db_close(db);
    cert_set_free(set);
    return code;
}

const struct certtool_verb certtool_verb_trust = {
    .name = "trust",
    .summary = "a root into ROOT, after asking",
    .help = certtool_help_trust,
    .run = run_trust,
    .options = options,
    .option_count = sizeof options / sizeof options[0],
    .words_least = 1,
    .words_most = 1,
    .word_kinds = "f",
    .needs = "it needs a FILE",
};

/* ---- distrust ---- */

static int take_from_store(const struct certtool_command *command, struct reg_db *db, const char *text,
                           struct cert_set *set)
{
    struct certtool_place *places;
    struct certtool_contents contents;
    size_t count;
    int code = certtool_locate(command, db, NULL, CERT_BLOB_CERTIFICATE, text, &places, &count);
    if (code != TOOL_OK) {
        return code;
    }
    code = certtool_load(command, db, places[0].store, &contents) ? TOOL_OK : TOOL_FAILED;
    const struct cert *cert =
        code == TOOL_OK ? cert_set_find_thumbprint(contents.certs, places[0].thumbprint) : NULL;
    if (code == TOOL_OK && (cert == NULL || cert_set_add(set, cert->der, NULL) != ERROR_SUCCESS)) {
        code = certtool_fail(command, "the certificate cannot be read from store %s", places[0].store);
    }
    certtool_unload(&contents);
    plat_free(places);
    return code;
}

static int run_distrust(struct certtool_command *command)
{
    const char *what = command->words[0];
    struct certtool_thumbprint thumbprint;
    bool by_thumbprint = certtool_thumbprint_parse(what, &thumbprint);
    struct cert_set *set = certtool_new_set(command);
    struct reg_db *db = NULL;
    size_t existed;
    int code = set != NULL ? TOOL_OK : TOOL_FAILED;
    if (code == TOOL_OK && !by_thumbprint) {
        code = certtool_read(command, what, set, NULL) ? TOOL_OK : TOOL_FAILED;
    }
    if (code == TOOL_OK) {
        code = certtool_open(command, by_thumbprint ? REG_OPEN_WRITE : REG_OPEN_CREATE, &db) ? TOOL_OK
                                                                                             : TOOL_FAILED;
    }
    if (code == TOOL_OK && by_thumbprint) {
        code = take_from_store(command, db, what, set);
    }
    if (code == TOOL_OK) {
        puts("About to be refused from now on, whatever else says that it is good:");
        for (size_t i = 0; i < cert_set_count(set); i++) {
            print_one(cert_set_at(set, i));
        }
        puts(
            "Chains that this certificate is a part of get IS_EXPLICIT_DISTRUST. It stays in the stores that "
            "it is in; its copy in\n"
            "Disallowed outweighs them. Other certificates with the same name or key are not refused by it.");
        code = agree(command, "distrusting a certificate", "Distrust it");
    }
    if (code == TOOL_OK) {
        code = put_all(command, db, "Disallowed", set, &existed);
    }
    if (code == TOOL_OK) {
        puts(existed == cert_set_count(set) ? "it was distrusted already"
                                            : "distrusted from now on; `cerium reg undo` takes it back");
    }
    reg_db_close(db);
    cert_set_free(set);
    return code;
}

const struct certtool_verb certtool_verb_distrust = {
    .name = "distrust",
    .summary = "a certificate into Disallowed: never accepted again",
    .help = certtool_help_distrust,
    .run = run_distrust,
    .options = options,
    .option_count = sizeof options / sizeof options[0],
    .words_least = 1,
    .words_most = 1,
    .word_kinds = "tf",
    .needs = "it needs a FILE or a THUMBPRINT",
};
