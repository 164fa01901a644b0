/* SPDX-License-Identifier: Apache-2.0 */
/* `cerium cert export`: certificates out of a store into a file; a private key only when it is asked for by name. */
#include "cert/certtool.h"

#include "certstore/chain.h"
#include "certstore/file.h"
#include "certstore/pfx.h"
#include "certstore/pkcs7.h"
#include "platform/clock.h"
#include "platform/memory.h"
#include "platform/process.h"

#include <string.h>

/* Whatever a store holds fits. */
#define OUTPUT_MOST (256U * 1024U * 1024U)

static const struct certtool_option options[] = {
    {"--store", CERTTOOL_VALUE, 's'},         {"--user", CERTTOOL_NOTHING, 0},
    {"--pem", CERTTOOL_NOTHING, 0},           {"--der", CERTTOOL_NOTHING, 0},
    {"--p7b", CERTTOOL_NOTHING, 0},           {"--sst", CERTTOOL_NOTHING, 0},
    {"--pfx", CERTTOOL_NOTHING, 0},           {"--key", CERTTOOL_NOTHING, 0},
    {"--old", CERTTOOL_NOTHING, 0},           {"-o", CERTTOOL_VALUE, 'f'},
    {"--password-file", CERTTOOL_VALUE, 'f'}, {"--force", CERTTOOL_NOTHING, 0},
};
static const char *const forms[] = {"--pem", "--der", "--p7b", "--sst", "--pfx", NULL};

struct export
{
    const struct certtool_command *command;
    struct reg_db *db;
    struct cert_set *certs;
    struct cert_crl_set *crls;
    struct cert_key *key; /* NULL = none is wanted */
    const char *form;
};

/* ---- what ---- */

static bool take_store(void *context, struct certtool_contents *contents)
{
    struct export *e = context;
    win_error error = ERROR_SUCCESS;
    for (size_t i = 0; i < cert_set_count(contents->certs) && error == ERROR_SUCCESS; i++) {
        const struct cert *cert = cert_set_at(contents->certs, i);
        error = cert_set_add_with(e->certs, cert->der, cert_set_properties(contents->certs, cert), NULL);
    }
    for (size_t i = 0; i < cert_crl_set_count(contents->crls) && error == ERROR_SUCCESS; i++) {
        const struct cert_crl *crl = cert_crl_set_at(contents->crls, i);
        error = cert_crl_set_add(e->crls, crl->der, cert_crl_set_properties(contents->crls, crl), NULL);
    }
    if (error != ERROR_SUCCESS) {
        certtool_fail(e->command, "%s", win_error_text(error));
    }
    return error == ERROR_SUCCESS;
}

static int take_one(struct export *e, const char *store, const char *text)
{
    struct certtool_place *places;
    struct certtool_contents contents;
    size_t count;
    int code = certtool_locate(e->command, e->db, store, CERT_BLOB_CERTIFICATE, text, &places, &count);
    if (code != TOOL_OK) {
        return code;
    }
    code = certtool_load(e->command, e->db, places[0].store, &contents) ? TOOL_OK : TOOL_FAILED;
    const struct cert *cert =
        code == TOOL_OK ? cert_set_find_thumbprint(contents.certs, places[0].thumbprint) : NULL;
    if (code == TOOL_OK) {
        win_error error = cert == NULL ? CRYPT_E_NOT_FOUND
                                       : cert_set_add_with(e->certs, cert->der,
                                                           cert_set_properties(contents.certs, cert), NULL);
        code = error == ERROR_SUCCESS ? TOOL_OK
                                      : certtool_fail(e->command, "cannot take it from store %s: %s",
                                                      places[0].store, win_error_text(error));
    }
    certtool_unload(&contents);
    plat_free(places);
    return code;
}

static int take_key(struct export *e)
{
    const struct cert *cert = cert_set_at(e->certs, 0);
    win_error error = cert_key_load(e->db, cert, &e->key);
    if (error == NTE_NO_KEY) {
        return certtool_fail(
            e->command,
            "the certificate's private key is not here; without --key the certificate alone is written");
    }
    return error == ERROR_SUCCESS ? TOOL_OK
                                  : certtool_fail(e->command, "its private key cannot be used: %s",
                                                  certtool_key_words(e->db, cert));
}

/* ---- the forms ---- */

static int ask_password(const struct export *e, const char *prompt, struct plat_buffer *password,
                        const char **text)
{
    int code = certtool_password(e->command, prompt, true, password, text);
    if (code == TOOL_OK && *text != NULL && **text == '\0') {
        *text = NULL;
        if (certtool_given(e->command,
                           "--password-file")) { /* a mistake of a script, which meant to protect the key */
            return certtool_fail(e->command, "the password in %s is empty; nothing was written",
                                 certtool_shown(certtool_value(e->command, "--password-file")));
        }
    }
    return code;
}

