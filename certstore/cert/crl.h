/* SPDX-License-Identifier: Apache-2.0 */
/* CRLs and the extensions that lead to them from the inside (RFC 5280 sections 4.2.1.13, 5.2, 5.3). */
#ifndef CERIUM_CERTSTORE_CERT_CRL_H
#define CERIUM_CERTSTORE_CERT_CRL_H

#include "cert/extensions.h"
#include "cert/signed.h"
#include "certstore/crl.h"

#define CERT_REASONS_ALL 0x01feU /* ReasonFlags: keyCompromise (bit 1) to aACompromise (bit 8) */

/* crlExtensions ::= [0] EXPLICIT Extensions: fills what crl->... says of them. Structure errors fail `tbs`. */
void cert_crl_read_extensions(struct der_reader *tbs, struct cert_crl *crl);

/*
 * One revokedCertificates entry; entry->issuer is carried over: the caller sets it to the list's issuer before the first one. Structure errors fail the
 * reader.
 */
void cert_crl_read_entry(struct der_reader *list, const struct cert_crl *crl, struct cert_crl_entry *entry);
/* The entry at an offset into crl->entries that a walk has been at. */
void cert_crl_entry_at(const struct cert_crl *crl, size_t at, struct cert_crl_entry *entry);

/* ---- cRLDistributionPoints (4.2.1.13): _open checks everything, as the lists of cert/extensions.h ---- */

struct cert_distribution_point {
    struct plat_span name; /* DistributionPointName with its header, as in struct cert_crl_scope; size 0 = none */
    bool has_reasons;
    uint16_t reasons;
    struct plat_span crl_issuer; /* content of GeneralNames; size 0 = none */
};
bool cert_distribution_points_open(struct plat_span value, struct cert_list *list);
bool cert_distribution_points_next(struct cert_list *list, struct cert_distribution_point *point);

/* DistributionPointName ::= CHOICE { fullName [0] GeneralNames, nameRelativeToCRLIssuer [1] RelativeDistinguishedName }, checked. */
struct plat_span cert_read_distribution_point_name(struct der_reader *r);
/* Do two of them share a name? A relative one is seen below its CRL issuer's name (a Name with its header). */
bool cert_distribution_point_names_meet(struct plat_span a, struct plat_span a_issuer, struct plat_span b,
                                        struct plat_span b_issuer);
/* Is `name` (a Name with its header) one of its names? */
bool cert_distribution_point_names_directory(struct plat_span point, struct plat_span issuer,
                                             struct plat_span name);

/* Two INTEGER contents that are not negative: less, equal, greater than 0. */
int cert_number_compare(struct plat_span a, struct plat_span b);

#endif
