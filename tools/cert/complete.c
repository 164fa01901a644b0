/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `cerium cert __complete WORD...`, for completion in a shell: the words after `cert`, the last being the one to complete. The first line out is "words",
 * "files" or "both" (names of files are wanted, too); then candidates, one a line. It never fails: without a registry there is nothing to offer.
 */
#include "cert/certtool.h"

#include "platform/text.h"

#include <string.h>

enum { CANDIDATES_MOST = 2000 };

struct offer {
    const char *typed;
    const char *store; /* only thumbprints in this one; NULL = all */
    const struct certtool_command *command;
    enum cert_blob_kind kind;
    size_t count;
};

/* As it begins in any case; printed as it is spelt. */
static void offer_word(struct offer *offer, const char *word)
{
    size_t size = strlen(offer->typed);
    for (const unsigned char *p = (const unsigned char *)word; *p != '\0'; p++) {
        if (*p < ' ' || *p == 127 || (p[0] == 0xc2 && p[1] < 0xa0)) {
            return; /* cannot be typed, and would steer the terminal */
        }
    }
    if (strlen(word) >= size && plat_ascii_equal_nocase_n(word, size, offer->typed, size) &&
        offer->count++ < CANDIDATES_MOST) {
        puts(word);
    }
}

static bool offer_store(void *context, const char *name)
{
    if (cert_store_name(name) == NULL) {
        offer_word(context, name);
    }
    return true;
}

static void offer_stores(struct offer *offer, struct reg_db *db)
{
    for (size_t i = 0; cert_store_name_at(i) != NULL; i++) {
        offer_word(offer, cert_store_name_at(i));
    }
    if (db != NULL &&
        cert_store_each(db, certtool_location(offer->command), offer_store, offer) != ERROR_SUCCESS) {
        return;
    }
}

static bool offer_thumbprint(struct offer *offer, const uint8_t thumbprint[CERT_THUMBPRINT_SIZE])
{
    char text[CERT_THUMBPRINT_TEXT_SIZE];
    cert_thumbprint_text(thumbprint, text);
    offer_word(offer, text);
    return offer->count < CANDIDATES_MOST;
}

static bool offer_thumbprints_of(void *context, const char *name)
{
    struct offer *offer = context;
    struct cert_set *certs = NULL;
    struct cert_crl_set *crls = NULL;
    struct reg_db *db = NULL;
    bool more = true;
    if (offer->store != NULL && !plat_name_equal(name, offer->store)) {
        return true;
    }
    if (reg_db_open(offer->command->tool->registry_path, REG_OPEN_READ, &db, NULL) == ERROR_SUCCESS &&
        cert_set_create(&certs) == ERROR_SUCCESS && cert_crl_set_create(&crls) == ERROR_SUCCESS &&
        cert_store_load(db, certtool_location(offer->command), name, certs, crls, NULL) == ERROR_SUCCESS) {
        size_t count = offer->kind == CERT_BLOB_CRL ? cert_crl_set_count(crls) : cert_set_count(certs);
        for (size_t i = 0; i < count && more; i++) {
            more = offer_thumbprint(offer, offer->kind == CERT_BLOB_CRL ? cert_crl_set_at(crls, i)->thumbprint
                                                                        : cert_set_at(certs, i)->thumbprint);
        }
    }
    cert_set_free(certs);
    cert_crl_set_free(crls);
    reg_db_close(db);
    return more;
}

static bool offer_user(void *context, reg_key key, const char *name)
{
    (void)key;
    offer_word(context, name);
    return true;
}

static void offer_users(struct offer *offer, struct reg_db *db)
{
    reg_key key;
    if (db == NULL || reg_key_open(db, REG_HKLM, "COMM\\HTTPD\\SSL\\Users", &key) != ERROR_SUCCESS ||
        reg_each_key(db, key, offer_user, offer) != ERROR_SUCCESS) {
        return;
    }
}

static void offer_kind(struct offer *offer, char kind)
{
    struct reg_db *db = NULL;
    if (reg_db_open(offer->command->tool->registry_path, REG_OPEN_READ, &db, NULL) != ERROR_SUCCESS) {
        db = NULL;
    }
    if (kind == 's') {
        offer_stores(offer, db);
    } else if (kind == 'u') {
        offer_users(offer, db);
    } else if (kind == 'e') {
        offer_word(offer, "client");
        offer_word(offer, "server");
    } else if (kind == 'r') {
        offer_word(offer, "end");
        offer_word(offer, "chain");
        offer_word(offer, "exclude-root");
    } else if (kind == 't' && db != NULL &&
               cert_store_each(db, certtool_location(offer->command), offer_thumbprints_of, offer) !=
                   ERROR_SUCCESS) {
        offer->count = CANDIDATES_MOST;
    }
    reg_db_close(db);
}

