/* SPDX-License-Identifier: Apache-2.0 */
/* Stores seen as one: CertAddStoreToCollection, CertRemoveStoreFromCollection. */
#include "win32/store.h"

#include "platform/limits.h"
#include "platform/memory.h"

#include <string.h>

/*
 * Levels of collections under a store, itself counted; beyond the limit, or where `collection` is met, more
 * than the limit.
 */
static uint32_t levels(const struct wc_store *store, const struct wc_store *collection, uint32_t most)
{
    uint32_t deepest = 0;

    if (store == collection || most == 0)
        return LIMIT_COLLECTION_DEPTH + 1;
    if (store->kind != WC_COLLECTION)
        return 0;
    for (size_t i = 0; i < store->member_count; i++) {
        uint32_t below = levels(store->members[i].store, collection, most - 1);

        if (below > LIMIT_COLLECTION_DEPTH)
            return below;
        if (below > deepest)
            deepest = below;
    }
    return deepest + 1;
}

static void set_above(struct wc_store *store, uint32_t above)
{
    if (store->kind != WC_COLLECTION || store->above >= above)
        return;
    store->above = above;
    for (size_t i = 0; i < store->member_count; i++)
        set_above(store->members[i].store, above + 1);
}

static struct wc_member *find_member(const struct wc_store *collection, const struct wc_store *store)
{
    for (size_t i = 0; i < collection->member_count; i++)
        if (collection->members[i].store == store)
            return &collection->members[i];
    return NULL;
}

/* Behind those of the same or a higher priority. */
static win_error insert(struct wc_store *collection, const struct wc_member *member)
{
    struct wc_member *members;
    size_t at = 0;

    if (collection->member_count >= LIMIT_COLLECTION_STORES)
        return ERROR_TOO_MANY_OPEN_FILES;
    members = plat_realloc(collection->members, (collection->member_count + 1) * sizeof *members);
    if (!members)
        return ERROR_NOT_ENOUGH_MEMORY;
    collection->members = members;
    while (at < collection->member_count && members[at].priority >= member->priority)
        at++;
    memmove(&members[at + 1], &members[at], (collection->member_count - at) * sizeof *members);
    members[at] = *member;
    collection->member_count++;
    return ERROR_SUCCESS;
}

/* Under the lock. */
static win_error add_member(struct wc_store *collection, const struct wc_member *member)
{
    uint32_t below;
    win_error error;

    if (collection->kind != WC_COLLECTION)
        return E_INVALIDARG;
    below = levels(member->store, collection, LIMIT_COLLECTION_DEPTH + 1);
    if (collection->above + 1 + below > LIMIT_COLLECTION_DEPTH || find_member(collection, member->store))
        return E_INVALIDARG;
    error = insert(collection, member);
    if (error)
        return error;
    set_above(member->store, collection->above + 1);
    member->store->held++;
    plat_object_hold(&member->store->object);
    return ERROR_SUCCESS;
}

win_error wc_collection_add(HCERTSTORE collection, HCERTSTORE sibling, DWORD flags, DWORD priority)
{
    struct wc_store *store = wc_store_get(collection);
    struct wc_member member = {wc_store_get(sibling), flags, priority};
    win_error error = store && member.store ? wc_lock() : ERROR_INVALID_HANDLE;

    if (!error) {
        error = add_member(store, &member);
        wc_unlock();
    }
    wc_store_put_back(member.store);
    wc_store_put_back(store);
    return error;
}

BOOL CertAddStoreToCollection(HCERTSTORE hCollectionStore, HCERTSTORE hSiblingStore, DWORD dwUpdateFlags,
                              DWORD dwPriority)
{
    /* A NULL sibling: is it a collection? */
    if (!hSiblingStore) {
        struct wc_store *store = wc_store_get(hCollectionStore);
        bool is_collection = store && store->kind == WC_COLLECTION;

        wc_store_put_back(store);
        return wc_result(is_collection ? ERROR_SUCCESS : E_INVALIDARG);
    }
    return wc_result(wc_collection_add(hCollectionStore, hSiblingStore, dwUpdateFlags, dwPriority));
}

void CertRemoveStoreFromCollection(HCERTSTORE hCollectionStore, HCERTSTORE hSiblingStore)
{
    struct wc_store *collection = wc_store_get(hCollectionStore);
    struct wc_store *sibling = wc_store_get(hSiblingStore);
    struct wc_member *member = NULL;

    if (collection && sibling && wc_lock() == ERROR_SUCCESS) {
        member = find_member(collection, sibling);
        if (member) {
            struct wc_member *end = collection->members + --collection->member_count;

            memmove(member, member + 1, (size_t)(end - member) * sizeof *member);
        }
        wc_unlock();
    }
    if (member)
        wc_store_let_go(sibling);
    wc_store_put_back(sibling);
    wc_store_put_back(collection);
}
