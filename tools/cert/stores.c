/* SPDX-License-Identifier: Apache-2.0 */
/* The stores of the registry, and where in them a certificate stands. */
#include "cert/certtool.h"

#include "platform/memory.h"
#include "platform/text.h"

#include <string.h>

static void append_word(struct plat_buffer *text, const char *word)
{
    if (word != NULL) {
        bool bare = word[0] != '\0' && strpbrk(word, " '\"") == NULL;
        plat_buffer_printf(text, bare ? " %s" : " \"%s\"", word);
    }
}

/* "cerium cert add ROOT ca.pem" for the history. */
static void tell_history(const struct certtool_command *command, struct reg_db *db)
{
    struct plat_buffer text;
    plat_buffer_init(&text, LIMIT_CERT_FILE);
    plat_buffer_printf(&text, "cerium cert %s", command->verb->name);
    if (command->store != NULL) {
        plat_buffer_printf(&text, " %s", command->store);
    }
    for (int i = 0; i < command->word_count; i++) {
        append_word(&text, command->words[i]);
    }
    for (int i = 0; i < command->given_count; i++) {
        const struct certtool_given *given = &command->given[i];
        if (strcmp(given->option->name, "--store") != 0) {
            plat_buffer_printf(&text, " %s", given->option->name);
            append_word(&text, given->value);
        }
    }
    reg_db_set_actor(db, NULL, plat_buffer_text(&text));
    plat_buffer_free(&text);
}

bool certtool_open(const struct certtool_command *command, enum reg_open_mode mode, struct reg_db **db)
{
    if (!tool_open_registry(command->tool, mode, db)) {
        return false;
    }
    tell_history(command, *db);
    return true;
}

struct loading {
    const struct certtool_command *command;
    struct certtool_contents *contents;
};

static void print_problem(void *context, const char *text)
{
    const struct loading *loading = context;
    loading->contents->left_out++;
    certtool_warn(loading->command, "%s", text);
}

static void print_list_problem(void *context, const char *text)
{
    const struct loading *loading = context;
    loading->contents->lists_left_out++;
    print_problem(context, text);
}

bool certtool_load(const struct certtool_command *command, struct reg_db *db, const char *store,
                   struct certtool_contents *contents)
{
    struct loading loading = {command, contents};
    struct cert_store_reader reader = {
        .problem = print_problem, .crl_problem = print_list_problem, .context = &loading};
    *contents = (struct certtool_contents){.store = store};
    contents->certs = certtool_new_set(command);
    contents->crls = certtool_new_crl_set(command);
    if (contents->certs == NULL || contents->crls == NULL) {
        return false;
    }
    if (plat_root_open(command->tool->root_path, &reader.root) != ERROR_SUCCESS) {
        reader.root = NULL; /* an InitFile is then told of as not read */
    }
    win_error error =
        cert_store_load(db, certtool_location(command), store, contents->certs, contents->crls, &reader);
    plat_root_close(reader.root);
    if (error != ERROR_SUCCESS) {
        certtool_fail(command, "cannot read store %s from %s: %s", store, reg_db_path(db),
                      win_error_text(error));
    }
    return error == ERROR_SUCCESS;
}

void certtool_unload(struct certtool_contents *contents)
{
    cert_set_free(contents->certs);
    cert_crl_set_free(contents->crls);
    *contents = (struct certtool_contents){0};
}

/* ---- one store after the other ---- */

struct names {
    struct plat_buffer text; /* each with its NUL */
};

static bool keep_name(void *context, const char *name)
{
    struct names *names = context;
    plat_buffer_append(&names->text, name, strlen(name) + 1);
    return names->text.failed == ERROR_SUCCESS;
}

/* The names first: nothing is read from the registry while it is being walked. */
static bool collect_names(const struct certtool_command *command, struct reg_db *db, const char *only,
                          struct names *names)
{
    plat_buffer_init(&names->text, LIMIT_CERT_FILE);
    win_error error = ERROR_SUCCESS;
    if (only != NULL) {
        (void)keep_name(names, only);
    } else {
        error = cert_store_each(db, certtool_location(command), keep_name, names);
    }
    error = error != ERROR_SUCCESS ? error : names->text.failed;
    if (error != ERROR_SUCCESS) {
        certtool_fail(command, "cannot read the stores of %s: %s", reg_db_path(db), win_error_text(error));
    }
    return error == ERROR_SUCCESS;
}

bool certtool_each_store(const struct certtool_command *command, struct reg_db *db, const char *only,
                         bool (*each)(void *context, struct certtool_contents *contents), void *context)
{
    struct names names;
    bool ok = collect_names(command, db, only, &names);
    for (size_t at = 0; ok && at < names.text.size; at += strlen((const char *)names.text.data + at) + 1) {
        struct certtool_contents contents;
        ok = certtool_load(command, db, (const char *)names.text.data + at, &contents) &&
             each(context, &contents);
        certtool_unload(&contents);
    }
    plat_buffer_free(&names.text);
    return ok;
}

/* ---- thumbprints ---- */

