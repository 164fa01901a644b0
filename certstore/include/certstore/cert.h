/* SPDX-License-Identifier: Apache-2.0 */
/* One X.509 certificate (RFC 5280), parsed strictly: a set of views into its DER bytes. */
#ifndef CERIUM_CERTSTORE_CERT_H
#define CERIUM_CERTSTORE_CERT_H

#include "platform/bytes.h"
#include "platform/limits.h"

#define CERT_THUMBPRINT_SIZE 20U /* SHA-1 of the whole DER: how Windows names certificates */
#define CERT_THUMBPRINT_TEXT_SIZE 41U

enum cert_key_kind {
    CERT_KEY_UNSUPPORTED,
    CERT_KEY_RSA,
    CERT_KEY_EC_P256,
    CERT_KEY_EC_P384,
    CERT_KEY_EC_P521
};

/* One extension as it stands in the certificate. */
struct cert_extension {
    struct plat_span oid;   /* content bytes of the OBJECT IDENTIFIER */
    struct plat_span value; /* content of the OCTET STRING */
    bool critical;
};

/*
 * Views into `der`, whose owner keeps it alive (a struct cert_set, or the caller). Fields are read-only once
 * parsed. Structure errors make cert_parse fail; an extension whose content is malformed is kept and noted,
 * so that the chain engine can report CERT_TRUST_INVALID_EXTENSION instead of hiding the certificate.
 */
struct cert {
    struct plat_span der;
    struct plat_span tbs; /* TBSCertificate with its header: what is signed */
    uint32_t version;     /* 1, 2, 3 */
    /* INTEGER content, big-endian as displayed, sign byte 00 included when present */
    struct plat_span serial;
    struct plat_span issuer;  /* Name, DER with its header */
    struct plat_span subject; /* Name, DER with its header */
    int64_t not_before;       /* unix seconds, both inclusive */
    int64_t not_after;
    struct plat_span spki; /* SubjectPublicKeyInfo with its header */
    enum cert_key_kind key_kind;
    uint32_t key_bits;                          /* RSA modulus bits, EC field bits, 0 unsupported */
    struct plat_span rsa_modulus, rsa_exponent; /* big-endian, no leading zero */
    struct plat_span ec_point;                  /* uncompressed point, 04 first */
    struct plat_span signature_algorithm;       /* AlgorithmIdentifier with its header (outer) */
    /* inner and outer AlgorithmIdentifier are not equal: malformed per RFC 5280 4.1.1.2 */
    bool signature_algorithms_differ;
    struct plat_span
        /* BIT STRING content without the unused-bits byte; empty when it is no whole number of octets */
        signature;
    struct cert_extension extensions[LIMIT_CERT_EXTENSIONS];
    uint32_t extension_count;
    bool too_many_extensions;
    bool duplicate_extension;
    struct plat_span subject_key_id;   /* content of the OCTET STRING; size 0 = none */
    struct plat_span authority_key_id; /* keyIdentifier of the AKI; size 0 = none */
    uint8_t thumbprint[CERT_THUMBPRINT_SIZE];
};

/*
 * CRYPT_E_ASN1_CORRUPT and its kin when it is no certificate; nothing is allocated. Trailing bytes are
 * refused.
 */
PLAT_MUST_USE win_error cert_parse(struct plat_span der, struct cert *cert);

/* Can TLS here have possession of the certificate's private key proven? (its kind and size are ones that are supported) */
bool cert_key_provable(const struct cert *cert);

bool cert_is_self_issued(const struct cert *cert); /* subject and issuer names are equal */

/* "0102..": upper-case hex of the thumbprint with a NUL. */
void cert_thumbprint_text(const uint8_t thumbprint[CERT_THUMBPRINT_SIZE],
                          char text[CERT_THUMBPRINT_TEXT_SIZE]);
/* 40 hex digits, blanks and colons between them allowed. */
bool cert_thumbprint_parse(const char *text, uint8_t thumbprint[CERT_THUMBPRINT_SIZE]);

/* The serial without its DER sign byte(s): leading zero bytes removed, at least one byte stays. */
struct plat_span cert_serial_number(const struct cert *cert);
/* Appends "01:02:0a" style hex (lower case, given separator or 0 for none). */
void cert_hex_append(struct plat_buffer *out, struct plat_span bytes, char separator);

/* ---- names (RFC 5280 section 4.1.2.4, compared per section 7.1 and X.520 caseIgnoreMatch) ---- */

bool cert_name_equal(struct plat_span a, struct plat_span b);
/*
 * Appends "CN=Alice, O=Company, C=DE": most specific first, RFC 4514 escapes, UTF-8. Malformed parts show as
 * #hex.
 */
void cert_name_text(struct plat_span name, struct plat_buffer *out);
/* Appends the most specific (last) commonName as UTF-8; false when there is none. */
bool cert_name_common_name(struct plat_span name, struct plat_buffer *out);
/* caseIgnoreMatch of two UTF-8 strings: case folded, blanks trimmed and runs of them counted as one. */
bool cert_text_match(const char *a, const char *b);
/* The normal form that cert_text_match compares, appended: for hash indexes. */
void cert_text_fold(struct plat_buffer *out, const char *text);
/* Builds the DER Name of one CN=text (SSL\ExtraIssuers and tests). */
void cert_name_from_common_name(const char *text, struct plat_buffer *der);

#endif
