/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What stands inside the standard extensions (RFC 5280 section 4.2.1). Every decoder is strict: false =
 * malformed, and *out is then all zeros. The list decoders check the whole list when it is opened; walking it
 * afterwards cannot fail. Nothing is allocated, spans point into the certificate.
 */
#ifndef CERIUM_CERTSTORE_CERT_EXTENSIONS_H
#define CERIUM_CERTSTORE_CERT_EXTENSIONS_H

#include "certstore/cert.h"
#include "der/der.h"

/* The extensions that Cerium knows by name. */
enum cert_extension_id {
    CERT_EXTENSION_UNKNOWN,
    CERT_EXTENSION_SUBJECT_KEY_ID,
    CERT_EXTENSION_KEY_USAGE,
    CERT_EXTENSION_SUBJECT_ALT_NAME,
    CERT_EXTENSION_ISSUER_ALT_NAME,
    CERT_EXTENSION_BASIC_CONSTRAINTS,
    CERT_EXTENSION_NAME_CONSTRAINTS,
    CERT_EXTENSION_CRL_DISTRIBUTION_POINTS,
    CERT_EXTENSION_CERTIFICATE_POLICIES,
    CERT_EXTENSION_POLICY_MAPPINGS,
    CERT_EXTENSION_AUTHORITY_KEY_ID,
    CERT_EXTENSION_POLICY_CONSTRAINTS,
    CERT_EXTENSION_EXTENDED_KEY_USAGE,
    CERT_EXTENSION_FRESHEST_CRL,
    CERT_EXTENSION_INHIBIT_ANY_POLICY,
    CERT_EXTENSION_AUTHORITY_INFO_ACCESS,
    CERT_EXTENSION_SUBJECT_INFO_ACCESS,
    CERT_EXTENSION_APPLICATION_POLICIES /* Microsoft's 1.3.6.1.4.1.311.21.10: written as certificatePolicies, in place of extKeyUsage */
};

enum cert_extension_id cert_extension_id_of(struct plat_span oid);
const char *cert_extension_name(enum cert_extension_id id); /* "basicConstraints"; NULL for UNKNOWN */
/* The first with that id; NULL when the certificate has none. */
const struct cert_extension *cert_extension_find(const struct cert *cert, enum cert_extension_id id);

/* ---- single values ---- */

struct cert_basic_constraints { /* 4.2.1.9 */
    bool ca;
    bool has_path_length;
    uint32_t path_length;
};
bool cert_decode_basic_constraints(struct plat_span value, struct cert_basic_constraints *out);

#define CERT_USE_DIGITAL_SIGNATURE 0x0001U /* 4.2.1.3: bit n of KeyUsage is 1 << n */
#define CERT_USE_NON_REPUDIATION 0x0002U
#define CERT_USE_KEY_ENCIPHERMENT 0x0004U
#define CERT_USE_DATA_ENCIPHERMENT 0x0008U
#define CERT_USE_KEY_AGREEMENT 0x0010U
#define CERT_USE_KEY_CERT_SIGN 0x0020U
#define CERT_USE_CRL_SIGN 0x0040U
#define CERT_USE_ENCIPHER_ONLY 0x0080U
#define CERT_USE_DECIPHER_ONLY 0x0100U
/* An empty bit string is malformed: at least one bit must be set. */
bool cert_decode_key_usage(struct plat_span value, uint16_t *bits);

/* 4.2.1.2; an empty one is malformed. */
bool cert_decode_subject_key_id(struct plat_span value, struct plat_span *key_id);

/* 4.2.1.1; each part may be missing (size 0), issuer and serial come together */
struct cert_authority_key_id {
    struct plat_span key_id;
    struct plat_span issuer_names; /* content of GeneralNames: cert_general_names_open_content */
    struct plat_span serial;       /* INTEGER content */
};
bool cert_decode_authority_key_id(struct plat_span value, struct cert_authority_key_id *out);

struct cert_policy_constraints { /* 4.2.1.11; at least one is there */
    bool has_require_explicit, has_inhibit_mapping;
    uint32_t require_explicit, inhibit_mapping;
};
bool cert_decode_policy_constraints(struct plat_span value, struct cert_policy_constraints *out);
bool cert_decode_inhibit_any_policy(struct plat_span value, uint32_t *skip); /* 4.2.1.14 */

/* ---- lists: _open checks everything, _next gives one after the other and false at the end ---- */

struct cert_list {
    struct der_reader reader;
};

/* 4.2.1.12: at least one; *oid = content octets. */
bool cert_extended_key_usage_open(struct plat_span value, struct cert_list *list);
bool cert_extended_key_usage_next(struct cert_list *list, struct plat_span *oid);

enum cert_general_name_kind { /* the numbers are the CHOICE's tags, 4.2.1.6 */
                              CERT_NAME_OTHER = 0,
                              CERT_NAME_RFC822 = 1,
                              CERT_NAME_DNS = 2,
                              CERT_NAME_X400 = 3,
                              CERT_NAME_DIRECTORY = 4,
                              CERT_NAME_EDI_PARTY = 5,
                              CERT_NAME_URI = 6,
                              CERT_NAME_IP = 7,
                              CERT_NAME_REGISTERED_ID = 8
};
struct cert_general_name {
    enum cert_general_name_kind kind;
    /*
     * RFC822, DNS, URI: the IA5String's bytes (ASCII, may be empty). DIRECTORY: the Name with its header, as
     * cert_name_* take it. IP: octets, of any number (4 and 16 in names, 8 and 32 in constraints): the reader
     * of the value judges. REGISTERED_ID: OID content. OTHER, X400, EDI_PARTY: the content undecoded, only
     * its outermost structure was checked.
     */
    struct plat_span value;
};
/* subjectAltName, issuerAltName: at least one. */
bool cert_general_names_open(struct plat_span value, struct cert_list *list);
/* Without the SEQUENCE header: authorityCertIssuer. */
bool cert_general_names_open_content(struct plat_span content, struct cert_list *list);
bool cert_general_names_next(struct cert_list *list, struct cert_general_name *name);

/* 4.2.1.10. At least one of the two lists must be there, and a list that is there must not be empty. */
struct cert_name_constraints {
    bool has_permitted, has_excluded;
    struct cert_list permitted, excluded; /* empty lists when absent */
};
struct cert_subtree {
    struct cert_general_name base;
    uint32_t minimum; /* RFC 5280: must be 0 */
    bool has_maximum; /* RFC 5280: must be absent */
    uint32_t maximum;
};
bool cert_decode_name_constraints(struct plat_span value, struct cert_name_constraints *out);
bool cert_subtree_next(struct cert_list *list, struct cert_subtree *subtree);

/*
 * 4.2.1.4: at least one, no policy twice. Qualifiers are checked for structure only. More than
 * LIMIT_CERT_POLICIES count as malformed.
 */
struct cert_policy {
    struct plat_span oid;
    struct plat_span qualifiers; /* content of the SEQUENCE; size 0 = none */
};
bool cert_policies_open(struct plat_span value, struct cert_list *list);
bool cert_policies_next(struct cert_list *list, struct cert_policy *policy);

/* 4.2.1.5: at least one. anyPolicy on either side is the chain engine's business. */
struct cert_policy_mapping {
    struct plat_span issuer_policy, subject_policy;
};
bool cert_policy_mappings_open(struct plat_span value, struct cert_list *list);
bool cert_policy_mappings_next(struct cert_list *list, struct cert_policy_mapping *mapping);

#endif
