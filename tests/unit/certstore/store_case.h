/* SPDX-License-Identifier: Apache-2.0 */
/* A registry with stores, for one test: certificates and CRLs by number, and what a load tells. */
#ifndef CERIUM_TESTS_CERTSTORE_STORE_CASE_H
#define CERIUM_TESTS_CERTSTORE_STORE_CASE_H

#include "maker.h"

#include "certstore/store.h"

int store_case_setup(void **state);
int store_case_teardown(void **state);
struct reg_db *store_case_open(void **state, const char *name);

/* The DER lives until the next call of the same function. */
struct plat_span store_case_cert(unsigned number);
struct plat_span store_case_crl(unsigned number);
/* Valid for the next 3 calls. */
const uint8_t *store_case_thumbprint(struct plat_span der);
const char *store_case_thumbprint_text(struct plat_span der);

/* Writes a value under HKLM or HKCU; data NULL: only the key. */
void store_case_plant(struct reg_db *db, reg_key root, const char *path, const char *name, uint32_t type,
                      struct plat_span data);
/* A Blob at "<base>\<store>\<folder>\<thumbprint>" with these properties (in the notation of der_text.h, "" = none). */
void store_case_plant_blob(struct reg_db *db, reg_key root, const char *store_path, enum cert_blob_kind kind,
                           struct plat_span content, const char *properties);

struct store_case_load {
    struct cert_set *set;
    struct cert_crl_set *crls;
    unsigned problems;
    char last[600], notes[600]; /* the last of each */
};
/* The test fails unless the load succeeds. */
void store_case_load(struct reg_db *db, enum cert_location location, const char *store,
                     struct plat_root *root, struct store_case_load *load);
void store_case_unload(struct store_case_load *load);
/* Loaded without CRLs, how many certificates, and no problem. */
size_t store_case_count(struct reg_db *db, enum cert_location location, const char *store);

#endif
