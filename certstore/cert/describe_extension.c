/* SPDX-License-Identifier: Apache-2.0 */
#include "cert/describe.h"

#include <inttypes.h>

static void separator(struct plat_buffer *out, bool *first)
{
    plat_buffer_append_text(out, *first ? "" : ", ");
    *first = false;
}

static bool describe_key_usage(struct plat_span value, struct plat_buffer *out)
{
    static const char *const names[] = {"digitalSignature", "nonRepudiation", "keyEncipherment",
                                        "dataEncipherment", "keyAgreement",   "keyCertSign",
                                        "cRLSign",          "encipherOnly",   "decipherOnly"};
    uint16_t bits;
    bool first = true;
    if (!cert_decode_key_usage(value, &bits)) {
        return false;
    }
    for (unsigned i = 0; i < 16; i++) {
        if ((bits & 1U << i) != 0) {
            separator(out, &first);
            if (i < sizeof names / sizeof names[0]) {
                plat_buffer_append_text(out, names[i]);
            } else {
                plat_buffer_printf(out, "bit %u", i);
            }
        }
    }
    return true;
}

static const struct {
    uint8_t last; /* of id-kp, 1.3.6.1.5.5.7.3 */
    const char *name;
} usages[] = {{1, "serverAuth"},      {2, "clientAuth"},   {3, "codeSigning"},
              {4, "emailProtection"}, {8, "timeStamping"}, {9, "OCSPSigning"}};

static void append_usage(struct plat_span oid, struct plat_buffer *out)
{
    static const uint8_t id_kp[] = {0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03};
    static const uint8_t any[] = {0x55, 0x1d, 0x25, 0x00};
    if (plat_span_equal(oid, plat_span_of(any, sizeof any))) {
        plat_buffer_append_text(out, "anyExtendedKeyUsage");
        return;
    }
    if (oid.size == sizeof id_kp + 1 &&
        plat_span_equal(plat_span_of(oid.data, sizeof id_kp), plat_span_of(id_kp, sizeof id_kp))) {
        for (size_t i = 0; i < sizeof usages / sizeof usages[0]; i++) {
            if (usages[i].last == oid.data[sizeof id_kp]) {
                plat_buffer_append_text(out, usages[i].name);
                return;
            }
        }
    }
    der_oid_text(oid, out);
}

static bool describe_usages(struct plat_span value, struct plat_buffer *out)
{
    struct cert_list list;
    struct plat_span oid;
    bool first = true;
    if (!cert_extended_key_usage_open(value, &list)) {
        return false;
    }
    while (cert_extended_key_usage_next(&list, &oid)) {
        separator(out, &first);
        append_usage(oid, out);
    }
    return true;
}

/* IA5 text of an issuer's choosing: nothing in it may act on a terminal. */
static void append_ia5(struct plat_span text, struct plat_buffer *out)
{
    for (size_t i = 0; i < text.size; i++) {
        uint8_t c = text.data[i];
        if (c < 0x20U || c >= 0x7fU || c == '\\') {
            plat_buffer_printf(out, "\\%02X", c);
        } else {
            plat_buffer_append_u8(out, c);
        }
    }
}

static void append_octets(struct plat_span ip, struct plat_buffer *out)
{
    bool v4 = ip.size == 4;
    for (size_t i = 0; i < ip.size; i++) {
        if (v4) {
            plat_buffer_printf(out, i == 0 ? "%u" : ".%u", ip.data[i]);
        } else {
            plat_buffer_printf(out, i != 0 && i % 2 == 0 ? ":%02x" : "%02x", ip.data[i]);
        }
    }
}

static void append_ip(struct plat_span ip, struct plat_buffer *out)
{
    if (ip.size == 8 || ip.size == 32) { /* address and mask of a constraint */
        append_octets(plat_span_of(ip.data, ip.size / 2), out);
        plat_buffer_append_u8(out, '/');
        ip = plat_span_of(ip.data + ip.size / 2, ip.size / 2);
    }
    append_octets(ip, out);
}

