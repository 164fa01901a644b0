/* SPDX-License-Identifier: Apache-2.0 */
#include "regedit/flags.h"

#include "certstore/trust.h"
#include "httpd/urlflags.h"
#include "platform/text.h"

#include <inttypes.h>

#define URL(name, what)                                                                                      \
    {                                                                                                        \
        HSE_URL_FLAGS_##name, #name, what                                                                    \
    }
#define TRUST(name, what)                                                                                    \
    {                                                                                                        \
        CERT_TRUST_##name, #name, what                                                                       \
    }

static const struct flag url_flags[] = {
    URL(READ, "files may be read"),
    URL(WRITE, "no effect without WebDAV"),
    URL(EXECUTE, "ISAPI extensions may run"),
    URL(SSL, "only over SSL"),
    URL(DONT_CACHE, "no caching"),
    URL(NEGO_CERT, "ask for a client certificate"),
    URL(REQUIRE_CERT, "ask for one and require it"),
    URL(MAP_CERT, "map it to a user of SSL\\Users"),
    URL(SSL128, "only over SSL with 128 bits"),
    URL(SCRIPT, "script-mapped files may run"),
    URL(SCRIPT_SOURCE, "sources of scripts may be read"),
};

static const struct flag trust_flags[] = {
    TRUST(IS_NOT_TIME_VALID, "outside its validity period"),
    TRUST(IS_NOT_TIME_NESTED, "validity not inside the issuer's"),
    TRUST(IS_REVOKED, "revoked"),
    TRUST(IS_NOT_SIGNATURE_VALID, "a bad signature"),
    TRUST(IS_NOT_VALID_FOR_USAGE, "not meant for this use"),
    TRUST(IS_UNTRUSTED_ROOT, "the root is not trusted"),
    TRUST(REVOCATION_STATUS_UNKNOWN, "revocation is not known"),
    TRUST(IS_CYCLIC, "the chain is a circle"),
    TRUST(INVALID_EXTENSION, "a malformed extension"),
    TRUST(INVALID_POLICY_CONSTRAINTS, "policy constraints broken"),
    TRUST(INVALID_BASIC_CONSTRAINTS, "basic constraints broken"),
    TRUST(INVALID_NAME_CONSTRAINTS, "malformed name constraints"),
    TRUST(HAS_NOT_SUPPORTED_NAME_CONSTRAINT, "name constraint unsupported"),
    TRUST(HAS_NOT_DEFINED_NAME_CONSTRAINT, "name without a constraint"),
    TRUST(HAS_NOT_PERMITTED_NAME_CONSTRAINT, "name not permitted"),
    TRUST(HAS_EXCLUDED_NAME_CONSTRAINT, "name excluded"),
    TRUST(IS_PARTIAL_CHAIN, "an issuer is missing"),
    TRUST(CTL_IS_NOT_TIME_VALID, "trust list out of date"),
    TRUST(CTL_IS_NOT_SIGNATURE_VALID, "trust list badly signed"),
    TRUST(CTL_IS_NOT_VALID_FOR_USAGE, "trust list for another use"),
    TRUST(HAS_WEAK_SIGNATURE, "a weak signature"),
    TRUST(IS_OFFLINE_REVOCATION, "revocation list out of date"),
    TRUST(NO_ISSUANCE_CHAIN_POLICY, "no issuance policy"),
    TRUST(IS_EXPLICIT_DISTRUST, "in the store Disallowed"),
    TRUST(HAS_NOT_SUPPORTED_CRITICAL_EXT, "unknown critical extension"),
};

static const struct flag_set sets[] = {
    {"P", "P: permissions of a virtual root", url_flags, sizeof url_flags / sizeof url_flags[0]},
    {"CertTrustOverride", "CertTrustOverride: errors to overlook", trust_flags,
     sizeof trust_flags / sizeof trust_flags[0]},
};

const struct flag_set *flags_of(const char *value_name)
{
    for (size_t i = 0; i < sizeof sets / sizeof sets[0]; i++) {
        if (plat_name_equal(sets[i].value, value_name))
            return &sets[i];
    }
    return NULL;
}

uint32_t flags_nameless(const struct flag_set *set, uint32_t number)
{
    for (size_t i = 0; i < set->count; i++)
        number &= ~set->flags[i].bit;
    return number;
}

void flags_text(const struct flag_set *set, uint32_t number, struct plat_buffer *text)
{
    uint32_t rest = flags_nameless(set, number);
    const char *separator = "";

    for (size_t i = 0; i < set->count; i++) {
        if ((number & set->flags[i].bit) == 0)
            continue;
        plat_buffer_printf(text, "%s%s", separator, set->flags[i].name);
        separator = ", ";
    }
    if (rest != 0)
        plat_buffer_printf(text, "%s0x%" PRIx32, separator, rest);
    else if (number == 0)
        plat_buffer_append_text(text, "none");
}
