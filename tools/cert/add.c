/* SPDX-License-Identifier: Apache-2.0 */
#include "cert/cert_tool.h"

#include "certstore/key.h"
#include "certstore/store.h"
#include "platform/file.h"
#include "platform/limits.h"
#include "platform/memory.h"

#include <string.h>

static const char verb[] = "add";

static bool read_key(const char *path, struct cert_key **key)
{
    struct plat_buffer bytes, why;
    plat_buffer_init(&bytes, LIMIT_CERT_FILE);
    plat_buffer_init(&why, 512);
    (void)plat_buffer_reserve(&bytes, 2 * LIMIT_KEY_SIZE); /* so that no freed copy of the key stays behind */
    win_error error = plat_file_read_all(path, &bytes);
    if (error != ERROR_SUCCESS) {
        fprintf(stderr, "cerium cert add: cannot read the key file %s: %s\n", path, win_error_text(error));
    } else {
        error = cert_key_parse(plat_span_of(bytes.data, bytes.size), key, &why);
        if (error != ERROR_SUCCESS) {
            const char *words = why.size != 0 ? plat_buffer_text(&why) : NULL;
            fprintf(stderr, "cerium cert add: cannot take the key in %s: %s\n", path,
                    words != NULL ? words : win_error_text(error));
        }
    }
    if (bytes.data != NULL) {
        plat_wipe(bytes.data, bytes.capacity);
    }
    plat_buffer_free(&bytes);
    plat_buffer_free(&why);
    return error == ERROR_SUCCESS;
}

/*
 * The key beside the registry. Before the commit: a certificate never stands in MY without the key it came
 * with.
 */
static bool save_key(struct reg_db *db, const struct cert *cert, const struct cert_key *key)
{
    win_error error = cert_key_save(db, cert, key);
    if (error == ERROR_ACCESS_DENIED) {
        fprintf(stderr,
                "cerium cert add: the directory %s.keys may be written by others, or not by you; make it "
                "yours with mode 0700\n",
                reg_db_path(db));
    } else if (error != ERROR_SUCCESS) {
        fprintf(stderr, "cerium cert add: cannot keep the key in %s.keys: %s\n", reg_db_path(db),
                win_error_text(error));
    }
    return error == ERROR_SUCCESS;
}

static void print_added(const struct cert *cert, const char *store, bool existed)
{
    char thumbprint[CERT_THUMBPRINT_TEXT_SIZE];
    struct plat_buffer name;
    plat_buffer_init(&name, LIMIT_CERT_FILE);
    cert_thumbprint_text(cert->thumbprint, thumbprint);
    printf("%s %s %s\n", existed ? "already in" : "added to", store, thumbprint);
    printf("  %s\n", cert_tool_name(cert->subject, &name));
    plat_buffer_free(&name);
}

/* All or nothing. existed[i] tells of the i-th. */
static win_error write_all(struct reg_db *db, const char *store, const struct cert_set *set, bool *existed)
{
    win_error error = reg_begin(db);
    if (error != ERROR_SUCCESS) {
        return error;
    }
    for (size_t i = 0; i < cert_set_count(set) && error == ERROR_SUCCESS; i++) {
        error = cert_store_add(db, store, cert_set_at(set, i)->der, &existed[i]);
    }
    if (error != ERROR_SUCCESS) {
        reg_rollback(db);
        return error;
    }
    return reg_commit(db);
}

