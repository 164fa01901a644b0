/* SPDX-License-Identifier: Apache-2.0 */
/* Which extension is which, and those that hold a single value. */
#include "cert/extensions.h"

static const struct {
    const char *name;
    uint8_t size;
    uint8_t oid[9];
} known[] = {
    [CERT_EXTENSION_SUBJECT_KEY_ID] = {"subjectKeyIdentifier", 3, {0x55, 0x1d, 0x0e}},
    [CERT_EXTENSION_KEY_USAGE] = {"keyUsage", 3, {0x55, 0x1d, 0x0f}},
    [CERT_EXTENSION_SUBJECT_ALT_NAME] = {"subjectAltName", 3, {0x55, 0x1d, 0x11}},
    [CERT_EXTENSION_ISSUER_ALT_NAME] = {"issuerAltName", 3, {0x55, 0x1d, 0x12}},
    [CERT_EXTENSION_BASIC_CONSTRAINTS] = {"basicConstraints", 3, {0x55, 0x1d, 0x13}},
    [CERT_EXTENSION_NAME_CONSTRAINTS] = {"nameConstraints", 3, {0x55, 0x1d, 0x1e}},
    [CERT_EXTENSION_CRL_DISTRIBUTION_POINTS] = {"cRLDistributionPoints", 3, {0x55, 0x1d, 0x1f}},
    [CERT_EXTENSION_CERTIFICATE_POLICIES] = {"certificatePolicies", 3, {0x55, 0x1d, 0x20}},
    [CERT_EXTENSION_POLICY_MAPPINGS] = {"policyMappings", 3, {0x55, 0x1d, 0x21}},
    [CERT_EXTENSION_AUTHORITY_KEY_ID] = {"authorityKeyIdentifier", 3, {0x55, 0x1d, 0x23}},
    [CERT_EXTENSION_POLICY_CONSTRAINTS] = {"policyConstraints", 3, {0x55, 0x1d, 0x24}},
    [CERT_EXTENSION_EXTENDED_KEY_USAGE] = {"extKeyUsage", 3, {0x55, 0x1d, 0x25}},
    [CERT_EXTENSION_FRESHEST_CRL] = {"freshestCRL", 3, {0x55, 0x1d, 0x2e}},
    [CERT_EXTENSION_INHIBIT_ANY_POLICY] = {"inhibitAnyPolicy", 3, {0x55, 0x1d, 0x36}},
    [CERT_EXTENSION_AUTHORITY_INFO_ACCESS] = {"authorityInfoAccess",
                                              8,
                                              {0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x01, 0x01}},
    [CERT_EXTENSION_SUBJECT_INFO_ACCESS] = {"subjectInfoAccess",
                                            8,
                                            {0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x01, 0x0b}},
    [CERT_EXTENSION_APPLICATION_POLICIES] = {"applicationPolicies",
                                             9,
                                             {0x2b, 0x06, 0x01, 0x04, 0x01, 0x82, 0x37, 0x15, 0x0a}},
};
#define KNOWN (sizeof known / sizeof known[0])

enum cert_extension_id cert_extension_id_of(struct plat_span oid)
{
    for (size_t i = CERT_EXTENSION_UNKNOWN + 1; i < KNOWN; i++) {
        if (plat_span_equal(oid, plat_span_of(known[i].oid, known[i].size))) {
            return (enum cert_extension_id)i;
        }
    }
    return CERT_EXTENSION_UNKNOWN;
}

const char *cert_extension_name(enum cert_extension_id id)
{
    return (size_t)id < KNOWN ? known[id].name : NULL;
}

const struct cert_extension *cert_extension_find(const struct cert *cert, enum cert_extension_id id)
{
    if (id == CERT_EXTENSION_UNKNOWN || (size_t)id >= KNOWN) {
        return NULL;
    }
    struct plat_span oid = plat_span_of(known[id].oid, known[id].size);
    for (uint32_t i = 0; i < cert->extension_count; i++) {
        if (plat_span_equal(cert->extensions[i].oid, oid)) {
            return &cert->extensions[i];
        }
    }
    return NULL;
}

/*
 * BasicConstraints ::= SEQUENCE { cA BOOLEAN DEFAULT FALSE, pathLenConstraint INTEGER (0..MAX) OPTIONAL }; a
 * spelt-out FALSE is taken.
 */
