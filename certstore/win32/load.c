/* SPDX-License-Identifier: Apache-2.0 */
/* What a store is filled from: the registry, files, bytes; and what is written back to the registry. */
#include "win32/store.h"

#include "certstore/file.h"
#include "certstore/pkcs7.h"

#include "platform/limits.h"
#include "platform/memory.h"

/* Takes one certificate or CRL; one that is damaged is left out, as in the registry. */
static win_error take(struct wc_store *store, enum wc_kind kind, struct plat_span der,
                      struct plat_span properties)
{
    struct wc_context *context;
    win_error error = wc_context_new(kind, der, properties, &context);
    bool there;

    if (error == ERROR_NOT_ENOUGH_MEMORY)
        return error;
    if (error)
        return ERROR_SUCCESS;
    error = wc_lock();
    if (error) {
        wc_context_destroy(context);
        return error;
    }
    there = wc_list_find(wc_list_of(store, kind), context->thumbprint) != NULL;
    if (!there)
        error = wc_list_full(store, kind) ? ERROR_NOT_ENOUGH_MEMORY : wc_list_add(store, context);
    wc_unlock();
    if (there || error)
        wc_context_destroy(context);
    return error;
}

static win_error take_blob(void *context, const struct cert_blob *blob)
{
    if (blob->kind == CERT_BLOB_CTL)
        return ERROR_SUCCESS;
    return take(context, blob->kind == CERT_BLOB_CERTIFICATE ? WC_CERT : WC_CRL, blob->content,
                blob->properties);
}

static win_error take_item(void *context, bool is_crl, struct plat_span item)
{
    return take(context, is_crl ? WC_CRL : WC_CERT, item, plat_span_of(NULL, 0));
}

win_error wc_load_sst(struct wc_store *store, struct plat_span bytes)
{
    win_error error = cert_sst_read(bytes, take_blob, store);

    return error == ERROR_INVALID_DATA ? CRYPT_E_FILE_ERROR : error;
}

win_error wc_load_pkcs7(struct wc_store *store, struct plat_span bytes)
{
    win_error error = cert_pkcs7_read(bytes, take_item, store);

    return error == ERROR_INVALID_DATA ? CRYPT_E_ASN1_CORRUPT : error;
}

win_error wc_load_file(struct wc_store *store, bool must_exist)
{
    struct plat_buffer file;
    win_error error;

    plat_buffer_init(&file, LIMIT_CERT_FILE);
    error = plat_file_read_all(store->name, &file);
    if (error == ERROR_FILE_NOT_FOUND && store->commit && !must_exist) {
        store->changed = true;
        error = ERROR_SUCCESS;
    } else if (!error) {
        error = cert_file_read(plat_span_of(file.data, file.size), take_blob, store);
        store->pkcs7 = cert_file_kind_of(plat_span_of(file.data, file.size)) == CERT_FILE_PKCS7;
    }
    if (error == ERROR_INVALID_DATA || error == NTE_BAD_TYPE)
        error = CRYPT_E_FILE_ERROR;
    plat_buffer_free(&file);
    return error;
}

/* ---- the registry ---- */

struct sets {
    struct cert_set *certs;
    struct cert_crl_set *crls;
};

static win_error make_sets(struct sets *sets)
{
    win_error error;

    *sets = (struct sets){0};
    error = cert_set_create(&sets->certs);
    return error ? error : cert_crl_set_create(&sets->crls);
}

static void free_sets(struct sets *sets)
{
    cert_set_free(sets->certs);
    cert_crl_set_free(sets->crls);
}

static win_error take_sets(struct wc_store *store, const struct sets *sets)
{
    win_error error = ERROR_SUCCESS;

    for (size_t i = 0; !error && i < cert_set_count(sets->certs); i++) {
        const struct cert *cert = cert_set_at(sets->certs, i);

        error = take(store, WC_CERT, cert->der, cert_set_properties(sets->certs, cert));
    }
    for (size_t i = 0; !error && i < cert_crl_set_count(sets->crls); i++) {
        const struct cert_crl *crl = cert_crl_set_at(sets->crls, i);

        error = take(store, WC_CRL, crl->der, cert_crl_set_properties(sets->crls, crl));
    }
    return error;
}

