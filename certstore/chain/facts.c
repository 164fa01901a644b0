/* SPDX-License-Identifier: Apache-2.0 */
/* Reading the extensions of one certificate (RFC 5280 section 4.2). */
#include "chain/facts.h"
#include "certstore/trust.h"

/* An extension that has a bit of its own reports that one, any other CERT_TRUST_INVALID_EXTENSION; Windows gives both for policies and usages. */
static uint32_t malformed_bit(enum cert_extension_id id)
{
    switch (id) {
    case CERT_EXTENSION_BASIC_CONSTRAINTS:
        return CERT_TRUST_INVALID_BASIC_CONSTRAINTS;
    case CERT_EXTENSION_NAME_CONSTRAINTS:
        return CERT_TRUST_INVALID_NAME_CONSTRAINTS;
    case CERT_EXTENSION_POLICY_CONSTRAINTS:
    case CERT_EXTENSION_INHIBIT_ANY_POLICY:
        return CERT_TRUST_INVALID_POLICY_CONSTRAINTS;
    case CERT_EXTENSION_CERTIFICATE_POLICIES:
    case CERT_EXTENSION_POLICY_MAPPINGS:
    case CERT_EXTENSION_EXTENDED_KEY_USAGE:
    case CERT_EXTENSION_APPLICATION_POLICIES:
        return CERT_TRUST_INVALID_EXTENSION | CERT_TRUST_INVALID_POLICY_CONSTRAINTS;
    default:
        return CERT_TRUST_INVALID_EXTENSION;
    }
}

static bool read_limits(enum cert_extension_id id, struct plat_span value, struct chain_facts *facts)
{
    switch (id) {
    case CERT_EXTENSION_BASIC_CONSTRAINTS:
        facts->has_basic_constraints = true; /* also when malformed: then it says "no CA" */
        return cert_decode_basic_constraints(value, &facts->basic_constraints);
    case CERT_EXTENSION_KEY_USAGE:
        facts->has_key_usage = true; /* when malformed: allows nothing */
        return cert_decode_key_usage(value, &facts->key_usage);
    case CERT_EXTENSION_POLICY_CONSTRAINTS:
        facts->has_policy_constraints = cert_decode_policy_constraints(value, &facts->policy_constraints);
        return facts->has_policy_constraints;
    case CERT_EXTENSION_INHIBIT_ANY_POLICY:
        facts->has_inhibit_any = cert_decode_inhibit_any_policy(value, &facts->inhibit_any);
        return facts->has_inhibit_any;
    default:
        return true;
    }
}

static bool keep_if(bool readable, struct plat_span value, bool *has, struct plat_span *kept)
{
    if (readable) {
        *has = true;
        *kept = value;
    }
    return readable;
}

static bool is_empty_list(struct plat_span value)
{
    static const uint8_t empty[] = {DER_SEQUENCE, 0};

    return plat_span_equal(value, plat_span_of(empty, sizeof empty));
}

struct chain_usages chain_usages_of(const struct cert *cert)
{
    const struct cert_extension *extension = cert_extension_find(cert, CERT_EXTENSION_APPLICATION_POLICIES);
    struct chain_usages usages = {.application_policies = extension != NULL};
    struct cert_list list;

    if (extension == NULL) {
        extension = cert_extension_find(cert, CERT_EXTENSION_EXTENDED_KEY_USAGE);
    }
    if (extension != NULL) {
        usages.value = extension->value;
        usages.limited = is_empty_list(usages.value) ||
                         (usages.application_policies ? cert_policies_open(usages.value, &list)
                                                      : cert_extended_key_usage_open(usages.value, &list));
    }
    return usages;
}

struct cert_list chain_usages_open(const struct chain_usages *usages)
{
    struct der_reader outer = der_reader_of(usages->value);

    return (struct cert_list){.reader = der_enter(&outer, DER_SEQUENCE)};
}

