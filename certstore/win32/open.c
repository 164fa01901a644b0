/* SPDX-License-Identifier: Apache-2.0 */
/* CertOpenStore and CertOpenSystemStore. */
#include "win32/store.h"

#include "store/place.h"

#include "platform/limits.h"
#include "platform/memory.h"
#include "platform/text.h"

#include <string.h>

/* One call of CertOpenStore. */
struct opening {
    DWORD flags;
    const void *parameter;
    bool wide;     /* the parameter is text, in UTF-16 */
    bool physical; /* not what CE adds to a user's store */
};

static win_error text_of(const struct opening *opening, size_t most, struct plat_buffer *text)
{
    plat_buffer_init(text, 3 * most);
    if (!opening->parameter)
        return E_INVALIDARG;
    if (opening->wide)
        return wc_text_in(opening->parameter, most, text);
    plat_buffer_append_text(text, opening->parameter);
    return text->failed == ERROR_FILE_TOO_LARGE ? E_INVALIDARG : text->failed;
}

/* Where a store's failed opening ends: what there is of it goes. */
static win_error finish(struct wc_store *store, win_error error, HCERTSTORE *handle)
{
    win_error close_error;

    if (!error) {
        *handle = store->handle;
        return ERROR_SUCCESS;
    }
    close_error = wc_store_close(store, true);
    return close_error == ERROR_NOT_ENOUGH_MEMORY ? close_error : error;
}

/* ---- the registry ---- */

struct looking {
    const char *name;
    bool found;
};

static bool is_it(void *context, const char *name)
{
    struct looking *looking = context;

    looking->found = plat_name_equal(looking->name, name);
    return !looking->found;
}

/* The store's own key, in all places that it may have. */
static win_error delete_keys(struct reg_db *db, const struct cert_place *place)
{
    win_error result = ERROR_FILE_NOT_FOUND;

    for (size_t i = 0;; i++) {
        reg_key key;
        win_error error = cert_place_open(db, place, i, "", &key);

        if (error == ERROR_NO_MORE_ITEMS)
            return result;
        if (!error)
            error = reg_key_delete_tree(db, key);
        if (!error)
            result = ERROR_SUCCESS;
        else if (error != ERROR_FILE_NOT_FOUND)
            return error;
    }
}

/* What the flags say about a store that must, or must not, be there. */
static win_error prepare(struct reg_db *db, enum cert_location location, const char *name, DWORD flags)
{
    struct looking looking = {.name = cert_store_name(name) ? cert_store_name(name) : name};
    struct cert_place place;
    reg_key key;
    win_error error = cert_place_of(location, looking.name, &place);

    if (error)
        return error;
    if ((flags & CERT_STORE_DELETE_FLAG) != 0)
        return delete_keys(db, &place);
    looking.found = cert_store_name(name) != NULL;
    if (!looking.found || (flags & CERT_STORE_CREATE_NEW_FLAG) != 0) {
        looking.found = false;
        error = cert_store_each(db, location, is_it, &looking);
    }
    if (error)
        return error;
    if (looking.found)
        return (flags & CERT_STORE_CREATE_NEW_FLAG) != 0 ? ERROR_FILE_EXISTS : ERROR_SUCCESS;
    if ((flags & CERT_STORE_OPEN_EXISTING_FLAG) != 0)
        return ERROR_FILE_NOT_FOUND;
    if ((flags & CERT_STORE_READONLY_FLAG) != 0)
        return ERROR_SUCCESS;
    return cert_place_create(db, &place, "Certificates", &key);
}

static win_error prepare_on_loan(enum cert_location location, const char *name, DWORD flags)
{
    struct reg_win32_loan loan;
    win_error error = reg_win32_borrow(&loan);

    if (!error)
        error = prepare(loan.db, location, name, flags);
    reg_win32_give_back(&loan);
    return error == ERROR_INVALID_NAME ? E_INVALIDARG : error;
}

static win_error open_registry(enum cert_location location, const char *name, DWORD flags, HCERTSTORE *handle)
{
    struct wc_store *store;
    win_error error = wc_store_make(WC_REGISTRY, &store);

    if (error)
        return error;
    store->location = location;
    store->read_only = (flags & CERT_STORE_READONLY_FLAG) != 0;
    store->archived_too = (flags & CERT_STORE_ENUM_ARCHIVED_FLAG) != 0;
    store->name = plat_strdup(name);
    return finish(store, store->name ? wc_load(store) : ERROR_NOT_ENOUGH_MEMORY, handle);
}

