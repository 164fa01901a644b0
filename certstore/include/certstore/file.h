/* SPDX-License-Identifier: Apache-2.0 */
/* What people have certificates in: .cer .crt .der .pem .crl .p7b .p7c .sst, told apart by what is inside, not by name. */
#ifndef CERIUM_CERTSTORE_FILE_H
#define CERIUM_CERTSTORE_FILE_H

#include "certstore/blob.h"

enum cert_file_kind {
    CERT_FILE_UNKNOWN,
    CERT_FILE_CERTIFICATE, /* one, DER */
    CERT_FILE_CRL,         /* one, DER */
    CERT_FILE_PEM, /* any number of CERTIFICATE, X509 CERTIFICATE, TRUSTED CERTIFICATE (its certificate), X509 CRL, PKCS7, CMS blocks */
    CERT_FILE_PKCS7,
    CERT_FILE_SST,
    CERT_FILE_PFX, /* certstore/pfx.h opens it */
    CERT_FILE_KEY  /* a private key and nothing else: certstore/key.h */
};
enum cert_file_kind cert_file_kind_of(struct plat_span file);

/*
 * Calls `each` with every certificate and CRL (kind CTL is passed over), until it says an error; `properties` come with .sst only.
 * ERROR_INVALID_DATA: none is in it, or it is damaged; NTE_BAD_TYPE: CERT_FILE_PFX and CERT_FILE_KEY; ERROR_NOT_SUPPORTED: a trust list (.stl).
 */
PLAT_MUST_USE win_error cert_file_read(struct plat_span file,
                                       win_error (*each)(void *context, const struct cert_blob *blob),
                                       void *context);

/* Appends a PEM block with lines of 64 characters. */
void cert_pem_write(struct plat_buffer *out, const char *label, struct plat_span der);

#endif
