/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BER made DER, as far as PKCS #12 needs it. RFC 7292 allows BER, and NSS, BouncyCastle, WebCrypto libraries
 * and old Windows enrolment controls make use of it: indefinite lengths, OCTET STRINGs in pieces, lengths
 * with leading zeros. Everything else in the input is left as it is for the strict reader to judge.
 */
#ifndef CERIUM_CERTSTORE_CRYPTO_PFX_BER_H
#define CERIUM_CERTSTORE_CRYPTO_PFX_BER_H

#include "platform/bytes.h"

/*
 * One element and nothing behind it, made DER in `der`, which this function initialises and the caller gives
 * to cert_secret_free in any case. Does not look into primitive elements, so that the OCTET STRINGs inside
 * are converted when they are opened. ERROR_INVALID_DATA: malformed, or nested too deep.
 */
PLAT_MUST_USE win_error pfx_ber_to_der(struct plat_span ber, struct plat_buffer *der);

#endif
