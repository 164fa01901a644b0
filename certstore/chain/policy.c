/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Certificate policies (RFC 5280 sections 6.1.2-6.1.5, with the graph of RFC 9618 in place of the tree). Any
 * policy is acceptable to the caller, so that the only question is whether the valid policies have died out
 * while a policy is required. For that, one level of the graph is enough: the set of policies expected of the
 * next certificate. It is at most as large as what the certificates name, however they map.
 */
#include "chain/path.h"
#include "platform/limits.h"

#include <stdlib.h>
#include <string.h>

static const uint8_t oid_any_policy[] = {0x55, 0x1d, 0x20, 0x00};

struct policy_set {
    bool any; /* anyPolicy is in it */
    bool overflow;
    size_t count;
    struct plat_span oids[LIMIT_CHAIN_POLICIES]; /* without anyPolicy; sorted by policy_set_settle */
};

/* RFC 5280 section 6.1.2 (d)-(f): certificates still to come until the rule applies. */
struct policy_counters {
    uint32_t explicit_policy, policy_mapping, inhibit_any;
};

static bool is_any(struct plat_span oid)
{
    return plat_span_equal(oid, plat_span_of(oid_any_policy, sizeof oid_any_policy));
}

static int compare_oids(const void *left, const void *right)
{
    const struct plat_span *a = left;
    const struct plat_span *b = right;

    if (a->size != b->size) {
        return a->size < b->size ? -1 : 1;
    }
    return a->size == 0 ? 0 : memcmp(a->data, b->data, a->size);
}

static void policy_set_clear(struct policy_set *set)
{
    set->any = false;
    set->overflow = false;
    set->count = 0;
}

static void policy_set_add(struct policy_set *set, struct plat_span oid)
{
    if (set->count == LIMIT_CHAIN_POLICIES) {
        set->overflow = true;
        return;
    }
    set->oids[set->count++] = oid;
}

/* Sorted and each once. */
static void policy_set_settle(struct policy_set *set)
{
    size_t kept = 0;

    qsort(set->oids, set->count, sizeof set->oids[0], compare_oids);
    for (size_t i = 0; i < set->count; i++) {
        if (kept == 0 || !plat_span_equal(set->oids[kept - 1], set->oids[i])) {
            set->oids[kept++] = set->oids[i];
        }
    }
    set->count = kept;
}

static bool policy_set_has(const struct policy_set *set, struct plat_span oid)
{
    return bsearch(&oid, set->oids, set->count, sizeof set->oids[0], compare_oids) != NULL;
}

static bool policy_set_empty(const struct policy_set *set)
{
    return !set->any && set->count == 0;
}

/* 6.1.3(d), (e): from the policies expected to those valid at this certificate. */
static void apply_policies(const struct chain_facts *facts, bool any_allowed,
                           const struct policy_set *expected, struct policy_set *valid)
{
    struct cert_list list;
    struct cert_policy policy;
    bool has_any = false;

    policy_set_clear(valid);
    if (!facts->has_policies || !cert_policies_open(facts->policies, &list)) {
        return;
    }
    while (cert_policies_next(&list, &policy)) {
        if (is_any(policy.oid)) {
            has_any = true;
        } else if (expected->any || policy_set_has(expected, policy.oid)) {
            policy_set_add(valid, policy.oid);
        }
    }
    if (has_any && any_allowed) {
        valid->any = expected->any;
        for (size_t i = 0; i < expected->count; i++) {
            policy_set_add(valid, expected->oids[i]);
        }
    }
    policy_set_settle(valid);
}

/* 6.1.4(b): from the policies valid at this certificate to those expected of the next. */
static void apply_mappings(const struct chain_facts *facts, bool mapping_allowed,
                           const struct policy_set *valid, struct policy_set *expected,
                           struct policy_set *mapped)
{
    struct cert_list list;
    struct cert_policy_mapping mapping;

    policy_set_clear(mapped);
    policy_set_clear(expected);
    expected->any = valid->any;
    if (facts->has_mappings && cert_policy_mappings_open(facts->mappings, &list)) {
        while (cert_policy_mappings_next(&list, &mapping)) {
            policy_set_add(mapped, mapping.issuer_policy);
            if (mapping_allowed && (valid->any || policy_set_has(valid, mapping.issuer_policy))) {
                policy_set_add(expected, mapping.subject_policy);
            }
        }
        policy_set_settle(mapped);
    }
    for (size_t i = 0; i < valid->count; i++) {
        if (!policy_set_has(mapped, valid->oids[i])) {
            policy_set_add(expected, valid->oids[i]);
        }
    }
    policy_set_settle(expected);
}

