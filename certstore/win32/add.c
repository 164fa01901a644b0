/* SPDX-License-Identifier: Apache-2.0 */
/* What is put into stores and taken out of them, by the dispositions of CERT_STORE_ADD_*. */
#include "win32/store.h"

#include "platform/limits.h"

/* One addition at work. */
struct addition {
    struct wc_store *store;   /* no collection */
    struct wc_context *added; /* not shown yet; NULL: it has gone into the list, or is not needed */
    DWORD disposition;
    struct wc_context *existing; /* held; NULL = none */
};

static struct plat_span properties_of(const struct wc_context *context)
{
    return plat_span_of(context->properties.data, context->properties.size);
}

/* Appends those of `more` that `base` has not. */
static void add_missing(struct plat_buffer *out, struct plat_span base, struct plat_span more)
{
    struct cert_property property;
    struct plat_span value;

    while (cert_property_next(&more, &property)) {
        if (cert_property_find(base, property.id, &value))
            continue;
        plat_buffer_append_u32_le(out, property.id);
        plat_buffer_append_u32_le(out, property.encoding);
        plat_buffer_append_u32_le(out, (uint32_t)property.value.size);
        plat_buffer_append(out, property.value.data, property.value.size);
    }
}

static const struct wc_cert *cert_of(const struct wc_context *context)
{
    return (const struct wc_cert *)(const void *)context;
}

static const struct wc_crl *crl_of(const struct wc_context *context)
{
    return (const struct wc_crl *)(const void *)context;
}

/* Of the same thing, whatever its date: for the NEWER dispositions. */
static bool is_same_thing(const struct wc_context *a, const struct wc_context *b)
{
    if (a->object.kind == WC_CERT)
        return cert_name_equal(cert_of(a)->cert.issuer, cert_of(b)->cert.issuer) &&
               plat_span_equal(cert_serial_number(&cert_of(a)->cert), cert_serial_number(&cert_of(b)->cert));
    return cert_name_equal(crl_of(a)->crl.issuer, crl_of(b)->crl.issuer) &&
           plat_span_equal(crl_of(a)->crl.authority_key_id, crl_of(b)->crl.authority_key_id) &&
           crl_of(a)->crl.is_delta == crl_of(b)->crl.is_delta &&
           plat_span_equal(crl_of(a)->crl.scope.distribution_point, crl_of(b)->crl.scope.distribution_point);
}

static bool is_newer(const struct wc_context *a, const struct wc_context *b)
{
    if (a->object.kind == WC_CERT)
        return cert_of(a)->cert.not_before > cert_of(b)->cert.not_before;
    return crl_of(a)->crl.this_update > crl_of(b)->crl.this_update;
}

static bool wants_newer(DWORD disposition)
{
    return disposition == CERT_STORE_ADD_NEWER || disposition == CERT_STORE_ADD_NEWER_INHERIT_PROPERTIES;
}

static struct wc_context *find_existing(const struct addition *add)
{
    const struct wc_list *list = wc_list_of(add->store, add->added->object.kind);
    struct wc_context *same = wc_list_find(list, add->added->thumbprint);

    if (same || !wants_newer(add->disposition))
        return same;
    for (size_t i = 0; i < list->count; i++)
        if (is_same_thing(list->at[i], add->added))
            return list->at[i];
    return NULL;
}

/* Under the lock: what there is already, and whether the disposition lets the new one in. */
static win_error look(struct addition *add)
{
    bool always = add->disposition == CERT_STORE_ADD_ALWAYS && add->store->kind != WC_REGISTRY;

    if (wc_list_full(add->store, add->added->object.kind))
        return ERROR_NOT_ENOUGH_MEMORY;
    add->existing = always ? NULL : find_existing(add);
    if (!add->existing)
        return ERROR_SUCCESS;
    wc_context_pin(add->existing);
    if (add->disposition == CERT_STORE_ADD_NEW ||
        (wants_newer(add->disposition) && !is_newer(add->added, add->existing)))
        return CRYPT_E_EXISTS;
    return ERROR_SUCCESS;
}

/* The properties that the entry will have. */
static win_error merge(const struct addition *add, struct plat_buffer *out)
{
    struct plat_span new_ones = properties_of(add->added);
    bool keeps = add->existing && add->disposition == CERT_STORE_ADD_USE_EXISTING;
    bool inherits = add->existing && (add->disposition == CERT_STORE_ADD_REPLACE_EXISTING_INHERIT_PROPERTIES ||
                                      add->disposition == CERT_STORE_ADD_NEWER_INHERIT_PROPERTIES);

    if (keeps) {
        plat_buffer_append(out, add->existing->properties.data, add->existing->properties.size);
        add_missing(out, properties_of(add->existing), new_ones);
        return out->failed;
    }
    plat_buffer_append(out, new_ones.data, new_ones.size);
    if (inherits)
        add_missing(out, new_ones, properties_of(add->existing));
    return out->failed;
}

static void set_properties(struct wc_context *context, struct plat_buffer *properties)
{
    struct plat_buffer old = context->properties;

    context->properties = *properties;
    *properties = old;
}

