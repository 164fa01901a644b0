/* SPDX-License-Identifier: Apache-2.0 */
/* CERT_CONTEXT as wincrypt.h defines it: as much of that header as httpext.h needs for HSE_REQ_GET_CERT_INFO_EX. */
#ifndef CERIUM_WIN32_WINCERT_H
#define CERIUM_WIN32_WINCERT_H

#include "windows.h"

#define X509_ASN_ENCODING 0x00000001
#define PKCS_7_ASN_ENCODING 0x00010000

typedef void *HCERTSTORE;
struct _CERT_INFO;

typedef struct _CERT_CONTEXT {
    DWORD dwCertEncodingType;
    BYTE *pbCertEncoded;
    DWORD cbCertEncoded;
    struct _CERT_INFO *pCertInfo;
    HCERTSTORE hCertStore;
} CERT_CONTEXT, *PCERT_CONTEXT;
typedef const CERT_CONTEXT *PCCERT_CONTEXT;

#endif
