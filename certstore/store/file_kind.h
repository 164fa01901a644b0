/* SPDX-License-Identifier: Apache-2.0 */
/* Kinds of DER and of PEM blocks. */
#ifndef CERIUM_CERTSTORE_STORE_FILE_KIND_H
#define CERIUM_CERTSTORE_STORE_FILE_KIND_H

#include "certstore/file.h"
#include "der/pem.h"

/* CERTIFICATE, CRL, PKCS7, PFX, KEY or UNKNOWN. */
enum cert_file_kind cert_der_kind(struct plat_span der);

enum cert_pem_kind {
    CERT_PEM_OTHER,
    CERT_PEM_CERTIFICATE,
    CERT_PEM_TRUSTED, /* OpenSSL's: a certificate, and what it is trusted for behind it */
    CERT_PEM_CRL,
    CERT_PEM_PKCS7,
    CERT_PEM_KEY
};
enum cert_pem_kind cert_pem_kind_of(const struct pem_block *block);

#endif
