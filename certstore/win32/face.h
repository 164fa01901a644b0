/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the files of the wincrypt.h face share: contexts behind pointers, stores behind handles, registries on loan, text of both character sets.
 *
 * A PCCERT_CONTEXT is a pointer that programs read through. It points into a struct wc_cert, which is found again by looking the pointer up in a table of
 * those that are in use: one that was freed, or was never ours, is told without being followed. An HCERTSTORE is a number in the table of platform/handles.h.
 *
 * One lock guards the tables, counts, stores' lists and contexts' properties. It is never held while the registry or a file is used. What a context says of its
 * certificate never changes: whoever holds one reads it without the lock.
 */
#ifndef CERIUM_CERTSTORE_WIN32_FACE_H
#define CERIUM_CERTSTORE_WIN32_FACE_H

#include "certstore/crl.h"
#include "certstore/set.h"
#include "certstore/store.h"

#include "platform/bytes.h"
#include "platform/handles.h"
#include "platform/lasterror.h"

/* All fields of the structures that grew over the years; what a caller has is told by cbSize. */
#define CERT_CHAIN_PARA_HAS_EXTRA_FIELDS
#define CERT_CHAIN_FIND_BY_ISSUER_PARA_HAS_EXTRA_FIELDS
#include <wincrypt.h>

/* ---- errors ---- */

/* What a core's error is on Windows, left for GetLastError. Returns FALSE; TRUE for ERROR_SUCCESS, which leaves the last error alone. */
BOOL wc_result(win_error error);
/* The same for functions that return a pointer or handle. */
void *wc_null(win_error error);
/*
 * The convention for bytes: `room` NULL: *size becomes what is needed, ERROR_SUCCESS; too small: the same with ERROR_MORE_DATA; else copied and *size set.
 */
PLAT_MUST_USE win_error wc_put(struct plat_span bytes, void *room, DWORD *size);

/* ---- the lock ---- */

PLAT_MUST_USE win_error wc_lock(void); /* ERROR_NOT_ENOUGH_MEMORY: it could not be made */
void wc_unlock(void);

/* ---- objects behind pointers ---- */

enum wc_kind { WC_CERT = 1, WC_CRL = 2, WC_CHAIN = 3 };

struct wc_store;

/* What is left to do when an object has no more users, after the lock. */
struct wc_left {
    bool destroy;
    struct wc_store *store; /* let go */
    bool close;             /* and its handle is no more */
};

/* First member of what a pointer of the face belongs to. */
struct wc_object {
    enum wc_kind kind;
    const void *face; /* the pointer that programs have */
    uint32_t users;   /* references of callers; under the lock */
    uint32_t pins; /* calls at work on it, chains it is in: no caller's mistake frees these; under the lock */
    /* Called under the lock when there are neither any more; NULL: it is destroyed. */
    void (*unused)(struct wc_object *object, struct wc_left *left);
    void (*destroy)(struct wc_object *object); /* called without the lock */
    struct wc_object *next;
};

/* Makes it known with one user. */
PLAT_MUST_USE win_error wc_show(struct wc_object *object);
/* The object, pinned; NULL when the pointer is none of that kind in use. */
struct wc_object *wc_get(const void *face, enum wc_kind kind);
/* One pin less; NULL is allowed. */
void wc_put_back(struct wc_object *object);
/* What the Duplicate functions do: the pointer with one more user; NULL (E_INVALIDARG) as wc_get. */
const void *wc_duplicate(const void *face, enum wc_kind kind);
/* What the Free functions do: one user less of what the pointer belongs to, if it does and has one. */
void wc_free(const void *face, enum wc_kind kind);

/* ---- certificates and CRLs ---- */

