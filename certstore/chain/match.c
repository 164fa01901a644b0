/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How well a candidate fits as issuer, by the authorityKeyIdentifier (RFC 5280 sections 4.2.1.1 and 4.2.1.2).
 */
#include "chain/path.h"

static bool names_issuer(struct plat_span issuer_names, const struct cert *issuer)
{
    struct cert_list list;
    struct cert_general_name name;

    if (!cert_general_names_open_content(issuer_names, &list)) {
        return false;
    }
    while (cert_general_names_next(&list, &name)) {
        if (name.kind == CERT_NAME_DIRECTORY && cert_name_equal(name.value, issuer->issuer)) {
            return true;
        }
    }
    return false;
}

enum chain_match chain_match_of(const struct chain_facts *facts, const struct cert *issuer)
{
    const struct cert_authority_key_id *id = &facts->authority_key_id;
    bool by_serial = id->serial.size != 0;
    bool by_key = id->key_id.size != 0 && issuer->subject_key_id.size != 0;

    if (by_serial && plat_span_equal(id->serial, issuer->serial) && names_issuer(id->issuer_names, issuer)) {
        return CHAIN_MATCH_EXACT;
    }
    if (by_key) {
        return plat_span_equal(id->key_id, issuer->subject_key_id) ? CHAIN_MATCH_KEY : CHAIN_MATCH_ODD;
    }
    return by_serial ? CHAIN_MATCH_ODD : CHAIN_MATCH_NAME;
}

enum chain_match chain_match_asked(const struct chain_facts *facts)
{
    const struct cert_authority_key_id *id = &facts->authority_key_id;

    return id->serial.size != 0   ? CHAIN_MATCH_EXACT
           : id->key_id.size != 0 ? CHAIN_MATCH_KEY
                                  : CHAIN_MATCH_NAME;
}
