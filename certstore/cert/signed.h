/* SPDX-License-Identifier: Apache-2.0 */
/* What certificates and CRLs are both made of (RFC 5280 sections 4.1 and 5.1). A failure is the reader's. */
#ifndef CERIUM_CERTSTORE_CERT_SIGNED_H
#define CERIUM_CERTSTORE_CERT_SIGNED_H

#include "certstore/cert.h"
#include "der/der.h"

/* SEQUENCE { what is signed, AlgorithmIdentifier, BIT STRING }, and nothing behind it. */
struct cert_signed {
    struct plat_span tbs;       /* with its header */
    struct der_reader inside;   /* of it, to be read to its end */
    struct plat_span algorithm; /* the outer AlgorithmIdentifier */
    struct plat_span signature; /* empty when it is no whole number of octets: what it is on is kept, and never verifies */
};
/* CRYPT_E_ASN1_LARGE (more than `most` bytes), CRYPT_E_ASN1_BADTAG, CRYPT_E_ASN1_CORRUPT. */
PLAT_MUST_USE win_error cert_open_signed(struct plat_span der, size_t most, struct cert_signed *out);

/* A Name, whose structure is checked, with its header. */
struct plat_span cert_read_name(struct der_reader *tbs);
/* Structure of an AlgorithmIdentifier: an OID and perhaps one parameter. With its header. */
struct plat_span cert_read_algorithm(struct der_reader *r);
/* One Extension. A spelt-out critical FALSE is taken. */
struct cert_extension cert_read_extension(struct der_reader *list);

#endif
