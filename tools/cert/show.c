/* SPDX-License-Identifier: Apache-2.0 */
/* `cerium cert show`, and `crl show`: one certificate or list, all that is in it. */
#include "cert/certtool.h"

#include "certstore/describe.h"
#include "certstore/file.h"
#include "platform/file.h"
#include "platform/limits.h"
#include "platform/memory.h"
#include "platform/text.h"

#include <string.h>

/* A description is longer than the certificate, hex of it included. */
#define DESCRIPTION_SIZE (8U * LIMIT_CERT_SIZE)
/* Of a revocation list so many entries are spelt out. */
#define CRL_ENTRIES_SHOWN 100U

static const struct certtool_option options[] = {
    {"--store", CERTTOOL_VALUE, 's'},
    {"--user", CERTTOOL_NOTHING, 0},
    {"--json", CERTTOOL_NOTHING, 0},
    {"--pem", CERTTOOL_NOTHING, 0},
};

enum form { FORM_TEXT, FORM_JSON, FORM_PEM };

struct shown {
    const struct certtool_command *command;
    struct reg_db *db; /* NULL: a file is looked at */
    enum form form;
    struct json json;
    const struct certtool_place *places; /* of the one certificate; 0 for a file */
    size_t place_count;
};

static bool print_text(const struct shown *shown, struct plat_buffer *text)
{
    const char *words = plat_buffer_text(text);
    if (words != NULL) {
        tool_put(stdout, words);
    } else {
        certtool_fail(shown->command, "%s", win_error_text(text->failed));
    }
    plat_buffer_free(text);
    return words != NULL;
}

static bool print_pem(const struct shown *shown, const char *label, struct plat_span der)
{
    struct plat_buffer text;
    plat_buffer_init(&text, 2 * LIMIT_CRL_SIZE);
    cert_pem_write(&text, label, der);
    return print_text(shown, &text);
}

/* "In the stores MY (has its key), CA" */
static void places_text(const struct shown *shown, const struct cert *cert, struct plat_buffer *out)
{
    plat_buffer_printf(out, "In store%s", shown->place_count > 1 ? "s" : "");
    for (size_t i = 0; i < shown->place_count; i++) {
        plat_buffer_printf(out, "%s %s", i > 0 ? "," : "", shown->places[i].store);
        if (cert != NULL && strcmp(shown->places[i].store, "MY") == 0) {
            plat_buffer_printf(out, " (%s)", certtool_key_words(shown->db, cert));
        }
    }
    plat_buffer_append_text(out, "\n");
}

static const char *property_name(uint32_t id)
{
    switch (id) {
    case CERT_PROPERTY_KEY_PROV_INFO:
        return "key provider of Windows";
    case CERT_PROPERTY_SHA1:
        return "SHA-1";
    case CERT_PROPERTY_MD5:
        return "MD5";
    case CERT_PROPERTY_KEY_SPEC:
        return "key specification of Windows";
    case CERT_PROPERTY_ENHKEY_USAGE:
        return "extended key usage, narrowed";
    case CERT_PROPERTY_FRIENDLY_NAME:
        return "friendly name";
    case CERT_PROPERTY_DESCRIPTION:
        return "description";
    case CERT_PROPERTY_SIGNATURE_HASH:
        return "hash of the signed part";
    case CERT_PROPERTY_ARCHIVED:
        return "archived";
    case CERT_PROPERTY_KEY_IDENTIFIER:
        return "key identifier";
    default:
        return "not known here, kept";
    }
}

static void properties_text(struct plat_span properties, struct plat_buffer *out)
{
    struct cert_property property;
    struct plat_span left = properties;
    struct plat_buffer name;
    plat_buffer_init(&name, LIMIT_CERT_FILE);
    bool named = cert_property_friendly_name(properties, &name) && plat_buffer_text(&name) != NULL;
    plat_buffer_append_text(out, "  Friendly:    ");
    tool_clean(out, named ? plat_buffer_text(&name) : "(no friendly name)");
    plat_buffer_append_text(out, "\n");
    plat_buffer_free(&name);
    while (cert_property_next(&left, &property)) {
        if (property.id != CERT_PROPERTY_FRIENDLY_NAME && property.id != CERT_PROPERTY_SHA1) {
            plat_buffer_printf(out, "  Property:    %u, %zu bytes (%s)\n", (unsigned)property.id,
                               property.value.size, property_name(property.id));
        }
    }
}

/* ---- certificates ---- */