/* 6.1.4(a): anyPolicy takes no part in mappings. */
static bool maps_any(const struct chain_facts *facts)
{
    struct cert_list list;
    struct cert_policy_mapping mapping;

    if (!facts->has_mappings || !cert_policy_mappings_open(facts->mappings, &list)) {
        return false;
    }
    while (cert_policy_mappings_next(&list, &mapping)) {
        if (is_any(mapping.issuer_policy) || is_any(mapping.subject_policy)) {
            return true;
        }
    }
    return false;
}

static void count_down(uint32_t *counter)
{
    if (*counter != 0) {
        (*counter)--;
    }
}

static void lower(uint32_t *counter, bool stated, uint32_t value)
{
    if (stated && value < *counter) {
        *counter = value;
    }
}

/* 6.1.4(i), (j) */
static void apply_limits(const struct chain_facts *facts, struct policy_counters *counters)
{
    lower(&counters->explicit_policy,
          facts->has_policy_constraints && facts->policy_constraints.has_require_explicit,
          facts->policy_constraints.require_explicit);
    lower(&counters->policy_mapping,
          facts->has_policy_constraints && facts->policy_constraints.has_inhibit_mapping,
          facts->policy_constraints.inhibit_mapping);
    lower(&counters->inhibit_any, facts->has_inhibit_any, facts->inhibit_any);
}

/* 6.1.4(h) */
static void count_certificate(const struct chain_facts *facts, struct policy_counters *counters)
{
    if (!facts->self_issued) {
        count_down(&counters->explicit_policy);
        count_down(&counters->policy_mapping);
        count_down(&counters->inhibit_any);
    }
}

/* 6.1.5(a), (b) */
static void wrap_up(const struct chain_facts *facts, struct policy_counters *counters)
{
    count_down(&counters->explicit_policy);
    if (facts->has_policy_constraints && facts->policy_constraints.has_require_explicit &&
        facts->policy_constraints.require_explicit == 0) {
        counters->explicit_policy = 0;
    }
}

/* Can a policy be required at all? If not, the sets need not be made. */
static bool requires_any_policy(const struct chain_path *path)
{
    for (size_t i = 0; i < path->count; i++) {
        if (path->links[i].facts.policy_constraints.has_require_explicit) {
            return true;
        }
    }
    return false;
}

/*
 * Down from `top`, the first certificate below the anchor. *unmet: a policy was required and none was left.
 */
static bool walk_down(const struct chain_path *path, size_t top, struct policy_counters counters, bool *unmet)
{
    struct policy_set expected, valid, mapped;

    policy_set_clear(&expected);
    expected.any = true; /* 6.1.2(a) */
    for (size_t i = top + 1; i-- > 0;) {
        const struct chain_facts *facts = &path->links[i].facts;
        bool any_allowed = counters.inhibit_any > 0 || (i != 0 && facts->self_issued);

        apply_policies(facts, any_allowed, &expected, &valid);
        *unmet = *unmet || (counters.explicit_policy == 0 && policy_set_empty(&valid)); /* 6.1.3(f) */
        if (valid.overflow) {
            return false;
        }
        if (i == 0) {
            wrap_up(facts, &counters);
            *unmet = *unmet || (counters.explicit_policy == 0 && policy_set_empty(&valid)); /* 6.1.5(g) */
            return true;
        }
        apply_mappings(facts, counters.policy_mapping > 0, &valid, &expected, &mapped);
        if (expected.overflow || mapped.overflow) {
            return false;
        }
        count_certificate(facts, &counters);
        apply_limits(facts, &counters);
    }
    return true;
}

bool chain_check_policies(struct chain_path *path)
{
    size_t certificates =
        path->self_signed ? path->count - 1 : path->count; /* without the anchor, or who would be one */
    uint32_t never = (uint32_t)certificates + 1;
    struct policy_counters counters = {
        .explicit_policy = never, .policy_mapping = never, .inhibit_any = never};
    bool unmet = false;

    for (size_t i = 1; i < certificates; i++) {
        if (maps_any(&path->links[i].facts)) {
            path->links[i].error |= CERT_TRUST_INVALID_POLICY_CONSTRAINTS;
        }
    }
    if (certificates == 0 || !requires_any_policy(path)) {
        return true;
    }
    if (path->self_signed) {
        apply_limits(&path->links[path->count - 1].facts,
                     &counters); /* a root that limits itself is taken at its word */
    }
    bool done = walk_down(path, certificates - 1, counters, &unmet);
    if (unmet) {
        path->links[0].error |= CERT_TRUST_NO_ISSUANCE_CHAIN_POLICY;
    }
    return done;
}
