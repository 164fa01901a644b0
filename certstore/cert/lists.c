/* SPDX-License-Identifier: Apache-2.0 */
/* The extensions that hold a list of OIDs or policies. */
#include "cert/extensions.h"

static const struct cert_list empty_list;

/* The content of a SEQUENCE that fills the whole value and is not empty. */
static bool open_sequence(struct plat_span value, struct cert_list *list)
{
    struct der_reader outer = der_reader_of(value);
    list->reader = der_enter(&outer, DER_SEQUENCE);
    if (!der_finish(&outer) || der_at_end(&list->reader)) {
        *list = empty_list;
        return false;
    }
    return true;
}

/* After a trial walk of a copy: did it reach the end without a failure? */
static bool walked(const struct cert_list *copy, struct cert_list *list)
{
    if (!der_finish(&copy->reader)) {
        *list = empty_list;
        return false;
    }
    return true;
}

bool cert_extended_key_usage_next(struct cert_list *list, struct plat_span *oid)
{
    if (der_at_end(&list->reader)) {
        return false;
    }
    *oid = der_read_oid(&list->reader, DER_OID);
    return !der_failed(&list->reader);
}

bool cert_extended_key_usage_open(struct plat_span value, struct cert_list *list)
{
    struct plat_span oid;
    if (!open_sequence(value, list)) {
        return false;
    }
    struct cert_list copy = *list;
    while (cert_extended_key_usage_next(&copy, &oid)) {
    }
    return walked(&copy, list);
}

/* SEQUENCE SIZE (1..MAX) OF PolicyQualifierInfo { policyQualifierId, qualifier ANY } */
static struct plat_span read_qualifiers(struct der_reader *policy)
{
    struct der_reader copy = *policy;
    struct der_reader infos = der_enter(&copy, DER_SEQUENCE);
    struct plat_span content = der_read_tag(policy, DER_SEQUENCE);
    if (der_at_end(&infos)) {
        der_fail(policy);
    }
    while (!der_at_end(&infos)) {
        struct der_reader info = der_enter(&infos, DER_SEQUENCE);
        struct der_item qualifier;
        (void)der_read_oid(&info, DER_OID);
        (void)der_read(&info, &qualifier);
        if (!der_finish(&info)) {
            der_fail(policy);
            der_fail(&infos);
        }
    }
    if (der_failed(&infos)) {
        der_fail(policy);
    }
    return content;
}

bool cert_policies_next(struct cert_list *list, struct cert_policy *policy)
{
    *policy = (struct cert_policy){0};
    if (der_at_end(&list->reader)) {
        return false;
    }
    struct der_reader inside = der_enter(&list->reader, DER_SEQUENCE);
    policy->oid = der_read_oid(&inside, DER_OID);
    if (!der_at_end(&inside)) {
        policy->qualifiers = read_qualifiers(&inside);
    }
    if (!der_finish(&inside)) {
        der_fail(&list->reader);
        return false;
    }
    return true;
}

static bool named_before(struct cert_list earlier, size_t count, struct plat_span oid)
{
    struct cert_policy policy;
    for (size_t i = 0; i < count && cert_policies_next(&earlier, &policy); i++) {
        if (plat_span_equal(policy.oid, oid)) {
            return true;
        }
    }
    return false;
}

bool cert_policies_open(struct plat_span value, struct cert_list *list)
{
    struct cert_policy policy;
    if (!open_sequence(value, list)) {
        return false;
    }
    struct cert_list copy = *list;
    for (size_t count = 0; cert_policies_next(&copy, &policy); count++) {
        if (count == LIMIT_CERT_POLICIES || named_before(*list, count, policy.oid)) {
            der_fail(&copy.reader);
        }
    }
    return walked(&copy, list);
}

bool cert_policy_mappings_next(struct cert_list *list, struct cert_policy_mapping *mapping)
{
    *mapping = (struct cert_policy_mapping){0};
    if (der_at_end(&list->reader)) {
        return false;
    }
    struct der_reader inside = der_enter(&list->reader, DER_SEQUENCE);
    mapping->issuer_policy = der_read_oid(&inside, DER_OID);
    mapping->subject_policy = der_read_oid(&inside, DER_OID);
    if (!der_finish(&inside)) {
        der_fail(&list->reader);
        return false;
    }
    return true;
}

bool cert_policy_mappings_open(struct plat_span value, struct cert_list *list)
{
    struct cert_policy_mapping mapping;
    size_t count = 0;
    if (!open_sequence(value, list)) {
        return false;
    }
    struct cert_list copy = *list;
    while (cert_policy_mappings_next(&copy, &mapping)) {
        count++;
    }
    if (count > LIMIT_CERT_POLICIES) {
        der_fail(&copy.reader);
    }
    return walked(&copy, list);
}
