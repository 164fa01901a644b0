/* SPDX-License-Identifier: Apache-2.0 */
/*
 * CERT_CHAIN_POLICY_BASIC_CONSTRAINTS: what szOID_BASIC_CONSTRAINTS2 (2.5.29.19), or without it
 * szOID_BASIC_CONSTRAINTS (2.5.29.10), says of each certificate of the chain. A certificate with neither
 * passes, as documented; the base policy is stricter.
 */
#include "cert/extensions.h"
#include "win32/policy.h"

static const uint8_t oid_old[] = {0x55, 0x1d, 0x0a};

struct constraints {
    bool present, readable;
    bool may_be_ca, may_be_end;
    bool has_path_length;
    uint32_t path_length;
};

/*
 * CERT_BASIC_CONSTRAINTS_INFO: SEQUENCE { subjectType BIT STRING { cA(0), endEntity(1) }, pathLenConstraint
 * INTEGER OPTIONAL, subtreesConstraint SEQUENCE OF Name OPTIONAL }.
 */
static struct constraints read_old(struct plat_span value)
{
    struct constraints c = {.present = true};
    struct der_reader outside = der_reader_of(value);
    struct der_reader inside = der_enter(&outside, DER_SEQUENCE);
    uint16_t bits = der_read_named_bits(&inside, DER_BIT_STRING);

    if (der_next_is(&inside, DER_INTEGER)) {
        c.has_path_length = true;
        c.path_length = der_read_u32(&inside, DER_INTEGER);
    }
    if (der_next_is(&inside, DER_SEQUENCE))
        (void)der_read_tag(&inside, DER_SEQUENCE);
    c.readable = der_finish(&inside) && der_finish(&outside);
    c.may_be_ca = bits & 1;
    c.may_be_end = bits & 2;
    return c;
}

static struct constraints read_new(struct plat_span value)
{
    struct cert_basic_constraints basic;
    bool readable = cert_decode_basic_constraints(value, &basic);

    return (struct constraints){.present = true,
                                .readable = readable,
                                .may_be_ca = basic.ca,
                                .may_be_end = !basic.ca,
                                .has_path_length = basic.has_path_length,
                                .path_length = basic.path_length};
}

static struct constraints read_constraints(const struct cert *cert)
{
    const struct cert_extension *extension = cert_extension_find(cert, CERT_EXTENSION_BASIC_CONSTRAINTS);

    if (extension)
        return read_new(extension->value);
    for (uint32_t i = 0; i < cert->extension_count; i++)
        if (plat_span_equal(cert->extensions[i].oid, plat_span_of(oid_old, sizeof oid_old)))
            return read_old(cert->extensions[i].value);
    return (struct constraints){.present = false};
}

struct wanted {
    bool ca, end;
    DWORD authorities_below; /* that are not self-issued */
};

static bool fits(const struct cert *cert, struct wanted wanted)
{
    struct constraints c = read_constraints(cert);

    if (!c.present)
        return true;
    if (!c.readable || !((wanted.ca && c.may_be_ca) || (wanted.end && c.may_be_end)))
        return false;
    return !c.has_path_length || wanted.authorities_below <= c.path_length;
}

/* What the first certificate of a chain must be: of a later one, which has signed a CTL, an end entity. */
static struct wanted wanted_first(DWORD chain, DWORD flags)
{
    bool ca = flags & BASIC_CONSTRAINTS_CERT_CHAIN_POLICY_CA_FLAG;
    bool end = flags & BASIC_CONSTRAINTS_CERT_CHAIN_POLICY_END_ENTITY_FLAG;

    if (chain > 0)
        return (struct wanted){.end = true};
    return (struct wanted){.ca = ca || !end, .end = end || !ca};
}

void wc_policy_constraints(PCCERT_CHAIN_CONTEXT context, DWORD flags, PCERT_CHAIN_POLICY_STATUS status)
{
    for (DWORD i = 0; i < context->cChain; i++) {
        const CERT_SIMPLE_CHAIN *chain = context->rgpChain[i];
        DWORD authorities = 0;

        for (DWORD j = 0; j < chain->cElement; j++) {
            PCCERT_CONTEXT element = chain->rgpElement[j]->pCertContext;
            struct wanted wanted = {.ca = true, .authorities_below = authorities};
            struct cert cert;

            if (j == 0)
                wanted = wanted_first(i, flags);
            if (!element || cert_parse(plat_span_of(element->pbCertEncoded, element->cbCertEncoded), &cert) ||
                !fits(&cert, wanted)) {
                wc_policy_say(status, TRUST_E_BASIC_CONSTRAINTS, (LONG)i, (LONG)j);
                return;
            }
            authorities += j > 0 && !cert_is_self_issued(&cert) ? 1 : 0;
        }
    }
}
