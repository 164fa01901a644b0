/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Names from the inside (RFC 5280 section 4.1.2.4). A Name is given with its SEQUENCE header, as struct cert
 * holds it.
 */
#ifndef CERIUM_CERTSTORE_CERT_NAME_H
#define CERIUM_CERTSTORE_CERT_NAME_H

#include "certstore/cert.h"
#include "der/der.h"

/* One AttributeTypeAndValue. */
struct cert_attribute {
    struct plat_span oid;
    struct der_item value;
    bool first_of_rdn; /* the RDN's first (usually only) value */
};

/*
 * Walks all attributes, the least specific RDN first. A malformed name ends the walk early: ask
 * cert_name_valid before.
 */
struct cert_name_walk {
    struct der_reader rdns;
    struct der_reader rdn;
};
void cert_name_walk_open(struct plat_span name, struct cert_name_walk *walk);
bool cert_name_walk_next(struct cert_name_walk *walk, struct cert_attribute *attribute);

/* Structure: RDNs are not empty, each value has its type; text is not looked at. */
bool cert_name_valid(struct plat_span name);
bool cert_name_empty(struct plat_span name); /* no RDN at all */
/* Equal names have equal hashes. */
uint32_t cert_name_hash(struct plat_span name);
/*
 * Is `prefix`, RDN by RDN, the beginning of `name`? (RFC 5280 section 4.2.1.10: a name within a
 * directoryName subtree.)
 */
bool cert_name_has_prefix(struct plat_span name, struct plat_span prefix);

extern const struct plat_span cert_oid_common_name;   /* 2.5.4.3 */
extern const struct plat_span cert_oid_email_address; /* 1.2.840.113549.1.9.1 */

#endif
