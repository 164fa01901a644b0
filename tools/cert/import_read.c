/* SPDX-License-Identifier: Apache-2.0 */
/* What `cerium cert import` reads: files by what is inside them, directories in the order of their names. */
#include "cert/import.h"

#include "certstore/file.h"
#include "platform/file.h"
#include "platform/memory.h"
#include "platform/text.h"

#include <stdlib.h>
#include <string.h>

enum { PASSED_OVER_TOLD = 10 };

/* A file that is left out: told, and the import goes on. */
static void leave_out(struct certtool_import *import, const char *path, bool named, const char *why)
{
    regtool_progress_wipe(&import->progress);
    certtool_warn(import->command, "%s is left out: %s", path, why);
    import->left_out++;
    import->named_left_out += named;
}

/* The same for one that has no business here: of a directory's only the first few are told. */
static void pass_over(struct certtool_import *import, const char *path, bool named, const char *why)
{
    if (named || import->passed_over++ < PASSED_OVER_TOLD) {
        leave_out(import, path, named, why);
    } else {
        import->left_out++;
    }
}

static int no_memory(const struct certtool_import *import)
{
    return certtool_fail(import->command, "%s; nothing was imported", win_error_text(ERROR_NOT_ENOUGH_MEMORY));
}

/* ---- one file ---- */

struct bag {
    struct cert_set *certs;
    struct cert_crl_set *crls;
};

static win_error take_into_bag(void *context, const struct cert_blob *blob)
{
    struct bag *bag = context;
    if (blob->kind == CERT_BLOB_CERTIFICATE) {
        return cert_set_add_with(bag->certs, blob->content, blob->properties, NULL);
    }
    return blob->kind == CERT_BLOB_CRL ? cert_crl_set_add(bag->crls, blob->content, blob->properties, NULL)
                                       : ERROR_SUCCESS;
}

static win_error move_bag(struct certtool_import *import, const struct bag *bag)
{
    win_error error = ERROR_SUCCESS;
    for (size_t i = 0; i < cert_set_count(bag->certs) && error == ERROR_SUCCESS; i++) {
        const struct cert *cert = cert_set_at(bag->certs, i);
        error = cert_set_add_with(import->certs, cert->der, cert_set_properties(bag->certs, cert), NULL);
    }
    for (size_t i = 0; i < cert_crl_set_count(bag->crls) && error == ERROR_SUCCESS; i++) {
        const struct cert_crl *crl = cert_crl_set_at(bag->crls, i);
        error = cert_crl_set_add(import->crls, crl->der, cert_crl_set_properties(bag->crls, crl), NULL);
    }
    return error;
}

/* All of a file or nothing of it: what is damaged in the middle says nothing about its beginning either. */
static int take_file(struct certtool_import *import, const char *path, bool named, struct plat_span file)
{
    struct bag bag = {certtool_new_set(import->command), certtool_new_crl_set(import->command)};
    enum cert_file_kind kind = cert_file_kind_of(file);
    int code = bag.certs != NULL && bag.crls != NULL ? TOOL_OK : TOOL_FAILED;
    if (code == TOOL_OK) {
        win_error error = cert_file_read(file, take_into_bag, &bag);
        if (error == ERROR_NOT_ENOUGH_MEMORY) {
            code = no_memory(import);
        } else if (kind == CERT_FILE_KEY) {
            pass_over(import, path, named,
                      "it is a private key; `cerium cert add MY CERTIFICATE --key FILE` takes it");
        } else if (kind == CERT_FILE_UNKNOWN) {
            pass_over(import, path, named, "no certificate and no revocation list is in it");
        } else if (error != ERROR_SUCCESS) {
            leave_out(import, path, named,
                      error == ERROR_INVALID_DATA
                          ? "it is damaged, or holds neither certificates nor revocation lists"
                          : win_error_text(error));
        } else {
            code = move_bag(import, &bag) == ERROR_SUCCESS ? TOOL_OK : no_memory(import);
        }
    }
    cert_set_free(bag.certs);
    cert_crl_set_free(bag.crls);
    return code;
}

/* ---- .pfx ---- */

static win_error open_pfx(struct certtool_import *import, const char *path, struct plat_span file,
                          struct cert_pfx **pfx, struct plat_buffer *why, int *code)
{
    struct plat_buffer prompt, password;
    const char *text = NULL;
    plat_buffer_init(&prompt, LIMIT_CERT_FILE);
    plat_buffer_init(&password, 0);
    win_error error = cert_pfx_open(file, NULL, pfx, why);
    if (error == ERROR_INVALID_PASSWORD) {
        plat_buffer_append_text(&prompt, "Password of ");
        tool_clean(&prompt, path); /* a name on somebody's stick */
        plat_buffer_append_text(&prompt, ": ");
        const char *asks = plat_buffer_text(&prompt);
        regtool_progress_wipe(&import->progress);
        *code =
            certtool_password(import->command, asks != NULL ? asks : "Password: ", false, &password, &text);
        plat_buffer_clear(why);
        if (*code == TOOL_OK && text != NULL) {
            error = cert_pfx_open(file, text, pfx, why);
        } else if (*code == TOOL_OK) {
            plat_buffer_append_text(why, "it needs a password: give it with --password-file FILE");
        }
    }
    certtool_password_free(&password);
    plat_buffer_free(&prompt);
    return error;
}

