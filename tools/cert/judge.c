/* SPDX-License-Identifier: Apache-2.0 */
/* `cerium cert verify FILE` for a person: against the stores of the registry, in words, or in JSON. */
#include "cert/verify.h"

#include "certstore/describe.h"
#include "certstore/host.h"
#include "reg/terminal.h"

#include <inttypes.h>
#include <string.h>

struct stores {
    struct certtool_contents roots, privileged, intermediates, distrusted, people, own;
};

static void free_stores(struct stores *stores)
{
    certtool_unload(&stores->roots);
    certtool_unload(&stores->privileged);
    certtool_unload(&stores->intermediates);
    certtool_unload(&stores->distrusted);
    certtool_unload(&stores->people);
    certtool_unload(&stores->own);
}

/* ROOT and Privileged are one set of roots. */
static bool add_privileged(const struct certtool_command *command, struct stores *stores)
{
    win_error error = ERROR_SUCCESS;
    for (size_t i = 0; i < cert_set_count(stores->privileged.certs) && error == ERROR_SUCCESS; i++) {
        error = cert_set_add(stores->roots.certs, cert_set_at(stores->privileged.certs, i)->der, NULL);
    }
    if (error != ERROR_SUCCESS) {
        certtool_fail(command, "%s", win_error_text(error));
    }
    return error == ERROR_SUCCESS;
}

static bool load_stores(const struct certtool_question *question, struct stores *stores)
{
    const struct certtool_command *command = question->command;
    struct reg_db *db;
    *stores = (struct stores){0};
    if (!certtool_open(command, REG_OPEN_READ, &db)) {
        return false;
    }
    bool ok = certtool_load(command, db, "ROOT", &stores->roots) &&
              certtool_load(command, db, "Privileged", &stores->privileged) &&
              certtool_load(command, db, "CA", &stores->intermediates) &&
              certtool_load(command, db, "Disallowed", &stores->distrusted) &&
              certtool_load(command, db, "TrustedPeople", &stores->people) &&
              (question->flags == 0 || certtool_load(command, db, "MY", &stores->own)) &&
              add_privileged(command, stores);
    reg_db_close(db);
    return ok;
}

/* ---- sentences ---- */

void certtool_missing_issuer(const struct cert_chain *chain, struct plat_buffer *out)
{
    struct plat_buffer name;
    bool missing = (chain->error & (CERT_TRUST_IS_PARTIAL_CHAIN | CERT_TRUST_IS_CYCLIC)) == CERT_TRUST_IS_PARTIAL_CHAIN;
    if (!missing || chain->count == 0) {
        return;
    }
    const struct cert *last = chain->elements[chain->count - 1].cert;
    plat_buffer_init(&name, LIMIT_CERT_FILE);
    plat_buffer_printf(out, "issuer \"%s\" not found in the file, CA, ROOT or Privileged",
                       certtool_name(last->issuer, &name));
    if (last->authority_key_id.size > 0) {
        plat_buffer_append_text(out, "; looked for key id ");
        cert_hex_append(out, last->authority_key_id, 0);
    }
    plat_buffer_append_text(out, ". If it is an intermediate: cerium cert add CA FILE; if a root that you "
                                 "trust: cerium cert trust FILE");
    plat_buffer_free(&name);
}

/* What a person can do about an untrusted root. */
static void untrusted_root(const struct cert_chain *chain, struct plat_buffer *out)
{
    struct plat_buffer name;
    char thumbprint[CERT_THUMBPRINT_TEXT_SIZE];
    if ((chain->error & CERT_TRUST_IS_UNTRUSTED_ROOT) == 0 || chain->count == 0) {
        return;
    }
    const struct cert *last = chain->elements[chain->count - 1].cert;
    plat_buffer_init(&name, LIMIT_CERT_FILE);
    cert_thumbprint_text(last->thumbprint, thumbprint);
    plat_buffer_printf(out, "root \"%s\" (%s) is not in ROOT. If you trust it: cerium cert trust FILE",
                       certtool_name(last->subject, &name), thumbprint);
    plat_buffer_free(&name);
}