static bool show_cert(struct shown *shown, const struct cert_set *set, size_t number)
{
    const struct cert *cert = cert_set_at(set, number);
    struct plat_buffer text;
    if (shown->form == FORM_PEM) {
        return print_pem(shown, "CERTIFICATE", cert->der);
    }
    if (shown->form == FORM_JSON) {
        plat_buffer_init(&text, 2 * LIMIT_CERT_FILE);
        json_object(&shown->json, NULL, false);
        certtool_json_cert(&shown->json, shown->db, shown->place_count > 0 ? shown->places[0].store : NULL,
                           set, cert);
        json_array(&shown->json, "stores", true);
        for (size_t i = 0; i < shown->place_count; i++) {
            json_text(&shown->json, NULL, shown->places[i].store);
        }
        json_end_array(&shown->json);
        plat_base64_append(&text, cert->der);
        json_text(&shown->json, "der", plat_buffer_text(&text));
        json_end_object(&shown->json);
        plat_buffer_free(&text);
        return true;
    }
    plat_buffer_init(&text, DESCRIPTION_SIZE);
    if (shown->db != NULL) {
        places_text(shown, cert, &text);
    } else {
        plat_buffer_printf(&text, "%sCertificate %zu of %zu\n", number > 0 ? "\n" : "", number + 1,
                           cert_set_count(set));
    }
    cert_describe(cert, &text);
    if (shown->db != NULL) {
        properties_text(cert_set_properties(set, cert), &text);
    }
    return print_text(shown, &text);
}

static bool show_certs(struct shown *shown, const struct cert_set *set)
{
    bool ok = true;
    if (shown->form == FORM_JSON) {
        json_array(&shown->json, NULL, false);
    }
    for (size_t i = 0; i < cert_set_count(set) && ok; i++) {
        ok = show_cert(shown, set, i);
    }
    if (shown->form == FORM_JSON) {
        json_end_array(&shown->json);
    }
    return ok;
}

/* ---- revocation lists ---- */

static bool show_crl(struct shown *shown, const struct cert_crl_set *set, size_t number)
{
    const struct cert_crl *crl = cert_crl_set_at(set, number);
    struct plat_buffer text;
    if (shown->form == FORM_PEM) {
        return print_pem(shown, "X509 CRL", crl->der);
    }
    if (shown->form == FORM_JSON) {
        json_object(&shown->json, NULL, false);
        certtool_json_crl(&shown->json, crl);
        json_end_object(&shown->json);
        return true;
    }
    plat_buffer_init(&text, DESCRIPTION_SIZE);
    if (shown->db != NULL) {
        places_text(shown, NULL, &text);
    } else {
        plat_buffer_printf(&text, "%sRevocation list %zu of %zu\n", number > 0 ? "\n" : "", number + 1,
                           cert_crl_set_count(set));
    }
    cert_crl_describe(crl, CRL_ENTRIES_SHOWN, &text);
    return print_text(shown, &text);
}

static bool show_crls(struct shown *shown, const struct cert_crl_set *set)
{
    bool ok = true;
    if (shown->form == FORM_JSON) {
        json_array(&shown->json, NULL, false);
    }
    for (size_t i = 0; i < cert_crl_set_count(set) && ok; i++) {
        ok = show_crl(shown, set, i);
    }
    if (shown->form == FORM_JSON) {
        json_end_array(&shown->json);
    }
    return ok;
}

/* ---- where from ---- */

static int show_file(struct shown *shown, const char *path, bool is_crl)
{
    struct cert_set *certs = is_crl ? NULL : certtool_new_set(shown->command);
    struct cert_crl_set *crls = is_crl ? certtool_new_crl_set(shown->command) : NULL;
    bool ok = (certs != NULL || crls != NULL) && certtool_read(shown->command, path, certs, crls);
    ok = ok && (is_crl ? show_crls(shown, crls) : show_certs(shown, certs));
    cert_set_free(certs);
    cert_crl_set_free(crls);
    return ok ? TOOL_OK : TOOL_FAILED;
}