void cert_describe_general_name(const struct cert_general_name *name, struct plat_buffer *out)
{
    static const char *const kinds[] = {"other ", "email ", "DNS ", "X.400 ", "directory ",
                                        "EDI ",   "URI ",   "IP ",  "OID "};
    plat_buffer_append_text(out, kinds[name->kind]);
    switch (name->kind) {
    case CERT_NAME_RFC822:
    case CERT_NAME_DNS:
    case CERT_NAME_URI:
        append_ia5(name->value, out);
        break;
    case CERT_NAME_DIRECTORY:
        plat_buffer_append_u8(out, '(');
        cert_name_text(name->value, out);
        plat_buffer_append_u8(out, ')');
        break;
    case CERT_NAME_IP:
        append_ip(name->value, out);
        break;
    case CERT_NAME_REGISTERED_ID:
        der_oid_text(name->value, out);
        break;
    case CERT_NAME_OTHER:
    case CERT_NAME_X400:
    case CERT_NAME_EDI_PARTY:
        plat_buffer_append_u8(out, '#');
        cert_hex_append(out, name->value, 0);
        break;
    }
}

static void append_names(struct cert_list list, struct plat_buffer *out)
{
    struct cert_general_name name;
    bool first = true;
    while (cert_general_names_next(&list, &name)) {
        separator(out, &first);
        cert_describe_general_name(&name, out);
    }
}

static bool describe_names(struct plat_span value, struct plat_buffer *out)
{
    struct cert_list list;
    if (!cert_general_names_open(value, &list)) {
        return false;
    }
    append_names(list, out);
    return true;
}

static bool describe_basic_constraints(struct plat_span value, struct plat_buffer *out)
{
    struct cert_basic_constraints constraints;
    if (!cert_decode_basic_constraints(value, &constraints)) {
        return false;
    }
    plat_buffer_append_text(out, constraints.ca ? "certification authority" : "end entity");
    if (constraints.has_path_length) {
        plat_buffer_printf(out, ", at most %" PRIu32 " authorities below it", constraints.path_length);
    }
    return true;
}

static bool describe_subject_key_id(struct plat_span value, struct plat_buffer *out)
{
    struct plat_span key_id;
    if (!cert_decode_subject_key_id(value, &key_id)) {
        return false;
    }
    cert_hex_append(out, key_id, 0);
    return true;
}

static bool describe_authority_key_id(struct plat_span value, struct plat_buffer *out)
{
    struct cert_authority_key_id id;
    if (!cert_decode_authority_key_id(value, &id)) {
        return false;
    }
    cert_hex_append(out, id.key_id, 0);
    if (id.issuer_names.size != 0) {
        struct cert_list list;
        plat_buffer_append_text(out, id.key_id.size != 0 ? ", issued by " : "issued by ");
        if (cert_general_names_open_content(id.issuer_names, &list)) {
            append_names(list, out);
        }
        plat_buffer_append_text(out, ", serial ");
        cert_hex_append(out, id.serial, ':');
    }
    return true;
}

static void append_subtrees(struct cert_list list, const char *what, struct plat_buffer *out)
{
    struct cert_subtree subtree;
    while (cert_subtree_next(&list, &subtree)) {
        plat_buffer_append_text(out, what);
        cert_describe_general_name(&subtree.base, out);
        plat_buffer_append_text(out, "; ");
    }
}

static bool describe_name_constraints(struct plat_span value, struct plat_buffer *out)
{
    struct cert_name_constraints constraints;
    if (!cert_decode_name_constraints(value, &constraints)) {
        return false;
    }
    append_subtrees(constraints.permitted, "permitted ", out);
    append_subtrees(constraints.excluded, "excluded ", out);
    return true;
}