bool chain_usages_next(const struct chain_usages *usages, struct cert_list *list, struct plat_span *oid)
{
    struct cert_policy policy;

    if (!usages->application_policies) {
        return cert_extended_key_usage_next(list, oid);
    }
    bool more = cert_policies_next(list, &policy);
    *oid = policy.oid;
    return more;
}

static bool read_lists(enum cert_extension_id id, struct plat_span value, struct chain_facts *facts)
{
    struct cert_list list;
    struct cert_name_constraints constraints;
    bool has;

    switch (id) {
    case CERT_EXTENSION_SUBJECT_ALT_NAME:
        return keep_if(cert_general_names_open(value, &list), value, &has, &facts->alternative_names);
    case CERT_EXTENSION_ISSUER_ALT_NAME:
        return cert_general_names_open(value, &list);
    case CERT_EXTENSION_EXTENDED_KEY_USAGE:
        return cert_extended_key_usage_open(value, &list);
    case CERT_EXTENSION_APPLICATION_POLICIES:
        return is_empty_list(value) || cert_policies_open(value, &list);
    case CERT_EXTENSION_NAME_CONSTRAINTS:
        return keep_if(cert_decode_name_constraints(value, &constraints), value, &facts->has_name_constraints,
                       &facts->name_constraints);
    case CERT_EXTENSION_CERTIFICATE_POLICIES:
        return keep_if(cert_policies_open(value, &list), value, &facts->has_policies, &facts->policies);
    case CERT_EXTENSION_POLICY_MAPPINGS:
        return keep_if(cert_policy_mappings_open(value, &list), value, &facts->has_mappings, &facts->mappings);
    default:
        return true;
    }
}

static bool read_key_ids(enum cert_extension_id id, struct plat_span value, struct chain_facts *facts)
{
    struct plat_span key_id;

    switch (id) {
    case CERT_EXTENSION_SUBJECT_KEY_ID:
        return cert_decode_subject_key_id(value, &key_id);
    case CERT_EXTENSION_AUTHORITY_KEY_ID:
        return cert_decode_authority_key_id(value, &facts->authority_key_id);
    default:
        return true;
    }
}

/*
 * Those that nothing here reads; when critical they must at least have their shape: SEQUENCE OF SEQUENCE
 * (4.2.1.13, 4.2.1.15, 4.2.2).
 */
static bool unread_shape_valid(enum cert_extension_id id, struct plat_span value)
{
    struct der_reader outer = der_reader_of(value);
    struct der_reader list;

    switch (id) {
    case CERT_EXTENSION_CRL_DISTRIBUTION_POINTS:
    case CERT_EXTENSION_FRESHEST_CRL:
    case CERT_EXTENSION_AUTHORITY_INFO_ACCESS:
    case CERT_EXTENSION_SUBJECT_INFO_ACCESS:
        list = der_enter(&outer, DER_SEQUENCE);
        do {
            (void)der_enter(&list, DER_SEQUENCE);
        } while (!der_at_end(&list));
        return der_finish(&outer) && der_finish(&list);
    default:
        return true;
    }
}

void chain_facts_read(const struct cert *cert, struct chain_facts *facts)
{
    *facts = (struct chain_facts){.self_issued = cert_is_self_issued(cert), .usages = chain_usages_of(cert)};
    for (uint32_t i = 0; i < cert->extension_count; i++) {
        const struct cert_extension *extension = &cert->extensions[i];
        enum cert_extension_id id = cert_extension_id_of(extension->oid);
        bool readable = read_limits(id, extension->value, facts);

        readable = read_lists(id, extension->value, facts) && readable;
        readable = read_key_ids(id, extension->value, facts) && readable;
        readable = (!extension->critical || unread_shape_valid(id, extension->value)) && readable;
        if (!readable) {
            facts->malformed |= malformed_bit(id);
        }
        if (id == CERT_EXTENSION_UNKNOWN && extension->critical) {
            facts->unknown_critical = true;
        }
    }
}
