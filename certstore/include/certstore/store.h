/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Certificate stores as Windows keeps them:
 * HKLM\Comm\Security\SystemCertificates\<store>\Certificates\<SHA-1>, value Blob in the serialized-property
 * format (MS-GPEF 2.2.1.1.1). Private keys live apart, one file of mode 0600 each, in the directory "<registry file>.keys".
 */
#ifndef CERIUM_CERTSTORE_STORE_H
#define CERIUM_CERTSTORE_STORE_H

#include "certstore/set.h"
#include "registry/registry.h"

/*
 * "MY", "ROOT", "CA", "Privileged", "Disallowed": the canonical spelling for any case, NULL when it is none
 * of them.
 */
const char *cert_store_name(const char *name);
/* Name by index 0.. for lists; NULL at the end. */
const char *cert_store_name_at(size_t index);

/*
 * Adds a certificate with its SHA-1 property (other properties of an entry already there are kept). *existed
 * may be NULL. ERROR_INVALID_NAME for an unknown store; cert_parse's errors for bad DER.
 */
PLAT_MUST_USE win_error cert_store_add(struct reg_db *db, const char *store, struct plat_span der,
                                       bool *existed);
PLAT_MUST_USE win_error cert_store_remove(struct reg_db *db, const char *store,
                                          const uint8_t thumbprint[CERT_THUMBPRINT_SIZE]);
/*
 * Reads a whole store into a set. An entry that cannot be read is left out and told to `problem` (may be
 * NULL): a damaged root is no root.
 */
PLAT_MUST_USE win_error cert_store_load(struct reg_db *db, const char *store, struct cert_set *set,
                                        void (*problem)(void *context, const char *text), void *context);

/* The certificate inside a serialized-property Blob (element 0x20). */
PLAT_MUST_USE win_error cert_blob_certificate(struct plat_span blob, struct plat_span *der);

/*
 * The certificate that SSL\CertificateSubject names: whole subject name text, else commonName
 * (cert_text_match). Of several, one that is valid at `time` and has its key wins, then the one that expires
 * last. NULL when none matches.
 */
const struct cert *cert_find_subject(const struct cert_set *set, const char *subject, int64_t time,
                                     bool (*has_key)(void *context, const struct cert *cert), void *context);

/*
 * Reads certificates out of a file's bytes (DER, or PEM with any number of them), calling `each`;
 * ERROR_INVALID_DATA when there is none.
 */
PLAT_MUST_USE win_error cert_read_file_bytes(struct plat_span file,
                                             win_error (*each)(void *context, struct plat_span der),
                                             void *context);

#endif
