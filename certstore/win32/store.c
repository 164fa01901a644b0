/* SPDX-License-Identifier: Apache-2.0 */
/* Stores: the object behind an HCERTSTORE, how often it is open, when it goes. */
#include "win32/store.h"

#include "platform/memory.h"

static void free_list(struct wc_list *list)
{
    for (size_t i = 0; i < list->count; i++)
        wc_context_destroy(list->at[i]);
    plat_free(list->at);
    plat_free(list->buckets);
}

static void destroy_store(struct plat_object *object)
{
    struct wc_store *store = (struct wc_store *)(void *)object;

    for (size_t i = 0; i < store->member_count; i++)
        wc_store_let_go(store->members[i].store);
    plat_free(store->members);
    free_list(&store->certs);
    free_list(&store->crls);
    plat_free(store->name);
    plat_free(store);
}

win_error wc_store_make(enum wc_store_kind kind, struct wc_store **store)
{
    struct wc_store *made = plat_calloc(1, sizeof *made);
    win_error error;

    *store = NULL;
    if (!made)
        return ERROR_NOT_ENOUGH_MEMORY;
    plat_object_init(&made->object, destroy_store);
    made->kind = kind;
    made->opens = 1;
    error = plat_handle_make(PLAT_HANDLE_STORE, &made->object, &made->handle);
    if (error)
        plat_object_release(&made->object);
    else
        *store = made;
    return error;
}

struct wc_store *wc_store_get(HCERTSTORE handle)
{
    return (struct wc_store *)(void *)plat_handle_get(handle, PLAT_HANDLE_STORE);
}

void wc_store_put_back(struct wc_store *store)
{
    if (store)
        plat_object_release(&store->object);
}

bool wc_store_unused(const struct wc_store *store)
{
    return store->opens == 0 && store->held == 0 && store->contexts == 0;
}

static void drop_handle(struct wc_store *store)
{
    plat_object_release(plat_handle_take(store->handle, PLAT_HANDLE_STORE));
}

void wc_store_left(struct wc_store *store, bool close)
{
    if (!store)
        return;
    if (close)
        drop_handle(store);
    plat_object_release(&store->object);
}

win_error wc_store_keep(struct wc_store *store)
{
    win_error error = wc_lock();

    if (error)
        return error;
    store->held++;
    wc_unlock();
    plat_object_hold(&store->object);
    return ERROR_SUCCESS;
}

void wc_store_let_go(struct wc_store *store)
{
    bool close;

    if (wc_lock())
        return;
    store->held--;
    close = wc_store_unused(store);
    wc_unlock();
    wc_store_left(store, close);
}

/* Under the lock: programs' references to what is in the list are no more. How many of it are out of use. */
static uint32_t forget_all(struct wc_list *list)
{
    uint32_t count = 0;

    for (size_t i = 0; i < list->count; i++)
        count += wc_forget(&list->at[i]->object) ? 1 : 0;
    return count;
}

win_error wc_store_close(struct wc_store *store, bool force)
{
    uint32_t forgotten = 0;
    bool close, pending;
    win_error error = wc_lock();

    if (error)
        return error;
    if (store->opens == 0) {
        wc_unlock();
        return ERROR_INVALID_HANDLE;
    }
    store->opens = force ? 0 : store->opens - 1;
    if (force && store->held == 0)
        forgotten = forget_all(&store->certs) + forget_all(&store->crls);
    store->contexts -= forgotten;
    close = wc_store_unused(store);
    pending = store->opens > 0 || store->contexts > 0;
    wc_unlock();
    while (forgotten-- > 0)
        plat_object_release(&store->object);
    if (close)
        drop_handle(store);
    return pending ? CRYPT_E_PENDING_CLOSE : ERROR_SUCCESS;
}

HCERTSTORE CertDuplicateStore(HCERTSTORE hCertStore)
{
    struct wc_store *store = hCertStore ? wc_store_get(hCertStore) : NULL;
    win_error error = hCertStore ? ERROR_INVALID_HANDLE : ERROR_SUCCESS;

    if (store) {
        error = wc_lock();
        if (!error) {
            error = store->opens > 0 ? ERROR_SUCCESS : ERROR_INVALID_HANDLE;
            if (!error)
                store->opens++;
            wc_unlock();
        }
    }
    wc_store_put_back(store);
    if (error)
        return wc_null(error);
    return hCertStore;
}

BOOL CertCloseStore(HCERTSTORE hCertStore, DWORD dwFlags)
{
    struct wc_store *store;
    win_error error, commit_error = ERROR_SUCCESS;

    if (!hCertStore)
        return TRUE;
    if ((dwFlags & ~(DWORD)(CERT_CLOSE_STORE_CHECK_FLAG | CERT_CLOSE_STORE_FORCE_FLAG)) != 0)
        return wc_result(E_INVALIDARG);
    store = wc_store_get(hCertStore);
    if (!store)
        return wc_result(ERROR_INVALID_HANDLE);
    if (store->commit)
        commit_error = wc_commit(store, false);
    error = wc_store_close(store, (dwFlags & CERT_CLOSE_STORE_FORCE_FLAG) != 0);
    if (error == CRYPT_E_PENDING_CLOSE && (dwFlags & CERT_CLOSE_STORE_CHECK_FLAG) == 0)
        error = ERROR_SUCCESS;
    wc_store_put_back(store);
    return wc_result(error ? error : commit_error);
}