static int write_pem(const struct export *e, struct plat_buffer *out)
{
    struct plat_buffer password;
    const char *text;
    int code = TOOL_OK;
    for (size_t i = 0; i < cert_set_count(e->certs); i++) {
        cert_pem_write(out, "CERTIFICATE", cert_set_at(e->certs, i)->der);
    }
    for (size_t i = 0; i < cert_crl_set_count(e->crls); i++) {
        cert_pem_write(out, "X509 CRL", cert_crl_set_at(e->crls, i)->der);
    }
    if (e->key == NULL) {
        return TOOL_OK;
    }
    code = ask_password(e, "Password for the key (empty: none): ", &password, &text);
    if (code == TOOL_OK) {
        win_error error = cert_key_write(e->key, text, out);
        code = error == ERROR_SUCCESS
                   ? TOOL_OK
                   : certtool_fail(e->command, "the key cannot be written: %s", win_error_text(error));
    }
    certtool_password_free(&password);
    return code;
}

static void write_p7b(const struct export *e, struct plat_buffer *out)
{
    struct plat_buffer certs, crls;
    plat_buffer_init(&certs, OUTPUT_MOST);
    plat_buffer_init(&crls, OUTPUT_MOST);
    for (size_t i = 0; i < cert_set_count(e->certs); i++) {
        plat_buffer_append(&certs, cert_set_at(e->certs, i)->der.data, cert_set_at(e->certs, i)->der.size);
    }
    for (size_t i = 0; i < cert_crl_set_count(e->crls); i++) {
        plat_buffer_append(&crls, cert_crl_set_at(e->crls, i)->der.data,
                           cert_crl_set_at(e->crls, i)->der.size);
    }
    cert_pkcs7_write(out, plat_span_of(certs.data, certs.size), plat_span_of(crls.data, crls.size));
    out->failed = certs.failed != ERROR_SUCCESS  ? certs.failed
                  : crls.failed != ERROR_SUCCESS ? crls.failed
                                                 : out->failed;
    plat_buffer_free(&certs);
    plat_buffer_free(&crls);
}

static void write_sst(const struct export *e, struct plat_buffer *out)
{
    cert_sst_begin(out);
    for (size_t i = 0; i < cert_set_count(e->certs); i++) {
        const struct cert *cert = cert_set_at(e->certs, i);
        cert_sst_append(
            out, &(struct cert_blob){CERT_BLOB_CERTIFICATE, cert->der, cert_set_properties(e->certs, cert)});
    }
    for (size_t i = 0; i < cert_crl_set_count(e->crls); i++) {
        const struct cert_crl *crl = cert_crl_set_at(e->crls, i);
        cert_sst_append(out,
                        &(struct cert_blob){CERT_BLOB_CRL, crl->der, cert_crl_set_properties(e->crls, crl)});
    }
    cert_sst_end(out);
}

/* With its issuers, as far as CA and ROOT have them. */
static int write_pfx_with(const struct export *e, const char *password, struct plat_buffer *out)
{
    struct certtool_contents roots, intermediates = {0};
    struct cert_chain chain = {0};
    const struct cert *others[LIMIT_CHAIN_DEPTH];
    struct plat_buffer name;
    const struct cert *cert = cert_set_at(e->certs, 0);
    struct cert_pfx_content content = {.cert = cert, .key = e->key, .others = others};
    int code = TOOL_FAILED;
    plat_buffer_init(&name, LIMIT_CERT_FILE);
    if (certtool_load(e->command, e->db, "ROOT", &roots) &&
        certtool_load(e->command, e->db, "CA", &intermediates)) {
        const struct cert_chain_input input = {.leaf = cert,
                                               .roots = roots.certs,
                                               .intermediates = intermediates.certs,
                                               .time = plat_clock_unix()};
        if (e->key != NULL) {
            cert_chain_build(&input, &chain);
        }
        for (size_t i = 1; i < chain.count; i++) {
            others[content.other_count++] = chain.elements[i].cert;
        }
        if (cert_property_friendly_name(cert_set_properties(e->certs, cert), &name)) {
            content.friendly_name = plat_buffer_text(&name);
        }
        bool old = certtool_given(e->command, "--old");
        win_error error =
            cert_pfx_write(&content, password, old ? CERT_PFX_TRIPLE_DES : CERT_PFX_AES256_SHA256, out);
        code = error == ERROR_SUCCESS
                   ? TOOL_OK
                   : certtool_fail(e->command, "the .pfx cannot be made: %s", win_error_text(error));
    }
    plat_buffer_free(&name);
    certtool_unload(&intermediates);
    certtool_unload(&roots);
    return code;
}

static int write_pfx(const struct export *e, struct plat_buffer *out)
{
    struct plat_buffer password;
    const char *text;
    int code = ask_password(e, "Password for the .pfx: ", &password, &text);
    if (code == TOOL_OK && text == NULL) {
        code = certtool_fail(e->command,
                             "a .pfx needs a password: give it with --password-file FILE, or on a terminal");
    }
    if (code == TOOL_OK) {
        code = write_pfx_with(e, text, out);
    }
    certtool_password_free(&password);
    return code;
}

