/* SPDX-License-Identifier: Apache-2.0 */
/* Signature algorithms by OID: RFC 3279 section 2.2, RFC 4055 section 5, RFC 5758 sections 3.1 and 3.2. */
#include "crypto/verify.h"
#include "der/der.h"

static const struct {
    uint8_t size;
    uint8_t oid[9];
    enum cert_hash hash;
    enum cert_key_family family;
} algorithms[] = {
    {9, {0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x04}, CERT_HASH_MD5, CERT_FAMILY_RSA},
    {9, {0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x05}, CERT_HASH_SHA1, CERT_FAMILY_RSA},
    {5,
     {0x2b, 0x0e, 0x03, 0x02, 0x1d},
     CERT_HASH_SHA1,
     CERT_FAMILY_RSA}, /* OIW sha1WithRSASignature, old Windows CAs */
    {9, {0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x0e}, CERT_HASH_SHA224, CERT_FAMILY_RSA},
    {9, {0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x0b}, CERT_HASH_SHA256, CERT_FAMILY_RSA},
    {9, {0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x0c}, CERT_HASH_SHA384, CERT_FAMILY_RSA},
    {9, {0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x0d}, CERT_HASH_SHA512, CERT_FAMILY_RSA},
    {7, {0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x01}, CERT_HASH_SHA1, CERT_FAMILY_EC},
    {8, {0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x01}, CERT_HASH_SHA224, CERT_FAMILY_EC},
    {8, {0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02}, CERT_HASH_SHA256, CERT_FAMILY_EC},
    {8, {0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x03}, CERT_HASH_SHA384, CERT_FAMILY_EC},
    {8, {0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x04}, CERT_HASH_SHA512, CERT_FAMILY_EC},
};

static bool parameters_allowed(enum cert_key_family family, const struct der_item *parameters)
{
    if (parameters->tag == 0) {
        return true;
    }
    return family == CERT_FAMILY_RSA && parameters->tag == DER_NULL && parameters->content.size == 0;
}

bool cert_signature_algorithm_parse(struct plat_span algorithm_identifier,
                                    struct cert_signature_algorithm *algorithm)
{
    struct der_reader outer = der_reader_of(algorithm_identifier);
    struct der_reader inside = der_enter(&outer, DER_SEQUENCE);
    struct plat_span oid = der_read_oid(&inside, DER_OID);
    struct der_item parameters = {0};
    if (!der_at_end(&inside)) {
        (void)der_read(&inside, &parameters);
    }
    if (!der_finish(&outer) || !der_finish(&inside)) {
        return false;
    }
    for (size_t i = 0; i < sizeof algorithms / sizeof algorithms[0]; i++) {
        if (plat_span_equal(oid, plat_span_of(algorithms[i].oid, algorithms[i].size))) {
            algorithm->hash = algorithms[i].hash;
            algorithm->family = algorithms[i].family;
            algorithm->weak = algorithm->hash == CERT_HASH_MD5 || algorithm->hash == CERT_HASH_SHA1;
            return parameters_allowed(algorithm->family, &parameters);
        }
    }
    return false;
}

const char *cert_unsupported_algorithm_name(struct plat_span algorithm_identifier)
{
    static const struct {
        const char *name;
        uint8_t size;
        uint8_t oid[9];
    } known[] = {
        {"Ed25519", 3, {0x2b, 0x65, 0x70}}, /* RFC 8410 */
        {"Ed448", 3, {0x2b, 0x65, 0x71}},
        {"X25519", 3, {0x2b, 0x65, 0x6e}},
        {"X448", 3, {0x2b, 0x65, 0x6f}},
        {"RSA-PSS", 9, {0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x0a}}, /* RFC 4055 */
        {"RSA with MD2", 9, {0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x02}},
        {"RSA with MD4", 9, {0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x03}},
        {"DSA", 7, {0x2a, 0x86, 0x48, 0xce, 0x38, 0x04, 0x01}}, /* RFC 3279 */
        {"DSA with SHA-1", 7, {0x2a, 0x86, 0x48, 0xce, 0x38, 0x04, 0x03}},
        {"DSA with SHA-256", 9, {0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x03, 0x02}},
        {"RSA", 9, {0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01}}, /* a key that could not verify */
        {"EC", 7, {0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01}},              /* of another curve */
    };
    struct der_reader outer = der_reader_of(algorithm_identifier);
    struct der_reader inside = der_enter(&outer, DER_SEQUENCE);
    struct plat_span oid = der_read_oid(&inside, DER_OID);

    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        if (plat_span_equal(oid, plat_span_of(known[i].oid, known[i].size))) {
            return known[i].name;
        }
    }
    return NULL;
}
