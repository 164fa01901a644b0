/* SPDX-License-Identifier: Apache-2.0 */
/*
 * CERT_CHAIN_POLICY_BASE (CERT_CHAIN_POLICY_STATUS, "Base Policy errors"): which of a chain's faults is told,
 * and where it is. A bit that no rule knows is a fault all the same.
 */
#include "chain/facts.h"
#include "win32/policy.h"

struct rule {
    DWORD bits;
    win_error error;
    DWORD ignore; /* the flag of CERT_CHAIN_POLICY_PARA that forgives it */
};

#define UNKNOWN_CA (CERT_TRUST_IS_UNTRUSTED_ROOT | CERT_TRUST_IS_PARTIAL_CHAIN)
#define NAME_CONSTRAINTS                                                                                     \
    (CERT_TRUST_INVALID_NAME_CONSTRAINTS | CERT_TRUST_HAS_NOT_SUPPORTED_NAME_CONSTRAINT |                    \
     CERT_TRUST_HAS_NOT_DEFINED_NAME_CONSTRAINT | CERT_TRUST_HAS_NOT_PERMITTED_NAME_CONSTRAINT |             \
     CERT_TRUST_HAS_EXCLUDED_NAME_CONSTRAINT)
#define REVOCATION_UNKNOWN (CERT_TRUST_REVOCATION_STATUS_UNKNOWN | CERT_TRUST_IS_OFFLINE_REVOCATION)

/*
 * The worst first, in the documentation's order; it does not place explicit distrust. ALLOW_UNKNOWN_CA
 * forgives a partial chain too (X509VerificationFlags, whose values are these flags).
 */
static const struct rule rules[] = {
    {CERT_TRUST_IS_NOT_SIGNATURE_VALID | CERT_TRUST_CTL_IS_NOT_SIGNATURE_VALID, TRUST_E_CERT_SIGNATURE, 0},
    {CERT_TRUST_HAS_WEAK_SIGNATURE, TRUST_E_CERT_SIGNATURE, CERT_CHAIN_POLICY_IGNORE_WEAK_SIGNATURE_FLAG},
    {CERT_TRUST_IS_EXPLICIT_DISTRUST, TRUST_E_EXPLICIT_DISTRUST, 0},
    {CERT_TRUST_IS_REVOKED, CRYPT_E_REVOKED, 0},
    {CERT_TRUST_IS_UNTRUSTED_ROOT, CERT_E_UNTRUSTEDROOT, CERT_CHAIN_POLICY_ALLOW_UNKNOWN_CA_FLAG},
    {CERT_TRUST_IS_PARTIAL_CHAIN, CERT_E_CHAINING, CERT_CHAIN_POLICY_ALLOW_UNKNOWN_CA_FLAG},
    {CERT_TRUST_IS_CYCLIC, CERT_E_CHAINING, 0},
    {CERT_TRUST_IS_NOT_VALID_FOR_USAGE | CERT_TRUST_CTL_IS_NOT_VALID_FOR_USAGE, CERT_E_WRONG_USAGE,
     CERT_CHAIN_POLICY_IGNORE_WRONG_USAGE_FLAG},
    {CERT_TRUST_IS_NOT_TIME_VALID, CERT_E_EXPIRED, CERT_CHAIN_POLICY_IGNORE_NOT_TIME_VALID_FLAG},
    {CERT_TRUST_CTL_IS_NOT_TIME_VALID, CERT_E_EXPIRED, CERT_CHAIN_POLICY_IGNORE_CTL_NOT_TIME_VALID_FLAG},
    {NAME_CONSTRAINTS, CERT_E_INVALID_NAME, CERT_CHAIN_POLICY_IGNORE_INVALID_NAME_FLAG},
    {CERT_TRUST_INVALID_POLICY_CONSTRAINTS | CERT_TRUST_NO_ISSUANCE_CHAIN_POLICY, CERT_E_INVALID_POLICY,
     CERT_CHAIN_POLICY_IGNORE_INVALID_POLICY_FLAG},
    {CERT_TRUST_INVALID_BASIC_CONSTRAINTS, TRUST_E_BASIC_CONSTRAINTS,
     CERT_CHAIN_POLICY_IGNORE_INVALID_BASIC_CONSTRAINTS_FLAG},
    {CERT_TRUST_INVALID_EXTENSION, CERT_E_CRITICAL, 0},
    {CERT_TRUST_HAS_NOT_SUPPORTED_CRITICAL_EXT, CERT_E_CRITICAL,
     CERT_CHAIN_POLICY_IGNORE_NOT_SUPPORTED_CRITICAL_EXT_FLAG},
    {CERT_TRUST_IS_NOT_TIME_NESTED, CERT_E_VALIDITYPERIODNESTING,
     CERT_CHAIN_POLICY_IGNORE_NOT_TIME_NESTED_FLAG},
    {CERT_TRUST_REVOCATION_STATUS_UNKNOWN, CRYPT_E_NO_REVOCATION_CHECK, 0},
    {CERT_TRUST_IS_OFFLINE_REVOCATION, CRYPT_E_REVOCATION_OFFLINE, 0},
};
#define RULES (sizeof rules / sizeof rules[0])

