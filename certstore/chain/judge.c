/* SPDX-License-Identifier: Apache-2.0 */
/* All checks over one path, and what they add up to. */
#include "chain/path.h"

/* The table that the checks are run from. */
static bool (*const checks[])(struct chain_path *) = {
    chain_check_root,
    chain_check_distrust,
    chain_check_signatures,
    chain_check_weak,
    chain_check_time,
    chain_check_extensions,
    chain_check_basic_constraints,
    chain_check_usage,
    chain_check_name_constraints,
    chain_check_policies,
    chain_check_revocation,
};
#define CHECKS (sizeof checks / sizeof checks[0])

/*
 * From the worst fault to the least. A path whose signatures are good beats one where they are not, whatever
 * it ends in: a key that did not sign is no issuer. Then comes where the path ends, then what its
 * certificates forbid, then time.
 */
static const uint32_t worst_first[] = {
    CERT_TRUST_IS_NOT_SIGNATURE_VALID,
    CERT_TRUST_IS_CYCLIC,
    CERT_TRUST_IS_PARTIAL_CHAIN,
    CERT_TRUST_IS_UNTRUSTED_ROOT,
    CERT_TRUST_IS_EXPLICIT_DISTRUST,
    CERT_TRUST_IS_REVOKED,
    CERT_TRUST_HAS_WEAK_SIGNATURE,
    CERT_TRUST_INVALID_BASIC_CONSTRAINTS,
    CERT_TRUST_HAS_NOT_SUPPORTED_CRITICAL_EXT,
    CERT_TRUST_INVALID_EXTENSION,
    CERT_TRUST_INVALID_NAME_CONSTRAINTS,
    CERT_TRUST_HAS_EXCLUDED_NAME_CONSTRAINT,
    CERT_TRUST_HAS_NOT_PERMITTED_NAME_CONSTRAINT,
    CERT_TRUST_HAS_NOT_SUPPORTED_NAME_CONSTRAINT,
    CERT_TRUST_HAS_NOT_DEFINED_NAME_CONSTRAINT,
    CERT_TRUST_INVALID_POLICY_CONSTRAINTS,
    CERT_TRUST_NO_ISSUANCE_CHAIN_POLICY,
    CERT_TRUST_IS_NOT_VALID_FOR_USAGE,
    CERT_TRUST_IS_NOT_TIME_VALID,
    CERT_TRUST_IS_NOT_TIME_NESTED,
    CERT_TRUST_REVOCATION_STATUS_UNKNOWN,
    CERT_TRUST_IS_OFFLINE_REVOCATION,
};
#define FAULTS (sizeof worst_first / sizeof worst_first[0])
_Static_assert(FAULTS < 32, "one bit each in chain_badness");

uint32_t chain_badness(uint32_t error)
{
    uint32_t badness = 0;

    for (size_t i = 0; i < FAULTS; i++) {
        badness = badness << 1 | ((error & worst_first[i]) != 0 ? 1U : 0U);
        error &= ~worst_first[i];
    }
    return badness << 1 | (error != 0 ? 1U : 0U);
}

/*
 * Per element: how the issuer was found or, where it was not, how it was looked for. An issuer is "preferred" when its key signed and the
 * chain up from it is complete.
 */
static void add_info(struct chain_path *path)
{
    static const uint32_t match_info[CHAIN_MATCH_COUNT] = {
        [CHAIN_MATCH_EXACT] = CERT_TRUST_HAS_EXACT_MATCH_ISSUER,
        [CHAIN_MATCH_KEY] = CERT_TRUST_HAS_KEY_MATCH_ISSUER,
        [CHAIN_MATCH_NAME] = CERT_TRUST_HAS_NAME_MATCH_ISSUER,
        [CHAIN_MATCH_ODD] = CERT_TRUST_HAS_NAME_MATCH_ISSUER,
    };
    uint32_t all = CERT_TRUST_HAS_PREFERRED_ISSUER;

    for (size_t i = 0; i < path->count; i++) {
        struct chain_link *link = &path->links[i];

        link->info |= match_info[link->has_issuer ? link->match : chain_match_asked(&link->facts)];
        if (path->self_signed && !chain_badly_signed(link)) {
            link->info |= CERT_TRUST_HAS_PREFERRED_ISSUER;
        }
        all &= link->info;
    }
    if (path->self_signed) {
        path->links[path->count - 1].info |= CERT_TRUST_IS_SELF_SIGNED;
    }
    path->info |= all | (path->links[0].info & CERT_TRUST_IS_PEER_TRUSTED);
}

void chain_path_judge(struct chain_path *path)
{
    size_t done = 0;

    path->error = 0;
    path->info = 0;
    for (size_t i = 0; i < path->count; i++) {
        path->links[i].error = 0;
        path->links[i].info = 0;
        path->links[i].revocation = CERT_REVOCATION_NOT_ASKED;
        path->links[i].crl = NULL;
        path->links[i].revoked = 0;
        path->links[i].reason = CERT_REASON_UNSPECIFIED;
    }
    for (size_t i = 0; i < CHECKS; i++) {
        if (checks[i](path)) {
            done++;
        }
    }
    path->finished = done == CHECKS && path->count != 0;
    if (!path->finished) {
        path->error |= CERT_CHAIN_UNFINISHED;
    }
    for (size_t i = 0; i < path->count; i++) {
        path->error |= path->links[i].error;
    }
    add_info(path);
}
