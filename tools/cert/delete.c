/* SPDX-License-Identifier: Apache-2.0 */
#include "cert/cert_tool.h"

#include "certstore/key.h"
#include "certstore/store.h"

#include <string.h>

static const char verb[] = "delete";

static bool key_used_by_another(const struct cert_set *set, const struct cert *deleted)
{
    for (size_t i = 0; i < cert_set_count(set); i++) {
        const struct cert *other = cert_set_at(set, i);
        if (other != deleted && plat_span_equal(other->spki, deleted->spki)) {
            return true;
        }
    }
    return false;
}

/* After the certificate has gone: a key without one is only a risk. */
static bool remove_key(const struct reg_db *db, const struct cert_set *set, const struct cert *deleted)
{
    if (key_used_by_another(set, deleted)) {
        printf("its key stays: another certificate in MY uses it\n");
        return true;
    }
    win_error error = cert_key_remove(db, deleted);
    if (error == ERROR_SUCCESS) {
        printf("its key was removed too\n");
    } else if (error != NTE_NO_KEY) {
        fprintf(stderr,
                "cerium cert delete: the certificate is gone, but its key in %s.keys cannot be removed: %s\n",
                reg_db_path(db), win_error_text(error));
        return false;
    }
    return true;
}

static int delete_from(struct reg_db *db, const char *store, const char *text,
                       const uint8_t thumbprint[CERT_THUMBPRINT_SIZE])
{
    struct cert_set *set = cert_tool_load_store(verb, db, store); /* before: it still knows the public key */
    if (set == NULL) {
        return TOOL_FAILED;
    }
    win_error error = cert_store_remove(db, store, thumbprint);
    bool ok = error == ERROR_SUCCESS;
    if (error == CRYPT_E_NOT_FOUND) {
        fprintf(stderr, "cerium cert delete: no certificate %s in store %s; ", text, store);
        fprintf(stderr, "`cerium cert list --store %s` shows what there is\n", store);
    } else if (!ok) {
        fprintf(stderr, "cerium cert delete: cannot delete %s from store %s in %s: %s\n", text, store,
                reg_db_path(db), win_error_text(error));
    } else {
        char shown[CERT_THUMBPRINT_TEXT_SIZE];
        const struct cert *cert = cert_set_find_thumbprint(set, thumbprint);
        cert_thumbprint_text(thumbprint, shown);
        printf("deleted from %s %s\n", store, shown);
        if (strcmp(store, "MY") == 0 && cert != NULL) {
            ok = remove_key(db, set, cert);
        }
    }
    cert_set_free(set);
    return ok ? TOOL_OK : TOOL_FAILED;
}

int cert_tool_delete(struct tool_context *tool, int argc, char **argv)
{
    const char *store = NULL, *text = NULL, *value;
    uint8_t thumbprint[CERT_THUMBPRINT_SIZE];
    struct reg_db *db;
    for (int i = 1; i < argc; i++) {
        if (cert_tool_option(argc, argv, &i, "--store", &value)) {
            if (store != NULL) {
                return cert_tool_usage(verb, "--store is given twice");
            }
            if (value == NULL || (store = cert_store_name(value)) == NULL) {
                return cert_tool_usage(verb, "--store needs the name of a store");
            }
        } else if (text != NULL || argv[i][0] == '-') {
            return cert_tool_usage(verb, "\"%s\" is not understood", argv[i]);
        } else {
            text = argv[i];
        }
    }
    if (store == NULL || text == NULL) {
        return cert_tool_usage(verb, "it needs --store STORE and a THUMBPRINT");
    }
    if (!cert_thumbprint_parse(text, thumbprint)) {
        return cert_tool_usage(verb, "\"%s\" is no thumbprint: 40 hexadecimal digits", text);
    }
    if (!tool_open_registry(tool, REG_OPEN_WRITE, &db)) {
        return TOOL_FAILED;
    }
    int result = delete_from(db, store, text, thumbprint);
    reg_db_close(db);
    return result;
}