static win_error take_pfx_certs(struct certtool_import *import, const struct cert_pfx *pfx)
{
    bool to_my = strcmp(import->store, "MY") == 0;
    win_error error = ERROR_SUCCESS;
    for (size_t i = 0; i < cert_pfx_count(pfx) && error == ERROR_SUCCESS; i++) {
        struct plat_buffer properties;
        const char *name = cert_pfx_friendly_name(pfx, i);
        bool elsewhere = to_my && cert_pfx_key(pfx, i) == NULL && cert_pfx_key_count(pfx) > 0;
        plat_buffer_init(&properties, LIMIT_CERT_FILE);
        if (name != NULL) {
            cert_property_set_friendly_name(&properties, (struct plat_span){NULL, 0}, name);
        }
        error = properties.failed != ERROR_SUCCESS
                    ? properties.failed
                    : cert_set_add_with(elsewhere ? import->to_ca : import->certs, cert_pfx_at(pfx, i)->der,
                                        plat_span_of(properties.data, properties.size), NULL);
        plat_buffer_free(&properties);
    }
    return error;
}

/* Keeps the pfx: its keys are saved later. */
static int keep_pfx(struct certtool_import *import, const char *path, struct cert_pfx *pfx)
{
    struct certtool_import_pfx *kept = plat_calloc(1, sizeof *kept);
    bool *key_is_new = plat_calloc(cert_pfx_count(pfx) + 1, sizeof *key_is_new);
    if (kept == NULL || key_is_new == NULL) {
        plat_free(kept);
        plat_free(key_is_new);
        cert_pfx_free(pfx);
        return no_memory(import);
    }
    *kept = (struct certtool_import_pfx){import->pfx, pfx, key_is_new};
    import->pfx = kept;
    if (cert_pfx_key_count(pfx) > 0 && strcmp(import->store, "MY") != 0) {
        regtool_progress_wipe(&import->progress);
        certtool_warn(import->command,
                      "the private keys in %s stay where they are: only certificates in MY have keys", path);
    }
    return take_pfx_certs(import, pfx) == ERROR_SUCCESS ? TOOL_OK : no_memory(import);
}

static int take_pfx(struct certtool_import *import, const char *path, bool named, struct plat_span file)
{
    struct cert_pfx *pfx = NULL;
    struct plat_buffer why;
    int code = TOOL_OK;
    plat_buffer_init(&why, 512);
    win_error error = open_pfx(import, path, file, &pfx, &why, &code);
    const char *words = why.size > 0 ? plat_buffer_text(&why) : NULL;
    if (code == TOOL_OK && error == ERROR_NOT_ENOUGH_MEMORY) {
        code = no_memory(import);
    } else if (code == TOOL_OK && error != ERROR_SUCCESS) {
        leave_out(import, path, named,
                  words != NULL                     ? words
                  : error == ERROR_INVALID_PASSWORD ? "that is not its password"
                  : error == ERROR_INVALID_DATA     ? "it is damaged"
                                                    : win_error_text(error));
    } else if (code == TOOL_OK) {
        code = keep_pfx(import, path, pfx);
    }
    plat_buffer_free(&why);
    return code;
}

static int read_file(struct certtool_import *import, const char *path, bool named)
{
    struct plat_buffer bytes;
    int code = TOOL_OK;
    plat_buffer_init(&bytes, LIMIT_CERT_FILE);
    win_error error = plat_file_read_all(path, &bytes);
    struct plat_span file = plat_span_of(bytes.data, bytes.size);
    path = certtool_shown(path);
    if (error != ERROR_SUCCESS) {
        leave_out(import, path, named,
                  error == ERROR_FILE_TOO_LARGE ? "it is larger than 4 MiB" : win_error_text(error));
    } else if (cert_file_kind_of(file) == CERT_FILE_PFX) {
        code = take_pfx(import, path, named, file);
    } else {
        code = take_file(import, path, named, file);
    }
    certtool_password_free(&bytes); /* it may have been a key */
    return code;
}

/* ---- directories ---- */

struct entries {
    char **names;
    size_t count, room;
    bool failed;
};

static bool keep_entry(void *context, const char *name)
{
    struct entries *entries = context;
    size_t size = strlen(name) + 1;
    char *copy = plat_alloc(size);
    if (entries->count == entries->room) {
        size_t room = entries->room * 2 + 64;
        char **names = plat_realloc(entries->names, room * sizeof *names);
        if (names != NULL) {
            entries->names = names;
            entries->room = room;
        }
    }
    if (copy == NULL || entries->count == entries->room) {
        plat_free(copy);
        entries->failed = true;
        return false;
    }
    memcpy(copy, name, size);
    entries->names[entries->count++] = copy;
    return true;
}

