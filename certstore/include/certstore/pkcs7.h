/* SPDX-License-Identifier: Apache-2.0 */
/* PKCS #7 / CMS SignedData without signers (RFC 5652 section 5, "certs-only"): the .p7b and .p7c file. */
#ifndef CERIUM_CERTSTORE_PKCS7_H
#define CERIUM_CERTSTORE_PKCS7_H

#include "platform/bytes.h"

bool cert_pkcs7_present(struct plat_span der);
/*
 * Calls `each` with the DER of one certificate or CRL after the other, in the file's order, until it says an error. Signers are not looked at: the file
 * is a bag, not a statement. ERROR_INVALID_DATA when it is damaged, or is SignedData in BER with indefinite lengths; ERROR_NOT_SUPPORTED: it is a
 * trust list (CTL, .stl). Attribute certificates and CMS's other kinds are passed over.
 */
PLAT_MUST_USE win_error cert_pkcs7_read(struct plat_span der,
                                        win_error (*each)(void *context, bool is_crl, struct plat_span item),
                                        void *context);
/* Appends a ContentInfo with these: `certificates` and `crls` are items in DER one behind the other (size 0 = none). */
void cert_pkcs7_write(struct plat_buffer *out, struct plat_span certificates, struct plat_span crls);

#endif