static int write_form(const struct export *e, struct plat_buffer *out)
{
    int code = TOOL_OK;
    if (strcmp(e->form, "--pem") == 0) {
        code = write_pem(e, out);
    } else if (strcmp(e->form, "--der") == 0) {
        plat_buffer_append(out, cert_set_at(e->certs, 0)->der.data, cert_set_at(e->certs, 0)->der.size);
    } else if (strcmp(e->form, "--p7b") == 0) {
        write_p7b(e, out);
    } else if (strcmp(e->form, "--sst") == 0) {
        write_sst(e, out);
    } else {
        code = write_pfx(e, out);
    }
    return code == TOOL_OK && out->failed != ERROR_SUCCESS
               ? certtool_fail(e->command, "%s", win_error_text(out->failed))
               : code;
}

/* ---- the whole ---- */

static int write_out(const struct export *e)
{
    struct plat_buffer out;
    const char *path = certtool_value(e->command, "-o");
    plat_buffer_init(&out, OUTPUT_MOST);
    if (e->key != NULL) {
        (void)plat_buffer_reserve(&out,
                                  16U * LIMIT_CERT_SIZE); /* so that no freed copy of the key stays behind */
    }
    int code = write_form(e, &out);
    if (code == TOOL_OK) {
        code = certtool_write(e->command, e->db, plat_span_of(out.data, out.size), e->key != NULL);
    }
    if (code == TOOL_OK && path != NULL && strcmp(path, "-") != 0) {
        size_t certs = cert_set_count(e->certs), crls = cert_crl_set_count(e->crls);
        certtool_say("%s: %zu certificate%s", path, certs, certs == 1 ? "" : "s");
        if (crls > 0) {
            certtool_say(", %zu revocation list%s", crls, crls == 1 ? "" : "s");
        }
        puts(e->key != NULL ? ", with the private key (mode 0600)" : "");
    }
    certtool_password_free(&out);
    return code;
}

static int collect(struct export *e, const char *store)
{
    int code = TOOL_OK;
    if (e->command->word_count == 0) {
        code = certtool_each_store(e->command, e->db, store, take_store, e) ? TOOL_OK : TOOL_FAILED;
    }
    for (int i = 0; i < e->command->word_count && code == TOOL_OK; i++) {
        code = take_one(e, store, e->command->words[i]);
    }
    if (code == TOOL_OK && cert_set_count(e->certs) + cert_crl_set_count(e->crls) == 0) {
        code = certtool_fail(e->command, "store %s is empty; nothing was written", store);
    }
    return code;
}

static int check_usage(const struct certtool_command *command, const char *store, const char **form)
{
    *form = "--pem";
    for (size_t i = 0; forms[i] != NULL; i++) {
        *form = certtool_given(command, forms[i]) ? forms[i] : *form;
    }
    bool single = strcmp(*form, "--der") == 0 || strcmp(*form, "--pfx") == 0;
    bool pem = strcmp(*form, "--pem") == 0, pfx = strcmp(*form, "--pfx") == 0,
         key = certtool_given(command, "--key");
    if (certtool_count(command, forms) > 1) {
        return certtool_usage(command, "--pem, --der, --p7b, --sst and --pfx exclude each other");
    }
    if (store == NULL && command->word_count == 0) {
        return certtool_usage(command, "%s", command->verb->needs);
    }
    if (key && !pem && !pfx) {
        return certtool_usage(command, "a private key goes with --pem or --pfx, not with %s", *form);
    }
    if ((single || key) && command->word_count != 1) {
        return certtool_usage(command, "%s is for one certificate: give one THUMBPRINT",
                              key && !single ? "--key" : *form);
    }
    if (certtool_given(command, "--old") && !pfx) {
        return certtool_usage(command, "--old is for --pfx");
    }
    if (certtool_given(command, "--password-file") && !pfx && !key) {
        return certtool_usage(command, "--password-file is for --pfx or --key");
    }
    if (!pem && !certtool_given(command, "-o") && plat_is_terminal(PLAT_STDOUT)) {
        return certtool_usage(command, "what %s makes is no text for a terminal: give -o FILE", *form);
    }
    return TOOL_OK;
}

static int run(struct certtool_command *command)
{
    struct export e = {.command = command};
    int code;
    const char *store = certtool_store(command, false, &code);
    if (code == TOOL_OK) {
        code = check_usage(command, store, &e.form);
    }
    if (code != TOOL_OK) {
        return code;
    }
    e.certs = certtool_new_set(command);
    e.crls = certtool_new_crl_set(command);
    if (e.certs == NULL || e.crls == NULL || !certtool_open(command, REG_OPEN_READ, &e.db)) {
        code = TOOL_FAILED;
    } else {
        code = collect(&e, store);
    }
    if (code == TOOL_OK && certtool_given(command, "--key")) {
        code = take_key(&e);
    }
    if (code == TOOL_OK) {
        code = write_out(&e);
    }
    cert_key_free(e.key);
    cert_set_free(e.certs);
    cert_crl_set_free(e.crls);
    reg_db_close(e.db);
    return code;
}

const struct certtool_verb certtool_verb_export = {
    .name = "export",
    .summary = "certificates out of a store into a file",
    .help = certtool_help_export,
    .run = run,
    .options = options,
    .option_count = sizeof options / sizeof options[0],
    .words_most = -1,
    .word_kinds = "tt",
    .needs = "it needs a THUMBPRINT or a STORE",
};
