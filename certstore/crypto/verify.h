/* SPDX-License-Identifier: Apache-2.0 */
/* Signatures on certificates (RFC 5280 section 4.1.1.2; algorithms of RFC 3279, 4055, 5758). */
#ifndef CERIUM_CERTSTORE_CRYPTO_VERIFY_H
#define CERIUM_CERTSTORE_CRYPTO_VERIFY_H

#include "certstore/cert.h"

enum cert_signature {
    CERT_SIGNATURE_GOOD,
    CERT_SIGNATURE_BAD,        /* includes: signed with another kind of key than the issuer's */
    CERT_SIGNATURE_UNSUPPORTED /* unknown algorithm or key: nothing is known about it, so treat it as bad */
};

enum cert_hash {
    CERT_HASH_MD5,
    CERT_HASH_SHA1,
    CERT_HASH_SHA224,
    CERT_HASH_SHA256,
    CERT_HASH_SHA384,
    CERT_HASH_SHA512
};
enum cert_key_family { CERT_FAMILY_RSA, CERT_FAMILY_EC }; /* RSA PKCS#1 v1.5, ECDSA */

struct cert_signature_algorithm {
    enum cert_hash hash;
    enum cert_key_family family;
    bool weak; /* MD5 and SHA-1: forgeable, see CERT_TRUST_HAS_WEAK_SIGNATURE */
};

/*
 * An AlgorithmIdentifier with its header (cert->signature_algorithm). false: unknown, malformed, or
 * parameters that the algorithm does not allow (RSA: NULL or, as some issuers do, nothing; ECDSA: nothing).
 * RSA-PSS and Ed25519 are unknown.
 */
bool cert_signature_algorithm_parse(struct plat_span algorithm_identifier,
                                    struct cert_signature_algorithm *algorithm);

/*
 * What an AlgorithmIdentifier, or that of a SubjectPublicKeyInfo, is called that Cerium knows but does not support: "Ed25519", "RSA-PSS" ...;
 * NULL for any other.
 */
const char *cert_unsupported_algorithm_name(struct plat_span algorithm_identifier);

/*
 * Is signed_cert's signature by the key of issuer_key_holder? Looks at nothing else: no names, times or
 * usages. Costs one public-key operation when the algorithms fit. RSA keys of up to LIMIT_RSA_BITS (a small one
 * verifies, its weakness is the caller's to see in key_bits), P-256, P-384, P-521.
 */
enum cert_signature cert_verify_signature(const struct cert *issuer_key_holder,
                                          const struct cert *signed_cert);
/* The same for whatever is signed as a certificate is (a CRL): algorithm = an AlgorithmIdentifier with its header. */
enum cert_signature cert_verify_signed(const struct cert *issuer_key_holder, struct plat_span tbs,
                                       struct plat_span algorithm, struct plat_span signature);

#endif