bool certtool_host_fits(const struct certtool_question *question, const struct cert *cert,
                        struct plat_buffer *out)
{
    if (question->host == NULL) {
        return true;
    }
    switch (cert_host_match(cert, question->host)) {
    case CERT_HOST_MATCHES:
        plat_buffer_printf(out, "it is for the server %s", question->host);
        return true;
    case CERT_HOST_OTHER:
        plat_buffer_printf(out, "it is NOT for the server %s, but for ", question->host);
        cert_host_names(cert, out);
        return false;
    case CERT_HOST_NO_NAMES:
        plat_buffer_printf(
            out, "it is NOT for the server %s: it names no server (subjectAltName has no dNSName and no iPAddress)",
            question->host);
        return false;
    default:
        plat_buffer_printf(
            out, "it is NOT for the server %s: that is no name of a server, or the certificate's names cannot be read",
            question->host);
        return false;
    }
}

/* What revocation checking found out; appends nothing when nobody asked. */
static void revocation_text(const struct cert_chain_element *element, struct plat_buffer *out)
{
    static const char *const words[] = {
        [CERT_REVOCATION_GOOD] = "not revoked",
        [CERT_REVOCATION_REVOKED] = "REVOKED",
        [CERT_REVOCATION_NO_CRL] =
            "not known: no revocation list of its issuer is there (cerium cert crl add CA FILE)",
        [CERT_REVOCATION_OFFLINE] = "not known: no revocation list of its issuer that is still current is "
                                    "there (cerium cert crl add CA FILE)",
        [CERT_REVOCATION_UNUSABLE] =
            "not known: the revocation lists that are there do not cover it, or cannot be relied on",
    };
    struct plat_buffer text;
    if (element->revocation == CERT_REVOCATION_NOT_ASKED) {
        return;
    }
    plat_buffer_init(&text, LIMIT_CERT_FILE);
    plat_buffer_append_text(out, words[element->revocation]);
    if (element->revocation == CERT_REVOCATION_REVOKED) {
        const char *reason = cert_crl_reason_name(element->reason);
        plat_buffer_printf(out, " since %s (%s)", certtool_time(element->revoked, &text),
                           reason != NULL ? reason : "no reason given");
    }
    if (element->crl != NULL &&
        (element->revocation == CERT_REVOCATION_GOOD || element->revocation == CERT_REVOCATION_REVOKED)) {
        plat_buffer_printf(out, ", says the list of %s", certtool_name(element->crl->issuer, &text));
        plat_buffer_printf(out, " of %s", certtool_time(element->crl->this_update, &text));
    }
    plat_buffer_free(&text);
}

/* ---- for people ---- */

static const char *bit_name(uint32_t bit, struct plat_buffer *buffer)
{
    plat_buffer_clear(buffer);
    cert_trust_error_names(bit, buffer);
    const char *text = plat_buffer_text(buffer);
    return text != NULL ? text : "";
}

static void print_bits(uint32_t word, const char *indent)
{
    struct plat_buffer name;
    plat_buffer_init(&name, 256);
    for (unsigned i = 0; i < 32; i++) {
        uint32_t bit = UINT32_C(1) << i;
        if ((word & bit) != 0) {
            regtool_colour(REGTOOL_WAS);
            printf("%s0x%08" PRIx32 " %s", indent, bit, bit_name(bit, &name));
            regtool_colour(REGTOOL_PLAIN);
            printf(": %s\n", cert_trust_error_sentence(bit));
        }
    }
    plat_buffer_free(&name);
}

