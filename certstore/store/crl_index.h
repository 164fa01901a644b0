/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One list's entries sorted by serial number (and, where it is indirect, by the issuer name's hash), so that one
 * is found in O(log n). 4 bytes an entry, 12 in an indirect list.
 */
#ifndef CERIUM_CERTSTORE_STORE_CRL_INDEX_H
#define CERIUM_CERTSTORE_STORE_CRL_INDEX_H

#include "certstore/crl.h"

struct crl_index {
    uint32_t *at;     /* where entries start in crl->entries; one block with the two below */
    uint32_t *issuer; /* indirect lists: the entry whose certificateIssuer holds for this one, UINT32_MAX = the list's own issuer; else NULL */
    uint32_t *hash;   /* of that name; NULL with `issuer` */
    size_t count;
};

/* false = no memory. The index does not keep the list: it is handed in again. */
bool crl_index_make(const struct cert_crl *crl, struct crl_index *index);
void crl_index_free(struct crl_index *index);
bool crl_index_find(const struct crl_index *index, const struct cert_crl *crl, struct plat_span issuer,
                    struct plat_span serial, struct cert_crl_entry *entry);

#endif