static bool describe_policies(struct plat_span value, struct plat_buffer *out)
{
    struct cert_list list;
    struct cert_policy policy;
    bool first = true;
    if (!cert_policies_open(value, &list)) {
        return false;
    }
    while (cert_policies_next(&list, &policy)) {
        separator(out, &first);
        der_oid_text(policy.oid, out);
    }
    return true;
}

static bool describe_mappings(struct plat_span value, struct plat_buffer *out)
{
    struct cert_list list;
    struct cert_policy_mapping mapping;
    bool first = true;
    if (!cert_policy_mappings_open(value, &list)) {
        return false;
    }
    while (cert_policy_mappings_next(&list, &mapping)) {
        separator(out, &first);
        der_oid_text(mapping.issuer_policy, out);
        plat_buffer_append_text(out, " is ");
        der_oid_text(mapping.subject_policy, out);
    }
    return true;
}

static bool describe_policy_constraints(struct plat_span value, struct plat_buffer *out)
{
    struct cert_policy_constraints constraints;
    bool first = true;
    if (!cert_decode_policy_constraints(value, &constraints)) {
        return false;
    }
    if (constraints.has_require_explicit) {
        separator(out, &first);
        plat_buffer_printf(out, "explicit policy required after %" PRIu32 " certificates",
                           constraints.require_explicit);
    }
    if (constraints.has_inhibit_mapping) {
        separator(out, &first);
        plat_buffer_printf(out, "no policy mapping after %" PRIu32 " certificates",
                           constraints.inhibit_mapping);
    }
    return true;
}

static bool describe_inhibit_any(struct plat_span value, struct plat_buffer *out)
{
    uint32_t skip;
    if (!cert_decode_inhibit_any_policy(value, &skip)) {
        return false;
    }
    plat_buffer_printf(out, "after %" PRIu32 " certificates", skip);
    return true;
}

/* Extensions that are named but not decoded: where to find CRLs and the like. */
static bool describe_size(struct plat_span value, struct plat_buffer *out)
{
    plat_buffer_printf(out, "%zu bytes", value.size);
    return true;
}

bool cert_describe_extension(enum cert_extension_id id, struct plat_span value, struct plat_buffer *out)
{
    static bool (*const describers[])(struct plat_span value, struct plat_buffer * out) = {
        [CERT_EXTENSION_SUBJECT_KEY_ID] = describe_subject_key_id,
        [CERT_EXTENSION_KEY_USAGE] = describe_key_usage,
        [CERT_EXTENSION_SUBJECT_ALT_NAME] = describe_names,
        [CERT_EXTENSION_ISSUER_ALT_NAME] = describe_names,
        [CERT_EXTENSION_BASIC_CONSTRAINTS] = describe_basic_constraints,
        [CERT_EXTENSION_NAME_CONSTRAINTS] = describe_name_constraints,
        [CERT_EXTENSION_CRL_DISTRIBUTION_POINTS] = describe_size,
        [CERT_EXTENSION_CERTIFICATE_POLICIES] = describe_policies,
        [CERT_EXTENSION_POLICY_MAPPINGS] = describe_mappings,
        [CERT_EXTENSION_AUTHORITY_KEY_ID] = describe_authority_key_id,
        [CERT_EXTENSION_POLICY_CONSTRAINTS] = describe_policy_constraints,
        [CERT_EXTENSION_EXTENDED_KEY_USAGE] = describe_usages,
        [CERT_EXTENSION_FRESHEST_CRL] = describe_size,
        [CERT_EXTENSION_INHIBIT_ANY_POLICY] = describe_inhibit_any,
        [CERT_EXTENSION_AUTHORITY_INFO_ACCESS] = describe_size,
        [CERT_EXTENSION_SUBJECT_INFO_ACCESS] = describe_size,
        [CERT_EXTENSION_APPLICATION_POLICIES] = describe_policies,
    };
    if (id == CERT_EXTENSION_UNKNOWN || (size_t)id >= sizeof describers / sizeof describers[0]) {
        return false;
    }
    return describers[id](value, out);
}
