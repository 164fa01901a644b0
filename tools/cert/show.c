/* SPDX-License-Identifier: Apache-2.0 */
#include "cert/cert_tool.h"

#include "certstore/describe.h"
#include "certstore/key.h"
#include "certstore/store.h"
#include "platform/limits.h"

#include <string.h>

static const char verb[] = "show";

/* A description is longer than the certificate, hex of it included. */
#define DESCRIPTION_SIZE (8U * LIMIT_CERT_SIZE)

static bool print_one(const char *title, const struct cert *cert)
{
    struct plat_buffer text;
    plat_buffer_init(&text, DESCRIPTION_SIZE);
    cert_describe(cert, &text);
    const char *words = plat_buffer_text(&text);
    if (words != NULL) {
        printf("%s\n%s", title, words);
    } else {
        fprintf(stderr, "cerium cert show: %s\n", win_error_text(text.failed));
    }
    plat_buffer_free(&text);
    return words != NULL;
}

static int show_file(const char *path)
{
    struct cert_set *set = cert_tool_new_set(verb);
    if (set == NULL || !cert_tool_read_file(verb, path, set)) {
        cert_set_free(set);
        return TOOL_FAILED;
    }
    bool ok = true;
    for (size_t i = 0; i < cert_set_count(set); i++) {
        char title[64];
        snprintf(title, sizeof title, "Certificate %zu of %zu", i + 1, cert_set_count(set));
        ok = print_one(title, cert_set_at(set, i)) && ok;
    }
    cert_set_free(set);
    return ok ? TOOL_OK : TOOL_FAILED;
}

/* How often it is there; -1 on failure. */
static int show_in_store(struct reg_db *db, const char *store, const uint8_t thumbprint[CERT_THUMBPRINT_SIZE])
{
    struct cert_set *set = cert_tool_load_store(verb, db, store);
    if (set == NULL) {
        return -1;
    }
    const struct cert *cert = cert_set_find_thumbprint(set, thumbprint);
    int found = 0;
    if (cert != NULL) {
        char title[256];
        bool in_my = strcmp(store, "MY") == 0;
        snprintf(title, sizeof title, "In store %s%s%s", store, in_my ? ", " : "",
                 in_my ? cert_tool_key_words(db, cert) : "");
        found = print_one(title, cert) ? 1 : -1;
    }
    cert_set_free(set);
    return found;
}

static int show_thumbprint(struct tool_context *tool, const char *store, const char *text,
                           const uint8_t thumbprint[CERT_THUMBPRINT_SIZE])
{
    struct reg_db *db;
    int found = 0;
    if (!tool_open_registry(tool, REG_OPEN_READ, &db)) {
        return TOOL_FAILED;
    }
    for (size_t i = 0; cert_store_name_at(i) != NULL && found >= 0; i++) {
        if (store == NULL || strcmp(store, cert_store_name_at(i)) == 0) {
            int here = show_in_store(db, cert_store_name_at(i), thumbprint);
            found = here < 0 ? here : found + here;
        }
    }
    if (found == 0) {
        fprintf(stderr,
                "cerium cert show: no certificate %s in %s%s; `cerium cert list` shows what there is\n", text,
                store != NULL ? "store " : "any store", store != NULL ? store : "");
    }
    reg_db_close(db);
    return found > 0 ? TOOL_OK : TOOL_FAILED;
}

int cert_tool_show(struct tool_context *tool, int argc, char **argv)
{
    const char *store = NULL, *what = NULL, *value;
    uint8_t thumbprint[CERT_THUMBPRINT_SIZE];
    for (int i = 1; i < argc; i++) {
        if (cert_tool_option(argc, argv, &i, "--store", &value)) {
            if (store != NULL) {
                return cert_tool_usage(verb, "--store is given twice");
            }
            if (value == NULL || (store = cert_store_name(value)) == NULL) {
                return cert_tool_usage(verb, "--store needs the name of a store");
            }
        } else if (what != NULL || (argv[i][0] == '-' && argv[i][1] != '\0')) {
            return cert_tool_usage(verb, "\"%s\" is not understood", argv[i]);
        } else {
            what = argv[i];
        }
    }
    if (what == NULL) {
        return cert_tool_usage(verb, "it needs a THUMBPRINT or a FILE");
    }
    if (cert_thumbprint_parse(what, thumbprint)) {
        return show_thumbprint(tool, store, what, thumbprint);
    }
    if (store != NULL) {
        return cert_tool_usage(verb, "\"%s\" is no thumbprint: 40 hexadecimal digits", what);
    }
    return show_file(what);
}
