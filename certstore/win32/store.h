/* SPDX-License-Identifier: Apache-2.0 */
/* Stores from the inside: for the files that change them. */
#ifndef CERIUM_CERTSTORE_WIN32_STORE_H
#define CERIUM_CERTSTORE_WIN32_STORE_H

#include "win32/face.h"

#include "registry/win32.h"

/* Objects, under the lock: one more user, one more pin. */
void wc_use(struct wc_object *object);
void wc_pin(struct wc_object *object);
struct wc_object *wc_find(const void *face, enum wc_kind kind); /* not held; NULL as wc_get */
/* Under the lock: callers' references are no more (FORCE). true: that was all of it, and its pointer is stale. */
bool wc_forget(struct wc_object *object);
/* Under the lock. */
bool wc_in_use(const struct wc_object *object);

enum wc_store_kind { WC_MEMORY, WC_REGISTRY, WC_FILE, WC_COLLECTION };

/* Contexts in the order of their places, and by thumbprint. */
struct wc_list {
    struct wc_context **at;
    size_t count, room;
    struct wc_context **buckets; /* `room` of them, a power of two */
};

struct wc_member {
    struct wc_store *store;
    DWORD flags, priority;
};

struct wc_store {
    struct plat_object object; /* references: the handle's, calls at work, contexts with users, collections */
    HCERTSTORE handle;
    enum wc_store_kind kind;
    bool read_only;
    bool archived_too; /* CERT_STORE_ENUM_ARCHIVED_FLAG */
    /* WC_REGISTRY */
    enum cert_location location;
    uint32_t epoch;
    char *name; /* of the system store; WC_FILE: the file's path */
    /* WC_FILE */
    bool commit; /* CERT_FILE_STORE_COMMIT_ENABLE_FLAG */
    bool pkcs7;  /* what it is written as */
    /* All below: under the lock */
    bool changed;      /* WC_FILE: since it was read or written */
    uint32_t opens;    /* CertOpenStore, CertDuplicateStore */
    uint32_t held;     /* collections it is in, and wc_store_keep */
    uint32_t contexts; /* with users */
    uint32_t above;    /* WC_COLLECTION: levels of collections that it is or was in */
    uint64_t last_place;
    uint64_t stamp; /* of the last walk that has been here */
    struct wc_list certs, crls;
    struct wc_member *members;
    size_t member_count;
};

/* A store in the table, open once; empty. */
PLAT_MUST_USE win_error wc_store_make(enum wc_store_kind kind, struct wc_store **store);
/* Gives back what a context or call held; `close`: the handle is no more. Without the lock. */
void wc_store_left(struct wc_store *store, bool close);
/* Under the lock: may the handle go? Asked after opens, held or contexts went down. */
bool wc_store_unused(const struct wc_store *store);
/* One opening less, or all of them. CRYPT_E_PENDING_CLOSE: contexts of it, or other openings, are still there. */
PLAT_MUST_USE win_error wc_store_close(struct wc_store *store, bool force);

struct wc_list *wc_list_of(struct wc_store *store, enum wc_kind kind);
/* Under the lock: it has as many as a store may have. */
bool wc_list_full(struct wc_store *store, enum wc_kind kind);
/* Under the lock. The list takes the context, whose users it does not touch. */
PLAT_MUST_USE win_error wc_list_add(struct wc_store *store, struct wc_context *context);
/* Under the lock: it is no longer in the store. The caller destroys it when it has no users. */
void wc_list_remove(struct wc_context *context);
struct wc_context *wc_list_find(const struct wc_list *list, const uint8_t thumbprint[CERT_THUMBPRINT_SIZE]);

/* Under the lock: one more user or pin of a context, of its store's too. */
void wc_context_use(struct wc_context *context);
void wc_context_pin(struct wc_context *context);
void wc_context_destroy(struct wc_context *context); /* has no users, is in no store */
/* Made, but not shown: no users. Its content is checked. */
PLAT_MUST_USE win_error wc_context_new(enum wc_kind kind, struct plat_span der, struct plat_span properties,
                                       struct wc_context **context);

/* ---- walking: all under the lock ---- */

struct wc_walk {
    enum wc_kind kind;
    struct wc_store *after_store; /* where the walk stands; NULL = at the start */
    uint64_t after;
    bool archived; /* archived certificates too, whatever the store's flag says */
    bool (*matches)(void *context, struct wc_context *item); /* NULL: all */
    void *context;
    const uint8_t *thumbprint; /* only these; NULL = all */
};
/* The next one, not held. NULL at the end. */
struct wc_context *wc_walk_next(struct wc_store *store, const struct wc_walk *walk);
/*
 * What the enumerating and finding functions do: takes the caller's previous context away, gives the next with one user more. CRYPT_E_NOT_FOUND at the
 * end; E_INVALIDARG, ERROR_INVALID_HANDLE.
 */
struct wc_context *wc_step(HCERTSTORE handle, const void *previous, struct wc_walk *walk);
/* Each store that is no collection, in order, until it says false. Under the lock. */
void wc_each_leaf(struct wc_store *store, bool (*each)(void *context, struct wc_store *leaf), void *context);

/* ---- changing ---- */

/* Adds a new context (which it takes over, also when it fails). *result, may be NULL: what is in the store now, held. */
PLAT_MUST_USE win_error wc_add(struct wc_store *store, struct wc_context *context, DWORD disposition,
                               struct wc_context **result);
/* Removes a context that is held. */
PLAT_MUST_USE win_error wc_remove(struct wc_context *context);
/* Entries of a registry store, in the registry. */
PLAT_MUST_USE win_error wc_registry_put(struct wc_store *store, const struct cert_blob *blob);
PLAT_MUST_USE win_error wc_registry_remove(struct wc_store *store, const struct wc_context *context);
/* Adds what is there to what the store has: of its registry key, of its file, of bytes. */
PLAT_MUST_USE win_error wc_load(struct wc_store *store);
PLAT_MUST_USE win_error wc_load_file(struct wc_store *store, bool must_exist);
PLAT_MUST_USE win_error wc_load_sst(struct wc_store *store, struct plat_span bytes);
PLAT_MUST_USE win_error wc_load_pkcs7(struct wc_store *store, struct plat_span bytes);
/* Registry stores, in collections too: what others have changed since. */
PLAT_MUST_USE win_error wc_resync(struct wc_store *store);
/* Appends the properties that are kept: not the SHA-1, which is computed. */
void wc_copy_properties(struct plat_span from, struct plat_buffer *to);
/* cert_store_load with the files that InitFile names. */
PLAT_MUST_USE win_error wc_system_load(struct reg_db *db, enum cert_location location, const char *name,
                                       struct cert_set *set, struct cert_crl_set *crls);
/* A store that CE composes of the user's and the machine's. */
bool wc_is_shared_store(const char *name);
PLAT_MUST_USE win_error wc_collection_add(HCERTSTORE collection, HCERTSTORE sibling, DWORD flags,
                                          DWORD priority);
/* Writes a WC_FILE store that has changed; `force`: also one that has not. */
PLAT_MUST_USE win_error wc_commit(struct wc_store *store, bool force);
/* Appends the store as .sst or PKCS #7. */
PLAT_MUST_USE win_error wc_store_bytes(struct wc_store *store, bool pkcs7, struct plat_buffer *out);

/* The Blob of a context as it is now, appended. */
PLAT_MUST_USE win_error wc_context_bytes(struct wc_context *context, struct plat_buffer *out);

#endif