/* A user's store and the local machine's of that name, seen as one; additions go to the user's. */
static win_error open_shared(const char *name, DWORD flags, HCERTSTORE *handle)
{
    HCERTSTORE own = NULL, machine = NULL;
    struct wc_store *store;
    win_error error = wc_store_make(WC_COLLECTION, &store);

    if (error)
        return error;
    store->read_only = (flags & CERT_STORE_READONLY_FLAG) != 0;
    error = open_registry(CERT_CURRENT_USER, name, flags, &own);
    if (!error)
        error = open_registry(CERT_LOCAL_MACHINE, name, flags, &machine);
    if (!error)
        error = wc_collection_add(store->handle, own, CERT_PHYSICAL_STORE_ADD_ENABLE_FLAG, 1);
    if (!error)
        error = wc_collection_add(store->handle, machine, 0, 0);
    (void)CertCloseStore(own, 0);
    (void)CertCloseStore(machine, 0);
    return finish(store, error, handle);
}

/* "Root\.LocalMachine": the physical store behind a user's, or the store's own, ".Default". */
static win_error physical_name(char *name, enum cert_location *location)
{
    char *place = strchr(name, '\\');

    if (!place)
        return E_INVALIDARG;
    *place++ = '\0';
    if (plat_name_equal(place, ".LocalMachine") && *location == CERT_CURRENT_USER && wc_is_shared_store(name)) {
        *location = CERT_LOCAL_MACHINE;
        return ERROR_SUCCESS;
    }
    return plat_name_equal(place, ".Default") ? ERROR_SUCCESS : ERROR_FILE_NOT_FOUND;
}

static win_error open_system(const struct opening *opening, bool named_physical, HCERTSTORE *handle)
{
    DWORD place = opening->flags & CERT_SYSTEM_STORE_LOCATION_MASK;
    enum cert_location location =
        place == CERT_SYSTEM_STORE_LOCAL_MACHINE ? CERT_LOCAL_MACHINE : CERT_CURRENT_USER;
    struct plat_buffer text;
    char *name = NULL;
    win_error error;

    if ((opening->flags & CERT_SYSTEM_STORE_RELOCATE_FLAG) != 0)
        return ERROR_NOT_SUPPORTED;
    if (place != CERT_SYSTEM_STORE_CURRENT_USER && place != CERT_SYSTEM_STORE_LOCAL_MACHINE)
        return place == 0 ? E_INVALIDARG : ERROR_NOT_SUPPORTED;
    error = text_of(opening, 2 * LIMIT_REG_KEY_NAME, &text);
    if (!error)
        name = plat_buffer_text(&text) ? plat_strdup(plat_buffer_text(&text)) : NULL;
    plat_buffer_free(&text);
    if (!error && !name)
        error = ERROR_NOT_ENOUGH_MEMORY;
    if (!error && named_physical)
        error = physical_name(name, &location);
    if (!error && !cert_store_name_valid(name))
        error = E_INVALIDARG;
    if (!error)
        error = prepare_on_loan(location, name, opening->flags);
    if (!error && (opening->flags & CERT_STORE_DELETE_FLAG) == 0)
        error = location == CERT_CURRENT_USER && !opening->physical && wc_is_shared_store(name)
                    ? open_shared(name, opening->flags, handle)
                    : open_registry(location, name, opening->flags, handle);
    plat_free(name);
    return error;
}

/* ---- the others ---- */

static win_error open_file(const struct opening *opening, HCERTSTORE *handle)
{
    bool commit = (opening->flags & CERT_FILE_STORE_COMMIT_ENABLE_FLAG) != 0;
    struct plat_buffer text;
    struct wc_store *store;
    win_error error;

    if (commit && (opening->flags & CERT_STORE_READONLY_FLAG) != 0)
        return E_INVALIDARG;
    if ((opening->flags & (CERT_STORE_DELETE_FLAG | CERT_STORE_CREATE_NEW_FLAG)) != 0)
        return ERROR_NOT_SUPPORTED;
    error = wc_store_make(WC_FILE, &store);
    if (error)
        return error;
    store->commit = commit;
    store->read_only = (opening->flags & CERT_STORE_READONLY_FLAG) != 0;
    store->archived_too = (opening->flags & CERT_STORE_ENUM_ARCHIVED_FLAG) != 0;
    error = text_of(opening, LIMIT_PATH_SIZE - 1, &text);
    if (!error) {
        store->name = plat_buffer_text(&text) ? plat_strdup(plat_buffer_text(&text)) : NULL;
        error = store->name ? wc_load_file(store, (opening->flags & CERT_STORE_OPEN_EXISTING_FLAG) != 0)
                            : ERROR_NOT_ENOUGH_MEMORY;
    }
    plat_buffer_free(&text);
    return finish(store, error, handle);
}