static void offer_options(struct offer *offer, const struct certtool_verb *verb)
{
    for (size_t i = 0; i < verb->option_count; i++) {
        const struct certtool_option *option = &verb->options[i];
        if (option->takes == CERTTOOL_VALUES || !certtool_given(offer->command, option->name)) {
            offer_word(offer, option->name);
        }
    }
    offer_word(offer, "--help");
}

/* ---- where the word stands ---- */

struct place {
    const struct certtool_option *value_of; /* it is the value of this option */
    int words;                              /* before it */
};

enum { GIVEN_MOST = 64 };

/* `given` has room for GIVEN_MOST. */
static struct place read_place(struct certtool_command *command, struct certtool_given *given, int count,
                               char **words)
{
    struct place place = {0};
    command->given = given;
    for (int i = 0; i < count; i++) {
        const struct certtool_option *option = NULL;
        for (size_t o = 0; o < command->verb->option_count; o++) {
            if (strcmp(words[i], command->verb->options[o].name) == 0) {
                option = &command->verb->options[o];
            }
        }
        if (place.value_of != NULL) {
            if (strcmp(place.value_of->name, "--store") == 0) {
                command->store = words[i];
            }
            place.value_of = NULL;
        } else if (option != NULL) {
            place.value_of = option->takes == CERTTOOL_NOTHING ? NULL : option;
            if (command->given_count < GIVEN_MOST) {
                given[command->given_count++] = (struct certtool_given){option, NULL};
            }
        } else if (words[i][0] != '-') {
            if (place.words++ == 0 && command->store == NULL) {
                command->store = cert_store_name(words[i]);
            }
        }
    }
    return place;
}

static void offer_for_verb(struct tool_context *tool, const struct certtool_verb *verb, int count,
                           char **words)
{
    struct certtool_command command = {.tool = tool, .verb = verb};
    struct certtool_given given[GIVEN_MOST];
    struct place place = read_place(&command, given, count - 1, words);
    struct offer offer = {.typed = words[count - 1], .store = command.store, .command = &command};
    offer.kind = strncmp(verb->name, "crl ", 4) == 0 ? CERT_BLOB_CRL : CERT_BLOB_CERTIFICATE;
    if (place.value_of != NULL) {
        puts(place.value_of->kind == 'f' ? "files" : "words");
        offer_kind(&offer, place.value_of->kind);
    } else if (offer.typed[0] == '-') {
        puts("words");
        offer_options(&offer, verb);
    } else {
        const char *kinds = verb->word_kinds;
        size_t at = (size_t)place.words;
        char kind = kinds == NULL ? 'x' : at < strlen(kinds) ? kinds[at] : kinds[strlen(kinds) - 1];
        bool store_too = kind == 't' && place.words == 0 && verb->words_most != 1;
        bool file_too = kind == 'f' || (kind == 't' && strchr(kinds, 'f') != NULL);
        puts(kind == 'f' ? "files" : file_too ? "both" : "words");
        if (store_too) {
            offer_kind(&offer, 's');
        }
        if (verb->words_most < 0 || place.words < verb->words_most) {
            offer_kind(&offer, kind == 'f' && strchr(kinds, 't') != NULL ? 't' : kind);
        }
    }
}

static void offer_verbs(const struct certtool_verb *const *verbs, const char *first, const char *typed)
{
    struct offer offer = {.typed = typed};
    size_t first_size = strlen(first);
    const char *last = "";
    puts("words");
    for (size_t i = 0; verbs[i] != NULL; i++) {
        const char *name = verbs[i]->name;
        char word[32];
        if (first_size > 0 && (strncmp(name, first, first_size) != 0 || name[first_size] != ' ')) {
            continue;
        }
        name += first_size > 0 ? first_size + 1 : 0;
        snprintf(word, sizeof word, "%.*s", (int)strcspn(name, " "), name);
        if (strncmp(last, word, strlen(word)) != 0 || last[strlen(word)] != ' ') {
            offer_word(&offer, word);
        }
        last = name;
    }
}

int certtool_complete(struct tool_context *tool, const struct certtool_verb *const *verbs, int argc,
                      char **argv)
{
    if (argc < 2) {
        return TOOL_FAILED;
    }
    if (argc == 2) {
        offer_verbs(verbs, "", argv[1]);
        return TOOL_OK;
    }
    bool is_crl = strcmp(argv[1], "crl") == 0;
    if (is_crl && argc == 3) {
        offer_verbs(verbs, "crl", argv[2]);
        return TOOL_OK;
    }
    for (size_t i = 0; verbs[i] != NULL; i++) {
        const char *name = verbs[i]->name;
        if (is_crl ? strncmp(name, "crl ", 4) == 0 && strcmp(name + 4, argv[2]) == 0
                   : strcmp(name, argv[1]) == 0) {
            int taken = is_crl ? 3 : 2;
            offer_for_verb(tool, verbs[i], argc - taken, argv + taken);
            return TOOL_OK;
        }
    }
    puts("words");
    return TOOL_OK;
}
