/* SPDX-License-Identifier: Apache-2.0 */
/* What certificates and CRLs are both made of (RFC 5280 sections 4.1 and 5.1). A failure is the reader's. */
#ifndef CERIUM_CERTSTORE_CERT_SIGNED_H
#define CERIUM_CERTSTORE_CERT_SIGNED_H

#include "certstore/cert.h"
#include "der/der.h"

/* A Name, whose structure is checked, with its header. */
struct plat_span cert_read_name(struct der_reader *tbs);
/* Structure of an AlgorithmIdentifier: an OID and perhaps one parameter. With its header. */
struct plat_span cert_read_algorithm(struct der_reader *r);
/*
 * A signature is a whole number of octets. One that is not cannot be right, but that is no reason to overlook
 * what it is on: that is kept without a signature, and never verifies.
 */
struct plat_span cert_read_signature(struct der_reader *parts);
/* One Extension. A spelt-out critical FALSE is taken. */
struct cert_extension cert_read_extension(struct der_reader *list);

#endif