static bool store_all(struct reg_db *db, const char *store, const struct cert_set *set,
                      const struct cert_key *key)
{
    size_t count = cert_set_count(set);
    bool key_is_new = key != NULL && cert_key_look(db, cert_set_at(set, 0)) == NTE_NO_KEY;
    if (key != NULL && !save_key(db, cert_set_at(set, 0), key)) {
        return false;
    }
    bool *existed = plat_calloc(count, sizeof *existed);
    win_error error = existed == NULL ? ERROR_NOT_ENOUGH_MEMORY : write_all(db, store, set, existed);
    if (error != ERROR_SUCCESS) {
        fprintf(stderr, "cerium cert add: nothing was added to %s in %s: %s\n", store, reg_db_path(db),
                win_error_text(error));
        if (key_is_new && cert_key_remove(db, cert_set_at(set, 0)) != ERROR_SUCCESS) {
            fprintf(stderr, "cerium cert add: its key stays behind in %s.keys\n", reg_db_path(db));
        }
    }
    for (size_t i = 0; i < count && error == ERROR_SUCCESS; i++) {
        print_added(cert_set_at(set, i), store, existed[i]);
    }
    plat_free(existed);
    return error == ERROR_SUCCESS;
}

static int open_and_store(struct tool_context *tool, const char *store, const struct cert_set *set,
                          const struct cert_key *key)
{
    struct reg_db *db;
    if (!tool_open_registry(tool, REG_OPEN_CREATE, &db)) {
        return TOOL_FAILED;
    }
    bool ok = store_all(db, store, set, key);
    reg_db_close(db);
    return ok ? TOOL_OK : TOOL_FAILED;
}

/* A key is for one certificate, and fits it. */
static int check_key(const char *key_path, const struct cert_set *set, struct cert_key **key)
{
    if (cert_set_count(set) != 1) {
        fprintf(stderr,
                "cerium cert add: --key needs files with one certificate in all, here are %zu; add the "
                "intermediates to CA, without --key\n",
                cert_set_count(set));
        return TOOL_FAILED;
    }
    if (!read_key(key_path, key)) {
        return TOOL_FAILED;
    }
    if (!cert_key_fits(*key, cert_set_at(set, 0))) {
        fprintf(stderr,
                "cerium cert add: the key in %s does not belong to the certificate; nothing was added\n",
                key_path);
        return TOOL_FAILED;
    }
    return TOOL_OK;
}

int cert_tool_add(struct tool_context *tool, int argc, char **argv)
{
    const char *store_word = NULL, *key_path = NULL, *value;
    int files = 0;
    for (int i = 1; i < argc; i++) {
        if (cert_tool_option(argc, argv, &i, "--store", &value)) {
            if (value == NULL || store_word != NULL) {
                return cert_tool_usage(verb, value != NULL ? "--store is given twice"
                                                           : "--store needs the name of a store");
            }
            store_word = value;
        } else if (cert_tool_option(argc, argv, &i, "--key", &value)) {
            if (value == NULL || key_path != NULL) {
                return cert_tool_usage(verb, value != NULL ? "--key is given twice" : "--key needs a file");
            }
            key_path = value;
        } else if (argv[i][0] == '-' && argv[i][1] != '\0') {
            return cert_tool_usage(verb, "unknown option %s", argv[i]);
        } else {
            argv[++files] = argv[i]; /* files gather at the front */
        }
    }
    if (store_word == NULL || files == 0) {
        return cert_tool_usage(verb, "it needs --store STORE and at least one FILE");
    }
    const char *store = cert_store_name(store_word);
    if (store == NULL) {
        return cert_tool_usage(verb, "there is no store \"%s\"", store_word);
    }
    if (key_path != NULL && strcmp(store, "MY") != 0) {
        return cert_tool_usage(verb, "a key belongs to a certificate in MY, not in %s", store);
    }
    struct cert_set *set = cert_tool_new_set(verb);
    struct cert_key *key = NULL;
    int result = set == NULL ? TOOL_FAILED : TOOL_OK;
    for (int i = 1; i <= files && result == TOOL_OK; i++) {
        result = cert_tool_read_file(verb, argv[i], set) ? TOOL_OK : TOOL_FAILED;
    }
    if (result == TOOL_OK && key_path != NULL) {
        result = check_key(key_path, set, &key);
    }
    if (result == TOOL_OK) {
        result = open_and_store(tool, store, set, key);
    }
    cert_key_free(key);
    cert_set_free(set);
    return result;
}
