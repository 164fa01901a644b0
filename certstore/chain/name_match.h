/* SPDX-License-Identifier: Apache-2.0 */
/* Is a name inside a subtree? The rules of each kind of GeneralName (RFC 5280 section 4.2.1.10). */
#ifndef CERIUM_CERTSTORE_CHAIN_NAME_MATCH_H
#define CERIUM_CERTSTORE_CHAIN_NAME_MATCH_H

#include "cert/extensions.h"

enum chain_subtree_answer {
    CHAIN_SUBTREE_OTHER_FORM, /* the subtree says nothing about such a name */
    CHAIN_SUBTREE_OUTSIDE,
    CHAIN_SUBTREE_INSIDE,
    CHAIN_SUBTREE_MALFORMED, /* a permitted subtree that holds the name only by a reading that RFC 5280 does not have */
    CHAIN_SUBTREE_UNSUPPORTED /* same form, but no rule for it is known */
};

/*
 * `excluded`: the subtree is one of excludedSubtrees. What cannot be judged, such as a malformed name, is
 * answered so that the certificate fails: inside an excluded subtree, outside a permitted one.
 */
enum chain_subtree_answer chain_subtree_holds(const struct cert_general_name *base,
                                              const struct cert_general_name *name, bool excluded);
/* Does the base keep the rules of its kind? */
bool chain_subtree_base_valid(const struct cert_general_name *base);
/* Letters, digits, '-', '_' in labels; with `wildcard` the first label may be "*". */
bool chain_dns_name_valid(struct plat_span name, bool wildcard);

#endif