static void print_element(const struct cert_chain_element *element, size_t number)
{
    struct plat_buffer text;
    char thumbprint[CERT_THUMBPRINT_TEXT_SIZE];
    plat_buffer_init(&text, LIMIT_CERT_FILE);
    cert_thumbprint_text(element->cert->thumbprint, thumbprint);
    certtool_say("  %zu  %s\n", number, certtool_name(element->cert->subject, &text));
    certtool_say("     valid %s", certtool_time(element->cert->not_before, &text));
    certtool_say(" to %s\n", certtool_time(element->cert->not_after, &text));
    printf("     thumbprint %s\n", thumbprint);
    plat_buffer_clear(&text);
    cert_trust_info_names(element->info, &text);
    const char *info = plat_buffer_text(&text);
    if (element->info != 0 && info != NULL) {
        regtool_colour(REGTOOL_FAINT);
        printf("     info 0x%08" PRIx32 " %s", element->info, info);
        regtool_colour(REGTOOL_PLAIN);
        putchar('\n');
    }
    plat_buffer_clear(&text);
    revocation_text(element, &text);
    const char *revocation = plat_buffer_text(&text);
    if (text.size > 0 && revocation != NULL) {
        certtool_say("     revocation %s\n", revocation);
    }
    plat_buffer_free(&text);
    print_bits(element->error, "     ");
}

static void print_sentence(struct plat_buffer *sentence)
{
    const char *text = plat_buffer_text(sentence);
    if (text != NULL && sentence->size > 0) {
        certtool_say("  %s\n", text);
    }
    plat_buffer_clear(sentence);
}

static void print_chain(const struct certtool_question *q, const struct cert *leaf,
                        const struct cert_chain *chain, bool good)
{
    struct plat_buffer text;
    puts("chain, the certificate itself first:");
    for (size_t i = 0; i < chain->count; i++) {
        print_element(&chain->elements[i], i);
    }
    plat_buffer_init(&text, LIMIT_CERT_FILE);
    printf("trust word 0x%08" PRIx32 " %s\n", chain->error, bit_name(chain->error, &text));
    print_bits(chain->error, "  ");
    if (!chain->finished) {
        printf("  not all of it was judged, so no CertTrustOverride can let it in\n");
    }
    plat_buffer_clear(&text);
    certtool_missing_issuer(chain, &text);
    print_sentence(&text);
    untrusted_root(chain, &text);
    print_sentence(&text);
    (void)certtool_host_fits(q, leaf, &text);
    print_sentence(&text);
    plat_buffer_free(&text);
    regtool_colour(good ? REGTOOL_IS : REGTOOL_WAS);
    fputs(good ? "the certificate is good" : "the certificate is NOT good", stdout);
    regtool_colour(REGTOOL_PLAIN);
    putchar('\n');
}

/* ---- for programs ---- */

static void json_bits(struct json *json, const char *name, uint32_t word)
{
    struct plat_buffer text;
    plat_buffer_init(&text, 256);
    json_array(json, name, true);
    for (unsigned i = 0; i < 32; i++) {
        if ((word & UINT32_C(1) << i) != 0) {
            json_text(json, NULL, bit_name(UINT32_C(1) << i, &text));
        }
    }
    json_end_array(json);
    plat_buffer_free(&text);
}

static void json_words(struct json *json, uint32_t error, uint32_t info)
{
    json_number(json, "error", error);
    json_number(json, "info", info);
    json_bits(json, "errors", error);
}

