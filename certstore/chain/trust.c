/* SPDX-License-Identifier: Apache-2.0 */
/* The words of CERT_TRUST_STATUS, for people. */
#include "certstore/trust.h"

struct trust_bit {
    uint32_t bit;
    const char *name; /* as in wincrypt.h, without CERT_TRUST_ */
    const char *sentence;
};

static const struct trust_bit error_bits[] = {
    {CERT_TRUST_IS_NOT_TIME_VALID, "IS_NOT_TIME_VALID", "it is outside its validity period"},
    {CERT_TRUST_IS_NOT_TIME_NESTED, "IS_NOT_TIME_NESTED", "its validity period is not inside its issuer's"},
    {CERT_TRUST_IS_REVOKED, "IS_REVOKED", "it has been revoked"},
    {CERT_TRUST_IS_NOT_SIGNATURE_VALID, "IS_NOT_SIGNATURE_VALID", "its signature is not valid"},
    {CERT_TRUST_IS_NOT_VALID_FOR_USAGE, "IS_NOT_VALID_FOR_USAGE", "it may not be used for this purpose"},
    {CERT_TRUST_IS_UNTRUSTED_ROOT, "IS_UNTRUSTED_ROOT", "the chain ends in a root that is not trusted"},
    {CERT_TRUST_REVOCATION_STATUS_UNKNOWN, "REVOCATION_STATUS_UNKNOWN",
     "whether it has been revoked is not known"},
    {CERT_TRUST_IS_CYCLIC, "IS_CYCLIC", "the chain runs in a circle"},
    {CERT_TRUST_INVALID_EXTENSION, "INVALID_EXTENSION", "an extension is not valid"},
    {CERT_TRUST_INVALID_POLICY_CONSTRAINTS, "INVALID_POLICY_CONSTRAINTS",
     "its policy constraints or mappings are not valid"},
    {CERT_TRUST_INVALID_BASIC_CONSTRAINTS, "INVALID_BASIC_CONSTRAINTS",
     "its issuer is no certification authority, or the chain below one is too long"},
    {CERT_TRUST_INVALID_NAME_CONSTRAINTS, "INVALID_NAME_CONSTRAINTS", "its name constraints are not valid"},
    {CERT_TRUST_HAS_NOT_SUPPORTED_NAME_CONSTRAINT, "HAS_NOT_SUPPORTED_NAME_CONSTRAINT",
     "a name constraint is of a kind that is not supported"},
    {CERT_TRUST_HAS_NOT_DEFINED_NAME_CONSTRAINT, "HAS_NOT_DEFINED_NAME_CONSTRAINT",
     "no name constraint is defined for a kind of name that it has"},
    {CERT_TRUST_HAS_NOT_PERMITTED_NAME_CONSTRAINT, "HAS_NOT_PERMITTED_NAME_CONSTRAINT",
     "it has a name that a certificate above does not permit"},
    {CERT_TRUST_HAS_EXCLUDED_NAME_CONSTRAINT, "HAS_EXCLUDED_NAME_CONSTRAINT",
     "it has a name that a certificate above excludes"},
    {CERT_TRUST_IS_PARTIAL_CHAIN, "IS_PARTIAL_CHAIN",
     "the chain could not be built up to a root: an issuer is missing"},
    {CERT_TRUST_CTL_IS_NOT_TIME_VALID, "CTL_IS_NOT_TIME_VALID", "a trust list is outside its validity period"},
    {CERT_TRUST_CTL_IS_NOT_SIGNATURE_VALID, "CTL_IS_NOT_SIGNATURE_VALID",
     "a trust list's signature is not valid"},
    {CERT_TRUST_CTL_IS_NOT_VALID_FOR_USAGE, "CTL_IS_NOT_VALID_FOR_USAGE",
     "a trust list may not be used for this purpose"},
    {CERT_TRUST_HAS_WEAK_SIGNATURE, "HAS_WEAK_SIGNATURE", "its digest or key is too weak"},
    {CERT_TRUST_IS_OFFLINE_REVOCATION, "IS_OFFLINE_REVOCATION", "there is no current revocation list for it"},
    {CERT_TRUST_NO_ISSUANCE_CHAIN_POLICY, "NO_ISSUANCE_CHAIN_POLICY",
     "a certificate policy is required and none is valid"},
    {CERT_TRUST_IS_EXPLICIT_DISTRUST, "IS_EXPLICIT_DISTRUST", "it is in the Disallowed store"},
    {CERT_TRUST_HAS_NOT_SUPPORTED_CRITICAL_EXT, "HAS_NOT_SUPPORTED_CRITICAL_EXT",
     "it has a critical extension that is not supported"},
};

static const struct trust_bit info_bits[] = {
    {CERT_TRUST_HAS_EXACT_MATCH_ISSUER, "HAS_EXACT_MATCH_ISSUER", ""},
    {CERT_TRUST_HAS_KEY_MATCH_ISSUER, "HAS_KEY_MATCH_ISSUER", ""},
    {CERT_TRUST_HAS_NAME_MATCH_ISSUER, "HAS_NAME_MATCH_ISSUER", ""},
    {CERT_TRUST_IS_SELF_SIGNED, "IS_SELF_SIGNED", ""},
    {CERT_TRUST_HAS_PREFERRED_ISSUER, "HAS_PREFERRED_ISSUER", ""},
    {CERT_TRUST_HAS_ISSUANCE_CHAIN_POLICY, "HAS_ISSUANCE_CHAIN_POLICY", ""},
    {CERT_TRUST_HAS_VALID_NAME_CONSTRAINTS, "HAS_VALID_NAME_CONSTRAINTS", ""},
    {CERT_TRUST_IS_PEER_TRUSTED, "IS_PEER_TRUSTED", ""},
    {CERT_TRUST_HAS_CRL_VALIDITY_EXTENDED, "HAS_CRL_VALIDITY_EXTENDED", ""},
    {CERT_TRUST_IS_FROM_EXCLUSIVE_TRUST_STORE, "IS_FROM_EXCLUSIVE_TRUST_STORE", ""},
    {CERT_TRUST_IS_CA_TRUSTED, "IS_CA_TRUSTED", ""},
    {CERT_TRUST_IS_COMPLEX_CHAIN, "IS_COMPLEX_CHAIN", ""},
};

#define ERROR_BITS (sizeof error_bits / sizeof error_bits[0])
#define INFO_BITS (sizeof info_bits / sizeof info_bits[0])

static void append_names(uint32_t word, const struct trust_bit *bits, size_t count, const char *none,
                         struct plat_buffer *out)
{
    const char *separator = "";

    if (word == 0) {
        plat_buffer_append_text(out, none);
    }
    for (size_t i = 0; i < count; i++) {
        if ((word & bits[i].bit) != 0) {
            plat_buffer_printf(out, "%s%s", separator, bits[i].name);
            separator = "|";
            word &= ~bits[i].bit;
        }
    }
    if (word != 0) {
        plat_buffer_printf(out, "%s0x%08x", separator, (unsigned)word);
    }
}

void cert_trust_error_names(uint32_t error, struct plat_buffer *out)
{
    append_names(error, error_bits, ERROR_BITS, "NO_ERROR", out);
}

void cert_trust_info_names(uint32_t info, struct plat_buffer *out)
{
    append_names(info, info_bits, INFO_BITS, "NO_INFO", out);
}

const char *cert_trust_error_sentence(uint32_t bit)
{
    for (size_t i = 0; i < ERROR_BITS; i++) {
        if (error_bits[i].bit == bit) {
            return error_bits[i].sentence;
        }
    }
    return "";
}