/* What the two have in common. `store`, `place`, `in_store` and `properties` change under the lock only. */
struct wc_context {
    struct wc_object object;
    struct plat_span der; /* own copy */
    uint8_t thumbprint[CERT_THUMBPRINT_SIZE];
    void *arena;                   /* what the public structures point to besides the DER */
    struct plat_buffer properties; /* run of elements (certstore/blob.h) */
    struct wc_store *store;        /* NULL = it was never in one */
    bool in_store;                 /* false: it was deleted from it */
    uint64_t place;                /* its number in the store, grows */
    struct wc_context *same_bucket;
};

struct wc_cert {
    struct wc_context base; /* first */
    CERT_CONTEXT face;
    CERT_INFO info;
    struct cert cert;
};

struct wc_crl {
    struct wc_context base; /* first */
    CRL_CONTEXT face;
    CRL_INFO info;
    struct cert_crl crl;
};

/* A context in no store, pinned: wc_put_back(&cert->base.object). Errors of cert_parse and cert_crl_parse. Everything is copied. */
PLAT_MUST_USE win_error wc_cert_make(struct plat_span der, struct plat_span properties, struct wc_cert **cert);
PLAT_MUST_USE win_error wc_crl_make(struct plat_span der, struct plat_span properties, struct wc_crl **crl);
/* What a caller's pointer belongs to, pinned; NULL: it is stale or foreign (E_INVALIDARG). */
struct wc_cert *wc_cert_get(PCCERT_CONTEXT context);
struct wc_crl *wc_crl_get(PCCRL_CONTEXT context);
/* wc_put_back; NULL is allowed. */
void wc_cert_put_back(struct wc_cert *cert);
/* A copy of the properties as they are now, appended. */
PLAT_MUST_USE win_error wc_properties(struct wc_context *context, struct plat_buffer *out);
/* Is its private key there, in the registry's key files? */
bool wc_cert_has_key(struct wc_cert *cert);

/* ---- stores ---- */

/* The store behind a handle, held; NULL: ERROR_INVALID_HANDLE. */
struct wc_store *wc_store_get(HCERTSTORE handle);
void wc_store_put_back(struct wc_store *store); /* NULL is allowed */
/* CertDuplicateStore and CertCloseStore of a store that is held: it stays open as long as this lasts. */
PLAT_MUST_USE win_error wc_store_keep(struct wc_store *store);
void wc_store_let_go(struct wc_store *store);
/* Adds all that is in it to the sets, properties too; each may be NULL. */
PLAT_MUST_USE win_error wc_store_fill(struct wc_store *store, struct cert_set *set, struct cert_crl_set *crls);
/*
 * The next certificate behind `previous` (NULL: the first), pinned; NULL at the end. `previous` stays held by the caller, and may have been deleted from the
 * store meanwhile.
 */
struct wc_cert *wc_store_next_cert(struct wc_store *store, struct wc_cert *previous);
/*
 * A system store, straight from the registry into sets: of the current user with what CE adds to it from the local machine (Root, CA, Trust), or of the local
 * machine alone. ERROR_INVALID_DATA: something in Disallowed cannot be read, so that nobody knows what is distrusted.
 */
PLAT_MUST_USE win_error wc_system_fill(enum cert_location location, const char *name, struct cert_set *set,
                                       struct cert_crl_set *crls);

/* ---- object identifiers, text, times ---- */

/* Is it, as DER has it, the one in dotted form? */
bool wc_is_oid(struct plat_span oid, const char *dotted);

/* UTF-16 with NUL -> UTF-8, appended; lone surrogates and all. At most `most` units: ERROR_INVALID_PARAMETER. */
PLAT_MUST_USE win_error wc_text_in(const WCHAR *text, size_t most, struct plat_buffer *out);

/*
 * The convention for text: how many characters there are with the NUL. `room` NULL or `size` 0: only that. Too small: cut, with its NUL, and what was
 * copied is counted.
 */
DWORD wc_put_text(const char *text, bool wide, void *room, DWORD size);

FILETIME wc_file_time(int64_t unix_seconds);
int64_t wc_unix_time(FILETIME time); /* whole seconds, rounded down */

#endif
