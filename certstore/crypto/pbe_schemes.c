/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/pbe_schemes.h"

#define PKCS 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d       /* 1.2.840.113549 */
#define NIST 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04 /* 2.16.840.1.101.3.4 */
#define SPAN(bytes)                                                                                          \
    {                                                                                                        \
        bytes, sizeof bytes                                                                                  \
    }

static const uint8_t pbes2[] = {PKCS, 1, 5, 13};
static const uint8_t pbkdf2[] = {PKCS, 1, 5, 12};
static const uint8_t sha_triple_des[] = {PKCS, 1, 12, 1, 3};
const struct plat_span pbe_oid_pbes2 = SPAN(pbes2);
const struct plat_span pbe_oid_pbkdf2 = SPAN(pbkdf2);
const struct plat_span pbe_oid_sha_triple_des = SPAN(sha_triple_des);

struct oid {
    uint8_t size;
    uint8_t bytes[10];
};

static bool is(const struct oid *oid, struct plat_span content)
{
    return plat_span_equal(plat_span_of(oid->bytes, oid->size), content);
}

/* RFC 8018 appendix A.3, RFC 7292 appendix C. */
static const struct {
    struct oid oid;
    enum pbe_derivation derivation;
    enum cipher_kind cipher;
    const br_hash_class *hash;
} old_schemes[] = {
    {{9, {PKCS, 1, 5, 3}}, PBE_PBKDF1, CIPHER_DES, &br_md5_vtable},
    {{9, {PKCS, 1, 5, 6}}, PBE_PBKDF1, CIPHER_RC2_64, &br_md5_vtable},
    {{9, {PKCS, 1, 5, 10}}, PBE_PBKDF1, CIPHER_DES, &br_sha1_vtable},
    {{9, {PKCS, 1, 5, 11}}, PBE_PBKDF1, CIPHER_RC2_64, &br_sha1_vtable},
    {{10, {PKCS, 1, 12, 1, 3}}, PBE_PKCS12, CIPHER_DES_EDE3, &br_sha1_vtable},
    {{10, {PKCS, 1, 12, 1, 4}}, PBE_PKCS12, CIPHER_DES_EDE2, &br_sha1_vtable},
    {{10, {PKCS, 1, 12, 1, 5}}, PBE_PKCS12, CIPHER_RC2_128, &br_sha1_vtable},
    {{10, {PKCS, 1, 12, 1, 6}}, PBE_PKCS12, CIPHER_RC2_40, &br_sha1_vtable},
};

bool pbe_old_scheme(struct plat_span oid, struct pbe_scheme *scheme)
{
    for (size_t i = 0; i < sizeof old_schemes / sizeof old_schemes[0]; i++) {
        if (is(&old_schemes[i].oid, oid)) {
            scheme->derivation = old_schemes[i].derivation;
            scheme->cipher = old_schemes[i].cipher;
            scheme->hash = old_schemes[i].hash;
            return true;
        }
    }
    return false;
}

/* RFC 8018 appendix B.2, RFC 3565 section 4.1. */
static const struct {
    struct oid oid;
    enum cipher_kind kind;
} ciphers[] = {
    {{8, {PKCS, 3, 7}}, CIPHER_DES_EDE3},
    {{9, {NIST, 1, 2}}, CIPHER_AES_128},
    {{9, {NIST, 1, 22}}, CIPHER_AES_192},
    {{9, {NIST, 1, 42}}, CIPHER_AES_256},
};

bool pbe_cipher(struct plat_span oid, enum cipher_kind *cipher)
{
    for (size_t i = 0; i < sizeof ciphers / sizeof ciphers[0]; i++) {
        if (is(&ciphers[i].oid, oid)) {
            *cipher = ciphers[i].kind;
            return true;
        }
    }
    return false;
}

struct plat_span pbe_oid_of_cipher(enum cipher_kind cipher)
{
    size_t i = 0;
    while (i + 1 < sizeof ciphers / sizeof ciphers[0] && ciphers[i].kind != cipher) {
        i++;
    }
    return plat_span_of(ciphers[i].oid.bytes, ciphers[i].oid.size);
}

/* RFC 8018 appendix B.1, RFC 5754 section 2. */
static const struct {
    const br_hash_class *hash;
    struct oid oid, prf;
} hashes[] = {
    {&br_sha1_vtable, {5, {0x2b, 0x0e, 0x03, 0x02, 0x1a}}, {8, {PKCS, 2, 7}}},
    {&br_sha224_vtable, {9, {NIST, 2, 4}}, {8, {PKCS, 2, 8}}},
    {&br_sha256_vtable, {9, {NIST, 2, 1}}, {8, {PKCS, 2, 9}}},
    {&br_sha384_vtable, {9, {NIST, 2, 2}}, {8, {PKCS, 2, 10}}},
    {&br_sha512_vtable, {9, {NIST, 2, 3}}, {8, {PKCS, 2, 11}}},
};
#define HASHES (sizeof hashes / sizeof hashes[0])

const br_hash_class *pbe_prf(struct plat_span oid)
{
    for (size_t i = 0; i < HASHES; i++) {
        if (is(&hashes[i].prf, oid)) {
            return hashes[i].hash;
        }
    }
    return NULL;
}

const br_hash_class *pbe_hash(struct plat_span oid)
{
    for (size_t i = 0; i < HASHES; i++) {
        if (is(&hashes[i].oid, oid)) {
            return hashes[i].hash;
        }
    }
    return NULL;
}

static size_t hash_index(const br_hash_class *hash)
{
    size_t i = 0;
    while (i + 1 < HASHES && hashes[i].hash != hash) {
        i++;
    }
    return i;
}

struct plat_span pbe_oid_of_prf(const br_hash_class *hash)
{
    const struct oid *oid = &hashes[hash_index(hash)].prf;
    return plat_span_of(oid->bytes, oid->size);
}

struct plat_span pbe_oid_of_hash(const br_hash_class *hash)
{
    const struct oid *oid = &hashes[hash_index(hash)].oid;
    return plat_span_of(oid->bytes, oid->size);
}

static const struct {
    struct oid oid;
    const char *name;
} strangers[] = {
    {{10, {PKCS, 1, 12, 1, 1}}, "128-bit RC4"},
    {{10, {PKCS, 1, 12, 1, 2}}, "40-bit RC4"},
    {{9, {PKCS, 1, 5, 14}}, "PBMAC1"},
    {{9, {0x2b, 6, 1, 4, 1, 0xda, 0x47, 4, 11}}, "scrypt"},
    {{8, {PKCS, 3, 2}}, "RC2 in PBES2"},
    {{5, {0x2b, 0x0e, 3, 2, 7}}, "DES in PBES2"},
    {{8, {PKCS, 2, 5}}, "MD5"},
};

const char *pbe_known_name(struct plat_span oid)
{
    for (size_t i = 0; i < sizeof strangers / sizeof strangers[0]; i++) {
        if (is(&strangers[i].oid, oid)) {
            return strangers[i].name;
        }
    }
    return NULL;
}
