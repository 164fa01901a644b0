/* SPDX-License-Identifier: Apache-2.0 */
/* Where the entries of a store may lie in the registry. */
#ifndef CERIUM_CERTSTORE_STORE_PLACE_H
#define CERIUM_CERTSTORE_STORE_PLACE_H

#include "certstore/store.h"

/* One store at one location. */
struct cert_place {
    reg_key root;
    const char *name;      /* canonical, or as the caller spells it */
    const char *long_name; /* Windows Mobile's; NULL = none */
};
/* ERROR_INVALID_NAME */
PLAT_MUST_USE win_error cert_place_of(enum cert_location location, const char *store,
                                      struct cert_place *place);

/* The keys under which stores lie, relative to the root; NULL behind the last. New entries go to the first. */
const char *cert_place_base(size_t index);
/*
 * Opens the i-th key that the store may have (0 = where new entries go), then `below` in it ("" = the key itself). ERROR_FILE_NOT_FOUND: it is
 * not there. ERROR_NO_MORE_ITEMS: there is no i-th.
 */
PLAT_MUST_USE win_error cert_place_open(struct reg_db *db, const struct cert_place *place, size_t index,
                                        const char *below, reg_key *key);
PLAT_MUST_USE win_error cert_place_create(struct reg_db *db, const struct cert_place *place,
                                          const char *below, reg_key *key);

#define CERT_ENTRY_PATH_SIZE 64U
/* "Certificates\<SHA-1>", "CRLs\<SHA-1>" or "CTLs\..."; without the thumbprint when it is NULL. false: not a kind that is read. */
bool cert_entry_path(enum cert_blob_kind kind, const uint8_t *thumbprint, char path[CERT_ENTRY_PATH_SIZE]);

/* Appends the Blob of an entry's key. ERROR_FILE_NOT_FOUND: it has none that is binary. */
PLAT_MUST_USE win_error cert_entry_bytes(struct reg_db *db, reg_key key, struct plat_buffer *bytes);

/*
 * The path in the value InitFile of the i-th key, UTF-8, appended. ERROR_FILE_NOT_FOUND: it has none, or an empty one. ERROR_INVALID_DATA: it is no
 * text. ERROR_NO_MORE_ITEMS: there is no i-th key.
 */
PLAT_MUST_USE win_error cert_place_init_file(struct reg_db *db, const struct cert_place *place, size_t index,
                                             struct plat_buffer *path);

#endif
