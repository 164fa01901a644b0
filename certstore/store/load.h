/* SPDX-License-Identifier: Apache-2.0 */
/* A store on its way into sets. */
#ifndef CERIUM_CERTSTORE_STORE_LOAD_H
#define CERIUM_CERTSTORE_STORE_LOAD_H

#include "store/place.h"

struct cert_load {
    struct reg_db *db;
    struct cert_place place;
    struct cert_set *set;
    struct cert_crl_set *crls;              /* NULL: CRLs are not read */
    const struct cert_store_reader *reader; /* never NULL */
    size_t certificates, lists;             /* entries seen, against the limits */
    win_error error;                        /* what stops the whole load */
};

/* One sentence to the reader: something of that kind is left out. */
void cert_load_tell(struct cert_load *load, enum cert_blob_kind kind, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
enum cert_load_step {
    CERT_LOAD_ON,
    CERT_LOAD_FULL /* the limit: told once, no more of this kind is taken */
};
/* Counts one more of a kind. */
enum cert_load_step cert_load_count(struct cert_load *load, enum cert_blob_kind kind);
/* Into the set; *why (a static text) when it is no certificate or CRL. The error stops the load: memory. */
PLAT_MUST_USE win_error cert_load_take(struct cert_load *load, const struct cert_blob *blob, const char **why);
/* What the InitFile of each key brings. The error stops the load. */
PLAT_MUST_USE win_error cert_load_init_files(struct cert_load *load);

#endif
