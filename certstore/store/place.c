/* SPDX-License-Identifier: Apache-2.0 */
/* Names of stores, and the keys that may hold one. */
#include "store/place.h"

#include "platform/limits.h"
#include "platform/text.h"

#include <stdio.h>
#include <string.h>

static const char *const names[] = {"MY",           "ROOT", "CA",         "Trust",        "Privileged",
                                    "Unprivileged", "SPC",  "Disallowed", "TrustedPeople"};

/* Windows Mobile 6.5: their names in its registry. */
static const struct {
    const char *name, *long_name;
} long_names[] = {
    {"Privileged", "Privileged Execution Trust Authorities"},
    {"Unprivileged", "Unprivileged Execution Trust Authorities"},
};

static const char *const bases[] = {"Comm\\Security\\SystemCertificates",
                                    "Software\\Microsoft\\SystemCertificates"};
#define BASES (sizeof bases / sizeof bases[0])

const char *cert_store_name_at(size_t index)
{
    return index < sizeof names / sizeof names[0] ? names[index] : NULL;
}

const char *cert_store_name(const char *name)
{
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (plat_name_equal(name, names[i])) {
            return names[i];
        }
    }
    for (size_t i = 0; i < sizeof long_names / sizeof long_names[0]; i++) {
        if (plat_name_equal(name, long_names[i].long_name)) {
            return cert_store_name(long_names[i].name);
        }
    }
    return NULL;
}

bool cert_store_name_valid(const char *name)
{
    size_t size = strlen(name);
    return size != 0 && size <= 3U * LIMIT_REG_KEY_NAME && strchr(name, '\\') == NULL &&
           plat_utf8_valid(name, size) && plat_utf16_units(name, size) <= LIMIT_REG_KEY_NAME;
}

win_error cert_place_of(enum cert_location location, const char *store, struct cert_place *place)
{
    const char *known = cert_store_name(store);
    *place = (struct cert_place){.root = location == CERT_CURRENT_USER ? REG_HKCU : REG_HKLM,
                                 .name = known != NULL ? known : store};
    for (size_t i = 0; i < sizeof long_names / sizeof long_names[0]; i++) {
        if (strcmp(place->name, long_names[i].name) == 0) {
            place->long_name = long_names[i].long_name;
        }
    }
    return cert_store_name_valid(store) ? ERROR_SUCCESS : ERROR_INVALID_NAME;
}

const char *cert_place_base(size_t index)
{
    return index < BASES ? bases[index] : NULL;
}

#define PATH_SIZE (1024U + CERT_ENTRY_PATH_SIZE)

/* "<base>\<store>\<below>", opened or made. */
static win_error reach(struct reg_db *db, const struct cert_place *place, size_t index, const char *below,
                       bool make, reg_key *key)
{
    const char *name = index < BASES ? place->name : place->long_name;
    struct plat_buffer path;
    *key = REG_KEY_NONE;
    plat_buffer_init(&path, PATH_SIZE);
    plat_buffer_printf(&path, "%s\\%s%s%s", bases[index % BASES], name, below[0] == '\0' ? "" : "\\", below);
    const char *text = plat_buffer_text(&path);
    win_error error = text == NULL ? path.failed
                      : make       ? reg_key_create(db, place->root, text, 0, key, NULL)
                                   : reg_key_open(db, place->root, text, key);
    plat_buffer_free(&path);
    return error;
}

win_error cert_place_open(struct reg_db *db, const struct cert_place *place, size_t index, const char *below,
                          reg_key *key)
{
    *key = REG_KEY_NONE;
    if (index >= (place->long_name != NULL ? 2 * BASES : BASES)) {
        return ERROR_NO_MORE_ITEMS;
    }
    return reach(db, place, index, below, false, key);
}

win_error cert_place_create(struct reg_db *db, const struct cert_place *place, const char *below, reg_key *key)
{
    return reach(db, place, 0, below, true, key);
}

bool cert_entry_path(enum cert_blob_kind kind, const uint8_t *thumbprint, char path[CERT_ENTRY_PATH_SIZE])
{
    const char *folder = kind == CERT_BLOB_CERTIFICATE ? "Certificates"
                         : kind == CERT_BLOB_CRL       ? "CRLs"
                                                       : "CTLs";
    char text[CERT_THUMBPRINT_TEXT_SIZE] = "";
    if (thumbprint != NULL) {
        cert_thumbprint_text(thumbprint, text);
    }
    snprintf(path, CERT_ENTRY_PATH_SIZE, "%s%s%s", folder, thumbprint != NULL ? "\\" : "", text);
    return kind == CERT_BLOB_CERTIFICATE || kind == CERT_BLOB_CRL;
}

win_error cert_entry_bytes(struct reg_db *db, reg_key key, struct plat_buffer *bytes)
{
    uint32_t type;
    win_error error = reg_value_get(db, key, "Blob", &type, bytes);
    return error == ERROR_SUCCESS && type != REG_BINARY ? ERROR_FILE_NOT_FOUND : error;
}

static win_error init_file_at(struct reg_db *db, reg_key key, struct plat_buffer *path)
{
    struct plat_buffer data;
    uint32_t type;
    plat_buffer_init(&data, LIMIT_REG_DATA);
    win_error error = reg_value_get(db, key, "InitFile", &type, &data);
    if (error == ERROR_SUCCESS) {
        const struct reg_value value = {
            .name = "InitFile", .type = type, .data = plat_span_of(data.data, data.size)};
        bool text = reg_value_string(&value, path);
        error = path->failed != ERROR_SUCCESS ? path->failed
                : !text                       ? ERROR_INVALID_DATA
                : path->size == 0             ? ERROR_FILE_NOT_FOUND
                                              : ERROR_SUCCESS;
    }
    plat_buffer_free(&data);
    return error;
}

win_error cert_place_init_file(struct reg_db *db, const struct cert_place *place, size_t index,
                               struct plat_buffer *path)
{
    reg_key key;
    win_error error = cert_place_open(db, place, index, "", &key);
    return error == ERROR_SUCCESS ? init_file_at(db, key, path) : error;
}
