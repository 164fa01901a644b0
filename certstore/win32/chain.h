/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the files of CertGetCertificateChain share: chain engines, what a chain is built from, and the
 * structures that programs get.
 *
 * The system stores are read once and kept until the registry changes; stores that a program names are read
 * at each call.
 */
#ifndef CERIUM_CERTSTORE_WIN32_CHAIN_H
#define CERIUM_CERTSTORE_WIN32_CHAIN_H

#include "certstore/chain.h"
#include "win32/face.h"

/* ---- the system's stores ---- */

/* Only read once it is there; given back with plat_object_release(&trust->object). */
struct wc_trust {
    struct plat_object object;
    uint32_t epoch; /* of registry/win32.h */
    uint64_t generation;
    struct cert_set *roots;         /* Root, Privileged */
    struct cert_set *intermediates; /* CA, My, Trust */
    struct cert_set *distrusted;    /* Disallowed */
    struct cert_set *people;        /* TrustedPeople */
    struct cert_crl_set *crls;      /* of Root and CA */
};
/* As the registry is now. */
PLAT_MUST_USE win_error wc_trust_get(enum cert_location location, struct wc_trust **trust);
/* The next chain reads the stores again. */
void wc_trust_forget(enum cert_location location);

/* ---- engines ---- */

struct wc_engine {
    struct plat_object object;
    enum cert_location location;
    /* Kept open; NULL = not given. */
    struct wc_store *restricted_root, *restricted_other, *exclusive_root, *exclusive_people;
    size_t additional_count;
    struct wc_store **additional;
};
/* The engine behind a handle or a HCCE_* value, held; ERROR_INVALID_HANDLE. Given back with plat_object_release. */
PLAT_MUST_USE win_error wc_engine_get(HCERTCHAINENGINE handle, struct wc_engine **engine);

/* ---- one building ---- */

struct wc_material {
    struct wc_trust *trust;
    bool exclusive;                            /* the anchors are the engine's alone */
    struct cert_set *anchors, *people, *fresh; /* made for this building; NULL = the system's, or none */
    struct cert_crl_set *crls;                 /* the same */
    const struct cert_set *sets[4]; /* where a chain's certificates come from, for their properties */
};
/*
 * Fills the sets of *input. `additional` may be NULL, `flags` are CertGetCertificateChain's. Call
 * wc_material_free even when it fails; the input lives as long as the material.
 */
PLAT_MUST_USE win_error wc_material_make(struct wc_material *material, const struct wc_engine *engine,
                                         struct wc_store *additional, DWORD flags,
                                         struct cert_chain_input *input);
void wc_material_free(struct wc_material *material);

/* ---- what programs get ---- */

/* The usages or policies that the chain allows down to a certificate. */
struct wc_oids {
    CERT_ENHKEY_USAGE usage;
    void *memory;
    bool any;
};
struct wc_usages {
    struct wc_oids application, issuance;
};
/* `usages` has chain->count elements; wc_usages_free frees what they hold, also when this fails. */
PLAT_MUST_USE win_error wc_usages_make(const struct cert_chain *chain, struct wc_usages *usages);
void wc_usages_free(struct wc_usages *usages, size_t count);

struct wc_chain_request {
    struct wc_cert *leaf;
    const struct wc_material *material;
    DWORD flags;
    int64_t now; /* the clock, whatever time was asked for */
};
/* Turns chains, the best first, into contexts: *context has one user, the others hang on it. */
PLAT_MUST_USE win_error wc_chain_make(const struct wc_chain_request *request, const struct cert_chain *chains,
                                      size_t count, PCCERT_CHAIN_CONTEXT *context);

/* CertGetCertificateChain with its parameters checked: `input` says everything but leaf and sets. */
PLAT_MUST_USE win_error wc_chain_get(const struct wc_engine *engine, struct wc_cert *leaf,
                                     struct wc_store *additional, DWORD flags, struct cert_chain_input *input,
                                     const CERT_CHAIN_PARA *para, PCCERT_CHAIN_CONTEXT *context);

#endif