win_error wc_load(struct wc_store *store)
{
    struct reg_win32_loan loan = {0};
    struct sets sets;
    win_error error = make_sets(&sets);

    if (!error)
        error = reg_win32_borrow(&loan);
    if (!error) {
        store->epoch = loan.epoch;
        error = wc_system_load(loan.db, store->location, store->name, sets.certs, sets.crls);
    }
    reg_win32_give_back(&loan);
    if (!error)
        error = take_sets(store, &sets);
    free_sets(&sets);
    return error;
}

/* A loan of the registry that the store was read from. */
static win_error borrow(const struct wc_store *store, struct reg_win32_loan *loan)
{
    win_error error = reg_win32_borrow(loan);

    return !error && loan->epoch != store->epoch ? ERROR_INVALID_HANDLE : error;
}

win_error wc_registry_put(struct wc_store *store, const struct cert_blob *blob)
{
    struct reg_win32_loan loan;
    win_error error = borrow(store, &loan);

    if (!error)
        error = cert_store_put(loan.db, store->location, store->name, blob, NULL);
    reg_win32_give_back(&loan);
    return error;
}

win_error wc_registry_remove(struct wc_store *store, const struct wc_context *context)
{
    struct reg_win32_loan loan;
    win_error error = borrow(store, &loan);

    if (!error)
        error = cert_store_remove(loan.db, store->location, store->name,
                                  context->object.kind == WC_CERT ? CERT_BLOB_CERTIFICATE : CERT_BLOB_CRL,
                                  context->thumbprint);
    reg_win32_give_back(&loan);
    return error == CRYPT_E_NOT_FOUND ? ERROR_SUCCESS : error; /* somebody else has removed it */
}

/* ---- what others have changed since ---- */

static const struct wc_context *find_in(const struct sets *sets, const struct wc_context *context,
                                        struct plat_span *properties)
{
    if (context->object.kind == WC_CERT) {
        const struct cert *cert = cert_set_find_thumbprint(sets->certs, context->thumbprint);

        *properties = cert ? cert_set_properties(sets->certs, cert) : plat_span_of(NULL, 0);
        return cert ? context : NULL;
    }
    const struct cert_crl *crl = cert_crl_set_find_thumbprint(sets->crls, context->thumbprint);

    *properties = crl ? cert_crl_set_properties(sets->crls, crl) : plat_span_of(NULL, 0);
    return crl ? context : NULL;
}

/* Under the lock: what is there no more goes, what is has its properties. */
static win_error drop_missing(struct wc_list *list, const struct sets *sets)
{
    for (size_t i = list->count; i-- > 0;) {
        struct wc_context *context = list->at[i];
        struct plat_span properties;

        if (find_in(sets, context, &properties)) {
            plat_buffer_clear(&context->properties);
            wc_copy_properties(properties, &context->properties);
            if (context->properties.failed)
                return context->properties.failed;
            continue;
        }
        wc_list_remove(context);
        if (!wc_in_use(&context->object))
            wc_context_destroy(context);
    }
    return ERROR_SUCCESS;
}

static win_error resync_one(struct wc_store *store)
{
    struct reg_win32_loan loan = {0};
    struct sets sets;
    win_error error = make_sets(&sets);

    if (!error)
        error = borrow(store, &loan);
    if (!error)
        error = wc_system_load(loan.db, store->location, store->name, sets.certs, sets.crls);
    reg_win32_give_back(&loan);
    if (!error)
        error = wc_lock();
    if (!error) {
        error = drop_missing(&store->certs, &sets);
        if (!error)
            error = drop_missing(&store->crls, &sets);
        wc_unlock();
    }
    if (!error)
        error = take_sets(store, &sets);
    free_sets(&sets);
    return error;
}

struct leaves {
    struct wc_store *stores[LIMIT_COLLECTION_STORES];
    size_t count;
};

static bool hold_leaf(void *context, struct wc_store *leaf)
{
    struct leaves *leaves = context;

    if (leaf->kind == WC_REGISTRY && leaves->count < LIMIT_COLLECTION_STORES) {
        plat_object_hold(&leaf->object);
        leaves->stores[leaves->count++] = leaf;
    }
    return true;
}

win_error wc_resync(struct wc_store *store)
{
    struct leaves leaves = {.count = 0};
    win_error error = wc_lock();

    if (error)
        return error;
    wc_each_leaf(store, hold_leaf, &leaves);
    wc_unlock();
    for (size_t i = 0; i < leaves.count; i++) {
        if (!error)
            error = resync_one(leaves.stores[i]);
        wc_store_put_back(leaves.stores[i]);
    }
    return error;
}
