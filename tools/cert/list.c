/* SPDX-License-Identifier: Apache-2.0 */
#include "cert/cert_tool.h"

#include "certstore/describe.h"
#include "certstore/key.h"
#include "certstore/store.h"
#include "platform/clock.h"
#include "platform/limits.h"

#include <string.h>

static const char verb[] = "list";

static void print_one(const struct reg_db *db, const char *store, const struct cert *cert, int64_t now)
{
    char thumbprint[CERT_THUMBPRINT_TEXT_SIZE];
    struct plat_buffer text;
    plat_buffer_init(&text, LIMIT_CERT_FILE);
    cert_thumbprint_text(cert->thumbprint, thumbprint);
    cert_name_text(cert->subject, &text);
    plat_buffer_append_text(&text, "\n    until ");
    cert_time_text(cert->not_after, &text);
    if (now > cert->not_after) {
        plat_buffer_append_text(&text, " (expired)");
    } else if (now < cert->not_before) {
        plat_buffer_append_text(&text, " (not yet valid)");
    }
    plat_buffer_append_text(&text, ", ");
    cert_key_text(cert, &text);
    if (strcmp(store, "MY") == 0) {
        plat_buffer_printf(&text, ", %s", cert_tool_key_words(db, cert));
    }
    const char *words = plat_buffer_text(&text);
    printf("%-10s %s %s\n", store, thumbprint, words != NULL ? words : "");
    plat_buffer_free(&text);
}

static bool list_store(struct reg_db *db, const char *store)
{
    struct cert_set *set = cert_tool_load_store(verb, db, store);
    if (set == NULL) {
        return false;
    }
    int64_t now = plat_clock_unix();
    for (size_t i = 0; i < cert_set_count(set); i++) {
        print_one(db, store, cert_set_at(set, i), now);
    }
    cert_set_free(set);
    return true;
}

int cert_tool_list(struct tool_context *tool, int argc, char **argv)
{
    const char *store = NULL, *value;
    struct reg_db *db;
    for (int i = 1; i < argc; i++) {
        if (!cert_tool_option(argc, argv, &i, "--store", &value)) {
            return cert_tool_usage(verb, "\"%s\" is not understood", argv[i]);
        }
        if (store != NULL) {
            return cert_tool_usage(verb, "--store is given twice");
        }
        if (value == NULL || (store = cert_store_name(value)) == NULL) {
            return cert_tool_usage(verb, "--store needs the name of a store");
        }
    }
    if (!tool_open_registry(tool, REG_OPEN_READ, &db)) {
        return TOOL_FAILED;
    }
    bool ok = true;
    for (size_t i = 0; cert_store_name_at(i) != NULL; i++) {
        if (store == NULL || strcmp(store, cert_store_name_at(i)) == 0) {
            ok = list_store(db, cert_store_name_at(i)) && ok;
        }
    }
    reg_db_close(db);
    return ok ? TOOL_OK : TOOL_FAILED;
}