/* From nothing, or from bytes in memory. */
static win_error open_memory(const struct opening *opening, enum wc_store_kind kind,
                             win_error (*load)(struct wc_store *store, struct plat_span bytes),
                             HCERTSTORE *handle)
{
    const CRYPT_DATA_BLOB *blob = opening->parameter;
    struct wc_store *store;
    win_error error;

    if ((opening->flags & CERT_STORE_DELETE_FLAG) != 0)
        return ERROR_NOT_SUPPORTED;
    if (load && (!blob || (blob->cbData > 0 && !blob->pbData)))
        return E_INVALIDARG;
    error = wc_store_make(kind, &store);
    if (error)
        return error;
    store->archived_too = (opening->flags & CERT_STORE_ENUM_ARCHIVED_FLAG) != 0;
    if (load)
        error = load(store, plat_span_of(blob->pbData, blob->cbData));
    store->read_only = (opening->flags & CERT_STORE_READONLY_FLAG) != 0;
    return finish(store, error, handle);
}

/* The number of a provider, by its number or its name; 0: there is none. */
static ULONG_PTR provider_number(LPCSTR provider)
{
    static const struct {
        const char *name;
        LPCSTR number;
    } names[] = {
        {sz_CERT_STORE_PROV_MEMORY, CERT_STORE_PROV_MEMORY},
        {sz_CERT_STORE_PROV_FILENAME_W, CERT_STORE_PROV_FILENAME_W},
        {sz_CERT_STORE_PROV_SYSTEM_W, CERT_STORE_PROV_SYSTEM_W},
        {sz_CERT_STORE_PROV_PKCS7, CERT_STORE_PROV_PKCS7},
        {sz_CERT_STORE_PROV_SERIALIZED, CERT_STORE_PROV_SERIALIZED},
        {sz_CERT_STORE_PROV_COLLECTION, CERT_STORE_PROV_COLLECTION},
        {sz_CERT_STORE_PROV_SYSTEM_REGISTRY_W, CERT_STORE_PROV_SYSTEM_REGISTRY_W},
        {sz_CERT_STORE_PROV_PHYSICAL_W, CERT_STORE_PROV_PHYSICAL_W},
    };

    if ((ULONG_PTR)provider <= 0xFFFFU)
        return (ULONG_PTR)provider;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (plat_ascii_equal_nocase(provider, names[i].name))
            return (ULONG_PTR)names[i].number;
    return 0;
}

static win_error open_store(ULONG_PTR provider, struct opening *opening, HCERTSTORE *handle)
{
    switch (provider) {
    case 2: /* CERT_STORE_PROV_MEMORY */
        return open_memory(opening, WC_MEMORY, NULL, handle);
    case 5: /* _PKCS7 */
        return open_memory(opening, WC_MEMORY, wc_load_pkcs7, handle);
    case 6: /* _SERIALIZED */
        return open_memory(opening, WC_MEMORY, wc_load_sst, handle);
    case 8: /* _FILENAME_W */
        opening->wide = true;
        return open_file(opening, handle);
    case 7: /* _FILENAME_A */
        return open_file(opening, handle);
    case 10: /* _SYSTEM_W */
        opening->wide = true;
        return open_system(opening, false, handle);
    case 9: /* _SYSTEM_A */
        return open_system(opening, false, handle);
    case 11: /* _COLLECTION */
        return open_memory(opening, WC_COLLECTION, NULL, handle);
    case 13: /* _SYSTEM_REGISTRY_W */
    case 14: /* _PHYSICAL_W */
        opening->wide = true;
        opening->physical = true;
        return open_system(opening, provider == 14, handle);
    case 12: /* _SYSTEM_REGISTRY_A */
        opening->physical = true;
        return open_system(opening, false, handle);
    default:
        return ERROR_FILE_NOT_FOUND;
    }
}

HCERTSTORE CertOpenStore(LPCSTR lpszStoreProvider, DWORD dwEncodingType, HCRYPTPROV_LEGACY hCryptProv,
                         DWORD dwFlags, const void *pvPara)
{
    struct opening opening = {.flags = dwFlags, .parameter = pvPara};
    HCERTSTORE handle = NULL;
    win_error error = open_store(provider_number(lpszStoreProvider), &opening, &handle);

    (void)dwEncodingType;
    (void)hCryptProv;
    if (error)
        return wc_null(error);
    if (!handle) /* deleted: NULL, and this tells it from a failure */
        plat_last_error_set(ERROR_SUCCESS);
    return handle;
}

HCERTSTORE CertOpenSystemStoreW(HCRYPTPROV_LEGACY hProv, LPCWSTR szSubsystemProtocol)
{
    return CertOpenStore(CERT_STORE_PROV_SYSTEM_W, 0, hProv, CERT_SYSTEM_STORE_CURRENT_USER,
                         szSubsystemProtocol);
}

HCERTSTORE CertOpenSystemStoreA(HCRYPTPROV_LEGACY hProv, LPCSTR szSubsystemProtocol)
{
    return CertOpenStore(CERT_STORE_PROV_SYSTEM_A, 0, hProv, CERT_SYSTEM_STORE_CURRENT_USER,
                         szSubsystemProtocol);
}
