/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Certificate policies (RFC 5280 sections 6.1.2-6.1.5, with the graph of RFC 9618 in place of the tree). The only
 * questions are whether the valid policies have died out while a policy is required, and whether something is
 * left of a policy that the caller asks for. For that, one level of the graph is enough: the set of policies
 * expected of the next certificate. It is at most as large as what the certificates name, however they map.
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

struct policy_walk {
    const struct chain_path *path;
    size_t top; /* the first certificate below the anchor */
    struct policy_counters counters;
    bool required; /* a policy was required somewhere, or at the end */
    bool unmet;    /* and there none was left */
    bool any_left; /* at the end */
};

static void require_now(struct policy_walk *walk, bool some_left)
{
    walk->required = walk->required || walk->counters.explicit_policy == 0;
    walk->unmet = walk->unmet || (walk->counters.explicit_policy == 0 && !some_left);
}

/* Policies gone through are paid for; sets are sorted, so that a step costs little more than that. */
static bool pay(const struct policy_walk *walk, size_t steps)
{
    uint32_t *left = walk->path->policy_steps_left;

    if (*left < steps) {
        return false;
    }
    *left -= (uint32_t)steps;
    return true;
}

/*
 * Down from the top. `wanted`: the OID of the only policy that is acceptable, in the anchor's terms; size 0 = all are (6.1.1(c), 6.1.2(a):
 * what the anchor's policies map to below comes from what is put in here). false = too many policies.
 */
static bool walk_down(struct policy_walk *walk, struct plat_span wanted)
{
    struct policy_set expected, valid, mapped;

    policy_set_clear(&expected);
    expected.any = wanted.size == 0 || is_any(wanted);
    if (!expected.any) {
        policy_set_add(&expected, wanted);
    }
    for (size_t i = walk->top + 1; i-- > 0;) {
        const struct chain_facts *facts = &walk->path->links[i].facts;
        struct policy_counters *counters = &walk->counters;
        bool any_allowed = counters->inhibit_any > 0 || (i != 0 && facts->self_issued);

        apply_policies(facts, any_allowed, &expected, &valid);
        walk->any_left = !policy_set_empty(&valid);
        require_now(walk, walk->any_left); /* 6.1.3(f) */
        if (!pay(walk, 1 + expected.count + valid.count) || valid.overflow) {
            return false;
        }
        if (i == 0) {
            wrap_up(facts, counters);
            require_now(walk, walk->any_left); /* 6.1.5(g) */
            return true;
        }
        apply_mappings(facts, counters->policy_mapping > 0, &valid, &expected, &mapped);
        if (!pay(walk, expected.count + mapped.count) || expected.overflow || mapped.overflow) {
            return false;
        }
        count_certificate(facts, counters);
        apply_limits(facts, counters);
    }
    return true;
}

/* A walk from the first certificate below the anchor, or below who would be one. */
static struct policy_walk walk_of(const struct chain_path *path)
{
    size_t certificates = path->self_signed ? path->count - 1 : path->count;
    uint32_t never = (uint32_t)certificates + 1;
    struct policy_walk walk = {
        .path = path,
        .top = certificates - 1,
        .counters = {.explicit_policy = never, .policy_mapping = never, .inhibit_any = never},
    };

    if (path->self_signed) { /* a root that limits itself is taken at its word */
        apply_limits(&path->links[path->count - 1].facts, &walk.counters);
    }
    return walk;
}

/*
 * Are the issuance policies that the caller asks for among those that the end certificate ends up with? All of them (AND), or one of them
 * (OR). An end certificate that is the root itself has none of its own to show: it allows all.
 */
static bool check_request(struct chain_path *path, bool alone)
{
    const struct cert_usage_match *request = &path->input->policies;
    size_t met = 0;

    for (size_t i = 0; i < request->count; i++) {
        struct policy_walk walk = {.any_left = true};
        uint8_t oid[DER_OID_SIZE];
        size_t size;

        if (!der_oid_parse(request->oids[i], oid, &size)) {
            continue;
        }
        if (!alone) {
            walk = walk_of(path);
            if (!walk_down(&walk, plat_span_of(oid, size))) {
                return false;
            }
        }
        met += walk.any_left ? 1 : 0;
    }
    if (request->count != 0 && (request->any ? met == 0 : met != request->count)) {
        path->links[0].error |= CERT_TRUST_IS_NOT_VALID_FOR_USAGE;
    }
    return true;
}

bool chain_check_policies(struct chain_path *path)
{
    bool alone = path->self_signed && path->count == 1;
    bool done = check_request(path, alone);

    for (size_t i = 1; i < path->count - (path->self_signed ? 1 : 0); i++) {
        if (maps_any(&path->links[i].facts)) {
            path->links[i].error |= CERT_TRUST_INVALID_POLICY_CONSTRAINTS;
        }
    }
    if (alone || !requires_any_policy(path)) {
        return done;
    }
    struct policy_walk walk = walk_of(path);
    done = walk_down(&walk, (struct plat_span){0}) && done;
    if (walk.unmet) {
        path->links[0].error |= CERT_TRUST_NO_ISSUANCE_CHAIN_POLICY;
    } else if (done && walk.required) {
        path->info |= CERT_TRUST_HAS_ISSUANCE_CHAIN_POLICY;
    }
    return done;
}