static win_error persist(const struct addition *add, const struct plat_buffer *properties)
{
    const struct cert_blob blob = {.kind = add->added->object.kind == WC_CERT ? CERT_BLOB_CERTIFICATE
                                                                              : CERT_BLOB_CRL,
                                   .content = add->added->der,
                                   .properties = plat_span_of(properties->data, properties->size)};
    win_error error;

    if (add->store->kind != WC_REGISTRY)
        return ERROR_SUCCESS;
    error = wc_registry_put(add->store, &blob);
    if (!error && add->existing && !plat_span_equal(add->existing->der, add->added->der))
        error = wc_registry_remove(add->store, add->existing); /* one that was older */
    return error;
}

/* Another thread has added the same since: that one stays. */
static struct wc_context *came_since(const struct addition *add)
{
    struct wc_context *same;

    if (add->disposition == CERT_STORE_ADD_ALWAYS && add->store->kind != WC_REGISTRY)
        return NULL;
    same = wc_list_find(wc_list_of(add->store, add->added->object.kind), add->added->thumbprint);
    return same != add->existing ? same : NULL;
}

/* Under the lock: the change in memory. */
static win_error change(struct addition *add, struct plat_buffer *properties, struct wc_context **result)
{
    struct wc_context *now = came_since(add);
    win_error error;

    if (now && add->disposition == CERT_STORE_ADD_NEW)
        return CRYPT_E_EXISTS;
    if (!now && add->existing && add->disposition == CERT_STORE_ADD_USE_EXISTING) {
        now = add->existing;
        set_properties(now, properties);
    } else if (!now) {
        now = add->added;
        set_properties(now, properties);
        error = wc_list_add(add->store, now);
        if (error)
            return error;
        add->added = NULL;
        if (add->existing && add->existing->in_store)
            wc_list_remove(add->existing);
    }
    add->store->changed = true;
    if (result) {
        wc_context_use(now);
        *result = now;
    }
    return ERROR_SUCCESS;
}

static win_error add_to(struct wc_store *store, struct wc_context **context, DWORD disposition,
                        struct wc_context **result)
{
    struct addition add = {.store = store, .added = *context, .disposition = disposition};
    struct plat_buffer properties;
    win_error error = store->read_only ? E_ACCESSDENIED : wc_lock();

    if (error)
        return error;
    plat_buffer_init(&properties, LIMIT_REG_DATA);
    error = look(&add);
    if (!error)
        error = merge(&add, &properties);
    wc_unlock();
    if (!error)
        error = persist(&add, &properties);
    if (!error)
        error = wc_lock();
    if (!error) {
        error = change(&add, &properties, result);
        wc_unlock();
    }
    *context = add.added;
    plat_buffer_free(&properties);
    if (add.existing)
        wc_put_back(&add.existing->object);
    return error;
}

/* Under the lock: the store, held, that takes an addition to a collection; NULL = none. */
static struct wc_store *addable(const struct wc_store *collection)
{
    for (size_t i = 0; i < collection->member_count; i++) {
        struct wc_store *store = collection->members[i].store;

        if ((collection->members[i].flags & CERT_PHYSICAL_STORE_ADD_ENABLE_FLAG) == 0 || store->read_only)
            continue;
        store = store->kind == WC_COLLECTION ? addable(store) : store;
        if (store)
            return store;
    }
    return NULL;
}

static win_error pick(struct wc_store *store, struct wc_store **target)
{
    win_error error = wc_lock();

    *target = NULL;
    if (error)
        return error;
    *target = store->kind == WC_COLLECTION ? addable(store) : store;
    if (*target)
        plat_object_hold(&(*target)->object);
    wc_unlock();
    return *target ? ERROR_SUCCESS : E_ACCESSDENIED;
}

win_error wc_add(struct wc_store *store, struct wc_context *context, DWORD disposition,
                 struct wc_context **result)
{
    struct wc_store *target = NULL;
    win_error error = E_INVALIDARG;

    if (disposition >= CERT_STORE_ADD_NEW && disposition <= CERT_STORE_ADD_NEWER_INHERIT_PROPERTIES)
        error = store->read_only ? E_ACCESSDENIED : pick(store, &target);
    if (!error)
        error = add_to(target, &context, disposition, result);
    wc_store_put_back(target);
    if (context)
        wc_context_destroy(context);
    return error;
}

win_error wc_remove(struct wc_context *context)
{
    struct wc_store *store;
    win_error error = wc_lock();
    bool there;

    if (error)
        return error;
    store = context->store;
    there = context->in_store;
    wc_unlock();
    if (!store)
        return CRYPT_E_NOT_FOUND;
    if (store->read_only)
        return E_ACCESSDENIED;
    if (there && store->kind == WC_REGISTRY)
        error = wc_registry_remove(store, context);
    if (!error)
        error = wc_lock();
    if (error)
        return error;
    if (context->in_store) {
        wc_list_remove(context);
        store->changed = true;
    }
    wc_unlock();
    return ERROR_SUCCESS;
}
