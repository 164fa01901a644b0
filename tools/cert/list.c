/* SPDX-License-Identifier: Apache-2.0 */
/* `cerium cert list`, and `crl list`: what the stores hold. */
#include "cert/certtool.h"

#include "platform/clock.h"

#include <inttypes.h>
#include <string.h>

static const struct certtool_option options[] = {
    {"--store", CERTTOOL_VALUE, 's'}, {"--user", CERTTOOL_NOTHING, 0}, {"--crls", CERTTOOL_NOTHING, 0},
    {"--json", CERTTOOL_NOTHING, 0},  {"--full", CERTTOOL_NOTHING, 0},
};
static const struct certtool_option crl_options[] = {
    {"--store", CERTTOOL_VALUE, 's'},
    {"--user", CERTTOOL_NOTHING, 0},
    {"--json", CERTTOOL_NOTHING, 0},
};

struct listing {
    const struct certtool_command *command;
    struct reg_db *db;
    struct certtool_table *table;
    struct json json;
    bool is_json, certs, crls;
    const char *only;
    size_t shown; /* stores that something was said of */
    int64_t now;
};

/* ---- for people ---- */

static void print_crl(const struct listing *list, const struct cert_crl *crl)
{
    char thumbprint[CERT_THUMBPRINT_TEXT_SIZE];
    struct cert_crl_entry entry = {0};
    struct plat_buffer text;
    size_t at = 0, entries = 0;
    while (cert_crl_next(crl, &at, &entry)) {
        entries++;
    }
    plat_buffer_init(&text, LIMIT_CERT_FILE);
    cert_thumbprint_text(crl->thumbprint, thumbprint);
    certtool_say("  %s %s of %s\n", thumbprint, crl->is_delta ? "delta revocation list" : "revocation list",
                 certtool_short_name(crl->issuer, &text));
    certtool_say("    %zu revoked, made %s", entries, certtool_time(crl->this_update, &text));
    if (crl->has_next_update) {
        certtool_say(", next until %s%s", certtool_time(crl->next_update, &text),
                     list->now > crl->next_update ? " (out of date)" : "");
    }
    putchar('\n');
    plat_buffer_free(&text);
}

static bool print_store(struct listing *list, const struct certtool_contents *contents)
{
    size_t certs = list->certs ? cert_set_count(contents->certs) : 0;
    size_t crls = list->crls ? cert_crl_set_count(contents->crls) : 0;
    char heading[LIMIT_REG_KEY_NAME * 3U + 64U];
    if (certs == 0 && crls == 0 && list->only == NULL) {
        return true;
    }
    if (list->shown++ > 0) {
        putchar('\n');
    }
    if (certs == 0 && crls == 0) {
        certtool_say("%s is empty\n", contents->store);
        return true;
    }
    for (size_t i = 0; i < certs; i++) {
        certtool_table_add(list->table, list->db, contents->store, cert_set_at(contents->certs, i), list->now);
    }
    snprintf(heading, sizeof heading, "%s", contents->store);
    if (!certtool_table_print(list->table, heading)) {
        certtool_fail(list->command, "%s", win_error_text(ERROR_NOT_ENOUGH_MEMORY));
        return false;
    }
    for (size_t i = 0; i < crls; i++) {
        print_crl(list, cert_crl_set_at(contents->crls, i));
    }
    return true;
}

/* ---- for programs ---- */

static void json_store(struct listing *list, const struct certtool_contents *contents)
{
    struct json *json = &list->json;
    json_object(json, NULL, false);
    json_text(json, "store", contents->store);
    if (list->certs) {
        json_array(json, "certificates", false);
        for (size_t i = 0; i < cert_set_count(contents->certs); i++) {
            json_object(json, NULL, false);
            certtool_json_cert(json, list->db, contents->store, contents->certs,
                               cert_set_at(contents->certs, i));
            json_end_object(json);
        }
        json_end_array(json);
    }
    if (list->crls) {
        json_array(json, "crls", false);
        for (size_t i = 0; i < cert_crl_set_count(contents->crls); i++) {
            json_object(json, NULL, false);
            certtool_json_crl(json, cert_crl_set_at(contents->crls, i));
            json_end_object(json);
        }
        json_end_array(json);
    }
    json_end_object(json);
}

static bool one_store(void *context, struct certtool_contents *contents)
{
    struct listing *list = context;
    if (list->is_json) {
        json_store(list, contents);
        return true;
    }
    return print_store(list, contents);
}

static int list_stores(struct listing *list)
{
    if (list->is_json) {
        json_object(&list->json, NULL, false);
        json_text(&list->json, "location",
                  certtool_location(list->command) == CERT_CURRENT_USER ? "user" : "machine");
        json_array(&list->json, "stores", false);
    }
    bool ok = certtool_each_store(list->command, list->db, list->only, one_store, list);
    if (list->is_json) {
        json_end_array(&list->json);
        json_end_object(&list->json);
    } else if (ok && list->shown == 0) {
        printf(list->certs
                   ? "there are no certificates yet; `cerium cert add` and `cerium cert import` bring some\n"
                   : "there are no revocation lists yet; `cerium cert crl add` brings some\n");
    }
    return ok ? TOOL_OK : TOOL_FAILED;
}

static int run_list(struct certtool_command *command, bool certs, bool crls)
{
    struct listing list = {.command = command, .certs = certs, .crls = crls, .now = plat_clock_unix()};
    int code;
    list.only = certtool_store(command, command->word_count > 0, &code);
    if (code != TOOL_OK) {
        return code;
    }
    if (command->word_count > 0) {
        return certtool_usage(command, "\"%s\" is one word too many", command->words[0]);
    }
    list.is_json = certtool_given(command, "--json");
    if (!certtool_open(command, REG_OPEN_READ, &list.db)) {
        return TOOL_FAILED;
    }
    list.table = certtool_table_create(certtool_given(command, "--full"));
    code = list.table != NULL ? list_stores(&list)
                              : certtool_fail(command, "%s", win_error_text(ERROR_NOT_ENOUGH_MEMORY));
    certtool_table_free(list.table);
    reg_db_close(list.db);
    return code;
}

static int run(struct certtool_command *command)
{
    return run_list(command, true, certtool_given(command, "--crls"));
}

static int run_crls(struct certtool_command *command)
{
    return run_list(command, false, true);
}

const struct certtool_verb certtool_verb_list = {
    .name = "list",
    .summary = "what is in the stores",
    .help = certtool_help_list,
    .run = run,
    .options = options,
    .option_count = sizeof options / sizeof options[0],
    .words_most = 1,
    .word_kinds = "s",
};

const struct certtool_verb certtool_verb_crl_list = {
    .name = "crl list",
    .summary = "revocation lists in the stores",
    .help = certtool_help_crl_list,
    .run = run_crls,
    .options = crl_options,
    .option_count = sizeof crl_options / sizeof crl_options[0],
    .words_most = 1,
    .word_kinds = "s",
};