static DWORD known_bits(void)
{
    DWORD bits = 0;

    for (size_t i = 0; i < RULES; i++)
        bits |= rules[i].bits;
    return bits;
}

static DWORD forgiven_bits(DWORD flags)
{
    DWORD bits = 0;

    for (size_t i = 0; i < RULES; i++)
        if (flags & rules[i].ignore)
            bits |= rules[i].bits;
    return bits;
}

/* Which of the four flags about unknown revocation speaks of this element. */
static DWORD revocation_flag(DWORD chain, DWORD element, DWORD info)
{
    if (element == 0)
        return chain == 0 ? CERT_CHAIN_POLICY_IGNORE_END_REV_UNKNOWN_FLAG
                          : CERT_CHAIN_POLICY_IGNORE_CTL_SIGNER_REV_UNKNOWN_FLAG;
    return info & CERT_TRUST_IS_SELF_SIGNED ? CERT_CHAIN_POLICY_IGNORE_ROOT_REV_UNKNOWN_FLAG
                                            : CERT_CHAIN_POLICY_IGNORE_CA_REV_UNKNOWN_FLAG;
}

/* An unknown critical extension comes with INVALID_EXTENSION: is there another reason for that? */
static bool only_unknown_extensions(PCCERT_CONTEXT context)
{
    struct chain_facts facts;
    struct cert cert;

    if (!context || cert_parse(plat_span_of(context->pbCertEncoded, context->cbCertEncoded), &cert))
        return false;
    chain_facts_read(&cert, &facts);
    return facts.malformed == 0 && !cert.duplicate_extension && !cert.too_many_extensions;
}

static DWORD element_faults(const CERT_CHAIN_ELEMENT *element, DWORD chain, DWORD index, DWORD flags,
                            DWORD forgiven)
{
    DWORD error = element->TrustStatus.dwErrorStatus;

    if (flags & revocation_flag(chain, index, element->TrustStatus.dwInfoStatus))
        error &= ~REVOCATION_UNKNOWN;
    if (error & CERT_TRUST_IS_OFFLINE_REVOCATION)
        error &= ~CERT_TRUST_REVOCATION_STATUS_UNKNOWN;
    if (error & forgiven & CERT_TRUST_HAS_NOT_SUPPORTED_CRITICAL_EXT &&
        error & CERT_TRUST_INVALID_EXTENSION && only_unknown_extensions(element->pCertContext))
        error &= ~CERT_TRUST_INVALID_EXTENSION;
    if (index == 0 && flags & CERT_CHAIN_POLICY_IGNORE_PEER_TRUST_FLAG &&
        element->TrustStatus.dwInfoStatus & CERT_TRUST_IS_PEER_TRUSTED)
        error |= CERT_TRUST_IS_UNTRUSTED_ROOT;
    return error & ~forgiven;
}

/* The first place where one of the bits is a fault. */
struct search {
    PCCERT_CHAIN_CONTEXT context;
    DWORD flags, forgiven;
};

static bool find_in_chain(const struct search *search, DWORD index, DWORD bits, LONG *element)
{
    const CERT_SIMPLE_CHAIN *chain = search->context->rgpChain[index];
    DWORD seen = 0;

    for (DWORD i = 0; i < chain->cElement; i++) {
        seen |= chain->rgpElement[i]->TrustStatus.dwErrorStatus;
        if (bits & element_faults(chain->rgpElement[i], index, i, search->flags, search->forgiven)) {
            *element = (LONG)i;
            return true;
        }
    }
    *element = -1; /* the chain's own, in none of its elements */
    return (bits & chain->TrustStatus.dwErrorStatus & ~search->forgiven & ~seen) != 0;
}

static bool find(const struct search *search, DWORD bits, LONG *chain, LONG *element)
{
    DWORD seen = 0;

    for (DWORD i = 0; i < search->context->cChain; i++) {
        const CERT_SIMPLE_CHAIN *simple = search->context->rgpChain[i];

        *chain = (LONG)i;
        if (find_in_chain(search, i, bits, element))
            return true;
        seen |= simple->TrustStatus.dwErrorStatus;
        for (DWORD j = 0; j < simple->cElement; j++)
            seen |= simple->rgpElement[j]->TrustStatus.dwErrorStatus;
    }
    *chain = *element = -1;
    return (bits & search->context->TrustStatus.dwErrorStatus & ~search->forgiven & ~seen) != 0;
}

void wc_policy_base(PCCERT_CHAIN_CONTEXT context, DWORD flags, DWORD ignored, PCERT_CHAIN_POLICY_STATUS status)
{
    struct search search = {.context = context, .flags = flags, .forgiven = ignored | forgiven_bits(flags)};
    LONG chain, element;

    if (context->cChain == 0 || context->rgpChain[0]->cElement == 0) {
        wc_policy_say(status, CERT_E_CHAINING, -1, -1);
        return;
    }
    for (size_t i = 0; i < RULES; i++) {
        if (find(&search, rules[i].bits, &chain, &element)) {
            wc_policy_say(status, rules[i].error, chain, element);
            return;
        }
    }
    if (find(&search, ~known_bits(), &chain, &element))
        wc_policy_say(status, TRUST_E_FAIL, chain, element);
}
