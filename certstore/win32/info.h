/* SPDX-License-Identifier: Apache-2.0 */
/* CERT_INFO and CRL_INFO out of DER that has been parsed. */
#ifndef CERIUM_CERTSTORE_WIN32_INFO_H
#define CERIUM_CERTSTORE_WIN32_INFO_H

#include "win32/face.h"

/* *arena holds what `info` points to besides the DER; plat_free. */
PLAT_MUST_USE win_error wc_cert_info(const struct cert *cert, CERT_INFO *info, void **arena);
PLAT_MUST_USE win_error wc_crl_info(const struct cert_crl *crl, CRL_INFO *info, void **arena);

/* DER that structures point into: theirs is not const. */
BYTE *wc_bytes(const uint8_t *bytes);

#endif
