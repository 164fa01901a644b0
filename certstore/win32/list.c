/* SPDX-License-Identifier: Apache-2.0 */
/* The contexts of one store: in the order they came, and by thumbprint. */
#include "win32/store.h"

#include "platform/limits.h"
#include "platform/memory.h"

#include <string.h>

#define FIRST_ROOM 16U

struct wc_list *wc_list_of(struct wc_store *store, enum wc_kind kind)
{
    return kind == WC_CERT ? &store->certs : &store->crls;
}

static struct wc_context **bucket_of(const struct wc_list *list, const uint8_t *thumbprint)
{
    uint32_t hash;

    memcpy(&hash, thumbprint, sizeof hash);
    return &list->buckets[hash & (list->room - 1)];
}

static win_error grow(struct wc_list *list)
{
    size_t room = list->room ? 2 * list->room : FIRST_ROOM;
    struct wc_context **buckets = plat_calloc(room, sizeof *buckets);
    struct wc_context **at = plat_realloc(list->at, room * sizeof(struct wc_context *));

    if (at)
        list->at = at;
    if (!at || !buckets) {
        plat_free(buckets);
        return ERROR_NOT_ENOUGH_MEMORY;
    }
    plat_free(list->buckets);
    list->buckets = buckets;
    list->room = room;
    for (size_t i = list->count; i-- > 0;) { /* the first of equals stays in front */
        struct wc_context **bucket = bucket_of(list, list->at[i]->thumbprint);

        list->at[i]->same_bucket = *bucket;
        *bucket = list->at[i];
    }
    return ERROR_SUCCESS;
}

/* The handle that programs see in the context. */
static void set_handle(struct wc_context *context, HCERTSTORE handle)
{
    if (context->object.kind == WC_CERT)
        ((struct wc_cert *)(void *)context)->face.hCertStore = handle;
    else
        ((struct wc_crl *)(void *)context)->face.hCertStore = handle;
}

bool wc_list_full(struct wc_store *store, enum wc_kind kind)
{
    return wc_list_of(store, kind)->count >= (kind == WC_CERT ? LIMIT_STORE_CERTIFICATES : LIMIT_STORE_CRLS);
}

win_error wc_list_add(struct wc_store *store, struct wc_context *context)
{
    struct wc_list *list = wc_list_of(store, context->object.kind);
    struct wc_context **bucket;

    if (list->count == list->room) {
        win_error error = grow(list);

        if (error)
            return error;
    }
    bucket = bucket_of(list, context->thumbprint);
    while (*bucket)
        bucket = &(*bucket)->same_bucket;
    *bucket = context;
    context->same_bucket = NULL;
    list->at[list->count++] = context;
    context->store = store;
    context->in_store = true;
    context->place = ++store->last_place;
    set_handle(context, store->handle);
    return ERROR_SUCCESS;
}

/* Index of the first context behind a place. */
static size_t behind(const struct wc_list *list, uint64_t place)
{
    size_t low = 0, high = list->count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (list->at[middle]->place > place)
            high = middle;
        else
            low = middle + 1;
    }
    return low;
}

void wc_list_remove(struct wc_context *context)
{
    struct wc_list *list = wc_list_of(context->store, context->object.kind);
    struct wc_context **link = bucket_of(list, context->thumbprint);
    size_t index = behind(list, context->place - 1);

    while (*link != context)
        link = &(*link)->same_bucket;
    *link = context->same_bucket;
    list->count--;
    memmove(&list->at[index], &list->at[index + 1], (list->count - index) * sizeof(struct wc_context *));
    context->in_store = false;
}

struct wc_context *wc_list_find(const struct wc_list *list, const uint8_t thumbprint[CERT_THUMBPRINT_SIZE])
{
    struct wc_context *context = list->room ? *bucket_of(list, thumbprint) : NULL;

    while (context && memcmp(context->thumbprint, thumbprint, CERT_THUMBPRINT_SIZE) != 0)
        context = context->same_bucket;
    return context;
}

static bool is_archived(const struct wc_context *context)
{
    struct plat_span value;

    return cert_property_find(plat_span_of(context->properties.data, context->properties.size),
                              CERT_PROPERTY_ARCHIVED, &value);
}

static bool fits(const struct wc_store *store, const struct wc_walk *walk, struct wc_context *item)
{
    if (item->object.kind == WC_CERT && !walk->archived && !store->archived_too && is_archived(item))
        return false;
    return !walk->matches || walk->matches(walk->context, item);
}

static struct wc_context *next_in(struct wc_store *store, const struct wc_walk *walk, uint64_t place)
{
    const struct wc_list *list = wc_list_of(store, walk->kind);

    if (walk->thumbprint) {
        struct wc_context *item = wc_list_find(list, walk->thumbprint);

        for (; item; item = item->same_bucket)
            if (item->place > place && memcmp(item->thumbprint, walk->thumbprint, CERT_THUMBPRINT_SIZE) == 0 &&
                fits(store, walk, item))
                return item;
        return NULL;
    }
    for (size_t i = behind(list, place); i < list->count; i++)
        if (fits(store, walk, list->at[i]))
            return list->at[i];
    return NULL;
}

struct stand {
    const struct wc_walk *walk;
    bool passed; /* the store where the walk stood */
    struct wc_context *found;
};

static bool look_in(void *context, struct wc_store *leaf)
{
    struct stand *stand = context;
    bool here = leaf == stand->walk->after_store;

    if (stand->passed || here)
        stand->found = next_in(leaf, stand->walk, here ? stand->walk->after : 0);
    stand->passed = stand->passed || here;
    return !stand->found;
}

struct wc_context *wc_walk_next(struct wc_store *store, const struct wc_walk *walk)
{
    struct stand stand = {.walk = walk, .passed = !walk->after_store};

    wc_each_leaf(store, look_in, &stand);
    return stand.found;
}

static bool each_leaf(struct wc_store *store, uint64_t stamp,
                      bool (*each)(void *context, struct wc_store *leaf), void *context)
{
    if (store->stamp == stamp) /* it is in more than one of the collections */
        return true;
    store->stamp = stamp;
    if (store->kind != WC_COLLECTION)
        return each(context, store);
    for (size_t i = 0; i < store->member_count; i++)
        if (!each_leaf(store->members[i].store, stamp, each, context))
            return false;
    return true;
}

void wc_each_leaf(struct wc_store *store, bool (*each)(void *context, struct wc_store *leaf), void *context)
{
    static uint64_t last_stamp;

    (void)each_leaf(store, ++last_stamp, each, context);
}
