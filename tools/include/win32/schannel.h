/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The part of schannel.h that HTTP clients need: the issuers that a server accepts client certificates of, as a TLS CertificateRequest names them.
 * Microsoft documents it under "SecPkgContext_IssuerListInfoEx".
 */
#ifndef CERIUM_WIN32_SCHANNEL_H
#define CERIUM_WIN32_SCHANNEL_H

#include "wincrypt.h"

/* Fits CERT_CHAIN_FIND_BY_ISSUER_PARA: rgIssuer and cIssuer. */
typedef struct _SecPkgContext_IssuerListInfoEx {
    PCERT_NAME_BLOB aIssuers; /* DER of X.501 names */
    DWORD cIssuers;           /* 0: the server names none, so any may do */
} SecPkgContext_IssuerListInfoEx, *PSecPkgContext_IssuerListInfoEx;

#endif