bool certtool_thumbprint_parse(const char *text, struct certtool_thumbprint *thumbprint)
{
    size_t size = 0;
    for (; *text != '\0'; text++) {
        if (*text == ' ' || *text == ':') {
            continue;
        }
        int digit = plat_hex_digit(*text);
        if (digit < 0 || size + 1 == sizeof thumbprint->digits) {
            return false;
        }
        thumbprint->digits[size++] = "0123456789ABCDEF"[digit];
    }
    thumbprint->digits[size] = '\0';
    return size >= CERTTOOL_THUMBPRINT_LEAST;
}

bool certtool_thumbprint_fits(const struct certtool_thumbprint *thumbprint,
                              const uint8_t full[CERT_THUMBPRINT_SIZE])
{
    char text[CERT_THUMBPRINT_TEXT_SIZE];
    cert_thumbprint_text(full, text);
    return strncmp(text, thumbprint->digits, strlen(thumbprint->digits)) == 0;
}

int certtool_no_thumbprint(const struct certtool_command *command, const char *text)
{
    bool is_crl = strncmp(command->verb->name, "crl ", 4) == 0;
    return certtool_usage(command,
                          "\"%s\" is no thumbprint: 40 hexadecimal digits, or the first %u or more of them "
                          "(`cerium cert %s` shows them)",
                          text, CERTTOOL_THUMBPRINT_LEAST, is_crl ? "crl list" : "find TEXT");
}

struct search {
    const struct certtool_command *command;
    enum cert_blob_kind kind;
    struct certtool_thumbprint wanted;
    struct certtool_place *places;
    size_t count;
    bool several; /* of different certificates */
};

static bool keep_place(struct search *search, const char *store,
                       const uint8_t thumbprint[CERT_THUMBPRINT_SIZE])
{
    if (!certtool_thumbprint_fits(&search->wanted, thumbprint)) {
        return true;
    }
    struct certtool_place *more = plat_realloc(search->places, (search->count + 1) * sizeof *more);
    if (more == NULL || strlen(store) >= sizeof more->store) {
        search->places = more != NULL ? more : search->places;
        certtool_fail(search->command, "%s", win_error_text(ERROR_NOT_ENOUGH_MEMORY));
        return false;
    }
    search->places = more;
    struct certtool_place *place = &more[search->count++];
    memcpy(place->store, store, strlen(store) + 1);
    memcpy(place->thumbprint, thumbprint, CERT_THUMBPRINT_SIZE);
    search->several = search->several || memcmp(more[0].thumbprint, thumbprint, CERT_THUMBPRINT_SIZE) != 0;
    return true;
}

static bool search_store(void *context, struct certtool_contents *contents)
{
    struct search *search = context;
    bool ok = true;
    if (search->kind == CERT_BLOB_CRL) {
        for (size_t i = 0; i < cert_crl_set_count(contents->crls) && ok; i++) {
            ok = keep_place(search, contents->store, cert_crl_set_at(contents->crls, i)->thumbprint);
        }
    } else {
        for (size_t i = 0; i < cert_set_count(contents->certs) && ok; i++) {
            ok = keep_place(search, contents->store, cert_set_at(contents->certs, i)->thumbprint);
        }
    }
    return ok;
}

static int tell_several(const struct search *search, const char *text)
{
    enum { SHOWN = 8 };
    certtool_fail(search->command, "\"%s\" begins several thumbprints; give more of it:", text);
    for (size_t i = 0; i < search->count && i < SHOWN; i++) {
        char full[CERT_THUMBPRINT_TEXT_SIZE];
        cert_thumbprint_text(search->places[i].thumbprint, full);
        fprintf(stderr, "  %s in ", full);
        tool_put(stderr, search->places[i].store);
        fputc('\n', stderr);
    }
    if (search->count > SHOWN) {
        fprintf(stderr, "  ... and %zu more\n", search->count - SHOWN);
    }
    return TOOL_FAILED;
}

int certtool_locate(const struct certtool_command *command, struct reg_db *db, const char *store,
                    enum cert_blob_kind kind, const char *text, struct certtool_place **places, size_t *count)
{
    struct search search = {.command = command, .kind = kind};
    bool is_crl = kind == CERT_BLOB_CRL;
    *places = NULL;
    *count = 0;
    if (!certtool_thumbprint_parse(text, &search.wanted)) {
        return certtool_no_thumbprint(command, text);
    }
    int code = certtool_each_store(command, db, store, search_store, &search) ? TOOL_OK : TOOL_FAILED;
    if (code == TOOL_OK && search.count == 0) {
        const char *user = certtool_location(command) == CERT_CURRENT_USER ? " of the user" : "";
        code = certtool_fail(command, "no %s %s in %s%s%s; `cerium cert %s%s` shows what there is",
                             is_crl ? "revocation list" : "certificate", search.wanted.digits,
                             store != NULL ? "store " : "any store", store != NULL ? store : "", user,
                             is_crl ? "crl list" : "list", *user != '\0' ? " --user" : "");
    } else if (code == TOOL_OK && search.several) {
        code = tell_several(&search, text);
    }
    if (code != TOOL_OK) {
        plat_free(search.places);
        return code;
    }
    *places = search.places;
    *count = search.count;
    return TOOL_OK;
}