static void json_chain(const struct certtool_question *q, const struct cert *leaf,
                       const struct cert_chain *chain, bool good)
{
    struct json json = {0};
    struct plat_buffer text;
    plat_buffer_init(&text, LIMIT_CERT_FILE);
    json_object(&json, NULL, false);
    json_bool(&json, "good", good);
    json_bool(&json, "finished", chain->finished);
    json_words(&json, chain->error, chain->info);
    if (q->host != NULL) {
        json_text(&json, "host", q->host);
        json_bool(&json, "host_fits", certtool_host_fits(q, leaf, &text));
    }
    plat_buffer_clear(&text);
    certtool_missing_issuer(chain, &text);
    json_text(&json, "missing", text.size > 0 ? plat_buffer_text(&text) : NULL);
    json_array(&json, "elements", false);
    for (size_t i = 0; i < chain->count; i++) {
        json_object(&json, NULL, false);
        json_words(&json, chain->elements[i].error, chain->elements[i].info);
        plat_buffer_clear(&text);
        revocation_text(&chain->elements[i], &text);
        json_text(&json, "revocation", text.size > 0 ? plat_buffer_text(&text) : NULL);
        certtool_json_cert(&json, NULL, NULL, NULL, chain->elements[i].cert);
        json_end_object(&json);
    }
    json_end_array(&json);
    json_end_object(&json);
    plat_buffer_free(&text);
}

/* The server's rule: what keeps somebody out may not be left out. */
static bool nothing_missing(const struct certtool_question *question, const struct stores *stores)
{
    const struct certtool_contents *const all[] = {&stores->roots, &stores->privileged,
                                                   &stores->intermediates, &stores->people, &stores->own};
    const char *what = stores->distrusted.left_out > 0 ? "an entry of Disallowed" : NULL;
    for (size_t s = 0; question->flags != 0 && s < sizeof all / sizeof all[0]; s++) {
        what = all[s]->lists_left_out > 0 ? "a revocation list" : what;
    }
    if (what != NULL) {
        certtool_fail(question->command,
                      "not judged: %s cannot be read, and may name somebody; repair or delete it", what);
    }
    return what == NULL;
}

/* With --revocation: the CRLs of the stores join those of --crl. */
static bool add_lists(const struct certtool_question *question, const struct stores *stores)
{
    const struct certtool_contents *const all[] = {&stores->roots, &stores->privileged,
                                                   &stores->intermediates, &stores->people, &stores->own};
    win_error error = ERROR_SUCCESS;
    for (size_t s = 0; question->flags != 0 && s < sizeof all / sizeof all[0]; s++) {
        const struct cert_crl_set *set = all[s]->crls;
        for (size_t i = 0; error == ERROR_SUCCESS && i < cert_crl_set_count(set); i++) {
            error =
                cert_crl_set_add(question->crls, cert_crl_set_at(set, i)->der, (struct plat_span){0}, NULL);
        }
    }
    if (error != ERROR_SUCCESS) {
        certtool_fail(question->command, "%s", win_error_text(error));
    }
    return error == ERROR_SUCCESS;
}

int certtool_judge(const struct certtool_question *question)
{
    const struct certtool_command *command = question->command;
    struct stores stores = {0};
    struct cert_chain chain = {.error = CERT_TRUST_IS_PARTIAL_CHAIN};
    struct cert_set *peer = certtool_new_set(command);
    bool good = false;
    if (peer != NULL && certtool_read(command, question->file, peer, NULL) &&
        load_stores(question, &stores) && nothing_missing(question, &stores) && add_lists(question, &stores)) {
        struct plat_buffer words;
        const struct cert_chain_input input = {
            .leaf = cert_set_at(peer, 0),
            .roots = stores.roots.certs,
            .intermediates = stores.intermediates.certs,
            .peer = peer,
            .distrusted = stores.distrusted.certs,
            .people = stores.people.certs,
            .time = question->time,
            .usage = question->usage,
            .crls = question->crls,
            .flags = question->flags,
        };
        cert_chain_build(&input, &chain);
        plat_buffer_init(&words, LIMIT_CERT_FILE);
        good = chain.error == CERT_TRUST_NO_ERROR && chain.finished &&
               certtool_host_fits(question, input.leaf, &words);
        plat_buffer_free(&words);
        if (certtool_given(command, "--json")) {
            json_chain(question, input.leaf, &chain, good);
        } else {
            print_chain(question, input.leaf, &chain, good);
        }
    }
    free_stores(&stores);
    cert_set_free(peer);
    return good ? TOOL_OK : TOOL_FAILED;
}