static int compare_names(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* A directory that is being read, and those that it lies in. */
struct level {
    const struct level *above; /* NULL: it stands on the command line */
    uint64_t identity[2];
    unsigned depth;
};

/* `above` NULL: it stands on the command line. */
static int read_path(struct certtool_import *import, const char *path, const struct level *above);

static int read_entries(struct certtool_import *import, const char *path, const struct entries *entries,
                        const struct level *level)
{
    int code = TOOL_OK;
    for (size_t i = 0; i < entries->count && code == TOOL_OK; i++) {
        struct plat_buffer inside;
        plat_buffer_init(&inside, LIMIT_CERT_FILE);
        size_t size = strlen(path);
        plat_buffer_printf(&inside, "%s%s%s", path, size > 0 && path[size - 1] == '/' ? "" : "/",
                           entries->names[i]);
        const char *text = plat_buffer_text(&inside);
        code = text != NULL ? read_path(import, text, level) : no_memory(import);
        plat_buffer_free(&inside);
        if (level->above == NULL) {
            regtool_progress_step(&import->progress, i + 1, entries->count);
        }
    }
    return code;
}

/* A link may lead back to a directory that is being read. */
static bool is_being_read(const struct plat_file_info *info, const struct level *above)
{
    while (above != NULL && memcmp(above->identity, info->identity, sizeof info->identity) != 0) {
        above = above->above;
    }
    return above != NULL;
}

static int read_directory(struct certtool_import *import, const char *path, const struct plat_file_info *info,
                          const struct level *above)
{
    struct entries entries = {0};
    struct level level = {above, {info->identity[0], info->identity[1]}, above != NULL ? above->depth + 1 : 0};
    if (is_being_read(info, above) || level.depth >= LIMIT_IMPORT_DEPTH) {
        leave_out(import, path, false,
                  is_being_read(info, above) ? "it leads back to a directory above it" : "it lies too deep");
        return TOOL_OK;
    }
    win_error error = plat_directory_list(path, keep_entry, &entries);
    int code = TOOL_OK;
    if (entries.failed) {
        code = no_memory(import);
    } else if (error != ERROR_SUCCESS) {
        leave_out(import, path, above == NULL,
                  error == ERROR_MORE_DATA ? "it has too many entries" : win_error_text(error));
    } else {
        if (entries.count > 0) {
            qsort(entries.names, entries.count, sizeof *entries.names, compare_names);
        }
        code = read_entries(import, path, &entries, &level);
    }
    for (size_t i = 0; i < entries.count; i++) {
        plat_free(entries.names[i]);
    }
    plat_free(entries.names);
    return code;
}

static int read_path(struct certtool_import *import, const char *path, const struct level *above)
{
    struct plat_file_info info;
    bool named = above == NULL;
    if (import->files++ >= LIMIT_IMPORT_FILES) {
        return certtool_fail(
            import->command,
            "more than %u files and directories; nothing was imported. Name smaller directories",
            LIMIT_IMPORT_FILES);
    }
    if (strcmp(path, "-") == 0 && named) {
        return read_file(import, path, named);
    }
    win_error error = plat_file_stat(path, &info);
    if (error != ERROR_SUCCESS) {
        leave_out(import, path, named, win_error_text(error));
        return TOOL_OK;
    }
    if (info.kind == PLAT_FILE_DIRECTORY) {
        return read_directory(import, path, &info, above);
    }
    if (info.kind != PLAT_FILE_REGULAR) {
        leave_out(import, path, named, named ? CERTTOOL_IS_NO_FILE : "it is a pipe or a device, no file");
        return TOOL_OK;
    }
    return read_file(import, path, named);
}

int certtool_import_read(struct certtool_import *import)
{
    int code = TOOL_OK;
    for (int i = 0; i < import->command->word_count && code == TOOL_OK; i++) {
        regtool_progress_start(&import->progress, import->command->words[i]);
        code = read_path(import, import->command->words[i], NULL);
        regtool_progress_wipe(&import->progress);
    }
    if (code == TOOL_OK && import->passed_over > PASSED_OVER_TOLD) {
        certtool_warn(import->command, "... and %zu more files without certificates",
                      import->passed_over - PASSED_OVER_TOLD);
    }
    return code;
}

void certtool_import_free(struct certtool_import *import)
{
    while (import->pfx != NULL) {
        struct certtool_import_pfx *next = import->pfx->next;
        cert_pfx_free(import->pfx->pfx);
        plat_free(import->pfx->key_is_new);
        plat_free(import->pfx);
        import->pfx = next;
    }
    cert_set_free(import->certs);
    cert_set_free(import->to_ca);
    cert_crl_set_free(import->crls);
}