static int show_place(struct shown *shown, bool is_crl)
{
    const struct certtool_command *command = shown->command;
    const struct certtool_place *place = &shown->places[0];
    struct cert_set *certs = is_crl ? NULL : certtool_new_set(command);
    struct cert_crl_set *crls = is_crl ? certtool_new_crl_set(command) : NULL;
    struct plat_buffer bytes;
    struct cert_blob blob;
    bool ok = certs != NULL || crls != NULL;
    plat_buffer_init(&bytes, LIMIT_REG_DATA);
    win_error error =
        ok ? cert_store_get(shown->db, certtool_location(command), place->store,
                            is_crl ? CERT_BLOB_CRL : CERT_BLOB_CERTIFICATE, place->thumbprint, &bytes, &blob)
           : ERROR_SUCCESS;
    if (error == CRYPT_E_NOT_FOUND &&
        !is_crl) { /* from the store's InitFile: only a look at the whole store tells */
        struct certtool_contents contents;
        ok = certtool_load(command, shown->db, place->store, &contents);
        const struct cert *cert = ok ? cert_set_find_thumbprint(contents.certs, place->thumbprint) : NULL;
        error = cert != NULL ? cert_set_add(certs, cert->der, NULL) : error;
        certtool_unload(&contents);
    } else if (ok && error == ERROR_SUCCESS) {
        error = is_crl ? cert_crl_set_add(crls, blob.content, blob.properties, NULL)
                       : cert_set_add_with(certs, blob.content, blob.properties, NULL);
    }
    if (error != ERROR_SUCCESS) {
        certtool_fail(command, "cannot read it from store %s: %s", place->store, win_error_text(error));
    }
    ok = ok && error == ERROR_SUCCESS && (is_crl ? show_crls(shown, crls) : show_certs(shown, certs));
    plat_buffer_free(&bytes);
    cert_set_free(certs);
    cert_crl_set_free(crls);
    return ok ? TOOL_OK : TOOL_FAILED;
}

/* A few hexadecimal digits, and no file of that name. */
static bool too_short(const char *word)
{
    struct plat_file_info info;
    size_t size = strlen(word);
    return size > 0 && size < CERTTOOL_THUMBPRINT_LEAST && strspn(word, "0123456789abcdefABCDEF") == size &&
           plat_file_stat(word, &info) != ERROR_SUCCESS;
}

static int run_show(struct certtool_command *command, bool is_crl)
{
    struct shown shown = {.command = command};
    struct certtool_thumbprint thumbprint;
    struct certtool_place *places;
    int code;
    const char *store = certtool_store(command, false, &code);
    if (code != TOOL_OK) {
        return code;
    }
    if (command->word_count != 1) {
        return certtool_usage(command, "%s", command->verb->needs);
    }
    if (certtool_given(command, "--json") && certtool_given(command, "--pem")) {
        return certtool_usage(command, "--json and --pem exclude each other");
    }
    shown.form = certtool_given(command, "--json")  ? FORM_JSON
                 : certtool_given(command, "--pem") ? FORM_PEM
                                                    : FORM_TEXT;
    if (!certtool_thumbprint_parse(command->words[0], &thumbprint)) {
        if (store == NULL && too_short(command->words[0])) {
            return certtool_usage(command, "\"%s\" is no file, and a thumbprint needs %u digits or more",
                                  command->words[0], CERTTOOL_THUMBPRINT_LEAST);
        }
        if (store == NULL) {
            return show_file(&shown, command->words[0], is_crl);
        }
        return certtool_no_thumbprint(command, command->words[0]);
    }
    if (!certtool_open(command, REG_OPEN_READ, &shown.db)) {
        return TOOL_FAILED;
    }
    code = certtool_locate(command, shown.db, store, is_crl ? CERT_BLOB_CRL : CERT_BLOB_CERTIFICATE,
                           command->words[0], &places, &shown.place_count);
    if (code == TOOL_OK) {
        shown.places = places;
        code = show_place(&shown, is_crl);
        plat_free(places);
    }
    reg_db_close(shown.db);
    return code;
}

static int run(struct certtool_command *command)
{
    return run_show(command, false);
}

static int run_crl(struct certtool_command *command)
{
    return run_show(command, true);
}

const struct certtool_verb certtool_verb_show = {
    .name = "show",
    .summary = "all that is in one certificate",
    .help = certtool_help_show,
    .run = run,
    .options = options,
    .option_count = sizeof options / sizeof options[0],
    .words_least = 1,
    .words_most = 2,
    .word_kinds = "tf",
    .needs = "it needs a THUMBPRINT or a FILE",
};

const struct certtool_verb certtool_verb_crl_show = {
    .name = "crl show",
    .summary = "all that is in one revocation list",
    .help = certtool_help_crl_show,
    .run = run_crl,
    .options = options,
    .option_count = sizeof options / sizeof options[0],
    .words_least = 1,
    .words_most = 2,
    .word_kinds = "tf",
    .needs = "it needs a THUMBPRINT or a FILE",
};