bool cert_decode_basic_constraints(struct plat_span value, struct cert_basic_constraints *out)
{
    *out = (struct cert_basic_constraints){0};
    struct cert_basic_constraints found = {0};
    struct der_reader outer = der_reader_of(value);
    struct der_reader inside = der_enter(&outer, DER_SEQUENCE);
    if (der_next_is(&inside, DER_BOOLEAN)) {
        found.ca = der_read_boolean(&inside);
    }
    if (der_next_is(&inside, DER_INTEGER)) {
        found.has_path_length = true;
        found.path_length = der_read_u32(&inside, DER_INTEGER);
    }
    if (!der_finish(&outer) || !der_finish(&inside)) {
        return false;
    }
    *out = found;
    return true;
}

bool cert_decode_key_usage(struct plat_span value, uint16_t *bits)
{
    struct der_reader outer = der_reader_of(value);
    uint16_t found = der_read_named_bits(&outer, DER_BIT_STRING);
    bool ok = der_finish(&outer) && found != 0;
    *bits = ok ? found : 0;
    return ok;
}

bool cert_decode_subject_key_id(struct plat_span value, struct plat_span *key_id)
{
    struct der_reader outer = der_reader_of(value);
    struct plat_span found = der_read_tag(&outer, DER_OCTET_STRING);
    bool ok = der_finish(&outer) && found.size != 0;
    *key_id = ok ? found : (struct plat_span){0};
    return ok;
}

/* SEQUENCE { [0] keyIdentifier, [1] authorityCertIssuer GeneralNames, [2] authorityCertSerialNumber } */
bool cert_decode_authority_key_id(struct plat_span value, struct cert_authority_key_id *out)
{
    *out = (struct cert_authority_key_id){0};
    struct cert_authority_key_id found = {0};
    struct der_reader outer = der_reader_of(value);
    struct der_reader inside = der_enter(&outer, DER_SEQUENCE);
    if (der_next_is(&inside, DER_CONTEXT(0))) {
        found.key_id = der_read_tag(&inside, DER_CONTEXT(0));
    }
    bool has_issuer = der_next_is(&inside, DER_CONTEXT_CONSTRUCTED(1));
    if (has_issuer) {
        struct cert_list names;
        found.issuer_names = der_read_tag(&inside, DER_CONTEXT_CONSTRUCTED(1));
        if (!cert_general_names_open_content(found.issuer_names, &names)) {
            return false;
        }
    }
    bool has_serial = der_next_is(&inside, DER_CONTEXT(2));
    if (has_serial) {
        found.serial = der_read_integer(&inside, DER_CONTEXT(2));
    }
    if (!der_finish(&outer) || !der_finish(&inside) || has_issuer != has_serial) {
        return false;
    }
    *out = found;
    return true;
}

/* SEQUENCE { [0] requireExplicitPolicy SkipCerts, [1] inhibitPolicyMapping SkipCerts }, not empty */
bool cert_decode_policy_constraints(struct plat_span value, struct cert_policy_constraints *out)
{
    *out = (struct cert_policy_constraints){0};
    struct cert_policy_constraints found = {0};
    struct der_reader outer = der_reader_of(value);
    struct der_reader inside = der_enter(&outer, DER_SEQUENCE);
    if (der_next_is(&inside, DER_CONTEXT(0))) {
        found.has_require_explicit = true;
        found.require_explicit = der_read_u32(&inside, DER_CONTEXT(0));
    }
    if (der_next_is(&inside, DER_CONTEXT(1))) {
        found.has_inhibit_mapping = true;
        found.inhibit_mapping = der_read_u32(&inside, DER_CONTEXT(1));
    }
    if (!der_finish(&outer) || !der_finish(&inside) ||
        (!found.has_require_explicit && !found.has_inhibit_mapping)) {
        return false;
    }
    *out = found;
    return true;
}

bool cert_decode_inhibit_any_policy(struct plat_span value, uint32_t *skip)
{
    struct der_reader outer = der_reader_of(value);
    *skip = der_read_u32(&outer, DER_INTEGER);
    if (!der_finish(&outer)) {
        *skip = 0;
        return false;
    }
    return true;
}
