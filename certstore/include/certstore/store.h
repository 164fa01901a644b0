/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Certificate stores as Windows keeps them:
 * HKLM or HKCU\Comm\Security\SystemCertificates\<store>\Certificates\<SHA-1> and ...\CRLs\<SHA-1>, value Blob in the serialized-property
 * format (certstore/blob.h). What a .reg file exported on Windows has brought under Software\Microsoft\SystemCertificates belongs to the same store: it is
 * read, and deleted, there too; new entries are written to the first. A value InitFile of the store's key names a .p7b (a CE path) whose certificates are in the
 * store as well, read-only ("System Store Locations", CE .NET 4.2). Private keys live apart, one file of mode 0600 each, in the directory "<registry file>.keys".
 */
#ifndef CERIUM_CERTSTORE_STORE_H
#define CERIUM_CERTSTORE_STORE_H

#include "certstore/blob.h"
#include "certstore/crl.h"
#include "certstore/set.h"
#include "platform/file.h"
#include "registry/registry.h"

enum cert_location { CERT_LOCAL_MACHINE, CERT_CURRENT_USER };

/*
 * "MY", "ROOT", "CA", "Trust", "Privileged", "Unprivileged", "SPC", "Disallowed", "TrustedPeople": the canonical spelling for any case, and for
 * Windows Mobile's long names ("Privileged Execution Trust Authorities"); NULL when it is none of them.
 */
const char *cert_store_name(const char *name);
/* Name by index 0.. for lists; NULL at the end. */
const char *cert_store_name_at(size_t index);
/* Any other name of a registry key may be a store too: OEMs add theirs. No backslash, 1 to LIMIT_REG_KEY_NAME units. */
bool cert_store_name_valid(const char *name);

/*
 * Adds a certificate with its SHA-1 property (other properties of an entry already there are kept). *existed
 * may be NULL. ERROR_INVALID_NAME for an unknown store; cert_parse's errors for bad DER.
 */
PLAT_MUST_USE win_error cert_store_add(struct reg_db *db, enum cert_location location, const char *store,
                                       struct plat_span der, bool *existed);
/* Adds or replaces a certificate or CRL with exactly these properties (and the SHA-1 one). */
PLAT_MUST_USE win_error cert_store_put(struct reg_db *db, enum cert_location location, const char *store,
                                       const struct cert_blob *blob, bool *existed);
/*
 * CRYPT_E_NOT_FOUND: it is not there. ERROR_ACCESS_DENIED: it is not in the registry, but the store has an InitFile, which is read-only: if the store
 * holds it, then from there. `kind`: certificate or CRL.
 */
PLAT_MUST_USE win_error cert_store_remove(struct reg_db *db, enum cert_location location, const char *store,
                                          enum cert_blob_kind kind,
                                          const uint8_t thumbprint[CERT_THUMBPRINT_SIZE]);
/* One entry by its thumbprint, without reading the others; `bytes` is filled with its Blob, *blob points into it. CRYPT_E_NOT_FOUND. */
PLAT_MUST_USE win_error cert_store_get(struct reg_db *db, enum cert_location location, const char *store,
                                       enum cert_blob_kind kind,
                                       const uint8_t thumbprint[CERT_THUMBPRINT_SIZE],
                                       struct plat_buffer *bytes, struct cert_blob *blob);
struct cert_store_reader {
    struct plat_root *root; /* what the CE path of InitFile hangs under; NULL = an InitFile is not read, and told */
    void (*problem)(void *context, const char *text); /* what is left out, in a sentence; may be NULL */
    void (*crl_problem)(void *context,
                        const char *text); /* the same where it is, or may be, a CRL; NULL = problem */
    void (*note)(void *context,
                 const char *text); /* what an InitFile has brought, in a sentence; may be NULL */
    void *context;
};
/*
 * Reads a whole store into a set, properties included; `crls` (may be NULL) takes its CRLs. An entry that cannot be read is left out and told to
 * `problem`: a damaged root is no root. `reader` may be NULL.
 */
PLAT_MUST_USE win_error cert_store_load(struct reg_db *db, enum cert_location location, const char *store,
                                        struct cert_set *set, struct cert_crl_set *crls,
                                        const struct cert_store_reader *reader);
/* Names of the stores that exist at a location (predefined ones first, each once), until `each` says false. */
PLAT_MUST_USE win_error cert_store_each(struct reg_db *db, enum cert_location location,
                                        bool (*each)(void *context, const char *name), void *context);

/*
 * The certificate that SSL\CertificateSubject names: whole subject name text, else commonName
 * (cert_text_match). Of several, one that is valid at `time` and has its key wins, then the one that expires
 * last. NULL when none matches.
 */
const struct cert *cert_find_subject(const struct cert_set *set, const char *subject, int64_t time,
                                     bool (*has_key)(void *context, const struct cert *cert), void *context);

#endif
